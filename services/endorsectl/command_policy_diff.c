/* endorsectl policy diff: what changes for people between two dates, or between two folders of files. */
#include "command_policy.h"

#include <stdio.h>
#include <string.h>

/* One side of a comparison. */
struct side {
    const struct wf_policy_files *files;
    wf_date on;
};

static void add_change(json_t *changes, const char *association, const char *label,
                       const json_t *before, const json_t *after, wf_date from)
{
    char date[WF_DATE_TEXT];
    wf_date_format(from, date);
    json_t *change = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "association", association, "category",
                               ctl_policy_text(after, "category"), "label", label, "key",
                               ctl_policy_text(after, "key"), "what",
                               ctl_policy_text(after, "whole"), "from", date);
    (void)json_object_set(change, "before", json_object_get(before, "value"));
    (void)json_object_set(change, "after", json_object_get(after, "value"));
    (void)json_object_set_new(
        change, "before_at",
        json_sprintf("%s:%lld", ctl_policy_text(before, "file"),
                     (long long)json_integer_value(json_object_get(before, "line"))));
    (void)json_object_set_new(
        change, "after_at",
        json_sprintf("%s:%lld", ctl_policy_text(after, "file"),
                     (long long)json_integer_value(json_object_get(after, "line"))));
    (void)json_object_set(change, "source", json_object_get(after, "source"));
    (void)json_array_append_new(changes, change);
}

/* Whether the same change was told for an earlier date, and nothing else since. */
static bool is_told(const json_t *changes, const char *association, const json_t *before,
                    const json_t *after)
{
    for (size_t i = json_array_size(changes); i > 0; i--) {
        const json_t *change = json_array_get(changes, i - 1);
        if (strcmp(ctl_policy_text(change, "association"), association) != 0 ||
            strcmp(ctl_policy_text(change, "category"), ctl_policy_text(after, "category")) != 0 ||
            strcmp(ctl_policy_text(change, "key"), ctl_policy_text(after, "key")) != 0)
            continue;
        return json_equal(json_object_get(change, "before"), json_object_get(before, "value")) &&
               json_equal(json_object_get(change, "after"), json_object_get(after, "value"));
    }
    return false;
}

static int compare(const struct side *old, const struct side *new, const char *association,
                   json_t *changes, struct wf_error *error)
{
    json_t *before = json_array();
    json_t *after = json_array();
    int result = ctl_policy_rows(old->files, association, old->on, before, error);
    if (!result)
        result = ctl_policy_rows(new->files, association, new->on, after, error);
    for (size_t i = 0; !result && i < json_array_size(after); i++) {
        const json_t *one = json_array_get(before, i);
        const json_t *other = json_array_get(after, i);
        int category = 0;
        for (int c = 1; c < WF_CATEGORIES; c++)
            if (strcmp(wf_policy_category_name(c), ctl_policy_text(other, "category")) == 0)
                category = c;
        if (json_equal(json_object_get(one, "value"), json_object_get(other, "value")) ||
            is_told(changes, association, one, other))
            continue;
        add_change(changes, association,
                   category ? ctl_policy_label(new->files, association, new->on, category) : "",
                   one, other, new->on);
    }
    json_decref(before);
    json_decref(after);
    return result;
}

/* ---- two folders ---- */

/* An association that is in one folder only is a change by itself. */
static void add_presence(json_t *changes, const char *association, bool is_new)
{
    (void)json_array_append_new(
        changes,
        json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "association", association,
                  "category", "", "label", "", "key", "association", "what", "The association",
                  "from", "", "before", is_new ? "none" : "there", "after",
                  is_new ? "there" : "none", "before_at", "", "after_at", "", "source", ""));
}

/* Of all editions on either side, the first that begins after a date. */
static wf_date next_edition(const struct wf_association *one, const struct wf_association *other,
                            wf_date after)
{
    wf_date best = WF_NO_DATE;
    const struct wf_association *sides[] = {one, other};
    for (size_t s = 0; s < 2; s++)
        for (int32_t i = 0; i < sides[s]->edition_count; i++) {
            wf_date from = sides[s]->editions[i].from;
            if ((after == WF_NO_DATE || from > after) && (best == WF_NO_DATE || from < best))
                best = from;
        }
    return best;
}

static int compare_folders(const struct wf_policy_files *old, const struct wf_policy_files *new,
                           json_t *changes, struct wf_error *error)
{
    const struct wf_policy_book *before = wf_policy_files_book(old);
    const struct wf_policy_book *after = wf_policy_files_book(new);
    for (int32_t i = 0; i < before->count; i++)
        if (!wf_policy_association(after, before->associations[i].id))
            add_presence(changes, before->associations[i].id, false);
    for (int32_t i = 0; i < after->count; i++) {
        const struct wf_association *own = &after->associations[i];
        const struct wf_association *was = wf_policy_association(before, own->id);
        if (!was) {
            add_presence(changes, own->id, true);
            continue;
        }
        for (wf_date on = next_edition(was, own, WF_NO_DATE); on != WF_NO_DATE;
             on = next_edition(was, own, on))
            if (compare(&(struct side){old, on}, &(struct side){new, on}, own->id, changes, error))
                return -1;
    }
    return 0;
}

