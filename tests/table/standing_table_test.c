/* links: standing_kit standing_core wf_policy wf_base */
/* services/renewal/SPEC.md 2.3 to 2.8 and 3, case by case, against the shipped policies. */
#include "standing_fixture.h"

#include <check.h>
#include <string.h>

/* ---- SPEC 2.3 ---- */

START_TEST(spec_2_3_grant_sets_the_first_due_day)
{
    applied(STANDING_ON_GRANTED, "2025-03-01", "2025-03-02");
    ck_assert_int_eq(state.phase, STANDING_CURRENT);
    ck_assert_int_eq(state.cycle_due, day("2025-12-31"));
    ck_assert_int_eq(effects.reports, 1);
    ck_assert_int_eq(effects.mail_count, 0);
    deadline_is("2025-10-01T04:00:00.000Z"); /* local midnight, daylight saving time */
}
END_TEST

START_TEST(spec_2_3_same_grant_again_is_ignored)
{
    applied(STANDING_ON_GRANTED, "2025-03-01", "2025-03-02");
    struct standing_event again = event_of(STANDING_ON_GRANTED, "2025-03-01");
    ck_assert_int_eq(step(&again, noon("2025-03-03")).step, WF_IGNORED);
    strcpy(again.reference, "app-2");
    ck_assert_int_eq(step(&again, noon("2025-03-04")).step, WF_APPLIED);
    ck_assert_int_eq(state.designation_count, 1);
    ck_assert_str_eq(state.designations[0].application, "app-2");
}
END_TEST

START_TEST(spec_2_3_grant_that_arrives_after_its_due_day_is_not_lapsed)
{
    applied(STANDING_ON_GRANTED, "2025-12-29", "2026-02-10");
    ck_assert_int_eq(state.cycle_due, day("2026-12-31"));
}
END_TEST

START_TEST(spec_2_3_unknown_association_is_refused)
{
    association = "Nobody";
    refused(STANDING_ON_GRANTED, "2025-03-01", "2025-03-02", BECAUSE(ASSOCIATION_UNKNOWN));
}
END_TEST

START_TEST(spec_2_3_after_a_lapse_a_grant_begins_anew)
{
    bring_to(STANDING_LAPSED);
    struct standing_event event = event_of(STANDING_ON_GRANTED, "2026-03-01");
    strcpy(event.reference, "app-2");
    ck_assert_int_eq(step(&event, noon("2026-03-02")).step, WF_APPLIED);
    ck_assert_int_eq(state.phase, STANDING_CURRENT);
    ck_assert_int_eq(state.designation_count, 1);
    ck_assert_int_eq(state.cycle_due, day("2026-12-31"));
}
END_TEST

/* ---- SPEC 2.4 to 2.7 ---- */

/* The five facts in every order lead to the same renewal. */
START_TEST(spec_2_7_order_does_not_matter)
{
    static const enum standing_kind kinds[5] = {STANDING_ON_SUBMITTED, STANDING_ON_FEE,
                                                STANDING_ON_ETHICS, STANDING_ON_NO_SANCTION,
                                                STANDING_ON_MEMBER};
    bring_to(STANDING_OPEN);
    unsigned left = 0x1f;
    int code = _i;
    for (int n = 5; n > 0; n--) {
        int pick = code % n;
        code /= n;
        int which = 0;
        for (int seen = -1;; which++) {
            seen += (int)(left >> which & 1);
            if (seen == pick)
                break;
        }
        left &= ~(1u << which);
        ck_assert_int_eq(state.cycle_due, day("2025-12-31"));
        applied(kinds[which], kinds[which] == STANDING_ON_MEMBER ? "2026-06-30" : "2025-10-16",
                "2025-10-16");
    }
    ck_assert_int_eq(state.phase, STANDING_CURRENT);
    ck_assert_int_eq(state.cycle_due, day("2026-12-31"));
    ck_assert_int_eq(effects.reports, 1);
    mail_is(0, STANDING_MAIL_ACCEPTED);
    ck_assert_int_eq(effects.mails[0].due, day("2026-12-31"));
    ck_assert_int_eq(state.payment_count, 0);
    ck_assert_int_eq(state.ethics_on, 0);
}
END_TEST

