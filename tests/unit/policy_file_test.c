/* links: wf_policy */
/* Reading deploy/policy: layers, and every error with file and line. */
#include "wf_policy.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWN_HEAD                                                                                   \
    "association \"Own\" {\n name = \"Own\"\n time_zone = \"America/Denver\"\n locale = en\n"      \
    " disclaimer = \"none\"\n shows_inactive = false regions = \"US-CO\"\n judged_by = decision\n" \
    " exam_judged_by = decision\n}\n" /* nine lines: what follows begins on line 10 */

static char folder[64];
static struct wf_policy_book *book;
static struct wf_error error;

static void file_write(const char *name, const char *text)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

static void network_copy(void)
{
    static char text[65536];
    FILE *file = fopen(WF_SOURCE_DIR "/deploy/policy/network.conf", "r");
    ck_assert_ptr_nonnull(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    text[length] = '\0';
    (void)fclose(file);
    file_write("network.conf", text);
}

static void setup(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/policy-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    book = calloc(1, sizeof *book);
    ck_assert_ptr_nonnull(book);
    error = (struct wf_error){.code = WF_OK};
    network_copy();
}

static void teardown(void)
{
    static const char *const names[] = {"network.conf", "Own.conf"};
    char path[128];
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
    free(book);
}

/* `expected` is the beginning of the error: file, line, reason. */
static void fails(const char *own, const char *expected)
{
    book->count = 7;
    file_write("Own.conf", own);
    ck_assert_int_eq(wf_policy_read(folder, book, &error), -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
    ck_assert_msg(strncmp(error.text, expected, strlen(expected)) == 0, "%s", error.text);
    ck_assert_int_eq(book->count, 7); /* unchanged */
}

START_TEST(own_figure_wins_and_the_rest_is_inherited)
{
    file_write("Own.conf", OWN_HEAD "edition \"2024-06-01\" {\n reviewers = 2\n category \"FS\" "
                                    "{\n training_hours = 40\n }\n}\n");
    ck_assert_msg(wf_policy_read(folder, book, &error) == 0, "%s", error.text);
    const struct wf_association *own = wf_policy_association(book, "Own");
    ck_assert_ptr_nonnull(own);
    wf_date before = 0;
    wf_date after = 0;
    ck_assert(wf_date_parse("2024-05-31", &before) && wf_date_parse("2025-03-01", &after));
    const struct wf_edition *old = wf_policy_edition(own, before);
    const struct wf_edition *new = wf_policy_edition(own, after);
    ck_assert_int_eq(old->reviewers, 1);
    ck_assert_int_eq(old->categories[2].training_hundredths, 3000);
    ck_assert_str_eq(new->name, "2025-01-01"); /* the network's, with the own figures over it */
    ck_assert_int_eq(new->reviewers, 2);
    ck_assert_int_eq(new->categories[2].training_hundredths, 4000);
    ck_assert(old->categories[5].exam && !new->categories[5].exam);
    ck_assert_ptr_null(wf_policy_association(book, "Nobody"));
}
END_TEST

START_TEST(before_the_first_edition_the_first_one_holds)
{
    file_write("Own.conf", OWN_HEAD);
    ck_assert_msg(wf_policy_read(folder, book, &error) == 0, "%s", error.text);
    const struct wf_association *own = wf_policy_association(book, "Own");
    ck_assert_str_eq(wf_policy_edition(own, -20000)->name, "2000-01-01");
}
END_TEST

static const struct {
    const char *own, *expected;
} mistakes[] = {
    {OWN_HEAD "edition \"2024-01-01\" {\n reviewer = 2\n}\n", "Own.conf:11: no such option"},
    {OWN_HEAD "edition \"2024-01-01\" {\n reviewers = two\n}\n",
     "Own.conf:11: reviewers: \"two\" is not a whole number"},
    {OWN_HEAD "edition \"2024-01-01\" {\n reviewers = 5\n}\n",
     "Own.conf:11: reviewers: 5 is not within 1 to 4"},
    {OWN_HEAD "edition \"2024-01-01\" {\n reviewers = 1\n reviewers = 2\n}\n",
     "Own.conf:12: reviewers: given twice"},
    {OWN_HEAD "edition \"2024-01-01\" {\n consensus = maybe\n}\n",
     "Own.conf:11: consensus: \"maybe\" is neither"},
    {OWN_HEAD "edition \"2024-01-01\" {\n renewal = weekly\n}\n",
     "Own.conf:11: renewal: \"weekly\" is none of annual|fixed"},
    {OWN_HEAD "edition \"2024-01-01\" {\n due = 12-32\n}\n",
     "Own.conf:11: due: \"12-32\" is not a day"},
    {OWN_HEAD "edition \"2024-01-01\" {\n due = none\n}\n", "Own.conf:11: due: \"none\" is not"},
    {OWN_HEAD "edition \"2024-01-01\" {\n no_sanction_from = 2024-02-30\n}\n",
     "Own.conf:11: no_sanction_from: \"2024-02-30\" is not a date"},
    {OWN_HEAD "edition \"2024-01-01\" {\n renewal_late_fee = 12.5\n}\n",
     "Own.conf:11: renewal_late_fee: \"12.5\" is not an amount"},
    {OWN_HEAD "edition \"2024-01-01\" {\n age_lines = {IMH, OLD}\n}\n",
     "Own.conf:11: age_lines: \"OLD\" is none of IMH|ECMH"},
    {OWN_HEAD "edition \"2024-01-01\" {\n rating_reminder_days = {1, 0}\n}\n",
     "Own.conf:11: rating_reminder_days: 0 is not within"},
    {OWN_HEAD "edition \"2024-01-01\" {\n rating_reminder_days = {1,2,3,4,5,6,7}\n}\n",
     "Own.conf:11: rating_reminder_days: more than 6 items"},
    {OWN_HEAD "edition \"2024-01-01\" {\n currency = DOLLAR\n}\n", "Own.conf:11: currency: 6 byte"},
    {OWN_HEAD "edition \"2024-01-01\" {\n category \"FX\" {\n }\n}\n",
     "Own.conf:12: category \"FX\": there is no such category"},
    {OWN_HEAD "edition \"2024-01-01\" {\n category \"FA\" {\n rater_roles = {\"PARENT|UNCLE\"}\n "
              "}\n}\n",
     "Own.conf:12: rater_roles: \"UNCLE\" is none of"},
    {OWN_HEAD "edition \"2024-01-01\" {\n}\nedition \"2024-01-01\" {\n}\n",
     "Own.conf:12: found duplicate title '2024-01-01'"},
    {OWN_HEAD "edition \"soon\" {\n}\n", "Own.conf:11: edition \"soon\": its title must be"},
    {OWN_HEAD OWN_HEAD, "Own.conf:"},
    {OWN_HEAD "surprise = 1\n", "Own.conf:10: no such option"},
    {OWN_HEAD "edition \"2024-01-01\" {\n renewal = annual\n cycle_years = 3\n}\n",
     "Own.conf: edition 2024-01-01: an annual renewal has cycle_years = 1"},
    {OWN_HEAD "edition \"2024-01-01\" {\n renewal_reminder_days = {7, 30}\n}\n",
     "Own.conf: edition 2024-01-01: renewal_reminder_days must fall"},
    {"edition \"2024-01-01\" {\n}\n", "Own.conf: there is no association"},
    {"association \"Other\" {\n}\n", "Own.conf:"},
    {"association \"Own\" {\n name = \"Own\"\n}\n", "Own.conf: time_zone is missing"},
    {"association \"Own\" {\n name = \"Own\"\n time_zone = \"America/Nowhere\"\n locale = en\n"
     " disclaimer = \"none\"\n shows_inactive = false regions = \"US-CO\"\n judged_by = decision\n"
     " exam_judged_by = decision\n}\n",
     "Own.conf:"},
    {OWN_HEAD "edition \"2024-01-01\" {\n", "Own.conf:12: a brace before it is not closed"},
    {OWN_HEAD "edition \"2024-01-01\" {\n age_lines = {IMH}\n age_lines = {ECMH}\n}\n",
     "Own.conf:12: age_lines: given twice"},
};

START_TEST(mistake_is_refused_with_file_line_and_reason)
{
    fails(mistakes[_i].own, mistakes[_i].expected);
}
END_TEST

START_TEST(network_must_give_every_key)
{
    file_write("Own.conf", OWN_HEAD);
    file_write("network.conf", "edition \"2000-01-01\" {\n currency = USD\n}\n");
    ck_assert_int_eq(wf_policy_read(folder, book, &error), -1);
    ck_assert_str_eq(error.text, "network.conf: edition 2000-01-01: age_lines is missing");
}
END_TEST

START_TEST(missing_folder_and_missing_network_are_errors)
{
    ck_assert_int_eq(wf_policy_read("/nonexistent", book, &error), -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
    char path[128];
    (void)snprintf(path, sizeof path, "%s/network.conf", folder);
    ck_assert_int_eq(unlink(path), 0);
    error = (struct wf_error){.code = WF_OK};
    ck_assert_int_eq(wf_policy_read(folder, book, &error), -1);
    ck_assert_ptr_nonnull(strstr(error.text, "network.conf cannot be read"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("policy file");
    TCase *cases = tcase_create("reading");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, own_figure_wins_and_the_rest_is_inherited);
    tcase_add_test(cases, before_the_first_edition_the_first_one_holds);
    tcase_add_loop_test(cases, mistake_is_refused_with_file_line_and_reason, 0,
                        (int)(sizeof mistakes / sizeof mistakes[0]));
    tcase_add_test(cases, network_must_give_every_key);
    tcase_add_test(cases, missing_folder_and_missing_network_are_errors);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
