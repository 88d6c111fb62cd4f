/* The rater's pages and acts.  GATEWAY 3. */
#include "gateway.h"

#include "rate_model.h"
#include "wf_arena.h"
#include "wf_link.h"
#include "wf_people.h"
#include "wf_seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PAGE_ARENA = 256 * 1024, KEY_TEXT = 33, REASON_MAX = 1000 };

/* What a visitor of /rate/<token> wants. */
enum rating_want {
    WANT_FORM,
    WANT_QUESTIONS,
    WANT_DECLINE_PAGE,
    WANT_BEGIN,
    WANT_SAVE,
    WANT_SUBMIT,
    WANT_DECLINE
};

/* One request for a rater's page, until it is answered. */
struct rating {
    struct gateway *gateway;
    uint64_t ticket;
    enum rating_want want;
    char token[WF_LINK_TEXT];
    struct http_form post;
    struct wf_buffer page; /* the owner's answer to RatingView, packed; empty: none */
};

static const struct gateway_frame quiet = {.title = "Reference rating", .quiet = true};

static void finish(struct rating *rating)
{
    http_form_fini(&rating->post);
    wf_buffer_fini(&rating->page);
    free(rating);
}

/* Malformed, unknown, expired, used, replaced and revoked: the same bytes. */
void gateway_send_dead_link(struct gateway *gateway, uint64_t ticket)
{
    gateway->counters[GATEWAY_LINKS_DEAD]++;
    gateway_send_message(
        gateway, ticket, 404, &quiet, "This link is no longer valid",
        "It may have been used already, replaced by a newer one, or its time may have ended.",
        "If you still wish to answer, please ask the association or the applicant for a new "
        "link.");
}

static void dead(struct rating *rating)
{
    gateway_send_dead_link(rating->gateway, rating->ticket);
    finish(rating);
}

/* ---- asking the owner ---- */

static void ask(struct rating *rating, enum wf_message message, const ProtobufCMessage *payload,
                const char *key, wf_act_done_f *done)
{
    struct wf_buffer packed = {0};
    unsigned partition = 0;
    WF_ASSERT(wf_link_partition(rating->token, &partition));
    wf_pack(payload, &packed);
    struct wf_ask question = {.message = message,
                              .to = wf_service_name(WF_REFERENCE),
                              .partition = partition,
                              .actor = *key ? "rater" : "",
                              .key = key,
                              .traceparent = "",
                              .payload = wf_buffer_bytes(&packed),
                              .timeout = GATEWAY_ASK_MS,
                              .done = done,
                              .context = rating};
    wf_worker_ask(rating->gateway->worker, &question);
    if (packed.data)
        explicit_bzero(packed.data, packed.length);
    wf_buffer_fini(&packed);
}

/* The same act of the same content is one act (GATEWAY 3.3); a draft may come back to what it was,
 * so each saving is an act of its own. */
static void act_key(const struct rating *rating, enum wf_message message,
                    const ProtobufCMessage *payload, char key[static KEY_TEXT])
{
    uint8_t digest[32];
    struct wf_buffer text = {0};
    wf_buffer_format(&text, "%s\n", wf_message_row(message)->type);
    if (rating->want == WANT_SAVE)
        wf_buffer_format(&text, "%llu %lld\n", (unsigned long long)rating->ticket,
                         (long long)rating->gateway->monotonic);
    wf_pack(payload, &text);
    wf_sha256(wf_buffer_bytes(&text), digest);
    for (int i = 0; i < (KEY_TEXT - 1) / 2; i++)
        (void)snprintf(key + i * 2, 3, "%02x", digest[i]);
    explicit_bzero(text.data, text.length);
    wf_buffer_fini(&text);
}

/* ---- pages, from the owner's answer ---- */

struct shown {
    struct wf_arena arena;
    const Endorse__V1__RatingPage *page;
    struct wf_person_card applicant;
    struct rate_view view;
};

static void name_applicant(struct gateway *gateway, const char *id, struct wf_person_card *card)
{
    struct wf_error error = {0};
    if (wf_id_is_valid(id) && !gateway->intake.lost) {
        memcpy(card->id, id, strlen(id) + 1);
        (void)gateway_read_went(
            gateway, &gateway->intake,
            wf_people_read(gateway->intake.store, gateway->person_key, card, 1, &error), &error);
    }
    if (!*card->name)
        (void)snprintf(card->name, sizeof card->name, "the applicant");
}

