/* links: intake_world_kit wf_intake wf_intake_core wf_kit wf_runtime wf_wire wf_policy wf_base */
/* A destroyed key is in the append-only file until its next rewrite, and a small installation's file might never grow
 * enough for one.  Intake SPEC 3.7. */
#include "intake_world.h"

#include <check.h>
#include <stdlib.h>

static const char portal_key[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
#define ACCEPTED ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_ACCEPTED

static struct intake_world world;

static void open_world(void)
{
    intake_world_open(&world);
    intake_world_add_portal(&world, "MA", portal_key);
    intake_world_put_sitting(&world);
    intake_world_settle(&world);
}

static void close_world(void)
{
    intake_world_close(&world);
}

static unsigned after(wf_time milliseconds)
{
    virtual_clock_advance(&world.clock, milliseconds);
    intake_world_settle(&world);
    return mem_store_rewrites(world.store);
}

START_TEST(asked_for_an_hour_after_the_start_and_then_once_a_day)
{
    ck_assert_uint_eq(after(WF_HOUR - WF_SECOND), 0);
    ck_assert_uint_eq(after(WF_SECOND), 1);
    ck_assert_uint_eq(after(WF_DAY - WF_SECOND), 1);
    ck_assert_uint_eq(after(WF_SECOND), 2);
}
END_TEST

START_TEST(asked_for_soon_after_a_paper_ended)
{
    Endorse__V1__ApplicationWithdrawn withdrawn = ENDORSE__V1__APPLICATION_WITHDRAWN__INIT;
    ck_assert_uint_eq(after(WF_HOUR), 1);
    ck_assert_int_eq(intake_world_hand_in(&world, portal_key, "e1", "X-1", "An answer.")->status,
                     ACCEPTED);
    ck_assert_uint_eq(mem_store_secrets(world.store, "paper:"), 1);
    ck_assert_int_eq(intake_world_publish(&world, portal_key, "e2",
                                          "org.endorse.application.withdrawn.v1", "application/A-1",
                                          &withdrawn.base)
                         ->status,
                     ACCEPTED);
    intake_world_settle(&world);
    ck_assert_uint_eq(mem_store_secrets(world.store, "paper:"), 0);
    ck_assert_uint_eq(after(9 * WF_MINUTE), 1);
    ck_assert_uint_eq(after(2 * WF_MINUTE), 2);
}
END_TEST

START_TEST(asked_for_again_where_the_store_could_not)
{
    (void)after(WF_HOUR - WF_SECOND);
    mem_store_fail(wf_worker_store(world.worker), 1, false);
    (void)after(WF_SECOND);
    ck_assert_uint_eq(after(2 * WF_MINUTE), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("intake_rewrite");
    TCase *tests = tcase_create("rewrites");
    tcase_add_checked_fixture(tests, open_world, close_world);
    tcase_add_test(tests, asked_for_an_hour_after_the_start_and_then_once_a_day);
    tcase_add_test(tests, asked_for_soon_after_a_paper_ended);
    tcase_add_test(tests, asked_for_again_where_the_store_could_not);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
