/* The look-ups over a policy book.  Pure: plain arithmetic on what was read, so that a core may ask
 * them and a replay gives the same answer. */
#include "wf_policy.h"

#include <string.h>

enum { MONTHS = 12, FULL_YEAR = 12 };

const struct wf_association *wf_policy_association(const struct wf_policy_book *book,
                                                   const char *id)
{
    for (int32_t i = 0; i < book->count; i++) {
        if (strcmp(book->associations[i].id, id) == 0)
            return &book->associations[i];
    }
    return NULL;
}

const struct wf_edition *wf_policy_edition(const struct wf_association *association, wf_date on)
{
    const struct wf_edition *edition = &association->editions[0];
    for (int32_t i = 1; i < association->edition_count; i++) {
        if (association->editions[i].from <= on)
            edition = &association->editions[i];
    }
    return edition;
}

bool wf_policy_rsc_provider_counts(const struct wf_association *association, wf_date started,
                                   wf_date given, bool endorsed, bool vetted)
{
    const struct wf_edition *latest =
        wf_policy_edition(association, given > started ? given : started);
    wf_date judged = latest->rsc_basis == WF_RSC_BY_START ? started : given;
    const struct wf_edition *edition = wf_policy_edition(association, judged);
    if (endorsed || edition->rsc_endorsed_from == WF_NO_DATE || judged < edition->rsc_endorsed_from)
        return true;
    return vetted &&
           (edition->rsc_vetted_until == WF_NO_DATE || judged <= edition->rsc_vetted_until);
}

/* ---- local time ---- */

