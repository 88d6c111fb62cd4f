/* links: standing_kit standing_core wf_policy wf_base */
/* The dossier's acceptance rows (section 9) and contradictions (7.3) about renewal and standing, each played against the
 * shipped policy files under its own name. */
#include "standing_script.h"

#include <check.h>
#include <string.h>

static void is(const char *expected)
{
    char told[600];
    script_tell(told, sizeof told);
    ck_assert_msg(strcmp(told, expected) == 0, "expected %s\n     got %s", expected, told);
}

static void state_is(const char *expected)
{
    char told[600];
    script_tell_state(told, sizeof told);
    ck_assert_msg(strcmp(told, expected) == 0, "expected %s\n     got %s", expected, told);
}

static void act(const char *today, const char *words, const char *expected)
{
    ticks_until(today);
    script_act(words, today);
    is(expected);
}

/* What a renewal needs beside hours, done on a day. */
static void sign_all(const char *today)
{
    ticks_until(today);
    script_act("ethics", today);
    script_act("attest", today);
    script_act("member 2035-12-31", today);
}

/* ---- section 9 ---- */

START_TEST(row_13_south_carolina_frees_the_year_earned_and_no_other)
{
    script_play("2023-05-02 grant FS; 2023-05-02 member 2025-06-30");
    sign_all("2023-10-10");
    script_act("fee renewal 25 pay-1", "2023-10-10");
    act("2023-10-10", "submit",
        "applied current due 2024-12-31: report FS-IMH active, mail renewal-accepted");
    act("2024-10-10", "submit", "refused training-short");
    script_play("2024-10-10 hours h1 training 14 imh 2024-02-01..2024-05-01; "
                "2024-10-10 hours h2 training 1 dei 2024-02-01..2024-05-01");
    act("2024-10-10", "submit", "refused rsc-short");
    script_play("2024-10-10 hours h3 rsc 12 by MHS 2024-02-01..2024-09-01");
    act("2024-10-10", "submit", "applied open due 2024-12-31: mail renewal-received");
}
END_TEST

START_TEST(row_13_south_carolina_older_text_still_owed_rsc)
{
    script_play("2021-03-02 grant FS; 2021-03-02 member 2025-06-30");
    ck_assert_int_eq(state.cycle_due, day("2022-01-31"));
    act("2021-12-01", "submit", "refused rsc-short");
    script_play("2021-12-01 hours h1 rsc 12 by MHS 2021-03-01..2021-11-01");
    act("2021-12-01", "submit", "applied open due 2022-01-31: mail renewal-received");
}
END_TEST

START_TEST(row_13_south_carolina_january_20_costs_fifty)
{
    script_play("2023-05-02 grant FS");
    sign_all("2024-01-20");
    ck_assert_int_eq(state.phase, STANDING_GRACE);
    act("2024-01-20", "submit", "applied grace due 2023-12-31: mail renewal-received");
    ck_assert_int_eq(effects.mails[0].fee_missing_minor, 5000);
    act("2024-01-20", "fee renewal 25 pay-1", "applied grace due 2023-12-31");
    act("2024-01-20", "fee late 25 pay-2",
        "applied current due 2024-12-31: report FS-IMH active, mail renewal-accepted");
}
END_TEST

START_TEST(row_13_south_carolina_february_1_the_name_is_off)
{
    script_play("2023-05-02 grant FS; 2024-01-31 member 2024-06-30");
    state_is("grace due 2023-12-31: FS-IMH active");
    script_play("2024-02-01 comes");
    state_is("lapsed: FS-IMH lapsed");
    ck_assert_int_eq(state.designations[0].since, day("2024-02-01"));
}
END_TEST

