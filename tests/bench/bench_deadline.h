/* bench_deadline.h - one instant on which every endorsement of an association falls: the programs as
 * they are shipped, with readers of the public registry meanwhile. */
#ifndef BENCH_DEADLINE_H
#define BENCH_DEADLINE_H

#include "bench_measure.h"

/* Everything of `bench deadline` as one JSON object; taken by the caller. */
json_t *bench_deadline(size_t standings);

/* ---- bench_deadline_reads.c ---- */
/* Readers of the registry in a process of their own: a read is due every 10 ms, whatever became of the
 * last one. */
struct bench_reads;
struct bench_reads *bench_reads_start(unsigned port, size_t standings);
size_t bench_reads_count(const struct bench_reads *reads);
/* Milliseconds below which `share` of the reads number `first` to `end` took, from due to answered. */
double bench_reads_percentile(const struct bench_reads *reads, size_t first, size_t end,
                              double share);
void bench_reads_stop(struct bench_reads **reads);
/* How many entries the registry says it has now; -1: it does not answer. */
long bench_reads_total(unsigned port);

#endif
