/* links: intake_kit wf_intake_core wf_policy wf_base */
/* What the sources say of applications, by the shipped policies: each row of the dossier's acceptance scenarios and
 * of its contradictions that an application shows, under its own name.  intake SPEC 2 and 4. */
#include "application_trial.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void change(const char *event, const char *to)
{
    int32_t place = application_file_find(&trial.file, event);
    (void)snprintf(trial.file.events[place], sizeof trial.file.events[place], "%s", to);
}

static void play(void)
{
    application_file_play(&trial.file, &trial.script, -1);
}

static void say(const char *events)
{
    application_script_play(&trial.script, events);
}

/* Exactly these requirements (codes, in their order) are not met. */
static void lacks(const char *codes)
{
    struct requirement_list list = trial_judge();
    char found[400] = "";
    size_t used = 0;
    for (int32_t i = 0; i < list.count; i++) {
        if (!list.results[i].met)
            used += (size_t)snprintf(found + used, sizeof found - used, "%s%s", used ? " " : "",
                                     requirement_row(list.results[i].id)->code);
    }
    ck_assert_str_eq(found, codes);
}

static struct requirement_result result(enum requirement_id id)
{
    struct requirement_list list = trial_judge();
    for (int32_t i = 0; i < list.count; i++) {
        if (list.results[i].id == id)
            return list.results[i];
    }
    ck_abort_msg("%s is not asked for", requirement_row(id)->code);
    return (struct requirement_result){0};
}

static const char *doubt_of(const char *entry)
{
    struct requirement_list list = trial_judge();
    for (int32_t i = 0; i < list.doubt_count; i++) {
        if (list.doubts[i].of == REQUIREMENT_OF_ENTRIES &&
            strcmp(trial.script.state.entries[list.doubts[i].place].id, entry) == 0)
            return requirement_doubt_row(list.doubts[i].why)->code;
    }
    return "";
}

static void refused(const char *event, const char *code)
{
    enum application_state_id before = trial.script.state.state;
    say(event);
    ck_assert_int_eq(trial.script.verdict.step, WF_REFUSED);
    ck_assert_str_eq(application_reasons[trial.script.verdict.reason].code, code);
    ck_assert_int_eq(trial.script.state.state, before);
}

static void is_in(enum application_state_id state)
{
    ck_assert_str_eq(application_state_name(trial.script.state.state),
                     application_state_name(state));
}

/* ---- section 9 ---- */

START_TEST(row_1_two_of_three_ratings)
{
    trial_make("MassAIMH", MHS, IMH, "2026-03-10");
    change("report 3", "");
    play();
    refused("submit", "incomplete");
    ck_assert_int_eq(result(REQUIREMENT_RATINGS).needed, 3);
    ck_assert_int_eq(result(REQUIREMENT_RATINGS).have, 2);
    lacks("ratings rater-role");
}
END_TEST

START_TEST(row_2_six_answers_without_enough_information)
{
    trial_make("MassAIMH", MHS, IMH, "2026-03-10");
    change("report 3", "report 3 not-countable 6");
    play();
    ck_assert_int_eq(trial.script.state.raters[2].not_enough_information, 6);
    refused("submit", "incomplete");
    ck_assert_int_eq(result(REQUIREMENT_RATINGS).have, 2);
    trial_make("MassAIMH", MHS, IMH, "2026-03-10");
    change("report 3", "report 3 completed 5");
    play();
    lacks("");
}
END_TEST

/* Valid through the 365th day in Pennsylvania; elsewhere without end. */
START_TEST(row_3_a_rating_of_the_year_before)
{
    static const struct {
        const char *valid_until, *lacking;
    } rows[] = {{"report 1 completed 0 r1 2026-03-10", "ratings rater-role endorsed-raters"},
                {"report 1 completed 0 r1 2026-03-11", ""},
                {"report 1 completed 0 r1 2026-03-12", ""}};
    for (size_t i = 0; i < 3; i++) {
        trial_make("PA-AIMH", FA, IMH, "2026-03-10");
        change("report 1", rows[i].valid_until);
        play();
        lacks(rows[i].lacking);
    }
}
END_TEST

