/* The heartbeat row: SPEC 8. */
#include "wf_worker_state.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

static const wf_time busy_every = 2 * WF_SECOND;
static const wf_time idle_every = 10 * WF_SECOND;

/* Which rules are in force, since when, and why newer ones are not. */
static void write_rules(const struct wf_worker *worker, struct wf_buffer *json)
{
    const struct wf_rules *rules = worker->domain->rules;
    if (!rules || !worker->service)
        return;
    json_t *object = json_pack("{s:s,s:I,s:s}", "digest", rules->digest(worker->service), "since",
                               (json_int_t)worker->rules_since, "error", worker->rules_error);
    char *text = json_dumps(object, JSON_COMPACT);
    WF_ASSERT(text);
    wf_buffer_format(json, ",\"rules\":%s", text);
    free(text);
    json_decref(object);
}

/* How many deadlines wait, and for when: a discreet program would say with it how many are done.  The
 * sandbox's clock has to know where to stop. */
static void write_deadlines(const struct wf_worker *worker, wf_time next_due,
                            struct wf_buffer *json)
{
    bool discreet = worker->domain->is_discreet;
    if (!discreet)
        wf_buffer_format(json, ",\"timers\":%zu", worker->timers.count);
    if (!discreet || worker->is_sandbox)
        wf_buffer_format(json, ",\"next_due_ms\":%" PRId64, next_due == WF_NEVER ? 0 : next_due);
}

void wf_beat_write(const struct wf_worker *worker, struct wf_buffer *json)
{
    struct wf_outbox_totals totals;
    struct wf_buffer queues = {0};
    wf_time next_due = wf_timers_next(&worker->timers);
    wf_outbox_write(&worker->outbox, worker->monotonic, &queues, &totals);
    bool is_engaged = worker->domain->is_engaged && worker->service &&
                      worker->domain->is_engaged(worker->service);
    bool is_quiet = !totals.ready && !totals.in_flight && !worker->act_count &&
                    !worker->flight_count && !is_engaged && !wf_requests_count(worker) &&
                    next_due > worker->business;
    wf_buffer_format(json,
                     "{\"pid\":%ld,\"started\":%" PRId64 ",\"at\":%" PRId64
                     ",\"business_ms\":%" PRId64 ",\"clock_offset_ms\":%" PRId64
                     ",\"state\":\"%s\",\"healthy\":%s,\"quiet\":%s",
                     (long)getpid(), worker->started_wall, worker->clock->wall(worker->clock),
                     worker->business, worker->offset, worker->is_draining ? "draining" : "running",
                     worker->is_store_lost ? "false" : "true", is_quiet ? "true" : "false");
    wf_buffer_format(json,
                     ",\"ready\":%" PRIu64 ",\"in_flight\":%" PRIu64 ",\"oldest_ms\":%" PRId64
                     ",\"acts\":%zu,\"parked\":%" PRIu64 ",\"dead\":%" PRIu64,
                     totals.ready, totals.in_flight, totals.oldest_ms, worker->act_count,
                     worker->parked_count, worker->dead_count);
    write_deadlines(worker, next_due, json);
    wf_buffer_format(json, ",\"progress_ms\":%" PRId64 ",\"version\":\"%s\",\"queues\":",
                     worker->clock->wall(worker->clock) - (worker->monotonic - worker->progress_at),
                     WF_VERSION);
    wf_buffer_append(json, queues.data, queues.length);
    write_rules(worker, json);
    if (worker->domain->report && worker->service)
        worker->domain->report(worker->service, json);
    wf_buffer_text(json, ",\"metrics\":");
    wf_metrics_write(&worker->metrics, worker->domain->is_discreet, json);
    wf_buffer_text(json, "}");
    wf_buffer_fini(&queues);
}

static uint64_t activity(const struct wf_worker *worker)
{
    return worker->metrics.counts[WF_METRIC_FRAMES_IN] + worker->metrics.counts[WF_METRIC_COMMITS] +
           worker->metrics.counts[WF_METRIC_ACTS];
}

int wf_beat_turn(struct wf_worker *worker, struct wf_error *error)
{
    uint64_t now = activity(worker);
    if (worker->monotonic < worker->next_beat)
        return 0;
    worker->next_beat = worker->monotonic + busy_every;
    if (now == worker->beat_mark && worker->monotonic < worker->latest_beat + idle_every &&
        !worker->is_draining)
        return 0;
    const char *field =
        wf_pool_format(&worker->pool, "%s.%u", worker->domain->program, worker->instance);
    wf_buffer_clear(&worker->kept);
    worker->progress_at = worker->monotonic; /* the row itself proves it, once it is written */
    wf_beat_write(worker, &worker->kept);
    if (wf_store_beat(worker->store, field, wf_buffer_bytes(&worker->kept), error))
        return -1;
    worker->beat_mark = now;
    worker->latest_beat = worker->monotonic;
    return 0;
}
