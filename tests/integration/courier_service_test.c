/* links: courier_kit jansson */
/* The courier's service over real parts: Redis with the shipped functions, the real bus, a real SMTP
 * server and a real HTTP receiver; programs that ask are played by the test.  Only the wall clock is
 * pushed forward, so that a day's retries fit into a second.  services/courier/SPEC.md 2 and 3. */
#include "courier_bench.h"

#include "endorse/v1/envelope.pb-c.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct courier_bench bench;

static void start(void)
{
    courier_bench_start(&bench);
}
static void stop(void)
{
    courier_bench_stop(&bench);
}

/* ---- mail ---- */

/* Asks for a mail to a person with that address and waits for the report. */
static const Endorse__V1__MailReported *report_of(const char *effect, const char *address)
{
    courier_bench_person(&bench, effect, "Avery \xc3\x89xample", address);
    courier_bench_ask(&bench, effect, 1);
    return courier_bench_report(&bench, effect);
}

START_TEST(spec_2_a_mail_arrives_and_is_reported)
{
    courier_bench_person(&bench, "about-1", "Quinn Example", "quinn@mail.example");
    const Endorse__V1__MailReported *report = report_of("e-ok", "ok@mail.example");
    ck_assert_int_eq(report->state, ENDORSE__V1__MAIL_STATE__MAIL_SENT);
    ck_assert_str_eq(report->detail, "250 2.0.0");
    ck_assert_uint_eq(report->link_request, 2);
    ck_assert_uint_eq(report->link_generation, 3);
    ck_assert_str_eq(report->template_name, "rating-request");

    json_t *list = courier_bench_lines(&bench, "accepted.jsonl");
    ck_assert_uint_eq(json_array_size(list), 1);
    const char *mail = courier_bench_text(list, 0, "data");
    ck_assert_str_eq(courier_bench_text(list, 0, "from"), "e-ok@bounces.example");
    ck_assert_ptr_nonnull(strstr(mail, "\r\nMessage-ID: <e-ok@endorse.test>\r\n"));
    ck_assert_ptr_nonnull(strstr(mail, "\r\nAuto-Submitted: auto-generated\r\n"));
    ck_assert_ptr_nonnull(strstr(mail, "Dear Avery =C3=89xample,\r\n"));
    ck_assert_ptr_nonnull(strstr(mail, "Quinn Example has applied"));
    ck_assert_ptr_nonnull(strstr(mail, "Subject: MassAIMH asks you for a reference rating\r\n"));
    courier_bench_check_link(&bench, mail, "MA-1", 2, 3);
    json_decref(list);
}
END_TEST

START_TEST(spec_2_3_a_bounce_is_reported_at_once)
{
    const Endorse__V1__MailReported *report = report_of("e-gone", "gone@mail.example");
    ck_assert_int_eq(report->state, ENDORSE__V1__MAIL_STATE__MAIL_BOUNCED);
    ck_assert_str_eq(report->detail, "550 5.1.1");
}
END_TEST

START_TEST(spec_2_3_a_soft_failure_is_tried_again_a_minute_later)
{
    courier_bench_person(&bench, "e-later", "Avery", "later@mail.example");
    courier_bench_ask(&bench, "e-later", 1);
    courier_bench_until_shown(&bench, "effect", "e-later", "\"state\":\"waiting\"");
    courier_bench_advance(&bench, 90 * WF_SECOND);
    const Endorse__V1__MailReported *report = courier_bench_report(&bench, "e-later");
    ck_assert_int_eq(report->state, ENDORSE__V1__MAIL_STATE__MAIL_SENT);
}
END_TEST

START_TEST(spec_2_4_a_connection_lost_after_the_message_is_resent_and_counted)
{
    courier_bench_person(&bench, "e-once", "Avery", "once@mail.example");
    courier_bench_ask(&bench, "e-once", 1);
    courier_bench_until_shown(&bench, "effect", "e-once", "\"possiblyTwice\":1");
    courier_bench_advance(&bench, 90 * WF_SECOND);
    const Endorse__V1__MailReported *report = courier_bench_report(&bench, "e-once");
    ck_assert_int_eq(report->state, ENDORSE__V1__MAIL_STATE__MAIL_SENT);
    ck_assert_str_eq(report->detail, "possibly sent twice");
    json_t *list = courier_bench_lines(&bench, "accepted.jsonl");
    ck_assert_uint_eq(json_array_size(list), 2);
    ck_assert_str_eq(courier_bench_text(list, 0, "data"), courier_bench_text(list, 1, "data"));
    json_decref(list);
}
END_TEST