START_TEST(row_4_windows_of_supervision)
{
    static const struct {
        int32_t category;
        const char *hours, *lacking;
    } rows[] = {{FS, "rsc x1 s1 2400 2025-02-01 2025-12-31", "rsc-months"},
                {FS, "rsc x1 s1 2400 2025-01-01 2025-12-31", ""},
                {FS, "rsc x1 s1 2400 2024-01-01 2025-12-31", ""},
                {MHS, "rsc x1 s1 5000 2023-12-01 2025-12-31", "rsc rsc-months"},
                {MHS, "rsc x1 s1 5000 2024-01-01 2025-12-31", ""},
                {MHS, "rsc x1 s1 5000 2025-01-01 2025-12-31", ""}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        trial_make("MassAIMH", rows[i].category, IMH, "2026-03-10");
        change("rsc x1", rows[i].hours);
        play();
        lacks(rows[i].lacking);
    }
}
END_TEST

/* Colorado: new applicants from 2018, all hours.  Texas in 2025: a vetted supervisor counts. */
START_TEST(row_5_supervisors_who_are_not_endorsed)
{
    trial_make("CoAIMH", FS, IMH, "2019-03-10");
    change("register", "register FS CoAIMH p1 2018-02-01");
    change("rsc x1", "rsc x1 s1 1400 2017-06-01 2018-12-31");
    play();
    say("rsc x2 s2 1000 2017-06-01 2018-12-31 own none");
    lacks("rsc");
    ck_assert_int_eq(result(REQUIREMENT_RSC).have, 1400);
    ck_assert_str_eq(doubt_of("x2"), "provider-unknown");
    trial_make("First3Years", FS, IMH, "2025-09-10");
    change("rsc x1", "rsc x1 s1 1400 2024-06-01 2025-08-31");
    play();
    say("rsc x2 s2 1000 2024-06-01 2025-08-31 own none");
    lacks("rsc");
    say("was provider s2 vetted 2024-01-01 2025-12-31");
    lacks("");
}
END_TEST

START_TEST(row_6_a_mentor_without_a_supervisee)
{
    trial_make("MassAIMH", MHM_C, IMH, "2026-03-10");
    change("rsc x1", "rsc x1 s1 3000 2025-01-01 2026-01-31");
    change("rsc x2", "rsc x2 s1 2000 2025-01-01 2026-01-31 given");
    change("rater r3", "rater r3 colleague");
    play();
    lacks("rsc-about-given rater-role");
    ck_assert_int_eq(result(REQUIREMENT_RSC_ABOUT_GIVEN).needed, 2500);
    ck_assert_int_eq(result(REQUIREMENT_RSC_ABOUT_GIVEN).have, 2000);
}
END_TEST

/* Two reviewers in Washington, one after the other, of one mind; one in Arizona. */
START_TEST(row_8_reviewers_of_two_minds)
{
    trial_make("WA-AIMH", FA, IMH, "2025-03-10");
    play();
    say("submit; assign v1; assign v2; enrolled v1; enrolled v2");
    refused("decide v1 approve", "review-not-open");
    application_script_on(&trial.script, "2025-04-04");
    say("tick");
    refused("decide v2 approve", "earlier-reviewer-first");
    say("decide v1 approve; decide v2 defer");
    is_in(APPLICATION_UNDER_REVIEW);
    ck_assert(trial.script.state.split);
    say("decide v2 approve");
    is_in(APPLICATION_ENDORSED);
    trial_make("AzAIMH", FA, IMH, "2025-03-10");
    play();
    say("submit; assign v1; enrolled v1; decide v1 approve");
    is_in(APPLICATION_ENDORSED);
}
END_TEST

START_TEST(row_9_with_and_without_an_exam)
{
    trial_make("VAIMH", MHS, ECMH, "2025-03-01");
    play();
    application_file_approve(&trial.file, &trial.script);
    is_in(APPLICATION_ENDORSED);
    trial_make("VAIMH", MHM_P, IMH, "2025-03-01");
    play();
    application_file_approve(&trial.file, &trial.script);
    is_in(APPLICATION_EXAM_ELIGIBLE);
    ck_assert_int_eq(trial.script.state.eligible_until, trial_day("2026-03-01"));
}
END_TEST

