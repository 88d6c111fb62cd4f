/* scores_file.h - files of readers' scores, row by row (SPEC 2).
 *
 * Two shapes: recorded readings (essay_id, essay_set, rater<1-3>_domain<1-2>, rater<1-3>_trait<1-6>,
 * domain<1-2>_score) and fully crossed tables (a name, then rater_1 to rater_N).  Every error names
 * the file and the line. */
#ifndef SCORES_FILE_H
#define SCORES_FILE_H

#include "wf_error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SCORES_MISSING = INT32_MIN,
    SCORES_POINTS_MAX = 1000,
    SCORES_ROWS_MAX = 1000000,
    SCORES_SETS_MAX = 64,
    SCORES_READERS_MAX = 100,
    SCORES_ID = 32,
    SCORES_TRAITS = 6
};

struct scores_row {
    uint32_t line;
    char essay[SCORES_ID + 1];
    int32_t set;
    int32_t domain[3][2]; /* reader, domain; SCORES_MISSING: the cell is empty */
    int32_t trait[3][SCORES_TRAITS];
    int32_t recorded[2]; /* the score that was given in the end */
};

struct scores_file {
    char path[160];
    bool crossed; /* then `crossed_scores` holds count x readers points, else `rows` */
    size_t count;
    struct scores_row *rows;
    uint32_t readers;
    int32_t *crossed_scores;
};

/* Zero-initialise; free with scores_file_free.  WF_CONFIG: unreadable; WF_INVALID: a line is wrong. */
int scores_file_read(const char *path, struct scores_file *file,
                     struct wf_error *error) WF_MUST_CHECK;
void scores_file_free(struct scores_file *file);

#endif
