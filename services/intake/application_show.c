/* The application in words, for the operator's view.  References only. */
#include "application_plan.h"

#include "telling.h"
#include "wf_messages.h"

#include "endorse/v1/internal.pb-c.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *short_type(const struct application_event *event)
{
    static const char prefix[] = "org.endorse.";
    const char *type = wf_message_row((enum wf_message)event->meta.message)->type;
    return strncmp(type, prefix, sizeof prefix - 1) == 0 ? type + sizeof prefix - 1 : type;
}

static const char *rating_state_name(int32_t state)
{
    const ProtobufCEnumValue *value =
        protobuf_c_enum_descriptor_get_value(&endorse__v1__rating_state__descriptor, state);
    return value ? value->name : "unknown";
}

void application_describe(const void *event, char *text, size_t size)
{
    const struct application_event *told = event;
    const union application_content *is = &told->is;
    switch (told->kind) {
    case APPLICATION_EVENT_REGISTERED:
        (void)snprintf(text, size, "registered at %s for person %s", is->registration.association,
                       is->registration.person);
        return;
    case APPLICATION_EVENT_ENTRY:
        (void)snprintf(text, size, "%s: entry %s", short_type(told), is->entry.id);
        return;
    case APPLICATION_EVENT_ENTRY_WITHDRAWN:
        (void)snprintf(text, size, "entry %s withdrawn", is->entry.id);
        return;
    case APPLICATION_EVENT_TRANSCRIPT:
        (void)snprintf(text, size, "transcript for entry %s", is->transcript.entry);
        return;
    case APPLICATION_EVENT_FEE:
        (void)snprintf(text, size, "payment %s: %" PRId64 " minor units of %s", is->fee.payment,
                       is->fee.amount_minor, is->fee.currency);
        return;
    case APPLICATION_EVENT_RATER_NAMED:
    case APPLICATION_EVENT_RATER_VETTED:
    case APPLICATION_EVENT_WAIVER:
        (void)snprintf(text, size, "%s: rater %s", short_type(told), is->rater.rater);
        return;
    case APPLICATION_EVENT_RATER_REPLACED:
        (void)snprintf(text, size, "rater %s replaced by %s", is->rater.rater, is->rater.new_rater);
        return;
    case APPLICATION_EVENT_RATING_REPORTED:
        (void)snprintf(text, size, "rating %" PRIu32 " of %s is %s", is->report.request,
                       is->report.rater, rating_state_name(is->report.state));
        return;
    case APPLICATION_EVENT_ADVISOR:
    case APPLICATION_EVENT_REVIEWER_ASSIGNED:
    case APPLICATION_EVENT_REVIEWER_WITHDRAWN:
        (void)snprintf(text, size, "%s: person %s", short_type(told), is->person.id);
        return;
    case APPLICATION_EVENT_DECISION:
        (void)snprintf(text, size, "reviewer %s decided", is->decision.reviewer);
        return;
    case APPLICATION_EVENT_PERSON_FACTS:
        (void)snprintf(text, size, "facts of person %s", is->facts.person);
        return;
    case APPLICATION_EVENT_MAIL_REPORTED:
        (void)snprintf(text, size, "mail %s to person %s: %s", is->mail.template_name,
                       is->mail.person, is->mail.detail);
        return;
    case APPLICATION_EVENT_TICK:
        (void)snprintf(text, size, "its deadline came");
        return;
    case APPLICATION_EVENT_ETHICS:
    case APPLICATION_EVENT_AGREEMENT:
    case APPLICATION_EVENT_SUBMITTED:
    case APPLICATION_EVENT_AMENDED:
    case APPLICATION_EVENT_WITHDRAWN:
    case APPLICATION_EVENT_NOT_SERVED:
    case APPLICATION_EVENT_COUNT:
        break;
    }
    (void)snprintf(text, size, "%s", short_type(told));
}

static int32_t open_ratings(const struct application_state *state)
{
    int32_t open = 0;
    for (int32_t i = 0; i < state->rater_count; i++) {
        int32_t rating = state->raters[i].state;
        open += !state->raters[i].replaced &&
                (rating == RATING_IS_REQUESTED || rating == RATING_IS_BOUNCED ||
                 rating == RATING_IS_OPENED);
    }
    return open;
}

