#include "ops_view.h"

#include <stdlib.h>
#include <string.h>

void ops_view_clear(struct ops_view *view)
{
    for (unsigned i = 0; i < view->row_count; i++)
        json_decref(view->rows[i].metrics);
    memset(view->rows, 0, sizeof view->rows);
    view->row_count = view->queue_count = 0;
}

static int64_t number(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (json_is_integer(value))
        return json_integer_value(value);
    return json_is_real(value) ? (int64_t)json_real_value(value) : 0;
}

static void text(const json_t *object, const char *name, char *to, size_t size)
{
    const char *value = json_string_value(json_object_get(object, name));
    size_t length = value ? strlen(value) : 0;
    if (length >= size)
        length = size - 1;
    if (length)
        memcpy(to, value, length);
    to[length] = '\0';
}

static bool name_is_plain(const char *name)
{
    return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-")] == '\0';
}

/* A row's name is "endorse-<program>.<instance>"; everybody says it without the prefix. */
static bool row_name(struct ops_row *row, const char *field)
{
    static const char prefix[] = "endorse-";
    if (strncmp(field, prefix, sizeof prefix - 1) == 0)
        field += sizeof prefix - 1;
    const char *dot = strrchr(field, '.');
    if (!dot || dot == field || dot - field > OPS_NAME_MAX || strlen(field) >= sizeof row->worker ||
        !name_is_plain(field))
        return false;
    memcpy(row->worker, field, strlen(field) + 1);
    memcpy(row->program, field, (size_t)(dot - field));
    row->program[dot - field] = '\0';
    return true;
}

/* Deadlines are by the business clock, which may be advanced; the row says what it showed. */
static wf_time due_instant(const json_t *object, wf_time at)
{
    wf_time due = number(object, "next_due_ms"), business = number(object, "business_ms");
    if (due <= 0)
        return WF_NEVER;
    return business > 0 ? at + (due - business) : due;
}

bool ops_view_add(struct ops_view *view, const char *field, struct wf_bytes json)
{
    struct ops_row row = {0};
    json_t *object = json_loadb((const char *)json.data, json.length, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(object) || view->row_count == OPS_ROWS_MAX || !row_name(&row, field)) {
        json_decref(object);
        return false;
    }
    text(object, "state", row.state, sizeof row.state);
    text(object, "version", row.version, sizeof row.version);
    row.pid = number(object, "pid");
    row.started = number(object, "started");
    row.at = number(object, "at");
    row.progress = number(object, "progress_ms");
    row.oldest_age = number(object, "oldest_ms");
    row.next_due = due_instant(object, row.at);
    row.ready = number(object, "ready");
    row.in_flight = number(object, "in_flight");
    row.parked = number(object, "parked");
    row.dead = number(object, "dead");
    row.timers = json_object_get(object, "timers") ? number(object, "timers") : -1;
    const json_t *rules = json_object_get(object, "rules");
    text(rules, "digest", row.rules, sizeof row.rules);
    text(rules, "error", row.rules_error, sizeof row.rules_error);
    const json_t *audit = json_object_get(object, "audit");
    row.has_audit = json_is_object(audit);
    row.audit_alarms = number(audit, "alarms");
    text(audit, "first", row.audit_first, sizeof row.audit_first);
    text(audit, "stream", row.audit_stream, sizeof row.audit_stream);
    text(audit, "error", row.audit_error, sizeof row.audit_error);
    json_t *metrics = json_object_get(object, "metrics");
    row.metrics = json_is_object(metrics) ? json_incref(metrics) : NULL;
    json_decref(object);
    view->rows[view->row_count++] = row;
    return true;
}

static int compare(const void *left, const void *right)
{
    return strcmp(((const struct ops_row *)left)->worker, ((const struct ops_row *)right)->worker);
}

static struct ops_queue *queue_of(struct ops_view *view, const char *program)
{
    for (unsigned i = 0; i < view->queue_count; i++) {
        if (strcmp(view->queues[i].program, program) == 0)
            return &view->queues[i];
    }
    if (view->queue_count == OPS_PROGRAMS_MAX)
        return NULL;
    struct ops_queue *queue = &view->queues[view->queue_count++];
    *queue = (struct ops_queue){.next_due = WF_NEVER};
    memcpy(queue->program, program, strlen(program) + 1);
    return queue;
}

static void add_up(struct ops_queue *queue, const struct ops_row *row)
{
    queue->ready += row->ready;
    queue->in_flight += row->in_flight;
    queue->parked += row->parked;
    queue->dead += row->dead;
    queue->timers = row->timers < 0 || queue->timers < 0 ? -1 : queue->timers + row->timers;
    if (row->oldest_age > queue->oldest_age)
        queue->oldest_age = row->oldest_age;
    if (row->next_due < queue->next_due)
        queue->next_due = row->next_due;
}

static void sample(struct ops_view *view, const struct ops_queue *queue)
{
    struct ops_history *history = NULL;
    for (unsigned i = 0; i < OPS_PROGRAMS_MAX && !history; i++) {
        if (!*view->history[i].program)
            memcpy(view->history[i].program, queue->program, sizeof queue->program);
        if (strcmp(view->history[i].program, queue->program) == 0)
            history = &view->history[i];
    }
    if (!history)
        return;
    history->samples[history->next] = queue->ready + queue->in_flight;
    history->next = (history->next + 1) % OPS_SAMPLES;
    history->count += history->count < OPS_SAMPLES;
}

void ops_view_close(struct ops_view *view, wf_time now)
{
    qsort(view->rows, view->row_count, sizeof view->rows[0], compare);
    for (unsigned i = 0; i < view->row_count; i++) {
        struct ops_queue *queue = queue_of(view, view->rows[i].program);
        if (queue)
            add_up(queue, &view->rows[i]);
    }
    if (now - view->sampled < OPS_SAMPLE_MS)
        return;
    view->sampled = now;
    for (unsigned i = 0; i < view->queue_count; i++)
        sample(view, &view->queues[i]);
}

bool ops_row_is_stale(const struct ops_row *row, wf_time now)
{
    return now - row->at > OPS_STALE_MS;
}
