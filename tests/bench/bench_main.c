/* endorse-bench NAME [CHAINS]: runs one benchmark on a private Redis with the shipped settings and
 * prints one JSON line.  deploy/bench builds and starts it. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHAINS = 20000, WARM_UP = 2000 };

/* A fresh server for each part, so that none pays for the data of another. */
static void start(struct redis_fixture *redis)
{
    redis_fixture_start(redis, "maxmemory 4gb", NULL);
    redis_fixture_install(redis);
}

static void run_limit(size_t chains)
{
    struct redis_fixture redis;
    json_t *line = json_object();
    (void)json_object_set_new(line, "bench", json_string("limit"));
    start(&redis);
    struct bench_result full = bench_limit(&redis, chains, 0);
    redis_fixture_stop(&redis);
    bench_report(line, "", &full);
    start(&redis);
    struct bench_result half = bench_limit(&redis, chains, full.chains_per_s / 2);
    redis_fixture_stop(&redis);
    bench_report(line, "half_", &half);
    bench_print(line);
}

static void run_store(size_t chains)
{
    struct redis_fixture redis;
    json_t *line = json_object();
    (void)json_object_set_new(line, "bench", json_string("store"));
    start(&redis);
    struct bench_result limit = bench_limit(&redis, chains, 0);
    redis_fixture_stop(&redis);
    start(&redis);
    struct bench_result ours = bench_store(&redis, chains);
    redis_fixture_stop(&redis);
    bench_report(line, "", &ours);
    (void)json_object_set_new(line, "limit_chains_per_s",
                              json_integer((json_int_t)limit.chains_per_s));
    (void)json_object_set_new(
        line, "ratio",
        json_real((double)(int)(1000 * ours.chains_per_s / limit.chains_per_s) / 1000));
    bench_print(line);
}

static const struct {
    const char *name;
    void (*run)(size_t chains);
    const char *sentence;
} benches[] = {
    {"limit", run_limit, "the Redis limit: three EVALSHA a chain and nothing else"},
    {"store", run_store, "three commits of ours a chain, without programs"},
};

int main(int argc, char **argv)
{
    size_t chains = argc > 2 ? strtoul(argv[2], NULL, 10) : CHAINS;
    for (size_t i = 0; argc > 1 && i < sizeof benches / sizeof *benches; i++) {
        if (strcmp(argv[1], benches[i].name) == 0 && chains >= WARM_UP) {
            benches[i].run(chains);
            return EXIT_SUCCESS;
        }
    }
    (void)fprintf(stderr, "usage: deploy/bench NAME [CHAINS, %d or more]\n", WARM_UP);
    for (size_t i = 0; i < sizeof benches / sizeof *benches; i++)
        (void)fprintf(stderr, "  %-8s %s\n", benches[i].name, benches[i].sentence);
    return 78;
}
