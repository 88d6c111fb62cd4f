#include "application_outcomes.h"

#include "application_judge.h"
#include "telling.h"
#include "wf_messages.h"

#include "endorse/v1/events.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <string.h>

static json_t *named(const ProtobufCEnumDescriptor *descriptor, int32_t number)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(descriptor, number);
    return value ? json_string(value->name) : NULL;
}

/* ---- refusals ---- */

static json_t *role_names(uint16_t roles)
{
    json_t *names = json_array();
    for (int32_t role = 1; role < RATER_ROLES; role++) {
        if (roles >> role & 1)
            (void)json_array_append_new(names, named(&endorse__v1__rater_role__descriptor, role));
    }
    return names;
}

static json_t *requirement_json(const struct requirement_result *result)
{
    const struct requirement_row *row = requirement_row(result->id);
    json_t *object = json_object();
    int64_t lacking = result->have < result->needed ? result->needed - result->have : 0;
    json_member(object, "requirement", json_string(row->code));
    json_member(object, "met", json_boolean(result->met));
    json_member(object, "needed", json_integer(result->needed));
    json_member(object, "have", json_integer(result->have));
    json_member(object, "short", json_integer(result->met ? 0 : lacking));
    json_member(object, "unit", json_string(row->unit));
    json_member(object, "items", json_integer(result->items));
    if (result->roles)
        json_member(object, "roles", role_names(result->roles));
    json_member(object, "text", json_string(row->text));
    return object;
}

json_t *application_refusal(const char *event_id, const char *type,
                            enum application_reason_id reason, const struct requirement_list *list)
{
    json_t *data = telling_refusal(event_id, type, application_reasons[reason].code,
                                   application_reasons[reason].text);
    if (!list)
        return data;
    json_t *requirements = json_array();
    for (int32_t i = 0; i < list->count; i++)
        (void)json_array_append_new(requirements, requirement_json(&list->results[i]));
    json_member(data, "edition", json_string(list->edition));
    json_member(data, "requirements", requirements);
    return data;
}

/* ---- steps of an application ---- */

static json_t *accepted(const struct application_state *state,
                        const struct application_effect *effect)
{
    const struct application_registration *registration = &state->registration;
    json_t *data = json_object();
    json_member(data, "association", json_string(registration->association));
    json_member(data, "personId", json_string(registration->person));
    json_member(data, "category", json_category(registration->category));
    json_member(data, "ageLine", json_age_line(registration->age_line));
    json_member(data, "edition", json_string(state->edition));
    json_member(data, "registeredOn", json_date(registration->on));
    json_member(data, "draftUntil", json_date(effect->day));
    return data;
}

static json_t *rating_changed(const struct application_rater *rater)
{
    json_t *data = json_object();
    json_member(data, "request", json_integer(rater->request));
    json_member(data, "raterId", json_string(rater->id));
    json_member(data, "role", named(&endorse__v1__rater_role__descriptor, rater->role));
    json_member(data, "state", named(&endorse__v1__rating_state__descriptor, rater->state));
    json_member(data, "countable", json_boolean(rater->state == RATING_IS_COMPLETED));
    if (rater->state == RATING_IS_COMPLETED || rater->state == RATING_IS_NOT_COUNTABLE)
        json_member(data, "notEnoughInformation", json_integer(rater->not_enough_information));
    json_member(data, "validUntil", json_time(rater->valid_until));
    return data;
}

static json_t *submission_accepted(const struct application_state *state)
{
    json_t *data = json_object();
    json_member(data, "edition", json_string(state->edition));
    json_member(data, "round", json_integer(state->round));
    json_member(data, "submittedOn", json_date(state->submitted_on));
    json_member(data, "state", json_string(application_state_name(state->state)));
    return data;
}

static json_t *reviewer_named(const struct application_state *state, int32_t index)
{
    json_t *data = json_object();
    json_member(data, "reviewerId", json_string(state->reviewers[index].id));
    return data;
}

static json_t *review_split(const struct application_state *state)
{
    json_t *data = json_object();
    json_t *decisions = json_array();
    for (int32_t i = 0; i < state->reviewer_count; i++) {
        const struct application_reviewer *reviewer = &state->reviewers[i];
        if (reviewer->withdrawn || reviewer->decision == DECIDES_NOTHING)
            continue;
        json_t *decision = json_object();
        json_member(decision, "reviewerId", json_string(reviewer->id));
        json_member(decision, "decision",
                    named(&endorse__v1__decision__descriptor, reviewer->decision));
        json_member(decision, "counts", json_boolean(reviewer->enrolled == 2));
        (void)json_array_append_new(decisions, decision);
    }
    json_member(data, "round", json_integer(state->round));
    json_member(data, "decisions", decisions);
    return data;
}

