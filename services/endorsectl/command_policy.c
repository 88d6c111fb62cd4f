/* endorsectl policy: what the files of rules say, whether they are good, and what changes between them. */
#include "command_policy.h"

#include "ctl_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
    const char *name;
    int (*run)(struct ctl *ctl, int argc, char **argv);
    const char *arguments;
    const char *sentence;
} policy_commands[] = {
    {"check", ctl_policy_check, "[FILE|FOLDER] [--strict]",
     "Whether the files are good; mistakes with file, line and reason"},
    {"show", ctl_policy_show, "ASSOCIATION [--on DATE] [--category C]",
     "Every figure in force on a date, and where it comes from"},
    {"diff", ctl_policy_diff, "ASSOCIATION --from DATE --to DATE | OLD-FOLDER NEW-FOLDER",
     "What changes between two dates, or two folders of files"},
    {"reload", ctl_policy_reload, "",
     "Has every program read its files anew; one with a mistake stays with those it has"},
    {"dry-run", ctl_policy_dry_run, "--policy FOLDER [--association A]",
     "Replays every case under other files, and lists whose decision would change"},
};
enum { POLICY_COMMANDS = sizeof policy_commands / sizeof *policy_commands };

static void policy_usage(FILE *out)
{
    (void)fputs("Usage: endorsectl policy COMMAND ... [--policy FOLDER] [--json]\n\n"
                "  --policy FOLDER   the files (default deploy/policy, or $ENDORSE_POLICY_DIR)\n\n",
                out);
    for (size_t i = 0; i < POLICY_COMMANDS; i++)
        (void)fprintf(out, "  %-8s %s\n           %s\n", policy_commands[i].name,
                      policy_commands[i].arguments, policy_commands[i].sentence);
}

int ctl_policy(struct ctl *ctl, int argc, char **argv)
{
    for (size_t i = 0; argc > 0 && i < POLICY_COMMANDS; i++)
        if (strcmp(policy_commands[i].name, argv[0]) == 0)
            return policy_commands[i].run(ctl, argc - 1, argv + 1);
    bool is_asked = argc == 1 && strcmp(argv[0], "help") == 0;
    policy_usage(is_asked ? stdout : stderr);
    return is_asked ? CTL_OK : CTL_USAGE;
}

/* ---- what the sub-commands share ---- */

const char *ctl_policy_folder(int *argc, char **argv)
{
    const char *folder = ctl_option(argc, argv, "--policy", true);
    folder = folder ? folder : getenv("ENDORSE_POLICY_DIR");
    return folder ? folder : "deploy/policy";
}

bool ctl_policy_date(int *argc, char **argv, const char *name, wf_date *date)
{
    const char *text = ctl_option(argc, argv, name, true);
    *date = wf_time_to_utc_date(ctl_wall_clock());
    if (!text || wf_date_parse(text, date))
        return true;
    (void)fprintf(stderr, "endorsectl: %s takes a date such as 2026-01-01\n", name);
    return false;
}

const char *ctl_policy_text(const json_t *row, const char *name)
{
    const char *text = json_string_value(json_object_get(row, name));
    return text ? text : "";
}

static void add_row(void *context, const struct wf_policy_figure *figure)
{
    const char *category = wf_policy_category_name(figure->category);
    json_t *row = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:s}", "category", category, "key",
                            figure->key, "words", figure->words, "whole", figure->whole, "value",
                            figure->value, "file", figure->file, "edition", figure->edition, "line",
                            figure->line, "source", figure->source);
    (void)json_object_set_new(row, "inherited",
                              json_boolean(strcmp(figure->file, "network.conf") == 0));
    (void)json_array_append_new(context, row);
}

int ctl_policy_rows(const struct wf_policy_files *files, const char *association, wf_date on,
                    json_t *rows, struct wf_error *error)
{
    return wf_policy_figures(files, association, on, add_row, rows, error);
}

