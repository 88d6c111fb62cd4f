/* Submission and the application review; SPEC 2.5 and 2.6. */
#include "application_rules.h"

#include "application_judge.h"

#include <string.h>

/* ---- submission ---- */

/* The day whose edition judges, as the association says; what has no date yet is judged by the
 * latest there is. */
static wf_date day_that_judges(const struct application_state *state, enum wf_judged_by by,
                               wf_date submitted, wf_date decided)
{
    switch (by) {
    case WF_JUDGED_BY_REGISTRATION:
        return state->registration.on;
    case WF_JUDGED_BY_SUBMISSION:
        return submitted;
    case WF_JUDGED_BY_DECISION:
        break;
    }
    return decided;
}

static bool judge(const struct application_work *work, wf_date on, wf_date today,
                  struct requirement_list *list)
{
    struct requirement_case rules = {
        .book = work->policy->book, .on = on, .category = work->after->registration.category};
    memset(list, 0, sizeof *list);
    rules.association = application_association(work);
    if (!rules.association || rules.category <= 0 || rules.category >= WF_CATEGORIES)
        return false;
    rules.edition = wf_policy_edition(
        rules.association, day_that_judges(work->after, rules.association->judged_by, on, on));
    /* Validity ends at an instant: a day that is over is judged at its end. */
    rules.at = on < today ? application_end_of(work, on) - 1 : work->now;
    requirements_judge(&rules, work->after, list);
    return true;
}

static wf_date day_of_submission(const struct application_work *work, wf_date today)
{
    bool named = work->event && work->event->kind == APPLICATION_EVENT_SUBMITTED &&
                 work->event->is.submission.on != WF_NO_DATE;
    return named ? work->event->is.submission.on : today;
}

bool application_judge(const struct intake_policy *policy, const struct application_state *state,
                       const struct application_event *event, wf_time now,
                       struct requirement_list *list)
{
    /* Judging changes nothing: `after` is only where rules look. */
    struct application_work work = {.policy = policy,
                                    .before = state,
                                    .event = event,
                                    .now = now,
                                    .after = (struct application_state *)state};
    wf_date today = application_today(&work);
    return judge(&work, day_of_submission(&work, today), today, list);
}

bool application_judge_on(const struct intake_policy *policy, const struct application_state *state,
                          wf_date on, wf_time now, struct requirement_list *list)
{
    struct application_work work = {
        .policy = policy, .before = state, .now = now, .after = (struct application_state *)state};
    return judge(&work, on, application_today(&work), list);
}

static int32_t active_reviewers(const struct application_state *state)
{
    int32_t count = 0;
    for (int32_t i = 0; i < state->reviewer_count; i++)
        count += !state->reviewers[i].withdrawn;
    return count;
}

static void begin_round(struct application_work *work)
{
    struct application_state *after = work->after;
    after->round++;
    after->split = false;
    for (int32_t i = 0; i < after->reviewer_count; i++) {
        after->reviewers[i].decision = DECIDES_NOTHING;
        after->reviewers[i].decided_on = WF_NO_DATE;
        memset(after->reviewers[i].reasons, 0, sizeof after->reviewers[i].reasons);
    }
}

/* An answer to a question goes to those who asked; what is submitted waits for its window.  SPEC 2.6. */
static void await_review(struct application_work *work, wf_date on, wf_date today)
{
    struct application_state *after = work->after;
    const struct wf_edition *edition = application_edition(work, on);
    bool answers = work->before->state == APPLICATION_MORE_INFORMATION;
    after->review_opens = answers || !edition ? on : wf_policy_review_opens(edition, on);
    bool open = after->review_opens <= today;
    application_enter(work, open && active_reviewers(after) > 0 ? APPLICATION_UNDER_REVIEW
                                                                : APPLICATION_SUBMITTED);
    if (!open)
        after->due = application_end_of(work, after->review_opens - 1);
}

/* What may be missing of an emerging endorsement may be missing once. */
static bool is_enough(struct application_work *work, const struct requirement_list *list)
{
    const struct wf_association *association = application_association(work);
    const struct wf_edition *edition = application_edition(
        work, day_that_judges(work->after, association->judged_by, list->on, list->on));
    const struct wf_category_policy *category = application_category(work, edition);
    bool met = requirements_met(list);
    bool may_be_partial = category && category->emerging && !work->after->emerging;
    work->after->partial =
        !met && may_be_partial && requirements_met_but(list, category->emerging_without);
    return met || work->after->partial;
}

