/* links: wf_policy */
/* Local midnights and local dates: an association's deadline is 00:00 of its own zone, also where
 * the clocks jump over midnight (Beirut 2024-03-31) or strike it twice (Havana 2024-11-03). */
#include "policy_zone.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct wf_policy_book *book;

static void zone_set(const char *name)
{
    struct wf_error error = {.code = WF_OK};
    book->count = 1;
    ck_assert_msg(wf_policy_zone_read(name, &book->zones[0], &error) == 0, "%s", error.text);
}

static void setup(void)
{
    book = calloc(1, sizeof *book);
    ck_assert_ptr_nonnull(book);
}

static void teardown(void)
{
    free(book);
}

static const struct {
    const char *zone, *date, *midnight;
} midnights[] = {
    {"America/New_York", "2026-12-31", "2026-12-31T05:00:00.000Z"},
    {"America/New_York", "2027-01-01", "2027-01-01T05:00:00.000Z"},
    {"America/New_York", "2026-07-01", "2026-07-01T04:00:00.000Z"},
    {"America/New_York", "2026-03-08", "2026-03-08T05:00:00.000Z"}, /* spring: before the jump */
    {"America/New_York", "2026-03-09", "2026-03-09T04:00:00.000Z"},
    {"America/New_York", "2026-11-01", "2026-11-01T04:00:00.000Z"}, /* autumn */
    {"America/New_York", "2026-11-02", "2026-11-02T05:00:00.000Z"},
    {"America/New_York", "2055-07-01", "2055-07-01T04:00:00.000Z"},
    {"America/Phoenix", "2026-02-01", "2026-02-01T07:00:00.000Z"},
    {"Australia/Perth", "2026-07-01", "2026-06-30T16:00:00.000Z"},
    {"Asia/Beirut", "2024-03-31", "2024-03-30T22:00:00.000Z"}, /* 00:00 became 01:00 */
    {"Asia/Beirut", "2024-04-01", "2024-03-31T21:00:00.000Z"},
    {"America/Havana", "2024-11-03", "2024-11-03T04:00:00.000Z"}, /* 00:00 came twice */
    {"America/Havana", "2024-11-04", "2024-11-04T05:00:00.000Z"},
    {"Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00.000Z"},
    {"Pacific/Pago_Pago", "2026-01-01", "2026-01-01T11:00:00.000Z"},
    {"UTC", "2026-01-01", "2026-01-01T00:00:00.000Z"},
    {"America/New_York", "1999-07-01",
     "1999-07-01T05:00:00.000Z"}, /* before the table: its first */
};

START_TEST(midnight_is_local)
{
    zone_set(midnights[_i].zone);
    wf_date date = 0;
    ck_assert(wf_date_parse(midnights[_i].date, &date));
    wf_time time = wf_policy_midnight(book, &book->associations[0], date);
    char text[WF_TIME_TEXT];
    wf_time_format(time, text);
    ck_assert_msg(strcmp(text, midnights[_i].midnight) == 0, "%s %s: %s", midnights[_i].zone,
                  midnights[_i].date, text);
}
END_TEST

static const char *const zones[] = {"America/New_York", "America/Phoenix",    "Australia/Perth",
                                    "Asia/Beirut",      "America/Havana",     "America/St_Johns",
                                    "Pacific/Apia",     "Australia/Lord_Howe"};

/* Every day of thirty years begins at its midnight and not a millisecond earlier. */
START_TEST(midnight_and_local_date_agree)
{
    zone_set(zones[_i]);
    const struct wf_association *here = &book->associations[0];
    wf_date last = wf_date_from_civil((struct wf_civil){2040, 1, 1});
    for (wf_date date = wf_date_from_civil((struct wf_civil){2012, 1, 1}); date < last; date++) {
        wf_time midnight = wf_policy_midnight(book, here, date);
        ck_assert_int_eq(wf_policy_local_date(book, here, midnight), date);
        ck_assert_int_eq(wf_policy_local_date(book, here, midnight - 1), date - 1);
    }
}
END_TEST

START_TEST(unknown_zone_is_an_error)
{
    struct wf_error error = {.code = WF_OK};
    ck_assert_int_eq(wf_policy_zone_read("America/Nowhere", &book->zones[0], &error), -1);
    ck_assert_int_eq(error.code, WF_INVALID);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("policy zone");
    TCase *cases = tcase_create("zone");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, midnight_is_local, 0, (int)(sizeof midnights / sizeof midnights[0]));
    tcase_add_loop_test(cases, midnight_and_local_date_agree, 0,
                        (int)(sizeof zones / sizeof zones[0]));
    tcase_add_test(cases, unknown_zone_is_an_error);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
