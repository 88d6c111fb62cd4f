/* links: wf_base */
#include "wf_time.h"

#include <check.h>
#include <stdlib.h>
#include <time.h>

static wf_date date_of(const char *text)
{
    wf_date date = WF_NO_DATE;
    ck_assert_msg(wf_date_parse(text, &date), "%s", text);
    return date;
}

START_TEST(every_day_of_four_centuries_agrees_with_the_c_library)
{
    char text[WF_DATE_TEXT];
    char expected[WF_DATE_TEXT];
    for (wf_date date = date_of("1900-01-01"); date <= date_of("2199-12-31"); date++) {
        time_t seconds = (time_t)date * 86400;
        struct tm parts;
        ck_assert_ptr_nonnull(gmtime_r(&seconds, &parts));
        ck_assert_uint_eq(strftime(expected, sizeof expected, "%Y-%m-%d", &parts), 10);
        wf_date_format(date, text);
        ck_assert_str_eq(text, expected);
        ck_assert_int_eq(date_of(text), date);
        ck_assert_int_eq(wf_date_from_civil(wf_date_to_civil(date)), date);
    }
}
END_TEST

static const char *const no_dates[] = {
    "",           "2026",        "2026-1-1",    "2026-13-01", "2026-00-01", "2026-01-00",
    "2026-01-32", "2026-02-29",  "2100-02-29",  "1899-12-31", "2200-01-01", "2026-04-31",
    "2026/01/01", " 2026-01-01", "2026-01-01 ", "2026-01-0a", "+026-01-01", "2026-01-01T00:00:00Z",
};

START_TEST(what_is_no_day_is_refused)
{
    wf_date date = 77;
    ck_assert_msg(!wf_date_parse(no_dates[_i], &date), "%s", no_dates[_i]);
    ck_assert_int_eq(date, 77);
}
END_TEST

START_TEST(no_date_is_written_as_nothing)
{
    char text[WF_DATE_TEXT];
    wf_date_format(WF_NO_DATE, text);
    ck_assert_str_eq(text, "");
}
END_TEST

static const struct {
    const char *from;
    int months;
    const char *until;
} shifts[] = {
    {"2024-01-31", 1, "2024-02-29"},   {"2023-01-31", 1, "2023-02-28"},
    {"2024-02-29", 12, "2025-02-28"},  {"2024-02-29", 48, "2028-02-29"},
    {"2026-12-15", 1, "2027-01-15"},   {"2026-01-15", -1, "2025-12-15"},
    {"2026-03-31", -1, "2026-02-28"},  {"2026-05-31", 0, "2026-05-31"},
    {"2026-05-31", 120, "2036-05-31"},
};

START_TEST(months_are_added_to_the_last_day_that_exists)
{
    ck_assert_int_eq(wf_date_add_months(date_of(shifts[_i].from), shifts[_i].months),
                     date_of(shifts[_i].until));
}
END_TEST

START_TEST(whole_months_between_two_days)
{
    ck_assert_int_eq(wf_date_months_between(date_of("2024-01-31"), date_of("2024-02-29")), 1);
    ck_assert_int_eq(wf_date_months_between(date_of("2024-01-31"), date_of("2024-02-28")), 0);
    ck_assert_int_eq(wf_date_months_between(date_of("2024-01-15"), date_of("2025-01-14")), 11);
    ck_assert_int_eq(wf_date_months_between(date_of("2024-01-15"), date_of("2025-01-15")), 12);
    ck_assert_int_eq(wf_date_months_between(date_of("2024-01-15"), date_of("2024-01-15")), 0);
    ck_assert_int_eq(wf_date_months_between(date_of("2024-02-15"), date_of("2024-01-15")), -1);
}
END_TEST

