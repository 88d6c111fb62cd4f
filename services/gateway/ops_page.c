/* The page /ops: a model from the view, and the small plots.  GATEWAY 5. */
#include "gateway_labels.h"
#include "gateway_page.h"
#include "ops_view.h"

#include <stdio.h>
#include <string.h>

static const struct ops_history *history_of(const struct ops_view *view, const char *program)
{
    for (unsigned i = 0; i < OPS_PROGRAMS_MAX; i++) {
        if (strcmp(view->history[i].program, program) == 0)
            return &view->history[i];
    }
    return NULL;
}

static int64_t sample_at(const struct ops_history *history, unsigned i)
{
    return history->samples[(history->next + OPS_SAMPLES - history->count + i) % OPS_SAMPLES];
}

void ops_plot(const struct ops_view *view, const char *program, struct wf_buffer *svg)
{
    const struct ops_history *history = history_of(view, program);
    int64_t most = 0;
    if (!history || history->count < 2)
        return;
    for (unsigned i = 0; i < history->count; i++) {
        if (sample_at(history, i) > most)
            most = sample_at(history, i);
    }
    wf_buffer_format(svg,
                     "<svg viewBox=\"0 0 120 24\" preserveAspectRatio=\"none\" role=\"img\" "
                     "aria-label=\"Waiting messages, at most %lld\"><path d=\"M0 22H120\" "
                     "stroke=\"currentColor\" opacity=\".25\"/><polyline fill=\"none\" "
                     "stroke=\"currentColor\" stroke-width=\"1.5\" "
                     "vector-effect=\"non-scaling-stroke\" points=\"",
                     (long long)most);
    most += most == 0;
    for (unsigned i = 0; i < history->count; i++)
        wf_buffer_format(svg, "%u,%.1f ", OPS_SAMPLES - history->count + i,
                         22.0 - 20.0 * (double)sample_at(history, i) / (double)most);
    wf_buffer_text(svg, "\"/></svg>");
}

static void age_field(json_t *object, const char *name, wf_time age, bool there)
{
    char text[GATEWAY_AGE_TEXT] = "\xe2\x80\x93";
    if (there)
        gateway_age_text(age, text);
    model_text(object, name, text);
}

static void due_field(json_t *object, wf_time due, wf_time now)
{
    char age[GATEWAY_AGE_TEXT], text[GATEWAY_AGE_TEXT + 16] = "\xe2\x80\x93";
    if (due != WF_NEVER) {
        gateway_age_text(due > now ? due - now : now - due, age);
        (void)snprintf(text, sizeof text, due > now ? "in %s" : "overdue %s", age);
    }
    model_text(object, "next_due", text);
}

static void timers_field(json_t *object, int64_t timers)
{
    char text[24] = "\xe2\x80\x93";
    if (timers >= 0)
        (void)snprintf(text, sizeof text, "%lld", (long long)timers);
    model_text(object, "timers", text);
}

static json_t *queue_model(const struct ops_view *view, const struct ops_queue *queue, wf_time now)
{
    char link[64];
    struct wf_buffer plot = {0};
    json_t *object = json_object();
    model_text(object, "program", queue->program);
    model_number(object, "ready", queue->ready);
    model_number(object, "in_flight", queue->in_flight);
    age_field(object, "oldest", queue->oldest_age, queue->oldest_age > 0);
    model_number(object, "parked", queue->parked);
    model_number(object, "dead", queue->dead);
    model_flag(object, "parked_alarm", queue->parked > 0);
    model_flag(object, "dead_alarm", queue->dead > 0);
    (void)snprintf(link, sizeof link, "/ops/dead/%s", queue->program);
    model_optional(object, "dead_link", queue->dead > 0 ? link : NULL);
    timers_field(object, queue->timers);
    due_field(object, queue->next_due, now);
    ops_plot(view, queue->program, &plot);
    wf_buffer_append(&plot, "", 1);
    model_text(object, "plot", (char *)plot.data);
    wf_buffer_fini(&plot);
    return object;
}

