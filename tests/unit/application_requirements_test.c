/* links: intake_kit wf_intake_core wf_policy wf_base */
/* intake SPEC 4, requirement by requirement, and the acceptance scenarios of the endorsement's rules that
 * intake can show: a missing rating, a rating with too little information, windows of supervision, a split
 * review, a category with an exam beside one without. */
#include "application_judge.h"
#include "application_script.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct application_script script;

static void open_script(void)
{
    application_script_open(&script);
}
static void close_script(void)
{
    application_script_close(&script);
}

static struct requirement_list judge(void)
{
    struct requirement_list list;
    ck_assert(application_judge(&script.policy, &script.state, NULL, script.now, &list));
    return list;
}

/* The result of a requirement; the n-th of its name. */
static struct requirement_result result(enum requirement_id id, int n)
{
    struct requirement_list list = judge();
    for (int32_t i = 0; i < list.count; i++) {
        if (list.results[i].id == id && n-- == 0)
            return list.results[i];
    }
    ck_abort_msg("requirement %s is not asked for", requirement_row(id)->code);
    return (struct requirement_result){0};
}

static void assert_result(enum requirement_id id, int64_t needed, int64_t have, bool met)
{
    struct requirement_result found = result(id, 0);
    ck_assert_int_eq(found.needed, needed);
    ck_assert_int_eq(found.have, have);
    ck_assert_int_eq(found.met, met);
}

static void again(const char *events)
{
    application_script_reset(&script);
    application_script_play(&script, events);
}

START_TEST(membership_must_last_to_the_day)
{
    again("register");
    assert_result(REQUIREMENT_MEMBERSHIP, 1, 0, false);
    again("register; member 2026-03-01");
    assert_result(REQUIREMENT_MEMBERSHIP, 1, 0, false);
    again("register; member 2026-03-02");
    assert_result(REQUIREMENT_MEMBERSHIP, 1, 1, true);
}
END_TEST

START_TEST(signatures_count_from_their_day)
{
    again("register; ethics 2026-03-03; agreement 2026-03-02");
    assert_result(REQUIREMENT_ETHICS, 1, 0, false);
    assert_result(REQUIREMENT_AGREEMENT, 1, 1, true);
}
END_TEST

START_TEST(fees_add_up_in_the_currency_of_the_edition)
{
    again(
        "register FS; fee a registration 1000; fee b registration 400; fee c registration 900 EUR");
    assert_result(REQUIREMENT_REGISTRATION_FEE, 1500, 1400, false);
    assert_result(REQUIREMENT_PROCESSING_FEE, 10000, 0, false);
    again("register FS; fee a registration 1000; fee b registration 500");
    ck_assert_int_eq(result(REQUIREMENT_REGISTRATION_FEE, 0).items, 2);
    assert_result(REQUIREMENT_REGISTRATION_FEE, 1500, 1500, true);
}
END_TEST

START_TEST(work_counts_once_where_periods_overlap)
{
    again("register FS; work a 2020-01-01 2020-12-31; work b 2020-07-01 2021-06-30");
    assert_result(REQUIREMENT_WORK, 24, 18, false);
    again("register FS; work a 2020-01-01 2020-12-31; work b 2022-01-01 2022-12-31");
    assert_result(REQUIREMENT_WORK, 24, 24, true);
    again("register FS; work a 2020-01-01 2021-12-31 unpaid");
    assert_result(REQUIREMENT_WORK, 24, 0, false);
    again("register FS; work a 2024-03-02");
    assert_result(REQUIREMENT_WORK, 24, 24, true);
    again("register FS; work a 2020-01-01 2025-12-31; work b 2021-01-01 2021-12-31");
    assert_result(REQUIREMENT_WORK, 24, 72, true);
}
END_TEST

START_TEST(education_or_work_takes_either)
{
    script.book->associations[0].editions[0].categories[1].education_or_work = true;
    script.book->associations[0].editions[0].categories[1].education_levels = 1 << 4;
    script.book->associations[0].editions[0].categories[1].work_months = 24;
    again("register; education a bachelor");
    assert_result(REQUIREMENT_EDUCATION_OR_WORK, 1, 0, false);
    again("register; education a master");
    assert_result(REQUIREMENT_EDUCATION_OR_WORK, 1, 1, true);
    again("register; work a 2020-01-01 2021-12-31");
    assert_result(REQUIREMENT_EDUCATION_OR_WORK, 1, 1, true);
    again("register; work a 2020-01-01 2021-12-30");
    assert_result(REQUIREMENT_EDUCATION_OR_WORK, 1, 0, false);
}
END_TEST

