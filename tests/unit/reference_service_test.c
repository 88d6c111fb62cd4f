/* links: wf_reference ratings_kit */
/* The shell of endorse-reference over the shipped policies and forms. */
#include "ratings_service.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define POLICY WF_SOURCE_DIR "/deploy/policy"
#define FORMS WF_SOURCE_DIR "/deploy/forms"

static struct ratings_service service;

static void setup(void)
{
    struct wf_error error = {0};
    memset(&service, 0, sizeof service);
    ck_assert_msg(ratings_service_init(&service, POLICY, FORMS, &error) == 0, "%s", error.text);
}

static void teardown(void)
{
    ratings_service_fini(&service);
}

static wf_time instant(const char *text)
{
    wf_time time;
    ck_assert(wf_time_parse(text, &time));
    return time;
}

START_TEST(a_request_under_the_shipped_rules_ends_at_a_local_midnight)
{
    static struct ratings_event event;
    struct ratings_state before = {0}, after = {0};
    struct ratings_effects effects = {0};
    char text[WF_TIME_TEXT], waiting[400];
    event = (struct ratings_event){.kind = RATINGS_EVENT_ASKED,
                                   .request = 1,
                                   .rater_id = "R-1",
                                   .applicant_id = "P-1",
                                   .association = "MassAIMH",
                                   .category = ENDORSE__V1__CATEGORY__FS,
                                   .age_line = ENDORSE__V1__AGE_LINE__ECMH};
    /* Late in the evening there, the next day already in UTC; the clocks change before the end. */
    wf_time now = instant("2026-03-02T02:30:00Z");
    struct wf_verdict verdict =
        ratings_machine.step(&service.policy, &before, &event, now, &after, &effects);
    ck_assert_int_eq(verdict.step, WF_APPLIED);
    ck_assert_str_eq(after.requests[0].form, "rating");
    wf_time_format(after.requests[0].link_until, text);
    ck_assert_str_eq(text, "2026-05-01T04:00:00.000Z"); /* 60 days: 30 April is the last */
    wf_time_format(ratings_machine.next_deadline(&service.policy, &after), text);
    /* 7 days after 1 March, nine hours after midnight: 10:00 there, for the clocks changed at 2. */
    ck_assert_str_eq(text, "2026-03-08T14:00:00.000Z");
    ratings_machine.waiting(&service.policy, &after, waiting, sizeof waiting);
    ck_assert_msg(strstr(waiting, "by 2026-04-30 it counts as silent") != NULL, "%s", waiting);
}
END_TEST

START_TEST(every_reason_of_the_core_has_its_row)
{
    const struct wf_reason *rows = ratings_machine.reasons;
    ck_assert_uint_eq(ratings_machine.reason_count,
                      RATINGS_FORM_REASONS + (int)WF_FORM_PROBLEM_COUNT);
    ck_assert_str_eq(rows[RATINGS_LINK_NOT_VALID].code, "link-not-valid");
    ck_assert_str_eq(rows[RATINGS_LINK_NOT_VALID].text, "This link is no longer valid.");
    ck_assert_str_eq(rows[RATINGS_FORM_REASONS + WF_FORM_MISSING].code, "item-missing");
    ck_assert_str_eq(rows[RATINGS_FORM_REASONS + WF_FORM_RECOMMENDATION_UNKNOWN].code,
                     "recommendation-unknown");
}
END_TEST

START_TEST(every_message_for_this_machine_has_its_handler)
{
    for (int message = 1; message < WF_MESSAGE_COUNT; message++) {
        const struct wf_message_row *row = wf_message_row((enum wf_message)message);
        bool ours = row->to == WF_REFERENCE && row->served && message != WF_MESSAGE_RATING_VIEW &&
                    message != WF_MESSAGE_RATING_LINK_WANTED; /* questions */
        bool handled = false;
        for (size_t i = 0; i < ratings_handler_count; i++)
            handled |= (int)ratings_handlers[i].message == message;
        ck_assert_msg(handled == ours, "%s", row->type);
    }
    for (size_t i = 0; i < ratings_handler_count; i++) {
        const struct wf_handler *handler = &ratings_handlers[i];
        bool by_token = !strcmp(wf_message_row(handler->message)->kind, "token");
        ck_assert_int_eq(by_token, handler->seal != NULL);
        ck_assert_int_eq(by_token, handler->resolve != NULL);
    }
}
END_TEST

START_TEST(a_failed_reload_changes_nothing)
{
    struct wf_error error = {0};
    int32_t forms = service.forms->count, associations = service.book->count;
    ck_assert_int_eq(ratings_service_reload(&service, POLICY, "/nonexistent", &error), -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
    ck_assert_int_eq(ratings_service_reload(&service, "/nonexistent", FORMS, &error), -1);
    ck_assert_int_eq(service.forms->count, forms);
    ck_assert_int_eq(service.book->count, associations);
    ck_assert_int_eq(ratings_service_reload(&service, POLICY, FORMS, &error), 0);
}
END_TEST

int main(void)
{
    TCase *shell = tcase_create("service");
    tcase_add_checked_fixture(shell, setup, teardown);
    tcase_add_test(shell, a_request_under_the_shipped_rules_ends_at_a_local_midnight);
    tcase_add_test(shell, every_reason_of_the_core_has_its_row);
    tcase_add_test(shell, every_message_for_this_machine_has_its_handler);
    tcase_add_test(shell, a_failed_reload_changes_nothing);
    Suite *suite = suite_create("reference_service");
    suite_add_tcase(suite, shell);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
