/* endorsectl policy dry-run: real cases under other rules.  Each owner replays its own journal through its own
 * machines; what the files alone can tell is policy diff. */
#include "command_policy.h"
#include "ctl_installation.h"
#include "ctl_replay.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const enum wf_service owners[] = {WF_INTAKE, WF_REFERENCE, WF_RENEWAL};

/* ---- what is otherwise in the end ---- */

static json_t *value_text(const json_t *value)
{
    char *dumped = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    json_t *text = json_string(json_is_string(value)            ? json_string_value(value)
                               : dumped && !json_is_null(value) ? dumped
                                                                : "nothing");
    free(dumped);
    return text;
}

static void add_otherwise(json_t *changes, const char *where, const json_t *was, const json_t *now)
{
    (void)json_array_append_new(changes, json_pack("{s:s,s:o,s:o}", "what", where, "was",
                                                   value_text(was), "now", value_text(now)));
}

/* Members that differ, but for the names of editions: a new one that decides alike changes nobody's case. */
static void compare(json_t *changes, const char *where, const json_t *was, const json_t *now)
{
    const char *name = strrchr(where, '.');
    if (json_equal(was, now) || strcmp(name ? name + 1 : where, "edition") == 0)
        return;
    char inner[160];
    if (json_is_object(was) && json_is_object(now)) {
        const char *key = NULL;
        json_t *value = NULL;
        json_object_foreach((json_t *)(uintptr_t)was, key, value)
        {
            (void)snprintf(inner, sizeof inner, "%s%s%s", where, where[0] ? "." : "", key);
            compare(changes, inner, value, json_object_get(now, key));
        }
        json_object_foreach((json_t *)(uintptr_t)now, key, value)
        {
            (void)snprintf(inner, sizeof inner, "%s%s%s", where, where[0] ? "." : "", key);
            if (!json_object_get(was, key))
                compare(changes, inner, NULL, value);
        }
    } else if (json_is_array(was) && json_is_array(now) &&
               json_array_size(was) == json_array_size(now)) {
        for (size_t i = 0; i < json_array_size(was); i++) {
            (void)snprintf(inner, sizeof inner, "%s %zu", where, i + 1);
            compare(changes, inner, json_array_get(was, i), json_array_get(now, i));
        }
    } else {
        add_otherwise(changes, where, was, now);
    }
}

static json_t *changes_at_the_end(const json_t *row)
{
    json_t *was = json_loads(ctl_policy_text(row, "was"), 0, NULL);
    json_t *now = json_loads(ctl_policy_text(row, "now"), 0, NULL);
    json_t *changes = json_array();
    if (was && now)
        compare(changes, "", was, now);
    else
        add_otherwise(changes, "state", was, now);
    json_decref(was);
    json_decref(now);
    return changes;
}

/* ---- cases ---- */

static const json_t *same_requirement(const json_t *judgement, const json_t *rule)
{
    size_t index = 0;
    const json_t *other = NULL;
    json_array_foreach(json_object_get(judgement, "rules"), index, other)
    {
        if (strcmp(ctl_policy_text(other, "rule"), ctl_policy_text(rule, "rule")) == 0 &&
            strcmp(ctl_policy_text(other, "requirement"), ctl_policy_text(rule, "requirement")) ==
                0)
            return other;
    }
    return NULL;
}

/* The rules by which two judgements of one event differ, in words. */
static json_t *rules_behind(const json_t *was, const json_t *now)
{
    json_t *words = json_array();
    char text[400];
    size_t index = 0;
    const json_t *rule = NULL;
    const json_t *shown = json_is_object(now) ? now : was;
    const json_t *other = shown == now ? was : now;
    json_array_foreach(json_object_get(shown, "rules"), index, rule)
    {
        /* Nothing to compare with: one of the two decides nothing, and all that the other needed is behind it. */
        const json_t *before = json_is_object(other) ? same_requirement(other, rule) : NULL;
        if (before && json_equal(before, rule))
            continue;
        ctl_judged_rule_words(rule, text, sizeof text);
        (void)json_array_append_new(words, json_string(text));
    }
    return words;
}

/* In the order of their names. */
static void add_case(json_t *cases, json_t *added)
{
    size_t place = json_array_size(cases);
    while (place > 0 && strcmp(ctl_policy_text(json_array_get(cases, place - 1), "aggregate"),
                               ctl_policy_text(added, "aggregate")) > 0)
        place--;
    (void)json_array_insert_new(cases, place, added);
}

static json_t *find_case(json_t *cases, const json_t *row)
{
    size_t index = 0;
    json_t *found = NULL;
    json_array_foreach(cases, index, found)
    {
        if (strcmp(ctl_policy_text(found, "aggregate"), ctl_policy_text(row, "aggregate")) == 0)
            return found;
    }
    found = json_pack("{s:O,s:O}", "program", json_object_get(row, "program"), "aggregate",
                      json_object_get(row, "aggregate"));
    add_case(cases, found);
    return found;
}

