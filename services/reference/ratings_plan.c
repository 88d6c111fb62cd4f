/* Decisions -> messages to intake and courier, and the papers' index.  SPEC 2.2, 5, 6. */
#include "ratings_service.h"

#include <stdio.h>
#include <string.h>

/* What one place of a decision is turned into messages with. */
struct outgoing {
    struct ratings_service *service;
    const struct ratings_event *event;
    const struct ratings_state *after;
    const struct ratings_request *request;
    const char *application;
    struct wf_plan *plan;
};

void ratings_paper_index(const char *application, char name[static RATINGS_INDEX_MAX])
{
    (void)snprintf(name, RATINGS_INDEX_MAX, "papers:%s", application);
}

static void report(const struct outgoing *out)
{
    const struct ratings_request *request = out->request;
    bool answered = request->recommendation != WF_FORM_NO_RECOMMENDATION;
    Endorse__V1__RatingReported message = ENDORSE__V1__RATING_REPORTED__INIT;
    message.request = request->number;
    message.rater_id = (char *)request->rater_id;
    message.state = (Endorse__V1__RatingState)request->state;
    message.at_ms = wf_plan_now(out->plan);
    if (answered) {
        message.not_enough_information = request->not_enough;
        message.recommended = request->recommendation == WF_FORM_RECOMMEND;
        message.valid_until_ms = request->valid_until == WF_NEVER ? 0 : request->valid_until;
    }
    wf_plan_send(out->plan, WF_MESSAGE_RATING_REPORTED, out->application, &message.base);
}

/* ---- mail ---- */

static const char *const templates[RATINGS_MAIL_COUNT] = {
    [RATINGS_MAIL_REQUEST] = "rating-request",
    [RATINGS_MAIL_REMINDER] = "rating-reminder",
    [RATINGS_MAIL_THANKS] = "rating-thanks",
};

/* What the association calls the category, on the day the link was sent. */
static void category_words(const struct outgoing *out, char *words, size_t size)
{
    const struct ratings_state *state = out->after;
    const struct wf_policy_book *book = out->service->policy.book;
    const struct wf_association *association = wf_policy_association(book, state->association);
    const char *label = "";
    if (association && state->category > 0 && state->category < WF_CATEGORIES) {
        wf_date on = wf_policy_local_date(book, association, out->request->link_at);
        label = wf_policy_edition(association, on)->categories[state->category].label;
    }
    (void)snprintf(words, size, "%s, %s", *label ? label : "endorsement",
                   state->age_line == ENDORSE__V1__AGE_LINE__ECMH ? "Early Childhood Mental Health"
                                                                  : "Infant Mental Health");
}

static void mail(const struct outgoing *out, enum ratings_mail kind, unsigned ordinal)
{
    const struct ratings_request *request = out->request;
    char effect[33], category[128], due_on[WF_DATE_TEXT];
    category_words(out, category, sizeof category);
    wf_date_format(ratings_due_on(&out->service->policy, out->after, request), due_on);
    char *const pairs[][2] = {
        {(char *)"category", category},
        {(char *)"role", (char *)ratings_role_words(request->role)},
        {(char *)"due_on", due_on},
        {(char *)"waiver", (char *)(request->waived ? "has given up" : "has kept")}};
    enum { PAIRS = sizeof pairs / sizeof pairs[0] };
    Endorse__V1__MailArgument rows[PAIRS], *list[PAIRS];
    for (size_t i = 0; i < PAIRS; i++) {
        endorse__v1__mail_argument__init(&rows[i]);
        rows[i].name = pairs[i][0];
        rows[i].value = pairs[i][1];
        list[i] = &rows[i];
    }
    Endorse__V1__MailRequested message = ENDORSE__V1__MAIL_REQUESTED__INIT;
    message.template_name = (char *)templates[kind];
    message.to_person_id = (char *)request->rater_id;
    message.about_person_id = (char *)out->after->applicant_id;
    message.association = (char *)out->after->association;
    message.arguments = list;
    message.n_arguments = kind == RATINGS_MAIL_THANKS ? 1 : PAIRS;
    if (kind != RATINGS_MAIL_THANKS) {
        message.link_application = (char *)out->application;
        message.link_request = request->number;
        message.link_generation = request->generation;
    }
    wf_plan_effect_id(out->plan, ordinal, effect);
    wf_plan_send(out->plan, WF_MESSAGE_MAIL_REQUESTED, effect, &message.base);
}

/* ---- papers ---- */

static void change_paper(const struct outgoing *out, enum ratings_paper_change change)
{
    char name[RATINGS_INDEX_MAX], member[12];
    if (change == RATINGS_PAPER_KEEP)
        return;
    ratings_paper_index(out->application, name);
    (void)snprintf(member, sizeof member, "%u", out->request->number);
    struct wf_index index = {.op = change == RATINGS_PAPER_PUT ? WF_INDEX_HASH_PUT
                                                               : WF_INDEX_HASH_DROP,
                             .name = {(const uint8_t *)name, strlen(name)},
                             .member = {(const uint8_t *)member, strlen(member)}};
    if (change == RATINGS_PAPER_PUT)
        index.value = (struct wf_bytes){out->event->paper_bytes, out->event->paper.length};
    wf_plan_index(out->plan, &index);
}

static void name_edition(const struct outgoing *out)
{
    const struct wf_policy_book *book = out->service->policy.book;
    const struct wf_association *association = wf_policy_association(book, out->after->association);
    if (!association)
        return;
    wf_date on = wf_policy_local_date(book, association, out->request->link_at);
    wf_plan_edition(out->plan, wf_policy_edition(association, on)->name);
}

int ratings_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
                 const void *after, const void *effects, struct wf_plan *plan,
                 struct wf_error *error)
{
    const struct ratings_effects *done = effects;
    (void)before;
    (void)error;
    if (verdict.step != WF_APPLIED)
        return 0; /* the acknowledgement and the answer carry the reason */
    struct outgoing out = {.service = service, .event = event, .after = after, .plan = plan};
    out.application = out.event->meta.self.id;
    for (unsigned i = 0; i < RATINGS_REQUESTS_MAX; i++) {
        out.request = &out.after->requests[i];
        if (done->report[i]) {
            report(&out);
            name_edition(&out);
        }
        if (done->mail[i] != RATINGS_MAIL_NONE)
            mail(&out, done->mail[i], i);
        change_paper(&out, done->paper[i]);
    }
    return 0;
}
