/* What cannot be applied is kept, with its cause, and only its aggregate waits.  SPEC 4.5. */
#include "wf_seal.h"
#include "wf_worker_state.h"

#include "endorse/v1/journal.pb-c.h"

#include <stdio.h>
#include <string.h>

/* The same work gives the same id, so that deciding twice parks once. */
void wf_parking_dead_id(const struct wf_work *work, char id[static WF_DEAD_ID])
{
    char self[WF_ADDRESS_MAX + 1];
    uint8_t digest[32];
    struct wf_buffer text = {0};
    wf_address_format(&work->self, self);
    if (work->source == WF_WORK_LANE)
        wf_buffer_format(&text, "lane %s %s %llu %llu", self, work->from_text,
                         (unsigned long long)work->incarnation, (unsigned long long)work->sequence);
    else if (work->source == WF_WORK_ACT)
        wf_buffer_format(&text, "act %s %s %s %s", self, work->type, work->actor,
                         work->key[0] ? work->key : work->message_id);
    else
        wf_buffer_format(&text, "tick %s %lld", self, (long long)work->happened);
    wf_sha256(wf_buffer_bytes(&text), digest);
    wf_buffer_fini(&text);
    (void)snprintf(id, WF_DEAD_ID, "%02x", wf_partition(work->self.id));
    for (unsigned i = 0; i < 12; i++)
        (void)snprintf(id + 2 + 2 * i, 3, "%02x", digest[i]);
}

static struct wf_bytes pack_parked(struct wf_worker *worker, const struct wf_work *work,
                                   struct wf_bytes payload, bool is_kept)
{
    char self[WF_ADDRESS_MAX + 1];
    Endorse__V1__ParkedMessage parked = ENDORSE__V1__PARKED_MESSAGE__INIT;
    wf_address_format(&work->self, self);
    parked.self = self;
    parked.type = (char *)work->type;
    parked.message_id = (char *)work->message_id;
    parked.from = (char *)work->from_text;
    parked.incarnation = work->incarnation;
    parked.sequence = work->sequence;
    parked.actor = (char *)work->actor;
    parked.key = (char *)work->key;
    parked.causation_id = (char *)work->causation;
    parked.correlation_id = (char *)work->correlation;
    parked.traceparent = (char *)work->traceparent;
    parked.happened_ms = work->happened;
    parked.payload = (ProtobufCBinaryData){.data = (uint8_t *)payload.data, .len = payload.length};
    parked.kept = is_kept;
    if (is_kept)
        parked.aside =
            (ProtobufCBinaryData){.data = (uint8_t *)work->aside.data, .len = work->aside.length};
    return wf_pool_pack(&worker->pool, &parked.base);
}

/* Without a kept form a payload that a handler would have sealed may hold a name: it is left out. */
static struct wf_bytes frame_of(struct wf_worker *worker, const struct wf_work *work,
                                const struct wf_bytes *kept)
{
    if (kept)
        return pack_parked(worker, work, *kept, work->handler != NULL);
    bool is_private = work->handler && work->handler->seal && !work->is_kept;
    return pack_parked(worker, work, is_private ? (struct wf_bytes){0} : work->payload,
                       work->is_kept);
}

static void put_letter(struct wf_worker *worker, struct wf_work *work, struct wf_commit *commit,
                       struct wf_bytes frame, const char *cause)
{
    char self[WF_ADDRESS_MAX + 1];
    char id[WF_DEAD_ID];
    Endorse__V1__DeadLetter letter = ENDORSE__V1__DEAD_LETTER__INIT;
    wf_address_format(&work->self, self);
    wf_parking_dead_id(work, id);
    letter.id = id;
    letter.time_ms = worker->clock->wall(worker->clock);
    letter.aggregate = self;
    letter.type = (char *)work->type;
    letter.from = (char *)(work->source == WF_WORK_LANE ? work->from_text : work->actor);
    letter.cause = (char *)cause;
    letter.frame = (ProtobufCBinaryData){.data = (uint8_t *)frame.data, .len = frame.length};
    commit->dead_id = wf_pool_text(&worker->pool, id);
    commit->dead_drop = false;
    commit->dead_letter = wf_pool_pack(&worker->pool, &letter.base);
    work->intent = WF_END_PARKED;
    work->reason = "parked";
    work->text = wf_pool_text(&worker->pool, cause);
}

