/* links: wf_policy */
/* The shipped policy files against the dossier: each acceptance row of section 9 and each contradiction
 * of section 7.3 that the rules alone can show stands here under its own name. */
#include "wf_policy.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { FA = 1, FS, FRS, ERS, MHS, MHM_C, MHM_P, MHM_RF };
enum { SUPERVISOR = 1, RSC_PROVIDER, TEACHER, COLLEAGUE, SUPERVISEE, PARENT };
enum { IMH = 1, ECMH };

static struct wf_policy_book *book;

static void setup(void)
{
    struct wf_error error = {.code = WF_OK};
    book = calloc(1, sizeof *book);
    ck_assert_ptr_nonnull(book);
    ck_assert_msg(wf_policy_read(WF_SOURCE_DIR "/deploy/policy", book, &error) == 0, "%s",
                  error.text);
}

static void teardown(void)
{
    free(book);
}

static wf_date day(const char *text)
{
    wf_date date = 0;
    ck_assert_msg(wf_date_parse(text, &date), "%s", text);
    return date;
}

static const struct wf_association *at(const char *id)
{
    const struct wf_association *association = wf_policy_association(book, id);
    ck_assert_msg(association != NULL, "%s", id);
    return association;
}

static const struct wf_edition *rules(const char *id, const char *on)
{
    return wf_policy_edition(at(id), day(on));
}

static const struct wf_category_policy *category(const char *id, const char *on, int number)
{
    return &rules(id, on)->categories[number];
}

static void is_day(wf_date date, const char *expected)
{
    char text[WF_DATE_TEXT];
    wf_date_format(date, text);
    ck_assert_str_eq(text, expected);
}

/* ---- what is shipped ---- */

START_TEST(shipped_associations)
{
    static const char *const ids[] = {"MassAIMH", "Alliance", "SCIMHA",      "VAIMH", "CoAIMH",
                                      "MI-AIMH",  "AzAIMH",   "WA-AIMH",     "NAIMH", "PA-AIMH",
                                      "CT-AIMH",  "AAIMH-WA", "First3Years", "RIAIMH"};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        ck_assert_ptr_nonnull(at(ids[i]));
}
END_TEST

/* In every edition of every association a renewal can be reached and its days are in order. */
START_TEST(shipped_editions_have_sound_deadlines)
{
    for (int32_t a = 0; a < book->count; a++) {
        const struct wf_association *association = &book->associations[a];
        for (wf_date on = day("2015-01-01"); on < day("2031-01-01"); on += 11) {
            const struct wf_edition *edition = wf_policy_edition(association, on);
            wf_date due = wf_policy_first_due(edition, on - 100, on);
            wf_date next = wf_policy_next_due(edition, due);
            ck_assert_int_ge(due, on);
            ck_assert_int_gt(next, due);
            ck_assert_int_le(next - due, 3 * 366);
            wf_date opens = wf_policy_window_opens(edition, due);
            ck_assert(opens != WF_NO_DATE && opens <= due);
            ck_assert_int_ge(wf_policy_grace_end(edition, due), due);
            ck_assert_int_lt(wf_policy_grace_end(edition, due), due + 120);
        }
    }
}
END_TEST

/* ---- section 9 ---- */

START_TEST(row_1_three_ratings_two_for_the_add_on)
{
    for (int c = FA; c <= MHM_RF; c++)
        ck_assert_int_eq(category("MI-AIMH", "2025-06-01", c)->ratings, c == ERS ? 2 : 3);
}
END_TEST

START_TEST(row_2_six_not_enough_information_cannot_count)
{
    for (int32_t a = 0; a < book->count; a++)
        ck_assert_int_eq(book->associations[a].editions[0].rating_not_enough_max, 5);
}
END_TEST

START_TEST(row_3_rating_is_valid_a_year_in_pennsylvania)
{
    ck_assert_int_eq(rules("PA-AIMH", "2025-06-01")->rating_valid_days, 365);
    ck_assert_int_eq(rules("MI-AIMH", "2025-06-01")->rating_valid_days, 0);
}
END_TEST

START_TEST(row_4_hours_lie_within_twelve_to_twenty_four_months)
{
    const struct wf_category_policy *fs = category("MI-AIMH", "2025-06-01", FS);
    const struct wf_category_policy *mhs = category("MI-AIMH", "2025-06-01", MHS);
    ck_assert_int_eq(fs->rsc_hundredths, 2400);
    ck_assert_int_eq(mhs->rsc_hundredths, 5000);
    ck_assert_int_eq(fs->rsc_months_min, 12);
    ck_assert_int_eq(fs->rsc_months_max, 24);
    ck_assert_int_eq(mhs->rsc_months_min, 12);
    ck_assert_int_eq(mhs->rsc_months_max, 24);
}
END_TEST