START_TEST(spec_2_4_a_crash_while_sending_is_repaired_by_the_deadline)
{
    courier_bench_person(&bench, "e-slow", "Avery", "slowonce@mail.example");
    courier_bench_ask(&bench, "e-slow", 1);
    courier_bench_until_lines(&bench, "recipients.jsonl", 1);
    courier_bench_crash(&bench);
    courier_bench_advance(&bench, 3 * WF_MINUTE);
    courier_bench_until_shown(&bench, "effect", "e-slow", "\"state\":\"waiting\"");
    courier_bench_advance(&bench, 3 * WF_MINUTE);
    const Endorse__V1__MailReported *report = courier_bench_report(&bench, "e-slow");
    ck_assert_int_eq(report->state, ENDORSE__V1__MAIL_STATE__MAIL_SENT);
    ck_assert_str_eq(report->detail, "possibly sent twice");
}
END_TEST

START_TEST(spec_4_what_a_slow_relay_leaves_waiting_is_not_begun_late)
{
    char id[32];
    courier_bench_person(&bench, "e-late", "Avery", "ok@mail.example");
    for (unsigned i = 0; i < 16; i++) {
        (void)snprintf(id, sizeof id, "e-slow-%u", i);
        courier_bench_person(&bench, id, "Avery", "slow@mail.example");
        courier_bench_ask(&bench, id, 1);
    }
    courier_bench_until_lines(&bench, "recipients.jsonl", 16);
    /* Acknowledged: its job was given, not only written. */
    courier_bench_until_status(&bench, courier_bench_ask(&bench, "e-late", 1));
    courier_bench_until_shown(&bench, "effect", "e-late", "\"state\":\"sending\"");
    courier_bench_advance_monotonic(&bench, 26 * WF_SECOND);
    courier_bench_until_shown(&bench, "effect", "e-late", "\"detail\":\"relay too slow\"");
    courier_bench_until_shown(&bench, "effect", "e-late", "\"possiblyTwice\":0");
}
END_TEST

START_TEST(spec_2_5_nobody_told_an_address)
{
    courier_bench_ask(&bench, "e-nobody", 1);
    const Endorse__V1__MailReported *report = courier_bench_report(&bench, "e-nobody");
    ck_assert_int_eq(report->state, ENDORSE__V1__MAIL_STATE__MAIL_NO_ADDRESS);
}
END_TEST

START_TEST(spec_2_1_a_repeated_message_is_one_mail)
{
    const Endorse__V1__MailReported *report = report_of("e-twice", "ok@mail.example");
    ck_assert_int_eq(report->state, ENDORSE__V1__MAIL_STATE__MAIL_SENT);
    uint64_t again = courier_bench_ask(&bench, "e-twice", 1);
    courier_bench_until_status(&bench, again);
    ck_assert_int_eq(lane_peer_status(bench.reference, again, NULL),
                     ENDORSE__V1__ACK_STATUS__ACK_STATUS_DUPLICATE);
    json_t *list = courier_bench_lines(&bench, "accepted.jsonl");
    ck_assert_uint_eq(json_array_size(list), 1);
    json_decref(list);
}
END_TEST

START_TEST(spec_2_7_an_ended_mail_is_removed_after_its_retention)
{
    (void)report_of("e-old", "ok@mail.example");
    courier_bench_advance(&bench, 31 * WF_DAY);
    courier_bench_until_gone(&bench, "effect", "e-old");
}
END_TEST

START_TEST(spec_6_no_name_and_no_address_is_written_in_clear)
{
    (void)report_of("e-secret", "ok.distinctive@mail.example");
    (void)report_of("e-secret-gone", "gone.distinctive@mail.example");
    ck_assert(!courier_bench_store_holds(&bench, "distinctive"));
    ck_assert(!courier_bench_store_holds(&bench, "xample\r"));
    ck_assert(courier_bench_store_holds(&bench, "e-secret"));
}
END_TEST

START_TEST(a_hundred_mails_leave_in_one_go)
{
    char id[32];
    for (unsigned i = 0; i < 100; i++) {
        (void)snprintf(id, sizeof id, "e-many-%u", i);
        courier_bench_person(&bench, id, "Avery", "ok@mail.example");
        courier_bench_ask(&bench, id, 1);
    }
    courier_bench_until_reports(&bench, 100);
    json_t *list = courier_bench_lines(&bench, "accepted.jsonl");
    ck_assert_uint_eq(json_array_size(list), 100);
    json_decref(list);
}
END_TEST

/* ---- webhooks ---- */

START_TEST(spec_3_webhooks_arrive_in_order_signed_and_are_reported)
{
    courier_bench_endpoint(&bench, "MA", "/ok");
    for (unsigned i = 1; i <= 5; i++)
        courier_bench_push(&bench, "MA", i);
    courier_bench_until_delivered(&bench, 5);
    json_t *list = courier_bench_lines(&bench, "received.jsonl");
    ck_assert_uint_eq(json_array_size(list), 5);
    for (unsigned i = 0; i < 5; i++)
        courier_bench_check_signature(&bench, json_array_get(list, i), "MA", i + 1);
    json_decref(list);
}
END_TEST

