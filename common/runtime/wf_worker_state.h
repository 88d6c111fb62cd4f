/* wf_worker_state.h - the inside of a worker, for the files of this folder alone:
 *
 *   wf_dispatch   frames and submitted acts -> work         wf_batch     work -> commits
 *   wf_step_one   one work -> one commit                    wf_settle    results -> answers
 *   wf_flight     batches whose commits are under way       wf_parking   what cannot be applied
 *   wf_operator   retry, discard, show
 *   wf_questions  answers that change nothing               wf_requests  what we ask others
 *   wf_outbox, wf_timers, wf_cache, wf_journal, wf_plan     wf_beat      heartbeat, readiness
 */
#ifndef WF_WORKER_STATE_H
#define WF_WORKER_STATE_H

#include "wf_cache.h"
#include "wf_config.h"
#include "wf_log.h"
#include "wf_metrics.h"
#include "wf_outbox.h"
#include "wf_plan.h"
#include "wf_timers.h"
#include "wf_validate.h"
#include "wf_work.h"

#include "endorse/v1/envelope.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

enum {
    WF_BATCH_MAX = 256,          /* works of one turn: one pipeline, one flush */
    WF_FLIGHTS = 8,              /* batches whose commits are under way */
    WF_ACT_BYTES_MAX = 64 << 20, /* the same in bytes */
    WF_QUESTIONS_MAX = 64,       /* questions of one turn */
    WF_ACTS_MAX = 4096,          /* acts that wait for a turn; three quarters: busy */
    WF_ROUNDS_MAX = 5,           /* decisions on one work within a turn */
    WF_BUSY_MS = 1000,           /* what BUSY says when nothing better is known */
    WF_FULL_MS = 5000,           /* the same when the store is full */
    WF_ACT_TTL_S = 30 * 86400,   /* SPEC 4.6 */
    WF_ARENA_FRAMES = 8 << 20,   /* unpacked frames of a turn */
    WF_ARENA_PAYLOAD = 1 << 20,  /* one payload */
    WF_CACHE_BYTES = 16 << 20,
    WF_OUTBOX_BYTES = 32 << 20
};

/* A submitted act; its texts and payload are behind it in the same piece of memory. */
struct wf_act_slot {
    struct wf_act_slot *next;
    struct wf_act act;
    wf_time not_before;     /* monotonic: a full machine asked to come again then */
    uint64_t tried_version; /* stamp of a commit that had no answer; 0: none */
};

/* Acknowledgements and replies of a turn, by peer. */
struct wf_ack {
    struct wf_peer peer;
    uint64_t delivery;
    Endorse__V1__AckStatus status;
    uint32_t retry_after_ms;
    const char *reason;
};

/* A question, or an operator's act that works on parked messages: after the batch is settled. */
struct wf_ask_in {
    struct wf_peer peer;
    uint64_t request;
    enum wf_message message;
    const struct wf_question *question; /* NULL: the runtime's own */
    const char *actor, *key;            /* these and the payload outlive the turn's frames */
    struct wf_address to;               /* where the question has a machine */
    struct wf_bytes payload;
};

/* The memory of a turn, which its batch keeps until its commits have their results. */
struct wf_flight {
    struct wf_pool pool;
    struct wf_arena frames;
    struct wf_work *works;
    size_t work_count;
    struct wf_commit *commits;
    struct wf_work **committed;
    size_t commit_count;
    wf_time since; /* monotonic */
};

struct wf_requests;

struct wf_worker {
    const struct wf_domain *domain;
    const struct wf_config *config;
    struct wf_store *store;
    struct wf_bus *bus;
    struct wf_clock *clock;
    void *service;
    unsigned instance, instances;
    uint64_t incarnation; /* of this process */
    uint8_t fingerprint_key[32];

    /* time */
    wf_time monotonic, business, offset, next_offset;
    bool is_sandbox;

