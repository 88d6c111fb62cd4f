/* The exam of an application: what goes to its paper, and what the portal hears.  SPEC 2.10. */
#include "application_exam_plan.h"

#include "telling.h"

#include "endorse/v1/internal.pb-c.h"

#include <string.h>

enum { PEOPLE = APPLICATION_RATERS + APPLICATION_REVIEWERS + 1 + APPLICATION_ENTRIES };

/* ---- to the paper ---- */

struct people {
    Endorse__V1__PaperPerson rows[PEOPLE];
    Endorse__V1__PaperPerson *list[PEOPLE];
    size_t count;
};

static void add_person(struct people *people, const char *id, Endorse__V1__PaperRole role)
{
    for (size_t i = 0; i < people->count; i++) {
        if (strcmp(people->rows[i].person_id, id) == 0)
            return;
    }
    if (!id[0] || people->count == PEOPLE)
        return;
    Endorse__V1__PaperPerson *row = &people->rows[people->count];
    endorse__v1__paper_person__init(row);
    row->person_id = (char *)id;
    row->role = role;
    people->list[people->count++] = row;
}

/* Of every round, replaced and withdrawn ones too: whoever once knew the file is kept away. */
static void collect_people(struct people *people, const struct application_state *state)
{
    for (int32_t i = 0; i < state->rater_count; i++)
        add_person(people, state->raters[i].id, ENDORSE__V1__PAPER_ROLE__PAPER_RATER);
    for (int32_t i = 0; i < state->reviewer_count; i++)
        add_person(people, state->reviewers[i].id, ENDORSE__V1__PAPER_ROLE__PAPER_REVIEWER);
    add_person(people, state->advisor, ENDORSE__V1__PAPER_ROLE__PAPER_ADVISOR);
    for (int32_t i = 0; i < state->entry_count; i++)
        add_person(people, state->entries[i].provider, ENDORSE__V1__PAPER_ROLE__PAPER_SUPERVISOR);
}

void application_send_paper(struct wf_plan *plan, const struct application_state *after,
                            const struct application_event *event)
{
    const struct application_essay *essay = &event->is.essay;
    const struct application_registration *registration = &after->registration;
    Endorse__V1__PaperReceived message = ENDORSE__V1__PAPER_RECEIVED__INIT;
    struct people people = {.count = 0};
    collect_people(&people, after);
    message.application_id = (char *)event->meta.self.id;
    message.person_id = (char *)registration->person;
    message.association = (char *)registration->association;
    message.category = (Endorse__V1__Category)registration->category;
    message.age_line = (Endorse__V1__AgeLine)registration->age_line;
    message.form = (char *)essay->form;
    message.language = (char *)essay->language;
    message.sealed_answers =
        (ProtobufCBinaryData){.len = essay->sealed_size, .data = (uint8_t *)essay->sealed};
    message.n_people = people.count;
    message.people = people.list;
    wf_plan_send(plan, WF_MESSAGE_PAPER_RECEIVED, after->exam.paper, &message.base);
}

void application_appeal_paper(struct wf_plan *plan, const struct application_state *after,
                              int32_t kind)
{
    Endorse__V1__PaperAppealWanted message = ENDORSE__V1__PAPER_APPEAL_WANTED__INIT;
    message.kind = (Endorse__V1__AppealKind)kind;
    wf_plan_send(plan, WF_MESSAGE_PAPER_APPEAL_WANTED, after->exam.paper, &message.base);
}

void application_end_paper(struct wf_plan *plan, const struct application_state *after)
{
    Endorse__V1__PaperEnded message = ENDORSE__V1__PAPER_ENDED__INIT;
    message.reason = (char *)application_state_name(after->state);
    wf_plan_send(plan, WF_MESSAGE_PAPER_ENDED, after->exam.paper, &message.base);
}

/* ---- to the portal ---- */

static const char *const part_words[] = {
    [EXAM_OPEN] = "open", [EXAM_PASSED] = "passed", [EXAM_NOT_PASSED] = "not-passed"};

static json_t *points(int32_t hundredths)
{
    return json_real((double)hundredths / 100.0);
}

static json_t *criteria_json(const struct wf_exam_form *form, const struct application_exam *exam)
{
    json_t *list = json_array();
    for (int32_t i = 0; i < exam->criterion_count; i++) {
        const struct application_criterion *criterion = &exam->criteria[i];
        int32_t place = form ? wf_exam_criterion_find(form, criterion->id) : -1;
        json_t *object = json_object();
        json_member(object, "criterion", json_string(criterion->id));
        if (place >= 0)
            json_member(object, "title", json_string(form->criteria[place].title));
        json_member(object, "score", points(criterion->hundredths));
        json_member(object, "most", json_integer(criterion->most));
        (void)json_array_append_new(list, object);
    }
    return list;
}