/* She lives in California and works in Arizona: Arizona cannot take her, and there is the Alliance. */
START_TEST(row_19_residents_only)
{
    trial_make("AzAIMH", FA, IMH, "2026-03-10");
    change("applicant", "applicant US-CA 2026-12-31");
    play();
    refused("submit", "incomplete");
    lacks("residence");
    ck_assert_str_eq(result(REQUIREMENT_RESIDENCE).elsewhere, "Alliance");
    say("applicant US-MI 2026-12-31");
    ck_assert_str_eq(result(REQUIREMENT_RESIDENCE).elsewhere, "MI-AIMH");
    trial_make("Alliance", FA, IMH, "2026-03-10");
    play();
    say("submit");
    is_in(APPLICATION_SUBMITTED);
}
END_TEST

/* ---- section 7.3 ---- */

START_TEST(contradiction_specialist_exam_ends_with_2024)
{
    trial_make("VAIMH", MHS, IMH, "2024-12-31");
    play();
    application_file_approve(&trial.file, &trial.script);
    is_in(APPLICATION_EXAM_ELIGIBLE);
    trial_make("VAIMH", MHS, IMH, "2024-12-31");
    play();
    say("submit; assign v1; enrolled v1");
    application_script_on(&trial.script, "2025-01-02");
    say("decide v1 approve 2025-01-01");
    is_in(APPLICATION_ENDORSED);
}
END_TEST

START_TEST(contradiction_degree_of_a_family_specialist)
{
    trial_make("MassAIMH", FS, IMH, "2022-06-01");
    change("education", "");
    change("transcript", "");
    play();
    lacks("education");
    trial_make("MassAIMH", FS, IMH, "2023-06-01");
    play();
    lacks("");
}
END_TEST

START_TEST(contradiction_who_supervises_a_family_specialist)
{
    static const struct {
        const char *association, *on, *provider, *lacking;
    } rows[] = {{"MI-AIMH", "2026-03-10", "MHS", ""},
                {"MI-AIMH", "2026-03-10", "ERS", "rsc rsc-months"},
                {"CT-AIMH", "2024-03-10", "MHS", ""},
                {"CT-AIMH", "2026-03-10", "MHS", "rsc rsc-months"},
                {"CT-AIMH", "2026-03-10", "FRS", ""},
                {"First3Years", "2026-03-10", "ERS", ""},
                {"First3Years", "2026-03-10", "FRS", "rsc rsc-months"}};
    char was[80];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        trial_make(rows[i].association, FS, IMH, rows[i].on);
        (void)snprintf(was, sizeof was, "was provider s1 %s 2000-01-01", rows[i].provider);
        change("was provider", was);
        play();
        lacks(rows[i].lacking);
    }
}
END_TEST

START_TEST(contradiction_transcripts_official_or_none)
{
    trial_make("MassAIMH", MHS, IMH, "2026-03-10");
    change("transcript", "transcript e1 copy");
    play();
    lacks("transcripts");
    trial_make("Alliance", MHS, IMH, "2026-03-10");
    change("transcript", "");
    play();
    lacks("");
}
END_TEST

/* ---- section 3.6: from when on supervisors must be endorsed ---- */

/* Michigan: hours after 1 October 2010.  Colorado and Washington: new applicants, all their hours. */
START_TEST(three_bases_of_the_endorsed_only_rule)
{
    trial_make("MI-AIMH", FS, IMH, "2011-09-10");
    change("rsc x1", "rsc x1 s1 1400 2010-01-01 2010-09-30 own none");
    change("was provider", "rsc x2 s1 1000 2010-10-01 2011-08-31 own none");
    play();
    ck_assert_str_eq(doubt_of("x1"), "");
    ck_assert_str_eq(doubt_of("x2"), "provider-unknown");
    trial_make("CoAIMH", FS, IMH, "2018-09-10");
    change("register", "register FS CoAIMH p1 2017-12-31");
    change("was provider", "");
    play();
    lacks("");
    change("register", "register FS CoAIMH p1 2018-01-01");
    application_script_reset(&trial.script);
    application_script_on(&trial.script, "2018-09-10");
    play();
    ck_assert_str_eq(doubt_of("x1"), "provider-unknown");
    trial_make("WA-AIMH", FS, IMH, "2023-09-10");
    change("register", "register FS WA-AIMH p1 2022-12-31");
    change("was provider", "was provider s1 vetted 2020-01-01");
    play();
    lacks("");
    change("register", "register FS WA-AIMH p1 2023-01-01");
    application_script_reset(&trial.script);
    application_script_on(&trial.script, "2023-09-10");
    play();
    ck_assert_str_eq(doubt_of("x1"), "provider-unknown");
}
END_TEST

