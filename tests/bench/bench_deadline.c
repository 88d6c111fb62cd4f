#include "bench_deadline.h"

#include "deadline_day.h"
#include "wf_error.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { QUIET_MS = 3000, LOOK_MS = 50, PATIENCE_S = 300 };

static void pause_ms(int milliseconds)
{
    (void)poll(NULL, 0, milliseconds);
}

static void wait_for_total(unsigned port, long total)
{
    uint64_t began = bench_now();
    while (bench_reads_total(port) != total) {
        if (bench_now() - began > PATIENCE_S * 1000000000ull)
            deadline_give_up("the registry never had as many entries as it should");
        pause_ms(LOOK_MS);
    }
}

static void wait_for_fall(struct deadline_day *day)
{
    uint64_t began = bench_now();
    while (deadline_day_fallen(day) < day->standings) {
        if (bench_now() - began > PATIENCE_S * 1000000000ull)
            deadline_give_up("not every standing fell");
        pause_ms(LOOK_MS);
    }
}

/* ---- what waits ---- */

struct waiting {
    json_int_t mails, reports;
};

static json_int_t queue_of(const json_t *row, const char *receiver)
{
    const json_t *queue = json_object_get(json_object_get(row, "queues"), receiver);
    return json_integer_value(json_object_get(queue, "ready")) +
           json_integer_value(json_object_get(queue, "in_flight"));
}

static void take_row(void *context, const char *field, struct wf_bytes json)
{
    struct waiting *waiting = context;
    json_t *row = json_loadb((const char *)json.data, json.length, 0, NULL);
    if (row && strcmp(field, "endorse-renewal.0") == 0) {
        waiting->mails = queue_of(row, "courier");
        waiting->reports = queue_of(row, "intake");
    }
    json_decref(row);
}

static void add_number(json_t *object, const char *name, double value, double unit)
{
    double scaled = (double)(long long)(value / unit + 0.5) * unit;
    (void)json_object_set_new(object, name,
                              unit >= 1 ? json_integer((json_int_t)scaled) : json_real(scaled));
}

static void add_memory(json_t *object, const struct deadline_day *day)
{
    char name[48];
    for (size_t i = 0; i < DEADLINE_PROGRAMS; i++) {
        (void)snprintf(name, sizeof name, "%s_rss_mib", deadline_programs[i]);
        add_number(object, name, bench_rss(day->pids[i]), 0.1);
    }
    add_number(object, "redis_rss_mib", bench_rss(day->redis.pid), 0.1);
}

static void add_queues(json_t *object, struct deadline_day *day)
{
    struct waiting waiting = {0};
    struct wf_error error;
    if (wf_store_beats(day->store, take_row, &waiting, &error) != 0)
        deadline_give_up(error.text);
    (void)json_object_set_new(object, "mails_queued", json_integer(waiting.mails));
    (void)json_object_set_new(object, "reports_queued", json_integer(waiting.reports));
}

static void add_reads(json_t *line, const struct bench_reads *reads, size_t first, size_t end)
{
    (void)json_object_set_new(line, "reads", json_integer((json_int_t)(end - first)));
    add_number(line, "read_p50_ms", bench_reads_percentile(reads, first, end, 0.5), 0.01);
    add_number(line, "read_p99_ms", bench_reads_percentile(reads, first, end, 0.99), 0.01);
    add_number(line, "quiet_read_p50_ms", bench_reads_percentile(reads, 0, first, 0.5), 0.01);
    add_number(line, "quiet_read_p99_ms", bench_reads_percentile(reads, 0, first, 0.99), 0.01);
}

json_t *bench_deadline(size_t standings)
{
    static struct deadline_day day;
    json_t *line = json_object();
    deadline_day_begin(&day, standings, 20000 + (unsigned)getpid() % 20000);
    wait_for_total(day.port, (long)standings);
    struct bench_reads *reads = bench_reads_start(day.port, standings);
    pause_ms(QUIET_MS);
    double renewal_before = bench_rss(day.pids[1]);
    size_t first = bench_reads_count(reads);
    uint64_t began = bench_now();
    deadline_day_fall(&day);
    wait_for_fall(&day);
    double seconds = (double)(bench_now() - began) / 1e9;
    size_t end = bench_reads_count(reads);
    add_number(line, "standings", (double)standings, 1);
    add_number(line, "entries_per_s", (double)standings / seconds, 1);
    add_number(line, "seconds", seconds, 0.01);
    add_queues(line, &day);
    wait_for_total(day.port, 0);
    add_number(line, "shown_after_s", (double)(bench_now() - began) / 1e9, 0.01);
    add_reads(line, reads, first, end);
    add_memory(line, &day);
    add_number(line, "renewal_grew_mib", bench_rss(day.pids[1]) - renewal_before, 0.1);
    bench_reads_stop(&reads);
    deadline_day_end(&day);
    return line;
}