START_TEST(spec_2_4_received_says_what_is_missing)
{
    bring_to(STANDING_OPEN);
    applied(STANDING_ON_FEE, "2025-10-16", "2025-10-16");
    applied(STANDING_ON_SUBMITTED, "2025-10-16", "2025-10-16");
    mail_is(0, STANDING_MAIL_RECEIVED);
    ck_assert_int_eq(effects.mails[0].missing,
                     WF_NEED_ETHICS | WF_NEED_NO_SANCTION | WF_NEED_MEMBERSHIP);
    struct standing_event again = event_of(STANDING_ON_SUBMITTED, "2025-10-17");
    ck_assert_int_eq(step(&again, noon("2025-10-17")).step, WF_IGNORED);
}
END_TEST

START_TEST(spec_2_4_what_is_not_held_is_not_renewed)
{
    bring_to(STANDING_OPEN);
    struct standing_event other = event_of(STANDING_ON_SUBMITTED, "2025-10-16");
    other.category = MHS;
    struct wf_verdict verdict = step(&other, noon("2025-10-16"));
    ck_assert_int_eq(verdict.step, WF_REFUSED);
    ck_assert_int_eq(verdict.reason, BECAUSE(NOT_HELD));
    refused(STANDING_ON_SUBMITTED, "2025-10-19", "2025-10-16", BECAUSE(DATE_IMPLAUSIBLE));
    refused(STANDING_ON_ETHICS, "2025-10-19", "2025-10-16", BECAUSE(DATE_IMPLAUSIBLE));
}
END_TEST

START_TEST(spec_2_5_payments)
{
    bring_to(STANDING_OPEN);
    struct standing_event fee = event_of(STANDING_ON_FEE, "2025-10-16");
    strcpy(fee.currency, "AUD");
    ck_assert_int_eq(step(&fee, noon("2025-10-16")).reason, BECAUSE(CURRENCY));
    strcpy(fee.currency, "USD");
    fee.fee_kind = 1;
    ck_assert_int_eq(step(&fee, noon("2025-10-16")).reason, BECAUSE(FEE_KIND));
    fee.fee_kind = STANDING_FEE_RENEWAL;
    fee.amount_minor = 1;
    ck_assert_int_eq(step(&fee, noon("2025-10-16")).step, WF_APPLIED);
    ck_assert_int_eq(step(&fee, noon("2025-10-16")).step, WF_IGNORED); /* the same payment */
    for (int i = 1; i < STANDING_PAYMENTS_MAX; i++) {
        fee.reference[0] = (char)('A' + i);
        ck_assert_int_eq(step(&fee, noon("2025-10-16")).step, WF_APPLIED);
    }
    fee.reference[0] = 'Z';
    ck_assert_int_eq(step(&fee, noon("2025-10-16")).reason, BECAUSE(PAYMENTS_FULL));
}
END_TEST

START_TEST(spec_2_6_membership_must_reach_the_due_day)
{
    bring_to(STANDING_OPEN);
    applied(STANDING_ON_SUBMITTED, "2025-10-16", "2025-10-16");
    applied(STANDING_ON_FEE, "2025-10-16", "2025-10-16");
    applied(STANDING_ON_ETHICS, "2025-10-16", "2025-10-16");
    applied(STANDING_ON_NO_SANCTION, "2025-10-16", "2025-10-16");
    applied(STANDING_ON_MEMBER, "2025-12-30", "2025-10-16");
    ck_assert_int_eq(state.cycle_due, day("2025-12-31"));
    applied(STANDING_ON_MEMBER, "2026-06-30", "2025-10-17");
    ck_assert_int_eq(state.cycle_due, day("2026-12-31"));
    applied(STANDING_ON_MEMBER_ENDED, "2026-01-31", "2026-02-01");
    ck_assert_int_eq(state.member_until, day("2026-01-30"));
}
END_TEST

