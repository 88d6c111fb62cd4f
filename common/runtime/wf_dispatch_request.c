/* Requests of gateway and endorsectl: an act becomes work, a question waits for the end of the turn.
 * SPEC 4.6. */
#include "wf_validate.h"
#include "wf_worker_state.h"

#include <string.h>

static void reply(struct wf_worker *worker, const struct wf_frame *frame, uint64_t request,
                  enum wf_reply status, const char *reason, const char *text)
{
    struct wf_outcome outcome = {.reply = status,
                                 .reason = reason,
                                 .text = text,
                                 .retry_after_ms = status == WF_REPLY_BUSY ? WF_BUSY_MS : 0,
                                 .receipt = ""};
    if (status == WF_REPLY_BUSY)
        wf_count(&worker->metrics, WF_METRIC_BUSY);
    if (status == WF_REPLY_DENIED)
        wf_count(&worker->metrics, WF_METRIC_DENIED);
    if (status == WF_REPLY_INVALID)
        wf_count(&worker->metrics, WF_METRIC_INVALID);
    wf_settle_reply(worker, &frame->peer, request, &outcome);
}

static bool is_shaped(const Endorse__V1__Request *request)
{
    size_t actor = strlen(request->actor);
    size_t key = strlen(request->key);
    return actor <= WF_ID_MAX && (actor == 0 || wf_text_is_clean(request->actor, actor, actor)) &&
           key <= WF_ID_MAX && (key == 0 || wf_text_is_clean(request->key, key, key)) &&
           strlen(request->traceparent) <= 64;
}

/* A portal's event comes through a program that has a door: the gateway, or the instance of intake
 * that holds the ZeroMQ one.  SPEC 5.2. */
static bool is_of_portal(const Endorse__V1__Request *request, const struct wf_message_row *row,
                         enum wf_service from)
{
    static const char portal[] = "portal/";
    return (row->from & WF_FROM_PORTAL) && (from == WF_GATEWAY || from == WF_INTAKE) &&
           strncmp(request->actor, portal, sizeof portal - 1) == 0;
}

/* Why a request is not for us; NULL: it is. */
static const char *refusal(struct wf_worker *worker, const Endorse__V1__Request *request,
                           const struct wf_message_row *row, enum wf_reply *status)
{
    enum wf_service from = WF_ANY;
    *status = WF_REPLY_INVALID;
    if (!wf_service_find(request->from, &from) || !is_shaped(request))
        return "the request is malformed";
    if (row->to != WF_ANY && row->to != worker->domain->service)
        return "another program answers this";
    if (request->payload.len > row->bytes_max)
        return "the payload is too large";
    *status = WF_REPLY_DENIED;
    if (!(row->from & (1u << from)) && !is_of_portal(request, row, from))
        return "this program may not ask for that";
    return NULL;
}

/* SPEC 7: every token that leads nowhere is answered alike. */
static bool resolve(struct wf_worker *worker, const struct wf_message_row *row,
                    int (*resolver)(void *, const ProtobufCMessage *, char *, struct wf_error *),
                    struct wf_bytes payload, char id[static WF_ID_MAX + 1])
{
    wf_arena_clear(&worker->payload);
    ProtobufCMessage *message = wf_unpack(row->descriptor, payload, &worker->payload);
    return message && resolver(worker->service, message, id, NULL) == 0 && wf_id_is_valid(id);
}

static bool find_aggregate(struct wf_worker *worker, const Endorse__V1__Request *request,
                           const struct wf_message_row *row, const struct wf_machine *machine,
                           int (*resolver)(void *, const ProtobufCMessage *, char *,
                                           struct wf_error *),
                           struct wf_address *address)
{
    char id[WF_ID_MAX + 1] = "";
    struct wf_bytes payload = {.data = request->payload.data, .length = request->payload.len};
    if (resolver && strcmp(row->kind, "token") == 0) {
        if (!resolve(worker, row, resolver, payload, id))
            return false;
        *address = wf_address_make(worker->domain->service, machine->kind, id);
        return true;
    }
    return wf_address_parse(request->to, address) && address->service == worker->domain->service &&
           strcmp(address->kind, machine->kind) == 0;
}