START_TEST(a_transcript_for_each_degree)
{
    again("register; education a; education b; transcript a");
    assert_result(REQUIREMENT_TRANSCRIPTS, 2, 1, false);
    again("register; education a; education b; transcript a; drop b");
    assert_result(REQUIREMENT_TRANSCRIPTS, 1, 1, true);
    script.book->associations[0].editions[0].transcripts_official = true;
    again("register; education a; transcript a copy");
    assert_result(REQUIREMENT_TRANSCRIPTS, 1, 0, false);
    again("register; transcript a copy; transcript a official; education a");
    assert_result(REQUIREMENT_TRANSCRIPTS, 1, 1, true);
}
END_TEST

START_TEST(training_counts_in_all_and_by_topic)
{
    struct wf_category_policy *category = &script.book->associations[0].editions[0].categories[1];
    category->training_hundredths = 4800;
    category->training_dei_hundredths = 300;
    category->training_rsc_hundredths = 1500;
    again("register; training a 3000 imh; training b 200 dei; training c 1600 giving; "
          "training d 900 imh 2026-04-01");
    assert_result(REQUIREMENT_TRAINING, 4800, 4800, true);
    assert_result(REQUIREMENT_TRAINING_DEI, 300, 200, false);
    assert_result(REQUIREMENT_TRAINING_RSC, 1500, 1600, true);
    application_script_play(&script, "drop a");
    assert_result(REQUIREMENT_TRAINING, 4800, 1800, false);
}
END_TEST

/* 24 hours over 11 months, 24 over 12, over 24 and over 25. */
START_TEST(supervision_lies_in_its_window)
{
    again("register FS; rsc a s1 1200 2024-01-01 2024-06-30; rsc b s1 1200 2024-07-01 2024-11-30");
    assert_result(REQUIREMENT_RSC, 2400, 2400, true);
    assert_result(REQUIREMENT_RSC_MONTHS, 12, 11, false);
    again("register FS; rsc a s1 1200 2024-01-01 2024-06-30; rsc b s1 1200 2024-07-01 2024-12-31");
    assert_result(REQUIREMENT_RSC_MONTHS, 12, 12, true);
    again("register FS; rsc a s1 1200 2023-01-01 2023-06-30; rsc b s1 1200 2024-07-01 2024-12-31");
    assert_result(REQUIREMENT_RSC, 2400, 2400, true);
    assert_result(REQUIREMENT_RSC_MONTHS, 12, 24, true);
    again("register FS; rsc a s1 1200 2023-01-01 2023-06-30; rsc b s1 1200 2024-07-01 2025-01-31");
    assert_result(REQUIREMENT_RSC, 2400, 1200, false);
}
END_TEST

START_TEST(hours_beyond_the_window_do_no_harm)
{
    again("register FS; rsc old s1 400 2020-01-01 2020-12-31; rsc a s1 1200 2023-01-01 2023-06-30; "
          "rsc b s1 1200 2023-07-01 2023-12-31");
    assert_result(REQUIREMENT_RSC, 2400, 2400, true);
    assert_result(REQUIREMENT_RSC_MONTHS, 12, 12, true);
    ck_assert_int_eq(result(REQUIREMENT_RSC, 0).items, 2);
    /* More hours in a shorter time do not push out a window that meets everything. */
    again("register FS; rsc c s1 3000 2024-01-01 2024-03-31; rsc a s1 1200 2021-01-01 2021-06-30; "
          "rsc b s1 1200 2021-07-01 2021-12-31");
    assert_result(REQUIREMENT_RSC_MONTHS, 12, 12, true);
}
END_TEST

