/* links: wf_forms wf_exam */
/* The files of deploy/exam/forms: what is read, what is refused with file and line, and that their
 * rubric is the one of the rule pack they name. */
#include "rules_file.h"
#include "wf_exam_form.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct wf_exam_book *book;
static char folder[64], path[96];
static char *shipped;

static void setup(void)
{
    book = calloc(1, sizeof *book);
    strcpy(folder, "/tmp/endorse-exam-forms-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/1.conf", folder);
    FILE *file = fopen(WF_SOURCE_DIR "/deploy/exam/forms/mentor-clinical-1.conf", "r");
    ck_assert_ptr_nonnull(file);
    shipped = calloc(1, 65536);
    ck_assert_uint_gt(fread(shipped, 1, 65535, file), 1000);
    (void)fclose(file);
}

static void teardown(void)
{
    (void)unlink(path);
    (void)rmdir(folder);
    free(book);
    free(shipped);
}

static void put_changed(const char *old, const char *new)
{
    const char *at = strstr(shipped, old);
    FILE *file = fopen(path, "w");
    ck_assert_msg(at && file, "the shipped form has no %s", old);
    (void)fprintf(file, "%.*s%s%s", (int)(at - shipped), shipped, new, at + strlen(old));
    (void)fclose(file);
}

static void is_refused(const char *old, const char *new, const char *why)
{
    struct wf_error error = {0};
    put_changed(old, new);
    ck_assert_msg(wf_exam_forms_read(folder, book, &error) == -1, "%s was taken", new);
    ck_assert_int_eq(error.code, WF_CONFIG);
    ck_assert_msg(strstr(error.text, why) && strstr(error.text, "1.conf"), "%s", error.text);
    ck_assert_int_eq(book->count, 0);
}

START_TEST(the_shipped_forms_are_read)
{
    struct wf_error error = {0};
    ck_assert_msg(!wf_exam_forms_read(WF_SOURCE_DIR "/deploy/exam/forms", book, &error), "%s",
                  error.text);
    ck_assert_int_ge(book->count, 4);
    const struct wf_exam_form *form = wf_exam_form_named(book, "mentor-clinical-1");
    ck_assert_ptr_nonnull(form);
    ck_assert_int_eq(form->prompt_count, 2);
    ck_assert_str_eq(form->prompts[0].names[0], "Rosalind");
    ck_assert_int_eq(wf_exam_prompt_find(form, "vignette-2"), 1);
    ck_assert_int_eq(wf_exam_prompt_find(form, "vignette-9"), -1);
    ck_assert_int_ge(wf_exam_comment_find(form, "thinking-unknown"), 0);
    ck_assert_ptr_null(wf_exam_form_named(book, "mentor-clinical-9"));
}
END_TEST

START_TEST(the_rubric_is_the_one_of_the_rule_pack)
{
    struct wf_error error = {0};
    struct adjudicate_pack rules;
    ck_assert(!wf_exam_forms_read(WF_SOURCE_DIR "/deploy/exam/forms", book, &error));
    for (int32_t f = 0; f < book->count; f++) {
        char pack[256];
        const struct wf_exam_form *form = &book->forms[f];
        (void)snprintf(pack, sizeof pack, "%s/deploy/exam/rules/%s.conf", WF_SOURCE_DIR,
                       form->rule_pack);
        ck_assert_msg(!rules_file_read(pack, &rules, &error), "%s", error.text);
        ck_assert_int_eq(form->criterion_count, rules.criteria_count);
        for (int32_t i = 0; i < form->criterion_count; i++) {
            ck_assert_int_eq(form->criteria[i].least, rules.criteria[i].least);
            ck_assert_int_eq(form->criteria[i].most, rules.criteria[i].most);
        }
    }
}
END_TEST

START_TEST(a_wrong_file_is_refused)
{
    is_refused("language = \"en\"", "language = \"\"", "language is missing or empty");
    is_refused("\"MHM_C\"", "\"MHM_X\"", "there is no \"MHM_X\"");
    is_refused("criterion = \"trait1\"", "criterion = \"trait9\"", "no such criterion");
    is_refused("most = 5", "most = 4", "levels: one sentence for each of 0 to 4");
    is_refused("\"mentor-clinical-1\"", "\"Mentor Clinical\"", "a-z, 0-9");
    is_refused("question = ", "questions = ", "questions");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("exam forms");
    TCase *tests = tcase_create("files");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, the_shipped_forms_are_read);
    tcase_add_test(tests, the_rubric_is_the_one_of_the_rule_pack);
    tcase_add_test(tests, a_wrong_file_is_refused);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
