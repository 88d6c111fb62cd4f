#include "application_outcomes.h"

#include "application_exam_plan.h"
#include "application_judge.h"
#include "requirements_words.h"
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

static void say_requirements(json_t *data, const struct application_state *state,
                             const struct requirement_list *list)
{
    json_member(data, "requirements", requirements_json(state, list, REQUIREMENTS_TOLD_BYTES));
    json_member(data, "notCounted", requirements_doubts_json(state, list, REQUIREMENTS_TOLD_BYTES));
}

json_t *application_refusal(const struct application_state *state, const char *event_id,
                            const char *type, enum application_reason_id reason,
                            const struct requirement_list *list)
{
    json_t *data = telling_refusal(event_id, type, application_reasons[reason].code,
                                   application_reasons[reason].text);
    if (!list)
        return data;
    json_member(data, "edition", json_string(list->edition));
    say_requirements(data, state, list);
    return data;
}

/* ---- steps of an application ---- */

/* Where the raters' questions can be read beforehand, at the gateway. */
static json_t *json_questions(const struct application_registration *registration)
{
    const ProtobufCEnumValue *category = protobuf_c_enum_descriptor_get_value(
        &endorse__v1__category__descriptor, registration->category);
    const ProtobufCEnumValue *line = protobuf_c_enum_descriptor_get_value(
        &endorse__v1__age_line__descriptor, registration->age_line);
    return category && line ? json_sprintf("/questions/%s/%s-%s", registration->association,
                                           category->name, line->name)
                            : NULL;
}

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
    json_member(data, "questions", json_questions(registration));
    json_member(data, "registeredOn", json_date(registration->on));
    json_member(data, "draftUntil", json_date(effect->day));
    if (registration->transfer_from[0])
        json_member(data, "transferFrom", json_string(registration->transfer_from));
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

static json_t *submission_accepted(const struct intake_policy *policy,
                                   const struct application_state *state, wf_time now)
{
    struct requirement_list list;
    json_t *data = json_object();
    if (application_judge_on(policy, state, state->submitted_on, now, &list))
        say_requirements(data, state, &list);
    json_member(data, "edition", json_string(state->edition));
    json_member(data, "round", json_integer(state->round));
    json_member(data, "submittedOn", json_date(state->submitted_on));
    json_member(data, "state", json_string(application_state_name(state->state)));
    json_member(data, "reviewOpens", json_date(state->review_opens));
    if (state->partial)
        json_member(data, "emerging", json_true());
    return data;
}

static json_t *reviewer_named(const struct application_state *state, int32_t index)
{
    json_t *data = json_object();
    json_member(data, "reviewerId", json_string(state->reviewers[index].id));
    return data;
}

static json_t *decisions_json(const struct application_state *state)
{
    json_t *decisions = json_array();
    for (int32_t i = 0; i < state->reviewer_count; i++) {
        const struct application_reviewer *reviewer = &state->reviewers[i];
        if (reviewer->withdrawn || reviewer->decision == DECIDES_NOTHING)
            continue;
        json_t *decision = json_object();
        json_member(decision, "reviewerId", json_string(reviewer->id));
        json_member(decision, "decision",
                    named(&endorse__v1__decision__descriptor, reviewer->decision));
        json_member(decision, "decidedOn", json_date(reviewer->decided_on));
        json_member(decision, "counts", json_boolean(application_decision_counts(reviewer)));
        (void)json_array_append_new(decisions, decision);
    }
    return decisions;
}

