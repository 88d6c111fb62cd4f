/* endorse-bench NAME [CHAINS]: runs one benchmark on a private Redis with the shipped settings and
 * prints one JSON line.  deploy/bench builds and starts it. */
#include "bench.h"
#include "bench_assign.h"
#include "bench_deadline.h"
#include "bench_desk.h"
#include "bench_policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHAINS = 20000, WARM_UP = 2000 };

/* A fresh server for each part, so that none pays for the data of another.  The limit is without
 * users, ours with those that programs have. */
static void start_bare(struct redis_fixture *redis)
{
    redis_fixture_start(redis, "maxmemory 4gb");
}

static void start_shipped(struct redis_fixture *redis)
{
    redis_fixture_start_users(redis, "maxmemory 4gb");
    redis_fixture_install(redis);
}

static struct bench_result measure_limit(size_t chains, double rate)
{
    struct redis_fixture redis;
    start_bare(&redis);
    struct bench_result result = bench_limit(&redis, chains, rate);
    redis_fixture_stop(&redis);
    return result;
}

static void add_ratio(json_t *line, double ours, double limit)
{
    (void)json_object_set_new(line, "ratio", json_real((double)(int)(1000 * ours / limit) / 1000));
}

static json_t *begin_line(const char *name)
{
    json_t *line = json_object();
    (void)json_object_set_new(line, "bench", json_string(name));
    return line;
}

static void run_limit(size_t chains)
{
    json_t *line = begin_line("limit");
    struct bench_result full = measure_limit(chains, 0);
    bench_report(line, "", &full);
    struct bench_result half = measure_limit(chains, full.chains_per_s / 2);
    bench_report(line, "half_", &half);
    bench_print(line);
}

static void run_store(size_t chains)
{
    struct redis_fixture redis;
    json_t *line = begin_line("store");
    struct bench_result limit = measure_limit(chains, 0);
    start_shipped(&redis);
    struct bench_result ours = bench_store(&redis, chains);
    redis_fixture_stop(&redis);
    bench_report(line, "", &ours);
    (void)json_object_set_new(line, "limit_chains_per_s",
                              json_integer((json_int_t)limit.chains_per_s));
    add_ratio(line, ours.chains_per_s, limit.chains_per_s);
    bench_print(line);
}

static json_t *milliseconds(double value)
{
    return json_real((double)(long long)(value * 100 + 0.5) / 100);
}

/* Saturation first; then half of what was reached, the limit's latency at that same load, and the
 * limit's latency at half of what the limit reaches itself. */
static void run_path(size_t chains)
{
    struct redis_fixture redis;
    json_t *line = begin_line("path");
    /* Before and after, and their mean: what else the machine does changes in between. */
    double limit = measure_limit(chains, 0).chains_per_s;
    start_shipped(&redis);
    struct bench_result full = bench_path(&redis, chains, 0);
    redis_fixture_stop(&redis);
    limit = (limit + measure_limit(chains, 0).chains_per_s) / 2;
    start_shipped(&redis);
    struct bench_result half = bench_path(&redis, chains, full.chains_per_s / 2);
    redis_fixture_stop(&redis);
    struct bench_result limit_half = measure_limit(chains, full.chains_per_s / 2);
    struct bench_result limit_own_half = measure_limit(chains, limit / 2);
    struct bench_result shown = full;
    shown.p50_ms = half.p50_ms;
    shown.p99_ms = half.p99_ms;
    bench_report(line, "", &shown);
    (void)json_object_set_new(line, "limit_chains_per_s", json_integer((json_int_t)limit));
    add_ratio(line, full.chains_per_s, limit);
    bench_report(line, "half_", &half);
    bench_report(line, "limit_half_", &limit_half);
    (void)json_object_set_new(line, "limit_own_half_chains_per_s",
                              json_integer((json_int_t)limit_own_half.chains_per_s));
    (void)json_object_set_new(line, "limit_own_half_p50_ms", milliseconds(limit_own_half.p50_ms));
    (void)json_object_set_new(line, "limit_own_half_p99_ms", milliseconds(limit_own_half.p99_ms));
    bench_print(line);
}

/* By one core, without any server; `chains` says nothing here. */
static void run_assign(size_t chains)
{
    json_t *line = begin_line("assign"), *figures = bench_assign();
    (void)chains;
    (void)json_object_update(line, figures);
    json_decref(figures);
    bench_print(line);
}

/* `chains` is the number of standings: 20,000, if nothing is said. */
static void run_deadline(size_t chains)
{
    json_t *line = begin_line("deadline"), *figures = bench_deadline(chains);
    (void)json_object_update(line, figures);
    json_decref(figures);
    bench_print(line);
}

/* By one core, without any server; `chains` says nothing here. */
static void run_policy(size_t chains)
{
    json_t *line = begin_line("policy"), *figures = bench_policy();
    (void)chains;
    (void)json_object_update(line, figures);
    json_decref(figures);
    bench_print(line);
}

/* `chains` is the number of pairs; 10,000 are those of the brief. */
static void run_desk(size_t chains)
{
    struct redis_fixture redis;
    json_t *line = begin_line("desk");
    start_shipped(&redis);
    json_t *figures = bench_desk(&redis, chains == CHAINS ? CHAINS / 2 : chains);
    redis_fixture_stop(&redis);
    (void)json_object_update(line, figures);
    json_decref(figures);
    bench_print(line);
}

static const struct {
    const char *name;
    void (*run)(size_t chains);
    const char *sentence;
    const char *help; /* NULL: the sentence says it all */
} benches[] = {
    {"limit", run_limit, "the Redis limit: three EVALSHA a chain and nothing else", NULL},
    {"store", run_store, "three commits of ours a chain, without programs", NULL},
    {"path", run_path, "portal, CURVE door, worker A, worker B: the shipped loop, a trivial core",
     NULL},
    {"assign", run_assign, "1,000 to 100,000 exams to their reviewers, and one more arriving",
     bench_assign_help},
    {"policy", run_policy, "every requirement of a full file of 200 entries, judged by one core",
     NULL},
    {"deadline", run_deadline,
     "every standing of an association falls at one instant, and the registry is read", NULL},
    {"desk", run_desk, "\"not yours\" and \"not there\" by the time they take, over 10,000 pairs",
     NULL},
};

static void print_list(FILE *stream)
{
    (void)fprintf(stream, "usage: deploy/bench NAME [CHAINS, %d or more | --help]\n", WARM_UP);
    for (size_t i = 0; i < sizeof benches / sizeof *benches; i++)
        (void)fprintf(stream, "  %-8s %s\n", benches[i].name, benches[i].sentence);
}

int main(int argc, char **argv)
{
    bool help = argc > 1 && strcmp(argv[argc - 1], "--help") == 0;
    size_t chains = argc > 2 ? strtoul(argv[2], NULL, 10) : CHAINS;
    for (size_t i = 0; argc > 1 && i < sizeof benches / sizeof *benches; i++) {
        if (strcmp(argv[1], benches[i].name) != 0 || (!help && chains < WARM_UP))
            continue;
        if (help)
            (void)printf("deploy/bench %s: %s\n%s", benches[i].name, benches[i].sentence,
                         benches[i].help ? benches[i].help : "");
        else
            benches[i].run(chains);
        return EXIT_SUCCESS;
    }
    print_list(help ? stdout : stderr);
    return help ? EXIT_SUCCESS : 78;
}