struct wf_verdict application_rule_submission(struct application_work *work)
{
    struct application_state *after = work->after;
    struct requirement_list list;
    wf_date today = application_today(work);
    wf_date on = day_of_submission(work, today);
    if (on > today)
        return application_refuse(APPLICATION_REASON_DATE_AHEAD);
    if (!judge(work, on, today, &list))
        return application_refuse(APPLICATION_REASON_ASSOCIATION_UNKNOWN);
    if (!is_enough(work, &list))
        return application_refuse(APPLICATION_REASON_INCOMPLETE);
    memcpy(after->edition, list.edition, sizeof after->edition);
    after->submitted_on = on;
    if (work->event->kind == APPLICATION_EVENT_AMENDED)
        after->amendments++;
    begin_round(work);
    if (after->registration.transfer_from[0]) {
        application_tell(work, INTAKE_OUTCOME_SUBMISSION_ACCEPTED, 0);
        application_endorse(work, on);
        return wf_applied();
    }
    await_review(work, on, today);
    application_tell(work, INTAKE_OUTCOME_SUBMISSION_ACCEPTED, 0);
    application_mail(work, APPLICATION_MAIL_SUBMITTED, on);
    return wf_applied();
}

struct wf_verdict application_rule_amendment_noted(struct application_work *work)
{
    work->after->amendments++;
    return wf_applied();
}

/* ---- reviewers ---- */

int32_t application_find_reviewer(const struct application_state *state, const char *person)
{
    for (int32_t i = 0; i < state->reviewer_count; i++) {
        if (!state->reviewers[i].withdrawn && strcmp(state->reviewers[i].id, person) == 0)
            return i;
    }
    return -1;
}

static bool has_part_in_file(const struct application_state *state, const char *person)
{
    if (strcmp(person, state->registration.person) == 0 || strcmp(person, state->advisor) == 0 ||
        application_is_rater(state, person))
        return true;
    for (int32_t i = 0; i < state->entry_count; i++) {
        if (state->entries[i].provider[0] && !state->entries[i].withdrawn &&
            strcmp(state->entries[i].provider, person) == 0)
            return true;
    }
    return false;
}

/* A withdrawn reviewer who comes back takes her old place, so that places are not used up. */
static int32_t place_for(struct application_state *state, const char *person)
{
    for (int32_t i = 0; i < state->reviewer_count; i++) {
        if (strcmp(state->reviewers[i].id, person) == 0)
            return i;
    }
    return state->reviewer_count;
}

struct wf_verdict application_rule_reviewer_assigned(struct application_work *work)
{
    struct application_state *after = work->after;
    const char *person = work->event->is.person.id;
    if (application_find_reviewer(after, person) >= 0)
        return application_refuse(APPLICATION_REASON_REVIEWER_TWICE);
    if (has_part_in_file(after, person))
        return application_refuse(APPLICATION_REASON_CONFLICT);
    int32_t place = place_for(after, person);
    if (place == APPLICATION_REVIEWERS)
        return application_refuse(APPLICATION_REASON_REVIEWERS_FULL);
    if (place == after->reviewer_count)
        after->reviewer_count++;
    after->reviewers[place] = (struct application_reviewer){.decided_on = WF_NO_DATE};
    memcpy(after->reviewers[place].id, person, sizeof after->reviewers[place].id);
    application_link(work, ROLE_REVIEWER, place, false);
    if (after->state == APPLICATION_SUBMITTED && after->due == 0) {
        application_enter(work, APPLICATION_UNDER_REVIEW);
        application_tell(work, INTAKE_OUTCOME_REVIEW_STARTED, place);
    }
    return wf_applied();
}

struct wf_verdict application_rule_reviewer_withdrawn(struct application_work *work)
{
    struct application_state *after = work->after;
    int32_t place = application_find_reviewer(after, work->event->is.person.id);
    if (place < 0)
        return application_refuse(APPLICATION_REASON_NOT_ASSIGNED);
    after->reviewers[place].withdrawn = true;
    application_link(work, ROLE_REVIEWER, place, true);
    if (after->state == APPLICATION_UNDER_REVIEW)
        application_resolve(work);
    return wf_applied();
}

/* ---- decisions ---- */

static bool earlier_waits(const struct application_state *state, int32_t place)
{
    for (int32_t i = 0; i < place; i++) {
        if (!state->reviewers[i].withdrawn && state->reviewers[i].decision == DECIDES_NOTHING)
            return true;
    }
    return false;
}

