/* The layers network.conf and <association>.conf, laid over each other for every date on which one of them
 * changes something. */
#include "policy_layers.h"

#include "policy_words.h"
#include "policy_zone.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CODE_MAX = 16 };

/* The values were checked while the file was read. */
static void section_apply(cfg_t *section, const struct wf_policy_keys *keys, void *target)
{
    for (size_t i = 0; i < keys->count; i++) {
        cfg_opt_t *option = cfg_getopt(section, keys->rows[i].name);
        for (unsigned n = 0; n < cfg_opt_size(option); n++) {
            int status =
                wf_policy_key_put(&keys->rows[i], target, n, cfg_opt_getnstr(option, n), NULL);
            WF_ASSERT(status == 0);
        }
    }
}

/* "every" goes first, whatever its place in the file, so that a category's own figure wins. */
static void categories_apply(cfg_t *section, struct wf_edition *edition)
{
    cfg_t *every = cfg_gettsec(section, "category", WF_POLICY_EVERY);
    for (int c = 1; every != NULL && c < WF_CATEGORIES; c++)
        section_apply(every, &wf_category_keys, &edition->categories[c]);
    for (unsigned i = 0; i < cfg_size(section, "category"); i++) {
        cfg_t *category = cfg_getnsec(section, "category", i);
        int c = wf_policy_category_find(cfg_title(category));
        if (c > 0)
            section_apply(category, &wf_category_keys, &edition->categories[c]);
    }
}

wf_date wf_policy_edition_date(cfg_t *section)
{
    wf_date date = WF_NO_DATE;
    WF_ASSERT(wf_date_parse(cfg_title(section), &date));
    return date;
}

wf_date wf_policy_next_date(cfg_t *file, wf_date after, wf_date best)
{
    for (unsigned i = 0; i < cfg_size(file, "edition"); i++) {
        wf_date date = wf_policy_edition_date(cfg_getnsec(file, "edition", i));
        if (date > after && (best == WF_NO_DATE || date < best))
            best = date;
    }
    return best;
}

/* The editions of a file up to a date, in the order of their dates. */
static void layer_apply(cfg_t *file, wf_date until, struct wf_edition *edition)
{
    for (wf_date date = wf_policy_next_date(file, WF_NO_DATE, WF_NO_DATE);
         date != WF_NO_DATE && date <= until; date = wf_policy_next_date(file, date, WF_NO_DATE)) {
        char title[WF_DATE_TEXT];
        wf_date_format(date, title);
        cfg_t *section = cfg_gettsec(file, "edition", title);
        section_apply(section, &wf_edition_keys, edition);
        categories_apply(section, edition);
    }
}

/* What no single value can show to be wrong. */
static int edition_check(const char *file, const struct wf_edition *edition, struct wf_error *error)
{
    const char *wrong = NULL;
    if (edition->exam_part1_pass > edition->exam_part1_items)
        wrong = "exam_part1_pass is more than there are items";
    else if (edition->renewal == WF_RENEWAL_ANNUAL && edition->cycle_years != 1)
        wrong = "an annual renewal has cycle_years = 1";
    else if (edition->review_windows == WF_WINDOWS_DATES && edition->review_date_count == 0)
        wrong = "review_windows = dates needs review_dates";
    for (int c = 1; wrong == NULL && c < WF_CATEGORIES; c++) {
        const struct wf_category_policy *category = &edition->categories[c];
        if (category->role_slots > category->ratings)
            wrong = "a category has more rater_roles than ratings";
        else if (category->rsc_months_max != 0 &&
                 category->rsc_months_min > category->rsc_months_max)
            wrong = "a category has rsc_months_min above rsc_months_max";
    }
    for (int32_t i = 1; wrong == NULL && i < edition->renewal_reminders; i++) {
        if (edition->renewal_reminder_days[i] >= edition->renewal_reminder_days[i - 1])
            wrong = "renewal_reminder_days must fall";
    }
    if (wrong != NULL)
        return wf_fail(error, WF_CONFIG, "%s: edition %s: %s", file, edition->name, wrong);
    return 0;
}

