/* After the commits: what became of each work, and who is told. */
#include "wf_prelude.h"
#include "wf_worker_state.h"

#include "endorse/v1/journal.pb-c.h"

#include <stdlib.h>
#include <string.h>

/* ---- results ---- */

enum { TICK_REPEATS_MAX = 100 };

static void settle_timer(struct wf_worker *worker, const struct wf_work *work)
{
    const struct wf_commit *commit = work->commit;
    if (work->source == WF_WORK_TICK && work->intent == WF_END_APPLIED) {
        /* A deadline that leads to itself again and again is a mistake of the machine; it must not
         * fill the journal. */
        struct wf_entity *entity = work->entity;
        entity->tick_repeats = work->due_after <= work->happened ? entity->tick_repeats + 1 : 0;
        if (entity->tick_repeats > TICK_REPEATS_MAX)
            wf_timers_hold(&worker->timers, commit->kind, commit->id, work->due_after,
                           worker->monotonic + WF_MINUTE);
        else
            wf_timers_set(&worker->timers, commit->kind, commit->id, work->due_after);
    } else if (commit->timer == WF_TIMER_SET) {
        wf_timers_set(&worker->timers, commit->kind, commit->id, commit->due);
    } else if (commit->timer == WF_TIMER_CLEAR) {
        wf_timers_set(&worker->timers, commit->kind, commit->id, WF_NEVER);
    }
}

static void settle_sends(struct wf_worker *worker, const struct wf_work *work)
{
    const struct wf_plan *plan = work->plan;
    for (size_t i = 0; plan && i < plan->send_count; i++) {
        const struct wf_plan_send *send = &plan->sends[i];
        wf_outbox_add(&worker->outbox,
                      &(struct wf_outgoing_message){.partition = work->entity->partition,
                                                    .from = plan->from_text,
                                                    .to = send->to_text,
                                                    .incarnation = plan->incarnation,
                                                    .sequence = send->sequence,
                                                    .entry = send->entry,
                                                    .envelope = send->envelope,
                                                    .since = worker->monotonic});
        wf_count(&worker->metrics, WF_METRIC_OUTBOX_ADDED);
    }
}

static void settle_jobs(struct wf_worker *worker, const struct wf_work *work)
{
    for (const struct wf_plan_job *job = work->plan ? work->plan->first_job : NULL; job;
         job = job->next)
        worker->domain->perform(worker->service, worker, &work->self, job->bytes.data,
                                job->bytes.length);
}

static void count_end(struct wf_worker *worker, const struct wf_work *work)
{
    static const enum wf_metric metrics[WF_END_COUNT] = {
        [WF_END_OPEN] = WF_METRIC_RETRIED,       [WF_END_APPLIED] = WF_METRIC_APPLIED,
        [WF_END_IGNORED] = WF_METRIC_IGNORED,    [WF_END_REFUSED] = WF_METRIC_REFUSED,
        [WF_END_PARKED] = WF_METRIC_PARKED,      [WF_END_DUPLICATE] = WF_METRIC_DUPLICATES,
        [WF_END_CONFLICT] = WF_METRIC_CONFLICTS, [WF_END_GAP] = WF_METRIC_GAPS,
        [WF_END_INVALID] = WF_METRIC_INVALID,    [WF_END_NOT_FOUND] = WF_METRIC_INVALID,
        [WF_END_DENIED] = WF_METRIC_DENIED,      [WF_END_BUSY] = WF_METRIC_BUSY};
    wf_count(&worker->metrics, metrics[work->end]);
}

static void written(struct wf_worker *worker, struct wf_work *work)
{
    const struct wf_commit *commit = work->commit;
    work->end = work->intent;
    work->is_written = true;
    worker->progress_at = worker->monotonic;
    wf_count(&worker->metrics, WF_METRIC_COMMITS);
    worker->parked_count += commit->park.length > 0;
    worker->parked_count -= commit->unpark && worker->parked_count > 0;
    worker->dead_count += commit->dead_id && !commit->dead_drop && !work->is_from_parked;
    worker->dead_count -= commit->dead_drop && worker->dead_count > 0;
    if (commit->dead_id && !commit->dead_drop)
        wf_count(&worker->metrics, WF_METRIC_DEAD);
    if (work->end == WF_END_REFUSED)
        wf_log(WF_LOG_REFUSED, "aggregate=%s/%s type=%s reason=%s", work->self.kind, work->self.id,
               work->type, work->reason);
    if (commit->unmark)
        wf_timers_unhold(&worker->timers, commit->kind, commit->id);
    settle_timer(worker, work);
    settle_sends(worker, work);
}