START_TEST(row_5_provider_must_be_endorsed)
{
    const struct wf_association *co = at("CoAIMH");
    /* applicants from 2018 on: all hours, also those given before */
    ck_assert(
        !wf_policy_rsc_provider_counts(co, day("2018-02-01"), day("2018-03-01"), false, true));
    ck_assert(
        !wf_policy_rsc_provider_counts(co, day("2018-02-01"), day("2017-03-01"), false, false));
    ck_assert(wf_policy_rsc_provider_counts(co, day("2018-02-01"), day("2017-03-01"), true, false));
    ck_assert(
        wf_policy_rsc_provider_counts(co, day("2017-12-31"), day("2018-03-01"), false, false));
    const struct wf_association *tx = at("First3Years");
    ck_assert(wf_policy_rsc_provider_counts(tx, day("2025-02-01"), day("2025-03-01"), false, true));
    ck_assert(
        !wf_policy_rsc_provider_counts(tx, day("2025-02-01"), day("2025-03-01"), false, false));
    ck_assert(
        !wf_policy_rsc_provider_counts(tx, day("2025-02-01"), day("2026-01-01"), false, true));
    /* Michigan: only hours given after its start; Washington: new applicants, vetted for a year */
    const struct wf_association *mi = at("MI-AIMH");
    ck_assert(
        wf_policy_rsc_provider_counts(mi, day("2011-01-01"), day("2010-09-30"), false, false));
    ck_assert(
        !wf_policy_rsc_provider_counts(mi, day("2011-01-01"), day("2010-10-01"), false, false));
    const struct wf_association *wa = at("WA-AIMH");
    ck_assert(
        wf_policy_rsc_provider_counts(wa, day("2021-12-31"), day("2023-06-01"), false, false));
    ck_assert(wf_policy_rsc_provider_counts(wa, day("2022-12-31"), day("2022-12-31"), false, true));
    ck_assert(
        !wf_policy_rsc_provider_counts(wa, day("2023-01-01"), day("2023-06-01"), false, true));
}
END_TEST

START_TEST(row_6_mentor_clinical_needs_hours_about_own_provision_and_a_supervisee)
{
    const struct wf_category_policy *mentor = category("MI-AIMH", "2025-06-01", MHM_C);
    ck_assert_int_eq(mentor->rsc_about_given_hundredths, 2500);
    ck_assert(mentor->roles_required & 1 << SUPERVISEE);
    ck_assert(mentor->roles_required & 1 << RSC_PROVIDER);
    ck_assert_int_eq(mentor->role_slots, 3);
    ck_assert_int_eq(mentor->role_slot[0], 1 << SUPERVISOR | 1 << TEACHER | 1 << COLLEAGUE);
}
END_TEST

START_TEST(row_7_reasons_at_most)
{
    ck_assert_int_eq(rules("WA-AIMH", "2025-06-01")->waiver_disclosure, WF_DISCLOSE_REASONS);
}
END_TEST

START_TEST(row_8_washington_needs_consensus_arizona_one)
{
    const struct wf_edition *wa = rules("WA-AIMH", "2025-06-01");
    ck_assert_int_eq(wa->reviewers, 2);
    ck_assert_int_eq(wa->review_mode, WF_REVIEW_SEQUENTIAL);
    ck_assert(wa->consensus);
    ck_assert_int_eq(wa->review_windows, WF_WINDOWS_FIRST_FRIDAY);
    ck_assert_int_eq(rules("AzAIMH", "2025-06-01")->reviewers, 1);
}
END_TEST

START_TEST(row_9_specialist_goes_straight_mentor_has_a_year)
{
    const struct wf_edition *va = rules("VAIMH", "2025-03-01");
    ck_assert(!va->categories[MHS].exam);
    ck_assert(va->categories[MHM_P].exam);
    is_day(day("2025-03-01") + va->exam_eligibility_days, "2026-03-01");
}
END_TEST

START_TEST(row_10_forty_eight_of_sixty)
{
    ck_assert_int_eq(rules("MI-AIMH", "2025-06-01")->exam_part1_items, 60);
    ck_assert_int_eq(rules("MI-AIMH", "2025-06-01")->exam_part1_pass, 48);
}
END_TEST

