#include "virtual_clock.h"

#include <string.h>

uint64_t virtual_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static wf_time wall(struct wf_clock *clock)
{
    return ((struct virtual_clock *)clock)->wall_now;
}

static wf_time monotonic(struct wf_clock *clock)
{
    return ((struct virtual_clock *)clock)->monotonic_now;
}

static void entropy(struct wf_clock *clock, void *bytes, size_t length)
{
    struct virtual_clock *virtual = (struct virtual_clock *)clock;
    uint8_t *at = bytes;
    while (length > 0) {
        uint64_t random = virtual_random(&virtual->state);
        size_t part = length < sizeof random ? length : sizeof random;
        memcpy(at, &random, part);
        at += part;
        length -= part;
    }
}

void virtual_clock_init(struct virtual_clock *clock, uint64_t seed)
{
    *clock =
        (struct virtual_clock){.clock = {.wall = wall, .monotonic = monotonic, .entropy = entropy},
                               .wall_now = 1767225600000,
                               .monotonic_now = 1000000,
                               .state = seed};
}

void virtual_clock_advance(struct virtual_clock *clock, wf_time milliseconds)
{
    clock->wall_now += milliseconds;
    clock->monotonic_now += milliseconds;
}
