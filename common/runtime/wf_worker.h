/* wf_worker.h - the one loop of every program.  One thread.
 *
 *   turn:  take what has arrived (bounded) -> group by aggregate -> load what is not cached (one
 * round trip) -> step in order on memory -> commit all (one round trip, one flush) -> acknowledge,
 *          answer, perform -> relay the outbox -> due timers -> heartbeat -> wait
 *
 * Only this loop changes state; messages, acts, timers and results of jobs share it. */
#ifndef WF_WORKER_H
#define WF_WORKER_H

#include "wf_bus.h"
#include "wf_clock.h"
#include "wf_domain.h"
#include "wf_metrics.h"
#include "wf_store.h"

/* Exit codes a supervisor can tell apart (sysexits). */
enum {
    WF_EXIT_OK = 0,
    WF_EXIT_UNAVAILABLE = 75 /* restart me */,
    WF_EXIT_CONFIG = 78 /* do not */
};

struct wf_config; /* wf_config.h */

/* Takes store and bus (nulls the giver's pointers); borrows domain, clock and config, which must
 * outlive it.  Opens nothing yet. */
int wf_worker_create(struct wf_worker **worker, const struct wf_domain *domain,
                     const struct wf_config *config, struct wf_store **store, struct wf_bus **bus,
                     struct wf_clock *clock, struct wf_error *error) WF_MUST_CHECK;
/* Resumes outbox and timers of the owned partitions, starts the service. */
int wf_worker_resume(struct wf_worker *worker, struct wf_error *error) WF_MUST_CHECK;
/* One turn; waits at most `patience` ms (0: not at all).  Returns -1 only for what a restart must
 * mend. */
int wf_worker_turn(struct wf_worker *worker, wf_time patience,
                   struct wf_error *error) WF_MUST_CHECK;
/* Turns until wf_worker_stop, then drains: takes nothing new, finishes what is in hand. */
int wf_worker_run(struct wf_worker *worker, struct wf_error *error) WF_MUST_CHECK;
void wf_worker_stop(struct wf_worker *worker); /* safe in a signalfd callback */
void wf_worker_destroy(struct wf_worker **worker);

/* The whole main() of a service: configuration, adapters, signals, readiness, loop, exit code. */
int wf_program_main(const struct wf_domain *domain, int argc, char **argv);

/* ---- for services ---- */

/* How an act ended.  `payload` and texts are borrowed for the call. */
struct wf_outcome {
    enum wf_reply {
        WF_REPLY_OK = 1,
        WF_REPLY_REFUSED,
        WF_REPLY_INVALID,
        WF_REPLY_NOT_FOUND,
        WF_REPLY_DENIED,
        WF_REPLY_BUSY,
        WF_REPLY_DUPLICATE,
        WF_REPLY_CONFLICT
    } reply;
    const char *reason; /* stable code; INVALID: the offending field, as a JSON path */
    const char *text;   /* one sentence for a person */
    uint32_t retry_after_ms;
    struct wf_bytes payload;
    const char *receipt; /* SPEC 5.3: proof of custody, the same for every repetition of an act; ""
                            when nothing was taken */
};
typedef void wf_act_done_f(void *context, const struct wf_outcome *outcome);

/* An act that somebody waits for: a portal's event, a form, an operator's command. */
struct wf_act {
    enum wf_message message;
    struct wf_address to;
    const char *actor; /* "portal/MA", "operator/ann"; part of the idempotency key */
    const char *key;   /* idempotency key; empty: none (our own, e.g. the result of a job).  The
                          same key with another content (HMAC over type, address and canonical
                          packing) is a CONFLICT */
    const char *message_id; /* what the journal and the outcomes call it */
    wf_time happened;
    struct wf_bytes payload; /* packed; copied.  Unpacked, validated and packed canonically here */
    wf_act_done_f *done;     /* called once, after the commit is durable or when it cannot be done;
                                NULL: nobody waits, it is retried until done */
    void *context;
};
/* Queues an act for the next turn; false (and nothing queued, done not called) when full: answer
 * BUSY. */
bool wf_worker_submit(struct wf_worker *worker, const struct wf_act *act);

/* The request side, for the gateway: asks the owner.  Texts and payload are copied. */
struct wf_ask {
    enum wf_message message;
    const char *to;          /* an aggregate's address, or a service's name and `partition` */
    unsigned partition;      /* used when `to` is a service's name */
    const char *actor;       /* "portal/MA", or "" */
    const char *key;         /* idempotency key of an act; "" for a question */
    const char *traceparent; /* or "" */
    wf_time happened;        /* as the sender says; 0 if unknown */
    struct wf_bytes payload; /* packed */
    wf_time timeout;         /* ms */
    wf_act_done_f *done;     /* called once: WF_REPLY_BUSY if no answer came in time */
    void *context;
};
void wf_worker_ask(struct wf_worker *worker, const struct wf_ask *ask);

/* Takes nothing new and finishes what is in hand. */
bool wf_worker_is_draining(const struct wf_worker *worker);
/* The heartbeat row is written anew in this turn or the next: something in it has changed that a person
 * should see. */
void wf_worker_report(struct wf_worker *worker);
bool wf_worker_is_busy(const struct wf_worker *worker); /* the doors answer BUSY */
wf_time wf_worker_now(const struct wf_worker *worker);  /* business time of this turn */
/* One more of a counter of wf_metrics.def: in the heartbeat row, and so on /metrics. */
void wf_worker_count(struct wf_worker *worker, enum wf_metric metric);
struct wf_store *wf_worker_store(struct wf_worker *worker); /* for reading only */
/* For fresh keys (entropy): what a replay must find again comes with the event instead. */
struct wf_clock *wf_worker_clock(struct wf_worker *worker);
struct wf_bus *wf_worker_bus(struct wf_worker *worker);
const struct wf_config *wf_worker_config(const struct wf_worker *worker);
const struct wf_domain *wf_worker_domain(const struct wf_worker *worker);

#endif
