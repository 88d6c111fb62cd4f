/* links: ratings_core ratings_kit */
/* The rules of SPEC 2 and 3 of endorse-reference, and the domain's acceptance rows 2 and 3. */
#include "ratings_policy.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct ratings_state state;
static struct ratings_effects effects;
static struct ratings_event event;

static void setup(void)
{
    memset(&state, 0, sizeof state);
}

/* Steps; keeps the new state if it was applied. */
static struct wf_verdict step(wf_time now)
{
    static struct ratings_state after;
    memset(&after, 0, sizeof after);
    memset(&effects, 0, sizeof effects);
    struct wf_verdict verdict =
        ratings_step(ratings_policy_small(), &state, &event, now, &after, &effects);
    if (verdict.step == WF_APPLIED)
        state = after;
    return verdict;
}

static void fresh(enum ratings_event_kind kind, uint32_t request)
{
    memset(&event, 0, sizeof event);
    event.kind = kind;
    event.request = request;
    event.generation = 1;
}

static struct wf_verdict ask(uint32_t request, const char *rater, wf_time now)
{
    fresh(RATINGS_EVENT_ASKED, request);
    strcpy(event.rater_id, rater);
    strcpy(event.applicant_id, "P-1");
    strcpy(event.association, "PA");
    event.category = 5;
    event.age_line = 1;
    return step(now);
}

static struct wf_verdict submit(uint32_t request, int not_enough, wf_time now)
{
    fresh(RATINGS_EVENT_SUBMITTED, request);
    event.answers = ratings_answers(not_enough);
    event.paper.length = 10;
    event.paper_bytes[0] = 1;
    return step(now);
}

static struct wf_verdict tick(wf_time now)
{
    fresh(RATINGS_EVENT_TICK, 0);
    return step(now);
}

static wf_time deadline(void)
{
    return ratings_next_deadline(ratings_policy_small(), &state);
}

START_TEST(domain_9_row_2_six_are_not_countable_five_count)
{
    ck_assert_int_eq(ask(1, "R-1", ratings_day(0)).step, WF_APPLIED);
    ck_assert_int_eq(ask(2, "R-2", ratings_day(0)).step, WF_APPLIED);
    ck_assert_int_eq(submit(1, 6, ratings_day(1)).step, WF_APPLIED);
    ck_assert_int_eq(state.requests[0].state, RATINGS_NOT_COUNTABLE);
    ck_assert_int_eq(state.requests[0].not_enough, 6);
    ck_assert(state.requests[0].valid_until == WF_NEVER);
    ck_assert_int_eq(effects.paper[0], RATINGS_PAPER_PUT); /* stored all the same */
    ck_assert_int_eq(submit(2, 5, ratings_day(1)).step, WF_APPLIED);
    ck_assert_int_eq(state.requests[1].state, RATINGS_COMPLETED);
}
END_TEST

START_TEST(domain_9_row_3_the_366th_day_is_too_late)
{
    (void)ask(1, "R-1", ratings_day(0));
    (void)submit(1, 0, ratings_day(0));
    ck_assert(deadline() == state.requests[0].valid_until);
    /* Answered on local day 0: day 365 is the last, whatever the time of day. */
    ck_assert_int_eq(tick(ratings_day(364)).step, WF_IGNORED);
    ck_assert_int_eq(tick(ratings_day(365) + 13 * WF_HOUR + 59 * WF_MINUTE).step, WF_IGNORED);
    ck_assert(deadline() == ratings_day(365) + 14 * WF_HOUR);
    ck_assert_int_eq(tick(ratings_day(366)).step, WF_APPLIED);
    ck_assert_int_eq(state.requests[0].state, RATINGS_EXPIRED);
    ck_assert(effects.report[0]);
    ck_assert(deadline() == WF_NEVER);
}
END_TEST

