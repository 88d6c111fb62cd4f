/* The files of deploy/forms, read with libconfuse. */
#include "wf_form.h"

#include "wf_conf_file.h"
#include "wf_conf_folder.h"

#include "endorse/v1/events.pb-c.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Texts of the whole form: a key of the file and the member of the same name. */
#define FORM_TEXTS(X)                                                                              \
    X(title)                                                                                       \
    X(introduction)                                                                                \
    X(privacy_waived)                                                                              \
    X(privacy_not_waived)                                                                          \
    X(not_enough_label)                                                                            \
    X(item_remark_label)                                                                           \
    X(remarks_label)                                                                               \
    X(recommendation_question)                                                                     \
    X(recommend_label)                                                                             \
    X(do_not_recommend_label)                                                                      \
    X(decline_question)

struct text_key {
    const char *name;
    size_t offset, size;
};
static const struct text_key form_texts[] = {
#define X(member)                                                                                  \
    {#member, offsetof(struct wf_form, member), sizeof(((struct wf_form *)NULL)->member)},
    FORM_TEXTS(X)
#undef X
};

/* A text that is empty, or holds what a page must not show, is refused where it stands. */
static int check_text(cfg_t *cfg, cfg_opt_t *option)
{
    const char *text = cfg_opt_getnstr(option, cfg_opt_size(option) - 1);
    if (!text || !*text) {
        cfg_error(cfg, "%s must not be empty", option->name);
        return -1;
    }
    for (const char *at = text; *at; at++)
        if ((unsigned char)*at < ' ' && *at != '\n') {
            cfg_error(cfg, "%s holds a control character", option->name);
            return -1;
        }
    return 0;
}

static int copy_text(cfg_t *cfg, const char *key, char *to, size_t size, struct wf_error *error)
{
    const char *text = cfg_getstr(cfg, key);
    size_t length = text ? strlen(text) : 0;
    if (!length)
        return wf_conf_wrong(cfg, error, "%s is missing", key);
    if (length >= size)
        return wf_conf_wrong(cfg, error, "%s has %zu bytes; at most %zu are shown", key, length,
                             size - 1);
    memcpy(to, text, length + 1);
    return 0;
}

static bool is_slug(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return length > 0 && length <= WF_FORM_ID_MAX && !text[length] && text[0] != '-';
}

static int read_number(cfg_t *cfg, const char *key, long least, long most, int32_t *number,
                       struct wf_error *error)
{
    long value = cfg_getint(cfg, key);
    if (value < least || value > most)
        return wf_conf_wrong(cfg, error, "%s must be %ld to %ld", key, least, most);
    *number = (int32_t)value;
    return 0;
}

/* A list of names of a proto enum as bits. */
static int read_bits(cfg_t *cfg, const char *key, const ProtobufCEnumDescriptor *names,
                     unsigned *bits, struct wf_error *error)
{
    *bits = 0;
    for (unsigned i = 0; i < cfg_size(cfg, key); i++) {
        const char *name = cfg_getnstr(cfg, key, i);
        const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value_by_name(names, name);
        if (!value || value->value <= 0)
            return wf_conf_wrong(cfg, error, "%s: there is no \"%.40s\"", key, name);
        *bits |= 1u << value->value;
    }
    return 0;
}

static bool domain_find(const char *name, enum wf_form_domain *domain)
{
    static const char *const names[] = {
#define WF_X(symbol, name) name,
        WF_FORM_DOMAINS(WF_X)
#undef WF_X
    };
    for (size_t i = 0; i < WF_FORM_DOMAIN_COUNT; i++)
        if (name && !strcmp(names[i], name)) {
            *domain = (enum wf_form_domain)i;
            return true;
        }
    return false;
}

static int read_sections(cfg_t *cfg, struct wf_form *form, struct wf_error *error)
{
    unsigned seen = 0;
    for (unsigned i = 0; i < cfg_size(cfg, "domain"); i++) {
        cfg_t *section = cfg_getnsec(cfg, "domain", i);
        enum wf_form_domain domain;
        if (!domain_find(cfg_title(section), &domain))
            return wf_conf_wrong(section, error, "there is no domain \"%.40s\"",
                                 cfg_title(section));
        struct wf_form_section *to = &form->sections[domain];
        if (copy_text(section, "title", to->title, sizeof to->title, error) ||
            copy_text(section, "guidance", to->guidance, sizeof to->guidance, error))
            return -1;
        seen |= 1u << domain;
    }
    if (seen != (1u << WF_FORM_DOMAIN_COUNT) - 1)
        return wf_conf_wrong(cfg, error,
                             "the three domains reflection, working-with-others and thinking must "
                             "all be there");
    return 0;
}

static int read_scale(cfg_t *cfg, struct wf_form *form, struct wf_error *error)
{
    unsigned count = cfg_size(cfg, "choice");
    if (count < 2 || count > WF_FORM_SCALE_MAX)
        return wf_conf_wrong(cfg, error, "a scale has 2 to %d choices", WF_FORM_SCALE_MAX);
    for (unsigned i = 0; i < count; i++) {
        cfg_t *section = cfg_getnsec(cfg, "choice", i);
        char *end = NULL;
        long value = strtol(cfg_title(section), &end, 10);
        bool ascends = i == 0 || value > form->scale[i - 1].value;
        if (*end || value < 1 || value > 100 || !ascends)
            return wf_conf_wrong(section, error,
                                 "choice \"%.40s\": values are whole numbers 1 to 100, ascending; "
                                 "0 is \"not enough information\"",
                                 cfg_title(section));
        form->scale[i].value = (int32_t)value;
        if (copy_text(section, "label", form->scale[i].label, sizeof form->scale[i].label, error))
            return -1;
    }
    form->scale_count = (int32_t)count;
    return 0;
}

static int read_item(cfg_t *section, struct wf_form_item *item, struct wf_error *error)
{
    const char *id = cfg_title(section);
    if (!is_slug(id))
        return wf_conf_wrong(section, error, "item \"%.40s\": an id is 1 to %d of a-z, 0-9 and -",
                             id, WF_FORM_ID_MAX);
    memcpy(item->id, id, strlen(id) + 1);
    if (!domain_find(cfg_getstr(section, "domain"), &item->domain))
        return wf_conf_wrong(section, error, "item \"%s\" needs one of the three domains", id);
    return copy_text(section, "text", item->text, sizeof item->text, error);
}

static int read_items(cfg_t *cfg, struct wf_form *form, struct wf_error *error)
{
    unsigned count = cfg_size(cfg, "item"), domains = 0;
    if (count < 1 || count > WF_FORM_ITEMS_MAX)
        return wf_conf_wrong(cfg, error, "a form has 1 to %d items", WF_FORM_ITEMS_MAX);
    for (unsigned i = 0; i < count; i++) {
        if (read_item(cfg_getnsec(cfg, "item", i), &form->items[i], error))
            return -1;
        domains |= 1u << form->items[i].domain;
    }
    if (domains != (1u << WF_FORM_DOMAIN_COUNT) - 1)
        return wf_conf_wrong(cfg, error, "each of the three domains needs an item");
    form->item_count = (int32_t)count;
    return 0;
}

static int read_limits(cfg_t *cfg, struct wf_form *form, struct wf_error *error)
{
    form->item_remarks = cfg_getbool(cfg, "item_remarks") == cfg_true;
    if (read_number(cfg, "remarks_max", 1, WF_FORM_REMARKS_TOTAL_MAX, &form->remarks_max, error))
        return -1;
    if (form->item_remarks &&
        read_number(cfg, "item_remark_max", 1, 4000, &form->item_remark_max, error))
        return -1;
    if (form->remarks_max + form->item_count * form->item_remark_max > WF_FORM_REMARKS_TOTAL_MAX)
        return wf_conf_wrong(cfg, error,
                             "all remarks together could be longer than %d bytes; lower "
                             "item_remark_max or remarks_max",
                             WF_FORM_REMARKS_TOTAL_MAX);
    return 0;
}

static int read_form(cfg_t *cfg, struct wf_form *form, struct wf_error *error)
{
    unsigned categories, age_lines;
    if (copy_text(cfg, "name", form->name, sizeof form->name, error))
        return -1;
    if (!is_slug(form->name))
        return wf_conf_wrong(cfg, error, "name: 1 to %d of a-z, 0-9 and -", WF_FORM_ID_MAX);
    if (!wf_date_parse(cfg_getstr(cfg, "from"), &form->from))
        return wf_conf_wrong(cfg, error, "from must be a date like 2026-01-01");
    if (read_number(cfg, "version", 1, 1000000, &form->version, error) ||
        read_bits(cfg, "categories", &endorse__v1__category__descriptor, &categories, error) ||
        read_bits(cfg, "age_lines", &endorse__v1__age_line__descriptor, &age_lines, error))
        return -1;
    form->categories = (uint16_t)categories;
    form->age_lines = (uint8_t)age_lines;
    for (size_t i = 0; i < sizeof form_texts / sizeof form_texts[0]; i++)
        if (copy_text(cfg, form_texts[i].name, (char *)form + form_texts[i].offset,
                      form_texts[i].size, error))
            return -1;
    if (read_sections(cfg, form, error) || read_scale(cfg, form, error) ||
        read_items(cfg, form, error))
        return -1;
    return read_limits(cfg, form, error);
}

static void prepare(cfg_t *file)
{
    static const char *const checked[] = {"domain|title", "domain|guidance", "choice|label",
                                          "item|text"};
    for (size_t i = 0; i < sizeof form_texts / sizeof form_texts[0]; i++)
        (void)cfg_set_validate_func(file, form_texts[i].name, check_text);
    for (size_t i = 0; i < sizeof checked / sizeof checked[0]; i++)
        (void)cfg_set_validate_func(file, checked[i], check_text);
}

static int read_file(const char *path, struct wf_form *form, struct wf_error *error)
{
    static cfg_opt_t domain_options[] = {CFG_STR("title", NULL, CFGF_NONE),
                                         CFG_STR("guidance", NULL, CFGF_NONE), CFG_END()};
    static cfg_opt_t choice_options[] = {CFG_STR("label", NULL, CFGF_NONE), CFG_END()};
    static cfg_opt_t item_options[] = {CFG_STR("domain", NULL, CFGF_NONE),
                                       CFG_STR("text", NULL, CFGF_NONE), CFG_END()};
    enum { LIST = CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES };
    static const cfg_opt_t options[] = {
#define X(member) CFG_STR(#member, NULL, CFGF_NONE),
        FORM_TEXTS(X)
#undef X
            CFG_STR("name", NULL, CFGF_NONE),
        CFG_STR("from", "", CFGF_NONE),
        CFG_INT("version", 0, CFGF_NONE),
        CFG_STR_LIST("categories", NULL, CFGF_NONE),
        CFG_STR_LIST("age_lines", NULL, CFGF_NONE),
        CFG_BOOL("item_remarks", cfg_false, CFGF_NONE),
        CFG_INT("item_remark_max", 0, CFGF_NONE),
        CFG_INT("remarks_max", 0, CFGF_NONE),
        CFG_SEC("domain", domain_options, LIST),
        CFG_SEC("choice", choice_options, LIST),
        CFG_SEC("item", item_options, LIST),
        CFG_END()};
    static const struct wf_conf_kind kind = {options, prepare};
    cfg_t *file = NULL;
    if (wf_conf_file_read(path, path, &kind, NULL, &file, error))
        return -1;
    int result = read_form(file, form, error);
    (void)cfg_free(file);
    return result;
}

static int read_entry(void *context, const char *path, const char *name, struct wf_error *error)
{
    struct wf_form_book *book = context;
    (void)name;
    if (book->count == WF_FORMS_MAX)
        return wf_fail(error, WF_CONFIG, "%s: there are more than %d forms", path, WF_FORMS_MAX);
    struct wf_form *form = &book->forms[book->count];
    if (read_file(path, form, error))
        return -1;
    if (wf_form_named(book, form->name, form->version))
        return wf_fail(error, WF_CONFIG, "%s: form %s version %d is already in another file", path,
                       form->name, form->version);
    book->count++;
    return 0;
}

int wf_form_read(const char *folder, struct wf_form_book *book, struct wf_error *error)
{
    struct wf_form_book *fresh = calloc(1, sizeof *fresh);
    WF_ASSERT(fresh);
    int result = wf_conf_folder_read(folder, ".conf", read_entry, fresh, error);
    if (!result && !fresh->count)
        result = wf_fail(error, WF_CONFIG, "%s holds no form (*.conf)", folder);
    if (!result)
        memcpy(book, fresh, sizeof *book);
    free(fresh);
    return result;
}