START_TEST(peers_and_third_supervisors_do_not_count)
{
    again("register FS; rsc a s1 1200 2024-01-01 2024-12-31; rsc b s1 1200 2024-01-01 2024-12-31 "
          "peer");
    assert_result(REQUIREMENT_RSC, 2400, 1200, false);
    again("register FS; rsc a s1 1200 2024-01-01 2024-12-31; rsc b s2 800 2024-01-01 2024-12-31; "
          "rsc c s3 600 2024-01-01 2024-12-31");
    assert_result(REQUIREMENT_RSC, 2400, 2000, false);
    assert_result(REQUIREMENT_RSC_PROVIDERS, 2, 3, false);
    again("register FS; rsc a s1 1600 2024-01-01 2024-12-31; rsc b s2 800 2024-01-01 2024-12-31; "
          "rsc c s3 600 2024-01-01 2024-12-31");
    assert_result(REQUIREMENT_RSC, 2400, 2400, true);
    assert_result(REQUIREMENT_RSC_PROVIDERS, 2, 3, true);
}
END_TEST

/* 50 hours, 20 of them about supervision given: 25 are asked for. */
START_TEST(hours_about_supervision_given_are_counted_apart)
{
    struct wf_category_policy *category = &script.book->associations[0].editions[0].categories[2];
    category->rsc_hundredths = 5000;
    category->rsc_about_given_hundredths = 2500;
    again("register FS; rsc a s1 3000 2024-01-01 2024-12-31; rsc b s1 2000 2024-01-01 2024-12-31 "
          "given");
    assert_result(REQUIREMENT_RSC, 5000, 5000, true);
    assert_result(REQUIREMENT_RSC_ABOUT_GIVEN, 2500, 2000, false);
}
END_TEST

static bool is_by(enum requirement_id id, const char *entry)
{
    struct requirement_result found = result(id, 0);
    for (int32_t i = 0; i < script.state.entry_count; i++) {
        if (strcmp(script.state.entries[i].id, entry) == 0)
            return requirement_set_has(&found.by, i);
    }
    return false;
}

static const char *doubt_of(const char *entry)
{
    struct requirement_list list = judge();
    for (int32_t i = 0; i < list.doubt_count; i++) {
        bool is_entry = list.doubts[i].of == REQUIREMENT_OF_ENTRIES;
        if (is_entry && strcmp(script.state.entries[list.doubts[i].place].id, entry) == 0)
            return requirement_doubt_row(list.doubts[i].why)->code;
    }
    return "";
}

/* SPEC 4.3, 4.4: what meets a requirement is named, and so is why the rest does not. */
START_TEST(what_counts_is_named_and_what_does_not_too)
{
    again("register FS; rsc old s1 400 2020-01-01 2020-12-31; rsc a s1 1200 2023-01-01 2023-06-30; "
          "rsc b s1 1200 2023-07-01 2023-12-31; rsc c s2 500 2023-07-01 2023-12-31; "
          "rsc d s3 100 2023-07-01 2023-12-31; rsc e s1 900 2023-07-01 2023-12-31 peer; "
          "work w1 2020-01-01 2021-12-31 unpaid; training t1");
    ck_assert(is_by(REQUIREMENT_RSC, "a"));
    ck_assert(is_by(REQUIREMENT_RSC, "b"));
    ck_assert(is_by(REQUIREMENT_RSC, "c"));
    ck_assert(!is_by(REQUIREMENT_RSC, "old"));
    ck_assert(is_by(REQUIREMENT_TRAINING, "t1"));
    ck_assert_str_eq(doubt_of("a"), "");
    ck_assert_str_eq(doubt_of("old"), "outside-window");
    ck_assert_str_eq(doubt_of("d"), "provider-beyond");
    ck_assert_str_eq(doubt_of("e"), "peer");
    ck_assert_str_eq(doubt_of("w1"), "unpaid");
}
END_TEST

/* An association that counts endorsed supervisors only, from a day on. */
START_TEST(supervisors_must_be_endorsed_from_a_day_on)
{
    struct wf_edition *edition = &script.book->associations[0].editions[0];
    ck_assert(wf_date_parse("2024-07-01", &edition->rsc_endorsed_from));
    edition->rsc_basis = WF_RSC_BY_HOURS;
    edition->categories[2].rsc_provider_categories = 1 << 6;
    const char *events = "register FS One p1 2026-02-01; "
                         "rsc a s1 1200 2024-01-01 2024-06-30 own none; "
                         "rsc b s1 600 2024-07-01 2024-12-31 own none; "
                         "rsc c s1 600 2024-07-01 2024-12-31 own MHM_C; "
                         "rsc d s1 600 2024-07-01 2024-12-31 own FA";
    again(events);
    assert_result(REQUIREMENT_RSC, 2400, 1800, false);
    edition->rsc_basis = WF_RSC_BY_START;
    again(events);
    assert_result(REQUIREMENT_RSC, 2400, 600, false);
    ck_assert(wf_date_parse("2026-02-02", &edition->rsc_endorsed_from));
    again(events);
    assert_result(REQUIREMENT_RSC, 2400, 3000, true);
}
END_TEST