void wf_parking_park(struct wf_worker *worker, struct wf_work *work, const struct wf_bytes *kept,
                     const char *cause)
{
    struct wf_commit *commit = wf_step_begin_commit(worker, work);
    struct wf_bytes frame = frame_of(worker, work, kept);
    put_letter(worker, work, commit, frame, cause);
    if (work->is_from_parked) { /* it stays where it is in the list */
        work->entity->is_parked = work->entity->is_parked || commit->unmark;
        commit->unpark = commit->unmark = false;
    } else {
        commit->park = frame;
        work->entity->is_parked = true;
    }
    wf_step_act_record(worker, work, WF_REPLY_OK);
    wf_log(WF_LOG_PARKED, "aggregate=%s/%s type=%s dead=%s cause=%s", work->self.kind,
           work->self.id, work->type, commit->dead_id, cause);
}

void wf_parking_bury(struct wf_worker *worker, struct wf_work *work, const char *cause)
{
    if (work->source == WF_WORK_TICK) {
        wf_step_hold_tick(worker, work);
        wf_step_end(worker, work, WF_END_IGNORED, "stray", cause);
        return;
    }
    if (work->source == WF_WORK_ACT) {
        wf_step_end(worker, work, WF_END_INVALID, "type", cause);
        return;
    }
    struct wf_commit *commit = wf_step_begin_commit(worker, work);
    put_letter(worker, work, commit, frame_of(worker, work, NULL), cause);
    wf_count(&worker->metrics, WF_METRIC_DENIED);
    wf_log(WF_LOG_PARKED, "aggregate=%s/%s type=%s dead=%s cause=%s", work->self.kind,
           work->self.id, work->type, commit->dead_id, cause);
}

void wf_parking_queue(struct wf_worker *worker, struct wf_work *work, const struct wf_bytes *kept)
{
    if (work->source == WF_WORK_TICK) { /* the state decides when it is un-parked */
        wf_step_hold_tick(worker, work);
        wf_step_end(worker, work, WF_END_IGNORED, "parked", "");
        return;
    }
    struct wf_commit *commit = wf_step_begin_commit(worker, work);
    commit->park = frame_of(worker, work, kept);
    work->intent = WF_END_PARKED;
    work->reason = "parked";
    work->text = "an earlier message of this aggregate could not be applied";
    wf_step_act_record(worker, work, WF_REPLY_OK);
}

bool wf_parking_restore(struct wf_worker *worker, struct wf_bytes frame, struct wf_work *work)
{
    Endorse__V1__ParkedMessage *parked = (Endorse__V1__ParkedMessage *)wf_unpack(
        &endorse__v1__parked_message__descriptor, frame, &worker->frames);
    if (!parked || !wf_address_parse(parked->self, &work->self))
        return false;
    bool is_lane = parked->from[0] != '\0';
    if (is_lane && !wf_address_parse(parked->from, &work->from))
        return false;
    bool is_tick = strcmp(parked->type, wf_message_row(WF_MESSAGE_TICK)->type) == 0;
    work->source = is_tick ? WF_WORK_TICK : is_lane ? WF_WORK_LANE : WF_WORK_ACT;
    work->from_text = parked->from;
    work->incarnation = parked->incarnation;
    work->sequence = parked->sequence;
    work->actor = parked->actor;
    work->key = parked->key;
    work->type = parked->type;
    work->message_id = parked->message_id;
    work->causation = parked->causation_id;
    work->correlation = parked->correlation_id;
    work->traceparent = parked->traceparent;
    work->happened = parked->happened_ms;
    work->payload = (struct wf_bytes){.data = parked->payload.data, .length = parked->payload.len};
    work->is_kept = parked->kept;
    work->aside = (struct wf_bytes){.data = parked->aside.data, .length = parked->aside.len};
    work->is_from_parked = true;
    if (!is_tick) {
        wf_dispatch_route(worker, work);
        return true;
    }
    work->machine = wf_dispatch_machine(worker, work->self.kind);
    return work->machine != NULL;
}
