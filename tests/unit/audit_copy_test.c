/* links: wf_audit_kit */
/* AUDIT 2: the copy as files: what is written can be proved, what was changed is found, what a crash leaves is
 * continued. */
#include "audit_kit.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct audit_kit kit;
static const char first_file[] = "0001-000001.log";

static void setup(void)
{
    audit_kit_open(&kit);
}

static void teardown(void)
{
    audit_kit_close(&kit);
}

static void copy_some(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct audit_entry entry = audit_kit_line(&kit, i % 5);
        ck_assert_int_eq(audit_kit_copy(&kit, &entry), AUDIT_FITS);
    }
    audit_kit_flush(&kit);
}

static void assert_whole(uint64_t lines)
{
    const struct audit_report *report = audit_kit_verify(&kit, NULL);
    ck_assert_msg(!report->breaks.is_found, "%s at %llu: %s", report->breaks.file,
                  (unsigned long long)report->breaks.offset, report->breaks.reason);
    ck_assert_uint_eq(report->lines, lines);
}

START_TEST(what_was_copied_is_proved_and_private)
{
    struct stat file;
    char path[128];
    audit_kit_start(&kit);
    copy_some(12);
    const struct audit_report *report = audit_kit_verify(&kit, NULL);
    ck_assert(!report->breaks.is_found);
    ck_assert_uint_eq(report->lines, 12);
    ck_assert_uint_eq(report->aggregates, 5);
    ck_assert_uint_eq(report->checkpoints, 1);
    ck_assert_uint_eq(report->unsigned_records, 0);
    ck_assert_uint_eq(report->last.sequence, 1);
    audit_kit_path(&kit, first_file, path);
    ck_assert_int_eq(stat(path, &file), 0);
    ck_assert_uint_eq(file.st_mode & 07777, 0600);
}
END_TEST

START_TEST(nothing_new_writes_no_checkpoint)
{
    struct wf_error error = {0};
    audit_kit_start(&kit);
    copy_some(3);
    uint64_t size = audit_kit_size(&kit, first_file);
    audit_kit_flush(&kit);
    ck_assert_uint_eq(audit_kit_size(&kit, first_file), size);
    ck_assert_int_eq(audit_writer_flush(kit.writer, kit.now, true, &error), 0);
    ck_assert_uint_gt(audit_kit_size(&kit, first_file), size);
    assert_whole(3);
}
END_TEST

START_TEST(a_restart_goes_on_where_the_copy_ends)
{
    audit_kit_start(&kit);
    copy_some(7);
    audit_kit_stop(&kit);
    audit_kit_start(&kit);
    ck_assert_uint_eq(kit.resumed.cut, 0);
    ck_assert(!kit.resumed.is_altered);
    const struct audit_state *state = audit_writer_state(kit.writer);
    ck_assert_uint_eq(state->lines, 7);
    ck_assert_uint_eq(state->last.sequence, 1);
    copy_some(7);
    ck_assert_uint_eq(audit_kit_verify(&kit, NULL)->last.sequence, 2);
    assert_whole(14);
}
END_TEST

START_TEST(a_line_that_does_not_follow_is_kept_and_told_once)
{
    audit_kit_start(&kit);
    copy_some(5);
    (void)audit_kit_line(&kit, 0); /* lost before it was copied */
    struct audit_entry behind = audit_kit_line(&kit, 0);
    ck_assert_int_eq(audit_kit_copy(&kit, &behind), AUDIT_FITS_NOT);
    struct audit_entry next = audit_kit_line(&kit, 0);
    ck_assert_int_eq(audit_kit_copy(&kit, &next), AUDIT_FITS);
    audit_kit_flush(&kit);
    const struct audit_state *state = audit_writer_state(kit.writer);
    ck_assert_uint_eq(state->open_count, 1);
    ck_assert_int_eq(state->open[0].kind, AUDIT_ALARM_CHAIN);
    ck_assert_uint_eq(state->open[0].ms, behind.ms);
    assert_whole(7);
    ck_assert_uint_eq(audit_kit_verify(&kit, NULL)->unfit, 1);
}
END_TEST

START_TEST(an_entry_that_is_no_line_is_kept_and_told)
{
    static const uint8_t nonsense[] = "no line";
    static uint8_t endless[300 * 1024];
    struct audit_entry entry = {.stream = 3, .ms = 5, .line = {nonsense, sizeof nonsense}};
    audit_kit_start(&kit);
    ck_assert_int_eq(audit_kit_copy(&kit, &entry), AUDIT_IS_NO_LINE);
    entry = (struct audit_entry){.stream = 3, .ms = 6, .line = {endless, sizeof endless}};
    ck_assert_int_eq(audit_kit_copy(&kit, &entry), AUDIT_IS_NO_LINE);
    audit_kit_flush(&kit);
    assert_whole(2);
    ck_assert_uint_eq(audit_kit_verify(&kit, NULL)->alarms, 1);
}
END_TEST