START_TEST(row_14_mentor_clinical_of_four_years_renews_with_ten_peer_hours)
{
    script_play("at MI-AIMH; 2024-11-01 grant MHM_C endorsed 2020-11-01; "
                "2024-11-02 hours h1 rsc 10 peer 2024-01-01..2024-07-31; "
                "2024-11-02 hours h2 training 14 imh 2024-03-01..2024-05-01; "
                "2024-11-02 hours h3 training 1 dei 2024-03-01..2024-05-01");
    act("2024-11-02", "submit MHM_C", "applied open due 2024-12-31: mail renewal-received");
}
END_TEST

START_TEST(row_14_mentor_clinical_of_two_years_does_not)
{
    script_play("at MI-AIMH; 2024-11-01 grant MHM_C endorsed 2022-11-01; "
                "2024-11-02 hours h1 rsc 10 peer 2024-01-01..2024-07-31; "
                "2024-11-02 hours h2 training 14 imh 2024-03-01..2024-05-01; "
                "2024-11-02 hours h3 training 1 dei 2024-03-01..2024-05-01");
    act("2024-11-02", "submit MHM_C", "refused rsc-short");
    struct standing_hours hours = standing_hours_of(&policy, &state, 0, false);
    ck_assert_int_eq(hours.needed.rsc, 1200);
    ck_assert_int_eq(hours.rsc, 0); /* the peer hours are void */
    script_play("2024-11-02 hours h4 rsc 12 by MHM_C 2024-04-01..2024-08-31");
    act("2024-11-02", "submit MHM_C", "refused rsc-spread"); /* five months: six are the least */
    script_play("2024-11-02 hours h5 rsc 1 by MHM_C 2024-09-01..2024-09-30");
    act("2024-11-02", "submit MHM_C", "applied open due 2024-12-31: mail renewal-received");
}
END_TEST

START_TEST(row_15_provider_needs_three_hours_about_giving_and_one_of_diversity)
{
    script_play("at MI-AIMH; 2024-11-01 grant FS endorsed 2022-11-01; "
                "2024-11-02 hours h1 training 13 imh 2024-03-01..2024-05-01; "
                "2024-11-02 hours h2 training 2 giving 2024-03-01..2024-05-01; "
                "2024-11-02 hours h3 rsc 12 by MHS 2024-01-01..2024-07-31");
    act("2024-11-02", "submit gives", "refused dei-short");
    script_play("2024-11-02 hours h4 training 1 dei 2024-03-01..2024-05-01");
    act("2024-11-02", "submit gives", "refused rsc-training-short");
    script_play("2024-11-02 hours h5 training 1 giving 2024-03-01..2024-05-01");
    act("2024-11-02", "submit gives", "applied open due 2024-12-31: mail renewal-received");
}
END_TEST

START_TEST(row_16_michigan_hours_are_reused_and_one_fee_of_thirty_is_paid)
{
    script_play("at MI-AIMH; 2024-02-01 grant MHS endorsed 2022-02-01; "
                "2024-02-01 grant MHS ECMH endorsed 2022-02-01 app app-2; "
                "2024-11-02 hours h1 training 14 imh 2024-03-01..2024-05-01; "
                "2024-11-02 hours h2 training 1 dei 2024-03-01..2024-05-01; "
                "2024-11-02 hours h3 rsc 12 by MHS 2024-01-01..2024-07-31");
    sign_all("2024-11-02");
    script_act("fee renewal 30 pay-1", "2024-11-02");
    act("2024-11-02", "submit MHS IMH",
        "applied open due 2024-12-31: report MHS-IMH active, mail renewal-accepted");
    struct standing both = state;
    act("2024-11-02", "submit MHS ECMH",
        "applied current due 2025-12-31: report MHS-ECMH active, mail renewal-accepted");
    state = both;
    script_play("2025-02-01 comes");
    state_is("current due 2025-12-31: MHS-IMH active, MHS-ECMH lapsed");
    state = both;
    script_play("2024-12-01 archive MHS ECMH; 2025-02-01 comes");
    state_is("current due 2025-12-31: MHS-IMH active, MHS-ECMH archived");
}
END_TEST

