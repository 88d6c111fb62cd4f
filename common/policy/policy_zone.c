#include "policy_zone.h"

#include <glib.h>
#include <string.h>

enum { FIRST_YEAR = 2000, LAST_YEAR = 2060 };

/* Two changes of a zone lie further apart: the closest are the weeks of Ramadan in Morocco. */
#define STEP (7 * WF_DAY)

static int32_t offset_at(GTimeZone *zone, wf_time time)
{
    int interval = g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, time / WF_SECOND);
    return g_time_zone_get_offset(zone, interval);
}

/* The instant between two, to the second, from which the offset is that of the later one. */
static wf_time change_between(GTimeZone *zone, wf_time before, wf_time after)
{
    int32_t old = offset_at(zone, before);
    while (after - before > WF_SECOND) {
        wf_time middle = before + (after - before) / (2 * WF_SECOND) * WF_SECOND;
        if (offset_at(zone, middle) == old)
            before = middle;
        else
            after = middle;
    }
    return after;
}

static int fill(GTimeZone *zone, const char *name, struct wf_zone *table, struct wf_error *error)
{
    size_t capacity = sizeof table->from / sizeof table->from[0];
    wf_time time = wf_time_from_utc_date(wf_date_from_civil((struct wf_civil){FIRST_YEAR, 1, 1}));
    wf_time end = wf_time_from_utc_date(wf_date_from_civil((struct wf_civil){LAST_YEAR, 12, 31}));
    table->from[0] = time;
    table->offset_s[0] = offset_at(zone, time);
    table->count = 1;
    for (; time < end; time += STEP) {
        int32_t next = offset_at(zone, time + STEP);
        if (next == table->offset_s[table->count - 1])
            continue;
        if ((size_t)table->count == capacity)
            return wf_fail(error, WF_INVALID, "time zone %s changes too often", name);
        table->from[table->count] = change_between(zone, time, time + STEP);
        table->offset_s[table->count] = next;
        table->count++;
    }
    return 0;
}

int wf_policy_zone_read(const char *name, struct wf_zone *zone, struct wf_error *error)
{
    memset(zone, 0, sizeof *zone);
    GTimeZone *found = g_time_zone_new_identifier(name);
    if (found == NULL)
        return wf_fail(error, WF_INVALID,
                       "time_zone: the time zone database has no \"%s\" (is tzdata installed?)",
                       name);
    int result = fill(found, name, zone, error);
    g_time_zone_unref(found);
    return result;
}