START_TEST(each_role_needs_a_rater_of_its_own)
{
    const char *both = "register FS; rater r1 supervisor; rater r2 teacher; report 1; report 2";
    again(both);
    ck_assert(result(REQUIREMENT_RATER_ROLE, 0).met);
    ck_assert(result(REQUIREMENT_RATER_ROLE, 1).met);
    again("register FS; rater r1 supervisor; rater r2 supervisor; report 1; report 2");
    ck_assert(result(REQUIREMENT_RATER_ROLE, 0).met);
    ck_assert(!result(REQUIREMENT_RATER_ROLE, 1).met);
    /* The only teacher must not be used up by the role that a supervisor could meet, too. */
    struct wf_category_policy *category = &script.book->associations[0].editions[0].categories[2];
    category->role_slot[0] = 1 << 1 | 1 << 3;
    category->role_slot[1] = 1 << 3;
    again("register FS; rater r1 teacher; rater r2 supervisor; report 1; report 2");
    ck_assert(result(REQUIREMENT_RATER_ROLE, 0).met);
    ck_assert(result(REQUIREMENT_RATER_ROLE, 1).met);
    ck_assert_uint_eq(result(REQUIREMENT_RATER_ROLE, 0).roles, 1 << 1 | 1 << 3);
}
END_TEST

START_TEST(a_vetted_rater_counts_like_an_endorsed_one_while_it_holds)
{
    again("register; rater r1; report 1");
    assert_result(REQUIREMENT_ENDORSED_RATERS, 1, 0, false);
    application_script_play(&script, "vet r1 yes 2026-03-01");
    assert_result(REQUIREMENT_ENDORSED_RATERS, 1, 0, false);
    application_script_play(&script, "vet r1 yes 2026-03-02");
    assert_result(REQUIREMENT_ENDORSED_RATERS, 1, 1, true);
    ck_assert(
        wf_date_parse("2026-03-01", &script.book->associations[0].editions[0].rater_vetted_until));
    assert_result(REQUIREMENT_ENDORSED_RATERS, 1, 0, false);
}
END_TEST

START_TEST(a_rating_is_valid_to_its_instant)
{
    again("register; rater r1; report 1 completed 0 r1 2026-03-02");
    assert_result(REQUIREMENT_RATINGS, 1, 0, false); /* judged at noon */
    again("register; rater r1; report 1 completed 0 r1 2026-03-03");
    assert_result(REQUIREMENT_RATINGS, 1, 1, true);
}
END_TEST

START_TEST(registration_must_come_long_enough_before)
{
    script.book->associations[0].editions[0].register_lead_days = 28;
    again("register FA One p1 2026-02-03");
    assert_result(REQUIREMENT_REGISTER_LEAD, 28, 27, false);
    again("register FA One p1 2026-02-02");
    assert_result(REQUIREMENT_REGISTER_LEAD, 28, 28, true);
}
END_TEST

/* ---- acceptance scenarios ---- */

static const char *specialist =
    "register FS; member; ethics; agreement; fee a registration 1500; fee b processing 10000; "
    "work w1; training t1; rsc a s1 2400 2024-01-01 2024-12-31; rater r1 supervisor endorsed; "
    "rater r2 teacher; rater r3 colleague; report 1; report 2";

/* Everything is done, two of three ratings are in: refused, and the missing one is named. */
START_TEST(scenario_1_two_of_three_ratings)
{
    again(specialist);
    struct requirement_list list = judge();
    for (int32_t i = 0; i < list.count; i++)
        ck_assert_msg(list.results[i].met == (list.results[i].id != REQUIREMENT_RATINGS), "%s",
                      requirement_row(list.results[i].id)->code);
    assert_result(REQUIREMENT_RATINGS, 3, 2, false);
    application_script_play(&script, "submit");
    ck_assert_int_eq(script.verdict.step, WF_REFUSED);
    ck_assert_int_eq(script.verdict.reason, APPLICATION_REASON_INCOMPLETE);
    ck_assert_int_eq(script.state.state, APPLICATION_REGISTERED);
    application_script_play(&script, "report 3; submit");
    ck_assert_int_eq(script.state.state, APPLICATION_SUBMITTED);
}
END_TEST

