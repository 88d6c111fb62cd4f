/* Calendar arithmetic over the days of a 400-year era beginning on 1 March, where the leap day is
 * the last day of the year and so needs no special case. */
#include "wf_time.h"

#include <string.h>

enum { DAYS_IN_ERA = 146097, EPOCH_FROM_ERA = 719468 };

wf_date wf_date_from_civil(struct wf_civil civil)
{
    int32_t year = civil.year - (civil.month <= 2);
    int32_t era = (year >= 0 ? year : year - 399) / 400;
    int32_t year_of_era = year - era * 400;
    int32_t shifted = civil.month > 2 ? civil.month - 3 : civil.month + 9;
    int32_t day_of_year = (153 * shifted + 2) / 5 + civil.day - 1;
    int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_IN_ERA + day_of_era - EPOCH_FROM_ERA;
}

struct wf_civil wf_date_to_civil(wf_date date)
{
    int32_t days = date + EPOCH_FROM_ERA;
    int32_t era = (days >= 0 ? days : days - (DAYS_IN_ERA - 1)) / DAYS_IN_ERA;
    int32_t day_of_era = days - era * DAYS_IN_ERA;
    int32_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t shifted = (5 * day_of_year + 2) / 153;
    struct wf_civil civil;
    civil.day = (uint8_t)(day_of_year - (153 * shifted + 2) / 5 + 1);
    civil.month = (uint8_t)(shifted < 10 ? shifted + 3 : shifted - 9);
    civil.year = year_of_era + era * 400 + (civil.month <= 2);
    return civil;
}

static bool digits(const char *text, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *value = *value * 10 + (text[i] - '0');
    }
    return true;
}

static int days_in_month(int year, int month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* The first ten characters only; what follows is the caller's to judge. */
static bool parse_date_prefix(const char *text, wf_date *date)
{
    int year = 0;
    int month = 0;
    int day = 0;
    if (strnlen(text, 10) < 10 || !digits(text, 4, &year) || text[4] != '-' ||
        !digits(text + 5, 2, &month) || text[7] != '-' || !digits(text + 8, 2, &day))
        return false;
    if (year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1 ||
        day > days_in_month(year, month))
        return false;
    *date = wf_date_from_civil(
        (struct wf_civil){.year = year, .month = (uint8_t)month, .day = (uint8_t)day});
    return true;
}

bool wf_date_parse(const char *text, wf_date *date)
{
    return strnlen(text, 11) == 10 && parse_date_prefix(text, date);
}

wf_date wf_date_add_months(wf_date date, int months)
{
    struct wf_civil civil = wf_date_to_civil(date);
    int index = civil.year * 12 + civil.month - 1 + months;
    int year = index / 12;
    int month = index % 12 + 1;
    int last = days_in_month(year, month);
    civil.year = year;
    civil.month = (uint8_t)month;
    if (civil.day > last)
        civil.day = (uint8_t)last;
    return wf_date_from_civil(civil);
}

int wf_date_months_between(wf_date from, wf_date until)
{
    struct wf_civil a = wf_date_to_civil(from);
    struct wf_civil b = wf_date_to_civil(until);
    int months = (b.year - a.year) * 12 + b.month - a.month;
    if (wf_date_add_months(from, months) > until)
        months--;
    return months;
}

wf_date wf_time_to_utc_date(wf_time time)
{
    wf_time days = time / WF_DAY;
    return (wf_date)(time % WF_DAY < 0 ? days - 1 : days);
}

wf_time wf_time_from_utc_date(wf_date date)
{
    return (wf_time)date * WF_DAY;
}

/* "Z" or "+hh:mm", to the end of the text. */
static bool parse_offset(const char *text, wf_time *offset)
{
    int hours = 0;
    int minutes = 0;
    *offset = 0;
    if (strcmp(text, "Z") == 0 || strcmp(text, "z") == 0)
        return true;
    if ((text[0] != '+' && text[0] != '-') || strlen(text) != 6 || !digits(text + 1, 2, &hours) ||
        text[3] != ':' || !digits(text + 4, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *offset = (hours * WF_HOUR + minutes * WF_MINUTE) * (text[0] == '-' ? -1 : 1);
    return true;
}

bool wf_time_parse(const char *text, wf_time *time)
{
    wf_date date = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    wf_time offset = 0;
    if (strnlen(text, 40) < 20 || strnlen(text, 40) > 35 || !parse_date_prefix(text, &date) ||
        (text[10] != 'T' && text[10] != 't') || !digits(text + 11, 2, &hour) || text[13] != ':' ||
        !digits(text + 14, 2, &minute) || text[16] != ':' || !digits(text + 17, 2, &second) ||
        hour > 23 || minute > 59 || second > 60)
        return false;
    const char *rest = text + 19;
    int milliseconds = 0;
    if (rest[0] == '.' && rest[1] >= '0' && rest[1] <= '9') {
        int scale = 100;
        for (rest++; *rest >= '0' && *rest <= '9'; rest++, scale /= 10)
            milliseconds += (*rest - '0') * scale;
    }
    if (!parse_offset(rest, &offset))
        return false;
    *time = wf_time_from_utc_date(date) + hour * WF_HOUR + minute * WF_MINUTE + second * WF_SECOND +
            milliseconds - offset;
    return true;
}