/* ---- the command ---- */

static bool is_alike(const json_t *one, const json_t *other)
{
    static const char *const members[] = {"association", "key", "from", "before", "after"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (strcmp(ctl_policy_text(one, members[i]), ctl_policy_text(other, members[i])) != 0)
            return false;
    return true;
}

/* Whether an earlier change said the same, so that this one stands with it. */
static bool is_printed(const json_t *changes, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (is_alike(json_array_get(changes, i), json_array_get(changes, index)))
            return true;
    return false;
}

/* "Family Associate, Family Specialist: ", or what all categories have in common. */
static void print_labels(const json_t *changes, size_t index)
{
    const json_t *change = json_array_get(changes, index);
    int count = 0;
    if (!ctl_policy_text(change, "label")[0])
        return;
    for (size_t i = index; i < json_array_size(changes); i++)
        count += is_alike(json_array_get(changes, i), change);
    if (count == WF_CATEGORIES - 1) {
        (void)fputs("Every category: ", stdout);
        return;
    }
    for (size_t i = index; i < json_array_size(changes); i++) {
        const json_t *other = json_array_get(changes, i);
        if (is_alike(other, change))
            (void)printf("%s%s", i > index ? ", " : "", ctl_policy_text(other, "label"));
    }
    (void)fputs(": ", stdout);
}

static void print_changes(const json_t *changes, bool folders)
{
    size_t index = 0;
    const json_t *change = NULL;
    const char *association = "";
    if (json_array_size(changes) == 0)
        (void)puts("Nothing changes.");
    json_array_foreach(changes, index, change)
    {
        const char *from = ctl_policy_text(change, "from");
        const char *source = ctl_policy_text(change, "source");
        if (is_printed(changes, index))
            continue;
        if (strcmp(association, ctl_policy_text(change, "association")) != 0)
            (void)printf("%s%s\n", index ? "\n" : "", ctl_policy_text(change, "association"));
        association = ctl_policy_text(change, "association");
        (void)fputs("  ", stdout);
        print_labels(changes, index);
        (void)printf("%s: %s, was %s%s%s\n      %s, was %s%s%s\n", ctl_policy_text(change, "what"),
                     ctl_policy_text(change, "after"), ctl_policy_text(change, "before"),
                     folders && from[0] ? ", from " : "", folders ? from : "",
                     ctl_policy_text(change, "after_at"), ctl_policy_text(change, "before_at"),
                     source[0] ? "   " : "", source);
    }
}

static int diff_folders(const char *old, const char *new, json_t *changes, struct wf_error *error)
{
    struct wf_policy_files *before = NULL;
    struct wf_policy_files *after = NULL;
    int result = wf_policy_files_open(old, &before, error);
    if (!result)
        result = wf_policy_files_open(new, &after, error);
    if (!result)
        result = compare_folders(before, after, changes, error);
    wf_policy_files_close(&before);
    wf_policy_files_close(&after);
    return result;
}

static int diff_dates(const char *folder, const char *association, wf_date from, wf_date to,
                      json_t *changes, struct wf_error *error)
{
    struct wf_policy_files *files = NULL;
    int result = wf_policy_files_open(folder, &files, error);
    if (!result)
        result = compare(&(struct side){files, from}, &(struct side){files, to}, association,
                         changes, error);
    wf_policy_files_close(&files);
    return result;
}

int ctl_policy_diff(struct ctl *ctl, int argc, char **argv)
{
    struct wf_error error = {0};
    wf_date from = 0;
    wf_date to = 0;
    int arguments = argc;
    const char *folder = ctl_policy_folder(&argc, argv);
    if (!ctl_policy_date(&argc, argv, "--from", &from) ||
        !ctl_policy_date(&argc, argv, "--to", &to))
        return CTL_USAGE;
    bool dates = argc == 1 && arguments >= 3;
    if (!dates && argc != 2) {
        (void)fputs("endorsectl: policy diff takes an association's code with --from DATE and --to "
                    "DATE, or two folders\n",
                    stderr);
        return CTL_USAGE;
    }
    json_t *changes = json_array();
    int result = dates ? diff_dates(folder, argv[0], from, to, changes, &error)
                       : diff_folders(argv[0], argv[1], changes, &error);
    if (!result && ctl->json)
        ctl_json(changes);
    else if (!result)
        print_changes(changes, !dates);
    json_decref(changes);
    return result ? ctl_complain(&error) : CTL_OK;
}
