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

#endif
