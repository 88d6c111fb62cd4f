/* links: wf_exam */
/* Every rule of a rule pack by a table, and the packs and files that are refused (SPEC 1 and 2). */
#include "rules_apply.h"
#include "rules_file.h"
#include "scores_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PACKS WF_SOURCE_DIR "/deploy/exam/rules/"

static const struct adjudicate_pack base = {.total_column = 1,
                                            .total_most = 20,
                                            .unit_total = true,
                                            .total_tolerance = 200,
                                            .combine = ADJUDICATE_COMBINE_MEDIAN,
                                            .unasked = ADJUDICATE_UNASKED_IGNORED,
                                            .committee_span = 200,
                                            .pass_percent = 80};

enum { NO = -1 };

/* a, b, third (NO: none): the path and the score, in hundredths (NO: undecided) */
#define CASES(X)                                                                                   \
    X(a2_three_sheets_median, MEAN, MEDIAN, SIDES, 12, 15, 14, THIRD, 1400)                        \
    X(a2_third_is_wanted, MEAN, MEDIAN, SIDES, 12, 15, NO, THIRD_WANTED, NO)                       \
    X(a3_cusp_on, MEAN, MEDIAN, SIDES, 15, 16, NO, THIRD_WANTED, NO)                               \
    X(a3_cusp_off, MEAN, MEDIAN, OFF, 15, 16, NO, PAIR, 1550)                                      \
    X(a4_three_span_more_than_twice, MEAN, MEDIAN, SIDES, 10, 13, 15, COMMITTEE_WANTED, NO)        \
    X(a4_three_span_just_twice, MEAN, MEDIAN, SIDES, 10, 13, 14, THIRD, 1300)                      \
    X(within_mean, MEAN, MEDIAN, OFF, 11, 12, NO, PAIR, 1150)                                      \
    X(within_sum, SUM, MEDIAN, OFF, 11, 12, NO, PAIR, 2300)                                        \
    X(within_higher, HIGHER, MEDIAN, OFF, 11, 12, NO, PAIR, 1200)                                  \
    X(within_first, FIRST, MEDIAN, OFF, 11, 12, NO, PAIR, 1100)                                    \
    X(third_unasked_ignored, MEAN, MEDIAN, OFF, 11, 12, 20, PAIR, 1150)                            \
    X(combine_none, MEAN, NONE, OFF, 1, 12, NO, PAIR, 650)                                         \
    X(combine_replace, MEAN, REPLACE, OFF, 10, 13, 12, THIRD, 1200)                                \
    X(combine_replace_doubled, SUM, REPLACE, OFF, 10, 13, 12, THIRD, 2400)                         \
    X(combine_median_doubled, SUM, MEDIAN, OFF, 10, 13, 9, THIRD, 2000)                            \
    X(combine_mean3_half_up, MEAN, MEAN3, OFF, 10, 13, 12, THIRD, 1167)                            \
    X(combine_mean3_down, MEAN, MEAN3, OFF, 10, 13, 11, THIRD, 1133)                               \
    X(combine_nearest, MEAN, NEAREST_PAIR, OFF, 10, 13, 11, THIRD, 1050)                           \
    X(combine_nearest_tie_is_higher, MEAN, NEAREST_PAIR, OFF, 10, 14, 12, THIRD, 1300)

