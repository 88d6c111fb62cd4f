/* endorsectl status, queues and workers: what the heartbeat rows say (SPEC 8).  A program that answers is asked
 * itself; for one that does not, its last row is shown, marked silent. */
#include "ctl_installation.h"

#include "ctl_rows.h"
#include "wf_time.h"

#include <stdio.h>
#include <string.h>

static int64_t number(const json_t *row, const char *name)
{
    return json_integer_value(json_object_get(row, name));
}

static void set_text(json_t *row, const char *name, const char *text)
{
    (void)json_object_set_new(row, name, json_string(text));
}

/* Adds the members that only people need. */
static void explain(json_t *rows)
{
    size_t index = 0;
    json_t *row = NULL;
    wf_time now = ctl_wall_clock();
    json_array_foreach(rows, index, row)
    {
        int64_t oldest = number(row, "oldest_ms");
        int64_t progress = number(row, "progress_ms");
        set_text(row, "oldest", oldest > 0 ? ctl_duration(oldest) : "-");
        set_text(row, "progress",
                 progress > 0 && now > progress ? ctl_duration(now - progress) : "now");
        set_text(row, "up", ctl_duration(now - number(row, "started")));
        set_text(row, "next_due", ctl_moment(number(row, "next_due_ms")));
    }
}

static int print_rows(struct ctl *ctl, const char *const *columns)
{
    struct wf_error error = {0};
    json_t *rows = json_array();
    int code = CTL_OK;
    if (ctl_rows_collect(ctl, rows, &error) < 0) {
        code = ctl_complain(&error);
    } else {
        explain(rows);
        ctl_table(ctl, rows, "No program has reported yet.", columns);
    }
    json_decref(rows);
    return code;
}

int ctl_queues(struct ctl *ctl, int argc, char **argv)
{
    static const char *const columns[] = {"name",      "queue",  "ready",  "ready",  "in_flight",
                                          "in flight", "oldest", "oldest", "parked", "parked",
                                          "dead",      "dead",   "timers", "timers", "next_due",
                                          "next due",  NULL};
    (void)argc;
    (void)argv;
    return print_rows(ctl, columns);
}

int ctl_workers(struct ctl *ctl, int argc, char **argv)
{
    static const char *const columns[] = {
        "name", "worker",   "state",         "state",   "pid",     "pid", "up",
        "up",   "progress", "last progress", "version", "version", NULL};
    (void)argc;
    (void)argv;
    return print_rows(ctl, columns);
}

static const char *rules_text(const json_t *row, const char *name)
{
    const char *text = json_string_value(json_object_get(json_object_get(row, "rules"), name));
    return text ? text : "";
}

/* What a person must know of the rules: a mistake in newer ones, or programs that differ.  False: nothing. */
static bool rules_trouble(const json_t *rows, char *text, size_t size)
{
    size_t index = 0;
    const json_t *row = NULL;
    const char *digest = "";
    (void)snprintf(text, size, "one edition everywhere");
    json_array_foreach(rows, index, row)
    {
        const char *own = rules_text(row, "digest");
        if (rules_text(row, "error")[0]) {
            (void)snprintf(text, size, "%s keeps its old rules: %s",
                           json_string_value(json_object_get(row, "name")),
                           rules_text(row, "error"));
            return true;
        }
        if (own[0] && digest[0] && strcmp(own, digest) != 0) {
            (void)snprintf(text, size, "the programs differ; see endorsectl policy reload");
            return true;
        }
        digest = own[0] ? own : digest;
    }
    if (digest[0])
        (void)snprintf(text, size, "digest %s in every program", digest);
    return false;
}

/* What a person must know of the audit copy.  False: nothing. */
static bool audit_trouble(const json_t *rows, char *text, size_t size)
{
    size_t index = 0;
    const json_t *row = NULL;
    (void)snprintf(text, size, "no audit program");
    json_array_foreach(rows, index, row)
    {
        const json_t *audit = json_object_get(row, "audit");
        const char *trouble = json_string_value(json_object_get(audit, "error"));
        int64_t alarms = number(audit, "alarms");
        if (!audit)
            continue;
        (void)snprintf(text, size, "journals are copied, no alarm");
        if (trouble && trouble[0])
            (void)snprintf(text, size, "the copy cannot go on: %s", trouble);
        else if (alarms)
            (void)snprintf(text, size, "%lld %s, the first: %s of %s   (endorsectl audit status)",
                           (long long)alarms, alarms == 1 ? "alarm" : "alarms",
                           json_string_value(json_object_get(audit, "first")),
                           json_string_value(json_object_get(audit, "stream")));
        return alarms || (trouble && trouble[0]);
    }
    return false;
}

int ctl_status(struct ctl *ctl, int argc, char **argv)
{
    struct wf_error error = {0};
    json_t *rows = json_array();
    (void)argc;
    (void)argv;
    if (ctl_rows_collect(ctl, rows, &error) < 0) {
        json_decref(rows);
        return ctl_complain(&error);
    }
    int64_t ready = 0;
    int64_t parked = 0;
    int64_t dead = 0;
    int silent = 0;
    size_t index = 0;
    json_t *row = NULL;
    json_array_foreach(rows, index, row)
    {
        const char *state = json_string_value(json_object_get(row, "state"));
        ready += number(row, "ready") + number(row, "in_flight");
        parked += number(row, "parked");
        dead += number(row, "dead");
        silent += !state || strcmp(state, "silent") == 0;
    }
    char rules[320];
    char audit[400];
    bool is_audit_well = !audit_trouble(rows, audit, sizeof audit);
    bool well =
        !rules_trouble(rows, rules, sizeof rules) && is_audit_well && !silent && !dead && !parked;
    if (ctl->json) {
        json_t *value =
            json_pack("{s:b,s:I,s:I,s:I,s:i,s:s,s:s,s:O}", "well", well, "waiting",
                      (json_int_t)ready, "parked", (json_int_t)parked, "dead", (json_int_t)dead,
                      "silent", silent, "rules", rules, "audit", audit, "workers", rows);
        ctl_json(value);
        json_decref(value);
    } else {
        (void)printf("%s\n  programs   %zu, of which silent %d\n  waiting    %lld messages\n"
                     "  parked     %lld\n  dead       %lld%s\n  rules      %s\n  audit      %s\n  "
                     "durability tier "
                     "A: one node, every "
                     "commit on "
                     "disk before it is acknowledged\n",
                     well ? "All is well." : "Something needs a person.", json_array_size(rows),
                     silent, (long long)ready, (long long)parked, (long long)dead,
                     dead ? "   (endorsectl dead list)" : "", rules, audit);
    }
    json_decref(rows);
    return well ? CTL_OK : CTL_NO;
}
