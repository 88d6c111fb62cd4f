/* links: wf_exam */
/* Any plan is valid, repeats itself, and is as good as a plain second solver says (SPEC 4). */
#include "assignment.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { REVIEWERS = 9, EXAMS = 14, PROBLEMS = 400, ARRAYS = REVIEWERS + EXAMS };

struct problem {
    struct assignment_reviewer reviewers[REVIEWERS];
    struct assignment_exam exams[EXAMS];
    uint32_t excluded[EXAMS][REVIEWERS], tokens[ARRAYS];
};

static uint64_t state;
static uint32_t draw(uint32_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((state >> 32) * below >> 32);
}

static void make_problem(struct problem *problem)
{
    memset(problem, 0, sizeof *problem);
    for (uint32_t i = 0; i < REVIEWERS; i++) {
        problem->tokens[i] = draw(6);
        problem->reviewers[i] =
            (struct assignment_reviewer){.qualifications = 1 + draw(3),
                                         .capacity = draw(8),
                                         .tokens = {&problem->tokens[i], draw(2)}};
    }
    for (uint32_t e = 0; e < EXAMS; e++) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < REVIEWERS; i++)
            if (draw(5) == 0)
                problem->excluded[e][count++] = i;
        problem->tokens[REVIEWERS + e] = draw(6);
        problem->exams[e] =
            (struct assignment_exam){.handle = e,
                                     .category = draw(2),
                                     .demand = 1 + draw(3),
                                     .excluded = {problem->excluded[e], count},
                                     .tokens = {&problem->tokens[REVIEWERS + e], 1}};
    }
}

static struct assignment_plan *solve(const struct problem *problem, uint8_t seed)
{
    const uint8_t key[ASSIGNMENT_SEED] = {seed};
    struct assignment_plan *plan = assignment_new(problem->reviewers, REVIEWERS, EXAMS, key);
    for (uint32_t e = 0; e < EXAMS; e++)
        (void)assignment_add(plan, &problem->exams[e]);
    assignment_repair(plan);
    return plan;
}

/* The second solver: plain augmenting paths over a matrix, with a capacity each. */
struct simple {
    bool may[EXAMS][REVIEWERS], holds[EXAMS][REVIEWERS], met[REVIEWERS];
    uint32_t load[REVIEWERS], most[REVIEWERS];
};

static bool simple_place(struct simple *simple, uint32_t exam)
{
    for (uint32_t i = 0; i < REVIEWERS; i++) {
        if (!simple->may[exam][i] || simple->holds[exam][i] || simple->met[i])
            continue;
        simple->met[i] = true;
        if (simple->load[i] < simple->most[i]) {
            simple->load[i]++;
            simple->holds[exam][i] = true;
            return true;
        }
        for (uint32_t other = 0; other < EXAMS; other++) {
            if (other == exam || !simple->holds[other][i] || !simple_place(simple, other))
                continue;
            simple->holds[other][i] = false;
            simple->holds[exam][i] = true;
            return true;
        }
    }
    return false;
}

/* How many readings can be given with utilisation below load / capacity (capacity 0: with all room). */
static uint32_t simple_fill(const struct assignment_plan *plan, const struct problem *problem,
                            double below)
{
    struct simple simple = {0};
    uint32_t filled = 0;
    for (uint32_t i = 0; i < REVIEWERS; i++) {
        simple.most[i] = problem->reviewers[i].capacity;
        while (simple.most[i] > 0 &&
               (double)simple.most[i] / problem->reviewers[i].capacity >= below)
            simple.most[i]--;
        for (uint32_t e = 0; e < EXAMS; e++)
            simple.may[e][i] = assignment_eligible(plan, &problem->exams[e], i);
    }
    for (uint32_t e = 0; e < EXAMS; e++)
        for (uint32_t i = 0; i < problem->exams[e].demand; i++) {
            memset(simple.met, 0, sizeof simple.met);
            filled += simple_place(&simple, e);
        }
    return filled;
}

static void check_certificates(struct assignment_plan *plan)
{
    struct assignment_certificate certificate;
    struct assignment_quality quality;
    uint8_t seen[EXAMS] = {0};
    uint64_t shortage = 0;
    assignment_quality(plan, &quality);
    while (assignment_certificate(plan, seen, &certificate)) {
        ck_assert_uint_gt(certificate.shortage, 0);
        ck_assert_uint_eq(certificate.wanted - certificate.elsewhere - certificate.room,
                          certificate.shortage);
        shortage += certificate.shortage;
        assignment_certificate_free(&certificate);
    }
    ck_assert_uint_ge(shortage, quality.unfilled);
    ck_assert_int_eq(shortage == 0, quality.unfilled == 0);
}

