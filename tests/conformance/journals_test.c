/* links: wf_kit wf_redis_store wf_audit_kit */
/* AUDIT 3.1: what a copier is told of streams, by a real Redis: pages, lengths, exact entries, and whatever else
 * somebody may have put under the key of a journal. */
#include "audit_streams.h"
#include "redis_fixture.h"
#include "redis_journals.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct redis_fixture fixture;
static struct wf_journals *journals;
static struct wf_error error;

static void setup(void)
{
    redis_fixture_start(&fixture, NULL);
    journals = redis_journals_open(fixture.socket, NULL, NULL, 2000);
}

static void teardown(void)
{
    wf_journals_destroy(&journals);
    redis_fixture_stop(&fixture);
}

static void run(const char *const *words, size_t count)
{
    struct wf_buffer reply = {0};
    redis_fixture_do(&fixture, NULL, NULL, &reply, words, count);
    ck_assert_msg(reply.data[0] != '!', "%s", (const char *)reply.data);
    wf_buffer_fini(&reply);
}

static void add(const char *id, const char *name, const char *value)
{
    const char *const words[] = {"XADD", "{exam:5}:j", id, name, value};
    run(words, 5);
}

struct told {
    size_t answers, count;
    uint64_t length, last_ms, last_n;
    char first[64];
};

static void note(void *context, size_t ask, uint64_t length,
                 const struct wf_journals_entry *entries, size_t count)
{
    struct told *told = context;
    ck_assert_uint_eq(ask, told->answers++);
    told->length = length;
    told->count = count;
    if (!count)
        return;
    told->last_ms = entries[count - 1].ms;
    told->last_n = entries[count - 1].n;
    ck_assert_uint_lt(entries[0].line.length, sizeof told->first);
    memcpy(told->first, entries[0].line.data, entries[0].line.length);
    told->first[entries[0].line.length] = '\0';
}

static struct told ask(uint64_t ms, uint64_t n, size_t most, bool is_exact)
{
    struct wf_journals_ask one = {WF_EXAM, 5, ms, n, most, is_exact};
    struct told told = {0};
    ck_assert_msg(!wf_journals_read(journals, &one, 1, note, &told, &error), "%s", error.text);
    ck_assert_uint_eq(told.answers, 1);
    return told;
}

START_TEST(a_stream_that_is_not_there_is_empty)
{
    struct told told = ask(0, 0, 9, false);
    ck_assert_uint_eq(told.count, 0);
    ck_assert_uint_eq(told.length, 0);
}
END_TEST

START_TEST(pages_begin_behind_the_given_entry)
{
    add("5-1", "m", "one");
    add("5-2", "m", "two");
    add("7-0", "m", "three");
    struct told told = ask(0, 0, 2, false);
    ck_assert_uint_eq(told.count, 2);
    ck_assert_uint_eq(told.length, 3);
    ck_assert_str_eq(told.first, "one");
    ck_assert_uint_eq(told.last_n, 2);
    told = ask(5, 1, 9, false);
    ck_assert_uint_eq(told.count, 2);
    ck_assert_str_eq(told.first, "two");
    ck_assert_uint_eq(told.last_ms, 7);
    ck_assert_uint_eq(ask(7, 0, 9, false).count, 0);
}
END_TEST

START_TEST(one_entry_is_there_or_not)
{
    add("5-1", "m", "one");
    ck_assert_str_eq(ask(5, 1, 1, true).first, "one");
    ck_assert_uint_eq(ask(5, 2, 1, true).count, 0);
}
END_TEST

START_TEST(what_is_no_line_comes_as_its_texts)
{
    const char *const words[] = {"XADD", "{exam:5}:j", "6-0", "m", "x", "y", ""};
    add("5-1", "other", "one");
    run(words, 7);
    ck_assert_str_eq(ask(0, 0, 9, false).first, "other\none\n");
    ck_assert_str_eq(ask(5, 1, 9, false).first, "m\nx\ny\n\n");
}
END_TEST

START_TEST(a_key_that_is_no_stream_any_more_is_empty_and_the_others_are_told)
{
    const struct wf_journals_ask asks[] = {
        {WF_EXAM, 5, 0, 0, 9, false}, {WF_EXAM, 6, 0, 0, 9, false}, {WF_EXAM, 5, 5, 1, 1, true}};
    const char *const words[] = {"SET", "{exam:6}:j", "x"};
    struct told told = {0};
    add("5-1", "m", "one");
    run(words, 3);
    ck_assert_msg(!wf_journals_read(journals, asks, 3, note, &told, &error), "%s", error.text);
    ck_assert_uint_eq(told.answers, 3);
    ck_assert_uint_eq(told.count, 1);
}
END_TEST

START_TEST(a_lost_connection_is_told_and_made_again)
{
    const char *const words[] = {"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"};
    struct wf_journals_ask one = {WF_EXAM, 5, 0, 0, 9, false};
    struct told told = {0};
    add("5-1", "m", "one");
    ck_assert_uint_eq(ask(0, 0, 9, false).count, 1);
    run(words, 6);
    ck_assert_int_eq(wf_journals_read(journals, &one, 1, note, &told, &error), -1);
    ck_assert_int_eq(error.code, WF_AGAIN);
    ck_assert_uint_eq(told.answers, 0);
    ck_assert_uint_eq(ask(0, 0, 9, false).count, 1);
}
END_TEST

/* The whole way once: lines into Redis, a cycle, a stream cut with the right to append alone. */
START_TEST(a_copier_sees_a_real_stream_cut)
{
    struct audit_copier *copier = malloc(sizeof *copier);
    struct audit_step step = {0};
    bool is_disk = false;
    ck_assert_ptr_nonnull(copier);
    audit_copier_open(copier);
    add("5-1", "m", "one");
    add("5-2", "m", "two");
    while (!step.is_done)
        ck_assert_int_eq(audit_follow_step(&copier->follow, copier->kit.writer, journals,
                                           copier->kit.now, &step, &is_disk, &error),
                         0);
    const char *const cut[] = {"XADD", "{exam:5}:j", "MAXLEN", "0", "9-0", "m", "x"};
    run(cut, 7);
    step.is_done = false;
    while (!step.is_done)
        ck_assert_int_eq(audit_follow_step(&copier->follow, copier->kit.writer, journals,
                                           copier->kit.now, &step, &is_disk, &error),
                         0);
    const struct audit_alarm *alarm = audit_state_open_alarm(
        audit_copier_state(copier), AUDIT_ALARM_VANISHED, (unsigned)WF_EXAM * WF_PARTITIONS + 5);
    ck_assert_ptr_nonnull(alarm);
    ck_assert_int_eq(alarm->missing, 2);
    audit_copier_close(copier);
    free(copier);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("journals: AUDIT 3.1");
    TCase *tests = tcase_create("journals");
    tcase_set_timeout(tests, 30);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_stream_that_is_not_there_is_empty);
    tcase_add_test(tests, pages_begin_behind_the_given_entry);
    tcase_add_test(tests, one_entry_is_there_or_not);
    tcase_add_test(tests, what_is_no_line_comes_as_its_texts);
    tcase_add_test(tests, a_key_that_is_no_stream_any_more_is_empty_and_the_others_are_told);
    tcase_add_test(tests, a_lost_connection_is_told_and_made_again);
    tcase_add_test(tests, a_copier_sees_a_real_stream_cut);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
