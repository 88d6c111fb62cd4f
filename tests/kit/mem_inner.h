/* mem_inner.h - what the files of mem_store share. */
#ifndef MEM_INNER_H
#define MEM_INNER_H

#include "mem_store.h"

#include <glib.h>
#include <string.h>

/* One key of the store.  Which members are used depends on the key's letter. */
struct mem_container {
    GHashTable *hash;   /* GBytes -> GBytes */
    GHashTable *scores; /* GBytes -> int64_t */
    GPtrArray *rows;    /* struct mem_row: journal, log, parked list */
    uint64_t count;
    uint64_t expires; /* ms; act keys */
};

struct mem_row {
    uint64_t ms, n;
    GBytes *bytes;
};

struct mem_world {
    GHashTable *keys; /* text -> struct mem_container */
    unsigned stores;
    uint64_t now;
    wf_time clock_offset;
    bool full;
    unsigned rewrites;
    bool are_gates_open;
    bool is_slow;
};

enum { MEM_SENT_MAX = 1024 };

struct mem_store {
    struct wf_store base;
    struct mem_world *world;
    unsigned failing;
    bool carried_out;
    bool is_asked;                        /* collected once without a result */
    struct wf_commit *sent[MEM_SENT_MAX]; /* under way, with what became of them */
    enum wf_commit_result results[MEM_SENT_MAX];
    size_t sent_count;
    int sent_status;
    struct wf_error sent_error;
};

#define MEM_TEXT(text) ((struct wf_bytes){(const uint8_t *)(text), strlen(text)})

struct mem_store *mem_of(struct wf_store *store);
int mem_fails(struct mem_store *mem, struct wf_error *error);

GBytes *mem_bytes(struct wf_bytes bytes);
struct wf_bytes mem_view(GBytes *bytes);
/* "{service:partition}:" kind name; the caller frees it. */
char *mem_key(struct wf_store *store, unsigned partition, const char *kind, struct wf_bytes name);
char *mem_aggregate_key(struct wf_store *store, const char *letter, const char *kind,
                        const char *id);
struct mem_container *mem_find(struct mem_store *mem, const char *key);
struct mem_container *mem_make(struct mem_store *mem, const char *key);
GBytes *mem_hash_get(struct mem_store *mem, const char *key, struct wf_bytes member);
void mem_hash_put(struct mem_store *mem, const char *key, struct wf_bytes member,
                  struct wf_bytes value);
void mem_hash_drop(struct mem_store *mem, const char *key, struct wf_bytes member);
void mem_append(struct mem_store *mem, const char *key, uint64_t ms, uint64_t n,
                struct wf_bytes value);

/* mem_commit.c */
int mem_commit(struct wf_store *store, struct wf_commit *commits, size_t count,
               struct wf_error *error);
bool mem_send(struct wf_store *store, struct wf_commit *commits, size_t count);
int mem_collect(struct wf_store *store, const struct wf_commit *until, struct wf_error *error);
size_t mem_under_way(const struct wf_store *store);
int mem_trim(struct wf_store *store, unsigned partition, const struct wf_entry *entries,
             size_t count, struct wf_error *error);

#endif
