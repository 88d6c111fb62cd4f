/* From what arrives to work: every check that needs no state.  SPEC 2. */
#include "wf_prelude.h"
#include "wf_validate.h"
#include "wf_worker_state.h"

#include <stdlib.h>
#include <string.h>

enum {
    ACTS_FIRST = 160, /* of a batch, before anybody else: the door must not starve the lanes */
    LOCALS_FIRST = 64,
    TICKS_FIRST = 64,
    FRAMES_MAX = 1024, /* of a turn: acknowledgements are no work but take time */
    ARENA_RESERVE = 4 * WF_FRAME_MAX
};

static void check_handler(const struct wf_domain *domain, const struct wf_handler *handler)
{
    const struct wf_message_row *row = wf_message_row(handler->message);
    const struct wf_machine *machine = handler->machine;
    WF_ASSERT(row->to == domain->service);
    WF_ASSERT(machine && strlen(machine->kind) <= WF_KIND_MAX);
    WF_ASSERT(machine->one_shot == wf_plan_is_one_shot(domain->service, machine->kind));
    if (strcmp(row->kind, "token") == 0)
        WF_ASSERT(handler->resolve);
    else
        WF_ASSERT(strcmp(row->kind, machine->kind) == 0);
}

static size_t largest(size_t one, size_t other)
{
    return one > other ? one : other;
}

int wf_dispatch_open(struct wf_worker *worker, struct wf_error *error)
{
    const struct wf_domain *domain = worker->domain;
    size_t state = 1;
    size_t event = sizeof(struct wf_event_meta);
    size_t effects = 1;
    worker->handlers = g_hash_table_new(g_str_hash, g_str_equal);
    worker->questions = g_hash_table_new(g_str_hash, g_str_equal);
    for (size_t i = 0; i < domain->handler_count; i++) {
        const struct wf_handler *handler = &domain->handlers[i];
        check_handler(domain, handler);
        state = largest(state, handler->machine->state_size);
        event = largest(event, handler->machine->event_size);
        effects = largest(effects, handler->machine->effects_size);
        const char *type = wf_message_row(handler->message)->type;
        if (!g_hash_table_insert(worker->handlers, (gpointer)type, (gpointer)handler))
            return wf_fail(error, WF_CONFIG, "two handlers for %s", type);
    }
    for (size_t i = 0; i < domain->question_count; i++) {
        const struct wf_question *question = &domain->questions[i];
        if (question->machine)
            state = largest(state, question->machine->state_size);
        (void)g_hash_table_insert(worker->questions,
                                  (gpointer)wf_message_row(question->message)->type,
                                  (gpointer)question);
    }
    worker->before = calloc(1, state);
    worker->after = calloc(1, state);
    worker->event = calloc(1, event);
    worker->effects = calloc(1, effects);
    WF_ASSERT(worker->before && worker->after && worker->event && worker->effects);
    return 0;
}

void wf_dispatch_close(struct wf_worker *worker)
{
    if (worker->handlers)
        g_hash_table_destroy(worker->handlers);
    if (worker->questions)
        g_hash_table_destroy(worker->questions);
    worker->handlers = worker->questions = NULL;
    free(worker->before);
    free(worker->after);
    free(worker->event);
    free(worker->effects);
}

struct wf_work *wf_dispatch_new_work(struct wf_worker *worker)
{
    if (worker->work_count == WF_BATCH_MAX)
        return NULL;
    struct wf_work *work = &worker->works[worker->work_count++];
    *work = (struct wf_work){.from_text = "",
                             .actor = "",
                             .key = "",
                             .type = "",
                             .message_id = "",
                             .causation = "",
                             .correlation = "",
                             .traceparent = "",
                             .reason = "",
                             .text = ""};
    return work;
}

const struct wf_machine *wf_dispatch_machine(const struct wf_worker *worker, const char *kind)
{
    for (size_t i = 0; i < worker->domain->handler_count; i++) {
        if (strcmp(worker->domain->handlers[i].machine->kind, kind) == 0)
            return worker->domain->handlers[i].machine;
    }
    return NULL;
}

