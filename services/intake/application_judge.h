/* application_judge.h - what a submission would be answered now: for refusals and for the
 * operator's view. Pure. */
#ifndef APPLICATION_JUDGE_H
#define APPLICATION_JUDGE_H

#include "requirements_core.h"

/* Fills the list as the submission guard sees it: on the day that the event names if it is a
 * submission, else today (event may be NULL).  false: no rules are known for the application. */
bool application_judge(const struct intake_policy *policy, const struct application_state *state,
                       const struct application_event *event, wf_time now,
                       struct requirement_list *list);
/* The same on a day, as an accepted submission of that day was judged. */
bool application_judge_on(const struct intake_policy *policy, const struct application_state *state,
                          wf_date on, wf_time now, struct requirement_list *list);

/* The decisions of the round that count. */
struct application_tally {
    int32_t decided;
    int32_t of[DECIDES_DEFER + 1];
    wf_date last; /* the day of the latest; WF_NO_DATE: none */
};
struct application_tally application_count_decisions(const struct application_state *state);
/* It stands in the round and counts. */
bool application_decision_counts(const struct application_reviewer *reviewer);

#endif
