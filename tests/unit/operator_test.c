/* links: wf_toy wf_kit */
/* SPEC 4.5: what cannot be applied parks its aggregate alone, and operators mend it; and what every
 * program answers alike. */
#include "toy_asker.h"

#include "wf_arena.h"
#include "wf_config.h"

#include "endorse/v1/internal.pb-c.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct toy_world world;
static struct toy_program *intake, *asker;
static struct wf_arena arena;
static struct toy_answer answer;

static void open_world(void)
{
    toy_world_open(&world, 1);
    intake = toy_world_add(&world, &toy_intake, NULL, 0);
    (void)toy_world_add(&world, &toy_reference, NULL, 0);
    asker = toy_world_add(&world, &toy_asker, NULL, 0);
    wf_arena_init(&arena, 1 << 20);
}

static void close_world(void)
{
    toy_world_close(&world);
    wf_arena_fini(&arena);
    wf_buffer_fini(&answer.payload);
}

static enum wf_reply pay(const char *id, const char *key, int64_t amount)
{
    return toy_pay_now(&world, intake, id, key, amount);
}

static uint32_t paid(const char *id)
{
    struct toy_state state;
    ck_assert(toy_world_settle(&world, 60000));
    return toy_world_state(&world, WF_INTAKE, "application", id, &state) ? state.paid : 0;
}

static const Endorse__V1__DeadPage *list(uint32_t limit, const char *cursor)
{
    Endorse__V1__DeadList wanted = ENDORSE__V1__DEAD_LIST__INIT;
    wanted.limit = limit;
    wanted.cursor = (char *)cursor;
    toy_ask(&world, asker, WF_MESSAGE_DEAD_LIST, "intake", "", &wanted.base, &answer);
    ck_assert_int_eq(answer.reply, WF_REPLY_OK);
    const void *page =
        wf_unpack(&endorse__v1__dead_page__descriptor, wf_buffer_bytes(&answer.payload), &arena);
    ck_assert_ptr_nonnull(page);
    return page;
}

static enum wf_reply mend(enum wf_message message, const char *id, const char *key)
{
    Endorse__V1__DeadAct act = ENDORSE__V1__DEAD_ACT__INIT;
    act.id = (char *)id;
    act.reason = (char *)"mended";
    toy_ask(&world, asker, message, "intake", key, &act.base, &answer);
    return answer.reply;
}

/* Three events of MA-1, of which the first cannot be applied. */
static const char *park(void)
{
    ck_assert_int_eq(pay("MA-1", "e1", TOY_AMOUNT_BREAKS), WF_REPLY_OK);
    ck_assert_int_eq(pay("MA-1", "e2", 100), WF_REPLY_OK);
    ck_assert_int_eq(pay("MA-1", "e3", 100), WF_REPLY_OK);
    const Endorse__V1__DeadPage *page = list(0, "");
    ck_assert_uint_eq(page->n_letters, 1);
    ck_assert_uint_eq(page->letters[0]->behind, 2);
    ck_assert_str_eq(page->letters[0]->cause, "invariant does not hold: nothing is broken");
    ck_assert_str_eq(page->letters[0]->aggregate, "intake/application/MA-1");
    return page->letters[0]->id;
}

START_TEST(a_broken_event_parks_its_aggregate_alone)
{
    (void)park();
    ck_assert_uint_eq(paid("MA-1"), 0);
    ck_assert_int_eq(pay("MA-2", "e1", 100), WF_REPLY_OK);
    ck_assert_uint_eq(paid("MA-2"), 1);
    ck_assert_int_eq(toy_world_figure(intake, "parked"), 3);
    ck_assert_int_eq(toy_world_figure(intake, "dead"), 1);
    ck_assert_int_eq(pay("MA-1", "e2", 100), WF_REPLY_DUPLICATE);
}
END_TEST

START_TEST(a_retry_without_a_cure_changes_nothing)
{
    const char *id = park();
    ck_assert_int_eq(mend(WF_MESSAGE_DEAD_RETRY, id, "r1"), WF_REPLY_REFUSED);
    ck_assert_uint_eq(paid("MA-1"), 0);
    ck_assert_uint_eq(list(0, "")->n_letters, 1);
    ck_assert_uint_eq(list(0, "")->letters[0]->behind, 2);
}
END_TEST