START_TEST(spec_2_7_each_category_is_renewed_for_itself)
{
    applied(STANDING_ON_GRANTED, "2025-03-01", "2025-03-02");
    struct standing_event second = event_of(STANDING_ON_GRANTED, "2025-04-01");
    second.category = MHS;
    strcpy(second.reference, "app-2");
    ck_assert_int_eq(step(&second, noon("2025-04-01")).step, WF_APPLIED);
    ticks_until("2025-10-15");
    applied(STANDING_ON_MEMBER, "2026-06-30", "2025-10-16");
    applied(STANDING_ON_FEE, "2025-10-16", "2025-10-16");
    applied(STANDING_ON_ETHICS, "2025-10-16", "2025-10-16");
    applied(STANDING_ON_NO_SANCTION, "2025-10-16", "2025-10-16");
    applied(STANDING_ON_SUBMITTED, "2025-10-16", "2025-10-16");
    ck_assert_int_eq(state.designations[0].due, day("2026-12-31"));
    ck_assert_int_eq(state.designations[1].due, day("2025-12-31"));
    ck_assert_int_eq(state.phase, STANDING_OPEN);
    refused(STANDING_ON_SUBMITTED, "2025-10-17", "2025-10-17", BECAUSE(ALREADY_RENEWED));
    ticks_until("2026-02-02");
    ck_assert_int_eq(state.designations[0].status, STANDING_IS_ACTIVE);
    ck_assert_int_eq(state.designations[1].status, STANDING_IS_LAPSED);
    ck_assert_int_eq(state.designations[1].since, day("2026-02-01"));
    ck_assert_int_eq(state.phase, STANDING_CURRENT);
    ck_assert_int_eq(state.cycle_due, day("2026-12-31"));
}
END_TEST

/* Massachusetts: the cycle of the year of submission needs membership only. */
START_TEST(spec_2_7_free_first_renewal_needs_membership_only)
{
    association = "MassAIMH";
    struct standing_event event = event_of(STANDING_ON_GRANTED, "2025-11-03");
    event.applied_on = day("2025-08-01");
    ck_assert_int_eq(step(&event, noon("2025-11-04")).step, WF_APPLIED);
    struct standing_event tick = event_of(STANDING_ON_TICK, NULL);
    ck_assert_int_eq(step(&tick, noon("2025-11-04")).step, WF_APPLIED);
    mail_is(0, STANDING_MAIL_OPENED);
    ck_assert_int_eq(effects.mails[0].missing, WF_NEED_MEMBERSHIP);
    applied(STANDING_ON_MEMBER, "2025-12-31", "2025-11-10");
    mail_is(0, STANDING_MAIL_ACCEPTED);
    ck_assert_int_eq(state.cycle_due, day("2026-12-31"));
    ticks_until("2026-10-01");
    ck_assert_int_eq(effects.mails[0].missing, WF_NEED_MEMBERSHIP | WF_NEED_SUBMISSION |
                                                   WF_NEED_ETHICS | WF_NEED_NO_SANCTION);
}
END_TEST

/* ---- SPEC 3 ---- */