START_TEST(reminders_come_each_once_and_end_with_the_link)
{
    static const int days[] = {7, 14, 21};
    (void)ask(1, "R-1", ratings_day(0));
    ck_assert_int_eq(effects.mail[0], RATINGS_MAIL_REQUEST);
    for (int i = 0; i < 3; i++) {
        ck_assert(deadline() == ratings_day(days[i]) - WF_HOUR); /* 09:00; asked at 10:00 */
        ck_assert_int_eq(tick(deadline()).step, WF_APPLIED);
        ck_assert_int_eq(effects.mail[0], RATINGS_MAIL_REMINDER);
        ck_assert(!effects.report[0]);
    }
    ck_assert(deadline() == ratings_day(31) - 10 * WF_HOUR);
    ck_assert_int_eq(tick(deadline() - 1).step, WF_IGNORED);
    ck_assert_int_eq(tick(deadline()).step, WF_APPLIED);
    ck_assert_int_eq(state.requests[0].state, RATINGS_SILENT);
    ck_assert_int_eq(effects.mail[0], RATINGS_MAIL_NONE);
    ck_assert(deadline() == WF_NEVER);
}
END_TEST

START_TEST(reminders_missed_during_an_outage_are_one_mail)
{
    (void)ask(1, "R-1", ratings_day(0));
    ck_assert_int_eq(tick(ratings_day(15)).step, WF_APPLIED);
    ck_assert_int_eq(effects.mail[0], RATINGS_MAIL_REMINDER);
    ck_assert_int_eq(state.requests[0].reminders, 2);
    ck_assert_int_eq(tick(ratings_day(40)).step, WF_APPLIED);
    ck_assert_int_eq(state.requests[0].state, RATINGS_SILENT);
    ck_assert_int_eq(effects.mail[0], RATINGS_MAIL_NONE);
}
END_TEST

START_TEST(a_bounce_pauses_reminders_and_a_new_address_starts_anew)
{
    (void)ask(1, "R-1", ratings_day(0));
    ck_assert_int_eq(tick(ratings_day(7)).step, WF_APPLIED);
    fresh(RATINGS_EVENT_MAIL_FAILED, 1);
    ck_assert_int_eq(step(ratings_day(8)).step, WF_APPLIED);
    ck_assert_int_eq(state.requests[0].state, RATINGS_BOUNCED);
    ck_assert(deadline() == state.requests[0].link_until);
    ck_assert_int_eq(tick(ratings_day(15)).step, WF_IGNORED);
    fresh(RATINGS_EVENT_ADDRESS, 0);
    strcpy(event.rater_id, "R-1");
    ck_assert_int_eq(step(ratings_day(16)).step, WF_APPLIED);
    ck_assert_int_eq(state.requests[0].state, RATINGS_REQUESTED);
    ck_assert_uint_eq(state.requests[0].generation, 2);
    ck_assert_int_eq(effects.mail[0], RATINGS_MAIL_REQUEST);
    ck_assert(deadline() == ratings_day(23) - WF_HOUR);
    /* The bounce of the old link's mail, and the old link itself, do nothing any more. */
    fresh(RATINGS_EVENT_MAIL_FAILED, 1);
    ck_assert_int_eq(step(ratings_day(16)).step, WF_IGNORED);
    ck_assert_uint_eq(submit(1, 0, ratings_day(16)).reason, RATINGS_LINK_NOT_VALID);
    ck_assert_ptr_null(ratings_by_link(&state, 1, 1, ratings_day(16)));
    ck_assert_ptr_nonnull(ratings_by_link(&state, 1, 2, ratings_day(16)));
}
END_TEST

START_TEST(a_new_address_of_somebody_else_is_ignored)
{
    (void)ask(1, "R-1", ratings_day(0));
    fresh(RATINGS_EVENT_ADDRESS, 0);
    strcpy(event.rater_id, "R-9");
    ck_assert_int_eq(step(ratings_day(1)).step, WF_IGNORED);
    memset(event.rater_id, 0, sizeof event.rater_id); /* free places have no rater either */
    ck_assert_int_eq(step(ratings_day(1)).step, WF_IGNORED);
}
END_TEST

