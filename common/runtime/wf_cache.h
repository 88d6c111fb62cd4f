/* wf_cache.h - aggregates as they are stored, kept in memory between turns: a partition has one
 * owner, so what was committed last is what is stored.  Bounded by bytes, least recently used first
 * out. */
#ifndef WF_CACHE_H
#define WF_CACHE_H

#include "wf_journal.h"
#include "wf_store.h"

#include <glib.h>

/* Sequence of the last message to one address. */
struct wf_lane_out {
    char to[WF_ADDRESS_MAX + 1];
    uint64_t sequence;
    bool is_dirty; /* not yet in a commit */
};

struct wf_entity {
    char kind[WF_KIND_MAX + 1];
    char id[WF_ID_MAX + 1];
    unsigned partition;
    bool is_loaded;
    bool is_awaited; /* while the loads of a round are collected */
    /* Its version times 2^20 and 20 bits of its chain hash: where several commits of one aggregate
     * are under way, a later one fits only behind the very one it was decided on, and not behind
     * another decision of the same number.  0: does not exist. */
    uint64_t stamp;
    uint64_t incarnation;  /* 0: not created yet */
    unsigned tick_repeats; /* deadlines in a row that led to the same deadline */
    uint8_t head[WF_CHAIN_SIZE];
    bool is_parked;
    bool has_due;            /* `due` is what the store's timer says */
    wf_time due;             /* WF_NEVER: no timer */
    struct wf_fields fields; /* the machine's own, sorted */
    struct wf_lane_out *lanes;
    size_t lane_count, lane_capacity;

    size_t cost;
    struct wf_entity *newer, *older;
};

struct wf_cache {
    GHashTable *table;
    struct wf_entity *newest, *oldest;
    size_t bytes, budget;
};

static inline uint64_t wf_stamp_version(uint64_t stamp)
{
    return stamp >> 20;
}
static inline uint64_t wf_stamp_make(uint64_t version, const uint8_t head[static WF_CHAIN_SIZE])
{
    return version << 20 | (uint64_t)(head[0] & 15) << 16 | (uint64_t)head[1] << 8 | head[2];
}

void wf_cache_init(struct wf_cache *cache, size_t budget);
/* The entity of that name, made (not loaded) if there is none; becomes the newest.  Valid until
 * wf_cache_trim or wf_cache_drop_all. */
struct wf_entity *wf_cache_get(struct wf_cache *cache, const char *kind, const char *id);
/* What the store gave for it.  WF_BROKEN: the runtime's own fields cannot be read. */
int wf_entity_fill(struct wf_entity *entity, const struct wf_fields *stored,
                   struct wf_error *error) WF_MUST_CHECK;
/* Forgets what is known; the next use loads it. */
void wf_entity_forget(struct wf_entity *entity);
/* The lane to an address, made with sequence 0 if there is none; valid until the next call. */
struct wf_lane_out *wf_entity_lane(struct wf_entity *entity, const char *to);
/* Counts its bytes anew, after a use. */
void wf_cache_account(struct wf_cache *cache, struct wf_entity *entity);
/* Drops the oldest beyond the budget: between turns only. */
void wf_cache_trim(struct wf_cache *cache);
void wf_cache_drop_all(struct wf_cache *cache);
void wf_cache_fini(struct wf_cache *cache);

#endif
