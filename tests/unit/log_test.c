/* links: wf_base wf_wire */
#include "wf_log.h"

#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int ends[2];
static int saved;

static void setup(void)
{
    saved = dup(STDERR_FILENO);
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    ck_assert_int_eq(close(ends[1]), 0);
    wf_log_open("endorse-test", 3, WF_LOG_INFO);
}

/* Ends the capture; everything that was written. */
static size_t captured(char *text, size_t size)
{
    ck_assert_int_eq(dup2(saved, STDERR_FILENO), STDERR_FILENO);
    ssize_t length = read(ends[0], text, size - 1);
    ck_assert_int_ge(length, 0);
    text[length] = '\0';
    ck_assert_int_eq(close(ends[0]), 0);
    ck_assert_int_eq(close(saved), 0);
    return (size_t)length;
}

static json_t *only_line(void)
{
    char text[8192];
    size_t length = captured(text, sizeof text);
    ck_assert_uint_gt(length, 0);
    ck_assert_ptr_eq(strchr(text, '\n'), text + length - 1);
    json_t *line = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_msg(line != NULL, "no JSON: %s", text);
    return line;
}

static const char *text_of(const json_t *line, const char *name)
{
    const char *text = json_string_value(json_object_get(line, name));
    ck_assert_msg(text != NULL, "%s is no text", name);
    return text;
}

START_TEST(a_line_says_who_when_and_what)
{
    wf_log(WF_LOG_READY, "path=%s count=%d", "/run/endorse", 12);
    json_t *line = only_line();
    ck_assert_str_eq(text_of(line, "id"), "READY");
    ck_assert_str_eq(text_of(line, "level"), "info");
    ck_assert_str_eq(text_of(line, "program"), "endorse-test.3");
    ck_assert_str_eq(text_of(line, "path"), "/run/endorse");
    ck_assert_int_eq(json_integer_value(json_object_get(line, "count")), 12);
    ck_assert_uint_eq(strlen(text_of(line, "time")), 24);
    json_decref(line);
}
END_TEST

START_TEST(values_may_hold_spaces_and_whatever_would_break_the_line)
{
    wf_log(WF_LOG_STOP, "reason=%s next=%s", "a \"b\" \\ c\nd\t\xff end", "x=y z");
    json_t *line = only_line();
    ck_assert_int_eq(strncmp(text_of(line, "reason"), "a \"b\" \\ c\nd\t", 12), 0);
    ck_assert_str_eq(text_of(line, "next"), "x=y z");
    json_decref(line);
}
END_TEST

START_TEST(what_only_looks_like_a_number_stays_text)
{
    wf_log(WF_LOG_STOP, "a=%s b=%s c=%s d=%s e=%s", "-5", "007", "1.5", "-", "1234567890123456");
    json_t *line = only_line();
    ck_assert_int_eq(json_integer_value(json_object_get(line, "a")), -5);
    ck_assert_str_eq(text_of(line, "b"), "007");
    ck_assert_str_eq(text_of(line, "c"), "1.5");
    ck_assert_str_eq(text_of(line, "d"), "-");
    ck_assert_str_eq(text_of(line, "e"), "1234567890123456");
    json_decref(line);
}
END_TEST

START_TEST(a_line_below_the_level_is_not_written)
{
    char text[64];
    wf_log(WF_LOG_DECISION, "state=%s", "x");
    wf_log_open("endorse-test", 3, WF_LOG_ERROR);
    wf_log(WF_LOG_READY, "state=%s", "x");
    ck_assert_int_eq(close(STDERR_FILENO), 0); /* so that reading ends */
    ck_assert_uint_eq(captured(text, sizeof text), 0);
}
END_TEST

START_TEST(a_value_that_is_too_long_is_cut_and_the_line_stays_whole)
{
    char value[3000];
    memset(value, 'v', sizeof value);
    value[sizeof value - 1] = '\0';
    wf_log(WF_LOG_STOP, "reason=%s", value);
    json_t *line = only_line();
    ck_assert_uint_lt(strlen(text_of(line, "reason")), sizeof value);
    json_decref(line);
}
END_TEST

START_TEST(every_id_is_its_own)
{
    static const char *const ids[] = {
#define WF_LOG_ID(symbol, level, id, sentence) id,
#include "wf_log_ids.def"
#undef WF_LOG_ID
    };
    char text[8];
    for (size_t i = 0; i < WF_LOG_ID_COUNT; i++) {
        ck_assert_uint_eq(strspn(ids[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789"), strlen(ids[i]));
        for (size_t j = 0; j < i; j++)
            ck_assert_str_ne(ids[i], ids[j]);
    }
    ck_assert_int_eq(close(STDERR_FILENO), 0);
    ck_assert_uint_eq(captured(text, sizeof text), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("log");
    TCase *tests = tcase_create("lines");
    tcase_add_checked_fixture(tests, setup, NULL);
    tcase_add_test(tests, a_line_says_who_when_and_what);
    tcase_add_test(tests, values_may_hold_spaces_and_whatever_would_break_the_line);
    tcase_add_test(tests, what_only_looks_like_a_number_stays_text);
    tcase_add_test(tests, a_line_below_the_level_is_not_written);
    tcase_add_test(tests, a_value_that_is_too_long_is_cut_and_the_line_stays_whole);
    tcase_add_test(tests, every_id_is_its_own);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