START_TEST(an_alarm_stays_until_it_is_acknowledged)
{
    struct wf_error error = {0};
    struct audit_alarm alarm = {
        .kind = AUDIT_ALARM_SHORTER, .stream = 9, .missing = 4, .detail = "two words"};
    audit_kit_start(&kit);
    copy_some(5);
    ck_assert_int_eq(audit_writer_alarm(kit.writer, kit.now, &alarm, &error), 0);
    audit_kit_flush(&kit);
    audit_kit_stop(&kit);
    audit_kit_start(&kit);
    const struct audit_state *state = audit_writer_state(kit.writer);
    ck_assert_uint_eq(state->open_count, 1);
    ck_assert_str_eq(state->open[0].detail, "two-words");
    ck_assert_int_eq(state->streams[9].missing, 4);
    ck_assert_int_eq(audit_writer_acknowledge(kit.writer, kit.now, 1, "ann", &error), 0);
    audit_kit_flush(&kit);
    audit_kit_stop(&kit);
    audit_kit_start(&kit);
    state = audit_writer_state(kit.writer);
    ck_assert_uint_eq(state->open_count, 0);
    ck_assert_int_eq(state->streams[9].missing, 4);
    assert_whole(5);
}
END_TEST

START_TEST(an_ended_aggregate_has_no_head_and_may_begin_again)
{
    audit_kit_start(&kit);
    copy_some(5);
    struct audit_entry last = audit_kit_last_line(&kit, 2);
    ck_assert_int_eq(audit_kit_copy(&kit, &last), AUDIT_FITS);
    ck_assert_uint_eq(audit_writer_state(kit.writer)->aggregates, 4);
    struct audit_entry again = audit_kit_line(&kit, 2);
    ck_assert_int_eq(audit_kit_copy(&kit, &again), AUDIT_FITS);
    audit_kit_flush(&kit);
    assert_whole(7);
    ck_assert_uint_eq(audit_kit_verify(&kit, NULL)->aggregates, 5);
}
END_TEST

START_TEST(a_life_that_begins_again_without_an_end_does_not_fit)
{
    audit_kit_start(&kit);
    copy_some(5);
    memset(&kit.people[1], 0, sizeof kit.people[1]);
    struct audit_entry again = audit_kit_line(&kit, 1);
    ck_assert_int_eq(audit_kit_copy(&kit, &again), AUDIT_FITS_NOT);
}
END_TEST

START_TEST(a_torn_tail_is_cut_and_what_was_whole_stays)
{
    audit_kit_start(&kit);
    copy_some(4);
    uint64_t whole = audit_kit_size(&kit, first_file);
    copy_some(4);
    uint64_t size = audit_kit_size(&kit, first_file);
    audit_kit_stop(&kit);
    audit_kit_cut(&kit, first_file, size - 10);
    ck_assert(audit_kit_verify(&kit, NULL)->breaks.is_found);
    audit_kit_start(&kit);
    ck_assert(!kit.resumed.is_altered);
    ck_assert_uint_gt(kit.resumed.cut, 0);
    ck_assert_uint_eq(audit_writer_state(kit.writer)->lines, 8); /* only the checkpoint was torn */
    ck_assert_uint_gt(audit_kit_size(&kit, first_file), whole);
    audit_kit_flush(&kit);
    assert_whole(8);
    ck_assert_uint_eq(audit_kit_verify(&kit, NULL)->last.sequence, 2);
}
END_TEST

START_TEST(zeros_behind_the_end_are_a_torn_tail)
{
    static const uint8_t zeros[5000];
    audit_kit_start(&kit);
    copy_some(4);
    audit_kit_stop(&kit);
    audit_kit_add(&kit, first_file, (struct wf_bytes){zeros, sizeof zeros});
    audit_kit_start(&kit);
    ck_assert(!kit.resumed.is_altered);
    ck_assert_uint_eq(kit.resumed.cut, sizeof zeros);
    copy_some(4);
    assert_whole(8);
}
END_TEST

