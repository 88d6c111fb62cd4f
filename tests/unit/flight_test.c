/* links: wf_toy wf_kit */
/* SPEC 4.7: a program whose commits are under way goes on, and says nothing that is not on disk. */
#include "toy_world.h"

#include "wf_worker_state.h"

#include <check.h>
#include <stdlib.h>

static struct toy_world world;
static struct toy_program *intake;
static enum wf_reply replies[8];
static unsigned reply_count;

static void open_world(void)
{
    toy_world_open(&world, 1);
    mem_store_set_slow(world.anchor);
    intake = toy_world_add(&world, &toy_intake, NULL, 0);
    reply_count = 0;
}

static void close_world(void)
{
    toy_world_close(&world);
}

static void take_reply(void *context, const struct wf_outcome *outcome)
{
    (void)context;
    replies[reply_count++] = outcome->reply;
}

static void pay(const char *key, int64_t amount)
{
    ck_assert(toy_pay(intake, "MA-1", key, amount, take_reply, NULL));
}

static void turn(void)
{
    toy_world_turn(&world, 1);
}

static void turns(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        turn();
}

static uint32_t paid(void)
{
    struct toy_state state;
    return toy_world_state(&world, WF_INTAKE, "application", "MA-1", &state) ? state.paid : 0;
}

START_TEST(nobody_is_told_before_the_result_has_come)
{
    pay("event-1", 100);
    turn();
    ck_assert_uint_eq(intake->worker->flight_count, 1);
    ck_assert_uint_eq(wf_store_under_way(intake->store), 1);
    turn();
    ck_assert_uint_eq(reply_count, 0);
    ck_assert_int_eq(toy_world_figure(intake, "in_flight"), 0); /* nor is anything relayed */
    turn();
    ck_assert_uint_eq(reply_count, 1);
    ck_assert_int_eq(replies[0], WF_REPLY_OK);
}
END_TEST

START_TEST(the_next_batch_is_sent_while_one_is_under_way)
{
    pay("event-1", 100);
    turn();
    pay("event-2", 100);
    turn();
    ck_assert_uint_eq(intake->worker->flight_count, 2);
    ck_assert_uint_eq(wf_store_under_way(intake->store), 2);
    ck_assert_uint_eq(reply_count, 0);
    turns(4);
    ck_assert_uint_eq(reply_count, 2);
    ck_assert_uint_eq(paid(), 2);
}
END_TEST

/* More than it may have under way: it waits for the first, and takes on. */
START_TEST(no_more_batches_fly_than_there_is_memory_for)
{
    char key[] = "event-0";
    for (unsigned i = 0; i < 7; i++, key[6]++) {
        pay(key, 100);
        turn();
        ck_assert_uint_le(intake->worker->flight_count, WF_FLIGHTS);
    }
    turns(4);
    ck_assert_uint_eq(reply_count, 7);
    ck_assert_uint_eq(paid(), 7);
}
END_TEST

/* _i: whether the store had done it before the answer was lost. */
START_TEST(what_was_lost_under_way_is_done_once)
{
    pay("event-1", 100);
    turn();
    mem_store_fail(intake->store, 1, _i == 1);
    pay("event-2", 100);
    turns(4);
    ck_assert_uint_eq(reply_count, 2);
    ck_assert_int_eq(replies[0], WF_REPLY_BUSY);
    ck_assert_int_eq(replies[1], WF_REPLY_BUSY);
    turns(300);
    pay("event-1", 100);
    pay("event-2", 100);
    turns(4);
    ck_assert_uint_eq(reply_count, 4);
    ck_assert_int_eq(replies[2], WF_REPLY_DUPLICATE);
    ck_assert_int_eq(replies[3], _i == 1 ? WF_REPLY_DUPLICATE : WF_REPLY_OK);
    ck_assert_uint_eq(paid(), 2);
}
END_TEST

/* The first is sent back, so the second was decided on what never was: both again, in their order. */
START_TEST(what_a_gate_sends_back_takes_those_behind_it_along)
{
    pay("event-1", 100);
    turns(4);
    pay("event-1", 100);
    turn();
    pay("event-2", 100);
    turn();
    pay("event-3", 100);
    turns(6);
    ck_assert_uint_eq(reply_count, 4);
    ck_assert_int_eq(replies[1], WF_REPLY_DUPLICATE);
    ck_assert_int_eq(replies[2], WF_REPLY_OK);
    ck_assert_int_eq(replies[3], WF_REPLY_OK);
    ck_assert_uint_eq(paid(), 3);
    struct toy_state state;
    ck_assert(toy_world_state(&world, WF_INTAKE, "application", "MA-1", &state));
    ck_assert_uint_eq(state.disorder, 0);
}
END_TEST

/* It is judged by a table that knows every commit. */
START_TEST(a_deadline_waits_for_what_is_under_way)
{
    pay("event-1", 100);
    turns(4);
    virtual_clock_advance(&world.clock, WF_HOUR - 20);
    turns(4);
    pay("event-2", 100);
    turn();
    ck_assert_uint_eq(intake->worker->flight_count, 1);
    ck_assert_uint_eq(reply_count, 1);
    virtual_clock_advance(&world.clock, 20);
    turn();
    ck_assert_uint_eq(reply_count, 2);
    turns(4);
    struct toy_state state;
    ck_assert(toy_world_state(&world, WF_INTAKE, "application", "MA-1", &state));
    ck_assert_uint_eq(state.ticked, 1);
}
END_TEST

START_TEST(a_program_that_ends_waits_for_what_is_under_way)
{
    pay("event-1", 100);
    turn();
    wf_worker_stop(intake->worker);
    struct wf_error error;
    ck_assert_int_eq(wf_worker_run(intake->worker, &error), 0);
    ck_assert_uint_eq(reply_count, 1);
    ck_assert_int_eq(replies[0], WF_REPLY_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("commits under way");
    TCase *tests = tcase_create("flight");
    tcase_add_checked_fixture(tests, open_world, close_world);
    tcase_add_test(tests, nobody_is_told_before_the_result_has_come);
    tcase_add_test(tests, the_next_batch_is_sent_while_one_is_under_way);
    tcase_add_test(tests, no_more_batches_fly_than_there_is_memory_for);
    tcase_add_loop_test(tests, what_was_lost_under_way_is_done_once, 0, 2);
    tcase_add_test(tests, what_a_gate_sends_back_takes_those_behind_it_along);
    tcase_add_test(tests, a_deadline_waits_for_what_is_under_way);
    tcase_add_test(tests, a_program_that_ends_waits_for_what_is_under_way);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
