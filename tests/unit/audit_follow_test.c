/* links: wf_audit_kit */
/* AUDIT 3: journals are followed, what is not as it was left is told, and told once. */
#include "audit_streams.h"

#include "wf_messages.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct audit_copier *copier;

static void setup(void)
{
    copier = malloc(sizeof *copier);
    ck_assert_ptr_nonnull(copier);
    audit_copier_open(copier);
}

static void teardown(void)
{
    audit_copier_close(copier);
    free(copier);
}

static void happen(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        (void)audit_copier_happen(copier, i % 7);
}

static const struct audit_state *state(void)
{
    return audit_copier_state(copier);
}

static void assert_alarm(size_t index, enum audit_alarm_kind kind, int64_t missing)
{
    ck_assert_uint_gt(state()->open_count, index);
    ck_assert_str_eq(audit_alarm_name(state()->open[index].kind), audit_alarm_name(kind));
    ck_assert_int_eq(state()->open[index].missing, missing);
}

static void assert_whole(uint64_t lines)
{
    const struct audit_report *report = audit_kit_verify(&copier->kit, NULL);
    ck_assert_msg(!report->breaks.is_found, "%s", report->breaks.reason);
    ck_assert_uint_eq(report->lines, lines);
    ck_assert_uint_eq(report->unsigned_records, 0);
}

/* Takes an entry away; gives how many its stream has left. */
static void lose(size_t index)
{
    copier->streams.is_gone[index] = true;
}

START_TEST(every_service_that_owns_aggregates_is_followed)
{
    bool is_followed[WF_SERVICE_COUNT] = {0};
    for (size_t i = 0; audit_services[i] != WF_ANY; i++)
        is_followed[audit_services[i]] = true;
    for (int i = 1; i < WF_MESSAGE_COUNT; i++) {
        const struct wf_message_row *row = wf_message_row((enum wf_message)i);
        if (row->kind[0])
            ck_assert_msg(is_followed[row->to], "%s", wf_service_name(row->to));
    }
}
END_TEST

START_TEST(what_is_new_is_copied_and_nothing_else_is_asked)
{
    happen(600); /* more than a page in each stream */
    ck_assert(audit_copier_cycle(copier));
    assert_whole(600);
    ck_assert_uint_eq(state()->open_count, 0);
    uint64_t rounds = copier->streams.rounds,
             size = audit_kit_size(&copier->kit, "0001-000001.log");
    ck_assert(audit_copier_cycle(copier));
    ck_assert_uint_eq(copier->streams.rounds - rounds, 6);
    ck_assert_uint_eq(audit_kit_size(&copier->kit, "0001-000001.log"), size);
}
END_TEST

START_TEST(a_stream_that_was_emptied_is_told_once)
{
    happen(70);
    ck_assert(audit_copier_cycle(copier));
    unsigned stream = copier->streams.entries[0].stream;
    int64_t gone = 0;
    for (size_t i = 0; i < copier->streams.count; i++) {
        copier->streams.is_gone[i] = copier->streams.entries[i].stream == stream;
        gone += copier->streams.is_gone[i];
    }
    ck_assert(audit_copier_cycle(copier));
    assert_alarm(0, AUDIT_ALARM_VANISHED, gone);
    ck_assert_uint_eq(state()->open[0].stream, stream);
    ck_assert(audit_copier_cycle(copier));
    audit_copier_restart(copier);
    ck_assert(audit_copier_cycle(copier));
    ck_assert_uint_eq(state()->open_count, 1);
    ck_assert_uint_eq(state()->alarm_number, 1);
    assert_whole(70);
}
END_TEST

START_TEST(a_loss_that_new_lines_make_up_for_is_seen_all_the_same)
{
    happen(70);
    ck_assert(audit_copier_cycle(copier));
    lose(0);
    lose(7);
    happen(21); /* three more in each stream */
    ck_assert(audit_copier_cycle(copier));
    assert_alarm(0, AUDIT_ALARM_SHORTER, 2);
    assert_whole(91);
}
END_TEST

START_TEST(a_last_entry_that_is_gone_has_its_own_name)
{
    happen(70);
    ck_assert(audit_copier_cycle(copier));
    lose(69);
    ck_assert(audit_copier_cycle(copier));
    assert_alarm(0, AUDIT_ALARM_LAST_MISSING, 1);
    ck_assert_uint_eq(state()->open[0].ms, copier->streams.entries[69].ms);
}
END_TEST

START_TEST(a_further_loss_is_a_further_alarm_also_after_an_acknowledgement)
{
    struct wf_error error = {0};
    happen(70);
    ck_assert(audit_copier_cycle(copier));
    lose(0);
    ck_assert(audit_copier_cycle(copier));
    ck_assert_int_eq(
        audit_writer_acknowledge(copier->kit.writer, copier->kit.now, 1, "ann", &error), 0);
    ck_assert(audit_copier_cycle(copier));
    ck_assert_uint_eq(state()->open_count, 0);
    lose(7);
    ck_assert(audit_copier_cycle(copier));
    assert_alarm(0, AUDIT_ALARM_SHORTER, 2);
    ck_assert_uint_eq(state()->alarm_number, 2);
}
END_TEST

START_TEST(a_line_between_the_two_questions_is_no_alarm)
{
    happen(70);
    ck_assert(audit_copier_cycle(copier));
    copier->streams.late = 3; /* three streams, one cycle */
    for (unsigned i = 0; i < 4; i++)
        ck_assert(audit_copier_cycle(copier));
    ck_assert_uint_eq(state()->open_count, 0);
}
END_TEST

