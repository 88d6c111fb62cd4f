/* links: standing_kit standing_core wf_policy wf_base */
/* services/renewal/SPEC.md 2.10: ways out of the renewal and back, against the shipped policies. */
#include "standing_script.h"

#include <check.h>
#include <string.h>

/* ---- SPEC 2.10 ---- */

START_TEST(domain_9_18_sanction_is_at_once_and_renewal_cannot_bring_back)
{
    association = "MassAIMH";
    applied(STANDING_ON_GRANTED, "2025-03-01", "2025-03-02");
    ticks_until("2025-10-15");
    applied(STANDING_ON_SANCTIONED, "2025-10-20", "2025-10-21");
    ck_assert_int_eq(state.designations[0].status, STANDING_IS_SANCTIONED);
    ck_assert_int_eq(state.designations[0].since, day("2025-10-20"));
    ck_assert_int_eq(effects.reports, 1);
    mail_is(0, STANDING_MAIL_INACTIVE);
    ck_assert_int_eq(standing_next_deadline(&policy, &state), WF_NEVER);
    applied(STANDING_ON_MEMBER, "2027-12-31", "2025-10-22");
    ck_assert_int_eq(state.phase, STANDING_SANCTIONED);
    refused(STANDING_ON_SUBMITTED, "2025-10-22", "2025-10-22", BECAUSE(SANCTIONED));
    applied(STANDING_ON_LIFTED, "2026-05-01", "2026-05-01");
    ck_assert_int_eq(state.phase, STANDING_LIFTED);
    refused(STANDING_ON_SUBMITTED, "2026-05-02", "2026-05-02", BECAUSE(INACTIVE));
    struct standing_event anew = event_of(STANDING_ON_GRANTED, "2026-09-01");
    strcpy(anew.reference, "app-2");
    ck_assert_int_eq(step(&anew, noon("2026-09-01")).step, WF_APPLIED);
    ck_assert_int_eq(state.phase, STANDING_CURRENT);
    ck_assert_int_eq(state.designation_count, 1);
    ck_assert_int_eq(state.designations[0].status, STANDING_IS_ACTIVE);
}
END_TEST

START_TEST(spec_2_10_sanction_before_any_endorsement)
{
    applied(STANDING_ON_SANCTIONED, "2025-02-01", "2025-02-01");
    applied(STANDING_ON_GRANTED, "2025-03-01", "2025-03-02");
    ck_assert_int_eq(state.designations[0].status, STANDING_IS_SANCTIONED);
    ck_assert_int_eq(state.phase, STANDING_SANCTIONED);
    applied(STANDING_ON_LIFTED, "2025-04-01", "2025-04-01");
    ck_assert_int_eq(state.phase, STANDING_LIFTED);
}
END_TEST

START_TEST(spec_2_10_leave_ends_in_a_lapse_or_a_return)
{
    bring_to(STANDING_LEAVE);
    ck_assert_int_eq(state.designations[0].status, STANDING_IS_ON_LEAVE);
    struct standing leave = state;
    deadline_is("2026-01-27T05:00:00.000Z");
    ticks_until("2026-01-27");
    ck_assert_int_eq(state.phase, STANDING_LAPSED);
    ck_assert_int_eq(state.designations[0].since, day("2026-01-27"));
    mail_is(0, STANDING_MAIL_LAPSED);
    state = leave;
    applied(STANDING_ON_REINSTATEMENT, "2025-09-01", "2025-09-01");
    mail_is(0, STANDING_MAIL_RETURN);
    ck_assert_int_eq(effects.mails[0].missing, WF_NEED_ETHICS | WF_NEED_MEMBERSHIP);
    applied(STANDING_ON_ETHICS, "2025-09-02", "2025-09-02");
    applied(STANDING_ON_MEMBER, "2025-12-31", "2025-09-03");
    ck_assert_int_eq(state.phase, STANDING_CURRENT);
    ck_assert_int_eq(state.designations[0].since, day("2025-09-03"));
    ck_assert_int_eq(state.cycle_due, day("2025-12-31"));
    mail_is(0, STANDING_MAIL_REINSTATED);
}
END_TEST

START_TEST(spec_2_10_leave_is_bounded)
{
    association = "VAIMH";
    applied(STANDING_ON_GRANTED, "2025-03-01", "2025-03-02");
    struct standing_event leave = event_of(STANDING_ON_LEAVE, "2025-04-01");
    leave.until = day("2027-04-02");
    ck_assert_int_eq(step(&leave, noon("2025-04-01")).reason, BECAUSE(LEAVE_TOO_LONG));
    leave.until = day("2025-04-01");
    ck_assert_int_eq(step(&leave, noon("2025-04-01")).reason, BECAUSE(LEAVE_TOO_LONG));
    leave.until = day("2027-04-01");
    ck_assert_int_eq(step(&leave, noon("2025-04-01")).step, WF_APPLIED);
}
END_TEST

