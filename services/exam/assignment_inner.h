/* assignment_inner.h - the parts of a plan, for the files of assignment only. */
#ifndef ASSIGNMENT_INNER_H
#define ASSIGNMENT_INNER_H

#include "assignment.h"

#define NONE ASSIGNMENT_NOBODY

/* Reviewers of a category.  While a search runs, those not reached yet stand before `left`. */
struct assignment_pool {
    uint32_t *members, count;
    uint32_t *open, left;
};

struct assignment_pair {
    uint64_t key; /* 0: free */
    uint32_t times;
};

/* What a search has reached, and how: stamps make clearing free. */
struct assignment_search {
    uint32_t stamp;
    uint32_t *exam_stamp, *reviewer_stamp;
    uint32_t *exam_from;     /* place whose reader led to the exam; NONE: the search began here */
    uint32_t *reviewer_from; /* exam that led to the reviewer; NONE: the search began here */
    uint32_t *queue, *exams; /* reviewers and exams in the order they were reached */
    uint32_t queued, exam_count;
};

/* Places of exam e are e * ASSIGNMENT_DEMAND_MAX and on. */
struct assignment_plan {
    const struct assignment_reviewer *reviewers;
    uint32_t reviewer_count, exam_count, room;
    uint8_t seed[ASSIGNMENT_SEED];
    struct assignment_exam *exams;
    uint32_t *reader;       /* of a place */
    uint32_t *next, *prior; /* places of the same reader */
    uint8_t *opened;
    uint32_t *load, *head;
    struct assignment_pool pools[ASSIGNMENT_CATEGORIES_MAX];
    struct assignment_pair *pairs;
    size_t pair_slots, pair_used;
    struct assignment_search search;
    uint64_t moves, swaps;
    uint64_t proved_load, proved_capacity; /* the proved optimum as a fraction */
};

/* assignment_plan.c */
void assignment_give(struct assignment_plan *plan, uint32_t place, uint32_t reviewer);
void assignment_take(struct assignment_plan *plan, uint32_t place);
bool assignment_holds(const struct assignment_plan *plan, uint32_t exam, uint32_t reviewer);
bool assignment_may_read(const struct assignment_plan *plan, uint32_t exam, uint32_t reviewer);
bool assignment_list_has(const struct assignment_list *list, uint32_t item);

/* assignment_pairs.c: how often two reviewers read the same exam. */
uint32_t assignment_pair_times(const struct assignment_plan *plan, uint32_t a, uint32_t b);
void assignment_pair_count(struct assignment_plan *plan, uint32_t a, uint32_t b, int by);
void assignment_swap_pairs(struct assignment_plan *plan);

/* assignment_flow.c: from an exam that lacks a reader, or a reviewer with too much, to a reviewer whose
 * load is below the limit.  `limit` is load and capacity of a fraction; capacity 0: the full capacity
 * is the limit.  True: the readings were moved. */
bool assignment_fill(struct assignment_plan *plan, uint32_t exam);
void assignment_level(struct assignment_plan *plan);
/* Without moving anything: all that an exam's lack can reach, with the other lacking exams that compete
 * for it.  False: somebody has room after all. */
bool assignment_reach(struct assignment_plan *plan, uint32_t exam);

/* assignment_place.c */
void assignment_keyed_words(const struct assignment_plan *plan, uint64_t handle, uint32_t round,
                            uint32_t *words, size_t count);
void assignment_place_exam(struct assignment_plan *plan, uint32_t exam);

#endif