START_TEST(spec_3_a_year_without_renewal)
{
    static const struct {
        const char *at;
        enum standing_phase phase;
        enum standing_template mail;
    } days[] = {
        {"2025-10-01T04:00:00.000Z", STANDING_OPEN, STANDING_MAIL_OPENED},
        {"2025-11-01T13:00:00.000Z", STANDING_OPEN, STANDING_MAIL_REMINDER},
        {"2025-12-01T14:00:00.000Z", STANDING_OPEN, STANDING_MAIL_REMINDER},
        {"2025-12-24T14:00:00.000Z", STANDING_OPEN, STANDING_MAIL_REMINDER},
        {"2026-01-01T05:00:00.000Z", STANDING_GRACE, STANDING_MAIL_OVERDUE},
        {"2026-02-01T05:00:00.000Z", STANDING_LAPSED, STANDING_MAIL_LAPSED},
    };
    bring_to(STANDING_CURRENT);
    struct standing_event tick = event_of(STANDING_ON_TICK, NULL);
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        deadline_is(days[i].at);
        wf_time due = standing_next_deadline(&policy, &state);
        ck_assert_int_eq(step(&tick, due - 1).step, WF_IGNORED);
        ck_assert_int_eq(step(&tick, due).step, WF_APPLIED);
        ck_assert_int_eq(state.phase, days[i].phase);
        ck_assert_int_eq(effects.mail_count, 1);
        mail_is(0, days[i].mail);
    }
    ck_assert_int_eq(standing_next_deadline(&policy, &state), WF_NEVER);
    ck_assert_int_eq(effects.reports, 1);
    ck_assert_int_eq(state.designations[0].since, day("2026-02-01"));
}
END_TEST

START_TEST(spec_3_missed_reminders_become_one)
{
    bring_to(STANDING_OPEN);
    struct standing_event tick = event_of(STANDING_ON_TICK, NULL);
    ck_assert_int_eq(step(&tick, noon("2025-12-20")).step, WF_APPLIED);
    ck_assert_int_eq(effects.mail_count, 1);
    ck_assert_int_eq(state.reminders, 2);
    deadline_is("2025-12-24T14:00:00.000Z");
}
END_TEST

START_TEST(spec_3_endorsed_in_december_is_not_reminded_of_november)
{
    applied(STANDING_ON_GRANTED, "2025-12-10", "2025-12-10");
    struct standing_event tick = event_of(STANDING_ON_TICK, NULL);
    ck_assert_int_le(standing_next_deadline(&policy, &state), noon("2025-12-10"));
    ck_assert_int_eq(step(&tick, noon("2025-12-10")).step, WF_APPLIED);
    mail_is(0, STANDING_MAIL_OPENED);
    ck_assert_int_eq(effects.mail_count, 1);
    deadline_is("2025-12-24T14:00:00.000Z");
}
END_TEST

START_TEST(spec_3_without_grace_the_name_leaves_with_the_due_day)
{
    association = "CoAIMH";
    struct standing_event event = event_of(STANDING_ON_GRANTED, "2025-03-01");
    ck_assert_int_eq(step(&event, noon("2025-03-02")).step, WF_APPLIED);
    ticks_until("2025-12-31");
    ck_assert_int_eq(state.phase, STANDING_OPEN);
    deadline_is("2026-01-01T07:00:00.000Z"); /* Denver */
    struct standing_event tick = event_of(STANDING_ON_TICK, NULL);
    ck_assert_int_eq(step(&tick, standing_next_deadline(&policy, &state)).step, WF_APPLIED);
    ck_assert_int_eq(state.phase, STANDING_LAPSED);
    mail_is(0, STANDING_MAIL_LAPSED);
}
END_TEST

START_TEST(spec_3_an_act_before_the_overdue_tick_is_judged_by_the_day)
{
    bring_to(STANDING_OPEN); /* no tick since October: the due day and the grace have passed */
    refused(STANDING_ON_SUBMITTED, "2026-02-01", "2026-02-01", BECAUSE(LAPSED));
    refused(STANDING_ON_FEE, "2026-02-01", "2026-02-01", BECAUSE(LAPSED));
    refused(STANDING_ON_ETHICS, "2026-02-01", "2026-02-01", BECAUSE(LAPSED));
    applied(STANDING_ON_MEMBER, "2026-06-30", "2026-02-01");
    ck_assert_int_eq(state.cycle_due, day("2025-12-31"));
}
END_TEST

/* ---- domain.md 9, row 13 ---- */