void wf_dispatch_route(struct wf_worker *worker, struct wf_work *work)
{
    const struct wf_handler *handler = g_hash_table_lookup(worker->handlers, work->type);
    if (!handler) {
        work->stray = wf_message_find(work->type) ? "type is not handled here" : "type is unknown";
        return;
    }
    const struct wf_message_row *row = wf_message_row(handler->message);
    if (work->source == WF_WORK_LANE && !(row->from & (1u << work->from.service)))
        work->stray = "sender is not allowed";
    else if (work->payload.length > row->bytes_max && !work->is_kept)
        work->stray = "payload is too large";
    else if (strcmp(work->self.kind, handler->machine->kind) != 0)
        work->stray = "type is for another kind of aggregate";
    else {
        work->handler = handler;
        work->machine = handler->machine;
    }
}

/* ---- our own: acts, messages to ourselves, deadlines ---- */

static void take_act(struct wf_worker *worker, struct wf_act_slot *slot)
{
    struct wf_work *work = wf_dispatch_new_work(worker);
    work->source = WF_WORK_ACT;
    work->self = slot->act.to;
    work->actor = slot->act.actor;
    work->key = slot->act.key;
    work->type = wf_message_row(slot->act.message)->type;
    work->message_id = slot->act.message_id;
    work->happened = slot->act.happened;
    work->payload = slot->act.payload;
    work->tell = slot->act.done ? WF_TELL_CALLER : WF_TELL_NOBODY;
    work->done = slot->act.done;
    work->context = slot->act.context;
    work->slot = slot;
    wf_dispatch_route(worker, work);
    wf_count(&worker->metrics, WF_METRIC_ACTS);
}

static void take_acts(struct wf_worker *worker, size_t most)
{
    struct wf_act_slot **link = &worker->first_act;
    while (*link && most-- > 0 && worker->work_count < WF_BATCH_MAX) {
        struct wf_act_slot *slot = *link;
        if (slot->not_before > worker->monotonic) {
            link = &slot->next;
            continue;
        }
        *link = slot->next;
        worker->act_count--;
        worker->act_bytes -= slot->act.payload.length;
        take_act(worker, slot);
    }
    if (!*link)
        worker->last_act = link;
}

void wf_dispatch_release_act(struct wf_worker *worker, struct wf_work *work)
{
    (void)worker;
    free(work->slot);
    work->slot = NULL;
}

static bool read_envelope(struct wf_worker *worker, const Endorse__V1__Envelope *envelope,
                          struct wf_work *work)
{
    if (!wf_address_parse(envelope->from, &work->from) ||
        !wf_address_parse(envelope->to, &work->self) || !wf_id_is_valid(work->self.kind) ||
        work->self.service != worker->domain->service || envelope->sequence == 0 ||
        strlen(envelope->message_id) > WF_ID_MAX || strlen(envelope->type) > 128 ||
        strlen(envelope->causation_id) > WF_ID_MAX ||
        strlen(envelope->correlation_id) > WF_ID_MAX || strlen(envelope->traceparent) > 64)
        return false;
    work->source = WF_WORK_LANE;
    work->from_text = envelope->from;
    work->incarnation = envelope->incarnation;
    work->sequence = envelope->sequence;
    work->type = envelope->type;
    work->message_id = envelope->message_id;
    work->causation = envelope->causation_id;
    work->correlation = envelope->correlation_id;
    work->traceparent = envelope->traceparent;
    work->happened = envelope->time_ms;
    work->payload =
        (struct wf_bytes){.data = envelope->payload.data, .length = envelope->payload.len};
    work->tag = envelope->delivery;
    wf_dispatch_route(worker, work);
    wf_count(&worker->metrics, WF_METRIC_MESSAGES);
    return true;
}

static bool arena_has_room(const struct wf_worker *worker)
{
    return worker->frames.size - worker->frames.used > ARENA_RESERVE;
}

static void take_locals(struct wf_worker *worker, size_t most)
{
    uint64_t delivery = 0;
    struct wf_bytes bytes;
    while (most-- > 0 && worker->work_count < WF_BATCH_MAX && arena_has_room(worker) &&
           wf_outbox_take_local(&worker->outbox, &delivery, &bytes)) {
        Endorse__V1__Envelope *envelope = (Endorse__V1__Envelope *)wf_unpack(
            &endorse__v1__envelope__descriptor, bytes, &worker->frames);
        struct wf_work *work = wf_dispatch_new_work(worker);
        bool is_read = envelope && read_envelope(worker, envelope, work);
        WF_ASSERT(is_read); /* we packed it */
        work->tell = WF_TELL_LOCAL_LANE;
        work->tag = delivery;
    }
}

