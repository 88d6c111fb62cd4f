/* links: wf_conf */
/* A folder of which each file is read alike: which files, in which order, and what ends the reading. */
#include "wf_conf_folder.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const files[] = {"b.conf", "a.conf",  "B.conf", ".hidden.conf",
                                    ".conf",  "c.conf~", "conf",   "a.txt"};
static char folder[64];
static char seen[200];
static const char *wrong; /* the file that cannot be read, or NULL */

static const char *path_of(const char *name)
{
    static char path[96];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void setup(void)
{
    strcpy(folder, "/tmp/endorse-folder-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        FILE *file = fopen(path_of(files[i]), "w");
        ck_assert_ptr_nonnull(file);
        ck_assert_int_eq(fclose(file), 0);
    }
    seen[0] = '\0';
    wrong = NULL;
}

static void teardown(void)
{
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        (void)unlink(path_of(files[i]));
    (void)rmdir(folder);
}

static int note(void *context, const char *path, const char *name, struct wf_error *error)
{
    ck_assert_ptr_eq(context, seen);
    ck_assert_str_eq(path, path_of(name));
    (void)strcat(strcat(seen, name), " ");
    if (wrong && strcmp(name, wrong) == 0)
        return wf_fail(error, WF_CONFIG, "%s:1: no", path);
    return 0;
}

START_TEST(files_come_in_the_order_of_their_names)
{
    struct wf_error error = {0};
    ck_assert_int_eq(wf_conf_folder_read(folder, ".conf", note, seen, &error), 0);
    ck_assert_str_eq(seen, "B.conf a.conf b.conf ");
}
END_TEST

START_TEST(the_first_bad_one_ends_the_reading)
{
    struct wf_error error = {0};
    wrong = "a.conf";
    ck_assert_int_eq(wf_conf_folder_read(folder, ".conf", note, seen, &error), -1);
    ck_assert_str_eq(seen, "B.conf a.conf ");
    ck_assert_ptr_nonnull(strstr(error.text, "a.conf:1: no"));
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_named)
{
    struct wf_error error = {0};
    ck_assert_int_eq(wf_conf_folder_read(path_of("none"), ".conf", note, seen, &error), -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
    ck_assert_ptr_nonnull(strstr(error.text, "/none cannot be read: No such file"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("conf_folder");
    TCase *tests = tcase_create("folder");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, files_come_in_the_order_of_their_names);
    tcase_add_test(tests, the_first_bad_one_ends_the_reading);
    tcase_add_test(tests, a_folder_that_is_not_there_is_named);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
