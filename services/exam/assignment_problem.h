/* assignment_problem.h - an assignment problem as a JSON file (SPEC 4.6). */
#ifndef ASSIGNMENT_PROBLEM_H
#define ASSIGNMENT_PROBLEM_H

#include "assignment.h"

#include <jansson.h>

struct assignment_problem {
    json_t *root; /* names of exams and reviewers are read here */
    struct assignment_exam *exams;
    struct assignment_reviewer *reviewers;
    uint32_t exam_count, reviewer_count;
    int32_t *severities; /* for assignment_balance */
    bool severity_given; /* of one reviewer at least */
    uint8_t seed[ASSIGNMENT_SEED];
    char commitment[65]; /* SHA-256 of the seed text, to be published before */
    uint32_t *lists;     /* behind every assignment_list */
    size_t listed;
    json_t *exam_places, *reviewer_places, *categories, *tokens;
};

/* Zero-initialised by the call; free with assignment_problem_free whatever it gave.  WF_INVALID says
 * where: a line of the file, or exams[3].excluded[2]. */
int assignment_problem_read(const char *path, struct assignment_problem *problem,
                            struct wf_error *error) WF_MUST_CHECK;
void assignment_problem_free(struct assignment_problem *problem);
const char *assignment_problem_exam(const struct assignment_problem *problem, uint32_t exam);
const char *assignment_problem_reviewer(const struct assignment_problem *problem,
                                        uint32_t reviewer);
/* Of an exam; "" where the file names none. */
const char *assignment_problem_category(const struct assignment_problem *problem, uint32_t exam);

#endif