const char *ctl_policy_label(const struct wf_policy_files *files, const char *association,
                             wf_date on, int category)
{
    const struct wf_association *found =
        wf_policy_association(wf_policy_files_book(files), association);
    return found ? wf_policy_edition(found, on)->categories[category].label : "";
}

/* ---- check ---- */

struct check {
    json_t *files;
    int wrong;
};

static void add_checked(void *context, const char *file, const struct wf_error *error)
{
    struct check *check = context;
    check->wrong += error != NULL;
    (void)json_array_append_new(check->files,
                                json_pack("{s:s,s:b,s:s}", "file", file, "good", error == NULL,
                                          "error", error ? error->text : ""));
}

static void print_check(const char *folder, const json_t *files, const json_t *unsourced, int wrong)
{
    size_t index = 0;
    const json_t *row = NULL;
    json_array_foreach(files, index, row)
    {
        if (!json_is_true(json_object_get(row, "good")))
            (void)printf("%s\n", ctl_policy_text(row, "error"));
    }
    json_array_foreach(unsourced, index, row)
    {
        (void)printf("%s:%lld: %s has no source and is not marked \"# assumed\"\n",
                     ctl_policy_text(row, "file"),
                     (long long)json_integer_value(json_object_get(row, "line")),
                     ctl_policy_text(row, "key"));
    }
    (void)printf("%s: %zu files, %d with a mistake, %zu figures without a source.\n", folder,
                 json_array_size(files), wrong, json_array_size(unsourced));
}

/* A file is checked beside the network.conf of its folder. */
static void split_path(const char *path, char *folder, size_t size, const char **file)
{
    struct stat status;
    bool is_file = stat(path, &status) == 0 && S_ISREG(status.st_mode);
    const char *slash = strrchr(path, '/');
    *file = is_file ? (slash ? slash + 1 : path) : NULL;
    if (is_file)
        (void)snprintf(folder, size, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    else
        (void)snprintf(folder, size, "%s", path);
}

static void add_unsourced(const char *folder, const char *only, json_t *rows)
{
    struct wf_policy_files *files = NULL;
    struct wf_error error = {0};
    if (wf_policy_files_open(folder, &files, &error) == 0)
        wf_policy_unsourced(files, add_row, rows);
    for (size_t i = json_array_size(rows); only && i > 0; i--) {
        if (strcmp(ctl_policy_text(json_array_get(rows, i - 1), "file"), only) != 0)
            (void)json_array_remove(rows, i - 1);
    }
    wf_policy_files_close(&files);
}

int ctl_policy_check(struct ctl *ctl, int argc, char **argv)
{
    struct wf_error error = {0};
    char folder[512];
    const char *only = NULL;
    const char *fallback = ctl_policy_folder(&argc, argv);
    bool strict = ctl_option(&argc, argv, "--strict", false) != NULL;
    struct check check = {.files = json_array()};
    if (argc > 1) {
        (void)fputs("endorsectl: policy check takes one file or folder\n", stderr);
        return CTL_USAGE;
    }
    split_path(argc == 1 ? argv[0] : fallback, folder, sizeof folder, &only);
    if (wf_policy_check(folder, only, add_checked, &check, &error) < 0) {
        json_decref(check.files);
        return ctl_complain(&error);
    }
    json_t *unsourced = json_array();
    if (!check.wrong)
        add_unsourced(folder, only, unsourced);
    bool good = !check.wrong && !(strict && json_array_size(unsourced) > 0);
    if (ctl->json) {
        json_t *whole = json_pack("{s:b,s:s,s:O,s:O}", "good", good, "folder", folder, "files",
                                  check.files, "unsourced", unsourced);
        ctl_json(whole);
        json_decref(whole);
    } else {
        print_check(folder, check.files, unsourced, check.wrong);
    }
    json_decref(unsourced);
    json_decref(check.files);
    return good ? CTL_OK : CTL_NO;
}
