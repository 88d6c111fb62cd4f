/* virtual_clock.h - time that moves when a test says so, and randomness that repeats. */
#ifndef VIRTUAL_CLOCK_H
#define VIRTUAL_CLOCK_H

#include "wf_clock.h"

#include <stdint.h>

struct virtual_clock {
    struct wf_clock clock;
    wf_time wall_now;
    wf_time monotonic_now;
    uint64_t state; /* of the randomness */
};

/* Begins at 2026-01-01T00:00:00Z. */
void virtual_clock_init(struct virtual_clock *clock, uint64_t seed);
void virtual_clock_advance(struct virtual_clock *clock, wf_time milliseconds);

/* splitmix64: the next number of a seeded sequence; simulations draw their faults from it. */
uint64_t virtual_random(uint64_t *state);

#endif