static void take_ticks(struct wf_worker *worker, size_t most)
{
    struct wf_timer timer;
    wf_timers_release(&worker->timers, worker->monotonic);
    while (most-- > 0 && worker->work_count < WF_BATCH_MAX &&
           wf_timers_pop(&worker->timers, worker->business, &timer)) {
        struct wf_work *work = wf_dispatch_new_work(worker);
        work->source = WF_WORK_TICK;
        work->self = wf_address_make(worker->domain->service, timer.kind, timer.id);
        work->type = wf_message_row(WF_MESSAGE_TICK)->type;
        work->happened = timer.due;
        work->machine = wf_dispatch_machine(worker, timer.kind);
        if (!work->machine)
            work->stray = "deadline of an unknown kind";
        wf_count(&worker->metrics, WF_METRIC_TICKS);
    }
}

/* ---- frames ---- */

static void bad_frame(struct wf_worker *worker, const char *why)
{
    wf_count(&worker->metrics, WF_METRIC_FRAMES_BAD);
    /* Whoever floods us must not flood the log. */
    if (worker->monotonic < worker->next_bad_log)
        return;
    worker->next_bad_log = worker->monotonic + WF_SECOND;
    wf_log(WF_LOG_FRAME_BAD, "why=%s total=%llu", why,
           (unsigned long long)worker->metrics.counts[WF_METRIC_FRAMES_BAD]);
}

static bool takes_work(const struct wf_worker *worker)
{
    return !worker->is_store_lost && !worker->is_draining;
}

static void add_ack(struct wf_worker *worker, const struct wf_peer *peer, uint64_t delivery,
                    Endorse__V1__AckStatus status, uint32_t retry_after_ms)
{
    struct wf_work told = {.tell = WF_TELL_PEER_ACK,
                           .peer = *peer,
                           .tag = delivery,
                           .reason = "",
                           .text = "",
                           .retry_after_ms = retry_after_ms};
    told.end = status == ENDORSE__V1__ACK_STATUS__ACK_STATUS_BUSY ? WF_END_BUSY : WF_END_OPEN;
    wf_settle_tell(worker, &told);
}

static void take_envelope(struct wf_worker *worker, const struct wf_frame *frame,
                          struct wf_bytes body)
{
    Endorse__V1__Envelope *envelope = (Endorse__V1__Envelope *)wf_unpack(
        &endorse__v1__envelope__descriptor, body, &worker->frames);
    if (!envelope) {
        bad_frame(worker, "envelope");
        return;
    }
    struct wf_work *work = wf_dispatch_new_work(worker);
    if (!read_envelope(worker, envelope, work)) {
        worker->work_count--;
        bad_frame(worker, "address");
        return;
    }
    bool is_ours = wf_owns(worker, wf_partition(work->self.id));
    if (!is_ours)
        wf_count(&worker->metrics, WF_METRIC_MISROUTED);
    if (!is_ours || !takes_work(worker)) {
        worker->work_count--;
        add_ack(worker, &frame->peer, envelope->delivery, ENDORSE__V1__ACK_STATUS__ACK_STATUS_BUSY,
                WF_BUSY_MS);
        return;
    }
    work->tell = WF_TELL_PEER_ACK;
    work->peer = frame->peer;
}

static void take_acks(struct wf_worker *worker, const struct wf_frame *frame, struct wf_bytes body)
{
    Endorse__V1__AckBatch *batch = (Endorse__V1__AckBatch *)wf_unpack(
        &endorse__v1__ack_batch__descriptor, body, &worker->frames);
    if (!batch) {
        bad_frame(worker, "acknowledgement");
        return;
    }
    wf_outbox_heard(&worker->outbox, frame->service, frame->instance, 0, 0, worker->monotonic);
    for (size_t i = 0; i < batch->n_applied; i++)
        wf_outbox_acknowledge(&worker->outbox, batch->applied[i], -1, worker->monotonic);
    for (size_t i = 0; i < batch->n_others; i++) {
        const Endorse__V1__AckItem *item = batch->others[i];
        bool is_busy = item->status == ENDORSE__V1__ACK_STATUS__ACK_STATUS_BUSY;
        bool is_known = item->status > ENDORSE__V1__ACK_STATUS__ACK_STATUS_UNSPECIFIED &&
                        item->status <= ENDORSE__V1__ACK_STATUS__ACK_STATUS_BUSY;
        if (is_known)
            wf_outbox_acknowledge(&worker->outbox, item->delivery,
                                  is_busy ? (wf_time)item->retry_after_ms : -1, worker->monotonic);
    }
}

