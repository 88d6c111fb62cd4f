/* The figures of the files, one by one: the same order of precedence as policy_layers.c has it, which a test
 * compares. */
#include "policy_layers.h"
#include "policy_plain.h"

#include <stdlib.h>
#include <string.h>

/* One of the two files, looked at from a date. */
struct view {
    const struct wf_policy_source *source;
    const char *file;
};

struct walk {
    const struct wf_policy_files *files;
    struct view own, network;
    const char *currency;
    wf_date on;
    wf_policy_figure_f *each;
    void *context;
};

/* The newest edition of the file that is in force and was not looked at before; NULL: there is none. */
static cfg_t *edition_before(cfg_t *file, wf_date on, wf_date *before)
{
    cfg_t *found = NULL;
    wf_date best = WF_NO_DATE;
    for (unsigned i = 0; i < cfg_size(file, "edition"); i++) {
        cfg_t *section = cfg_getnsec(file, "edition", i);
        wf_date date = wf_policy_edition_date(section);
        bool in_turn = date <= on && (*before == WF_NO_DATE || date < *before);
        if (in_turn && (found == NULL || date > best)) {
            found = section;
            best = date;
        }
    }
    *before = best;
    return found;
}

static bool gives(cfg_t *section, const char *key)
{
    return section != NULL && cfg_size(section, key) > 0;
}

/* The section of an edition that gives a key: of the category before that of every category. */
static cfg_t *giver(cfg_t *edition, int category, const char *key)
{
    if (category == 0)
        return gives(edition, key) ? edition : NULL;
    cfg_t *own = cfg_gettsec(edition, "category", wf_policy_category_name(category));
    cfg_t *every = cfg_gettsec(edition, "category", WF_POLICY_EVERY);
    if (gives(own, key))
        return own;
    return gives(every, key) ? every : NULL;
}

static void tell(const struct walk *walk, const struct view *view, cfg_t *section,
                 const char *edition, const struct wf_policy_key *key, int category)
{
    struct wf_policy_figure figure = {.key = key->name,
                                      .words = wf_policy_plain_key(key->name),
                                      .category = category,
                                      .is_association = edition[0] == '\0',
                                      .file = view->file,
                                      .line =
                                          wf_policy_source_line(view->source, section, key->name)};
    wf_policy_plain_whole(key->name, figure.whole, sizeof figure.whole);
    (void)g_strlcpy(figure.edition, edition, sizeof figure.edition);
    wf_policy_source_comment(view->source, figure.line, figure.source, sizeof figure.source);
    wf_policy_plain_value(key, cfg_getopt(section, key->name), walk->currency, figure.value,
                          sizeof figure.value);
    walk->each(walk->context, &figure);
}

static bool tell_from(const struct walk *walk, const struct view *view,
                      const struct wf_policy_key *key, int category)
{
    wf_date before = WF_NO_DATE;
    for (cfg_t *edition = edition_before(view->source->file, walk->on, &before); edition != NULL;
         edition = edition_before(view->source->file, walk->on, &before)) {
        cfg_t *section = giver(edition, category, key->name);
        if (section != NULL) {
            tell(walk, view, section, cfg_title(edition), key, category);
            return true;
        }
    }
    return false;
}

static void tell_keys(const struct walk *walk, const struct wf_policy_keys *keys, int category)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (!tell_from(walk, &walk->own, &keys->rows[i], category))
            (void)tell_from(walk, &walk->network, &keys->rows[i], category);
    }
}

int wf_policy_figures(const struct wf_policy_files *files, const char *association, wf_date on,
                      wf_policy_figure_f *each, void *context, struct wf_error *error)
{
    const struct wf_association *found = wf_policy_association(&files->book, association);
    if (found == NULL)
        return wf_fail(error, WF_NOT_FOUND, "there is no association %s", association);
    const struct wf_edition *edition = wf_policy_edition(found, on);
    char name[sizeof found->id + sizeof ".conf"];
    (void)g_snprintf(name, sizeof name, "%s.conf", found->id);
    struct walk walk = {.files = files,
                        .own = {&files->own[found - files->book.associations], name},
                        .network = {&files->network, WF_POLICY_NETWORK_FILE},
                        .currency = edition->currency,
                        .on = edition->from > on ? edition->from : on,
                        .each = each,
                        .context = context};
    cfg_t *section = cfg_getnsec(walk.own.source->file, "association", 0);
    for (size_t i = 0; i < wf_association_keys.count; i++)
        tell(&walk, &walk.own, section, "", &wf_association_keys.rows[i], 0);
    tell_keys(&walk, &wf_edition_keys, 0);
    for (int c = 1; c < WF_CATEGORIES; c++)
        tell_keys(&walk, &wf_category_keys, c);
    return 0;
}

/* ---- what has no source ---- */

/* What somebody or something is called needs no source. */
static bool is_a_name(const char *key)
{
    return strcmp(key, "name") == 0 || strcmp(key, "label") == 0;
}

static void only_unsourced(void *context, const struct wf_policy_figure *figure)
{
    const struct walk *walk = context;
    bool sourced = is_a_name(figure->key) || strchr(figure->source, '[') != NULL ||
                   strstr(figure->source, "assumed") != NULL;
    if (!sourced)
        walk->each(walk->context, figure);
}

static void section_unsourced(struct walk *walk, const struct view *view, cfg_t *section,
                              const char *edition, const struct wf_policy_keys *keys)
{
    int category = keys == &wf_category_keys ? wf_policy_category_find(cfg_title(section)) : 0;
    struct walk inner = *walk;
    inner.each = only_unsourced;
    inner.context = walk;
    for (size_t i = 0; i < keys->count; i++) {
        if (gives(section, keys->rows[i].name))
            tell(&inner, view, section, edition, &keys->rows[i], category);
    }
}

static void file_unsourced(struct walk *walk, const struct view *view)
{
    cfg_t *file = view->source->file;
    for (unsigned i = 0; i < cfg_size(file, "association"); i++)
        section_unsourced(walk, view, cfg_getnsec(file, "association", i), "",
                          &wf_association_keys);
    for (unsigned i = 0; i < cfg_size(file, "edition"); i++) {
        cfg_t *edition = cfg_getnsec(file, "edition", i);
        section_unsourced(walk, view, edition, cfg_title(edition), &wf_edition_keys);
        for (unsigned c = 0; c < cfg_size(edition, "category"); c++)
            section_unsourced(walk, view, cfg_getnsec(edition, "category", c), cfg_title(edition),
                              &wf_category_keys);
    }
}

void wf_policy_unsourced(const struct wf_policy_files *files, wf_policy_figure_f *each,
                         void *context)
{
    struct walk walk = {.files = files, .currency = "", .each = each, .context = context};
    struct view view = {&files->network, WF_POLICY_NETWORK_FILE};
    file_unsourced(&walk, &view);
    for (int32_t i = 0; i < files->book.count; i++) {
        char name[sizeof files->book.associations[i].id + sizeof ".conf"];
        (void)g_snprintf(name, sizeof name, "%s.conf", files->book.associations[i].id);
        view = (struct view){&files->own[i], name};
        file_unsourced(&walk, &view);
    }
}