    /* states of the whole */
    bool is_stopping, is_draining, is_reload_wanted;
    bool is_store_lost;
    wf_time next_bad_log;
    wf_time reconnect_at, reconnect_ms, lost_since, full_until, progress_at;
    int watched_fd;

    /* parts */
    struct wf_metrics metrics;
    struct wf_cache cache;
    struct wf_outbox outbox;
    struct wf_timers timers;
    struct wf_requests *requests;
    GHashTable *handlers;  /* type -> struct wf_handler */
    GHashTable *questions; /* type -> struct wf_question */

    /* acts that wait */
    struct wf_act_slot *first_act, **last_act;
    size_t act_count, act_bytes;

    /* the turn's memory and batch */
    struct wf_pool pool;
    struct wf_arena frames, payload;
    struct wf_work *works;
    size_t work_count;
    struct wf_commit *commits;
    struct wf_work **committed;
    size_t commit_count;
    struct wf_flight flights[WF_FLIGHTS]; /* a ring: flight_count from flight_first on */
    size_t flight_first, flight_count;
    struct wf_ack *acks;
    size_t ack_count, ack_capacity;
    struct wf_ask_in *asks;
    size_t ask_count;
    struct wf_fields scratch;
    struct wf_buffer kept, frame;
    void *before, *after, *event, *effects;

    /* slow work and figures */
    uint64_t parked_count, dead_count;
    unsigned sweep_partition;
    wf_time next_sweep, next_slow, next_beat, latest_beat, domain_wake;
    uint64_t beat_mark;
    wf_time started_wall;

    /* the rules in force: since when, and what is wrong with newer ones ("": nothing) */
    wf_time rules_since;
    char rules_error[200];
    struct wf_replay *replay; /* the one under way, or NULL */
};

/* ---- ownership ---- */
static inline bool wf_owns(const struct wf_worker *worker, unsigned partition)
{
    return partition % worker->instances == worker->instance;
}

/* ---- wf_dispatch.c ---- */
int wf_dispatch_open(struct wf_worker *worker, struct wf_error *error) WF_MUST_CHECK;
void wf_dispatch_close(struct wf_worker *worker);
/* Takes what has arrived, until the batch is full or nothing is left. */
void wf_dispatch_collect(struct wf_worker *worker);
/* A work of its own, zeroed but for empty texts; NULL: the batch is full. */
struct wf_work *wf_dispatch_new_work(struct wf_worker *worker);
/* The machine of a kind of aggregates; NULL: none of ours. */
const struct wf_machine *wf_dispatch_machine(const struct wf_worker *worker, const char *kind);
/* Fills handler and machine by type, or `stray` with the reason; the aggregate must be set. */
void wf_dispatch_route(struct wf_worker *worker, struct wf_work *work);
/* A Request frame's body. */
void wf_dispatch_request(struct wf_worker *worker, const struct wf_frame *frame,
                         struct wf_bytes body);
void wf_dispatch_release_act(struct wf_worker *worker, struct wf_work *work);

/* ---- wf_batch.c ---- */
/* Loads, steps, commits and settles the works of the batch.  -1 with WF_AGAIN: the store is lost and
 * every work was settled as such. */
int wf_batch_run(struct wf_worker *worker, struct wf_error *error) WF_MUST_CHECK;
/* The results of a batch's commits are there: settles those works. */
void wf_batch_settle(struct wf_worker *worker);
bool wf_batch_has_open(const struct wf_worker *worker);
/* Decides again what the gates sent back, and ends the batch.  -1 as above. */
int wf_batch_finish(struct wf_worker *worker, struct wf_error *error) WF_MUST_CHECK;
/* Nothing can be said about what had no answer. */
void wf_batch_lose(struct wf_worker *worker);
/* Loads those entities that are not. */
int wf_batch_load(struct wf_worker *worker, struct wf_entity **entities, size_t count,
                  struct wf_error *error) WF_MUST_CHECK;