/* false: the owner's page cannot be read or its form is not here. */
static bool show(struct rating *rating, struct shown *shown)
{
    struct gateway *gateway = rating->gateway;
    memset(shown, 0, sizeof *shown);
    wf_arena_init(&shown->arena, PAGE_ARENA);
    shown->page = (const Endorse__V1__RatingPage *)wf_unpack(
        &endorse__v1__rating_page__descriptor, wf_buffer_bytes(&rating->page), &shown->arena);
    const struct wf_form *form = shown->page ? wf_form_named(gateway->forms, shown->page->form,
                                                             (int32_t)shown->page->form_version)
                                             : NULL;
    if (!form)
        return false;
    const struct wf_association *association =
        wf_policy_association(gateway->policies, shown->page->association);
    name_applicant(gateway, shown->page->applicant_id, &shown->applicant);
    shown->view = (struct rate_view){.token = rating->token,
                                     .association =
                                         association ? association->name : shown->page->association,
                                     .applicant = shown->applicant.name,
                                     .category = (int)shown->page->category,
                                     .age_line = (int)shown->page->age_line,
                                     .role = (int)shown->page->role,
                                     .waived = shown->page->waived,
                                     .due = WF_NO_DATE,
                                     .form = form};
    (void)wf_date_parse(shown->page->due_on, &shown->view.due);
    return true;
}

static void show_end(struct shown *shown)
{
    explicit_bzero(&shown->applicant, sizeof shown->applicant);
    wf_arena_fini(&shown->arena);
}

static void send_form(struct rating *rating, const struct shown *shown, unsigned status,
                      const struct rate_input *input, const struct rate_findings *findings,
                      struct rate_notice notice)
{
    struct gateway_frame frame = quiet;
    if (findings->count)
        frame.title = "Please check your answers";
    gateway_send_html(rating->gateway, rating->ticket, status, "rate_form.html",
                      rate_form_model(&shown->view, input, findings, notice), &frame);
}

/* The form as it was posted, with what is wrong or why it could not be taken. */
static void send_posted(struct rating *rating, const struct shown *shown, unsigned status,
                        struct rate_notice notice)
{
    struct rate_input input;
    struct rate_findings findings = {0};
    rate_input_from_post(shown->view.form, &rating->post, &input, &findings);
    findings.count = 0; /* what is said is in the notice */
    send_form(rating, shown, status, &input, &findings, notice);
}

static const char *posted(const struct rating *rating, const char *name)
{
    const char *value = http_form_value(&rating->post, name);
    return value ? value : "";
}

static void send_decline_page(struct rating *rating, const struct shown *shown, unsigned status,
                              const char *error)
{
    gateway_send_html(rating->gateway, rating->ticket, status, "rate_decline.html",
                      rate_decline_model(&shown->view, posted(rating, "reason"), error), &quiet);
}

/* Nothing is known of the form: what was posted stays in the page. */
static void send_again(struct rating *rating)
{
    char action[WF_LINK_TEXT + 16];
    (void)snprintf(action, sizeof action, "/rate/%s%s", rating->token,
                   rating->want == WANT_DECLINE ? "/decline"
                   : rating->want == WANT_BEGIN ? "/begin"
                                                : "");
    gateway_send_html(rating->gateway, rating->ticket, 503, "rate_again.html",
                      rate_again_model(action, &rating->post), &quiet);
}

static void send_unavailable(struct rating *rating)
{
    if (rating->want >= WANT_BEGIN)
        send_again(rating);
    else
        gateway_send_message(
            rating->gateway, rating->ticket, 503, &quiet, "Please try again in a moment",
            "The service cannot show the form just now. Your link stays valid.", NULL);
}

/* ---- acts ---- */

static void send_taken(struct rating *rating, const struct shown *shown)
{
    char location[WF_LINK_TEXT + 16];
    if (rating->want == WANT_SAVE) {
        send_posted(
            rating, shown, 200,
            (struct rate_notice){.done = "Saved. Come back with the same link whenever you like."});
        return;
    }
    if (rating->want == WANT_BEGIN)
        (void)snprintf(location, sizeof location, "/rate/%s", rating->token);
    else
        (void)snprintf(location, sizeof location, "%s",
                       rating->want == WANT_SUBMIT ? "/rated/thanks" : "/rated/declined");
    rating->gateway->counters[GATEWAY_RATINGS_SENT] += rating->want != WANT_BEGIN;
    gateway_redirect(rating->gateway, rating->ticket, location);
}

static void send_not_taken(struct rating *rating, const struct shown *shown,
                           const struct wf_outcome *outcome)
{
    bool busy = outcome->reply == WF_REPLY_BUSY;
    const char *why = busy ? "The service could not take it just now. Nothing is lost: please send "
                             "it again in a moment."
                           : outcome->text;
    rating->gateway->counters[GATEWAY_RATINGS_REFUSED]++;
    if (rating->want == WANT_BEGIN)
        gateway_send_html(rating->gateway, rating->ticket, busy ? 503 : 422, "rate_intro.html",
                          rate_intro_model(&shown->view, why), &quiet);
    else if (rating->want == WANT_DECLINE)
        send_decline_page(rating, shown, busy ? 503 : 422, why);
    else
        send_posted(rating, shown, busy ? 503 : 422, (struct rate_notice){.problem = why});
}

