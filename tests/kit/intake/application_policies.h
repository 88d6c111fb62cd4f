/* application_policies.h - the rules that the application's tests play by.
 *
 * Associations One (one reviewer, drafts of 90 days, exam eligibility of 365), Two (two who must agree) and
 * Row (two, one after the other, IMH only), all at UTC.  FA needs little, FS what a specialist needs, MHM_P an
 * exam.  One edition, "2020-01-01"; One has "2026-06-01" too, where MHM_P has no exam. */
#ifndef APPLICATION_POLICIES_H
#define APPLICATION_POLICIES_H

#include "wf_policy.h"

/* The caller frees it. */
struct wf_policy_book *application_policies_create(void);

#endif
