/* links: wf_exam */
/* Statistics against tables whose results are published or computed by hand (SPEC 3). */
#include "stats_blind.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

/* A15: the 6 x 4 table of Shrout and Fleiss. */
START_TEST(a15_shrout_and_fleiss)
{
    static const double table[] = {9, 2, 5, 8, 6,  1, 3, 2, 8, 4, 6, 8,
                                   7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7};
    struct stats_icc icc;
    stats_icc(table, 6, 4, &icc);
    ck_assert_double_eq_tol(icc.one_single, .166, .0005);
    ck_assert_double_eq_tol(icc.two_single, .290, .0005);
    ck_assert_double_eq_tol(icc.three_single, .715, .0005);
    ck_assert_double_eq_tol(icc.one_mean, .443, .0005);
    ck_assert_double_eq_tol(icc.two_mean, .620, .0005);
    ck_assert_double_eq_tol(icc.three_mean, .909, .0005);
    /* the limits that R's psych package gives for the same table */
    ck_assert_double_eq_tol(icc.one_single_within.least, -.133, .0005);
    ck_assert_double_eq_tol(icc.one_single_within.most, .723, .0005);
    ck_assert_double_eq_tol(icc.one_mean_within.least, -.884, .0015);
    ck_assert_double_eq_tol(icc.one_mean_within.most, .912, .0005);
}
END_TEST

/* Four pairs: 1-1, 1-2, 2-2, 3-2.  Seen squares 2; by chance (1*(16-..)): rows 2 1 1, columns 1 3 0. */
START_TEST(spec_3_1_by_hand)
{
    static const int32_t first[] = {1, 1, 2, 3}, second[] = {1, 2, 2, 2};
    struct stats_agreement seen;
    stats_agreement(first, second, 4, &seen);
    ck_assert_uint_eq(seen.exact, 2);
    ck_assert_uint_eq(seen.adjacent, 4);
    /* chance: (1,2) 2*3 + (2,1) 1*1 + (3,2) 1*3 of weight 1, (3,1) 1*1 of weight 2 or 4 */
    ck_assert_double_eq_tol(seen.kappa_linear, 1 - 2 * 4 / 12., 1e-12);
    ck_assert_double_eq_tol(seen.kappa_quadratic, 1 - 2 * 4 / 14., 1e-12);
    /* means 1.75 and 1.75: no shift */
    ck_assert_double_eq_tol(seen.smd, 0, 1e-12);
    /* between: 2*(.5625 + .0625 + .0625 + .5625)/3; within: (0 + .5 + 0 + .5)/4 */
    ck_assert_double_eq_tol(seen.icc_1_1, (2.5 / 3 - .25) / (2.5 / 3 + .25), 1e-12);
    ck_assert_double_eq_tol(seen.icc_1_2, (2.5 / 3 - .25) / (2.5 / 3), 1e-12);
}
END_TEST

START_TEST(spec_3_2_undefined_is_not_a_number)
{
    static const int32_t same[] = {3, 3, 3};
    struct stats_agreement seen;
    stats_agreement(same, same, 3, &seen);
    ck_assert_uint_eq(seen.exact, 3);
    ck_assert(isnan(seen.kappa_quadratic) && isnan(seen.kappa_linear));
    ck_assert(isnan(seen.icc_1_1) && isnan(seen.smd));
    stats_agreement(same, same, 0, &seen);
    ck_assert(isnan(seen.kappa_quadratic));
}
END_TEST

/* Not everybody reads everything: the effect is found all the same, and shrunk. */
/* Rounding must not stand in for a difference that is not there. */
START_TEST(spec_3_3_a_table_without_differences_defines_nothing)
{
    double table[40 * 3], readers[40 * 3];
    struct stats_icc icc;
    for (size_t i = 0; i < 40 * 3; i++) {
        table[i] = 2;
        readers[i] = i % 3 == 0 ? 2 : 3;
    }
    stats_icc(table, 40, 3, &icc);
    ck_assert(isnan(icc.one_single) && isnan(icc.two_single) && isnan(icc.three_single));
    ck_assert(isnan(icc.one_mean) && isnan(icc.two_mean) && isnan(icc.three_mean));
    stats_icc(readers, 40, 3, &icc); /* the readers differ, the papers do not */
    ck_assert_double_eq_tol(icc.one_single, -.5, 1e-12);
    ck_assert(isnan(icc.three_single) && isnan(icc.one_mean) && isnan(icc.three_mean));
}
END_TEST

