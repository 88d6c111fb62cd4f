#include "sys_clock.h"

#include "wf_error.h"

#include <sys/random.h>
#include <time.h>

static wf_time milliseconds(clockid_t which)
{
    struct timespec now;
    WF_ASSERT(clock_gettime(which, &now) == 0);
    return (wf_time)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static wf_time wall(struct wf_clock *clock)
{
    (void)clock;
    return milliseconds(CLOCK_REALTIME);
}

static wf_time monotonic(struct wf_clock *clock)
{
    (void)clock;
    return milliseconds(CLOCK_MONOTONIC);
}

static void entropy(struct wf_clock *clock, void *bytes, size_t length)
{
    (void)clock;
    for (size_t done = 0; done < length;) {
        ssize_t more = getrandom((uint8_t *)bytes + done, length - done, 0);
        if (more > 0) /* else: a signal came between */
            done += (size_t)more;
    }
}

struct wf_clock *sys_clock(void)
{
    static struct wf_clock clock = {.wall = wall, .monotonic = monotonic, .entropy = entropy};
    return &clock;
}
