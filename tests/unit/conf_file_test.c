/* links: wf_conf */
/* What every kind of configuration file has in common: lines, unknown keys, braces, the context. */
#include "wf_conf_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/endorse-conf-XXXXXX";
static int seen;

static void setup(void)
{
    strcpy(path, "/tmp/endorse-conf-XXXXXX");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    (void)close(fd);
}

static void teardown(void)
{
    (void)unlink(path);
}

static int check_width(cfg_t *cfg, cfg_opt_t *option)
{
    int *count = wf_conf_context();
    ++*count;
    if (cfg_opt_getnint(option, 0) < 10)
        return 0;
    cfg_error(cfg, "%s is too wide", option->name);
    return -1;
}

static void prepare(cfg_t *file)
{
    (void)cfg_set_validate_func(file, "room|width", check_width);
}

static int read_text(const char *text, cfg_t **file, struct wf_error *error)
{
    static cfg_opt_t room[] = {CFG_INT("width", 1, CFGF_NONE), CFG_END()};
    static const cfg_opt_t options[] = {CFG_STR("name", "", CFGF_NONE),
                                        CFG_SEC("room", room, CFGF_MULTI | CFGF_TITLE), CFG_END()};
    static const struct wf_conf_kind kind = {options, prepare};
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_ge(fputs(text, out), 0);
    ck_assert_int_eq(fclose(out), 0);
    seen = 0;
    return wf_conf_file_read(path, "house.conf", &kind, &seen, file, error);
}

static const struct {
    const char *text, *error;
} mistakes[] = {
    {"name = \"a\"\ncolour = red\n", "house.conf:2: no such option 'colour'"},
    {"# one\n# two\n/* three\nfour */ colour = red\n", "house.conf:4: no such option 'colour'"},
    {"room \"hall\" {\n width = 20\n}\n", "house.conf:2: width is too wide"},
    {"room \"hall\" {\n width = 2\n", "house.conf:4: a brace before it is not closed"},
    {"room \"hall\" {\n depth = 2\n}\n", "house.conf:2: no such option 'depth'"},
    {"name = \"never closed\n", "house.conf:"},
    {"name = \"a\"\n}\n", "house.conf:2: "},
};

START_TEST(a_mistake_has_its_file_line_and_reason)
{
    struct wf_error error = {0};
    cfg_t *file = NULL;
    ck_assert_int_eq(read_text(mistakes[_i].text, &file, &error), -1);
    ck_assert_ptr_null(file);
    ck_assert_int_eq(error.code, WF_CONFIG);
    ck_assert_msg(strncmp(error.text, mistakes[_i].error, strlen(mistakes[_i].error)) == 0, "%s",
                  error.text);
}
END_TEST

START_TEST(checks_get_their_context_and_later_mistakes_their_section)
{
    struct wf_error error = {0};
    cfg_t *file = NULL;
    ck_assert_msg(read_text("name = \"a\"\nroom \"hall\" {\n width = 2\n}\n", &file, &error) == 0,
                  "%s", error.text);
    ck_assert_int_eq(seen, 1);
    ck_assert_str_eq(cfg_getstr(file, "name"), "a");
    cfg_t *hall = cfg_getnsec(file, "room", 0);
    ck_assert_int_eq(wf_conf_wrong(hall, &error, "%s has no door", cfg_title(hall)), -1);
    ck_assert_str_eq(error.text, "house.conf:4: hall has no door");
    ck_assert_int_eq(wf_conf_wrong(file, &error, "there is no roof"), -1);
    ck_assert_str_eq(error.text, "house.conf: there is no roof");
    (void)cfg_free(file);
}
END_TEST

START_TEST(an_empty_file_is_read_and_a_missing_one_is_named_by_its_path)
{
    struct wf_error error = {0};
    cfg_t *file = NULL;
    static const cfg_opt_t none[] = {CFG_END()};
    static const struct wf_conf_kind kind = {none, NULL};
    ck_assert_int_eq(read_text("", &file, &error), 0);
    (void)cfg_free(file);
    ck_assert_int_eq(wf_conf_file_read("/nonexistent/a.conf", "a.conf", &kind, NULL, &file, &error),
                     -1);
    ck_assert_ptr_nonnull(strstr(error.text, "/nonexistent/a.conf cannot be read"));
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("conf");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, a_mistake_has_its_file_line_and_reason, 0,
                        (int)(sizeof mistakes / sizeof *mistakes));
    tcase_add_test(cases, checks_get_their_context_and_later_mistakes_their_section);
    tcase_add_test(cases, an_empty_file_is_read_and_a_missing_one_is_named_by_its_path);
    Suite *suite = suite_create("conf_file");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