START_TEST(domain_9_17_nebraska_brings_back_for_25_and_an_audit)
{
    association = "NAIMH";
    applied(STANDING_ON_GRANTED, "2023-03-01", "2023-03-02");
    ck_assert_int_eq(state.cycle_due, day("2024-12-31"));
    ticks_until("2025-01-02");
    ck_assert_int_eq(state.phase, STANDING_LAPSED);
    applied(STANDING_ON_REINSTATEMENT, "2025-02-01", "2025-02-01");
    ck_assert_int_eq(effects.mails[0].fee_missing_minor, 2500);
    applied(STANDING_ON_ETHICS, "2025-02-01", "2025-02-01");
    applied(STANDING_ON_MEMBER, "2025-12-31", "2025-02-01");
    refused(STANDING_ON_FEE, "2025-02-01", "2025-02-01", BECAUSE(FEE_KIND));
    struct standing_event fee = event_of(STANDING_ON_FEE, "2025-02-01");
    fee.fee_kind = STANDING_FEE_REINSTATEMENT;
    ck_assert_int_eq(step(&fee, noon("2025-02-01")).step, WF_APPLIED);
    ck_assert_int_eq(state.phase, STANDING_RETURNING);
    script_act("hours h1 training 14.99 imh 2024-03-01..2024-11-30", "2025-02-01");
    script_act("hours h2 rsc 1 by nobody 2024-12-01..2024-12-02", "2025-02-01");
    ck_assert_int_eq(state.phase, STANDING_RETURNING);
    script_act("hours h3 training 15 imh 2024-01-31..2024-02-01", "2025-02-01"); /* too old */
    ck_assert_int_eq(state.phase, STANDING_RETURNING);
    script_act("hours h4 training 0.01 imh 2025-01-31..2025-01-31", "2025-02-01");
    ck_assert_int_eq(state.phase, STANDING_CURRENT);
    ck_assert_int_eq(state.cycle_due, day("2027-12-31"));
    ck_assert_int_eq(state.audit, STANDING_AUDIT_NEXT);
}
END_TEST

START_TEST(domain_9_16_archived_is_not_lapsed)
{
    association = "MI-AIMH";
    applied(STANDING_ON_GRANTED, "2024-03-01", "2024-03-02");
    struct standing_event second = event_of(STANDING_ON_GRANTED, "2024-04-01");
    second.age_line = ECMH;
    strcpy(second.reference, "app-2");
    ck_assert_int_eq(step(&second, noon("2024-04-01")).step, WF_APPLIED);
    struct standing_event archive = event_of(STANDING_ON_ARCHIVED, NULL);
    archive.age_line = ECMH;
    ck_assert_int_eq(step(&archive, noon("2024-05-01")).step, WF_APPLIED);
    ck_assert_int_eq(state.designations[1].status, STANDING_IS_ARCHIVED);
    ck_assert_int_eq(state.phase, STANDING_CURRENT);
    ck_assert_int_eq(step(&archive, noon("2024-05-01")).reason, BECAUSE(NOT_HELD));
    archive.age_line = IMH;
    ck_assert_int_eq(step(&archive, noon("2024-05-01")).step, WF_APPLIED);
    ck_assert_int_eq(state.phase, STANDING_LAPSED);
    ck_assert_int_eq(state.designations[0].status, STANDING_IS_ARCHIVED);
}
END_TEST

/* Michigan: two held, one submitted: that one stays, the other drops; one fee. */
START_TEST(domain_9_16_michigan_submits_only_one)
{
    association = "MI-AIMH";
    applied(STANDING_ON_GRANTED, "2023-03-01", "2023-03-02");
    struct standing_event second = event_of(STANDING_ON_GRANTED, "2023-04-01");
    second.age_line = ECMH;
    strcpy(second.reference, "app-2");
    ck_assert_int_eq(step(&second, noon("2023-04-01")).step, WF_APPLIED);
    applied(STANDING_ON_MEMBER, "2024-12-31", "2023-04-01");
    ticks_until("2024-10-05"); /* the year of submission needed membership only */
    ck_assert_int_eq(state.cycle_due, day("2024-12-31"));
    ck_assert_int_eq(state.phase, STANDING_OPEN);
    struct standing_event fee = event_of(STANDING_ON_FEE, "2024-10-06");
    fee.amount_minor = 3000;
    ck_assert_int_eq(step(&fee, noon("2024-10-06")).step, WF_APPLIED);
    applied(STANDING_ON_ETHICS, "2024-10-06", "2024-10-06");
    applied(STANDING_ON_NO_SANCTION, "2024-10-06", "2024-10-06");
    script_play("2024-10-06 hours h1 training 14 imh 2024-01-01..2024-06-30; 2024-10-06 hours h2 "
                "training 1 dei "
                "2024-02-01..2024-02-01; 2024-10-06 hours h3 rsc 12 by MHS 2024-01-01..2024-09-30");
    applied(STANDING_ON_SUBMITTED, "2024-10-06", "2024-10-06");
    ck_assert_int_eq(state.designations[0].due, day("2025-12-31"));
    ticks_until("2025-02-02");
    ck_assert_int_eq(state.designations[0].status, STANDING_IS_ACTIVE);
    ck_assert_int_eq(state.designations[1].status, STANDING_IS_LAPSED);
}
END_TEST

