/* exam_anonymity.h - how many writers a reader could mean: counted from the readers' cards and the papers' conflict
 * tokens, without a name of either.  SPEC 3.7. */
#ifndef EXAM_ANONYMITY_H
#define EXAM_ANONYMITY_H

#include "paper_core.h"
#include "pool_core.h"
#include "stats_blind.h"

struct exam_anonymity;

/* `pool` is borrowed until exam_anonymity_free. */
struct exam_anonymity *exam_anonymity_new(const struct pool *pool, wf_date today);
/* One writer more.  `cohort` and `shared`: stats_blind.h's cohort and pool, 0, 1, 2, ... */
void exam_anonymity_add(struct exam_anonymity *anonymity, const struct paper *paper,
                        uint32_t cohort, uint32_t shared);
/* `result` has an entry a cohort. */
void exam_anonymity_gauge(const struct exam_anonymity *anonymity, uint32_t cohorts,
                          struct stats_gauge *result);
void exam_anonymity_free(struct exam_anonymity **anonymity);

#endif
