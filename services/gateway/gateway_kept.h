/* gateway_kept.h - a few signed documents, kept for half a minute, and how often new ones may be
 * asked for: the world may ask as often as it likes without keeping intake from its work. */
#ifndef GATEWAY_KEPT_H
#define GATEWAY_KEPT_H

#include "wf_time.h"

#include <stdbool.h>

enum { GATEWAY_KEPT_PLACES = 256, GATEWAY_KEPT_PLACE = 79, GATEWAY_ASKS_A_SECOND = 50 };

struct gateway_kept {
    struct {
        char place[GATEWAY_KEPT_PLACE + 1];
        char *text; /* owned */
        wf_time until;
    } rows[GATEWAY_KEPT_PLACES]; /* by a hash of the place: a newer one takes an older one's row */
    wf_time counted_from;
    unsigned asked;
};

/* NULL: not kept, or no longer.  Borrowed until the next put. */
const char *gateway_kept_find(const struct gateway_kept *kept, const char *place, wf_time now);
void gateway_kept_put(struct gateway_kept *kept, const char *place, const char *text, wf_time now);
/* Counts one more question; false: this second has had its share. */
bool gateway_kept_may_ask(struct gateway_kept *kept, wf_time now);
void gateway_kept_fini(struct gateway_kept *kept);

#endif
