/* intake_policy.h - what the machines of intake get as policy: the associations' rules, and what
 * the installation has set. */
#ifndef INTAKE_POLICY_H
#define INTAKE_POLICY_H

#include "wf_policy.h"

struct wf_exam_book;

struct intake_policy {
    const struct wf_policy_book *book; /* borrowed */
    const struct wf_exam_book *forms;  /* borrowed; for what people read, no rule asks it */
    int32_t keep_text_days;            /* of exam; 0: without end.  SPEC 2.10 */
    int32_t held_days;                 /* events wait so long for their registration; SPEC 2.1 */
};

#endif
