/* /ops, /ops/dead/<program>, /metrics.  GATEWAY 5. */
#include "gateway.h"

#include "wf_arena.h"

#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DEAD_LETTERS = 100, DEAD_ARENA = 256 * 1024 };

/* Rows and ages are by the wall clock, not by the business clock, which may be advanced. */
static wf_time wall(const struct gateway *gateway)
{
    struct wf_clock *clock = wf_worker_clock(gateway->worker);
    return clock->wall(clock);
}

static const char *tier_sentence(const struct gateway *gateway)
{
    switch (gateway->tier[0]) {
    case 'A':
        return "A \xe2\x80\x93 one Redis node; every commit is on its disk before it is "
               "acknowledged. Losing that disk loses what was not copied.";
    case 'B':
        return "B \xe2\x80\x93 Redis with replicas; a failover may lose what no replica had "
               "acknowledged.";
    case 'C':
        return "C \xe2\x80\x93 Redis Cluster; a failover may lose what no replica had "
               "acknowledged.";
    default:
        return "unknown; set durability_tier to A, B or C.";
    }
}

void serve_ops(void *context, const struct wf_http_request *request,
               const struct http_params *params)
{
    struct gateway *gateway = context;
    struct gateway_frame frame = gateway_public_frame(gateway, request, "Operations", "/ops");
    (void)params;
    if (!gateway_admits_operator(gateway, request))
        return;
    frame.wide = true;
    struct ops_facts facts = {.now = wall(gateway),
                              .tier = tier_sentence(gateway),
                              .tier_known = gateway->tier[0] >= 'A' && gateway->tier[0] <= 'C',
                              .store_answers =
                                  gateway->monotonic - gateway->store_heard_at <= GATEWAY_READY_MS};
    gateway_send_html(gateway, request->ticket, 200, "ops.html",
                      ops_page_model(&gateway->ops, &facts), &frame);
}

void serve_metrics(void *context, const struct wf_http_request *request,
                   const struct http_params *params)
{
    struct gateway *gateway = context;
    struct wf_buffer text = {0};
    struct ops_own own = {.http = wf_http_counts(gateway->http),
                          .registry_entries = registry_feed_count(&gateway->registry)};
    (void)params;
    if (!gateway_admits_operator(gateway, request))
        return;
    memcpy(own.counters, gateway->counters, sizeof own.counters);
    ops_metrics(&gateway->ops, &own, WF_VERSION, wall(gateway), &text);
    struct wf_http_response response = {.status = 200,
                                        .type = "text/plain; version=0.0.4; charset=utf-8",
                                        .body = wf_buffer_bytes(&text)};
    wf_http_answer(gateway->http, request->ticket, &response);
    wf_buffer_fini(&text);
}

/* ---- dead letters: a question to each instance of the program ---- */

struct dead_question {
    struct gateway *gateway;
    uint64_t ticket;
    char program[OPS_NAME_MAX + 1];
    struct gateway_frame frame;
    json_t *letters;
    unsigned unanswered;
    bool failed;
};

static json_t *letter_model(const Endorse__V1__DeadLetter *letter)
{
    char time[WF_TIME_TEXT];
    json_t *row = json_object();
    wf_time_format(letter->time_ms, time);
    model_text(row, "time", time);
    model_text(row, "aggregate", letter->aggregate);
    model_text(row, "type", letter->type);
    model_text(row, "cause", letter->cause);
    model_number(row, "behind", letter->behind);
    return row;
}

static void answer_dead(struct dead_question *question)
{
    json_t *model = json_object();
    model_text(model, "program", question->program);
    model_optional(model, "problem",
                   question->failed ? "Not every instance answered; there may be more." : NULL);
    model_flag(model, "letters_any", json_array_size(question->letters) > 0);
    (void)json_object_set_new(model, "letters", question->letters);
    gateway_send_html(question->gateway, question->ticket, question->failed ? 503 : 200,
                      "dead.html", model, &question->frame);
    free(question);
}

static void on_dead(void *context, const struct wf_outcome *outcome)
{
    struct dead_question *question = context;
    struct wf_arena arena;
    wf_arena_init(&arena, DEAD_ARENA);
    const Endorse__V1__DeadPage *page =
        outcome->reply == WF_REPLY_OK
            ? (const Endorse__V1__DeadPage *)wf_unpack(&endorse__v1__dead_page__descriptor,
                                                       outcome->payload, &arena)
            : NULL;
    for (size_t i = 0; page && i < page->n_letters; i++)
        (void)json_array_append_new(question->letters, letter_model(page->letters[i]));
    question->failed |= !page;
    wf_arena_fini(&arena);
    if (--question->unanswered == 0)
        answer_dead(question);
}

static void ask_dead(struct dead_question *question)
{
    struct wf_buffer payload = {0};
    Endorse__V1__DeadList list = ENDORSE__V1__DEAD_LIST__INIT;
    unsigned instances = question->unanswered;
    list.limit = DEAD_LETTERS;
    wf_pack(&list.base, &payload);
    for (unsigned i = 0; i < instances; i++) {
        struct wf_ask ask = {.message = WF_MESSAGE_DEAD_LIST,
                             .to = question->program,
                             .partition = i, /* instance i owns partition i */
                             .actor = "",
                             .key = "",
                             .traceparent = "",
                             .payload = wf_buffer_bytes(&payload),
                             .timeout = GATEWAY_ASK_MS,
                             .done = on_dead,
                             .context = question};
        wf_worker_ask(question->gateway->worker, &ask);
    }
    wf_buffer_fini(&payload);
}

void serve_ops_dead(void *context, const struct wf_http_request *request,
                    const struct http_params *params)
{
    struct gateway *gateway = context;
    enum wf_service service;
    if (!gateway_admits_operator(gateway, request))
        return;
    if (!wf_service_find(params->values[0], &service) || service >= WF_GATEWAY) {
        gateway_send_problem(gateway, request->ticket, 404, "There is no such program.", NULL,
                             NULL);
        return;
    }
    struct dead_question *question = calloc(1, sizeof *question);
    WF_ASSERT(question);
    question->gateway = gateway;
    question->ticket = request->ticket;
    question->frame = gateway_public_frame(gateway, request, "Dead letters", "/ops");
    question->frame.wide = true;
    question->letters = json_array();
    question->unanswered = wf_config_instances(gateway->config, service);
    (void)snprintf(question->program, sizeof question->program, "%s", wf_service_name(service));
    if (question->unanswered)
        ask_dead(question);
    else
        answer_dead(question);
}