/* The third rating has too many "not enough information": stored, but still two of three. */
START_TEST(scenario_2_a_rating_with_too_little_information)
{
    again(specialist);
    application_script_play(&script, "report 3 not-countable 6");
    ck_assert_int_eq(script.state.raters[2].not_enough_information, 6);
    assert_result(REQUIREMENT_RATINGS, 3, 2, false);
    again(specialist);
    application_script_play(&script, "report 3 completed 5");
    assert_result(REQUIREMENT_RATINGS, 3, 3, true);
}
END_TEST

/* Two reviewers who must agree, one approves, one defers: nothing is decided and the coordinator sees the
 * split.  Where one reviewer is enough, her approval is. */
START_TEST(scenario_8_reviewers_disagree)
{
    const char *reviewed = "ready; submit; assign v1; assign v2; enrolled v1; enrolled v2; "
                           "decide v1 approve";
    again("register FA Two");
    application_script_play(&script, reviewed);
    ck_assert_int_eq(script.state.state, APPLICATION_UNDER_REVIEW);
    application_script_play(&script, "decide v2 defer");
    ck_assert_int_eq(script.state.state, APPLICATION_UNDER_REVIEW);
    ck_assert(script.state.split);
    again("register FA One");
    application_script_play(&script, reviewed);
    ck_assert_int_eq(script.state.state, APPLICATION_ENDORSED);
}
END_TEST

/* Approved on the same day: a category without an exam is endorsed, a mentor is eligible for a year. */
START_TEST(scenario_9_with_and_without_an_exam)
{
    wf_date until;
    ck_assert(wf_date_parse("2027-03-01", &until));
    again("in under-review; decide v1 approve 2026-03-01");
    ck_assert_int_eq(script.state.state, APPLICATION_ENDORSED);
    again("register MHM_P; ready; submit; assign; enrolled; decide v1 approve 2026-03-01");
    ck_assert_int_eq(script.state.state, APPLICATION_EXAM_ELIGIBLE);
    ck_assert_int_eq(script.state.eligible_until, until);
    ck_assert_int_eq(application_next_deadline(&script.policy, &script.state),
                     wf_time_from_utc_date(until + 1));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("application: requirements");
    TCase *tests = tcase_create("requirements");
    tcase_add_checked_fixture(tests, open_script, close_script);
    tcase_add_test(tests, membership_must_last_to_the_day);
    tcase_add_test(tests, signatures_count_from_their_day);
    tcase_add_test(tests, fees_add_up_in_the_currency_of_the_edition);
    tcase_add_test(tests, work_counts_once_where_periods_overlap);
    tcase_add_test(tests, education_or_work_takes_either);
    tcase_add_test(tests, a_transcript_for_each_degree);
    tcase_add_test(tests, training_counts_in_all_and_by_topic);
    tcase_add_test(tests, supervision_lies_in_its_window);
    tcase_add_test(tests, hours_beyond_the_window_do_no_harm);
    tcase_add_test(tests, peers_and_third_supervisors_do_not_count);
    tcase_add_test(tests, hours_about_supervision_given_are_counted_apart);
    tcase_add_test(tests, what_counts_is_named_and_what_does_not_too);
    tcase_add_test(tests, supervisors_must_be_endorsed_from_a_day_on);
    tcase_add_test(tests, each_role_needs_a_rater_of_its_own);
    tcase_add_test(tests, a_vetted_rater_counts_like_an_endorsed_one_while_it_holds);
    tcase_add_test(tests, a_rating_is_valid_to_its_instant);
    tcase_add_test(tests, registration_must_come_long_enough_before);
    tcase_add_test(tests, scenario_1_two_of_three_ratings);
    tcase_add_test(tests, scenario_2_a_rating_with_too_little_information);
    tcase_add_test(tests, scenario_8_reviewers_disagree);
    tcase_add_test(tests, scenario_9_with_and_without_an_exam);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
