/* links: wf_runtime wf_wire */
/* Settings: file, then environment, then flags; a mistake is named with its place. */
#include "wf_config.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct wf_setting own[] = {
    {"smtp_url", WF_SETTING_TEXT, "", 0, 0, "The relay."},
    {"credit", WF_SETTING_NUMBER, "10", 1, 100, "How many."},
};
static const struct wf_domain domain = {.service = WF_COURIER,
                                        .program = "endorse-courier",
                                        .summary = "a test",
                                        .settings = own,
                                        .setting_count = 2};
static char path[] = "/tmp/endorse-config-XXXXXX";
static char secrets[] = "/tmp/endorse-secret-XXXXXX";

static void write_file(char *name, const char *text)
{
    int fd = open(name, O_WRONLY);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(ftruncate(fd, 0), 0);
    ck_assert_int_gt(dprintf(fd, "%s", text), 0);
    (void)close(fd);
}

static int read_with(const char *text, char *flag, char *value, struct wf_config **config,
                     struct wf_error *error)
{
    char *argv[] = {(char *)"courier",
                    (char *)"--config",
                    path,
                    (char *)"--secrets-file",
                    secrets,
                    flag,
                    value,
                    NULL};
    write_file(path, text);
    return wf_config_read(config, &domain, flag ? (value ? 7 : 6) : 5, argv, error);
}

static void setup(void)
{
    (void)close(mkstemp(path));
    (void)close(mkstemp(secrets));
    write_file(secrets, "redis-password abc\n# comment\nlink-key "
                        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
}

START_TEST(later_source_wins)
{
    struct wf_config *config = NULL;
    struct wf_error error;
    ck_assert_int_eq(
        read_with("credit = 20\nsmtp_url = \"smtp://file\"\n", NULL, NULL, &config, &error), 0);
    ck_assert_int_eq(wf_config_number(config, "credit"), 20);
    wf_config_destroy(&config);
    (void)setenv("ENDORSE_CREDIT", "30", 1);
    ck_assert_int_eq(read_with("credit = 20\n", NULL, NULL, &config, &error), 0);
    ck_assert_int_eq(wf_config_number(config, "credit"), 30);
    wf_config_destroy(&config);
    ck_assert_int_eq(read_with("credit = 20\n", (char *)"--credit", (char *)"40", &config, &error),
                     0);
    ck_assert_int_eq(wf_config_number(config, "credit"), 40);
    ck_assert_str_eq(wf_config_text(config, "run_dir"), "var/run");
    ck_assert_str_eq(wf_config_text(config, "redis_socket"), "var/run/redis.sock");
    wf_config_destroy(&config);
    (void)unsetenv("ENDORSE_CREDIT");
}
END_TEST

START_TEST(mistakes_are_named_with_their_line)
{
    static const struct {
        const char *text, *says;
    } cases[] = {{"# fine\n\ncredit = 0\n", ":3: credit takes a number from 1 to 100"},
                 {"credit = many\n", ":1: credit takes a number"},
                 {"sandbox = perhaps\n", ":1: sandbox takes yes or no"},
                 {"# one\nsmpt_url = \"x\"\n", ":2: no such option 'smpt_url'"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wf_config *config = NULL;
        struct wf_error error;
        ck_assert_int_eq(read_with(cases[i].text, NULL, NULL, &config, &error), -1);
        ck_assert_int_eq(error.code, WF_CONFIG);
        ck_assert_msg(strstr(error.text, cases[i].says), "'%s' lacks '%s'", error.text,
                      cases[i].says);
    }
}
END_TEST

START_TEST(another_programs_setting_is_no_mistake)
{
    struct wf_config *config = NULL;
    struct wf_error error;
    ck_assert_int_eq(read_with("http_port = 8080\n", NULL, NULL, &config, &error), 0);
    wf_config_destroy(&config);
}
END_TEST

START_TEST(secrets_are_read_and_checked)
{
    struct wf_config *config = NULL;
    struct wf_error error;
    uint8_t key[32];
    ck_assert_int_eq(read_with("credit = 2\n", NULL, NULL, &config, &error), 0);
    ck_assert_str_eq(wf_config_secret(config, "redis-password"), "abc");
    ck_assert_ptr_null(wf_config_secret(config, "person-key"));
    ck_assert_int_eq(wf_config_key(config, "link-key", key, &error), 0);
    ck_assert_int_eq(key[31], 0x1f);
    ck_assert_int_eq(wf_config_key(config, "person-key", key, &error), -1);
    ck_assert_msg(strstr(error.text, "lacks 'person-key'"), "%s", error.text);
    ck_assert_int_eq(wf_config_key(config, "redis-password", key, &error), -1);
    wf_config_destroy(&config);
}
END_TEST

START_TEST(instances_are_counted)
{
    struct wf_config *config = NULL;
    struct wf_error error;
    ck_assert_int_eq(read_with("instances = \"reference=3,courier=2\"\ninstance = 1\n", NULL, NULL,
                               &config, &error),
                     0);
    ck_assert_uint_eq(wf_config_instances(config, WF_REFERENCE), 3);
    ck_assert_uint_eq(wf_config_instances(config, WF_INTAKE), 1);
    wf_config_destroy(&config);
    ck_assert_int_eq(read_with("instance = 1\n", NULL, NULL, &config, &error), -1);
    ck_assert_int_eq(read_with("instances = \"courier=99\"\n", NULL, NULL, &config, &error), -1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("config");
    TCase *tests = tcase_create("config");
    tcase_add_unchecked_fixture(tests, setup, NULL);
    tcase_add_test(tests, later_source_wins);
    tcase_add_test(tests, mistakes_are_named_with_their_line);
    tcase_add_test(tests, another_programs_setting_is_no_mistake);
    tcase_add_test(tests, secrets_are_read_and_checked);
    tcase_add_test(tests, instances_are_counted);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    (void)unlink(path);
    (void)unlink(secrets);
    return failed ? 1 : 0;
}
