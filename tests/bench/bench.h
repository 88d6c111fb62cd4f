/* bench.h - the benchmarks of deploy/bench, one file each. */
#ifndef BENCH_H
#define BENCH_H

#include "bench_measure.h"
#include "redis_fixture.h"

enum {
    BENCH_IN_FLIGHT = 256,   /* publishes not yet done, at most */
    BENCH_AGGREGATES = 1000, /* chains take them in turn */
    BENCH_PAYLOAD = 300
};

/* The Redis limit: three EVALSHA a chain and nothing else, on the fixture's server.  `rate`: chains
 * begun a second, 0: as many as there is room for. */
struct bench_result bench_limit(struct redis_fixture *redis, size_t chains, double rate);

/* Three commits of ours a chain, by one client, 256 chains in flight. */
struct bench_result bench_store(struct redis_fixture *redis, size_t chains);

/* The whole path: a portal publishes through the CURVE door, three programs of the shipped loop carry
 * each chain on.  Runs the chains once before as warming up. */
struct bench_result bench_path(struct redis_fixture *redis, size_t chains, double rate);

#endif
