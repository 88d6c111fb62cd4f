/* standing_record.h - what rules decided of a standing, for the line of the journal.  SPEC 4.2. */
#ifndef STANDING_RECORD_H
#define STANDING_RECORD_H

#include "standing_service.h"

/* `after` is NULL where the event was refused.  Nothing is recorded of an event that decides nothing. */
void standing_record(struct wf_plan *plan, const struct standing_policy *policy,
                     const struct standing *before, const struct standing_event *event,
                     const struct standing *after);

#endif
