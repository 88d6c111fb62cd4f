/* wf_store.h - the durable store, as the runtime sees it.  Two adapters pass the same conformance
 * suite: redis_store (common/adapter) and mem_store (tests/kit).  proto/SPEC.md section 4 is the
 * protocol; deploy/redis/endorse.lua carries it out.
 *
 * Everything here is batched: n requests, one round trip, one flush.  A call returns 0 when every
 * request has its own result, or -1 with WF_AGAIN when the store did not answer; then each commit's
 * result is WF_COMMIT_UNKNOWN and the caller loads and decides again - the gates make that safe. */
#ifndef WF_STORE_H
#define WF_STORE_H

#include "wf_address.h"
#include "wf_bytes.h"
#include "wf_error.h"
#include "wf_time.h"

#include <stdbool.h>
#include <stddef.h>

struct wf_store; /* one per process, one service, one thread */

/* ---- keys: {service:partition}:... ----
 *   a:<kind>:<id>   hash    aggregate: _v version, _h head, _p parked mark, _><address> lane sequences
 *                           out, and the machine's own fields (never beginning with '_')
 *   l:<kind>:<id>   hash    lanes in: "<from address> <incarnation>" -> sequence of the last taken
 *   j               stream  journal of the partition, never trimmed: m=<bytes> (SPEC 4.3)
 *   o               hash    outbox: <entry id, 16 bytes> -> packed Envelope
 *   t               zset    timers: member "<kind>:<id>", score due time in ms
 *   k:<kind>:<id>   list    parked messages of an aggregate, in order
 *   d               hash    dead letters: <dead id> -> packed DeadLetter
 *   y:<actor>:<key> string  what an act with this idempotency key was answered
 *   x:<type>:<name> any     indexes that a service writes in its commits; <type> is h, z, l or n
 *                           (hash, zset, log, count): two uses of one name never meet in one key
 *   s:<name>        string  key of one person or paper, wrapped; destroyed at erasure */

struct wf_field {
    struct wf_bytes name;
    struct wf_bytes value;
};

/* Fields of one aggregate: sorted by name, owned by whoever filled it (wf_fields_fini). */
struct wf_fields {
    struct wf_field *rows;
    size_t count;
    size_t capacity;
    struct wf_buffer memory; /* the bytes of all rows */
};
void wf_fields_fini(struct wf_fields *fields);
/* Appends a copy; call wf_fields_sort when done. */
void wf_fields_add(struct wf_fields *fields, struct wf_bytes name, struct wf_bytes value);
void wf_fields_sort(struct wf_fields *fields);
void wf_fields_clear(struct wf_fields *fields);
/* NULL if absent. */
const struct wf_field *wf_fields_find(const struct wf_fields *fields, const char *name);

struct wf_load {
    const char *kind; /* borrowed */
    const char *id;
    struct wf_fields fields; /* result, owned by the caller; empty: no such aggregate */
};
int wf_store_load(struct wf_store *store, struct wf_load *loads, size_t count,
                  struct wf_error *error) WF_MUST_CHECK;

enum wf_commit_result {
    WF_COMMIT_UNKNOWN = 0, /* no answer: it may or may not have happened */
    WF_COMMIT_OK,
    WF_COMMIT_DUPLICATE, /* the lane had this sequence already: nothing written */
    WF_COMMIT_GAP,       /* the lane expects an earlier one: nothing written */
    WF_COMMIT_CONFLICT,  /* another version is stored: nothing written; load and decide again */
    WF_COMMIT_REPEATED,  /* the act's key was used: `prior` is what was stored then; nothing written
                          */
    WF_COMMIT_FULL,      /* the store has no memory for new work: nothing written */
    WF_COMMIT_BROKEN     /* a log index already has this or a later entry: nothing written; the same
                            commit never fits, so the aggregate must be parked */
};

/* Most rows of each list of one commit (puts, drops, outgoing, trims, indexes). */
enum { WF_COMMIT_ROWS_MAX = 2000 };

