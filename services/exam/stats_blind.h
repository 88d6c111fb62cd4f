/* stats_blind.h - whether blind reading was blind, and whether it can be (SPEC 3.6, 3.7). */
#ifndef STATS_BLIND_H
#define STATS_BLIND_H

#include "stats_pairs.h"

/* The interval of a share after Wilson; NaN where nobody was asked. */
struct stats_interval stats_share_interval(size_t some, size_t all);

/* What readers said after locking, when asked whether they know the writer. */
struct stats_blindness {
    size_t no, suspect, yes;
    double index; /* 1: nobody suspects anything; 0: everybody knows.  NaN without an answer */
    struct stats_interval known; /* the share of "yes" */
};
void stats_blindness(size_t no, size_t suspect, size_t yes, struct stats_blindness *result);

enum { STATS_ANONYMOUS = 5 }; /* fewer writers than this that a reader could mean are too few */

/* One writer of a cohort: those whom a reader cannot tell apart by category, form, language and
 * sitting. */
struct stats_writer {
    uint32_t cohort; /* 0, 1, 2, ... */
    uint32_t pool;   /* the cohorts that may be read together, 0, 1, 2, ... */
};
struct stats_gauge {
    uint32_t
        alone; /* the least k of a cohort over all readers: writers whom that reader may read */
    uint32_t pooled; /* the same over the cohort's pool */
};
/* `excluded`: writers by readers, row by row.  `result` has an entry a cohort.  With no readers k is the
 * size of the cohort. */
void stats_gauge(const struct stats_writer *writers, size_t count, const bool *excluded,
                 size_t readers, uint32_t cohorts, struct stats_gauge *result);

#endif
