/* assignment.h - who reads which exam (SPEC 4).
 *
 * A plan is filled exam by exam from a keyed sample, repaired to the least possible maximum load, and
 * improved by swapping pairs.  The same problem and seed give the same plan. */
#ifndef ASSIGNMENT_H
#define ASSIGNMENT_H

#include "wf_error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ASSIGNMENT_DEMAND_MAX = 8,
    ASSIGNMENT_CATEGORIES_MAX = 64,
    ASSIGNMENT_EXAMS_MAX = 1000000,
    ASSIGNMENT_REVIEWERS_MAX = 100000,
    ASSIGNMENT_CAPACITY_MAX = 1000000,
    ASSIGNMENT_SEED = 32
};

/* Lists are ascending and without repetition; they are borrowed for the life of the plan. */
struct assignment_list {
    const uint32_t *items;
    uint32_t count;
};

struct assignment_exam {
    uint64_t handle;   /* random name of the exam: keys its sample */
    uint32_t category; /* below ASSIGNMENT_CATEGORIES_MAX */
    uint32_t demand;   /* distinct readers wanted */
    bool listed;       /* `eligible` alone says who may read it; else the category's qualified */
    struct assignment_list eligible, excluded; /* reviewers */
    struct assignment_list tokens; /* conflict tokens: one in common with a reviewer bars them */
};

struct assignment_reviewer {
    uint64_t qualifications; /* bit per category */
    uint32_t capacity;       /* readings; utilisation is load / capacity */
    struct assignment_list tokens;
};

struct assignment_plan;

/* Borrows both arrays.  `room`: exams that may come later by assignment_add are counted in it. */
struct assignment_plan *assignment_new(const struct assignment_reviewer *reviewers,
                                       uint32_t reviewer_count, uint32_t room,
                                       const uint8_t seed[ASSIGNMENT_SEED]);
void assignment_free(struct assignment_plan *plan);

/* SPEC 4.1: one arriving exam gets its readers, by moving unopened readings of others if it must.
 * Gives how many readers it still lacks.  `exam` is borrowed. */
uint32_t assignment_add(struct assignment_plan *plan, const struct assignment_exam *exam);
/* An exam whose readers are known: `demand` places, ASSIGNMENT_NOBODY where one lacks.  Nothing is
 * placed or moved. */
void assignment_keep(struct assignment_plan *plan, const struct assignment_exam *exam,
                     const uint32_t *readers);
/* SPEC 4.1 for the places of a kept exam that lack a reader; gives how many still do. */
uint32_t assignment_complete(struct assignment_plan *plan, uint32_t exam);
/* SPEC 4.2: an opened reading is never moved. */
void assignment_open(struct assignment_plan *plan, uint32_t exam, uint32_t place);
/* SPEC 4.2: fills what can be filled and lowers the maximum utilisation until no lower one is
 * possible; then swaps pairs (SPEC 4.3). */
void assignment_repair(struct assignment_plan *plan);
/* The readers of an exam: `demand` places, ASSIGNMENT_NOBODY where one lacks. */
#define ASSIGNMENT_NOBODY UINT32_MAX
const uint32_t *assignment_readers(const struct assignment_plan *plan, uint32_t exam);
bool assignment_eligible(const struct assignment_plan *plan, const struct assignment_exam *exam,
                         uint32_t reviewer);

/* SPEC 4.4 */
struct assignment_quality {
    uint64_t readings, violations, unfilled;
    double max_utilisation, optimum; /* optimum: proved by assignment_repair, else 0 */
    double jain;
    uint32_t max_pair, pair_95;
    uint64_t moves, swaps;
};
void assignment_quality(const struct assignment_plan *plan, struct assignment_quality *quality);

/* SPEC 4.7: swaps that pair a severe reader with a lenient one, after assignment_repair.  `severities`:
 * of each reviewer, hundredths of a point, positive for lenient, within ASSIGNMENT_SEVERITY_MAX.  Gives
 * how many swaps were made. */
enum { ASSIGNMENT_SEVERITY_MAX = 100000 };
uint64_t assignment_balance(struct assignment_plan *plan, const int32_t *severities);
/* Mean of the absolute sum of two readers' severities, in points, over the pairs of all exams. */
double assignment_lottery(const struct assignment_plan *plan, const int32_t *severities);

/* SPEC 4.5: exams that want more readings than those who may read them have room for. */
struct assignment_certificate {
    uint32_t *exams, *reviewers; /* owned */
    uint32_t exam_count, reviewer_count;
    uint64_t wanted, elsewhere, room; /* wanted - elsewhere - room = shortage */
    uint64_t shortage;
    uint64_t barred; /* pairs of these exams and qualified reviewers that a conflict keeps apart */
};
/* The next one after those in `seen` (exams as bytes, which it marks); false: there is none left. */
bool assignment_certificate(struct assignment_plan *plan, uint8_t *seen,
                            struct assignment_certificate *certificate);
void assignment_certificate_free(struct assignment_certificate *certificate);

#endif
