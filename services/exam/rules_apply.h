/* rules_apply.h - a rule pack over a file of recorded readings (SPEC 2.2). */
#ifndef RULES_APPLY_H
#define RULES_APPLY_H

#include "adjudicate_core.h"
#include "scores_file.h"

struct rules_counts {
    size_t rows, paths[ADJUDICATE_PATH_COMMITTEE_WANTED + 1];
    size_t by_criterion, by_total, by_cusp;
    size_t third_wanted, third_read, third_wanted_and_read, third_wanted_not_read, third_unasked;
    size_t resolved, passed;
    size_t compared, matched;             /* with the score that the file records */
    size_t pairs_compared, pairs_matched; /* those that two sheets within tolerance decided */
};

/* The rows of the pack's set, one result each; `results` has file->count entries, of which
 * counts->rows are filled, `places` the places in file->rows.  WF_INVALID: a score outside the rubric. */
int rules_apply(const struct adjudicate_pack *pack, const struct scores_file *file,
                struct adjudicate_result *results, size_t *places, struct rules_counts *counts,
                struct wf_error *error) WF_MUST_CHECK;

#endif