/* ---- wf_flight.c: SPEC 4.7 ---- */
void wf_flight_open(struct wf_worker *worker);
void wf_flight_close(struct wf_worker *worker);
/* Sends the batch's commits and leaves it to fly.  False: it must be carried through here and now. */
bool wf_flight_begin(struct wf_worker *worker);
enum wf_flight_wait { WF_FLIGHT_ARRIVED, WF_FLIGHT_FIRST, WF_FLIGHT_ALL };
/* Settles the batches that have their results; waits for the first, or for all.  -1 as
 * wf_batch_run. */
int wf_flight_land(struct wf_worker *worker, enum wf_flight_wait wait,
                   struct wf_error *error) WF_MUST_CHECK;
/* At the beginning of a turn: as much as what it is going to do needs. */
int wf_flight_turn(struct wf_worker *worker, struct wf_error *error) WF_MUST_CHECK;
/* The store stopped answering. */
void wf_flight_lose(struct wf_worker *worker);
wf_time wf_flight_wake(const struct wf_worker *worker);

/* ---- wf_step_one.c ---- */
/* Decides one work on its loaded entity: sets intent and, if there is something to write, a commit.
 * Or ends it at once. */
void wf_step_one(struct wf_worker *worker, struct wf_work *work);
/* The next free commit, begun with the aggregate's name and version and the work's lane. */
struct wf_commit *wf_step_begin_commit(struct wf_worker *worker, struct wf_work *work);
/* Unpacked payload -> event of the work's machine; the journal's reader uses it too. */
int wf_step_decode(struct wf_worker *worker, const struct wf_work *work, struct wf_bytes kept,
                   const uint8_t entropy[32], struct wf_error *error) WF_MUST_CHECK;
/* Reads the entity's fields into worker->before. */
int wf_step_read(struct wf_worker *worker, const struct wf_machine *machine,
                 const struct wf_entity *entity, struct wf_error *error) WF_MUST_CHECK;
/* ---- wf_step_keep.c ---- */
/* worker->event, zeroed but for its meta. */
struct wf_event_meta *wf_step_event(struct wf_worker *worker, const struct wf_work *work,
                                    const uint8_t entropy[32]);
void wf_step_fingerprint(struct wf_worker *worker, struct wf_work *work);
/* The payload as it may be kept; worker->event has its meta.  WF_INVALID names the field in path. */
int wf_step_keep(struct wf_worker *worker, struct wf_work *work, const uint8_t entropy[32],
                 struct wf_bytes *kept, char path[static WF_PATH_MAX],
                 struct wf_error *error) WF_MUST_CHECK;

/* ---- wf_step_one.c ---- */
void wf_step_end(struct wf_worker *worker, struct wf_work *work, enum wf_end end,
                 const char *reason, const char *text);
void wf_step_busy(struct wf_worker *worker, struct wf_work *work, uint32_t retry_after_ms);
/* After the journal line: the answer that repetitions of the act get. */
void wf_step_act_record(struct wf_worker *worker, struct wf_work *work, enum wf_reply reply);
void wf_step_hold_tick(struct wf_worker *worker, struct wf_work *work);
const char *wf_step_receipt(struct wf_worker *worker, const struct wf_entity *entity);

/* An operator's act on a parked aggregate: a journal line, nothing stepped. */
void wf_step_operator(struct wf_worker *worker, struct wf_work *work);

/* ---- wf_parking.c ---- */
enum { WF_DEAD_ID = 27 }; /* two hexadecimal digits of the partition, 24 of the work */
void wf_parking_dead_id(const struct wf_work *work, char id[static WF_DEAD_ID]);
/* Makes the work's commit one that parks it, with its cause.  `kept`: the payload as it may be
 * kept; NULL: it could not be made so. */
void wf_parking_park(struct wf_worker *worker, struct wf_work *work, const struct wf_bytes *kept,
                     const char *cause);