/* The last segment that begins at or before the instant; 0 before all of them. */
static int32_t segment_at(const struct wf_zone *zone, wf_time time)
{
    int32_t low = 0;
    int32_t high = zone->count;
    while (high - low > 1) {
        int32_t middle = low + (high - low) / 2;
        if (zone->from[middle] <= time)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static const struct wf_zone *zone_of(const struct wf_policy_book *book,
                                     const struct wf_association *association)
{
    return &book->zones[association - book->associations];
}

wf_time wf_policy_midnight(const struct wf_policy_book *book,
                           const struct wf_association *association, wf_date date)
{
    const struct wf_zone *zone = zone_of(book, association);
    wf_time local = wf_time_from_utc_date(date);
    /* No offset reaches a whole day, so the segment is found from the day before on. */
    int32_t segment = segment_at(zone, local - WF_DAY);
    for (; segment < zone->count; segment++) {
        wf_time instant = local - (wf_time)zone->offset_s[segment] * WF_SECOND;
        if (segment > 0 && instant < zone->from[segment])
            return zone->from[segment]; /* the clocks jump over midnight: the day begins here */
        if (segment + 1 >= zone->count || instant < zone->from[segment + 1])
            return instant;
    }
    return local;
}

wf_date wf_policy_local_date(const struct wf_policy_book *book,
                             const struct wf_association *association, wf_time time)
{
    const struct wf_zone *zone = zone_of(book, association);
    int32_t offset = zone->count > 0 ? zone->offset_s[segment_at(zone, time)] : 0;
    return wf_time_to_utc_date(time + (wf_time)offset * WF_SECOND);
}

/* ---- days of the year ---- */

static wf_date day_in_year(struct wf_month_day day, int32_t year)
{
    wf_date first = wf_date_from_civil((struct wf_civil){year, day.month, 1});
    wf_date last = wf_date_add_months(first, 1) - 1; /* 02-29 is the 28th where there is none */
    wf_date date = first + day.day - 1;
    return date > last ? last : date;
}

static wf_date first_on_or_after(struct wf_month_day day, wf_date date)
{
    int32_t year = wf_date_to_civil(date).year;
    wf_date candidate = day_in_year(day, year);
    return candidate >= date ? candidate : day_in_year(day, year + 1);
}

static wf_date last_on_or_before(struct wf_month_day day, wf_date date)
{
    int32_t year = wf_date_to_civil(date).year;
    wf_date candidate = day_in_year(day, year);
    return candidate <= date ? candidate : day_in_year(day, year - 1);
}

/* ---- renewal ---- */

/* The first cycle end on or after a date. */
static wf_date cycle_end(const struct wf_edition *edition, wf_date date)
{
    wf_date due = first_on_or_after(edition->due, date);
    if (edition->renewal == WF_RENEWAL_ANNUAL)
        return due;
    int32_t years = edition->cycle_years;
    int32_t past = (wf_date_to_civil(due).year - edition->cycle_base_year) % years;
    int32_t wait = past == 0 ? 0 : (past < 0 ? -past : years - past);
    return day_in_year(edition->due, wf_date_to_civil(due).year + wait);
}

wf_date wf_policy_next_due(const struct wf_edition *edition, wf_date due)
{
    return cycle_end(edition, due + 1);
}

wf_date wf_policy_first_due(const struct wf_edition *edition, wf_date submitted, wf_date endorsed)
{
    if (edition->first_renewal == WF_FIRST_FULL_YEAR)
        return cycle_end(edition, wf_date_add_months(endorsed, FULL_YEAR));
    wf_date due = cycle_end(edition, endorsed);
    wf_date basis = edition->first_renewal == WF_FIRST_BY_SUBMISSION ? submitted : endorsed;
    if (edition->first_renewal_skipped && cycle_end(edition, basis) == due)
        due = wf_policy_next_due(edition, due);
    return due;
}

uint16_t wf_policy_first_free(const struct wf_edition *edition, wf_date submitted, wf_date endorsed,
                              wf_date due)
{
    if (edition->first_renewal == WF_FIRST_FULL_YEAR || edition->first_renewal_skipped)
        return 0;
    wf_date basis = edition->first_renewal == WF_FIRST_BY_SUBMISSION ? submitted : endorsed;
    return cycle_end(edition, basis) == due ? edition->first_renewal_free : 0;
}

wf_date wf_policy_window_opens(const struct wf_edition *edition, wf_date due)
{
    return edition->window_opens.month == 0 ? WF_NO_DATE
                                            : last_on_or_before(edition->window_opens, due);
}

wf_date wf_policy_grace_end(const struct wf_edition *edition, wf_date due)
{
    return edition->grace_until.month == 0 ? due : first_on_or_after(edition->grace_until, due);
}

wf_date wf_policy_membership_end(const struct wf_edition *edition, wf_date bought)
{
    if (edition->membership_year == WF_YEAR_ROLLING)
        return wf_date_add_months(bought, MONTHS) - 1;
    struct wf_month_day last = {12, 31};
    if (edition->membership_year == WF_YEAR_JULY_JUNE)
        last = (struct wf_month_day){6, 30};
    wf_date end = first_on_or_after(last, bought);
    if (edition->membership_carry_from.month == 0)
        return end;
    wf_date carry = last_on_or_before(edition->membership_carry_from, end);
    bool next = edition->membership_carry_inclusive ? bought >= carry : bought > carry;
    return next ? first_on_or_after(last, end + 1) : end;
}

/* Of the years of a fixed cycle, those that somebody was endorsed for in full. */
static int32_t full_years(const struct wf_edition *edition, wf_date endorsed, wf_date due)
{
    int32_t years = wf_date_months_between(endorsed, due + 1) / MONTHS;
    return years < edition->cycle_years ? years : edition->cycle_years;
}

struct wf_renewal_hours wf_policy_renewal_hours(const struct wf_edition *edition, int category,
                                                bool gives_rsc, wf_date endorsed, wf_date due)
{
    const struct wf_category_policy *policy = &edition->categories[category];
    struct wf_renewal_hours hours = {.training = policy->renewal_training_hundredths,
                                     .dei = policy->renewal_dei_hundredths,
                                     .rsc = policy->renewal_rsc_hundredths};
    if (gives_rsc)
        hours.rsc_training = policy->renewal_rsc_training_hundredths;
    int32_t senior = policy->renewal_senior_years;
    if (senior > 0 && wf_date_months_between(endorsed, due + 1) >= senior * MONTHS) {
        hours.rsc = policy->renewal_senior_rsc_hundredths;
        hours.peer_counts = policy->renewal_senior_peer;
    }
    if (edition->renewal != WF_RENEWAL_FIXED || !edition->renewal_prorated)
        return hours;
    int32_t years = full_years(edition, endorsed, due);
    int32_t cycle = edition->cycle_years;
    hours.training = hours.training * years / cycle;
    hours.dei = hours.dei * years / cycle;
    hours.rsc_training = hours.rsc_training * years / cycle;
    hours.rsc = hours.rsc * years / cycle;
    return hours;
}