/* The key of the act was used before: for the same content, or for another. */
static void repeated(struct wf_worker *worker, struct wf_work *work)
{
    Endorse__V1__ActRecord *record =
        (Endorse__V1__ActRecord *)wf_unpack(&endorse__v1__act_record__descriptor,
                                            wf_buffer_bytes(&work->commit->prior), &worker->frames);
    bool is_same =
        record && record->fingerprint.len == sizeof work->fingerprint &&
        memcmp(record->fingerprint.data, work->fingerprint, sizeof work->fingerprint) == 0;
    if (!is_same) {
        wf_step_end(worker, work, WF_END_CONFLICT, "conflict",
                    "the id was used for another content");
        return;
    }
    wf_step_end(worker, work, WF_END_DUPLICATE, record->reason, record->text);
    work->receipt = wf_pool_text(&worker->pool, record->receipt);
    work->answer = wf_pool_copy(&worker->pool, (struct wf_bytes){.data = record->payload.data,
                                                                 .length = record->payload.len});
}

static void full(struct wf_worker *worker, struct wf_work *work)
{
    wf_count(&worker->metrics, WF_METRIC_STORE_FULL);
    if (worker->full_until <= worker->monotonic)
        wf_log(WF_LOG_STORE_FULL, "retry_after_ms=%d", WF_FULL_MS);
    worker->full_until = worker->monotonic + WF_SECOND;
    wf_step_busy(worker, work, WF_FULL_MS);
}

/* ---- what was sealed for nothing ---- */

bool wf_settle_uses_kept(const struct wf_work *work)
{
    return work->commit && (work->intent == WF_END_APPLIED || work->intent == WF_END_PARKED);
}

void wf_settle_discard(struct wf_worker *worker, struct wf_work *work)
{
    if (work->kept.data && worker->domain->discard)
        worker->domain->discard(worker->service, work->handler->message, work->kept);
    work->kept = (struct wf_bytes){0};
}

/* ---- of each commit ---- */

void wf_settle_commit(struct wf_worker *worker, struct wf_work *work)
{
    const struct wf_commit *commit = work->commit;
    if (commit->trim_count)
        wf_outbox_trimmed(&worker->outbox, work->entity->partition, commit->result == WF_COMMIT_OK);
    if (commit->result == WF_COMMIT_OK) {
        written(worker, work);
        if (!wf_settle_uses_kept(work))
            wf_settle_discard(worker, work);
        return;
    }
    if (commit->result != WF_COMMIT_UNKNOWN && !work->is_kept)
        wf_settle_discard(worker, work);
    wf_entity_forget(work->entity);
    if (work->source == WF_WORK_TICK)
        wf_timers_set(&worker->timers, work->self.kind, work->self.id, work->happened);
    switch (commit->result) {
    case WF_COMMIT_DUPLICATE:
        wf_step_end(worker, work, WF_END_DUPLICATE, "", "");
        break;
    case WF_COMMIT_GAP:
        wf_log(WF_LOG_LANE_GAP, "from=%s to=%s/%s incarnation=%llu sequence=%llu", work->from_text,
               work->self.kind, work->self.id, (unsigned long long)work->incarnation,
               (unsigned long long)work->sequence);
        wf_step_end(worker, work, WF_END_GAP, "gap", "");
        break;
    case WF_COMMIT_REPEATED:
        repeated(worker, work);
        break;
    case WF_COMMIT_FULL:
        full(worker, work);
        break;
    case WF_COMMIT_BROKEN:
        work->park_cause = "an entry of a log was written out of order";
        break;
    case WF_COMMIT_CONFLICT:
    case WF_COMMIT_UNKNOWN:
    case WF_COMMIT_OK:
        wf_count(&worker->metrics, WF_METRIC_RETRIED);
        break;
    }
}