START_TEST(row_17_nebraska_owes_the_fraction_by_attestation)
{
    script_play("at NAIMH; 2025-11-15 grant FS");
    ck_assert_int_eq(state.cycle_due, day("2027-12-31"));
    struct standing_hours hours = standing_hours_of(&policy, &state, 0, false);
    ck_assert_int_eq(hours.needed.training, 3000);
    ck_assert_int_eq(hours.needed.rsc, 2400);
    sign_all("2027-10-05");
    ck_assert_int_eq(hours.training, 0); /* no entries: submitting attests */
    script_act("submit", "2027-10-05");
    ck_assert_int_eq(state.cycle_due, day("2030-12-31"));
}
END_TEST

START_TEST(row_17_nebraska_lapsed_comes_back_with_fifteen_hours_and_is_audited_next)
{
    script_play("at NAIMH; 2022-03-01 grant FS; 2025-02-01 member 2035-12-31");
    state_is("lapsed: FS-IMH lapsed");
    script_play("2025-02-01 return; 2025-02-01 ethics; 2025-02-01 fee reinstatement 25; "
                "2025-02-01 hours h1 rsc 1 by nobody 2025-01-02..2025-01-03");
    act("2025-02-01", "hours h2 training 15 imh 2024-06-01..2024-09-01",
        "applied current due 2027-12-31: report FS-IMH active, mail standing-reinstated");
    sign_all("2027-10-05");
    script_act("submit",
               "2027-10-05"); /* all random bytes are 0 here: 0 would be drawn in any case */
    is("applied current due 2030-12-31: report FS-IMH active, mail renewal-accepted, mail "
       "renewal-audit, audit asked");
}
END_TEST

START_TEST(row_18_massachusetts_sanction_lifting_and_the_way_back)
{
    script_play("at MassAIMH; 2024-03-01 grant FS endorsed 2023-03-01");
    act("2024-05-01", "sanction",
        "applied sanctioned: report FS-IMH sanctioned, mail standing-inactive");
    sign_all("2024-10-05");
    act("2024-10-05", "submit", "refused sanctioned");
    act("2024-10-06", "lift", "applied lifted");
    act("2024-10-07", "submit", "refused inactive");
    act("2024-10-07", "return", "refused reinstatement-by-application");
    act("2024-12-01", "grant FS app app-2", "applied current due 2024-12-31: report FS-IMH active");
}
END_TEST

static const struct {
    const char *association, *bought, *until;
} memberships[] = {
    {"AzAIMH", "2020-08-01", "2020-12-31"},  {"AzAIMH", "2020-10-10", "2021-12-31"},
    {"CT-AIMH", "2017-11-30", "2017-12-31"}, {"CT-AIMH", "2017-12-02", "2018-12-31"},
    {"MI-AIMH", "2024-09-30", "2024-12-31"}, {"MI-AIMH", "2024-10-01", "2025-12-31"},
    {"SCIMHA", "2025-05-01", "2025-06-30"},  {"AAIMH-WA", "2023-07-01", "2024-06-30"},
    {"VAIMH", "2023-08-01", "2024-06-30"},   {"VAIMH", "2024-08-01", "2024-12-31"}};
START_TEST(row_20_membership_by_the_day_it_was_bought)
{
    char words[60] = "member bought ";
    strcat(words, memberships[_i].bought);
    association = memberships[_i].association;
    script_act(words, memberships[_i].bought);
    ck_assert_int_eq(state.member_until, day(memberships[_i].until));
}
END_TEST

START_TEST(row_21_western_australia_skips_june_2023)
{
    script_play(
        "at AAIMH-WA; 2022-11-01 grant FS applied 2022-09-10; 2022-11-01 member 2023-06-30");
    state_is("current due 2024-06-30: FS-IMH active");
    script_play("2023-07-02 comes");
    state_is("current due 2024-06-30: FS-IMH active");
    script_play("2024-04-02 hours h1 training 14 imh 2023-07-01..2023-12-01; "
                "2024-04-02 hours h2 training 1 dei 2023-07-01..2023-12-01; "
                "2024-04-02 hours h3 rsc 12 by MHS 2023-07-01..2024-03-01");
    sign_all("2024-04-02");
    ck_assert_int_eq(state.phase, STANDING_OPEN);
    act("2024-04-02", "fee renewal 30 pay-1 in AUD", "applied open due 2024-06-30");
    act("2024-04-02", "submit",
        "applied current due 2025-06-30: report FS-IMH active, mail renewal-accepted");
}
END_TEST

