/* endorsectl policy show: the rules of an association on a date, as a page. */
#include "command_policy.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_WIDTH = 50, VALUE_WIDTH = 32, PLACE_WIDTH = 18 };

/* Widths are of the screen: what is longer moves the rest of its line, and only long texts are cut. */
static void print_row(const json_t *row)
{
    const char *value = ctl_policy_text(row, "value");
    const char *edition = ctl_policy_text(row, "edition");
    char place[64];
    (void)snprintf(place, sizeof place, "%s:%lld", ctl_policy_text(row, "file"),
                   (long long)json_integer_value(json_object_get(row, "line")));
    bool is_long = strlen(value) > 2 * VALUE_WIDTH;
    (void)printf("  %-*s  %-*.*s%s  %-*s  %-10s  %s\n", WORDS_WIDTH, ctl_policy_text(row, "words"),
                 is_long ? VALUE_WIDTH - 3 : VALUE_WIDTH, is_long ? VALUE_WIDTH - 3 : INT_MAX,
                 value, is_long ? "..." : "", PLACE_WIDTH, place, edition,
                 ctl_policy_text(row, "source"));
}

struct page {
    const struct wf_policy_files *files;
    const char *association;
    wf_date on;
    const char *category; /* NULL: all that are offered */
};

/* Whether a figure is on the page: those of everybody, and of the categories that are asked for. */
static bool is_shown(const struct page *page, const json_t *row)
{
    const char *category = ctl_policy_text(row, "category");
    if (page->category)
        return strcmp(category, page->category) == 0;
    const struct wf_association *association =
        wf_policy_association(wf_policy_files_book(page->files), page->association);
    const struct wf_edition *edition = wf_policy_edition(association, page->on);
    for (int c = 1; c < WF_CATEGORIES; c++)
        if (strcmp(category, wf_policy_category_name(c)) == 0)
            return edition->categories[c].offered;
    return true;
}

static void print_heading(const struct page *page, const char *category)
{
    for (int c = 1; c < WF_CATEGORIES; c++)
        if (strcmp(category, wf_policy_category_name(c)) == 0)
            (void)printf("\n%s (%s)\n",
                         ctl_policy_label(page->files, page->association, page->on, c), category);
    if (!category[0])
        (void)puts("\nFor everybody");
}

static void print_page(const struct page *page, const json_t *rows)
{
    const struct wf_association *association =
        wf_policy_association(wf_policy_files_book(page->files), page->association);
    char on[WF_DATE_TEXT];
    const char *before = NULL;
    size_t index = 0;
    const json_t *row = NULL;
    wf_date_format(page->on, on);
    (void)printf(
        "%s (%s): the rules on %s, edition %s\n"
        "Files: network.conf and %s.conf, digest %s.  Each line: rule, value, place, in the "
        "file since, source.\n",
        association->name, association->id, on, wf_policy_edition(association, page->on)->name,
        association->id, association->digest);
    json_array_foreach(rows, index, row)
    {
        const char *category = ctl_policy_text(row, "category");
        if (!is_shown(page, row))
            continue;
        if (!before || strcmp(before, category) != 0)
            print_heading(page, category);
        before = category;
        print_row(row);
    }
}

static void print_json(const struct page *page, json_t *rows)
{
    const struct wf_association *association =
        wf_policy_association(wf_policy_files_book(page->files), page->association);
    char on[WF_DATE_TEXT];
    json_t *figures = json_array();
    size_t index = 0;
    json_t *row = NULL;
    wf_date_format(page->on, on);
    json_array_foreach(rows, index, row)
    {
        if (is_shown(page, row))
            (void)json_array_append(figures, row);
    }
    json_t *whole = json_pack("{s:s,s:s,s:s,s:s,s:s,s:o}", "association", association->id, "name",
                              association->name, "on", on, "edition",
                              wf_policy_edition(association, page->on)->name, "digest",
                              association->digest, "figures", figures);
    ctl_json(whole);
    json_decref(whole);
}

static bool is_category(const char *name)
{
    for (int c = 1; c < WF_CATEGORIES; c++)
        if (strcmp(name, wf_policy_category_name(c)) == 0)
            return true;
    return false;
}

int ctl_policy_show(struct ctl *ctl, int argc, char **argv)
{
    struct wf_error error = {0};
    struct wf_policy_files *files = NULL;
    struct page page = {0};
    const char *folder = ctl_policy_folder(&argc, argv);
    if (!ctl_policy_date(&argc, argv, "--on", &page.on))
        return CTL_USAGE;
    page.category = ctl_option(&argc, argv, "--category", true);
    if (argc != 1 || (page.category && !is_category(page.category))) {
        (void)fputs(
            "endorsectl: policy show takes an association's code, and a category as FA, FS, "
            "FRS, ERS, MHS, MHM_C, MHM_P or MHM_RF\n",
            stderr);
        return CTL_USAGE;
    }
    page.association = argv[0];
    json_t *rows = json_array();
    int result = wf_policy_files_open(folder, &files, &error);
    page.files = files;
    if (!result)
        result = ctl_policy_rows(files, page.association, page.on, rows, &error);
    if (!result && ctl->json)
        print_json(&page, rows);
    else if (!result)
        print_page(&page, rows);
    json_decref(rows);
    wf_policy_files_close(&files);
    return result ? ctl_complain(&error) : CTL_OK;
}