/* ---- telling ---- */

static const struct {
    Endorse__V1__AckStatus ack;
    enum wf_reply reply;
} told[WF_END_COUNT] = {
    [WF_END_OPEN] = {ENDORSE__V1__ACK_STATUS__ACK_STATUS_BUSY, WF_REPLY_BUSY},
    [WF_END_APPLIED] = {ENDORSE__V1__ACK_STATUS__ACK_STATUS_APPLIED, WF_REPLY_OK},
    [WF_END_IGNORED] = {ENDORSE__V1__ACK_STATUS__ACK_STATUS_IGNORED, WF_REPLY_OK},
    [WF_END_REFUSED] = {ENDORSE__V1__ACK_STATUS__ACK_STATUS_REFUSED, WF_REPLY_REFUSED},
    [WF_END_PARKED] = {ENDORSE__V1__ACK_STATUS__ACK_STATUS_PARKED, WF_REPLY_OK},
    [WF_END_DUPLICATE] = {ENDORSE__V1__ACK_STATUS__ACK_STATUS_DUPLICATE, WF_REPLY_DUPLICATE},
    [WF_END_CONFLICT] = {ENDORSE__V1__ACK_STATUS__ACK_STATUS_BUSY, WF_REPLY_CONFLICT},
    [WF_END_GAP] = {ENDORSE__V1__ACK_STATUS__ACK_STATUS_UNSPECIFIED, WF_REPLY_BUSY},
    [WF_END_INVALID] = {ENDORSE__V1__ACK_STATUS__ACK_STATUS_BUSY, WF_REPLY_INVALID},
    [WF_END_NOT_FOUND] = {ENDORSE__V1__ACK_STATUS__ACK_STATUS_BUSY, WF_REPLY_NOT_FOUND},
    [WF_END_DENIED] = {ENDORSE__V1__ACK_STATUS__ACK_STATUS_BUSY, WF_REPLY_DENIED},
    [WF_END_BUSY] = {ENDORSE__V1__ACK_STATUS__ACK_STATUS_BUSY, WF_REPLY_BUSY},
};

static const wf_time gap_again = 5 * WF_SECOND;

static void tell_local(struct wf_worker *worker, const struct wf_work *work)
{
    wf_time wait = -1;
    if (work->end == WF_END_GAP)
        wait = gap_again;
    else if (told[work->end].ack == ENDORSE__V1__ACK_STATUS__ACK_STATUS_BUSY)
        wait = (wf_time)work->retry_after_ms;
    wf_outbox_acknowledge(&worker->outbox, work->tag, wait, worker->monotonic);
}

static void tell_ack(struct wf_worker *worker, const struct wf_work *work)
{
    Endorse__V1__AckStatus status = told[work->end].ack;
    if (status == ENDORSE__V1__ACK_STATUS__ACK_STATUS_UNSPECIFIED)
        return;
    if (worker->ack_count == worker->ack_capacity) {
        worker->ack_capacity = worker->ack_capacity ? worker->ack_capacity * 2 : WF_BATCH_MAX;
        worker->acks = realloc(worker->acks, worker->ack_capacity * sizeof *worker->acks);
        WF_ASSERT(worker->acks);
    }
    worker->acks[worker->ack_count++] = (struct wf_ack){.peer = work->peer,
                                                        .delivery = work->tag,
                                                        .status = status,
                                                        .retry_after_ms = work->retry_after_ms};
}

/* Our own act that could not be done now comes again by itself. */
static void again_later(struct wf_worker *worker, struct wf_work *work)
{
    struct wf_act_slot *slot = work->slot;
    slot->not_before = worker->monotonic + work->retry_after_ms;
    slot->next = NULL;
    *worker->last_act = slot;
    worker->last_act = &slot->next;
    worker->act_count++;
    worker->act_bytes += slot->act.payload.length;
    work->slot = NULL;
}

static struct wf_outcome outcome_of(const struct wf_work *work)
{
    return (struct wf_outcome){.reply = told[work->end].reply,
                               .reason = work->reason,
                               .text = work->text,
                               .retry_after_ms = work->retry_after_ms,
                               .payload = work->answer,
                               .receipt = work->receipt ? work->receipt : ""};
}