START_TEST(spec_4_any_plan_is_valid_and_optimal)
{
    unsigned impossible = 0;
    state = 20;
    for (int round = 0; round < PROBLEMS; round++) {
        struct problem problem;
        struct assignment_quality quality;
        make_problem(&problem);
        struct assignment_plan *plan = solve(&problem, 1), *again = solve(&problem, 1);
        assignment_quality(plan, &quality);
        ck_assert_uint_eq(quality.violations, 0);
        for (uint32_t e = 0; e < EXAMS; e++)
            ck_assert_mem_eq(assignment_readers(plan, e), assignment_readers(again, e),
                             problem.exams[e].demand * sizeof(uint32_t));
        ck_assert_uint_eq(simple_fill(plan, &problem, 2), quality.readings - quality.unfilled);
        ck_assert_double_eq(quality.optimum, quality.max_utilisation);
        if (quality.unfilled == 0 && quality.max_utilisation > 0)
            ck_assert_uint_lt(simple_fill(plan, &problem, quality.max_utilisation - 1e-9),
                              quality.readings);
        impossible += quality.unfilled > 0;
        check_certificates(plan);
        assignment_free(plan);
        assignment_free(again);
    }
    ck_assert_uint_gt(impossible, PROBLEMS / 20); /* both kinds were met */
    ck_assert_uint_lt(impossible, PROBLEMS * 19 / 20);
}
END_TEST

/* A12: three Policy exams, two eligible readers with two places each; another category goes on. */
START_TEST(a12_three_policy_exams_two_readers)
{
    static const uint8_t seed[ASSIGNMENT_SEED] = {12};
    static const struct assignment_reviewer reviewers[] = {
        {1, 2, {0}}, {1, 2, {0}}, {2, 5, {0}}, {2, 5, {0}}};
    struct assignment_plan *plan = assignment_new(reviewers, 4, 5, seed);
    struct assignment_certificate certificate;
    struct assignment_quality quality;
    uint8_t seen[5] = {0};
    for (uint32_t e = 0; e < 5; e++) {
        struct assignment_exam exam = {.handle = e, .category = e < 3 ? 0 : 1, .demand = 2};
        (void)assignment_add(plan, &exam);
    }
    assignment_repair(plan);
    assignment_quality(plan, &quality);
    ck_assert_uint_eq(quality.unfilled, 2);
    ck_assert(assignment_certificate(plan, seen, &certificate));
    ck_assert_uint_eq(certificate.shortage, 2);
    ck_assert_uint_eq(certificate.exam_count, 3);
    ck_assert_uint_eq(certificate.wanted, 6);
    ck_assert_uint_eq(certificate.reviewer_count, 2);
    ck_assert_uint_eq(certificate.room, 4);
    for (uint32_t e = 3; e < 5; e++)
        ck_assert_uint_ne(assignment_readers(plan, e)[1], ASSIGNMENT_NOBODY);
    assignment_certificate_free(&certificate);
    ck_assert(!assignment_certificate(plan, seen, &certificate));
    assignment_free(plan);
}
END_TEST

static void fill_small_hall(uint8_t seed, uint32_t readers[EXAMS][2],
                            struct assignment_quality *quality)
{
    const uint8_t key[ASSIGNMENT_SEED] = {seed};
    struct assignment_reviewer reviewers[REVIEWERS];
    for (uint32_t i = 0; i < REVIEWERS; i++)
        reviewers[i] = (struct assignment_reviewer){.qualifications = 1, .capacity = EXAMS};
    struct assignment_plan *plan = assignment_new(reviewers, REVIEWERS, EXAMS, key);
    for (uint32_t e = 0; e < EXAMS; e++) {
        struct assignment_exam exam = {.handle = e, .demand = 2};
        ck_assert_uint_eq(assignment_add(plan, &exam), 0);
        memcpy(readers[e], assignment_readers(plan, e), sizeof readers[e]);
    }
    assignment_quality(plan, quality);
    assignment_free(plan);
}

/* SPEC 4.1: the published hash of a seed would promise nothing, were the readers of a small hall the
 * same with any other. */
START_TEST(spec_4_1_the_seed_decides_in_a_small_hall)
{
    uint32_t first[EXAMS][2], again[EXAMS][2], met[REVIEWERS] = {0}, firsts = 0;
    struct assignment_quality quality;
    fill_small_hall(0, first, &quality);
    fill_small_hall(0, again, &quality);
    ck_assert_mem_eq(first, again, sizeof first);
    for (uint8_t seed = 1; seed < 64; seed++) {
        uint32_t other[EXAMS][2];
        fill_small_hall(seed, other, &quality);
        ck_assert_int_ne(memcmp(first, other, sizeof first), 0);
        ck_assert_uint_eq(quality.violations + quality.unfilled, 0);
        ck_assert_uint_le(quality.max_pair, 2); /* 14 exams, 36 pairs */
        met[other[0][0]]++;
    }
    for (uint32_t i = 0; i < REVIEWERS; i++)
        firsts += met[i] > 0;
    ck_assert_uint_eq(firsts, REVIEWERS); /* anybody may be the first exam's first reader */
}
END_TEST