static void take_ping(struct wf_worker *worker, const struct wf_frame *frame)
{
    Endorse__V1__Pong pong = ENDORSE__V1__PONG__INIT;
    pong.program = (char *)wf_service_name(worker->domain->service);
    pong.instance = worker->instance;
    pong.incarnation = worker->incarnation;
    pong.credit = WF_CREDIT;
    wf_buffer_clear(&worker->frame);
    wf_prelude_append(&worker->frame, WF_KIND_PONG);
    wf_pack(&pong.base, &worker->frame);
    if (wf_bus_answer(worker->bus, frame->source, &frame->peer, wf_buffer_bytes(&worker->frame),
                      NULL) == 0)
        wf_count(&worker->metrics, WF_METRIC_FRAMES_OUT);
}

static void take_pong(struct wf_worker *worker, const struct wf_frame *frame, struct wf_bytes body)
{
    Endorse__V1__Pong *pong =
        (Endorse__V1__Pong *)wf_unpack(&endorse__v1__pong__descriptor, body, &worker->frames);
    if (!pong) {
        bad_frame(worker, "pong");
        return;
    }
    wf_outbox_heard(&worker->outbox, frame->service, frame->instance, pong->incarnation,
                    pong->credit, worker->monotonic);
}

static void take_reply(struct wf_worker *worker, const struct wf_frame *frame, struct wf_bytes body)
{
    Endorse__V1__Reply *reply =
        (Endorse__V1__Reply *)wf_unpack(&endorse__v1__reply__descriptor, body, &worker->frames);
    if (!reply) {
        bad_frame(worker, "reply");
        return;
    }
    wf_outbox_heard(&worker->outbox, frame->service, frame->instance, 0, 0, worker->monotonic);
    wf_requests_reply(worker, reply);
}

static void take_local_frame(struct wf_worker *worker, const struct wf_frame *frame,
                             enum wf_frame_kind kind, struct wf_bytes body)
{
    if (kind == WF_KIND_ENVELOPE)
        take_envelope(worker, frame, body);
    else if (kind == WF_KIND_REQUEST)
        wf_dispatch_request(worker, frame, body);
    else if (kind == WF_KIND_PING)
        take_ping(worker, frame);
    else
        bad_frame(worker, "kind");
}

static void take_answer_frame(struct wf_worker *worker, const struct wf_frame *frame,
                              enum wf_frame_kind kind, struct wf_bytes body)
{
    if (kind == WF_KIND_ACK)
        take_acks(worker, frame, body);
    else if (kind == WF_KIND_REPLY)
        take_reply(worker, frame, body);
    else if (kind == WF_KIND_PONG)
        take_pong(worker, frame, body);
    else
        bad_frame(worker, "kind");
}

static void take_frame(struct wf_worker *worker, const struct wf_frame *frame)
{
    struct wf_bytes body;
    wf_count(&worker->metrics, WF_METRIC_FRAMES_IN);
    if (frame->source == WF_FRAME_DOOR) {
        if (worker->domain->door)
            worker->domain->door(worker->service, worker, frame);
        return;
    }
    enum wf_frame_kind kind = wf_prelude_read(frame->bytes, &body);
    if (kind == WF_KIND_NONE)
        bad_frame(worker, "prelude");
    else if (frame->source == WF_FRAME_LOCAL)
        take_local_frame(worker, frame, kind, body);
    else
        take_answer_frame(worker, frame, kind, body);
}

void wf_dispatch_collect(struct wf_worker *worker)
{
    struct wf_frame frame;
    if (takes_work(worker) || (worker->is_draining && !worker->is_store_lost)) {
        take_acts(worker, ACTS_FIRST);
        take_locals(worker, LOCALS_FIRST);
    }
    if (takes_work(worker))
        take_ticks(worker, TICKS_FIRST);
    for (size_t i = 0; i < FRAMES_MAX && worker->work_count < WF_BATCH_MAX &&
                       worker->ask_count < WF_QUESTIONS_MAX && arena_has_room(worker);
         i++) {
        if (!wf_bus_receive(worker->bus, &frame))
            break;
        take_frame(worker, &frame);
    }
    if (!worker->is_store_lost)
        take_acts(worker, WF_BATCH_MAX);
}