START_TEST(lines_put_in_behind_the_copy_are_told)
{
    happen(70);
    copier->streams.is_gone[35] = true;
    ck_assert(audit_copier_cycle(copier));
    size_t alarms = state()->alarm_number; /* its successor's chain did not fit */
    copier->streams.is_gone[35] = false;   /* with an id below the last */
    for (unsigned i = 0; i < AUDIT_LOOKS; i++)
        ck_assert(audit_copier_cycle(copier));
    ck_assert_uint_eq(state()->alarm_number, alarms + 1);
    assert_alarm(state()->open_count - 1, AUDIT_ALARM_LONGER, -1);
    for (unsigned i = 0; i < 2 * AUDIT_LOOKS; i++)
        ck_assert(audit_copier_cycle(copier));
    ck_assert_uint_eq(state()->alarm_number, alarms + 1);
}
END_TEST

START_TEST(journals_that_are_away_cost_nothing_but_time)
{
    happen(300);
    copier->streams.is_away = true;
    ck_assert(!audit_copier_cycle(copier));
    ck_assert(audit_copier_cycle(copier));
    assert_whole(300);
    ck_assert_uint_eq(state()->open_count, 0);
}
END_TEST

START_TEST(rereading_finds_what_was_changed_and_what_is_gone)
{
    static const uint8_t forged[] = "another line altogether";
    happen(70);
    ck_assert(audit_copier_cycle(copier));
    for (unsigned i = 0; i < 20; i++)
        ck_assert(!audit_copier_reread(copier, 16));
    ck_assert_uint_eq(state()->open_count, 0);
    copier->streams.entries[5].line = (struct wf_bytes){forged, sizeof forged};
    lose(6);
    for (unsigned i = 0; i < 20; i++)
        ck_assert(!audit_copier_reread(copier, 16));
    ck_assert_uint_eq(state()->open_count, 2);
    assert_alarm(0, AUDIT_ALARM_ENTRY_DIFFERS, 0);
    ck_assert_uint_eq(state()->open[0].ms, copier->streams.entries[5].ms);
    assert_alarm(1, AUDIT_ALARM_ENTRY_MISSING, 0);
    ck_assert_uint_eq(state()->open[1].ms, copier->streams.entries[6].ms);
    assert_whole(70);
}
END_TEST

START_TEST(what_is_known_to_be_missing_is_not_told_again_by_the_rereading)
{
    happen(70);
    ck_assert(audit_copier_cycle(copier));
    lose(6);
    ck_assert(audit_copier_cycle(copier));
    for (unsigned i = 0; i < 20; i++)
        ck_assert(!audit_copier_reread(copier, 16));
    ck_assert_uint_eq(state()->alarm_number, 1);
}
END_TEST

static void reread_until_altered(void)
{
    bool is_altered = false;
    for (unsigned i = 0; i < 20 && !is_altered; i++)
        is_altered = audit_copier_reread(copier, 16);
    ck_assert(is_altered);
}

START_TEST(rereading_finds_a_changed_byte_of_the_files)
{
    happen(70);
    ck_assert(audit_copier_cycle(copier));
    audit_kit_flip(&copier->kit, "0001-000001.log", 3000);
    reread_until_altered();
}
END_TEST

START_TEST(rereading_finds_files_that_end_too_early)
{
    happen(70);
    ck_assert(audit_copier_cycle(copier));
    uint64_t size = audit_kit_size(&copier->kit, "0001-000001.log");
    happen(70);
    ck_assert(audit_copier_cycle(copier));
    audit_kit_cut(&copier->kit, "0001-000001.log", size);
    reread_until_altered();
}
END_TEST

START_TEST(after_an_alteration_everything_is_copied_anew)
{
    struct wf_error error = {0};
    happen(70);
    ck_assert(audit_copier_cycle(copier));
    ck_assert_int_eq(audit_writer_begin_anew(copier->kit.writer, copier->kit.now, "here", &error),
                     0);
    ck_assert(audit_copier_cycle(copier));
    ck_assert_uint_eq(state()->generation, 2);
    ck_assert_uint_eq(state()->lines, 70);
    assert_alarm(0, AUDIT_ALARM_COPY_ALTERED, 0);
    assert_whole(140);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("audit follow: AUDIT 3");
    TCase *tests = tcase_create("follow");
    tcase_set_timeout(tests, 30);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, every_service_that_owns_aggregates_is_followed);
    tcase_add_test(tests, what_is_new_is_copied_and_nothing_else_is_asked);
    tcase_add_test(tests, a_stream_that_was_emptied_is_told_once);
    tcase_add_test(tests, a_loss_that_new_lines_make_up_for_is_seen_all_the_same);
    tcase_add_test(tests, a_last_entry_that_is_gone_has_its_own_name);
    tcase_add_test(tests, a_further_loss_is_a_further_alarm_also_after_an_acknowledgement);
    tcase_add_test(tests, a_line_between_the_two_questions_is_no_alarm);
    tcase_add_test(tests, lines_put_in_behind_the_copy_are_told);
    tcase_add_test(tests, journals_that_are_away_cost_nothing_but_time);
    tcase_add_test(tests, rereading_finds_what_was_changed_and_what_is_gone);
    tcase_add_test(tests, what_is_known_to_be_missing_is_not_told_again_by_the_rereading);
    tcase_add_test(tests, rereading_finds_a_changed_byte_of_the_files);
    tcase_add_test(tests, rereading_finds_files_that_end_too_early);
    tcase_add_test(tests, after_an_alteration_everything_is_copied_anew);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