/* A stray: a dead letter, nothing parked. */
void wf_parking_bury(struct wf_worker *worker, struct wf_work *work, const char *cause);
/* Behind a parked one: to the end of the aggregate's list. */
void wf_parking_queue(struct wf_worker *worker, struct wf_work *work, const struct wf_bytes *kept);
/* The work that a parked message was; its bytes must live as long.  False: unreadable. */
bool wf_parking_restore(struct wf_worker *worker, struct wf_bytes frame, struct wf_work *work);

/* ---- wf_settle.c ---- */
/* Whether the commit keeps the payload for later: applied or parked. */
bool wf_settle_uses_kept(const struct wf_work *work);
/* Nobody is going to use the kept payload: what was sealed for it alone goes. */
void wf_settle_discard(struct wf_worker *worker, struct wf_work *work);
void wf_settle_commit(struct wf_worker *worker, struct wf_work *work);
/* Tells whoever waits. */
void wf_settle_tell(struct wf_worker *worker, struct wf_work *work);
void wf_settle_acks(struct wf_worker *worker);
void wf_settle_reply(struct wf_worker *worker, const struct wf_peer *peer, uint64_t request,
                     const struct wf_outcome *outcome);

/* ---- wf_questions.c ---- */
void wf_questions_run(struct wf_worker *worker);
void wf_questions_reply(struct wf_worker *worker, const struct wf_ask_in *ask,
                        struct wf_bytes payload, const struct wf_error *error);
/* Loads an aggregate and reads its state into worker->before. */
int wf_questions_state(struct wf_worker *worker, const struct wf_machine *machine, const char *id,
                       struct wf_entity **entity, struct wf_error *error) WF_MUST_CHECK;

/* ---- wf_operator.c, wf_story.c: what the runtime answers for every service ---- */
bool wf_operator_answers(enum wf_message message);
void wf_operator_run(struct wf_worker *worker, const struct wf_ask_in *ask);
int wf_operator_story(struct wf_worker *worker, const Endorse__V1__Show *show,
                      struct wf_buffer *reply, struct wf_error *error) WF_MUST_CHECK;

/* ---- wf_requests.c ---- */
struct wf_requests *wf_requests_create(void);
void wf_requests_destroy(struct wf_requests **requests);
void wf_requests_reply(struct wf_worker *worker, const Endorse__V1__Reply *reply);
void wf_requests_turn(struct wf_worker *worker);
wf_time wf_requests_wake(const struct wf_worker *worker);
size_t wf_requests_count(const struct wf_worker *worker);

/* ---- wf_resume.c ---- */
int wf_resume_all(struct wf_worker *worker, struct wf_error *error) WF_MUST_CHECK;
/* The store stopped answering: everything known of it is forgotten. */
void wf_resume_lost(struct wf_worker *worker, const struct wf_error *error);
/* Watches the store's descriptor, so that its death is seen at once. */
void wf_resume_watch(struct wf_worker *worker);
wf_time wf_resume_wake(const struct wf_worker *worker);
/* Tries to get the store back when it is time.  -1: it refuses us. */
int wf_resume_try(struct wf_worker *worker, struct wf_error *error) WF_MUST_CHECK;
/* Loads timers and lacking bytes, trims what no commit carried, looks slowly through the rest. */
int wf_resume_sweep(struct wf_worker *worker, struct wf_error *error) WF_MUST_CHECK;

/* ---- wf_beat.c ---- */
void wf_beat_write(const struct wf_worker *worker, struct wf_buffer *json);
int wf_beat_turn(struct wf_worker *worker, struct wf_error *error) WF_MUST_CHECK;

/* ---- wf_worker.c ---- */
int wf_worker_create_bare(struct wf_worker **worker, const struct wf_domain *domain,
                          const struct wf_config *config, struct wf_clock *clock,
                          struct wf_error *error) WF_MUST_CHECK;
void wf_worker_attach(struct wf_worker *worker, struct wf_store **store, struct wf_bus **bus);
/* Reads anew what may change without a restart; -1: what was in force stays so. */
int wf_worker_reload(struct wf_worker *worker, struct wf_error *error);

#endif
