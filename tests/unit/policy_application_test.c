/* links: wf_policy */
/* Whose people may apply, and when reviews begin, by the shipped policies. */
#include "wf_policy.h"

#include <check.h>
#include <stdlib.h>

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

static void opens(const char *association, const char *on, const char *expected)
{
    char text[WF_DATE_TEXT];
    wf_date day = 0;
    ck_assert(wf_date_parse(on, &day));
    const struct wf_association *at = wf_policy_association(book, association);
    wf_date_format(wf_policy_review_opens(wf_policy_edition(at, day), day), text);
    ck_assert_str_eq(text, expected);
}

START_TEST(rolling_reviews_begin_at_once)
{
    opens("MassAIMH", "2026-03-03", "2026-03-03");
}
END_TEST

START_TEST(quarters_begin_with_their_first_month)
{
    opens("MI-AIMH", "2026-01-01", "2026-01-01");
    opens("MI-AIMH", "2026-01-02", "2026-04-01");
    opens("NAIMH", "2026-10-02", "2027-01-01");
}
END_TEST

/* WA: the first Friday of each month from January to October [ERH-PROC]. */
START_TEST(first_fridays_end_in_october)
{
    opens("WA-AIMH", "2025-03-01", "2025-03-07");
    opens("WA-AIMH", "2025-03-07", "2025-03-07");
    opens("WA-AIMH", "2025-03-08", "2025-04-04");
    opens("WA-AIMH", "2024-10-04", "2024-10-04");
    opens("WA-AIMH", "2024-10-05", "2025-01-03");
}
END_TEST

START_TEST(dates_come_round_every_year)
{
    struct wf_edition edition = {.review_windows = WF_WINDOWS_DATES,
                                 .review_date_count = 2,
                                 .review_dates = {{8, 1}, {2, 29}}};
    wf_date on = 0;
    char text[WF_DATE_TEXT];
    ck_assert(wf_date_parse("2026-08-02", &on));
    wf_date_format(wf_policy_review_opens(&edition, on), text);
    ck_assert_str_eq(text,
                     "2027-03-01"); /* a day that the year does not have is the one after it */
}
END_TEST

static const char *home_of(const char *region)
{
    return wf_policy_association_of_region(book, region)->id;
}

/* Every region belongs to one association, and where there is none to the Alliance. */
START_TEST(regions_have_one_home)
{
    ck_assert_str_eq(home_of("US-AZ"), "AzAIMH");
    ck_assert_str_eq(home_of("AU-WA"), "AAIMH-WA");
    ck_assert_str_eq(home_of("US-CA"), "Alliance");
    ck_assert_str_eq(home_of(""), "Alliance");
    const struct wf_association *arizona = wf_policy_association(book, "AzAIMH");
    const struct wf_association *alliance = wf_policy_association(book, "Alliance");
    ck_assert(wf_policy_is_resident(book, arizona, "US-AZ"));
    ck_assert(!wf_policy_is_resident(book, arizona, "US-CA"));
    ck_assert(!wf_policy_is_resident(book, arizona, "US-A"));
    ck_assert(!wf_policy_is_resident(book, arizona, ""));
    ck_assert(wf_policy_is_resident(book, alliance, "US-CA"));
    ck_assert(!wf_policy_is_resident(book, alliance, "US-AZ"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("policy: applications");
    TCase *tests = tcase_create("applications");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, rolling_reviews_begin_at_once);
    tcase_add_test(tests, quarters_begin_with_their_first_month);
    tcase_add_test(tests, first_fridays_end_in_october);
    tcase_add_test(tests, dates_come_round_every_year);
    tcase_add_test(tests, regions_have_one_home);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
