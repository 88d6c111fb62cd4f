/* wf_outbox.h - the relay: what decisions have sent and no receiver has taken into custody yet.
 * SPEC 3.
 *
 * The truth is in the store; this is the owner's memory of it: of every lane the names of all
 * entries, in order, and the bytes of the first ones as far as the budget goes. */
#ifndef WF_OUTBOX_H
#define WF_OUTBOX_H

#include "wf_bus.h"
#include "wf_metrics.h"
#include "wf_store.h"

#include <glib.h>

enum {
    WF_INSTANCES_MAX = 16,
    WF_BEHIND = 256,  /* lanes that wait for credit before the doors are held */
    WF_CREDIT = 256,  /* unacknowledged messages a receiver holds, unless its Pong says otherwise */
    WF_TRIMS_MAX = 64 /* entries that one commit trims along */
};

/* One entry as it goes in. */
struct wf_outgoing_message {
    unsigned partition;
    const char *from, *to; /* addresses */
    uint64_t incarnation, sequence;
    struct wf_entry entry;
    struct wf_bytes envelope;
    wf_time since; /* monotonic: when it was decided */
};

struct wf_lane;
/* What is known of a receiving instance. */
struct wf_remote {
    enum wf_service service;
    unsigned instance;
    unsigned credit, in_flight, ready;
    uint64_t incarnation; /* of its process, 0: not heard yet */
    wf_time heard, pinged, blocked_until, block_ms;
    struct wf_lane *first_ready, *last_ready;
};
struct wf_slot {
    struct wf_lane *lane;
    uint32_t generation;
};
struct wf_trims {
    struct wf_entry *rows;
    size_t count, capacity, taken;
    wf_time since;
};

struct wf_outbox {
    enum wf_service service;
    unsigned instance;
    unsigned instances[WF_SERVICE_COUNT];
    struct wf_bus *bus;
    struct wf_metrics *metrics;

    GHashTable *lanes;
    struct wf_remote remotes[WF_ANY][WF_INSTANCES_MAX];
    struct wf_slot *slots;
    uint32_t *free_slots;
    size_t slot_count, free_count;
    struct wf_lane **waiting; /* asked to come again later */
    size_t waiting_count, waiting_capacity;
    size_t bytes, budget;
    size_t known[WF_PARTITIONS];
    bool lacks_bytes[WF_PARTITIONS];
    struct wf_trims trims[WF_PARTITIONS];
    size_t trim_total;
    wf_time next_scan;
    wf_time taken_at; /* when a receiver last took something into custody */
    uint64_t jitter;
    struct wf_buffer frame;
};

void wf_outbox_init(struct wf_outbox *outbox, size_t budget, uint64_t seed);
/* Known already: nothing happens, but for bytes that were lacking. */
void wf_outbox_add(struct wf_outbox *outbox, const struct wf_outgoing_message *message);
/* An acknowledgement.  `wait` ms: BUSY, the entry stays; -1: taken into custody. */
void wf_outbox_acknowledge(struct wf_outbox *outbox, uint64_t delivery, wf_time wait, wf_time now);
/* The next message to an aggregate of our own; false: none.  It is acknowledged by its delivery. */
bool wf_outbox_take_local(struct wf_outbox *outbox, uint64_t *delivery, struct wf_bytes *envelope);
/* Something came from an instance; incarnation 0: not said. */
void wf_outbox_heard(struct wf_outbox *outbox, enum wf_service service, unsigned instance,
                     uint64_t incarnation, uint32_t credit, wf_time now);
/* Sends what may be sent and is due to be sent again. */
void wf_outbox_relay(struct wf_outbox *outbox, wf_time now);
/* Receivers are at work but behind: what comes in at the doors should wait a little (SPEC 3.7). */
bool wf_outbox_is_behind(const struct wf_outbox *outbox, wf_time now);
/* When it wants to be called again at the latest; WF_NEVER: on an acknowledgement only. */
wf_time wf_outbox_wake(const struct wf_outbox *outbox, wf_time now);

/* Entries of a partition to be trimmed, for one commit to carry; what it took is dropped by
 * wf_outbox_trimmed(true) and offered again after (false). */
const struct wf_entry *wf_outbox_trims(struct wf_outbox *outbox, unsigned partition, size_t *count);
void wf_outbox_trimmed(struct wf_outbox *outbox, unsigned partition, bool done);

/* Forgets everything but the trims, to be resumed from the store. */
void wf_outbox_forget(struct wf_outbox *outbox);
/* Appends {"<service>":{"ready":n,"in_flight":n,"oldest_ms":n},...}; sums in totals. */
struct wf_outbox_totals {
    uint64_t ready, in_flight;
    wf_time oldest_ms;
};
void wf_outbox_write(const struct wf_outbox *outbox, wf_time now, struct wf_buffer *json,
                     struct wf_outbox_totals *totals);
void wf_outbox_fini(struct wf_outbox *outbox);

#endif
