/* links: wf_toy wf_kit */
/* The worker's turn over stores and buses in memory: what each kind of event leads to. */
#include "toy_world.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct toy_world world;
static struct toy_program *intake, *reference, *courier;

static void open_world(void)
{
    toy_world_open(&world, 1);
    intake = toy_world_add(&world, &toy_intake, NULL, 0);
    reference = toy_world_add(&world, &toy_reference, NULL, 0);
    courier = toy_world_add(&world, &toy_courier, NULL, 0);
}

static void close_world(void)
{
    toy_world_close(&world);
}

/* What the last act was answered. */
struct told {
    unsigned calls;
    enum wf_reply reply;
    char reason[80], text[200], receipt[80];
};

static void take(void *context, const struct wf_outcome *outcome)
{
    struct told *told = context;
    told->calls++;
    told->reply = outcome->reply;
    (void)snprintf(told->reason, sizeof told->reason, "%s", outcome->reason);
    (void)snprintf(told->text, sizeof told->text, "%s", outcome->text);
    (void)snprintf(told->receipt, sizeof told->receipt, "%s", outcome->receipt);
}

static struct told pay(const char *id, const char *key, int64_t amount)
{
    struct told told = {0};
    ck_assert(toy_pay(intake, id, key, amount, take, &told));
    ck_assert(toy_world_settle(&world, 60000));
    ck_assert_uint_eq(told.calls, 1);
    return told;
}

static struct toy_state state_of(enum wf_service service, const char *kind, const char *id)
{
    struct toy_state state;
    ck_assert_msg(toy_world_state(&world, service, kind, id, &state), "no %s/%s", kind, id);
    return state;
}

START_TEST(an_act_travels_the_whole_way)
{
    struct told told = pay("MA-1", "e1", 100);
    ck_assert_int_eq(told.reply, WF_REPLY_OK);
    ck_assert_ptr_nonnull(strstr(told.receipt, "-1-"));
    ck_assert_uint_eq(state_of(WF_INTAKE, "application", "MA-1").paid, 1);
    ck_assert_uint_eq(state_of(WF_INTAKE, "application", "MA-1").reported, 1);
    ck_assert_uint_eq(state_of(WF_REFERENCE, "ratings", "MA-1").ratings, 1);
    ck_assert_uint_eq(state_of(WF_INTAKE, "portal", "P1").outcomes, 1);
}
END_TEST

START_TEST(the_same_key_is_a_duplicate_with_the_same_receipt)
{
    struct told first = pay("MA-1", "e1", 100);
    struct told second = pay("MA-1", "e1", 100);
    ck_assert_int_eq(second.reply, WF_REPLY_DUPLICATE);
    ck_assert_str_eq(second.receipt, first.receipt);
    ck_assert_uint_eq(state_of(WF_INTAKE, "application", "MA-1").paid, 1);
}
END_TEST

START_TEST(the_same_key_with_another_content_is_a_conflict)
{
    (void)pay("MA-1", "e1", 100);
    ck_assert_int_eq(pay("MA-1", "e1", 101).reply, WF_REPLY_CONFLICT);
    ck_assert_int_eq(pay("MA-2", "e1", 101).reply, WF_REPLY_OK);
}
END_TEST

START_TEST(two_of_one_key_in_one_turn_are_one)
{
    struct told one = {0};
    struct told other = {0};
    ck_assert(toy_pay(intake, "MA-1", "e1", 100, take, &one));
    ck_assert(toy_pay(intake, "MA-1", "e1", 100, take, &other));
    ck_assert(toy_world_settle(&world, 60000));
    ck_assert_int_eq(one.reply, WF_REPLY_OK);
    ck_assert_int_eq(other.reply, WF_REPLY_DUPLICATE);
    ck_assert_str_eq(one.receipt, other.receipt);
    ck_assert_uint_eq(state_of(WF_INTAKE, "application", "MA-1").paid, 1);
}
END_TEST

START_TEST(a_refusal_is_told_and_journalled)
{
    struct told told = pay("MA-1", "e1", TOY_AMOUNT_REFUSED);
    ck_assert_int_eq(told.reply, WF_REPLY_REFUSED);
    ck_assert_str_eq(told.reason, "thirteen");
    ck_assert_uint_eq(state_of(WF_INTAKE, "portal", "P1").outcomes, 1);
    ck_assert_int_eq(pay("MA-1", "e1", TOY_AMOUNT_REFUSED).reply, WF_REPLY_DUPLICATE);
}
END_TEST

