/* bench_desk.h - can anybody tell "not yours" from "not there" by the time it takes? */
#ifndef BENCH_DESK_H
#define BENCH_DESK_H

#include "redis_fixture.h"

#include <jansson.h>

/* Starts endorse-desk on the fixture, asks it over HTTP for so many pairs, one of each kind in turns, and
 * compares the two samples: figures of a Mann-Whitney and a Kolmogorov-Smirnov test, with a control that
 * differs. */
json_t *bench_desk(struct redis_fixture *redis, size_t pairs);

#endif