START_TEST(a_retry_after_the_cure_steps_all_in_order)
{
    const char *id = park();
    toy_is_cured = true;
    ck_assert_int_eq(mend(WF_MESSAGE_DEAD_RETRY, id, "r1"), WF_REPLY_OK);
    ck_assert_uint_eq(paid("MA-1"), 3);
    ck_assert_uint_eq(list(0, "")->n_letters, 0);
    ck_assert_int_eq(toy_world_figure(intake, "parked"), 0);
    ck_assert_int_eq(toy_world_figure(intake, "dead"), 0);
    ck_assert_int_eq(pay("MA-1", "e4", 100), WF_REPLY_OK);
    ck_assert_uint_eq(paid("MA-1"), 4);
    ck_assert_int_eq(pay("MA-1", "e1", TOY_AMOUNT_BREAKS), WF_REPLY_DUPLICATE);
}
END_TEST

START_TEST(a_retry_survives_a_restart)
{
    const char *id = park();
    toy_world_kill(intake);
    toy_world_start(&world, intake);
    ck_assert_int_eq(toy_world_figure(intake, "dead"), 1);
    ck_assert_int_eq(toy_world_figure(intake, "parked"), 3);
    toy_is_cured = true;
    ck_assert_int_eq(mend(WF_MESSAGE_DEAD_RETRY, id, "r1"), WF_REPLY_OK);
    ck_assert_uint_eq(paid("MA-1"), 3);
}
END_TEST

START_TEST(a_discard_drops_the_first_and_steps_the_rest)
{
    const char *id = park();
    ck_assert_int_eq(mend(WF_MESSAGE_DEAD_DISCARD, id, "d1"), WF_REPLY_OK);
    ck_assert_uint_eq(paid("MA-1"), 2);
    ck_assert_uint_eq(list(0, "")->n_letters, 0);
    ck_assert_int_eq(mend(WF_MESSAGE_DEAD_DISCARD, id, "d1"), WF_REPLY_NOT_FOUND);
}
END_TEST

START_TEST(a_second_broken_one_becomes_a_letter_of_its_own)
{
    const char *first = park();
    ck_assert_int_eq(pay("MA-1", "e4", TOY_AMOUNT_BREAKS), WF_REPLY_OK);
    ck_assert_int_eq(mend(WF_MESSAGE_DEAD_DISCARD, first, "d1"), WF_REPLY_REFUSED);
    ck_assert_uint_eq(paid("MA-1"), 2);
    const Endorse__V1__DeadPage *page = list(0, "");
    ck_assert_uint_eq(page->n_letters, 1);
    ck_assert_str_ne(page->letters[0]->id, first);
    toy_is_cured = true;
    ck_assert_int_eq(mend(WF_MESSAGE_DEAD_RETRY, page->letters[0]->id, "r1"), WF_REPLY_OK);
    ck_assert_uint_eq(paid("MA-1"), 3);
}
END_TEST

START_TEST(a_deadline_of_a_parked_aggregate_waits)
{
    ck_assert_int_eq(pay("MA-1", "e0", 100), WF_REPLY_OK);
    ck_assert_uint_eq(paid("MA-1"), 1);
    const char *id = park();
    virtual_clock_advance(&world.clock, WF_HOUR + WF_MINUTE);
    ck_assert_uint_eq(paid("MA-1"), 1);
    toy_is_cured = true;
    ck_assert_int_eq(mend(WF_MESSAGE_DEAD_RETRY, id, "r1"), WF_REPLY_OK);
    ck_assert(toy_world_settle(&world, 60000));
    struct toy_state state;
    ck_assert(toy_world_state(&world, WF_INTAKE, "application", "MA-1", &state));
    ck_assert_uint_eq(state.ticked, 1);
}
END_TEST

