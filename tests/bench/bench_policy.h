/* bench_policy.h - how fast the rules judge a full file, without any server. */
#ifndef BENCH_POLICY_H
#define BENCH_POLICY_H

#include <jansson.h>

/* Evaluations of every requirement of the category that asks for most, by one core: of a full file (200 entries
 * of all kinds) and of the hardest (200 of supervision, from many providers). */
json_t *bench_policy(void);

#endif
