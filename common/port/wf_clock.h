/* wf_clock.h - time and randomness come from here and nowhere else. */
#ifndef WF_CLOCK_H
#define WF_CLOCK_H

#include "wf_time.h"

#include <stddef.h>

struct wf_clock {
    wf_time (*wall)(struct wf_clock *); /* ms since 1970 UTC: business time before the offset */
    wf_time (*monotonic)(struct wf_clock *); /* ms: resends, back-off, heartbeats */
    void (*entropy)(struct wf_clock *, void *bytes, size_t length);
};

#endif
