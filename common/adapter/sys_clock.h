/* sys_clock.h - the machine's clocks and its randomness. */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include "wf_clock.h"

/* Nothing to close. */
struct wf_clock *sys_clock(void);

#endif