enum wf_index_op {
    WF_INDEX_HASH_PUT,   /* name, member, value */
    WF_INDEX_HASH_DROP,  /* name, member */
    WF_INDEX_ZSET_PUT,   /* name, member, score */
    WF_INDEX_ZSET_DROP,  /* name, member */
    WF_INDEX_LOG_APPEND, /* stream: name, score = its explicit id "<score>-0", value */
    WF_INDEX_COUNT_UP,   /* string: name; increments by one: readers' change mark */
    WF_INDEX_HASH_NUMBER /* name, member: gets 0, 1, 2, ... once and for ever; of the hash nothing is
                            dropped */
};
struct wf_index {
    enum wf_index_op op;
    struct wf_bytes name; /* behind "x:<type>:" */
    struct wf_bytes member;
    struct wf_bytes value;
    int64_t score; /* within +-2^53 */
};

enum wf_timer_op { WF_TIMER_KEEP = 0, WF_TIMER_SET, WF_TIMER_CLEAR };

/* Name of an outbox entry: the first 16 bytes of SHA-256 over from, to, incarnation and sequence,
 * so that the same decision made twice writes the same entry (SPEC 4.4). */
struct wf_entry {
    uint8_t bytes[16];
};

struct wf_outgoing {
    struct wf_entry entry;
    struct wf_bytes envelope;
};

/* One commit: all of it or nothing.  Everything it points to is borrowed for the call. */
struct wf_commit {
    const char *kind;
    const char *id;
    uint64_t version_before; /* 0: the aggregate must not exist */
    uint64_t version_after;  /* equal to before: only the lane moves */

    const char *lane_from; /* NULL: not from a lane */
    uint64_t lane_incarnation;
    uint64_t lane_sequence;

    struct wf_bytes act_key; /* "<actor>:<key>", empty: none */
    struct wf_bytes act_answer;
    uint32_t act_ttl_s;

    const struct wf_field *puts;
    size_t put_count;
    const struct wf_bytes *drops;
    size_t drop_count;
    bool end; /* delete the aggregate, its lanes and its timer; puts and drops are then ignored */

    struct wf_bytes journal; /* empty: none */
    const struct wf_outgoing *outgoing;
    size_t outgoing_count;
    const struct wf_entry *trims; /* acknowledged outbox entries of the same partition */
    size_t trim_count;
    enum wf_timer_op timer;
    wf_time due;
    const struct wf_index *indexes;
    size_t index_count;

    /* Parking (SPEC 4.5).  dead_id: put dead_letter (not empty) under it, or with dead_drop take it
     * away; park: append this frame to the parked list and set the mark; unpark: drop the first
     * parked frame; unmark: clear the mark. */
    const char *dead_id;
    struct wf_bytes dead_letter;
    bool dead_drop;
    struct wf_bytes park;
    bool unpark;
    bool unmark;

    /* true at the doors: refused as FULL when memory is short; else always written */
    bool must_fit;

    enum wf_commit_result result;
    struct wf_buffer prior; /* REPEATED: owned by the caller */
    uint64_t journal_ms;    /* OK: id of the journal entry */
    uint64_t journal_n;
};
int wf_store_commit(struct wf_store *store, struct wf_commit *commits, size_t count,
                    struct wf_error *error) WF_MUST_CHECK;
/* The same without waiting: the commits are under way, in order behind those that are already, and
 * stay where they are until each has a result other than WF_COMMIT_UNKNOWN.  Every other call comes
 * behind them too.  False: nothing was sent, because the store cannot do that or has enough. */
bool wf_store_send(struct wf_store *store, struct wf_commit *commits, size_t count) WF_MUST_CHECK;
/* Takes the results that have come, in the order of sending; waits for that of `until`, if it is not
 * NULL.  -1: what has no result yet will get none (WF_COMMIT_UNKNOWN). */
int wf_store_collect(struct wf_store *store, const struct wf_commit *until,
                     struct wf_error *error) WF_MUST_CHECK;
/* Commits sent whose results have not come. */
size_t wf_store_under_way(const struct wf_store *store);

/* Deletes acknowledged outbox entries of a partition when no commit came along to carry them. */
int wf_store_trim(struct wf_store *store, unsigned partition, const struct wf_entry *entries,
                  size_t count, struct wf_error *error) WF_MUST_CHECK;

/* ---- resuming and sweeping: one call per partition, called once at start and slowly afterwards
 * ---- */
typedef void wf_store_outbox_f(void *context, unsigned partition, struct wf_entry entry,
                               struct wf_bytes envelope);