static const struct {
    const char *text;
    wf_time time;
} times[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"2026-11-21T07:58:11.123Z", INT64_C(1795247891123)},
    {"2026-11-21t07:58:11z", INT64_C(1795247891000)},
    {"2026-11-21T09:58:11+02:00", INT64_C(1795247891000)},
    {"2026-11-20T23:28:11-08:30", INT64_C(1795247891000)},
    {"2026-11-21T07:58:11.1Z", INT64_C(1795247891100)},
    {"2026-11-21T07:58:11.123456789Z", INT64_C(1795247891123)},
    {"1969-12-31T23:59:59.999Z", -1},
    {"2016-12-31T23:59:60Z", INT64_C(1483228800000)}, /* a leap second is the next second */
};

START_TEST(a_time_of_rfc_3339_is_read)
{
    wf_time time = 0;
    ck_assert_msg(wf_time_parse(times[_i].text, &time), "%s", times[_i].text);
    ck_assert_int_eq(time, times[_i].time);
}
END_TEST

static const char *const no_times[] = {
    "",
    "2026-11-21",
    "2026-11-21T07:58:11",
    "2026-11-21 07:58:11Z",
    "2026-11-21T24:00:00Z",
    "2026-11-21T07:60:00Z",
    "2026-11-21T07:58:61Z",
    "2026-11-21T07:58Z",
    "2026-11-21T07:58:11+0200",
    "2026-11-21T07:58:11+24:00",
    "2026-11-21T07:58:11+02:60",
    "2026-11-21T07:58:11.Z",
    "2026-11-21T07:58:11,5Z",
    "2026-11-21T07:58:11Zx",
    "2026-02-30T07:58:11Z",
    "2026-11-21T07:58:11.11111111111111111111111111111Z",
};

START_TEST(what_is_no_time_is_refused)
{
    wf_time time = 77;
    ck_assert_msg(!wf_time_parse(no_times[_i], &time), "%s", no_times[_i]);
    ck_assert_int_eq(time, 77);
}
END_TEST

START_TEST(a_time_is_written_as_it_is_read)
{
    static const wf_time samples[] = {0, -1, INT64_C(1795247891123), INT64_C(-2208988800000)};
    for (size_t i = 0; i < 4; i++) {
        char text[WF_TIME_TEXT];
        wf_time time = 77;
        wf_time_format(samples[i], text);
        ck_assert(wf_time_parse(text, &time));
        ck_assert_int_eq(time, samples[i]);
    }
}
END_TEST

START_TEST(days_before_1970_begin_at_their_midnight)
{
    ck_assert_int_eq(wf_time_to_utc_date(-1), -1);
    ck_assert_int_eq(wf_time_to_utc_date(-WF_DAY), -1);
    ck_assert_int_eq(wf_time_to_utc_date(-WF_DAY - 1), -2);
    ck_assert_int_eq(wf_time_to_utc_date(WF_DAY - 1), 0);
    ck_assert_int_eq(wf_time_from_utc_date(-1), -WF_DAY);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("time");
    TCase *tests = tcase_create("calendar");
    tcase_set_timeout(tests, 30);
    tcase_add_test(tests, every_day_of_four_centuries_agrees_with_the_c_library);
    tcase_add_loop_test(tests, what_is_no_day_is_refused, 0,
                        (int)(sizeof no_dates / sizeof no_dates[0]));
    tcase_add_test(tests, no_date_is_written_as_nothing);
    tcase_add_loop_test(tests, months_are_added_to_the_last_day_that_exists, 0,
                        (int)(sizeof shifts / sizeof shifts[0]));
    tcase_add_test(tests, whole_months_between_two_days);
    tcase_add_loop_test(tests, a_time_of_rfc_3339_is_read, 0,
                        (int)(sizeof times / sizeof times[0]));
    tcase_add_loop_test(tests, what_is_no_time_is_refused, 0,
                        (int)(sizeof no_times / sizeof no_times[0]));
    tcase_add_test(tests, a_time_is_written_as_it_is_read);
    tcase_add_test(tests, days_before_1970_begin_at_their_midnight);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
