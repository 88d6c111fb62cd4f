/* links: wf_forms */
/* The files of deploy/forms: what is read, and what is refused with file and line. */
#include "wf_form.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct wf_form_book *book;
static char folder[64];
static char *shipped;

static void setup(void)
{
    book = calloc(1, sizeof *book);
    strcpy(folder, "/tmp/endorse-forms-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    FILE *file = fopen(WF_SOURCE_DIR "/deploy/forms/rating-1.conf", "r");
    ck_assert_ptr_nonnull(file);
    shipped = calloc(1, 65536);
    ck_assert_uint_gt(fread(shipped, 1, 65535, file), 1000);
    (void)fclose(file);
}

static void teardown(void)
{
    char path[128];
    for (int i = 1; i <= 2; i++) {
        (void)snprintf(path, sizeof path, "%s/%d.conf", folder, i);
        (void)unlink(path);
    }
    (void)rmdir(folder);
    free(book);
    free(shipped);
}

static void put(int number, const char *text)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%d.conf", folder, number);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    (void)fputs(text, file);
    (void)fclose(file);
}

/* The shipped form with one piece replaced. */
static void put_changed(int number, const char *old, const char *new)
{
    const char *at = strstr(shipped, old);
    ck_assert_msg(at != NULL, "the shipped form has no %s", old);
    char *text = calloc(1, strlen(shipped) + strlen(new) + 1);
    memcpy(text, shipped, (size_t)(at - shipped));
    strcat(text, new);
    strcat(text, at + strlen(old));
    put(number, text);
    free(text);
}

START_TEST(the_shipped_form_is_read)
{
    struct wf_error error = {0};
    wf_date on = wf_date_from_civil((struct wf_civil){2026, 11, 21});
    ck_assert_msg(wf_form_read(WF_SOURCE_DIR "/deploy/forms", book, &error) == 0, "%s", error.text);
    const struct wf_form *form = wf_form_for(book, 5, 1, on);
    ck_assert_ptr_nonnull(form);
    ck_assert_str_eq(form->name, "rating");
    ck_assert_int_ge(form->item_count, 12);
    ck_assert_int_le(form->item_count, 15);
    ck_assert_int_eq(form->scale_count, 5);
    ck_assert_str_eq(form->sections[WF_FORM_WORKING].title, "Working with Others");
    ck_assert_int_eq(form->item_remark_max, 800);
    ck_assert_ptr_nonnull(wf_form_item_find(form, "watches-closely"));
    ck_assert_int_eq(wf_form_item_find(form, "watches-closely")->domain, WF_FORM_THINKING);
}
END_TEST

static const struct {
    const char *old, *new, *names; /* what is changed into what, and what the error then names */
} refusals[] = {
    {"version = 1", "version = 0", "version must be 1"},
    {"version = 1", "colour = 1", ":7: no such option 'colour'"},
    {"from = \"2018-01-01\"", "from = \"2018-13-01\"", "from must be a date"},
    {"title = \"Reference rating\"", "title = \"\"", ":12: title must not be empty"},
    {"title = \"Reference rating\"", "", "title is missing"},
    {"categories = {}", "categories = {\"FS\", \"XX\"}", "there is no \"XX\""},
    {"age_lines = {}", "age_lines = {\"AGE_LINE_UNSPECIFIED\"}", "there is no"},
    {"choice \"2\"", "choice \"0\"", "choice \"0\""},
    {"choice \"5\"", "choice \"3\"", "3"},
    {"choice \"4\"", "choice \"7\"", "choice \"5\""},
    {"domain \"thinking\"", "domain \"feeling\"", "no domain \"feeling\""},
    {"item \"watches-closely\"", "item \"Watches closely\"", "item \"Watches closely\""},
    {"item \"watches-closely\"", "item \"keeps-promises\"", "keeps-promises"},
    {"domain = \"thinking\"", "domain = \"\"", "needs one of the three domains"},
    {"remarks_max = 4000", "remarks_max = 19999", "all remarks together"},
    {"item_remark_max = 800", "item_remark_max = 0", "item_remark_max must be 1"},
};

START_TEST(a_wrong_file_is_refused_with_its_place)
{
    struct wf_error error = {0};
    put_changed(1, refusals[_i].old, refusals[_i].new);
    ck_assert_int_eq(wf_form_read(folder, book, &error), -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
    ck_assert_msg(strstr(error.text, refusals[_i].names) != NULL, "%s", error.text);
    ck_assert_msg(strstr(error.text, "1.conf") != NULL, "%s", error.text);
    ck_assert_int_eq(book->count, 0);
}
END_TEST

START_TEST(the_same_version_twice_and_an_empty_folder_are_refused)
{
    struct wf_error error = {0};
    ck_assert_int_eq(wf_form_read(folder, book, &error), -1);
    ck_assert_ptr_nonnull(strstr(error.text, "holds no form"));
    put(1, shipped);
    put(2, shipped);
    ck_assert_int_eq(wf_form_read(folder, book, &error), -1);
    ck_assert_ptr_nonnull(strstr(error.text, "already in another file"));
    ck_assert_int_eq(wf_form_read("/nonexistent/forms", book, &error), -1);
}
END_TEST

static int version_on(int category, int line, const char *date)
{
    wf_date on;
    ck_assert(wf_date_parse(date, &on));
    return wf_form_for(book, category, line, on)->version;
}

START_TEST(look_up_by_category_line_and_date)
{
    struct wf_error error = {0};
    put(1, shipped);
    put_changed(2, "version = 1\nfrom = \"2018-01-01\"", "version = 2\nfrom = \"2027-01-01\"");
    ck_assert_msg(wf_form_read(folder, book, &error) == 0, "%s", error.text);
    ck_assert_int_eq(version_on(5, 1, "2026-12-31"), 1);
    ck_assert_int_eq(version_on(5, 1, "2027-01-01"), 2);
    ck_assert_int_eq(version_on(5, 2, "2017-01-01"), 1);

    book->forms[1].categories = 1u << 5; /* version 2 is for MHS alone */
    ck_assert_int_eq(version_on(5, 1, "2027-01-01"), 2);
    ck_assert_int_eq(version_on(5, 1, "2026-12-31"), 1);
    ck_assert_int_eq(version_on(2, 1, "2027-01-01"), 1);
    book->forms[0].age_lines = 1u << 2; /* version 1 for ECMH alone: the category goes first */
    ck_assert_int_eq(version_on(5, 2, "2027-01-01"), 2);
    ck_assert_ptr_null(wf_form_for(book, 2, 1, 0));
    ck_assert_ptr_null(wf_form_for(book, -1, 1, 0));
    ck_assert_ptr_eq(wf_form_named(book, "rating", 2), &book->forms[1]);
    ck_assert_ptr_null(wf_form_named(book, "rating", 3));
}
END_TEST

int main(void)
{
    TCase *file = tcase_create("file");
    tcase_add_checked_fixture(file, setup, teardown);
    tcase_add_test(file, the_shipped_form_is_read);
    tcase_add_loop_test(file, a_wrong_file_is_refused_with_its_place, 0,
                        (int)(sizeof refusals / sizeof refusals[0]));
    tcase_add_test(file, the_same_version_twice_and_an_empty_folder_are_refused);
    tcase_add_test(file, look_up_by_category_line_and_date);
    Suite *suite = suite_create("form_file");
    suite_add_tcase(suite, file);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
