/* bench_assign.h - the assignment of exams, without any server. */
#ifndef BENCH_ASSIGN_H
#define BENCH_ASSIGN_H

#include <jansson.h>
#include <stdint.h>

/* One invented population, the same at every run; then one exam in a hundred more, arriving one by one. */
json_t *bench_assign(uint32_t exams, uint32_t reviewers);

#endif
