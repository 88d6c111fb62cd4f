#include "ops_metrics.h"

#include "wf_metrics.h"

#include <stdio.h>
#include <string.h>

static void head(struct wf_buffer *text, const char *name, const char *type, const char *help)
{
    wf_buffer_format(text, "# HELP endorse_%s %s\n# TYPE endorse_%s %s\n", name, help, name, type);
}

/* Milliseconds as seconds, exactly. */
static void seconds(struct wf_buffer *text, wf_time ms)
{
    wf_buffer_format(text, "%lld.%03lld\n", (long long)(ms / 1000), (long long)(ms % 1000));
}

static void queue_messages(const struct ops_view *view, struct wf_buffer *text)
{
    head(text, "queue_messages", "gauge", "Messages of a program, by what they wait for.");
    for (unsigned i = 0; i < view->queue_count; i++) {
        const struct ops_queue *queue = &view->queues[i];
        const struct {
            const char *state;
            int64_t count;
        } rows[] = {{"ready", queue->ready},
                    {"inflight", queue->in_flight},
                    {"parked", queue->parked},
                    {"dead", queue->dead}};
        for (unsigned k = 0; k < sizeof rows / sizeof rows[0]; k++)
            wf_buffer_format(text, "endorse_queue_messages{program=\"%s\",state=\"%s\"} %lld\n",
                             queue->program, rows[k].state, (long long)rows[k].count);
    }
}

static void queue_times(const struct ops_view *view, wf_time now, struct wf_buffer *text)
{
    head(text, "queue_oldest_timestamp_seconds", "gauge",
         "Since when the oldest waiting message waits; now, if none does.");
    for (unsigned i = 0; i < view->queue_count; i++) {
        wf_buffer_format(text, "endorse_queue_oldest_timestamp_seconds{program=\"%s\"} ",
                         view->queues[i].program);
        seconds(text, now - view->queues[i].oldest_age);
    }
    head(text, "timers", "gauge", "Deadlines that a program waits for.");
    for (unsigned i = 0; i < view->queue_count; i++) {
        if (view->queues[i].timers >= 0)
            wf_buffer_format(text, "endorse_timers{program=\"%s\"} %lld\n", view->queues[i].program,
                             (long long)view->queues[i].timers);
    }
    head(text, "timer_next_due_timestamp_seconds", "gauge",
         "When the next deadline of a program comes, if the clock is not advanced.");
    for (unsigned i = 0; i < view->queue_count; i++) {
        if (view->queues[i].next_due == WF_NEVER)
            continue;
        wf_buffer_format(text, "endorse_timer_next_due_timestamp_seconds{program=\"%s\"} ",
                         view->queues[i].program);
        seconds(text, view->queues[i].next_due);
    }
}

static void workers(const struct ops_view *view, wf_time now, struct wf_buffer *text)
{
    head(text, "worker_up", "gauge", "1 if a worker was heard within the last 15 seconds.");
    for (unsigned i = 0; i < view->row_count; i++)
        wf_buffer_format(text, "endorse_worker_up{worker=\"%s\"} %d\n", view->rows[i].worker,
                         !ops_row_is_stale(&view->rows[i], now));
    head(text, "worker_last_progress_timestamp_seconds", "gauge",
         "When a worker last committed something, or found that nothing waits.");
    for (unsigned i = 0; i < view->row_count; i++) {
        wf_buffer_format(text, "endorse_worker_last_progress_timestamp_seconds{worker=\"%s\"} ",
                         view->rows[i].worker);
        seconds(text, view->rows[i].progress);
    }
    head(text, "worker_start_timestamp_seconds", "gauge", "When a worker was started.");
    for (unsigned i = 0; i < view->row_count; i++) {
        wf_buffer_format(text, "endorse_worker_start_timestamp_seconds{worker=\"%s\"} ",
                         view->rows[i].worker);
        seconds(text, view->rows[i].started);
    }
}

static void audit(const struct ops_view *view, struct wf_buffer *text)
{
    head(text, "audit_alarms", "gauge",
         "Alarms about journals or their copy that nobody has acknowledged.");
    for (unsigned i = 0; i < view->row_count; i++)
        if (view->rows[i].has_audit)
            wf_buffer_format(text, "endorse_audit_alarms{worker=\"%s\"} %lld\n",
                             view->rows[i].worker, (long long)view->rows[i].audit_alarms);
}

/* The counters that every worker reports, by the runtime's own table. */
static void worker_counters(const struct ops_view *view, struct wf_buffer *text)
{
    for (unsigned i = 0; i < WF_METRIC_COUNT; i++) {
        const char *name = wf_metric_name((enum wf_metric)i);
        bool said = false;
        for (unsigned k = 0; k < view->row_count; k++) {
            const json_t *value = json_object_get(view->rows[k].metrics, name);
            if (!json_is_integer(value) || json_integer_value(value) < 0)
                continue;
            if (!said)
                head(text, name, "counter", wf_metric_help((enum wf_metric)i));
            said = true;
            wf_buffer_format(text, "endorse_%s{worker=\"%s\"} %lld\n", name, view->rows[k].worker,
                             (long long)json_integer_value(value));
        }
    }
}

static void own_counters(const struct ops_own *own, struct wf_buffer *text)
{
    static const struct {
        const char *name, *help;
    } rows[GATEWAY_COUNTER_COUNT] = {
#define X(symbol, its_name, its_help) [symbol] = {its_name, its_help},
        GATEWAY_COUNTERS(X)
#undef X
    };
    for (unsigned i = 0; i < GATEWAY_COUNTER_COUNT; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "gateway_%s", rows[i].name);
        head(text, name, "counter", rows[i].help);
        wf_buffer_format(text, "endorse_%s %llu\n", name, (unsigned long long)own->counters[i]);
    }
    head(text, "http_responses_total", "counter", "HTTP answers by class of status.");
    for (unsigned i = 2; i < 6; i++)
        wf_buffer_format(text, "endorse_http_responses_total{class=\"%uxx\"} %llu\n", i,
                         (unsigned long long)own->http.answered[i]);
    head(text, "http_refused_total", "counter", "HTTP requests refused as malformed.");
    wf_buffer_format(text, "endorse_http_refused_total %llu\n",
                     (unsigned long long)own->http.refused);
    head(text, "http_connections", "gauge", "HTTP requests now in service.");
    wf_buffer_format(text, "endorse_http_connections %llu\n",
                     (unsigned long long)own->http.connections);
    head(text, "registry_entries", "gauge", "Endorsements that the public registries show.");
    wf_buffer_format(text, "endorse_registry_entries %llu\n",
                     (unsigned long long)own->registry_entries);
}

void ops_metrics(const struct ops_view *view, const struct ops_own *own, const char *version,
                 wf_time now, struct wf_buffer *text)
{
    head(text, "build_info", "gauge", "The version of this program; the value is always 1.");
    wf_buffer_format(text, "endorse_build_info{version=\"%s\"} 1\n", version);
    queue_messages(view, text);
    queue_times(view, now, text);
    workers(view, now, text);
    audit(view, text);
    worker_counters(view, text);
    own_counters(own, text);
}