int wf_store_outbox(struct wf_store *store, unsigned partition, wf_store_outbox_f *each,
                    void *context, struct wf_error *error) WF_MUST_CHECK;
typedef void wf_store_timer_f(void *context, const char *kind, const char *id, wf_time due);
/* Timers due up to `until`, at most `limit`, earliest first. */
int wf_store_timers(struct wf_store *store, unsigned partition, wf_time until, size_t limit,
                    wf_store_timer_f *each, void *context, struct wf_error *error) WF_MUST_CHECK;

/* ---- parked and dead ---- */
int wf_store_parked_first(struct wf_store *store, const char *kind, const char *id,
                          struct wf_buffer *frame, size_t *count,
                          struct wf_error *error) WF_MUST_CHECK;
typedef void wf_store_dead_f(void *context, const char *dead_id, struct wf_bytes letter);
int wf_store_dead(struct wf_store *store, unsigned partition, wf_store_dead_f *each, void *context,
                  struct wf_error *error) WF_MUST_CHECK;

/* ---- reading back: the story of an aggregate, an index, a value ---- */
typedef bool wf_store_journal_f(void *context, uint64_t ms, uint64_t n, struct wf_bytes line);
/* The partition's journal from `from_ms`, in order, until the callback returns false. */
int wf_store_journal(struct wf_store *store, unsigned partition, uint64_t from_ms,
                     wf_store_journal_f *each, void *context, struct wf_error *error) WF_MUST_CHECK;
typedef void wf_store_log_f(void *context, uint64_t sequence, struct wf_bytes value);
/* Entries of a log index with sequence > after, at most limit; *last: highest sequence there is. */
int wf_store_log(struct wf_store *store, unsigned partition, const char *name, uint64_t after,
                 size_t limit, wf_store_log_f *each, void *context, uint64_t *last,
                 struct wf_error *error) WF_MUST_CHECK;
typedef void wf_store_hash_f(void *context, struct wf_bytes member, struct wf_bytes value);
/* Members that change during the call may be given twice. */
int wf_store_hash(struct wf_store *store, unsigned partition, const char *name,
                  wf_store_hash_f *each, void *context, struct wf_error *error) WF_MUST_CHECK;
/* Members with score >= from, lowest first, at most limit. */
typedef void wf_store_zset_f(void *context, struct wf_bytes member, int64_t score);
int wf_store_zset(struct wf_store *store, unsigned partition, const char *name, int64_t from,
                  size_t limit, wf_store_zset_f *each, void *context,
                  struct wf_error *error) WF_MUST_CHECK;
/* The values of a COUNT_UP index in every partition, in one round trip: what a reader compares to
 * see where something changed.  Absent: 0. */
int wf_store_counts(struct wf_store *store, const char *name, uint64_t counts[static WF_PARTITIONS],
                    struct wf_error *error) WF_MUST_CHECK;

/* ---- keys of persons and papers, outside every journal so that they can be destroyed ----
 * Gives the value stored under s:<name>; if there is none, stores `fresh` and gives that.  With an
 * empty `fresh` it only reads: WF_NOT_FOUND. */
int wf_store_secret(struct wf_store *store, unsigned partition, const char *name,
                    struct wf_bytes fresh, struct wf_buffer *value,
                    struct wf_error *error) WF_MUST_CHECK;
/* Reads the values of many names in one round trip; `value` stays empty where there is none. */
struct wf_secret_read {
    unsigned partition;
    const char *name;       /* borrowed */
    struct wf_buffer value; /* result, owned by the caller */
};
int wf_store_secrets(struct wf_store *store, struct wf_secret_read *reads, size_t count,
                     struct wf_error *error) WF_MUST_CHECK;
int wf_store_forget(struct wf_store *store, unsigned partition, const char *name,
                    struct wf_error *error) WF_MUST_CHECK;
/* Has the store rewrite its log, so that what was forgotten before is soon gone from there too.  WF_AGAIN while
 * another rewrite is under way, which may have begun before: call it again. */
int wf_store_rewrite(struct wf_store *store, unsigned partition,
                     struct wf_error *error) WF_MUST_CHECK;