/* As of the dates the hours were given: endorsed later, or lapsed meanwhile, does not help. */
START_TEST(a_supervisor_is_judged_as_of_the_hours)
{
    static const struct {
        const char *was, *doubt;
    } rows[] = {{"was provider s1 MHM_C 2025-01-01", ""},
                {"was provider s1 MHM_C 2025-01-02", "provider-not-endorsed"},
                {"was provider s1 MHM_C 2020-01-01 2025-12-31", ""},
                {"was provider s1 MHM_C 2020-01-01 2025-12-30", "provider-not-endorsed"},
                {"was provider s1 FA 2020-01-01", "provider-category"},
                {"was provider s1 vetted 2020-01-01", ""},
                {"was provider s1", "provider-unknown"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        trial_make("MassAIMH", FS, IMH, "2026-03-10");
        change("rsc x1", "rsc x1 s1 2400 2025-01-01 2025-12-31 own none");
        change("was provider", rows[i].was);
        play();
        ck_assert_str_eq(doubt_of("x1"), rows[i].doubt);
    }
}
END_TEST

/* What the portal claims counts only where the record is silent. */
START_TEST(a_claim_does_not_outweigh_the_record)
{
    trial_make("MassAIMH", FS, IMH, "2026-03-10");
    change("rsc x1", "rsc x1 s1 2400 2025-01-01 2025-12-31 own MHM_C");
    change("was provider", "");
    play();
    lacks("");
    say("was provider s1 MHM_C 2010-01-01 2019-12-31");
    lacks("rsc rsc-months");
    ck_assert_str_eq(doubt_of("x1"), "provider-not-endorsed");
}
END_TEST

/* ---- the rest of 1.2 and 2.6 ---- */

START_TEST(an_add_on_stands_on_an_active_endorsement)
{
    trial_make("MassAIMH", ERS, ECMH, "2026-03-10");
    change("applicant", "applicant US-MA 2026-12-31 - FS 2000-01-01 - MassAIMH 1");
    play();
    lacks("holds");
    say("applicant US-MA 2026-12-31 - MHS 2000-01-01 2026-03-09 MassAIMH 2");
    lacks("holds");
    say("applicant US-MA 2026-12-31 - MHS 2000-01-01 - MassAIMH 2");
    lacks("");
}
END_TEST

START_TEST(an_emerging_supervisor_has_two_years_for_the_rest)
{
    trial_make("MassAIMH", ERS, IMH, "2026-03-10");
    change("training t3", "");
    change("work w2", "");
    play();
    lacks("rsc-given training training-giving-rsc");
    application_file_approve(&trial.file, &trial.script);
    is_in(APPLICATION_EMERGING);
    ck_assert_int_eq(trial.script.state.emerging_until, trial_day("2028-03-10"));
    refused("submit", "incomplete");
    application_script_on(&trial.script, "2028-03-10");
    say("tick");
    is_in(APPLICATION_EMERGING);
    application_script_on(&trial.script, "2028-03-12");
    say("tick");
    is_in(APPLICATION_EXPIRED);
}
END_TEST

START_TEST(an_emerging_family_reflective_supervisor_has_no_end)
{
    trial_make("MassAIMH", FRS, IMH, "2023-03-10");
    change("work w3", "");
    play();
    lacks("leadership");
    application_file_approve(&trial.file, &trial.script);
    is_in(APPLICATION_EMERGING);
    ck_assert(application_next_deadline(&trial.script.policy, &trial.script.state) == WF_NEVER);
    say("work w4 2010-01-01 - leading");
    application_file_approve(&trial.file, &trial.script);
    is_in(APPLICATION_ENDORSED);
}
END_TEST

/* From 2025 a year of internship counts if its supervisor was endorsed. */
START_TEST(an_internship_counts_for_a_year)
{
    trial_make("MassAIMH", MHS, IMH, "2026-03-10");
    change("work w1", "work w1 2025-01-01 2025-12-31 paid");
    play();
    lacks("work");
    say("work w2 2022-01-01 2023-12-31 internship boss");
    lacks("work");
    ck_assert_str_eq(doubt_of("w2"), "internship");
    say("was provider boss MHS 2010-01-01");
    lacks("");
    ck_assert_int_eq(result(REQUIREMENT_WORK).have, 24);
}
END_TEST

START_TEST(ten_families_in_western_australia)
{
    trial_make("AAIMH-WA", FS, IMH, "2026-03-10");
    change("work w1", "work w1 2015-01-01 - paid boss 9");
    play();
    lacks("families");
}
END_TEST

START_TEST(arizona_takes_one_application_at_a_time)
{
    trial_make("AzAIMH", FA, IMH, "2026-03-10");
    change("applicant", "applicant US-AZ 2026-12-31 AZ-0");
    play();
    lacks("one-at-a-time");
    say("applicant US-AZ 2026-12-31");
    lacks("");
}
END_TEST

/* Connecticut's endorsement is honoured in South Carolina, at the same category. */
START_TEST(an_endorsement_moves_with_its_holder)
{
    application_script_reset(&trial.script);
    application_script_on(&trial.script, "2026-03-10");
    say("transfer MHS SCIMHA CT-AIMH; applicant US-SC 2026-12-31; ethics; agreement");
    lacks("transfer");
    refused("submit", "incomplete");
    say("applicant US-SC 2026-12-31 - MHS 2019-01-01 - CT-AIMH; submit");
    is_in(APPLICATION_ENDORSED);
}
END_TEST

/* Florida's 90 days, which no shipped association has. */
START_TEST(a_draft_expires_after_ninety_days)
{
    struct wf_policy_book *florida = malloc(sizeof *florida);
    ck_assert_ptr_nonnull(florida);
    *florida = *trial.book;
    for (int32_t a = 0; a < florida->count; a++) {
        for (int32_t e = 0; e < florida->associations[a].edition_count; e++)
            florida->associations[a].editions[e].draft_expiry_days = 90;
    }
    application_script_open_with(&trial.script, florida);
    application_script_on(&trial.script, "2026-03-10");
    say("register FA MassAIMH p1 2026-03-10");
    application_script_on(&trial.script, "2026-06-08");
    say("tick");
    is_in(APPLICATION_REGISTERED);
    application_script_on(&trial.script, "2026-06-09");
    say("tick");
    is_in(APPLICATION_EXPIRED);
    application_script_close(&trial.script);
    free(florida);
}
END_TEST

static void add_scenarios(TCase *tests)
{
    tcase_add_test(tests, row_1_two_of_three_ratings);
    tcase_add_test(tests, row_2_six_answers_without_enough_information);
    tcase_add_test(tests, row_3_a_rating_of_the_year_before);
    tcase_add_test(tests, row_4_windows_of_supervision);
    tcase_add_test(tests, row_5_supervisors_who_are_not_endorsed);
    tcase_add_test(tests, row_6_a_mentor_without_a_supervisee);
    tcase_add_test(tests, row_8_reviewers_of_two_minds);
    tcase_add_test(tests, row_9_with_and_without_an_exam);
    tcase_add_test(tests, row_19_residents_only);
    tcase_add_test(tests, contradiction_specialist_exam_ends_with_2024);
    tcase_add_test(tests, contradiction_degree_of_a_family_specialist);
    tcase_add_test(tests, contradiction_who_supervises_a_family_specialist);
    tcase_add_test(tests, contradiction_transcripts_official_or_none);
    tcase_add_test(tests, three_bases_of_the_endorsed_only_rule);
    tcase_add_test(tests, a_supervisor_is_judged_as_of_the_hours);
    tcase_add_test(tests, a_claim_does_not_outweigh_the_record);
    tcase_add_test(tests, an_add_on_stands_on_an_active_endorsement);
    tcase_add_test(tests, an_emerging_supervisor_has_two_years_for_the_rest);
    tcase_add_test(tests, an_emerging_family_reflective_supervisor_has_no_end);
    tcase_add_test(tests, an_internship_counts_for_a_year);
    tcase_add_test(tests, ten_families_in_western_australia);
    tcase_add_test(tests, arizona_takes_one_application_at_a_time);
    tcase_add_test(tests, an_endorsement_moves_with_its_holder);
    tcase_add_test(tests, a_draft_expires_after_ninety_days);
}

int main(void)
{
    trial_read_policies();
    Suite *suite = suite_create("application: scenarios");
    TCase *tests = tcase_create("scenarios");
    tcase_add_checked_fixture(tests, trial_open, trial_close);
    tcase_set_timeout(tests, 60);
    add_scenarios(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    trial_free_policies();
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