static bool link_is_dead(const struct wf_outcome *outcome)
{
    return outcome->reply == WF_REPLY_NOT_FOUND || outcome->reply == WF_REPLY_DENIED ||
           (outcome->reply == WF_REPLY_REFUSED && strcmp(outcome->reason, "link-not-valid") == 0);
}

static void on_act(void *context, const struct wf_outcome *outcome)
{
    struct rating *rating = context;
    struct shown shown = {0};
    bool taken = outcome->reply == WF_REPLY_OK || outcome->reply == WF_REPLY_DUPLICATE;
    bool known = rating->page.length && show(rating, &shown);
    if (link_is_dead(outcome) || (!known && !taken && outcome->reply != WF_REPLY_BUSY))
        gateway_send_dead_link(rating->gateway, rating->ticket);
    else if (taken && (known || rating->want != WANT_SAVE))
        send_taken(rating, &shown);
    else if (known)
        send_not_taken(rating, &shown, outcome);
    else
        send_again(rating);
    if (rating->page.length)
        show_end(&shown);
    finish(rating);
}

static void act_form(struct rating *rating)
{
    char key[KEY_TEXT];
    struct rate_message message;
    enum wf_message number =
        rating->want == WANT_SUBMIT ? WF_MESSAGE_RATING_SUBMITTED : WF_MESSAGE_RATING_DRAFT_SAVED;
    if (!rate_message_from_post(&rating->post, rating->token, &message)) {
        dead(rating);
        return;
    }
    act_key(rating, number, &message.form.base, key);
    ask(rating, number, &message.form.base, key, on_act);
}

static void act_decline(struct rating *rating)
{
    char key[KEY_TEXT];
    Endorse__V1__RatingDecline message = ENDORSE__V1__RATING_DECLINE__INIT;
    message.token = rating->token;
    message.reason = (char *)(uintptr_t)posted(rating, "reason");
    act_key(rating, WF_MESSAGE_RATING_DECLINED, &message.base, key);
    ask(rating, WF_MESSAGE_RATING_DECLINED, &message.base, key, on_act);
}

static void act_begin(struct rating *rating)
{
    char key[KEY_TEXT];
    Endorse__V1__RatingBegin message = ENDORSE__V1__RATING_BEGIN__INIT;
    message.token = rating->token;
    act_key(rating, WF_MESSAGE_RATING_BEGUN, &message.base, key);
    ask(rating, WF_MESSAGE_RATING_BEGUN, &message.base, key, on_act);
}

/* ---- when the owner has said what the link opens ---- */

static void show_form(struct rating *rating, const struct shown *shown)
{
    struct rate_input input;
    struct rate_findings findings = {0};
    if (!shown->page->begun) {
        gateway_send_html(rating->gateway, rating->ticket, 200, "rate_intro.html",
                          rate_intro_model(&shown->view, NULL), &quiet);
        return;
    }
    rate_input_from_draft(shown->view.form, shown->page->draft, &input);
    send_form(rating, shown, 200, &input, &findings, (struct rate_notice){0});
}

/* True if the posted form has been sent back with what is wrong. */
static bool sent_back(struct rating *rating, const struct shown *shown)
{
    struct rate_input input;
    struct rate_findings findings = {0};
    rate_input_from_post(shown->view.form, &rating->post, &input, &findings);
    rate_input_check(shown->view.form, &input, rating->want == WANT_SAVE, &findings);
    if (!findings.count)
        return false;
    rating->gateway->counters[GATEWAY_RATINGS_REFUSED]++;
    send_form(rating, shown, 422, &input, &findings, (struct rate_notice){0});
    return true;
}

static bool reason_sent_back(struct rating *rating, const struct shown *shown)
{
    if (strlen(posted(rating, "reason")) <= REASON_MAX)
        return false;
    send_decline_page(rating, shown, 422, "This reason is too long; please shorten it.");
    return true;
}

static void serve_wanted(struct rating *rating, const struct shown *shown)
{
    switch (rating->want) {
    case WANT_FORM:
        show_form(rating, shown);
        break;
    case WANT_QUESTIONS:
        gateway_send_html(rating->gateway, rating->ticket, 200, "rate_questions.html",
                          rate_questions_model(&shown->view), &quiet);
        break;
    case WANT_DECLINE_PAGE:
        send_decline_page(rating, shown, 200, NULL);
        break;
    case WANT_BEGIN:
        act_begin(rating);
        return;
    case WANT_SAVE:
    case WANT_SUBMIT:
        if (sent_back(rating, shown))
            break;
        act_form(rating);
        return;
    case WANT_DECLINE:
        if (reason_sent_back(rating, shown))
            break;
        act_decline(rating);
        return;
    }
    finish(rating);
}