START_TEST(spec_3_1_a_dead_endpoint_delays_only_itself)
{
    uint64_t last = 0;
    uint32_t retry = 0;
    courier_bench_endpoint(&bench, "SC", "/status/503");
    courier_bench_endpoint(&bench, "MA", "/ok");
    for (unsigned i = 1; i <= 9; i++)
        last = courier_bench_push(&bench, "SC", i);
    courier_bench_until_status(&bench, last);
    ck_assert_int_eq(lane_peer_status(bench.intake, last, &retry),
                     ENDORSE__V1__ACK_STATUS__ACK_STATUS_BUSY);
    ck_assert_uint_ge(retry, 100);
    courier_bench_push(&bench, "MA", 1);
    courier_bench_until_delivered(&bench, 1);
}
END_TEST

START_TEST(spec_3_3_an_endpoint_that_is_gone_is_switched_off_and_reported)
{
    courier_bench_endpoint(&bench, "MA", "/gone");
    courier_bench_push(&bench, "MA", 1);
    const Endorse__V1__WebhookReported *report = courier_bench_webhook_report(&bench, 0);
    ck_assert(report->disabled);
    ck_assert_uint_eq(report->sequence, 0);
    ck_assert_str_eq(report->detail, "410");
}
END_TEST

START_TEST(spec_3_3_what_failed_is_delivered_when_the_receiver_is_back)
{
    courier_bench_switch(&bench, 503);
    courier_bench_endpoint(&bench, "MA", "/switch");
    courier_bench_push(&bench, "MA", 1);
    courier_bench_push(&bench, "MA", 2);
    courier_bench_until_shown(&bench, "endpoint", "MA", "\"failures\":1");
    courier_bench_switch(&bench, 200);
    courier_bench_advance(&bench, 10 * WF_SECOND);
    courier_bench_until_delivered(&bench, 2);
    json_t *list = courier_bench_lines(&bench, "received.jsonl");
    ck_assert_uint_eq(json_array_size(list), 3);
    courier_bench_check_signature(&bench, json_array_get(list, 1), "MA", 1);
    courier_bench_check_signature(&bench, json_array_get(list, 2), "MA", 2);
    json_decref(list);
}
END_TEST

START_TEST(spec_3_3_three_days_of_failures_switch_off)
{
    courier_bench_endpoint(&bench, "MA", "/status/500");
    courier_bench_push(&bench, "MA", 1);
    for (unsigned i = 1; !lane_peer_count(bench.intake, WF_MESSAGE_WEBHOOK_REPORTED); i++) {
        char shown[32];
        ck_assert_uint_lt(i, 15);
        (void)snprintf(shown, sizeof shown, "\"attempt\":%u,", i);
        courier_bench_until_shown(&bench, "endpoint", "MA", shown);
        courier_bench_until_settled(&bench, "MA");
        courier_bench_advance(&bench, 31 * WF_HOUR);
    }
    ck_assert(courier_bench_webhook_report(&bench, 0)->disabled);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("courier_service");
    TCase *cases = tcase_create("service");
    tcase_set_timeout(cases, 60);
    tcase_add_checked_fixture(cases, start, stop);
    tcase_add_test(cases, spec_2_a_mail_arrives_and_is_reported);
    tcase_add_test(cases, spec_2_3_a_bounce_is_reported_at_once);
    tcase_add_test(cases, spec_2_3_a_soft_failure_is_tried_again_a_minute_later);
    tcase_add_test(cases, spec_2_4_a_connection_lost_after_the_message_is_resent_and_counted);
    tcase_add_test(cases, spec_2_4_a_crash_while_sending_is_repaired_by_the_deadline);
    tcase_add_test(cases, spec_4_what_a_slow_relay_leaves_waiting_is_not_begun_late);
    tcase_add_test(cases, spec_2_5_nobody_told_an_address);
    tcase_add_test(cases, spec_2_1_a_repeated_message_is_one_mail);
    tcase_add_test(cases, spec_2_7_an_ended_mail_is_removed_after_its_retention);
    tcase_add_test(cases, spec_6_no_name_and_no_address_is_written_in_clear);
    tcase_add_test(cases, a_hundred_mails_leave_in_one_go);
    tcase_add_test(cases, spec_3_webhooks_arrive_in_order_signed_and_are_reported);
    tcase_add_test(cases, spec_3_1_a_dead_endpoint_delays_only_itself);
    tcase_add_test(cases, spec_3_3_an_endpoint_that_is_gone_is_switched_off_and_reported);
    tcase_add_test(cases, spec_3_3_what_failed_is_delivered_when_the_receiver_is_back);
    tcase_add_test(cases, spec_3_3_three_days_of_failures_switch_off);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
