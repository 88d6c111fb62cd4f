/* What the rules say of an application beyond its evidence: whose people may apply, when reviews begin.  Pure. */
#include "wf_policy.h"

#include <string.h>

enum { FRIDAY = 4, WEEK = 7, QUARTERS = 4, MONTHS = 12, YEARS_AHEAD = 2 };

/* ---- residence ---- */

static bool names_region(const struct wf_association *association, const char *region)
{
    size_t length = strlen(region);
    for (const char *word = association->regions; *word;) {
        size_t size = strcspn(word, " ");
        if (size == length && memcmp(word, region, size) == 0)
            return true;
        word += size;
        word += strspn(word, " ");
    }
    return false;
}

static const struct wf_association *naming(const struct wf_policy_book *book, const char *region)
{
    for (int32_t i = 0; i < book->count; i++) {
        if (names_region(&book->associations[i], region))
            return &book->associations[i];
    }
    return NULL;
}

const struct wf_association *wf_policy_association_of_region(const struct wf_policy_book *book,
                                                             const char *region)
{
    const struct wf_association *own = region[0] ? naming(book, region) : NULL;
    return own ? own : naming(book, "elsewhere");
}

bool wf_policy_is_resident(const struct wf_policy_book *book,
                           const struct wf_association *association, const char *region)
{
    return region[0] && wf_policy_association_of_region(book, region) == association;
}

/* ---- review windows ---- */

static wf_date day_of(int32_t year, uint8_t month, uint8_t day)
{
    return wf_date_from_civil((struct wf_civil){.year = year, .month = month, .day = day});
}

/* 1 January 1970 was a Thursday. */
static wf_date first_friday(int32_t year, uint8_t month)
{
    wf_date first = day_of(year, month, 1);
    int32_t weekday = ((first % WEEK) + WEEK + 3) % WEEK; /* 0: Monday */
    return first + (FRIDAY - weekday + WEEK) % WEEK;
}

static wf_date earlier(wf_date best, wf_date candidate, wf_date on)
{
    return candidate >= on && (best == WF_NO_DATE || candidate < best) ? candidate : best;
}

static wf_date next_first_friday(const struct wf_edition *edition, int32_t year, wf_date on)
{
    int32_t last = edition->review_last_month > 0 ? edition->review_last_month : MONTHS;
    wf_date best = WF_NO_DATE;
    for (int32_t month = 1; month <= last; month++)
        best = earlier(best, first_friday(year, (uint8_t)month), on);
    return best;
}

static wf_date next_quarter(int32_t year, wf_date on)
{
    wf_date best = WF_NO_DATE;
    for (int32_t quarter = 0; quarter < QUARTERS; quarter++)
        best = earlier(best, day_of(year, (uint8_t)(1 + 3 * quarter), 1), on);
    return best;
}

static wf_date next_date(const struct wf_edition *edition, int32_t year, wf_date on)
{
    wf_date best = WF_NO_DATE;
    for (int32_t i = 0; i < edition->review_date_count; i++)
        best = earlier(
            best, day_of(year, edition->review_dates[i].month, edition->review_dates[i].day), on);
    return best;
}

static wf_date next_in_year(const struct wf_edition *edition, int32_t year, wf_date on)
{
    switch (edition->review_windows) {
    case WF_WINDOWS_FIRST_FRIDAY:
        return next_first_friday(edition, year, on);
    case WF_WINDOWS_QUARTERLY:
        return edition->review_date_count > 0 ? next_date(edition, year, on)
                                              : next_quarter(year, on);
    case WF_WINDOWS_DATES:
        return next_date(edition, year, on);
    case WF_WINDOWS_ROLLING:
        break;
    }
    return on;
}

wf_date wf_policy_review_opens(const struct wf_edition *edition, wf_date on)
{
    int32_t year = wf_date_to_civil(on).year;
    wf_date opens = WF_NO_DATE;
    for (int32_t i = 0; i < YEARS_AHEAD && opens == WF_NO_DATE; i++)
        opens = next_in_year(edition, year + i, on);
    return opens == WF_NO_DATE ? on : opens;
}