/* ---- section 7.3 ---- */

START_TEST(contradiction_renewal_cycle_annual_goes_on_into_three_years)
{
    script_play("at PA-AIMH; 2024-05-01 grant FS endorsed 2021-05-01; "
                "2024-11-02 hours h1 training 14 imh 2024-03-01..2024-05-01; "
                "2024-11-02 hours h2 training 1 dei 2024-03-01..2024-05-01; "
                "2024-11-02 hours h3 rsc 12 2024-02-01..2024-09-30");
    state_is("open due 2025-01-31: FS-IMH active");
    sign_all("2024-11-02");
    act("2024-11-02", "submit",
        "applied current due 2027-12-31: report FS-IMH active, mail renewal-accepted");
    struct standing_hours hours = standing_hours_of(&policy, &state, 0, false);
    ck_assert_int_eq(hours.needed.training, 4500);
    ck_assert_int_eq(hours.needed.rsc, 3600);
}
END_TEST

START_TEST(contradiction_sanction_attestation_begins_with_its_year)
{
    script_play("at MassAIMH; 2021-11-01 grant FS endorsed 2019-11-01; 2021-11-02 comes");
    int64_t fee = 0;
    ck_assert_int_eq(
        standing_missing(&policy, &state, 0, day("2021-11-02"), &fee) & WF_NEED_NO_SANCTION, 0);
    state = (struct standing){0};
    script_play("2022-11-01 grant FS endorsed 2019-11-01; 2022-11-02 comes");
    ck_assert_int_ne(
        standing_missing(&policy, &state, 0, day("2022-11-02"), &fee) & WF_NEED_NO_SANCTION, 0);
    state = (struct standing){0};
    script_play("at PA-AIMH; 2022-11-01 grant FS endorsed 2019-11-01");
    ck_assert_int_eq(state.cycle_due, day("2023-01-31"));
    ck_assert_int_ne(
        standing_missing(&policy, &state, 0, day("2022-11-02"), &fee) & WF_NEED_NO_SANCTION, 0);
    state = (struct standing){0};
    script_play("2021-11-01 grant FS endorsed 2019-11-01");
    ck_assert_int_eq(
        standing_missing(&policy, &state, 0, day("2021-11-02"), &fee) & WF_NEED_NO_SANCTION, 0);
}
END_TEST

START_TEST(contradiction_michigan_cut_off_both_texts)
{
    script_play(
        "at MI-AIMH; 2020-03-01 grant FS endorsed 2018-03-01; 2021-02-10 member 2025-12-31");
    state_is("grace due 2021-01-31: FS-IMH active");
    state = (struct standing){0};
    script_play("2024-03-01 grant FS endorsed 2022-03-01; 2025-01-10 member 2025-12-31");
    state_is("grace due 2024-12-31: FS-IMH active");
    script_play("2025-02-01 comes");
    state_is("lapsed: FS-IMH lapsed");
}
END_TEST

START_TEST(contradiction_arizona_removed_on_february_1)
{
    script_play("at AzAIMH; 2024-03-01 grant FS endorsed 2022-03-01; 2024-12-16 comes");
    state_is("grace due 2024-12-15: FS-IMH active");
    sign_all("2024-12-20");
    script_play("2024-12-20 hours h1 training 14 imh 2024-03-01..2024-05-01; "
                "2024-12-20 hours h2 training 1 dei 2024-03-01..2024-05-01; "
                "2024-12-20 hours h3 rsc 12 by ERS 2024-03-01..2024-09-01; 2024-12-20 submit; "
                "2024-12-20 fee renewal 25 pay-1");
    state_is("grace due 2024-12-15: FS-IMH active");
    struct standing unpaid = state;
    act("2024-12-21", "fee late 10 pay-2",
        "applied current due 2025-12-15: report FS-IMH active, mail renewal-accepted"); /* 35 in all */
    state = unpaid;
    script_play("2025-02-01 comes");
    state_is("lapsed: FS-IMH lapsed");
}
END_TEST

