/* links: wf_ethics wf_base */
/* Codes of ethics: the shipped ones are good, an association's own comes before the network's, and a
 * mistake is named with its line. */
#include "wf_ethics.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct wf_ethics_book *book;
static char folder[64];
static struct wf_error error;

static void setup(void)
{
    book = calloc(1, sizeof *book);
    ck_assert_ptr_nonnull(book);
    (void)strcpy(folder, "/tmp/endorse-ethics-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void path_of(const char *name, char path[static 128])
{
    (void)snprintf(path, 128, "%s/%s", folder, name);
}

static void teardown(void)
{
    static const char *const names[] = {"network.txt", "SCIMHA.txt"};
    char path[128];
    for (int i = 0; i < 2; i++) {
        path_of(names[i], path);
        (void)unlink(path);
    }
    (void)rmdir(folder);
    free(book);
}

static void write_code(const char *name, const char *text)
{
    char path[128];
    path_of(name, path);
    FILE *file = fopen(path, "we");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(the_shipped_code_is_read)
{
    ck_assert_msg(wf_ethics_read(WF_SOURCE_DIR "/deploy/ethics", book, &error) == 0, "%s",
                  error.text);
    ck_assert_str_eq(wf_ethics_of(book, "MassAIMH")->title, "Code of Ethics");
}
END_TEST

START_TEST(an_association_may_have_its_own)
{
    write_code("network.txt", "Version: 2026-01\nTitle: Code\n\nFor all.\n");
    write_code("SCIMHA.txt", "Version: sc.2\nTitle: Code\n\nFor us.\n\nAnd ours.\n");
    ck_assert_msg(wf_ethics_read(folder, book, &error) == 0, "%s", error.text);
    ck_assert_str_eq(wf_ethics_of(book, "SCIMHA")->version, "sc.2");
    ck_assert_str_eq(wf_ethics_of(book, "SCIMHA")->text, "For us.\n\nAnd ours.\n");
    ck_assert_str_eq(wf_ethics_of(book, "VAIMH")->text, "For all.\n");
}
END_TEST

static const char *const mistakes[][2] = {
    {"Title: Code\n\nText.\n", "network.txt:1:"},
    {"Version: 2026-01\nCode\n\nText.\n", "network.txt:2:"},
    {"Version: two words\nTitle: Code\n\nText.\n", "network.txt:1:"},
    {"Version: 2026-01\nTitle: Code\nText.\n", "network.txt:3:"},
    {"Version: 2026-01\nTitle: Code\n\nText without an end", "network.txt:"},
    {"Version: 2026-01\nTitle: Code\n\nGood.\nA\aBell.\n", "network.txt:5:"}};

START_TEST(a_mistake_is_named_with_its_line)
{
    write_code("network.txt", mistakes[_i][0]);
    ck_assert_int_eq(wf_ethics_read(folder, book, &error), -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
    ck_assert_msg(strstr(error.text, mistakes[_i][1]) != NULL, "%s", error.text);
}
END_TEST

START_TEST(the_network_must_have_one)
{
    write_code("SCIMHA.txt", "Version: sc.2\nTitle: Code\n\nFor us.\n");
    ck_assert_int_eq(wf_ethics_read(folder, book, &error), -1);
    ck_assert_ptr_nonnull(strstr(error.text, "network.txt is missing"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ethics_file");
    TCase *test = tcase_create("ethics");
    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_test(test, the_shipped_code_is_read);
    tcase_add_test(test, an_association_may_have_its_own);
    tcase_add_loop_test(test, a_mistake_is_named_with_its_line, 0,
                        (int)(sizeof mistakes / sizeof mistakes[0]));
    tcase_add_test(test, the_network_must_have_one);
    suite_add_tcase(suite, test);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
