/* bench_assign.h - the assignment of exams, without any server. */
#ifndef BENCH_ASSIGN_H
#define BENCH_ASSIGN_H

#include <jansson.h>

/* What is measured, and what the figures mean. */
extern const char bench_assign_help[];
/* Tells on standard error how far it is. */
json_t *bench_assign(void);

#endif
