/* Names and sentences.  Never what a rater wrote, nor how they judged (SPEC 5). */
#include "ratings_service.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_texts[RATINGS_STATE_COUNT] = {
#define RATINGS_STATE(symbol, name) [RATINGS_##symbol] = (name),
#include "ratings_states.def"
#undef RATINGS_STATE
};

const char *ratings_state_text(enum ratings_state_name state)
{
    return state < RATINGS_STATE_COUNT ? state_texts[state] : state_texts[RATINGS_UNKNOWN];
}

bool ratings_state_find(const char *text, enum ratings_state_name *state)
{
    for (size_t i = 0; i < RATINGS_STATE_COUNT; i++)
        if (!strcmp(state_texts[i], text)) {
            *state = (enum ratings_state_name)i;
            return true;
        }
    return false;
}

const char *ratings_role_words(int32_t role)
{
    static const char *const words[] = {
        [ENDORSE__V1__RATER_ROLE__RATER_ROLE_UNSPECIFIED] = "somebody who knows their work",
        [ENDORSE__V1__RATER_ROLE__RATER_SUPERVISOR] = "their current supervisor",
        [ENDORSE__V1__RATER_ROLE__RATER_RSC_PROVIDER] =
            "the person who gives them reflective supervision",
        [ENDORSE__V1__RATER_ROLE__RATER_TEACHER] = "their teacher, trainer or consultant",
        [ENDORSE__V1__RATER_ROLE__RATER_COLLEAGUE] = "their colleague",
        [ENDORSE__V1__RATER_ROLE__RATER_SUPERVISEE] =
            "a person who receives reflective supervision from them",
        [ENDORSE__V1__RATER_ROLE__RATER_PARENT] = "a parent or recipient of their services",
        [ENDORSE__V1__RATER_ROLE__RATER_OTHER] = "somebody who knows their work",
    };
    bool known = role >= 0 && (size_t)role < sizeof words / sizeof words[0];
    return words[known ? role : ENDORSE__V1__RATER_ROLE__RATER_OTHER];
}

/* ---- the story ---- */

void ratings_describe(const void *event, char *text, size_t size)
{
    static const char *const formats[RATINGS_EVENT_COUNT] = {
        [RATINGS_EVENT_TICK] = "A deadline of these rating requests came.",
        [RATINGS_EVENT_ASKED] = "Request %u: a rater is asked.",
        [RATINGS_EVENT_WAIVER] = "Request %u: the applicant's waiver changed.",
        [RATINGS_EVENT_CANCELLED] = "Request %u is cancelled.",
        [RATINGS_EVENT_ADDRESS] = "A rater's address changed: the old link ends.",
        [RATINGS_EVENT_MAILED] = "Request %u: the mail server took the mail.",
        [RATINGS_EVENT_MAIL_FAILED] = "Request %u: the mail could not be delivered.",
        [RATINGS_EVENT_BEGUN] = "Request %u: the rater begins.",
        [RATINGS_EVENT_DRAFT] = "Request %u: a draft of the rater.",
        [RATINGS_EVENT_SUBMITTED] = "Request %u: the answer of the rater.",
        [RATINGS_EVENT_DECLINED] = "Request %u: the rater would rather not answer.",
    };
    const struct ratings_event *ratings = event;
    if (ratings->kind == RATINGS_EVENT_COPIED) {
        (void)snprintf(text, size, "Request %u: an operator took the link, because: %s",
                       ratings->request, ratings->reason);
        return;
    }
    const char *format = formats[ratings->kind];
    const char *number = strstr(format, "%u");
    if (number)
        (void)snprintf(text, size, "%.*s%u%s", (int)(number - format), format, ratings->request,
                       number + 2);
    else
        (void)snprintf(text, size, "%s", format);
}

/* The request whose deadline comes first, or the first that has one at all. */
static const struct ratings_request *earliest(const struct ratings_policy *policy,
                                              const struct ratings_state *state, wf_time *due)
{
    const struct ratings_request *first = NULL;
    *due = WF_NEVER;
    for (int32_t i = 0; i < RATINGS_REQUESTS_MAX && state->requests[i].number; i++) {
        wf_time at = ratings_request_deadline(policy, state, &state->requests[i]);
        if (at < *due) {
            *due = at;
            first = &state->requests[i];
        }
    }
    return first;
}

void ratings_waiting(const void *policy, const void *state, char *text, size_t size)
{
    const struct ratings_policy *rules = policy;
    const struct ratings_state *ratings = state;
    char since[WF_DATE_TEXT], until[WF_TIME_TEXT], last[WF_DATE_TEXT];
    wf_time due;
    const struct ratings_request *request = earliest(rules, ratings, &due);
    if (!request) {
        (void)snprintf(text, size, "Nothing: no rater is asked and no answer can expire.");
        return;
    }
    wf_time_format(due, until);
    wf_date_format(ratings_due_on(rules, ratings, request), last);
    if (request->state == RATINGS_COMPLETED) {
        wf_date_format(wf_time_to_utc_date(request->answered_at), since);
        (void)snprintf(text, size, "The answer to request %u, given %s, counts until %s.",
                       request->number, since, until);
        return;
    }
    wf_date_format(wf_time_to_utc_date(request->link_at), since);
    (void)snprintf(text, size,
                   "Request %u (%s) waits for rater %s since %s; next at %s: %s; without an answer "
                   "by %s it counts as silent.",
                   request->number, ratings_state_text(request->state), request->rater_id, since,
                   until, due < request->link_until ? "a reminder" : "the link ends", last);
}

/* ---- the head, for operations ---- */

static json_t *time_json(wf_time time)
{
    char text[WF_TIME_TEXT];
    if (!time || time == WF_NEVER)
        return json_null();
    wf_time_format(time, text);
    return json_string(text);
}

static json_t *request_json(const struct ratings_request *request)
{
    return json_pack(
        "{s:I s:s s:s s:s s:b s:I s:i s:o s:o s:o s:o s:o s:o s:s s:i}", "request",
        (json_int_t)request->number, "state", ratings_state_text(request->state), "rater",
        request->rater_id, "role", ratings_role_words(request->role), "waived", request->waived,
        "generation", (json_int_t)request->generation, "reminders", request->reminders, "asked",
        time_json(request->asked_at), "mailed", time_json(request->mailed_at), "copied",
        time_json(request->copied_at), "linkUntil", time_json(request->link_until), "answered",
        time_json(request->answered_at), "validUntil", time_json(request->valid_until), "form",
        request->form, "formVersion", request->form_version);
}

void ratings_show(const void *state, struct wf_buffer *json)
{
    const struct ratings_state *ratings = state;
    json_t *requests = json_array();
    for (int32_t i = 0; i < RATINGS_REQUESTS_MAX && ratings->requests[i].number; i++)
        (void)json_array_append_new(requests, request_json(&ratings->requests[i]));
    json_t *head = json_pack("{s:s s:s s:i s:i s:o}", "applicant", ratings->applicant_id,
                             "association", ratings->association, "category", ratings->category,
                             "ageLine", ratings->age_line, "requests", requests);
    char *text = json_dumps(head, JSON_COMPACT);
    WF_ASSERT(text);
    wf_buffer_text(json, text);
    free(text);
    json_decref(head);
}