#define CASE(name, inside, three, cusp_, a, b, c, path_, score_)                                   \
    START_TEST(name)                                                                               \
    {                                                                                              \
        struct adjudicate_pack pack = base;                                                        \
        struct adjudicate_result result, mirrored;                                                 \
        struct adjudicate_sheet sheets[3] = {                                                      \
            {.whole = true, .total = (a)}, {.whole = true, .total = (b)}, {0}};                    \
        sheets[2] = (struct adjudicate_sheet){.whole = (c) != NO, .total = (c)};                   \
        pack.within = ADJUDICATE_WITHIN_##inside;                                                  \
        pack.combine = ADJUDICATE_COMBINE_##three;                                                 \
        pack.cusp = ADJUDICATE_CUSP_##cusp_;                                                       \
        adjudicate(&pack, sheets, &result);                                                        \
        ck_assert_int_eq(result.path, ADJUDICATE_PATH_##path_);                                    \
        ck_assert_int_eq(result.decided, (score_) != NO);                                          \
        if ((score_) != NO)                                                                        \
            ck_assert_int_eq(result.score, (score_));                                              \
        if (pack.within == ADJUDICATE_WITHIN_FIRST)                                                \
            return; /* the only rule for which the order of two readers counts */                  \
        struct adjudicate_sheet turned[3] = {sheets[1], sheets[0], sheets[2]};                     \
        adjudicate(&pack, turned, &mirrored);                                                      \
        ck_assert_mem_eq(&result, &mirrored, sizeof result);                                       \
    }                                                                                              \
    END_TEST
CASES(CASE)
#undef CASE

static struct adjudicate_pack pack8;
static void core_case(const int32_t *a, const int32_t *b, unsigned triggers)
{
    struct adjudicate_result result;
    struct adjudicate_sheet sheets[3] = {{.whole = true}, {.whole = true}, {0}};
    memcpy(sheets[0].criteria, a, sizeof sheets[0].criteria);
    memcpy(sheets[1].criteria, b, sizeof sheets[1].criteria);
    adjudicate(&pack8, sheets, &result);
    ck_assert_uint_eq(result.triggers, triggers);
}

START_TEST(spec_1_3_core)
{
    struct wf_error error;
    static const int32_t level[] = {4, 4, 3, 5, 4, 4}, one_short[] = {4, 3, 3, 5, 4, 4},
                         two_short[] = {3, 3, 3, 5, 4, 4}, one_above[] = {4, 5, 3, 5, 4, 4},
                         voice_far[] = {4, 4, 5, 5, 4, 4};
    ck_assert_int_eq(rules_file_read(PACKS "asap-8.conf", &pack8, &error), 0);
    core_case(level, one_short, ADJUDICATE_BY_CUSP);
    core_case(one_short, level, ADJUDICATE_BY_CUSP);
    core_case(level, level, 0);
    core_case(level, two_short, 0);
    core_case(level, one_above, 0);
    core_case(level, voice_far, ADJUDICATE_BY_CRITERION);
}
END_TEST

START_TEST(spec_1_6_whole_exam_and_appeal)
{
    struct adjudicate_pack pack;
    struct wf_error error;
    ck_assert_int_eq(rules_file_read(PACKS "endorsement.conf", &pack, &error), 0);
    ck_assert(adjudicate_exam_passed(&pack, 48, 60, false, true, false));
    ck_assert(!adjudicate_exam_passed(&pack, 47, 60, false, true, false));
    ck_assert(adjudicate_exam_passed(&pack, 0, 60, true, true, false));
    ck_assert(adjudicate_exam_passed(&pack, 48, 60, false, false, true));
    ck_assert_int_eq(adjudicate_appeal(&pack, 1500, 1400), 1500);
    ck_assert_int_eq(adjudicate_appeal(&pack, 1500, 1600), 1600);
    pack.carry_forward = pack.never_lower = false;
    ck_assert(!adjudicate_exam_passed(&pack, 0, 60, true, true, false));
    ck_assert_int_eq(adjudicate_appeal(&pack, 1500, 1400), 1400);
}
END_TEST

static char path[] = "/tmp/endorse-exam-XXXXXX";

static void write_file(const char *text, size_t length)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

#define TOTAL "total { column = \"domain1\" least = 0 most = 9 }\n"
#define HEAD "name = \"x\"\nversion = 1\nset = 0\n" TOTAL
#define PASS "within = \"mean\"\ncombine = \"none\"\npass_percent = 80\n"
#define WHOLE "part_one_percent = 80\ncarry_forward = true\nnever_lower_on_appeal = true\n"
#define CRITERION(more) "criterion \"trait1\" { least = 0 most = 3 " more " }\n"
static const struct {
    const char *text, *said;
} refused_packs[] = {
    {HEAD "within = \"mean\"\ncombine = \"none\"\nwhatever = 1\n", ":7: "},
    {HEAD "within = \"sideways\"\n", ":5: within: there is no \"sideways\""},
    {HEAD "combine = \"none\"\n", "within is missing"},
    {HEAD "within = \"mean\"\n", "combine is missing"},
    {HEAD "unit = {\"total\"}\nwithin = \"mean\"\ncombine = \"median\"\n",
     "total_tolerance is missing"},
    {HEAD "unit = {\"criterion\"}\n", "no criterion is there"},
    {HEAD "unit = {\"total\"}\ntotal_tolerance = 1\nwithin = \"mean\"\ncombine = \"none\"\n",
     "combine is none"},
    {HEAD "unit = {\"total\"}\ntotal_tolerance = 1\nwithin = \"mean\"\ncombine = \"median\"\n",
     "cusp is missing"},
    {HEAD "unit = {\"total\"}\ntotal_tolerance = 1\nwithin = \"mean\"\ncombine = \"median\"\n"
          "cusp = \"sides\"\n",
     "no pass_percent"},
    {HEAD "within = \"mean\"\ncombine = \"none\"\ntotal_tolerance = 1\n", "has no effect"},
    {HEAD "within = \"mean\"\ncombine = \"none\"\npass_percent = 101\n", "must be 0 to 100"},
    {"name = \"x\"\nversion = 1\nset = 0\n", "total is missing"},
    {HEAD TOTAL "within = \"mean\"\ncombine = \"none\"\n", "total is there twice"},
    {HEAD PASS "carry_forward = true\nnever_lower_on_appeal = true\n",
     "part_one_percent is missing"},
    {HEAD PASS "part_one_percent = 80\nnever_lower_on_appeal = true\n", "carry_forward is missing"},
    {HEAD PASS "part_one_percent = 80\ncarry_forward = false\n",
     "never_lower_on_appeal is missing"},
    {HEAD "within = \"mean\"\ncombine = \"none\"\nnever_lower_on_appeal = true\n",
     "no pass_percent"},
    {HEAD CRITERION("floor = 4") PASS WHOLE, "floor must be 0 to 3"},
    {HEAD CRITERION("floor = 0") "within = \"mean\"\ncombine = \"none\"\n", "no pass_percent"},
    {HEAD CRITERION("core = true") PASS WHOLE, "core has no effect"},
    {"name = \"x\"\nset = 0\n" TOTAL, "version is missing"},
};

START_TEST(spec_1_packs_that_are_refused)
{
    struct adjudicate_pack pack;
    struct wf_error error = {0};
    write_file(refused_packs[_i].text, strlen(refused_packs[_i].text));
    ck_assert_int_eq(rules_file_read(path, &pack, &error), -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
    ck_assert_msg(strstr(error.text, refused_packs[_i].said) != NULL, "%s", error.text);
    ck_assert_ptr_nonnull(strstr(error.text, path));
}
END_TEST

START_TEST(spec_1_shipped_packs_are_read)
{
    static const char *const names[] = {"asap-1", "asap-2",     "asap-2-domain2", "asap-3",
                                        "asap-4", "asap-5",     "asap-6",         "asap-7",
                                        "asap-8", "endorsement"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char file[512];
        struct adjudicate_pack pack;
        struct wf_error error = {0};
        (void)snprintf(file, sizeof file, PACKS "%s.conf", names[i]);
        ck_assert_msg(rules_file_read(file, &pack, &error) == 0, "%s", error.text);
        ck_assert_str_eq(pack.name, names[i]);
    }
}
END_TEST

#define COLUMNS "essay_id,essay_set,rater1_domain1,rater2_domain1,rater3_domain1,domain1_score\n"
static const struct {
    const char *text;
    size_t length;
    const char *said;
} refused_scores[] = {
#define TEXT(text) (text), sizeof(text) - 1
    {TEXT("essay_id,essay_set,rater1_domain1\n1,1,2\n"), ":1: the column is missing"},
    {TEXT("essay_id,essay_id,essay_set,rater1_domain1,rater2_domain1\n"), "there twice"},
    {TEXT(COLUMNS "1,1,2,x,,4\n"), ":2: a score is a whole number"},
    {TEXT(COLUMNS "1,1,2,2.5,,4\n"), ":2: a score is a whole number"},
    {TEXT(COLUMNS "1,1,2,-1,,4\n"), ":2: a score is a whole number"},
    {TEXT(COLUMNS "1,1,2,1001,,4\n"), "1000 points at most"},
    {TEXT(COLUMNS "1,1,2,2\n"), ":2: the line has 4 cells, the header 6"},
    {TEXT(COLUMNS "1,0,2,2,,4\n"), "essay_set"},
    {TEXT(COLUMNS ",1,2,2,,4\n"), "essay_id"},
    {TEXT(COLUMNS "\"1,1,2,2,,4\n"), "a quote is not closed"},
    {TEXT(COLUMNS "1,1,2,\"2\"\",,4\n"), "a quote is not closed"},
    {TEXT(COLUMNS "1,1,2,\"2\"3,,4\n"), "text after a closing quote"},
    {TEXT(COLUMNS "1,1,2\0,2,,4\n"), ":2: the line holds a NUL"},
    {TEXT(COLUMNS), "holds no row"},
};

START_TEST(spec_2_1_files_that_are_refused)
{
    struct scores_file file;
    struct wf_error error = {0};
    write_file(refused_scores[_i].text, refused_scores[_i].length);
    ck_assert_int_eq(scores_file_read(path, &file, &error), -1);
    ck_assert_msg(strstr(error.text, refused_scores[_i].said) != NULL, "%s", error.text);
}
END_TEST

START_TEST(spec_2_1_what_a_reader_of_files_takes)
{
    static const char text[] =
        "\xef\xbb\xbf\"essay_set\",essay_id,remark,rater1_domain1,rater2_domain1,"
        "rater3_trait6\r\n1.0,\"a\"\"7\",\"well, \"\"very\"\" "
        "well\",\"4.0\",,6\r\n\r\n1,a-7,,3,2,\n";
    struct scores_file file;
    struct wf_error error = {0};
    write_file(text, sizeof text - 1);
    ck_assert_msg(scores_file_read(path, &file, &error) == 0, "%s", error.text);
    ck_assert_uint_eq(file.count, 2);
    ck_assert_str_eq(file.rows[0].essay, "a\"7");
    ck_assert_int_eq(file.rows[0].domain[0][0], 4);
    ck_assert_int_eq(file.rows[0].domain[1][0], SCORES_MISSING);
    ck_assert_int_eq(file.rows[0].trait[2][5], 6);
    ck_assert_int_eq(file.rows[1].trait[2][5], SCORES_MISSING);
    scores_file_free(&file);
}
END_TEST

START_TEST(spec_1_1_score_outside_the_rubric)
{
    static const char text[] = COLUMNS "1,1,2,3,,5\n2,1,2,7,,9\n";
    struct adjudicate_result results[2];
    struct adjudicate_pack pack;
    struct rules_counts counts;
    struct scores_file file;
    struct wf_error error = {0};
    size_t places[2];
    write_file(text, sizeof text - 1);
    ck_assert_int_eq(rules_file_read(PACKS "asap-1.conf", &pack, &error), 0);
    ck_assert_int_eq(scores_file_read(path, &file, &error), 0);
    ck_assert_int_eq(rules_apply(&pack, &file, results, places, &counts, &error), -1);
    ck_assert_ptr_nonnull(
        strstr(error.text, ":3: reader 2 gave 7 for the total; the rubric has 1 to 6"));
    scores_file_free(&file);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("exam_rules");
    TCase *tests = tcase_create("spec 1 and 2");
    int descriptor = mkstemp(path);
    if (descriptor < 0 || close(descriptor))
        return EXIT_FAILURE;
#define CASE(name, ...) tcase_add_test(tests, name);
    CASES(CASE)
#undef CASE
    tcase_add_test(tests, spec_1_3_core);
    tcase_add_test(tests, spec_1_6_whole_exam_and_appeal);
    tcase_add_loop_test(tests, spec_1_packs_that_are_refused, 0,
                        sizeof refused_packs / sizeof *refused_packs);
    tcase_add_test(tests, spec_1_shipped_packs_are_read);
    tcase_add_loop_test(tests, spec_2_1_files_that_are_refused, 0,
                        sizeof refused_scores / sizeof *refused_scores);
    tcase_add_test(tests, spec_2_1_what_a_reader_of_files_takes);
    tcase_add_test(tests, spec_1_1_score_outside_the_rubric);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    (void)unlink(path);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