START_TEST(a_file_that_was_only_begun_is_begun_again)
{
    audit_kit_start(&kit);
    copy_some(1);
    audit_kit_stop(&kit);
    audit_kit_cut(&kit, first_file, 11);
    audit_kit_start(&kit);
    ck_assert(!kit.resumed.is_altered);
    ck_assert_uint_eq(audit_writer_state(kit.writer)->lines, 0);
    memset(kit.people, 0, sizeof kit.people);
    copy_some(3);
    assert_whole(3);
}
END_TEST

START_TEST(an_altered_byte_is_found_by_everybody)
{
    audit_kit_start(&kit);
    copy_some(6);
    uint64_t at = audit_kit_size(&kit, first_file) / 2;
    copy_some(6);
    audit_kit_stop(&kit);
    audit_kit_flip(&kit, first_file, at);
    const struct audit_report *report = audit_kit_verify(&kit, NULL);
    ck_assert(report->breaks.is_found);
    ck_assert_str_eq(report->breaks.file, first_file);
    ck_assert_uint_le(report->breaks.offset, at);
    audit_kit_start(&kit);
    ck_assert(kit.resumed.is_altered);
    const struct audit_state *state = audit_writer_state(kit.writer);
    ck_assert_uint_eq(state->generation, 2);
    ck_assert_uint_eq(state->lines, 0);
    ck_assert_uint_eq(state->open_count, 1);
    ck_assert_int_eq(state->open[0].kind, AUDIT_ALARM_COPY_ALTERED);
    ck_assert(strstr(state->open[0].detail, first_file));
}
END_TEST

START_TEST(a_missing_file_is_found)
{
    kit.file_bytes = 1;
    audit_kit_start(&kit);
    copy_some(3);
    copy_some(3);
    copy_some(3);
    assert_whole(9);
    ck_assert_uint_eq(audit_kit_verify(&kit, NULL)->files, 3);
    audit_kit_stop(&kit);
    audit_kit_remove(&kit, "0001-000002.log");
    const struct audit_report *report = audit_kit_verify(&kit, NULL);
    ck_assert(report->breaks.is_found);
    ck_assert_str_eq(report->breaks.file, "0001-000002.log");
    ck_assert_str_eq(report->breaks.reason, "the file is missing");
    audit_kit_start(&kit);
    ck_assert(kit.resumed.is_altered);
}
END_TEST

START_TEST(a_new_day_begins_a_file_and_the_chain_goes_on)
{
    audit_kit_start(&kit);
    copy_some(3);
    kit.now += WF_DAY;
    copy_some(3); /* the cycle that notices still ends the old file */
    copy_some(3);
    assert_whole(9);
    ck_assert_uint_eq(audit_kit_verify(&kit, NULL)->files, 2);
    audit_kit_stop(&kit);
    audit_kit_start(&kit);
    copy_some(3);
    ck_assert_uint_eq(audit_kit_verify(&kit, NULL)->files, 2);
    assert_whole(12);
}
END_TEST

START_TEST(a_copy_that_was_turned_back_lacks_the_deposited_checkpoint)
{
    struct audit_copy *copy = NULL;
    struct wf_error error = {0};
    struct wf_buffer text = {0};
    audit_kit_start(&kit);
    copy_some(4);
    uint64_t before = audit_kit_size(&kit, first_file);
    copy_some(4);
    ck_assert_int_eq(audit_copy_open(&copy, kit.folder, &error), 0);
    ck_assert_int_eq(audit_copy_last_checkpoint(copy, &text, &error), 0);
    audit_copy_close(&copy);
    wf_buffer_append(&text, "", 1);
    copy_some(4);
    ck_assert(audit_kit_verify(&kit, (const char *)text.data)->is_deposited_found);
    audit_kit_stop(&kit);
    audit_kit_cut(&kit, first_file, before);
    const struct audit_report *report = audit_kit_verify(&kit, (const char *)text.data);
    ck_assert(!report->breaks.is_found); /* by itself it is whole */
    ck_assert(!report->is_deposited_found);
    wf_buffer_fini(&text);
}
END_TEST

START_TEST(another_key_does_not_verify)
{
    static const uint8_t seed[AUDIT_HASH] = {8};
    audit_kit_start(&kit);
    copy_some(4);
    audit_kit_stop(&kit);
    audit_key_make(seed, &kit.key);
    ck_assert(audit_kit_verify(&kit, NULL)->breaks.is_found);
}
END_TEST

struct seen {
    unsigned count;
    uint64_t last;
};
static bool see(void *context, const struct audit_line *line, bool fits)
{
    struct seen *seen = context;
    ck_assert(fits);
    ck_assert_uint_gt(line->ms, seen->last);
    seen->last = line->ms;
    seen->count++;
    return true;
}