/* Sent twice: the second time the link opens nothing, but the act's key still knows the first. */
static void repeat_act(struct rating *rating)
{
    if (rating->want == WANT_SUBMIT)
        act_form(rating);
    else if (rating->want == WANT_DECLINE)
        act_decline(rating);
    else
        dead(rating);
}

static void on_view(void *context, const struct wf_outcome *outcome)
{
    struct rating *rating = context;
    struct shown shown;
    if (outcome->reply == WF_REPLY_BUSY) {
        send_unavailable(rating);
        finish(rating);
        return;
    }
    if (outcome->reply != WF_REPLY_OK) {
        repeat_act(rating);
        return;
    }
    wf_buffer_append(&rating->page, outcome->payload.data, outcome->payload.length);
    if (show(rating, &shown)) {
        serve_wanted(rating, &shown);
    } else {
        send_unavailable(rating);
        finish(rating);
    }
    show_end(&shown);
}

/* ---- routes ---- */

static struct rating *begin(struct gateway *gateway, const struct wf_http_request *request,
                            const struct http_params *params, enum rating_want want)
{
    unsigned partition = 0;
    if (strlen(params->values[0]) >= WF_LINK_TEXT ||
        !wf_link_partition(params->values[0], &partition)) {
        gateway_send_dead_link(gateway, request->ticket);
        return NULL;
    }
    struct rating *rating = calloc(1, sizeof *rating);
    WF_ASSERT(rating);
    rating->gateway = gateway;
    rating->ticket = request->ticket;
    rating->want = want;
    memcpy(rating->token, params->values[0], strlen(params->values[0]) + 1);
    return rating;
}

static void ask_view(struct rating *rating)
{
    Endorse__V1__RatingView view = ENDORSE__V1__RATING_VIEW__INIT;
    view.token = rating->token;
    ask(rating, WF_MESSAGE_RATING_VIEW, &view.base, "", on_view);
}

static void serve_get(void *context, const struct wf_http_request *request,
                      const struct http_params *params, enum rating_want want)
{
    struct rating *rating = begin(context, request, params, want);
    if (rating)
        ask_view(rating);
}

void serve_rate(void *context, const struct wf_http_request *request,
                const struct http_params *params)
{
    serve_get(context, request, params, WANT_FORM);
}

void serve_rate_questions(void *context, const struct wf_http_request *request,
                          const struct http_params *params)
{
    serve_get(context, request, params, WANT_QUESTIONS);
}

void serve_rate_decline(void *context, const struct wf_http_request *request,
                        const struct http_params *params)
{
    serve_get(context, request, params, WANT_DECLINE_PAGE);
}

static void serve_post(void *context, const struct wf_http_request *request,
                       const struct http_params *params, enum rating_want want)
{
    struct gateway *gateway = context;
    struct wf_error error = {0};
    const char *type = wf_http_header(request, "Content-Type");
    bool is_form = type && strncasecmp(type, "application/x-www-form-urlencoded", 33) == 0;
    struct rating *rating = begin(gateway, request, params, want);
    if (!rating)
        return;
    if ((request->body.length && !is_form) ||
        http_form_read(&rating->post, request->body, &error) != 0) {
        gateway_send_message(gateway, request->ticket, is_form ? 400 : 415, &quiet,
                             "This form could not be read",
                             "Please go back, and send it again from the page.", NULL);
        finish(rating);
        return;
    }
    if (want == WANT_SUBMIT && strcmp(posted(rating, "do"), "save") == 0)
        rating->want = WANT_SAVE;
    ask_view(rating);
}

void serve_rate_post(void *context, const struct wf_http_request *request,
                     const struct http_params *params)
{
    serve_post(context, request, params, WANT_SUBMIT);
}

void serve_rate_begin(void *context, const struct wf_http_request *request,
                      const struct http_params *params)
{
    serve_post(context, request, params, WANT_BEGIN);
}

void serve_rate_decline_post(void *context, const struct wf_http_request *request,
                             const struct http_params *params)
{
    serve_post(context, request, params, WANT_DECLINE);
}

void serve_rate_thanks(void *context, const struct wf_http_request *request,
                       const struct http_params *params)
{
    struct gateway *gateway = context;
    (void)params;
    gateway_send_message(gateway, request->ticket, 200, &quiet, "Thank you",
                         "Your rating has been received, and the link is now closed.",
                         "You can close this page.");
}

void serve_rate_declined(void *context, const struct wf_http_request *request,
                         const struct http_params *params)
{
    struct gateway *gateway = context;
    (void)params;
    gateway_send_message(gateway, request->ticket, 200, &quiet, "You have declined",
                         "The association has been told, and the link is now closed.",
                         "You can close this page.");
}
