/* Messages -> events of a seat.  From exam a bad field is somebody's mistake and parks the seat; what
 * a reader entered wrongly is left to the core, which refuses it with its reason. */
#include "desk_service.h"

#include "wf_seal.h"
#include "wf_validate.h"

#include <stdlib.h>
#include <string.h>

static int take_word(const char *text, const char *field, char *to, size_t size,
                     struct wf_error *error)
{
    if (strlen(text) >= size || !wf_id_is_valid(text))
        return wf_fail(error, WF_INVALID, "%s is no name of ours", field);
    memcpy(to, text, strlen(text) + 1);
    return 0;
}

static int take_date(const char *text, const char *field, wf_date *date, struct wf_error *error)
{
    *date = WF_NO_DATE;
    if (*text && !wf_date_parse(text, date))
        return wf_fail(error, WF_INVALID, "%s is no day", field);
    return 0;
}

/* DESK 1.2. */
static int check_sender(const struct wf_event_meta *meta, struct wf_error *error)
{
    if (strcmp(meta->from.kind, "seat") != 0 || strcmp(meta->from.id, meta->self.id) != 0)
        return wf_fail(error, WF_INVALID, "a seat hears of its own seat at exam alone");
    return 0;
}

/* ---- texts ---- */

static int check_prompts(const struct wf_exam_form *form, const Endorse__V1__PaperText *text,
                         struct wf_error *error)
{
    char path[WF_PATH_MAX];
    if (wf_validate(&text->base, path, error))
        return -1;
    for (size_t i = 0; form && i < text->n_answers; i++)
        if (wf_exam_prompt_find(form, text->answers[i]->prompt) < 0)
            return wf_fail(error, WF_INVALID, "the form has no prompt %.40s",
                           text->answers[i]->prompt);
    return 0;
}

/* DESK 2.9: opened once here, so that what cannot be shown never reaches a reader. */
static int check_text(struct desk_service *service, const struct seat_event *event,
                      const struct wf_exam_form *form, struct wf_error *error)
{
    struct wf_buffer plain = {0};
    uint8_t sha256[32];
    struct wf_bytes sealed = {event->bytes, event->text.length};
    int result =
        seat_open_text(service, event->meta.self.id, event->text_version, sealed, &plain, error);
    if (!result) {
        wf_sha256(wf_buffer_bytes(&plain), sha256);
        const Endorse__V1__PaperText *text = (const Endorse__V1__PaperText *)wf_unpack(
            &endorse__v1__paper_text__descriptor, wf_buffer_bytes(&plain), &service->arena);
        if (memcmp(sha256, event->text_sha256, sizeof sha256) != 0 || !text)
            result = wf_fail(error, WF_INVALID, "the text is not the one that was announced");
        else
            result = check_prompts(form, text, error);
        wf_arena_clear(&service->arena);
    }
    desk_wipe(&plain);
    return result;
}

static int take_text(struct seat_event *event, uint32_t version, ProtobufCBinaryData sha256,
                     ProtobufCBinaryData sealed, struct wf_error *error)
{
    if (sha256.len != sizeof event->text_sha256 || !sealed.len || sealed.len > SEAT_TEXT_MAX)
        return wf_fail(error, WF_INVALID, "textSha256 or sealedText has no size of ours");
    event->text_version = version;
    memcpy(event->text_sha256, sha256.data, sha256.len);
    memcpy(event->bytes, sealed.data, sealed.len);
    event->text.length = (uint32_t)sealed.len;
    wf_sha256((struct wf_bytes){sealed.data, sealed.len}, event->text.sha256);
    return 0;
}

static int decode_offer(struct desk_service *service, const Endorse__V1__SeatOffered *from,
                        struct seat_event *event, struct wf_error *error)
{
    event->kind = SEAT_EVENT_OFFERED;
    if (take_word(from->reader, "reader", event->reader, sizeof event->reader, error) ||
        take_word(from->form, "form", event->form, sizeof event->form, error) ||
        take_word(from->language, "language", event->language, sizeof event->language, error) ||
        take_date(from->respond_by_on, "respondByOn", &event->respond_by, error) ||
        take_date(from->due_on, "dueOn", &event->due, error) ||
        take_text(event, from->text_version, from->text_sha256, from->sealed_text, error))
        return -1;
    const struct wf_exam_form *form = wf_exam_form_named(service->book, event->form);
    if (!form)
        return wf_fail(error, WF_INVALID, "the form %s is not among the desk's", event->form);
    if (strlen(event->meta.self.id) > READER_CODE_MAX)
        return wf_fail(error, WF_INVALID, "this is no code of a seat");
    return check_text(service, event, form, error);
}

static int decode_text(struct desk_service *service, const Endorse__V1__SeatTextReplaced *from,
                       struct seat_event *event, struct wf_error *error)
{
    event->kind = SEAT_EVENT_TEXT;
    if (take_text(event, from->text_version, from->text_sha256, from->sealed_text, error))
        return -1;
    return check_text(service, event, NULL, error);
}

/* ---- a reader's acts ---- */

static void take_sheet(const Endorse__V1__SeatSheet *from, struct seat_sheet *sheet)
{
    for (size_t i = 0; i < from->n_scores && i < WF_EXAM_CRITERIA_MAX; i++) {
        struct seat_score *score = &sheet->scores[sheet->score_count++];
        strncpy(score->criterion, from->scores[i]->criterion, SEAT_WORD_MAX);
        score->points = from->scores[i]->points;
    }
    for (size_t i = 0; i < from->n_comments && i < WF_EXAM_COMMENTS_MAX; i++)
        strncpy(sheet->comments[sheet->comment_count++], from->comments[i], SEAT_WORD_MAX);
}

