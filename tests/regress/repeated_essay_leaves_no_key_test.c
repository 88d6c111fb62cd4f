/* links: intake_world_kit wf_intake wf_intake_core wf_kit wf_runtime wf_wire wf_policy wf_base */
/* An essay's key is made before the commit can know that the event is a repetition or is refused; such a key
 * stayed for ever, and that of a refused essay could open the answers in the journal.  Intake SPEC 11.1. */
#include "application_codec.h"
#include "intake_world.h"
#include "wf_cache.h"
#include "wf_worker.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char portal_key[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
#define ACCEPTED ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_ACCEPTED
#define DUPLICATE ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_DUPLICATE
#define CONFLICT ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_CONFLICT
#define BUSY ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_BUSY

static struct intake_world world;

/* An application whose exam was sat: what leads there is the table tests' business. */
static void put_sitting(void)
{
    struct application_state *state = calloc(1, sizeof *state);
    struct wf_fields fields = {0};
    struct wf_error error = {0};
    static const uint8_t head[WF_CHAIN_SIZE];
    ck_assert_ptr_nonnull(state);
    state->state = APPLICATION_EXAM_ELIGIBLE;
    strcpy(state->portal, "portal/MA");
    strcpy(state->registration.association, "MassAIMH");
    strcpy(state->registration.person, "p1");
    state->registration.category = ENDORSE__V1__CATEGORY__MHM_P;
    state->registration.age_line = ENDORSE__V1__AGE_LINE__IMH;
    state->exam.step = EXAM_SCHEDULED;
    state->exam.attempt = 1;
    strcpy(state->exam.id, "X-1");
    state->exam.sitting_on = wf_date_from_civil((struct wf_civil){2020, 1, 1});
    application_write(state, &fields);
    wf_fields_add(&fields, (struct wf_bytes){(const uint8_t *)"_h", 2},
                  (struct wf_bytes){head, sizeof head});
    wf_fields_add(&fields, (struct wf_bytes){(const uint8_t *)"_i", 2},
                  (struct wf_bytes){(const uint8_t *)"1", 1});
    wf_fields_sort(&fields);
    struct wf_commit commit = {.kind = "application",
                               .id = "A-1",
                               .version_after = wf_stamp_make(1, head),
                               .puts = fields.rows,
                               .put_count = fields.count};
    ck_assert_int_eq(wf_store_commit(world.store, &commit, 1, &error), 0);
    ck_assert_int_eq(commit.result, WF_COMMIT_OK);
    wf_fields_fini(&fields);
    free(state);
}

static void open_world(void)
{
    intake_world_open(&world);
    intake_world_add_portal(&world, "MA", portal_key);
    put_sitting();
}

static void close_world(void)
{
    intake_world_close(&world);
}

static Endorse__V1__ReceiptStatus hand_in(const char *event, const char *exam, const char *answer)
{
    char *answers[] = {(char *)answer, (char *)"The second answer."};
    Endorse__V1__EssaySubmitted essay = ENDORSE__V1__ESSAY_SUBMITTED__INIT;
    essay.exam_id = (char *)exam;
    essay.form = (char *)"mentor-policy-1";
    essay.language = (char *)"en";
    essay.n_answers = 2;
    essay.answers = answers;
    return intake_world_publish(&world, portal_key, event, "org.endorse.exam.essay.submitted.v1",
                                "application/A-1", &essay.base)
        ->status;
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