START_TEST(the_list_is_paged_and_one_letter_shows_its_frame)
{
    char key[16], application[16];
    for (unsigned i = 0; i < 25; i++) {
        (void)snprintf(application, sizeof application, "MA-%u", i);
        (void)snprintf(key, sizeof key, "e%u", i);
        ck_assert_int_eq(pay(application, key, TOY_AMOUNT_BREAKS), WF_REPLY_OK);
    }
    char cursor[64] = "";
    unsigned seen = 0;
    for (unsigned pages = 0; pages < 4; pages++) {
        const Endorse__V1__DeadPage *page = list(10, cursor);
        ck_assert_uint_eq(page->total, 25);
        for (size_t i = 0; i < page->n_letters; i++, seen++)
            ck_assert_uint_eq(page->letters[i]->frame.len, 0);
        (void)snprintf(cursor, sizeof cursor, "%s", page->cursor);
        if (!cursor[0])
            break;
    }
    ck_assert_uint_eq(seen, 25);
    ck_assert_uint_gt(list(1, "")->letters[0]->frame.len, 0);
}
END_TEST

START_TEST(operators_need_a_name_a_key_and_an_id)
{
    const char *id = park();
    ck_assert_int_eq(mend(WF_MESSAGE_DEAD_RETRY, "nonsense", "r1"), WF_REPLY_INVALID);
    ck_assert_int_eq(mend(WF_MESSAGE_DEAD_RETRY, id, ""), WF_REPLY_INVALID);
    ck_assert_int_eq(mend(WF_MESSAGE_DEAD_RETRY, "00000000000000000000000000", "r1"),
                     WF_REPLY_NOT_FOUND);
}
END_TEST

START_TEST(a_story_tells_lines_state_and_what_is_awaited)
{
    Endorse__V1__Show show = ENDORSE__V1__SHOW__INIT;
    ck_assert_int_eq(pay("MA-1", "e1", 100), WF_REPLY_OK);
    ck_assert_int_eq(pay("MA-1", "e2", TOY_AMOUNT_REFUSED), WF_REPLY_REFUSED);
    ck_assert_uint_eq(paid("MA-1"), 1);
    show.id = (char *)"MA-1";
    toy_ask(&world, asker, WF_MESSAGE_SHOW, "intake", "", &show.base, &answer);
    ck_assert_int_eq(answer.reply, WF_REPLY_OK);
    const Endorse__V1__Story *story = (const void *)wf_unpack(
        &endorse__v1__story__descriptor, wf_buffer_bytes(&answer.payload), &arena);
    ck_assert_uint_eq(story->n_lines, 3);
    ck_assert_str_eq(story->lines[0]->text, "number 0, amount 100");
    ck_assert_str_eq(story->lines[0]->actor, "portal/P1");
    ck_assert_str_eq(story->lines[1]->result, "refused: thirteen");
    ck_assert_str_eq(story->lines[2]->type, "endorse.rating.reported.v1");
    ck_assert_str_eq(story->state_json, "{\"paid\":1}");
    ck_assert_str_eq(story->waiting, "the deadline");
    show.id = (char *)"application/MA-1";
    toy_ask(&world, asker, WF_MESSAGE_SHOW, "intake", "", &show.base, &answer);
    ck_assert_int_eq(answer.reply, WF_REPLY_OK);
    show.id = (char *)"MA-9";
    toy_ask(&world, asker, WF_MESSAGE_SHOW, "intake", "", &show.base, &answer);
    ck_assert_int_eq(answer.reply, WF_REPLY_NOT_FOUND);
}
END_TEST

START_TEST(status_and_questions_are_answered)
{
    Endorse__V1__Empty empty = ENDORSE__V1__EMPTY__INIT;
    Endorse__V1__PortalList portals = ENDORSE__V1__PORTAL_LIST__INIT;
    toy_ask(&world, asker, WF_MESSAGE_STATUS, "reference", "", &empty.base, &answer);
    ck_assert_int_eq(answer.reply, WF_REPLY_OK);
    const Endorse__V1__WorkerStatus *status = (const void *)wf_unpack(
        &endorse__v1__worker_status__descriptor, wf_buffer_bytes(&answer.payload), &arena);
    ck_assert_ptr_nonnull(strstr(status->row_json, "\"state\":\"running\""));
    toy_ask(&world, asker, WF_MESSAGE_PORTAL_LIST, "intake", "", &portals.base, &answer);
    ck_assert_int_eq(answer.reply, WF_REPLY_OK);
}
END_TEST

