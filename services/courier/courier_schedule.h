/* courier_schedule.h - when the next attempt is made.  Pure. */
#ifndef COURIER_SCHEDULE_H
#define COURIER_SCHEDULE_H

#include "wf_time.h"

#include <stdint.h>
#include <string.h>

/* `delay` plus up to a quarter of it, chosen by eight bytes of the event's entropy: a relay that
 * was away is not met by everything at once. */
static inline wf_time courier_jittered(wf_time delay, const uint8_t entropy[static 8])
{
    uint64_t number;
    memcpy(&number, entropy, sizeof number);
    return delay + (wf_time)(number % (uint64_t)(delay / 4 + 1));
}

#endif