START_TEST(a_new_address_is_for_the_latest_request_alone)
{
    (void)ask(1, "R-1", ratings_day(0));
    ck_assert_int_eq(tick(state.requests[0].link_until).step, WF_APPLIED);
    ck_assert_int_eq(state.requests[0].state, RATINGS_SILENT);
    (void)ask(2, "R-1", ratings_day(35)); /* the same person, asked again */
    fresh(RATINGS_EVENT_ADDRESS, 0);
    strcpy(event.rater_id, "R-1");
    ck_assert_int_eq(step(ratings_day(36)).step, WF_APPLIED);
    ck_assert_int_eq(state.requests[0].state, RATINGS_SILENT);
    ck_assert_uint_eq(state.requests[1].generation, 2);
    ck_assert_int_eq(effects.mail[0], RATINGS_MAIL_NONE);
}
END_TEST

START_TEST(an_act_after_the_end_is_refused_before_any_tick)
{
    (void)ask(1, "R-1", ratings_day(0));
    wf_time end = state.requests[0].link_until;
    ck_assert_uint_eq(submit(1, 0, end).reason, RATINGS_LINK_NOT_VALID);
    ck_assert_ptr_null(ratings_by_link(&state, 1, 1, end));
    ck_assert_int_eq(ratings_due_on(ratings_policy_small(), &state, &state.requests[0]),
                     wf_date_from_civil((struct wf_civil){2026, 4, 1}));
    ck_assert_int_eq(submit(1, 0, end - 1).step, WF_APPLIED);
}
END_TEST

START_TEST(a_form_that_is_not_complete_is_refused_with_its_reason)
{
    (void)ask(1, "R-1", ratings_day(0));
    fresh(RATINGS_EVENT_SUBMITTED, 1);
    event.answers = ratings_answers(0);
    event.answers.count = 7;
    event.paper.length = 5;
    ck_assert_uint_eq(step(ratings_day(1)).reason, RATINGS_FORM_REASONS + WF_FORM_MISSING);
    event.kind = RATINGS_EVENT_DRAFT;
    ck_assert_int_eq(step(ratings_day(1)).step, WF_APPLIED);
    event.answers.rows[0].score = 9;
    ck_assert_uint_eq(step(ratings_day(1)).reason, RATINGS_FORM_REASONS + WF_FORM_OUT_OF_SCALE);
    event.problem = WF_FORM_UNKNOWN_ITEM;
    ck_assert_uint_eq(step(ratings_day(1)).reason, RATINGS_FORM_REASONS + WF_FORM_UNKNOWN_ITEM);
    strcpy(state.requests[0].form, "gone");
    ck_assert_uint_eq(step(ratings_day(1)).reason, RATINGS_FORM_UNKNOWN);
}
END_TEST

START_TEST(the_recommendation_decides_nothing)
{
    (void)ask(1, "R-1", ratings_day(0));
    fresh(RATINGS_EVENT_SUBMITTED, 1);
    event.answers = ratings_answers(0);
    event.answers.recommendation = WF_FORM_DO_NOT_RECOMMEND;
    event.paper.length = 5;
    ck_assert_int_eq(step(ratings_day(1)).step, WF_APPLIED);
    ck_assert_int_eq(state.requests[0].state, RATINGS_COMPLETED);
    ck_assert_int_eq(state.requests[0].recommendation, WF_FORM_DO_NOT_RECOMMEND);
}
END_TEST