START_TEST(spec_3_2_papers_that_are_all_alike)
{
    int32_t first[61], second[61];
    struct stats_agreement seen;
    for (int32_t i = 0; i < 61; i++) {
        first[i] = 3 + i % 2;
        second[i] = 4 - i % 2;
    }
    stats_agreement(first, second, 61, &seen);
    ck_assert_double_eq_tol(seen.icc_1_1, -1, 1e-12);
    ck_assert(isnan(seen.icc_1_2));
    ck_assert(isnan(seen.icc_1_2_within.least) && isnan(seen.icc_1_2_within.most));
}
END_TEST

START_TEST(spec_3_4_severity_of_an_incomplete_table)
{
    struct stats_observation observations[60];
    struct stats_severity severity[3];
    static const double effect[] = {-1, 0, 1};
    for (uint32_t i = 0; i < 60; i++) {
        uint32_t exam = i / 2, reader = (exam + i % 2) % 3;
        observations[i] = (struct stats_observation){exam, reader, 3 + (exam % 4) + effect[reader]};
    }
    stats_severity(observations, 60, 30, 3, severity);
    for (int i = 0; i < 3; i++) {
        ck_assert_uint_eq(severity[i].n, 20);
        ck_assert_double_eq_tol(severity[i].raw, effect[i], 1e-6);
        ck_assert_double_eq_tol(severity[i].shrunk, effect[i] * 20 / 30, 1e-6);
        ck_assert(severity[i].least <= severity[i].shrunk &&
                  severity[i].shrunk <= severity[i].most);
    }
}
END_TEST

START_TEST(spec_3_5_lottery_by_hand)
{
    /* cut 2: readers 0 and 1 pass the first exam, 0 and 2 both, 1 and 2 the first */
    static const int32_t table[] = {2, 3, 2, 3, 0, 1};
    static const uint32_t order[] = {2, 1, 0};
    struct stats_lottery lottery;
    stats_lottery(table, 2, 3, 2, NULL, &lottery);
    ck_assert_uint_eq(lottery.pairs, 3);
    ck_assert_double_eq(lottery.least, .5);
    ck_assert_double_eq(lottery.most, 1);
    stats_lottery(table, 2, 3, 2, order, &lottery);
    ck_assert_uint_eq(lottery.pairs, 1);
    ck_assert_double_eq(lottery.least, 1);
}
END_TEST

START_TEST(spec_3_6_blindness_by_hand)
{
    struct stats_blindness seen;
    stats_blindness(15, 4, 1, &seen);
    ck_assert_double_eq_tol(seen.index, .85, 1e-12);
    /* 1 of 20 after Wilson: 0.9 % to 23.6 % */
    ck_assert_double_eq_tol(seen.known.least, .0089, .0001);
    ck_assert_double_eq_tol(seen.known.most, .2361, .0001);
    stats_blindness(0, 0, 0, &seen);
    ck_assert(isnan(seen.index) && isnan(seen.known.least));
    stats_blindness(0, 0, 3, &seen);
    ck_assert_double_eq(seen.index, 0);
}
END_TEST

/* Cohort 0 has three writers, cohort 1 one; both are of one pool.  Reader 1 knows two of the three. */
START_TEST(spec_3_7_gauge_by_hand)
{
    static const struct stats_writer writers[] = {{0, 0}, {0, 0}, {0, 0}, {1, 0}};
    static const bool excluded[] = {false, true, false, true, false, false, false, false};
    struct stats_gauge gauge[2];
    stats_gauge(writers, 4, NULL, 0, 2, gauge);
    ck_assert_uint_eq(gauge[0].alone, 3);
    ck_assert_uint_eq(gauge[1].alone, 1);
    ck_assert_uint_eq(gauge[1].pooled, 4);
    stats_gauge(writers, 4, excluded, 2, 2, gauge);
    ck_assert_uint_eq(gauge[0].alone, 1);
    ck_assert_uint_eq(gauge[0].pooled, 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("exam_stats");
    TCase *tests = tcase_create("spec 3");
    tcase_add_test(tests, a15_shrout_and_fleiss);
    tcase_add_test(tests, spec_3_1_by_hand);
    tcase_add_test(tests, spec_3_2_undefined_is_not_a_number);
    tcase_add_test(tests, spec_3_3_a_table_without_differences_defines_nothing);
    tcase_add_test(tests, spec_3_2_papers_that_are_all_alike);
    tcase_add_test(tests, spec_3_4_severity_of_an_incomplete_table);
    tcase_add_test(tests, spec_3_5_lottery_by_hand);
    tcase_add_test(tests, spec_3_6_blindness_by_hand);
    tcase_add_test(tests, spec_3_7_gauge_by_hand);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