START_TEST(what_is_known_changes_nothing_but_is_taken)
{
    struct told told = pay("MA-1", "e1", TOY_AMOUNT_IGNORED);
    ck_assert_int_eq(told.reply, WF_REPLY_OK);
    ck_assert_int_eq(pay("MA-1", "e1", TOY_AMOUNT_IGNORED).reply, WF_REPLY_DUPLICATE);
}
END_TEST

START_TEST(an_invalid_payload_names_the_field)
{
    struct told told = pay("MA-1", "e1", -5);
    ck_assert_int_eq(told.reply, WF_REPLY_INVALID);
    ck_assert_str_eq(told.reason, "amountMinor");
}
END_TEST

START_TEST(a_full_machine_asks_to_come_again)
{
    struct told told = pay("MA-1", "e1", TOY_AMOUNT_LATER);
    ck_assert_int_eq(told.reply, WF_REPLY_BUSY);
    toy_is_cured = true;
    ck_assert_int_eq(pay("MA-1", "e1", TOY_AMOUNT_LATER).reply, WF_REPLY_OK);
}
END_TEST

START_TEST(a_full_store_refuses_at_the_door_only)
{
    mem_store_set_full(world.anchor, true);
    ck_assert_int_eq(pay("MA-1", "e1", 100).reply, WF_REPLY_BUSY);
    mem_store_set_full(world.anchor, false);
    ck_assert(toy_world_settle(&world, 60000));
    ck_assert_int_eq(pay("MA-1", "e1", 100).reply, WF_REPLY_OK);
}
END_TEST

START_TEST(many_acts_of_one_aggregate_keep_their_order)
{
    struct told told[400] = {0};
    char key[16];
    for (unsigned i = 0; i < 400; i++) {
        (void)snprintf(key, sizeof key, "e%u", i);
        ck_assert(toy_pay(intake, "MA-1", key, 100, take, &told[i]));
    }
    ck_assert(toy_world_settle(&world, 600000));
    struct toy_state state = state_of(WF_INTAKE, "application", "MA-1");
    ck_assert_uint_eq(state.paid, 400);
    ck_assert_uint_eq(state.reported, 400);
    ck_assert_uint_eq(state.disorder, 0);
    ck_assert_uint_eq(state_of(WF_REFERENCE, "ratings", "MA-1").disorder, 0);
}
END_TEST

START_TEST(a_deadline_is_stepped_when_it_is_due)
{
    (void)pay("MA-1", "e1", 100);
    ck_assert_uint_eq(state_of(WF_INTAKE, "application", "MA-1").ticked, 0);
    virtual_clock_advance(&world.clock, WF_HOUR);
    ck_assert(toy_world_settle(&world, 60000));
    ck_assert_uint_eq(state_of(WF_INTAKE, "application", "MA-1").ticked, 1);
    ck_assert_int_eq(toy_world_figure(intake, "timers"), 0);
}
END_TEST

START_TEST(a_restart_resumes_outbox_and_deadlines)
{
    struct told told = {0};
    toy_world_kill(reference);
    ck_assert(toy_pay(intake, "MA-1", "e1", 100, take, &told));
    for (unsigned i = 0; i < 50; i++) /* until what was acknowledged is trimmed, too */
        toy_world_turn(&world, 10);
    ck_assert_int_eq(told.reply, WF_REPLY_OK);
    toy_world_kill(intake);
    toy_world_start(&world, intake);
    ck_assert_int_eq(toy_world_figure(intake, "timers"), 1);
    ck_assert_int_eq(toy_world_figure(intake, "ready"), 1);
    toy_world_start(&world, reference);
    ck_assert(toy_world_settle(&world, 60000));
    ck_assert_uint_eq(state_of(WF_INTAKE, "application", "MA-1").reported, 1);
}
END_TEST

START_TEST(a_job_gives_its_result_as_an_act)
{
    char key[16];
    for (unsigned i = 0; i < 5; i++) {
        (void)snprintf(key, sizeof key, "e%u", i);
        (void)pay("MA-1", key, 100);
    }
    ck_assert_int_eq(toy_world_figure(courier, "timers"), 0);
    ck_assert_int_eq(toy_world_figure(courier, "applied_total"), 2);
}
END_TEST