START_TEST(the_clock_moves_in_a_sandbox_only)
{
    Endorse__V1__ClockSet set = ENDORSE__V1__CLOCK_SET__INIT;
    set.offset_ms = WF_DAY;
    toy_ask(&world, asker, WF_MESSAGE_CLOCK_SET, "intake", "c1", &set.base, &answer);
    ck_assert_int_eq(answer.reply, WF_REPLY_DENIED);
}
END_TEST

START_TEST(in_a_sandbox_deadlines_come_with_the_clock)
{
    char folder[] = "/tmp/endorse-clock-XXXXXX";
    char secrets[64];
    struct wf_error error = {0};
    struct wf_config *config = NULL;
    Endorse__V1__ClockSet set = ENDORSE__V1__CLOCK_SET__INIT;
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(secrets, sizeof secrets, "%s/secrets", folder);
    FILE *file = fopen(secrets, "we");
    ck_assert_ptr_nonnull(file);
    (void)fprintf(file, "fingerprint-key %064d\n", 7);
    (void)fclose(file);
    char *arguments[] = {(char *)"endorse-intake",
                         (char *)"--sandbox",
                         (char *)"yes",
                         (char *)"--secrets-file",
                         secrets,
                         NULL};
    ck_assert_msg(wf_config_read(&config, &toy_intake, 5, arguments, &error) == 0, "%s",
                  error.text);
    toy_world_kill(intake);
    intake->config = config;
    toy_world_start(&world, intake);
    ck_assert_int_eq(pay("MA-1", "e1", 100), WF_REPLY_OK);
    set.offset_ms = 30 * WF_DAY;
    toy_ask(&world, asker, WF_MESSAGE_CLOCK_SET, "intake", "c1", &set.base, &answer);
    ck_assert_int_eq(answer.reply, WF_REPLY_OK);
    for (unsigned i = 0; i < 50; i++)
        toy_world_turn(&world, 10);
    struct toy_state state;
    ck_assert(toy_world_state(&world, WF_INTAKE, "application", "MA-1", &state));
    ck_assert_uint_eq(state.ticked, 1);
    set.offset_ms = 29 * WF_DAY;
    toy_ask(&world, asker, WF_MESSAGE_CLOCK_SET, "intake", "c2", &set.base, &answer);
    ck_assert_int_eq(answer.reply, WF_REPLY_INVALID);
    toy_world_kill(intake);
    wf_config_destroy(&config);
    ck_assert_int_eq(unlink(secrets), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

START_TEST(nobody_there_is_busy_after_the_time_given)
{
    Endorse__V1__Empty empty = ENDORSE__V1__EMPTY__INIT;
    toy_ask(&world, asker, WF_MESSAGE_STATUS, "renewal", "", &empty.base, &answer);
    ck_assert_int_eq(answer.reply, WF_REPLY_BUSY);
    ck_assert_str_eq(answer.reason, "no-answer");
    toy_ask(&world, asker, WF_MESSAGE_RATING_VIEW, "reference", "", &empty.base, &answer);
    ck_assert_int_eq(answer.reply, WF_REPLY_DENIED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("operator");
    TCase *tests = tcase_create("parking and questions");
    tcase_set_timeout(tests, 30);
    tcase_add_checked_fixture(tests, open_world, close_world);
    tcase_add_test(tests, a_broken_event_parks_its_aggregate_alone);
    tcase_add_test(tests, a_retry_without_a_cure_changes_nothing);
    tcase_add_test(tests, a_retry_after_the_cure_steps_all_in_order);
    tcase_add_test(tests, a_retry_survives_a_restart);
    tcase_add_test(tests, a_discard_drops_the_first_and_steps_the_rest);
    tcase_add_test(tests, a_second_broken_one_becomes_a_letter_of_its_own);
    tcase_add_test(tests, a_deadline_of_a_parked_aggregate_waits);
    tcase_add_test(tests, the_list_is_paged_and_one_letter_shows_its_frame);
    tcase_add_test(tests, operators_need_a_name_a_key_and_an_id);
    tcase_add_test(tests, a_story_tells_lines_state_and_what_is_awaited);
    tcase_add_test(tests, status_and_questions_are_answered);
    tcase_add_test(tests, the_clock_moves_in_a_sandbox_only);
    tcase_add_test(tests, in_a_sandbox_deadlines_come_with_the_clock);
    tcase_add_test(tests, nobody_there_is_busy_after_the_time_given);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
