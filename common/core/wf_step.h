/* wf_step.h - the contract of every state machine of Endorse.  Pure: included by the cores.
 *
 *   verdict = step(policy, before, event, now, after, effects)
 *
 * - No I/O, clock, randomness, allocation or logging.  Time, entropy and identifiers come in with
 * the event.  tests/unit checks it with `nm -u` and `size -A` on the release objects.
 * - `before` is never changed.  `after` and `effects` are written only when the verdict is
 * WF_APPLIED; the caller zeroes them first.
 * - States are plain structs with fixed-size members and no pointers; an all-zero state is an
 *   aggregate that does not exist yet.
 * - A timer is not an effect: the shell asks next_deadline(policy, after) and raises a TICK event
 * then.
 * - Effects are data, in the order they are to happen, and may be carried out twice. */
#ifndef WF_STEP_H
#define WF_STEP_H

#include "wf_address.h"
#include "wf_time.h"

#include <stdbool.h>
#include <stdint.h>

enum wf_step {
    WF_APPLIED = 1, /* `after` and `effects` hold */
    WF_IGNORED,     /* already known, nothing to do; the lane moves on */
    WF_REFUSED,     /* a rule said no: reason says which; journalled, the sender is told */
    WF_LATER /* no room now: nothing is written, a lane is answered BUSY and comes again after
                later_ms, an act is answered BUSY.  Never the answer to a tick */
};

struct wf_verdict {
    enum wf_step step;
    uint16_t reason;   /* index into the machine's reasons table; 0 unless refused */
    uint32_t later_ms; /* 0 unless later */
};

static inline struct wf_verdict wf_applied(void)
{
    return (struct wf_verdict){.step = WF_APPLIED};
}
static inline struct wf_verdict wf_ignored(void)
{
    return (struct wf_verdict){.step = WF_IGNORED};
}
static inline struct wf_verdict wf_refused(uint16_t reason)
{
    return (struct wf_verdict){.step = WF_REFUSED, .reason = reason};
}
static inline struct wf_verdict wf_later(uint32_t milliseconds)
{
    return (struct wf_verdict){.step = WF_LATER, .later_ms = milliseconds};
}

/* One row of a machine's reasons table: a stable code for programs, a sentence with the fix for
 * people. */
struct wf_reason {
    const char *code;
    const char *text;
};

#define WF_TICK 0u /* message number of the event that a deadline raises */

/* What every event knows; the first member of every machine's event struct. */
struct wf_event_meta {
    uint32_t message;               /* enum wf_message (common/wire/wf_messages.h), or WF_TICK */
    char message_id[WF_ID_MAX + 1]; /* of the message, or of the portal's event */
    char actor[WF_ID_MAX + 1];      /* portal or operator that acted; empty between programs */
    struct wf_address self;         /* the aggregate that steps */
    struct wf_address from;         /* who sent it over a lane; kind "" for acts and ticks */
    wf_time happened;               /* business time said by the sender; 0 if none */
    uint8_t entropy[32];            /* the same at every replay of this event */
};

#endif
