/* endorsectl clock: the business clock of a sandbox.  Advancing stops at each deadline on the way until all
 * programs are quiet, so that what would happen on that day happens before the next day comes. */
#include "ctl_installation.h"

#include "ctl_rows.h"
#include "endorse/v1/internal.pb-c.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { QUIET_POLL_MS = 25, QUIET_MS_MAX = 60000 };

struct quiet {
    bool is_quiet;
    wf_time next_due; /* earliest of all programs; WF_NEVER: none */
    wf_time offset; /* smallest that a program uses: all have taken the new one when it is equal */
};

static int look(struct ctl *ctl, struct quiet *quiet, struct wf_error *error)
{
    json_t *rows = json_array();
    size_t index = 0;
    json_t *row = NULL;
    *quiet = (struct quiet){.is_quiet = true, .next_due = WF_NEVER, .offset = WF_NEVER};
    if (ctl_rows_collect(ctl, rows, error) < 0) {
        json_decref(rows);
        return -1;
    }
    json_array_foreach(rows, index, row)
    {
        const json_t *due = json_object_get(row, "next_due_ms");
        const json_t *offset = json_object_get(row, "clock_offset_ms");
        quiet->is_quiet = quiet->is_quiet && offset && json_is_true(json_object_get(row, "quiet"));
        if (json_integer_value(due) > 0 && json_integer_value(due) < quiet->next_due)
            quiet->next_due = json_integer_value(due);
        if (offset && json_integer_value(offset) < quiet->offset)
            quiet->offset = json_integer_value(offset);
    }
    json_decref(rows);
    return 0;
}

/* Waits until nothing waits, flies or is due, under the given offset; twice in a row, because a message may
 * be between two programs when one of them is asked. */
static int settle(struct ctl *ctl, wf_time offset, struct quiet *quiet, struct wf_error *error)
{
    int calm = 0;
    for (int waited = 0; waited < QUIET_MS_MAX; waited += QUIET_POLL_MS) {
        if (look(ctl, quiet, error) < 0)
            return -1;
        bool now = quiet->is_quiet && quiet->offset == offset &&
                   quiet->next_due > ctl_wall_clock() + offset;
        calm = now ? calm + 1 : 0;
        if (calm == 2)
            return 0;
        (void)poll(NULL, 0, QUIET_POLL_MS);
    }
    return wf_fail(error, WF_AGAIN,
                   "the programs are not quiet after a minute; see endorsectl queues");
}

static int set_offset(struct ctl *ctl, wf_time offset, struct wf_error *error)
{
    Endorse__V1__ClockSet set = ENDORSE__V1__CLOCK_SET__INIT;
    struct ctl_answer answer;
    set.offset_ms = offset;
    if (ctl_ask_instance(ctl, WF_MESSAGE_CLOCK_SET, WF_INTAKE, 0, 0, NULL, &set.base, &answer,
                         error) < 0)
        return -1;
    return answer.ok ? 0
                     : wf_fail(error, WF_DENIED, "%s",
                               answer.text[0] ? answer.text : "the clock may not be set");
}

/* "30d", "12h", "45m"; 0: not that. */
static wf_time parse_duration(const char *text)
{
    char *end = NULL;
    long count = strtol(text, &end, 10);
    if (end == text || count < 1 || count > 36500 || strlen(end) != 1)
        return 0;
    switch (*end) {
    case 'd':
        return count * WF_DAY;
    case 'h':
        return count * WF_HOUR;
    case 'm':
        return count * WF_MINUTE;
    default:
        return 0;
    }
}

static int advance(struct ctl *ctl, wf_time by, struct wf_error *error)
{
    struct quiet quiet;
    unsigned stops = 0;
    if (look(ctl, &quiet, error) < 0)
        return -1;
    if (quiet.offset == WF_NEVER)
        return wf_fail(error, WF_AGAIN, "no program answers; is Endorse running?");
    wf_time offset = quiet.offset;
    wf_time target = ctl_wall_clock() + offset + by;
    if (settle(ctl, offset, &quiet, error) < 0)
        return -1;
    for (;;) {
        wf_time now = ctl_wall_clock() + offset;
        if (now >= target)
            break;
        /* What is due within the same minute happens together: nobody watches it second by second. */
        wf_time stop = quiet.next_due < target - WF_MINUTE ? quiet.next_due + WF_MINUTE : target;
        offset += stop > now ? stop - now + 1 : 1;
        if (set_offset(ctl, offset, error) < 0 || settle(ctl, offset, &quiet, error) < 0)
            return -1;
        stops++;
        if (!ctl->json && isatty(STDERR_FILENO))
            (void)fprintf(stderr, "%s\r", ctl_moment(ctl_wall_clock() + offset));
    }
    if (!ctl->json)
        (void)printf("It is now %s; %u stops on the way.\n", ctl_moment(ctl_wall_clock() + offset),
                     stops);
    return 0;
}

int ctl_clock(struct ctl *ctl, int argc, char **argv)
{
    struct wf_error error = {0};
    struct quiet quiet;
    const char *what = argc > 0 ? argv[0] : "show";
    wf_time by = argc == 2 ? parse_duration(argv[1]) : 0;
    if (strcmp(what, "advance") == 0 && by > 0)
        return advance(ctl, by, &error) < 0 ? ctl_complain(&error) : CTL_OK;
    if (strcmp(what, "show") != 0) {
        (void)fputs(
            "endorsectl: clock takes show, or advance with a duration such as 30d, 12h or 45m\n",
            stderr);
        return CTL_USAGE;
    }
    if (look(ctl, &quiet, &error) < 0)
        return ctl_complain(&error);
    if (quiet.offset == WF_NEVER)
        quiet.offset = 0;
    json_t *value =
        json_pack("{s:s,s:I,s:s}", "now", ctl_moment(ctl_wall_clock() + quiet.offset), "offset_ms",
                  (json_int_t)quiet.offset, "next_deadline", ctl_moment(quiet.next_due));
    if (ctl->json)
        ctl_json(value);
    else
        (void)printf("It is %s for the business; the next deadline is %s.\n",
                     json_string_value(json_object_get(value, "now")),
                     json_string_value(json_object_get(value, "next_deadline")));
    json_decref(value);
    return CTL_OK;
}