START_TEST(an_unknown_answer_is_cleared_up)
{
    for (int is_carried_out = 0; is_carried_out < 2; is_carried_out++) {
        const char *id = is_carried_out ? "MA-1" : "MA-2";
        struct told told = {0};
        (void)pay(id, "e0", 100);
        mem_store_fail(intake->store, 1, is_carried_out);
        ck_assert(toy_pay(intake, id, "e1", 100, take, &told));
        ck_assert(toy_world_settle(&world, 60000));
        ck_assert_int_eq(told.reply, WF_REPLY_BUSY);
        ck_assert_int_eq(pay(id, "e1", 100).reply,
                         is_carried_out ? WF_REPLY_DUPLICATE : WF_REPLY_OK);
        ck_assert_uint_eq(state_of(WF_INTAKE, "application", id).paid, 2);
        ck_assert_uint_eq(state_of(WF_INTAKE, "application", id).reported, 2);
    }
}
END_TEST

START_TEST(a_drain_finishes_what_is_in_hand_and_takes_nothing_new)
{
    struct wf_error error = {0};
    struct told told = {0};
    toy_world_kill(reference);
    ck_assert(toy_pay(intake, "MA-1", "e1", 100, take, &told));
    wf_worker_stop(intake->worker);
    ck_assert(wf_worker_is_busy(intake->worker));
    ck_assert_int_eq(wf_worker_run(intake->worker, &error), 0);
    ck_assert_int_eq(told.reply, WF_REPLY_OK);
    toy_world_kill(intake);
    toy_world_start(&world, intake);
    toy_world_start(&world, reference);
    ck_assert(toy_world_settle(&world, 60000));
    ck_assert_uint_eq(state_of(WF_INTAKE, "application", "MA-1").reported, 1);
}
END_TEST

/* A mistake of operations.  Each decides several acts in one turn, of which the later build on the
 * earlier ones, while the other has written the same numbers. */
START_TEST(two_programs_of_one_partition_never_both_write)
{
    enum { ACTS = 60 };
    struct toy_program *second = toy_world_add(&world, &toy_intake, NULL, 0);
    struct told told[ACTS] = {0};
    char key[16];
    for (unsigned i = 0; i < ACTS; i++) {
        (void)snprintf(key, sizeof key, "e%u", i);
        ck_assert(toy_pay(i % 4 == 3 ? second : intake, "MA-1", key, 100, take, &told[i]));
        if (i % 4 == 3)
            toy_world_turn(&world, 1);
    }
    ck_assert(toy_world_settle(&world, WF_HOUR));
    for (unsigned i = 0; i < ACTS; i++)
        ck_assert_int_eq(told[i].reply, WF_REPLY_OK);
    ck_assert_uint_eq(state_of(WF_INTAKE, "application", "MA-1").paid, ACTS);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("worker");
    TCase *tests = tcase_create("turn");
    tcase_set_timeout(tests, 30);
    tcase_add_checked_fixture(tests, open_world, close_world);
    tcase_add_test(tests, an_act_travels_the_whole_way);
    tcase_add_test(tests, the_same_key_is_a_duplicate_with_the_same_receipt);
    tcase_add_test(tests, the_same_key_with_another_content_is_a_conflict);
    tcase_add_test(tests, two_of_one_key_in_one_turn_are_one);
    tcase_add_test(tests, a_refusal_is_told_and_journalled);
    tcase_add_test(tests, what_is_known_changes_nothing_but_is_taken);
    tcase_add_test(tests, an_invalid_payload_names_the_field);
    tcase_add_test(tests, a_full_machine_asks_to_come_again);
    tcase_add_test(tests, a_full_store_refuses_at_the_door_only);
    tcase_add_test(tests, many_acts_of_one_aggregate_keep_their_order);
    tcase_add_test(tests, a_deadline_is_stepped_when_it_is_due);
    tcase_add_test(tests, a_restart_resumes_outbox_and_deadlines);
    tcase_add_test(tests, a_job_gives_its_result_as_an_act);
    tcase_add_test(tests, an_unknown_answer_is_cleared_up);
    tcase_add_test(tests, a_drain_finishes_what_is_in_hand_and_takes_nothing_new);
    tcase_add_test(tests, two_programs_of_one_partition_never_both_write);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