START_TEST(row_12_retake_waits_a_year_with_eight_weeks_notice)
{
    const struct wf_edition *wa = rules("WA-AIMH", "2025-02-20");
    ck_assert_int_le(day("2024-03-28") + wa->exam_retake_wait_days, day("2025-03-28"));
    ck_assert_int_lt(day("2025-03-28") - day("2025-02-20"), wa->exam_retake_notice_days);
}
END_TEST

START_TEST(row_13_south_carolina_frees_the_year_earned)
{
    wf_date endorsed = day("2023-05-02");
    const struct wf_edition *sc = rules("SCIMHA", "2023-05-02");
    wf_date due = wf_policy_first_due(sc, endorsed, endorsed);
    is_day(due, "2023-12-31");
    ck_assert_int_eq(wf_policy_first_free(sc, endorsed, endorsed, due),
                     WF_NEED_TRAINING | WF_NEED_RSC);
    wf_date next = wf_policy_next_due(sc, due);
    is_day(next, "2024-12-31");
    ck_assert_int_eq(wf_policy_first_free(sc, endorsed, endorsed, next), 0);
    is_day(wf_policy_grace_end(sc, next), "2025-01-31");
    ck_assert_int_eq(sc->categories[FS].renewal_fee_minor + sc->renewal_late_fee_minor, 5000);
    /* older text: RSC is still owed */
    const struct wf_edition *old = rules("SCIMHA", "2021-05-02");
    wf_date then = day("2021-05-02");
    ck_assert_int_eq(wf_policy_first_free(old, then, then, wf_policy_first_due(old, then, then)),
                     WF_NEED_TRAINING);
}
END_TEST

START_TEST(row_14_mentor_clinical_after_three_years)
{
    const struct wf_edition *mi = rules("MI-AIMH", "2025-12-31");
    wf_date due = day("2025-12-31");
    struct wf_renewal_hours senior =
        wf_policy_renewal_hours(mi, MHM_C, true, day("2021-11-01"), due);
    struct wf_renewal_hours junior =
        wf_policy_renewal_hours(mi, MHM_C, true, day("2023-11-01"), due);
    ck_assert_int_eq(senior.rsc, 1000);
    ck_assert(senior.peer_counts);
    ck_assert_int_eq(junior.rsc, 1200);
    ck_assert(!junior.peer_counts);
}
END_TEST

START_TEST(row_15_provider_owes_three_hours_about_giving)
{
    const struct wf_edition *mi = rules("MI-AIMH", "2025-12-31");
    struct wf_renewal_hours gives =
        wf_policy_renewal_hours(mi, FS, true, day("2022-01-01"), day("2025-12-31"));
    ck_assert_int_eq(gives.training, 1500);
    ck_assert_int_eq(gives.rsc_training, 300);
    ck_assert_int_eq(gives.dei, 100);
    ck_assert_int_eq(
        wf_policy_renewal_hours(mi, FS, false, day("2022-01-01"), day("2025-12-31")).rsc_training,
        0);
}
END_TEST

START_TEST(row_16_michigan_each_category_one_fee)
{
    const struct wf_edition *mi = rules("MI-AIMH", "2025-12-31");
    ck_assert(mi->renewal_each_category);
    ck_assert_int_eq(mi->categories[MHS].renewal_fee_minor, 3000);
}
END_TEST

START_TEST(row_17_nebraska_prorates_by_full_years)
{
    const struct wf_edition *ne = rules("NAIMH", "2027-12-31");
    wf_date due = wf_policy_first_due(ne, day("2025-09-01"), day("2025-11-15"));
    is_day(due, "2027-12-31");
    static const struct {
        const char *endorsed;
        int32_t training, rsc;
    } cases[] = {{"2025-11-15", 3000, 2400}, {"2026-12-31", 1500, 1200},
                 {"2027-03-01", 0, 0},       {"2024-12-31", 4500, 3600},
                 {"2019-01-01", 4500, 3600}, {"2026-01-02", 1500, 1200}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct wf_renewal_hours hours =
            wf_policy_renewal_hours(ne, FS, false, day(cases[i].endorsed), due);
        ck_assert_msg(hours.training == cases[i].training && hours.rsc == cases[i].rsc, "%s: %d %d",
                      cases[i].endorsed, hours.training, hours.rsc);
    }
    ck_assert_int_eq(ne->reinstate_training_hundredths, 1500);
    ck_assert_int_eq(ne->reinstate_fee_minor, 2500);
    ck_assert_int_eq(ne->reinstate_ratings, 0);
    ck_assert(ne->reinstate_audit);
}
END_TEST

