/* Instants and dates as text: apart from the arithmetic, which stays pure. */
#include "wf_time.h"

#include <stdio.h>

void wf_date_format(wf_date date, char text[static WF_DATE_TEXT])
{
    text[0] = '\0';
    if (date == WF_NO_DATE)
        return;
    struct wf_civil civil = wf_date_to_civil(date);
    (void)snprintf(text, WF_DATE_TEXT, "%04u-%02u-%02u", (unsigned)civil.year % 10000u,
                   civil.month % 100u, civil.day % 100u);
}

void wf_time_format(wf_time time, char text[static WF_TIME_TEXT])
{
    wf_date date = wf_time_to_utc_date(time);
    unsigned rest = (unsigned)(time - wf_time_from_utc_date(date));
    char day[WF_DATE_TEXT];
    wf_date_format(date, day);
    (void)snprintf(text, WF_TIME_TEXT, "%sT%02u:%02u:%02u.%03uZ", day, rest / 3600000u % 24u,
                   rest / 60000u % 60u, rest / 1000u % 60u, rest % 1000u);
}