/* One object for each aggregate: the first decision that would be another, and what would be otherwise today. */
static json_t *make_cases(const json_t *rows)
{
    json_t *cases = json_array();
    size_t index = 0;
    const json_t *row = NULL;
    json_array_foreach(rows, index, row)
    {
        bool is_end = json_integer_value(json_object_get(row, "version")) == 0;
        json_t *changes = is_end ? changes_at_the_end(row) : NULL;
        if (is_end && json_array_size(changes) == 0) {
            json_decref(changes);
            continue;
        }
        json_t *found = find_case(cases, row);
        if (is_end) {
            (void)json_object_set_new(found, "today", changes);
            continue;
        }
        static const char *const copied[] = {"version", "time_ms", "type", "was", "now"};
        for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
            (void)json_object_set(found, copied[i], json_object_get(row, copied[i]));
        (void)json_object_set_new(found, "rules",
                                  rules_behind(json_object_get(row, "judgementWas"),
                                               json_object_get(row, "judgementNow")));
    }
    return cases;
}

/* Of a state only what people go by is printed, unless nothing else differs; --json has all. */
static bool is_telling(const char *what)
{
    const char *dot = strrchr(what, '.');
    const char *name = dot ? dot + 1 : what;
    return strcmp(name, "state") == 0 || strcmp(name, "status") == 0 || strcmp(name, "due") == 0;
}

static void print_today(const json_t *changes)
{
    size_t index = 0;
    const json_t *item = NULL;
    bool has_telling = false;
    json_array_foreach(changes, index, item)
    {
        has_telling = has_telling || is_telling(ctl_policy_text(item, "what"));
    }
    json_array_foreach(changes, index, item)
    {
        if (is_telling(ctl_policy_text(item, "what")) == has_telling)
            (void)printf("  today %s: %s, would be %s\n", ctl_policy_text(item, "what"),
                         ctl_policy_text(item, "was"), ctl_policy_text(item, "now"));
    }
}

static void print_case(const json_t *row)
{
    size_t index = 0;
    const json_t *item = NULL;
    (void)printf("\n%s\n", ctl_policy_text(row, "aggregate"));
    if (json_object_get(row, "was"))
        (void)printf("  %s  %s: %s, would be: %s\n",
                     ctl_moment(json_integer_value(json_object_get(row, "time_ms"))),
                     ctl_policy_text(row, "type"), ctl_policy_text(row, "was"),
                     ctl_policy_text(row, "now"));
    json_array_foreach(json_object_get(row, "rules"), index, item)(void)
        printf("    under %s\n", json_string_value(item));
    print_today(json_object_get(row, "today"));
}

static void print_cases(const json_t *cases, const json_t *total)
{
    size_t index = 0;
    const json_t *row = NULL;
    (void)printf("%zu of %lld cases would be decided otherwise (%lld lines replayed).\n",
                 json_array_size(cases),
                 (long long)json_integer_value(json_object_get(total, "aggregates")),
                 (long long)json_integer_value(json_object_get(total, "lines")));
    json_array_foreach(cases, index, row) print_case(row);
}

static int replay_all(struct ctl *ctl, const Endorse__V1__Replay *wanted, json_t *rows,
                      json_t *total, struct wf_error *error)
{
    if (ctl_installation_read(ctl, error) < 0)
        return -1;
    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++)
        for (unsigned instance = 0; instance < ctl_instances(ctl, owners[i]); instance++)
            if (ctl_replay(ctl, owners[i], instance, wanted, rows, total, error))
                return -1;
    return 0;
}

/* Mistakes are told here, and not three times by the programs. */
static int check_folder(const char *folder, const char *association, struct wf_error *error)
{
    struct wf_policy_files *files = NULL;
    if (wf_policy_files_open(folder, &files, error))
        return -1;
    bool known = !association || wf_policy_association(wf_policy_files_book(files), association);
    wf_policy_files_close(&files);
    return known ? 0 : wf_fail(error, WF_NOT_FOUND, "there is no association %s", association);
}

int ctl_policy_dry_run(struct ctl *ctl, int argc, char **argv)
{
    struct wf_error error = {0};
    char folder[PATH_MAX];
    const char *given = ctl_option(&argc, argv, "--policy", true);
    const char *association = ctl_option(&argc, argv, "--association", true);
    if (argc != 0 || !given) {
        (void)fputs("endorsectl: policy dry-run needs --policy FOLDER\n", stderr);
        return CTL_USAGE;
    }
    if (!realpath(given, folder)) {
        (void)fprintf(stderr, "endorsectl: there is no folder %s\n", given);
        return CTL_NO;
    }
    if (check_folder(folder, association, &error))
        return ctl_complain(&error);
    Endorse__V1__Replay wanted = ENDORSE__V1__REPLAY__INIT;
    wanted.folder = folder;
    if (association)
        wanted.association = (char *)(uintptr_t)association;
    json_t *rows = json_array();
    json_t *total = json_object();
    int result = replay_all(ctl, &wanted, rows, total, &error);
    json_t *cases = result ? json_array() : make_cases(rows);
    if (!result && ctl->json) {
        (void)json_object_set(total, "cases", cases);
        ctl_json(total);
    } else if (!result) {
        print_cases(cases, total);
    }
    json_decref(cases);
    json_decref(total);
    json_decref(rows);
    return result ? ctl_complain(&error) : CTL_OK;
}