START_TEST(new_requests_are_checked)
{
    char rater[8] = "R-a";
    ck_assert_uint_eq(ask(0, "R-1", ratings_day(0)).reason, RATINGS_REQUEST_EXISTS);
    for (uint32_t i = 1; i <= RATINGS_REQUESTS_MAX; i++, rater[2]++)
        ck_assert_int_eq(ask(i, rater, ratings_day(0)).step, WF_APPLIED);
    ck_assert_uint_eq(ask(3, "R-z", ratings_day(0)).reason, RATINGS_REQUEST_EXISTS);
    ck_assert_uint_eq(ask(13, "R-z", ratings_day(0)).reason, RATINGS_TOO_MANY);
    memset(&state.requests[11], 0, sizeof state.requests[11]);
    event.category = 4;
    ck_assert_uint_eq(step(ratings_day(0)).reason, RATINGS_APPLICATION_DIFFERS);
    strcpy(event.association, "Nowhere");
    ck_assert_uint_eq(step(ratings_day(0)).reason, RATINGS_ASSOCIATION_UNKNOWN);
    memset(&state, 0, sizeof state);
    strcpy(event.association, "PA");
    event.category = 99;
    ck_assert_uint_eq(step(ratings_day(0)).reason, RATINGS_FORM_UNKNOWN);
}
END_TEST

START_TEST(the_edition_of_the_link_judges)
{
    (void)ask(1, "R-1", ratings_day(290)); /* 2026-12-17: the old edition */
    (void)ask(2, "R-2", ratings_day(310)); /* 2027-01-06: the new one */
    ck_assert_int_eq(submit(1, 5, ratings_day(311)).step, WF_APPLIED);
    ck_assert_int_eq(state.requests[0].state, RATINGS_COMPLETED);
    ck_assert(state.requests[0].valid_until != WF_NEVER);
    ck_assert(deadline() == ratings_day(315) - WF_HOUR);
    ck_assert_int_eq(submit(2, 3, ratings_day(312)).step, WF_APPLIED);
    ck_assert_int_eq(state.requests[1].state, RATINGS_NOT_COUNTABLE);
    (void)ask(3, "R-3", ratings_day(320));
    (void)submit(3, 2, ratings_day(321));
    ck_assert(state.requests[2].valid_until == WF_NEVER);
}
END_TEST

START_TEST(a_request_survives_the_loss_of_its_policy)
{
    (void)ask(1, "R-1", ratings_day(0));
    strcpy(state.association, "Nowhere");
    ck_assert(deadline() == state.requests[0].link_until);
    ck_assert_uint_eq(submit(1, 0, ratings_day(1)).reason, RATINGS_ASSOCIATION_UNKNOWN);
    fresh(RATINGS_EVENT_ADDRESS, 0);
    strcpy(event.rater_id, "R-1");
    ck_assert_uint_eq(step(ratings_day(1)).reason, RATINGS_ASSOCIATION_UNKNOWN);
    ck_assert_int_eq(tick(ratings_day(10)).step, WF_IGNORED);
    ck_assert_int_eq(tick(deadline()).step, WF_APPLIED);
}
END_TEST

int main(void)
{
    TCase *rules = tcase_create("rules");
    tcase_add_checked_fixture(rules, setup, NULL);
    tcase_add_test(rules, domain_9_row_2_six_are_not_countable_five_count);
    tcase_add_test(rules, domain_9_row_3_the_366th_day_is_too_late);
    tcase_add_test(rules, reminders_come_each_once_and_end_with_the_link);
    tcase_add_test(rules, reminders_missed_during_an_outage_are_one_mail);
    tcase_add_test(rules, a_bounce_pauses_reminders_and_a_new_address_starts_anew);
    tcase_add_test(rules, a_new_address_of_somebody_else_is_ignored);
    tcase_add_test(rules, a_new_address_is_for_the_latest_request_alone);
    tcase_add_test(rules, an_act_after_the_end_is_refused_before_any_tick);
    tcase_add_test(rules, a_form_that_is_not_complete_is_refused_with_its_reason);
    tcase_add_test(rules, the_recommendation_decides_nothing);
    tcase_add_test(rules, new_requests_are_checked);
    tcase_add_test(rules, the_edition_of_the_link_judges);
    tcase_add_test(rules, a_request_survives_the_loss_of_its_policy);
    Suite *suite = suite_create("ratings_rules");
    suite_add_tcase(suite, rules);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
