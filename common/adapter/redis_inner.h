/* redis_inner.h - what the files of redis_store share: the store, its keys, its rows. */
#ifndef WF_REDIS_INNER_H
#define WF_REDIS_INNER_H

#include "redis_link.h"
#include "redis_store.h"

#include <string.h>

/* The version of deploy/redis/endorse.lua that this adapter speaks: its layout of keys and
 * arguments, and its results.  Raise both together. */
enum { REDIS_FUNCTIONS_VERSION = 3 };

/* Redis reads some 20 KiB of a connection at a time and flushes once for all that it has read.  Several
 * connections let one flush cover several times as many commits.  What fits into one goes into one, for
 * the sake of system calls; the commits of a partition keep theirs while any is under way, so that they
 * stay in order. */
enum { REDIS_LINKS = 8, REDIS_PER_LINK = 12, REDIS_SENT_MAX = 1024 };

struct redis_store {
    struct wf_store base;
    struct redis_link links[REDIS_LINKS];
    int ready;                              /* epoll: a link has something to read */
    unsigned spread;                        /* links in use by this batch of questions */
    uint8_t link_of[WF_PARTITIONS];         /* of a partition that has commits under way ... */
    uint16_t commits[WF_PARTITIONS];        /* ... how many */
    struct wf_commit *sent[REDIS_SENT_MAX]; /* under way: the verdicts to come, in order */
    size_t sent_count;
    int sent_status; /* of those read before anybody asked */
    struct wf_error sent_error;
};

static inline struct redis_link *redis_link_of(struct redis_store *redis, unsigned partition)
{
    return &redis->links[partition % redis->spread];
}
/* Before the first command of a batch of so many. */
static inline void redis_spread(struct redis_store *redis, size_t commands)
{
    size_t wanted = commands / REDIS_PER_LINK + 1;
    redis->spread = wanted < REDIS_LINKS ? (unsigned)wanted : REDIS_LINKS;
}
/* Writes what was put to all of them, before the first reply is awaited. */
void redis_send_all(struct redis_store *redis);
/* The partition's next reply if it is of `type` (or nil where that is allowed), to be freed by the
 * caller.  Otherwise NULL with the error, and nothing of this call is still to come: the replies that
 * were due are read away, or every link is closed if one is lost. */
redisReply *redis_expect(struct redis_store *redis, unsigned partition, int type, bool or_nil,
                         const char *doing, struct wf_error *error);
void redis_settle(struct redis_store *redis);

static inline struct redis_store *redis_bare(struct wf_store *store)
{
    return (struct redis_store *)(void *)store;
}
/* For every call but those of a commit: verdicts that are due come before its own replies. */
struct redis_store *redis_of(struct wf_store *store);

/* The beginning of a key, "{intake:12}:a:"; what follows is written by redis_put_pair. */
struct redis_prefix {
    char text[WF_SERVICE_MAX + 16];
    size_t length;
};
static inline struct wf_bytes redis_prefix_bytes(const struct redis_prefix *prefix)
{
    return (struct wf_bytes){(const uint8_t *)prefix->text, prefix->length};
}
static inline struct wf_bytes redis_text(const char *text)
{
    return (struct wf_bytes){(const uint8_t *)text, strlen(text)};
}
/* "{service:partition}:" and the letters. */
struct redis_prefix redis_prefix_make(enum wf_service service, unsigned partition,
                                      const char *letters);
/* Writes the key as one word to the partition's link. */
void redis_put_key(struct redis_store *redis, unsigned partition, const char *letters,
                   const char *name);
/* "{service:partition}:<letter>:<kind>:<id>" */
void redis_put_aggregate_key(struct redis_store *redis, const char *letter, const char *kind,
                             const char *id);

/* redis_commit.c */
int redis_commit(struct wf_store *store, struct wf_commit *commits, size_t count,
                 struct wf_error *error);
bool redis_send(struct wf_store *store, struct wf_commit *commits, size_t count);
int redis_collect(struct wf_store *store, const struct wf_commit *until, struct wf_error *error);
size_t redis_under_way(const struct wf_store *store);
int redis_trim(struct wf_store *store, unsigned partition, const struct wf_entry *entries,
               size_t count, struct wf_error *error);

/* redis_read.c */
int redis_load(struct wf_store *store, struct wf_load *loads, size_t count, struct wf_error *error);
int redis_outbox(struct wf_store *store, unsigned partition, wf_store_outbox_f *each, void *context,
                 struct wf_error *error);
int redis_timers(struct wf_store *store, unsigned partition, wf_time until, size_t limit,
                 wf_store_timer_f *each, void *context, struct wf_error *error);
int redis_parked_first(struct wf_store *store, const char *kind, const char *id,
                       struct wf_buffer *frame, size_t *count, struct wf_error *error);
int redis_dead(struct wf_store *store, unsigned partition, wf_store_dead_f *each, void *context,
               struct wf_error *error);
int redis_journal(struct wf_store *store, unsigned partition, uint64_t from_ms,
                  wf_store_journal_f *each, void *context, struct wf_error *error);
int redis_log(struct wf_store *store, unsigned partition, const char *name, uint64_t after,
              size_t limit, wf_store_log_f *each, void *context, uint64_t *last,
              struct wf_error *error);
int redis_hash(struct wf_store *store, unsigned partition, const char *name, wf_store_hash_f *each,
               void *context, struct wf_error *error);
int redis_zset(struct wf_store *store, unsigned partition, const char *name, int64_t from,
               size_t limit, wf_store_zset_f *each, void *context, struct wf_error *error);
int redis_counts(struct wf_store *store, const char *name, uint64_t *counts,
                 struct wf_error *error);

/* redis_values.c */
int redis_secret(struct wf_store *store, unsigned partition, const char *name,
                 struct wf_bytes fresh, struct wf_buffer *value, struct wf_error *error);
int redis_secrets(struct wf_store *store, struct wf_secret_read *reads, size_t count,
                  struct wf_error *error);
int redis_forget(struct wf_store *store, unsigned partition, const char *name,
                 struct wf_error *error);
int redis_rewrite(struct wf_store *store, unsigned partition, struct wf_error *error);
int redis_beat(struct wf_store *store, const char *field, struct wf_bytes json,
               struct wf_error *error);
int redis_beats(struct wf_store *store, wf_store_beat_f *each, void *context,
                struct wf_error *error);
int redis_clock_offset(struct wf_store *store, wf_time *offset, struct wf_error *error);
int redis_set_clock_offset(struct wf_store *store, wf_time offset, struct wf_error *error);

#endif
