/* wf_outbox_inner.h - a lane, for wf_outbox.c (what is known) and wf_outbox_relay.c (sending) alone. */
#ifndef WF_OUTBOX_INNER_H
#define WF_OUTBOX_INNER_H

#include "wf_outbox.h"

enum { WF_SLOT_BITS = 20 /* of a delivery; above them the slot's generation */ };
#define WF_LONGEST_RESEND (30 * WF_SECOND) /* SPEC 3.2 */

struct wf_known_entry {
    struct wf_entry entry;
    uint64_t incarnation, sequence;
    uint8_t *bytes; /* NULL: beyond the budget */
    size_t length;
    wf_time since;
};

enum { WF_NO_SLOT = -1 };

struct wf_lane {
    char from[WF_ADDRESS_MAX + 1];
    char to[WF_ADDRESS_MAX + 1];
    unsigned partition;
    struct wf_remote *remote;
    struct wf_known_entry *rows; /* rows[first] is the next to go, then in order */
    size_t first, count, capacity;
    int32_t slot;
    unsigned attempts;
    wf_time resend_at;
    bool is_ready;
    bool is_waiting; /* asked to come again later; takes no credit meanwhile */
    struct wf_lane *next_ready;
};

static inline struct wf_known_entry *wf_lane_head(const struct wf_lane *lane)
{
    return &lane->rows[lane->first];
}

/* Queues a lane for sending, unless it is under way, waits, or has nothing. */
void wf_lane_make_ready(struct wf_lane *lane, bool at_front);
/* What is under way has a slot, which names the delivery. */
void wf_lane_give_slot(struct wf_outbox *outbox, struct wf_lane *lane);
uint64_t wf_lane_delivery(const struct wf_outbox *outbox, const struct wf_lane *lane);

#endif
