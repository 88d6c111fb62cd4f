/* What a reader does to a seat.  DESK 2, 5. */
#include "desk.h"

#include "wf_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum deed {
#define DEEDS(X)                                                                                   \
    X(ACCEPT, "accept", ACCEPT)                                                                    \
    X(DECLINE, "decline", DECLINE)                                                                 \
    X(OPEN, "open", OPEN)                                                                          \
    X(SAVE, "save", SAVE)                                                                          \
    X(AUTOSAVE, "autosave", SAVE)                                                                  \
    X(REVIEW, "review", SAVE)                                                                      \
    X(SUBMIT, "submit", SUBMIT)                                                                    \
    X(RECUSE, "recuse", RECUSE)                                                                    \
    X(QUESTION, "question", QUESTION)                                                              \
    X(KNOWN, "known", KNOWN)                                                                       \
    X(CORRECT, "correct", CORRECT)
#define WF_X(symbol, word, act) DEED_##symbol,
    DEEDS(WF_X)
#undef WF_X
        DEED_COUNT
};
static const struct {
    const char *word;
    Endorse__V1__SeatActKind kind;
} deeds[DEED_COUNT] = {
#define WF_X(symbol, word, act) {word, ENDORSE__V1__SEAT_ACT_KIND__SEAT_ACT_##act},
    DEEDS(WF_X)
#undef WF_X
};

/* An act that is under way: kept until the owner has answered. */
struct doing {
    struct desk *desk;
    uint64_t ticket;
    enum deed deed;
    char code[WF_ID_MAX + 1];
    struct desk_visit visit;
    struct http_form post; /* owned */
};

static void finish(struct doing *doing)
{
    http_form_fini(&doing->post);
    explicit_bzero(doing, sizeof *doing);
    free(doing);
}

static const char *posted(const struct doing *doing, const char *name)
{
    const char *value = http_form_value(&doing->post, name);
    return value ? value : "";
}

static bool is_of_sheet(enum deed deed)
{
    return deed == DEED_SAVE || deed == DEED_AUTOSAVE || deed == DEED_REVIEW || deed == DEED_SUBMIT;
}

static void send_again(struct doing *doing)
{
    char action[WF_ID_MAX + 16];
    (void)snprintf(action, sizeof action, "/seat/%s", doing->code);
    if (doing->deed == DEED_AUTOSAVE)
        desk_send_plain(doing->desk, doing->ticket, 503, "not saved: try again\n");
    else
        desk_send_again(doing->desk, doing->ticket, action, &doing->post);
}

/* ---- answers ---- */

static uint32_t number_of(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    return digits && digits <= 6 && !text[digits] ? (uint32_t)strtoul(text, NULL, 10) : 0;
}

/* The page before locking carries the versions that are there now: who has read another text would lock
 * without having seen this one.  DESK 5.6. */
static enum seat_reason why_no_review(const struct doing *doing, const struct seat_state *seat)
{
    if (seat->paused)
        return SEAT_PAUSED;
    if (number_of(posted(doing, "text_version")) != seat->text_version)
        return SEAT_TEXT_CHANGED;
    return number_of(posted(doing, "sheet_version")) == seat->sheet_version ? SEAT_NO_REASON
                                                                            : SEAT_SHEET_CHANGED;
}

/* The seat's page as it is now, with the sheet as it was posted.  false: it has gone meanwhile. */
static void send_seat(struct doing *doing, struct desk_shown shown)
{
    struct desk *desk = doing->desk;
    struct desk_seat seat;
    struct desk_sheet sheet;
    struct desk_findings ignored = {0};
    struct wf_error error = {0};
    if (desk_seat_load(desk, doing->code, &seat, &error) == 0) {
        if (is_of_sheet(doing->deed) && seat.state.state == SEAT_OPENED) {
            desk_sheet_from_post(seat.form, &doing->post, &sheet, &ignored);
            shown.sheet = &sheet;
        }
        enum seat_reason why = shown.review ? why_no_review(doing, &seat.state) : SEAT_NO_REASON;
        if (why != SEAT_NO_REASON)
            shown = (struct desk_shown){
                .status = 422, .sheet = shown.sheet, .problem = seat_machine.reasons[why].text};
        desk_seat_send(desk, doing->ticket, &doing->visit, doing->code, &seat, &shown);
    } else if (error.code == WF_NOT_FOUND) {
        desk_send_gone(desk, doing->ticket, &doing->visit, &doing->post);
    } else {
        wf_log(WF_LOG_PAGE_BROKEN, "why=%s", error.text);
        send_again(doing);
    }
    desk_seat_free(&seat);
}