START_TEST(row_19_arizona_takes_residents)
{
    ck_assert(rules("AzAIMH", "2025-06-01")->residents_only);
    ck_assert(!rules("Alliance", "2025-06-01")->residents_only);
}
END_TEST

START_TEST(row_20_membership_bought_late_counts_for_the_next_year)
{
    const struct wf_edition *az = rules("AzAIMH", "2020-08-01");
    const struct wf_edition *ct = rules("CT-AIMH", "2017-11-30");
    is_day(wf_policy_membership_end(az, day("2020-08-01")), "2020-12-31");
    is_day(wf_policy_membership_end(az, day("2020-10-10")), "2021-12-31");
    is_day(wf_policy_membership_end(ct, day("2017-11-30")), "2017-12-31");
    is_day(wf_policy_membership_end(ct, day("2017-12-02")), "2018-12-31");
    const struct wf_edition *sc = rules("SCIMHA", "2025-01-01");
    is_day(wf_policy_membership_end(sc, day("2025-05-01")), "2025-06-30");
    const struct wf_edition *tx = rules("First3Years", "2025-01-01");
    is_day(wf_policy_membership_end(tx, day("2025-05-01")), "2026-04-30");
}
END_TEST

START_TEST(row_21_western_australia_skips_the_year_of_submission)
{
    const struct wf_edition *au = rules("AAIMH-WA", "2022-11-01");
    is_day(wf_policy_first_due(au, day("2022-09-10"), day("2022-11-01")), "2024-06-30");
    is_day(wf_policy_first_due(au, day("2022-05-10"), day("2022-11-01")), "2023-06-30");
    ck_assert_str_eq(au->currency, "AUD");
    ck_assert_str_eq(au->categories[FS].label, "Infant Family Practitioner");
    ck_assert_int_eq(category("AAIMH-WA", "2024-06-01", FS)->renewal_fee_minor, 3000);
    ck_assert_int_eq(category("AAIMH-WA", "2022-06-01", FS)->renewal_fee_minor, 0);
}
END_TEST

/* ---- section 7.3: both texts, each on its dates ---- */

START_TEST(contradiction_specialist_exam)
{
    for (int32_t a = 0; a < book->count; a++) {
        const struct wf_association *one = &book->associations[a];
        ck_assert(wf_policy_edition(one, day("2024-12-31"))->categories[MHS].exam);
        ck_assert(!wf_policy_edition(one, day("2025-01-01"))->categories[MHS].exam);
        ck_assert(wf_policy_edition(one, day("2025-01-01"))->categories[MHM_C].exam);
    }
}
END_TEST

START_TEST(contradiction_renewal_cycle)
{
    ck_assert_int_eq(rules("MI-AIMH", "2026-01-01")->renewal, WF_RENEWAL_ANNUAL);
    ck_assert_int_eq(rules("VAIMH", "2026-01-01")->renewal, WF_RENEWAL_ANNUAL);
    static const char *const fixed[] = {"NAIMH", "PA-AIMH", "First3Years"};
    for (size_t i = 0; i < 3; i++) {
        const struct wf_edition *edition = rules(fixed[i], "2026-01-01");
        ck_assert_int_eq(edition->renewal, WF_RENEWAL_FIXED);
        is_day(wf_policy_first_due(edition, day("2025-05-01"), day("2025-06-01")), "2027-12-31");
        is_day(wf_policy_next_due(edition, day("2027-12-31")), "2030-12-31");
        ck_assert_int_eq(edition->categories[FS].renewal_training_hundredths, 4500);
    }
    /* who renewed under Pennsylvania's annual text goes on into the three years */
    wf_date old = day("2025-01-31");
    is_day(wf_policy_next_due(wf_policy_edition(at("PA-AIMH"), old + 1), old), "2027-12-31");
}
END_TEST

START_TEST(contradiction_family_specialist_degree)
{
    ck_assert_int_ne(category("MI-AIMH", "2022-12-31", FS)->education_levels, 0);
    ck_assert_int_eq(category("MI-AIMH", "2023-01-01", FS)->education_levels, 0);
}
END_TEST