START_TEST(contradiction_virginia_six_hours_then_twelve)
{
    script_play("at VAIMH; 2023-03-01 grant FS endorsed 2021-03-01; 2023-03-01 member 2035-12-31; "
                "2023-10-05 hours h1 training 14 imh 2023-03-01..2023-05-01; "
                "2023-10-05 hours h2 training 1 dei 2023-03-01..2023-05-01; "
                "2023-10-05 hours h3 rsc 12 by MHS 2023-03-01..2023-09-01");
    sign_all("2023-10-05");
    script_play("2023-10-05 fee renewal 40 pay-1; 2023-10-05 submit; "
                "2024-10-05 hours h4 training 14 imh 2024-03-01..2024-05-01; "
                "2024-10-05 hours h5 training 1 dei 2024-03-01..2024-05-01; "
                "2024-10-05 hours h6 rsc 6 by MHS 2024-03-01..2024-09-01");
    state_is("open due 2024-12-31: FS-IMH active");
    sign_all("2024-10-05");
    script_play("2024-10-05 fee renewal 40 pay-1");
    act("2024-10-05", "submit",
        "applied current due 2025-12-31: report FS-IMH active, mail renewal-accepted");
    script_play("2025-10-05 hours h7 training 14 imh 2025-03-01..2025-05-01; "
                "2025-10-05 hours h8 training 1 dei 2025-03-01..2025-05-01; "
                "2025-10-05 hours h9 rsc 6 by MHS 2025-03-01..2025-09-01");
    act("2025-10-05", "submit", "refused rsc-short");
}
END_TEST

START_TEST(contradiction_south_carolina_due_in_january_then_december)
{
    script_play("2021-03-01 grant FS endorsed 2019-03-01");
    ck_assert_int_eq(state.cycle_due, day("2022-01-31"));
    state = (struct standing){0};
    script_play("2023-03-01 grant FS endorsed 2019-03-01");
    ck_assert_int_eq(state.cycle_due, day("2023-12-31"));
}
END_TEST

/* ---- section 5, where no row of 9 shows it ---- */

START_TEST(section_5_1_south_carolina_credits_seven_hours_of_reviewing)
{
    script_play("2024-03-01 grant FA endorsed 2022-03-01; "
                "2024-10-10 hours h1 training 10 imh reviewing 2024-02-01..2024-05-01; "
                "2024-10-10 hours h2 training 1 dei 2024-02-01..2024-05-01; "
                "2024-10-10 hours h3 training 6 imh 2024-02-01..2024-05-01");
    act("2024-10-10", "submit FA", "refused training-short"); /* 7 + 1 + 6 */
    script_play("2024-10-10 hours h4 training 1 imh 2024-02-01..2024-05-01");
    act("2024-10-10", "submit FA", "applied open due 2024-12-31: mail renewal-received");
}
END_TEST

START_TEST(section_5_1_family_associates_and_mentors_of_policy_owe_no_rsc)
{
    script_play("at MI-AIMH; 2024-03-01 grant FA endorsed 2022-03-01; 2024-03-01 grant MHM_P "
                "endorsed 2022-03-01; "
                "2024-03-01 grant MHM_RF endorsed 2022-03-01");
    for (int32_t i = 0; i < 3; i++)
        ck_assert_int_eq(standing_hours_of(&policy, &state, i, false).needed.rsc, 0);
}
END_TEST

