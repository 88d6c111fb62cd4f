/* links: endorsectl_commands wf_base */
/* Exam SPEC 6.7: the page of a running installation: random names, counts where readings are few. */
#include "command_exam.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char few[] =
    "{\"papers\": 3, \"few_below\": 30, \"severity\": [], \"forms\": [{\"form\": \"mentor-1\", "
    "\"language\": \"en\", "
    "\"papers\": 3, \"third_read\": 1, \"committees\": 0, \"passed\": 2, \"blindness\": {\"no\": "
    "6, \"suspect\": 1, "
    "\"yes\": 0}, \"anonymity\": {\"k\": 3, \"k_pooled\": 4, \"few\": true}}], \"agreement\": "
    "[{\"form\": \"mentor-1\", "
    "\"score\": \"total\", \"n\": 3, \"exact_count\": 2, \"adjacent_count\": 3, \"few\": true}]}";
static const char many[] = "{\"papers\": 40, \"few_below\": 30, \"forms\": [{\"form\": "
                           "\"mentor-1\", \"language\": \"en\", \"papers\": 40, "
                           "\"third_read\": 1, \"committees\": 0, \"passed\": 2, \"blindness\": "
                           "{\"no\": 70, \"suspect\": 5, \"yes\": 5, "
                           "\"index\": 0.90625, \"known_least\": 0.027, \"known_most\": 0.138}, "
                           "\"anonymity\": {\"k\": 40, \"k_pooled\": 40, "
                           "\"few\": false}}], \"agreement\": [{\"form\": \"mentor-1\", \"score\": "
                           "\"trait2\", \"n\": 40, \"exact_count\": 30, "
                           "\"adjacent_count\": 40, \"few\": false, \"exact\": 0.75, \"adjacent\": "
                           "1.0, \"kappa_linear\": 0.6, "
                           "\"kappa_quadratic\": 0.7125, \"icc_1_1\": 0.7, \"icc_1_1_least\": "
                           "0.55, \"icc_1_1_most\": 0.8, \"icc_1_2\": 0.82, "
                           "\"smd\": 0.01}], \"severity\": [{\"form\": \"mentor-1\", \"reader\": "
                           "\"0JWXG3CTBHHQZ66V2M8W4X82CA\", \"n\": 40, "
                           "\"severity\": -0.25, \"least\": -0.4, \"most\": -0.1}]}";

static char page[16384 * 4];

static void write_page(const char *json)
{
    char path[] = "/tmp/endorse-stats-page-XXXXXX";
    struct wf_error error = {0};
    json_t *value = json_loads(json, 0, NULL);
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    (void)close(file);
    ck_assert_ptr_nonnull(value);
    ck_assert_msg(ctl_exam_page(value, path, &error) == 0, "%s", error.text);
    FILE *stream = fopen(path, "r");
    ck_assert_ptr_nonnull(stream);
    page[fread(page, 1, sizeof page - 1, stream)] = '\0';
    (void)fclose(stream);
    (void)unlink(path);
    json_decref(value);
}

#define HAS(text) ck_assert_msg(strstr(page, text) != NULL, "not on the page: %s", text)
#define LACKS(text) ck_assert_msg(strstr(page, text) == NULL, "on the page: %s", text)

START_TEST(spec_6_7_few_readings_are_counts)
{
    write_page(few);
    HAS("Released papers: 3.");
    HAS("mentor-1, en");
    HAS("<td>6 / 1 / 0</td>");
    HAS("<td>3</td><td>4 (too few)</td>");
    HAS("mentor-1, total");
    HAS("2 of 3 the same");
    HAS("too few readings");
    LACKS("not defined by these readings");
    LACKS("Severe and lenient");
}
END_TEST

START_TEST(spec_6_7_many_readings_are_figures_under_random_names)
{
    write_page(many);
    HAS("mentor-1, trait 2");
    HAS("0.713");
    HAS("0.55 to 0.80");
    HAS("<td>0.91</td><td>0.03 to 0.14</td>");
    HAS("Reader 0JWXG3CT\u2026");
    HAS("0JWXG3CTBHHQZ66V2M8W4X82CA, mentor-1");
    HAS("-0.40 to -0.10");
    LACKS("too few");
}
END_TEST

START_TEST(spec_6_7_nothing_yet_is_said)
{
    write_page(
        "{\"papers\": 0, \"few_below\": 30, \"forms\": [], \"agreement\": [], \"severity\": []}");
    HAS("Nothing can be shown yet");
    LACKS("Same score");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("exam_running_page");
    TCase *tests = tcase_create("page");
    tcase_add_test(tests, spec_6_7_few_readings_are_counts);
    tcase_add_test(tests, spec_6_7_many_readings_are_figures_under_random_names);
    tcase_add_test(tests, spec_6_7_nothing_yet_is_said);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