/* ---- things of the whole installation ---- */
/* Heartbeat row of a worker: hash "wf:workers", field "<program>.<instance>", a JSON object. */
int wf_store_beat(struct wf_store *store, const char *field, struct wf_bytes json,
                  struct wf_error *error) WF_MUST_CHECK;
/* Every heartbeat row there is; field and json are borrowed for the call. */
typedef void wf_store_beat_f(void *context, const char *field, struct wf_bytes json);
int wf_store_beats(struct wf_store *store, wf_store_beat_f *each, void *context,
                   struct wf_error *error) WF_MUST_CHECK;
/* Offset of the business clock, key "wf:clock"; 0 if unset. */
int wf_store_clock_offset(struct wf_store *store, wf_time *offset,
                          struct wf_error *error) WF_MUST_CHECK;
int wf_store_set_clock_offset(struct wf_store *store, wf_time offset,
                              struct wf_error *error) WF_MUST_CHECK;

/* Drops the connection and opens a new one; AUTH is done again.  WF_AGAIN while the store is away,
 * loading or read-only; WF_CONFIG when it refuses our credential. */
int wf_store_reconnect(struct wf_store *store, struct wf_error *error) WF_MUST_CHECK;
/* A plain file descriptor that becomes readable when results of commits under way have come or the
 * connection dies; -1 if there is none. */
int wf_store_fd(const struct wf_store *store);
void wf_store_destroy(struct wf_store **store);

/* The adapters' table; each opens a store with its own function (redis_store.h, mem_store.h). */
struct wf_store_ops {
    int (*load)(struct wf_store *, struct wf_load *, size_t, struct wf_error *);
    int (*commit)(struct wf_store *, struct wf_commit *, size_t, struct wf_error *);
    /* These three are NULL where the store only commits while one waits. */
    bool (*send)(struct wf_store *, struct wf_commit *, size_t);
    int (*collect)(struct wf_store *, const struct wf_commit *, struct wf_error *);
    size_t (*under_way)(const struct wf_store *);
    int (*trim)(struct wf_store *, unsigned, const struct wf_entry *, size_t, struct wf_error *);
    int (*outbox)(struct wf_store *, unsigned, wf_store_outbox_f *, void *, struct wf_error *);
    int (*timers)(struct wf_store *, unsigned, wf_time, size_t, wf_store_timer_f *, void *,
                  struct wf_error *);
    int (*parked_first)(struct wf_store *, const char *, const char *, struct wf_buffer *, size_t *,
                        struct wf_error *);
    int (*dead)(struct wf_store *, unsigned, wf_store_dead_f *, void *, struct wf_error *);
    int (*journal)(struct wf_store *, unsigned, uint64_t, wf_store_journal_f *, void *,
                   struct wf_error *);
    int (*log)(struct wf_store *, unsigned, const char *, uint64_t, size_t, wf_store_log_f *,
               void *, uint64_t *, struct wf_error *);
    int (*hash)(struct wf_store *, unsigned, const char *, wf_store_hash_f *, void *,
                struct wf_error *);
    int (*zset)(struct wf_store *, unsigned, const char *, int64_t, size_t, wf_store_zset_f *,
                void *, struct wf_error *);
    int (*counts)(struct wf_store *, const char *, uint64_t *, struct wf_error *);
    int (*secret)(struct wf_store *, unsigned, const char *, struct wf_bytes, struct wf_buffer *,
                  struct wf_error *);
    int (*secrets)(struct wf_store *, struct wf_secret_read *, size_t, struct wf_error *);
    int (*forget)(struct wf_store *, unsigned, const char *, struct wf_error *);
    int (*rewrite)(struct wf_store *, unsigned, struct wf_error *);
    int (*beat)(struct wf_store *, const char *, struct wf_bytes, struct wf_error *);
    int (*beats)(struct wf_store *, wf_store_beat_f *, void *, struct wf_error *);
    int (*clock_offset)(struct wf_store *, wf_time *, struct wf_error *);
    int (*set_clock_offset)(struct wf_store *, wf_time, struct wf_error *);
    int (*reconnect)(struct wf_store *, struct wf_error *);
    int (*fd)(const struct wf_store *);
    void (*destroy)(struct wf_store **);
};
/* First member of every adapter's own struct. */
struct wf_store {
    const struct wf_store_ops *ops;
    enum wf_service service;
};

#endif