static int editions_make(cfg_t *network, cfg_t *own, const char *name,
                         struct wf_association *association, struct wf_error *error)
{
    wf_date date = WF_NO_DATE;
    for (;;) {
        wf_date next =
            wf_policy_next_date(own, date, wf_policy_next_date(network, date, WF_NO_DATE));
        if (next == WF_NO_DATE)
            return 0;
        if (association->edition_count == WF_EDITIONS_MAX)
            return wf_fail(error, WF_CONFIG, "%s: more than %d editions with those of %s", name,
                           WF_EDITIONS_MAX, WF_POLICY_NETWORK_FILE);
        struct wf_edition *edition = &association->editions[association->edition_count++];
        edition->from = date = next;
        wf_date_format(date, edition->name);
        layer_apply(network, date, edition);
        layer_apply(own, date, edition);
        if (edition_check(name, edition, error) != 0)
            return -1;
        edition->membership_required = edition->membership != WF_MEMBER_ENCOURAGED;
    }
}

/* ---- completeness: nothing is decided by a default that no file shows ---- */

static int section_complete(cfg_t *section, cfg_t *other, const struct wf_policy_keys *keys,
                            const char *where, struct wf_error *error)
{
    for (size_t i = 0; i < keys->count; i++) {
        const char *name = keys->rows[i].name;
        bool given = (section != NULL && cfg_size(section, name) > 0) ||
                     (other != NULL && cfg_size(other, name) > 0);
        if (!given)
            return wf_fail(error, WF_CONFIG, "%s: %s is missing", where, name);
    }
    return 0;
}

int wf_policy_network_check(cfg_t *network, struct wf_error *error)
{
    wf_date first = wf_policy_next_date(network, WF_NO_DATE, WF_NO_DATE);
    if (first == WF_NO_DATE)
        return wf_fail(error, WF_CONFIG, "%s: there is no edition", WF_POLICY_NETWORK_FILE);
    char title[WF_DATE_TEXT];
    wf_date_format(first, title);
    cfg_t *edition = cfg_gettsec(network, "edition", title);
    char where[64];
    (void)snprintf(where, sizeof where, "%s: edition %s", WF_POLICY_NETWORK_FILE, title);
    if (section_complete(edition, NULL, &wf_edition_keys, where, error) != 0)
        return -1;
    cfg_t *every = cfg_gettsec(edition, "category", WF_POLICY_EVERY);
    for (int c = 1; c < WF_CATEGORIES; c++) {
        const char *name = wf_policy_category_name(c);
        (void)snprintf(where, sizeof where, "%s: edition %s: category %s", WF_POLICY_NETWORK_FILE,
                       title, name);
        cfg_t *category = cfg_gettsec(edition, "category", name);
        if (section_complete(category, every, &wf_category_keys, where, error) != 0)
            return -1;
    }
    return 0;
}

/* ---- an association ---- */

/* What events may name (proto/SPEC.md 5.2). */
static bool is_association_code(const char *id)
{
    size_t length = strlen(id);
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
    _Static_assert(CODE_MAX < sizeof((struct wf_association *)0)->id, "a code fits");
    return length > 0 && length <= CODE_MAX && strspn(id, allowed) == length &&
           g_ascii_isalpha(id[0]);
}

int wf_policy_association_make(cfg_t *network, cfg_t *own, const char *name,
                               struct wf_policy_book *book, struct wf_error *error)
{
    if (book->count == WF_ASSOCIATIONS_MAX)
        return wf_fail(error, WF_CONFIG, "%s: more than %d associations", name,
                       WF_ASSOCIATIONS_MAX);
    struct wf_association *association = &book->associations[book->count];
    cfg_t *section = cfg_size(own, "association") == 1 ? cfg_getnsec(own, "association", 0) : NULL;
    if (section == NULL)
        return wf_fail(error, WF_CONFIG, "%s: there is no association", name);
    const char *id = cfg_title(section);
    if (!is_association_code(id))
        return wf_fail(
            error, WF_CONFIG,
            "%s:%d: association \"%.40s\": 1 to %d letters, digits or hyphens, the first "
            "a letter",
            name, section->line, id, CODE_MAX);
    if (strlen(id) + strlen(".conf") != strlen(name) || strncmp(id, name, strlen(id)) != 0)
        return wf_fail(error, WF_CONFIG,
                       "%s:%d: association \"%s\" belongs into a file of its name", name,
                       section->line, id);
    memcpy(association->id, id, strlen(id) + 1);
    struct wf_error reason = {.code = WF_OK};
    if (section_complete(section, NULL, &wf_association_keys, name, error) != 0)
        return -1;
    section_apply(section, &wf_association_keys, association);
    if (wf_policy_zone_read(association->time_zone, &book->zones[book->count], &reason) != 0)
        return wf_fail(error, WF_CONFIG, "%s:%d: %s", name, section->line, reason.text);
    if (editions_make(network, own, name, association, error) != 0)
        return -1;
    book->count++;
    return 0;
}
