/* The head of an application as JSON, for the operator's view.  References only. */
#include "application_plan.h"

#include "application_exam_plan.h"

#include "application_judge.h"
#include "requirements_words.h"
#include "telling.h"

#include "endorse/v1/internal.pb-c.h"

#include <stdlib.h>

static const char *rating_state_name(int32_t state)
{
    const ProtobufCEnumValue *value =
        protobuf_c_enum_descriptor_get_value(&endorse__v1__rating_state__descriptor, state);
    return value ? value->name : "unknown";
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
    json_member(object, "transferFrom", json_string(registration->transfer_from));
    json_member(object, "reviewOpens", json_date(application->review_opens));
    json_member(object, "emerging", json_boolean(application->emerging));
    json_member(object, "emergingUntil", json_date(application->emerging_until));
    json_member(object, "earlierApplication", json_string(application->earlier));
    json_member(object, "round", json_integer(application->round));
    json_member(object, "split", json_boolean(application->split));
    json_member(object, "entries", json_integer(application->entry_count));
    json_member(object, "fees", json_integer(application->fee_count));
    json_member(object, "held", json_integer(application->held_count));
    json_member(object, "exam", application_exam_json(&application->exam));
    json_member(object, "raters", raters_json(application));
    json_member(object, "reviewers", reviewers_json(application));
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (text)
        wf_buffer_text(json, text);
    free(text);
}

void application_judged(const void *policy, const void *state, wf_time now, struct wf_buffer *json)
{
    const struct application_state *application = state;
    struct requirement_list list;
    bool decided = application->decided_on != WF_NO_DATE && application->submitted_on != WF_NO_DATE;
    if (application->state == APPLICATION_NONE || application->state == APPLICATION_HELD)
        return;
    bool judged =
        decided ? application_judge_on(policy, application, application->submitted_on, now, &list)
                : application_judge(policy, application, NULL, now, &list);
    if (!judged)
        return;
    json_t *object = json_object();
    json_member(object, "requirements",
                requirements_json(application, &list, REQUIREMENTS_ALL_BYTES));
    json_member(object, "notCounted",
                requirements_doubts_json(application, &list, REQUIREMENTS_ALL_BYTES));
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (text)
        wf_buffer_text(json, text);
    free(text);
}