static void send_left(struct doing *doing)
{
    bool declined = doing->deed == DEED_DECLINE;
    const struct desk_page page = {.title = declined ? "Declined" : "Stepped back",
                                   .visit = &doing->visit};
    desk_send_message(doing->desk, doing->ticket, 200,
                      &(struct desk_message){
                          .heading = declined ? "You have declined" : "You have stepped back",
                          .first = "Thank you for saying so. The paper goes to somebody else, and "
                                   "leaves your list in a moment."},
                      &page);
}

/* Whoever knows the writer is not sent back to a page that may be gone by then. */
static void send_thanks(struct doing *doing)
{
    const struct desk_page page = {.title = "Thank you", .visit = &doing->visit};
    desk_send_message(doing->desk, doing->ticket, 200,
                      &(struct desk_message){
                          .heading = "Thank you for saying so",
                          .first = "Your sheet may then not be used, and the assignment may leave "
                                   "your list. There is nothing more for you to do."},
                      &page);
}

static void send_taken(struct doing *doing)
{
    char location[WF_ID_MAX + 16];
    (void)snprintf(location, sizeof location, "/seat/%s", doing->code);
    if (doing->deed == DEED_AUTOSAVE)
        desk_send_plain(doing->desk, doing->ticket, 204, "");
    else if (doing->deed == DEED_REVIEW)
        send_seat(doing, (struct desk_shown){.status = 200, .review = true});
    else if (doing->deed == DEED_DECLINE || doing->deed == DEED_RECUSE)
        send_left(doing);
    else if (doing->deed == DEED_KNOWN && strcmp(posted(doing, "known"), "know") == 0)
        send_thanks(doing);
    else
        desk_redirect(doing->desk, doing->ticket, location, NULL);
}

/* The field in which a choice is missing; NULL: it is about the whole. */
static const char *field_of(const char *reason)
{
    static const char *const rows[][2] = {
        {"reason-wanted", "reason"}, {"prompt-unknown", "prompt"}, {"known-wanted", "known"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i][0], reason) == 0)
            return rows[i][1];
    return NULL;
}

static void send_refused(struct doing *doing, const char *reason, const char *text)
{
    if (doing->deed == DEED_AUTOSAVE)
        desk_send_plain(doing->desk, doing->ticket, 422, text);
    else if (strcmp(reason, "not-yours") == 0)
        desk_send_gone(doing->desk, doing->ticket, &doing->visit, &doing->post);
    else
        send_seat(doing, (struct desk_shown){
                             .status = 422, .problem = text, .problem_field = field_of(reason)});
}

static void on_done(void *context, const struct wf_outcome *outcome)
{
    struct doing *doing = context;
    if (outcome->reply == WF_REPLY_OK)
        send_taken(doing);
    else if (outcome->reply == WF_REPLY_BUSY)
        send_again(doing);
    else
        send_refused(doing, outcome->reason, outcome->text);
    finish(doing);
}

/* ---- acting ---- */

static Endorse__V1__WriterKnown known_of(const char *word)
{
    if (strcmp(word, "no") == 0)
        return ENDORSE__V1__WRITER_KNOWN__WRITER_KNOWN_NO;
    if (strcmp(word, "suspect") == 0)
        return ENDORSE__V1__WRITER_KNOWN__WRITER_KNOWN_SUSPECT;
    return strcmp(word, "know") == 0 ? ENDORSE__V1__WRITER_KNOWN__WRITER_KNOWN_YES
                                     : ENDORSE__V1__WRITER_KNOWN__WRITER_KNOWN_UNSPECIFIED;
}

enum { KEY_TEXT = 33 };

/* Each pressing is an act of its own: the state says what a second one means (DESK 2.4), and what was
 * refused once may be right later. */
static void make_key(struct doing *doing, char key[static KEY_TEXT])
{
    uint8_t random[(KEY_TEXT - 1) / 2];
    struct wf_clock *clock = doing->desk->service.clock;
    clock->entropy(clock, random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++)
        (void)snprintf(key + 2 * i, 3, "%02x", random[i]);
}

static void submit(struct doing *doing, const ProtobufCMessage *payload)
{
    struct wf_buffer packed = {0};
    char key[KEY_TEXT];
    struct wf_worker *worker = doing->desk->worker;
    wf_pack(payload, &packed);
    make_key(doing, key);
    const struct wf_act act = {.message = WF_MESSAGE_SEAT_ACTED,
                               .to = wf_address_make(WF_DESK, seat_machine.kind, doing->code),
                               .actor = "reader",
                               .key = key,
                               .message_id = key,
                               .happened = wf_worker_now(worker),
                               .payload = wf_buffer_bytes(&packed),
                               .done = on_done,
                               .context = doing};
    bool taken = wf_worker_submit(worker, &act);
    desk_wipe(&packed);
    if (!taken) {
        send_again(doing);
        finish(doing);
    }
}