static json_t *worker_model(const struct ops_row *row, wf_time now)
{
    bool stale = ops_row_is_stale(row, now);
    json_t *object = json_object();
    model_text(object, "worker", row->worker);
    model_text(object, "state", stale ? "not heard" : row->state);
    model_text(object, "state_kind", stale ? "bad" : "good");
    age_field(object, "progress", now - row->progress, row->progress > 0);
    age_field(object, "heard", now - row->at, row->at > 0);
    age_field(object, "since", now - row->started, row->started > 0);
    model_text(object, "version", row->version);
    model_number(object, "pid", row->pid);
    return object;
}

/* A mistake in newer rules, or workers that decide by different ones. */
static void add_rules_alarms(const struct ops_view *view, json_t *alarms)
{
    const char *digest = "";
    bool differ = false;
    for (unsigned i = 0; i < view->row_count; i++) {
        const struct ops_row *row = &view->rows[i];
        if (row->rules_error[0])
            (void)json_array_append_new(
                alarms, json_sprintf("%s keeps its old rules: %s", row->worker, row->rules_error));
        differ = differ || (digest[0] && row->rules[0] && strcmp(digest, row->rules) != 0);
        digest = row->rules[0] ? row->rules : digest;
    }
    if (differ)
        (void)json_array_append_new(
            alarms, json_string("The workers decide by different rules: reload them again."));
}

/* A journal that is not as it was left, or a copy that cannot go on. */
static void add_audit_alarms(const struct ops_view *view, json_t *alarms)
{
    for (unsigned i = 0; i < view->row_count; i++) {
        const struct ops_row *row = &view->rows[i];
        if (row->audit_error[0])
            (void)json_array_append_new(
                alarms, json_sprintf("The audit copy cannot go on: %s", row->audit_error));
        if (row->audit_alarms)
            (void)json_array_append_new(
                alarms,
                json_sprintf(
                    "The audit copy has %lld %s, the first: %s of %s. See endorsectl audit "
                    "status.",
                    (long long)row->audit_alarms, row->audit_alarms == 1 ? "alarm" : "alarms",
                    row->audit_first, row->audit_stream));
    }
}

static json_t *alarms_model(const struct ops_view *view, const struct ops_facts *facts)
{
    char text[160];
    json_t *alarms = json_array();
    if (!facts->store_answers)
        (void)json_array_append_new(
            alarms, json_string("Redis does not answer: what is shown may be old."));
    for (unsigned i = 0; i < view->row_count; i++) {
        if (!ops_row_is_stale(&view->rows[i], facts->now))
            continue;
        (void)snprintf(text, sizeof text, "%s has not been heard for more than 15 seconds.",
                       view->rows[i].worker);
        (void)json_array_append_new(alarms, json_string(text));
    }
    for (unsigned i = 0; i < view->queue_count; i++) {
        if (!view->queues[i].dead)
            continue;
        (void)snprintf(text, sizeof text, "%s holds %lld dead %s: someone must look.",
                       view->queues[i].program, (long long)view->queues[i].dead,
                       view->queues[i].dead == 1 ? "letter" : "letters");
        (void)json_array_append_new(alarms, json_string(text));
    }
    add_rules_alarms(view, alarms);
    add_audit_alarms(view, alarms);
    return alarms;
}

json_t *ops_page_model(const struct ops_view *view, const struct ops_facts *facts)
{
    char now[WF_TIME_TEXT];
    json_t *model = json_object();
    json_t *queues = json_array(), *workers = json_array();
    json_t *alarms = alarms_model(view, facts);
    wf_time_format(facts->now, now);
    memcpy(now + 19, "Z", 2); /* milliseconds say nothing to a reader */
    model_text(model, "now", now);
    model_text(model, "tier", facts->tier);
    model_text(model, "tier_kind", facts->tier_known ? "" : "unsure");
    for (unsigned i = 0; i < view->queue_count; i++)
        (void)json_array_append_new(queues, queue_model(view, &view->queues[i], facts->now));
    for (unsigned i = 0; i < view->row_count; i++)
        (void)json_array_append_new(workers, worker_model(&view->rows[i], facts->now));
    model_flag(model, "alarms_any", json_array_size(alarms) > 0);
    model_flag(model, "queues_any", view->queue_count > 0);
    model_flag(model, "workers_any", view->row_count > 0);
    (void)json_object_set_new(model, "alarms", alarms);
    (void)json_object_set_new(model, "queues", queues);
    (void)json_object_set_new(model, "workers", workers);
    return model;
}
