/* links: intake_world_kit wf_intake wf_intake_core wf_kit wf_runtime wf_wire wf_policy wf_base */
/* An essay's key is made before the commit can know that the event is a repetition or is refused; such a key
 * stayed for ever, and that of a refused essay could open the answers in the journal.  Intake SPEC 11.1. */
#include "intake_world.h"

#include <check.h>
#include <stdlib.h>

static const char portal_key[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
#define ACCEPTED ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_ACCEPTED
#define DUPLICATE ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_DUPLICATE
#define CONFLICT ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_CONFLICT
#define BUSY ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_BUSY

static struct intake_world world;

static void open_world(void)
{
    intake_world_open(&world);
    intake_world_add_portal(&world, "MA", portal_key);
    intake_world_put_sitting(&world);
}

static void close_world(void)
{
    intake_world_close(&world);
}

static Endorse__V1__ReceiptStatus hand_in(const char *event, const char *exam, const char *answer)
{
    return intake_world_hand_in(&world, portal_key, event, exam, answer)->status;
}

static unsigned keys(void)
{
    return mem_store_secrets(world.store, "paper:");
}

START_TEST(the_first_leaves_exactly_one)
{
    ck_assert_int_eq(hand_in("e1", "X-1", "The first answer."), ACCEPTED);
    ck_assert_uint_eq(keys(), 1);
}
END_TEST

START_TEST(a_repetition_leaves_no_other)
{
    ck_assert_int_eq(hand_in("e1", "X-1", "The first answer."), ACCEPTED);
    ck_assert_int_eq(hand_in("e1", "X-1", "The first answer."), DUPLICATE);
    ck_assert_int_eq(hand_in("e1", "X-1", "Another answer."), CONFLICT);
    ck_assert_uint_eq(keys(), 1);
}
END_TEST

START_TEST(a_refused_one_leaves_none)
{
    ck_assert_int_eq(hand_in("e1", "X-2", "The first answer."), ACCEPTED); /* exam-unknown */
    ck_assert_int_eq(hand_in("e1", "X-2", "The first answer."), DUPLICATE);
    ck_assert_uint_eq(keys(), 0);
    ck_assert_int_eq(hand_in("e2", "X-1", "The first answer."), ACCEPTED);
    ck_assert_int_eq(hand_in("e3", "X-1", "The first answer."), ACCEPTED); /* essay-twice */
    ck_assert_uint_eq(keys(), 1);
}
END_TEST

START_TEST(a_full_store_keeps_none_back)
{
    mem_store_set_full(world.store, true);
    ck_assert_int_eq(hand_in("e1", "X-1", "The first answer."), BUSY);
    ck_assert_uint_eq(keys(), 0);
    mem_store_set_full(world.store, false);
}
END_TEST

/* The key must be the one that the paper has: it is gathered and sealed with it. */
START_TEST(the_one_that_stays_opens_the_paper)
{
    ck_assert_int_eq(hand_in("e1", "X-1", "The first answer."), ACCEPTED);
    ck_assert_int_eq(hand_in("e1", "X-1", "The first answer."), DUPLICATE);
    virtual_clock_advance(&world.clock, 2 * WF_MINUTE); /* nobody around the writer answers */
    intake_world_settle(&world);
    ck_assert_uint_eq(intake_world_waiting(&world, "endorse.exam.paper.sealed.v1", NULL), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("repeated_essay_leaves_no_key");
    TCase *tests = tcase_create("keys");
    tcase_add_checked_fixture(tests, open_world, close_world);
    tcase_add_test(tests, the_first_leaves_exactly_one);
    tcase_add_test(tests, a_repetition_leaves_no_other);
    tcase_add_test(tests, a_refused_one_leaves_none);
    tcase_add_test(tests, a_full_store_keeps_none_back);
    tcase_add_test(tests, the_one_that_stays_opens_the_paper);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
