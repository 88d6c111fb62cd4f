#include "application_record.h"

#include "application_judge.h"
#include "application_outcomes.h"
#include "requirements_words.h"

#include "endorse/v1/events.pb-c.h"
#include "endorse/v1/journal.pb-c.h"

#include <stdio.h>
#include <string.h>

/* ---- how a review went on ---- */

enum { RULES = 3, RULE_NAME = 32, REASONS = APPLICATION_REASONS * APPLICATION_REVIEWERS };

struct review {
    Endorse__V1__Judgement judgement;
    Endorse__V1__JudgedRule rules[RULES];
    Endorse__V1__JudgedRule *list[RULES];
    char *by[RULES][APPLICATION_REVIEWERS];
    char exam[RULE_NAME];
    char on[WF_DATE_TEXT];
    char *reasons[REASONS];
};

static Endorse__V1__JudgedRule *add_rule(struct review *review, const char *requirement,
                                         const char *rule, int64_t needed, int64_t have)
{
    size_t place = review->judgement.n_rules++;
    Endorse__V1__JudgedRule *added = &review->rules[place];
    endorse__v1__judged_rule__init(added);
    added->requirement = (char *)requirement;
    added->rule = (char *)rule;
    added->unit = (char *)"reviewers";
    added->needed = needed;
    added->have = have;
    added->met = have >= needed;
    added->by = review->by[place];
    review->list[place] = added;
    return added;
}

/* Those whose decision counts; of one mind: 0 takes all. */
static void name_reviewers(Endorse__V1__JudgedRule *rule, const struct application_state *state,
                           int32_t mind)
{
    for (int32_t i = 0; i < state->reviewer_count; i++) {
        const struct application_reviewer *reviewer = &state->reviewers[i];
        if (application_decision_counts(reviewer) && (mind == 0 || reviewer->decision == mind))
            rule->by[rule->n_by++] = (char *)reviewer->id;
    }
}

static void add_exam(struct review *review, const struct application_state *state,
                     const struct wf_edition *edition)
{
    const ProtobufCEnumValue *category = protobuf_c_enum_descriptor_get_value(
        &endorse__v1__category__descriptor, state->registration.category);
    if (!category || state->registration.category >= WF_CATEGORIES)
        return;
    (void)snprintf(review->exam, sizeof review->exam, "%s.exam", category->name);
    add_rule(review, "exam", review->exam, edition->categories[state->registration.category].exam,
             0)
        ->unit = (char *)"yes";
}

static void add_reasons(struct review *review, const json_t *codes)
{
    for (size_t i = 0; i < json_array_size(codes) && i < REASONS; i++)
        review->reasons[review->judgement.n_reasons++] =
            (char *)json_string_value(json_array_get(codes, i));
    review->judgement.reasons = review->reasons;
}

/* Of that name; the earliest if the file has it no longer. */
static const struct wf_edition *edition_named(const struct wf_association *association,
                                              const char *name)
{
    for (int32_t i = 0; i < association->edition_count; i++) {
        if (strcmp(association->editions[i].name, name) == 0)
            return &association->editions[i];
    }
    return &association->editions[0];
}

