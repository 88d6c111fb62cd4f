/* wf_work.h - one thing to do to one aggregate: a message of a lane, an act, a deadline.  Lives for
 * the turn that takes it in hand; texts and bytes are borrowed from that turn's memory. */
#ifndef WF_WORK_H
#define WF_WORK_H

#include "wf_cache.h"
#include "wf_domain.h"
#include "wf_worker.h"

enum wf_work_source {
    WF_WORK_LANE, /* a message between programs */
    WF_WORK_ACT,  /* somebody waits for the answer, or our own job's result */
    WF_WORK_TICK  /* a deadline */
};

/* Who is told how it ended. */
enum wf_tell {
    WF_TELL_NOBODY,
    WF_TELL_PEER_ACK,   /* AckBatch to `peer`, naming `tag` */
    WF_TELL_LOCAL_LANE, /* our own outbox, slot `tag` */
    WF_TELL_PEER_REPLY, /* Reply to `peer`, naming `tag` */
    WF_TELL_CALLER      /* done(context, ...) of wf_worker_submit */
};

/* How a work ended, in this order of the loop: WORK_OPEN until it is settled. */
enum wf_end {
    WF_END_OPEN = 0,
    WF_END_APPLIED,
    WF_END_IGNORED,
    WF_END_REFUSED,
    WF_END_PARKED,
    WF_END_DUPLICATE,
    WF_END_CONFLICT,
    WF_END_GAP,
    WF_END_INVALID,
    WF_END_NOT_FOUND,
    WF_END_DENIED,
    WF_END_BUSY, /* nothing was written; retry_after_ms says when to come again */
    WF_END_COUNT
};

struct wf_act_slot;

struct wf_work {
    enum wf_work_source source;
    const struct wf_handler *handler; /* NULL: a tick, or a stray that nobody handles */
    const struct wf_machine *machine; /* NULL: a stray */
    struct wf_address self;

    struct wf_address from; /* lane; kind "" otherwise */
    const char *from_text;
    uint64_t incarnation, sequence;

    const char *actor, *key; /* act; "" otherwise */
    const char *type;
    const char *message_id, *causation, *correlation, *traceparent;
    wf_time happened;
    struct wf_bytes payload;
    struct wf_bytes aside; /* what domain.aside took out of it */
    bool is_kept;          /* the payload is sealed already (a parked message) */
    bool is_from_parked;   /* retried by an operator: steps although the aggregate is parked */
    bool is_last_parked;   /* nothing is behind it in the list */
    bool is_buried;        /* it is in no list: only the dead letter goes */
    const char *stray;     /* why nobody handles it; NULL: somebody does */

    enum wf_operator {
        WF_OPERATOR_NONE = 0,
        WF_OPERATOR_RETRIES,
        WF_OPERATOR_DISCARDS
    } operator_act; /* only a journal line; DISCARDS also takes the first parked one away */
    const char *dead_id;

    enum wf_tell tell;
    struct wf_peer peer;
    uint64_t tag;
    wf_act_done_f *done;
    void *context;
    struct wf_act_slot *slot; /* WF_TELL_CALLER and our own acts */

    /* what the turn makes of it */
    struct wf_entity *entity;
    struct wf_plan *plan;
    struct wf_commit *commit; /* NULL: nothing to write */
    uint8_t fingerprint[32];
    struct wf_bytes kept; /* what may be journalled, if the handler sealed it; else no data */
    enum wf_end intent;   /* what it is if its commit succeeds */
    enum wf_end end;
    bool is_written;   /* its commit is on disk */
    wf_time due_after; /* tick: what the deadline is now */
    const char *reason, *text;
    const char *receipt;
    const char *park_cause; /* the store said that its commit never fits */
    uint32_t retry_after_ms;
    struct wf_bytes answer;
};

#endif
