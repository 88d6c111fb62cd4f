/* links: wf_courier wf_courier_core wf_wire wf_base */
/* services/courier/SPEC.md 2.8: the shipped texts fit their table; mistakes are found with file and
 * line. */
#include "mail_template.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SHIPPED WF_SOURCE_DIR "/deploy/mail"

static char folder[] = "/tmp/endorse-mail-XXXXXX";

START_TEST(spec_2_8_the_shipped_texts_fit_their_table)
{
    struct mail_templates *templates = NULL;
    struct wf_error error = {0};
    ck_assert_msg(mail_templates_load(&templates, SHIPPED, &error) == 0, "%s", error.text);
    DIR *files = opendir(SHIPPED);
    ck_assert_ptr_nonnull(files);
    for (struct dirent *file = readdir(files); file; file = readdir(files)) {
        char *dot = strstr(file->d_name, ".txt");
        if (!dot)
            continue;
        *dot = '\0';
        ck_assert_msg(mail_template_find(templates, file->d_name) != NULL,
                      "templates.def has no row for %s", file->d_name);
    }
    closedir(files);
    mail_templates_free(&templates);
}
END_TEST

START_TEST(spec_2_8_rendering_fills_every_placeholder)
{
    struct mail_templates *templates = NULL;
    struct wf_buffer subject = {0}, body = {0};
    static const struct mail_value values[] = {
        {"name", "Avery Example"},   {"about_name", "Quinn Example"},
        {"association", "MassAIMH"}, {"link", "http://127.0.0.1:8080/rate/0aXYZ"},
        {"category", "a category"},  {"role", "a role"},
        {"due_on", "2026-12-24"},    {"waiver", "has kept"},
    };
    ck_assert_int_eq(mail_templates_load(&templates, SHIPPED, NULL), 0);
    mail_template_render(mail_template_find(templates, "rating-request"), values,
                         sizeof values / sizeof values[0], &subject, &body);
    wf_buffer_append(&subject, "", 1);
    wf_buffer_append(&body, "", 1);
    ck_assert_ptr_null(strstr((char *)subject.data, "Example"));
    ck_assert_ptr_nonnull(strstr((char *)subject.data, "MassAIMH"));
    ck_assert_ptr_nonnull(strstr((char *)body.data, "Dear Avery Example,"));
    ck_assert_ptr_nonnull(strstr((char *)body.data, "\nhttp://127.0.0.1:8080/rate/0aXYZ\n"));
    ck_assert_ptr_null(strstr((char *)body.data, "{{"));
    wf_buffer_fini(&subject);
    wf_buffer_fini(&body);
    mail_templates_free(&templates);
}
END_TEST

static void copy_shipped(void)
{
    char command[300];
    strcpy(folder, "/tmp/endorse-mail-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(command, sizeof command, "cp %s/*.txt %s/", SHIPPED, folder);
    ck_assert_int_eq(system(command), 0);
}

static void put(const char *name, const char *text)
{
    char path[300];
    (void)snprintf(path, sizeof path, "%s/%s.txt", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static const struct mistake {
    const char *name, *text, *where, *what;
} mistakes[] = {
    {"rating-thanks", "Subject: x\n\nDear {{nam}},\n", ".txt:3:", "{{nam}} is no placeholder"},
    {"rating-thanks", "Subject: x\n\n{{category}}\n{{due_on}}\n", ".txt:4:", "{{due_on}}"},
    {"rating-thanks", "Subject: for {{name}}\n\nx\n", ".txt:1:", "must not be in a subject"},
    {"rating-thanks", "Subject: x\n\n{{ name }}\n", ".txt:3:", "does not begin"},
    {"rating-thanks", "Subject: x\n\n{{name\n", ".txt:3:", "does not begin"},
    {"rating-thanks", "Subject: x\n\n{{link}}\n", ".txt:3:", "has no {{link}}"},
    {"rating-request", "Subject: x\n\nplain\n", ".txt:", "{{link}} is missing"},
    {"rating-thanks", "Hello\n\nx\n", ".txt:1:", "Subject: "},
    {"rating-thanks", "Subject: \n\nx\n", ".txt:1:", "Subject: "},
    {"rating-thanks", "Subject: x\nbody\n", ".txt:2:", "an empty line"},
    {"rating-thanks", "Subject: x\n\n", ".txt:2:", "an empty line"},
    {"rating-thanks", "Subject: x\n\nbell\a\n", ".txt:3:", "control character"},
    {"rating-thanks", "Subject: x\r\n\r\nx\r\n", ".txt:", ""},
    {"rating-thanks", "Subject: x\n\n\xff\n", ".txt:3:", "not UTF-8"},
};

START_TEST(spec_2_8_mistakes_are_found_with_file_and_line)
{
    struct mail_templates *templates = NULL;
    struct wf_error error = {0};
    copy_shipped();
    put(mistakes[_i].name, mistakes[_i].text);
    ck_assert_int_eq(mail_templates_load(&templates, folder, &error), -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
    ck_assert_ptr_nonnull(strstr(error.text, mistakes[_i].name));
    ck_assert_msg(strstr(error.text, mistakes[_i].where) != NULL, "%s", error.text);
    ck_assert_msg(strstr(error.text, mistakes[_i].what) != NULL, "%s", error.text);
    ck_assert_ptr_null(templates);
}
END_TEST

START_TEST(spec_2_8_a_missing_file_is_named)
{
    struct mail_templates *templates = NULL;
    struct wf_error error = {0};
    char path[300];
    copy_shipped();
    (void)snprintf(path, sizeof path, "%s/rating-thanks.txt", folder);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(mail_templates_load(&templates, folder, &error), -1);
    ck_assert_ptr_nonnull(strstr(error.text, "rating-thanks.txt"));
}
END_TEST

static void remove_folder(void)
{
    char command[300];
    if (!strstr(folder, "XXXXXX")) {
        (void)snprintf(command, sizeof command, "rm -rf %s", folder);
        (void)!system(command);
    }
}

int main(void)
{
    Suite *suite = suite_create("mail_template");
    TCase *cases = tcase_create("SPEC 2.8");
    tcase_add_checked_fixture(cases, NULL, remove_folder);
    tcase_add_test(cases, spec_2_8_the_shipped_texts_fit_their_table);
    tcase_add_test(cases, spec_2_8_rendering_fills_every_placeholder);
    tcase_add_loop_test(cases, spec_2_8_mistakes_are_found_with_file_and_line, 0,
                        (int)(sizeof mistakes / sizeof mistakes[0]));
    tcase_add_test(cases, spec_2_8_a_missing_file_is_named);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