void application_waiting(const void *policy, const void *state, char *text, size_t size)
{
    const struct application_state *application = state;
    char since[WF_TIME_TEXT];
    char until[WF_TIME_TEXT + 64] = "without a deadline";
    static const char *const waits[APPLICATION_STATE_COUNT] = {
        [APPLICATION_NONE] = "nothing is known of it",
        [APPLICATION_HELD] = "its registration (held events are refused at the deadline)",
        [APPLICATION_REGISTERED] = "evidence, ratings and submission (it expires at the deadline)",
        [APPLICATION_SUBMITTED] = "a reviewer to be assigned",
        [APPLICATION_UNDER_REVIEW] = "decisions of its reviewers",
        [APPLICATION_MORE_INFORMATION] = "an amendment by the applicant",
        [APPLICATION_DEFERRED] = "a new submission",
        [APPLICATION_EXAM_ELIGIBLE] = "the exam (eligibility ends at the deadline)",
    };
    (void)policy;
    if (application_state_is_final(application->state)) {
        (void)snprintf(text, size, "Nothing: it is %s.",
                       application_state_name(application->state));
        return;
    }
    wf_time_format(application->since, since);
    if (application->due != 0) {
        char due[WF_TIME_TEXT];
        wf_time_format(application->due, due);
        (void)snprintf(until, sizeof until, "until %s", due);
    }
    (void)snprintf(text, size, "%s: it waits for %s; since %s, %s; %d ratings open%s.",
                   application_state_name(application->state), waits[application->state], since,
                   until, open_ratings(application),
                   application->split ? "; the reviewers are split" : "");
}

static json_t *raters_json(const struct application_state *state)
{
    json_t *list = json_array();
    for (int32_t i = 0; i < state->rater_count; i++) {
        const struct application_rater *rater = &state->raters[i];
        json_t *object = json_object();
        json_member(object, "request", json_integer(rater->request));
        json_member(object, "raterId", json_string(rater->id));
        json_member(object, "state", json_string(rating_state_name(rater->state)));
        json_member(object, "validUntil", json_time(rater->valid_until));
        (void)json_array_append_new(list, object);
    }
    return list;
}

static json_t *reviewers_json(const struct application_state *state)
{
    static const char *const known[] = {"not known yet", "no", "yes"};
    json_t *list = json_array();
    for (int32_t i = 0; i < state->reviewer_count; i++) {
        const struct application_reviewer *reviewer = &state->reviewers[i];
        json_t *object = json_object();
        json_member(object, "reviewerId", json_string(reviewer->id));
        json_member(object, "enrolled", json_string(known[reviewer->enrolled % 3]));
        json_member(object, "withdrawn", json_boolean(reviewer->withdrawn));
        json_member(object, "decided", json_boolean(reviewer->decision != DECIDES_NOTHING));
        (void)json_array_append_new(list, object);
    }
    return list;
}

void application_show(const void *state, struct wf_buffer *json)
{
    const struct application_state *application = state;
    const struct application_registration *registration = &application->registration;
    json_t *object = json_object();
    json_member(object, "state", json_string(application_state_name(application->state)));
    json_member(object, "association", json_string(registration->association));
    json_member(object, "personId", json_string(registration->person));
    json_member(object, "category", json_category(registration->category));
    json_member(object, "ageLine", json_age_line(registration->age_line));
    json_member(object, "owner", json_string(application->portal));
    json_member(object, "edition", json_string(application->edition));
    json_member(object, "since", json_time(application->since));
    json_member(object, "due", json_time(application->due));
    json_member(object, "submittedOn", json_date(application->submitted_on));
    json_member(object, "decidedOn", json_date(application->decided_on));
    json_member(object, "round", json_integer(application->round));
    json_member(object, "split", json_boolean(application->split));
    json_member(object, "entries", json_integer(application->entry_count));
    json_member(object, "fees", json_integer(application->fee_count));
    json_member(object, "held", json_integer(application->held_count));
    json_member(object, "raters", raters_json(application));
    json_member(object, "reviewers", reviewers_json(application));
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (text)
        wf_buffer_text(json, text);
    free(text);
}