/* protobuf-c's texts are char * and are only read. */
static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

static bool is_word(const char *text)
{
    return strlen(text) <= SEAT_WORD_MAX &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

static void act(struct doing *doing, const struct wf_exam_form *form,
                const struct desk_sheet *sheet)
{
    struct desk_sheet_message message;
    Endorse__V1__SeatAct payload = ENDORSE__V1__SEAT_ACT__INIT;
    payload.reader = doing->visit.reader;
    payload.kind = deeds[doing->deed].kind;
    if (is_word(posted(doing, "reason")))
        payload.reason = borrowed(posted(doing, "reason"));
    if (is_word(posted(doing, "prompt")))
        payload.prompt = borrowed(posted(doing, "prompt"));
    payload.known = known_of(posted(doing, "known"));
    payload.text_version = number_of(posted(doing, "text_version"));
    payload.sheet_version = number_of(posted(doing, "sheet_version"));
    if (sheet) {
        desk_sheet_to_message(form, sheet, &message);
        payload.sheet = &message.sheet;
    }
    submit(doing, &payload.base);
}

/* ---- sheets are checked before they are sent, so that every mistake is shown at once ---- */

static void send_findings(struct doing *doing, const struct desk_seat *seat,
                          const struct desk_sheet *sheet, const struct desk_findings *findings)
{
    const struct desk_shown shown = {.status = 422, .sheet = sheet, .findings = findings};
    if (doing->deed == DEED_AUTOSAVE)
        desk_send_plain(doing->desk, doing->ticket, 422, findings->rows[0].text);
    else
        desk_seat_send(doing->desk, doing->ticket, &doing->visit, doing->code, seat, &shown);
    finish(doing);
}

/* In another state than this the core says why not. */
static void act_on_sheet(struct doing *doing, const struct desk_seat *seat)
{
    struct desk_sheet sheet;
    struct desk_findings findings = {0};
    bool draft = doing->deed == DEED_SAVE || doing->deed == DEED_AUTOSAVE;
    desk_sheet_from_post(seat->form, &doing->post, &sheet, &findings);
    desk_sheet_check(seat->form, &sheet, draft, &findings);
    if (findings.count && seat->state.state == SEAT_OPENED)
        send_findings(doing, seat, &sheet, &findings);
    else
        act(doing, seat->form, &sheet);
}

static void act_on_seat(struct doing *doing)
{
    struct desk_seat seat;
    struct wf_error error = {0};
    if (!is_of_sheet(doing->deed)) {
        act(doing, NULL, NULL);
        return;
    }
    if (desk_seat_load(doing->desk, doing->code, &seat, &error) == 0) {
        act_on_sheet(doing, &seat);
    } else {
        if (error.code == WF_NOT_FOUND)
            desk_send_gone(doing->desk, doing->ticket, &doing->visit, &doing->post);
        else
            send_again(doing);
        finish(doing);
    }
    desk_seat_free(&seat);
}

static bool find_deed(const char *word, enum deed *deed)
{
    for (int i = 0; word && i < DEED_COUNT; i++)
        if (strcmp(deeds[i].word, word) == 0) {
            *deed = (enum deed)i;
            return true;
        }
    return false;
}

/* false: it has been answered. */
static bool admit(struct doing *doing, const struct wf_http_request *request)
{
    struct desk *desk = doing->desk;
    enum desk_visitor visitor = desk_visit(desk, request, &doing->visit);
    if (visitor == DESK_UNKNOWN)
        send_again(doing);
    else if (visitor == DESK_STRANGER || !desk_form_is_ours(request, &doing->post, &doing->visit))
        desk_send_denied(desk, doing->ticket, &doing->post);
    else if (!reader_seat_find(&doing->visit.state, doing->code))
        desk_send_gone(desk, doing->ticket, &doing->visit, &doing->post);
    else if (!find_deed(posted(doing, "do"), &doing->deed))
        send_seat(doing,
                  (struct desk_shown){.status = 422, .problem = "Please use the page's buttons."});
    else
        return true;
    return false;
}

void serve_seat_post(void *context, const struct wf_http_request *request,
                     const struct http_params *params)
{
    struct doing *doing = calloc(1, sizeof *doing);
    WF_ASSERT(doing);
    doing->desk = context;
    doing->ticket = request->ticket;
    /* What is too long for a code stays empty, and so is nobody's. */
    if (strlen(params->values[0]) <= WF_ID_MAX)
        memcpy(doing->code, params->values[0], strlen(params->values[0]) + 1);
    if (!desk_read_post(doing->desk, request, &doing->post)) {
        finish(doing);
        return;
    }
    if (admit(doing, request))
        act_on_seat(doing);
    else
        finish(doing);
}
