/* wf_timers.h - due times of the owned partitions, the earliest of each in memory: idle costs
 * nothing, and the store's list can be as long as it likes. */
#ifndef WF_TIMERS_H
#define WF_TIMERS_H

#include "wf_address.h"
#include "wf_error.h"
#include "wf_time.h"

#include <glib.h>

enum { WF_TIMERS_LOADED = 256 /* of a partition at a time */ };

struct wf_timer {
    char kind[WF_KIND_MAX + 1];
    char id[WF_ID_MAX + 1];
    unsigned partition;
    wf_time due;        /* business time */
    wf_time not_before; /* monotonic; 0: as soon as it is due */
    size_t position;    /* in the heap */
};

struct wf_timers {
    GHashTable *table;
    struct wf_timer **heap; /* by due */
    size_t count, capacity;
    struct wf_timer **held; /* those with not_before */
    size_t held_count, held_capacity;
    struct {
        size_t count;        /* in the heap */
        wf_time load_after;  /* monotonic: not again before */
        bool is_complete;    /* everything the store has is here */
        wf_time known_until; /* otherwise: everything due up to here is */
    } partitions[WF_PARTITIONS];
};

void wf_timers_init(struct wf_timers *timers);
/* WF_NEVER takes it away. */
void wf_timers_set(struct wf_timers *timers, const char *kind, const char *id, wf_time due);
/* Not to be tried again before a monotonic time: what it would do cannot be done now. */
void wf_timers_hold(struct wf_timers *timers, const char *kind, const char *id, wf_time due,
                    wf_time not_before);
/* What held it is over. */
void wf_timers_unhold(struct wf_timers *timers, const char *kind, const char *id);
/* Takes the earliest that is due out of the table; false: none.  What becomes of it is set anew. */
bool wf_timers_pop(struct wf_timers *timers, wf_time business, struct wf_timer *timer);
/* Puts those that were held long enough back. */
void wf_timers_release(struct wf_timers *timers, wf_time monotonic);
wf_time wf_timers_next(const struct wf_timers *timers); /* business; WF_NEVER: none */
/* One that the store gave; what is here already stays as it is. */
void wf_timers_offer(struct wf_timers *timers, const char *kind, const char *id, wf_time due);
/* After a partition was loaded: how many came, and the last one's due time. */
void wf_timers_loaded(struct wf_timers *timers, unsigned partition, size_t count, wf_time last);
bool wf_timers_needs_load(const struct wf_timers *timers, unsigned partition);
void wf_timers_forget(struct wf_timers *timers);
void wf_timers_fini(struct wf_timers *timers);

#endif