static int open_sheet(struct desk_service *service, ProtobufCBinaryData sealed,
                      struct seat_event *event, struct wf_error *error)
{
    struct wf_buffer plain = {0};
    if (!sealed.len || sealed.len > SEAT_SHEET_MAX)
        return wf_fail(error, WF_INVALID, "kept.sealed has no size of ours");
    memcpy(event->bytes, sealed.data, sealed.len);
    event->sheet.length = (uint32_t)sealed.len;
    struct wf_bytes bytes = {event->bytes, sealed.len};
    wf_sha256(bytes, event->sheet.sha256);
    int result = seat_open_sheet(service, event->meta.self.id, bytes, &plain, error);
    if (!result) {
        wf_sha256(wf_buffer_bytes(&plain), event->sheet_sha256);
        const Endorse__V1__SeatSheet *sheet = (const Endorse__V1__SeatSheet *)wf_unpack(
            &endorse__v1__seat_sheet__descriptor, wf_buffer_bytes(&plain), &service->arena);
        if (sheet)
            take_sheet(sheet, &event->entered);
        else
            result = wf_fail(error, WF_BROKEN, "the sealed sheet is no sheet");
        wf_arena_clear(&service->arena);
    }
    desk_wipe(&plain);
    return result;
}

static enum seat_event_kind kind_of(Endorse__V1__SeatActKind kind)
{
    switch (kind) {
    case ENDORSE__V1__SEAT_ACT_KIND__SEAT_ACT_ACCEPT:
        return SEAT_EVENT_ACCEPT;
    case ENDORSE__V1__SEAT_ACT_KIND__SEAT_ACT_DECLINE:
        return SEAT_EVENT_DECLINE;
    case ENDORSE__V1__SEAT_ACT_KIND__SEAT_ACT_OPEN:
        return SEAT_EVENT_OPEN;
    case ENDORSE__V1__SEAT_ACT_KIND__SEAT_ACT_SAVE:
        return SEAT_EVENT_SAVE;
    case ENDORSE__V1__SEAT_ACT_KIND__SEAT_ACT_SUBMIT:
        return SEAT_EVENT_SUBMIT;
    case ENDORSE__V1__SEAT_ACT_KIND__SEAT_ACT_RECUSE:
        return SEAT_EVENT_RECUSE;
    case ENDORSE__V1__SEAT_ACT_KIND__SEAT_ACT_QUESTION:
        return SEAT_EVENT_QUESTION;
    case ENDORSE__V1__SEAT_ACT_KIND__SEAT_ACT_KNOWN:
        return SEAT_EVENT_KNOWN;
    case ENDORSE__V1__SEAT_ACT_KIND__SEAT_ACT_CORRECT:
        return SEAT_EVENT_CORRECT;
    case ENDORSE__V1__SEAT_ACT_KIND__SEAT_ACT_UNSPECIFIED:
    case _ENDORSE__V1__SEAT_ACT_KIND_IS_INT_SIZE:
        break;
    }
    return SEAT_EVENT_TICK;
}

static int decode_act(struct desk_service *service, const Endorse__V1__SeatAct *from,
                      struct seat_event *event, struct wf_error *error)
{
    event->kind = kind_of(from->kind);
    if (event->kind == SEAT_EVENT_TICK)
        return wf_fail(error, WF_INVALID, "kind is none of ours");
    if (take_word(from->reader, "reader", event->reader, sizeof event->reader, error))
        return -1;
    strncpy(event->reason, from->reason, SEAT_WORD_MAX);
    strncpy(event->prompt, from->prompt, SEAT_WORD_MAX);
    event->known = (enum seat_known)from->known;
    event->sheet_version = from->sheet_version;
    event->text_version = from->text_version;
    if (event->kind != SEAT_EVENT_SAVE && event->kind != SEAT_EVENT_SUBMIT)
        return 0;
    if (!from->kept)
        return wf_fail(error, WF_INVALID, "sheet is missing");
    return open_sheet(service, from->kept->sealed, event, error);
}

int seat_decode(void *service, const ProtobufCMessage *payload, void *event, struct wf_error *error)
{
    struct seat_event *seat = event;
    if (seat->meta.message == WF_MESSAGE_SEAT_ACTED)
        return decode_act(service, (const Endorse__V1__SeatAct *)payload, seat, error);
    if (check_sender(&seat->meta, error))
        return -1;
    switch (seat->meta.message) {
    case WF_MESSAGE_SEAT_OFFERED:
        return decode_offer(service, (const Endorse__V1__SeatOffered *)payload, seat, error);
    case WF_MESSAGE_SEAT_TEXT_REPLACED:
        return decode_text(service, (const Endorse__V1__SeatTextReplaced *)payload, seat, error);
    case WF_MESSAGE_SEAT_PAUSED:
        seat->kind = SEAT_EVENT_PAUSED;
        return 0;
    case WF_MESSAGE_SEAT_CLOSED:
        seat->kind = SEAT_EVENT_CLOSED;
        return 0;
    default:
        seat->kind = SEAT_EVENT_ALLOWED;
        seat->sheet_version = ((const Endorse__V1__SeatCorrectionAllowed *)payload)->sheet_version;
        return 0;
    }
}
