/* standing_notes.h - what portals are told of a renewal beyond its status, as JSON.  SPEC 4.  Each text
 * is the caller's to free. */
#ifndef STANDING_NOTES_H
#define STANDING_NOTES_H

#include "standing_service.h"

#include <jansson.h>

/* What a refused submission was judged by. */
struct standing_refusal {
    const char *edition;              /* borrowed */
    char *requirements, *not_counted; /* lists */
};
/* false: nothing was judged, and nothing is filled. */
bool standing_refusal_note(const struct standing_policy *policy, const struct standing *before,
                           const struct standing_event *event, wf_time now,
                           struct standing_refusal *refusal);
/* How a submission was judged; NULL: the event was none. */
char *standing_judged_note(const struct standing_policy *policy, const struct standing *before,
                           const struct standing_event *event, const struct standing *after,
                           wf_time now);
/* What a designation is judged by at an instant, with every entry: two new lists, for the journal. */
void standing_judgement_lists(const struct standing_policy *policy, const struct standing *standing,
                              int32_t designation, bool gives_rsc, wf_time now,
                              json_t **requirements, json_t **not_counted);
char *standing_audit_note(const struct standing *after, const struct standing_effects *effects);

#endif