static void take_act(struct wf_worker *worker, const struct wf_frame *frame,
                     const Endorse__V1__Request *request, const struct wf_message_row *row,
                     const struct wf_handler *handler)
{
    struct wf_address self;
    if (!request->key[0]) {
        reply(worker, frame, request->request, WF_REPLY_INVALID, "key",
              "an act needs an idempotency key");
        return;
    }
    if (!find_aggregate(worker, request, row, handler->machine, handler->resolve, &self)) {
        reply(worker, frame, request->request, WF_REPLY_NOT_FOUND, "not-found", "there is no such");
        return;
    }
    if (!wf_owns(worker, wf_partition(self.id)) || wf_worker_is_busy(worker)) {
        reply(worker, frame, request->request, WF_REPLY_BUSY, "busy", "try again");
        return;
    }
    struct wf_work *work = wf_dispatch_new_work(worker);
    work->source = WF_WORK_ACT;
    work->self = self;
    work->actor = request->actor;
    work->key = request->key;
    work->type = row->type;
    work->message_id = request->key;
    work->traceparent = request->traceparent;
    work->happened = request->time_ms;
    work->payload =
        (struct wf_bytes){.data = request->payload.data, .length = request->payload.len};
    work->tell = WF_TELL_PEER_REPLY;
    work->peer = frame->peer;
    work->tag = request->request;
    wf_dispatch_route(worker, work);
    wf_count(&worker->metrics, WF_METRIC_ACTS);
}

static void take_question(struct wf_worker *worker, const struct wf_frame *frame,
                          const Endorse__V1__Request *request, enum wf_message message,
                          const struct wf_question *question)
{
    struct wf_ask_in ask = {
        .peer = frame->peer,
        .request = request->request,
        .message = message,
        .question = question,
        .actor = wf_pool_text(&worker->pool, request->actor),
        .key = wf_pool_text(&worker->pool, request->key),
        .payload = wf_pool_copy(&worker->pool, (struct wf_bytes){.data = request->payload.data,
                                                                 .length = request->payload.len})};
    if (message == WF_MESSAGE_STATUS) { /* how it is when it is not well, too */
        wf_operator_run(worker, &ask);
        return;
    }
    if (worker->is_store_lost || worker->is_draining) {
        reply(worker, frame, request->request, WF_REPLY_BUSY, "busy", "try again");
        return;
    }
    if (question && question->machine) {
        if (!find_aggregate(worker, request, wf_message_row(message), question->machine,
                            question->resolve, &ask.to)) {
            reply(worker, frame, request->request, WF_REPLY_NOT_FOUND, "not-found",
                  "there is no such");
            return;
        }
    }
    worker->asks[worker->ask_count++] = ask;
}

void wf_dispatch_request(struct wf_worker *worker, const struct wf_frame *frame,
                         struct wf_bytes body)
{
    Endorse__V1__Request *request =
        (Endorse__V1__Request *)wf_unpack(&endorse__v1__request__descriptor, body, &worker->frames);
    if (!request) {
        wf_count(&worker->metrics, WF_METRIC_FRAMES_BAD);
        return;
    }
    enum wf_message message = wf_message_find(request->type);
    if (message == WF_MESSAGE_TICK) {
        reply(worker, frame, request->request, WF_REPLY_INVALID, "type", "the type is unknown");
        return;
    }
    const struct wf_message_row *row = wf_message_row(message);
    enum wf_reply status = WF_REPLY_OK;
    const char *why = refusal(worker, request, row, &status);
    if (why) {
        reply(worker, frame, request->request, status, "refused", why);
        return;
    }
    const struct wf_handler *handler = g_hash_table_lookup(worker->handlers, row->type);
    const struct wf_question *question = g_hash_table_lookup(worker->questions, row->type);
    if (handler)
        take_act(worker, frame, request, row, handler);
    else if (question || wf_operator_answers(message))
        take_question(worker, frame, request, message, question);
    else
        reply(worker, frame, request->request, WF_REPLY_INVALID, "type",
              "this program does not answer that");
}