START_TEST(lines_come_back_of_one_and_of_all_and_over_generations_once)
{
    struct audit_copy *copy = NULL;
    struct wf_error error = {0};
    struct audit_break breaks;
    struct seen seen = {0};
    struct audit_entry kept[20];
    audit_kit_start(&kit);
    for (unsigned i = 0; i < 20; i++) {
        kept[i] = audit_kit_line(&kit, i % 5);
        (void)audit_kit_copy(&kit, &kept[i]);
        if (i == 9)
            audit_kit_flush(&kit);
    }
    audit_kit_flush(&kit);
    uint64_t size = audit_kit_size(&kit, first_file);
    audit_kit_stop(&kit);
    audit_kit_flip(&kit, first_file, size * 3 / 4);
    audit_kit_start(&kit);
    ck_assert(kit.resumed.is_altered);
    for (unsigned i = 0; i < 20; i++)
        ck_assert_int_eq(audit_kit_copy(&kit, &kept[i]), AUDIT_FITS);
    audit_kit_flush(&kit);
    ck_assert_int_eq(audit_copy_open(&copy, kit.folder, &error), 0);
    ck_assert_int_eq(
        audit_copy_aggregate(copy, "intake/application/A-3", see, &seen, &breaks, &error), 0);
    ck_assert_uint_eq(seen.count, 4);
    ck_assert(breaks.is_found);
    seen = (struct seen){0};
    ck_assert_int_eq(
        audit_copy_aggregate(copy, "intake/application/A-33", see, &seen, NULL, &error), 0);
    ck_assert_uint_eq(seen.count, 0);
    ck_assert_int_eq(audit_copy_lines(copy, "nowhere:1", NULL, see, &seen, NULL, &error), -1);
    audit_copy_close(&copy);
}
END_TEST

START_TEST(a_second_writer_is_turned_away)
{
    struct audit_writer *other = NULL;
    struct wf_error error = {0};
    audit_kit_start(&kit);
    ck_assert_int_eq(audit_writer_create(&other, kit.folder, &kit.key, 1000, &error), -1);
    ck_assert_int_eq(error.code, WF_AGAIN);
}
END_TEST

START_TEST(a_hundred_thousand_lines)
{
    audit_kit_start(&kit);
    kit.file_bytes = 0;
    for (unsigned i = 0; i < 100000; i++) {
        struct audit_entry entry = audit_kit_line(&kit, i % AUDIT_KIT_PEOPLE);
        ck_assert_int_eq(audit_kit_copy(&kit, &entry), AUDIT_FITS);
        wf_pool_clear(&kit.pool);
        if (i % 5000 == 4999)
            audit_kit_flush(&kit);
    }
    audit_kit_stop(&kit);
    assert_whole(100000);
    audit_kit_start(&kit);
    ck_assert_uint_eq(audit_writer_state(kit.writer)->lines, 100000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("audit copy: AUDIT 2");
    TCase *tests = tcase_create("copy");
    tcase_set_timeout(tests, 30);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, what_was_copied_is_proved_and_private);
    tcase_add_test(tests, nothing_new_writes_no_checkpoint);
    tcase_add_test(tests, a_restart_goes_on_where_the_copy_ends);
    tcase_add_test(tests, a_line_that_does_not_follow_is_kept_and_told_once);
    tcase_add_test(tests, an_entry_that_is_no_line_is_kept_and_told);
    tcase_add_test(tests, an_alarm_stays_until_it_is_acknowledged);
    tcase_add_test(tests, an_ended_aggregate_has_no_head_and_may_begin_again);
    tcase_add_test(tests, a_life_that_begins_again_without_an_end_does_not_fit);
    tcase_add_test(tests, a_torn_tail_is_cut_and_what_was_whole_stays);
    tcase_add_test(tests, zeros_behind_the_end_are_a_torn_tail);
    tcase_add_test(tests, a_file_that_was_only_begun_is_begun_again);
    tcase_add_test(tests, an_altered_byte_is_found_by_everybody);
    tcase_add_test(tests, a_missing_file_is_found);
    tcase_add_test(tests, a_new_day_begins_a_file_and_the_chain_goes_on);
    tcase_add_test(tests, a_copy_that_was_turned_back_lacks_the_deposited_checkpoint);
    tcase_add_test(tests, another_key_does_not_verify);
    tcase_add_test(tests, lines_come_back_of_one_and_of_all_and_over_generations_once);
    tcase_add_test(tests, a_second_writer_is_turned_away);
    tcase_add_test(tests, a_hundred_thousand_lines);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