START_TEST(domain_9_13_sc_renewing_in_the_grace_costs_fifty)
{
    bring_to(STANDING_GRACE);
    applied(STANDING_ON_MEMBER, "2026-06-30", "2026-01-20");
    applied(STANDING_ON_ETHICS, "2026-01-20", "2026-01-20");
    applied(STANDING_ON_NO_SANCTION, "2026-01-20", "2026-01-20");
    applied(STANDING_ON_SUBMITTED, "2026-01-20", "2026-01-20");
    ck_assert_int_eq(effects.mails[0].fee_missing_minor, 5000);
    applied(STANDING_ON_FEE, "2026-01-20", "2026-01-20");
    ck_assert_int_eq(state.phase, STANDING_GRACE);
    struct standing_event late = event_of(STANDING_ON_FEE, "2026-01-21");
    late.fee_kind = STANDING_FEE_LATE;
    strcpy(late.reference, "pay-2");
    ck_assert_int_eq(step(&late, noon("2026-01-21")).step, WF_APPLIED);
    ck_assert_int_eq(state.phase, STANDING_CURRENT);
    ck_assert_int_eq(state.cycle_due, day("2026-12-31"));
}
END_TEST

START_TEST(spec_2_7_what_was_done_in_time_owes_no_late_fee)
{
    bring_to(STANDING_OPEN);
    applied(STANDING_ON_SUBMITTED, "2025-12-30", "2025-12-30");
    applied(STANDING_ON_FEE, "2025-12-30", "2025-12-30");
    applied(STANDING_ON_ETHICS, "2025-12-30", "2025-12-30");
    applied(STANDING_ON_NO_SANCTION, "2025-12-30", "2025-12-30");
    ticks_until("2026-01-05");
    ck_assert_int_eq(state.phase, STANDING_GRACE);
    ck_assert_int_eq(effects.mails[0].missing, WF_NEED_MEMBERSHIP);
    applied(STANDING_ON_MEMBER, "2026-06-30", "2026-01-06");
    ck_assert_int_eq(state.cycle_due, day("2026-12-31"));
}
END_TEST

START_TEST(domain_9_13_sc_on_february_1_the_name_is_off)
{
    bring_to(STANDING_GRACE);
    deadline_is("2026-02-01T05:00:00.000Z");
    ticks_until("2026-02-01");
    ck_assert_int_eq(state.phase, STANDING_LAPSED);
    refused(STANDING_ON_SUBMITTED, "2026-02-01", "2026-02-01", BECAUSE(LAPSED));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("standing");
    TCase *cases = tcase_create("cells");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, spec_2_7_order_does_not_matter, 0, 120);
    tcase_add_test(cases, spec_2_3_grant_sets_the_first_due_day);
    tcase_add_test(cases, spec_2_3_same_grant_again_is_ignored);
    tcase_add_test(cases, spec_2_3_grant_that_arrives_after_its_due_day_is_not_lapsed);
    tcase_add_test(cases, spec_2_3_unknown_association_is_refused);
    tcase_add_test(cases, spec_2_3_after_a_lapse_a_grant_begins_anew);
    tcase_add_test(cases, spec_2_4_received_says_what_is_missing);
    tcase_add_test(cases, spec_2_4_what_is_not_held_is_not_renewed);
    tcase_add_test(cases, spec_2_5_payments);
    tcase_add_test(cases, spec_2_6_membership_must_reach_the_due_day);
    tcase_add_test(cases, spec_2_7_each_category_is_renewed_for_itself);
    tcase_add_test(cases, spec_2_7_free_first_renewal_needs_membership_only);
    tcase_add_test(cases, spec_2_7_what_was_done_in_time_owes_no_late_fee);
    tcase_add_test(cases, spec_3_a_year_without_renewal);
    tcase_add_test(cases, spec_3_missed_reminders_become_one);
    tcase_add_test(cases, spec_3_endorsed_in_december_is_not_reminded_of_november);
    tcase_add_test(cases, spec_3_without_grace_the_name_leaves_with_the_due_day);
    tcase_add_test(cases, spec_3_an_act_before_the_overdue_tick_is_judged_by_the_day);
    tcase_add_test(cases, domain_9_13_sc_renewing_in_the_grace_costs_fifty);
    tcase_add_test(cases, domain_9_13_sc_on_february_1_the_name_is_off);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
