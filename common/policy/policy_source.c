#include "policy_source.h"

#include "policy_words.h"

#include <stdlib.h>
#include <string.h>

/* ---- checks while the file is read, so that the error has its line ---- */

static const struct wf_policy_keys *keys_of(const cfg_t *section)
{
    if (strcmp(section->name, "association") == 0)
        return &wf_association_keys;
    return strcmp(section->name, "edition") == 0 ? &wf_edition_keys : &wf_category_keys;
}

static int check_value(cfg_t *section, cfg_opt_t *option, const char *value, void *result)
{
    static _Thread_local union {
        struct wf_association association;
        struct wf_edition edition;
        struct wf_category_policy category;
    } scratch;
    struct wf_policy_source *source = wf_conf_context();
    struct wf_error error = {.code = WF_OK};
    const struct wf_policy_key *key = wf_policy_key_find(keys_of(section), option->name);
    WF_ASSERT(key != NULL);
    unsigned item = wf_policy_key_is_list(key) ? cfg_opt_size(option) - 1 : 0;
    int status = 0;
    if (item == 0 && !g_hash_table_insert(source->lines, option, GINT_TO_POINTER(section->line)))
        status = wf_fail(&error, WF_INVALID, "%s: given twice", key->name);
    else
        status = wf_policy_key_put(key, &scratch, item, value, &error);
    if (status != 0)
        cfg_error(section, "%s", error.text);
    *(const char **)result = value;
    return status;
}

static int check_edition(cfg_t *file, cfg_opt_t *option)
{
    const char *title = cfg_title(cfg_opt_getnsec(option, cfg_opt_size(option) - 1));
    wf_date date = 0;
    if (wf_date_parse(title, &date))
        return 0;
    cfg_error(file, "edition \"%s\": its title must be the date from which it is in force", title);
    return -1;
}

static int check_category(cfg_t *edition, cfg_opt_t *option)
{
    const char *title = cfg_title(cfg_opt_getnsec(option, cfg_opt_size(option) - 1));
    if (strcmp(title, WF_POLICY_EVERY) == 0 || wf_policy_category_find(title) != 0)
        return 0;
    cfg_error(edition, "category \"%s\": there is no such category", title);
    return -1;
}

static int check_association(cfg_t *file, cfg_opt_t *option)
{
    if (cfg_opt_size(option) == 1)
        return 0;
    cfg_error(file, "a file describes one association");
    return -1;
}

/* ---- libconfuse's tables, made from ours ---- */

struct grammar {
    cfg_opt_t *association, *edition, *category, *file;
};

/* The rows as options, with room for `more` sections behind them and the end. */
static cfg_opt_t *options_make(const struct wf_policy_keys *keys, size_t more)
{
    cfg_opt_t *options = calloc(keys->count + more + 1, sizeof *options);
    WF_ASSERT(options != NULL);
    for (size_t i = 0; i < keys->count; i++) {
        const struct wf_policy_key *key = &keys->rows[i];
        cfg_opt_t scalar = CFG_STR(key->name, NULL, CFGF_NODEFAULT);
        cfg_opt_t list = CFG_STR_LIST(key->name, NULL, CFGF_NODEFAULT);
        options[i] = wf_policy_key_is_list(key) ? list : scalar;
        options[i].parsecb = check_value;
    }
    return options;
}

static void section_add(cfg_opt_t *options, size_t place, const char *name, cfg_opt_t *inner,
                        cfg_validate_callback_t check)
{
    cfg_opt_t section =
        CFG_SEC(name, inner, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES | CFGF_NODEFAULT);
    section.validcb = check;
    options[place] = section;
}

static void grammar_make(struct grammar *grammar)
{
    static const struct wf_policy_keys no_keys;
    grammar->association = options_make(&wf_association_keys, 0);
    grammar->category = options_make(&wf_category_keys, 0);
    grammar->edition = options_make(&wf_edition_keys, 1);
    section_add(grammar->edition, wf_edition_keys.count, "category", grammar->category,
                check_category);
    grammar->file = options_make(&no_keys, 2);
    section_add(grammar->file, 0, "association", grammar->association, check_association);
    section_add(grammar->file, 1, "edition", grammar->edition, check_edition);
}

static void grammar_free(struct grammar *grammar)
{
    free(grammar->file);
    free(grammar->edition);
    free(grammar->category);
    free(grammar->association);
}

int wf_policy_source_read(const char *folder, const char *name, struct wf_policy_source *source,
                          struct wf_error *error)
{
    struct grammar grammar;
    grammar_make(&grammar);
    struct wf_conf_kind kind = {.options = grammar.file};
    char *path = g_build_filename(folder, name, NULL);
    *source = (struct wf_policy_source){.lines = g_hash_table_new(NULL, NULL)};
    int status = wf_conf_file_read(path, name, &kind, source, &source->file, error);
    if (status == 0 && !g_file_get_contents(path, &source->text, NULL, NULL))
        status = wf_fail(error, WF_CONFIG, "%s cannot be read", path);
    g_free(path);
    grammar_free(&grammar);
    if (status != 0)
        wf_policy_source_free(source);
    return status;
}

void wf_policy_source_free(struct wf_policy_source *source)
{
    if (source->file != NULL)
        (void)cfg_free(source->file);
    if (source->lines != NULL)
        g_hash_table_destroy(source->lines);
    g_free(source->text);
    *source = (struct wf_policy_source){.file = NULL};
}

int wf_policy_source_line(const struct wf_policy_source *source, cfg_t *section, const char *key)
{
    return GPOINTER_TO_INT(g_hash_table_lookup(source->lines, cfg_getopt(section, key)));
}

/* Where the line begins that has this number, from 1. */
static const char *line_at(const char *text, int line)
{
    for (; line > 1 && text != NULL; line--) {
        text = strchr(text, '\n');
        text = text != NULL ? text + 1 : NULL;
    }
    return text;
}

void wf_policy_source_comment(const struct wf_policy_source *source, int line, char *comment,
                              size_t size)
{
    const char *start = line_at(source->text, line);
    comment[0] = '\0';
    if (start == NULL)
        return;
    char *whole = g_strndup(start, strcspn(start, "\n"));
    char *blanked = g_strdup(whole);
    wf_conf_text_blank(blanked);
    size_t at = 0;
    while (whole[at] != '\0' && whole[at] == blanked[at])
        at++;
    (void)g_strlcpy(comment, g_strstrip(whole + at + strspn(whole + at, "#/*")), size);
    g_free(blanked);
    g_free(whole);
}