void wf_settle_tell(struct wf_worker *worker, struct wf_work *work)
{
    struct wf_outcome outcome = outcome_of(work);
    if (work->source != WF_WORK_TICK)
        count_end(worker, work);
    switch (work->tell) {
    case WF_TELL_PEER_ACK:
        tell_ack(worker, work);
        break;
    case WF_TELL_LOCAL_LANE:
        tell_local(worker, work);
        break;
    case WF_TELL_PEER_REPLY:
        wf_settle_reply(worker, &work->peer, work->tag, &outcome);
        break;
    case WF_TELL_CALLER:
        work->done(work->context, &outcome);
        break;
    case WF_TELL_NOBODY:
        if (work->slot && work->end == WF_END_BUSY)
            again_later(worker, work);
        break;
    }
    if (work->slot)
        wf_dispatch_release_act(worker, work);
    if (work->is_written)
        settle_jobs(worker, work);
}

/* ---- frames ---- */

static void answer(struct wf_worker *worker, const struct wf_peer *peer)
{
    if (wf_bus_answer(worker->bus, WF_FRAME_LOCAL, peer, wf_buffer_bytes(&worker->frame), NULL) ==
        0)
        wf_count(&worker->metrics, WF_METRIC_FRAMES_OUT);
}

void wf_settle_reply(struct wf_worker *worker, const struct wf_peer *peer, uint64_t request,
                     const struct wf_outcome *outcome)
{
    Endorse__V1__Reply reply = ENDORSE__V1__REPLY__INIT;
    reply.request = request;
    reply.status = (Endorse__V1__ReplyStatus)outcome->reply;
    reply.reason = (char *)outcome->reason;
    reply.text = (char *)outcome->text;
    reply.retry_after_ms = outcome->retry_after_ms;
    reply.receipt = (char *)outcome->receipt;
    reply.payload = (ProtobufCBinaryData){.data = (uint8_t *)outcome->payload.data,
                                          .len = outcome->payload.length};
    wf_buffer_clear(&worker->frame);
    wf_prelude_append(&worker->frame, WF_KIND_REPLY);
    wf_pack(&reply.base, &worker->frame);
    answer(worker, peer);
}

static bool is_same_peer(const struct wf_peer *one, const struct wf_peer *other)
{
    return one->length == other->length && memcmp(one->bytes, other->bytes, one->length) == 0;
}

/* One frame for a peer: its items move to the end of the array and are gone. */
static void send_acks(struct wf_worker *worker, struct wf_peer peer)
{
    size_t kept = 0;
    Endorse__V1__AckBatch batch = ENDORSE__V1__ACK_BATCH__INIT;
    batch.applied = wf_pool_take(&worker->pool, worker->ack_count * sizeof *batch.applied);
    batch.others = wf_pool_take(&worker->pool, worker->ack_count * sizeof *batch.others);
    for (size_t i = 0; i < worker->ack_count; i++) {
        const struct wf_ack *ack = &worker->acks[i];
        if (!is_same_peer(&ack->peer, &peer)) {
            worker->acks[kept++] = *ack;
        } else if (ack->status == ENDORSE__V1__ACK_STATUS__ACK_STATUS_APPLIED) {
            batch.applied[batch.n_applied++] = ack->delivery;
        } else {
            Endorse__V1__AckItem *item = wf_pool_take(&worker->pool, sizeof *item);
            endorse__v1__ack_item__init(item);
            item->delivery = ack->delivery;
            item->status = ack->status;
            item->retry_after_ms = ack->retry_after_ms;
            batch.others[batch.n_others++] = item;
        }
    }
    worker->ack_count = kept;
    wf_buffer_clear(&worker->frame);
    wf_prelude_append(&worker->frame, WF_KIND_ACK);
    wf_pack(&batch.base, &worker->frame);
    answer(worker, &peer);
}

void wf_settle_acks(struct wf_worker *worker)
{
    while (worker->ack_count)
        send_acks(worker, worker->acks[0].peer);
}