/* Rules that no shipped association has, on every edition of one. */
static struct wf_association *rules_of(const char *id)
{
    struct wf_policy_book *book = (struct wf_policy_book *)policy.book;
    for (int32_t i = 0; i < book->count; i++) {
        if (strcmp(book->associations[i].id, id) == 0)
            return &book->associations[i];
    }
    ck_abort_msg("%s", id);
}

START_TEST(spec_2_10_a_return_from_leave_may_owe_the_hours_of_a_renewal)
{
    struct wf_association *virginia = rules_of("VAIMH");
    for (int32_t e = 0; e < virginia->edition_count; e++)
        virginia->editions[e].leave_return_hours = true;
    script_play(
        "at VAIMH; 2025-03-01 grant FS; 2025-04-01 leave 2026-04-01; 2025-09-01 member 2026-12-31; "
        "2025-09-01 return; 2025-09-01 ethics; 2025-09-02 hours h1 training 14 imh "
        "2024-10-01..2025-02-01");
    ck_assert_int_eq(state.phase, STANDING_RETURNING);
    struct standing_mail lacks = {0};
    standing_return_needs(&policy, &state, day("2025-09-02"), &lacks);
    ck_assert_int_eq(lacks.missing, WF_NEED_TRAINING);
    ck_assert_int_eq(lacks.training_missing, 100);
    script_play("2025-09-03 hours h2 training 1 dei 2025-09-01..2025-09-02");
    ck_assert_int_eq(state.phase, STANDING_CURRENT);
}
END_TEST

START_TEST(spec_2_12_an_audit_may_end_the_endorsement)
{
    struct wf_association *nebraska = rules_of("NAIMH");
    for (int32_t e = 0; e < nebraska->edition_count; e++)
        nebraska->editions[e].audit_lapses = true;
    script_play("at NAIMH; 2022-03-01 grant FS; 2024-10-05 member 2035-12-31; 2024-10-05 ethics; "
                "2024-10-05 attest; "
                "2024-10-05 submit");
    ck_assert_int_eq(state.audit, STANDING_AUDIT_ASKED);
    struct standing asked = state;
    script_play("2024-11-01 audit no");
    ck_assert_int_eq(state.phase, STANDING_LAPSED);
    ck_assert_int_eq(state.audit, STANDING_AUDIT_NEXT);
    state = asked;
    script_play("2024-12-10 comes"); /* no answer */
    ck_assert_int_eq(state.phase, STANDING_LAPSED);
    ck_assert_int_eq(state.designations[0].status, STANDING_IS_LAPSED);
}
END_TEST

START_TEST(spec_6_the_mail_says_the_hours_that_the_form_must_show)
{
    script_play("at MI-AIMH; 2024-03-01 grant FS endorsed 2022-03-01; 2024-10-01 comes");
    mail_is(0, STANDING_MAIL_OPENED);
    ck_assert_int_eq(effects.mails[0].form_training, 1500);
    ck_assert_int_eq(effects.mails[0].form_rsc, 1200);
    state = (struct standing){0};
    script_play("at NAIMH; 2022-03-01 grant FS; 2024-10-01 comes");
    mail_is(0, STANDING_MAIL_OPENED);
    ck_assert_int_eq(effects.mails[0].form_training, 0); /* attested */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("standing ways");
    TCase *cases = tcase_create("ways");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, domain_9_18_sanction_is_at_once_and_renewal_cannot_bring_back);
    tcase_add_test(cases, spec_2_10_sanction_before_any_endorsement);
    tcase_add_test(cases, spec_2_10_leave_ends_in_a_lapse_or_a_return);
    tcase_add_test(cases, spec_2_10_leave_is_bounded);
    tcase_add_test(cases, domain_9_17_nebraska_brings_back_for_25_and_an_audit);
    tcase_add_test(cases, domain_9_16_archived_is_not_lapsed);
    tcase_add_test(cases, domain_9_16_michigan_submits_only_one);
    tcase_add_test(cases, spec_2_10_a_return_from_leave_may_owe_the_hours_of_a_renewal);
    tcase_add_test(cases, spec_2_12_an_audit_may_end_the_endorsement);
    tcase_add_test(cases, spec_6_the_mail_says_the_hours_that_the_form_must_show);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
