/* wf_time.h - instants and calendar dates, as plain numbers.  Pure: nothing here reads a clock or a
 * time zone; common/port/wf_clock.h does. */
#ifndef WF_TIME_H
#define WF_TIME_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds since 1970-01-01T00:00:00Z. */
typedef int64_t wf_time;
#define WF_NEVER INT64_MAX /* a deadline that does not exist, said explicitly */
#define WF_SECOND ((wf_time)1000)
#define WF_MINUTE (60 * WF_SECOND)
#define WF_HOUR (60 * WF_MINUTE)
#define WF_DAY (24 * WF_HOUR)

/* Days since 1970-01-01 in the proleptic Gregorian calendar: a date without a zone. */
typedef int32_t wf_date;
#define WF_NO_DATE INT32_MIN
#define WF_DATE_TEXT 11 /* "2026-11-21" and the NUL */
#define WF_TIME_TEXT 25 /* "2026-11-21T07:58:11.123Z" and the NUL */

struct wf_civil {
    int32_t year;
    uint8_t month; /* 1..12 */
    uint8_t day;   /* 1..31 */
};

wf_date wf_date_from_civil(struct wf_civil civil);
struct wf_civil wf_date_to_civil(wf_date date);

/* "YYYY-MM-DD", exactly, a real day, year 1900..2199; otherwise false and *date unchanged. */
bool wf_date_parse(const char *text, wf_date *date);
/* WF_NO_DATE gives "". */
void wf_date_format(wf_date date, char text[static WF_DATE_TEXT]);

/* Adds calendar months; a day that does not exist becomes the last one of the month. */
wf_date wf_date_add_months(wf_date date, int months);
/* Whole calendar months from `from` to `until`: 2024-01-31 to 2024-02-29 is 1 (month end counts).
 */
int wf_date_months_between(wf_date from, wf_date until);

/* UTC date of an instant. */
wf_date wf_time_to_utc_date(wf_time time);
/* 00:00 UTC of a date. */
wf_time wf_time_from_utc_date(wf_date date);
/* RFC 3339 in UTC with milliseconds. */
void wf_time_format(wf_time time, char text[static WF_TIME_TEXT]);
/* RFC 3339 with any offset and optional fraction; false if it is not one. */
bool wf_time_parse(const char *text, wf_time *time);

#endif