static json_t *comments_json(const struct wf_exam_form *form, const struct application_exam *exam)
{
    json_t *list = json_array();
    for (int32_t i = 0; form && i < exam->comment_count; i++) {
        int32_t place = wf_exam_comment_find(form, exam->comments[i].code);
        if (place >= 0)
            (void)json_array_append_new(list, json_string(form->comments[place].text));
    }
    return list;
}

static json_t *result_json(const struct wf_exam_book *forms, const struct application_state *state)
{
    const struct application_exam *exam = &state->exam;
    const struct wf_exam_form *form = forms ? wf_exam_form_named(forms, exam->form) : NULL;
    json_t *data = json_object();
    json_member(data, "examId", json_string(exam->id));
    json_member(data, "passed",
                json_boolean(exam->part_one == EXAM_PASSED && exam->part_two == EXAM_PASSED));
    json_member(data, "partOne", json_string(part_words[exam->part_one]));
    json_member(data, "partTwo", json_string(part_words[exam->part_two]));
    if (exam->resolution > 0) {
        json_member(data, "score", points(exam->score_hundredths));
        json_member(data, "most", json_integer(exam->most));
        json_member(data, "criteria", criteria_json(form, exam));
        json_member(data, "comments", comments_json(form, exam));
        json_member(data, "resolution", json_integer(exam->resolution));
    }
    if (exam->step == EXAM_FAILED) {
        json_member(data, "retakeFrom", json_date(exam->retake_from));
        json_member(data, "eligibleUntil", json_date(state->eligible_until));
    }
    return data;
}

static json_t *retake_json(const struct application_exam *exam)
{
    json_t *data = json_object();
    json_t *parts = json_array();
    for (int32_t part = EXAM_PART_ONE; part <= EXAM_PART_TWO; part++) {
        if (exam->retake_parts >> part & 1)
            (void)json_array_append_new(parts, json_integer(part));
    }
    json_member(data, "parts", parts);
    json_member(data, "sittingOn", json_date(exam->retake_on));
    return data;
}

static json_t *of_exam(const struct application_exam *exam)
{
    json_t *data = json_object();
    json_member(data, "examId", json_string(exam->id));
    return data;
}

json_t *application_exam_outcome(const struct wf_exam_book *forms,
                                 const struct application_state *state,
                                 const struct application_effect *effect)
{
    const struct application_exam *exam = &state->exam;
    if (effect->outcome == INTAKE_OUTCOME_EXAM_RESULT)
        return result_json(forms, state);
    if (effect->outcome == INTAKE_OUTCOME_EXAM_RETAKE)
        return retake_json(exam);
    json_t *data = of_exam(exam);
    if (effect->outcome == INTAKE_OUTCOME_EXAM_SITTING) {
        json_member(data, "attempt", json_integer(exam->attempt));
        json_member(data, "sittingOn", json_date(exam->sitting_on));
    } else if (effect->outcome == INTAKE_OUTCOME_EXAM_PART) {
        json_member(data, "part", json_integer(EXAM_PART_ONE));
        json_member(data, "passed", json_boolean(exam->part_one == EXAM_PASSED));
        json_member(data, "correct", json_integer(exam->correct));
        json_member(data, "items", json_integer(exam->items));
    } else if (effect->outcome == INTAKE_OUTCOME_EXAM_APPEAL) {
        const ProtobufCEnumValue *kind = protobuf_c_enum_descriptor_get_value(
            &endorse__v1__appeal_kind__descriptor, effect->index);
        json_member(data, "kind", kind ? json_string(kind->name) : NULL);
    }
    return data;
}

json_t *application_exam_json(const struct application_exam *exam)
{
    static const char *const steps[] = {[EXAM_ELIGIBLE] = "eligible",
                                        [EXAM_SCHEDULED] = "scheduled",
                                        [EXAM_SCORING] = "scoring",
                                        [EXAM_FAILED] = "failed",
                                        [EXAM_OVER] = "over"};
    if (exam->attempt == 0)
        return NULL;
    json_t *object = of_exam(exam);
    json_member(object, "step", json_string(steps[exam->step]));
    json_member(object, "attempt", json_integer(exam->attempt));
    json_member(object, "sittingOn", json_date(exam->sitting_on));
    json_member(object, "partOne", json_string(part_words[exam->part_one]));
    json_member(object, "partTwo", json_string(part_words[exam->part_two]));
    json_member(object, "retakeFrom", json_date(exam->retake_from));
    json_member(object, "retakeOn", json_date(exam->retake_on));
    return object;
}