START_TEST(section_5_2_michigan_by_submission_virginia_by_endorsement)
{
    /* submitted in 2023, endorsed in 2024: Michigan's exemption was used up, Virginia's is there */
    script_play("at MI-AIMH; 2024-02-01 grant FS applied 2023-11-01");
    ck_assert_int_eq(standing_hours_of(&policy, &state, 0, false).needed.training, 1500);
    state = (struct standing){0};
    script_play("at VAIMH; 2024-02-01 grant FS applied 2023-11-01");
    ck_assert_int_eq(standing_hours_of(&policy, &state, 0, false).needed.training, 0);
    state = (struct standing){0};
    script_play("at MI-AIMH; 2024-02-01 grant FS applied 2024-01-10");
    ck_assert_int_eq(standing_hours_of(&policy, &state, 0, false).needed.training, 0);
}
END_TEST

START_TEST(section_1_3_hours_of_who_was_not_endorsed_do_not_count)
{
    script_play("at MI-AIMH; 2024-03-01 grant FS endorsed 2022-03-01; "
                "2024-10-10 hours h1 rsc 12 by nobody 2024-02-01..2024-05-01; "
                "2024-10-10 hours h2 rsc 12 by FA 2024-02-01..2024-05-01; "
                "2024-10-10 hours h3 rsc 12 2024-02-01..2024-05-01; "
                "2024-10-10 hours h4 rsc 12 by MHS 2023-12-31..2024-05-01");
    struct standing_hours hours = standing_hours_of(&policy, &state, 0, false);
    ck_assert_int_eq(hours.rsc,
                     0); /* nobody, the wrong category, unnamed, begun in the cycle before */
    script_play("2024-10-10 hours h5 rsc 12 by MHM_C 2024-02-01..2024-05-01");
    hours = standing_hours_of(&policy, &state, 0, false);
    ck_assert_int_eq(hours.rsc, 1200);
    ck_assert_uint_eq(hours.counted_rsc[0], 1u << 4);
}
END_TEST

START_TEST(section_5_5_an_audit_that_is_not_answered_keeps_the_next_renewal_back)
{
    script_play("at NAIMH; 2022-03-01 grant FS; 2024-10-05 member 2035-12-31; 2024-10-05 ethics; "
                "2024-10-05 attest");
    act("2024-10-05", "submit",
        "applied current due 2027-12-31: report FS-IMH active, mail renewal-accepted, mail "
        "renewal-audit, audit asked");
    deadline_is("2024-12-05T06:00:00.000Z"); /* sixty days, in Chicago */
    script_play("2024-12-05 comes");
    ck_assert_int_eq(state.audit, STANDING_AUDIT_FAILED);
    state_is("current due 2027-12-31: FS-IMH active");
    sign_all("2027-10-05");
    act("2027-10-05", "submit", "applied open due 2027-12-31: mail renewal-received");
    ck_assert_int_eq(effects.mails[0].missing, WF_NEED_AUDIT);
    act("2027-10-06", "audit yes",
        "applied current due 2030-12-31: report FS-IMH active, mail renewal-accepted, mail "
        "renewal-audit, audit asked");
    act("2027-10-07", "audit no", "applied current due 2030-12-31: audit failed");
    act("2027-10-08", "audit no", "ignored");
    act("2027-10-09", "audit yes", "applied current due 2030-12-31: audit satisfied");
    act("2027-10-10", "audit yes", "refused no-audit");
}
END_TEST

START_TEST(section_5_6_a_return_from_leave_ends_with_the_leave)
{
    script_play("at VAIMH; 2025-03-01 grant FS; 2025-04-01 leave 2025-12-01; 2025-11-01 return");
    state_is("returning: FS-IMH leave");
    deadline_is("2025-12-02T05:00:00.000Z");
    script_play("2025-12-03 comes");
    state_is("lapsed: FS-IMH lapsed");
}
END_TEST