struct wf_verdict application_rule_decision(struct application_work *work)
{
    struct application_state *after = work->after;
    const struct application_decision *decision = &work->event->is.decision;
    int32_t place = application_find_reviewer(after, decision->reviewer);
    wf_date today = application_today(work);
    wf_date on = decision->on == WF_NO_DATE ? today : decision->on;
    const struct wf_edition *edition = application_edition(work, on);
    if (place < 0)
        return application_refuse(APPLICATION_REASON_NOT_ASSIGNED);
    if (on > today)
        return application_refuse(APPLICATION_REASON_DATE_AHEAD);
    if (!edition)
        return application_refuse(APPLICATION_REASON_ASSOCIATION_UNKNOWN);
    if (edition->review_mode != WF_REVIEW_PARALLEL && earlier_waits(after, place))
        return application_refuse(APPLICATION_REASON_EARLIER_FIRST);
    after->reviewers[place].decision = decision->decision;
    after->reviewers[place].decided_on = on;
    memcpy(after->reviewers[place].reasons, decision->reasons, sizeof decision->reasons);
    application_resolve(work);
    return wf_applied();
}

bool application_decision_counts(const struct application_reviewer *reviewer)
{
    return !reviewer->withdrawn && reviewer->enrolled == 2 &&
           reviewer->decision != DECIDES_NOTHING && reviewer->decision <= DECIDES_DEFER;
}

struct application_tally application_count_decisions(const struct application_state *state)
{
    struct application_tally tally = {.last = WF_NO_DATE};
    for (int32_t i = 0; i < state->reviewer_count; i++) {
        const struct application_reviewer *reviewer = &state->reviewers[i];
        if (!application_decision_counts(reviewer))
            continue;
        tally.decided++;
        tally.of[reviewer->decision]++;
        if (reviewer->decided_on > tally.last)
            tally.last = reviewer->decided_on;
    }
    return tally;
}

static void ask_for_more(struct application_work *work, wf_date on)
{
    application_enter(work, APPLICATION_MORE_INFORMATION);
    application_tell(work, INTAKE_OUTCOME_MORE_ASKED, 0);
    application_mail(work, APPLICATION_MAIL_MORE_INFORMATION, on);
}

/* Where the day of the decision chooses the edition, what was enough when it was submitted may not be now. */
static bool is_still_enough(struct application_work *work, wf_date on)
{
    struct requirement_list list;
    const struct wf_association *association = application_association(work);
    if (association->judged_by != WF_JUDGED_BY_DECISION ||
        !judge(work, on, application_today(work), &list))
        return true;
    return is_enough(work, &list);
}

static void approve(struct application_work *work, wf_date on)
{
    struct application_state *after = work->after;
    const struct wf_association *association = application_association(work);
    if (!is_still_enough(work, on)) {
        ask_for_more(work, on);
        return;
    }
    const struct wf_edition *edition = application_edition(
        work, day_that_judges(after, association->exam_judged_by, after->submitted_on, on));
    const struct wf_category_policy *category = application_category(work, edition);
    memcpy(after->edition, edition->name, sizeof after->edition);
    after->decided_on = on;
    if (category && category->exam && after->exam.step != EXAM_OVER) {
        application_close_ratings(work, CANCEL_CLOSED);
        application_enter(work, APPLICATION_EXAM_ELIGIBLE);
        if (edition->exam_eligibility_days > 0) {
            after->eligible_until = on + edition->exam_eligibility_days;
            after->due = application_end_of(work, after->eligible_until);
        }
        application_tell(work, INTAKE_OUTCOME_EXAM_ELIGIBLE, 0);
        application_mail(work, APPLICATION_MAIL_EXAM_ELIGIBLE, after->eligible_until);
        return;
    }
    application_endorse(work, on);
}

void application_resolve(struct application_work *work)
{
    struct application_state *after = work->after;
    struct application_tally tally = application_count_decisions(after);
    const struct wf_edition *edition =
        tally.decided > 0 ? application_edition(work, tally.last) : NULL;
    if (!edition)
        return;
    int32_t needed = edition->reviewers > 0 ? edition->reviewers : 1;
    bool agreed = !edition->consensus || tally.of[DECIDES_APPROVE] == tally.decided;
    if (tally.of[DECIDES_APPROVE] >= needed && agreed) {
        approve(work, tally.last);
    } else if (tally.of[DECIDES_MORE_INFORMATION] >= needed) {
        ask_for_more(work, tally.last);
    } else if (tally.of[DECIDES_DEFER] >= needed) {
        application_enter(work, APPLICATION_DEFERRED);
        application_tell(work, INTAKE_OUTCOME_DEFERRED, 0);
        application_mail(work, APPLICATION_MAIL_DEFERRED, tally.last);
    } else if (tally.decided >= needed && !after->split) {
        after->split = true;
        application_tell(work, INTAKE_OUTCOME_REVIEW_SPLIT, 0);
    }
}
