/* links: wf_exam */
/* A11: a thousand exams, a hundred readers, one reading in ten declined: everything is placed, near
 * the optimum at once and at it after the repair; what was opened stays; a seed says it all. */
#include "assignment.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum {
    READERS = 100,
    PAPERS = 1000,
    DEMAND = 2,
    SEEDS = 5,
    CONFLICTS = 8,
    BARRED = CONFLICTS + DEMAND
};

struct hall {
    struct assignment_reviewer readers[READERS];
    struct assignment_exam papers[PAPERS];
    uint32_t barred[PAPERS][BARRED];
    uint32_t first[PAPERS][DEMAND], last[PAPERS][DEMAND];
    bool opened[PAPERS][DEMAND];
    struct assignment_quality at_once, repaired;
    unsigned declined;
};

static uint64_t state;
static uint32_t draw(uint32_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((state >> 32) * below >> 32);
}

static int by_number(const void *one, const void *other)
{
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    return a < b ? -1 : a > b;
}

/* Adds a reader to who may not read the paper; ascending and once, as assignment.h wants it. */
static void bar(struct hall *hall, uint32_t paper, uint32_t reader)
{
    uint32_t *count = &hall->papers[paper].excluded.count;
    for (uint32_t i = 0; i < *count; i++)
        if (hall->barred[paper][i] == reader)
            return;
    hall->barred[paper][(*count)++] = reader;
    qsort(hall->barred[paper], *count, sizeof(uint32_t), by_number);
}

static void furnish(struct hall *hall, uint64_t world)
{
    state = world;
    for (uint32_t i = 0; i < READERS; i++)
        hall->readers[i] =
            (struct assignment_reviewer){.qualifications = 1 + draw(3), .capacity = 40 + draw(40)};
    for (uint32_t e = 0; e < PAPERS; e++) {
        hall->papers[e] = (struct assignment_exam){.handle = world << 32 | e,
                                                   .category = draw(2),
                                                   .demand = DEMAND,
                                                   .excluded = {hall->barred[e], 0}};
        for (uint32_t i = draw(CONFLICTS); i > 0; i--)
            bar(hall, e, draw(READERS));
    }
}

static void take(struct assignment_plan *plan, uint32_t readers[PAPERS][DEMAND])
{
    for (uint32_t e = 0; e < PAPERS; e++)
        memcpy(readers[e], assignment_readers(plan, e), sizeof readers[e]);
}

/* One reading in ten is declined, four in ten are opened. */
static void answer(struct hall *hall)
{
    for (uint32_t e = 0; e < PAPERS; e++)
        for (uint32_t i = 0; i < DEMAND; i++) {
            uint32_t fate = draw(10);
            hall->opened[e][i] = fate > 0 && fate < 5;
            if (fate > 0)
                continue;
            bar(hall, e, hall->first[e][i]);
            hall->first[e][i] = ASSIGNMENT_NOBODY;
            hall->declined++;
        }
}

static void live(struct hall *hall, uint64_t world, uint8_t number)
{
    const uint8_t seed[ASSIGNMENT_SEED] = {number};
    furnish(hall, world);
    struct assignment_plan *plan = assignment_new(hall->readers, READERS, PAPERS, seed);
    for (uint32_t e = 0; e < PAPERS; e++)
        ck_assert_uint_eq(assignment_add(plan, &hall->papers[e]), 0);
    take(plan, hall->first);
    assignment_free(plan);
    answer(hall);
    plan = assignment_new(hall->readers, READERS, PAPERS, seed);
    for (uint32_t e = 0; e < PAPERS; e++) {
        assignment_keep(plan, &hall->papers[e], hall->first[e]);
        for (uint32_t i = 0; i < DEMAND; i++)
            if (hall->opened[e][i])
                assignment_open(plan, e, i);
    }
    for (uint32_t e = 0; e < PAPERS; e++)
        ck_assert_uint_eq(assignment_complete(plan, e), 0);
    assignment_quality(plan, &hall->at_once);
    assignment_repair(plan);
    assignment_quality(plan, &hall->repaired);
    take(plan, hall->last);
    assignment_free(plan);
}

START_TEST(a11_all_placed_near_the_optimum_and_at_it)
{
    struct hall *hall = calloc(1, sizeof *hall);
    live(hall, 100 + (uint64_t)_i, (uint8_t)_i);
    ck_assert_uint_gt(hall->declined, PAPERS * DEMAND / 20); /* some did decline */
    ck_assert_uint_eq(hall->at_once.violations + hall->repaired.violations, 0);
    ck_assert_uint_eq(hall->at_once.unfilled + hall->repaired.unfilled, 0);
    ck_assert_double_gt(hall->repaired.optimum, 0);
    ck_assert_double_le(hall->at_once.max_utilisation, 1.15 * hall->repaired.optimum);
    ck_assert_double_eq(hall->repaired.max_utilisation, hall->repaired.optimum);
    free(hall);
}
END_TEST

START_TEST(a11_what_is_opened_stays)
{
    struct hall *hall = calloc(1, sizeof *hall);
    unsigned moved = 0;
    live(hall, 100 + (uint64_t)_i, (uint8_t)_i);
    for (uint32_t e = 0; e < PAPERS; e++)
        for (uint32_t i = 0; i < DEMAND; i++) {
            if (hall->opened[e][i])
                ck_assert_uint_eq(hall->first[e][i], hall->last[e][i]);
            else if (hall->first[e][i] != ASSIGNMENT_NOBODY)
                moved += hall->first[e][i] != hall->last[e][i];
        }
    ck_assert_uint_gt(moved, 0); /* what is not opened may be moved, and is */
    free(hall);
}
END_TEST

START_TEST(a11_the_seed_replays_it)
{
    struct hall *one = calloc(1, sizeof *one), *again = calloc(1, sizeof *again);
    struct hall *other = calloc(1, sizeof *other);
    live(one, 100, 1);
    live(again, 100, 1);
    live(other, 100, 2);
    ck_assert_mem_eq(one->last, again->last, sizeof one->last);
    ck_assert_int_ne(memcmp(one->last, other->last, sizeof one->last), 0);
    free(one);
    free(again);
    free(other);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("A11");
    TCase *tests = tcase_create("a thousand exams");
    tcase_add_loop_test(tests, a11_all_placed_near_the_optimum_and_at_it, 0, SEEDS);
    tcase_add_loop_test(tests, a11_what_is_opened_stays, 0, SEEDS);
    tcase_add_test(tests, a11_the_seed_replays_it);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
