/* ratings_policy.h - a small world of rules for the tests of the rating requests.
 *
 * One association, "PA", five hours behind UTC the year round: at most 5 "not enough information",
 * valid 365 days, a link of 30 days, reminders after 7, 14 and 21; from 2027-01-01 on 2, no end, 10
 * days, one reminder after 5.  One form, "small", with 8 items a..h on a scale of 1 to 3. */
#ifndef RATINGS_POLICY_H
#define RATINGS_POLICY_H

#include "ratings_core.h"

/* The same at every call; never freed. */
const struct ratings_policy *ratings_policy_small(void);
/* 2026-03-02 10:00 local time there, and days after that at the same time of day. */
wf_time ratings_day(int days);
/* Answers to all items, `not_enough` of them with 0, recommending. */
struct wf_form_answers ratings_answers(int not_enough);

#endif
