/* The asking side of requests: gateway and endorsectl.  SPEC 2. */
#include "wf_prelude.h"
#include "wf_worker_state.h"

#include <stdlib.h>
#include <string.h>

static const wf_time resend_after = WF_SECOND;
static const wf_time blocked_for = 50;

struct wf_asked {
    gint64 request;
    enum wf_service service;
    unsigned instance;
    wf_time deadline, send_at;
    wf_act_done_f *done;
    void *context;
    struct wf_buffer frame;
};

struct wf_requests {
    GHashTable *table;
    gint64 latest;
    wf_time wake;
};

static void free_asked(gpointer pointer)
{
    struct wf_asked *asked = pointer;
    wf_buffer_fini(&asked->frame);
    free(asked);
}

struct wf_requests *wf_requests_create(void)
{
    struct wf_requests *requests = calloc(1, sizeof *requests);
    WF_ASSERT(requests);
    requests->table = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, free_asked);
    requests->wake = WF_NEVER;
    return requests;
}

void wf_requests_destroy(struct wf_requests **requests)
{
    if (!*requests)
        return;
    g_hash_table_destroy((*requests)->table);
    free(*requests);
    *requests = NULL;
}

size_t wf_requests_count(const struct wf_worker *worker)
{
    return g_hash_table_size(worker->requests->table);
}

static void try_send(struct wf_worker *worker, struct wf_asked *asked)
{
    bool is_sent = wf_bus_send(worker->bus, asked->service, asked->instance,
                               wf_buffer_bytes(&asked->frame), NULL) == 0;
    asked->send_at = worker->monotonic + (is_sent ? resend_after : blocked_for);
    if (is_sent)
        wf_count(&worker->metrics, WF_METRIC_FRAMES_OUT);
    wf_time wake = asked->send_at < asked->deadline ? asked->send_at : asked->deadline;
    if (wake < worker->requests->wake)
        worker->requests->wake = wake;
}

static void frame_request(struct wf_worker *worker, const struct wf_ask *ask,
                          struct wf_asked *asked)
{
    Endorse__V1__Request request = ENDORSE__V1__REQUEST__INIT;
    request.request = (uint64_t)asked->request;
    request.type = (char *)wf_message_row(ask->message)->type;
    request.from = (char *)wf_service_name(worker->domain->service);
    request.actor = (char *)ask->actor;
    request.to = (char *)ask->to;
    request.key = (char *)ask->key;
    request.traceparent = (char *)ask->traceparent;
    request.partition = ask->partition;
    request.time_ms = ask->happened;
    request.payload =
        (ProtobufCBinaryData){.data = (uint8_t *)ask->payload.data, .len = ask->payload.length};
    wf_prelude_append(&asked->frame, WF_KIND_REQUEST);
    wf_pack(&request.base, &asked->frame);
}

void wf_worker_ask(struct wf_worker *worker, const struct wf_ask *ask)
{
    struct wf_address address = {.service = WF_ANY};
    bool is_address = wf_address_parse(ask->to, &address);
    WF_ASSERT(is_address || wf_service_find(ask->to, &address.service));
    unsigned count = worker->outbox.instances[address.service];
    struct wf_asked *asked = calloc(1, sizeof *asked);
    WF_ASSERT(asked);
    asked->request = ++worker->requests->latest;
    asked->service = address.service;
    asked->instance =
        (is_address ? wf_partition(address.id) : ask->partition) % (count ? count : 1);
    asked->deadline = worker->monotonic + ask->timeout;
    asked->done = ask->done;
    asked->context = ask->context;
    frame_request(worker, ask, asked);
    g_hash_table_insert(worker->requests->table, &asked->request, asked);
    wf_count(&worker->metrics, WF_METRIC_ASKED);
    try_send(worker, asked);
}

void wf_requests_reply(struct wf_worker *worker, const Endorse__V1__Reply *reply)
{
    gint64 request = (gint64)reply->request;
    struct wf_asked *asked = g_hash_table_lookup(worker->requests->table, &request);
    bool is_known = reply->status >= ENDORSE__V1__REPLY_STATUS__REPLY_STATUS_OK &&
                    reply->status <= ENDORSE__V1__REPLY_STATUS__REPLY_STATUS_CONFLICT;
    if (!asked || !is_known)
        return; /* answered before, or too late */
    struct wf_outcome outcome = {
        .reply = (enum wf_reply)reply->status,
        .reason = reply->reason,
        .text = reply->text,
        .retry_after_ms = reply->retry_after_ms,
        .payload = {.data = reply->payload.data, .length = reply->payload.len},
        .receipt = reply->receipt};
    wf_act_done_f *done = asked->done;
    void *context = asked->context;
    (void)g_hash_table_remove(worker->requests->table, &request);
    done(context, &outcome);
}

static void give_up(struct wf_worker *worker, gint64 request)
{
    struct wf_asked *asked = g_hash_table_lookup(worker->requests->table, &request);
    struct wf_outcome outcome = {.reply = WF_REPLY_BUSY,
                                 .reason = "no-answer",
                                 .text = "the program that owns this did not answer in time",
                                 .retry_after_ms = WF_BUSY_MS,
                                 .receipt = ""};
    wf_act_done_f *done = asked->done;
    void *context = asked->context;
    (void)g_hash_table_remove(worker->requests->table, &request);
    wf_count(&worker->metrics, WF_METRIC_ASK_TIMEOUTS);
    done(context, &outcome);
}

void wf_requests_turn(struct wf_worker *worker)
{
    struct wf_requests *requests = worker->requests;
    GHashTableIter iterator;
    gpointer value;
    if (worker->monotonic < requests->wake)
        return;
    /* done() may ask again, which an iterator does not survive: first the numbers, then the calls. */
    size_t count = 0;
    gint64 *late = wf_pool_take(&worker->pool, (wf_requests_count(worker) + 1) * sizeof *late);
    requests->wake = WF_NEVER;
    g_hash_table_iter_init(&iterator, requests->table);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        struct wf_asked *asked = value;
        if (asked->deadline <= worker->monotonic)
            late[count++] = asked->request;
        else if (asked->send_at <= worker->monotonic)
            try_send(worker, asked);
        else if (asked->send_at < requests->wake || asked->deadline < requests->wake)
            requests->wake = asked->send_at < asked->deadline ? asked->send_at : asked->deadline;
    }
    for (size_t i = 0; i < count; i++)
        give_up(worker, late[i]);
}

wf_time wf_requests_wake(const struct wf_worker *worker)
{
    return worker->requests->wake;
}