START_TEST(section_2_6_connecticut_to_south_carolina_stays_endorsed)
{
    script_play(
        "at CT-AIMH; 2025-03-01 grant FS endorsed 2022-03-01; 2025-03-01 grant MHS app app-2");
    act("2025-06-01", "transfer SCIMHA",
        "applied lapsed: move FS-IMH archived, move MHS-IMH archived, mail standing-transferred");
    act("2025-06-02", "unarchive", "refused archive-over");
    state = (struct standing){0};
    script_play(
        "at SCIMHA; 2025-06-01 grant FS endorsed 2022-03-01"); /* as the transfer grants it */
    state_is("current due 2025-12-31: FS-IMH active");
    ck_assert_int_eq(state.designations[0].since, day("2022-03-01"));
    ck_assert_int_eq(standing_hours_of(&policy, &state, 0, false).needed.training, 1500);
}
END_TEST

START_TEST(section_2_6_arizona_takes_no_early_childhood_line)
{
    script_play("at MI-AIMH; 2025-03-01 grant FS ECMH");
    act("2025-06-01", "transfer AzAIMH", "refused category-not-offered");
    script_play("2025-06-01 grant FS IMH app app-2");
    act("2025-06-01", "transfer AzAIMH",
        "applied current due 2025-12-31: move FS-IMH archived, mail standing-transferred");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("standing rows");
    TCase *cases = tcase_create("rows");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, row_13_south_carolina_frees_the_year_earned_and_no_other);
    tcase_add_test(cases, row_13_south_carolina_older_text_still_owed_rsc);
    tcase_add_test(cases, row_13_south_carolina_january_20_costs_fifty);
    tcase_add_test(cases, row_13_south_carolina_february_1_the_name_is_off);
    tcase_add_test(cases, row_14_mentor_clinical_of_four_years_renews_with_ten_peer_hours);
    tcase_add_test(cases, row_14_mentor_clinical_of_two_years_does_not);
    tcase_add_test(cases, row_15_provider_needs_three_hours_about_giving_and_one_of_diversity);
    tcase_add_test(cases, row_16_michigan_hours_are_reused_and_one_fee_of_thirty_is_paid);
    tcase_add_test(cases, row_17_nebraska_owes_the_fraction_by_attestation);
    tcase_add_test(cases, row_17_nebraska_lapsed_comes_back_with_fifteen_hours_and_is_audited_next);
    tcase_add_test(cases, row_18_massachusetts_sanction_lifting_and_the_way_back);
    tcase_add_loop_test(cases, row_20_membership_by_the_day_it_was_bought, 0,
                        (int)(sizeof memberships / sizeof memberships[0]));
    tcase_add_test(cases, row_21_western_australia_skips_june_2023);
    tcase_add_test(cases, contradiction_renewal_cycle_annual_goes_on_into_three_years);
    tcase_add_test(cases, contradiction_sanction_attestation_begins_with_its_year);
    tcase_add_test(cases, contradiction_michigan_cut_off_both_texts);
    tcase_add_test(cases, contradiction_arizona_removed_on_february_1);
    tcase_add_test(cases, contradiction_virginia_six_hours_then_twelve);
    tcase_add_test(cases, contradiction_south_carolina_due_in_january_then_december);
    tcase_add_test(cases, section_5_1_south_carolina_credits_seven_hours_of_reviewing);
    tcase_add_test(cases, section_5_1_family_associates_and_mentors_of_policy_owe_no_rsc);
    tcase_add_test(cases, section_5_2_michigan_by_submission_virginia_by_endorsement);
    tcase_add_test(cases, section_1_3_hours_of_who_was_not_endorsed_do_not_count);
    tcase_add_test(cases, section_5_5_an_audit_that_is_not_answered_keeps_the_next_renewal_back);
    tcase_add_test(cases, section_5_6_a_return_from_leave_ends_with_the_leave);
    tcase_add_test(cases, section_2_6_connecticut_to_south_carolina_stays_endorsed);
    tcase_add_test(cases, section_2_6_arizona_takes_no_early_childhood_line);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
