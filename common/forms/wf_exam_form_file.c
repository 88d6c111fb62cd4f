/* The files of deploy/exam/forms, read with libconfuse. */
#include "wf_exam_form.h"

#include "wf_conf_file.h"
#include "wf_conf_folder.h"

#include "endorse/v1/events.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- values ---- */

static bool is_clean(const char *text)
{
    for (const char *at = text; *at; at++)
        if ((unsigned char)*at < ' ' && *at != '\n')
            return false;
    return true;
}

static int take_text(cfg_t *cfg, const char *key, const char *text, char *to, size_t size,
                     struct wf_error *error)
{
    size_t length = text ? strlen(text) : 0;
    if (!length)
        return wf_conf_wrong(cfg, error, "%s is missing or empty", key);
    if (!is_clean(text))
        return wf_conf_wrong(cfg, error, "%s holds a control character", key);
    if (length >= size)
        return wf_conf_wrong(cfg, error, "%s has %zu bytes; at most %zu are shown", key, length,
                             size - 1);
    memcpy(to, text, length + 1);
    return 0;
}

static int read_text(cfg_t *cfg, const char *key, char *to, size_t size, struct wf_error *error)
{
    return take_text(cfg, key, cfg_getstr(cfg, key), to, size, error);
}

static int read_slug(cfg_t *cfg, const char *key, const char *text,
                     char to[static WF_EXAM_ID_MAX + 1], struct wf_error *error)
{
    size_t length = text ? strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") : 0;
    if (!length || length > WF_EXAM_ID_MAX || text[length] || text[0] == '-')
        return wf_conf_wrong(cfg, error, "%s: 1 to %d of a-z, 0-9 and -", key, WF_EXAM_ID_MAX);
    memcpy(to, text, length + 1);
    return 0;
}

/* ---- prompts ---- */

static int read_prompt(cfg_t *section, struct wf_exam_prompt *prompt, struct wf_error *error)
{
    unsigned names = cfg_size(section, "names");
    if (read_slug(section, "prompt", cfg_title(section), prompt->id, error) ||
        read_text(section, "title", prompt->title, sizeof prompt->title, error) ||
        read_text(section, "vignette", prompt->vignette, sizeof prompt->vignette, error) ||
        read_text(section, "question", prompt->question, sizeof prompt->question, error))
        return -1;
    if (names > WF_EXAM_NAMES_MAX)
        return wf_conf_wrong(section, error, "a prompt has at most %d names", WF_EXAM_NAMES_MAX);
    for (unsigned i = 0; i < names; i++)
        if (take_text(section, "names", cfg_getnstr(section, "names", i), prompt->names[i],
                      sizeof prompt->names[i], error))
            return -1;
    prompt->name_count = (int32_t)names;
    return 0;
}

static int read_prompts(cfg_t *cfg, struct wf_exam_form *form, struct wf_error *error)
{
    unsigned count = cfg_size(cfg, "prompt");
    if (count < 1 || count > WF_EXAM_PROMPTS_MAX)
        return wf_conf_wrong(cfg, error, "a form has 1 to %d prompts", WF_EXAM_PROMPTS_MAX);
    for (unsigned i = 0; i < count; i++)
        if (read_prompt(cfg_getnsec(cfg, "prompt", i), &form->prompts[i], error))
            return -1;
    form->prompt_count = (int32_t)count;
    return 0;
}

/* ---- the rubric ---- */

static int read_criterion(cfg_t *section, struct wf_exam_criterion *criterion,
                          struct wf_error *error)
{
    long least = cfg_getint(section, "least"), most = cfg_getint(section, "most");
    if (read_slug(section, "criterion", cfg_title(section), criterion->id, error) ||
        read_text(section, "title", criterion->title, sizeof criterion->title, error) ||
        read_text(section, "guidance", criterion->guidance, sizeof criterion->guidance, error))
        return -1;
    if (least < 0 || most <= least || most - least >= WF_EXAM_LEVELS_MAX || most > 1000)
        return wf_conf_wrong(section, error,
                             "least and most are whole points, at most %d levels apart",
                             WF_EXAM_LEVELS_MAX);
    criterion->least = (int32_t)least;
    criterion->most = (int32_t)most;
    if (cfg_size(section, "levels") != (unsigned)(most - least + 1))
        return wf_conf_wrong(section, error, "levels: one sentence for each of %ld to %ld points",
                             least, most);
    for (unsigned i = 0; i < cfg_size(section, "levels"); i++)
        if (take_text(section, "levels", cfg_getnstr(section, "levels", i), criterion->levels[i],
                      sizeof criterion->levels[i], error))
            return -1;
    return 0;
}

static int read_criteria(cfg_t *cfg, struct wf_exam_form *form, struct wf_error *error)
{
    unsigned count = cfg_size(cfg, "criterion");
    if (count < 1 || count > WF_EXAM_CRITERIA_MAX)
        return wf_conf_wrong(cfg, error, "a rubric has 1 to %d criteria", WF_EXAM_CRITERIA_MAX);
    for (unsigned i = 0; i < count; i++)
        if (read_criterion(cfg_getnsec(cfg, "criterion", i), &form->criteria[i], error))
            return -1;
    form->criterion_count = (int32_t)count;
    return 0;
}