START_TEST(contradiction_provider_for_family_specialist)
{
    ck_assert_int_eq(category("MI-AIMH", "2025-06-01", FS)->rsc_provider_categories,
                     1 << MHS | 1 << MHM_C);
    ck_assert_int_eq(category("CT-AIMH", "2024-03-31", FS)->rsc_provider_categories,
                     1 << MHS | 1 << MHM_C);
    ck_assert_int_eq(category("CT-AIMH", "2024-04-01", FS)->rsc_provider_categories,
                     1 << FRS | 1 << MHM_C);
    ck_assert_int_eq(category("First3Years", "2025-06-01", FS)->rsc_provider_categories,
                     1 << ERS | 1 << MHM_C);
    ck_assert_int_eq(category("AzAIMH", "2024-12-01", FS)->rsc_provider_categories,
                     1 << ERS | 1 << MHM_C);
}
END_TEST

START_TEST(contradiction_sanction_attestation)
{
    is_day(rules("MassAIMH", "2025-06-01")->no_sanction_from, "2022-01-01");
    is_day(rules("PA-AIMH", "2025-06-01")->no_sanction_from, "2023-01-01");
}
END_TEST

START_TEST(contradiction_michigan_cut_off)
{
    const struct wf_edition *old = rules("MI-AIMH", "2020-01-01");
    const struct wf_edition *new = rules("MI-AIMH", "2024-01-01");
    is_day(wf_policy_next_due(old, day("2020-01-31")), "2021-01-31");
    is_day(wf_policy_next_due(new, day("2024-01-31")), "2024-12-31");
    ck_assert_int_eq(old->renewal_late_fee_minor, 0);
    ck_assert_int_eq(new->renewal_late_fee_minor, 2500);
}
END_TEST

START_TEST(contradiction_arizona_due_date)
{
    static const struct {
        const char *on, *due;
    } versions[] = {
        {"2019-02-01", "2020-01-15"}, {"2021-02-01", "2021-12-31"}, {"2024-02-01", "2024-12-15"}};
    for (size_t i = 0; i < 3; i++)
        is_day(wf_policy_next_due(rules("AzAIMH", versions[i].on), day(versions[i].on)),
               versions[i].due);
    is_day(wf_policy_grace_end(rules("AzAIMH", "2024-02-01"), day("2024-12-15")), "2025-01-31");
}
END_TEST

START_TEST(contradiction_virginia_rsc)
{
    ck_assert_int_eq(category("VAIMH", "2024-12-31", FS)->renewal_rsc_hundredths, 600);
    ck_assert_int_eq(category("VAIMH", "2025-12-31", FS)->renewal_rsc_hundredths, 1200);
    ck_assert_int_eq(category("VAIMH", "2024-12-31", FA)->renewal_rsc_hundredths, 0);
}
END_TEST

START_TEST(contradiction_rhode_island_rsc)
{
    ck_assert_int_eq(category("RIAIMH", "2021-12-31", FS)->renewal_rsc_hundredths, 2400);
    ck_assert_int_eq(category("RIAIMH", "2022-01-01", FS)->renewal_rsc_hundredths, 1200);
    ck_assert_int_eq(category("RIAIMH", "2021-12-31", FA)->renewal_rsc_hundredths, 0);
    is_day(wf_policy_next_due(rules("RIAIMH", "2021-06-01"), day("2021-06-01")), "2022-01-31");
    is_day(wf_policy_next_due(rules("RIAIMH", "2023-06-01"), day("2023-06-01")), "2023-12-31");
}
END_TEST

START_TEST(contradiction_south_carolina_due_date)
{
    is_day(wf_policy_next_due(rules("SCIMHA", "2021-06-01"), day("2021-06-01")), "2022-01-31");
    is_day(wf_policy_next_due(rules("SCIMHA", "2023-06-01"), day("2023-06-01")), "2023-12-31");
}
END_TEST

START_TEST(contradiction_transcripts)
{
    ck_assert(rules("MassAIMH", "2025-06-01")->transcripts);
    ck_assert(rules("MassAIMH", "2025-06-01")->transcripts_official);
    ck_assert(!rules("Alliance", "2025-06-01")->transcripts);
}
END_TEST

