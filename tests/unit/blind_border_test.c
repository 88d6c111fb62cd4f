/* links: wf_runtime wf_kit */
/* What crosses the border of the blind exam brings no trace of where it came from.  exam SPEC 5.1. */
#include "wf_plan.h"

#include "endorse/v1/envelope.pb-c.h"
#include "endorse/v1/exam.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct wf_pool pool;
static struct wf_entity entity;
static Endorse__V1__Envelope *envelope;

static void close_plan(void)
{
    endorse__v1__envelope__free_unpacked(envelope, NULL);
    envelope = NULL;
    free(entity.lanes);
    memset(&entity, 0, sizeof entity);
    wf_pool_fini(&pool);
}

/* The envelope of one message that a work with a whole trace sends. */
static void send_from(enum wf_service service, const char *kind, enum wf_message message,
                      const ProtobufCMessage *payload)
{
    struct wf_work work = {
        .self = wf_address_make(service, kind, "H"),
        .message_id = "portal-event-17",
        .causation = "c",
        .correlation = "application-story",
        .traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    };
    entity.incarnation = 1;
    struct wf_plan *plan = wf_plan_begin(&pool, &work, &entity, 1000);
    wf_plan_send(plan, message, "target", payload);
    struct wf_bytes bytes = plan->sends[0].envelope;
    envelope = endorse__v1__envelope__unpack(NULL, bytes.length, bytes.data);
    ck_assert_ptr_nonnull(envelope);
}

static void assert_traceless(void)
{
    ck_assert_str_eq(envelope->causation_id, "");
    ck_assert_str_eq(envelope->correlation_id, "");
    ck_assert_str_eq(envelope->traceparent, "");
}

START_TEST(spec_5_1_nothing_follows_a_paper_from_intake_to_exam)
{
    Endorse__V1__PaperHeld payload = ENDORSE__V1__PAPER_HELD__INIT;
    send_from(WF_INTAKE, "paper", WF_MESSAGE_PAPER_HELD, &payload.base);
    assert_traceless();
}
END_TEST

START_TEST(spec_5_1_nothing_follows_a_seat_to_the_desk_and_back)
{
    Endorse__V1__SeatPaused paused = ENDORSE__V1__SEAT_PAUSED__INIT;
    Endorse__V1__SeatOpened opened = ENDORSE__V1__SEAT_OPENED__INIT;
    Endorse__V1__ReaderLinkWanted wanted = ENDORSE__V1__READER_LINK_WANTED__INIT;
    send_from(WF_EXAM, "seat", WF_MESSAGE_SEAT_PAUSED, &paused.base);
    assert_traceless();
    close_plan();
    send_from(WF_DESK, "seat", WF_MESSAGE_SEAT_OPENED, &opened.base);
    assert_traceless();
    close_plan();
    send_from(WF_DESK, "reader", WF_MESSAGE_READER_LINK_WANTED, &wanted.base);
    assert_traceless();
}
END_TEST

START_TEST(spec_5_1_nothing_follows_a_result_back_to_intake)
{
    Endorse__V1__PaperWaiting payload = ENDORSE__V1__PAPER_WAITING__INIT;
    send_from(WF_EXAM, "paper", WF_MESSAGE_PAPER_WAITING, &payload.base);
    assert_traceless();
}
END_TEST

/* Positive control: elsewhere the same work does pass its trace on. */
START_TEST(spec_5_1_everything_else_keeps_its_trace)
{
    Endorse__V1__RatingWaiverChanged payload = ENDORSE__V1__RATING_WAIVER_CHANGED__INIT;
    send_from(WF_INTAKE, "application", WF_MESSAGE_RATING_WAIVER_CHANGED, &payload.base);
    ck_assert_str_eq(envelope->causation_id, "portal-event-17");
    ck_assert_str_eq(envelope->correlation_id, "application-story");
    ck_assert_ptr_nonnull(strstr(envelope->traceparent, "4bf92f3577b34da6"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("the border of the blind exam");
    TCase *tests = tcase_create("trace");
    tcase_add_checked_fixture(tests, NULL, close_plan);
    tcase_add_test(tests, spec_5_1_nothing_follows_a_paper_from_intake_to_exam);
    tcase_add_test(tests, spec_5_1_nothing_follows_a_seat_to_the_desk_and_back);
    tcase_add_test(tests, spec_5_1_nothing_follows_a_result_back_to_intake);
    tcase_add_test(tests, spec_5_1_everything_else_keeps_its_trace);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