static int read_comment(cfg_t *section, const struct wf_exam_form *form,
                        struct wf_exam_comment *comment, struct wf_error *error)
{
    if (read_slug(section, "comment", cfg_title(section), comment->id, error) ||
        read_slug(section, "criterion", cfg_getstr(section, "criterion"), comment->criterion,
                  error) ||
        read_text(section, "text", comment->text, sizeof comment->text, error))
        return -1;
    if (wf_exam_criterion_find(form, comment->criterion) < 0)
        return wf_conf_wrong(section, error, "comment \"%s\": there is no such criterion",
                             comment->id);
    return 0;
}

static int read_comments(cfg_t *cfg, struct wf_exam_form *form, struct wf_error *error)
{
    unsigned count = cfg_size(cfg, "comment");
    if (count > WF_EXAM_COMMENTS_MAX)
        return wf_conf_wrong(cfg, error, "a comment bank has at most %d comments",
                             WF_EXAM_COMMENTS_MAX);
    for (unsigned i = 0; i < count; i++)
        if (read_comment(cfg_getnsec(cfg, "comment", i), form, &form->comments[i], error))
            return -1;
    form->comment_count = (int32_t)count;
    return 0;
}

/* ---- the file ---- */

static int read_categories(cfg_t *cfg, struct wf_exam_form *form, struct wf_error *error)
{
    unsigned count = cfg_size(cfg, "categories");
    for (unsigned i = 0; i < count; i++) {
        const char *name = cfg_getnstr(cfg, "categories", i);
        const ProtobufCEnumValue *value =
            protobuf_c_enum_descriptor_get_value_by_name(&endorse__v1__category__descriptor, name);
        if (!value || value->value <= 0)
            return wf_conf_wrong(cfg, error, "categories: there is no \"%.40s\"", name);
        form->categories = (uint16_t)(form->categories | 1u << value->value);
    }
    if (!count)
        return wf_conf_wrong(cfg, error, "categories must name one at least");
    return 0;
}

static int read_form(cfg_t *cfg, struct wf_exam_form *form, struct wf_error *error)
{
    if (read_slug(cfg, "name", cfg_getstr(cfg, "name"), form->name, error) ||
        read_slug(cfg, "rule_pack", cfg_getstr(cfg, "rule_pack"), form->rule_pack, error) ||
        read_text(cfg, "title", form->title, sizeof form->title, error) ||
        read_text(cfg, "language", form->language, sizeof form->language, error) ||
        read_text(cfg, "introduction", form->introduction, sizeof form->introduction, error) ||
        read_categories(cfg, form, error))
        return -1;
    if (read_prompts(cfg, form, error) || read_criteria(cfg, form, error))
        return -1;
    return read_comments(cfg, form, error);
}

static int read_file(const char *path, struct wf_exam_form *form, struct wf_error *error)
{
    enum { LIST = CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES };
    static cfg_opt_t prompt[] = {
        CFG_STR("title", NULL, CFGF_NONE), CFG_STR("vignette", NULL, CFGF_NONE),
        CFG_STR("question", NULL, CFGF_NONE), CFG_STR_LIST("names", NULL, CFGF_NONE), CFG_END()};
    static cfg_opt_t criterion[] = {
        CFG_STR("title", NULL, CFGF_NONE),       CFG_STR("guidance", NULL, CFGF_NONE),
        CFG_INT("least", 0, CFGF_NONE),          CFG_INT("most", 0, CFGF_NONE),
        CFG_STR_LIST("levels", NULL, CFGF_NONE), CFG_END()};
    static cfg_opt_t comment[] = {CFG_STR("criterion", NULL, CFGF_NONE),
                                  CFG_STR("text", NULL, CFGF_NONE), CFG_END()};
    static const cfg_opt_t options[] = {
        CFG_STR("name", NULL, CFGF_NONE),         CFG_STR("title", NULL, CFGF_NONE),
        CFG_STR("language", NULL, CFGF_NONE),     CFG_STR("rule_pack", NULL, CFGF_NONE),
        CFG_STR("introduction", NULL, CFGF_NONE), CFG_STR_LIST("categories", NULL, CFGF_NONE),
        CFG_SEC("prompt", prompt, LIST),          CFG_SEC("criterion", criterion, LIST),
        CFG_SEC("comment", comment, LIST),        CFG_END()};
    static const struct wf_conf_kind kind = {options, NULL};
    cfg_t *file = NULL;
    if (wf_conf_file_read(path, path, &kind, NULL, &file, error))
        return -1;
    int result = read_form(file, form, error);
    (void)cfg_free(file);
    return result;
}

static int read_entry(void *context, const char *path, const char *name, struct wf_error *error)
{
    struct wf_exam_book *book = context;
    (void)name;
    if (book->count == WF_EXAM_FORMS_MAX)
        return wf_fail(error, WF_CONFIG, "%s: there are more than %d exam forms", path,
                       WF_EXAM_FORMS_MAX);
    struct wf_exam_form *form = &book->forms[book->count];
    if (read_file(path, form, error))
        return -1;
    if (wf_exam_form_named(book, form->name))
        return wf_fail(error, WF_CONFIG, "%s: exam form %s is already in another file", path,
                       form->name);
    book->count++;
    return 0;
}

int wf_exam_forms_read(const char *folder, struct wf_exam_book *book, struct wf_error *error)
{
    struct wf_exam_book *fresh = calloc(1, sizeof *fresh);
    WF_ASSERT(fresh);
    int result = wf_conf_folder_read(folder, ".conf", read_entry, fresh, error);
    if (!result && !fresh->count)
        result = wf_fail(error, WF_CONFIG, "%s holds no exam form (*.conf)", folder);
    if (!result)
        memcpy(book, fresh, sizeof *book);
    free(fresh);
    return result;
}
