/* links: wf_policy */
/* Figures with their places: value, file, edition, line and source, and that they are what decides. */
#include "wf_policy_figures.h"

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

static struct wf_policy_files *files;
static struct wf_error error;
static int checked, wrong;
static char folder[64];

struct wanted {
    const char *key;
    int category;
    struct wf_policy_figure found;
    char file[40];
    int count;
};

static void take(void *context, const struct wf_policy_figure *figure)
{
    struct wanted *wanted = context;
    wanted->count++;
    if (strcmp(figure->key, wanted->key) != 0 || figure->category != wanted->category)
        return;
    wanted->found = *figure;
    (void)snprintf(wanted->file, sizeof wanted->file, "%s", figure->file);
}

static wf_date day(const char *text)
{
    wf_date date = 0;
    ck_assert(wf_date_parse(text, &date));
    return date;
}

static struct wanted find(const char *association, const char *on, const char *key, int category)
{
    struct wanted wanted = {.key = key, .category = category};
    ck_assert_int_eq(wf_policy_figures(files, association, day(on), take, &wanted, &error), 0);
    ck_assert_msg(wanted.found.key != NULL, "there is no %s", key);
    return wanted;
}

static void file_write(const char *name, const char *text)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

static void setup(void)
{
    static char text[65536];
    strcpy(folder, "/tmp/policy-figures-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    FILE *file = fopen(WF_SOURCE_DIR "/deploy/policy/network.conf", "r");
    ck_assert_ptr_nonnull(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    file_write("network.conf", text);
    error = (struct wf_error){.code = WF_OK};
}

static void teardown(void)
{
    static const char *const names[] = {"network.conf", "Own.conf", "Bad.conf"};
    char path[128];
    wf_policy_files_close(&files);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
}

static void open_own(const char *own)
{
    file_write("Own.conf", own);
    ck_assert_msg(wf_policy_files_open(folder, &files, &error) == 0, "%s", error.text);
}

START_TEST(own_figure_and_inherited_one_are_told_with_file_line_edition_and_source)
{
    open_own(OWN_HEAD "edition \"2024-06-01\" {\n reviewers = 2 # [KEY-1]\n"
                      " category \"FS\" {\n  training_hours = 40 # assumed: \"x # y\"\n }\n}\n");
    struct wanted own = find("Own", "2025-06-01", "reviewers", 0);
    ck_assert_str_eq(own.found.value, "2");
    ck_assert_str_eq(own.file, "Own.conf");
    ck_assert_int_eq(own.found.line, 11);
    ck_assert_str_eq(own.found.edition, "2024-06-01");
    ck_assert_str_eq(own.found.source, "[KEY-1]");
    own = find("Own", "2025-06-01", "training_hours", 2);
    ck_assert_str_eq(own.found.value, "40 hours");
    ck_assert_str_eq(own.found.words, "Training");
    ck_assert_int_eq(own.found.line, 13);
    ck_assert_str_eq(own.found.source, "assumed: \"x # y\"");
    own = find("Own", "2024-05-31", "reviewers", 0);
    ck_assert_str_eq(own.file, "network.conf");
    ck_assert_str_eq(own.found.edition, "2000-01-01");
    own = find("Own", "2025-06-01", "training_dei_hours", 5);
    ck_assert_str_eq(own.found.whole, "Training, of which about diversity");
    ck_assert_str_eq(own.found.edition, "2025-01-01"); /* the network's */
    own = find("Own", "2025-06-01", "time_zone", 0);
    ck_assert(own.found.is_association);
    ck_assert_int_eq(own.found.line, 3);
}
END_TEST

START_TEST(values_are_said_in_plain_words)
{
    open_own(
        OWN_HEAD
        "edition \"2024-06-01\" {\n first_renewal = full_year\n rating_reminder_days = {7, 21}\n"
        " renewal_late_fee = 12.50\n consensus = true\n audit_percent = 10\n"
        " category \"FS\" {\n rater_roles = {\"TEACHER|PARENT\"}\n education = none\n }\n}\n");
    ck_assert_str_eq(find("Own", "2025-01-01", "first_renewal", 0).found.value, "full year");
    ck_assert_str_eq(find("Own", "2025-01-01", "rating_reminder_days", 0).found.value,
                     "7, 21 days");
    ck_assert_str_eq(find("Own", "2025-01-01", "renewal_late_fee", 0).found.value, "USD 12.50");
    ck_assert_str_eq(find("Own", "2025-01-01", "consensus", 0).found.value, "yes");
    ck_assert_str_eq(find("Own", "2025-01-01", "audit_percent", 0).found.value, "10 %");
    ck_assert_str_eq(find("Own", "2025-01-01", "rater_roles", 2).found.value, "TEACHER or PARENT");
    ck_assert_str_eq(find("Own", "2025-01-01", "education", 2).found.value, "none");
}
END_TEST

/* One figure against the edition that decides. */
static void compare(void *context, const struct wf_policy_figure *figure)
{
    const struct wf_edition *edition = context;
    const struct wf_category_policy *category = &edition->categories[figure->category];
    if (strcmp(figure->key, "renewal_training_hours") == 0)
        ck_assert_int_eq(atoi(figure->value) * 100, category->renewal_training_hundredths);
    else if (strcmp(figure->key, "renewal_rsc_hours") == 0)
        ck_assert_int_eq(atoi(figure->value) * 100, category->renewal_rsc_hundredths);
    else if (strcmp(figure->key, "training_hours") == 0)
        ck_assert_int_eq(atoi(figure->value) * 100, category->training_hundredths);
    else if (strcmp(figure->key, "offered") == 0)
        ck_assert_int_eq(strcmp(figure->value, "yes") == 0, category->offered);
    else if (strcmp(figure->key, "reviewers") == 0)
        ck_assert_int_eq(atoi(figure->value), edition->reviewers);
    else if (strcmp(figure->key, "cycle_years") == 0)
        ck_assert_int_eq(atoi(figure->value), edition->cycle_years);
    else
        return;
    checked++;
}

START_TEST(what_is_told_is_what_decides)
{
    static const char *const dates[] = {"1999-01-01", "2018-07-01", "2022-10-01",
                                        "2024-01-01", "2025-01-01", "2027-06-30"};
    checked = 0;
    ck_assert_msg(wf_policy_files_open(WF_SOURCE_DIR "/deploy/policy", &files, &error) == 0, "%s",
                  error.text);
    const struct wf_policy_book *book = wf_policy_files_book(files);
    for (int32_t a = 0; a < book->count; a++) {
        const struct wf_association *own = &book->associations[a];
        for (size_t d = 0; d < sizeof dates / sizeof dates[0]; d++) {
            struct wf_edition edition = *wf_policy_edition(own, day(dates[d]));
            ck_assert_int_eq(
                wf_policy_figures(files, own->id, day(dates[d]), compare, &edition, &error), 0);
        }
    }
    ck_assert_int_eq(checked, book->count * 6 * (4 * 8 + 2));
}
END_TEST

static char reasons[4000];

static void count(void *context, const char *file, const struct wf_error *reason)
{
    (void)context;
    (void)file;
    checked++;
    wrong += reason != NULL;
    if (reason != NULL)
        strncat(reasons, reason->text, sizeof reasons - strlen(reasons) - 1);
}

START_TEST(check_tells_the_mistake_of_every_file_and_not_of_the_first_alone)
{
    checked = wrong = 0;
    reasons[0] = '\0';
    file_write("Bad.conf", "association \"Bad\" {\n name = \"Bad\"\n}\n");
    file_write("Own.conf", OWN_HEAD "edition \"2024-01-01\" {\n reviewer = 2\n}\n");
    ck_assert_int_eq(wf_policy_check(folder, NULL, count, NULL, &error), 2);
    ck_assert_int_eq(checked, 3);
    ck_assert_ptr_nonnull(strstr(reasons, "Bad.conf: time_zone is missing"));
    ck_assert_ptr_nonnull(strstr(reasons, "Own.conf:11: no such option"));
    checked = 0;
    ck_assert_int_eq(wf_policy_check(folder, "Own.conf", count, NULL, &error), 1);
    ck_assert_int_eq(checked, 2); /* and network.conf, on which it stands */
    ck_assert_int_eq(wf_policy_check("/nonexistent/policy", NULL, count, NULL, &error), -1);
}
END_TEST

static void name_it(void *context, const struct wf_policy_figure *figure)
{
    char text[100];
    (void)context;
    (void)snprintf(text, sizeof text, "\n%s:%d: %s", figure->file, figure->line, figure->key);
    strncat(reasons, text, sizeof reasons - strlen(reasons) - 1);
}

START_TEST(every_shipped_figure_has_its_source_or_is_marked_as_assumed)
{
    reasons[0] = '\0';
    ck_assert_int_eq(wf_policy_files_open(WF_SOURCE_DIR "/deploy/policy", &files, &error), 0);
    wf_policy_unsourced(files, name_it, NULL);
    ck_assert_msg(reasons[0] == '\0', "without [SOURCE] or assumed in a comment:%s", reasons);
}
END_TEST

START_TEST(a_figure_without_a_source_is_found)
{
    open_own(OWN_HEAD "edition \"2024-06-01\" {\n reviewers = 2\n consensus = true # [X-1]\n}\n");
    reasons[0] = '\0';
    wf_policy_unsourced(files, name_it, NULL);
    ck_assert_ptr_nonnull(strstr(reasons, "\nOwn.conf:3: time_zone"));
    ck_assert_ptr_nonnull(strstr(reasons, "\nOwn.conf:11: reviewers"));
    ck_assert_ptr_null(strstr(reasons, "consensus"));
}
END_TEST

START_TEST(digest_follows_the_bytes_of_both_files)
{
    open_own(OWN_HEAD);
    char first[WF_POLICY_DIGEST + 1];
    strcpy(first, wf_policy_files_book(files)->associations[0].digest);
    ck_assert_uint_eq(strlen(first), WF_POLICY_DIGEST);
    wf_policy_files_close(&files);
    open_own(OWN_HEAD);
    ck_assert_str_eq(wf_policy_files_book(files)->associations[0].digest, first);
    wf_policy_files_close(&files);
    open_own(OWN_HEAD "# another byte\n");
    ck_assert_str_ne(wf_policy_files_book(files)->associations[0].digest, first);
}
END_TEST

START_TEST(unknown_association_is_not_found)
{
    struct wanted wanted = {.key = ""};
    open_own(OWN_HEAD);
    ck_assert_int_eq(wf_policy_figures(files, "Nobody", 0, take, &wanted, &error), -1);
    ck_assert_int_eq(error.code, WF_NOT_FOUND);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("figures");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, own_figure_and_inherited_one_are_told_with_file_line_edition_and_source);
    tcase_add_test(cases, values_are_said_in_plain_words);
    tcase_add_test(cases, what_is_told_is_what_decides);
    tcase_add_test(cases, check_tells_the_mistake_of_every_file_and_not_of_the_first_alone);
    tcase_add_test(cases, every_shipped_figure_has_its_source_or_is_marked_as_assumed);
    tcase_add_test(cases, a_figure_without_a_source_is_found);
    tcase_add_test(cases, digest_follows_the_bytes_of_both_files);
    tcase_add_test(cases, unknown_association_is_not_found);
    Suite *suite = suite_create("policy_figures");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