/* SPEC 4.2: what is opened stays, whatever the load. */
START_TEST(spec_4_2_opened_is_not_moved)
{
    struct problem problem;
    state = 7;
    make_problem(&problem);
    const uint8_t key[ASSIGNMENT_SEED] = {1};
    struct assignment_plan *plan = assignment_new(problem.reviewers, REVIEWERS, EXAMS, key);
    uint32_t before[EXAMS / 2][ASSIGNMENT_DEMAND_MAX];
    for (uint32_t e = 0; e < EXAMS / 2; e++) {
        (void)assignment_add(plan, &problem.exams[e]);
        memcpy(before[e], assignment_readers(plan, e), problem.exams[e].demand * sizeof(uint32_t));
        for (uint32_t i = 0; i < problem.exams[e].demand; i++)
            if (before[e][i] != ASSIGNMENT_NOBODY)
                assignment_open(plan, e, i);
    }
    for (uint32_t e = EXAMS / 2; e < EXAMS; e++)
        (void)assignment_add(plan, &problem.exams[e]);
    assignment_repair(plan);
    for (uint32_t e = 0; e < EXAMS / 2; e++)
        for (uint32_t i = 0; i < problem.exams[e].demand; i++)
            if (before[e][i] != ASSIGNMENT_NOBODY)
                ck_assert_uint_eq(assignment_readers(plan, e)[i], before[e][i]);
    assignment_free(plan);
}
END_TEST

static void count_loads(const struct assignment_plan *plan, const struct problem *problem,
                        uint32_t loads[REVIEWERS])
{
    memset(loads, 0, REVIEWERS * sizeof *loads);
    for (uint32_t e = 0; e < EXAMS; e++)
        for (uint32_t i = 0; i < problem->exams[e].demand; i++)
            if (assignment_readers(plan, e)[i] != ASSIGNMENT_NOBODY)
                loads[assignment_readers(plan, e)[i]]++;
}

/* SPEC 4.7: loads, gaps, opened readings and max_pair are as good as before, and no exam is read by
 * whom it excludes; only the lottery shrinks, and in most problems it does. */
START_TEST(spec_4_7_severity_changes_nothing_else)
{
    unsigned shrunk = 0;
    state = 47;
    for (int round = 0; round < PROBLEMS; round++) {
        struct problem problem;
        struct assignment_quality before, after;
        int32_t severities[REVIEWERS];
        uint32_t loads[REVIEWERS], then[REVIEWERS], opened = draw(EXAMS), reader;
        make_problem(&problem);
        for (uint32_t i = 0; i < REVIEWERS; i++)
            severities[i] = (int32_t)draw(401) - 200;
        struct assignment_plan *plan = solve(&problem, 1);
        assignment_open(plan, opened, 0);
        reader = assignment_readers(plan, opened)[0];
        assignment_quality(plan, &before);
        count_loads(plan, &problem, loads);
        double lottery = assignment_lottery(plan, severities);
        uint64_t swaps = assignment_balance(plan, severities);
        assignment_quality(plan, &after);
        count_loads(plan, &problem, then);
        ck_assert_mem_eq(loads, then, sizeof loads);
        ck_assert_uint_eq(after.violations, 0);
        ck_assert_uint_eq(after.unfilled, before.unfilled);
        ck_assert_uint_le(after.max_pair, before.max_pair);
        ck_assert_double_eq(after.optimum, before.optimum);
        ck_assert_uint_eq(assignment_readers(plan, opened)[0], reader);
        ck_assert_int_eq(assignment_lottery(plan, severities) < lottery, swaps > 0);
        ck_assert_double_le(assignment_lottery(plan, severities), lottery);
        shrunk += swaps > 0;
        assignment_free(plan);
    }
    ck_assert_uint_gt(shrunk, PROBLEMS / 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("exam_assignment");
    TCase *tests = tcase_create("spec 4");
    tcase_add_test(tests, spec_4_any_plan_is_valid_and_optimal);
    tcase_add_test(tests, a12_three_policy_exams_two_readers);
    tcase_add_test(tests, spec_4_1_the_seed_decides_in_a_small_hall);
    tcase_add_test(tests, spec_4_2_opened_is_not_moved);
    tcase_add_test(tests, spec_4_7_severity_changes_nothing_else);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