/* The edition of the latest decision says how many reviewers decide; that in the state, whether an exam follows. */
static void record_review(struct wf_plan *plan, const struct wf_association *association,
                          const struct application_state *after, int32_t mind, const char *result)
{
    const struct application_registration *registration = &after->registration;
    struct application_tally tally = application_count_decisions(after);
    const struct wf_edition *edition = wf_policy_edition(association, tally.last);
    int32_t agreeing = mind == 0 ? tally.of[DECIDES_APPROVE] : tally.of[mind];
    struct review review = {.on = ""};
    json_t *codes = application_decision_reasons(after);
    endorse__v1__judgement__init(&review.judgement);
    wf_date_format(tally.last, review.on);
    review.judgement.decision = (char *)"review";
    review.judgement.result = (char *)result;
    review.judgement.association = (char *)registration->association;
    review.judgement.edition = (char *)edition->name;
    review.judgement.category = (uint32_t)registration->category;
    review.judgement.age_line = (uint32_t)registration->age_line;
    review.judgement.judged_on = review.on;
    review.judgement.at_ms = wf_plan_now(plan);
    review.judgement.rules = review.list;
    name_reviewers(add_rule(&review, "reviewers", "reviewers", edition->reviewers, agreeing), after,
                   mind);
    if (edition->consensus)
        name_reviewers(add_rule(&review, "consensus", "consensus", tally.decided, agreeing), after,
                       0);
    if (mind == DECIDES_APPROVE)
        add_exam(&review, after, edition_named(association, after->edition));
    add_reasons(&review, codes);
    wf_plan_judgement(plan, &review.judgement.base);
    json_decref(codes);
}

/* ---- which it is ---- */

static void record_submission(struct wf_plan *plan, const struct intake_policy *policy,
                              const struct application_state *after)
{
    struct requirement_list list;
    if (application_judge_on(policy, after, after->submitted_on, wf_plan_now(plan), &list))
        requirements_record(plan, after, &list, "accepted");
}

/* Approved by the reviewers, but short by the rules of that day: these have decided. */
static bool record_overtaken(struct wf_plan *plan, const struct intake_policy *policy,
                             const struct wf_association *association,
                             const struct application_state *after)
{
    struct requirement_list list;
    struct application_tally tally = application_count_decisions(after);
    int32_t needed = wf_policy_edition(association, tally.last)->reviewers;
    if (association->judged_by != WF_JUDGED_BY_DECISION || tally.of[DECIDES_APPROVE] < needed ||
        !application_judge_on(policy, after, tally.last, wf_plan_now(plan), &list))
        return false;
    requirements_record(plan, after, &list, "refused");
    return true;
}

static void record_outcome(struct wf_plan *plan, const struct intake_policy *policy,
                           const struct application_state *after, enum intake_outcome outcome)
{
    static const struct {
        enum intake_outcome outcome;
        int32_t mind;
        const char *result;
    } reviews[] = {{INTAKE_OUTCOME_ENDORSED, DECIDES_APPROVE, "endorsed"},
                   {INTAKE_OUTCOME_EMERGING, DECIDES_APPROVE, "emerging"},
                   {INTAKE_OUTCOME_EXAM_ELIGIBLE, DECIDES_APPROVE, "exam-eligible"},
                   {INTAKE_OUTCOME_MORE_ASKED, DECIDES_MORE_INFORMATION, "more-information"},
                   {INTAKE_OUTCOME_DEFERRED, DECIDES_DEFER, "deferred"},
                   {INTAKE_OUTCOME_REVIEW_SPLIT, DECIDES_NOTHING, "split"}};
    const struct wf_association *association =
        wf_policy_association(policy->book, after->registration.association);
    if (outcome == INTAKE_OUTCOME_SUBMISSION_ACCEPTED)
        record_submission(plan, policy, after);
    if (after->registration.transfer_from[0])
        return; /* judged by its submission alone */
    if (outcome == INTAKE_OUTCOME_MORE_ASKED && association &&
        record_overtaken(plan, policy, association, after))
        return;
    for (size_t i = 0; association && i < sizeof reviews / sizeof reviews[0]; i++) {
        if (reviews[i].outcome == outcome)
            record_review(plan, association, after, reviews[i].mind, reviews[i].result);
    }
}

void application_record(struct wf_plan *plan, const struct intake_policy *policy,
                        const struct application_state *after,
                        const struct application_effects *effects)
{
    for (int32_t i = 0; i < effects->count; i++) {
        if (effects->list[i].kind == APPLICATION_TELL)
            record_outcome(plan, policy, after, effects->list[i].outcome);
    }
}
