/* assignment_inner.h - the parts of a plan, for the files of assignment only. */
#ifndef ASSIGNMENT_INNER_H
#define ASSIGNMENT_INNER_H

#include "assignment.h"

#define NONE ASSIGNMENT_NOBODY

/* What every draw and search looks at, apart from the rest: sixteen bytes, so that those of thousands
 * of reviewers stay in a processor's nearest memory. */
struct assignment_burden {
    uint32_t load, capacity;
    uint32_t signature; /* of the reviewer's tokens */
    uint32_t drawn;     /* the draw that last met the reviewer */
};

/* Those of `items` before `left` who had room when assignment_level last looked, in order.  While it
 * runs its limit falls, and whom it relieves is at a former limit: who has no room gets none. */
struct assignment_roomy {
    uint32_t *items, left;
};

/* Reviewers of a category. */
struct assignment_pool {
    uint32_t *members, count;
    uint32_t *open, left; /* those that the search which met the category has not reached yet */
    uint32_t met;         /* stamp of that search */
    struct assignment_roomy roomy;
};

/* A reading: its neighbours among those of its reader. */
struct assignment_place {
    uint32_t next, prior;
    uint32_t exam;
    bool opened;
};

/* How a search has come to an exam or a reviewer; stamps make clearing free. */
struct assignment_trace {
    uint32_t stamp;
    uint32_t
        from; /* to an exam: the place whose reader led there; to a reviewer: the exam that did.
                      NONE: the search began here */
};

struct assignment_search {
    uint32_t stamp;
    struct assignment_trace *exam, *reviewer;
    uint32_t *queue, *exams; /* reviewers and exams in the order they were reached */
    uint32_t queued, exam_count;
    struct assignment_roomy roomy; /* of all reviewers */
};

struct assignment_fullness {
    uint64_t key; /* grows with the utilisation */
    uint32_t reviewer;
};

/* Reviewers, the fullest first (assignment_level.c), and where each stands. */
struct assignment_heap {
    struct assignment_fullness *items;
    uint32_t *at;
    uint32_t count;
};

struct assignment_plan {
    const struct assignment_reviewer *reviewers;
    uint32_t reviewer_count, exam_count, place_count, room;
    uint8_t seed[ASSIGNMENT_SEED];
    struct assignment_exam *exams;
    uint32_t *first;  /* place of an exam; its others follow */
    uint32_t *reader; /* of a place */
    struct assignment_place *places;
    struct assignment_burden *burdens;
    uint32_t *head; /* the first place of a reviewer */
    uint32_t draws;
    struct assignment_pool pools[ASSIGNMENT_CATEGORIES_MAX];
    uint64_t *pairs; /* assignment_pairs.c */
    size_t pair_slots, pair_used;
    struct assignment_search search;
    struct assignment_heap heap;
    uint64_t moves, swaps;
    uint64_t proved_load, proved_capacity; /* the proved optimum as a fraction */
};

/* assignment_plan.c */
void assignment_give(struct assignment_plan *plan, uint32_t place, uint32_t reviewer);
void assignment_take(struct assignment_plan *plan, uint32_t place);
bool assignment_holds(const struct assignment_plan *plan, uint32_t exam, uint32_t reviewer);
bool assignment_may_read(const struct assignment_plan *plan, uint32_t exam, uint32_t reviewer);
bool assignment_list_has(const struct assignment_list *list, uint32_t item);
/* Lists without a bit in common have no item in common. */
uint32_t assignment_signature(const struct assignment_list *tokens);
/* A conflict between an exam, whose tokens have this signature, and a reviewer qualified for it? */
bool assignment_barred(const struct assignment_plan *plan, const struct assignment_exam *exam,
                       uint32_t signature, uint32_t reviewer);

/* assignment_pairs.c: how often two reviewers read the same exam. */
void assignment_pairs_begin(struct assignment_plan *plan);
uint32_t assignment_pair_times(const struct assignment_plan *plan, uint32_t a, uint32_t b);
/* Of slot 0 to pair_slots - 1; 0: no pair. */
uint32_t assignment_pair_slot_times(const struct assignment_plan *plan, size_t slot);
void assignment_pair_count(struct assignment_plan *plan, uint32_t a, uint32_t b, int by);
void assignment_swap_pairs(struct assignment_plan *plan);
/* The most often that two readers of the exam meet. */
uint32_t assignment_most_often(const struct assignment_plan *plan, uint32_t exam);
/* Places of two exams: may their readers change places, and neither reading is opened? */
bool assignment_can_swap(const struct assignment_plan *plan, uint32_t a, uint32_t b);
/* Would all pairs of the place's exam meet less often than `before`, were the reader of `other` there,
 * and the place's own at that other exam? */
bool assignment_swap_is_rarer(const struct assignment_plan *plan, uint32_t place, uint32_t other,
                              uint32_t before);
void assignment_swap(struct assignment_plan *plan, uint32_t a, uint32_t b);
/* Exams of the same category stand together in `order`, from begins[c] to begins[c + 1]. */
void assignment_sort_by_category(const struct assignment_plan *plan, uint32_t *order,
                                 uint32_t *begins);

/* assignment_flow.c: from an exam that lacks a reader, or a reviewer with too much, to a reviewer with
 * room: whose utilisation stays below load / capacity.  A limit of capacity 0 is the full capacity. */
struct assignment_limit {
    uint64_t load, capacity;
};
/* True: the readings were moved. */
bool assignment_fill(struct assignment_plan *plan, uint32_t exam);
/* Before assignment_relieve, whose limits never rise above this one. */
void assignment_find_roomy(struct assignment_plan *plan, struct assignment_limit limit);
/* Gives who has a reading more, or NONE: no path leads to room. */
uint32_t assignment_relieve(struct assignment_plan *plan, uint32_t reviewer,
                            struct assignment_limit limit);
/* Without moving anything: all that an exam's lack can reach, with the other lacking exams that compete
 * for it.  False: somebody has room after all. */
bool assignment_reach(struct assignment_plan *plan, uint32_t exam);

/* assignment_level.c: until no lower highest utilisation is possible, which is then proved. */
void assignment_level(struct assignment_plan *plan);

/* assignment_place.c */
enum {
    ASSIGNMENT_PAIR_ROUNDS = 64
}; /* of words: 0 places an exam, 1 to 64 swap pairs, then severity */
enum {
    ASSIGNMENT_WORDS = 64
}; /* four ChaCha blocks: vectors make them for less than two one by one */
void assignment_keyed_words(const struct assignment_plan *plan, uint64_t handle, uint32_t round,
                            uint32_t part, uint32_t words[ASSIGNMENT_WORDS]);
void assignment_place_exam(struct assignment_plan *plan, uint32_t exam);

#endif
