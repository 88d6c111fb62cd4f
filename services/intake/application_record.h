/* application_record.h - what was decided about an application, for the journal line of the event.  SPEC 4.5. */
#ifndef APPLICATION_RECORD_H
#define APPLICATION_RECORD_H

#include "application_core.h"
#include "wf_domain.h"

/* The judgement that the effects show: an accepted submission, or how a review went on; none otherwise. */
void application_record(struct wf_plan *plan, const struct intake_policy *policy,
                        const struct application_state *after,
                        const struct application_effects *effects);

#endif
