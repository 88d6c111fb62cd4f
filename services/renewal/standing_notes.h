/* standing_notes.h - what portals are told of a renewal beyond its status, as JSON.  SPEC 4.  Each text
 * is the caller's to free. */
#ifndef STANDING_NOTES_H
#define STANDING_NOTES_H

#include "standing_service.h"

#include <jansson.h>

/* A new list: every requirement of a designation on a day, with needed, have, short and what counts. */
json_t *standing_requirements_json(const struct standing_policy *policy,
                                   const struct standing *standing, int32_t designation,
                                   bool gives_rsc, wf_date today);
/* What a refused submission was judged by, and the edition's name; NULL: nothing was judged. */
char *standing_refusal_requirements(const struct standing_policy *policy,
                                    const struct standing *before,
                                    const struct standing_event *event, wf_time now,
                                    const char **edition);
/* How a submission was judged; NULL: the event was none. */
char *standing_judged_note(const struct standing_policy *policy, const struct standing *before,
                           const struct standing_event *event, const struct standing *after,
                           wf_time now);
char *standing_audit_note(const struct standing *after, const struct standing_effects *effects);

#endif