START_TEST(training_hours_of_2024_and_2025)
{
    static const struct {
        int category;
        const char *on;
        int32_t hours, dei, rsc;
    } cases[] = {{FA, "2025-06-01", 3000, 0, 0},       {FS, "2025-06-01", 3000, 0, 0},
                 {FRS, "2025-06-01", 4800, 300, 1500}, {ERS, "2025-06-01", 1500, 0, 1500},
                 {MHS, "2024-12-31", 3000, 0, 0},      {MHS, "2025-01-01", 3300, 300, 0},
                 {MHM_C, "2023-12-31", 3000, 0, 1500}, {MHM_C, "2024-01-01", 4800, 300, 1500},
                 {MHM_P, "2023-12-31", 3000, 0, 0},    {MHM_P, "2024-01-01", 3300, 300, 0},
                 {MHM_RF, "2024-01-01", 3300, 300, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct wf_category_policy *one = category("MassAIMH", cases[i].on, cases[i].category);
        ck_assert_int_eq(one->training_hundredths, cases[i].hours);
        ck_assert_int_eq(one->training_dei_hundredths, cases[i].dei);
        ck_assert_int_eq(one->training_rsc_hundredths, cases[i].rsc);
    }
}
END_TEST

START_TEST(categories_and_age_lines_offered)
{
    ck_assert(!category("MI-AIMH", "2022-09-30", FRS)->offered);
    ck_assert(category("MI-AIMH", "2022-10-01", FRS)->offered);
    ck_assert(!category("MI-AIMH", "2023-12-31", ERS)->offered);
    ck_assert(category("MI-AIMH", "2024-01-01", ERS)->offered);
    ck_assert_int_eq(category("MI-AIMH", "2024-01-01", ERS)->holds_one_of, 1 << FS | 1 << MHS);
    ck_assert_int_eq(category("MI-AIMH", "2024-01-01", ERS)->emerging_months, 24);
    ck_assert_int_eq(rules("AzAIMH", "2025-06-01")->age_lines, 1 << IMH);
    ck_assert_int_eq(rules("WA-AIMH", "2024-12-31")->age_lines, 1 << IMH);
    ck_assert_int_eq(rules("WA-AIMH", "2025-01-01")->age_lines, 1 << IMH | 1 << ECMH);
}
END_TEST

#define WF_TESTS(X)                                                                                \
    X(shipped_associations)                                                                        \
    X(shipped_editions_have_sound_deadlines)                                                       \
    X(row_1_three_ratings_two_for_the_add_on)                                                      \
    X(row_2_six_not_enough_information_cannot_count)                                               \
    X(row_3_rating_is_valid_a_year_in_pennsylvania)                                                \
    X(row_4_hours_lie_within_twelve_to_twenty_four_months)                                         \
    X(row_5_provider_must_be_endorsed)                                                             \
    X(row_6_mentor_clinical_needs_hours_about_own_provision_and_a_supervisee)                      \
    X(row_7_reasons_at_most)                                                                       \
    X(row_8_washington_needs_consensus_arizona_one)                                                \
    X(row_9_specialist_goes_straight_mentor_has_a_year)                                            \
    X(row_10_forty_eight_of_sixty)                                                                 \
    X(row_12_retake_waits_a_year_with_eight_weeks_notice)                                          \
    X(row_13_south_carolina_frees_the_year_earned)                                                 \
    X(row_14_mentor_clinical_after_three_years)                                                    \
    X(row_15_provider_owes_three_hours_about_giving)                                               \
    X(row_16_michigan_each_category_one_fee)                                                       \
    X(row_17_nebraska_prorates_by_full_years)                                                      \
    X(row_19_arizona_takes_residents)                                                              \
    X(row_20_membership_bought_late_counts_for_the_next_year)                                      \
    X(row_21_western_australia_skips_the_year_of_submission)                                       \
    X(contradiction_specialist_exam)                                                               \
    X(contradiction_renewal_cycle)                                                                 \
    X(contradiction_family_specialist_degree)                                                      \
    X(contradiction_provider_for_family_specialist)                                                \
    X(contradiction_sanction_attestation)                                                          \
    X(contradiction_michigan_cut_off)                                                              \
    X(contradiction_arizona_due_date)                                                              \
    X(contradiction_virginia_rsc)                                                                  \
    X(contradiction_rhode_island_rsc)                                                              \
    X(contradiction_south_carolina_due_date)                                                       \
    X(contradiction_transcripts)                                                                   \
    X(training_hours_of_2024_and_2025)                                                             \
    X(categories_and_age_lines_offered)

int main(void)
{
    Suite *suite = suite_create("shipped policy");
    TCase *cases = tcase_create("rules");
    tcase_add_unchecked_fixture(cases, setup, teardown);
#define WF_X(name) tcase_add_test(cases, name);
    WF_TESTS(WF_X)
#undef WF_X
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
