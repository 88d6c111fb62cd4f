/* bench_measure.h - what every benchmark counts: chains, latencies, CPU, memory, device flushes. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Nanoseconds of a clock that never jumps; the same in every process of the machine. */
uint64_t bench_now(void);

struct bench_chains {
    uint64_t *due;  /* when chain i should have begun, ns; 0: not yet */
    uint64_t *done; /* when it ended; 0: not yet */
    size_t count;
};
/* When chain i is due at this rate: on the millisecond, since a portal that waits for finer moments
 * would burn the processor it shares with the programs. */
uint64_t bench_due(uint64_t began_ns, size_t chain, double rate);

void bench_chains_init(struct bench_chains *chains, size_t count);
void bench_chains_fini(struct bench_chains *chains);
/* Milliseconds below which `share` (0..1) of the chains took from due to done; the first tenth is
 * left out as warming up. */
double bench_percentile(const struct bench_chains *chains, double share);

enum { BENCH_PROCESSES_MAX = 16 };
struct bench_meter {
    pid_t processes[BENCH_PROCESSES_MAX]; /* besides this one; Redis first */
    size_t process_count;
    const char *folder; /* on the device whose flushes count */
    uint64_t began_ns;
    double began_cpu_s, began_first_cpu_s;
    int64_t began_flushes;
};
double bench_rss(pid_t pid); /* MiB that a process has in memory */
void bench_meter_begin(struct bench_meter *meter);

struct bench_result {
    double chains_per_s;
    double cpu_s_per_10k;       /* user and system, all processes */
    double redis_cpu_s_per_10k; /* of it in the meter's first process */
    double rss_mib;             /* sum over processes, at the end */
    double flushes_per_1k;      /* of the device, others' too; -1: not known */
    double p50_ms, p99_ms;
};
struct bench_result bench_meter_end(struct bench_meter *meter, const struct bench_chains *chains);

/* Adds the members of the result under their names with this prefix. */
void bench_report(json_t *object, const char *prefix, const struct bench_result *result);
/* One line on standard output. */
void bench_print(json_t *object);

#endif