static bool has_string(const json_t *array, const char *text)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (strcmp(json_string_value(json_array_get(array, i)), text) == 0)
            return true;
    }
    return false;
}

json_t *application_decision_reasons(const struct application_state *state)
{
    json_t *reasons = json_array();
    for (int32_t i = 0; i < state->reviewer_count; i++) {
        const struct application_reviewer *reviewer = &state->reviewers[i];
        if (reviewer->withdrawn || reviewer->enrolled != 2)
            continue;
        for (int r = 0; r < APPLICATION_REASONS; r++) {
            const char *code = reviewer->reasons[r];
            if (code[0] && !has_string(reasons, code))
                (void)json_array_append_new(reasons, json_string(code));
        }
    }
    return reasons;
}

static json_t *sent_back(const struct application_state *state)
{
    json_t *data = json_object();
    json_member(data, "round", json_integer(state->round));
    json_member(data, "reasons", application_decision_reasons(state));
    return data;
}

static json_t *mail_failed(const struct application_mail *mail)
{
    json_t *data = json_object();
    json_member(data, "personId", json_string(mail->person));
    json_member(data, "template", json_string(mail->template_name));
    json_member(data, "state", named(&endorse__v1__mail_state__descriptor, mail->state));
    json_member(data, "detail", json_string(mail->detail));
    return data;
}

static json_t *held(const struct application_effect *effect, const struct application_event *event)
{
    json_t *data = json_object();
    json_member(data, "event", json_string(effect->event));
    json_member(data, "type",
                json_string(wf_message_row((enum wf_message)event->meta.message)->type));
    json_member(data, "until", json_time(effect->until));
    return data;
}

static json_t *held_refused(const struct intake_policy *policy,
                            const struct application_state *state,
                            const struct application_effect *effect, wf_time now)
{
    struct requirement_list list;
    bool listed = effect->reason == APPLICATION_REASON_INCOMPLETE &&
                  application_judge(policy, state, NULL, now, &list);
    return application_refusal(effect->event, application_event_name(effect->about), effect->reason,
                               listed ? &list : NULL);
}

static json_t *with_edition(const struct application_state *state, const char *member, wf_date day)
{
    json_t *data = json_object();
    json_member(data, "edition", json_string(state->edition));
    json_member(data, member, json_date(day));
    return data;
}

static json_t *ended(const struct application_effect *effect)
{
    json_t *data = json_object();
    json_member(data, "from", json_string(application_state_name(effect->from)));
    json_member(data, "expiredOn", json_date(effect->day));
    return data;
}

json_t *application_outcome(const struct intake_policy *policy,
                            const struct application_state *state,
                            const struct application_effect *effect,
                            const struct application_event *event, wf_time now)
{
    json_t *data;
    switch (effect->outcome) {
    case INTAKE_OUTCOME_EVENT_REFUSED:
        return held_refused(policy, state, effect, now);
    case INTAKE_OUTCOME_EVENT_HELD:
        return held(effect, event);
    case INTAKE_OUTCOME_ACCEPTED:
        return accepted(state, effect);
    case INTAKE_OUTCOME_RATING_CHANGED:
        return rating_changed(&state->raters[effect->index]);
    case INTAKE_OUTCOME_SUBMISSION_ACCEPTED:
        return submission_accepted(state);
    case INTAKE_OUTCOME_REVIEW_STARTED:
        data = reviewer_named(state, effect->index);
        json_member(data, "round", json_integer(state->round));
        return data;
    case INTAKE_OUTCOME_REVIEWER_CHECKED:
        data = reviewer_named(state, effect->index);
        json_member(data, "enrolled", json_boolean(state->reviewers[effect->index].enrolled == 2));
        return data;
    case INTAKE_OUTCOME_REVIEW_SPLIT:
        return review_split(state);
    case INTAKE_OUTCOME_MORE_ASKED:
    case INTAKE_OUTCOME_DEFERRED:
        return sent_back(state);
    case INTAKE_OUTCOME_EXAM_ELIGIBLE:
        return with_edition(state, "eligibleUntil", state->eligible_until);
    case INTAKE_OUTCOME_ENDORSED:
        return with_edition(state, "endorsedOn", state->decided_on);
    case INTAKE_OUTCOME_WITHDRAWAL:
    case INTAKE_OUTCOME_EXPIRED:
        return ended(effect);
    case INTAKE_OUTCOME_MAIL_FAILED:
        return mail_failed(&event->is.mail);
    case INTAKE_OUTCOME_NONE:
    case INTAKE_OUTCOME_STANDING_CHANGED:
    case INTAKE_OUTCOME_COUNT:
        break;
    }
    return json_object();
}