static json_t *review_split(const struct application_state *state)
{
    json_t *data = json_object();
    json_member(data, "round", json_integer(state->round));
    json_member(data, "decisions", decisions_json(state));
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

static bool waived_any(const struct application_state *state)
{
    for (int32_t i = 0; i < state->rater_count; i++) {
        if (state->raters[i].waived && !state->raters[i].replaced)
            return true;
    }
    return false;
}

json_t *application_told_reasons(const struct intake_policy *policy,
                                 const struct application_state *state, bool *withheld)
{
    static const char about_rating[] = "reference-";
    static const char no_more[] = "reference-rating";
    const struct wf_association *association =
        wf_policy_association(policy->book, state->registration.association);
    wf_date decided = application_count_decisions(state).last;
    bool discloses =
        association && state->state == APPLICATION_DEFERRED && !waived_any(state) &&
        wf_policy_edition(association, decided)->waiver_disclosure == WF_DISCLOSE_REASONS;
    json_t *reasons = application_decision_reasons(state);
    json_t *told = json_array();
    for (size_t i = 0; i < json_array_size(reasons); i++) {
        const char *code = json_string_value(json_array_get(reasons, i));
        bool kept = !discloses && strncmp(code, about_rating, strlen(about_rating)) == 0 &&
                    strcmp(code, no_more) != 0;
        if (withheld && kept)
            *withheld = true;
        if (!has_string(told, kept ? no_more : code))
            (void)json_array_append_new(told, json_string(kept ? no_more : code));
    }
    json_decref(reasons);
    return told;
}

static void say_reasons(json_t *data, const struct intake_policy *policy,
                        const struct application_state *state)
{
    bool withheld = false;
    json_member(data, "reasons", application_told_reasons(policy, state, &withheld));
    if (withheld)
        json_member(data, "reasonsWithheld", json_true());
    json_member(data, "decisions", decisions_json(state));
}

/* Reviewers approved, but the rules of that day want more. */
static void say_what_is_short(json_t *data, const struct intake_policy *policy,
                              const struct application_state *state, wf_time now)
{
    struct requirement_list list;
    const struct wf_association *association =
        wf_policy_association(policy->book, state->registration.association);
    wf_date decided = application_count_decisions(state).last;
    if (!association || association->judged_by != WF_JUDGED_BY_DECISION ||
        !application_judge_on(policy, state, decided, now, &list) || requirements_met(&list))
        return;
    json_member(data, "judgedBy", json_string(list.edition));
    say_requirements(data, state, &list);
}

static json_t *sent_back(const struct intake_policy *policy, const struct application_state *state,
                         wf_time now)
{
    json_t *data = json_object();
    json_member(data, "round", json_integer(state->round));
    json_member(data, "edition", json_string(state->edition));
    say_reasons(data, policy, state);
    say_what_is_short(data, policy, state, now);
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
    return application_refusal(state, effect->event, application_event_name(effect->about),
                               effect->reason, listed ? &list : NULL);
}

/* "FS.exam" */
static json_t *json_rule(const struct application_state *state, const char *key)
{
    const ProtobufCEnumValue *category = protobuf_c_enum_descriptor_get_value(
        &endorse__v1__category__descriptor, state->registration.category);
    return category ? json_sprintf("%s.%s", category->name, key) : NULL;
}

/* Approved: on what strength, and which rule says what follows. */
static json_t *approved(const struct intake_policy *policy, const struct application_state *state,
                        const char *key)
{
    bool transferred = state->registration.transfer_from[0];
    json_t *data = json_object();
    json_member(data, "edition", json_string(state->edition));
    json_member(data, "rule",
                transferred ? json_string("transfers_honoured") : json_rule(state, key));
    if (transferred)
        json_member(data, "transferFrom", json_string(state->registration.transfer_from));
    json_member(data, "submittedOn", json_date(state->submitted_on));
    json_member(data, "decidedOn", json_date(state->decided_on));
    json_member(data, "round", json_integer(state->round));
    say_reasons(data, policy, state);
    return data;
}

static json_t *exam_eligible(const struct intake_policy *policy,
                             const struct application_state *state)
{
    json_t *data = approved(policy, state, "exam");
    json_member(data, "eligibleUntil", json_date(state->eligible_until));
    return data;
}

static json_t *endorsed(const struct intake_policy *policy, const struct application_state *state)
{
    json_t *data = approved(policy, state, "exam");
    json_member(data, "endorsedOn", json_date(state->decided_on));
    return data;
}

/* With what is still missing. */
static json_t *emerging(const struct intake_policy *policy, const struct application_state *state,
                        wf_time now)
{
    struct requirement_list list;
    json_t *data = approved(policy, state, "emerging");
    json_member(data, "endorsedOn", json_date(state->decided_on));
    json_member(data, "emergingUntil", json_date(state->emerging_until));
    if (application_judge_on(policy, state, state->submitted_on, now, &list))
        say_requirements(data, state, &list);
    return data;
}

static json_t *emerging_ended(const struct application_effect *effect)
{
    json_t *data = json_object();
    json_member(data, "from", json_string(application_state_name(effect->from)));
    json_member(data, "endedOn", json_date(effect->day));
    return data;
}

/* Dated, so that it can stand for the mail where a portal shows it. */
static json_t *confirmed(const struct application_state *state,
                         const struct application_effect *effect)
{
    json_t *data = json_object();
    json_member(data, "association", json_string(state->registration.association));
    json_member(data, "personId", json_string(state->registration.person));
    json_member(data, "category", json_category(state->registration.category));
    json_member(data, "ageLine", json_age_line(state->registration.age_line));
    json_member(data, "registeredOn", json_date(state->registration.on));
    json_member(data, "confirmedOn", json_date(effect->day));
    json_member(data, "state", json_string(application_state_name(state->state)));
    return data;
}

static json_t *category_recorded(const struct application_state *state)
{
    json_t *data = json_object();
    json_member(data, "category", json_category(state->registration.category));
    json_member(data, "ageLine", json_age_line(state->registration.age_line));
    json_member(data, "edition", json_string(state->edition));
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
        return submission_accepted(policy, state, now);
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
        return sent_back(policy, state, now);
    case INTAKE_OUTCOME_EXAM_ELIGIBLE:
        return exam_eligible(policy, state);
    case INTAKE_OUTCOME_ENDORSED:
        return endorsed(policy, state);
    case INTAKE_OUTCOME_EMERGING:
        return emerging(policy, state, now);
    case INTAKE_OUTCOME_EMERGING_ENDED:
        return emerging_ended(effect);
    case INTAKE_OUTCOME_CONFIRMED:
        return confirmed(state, effect);
    case INTAKE_OUTCOME_CATEGORY_RECORDED:
        return category_recorded(state);
    case INTAKE_OUTCOME_WITHDRAWAL:
    case INTAKE_OUTCOME_EXPIRED:
        return ended(effect);
    case INTAKE_OUTCOME_EXAM_SITTING:
    case INTAKE_OUTCOME_EXAM_PART:
    case INTAKE_OUTCOME_EXAM_IN_REVIEW:
    case INTAKE_OUTCOME_EXAM_RESULT:
    case INTAKE_OUTCOME_EXAM_RETAKE:
    case INTAKE_OUTCOME_EXAM_APPEAL:
        return application_exam_outcome(policy->forms, state, effect);
    case INTAKE_OUTCOME_MAIL_FAILED:
        return mail_failed(&event->is.mail);
    case INTAKE_OUTCOME_NONE:
    case INTAKE_OUTCOME_STANDING_CHANGED:
    case INTAKE_OUTCOME_RENEWAL_JUDGED:
    case INTAKE_OUTCOME_AUDIT_CHANGED:
    case INTAKE_OUTCOME_PERSON_ERASED:
    case INTAKE_OUTCOME_COUNT:
        break;
    }
    return json_object();
}
