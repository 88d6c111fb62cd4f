#include "policy_plain.h"

#include <glib.h>
#include <string.h>

static const struct {
    const char *key, *words;
} labels[] = {
#define WF_POLICY_LABEL(key, words) {#key, words},
#include "policy_labels.def"
#undef WF_POLICY_LABEL
};

const char *wf_policy_plain_key(const char *key)
{
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        if (strcmp(labels[i].key, key) == 0)
            return labels[i].words;
    }
    return key;
}

void wf_policy_plain_whole(const char *key, char *text, size_t size)
{
    const char *head = "";
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        bool goes_on = strncmp(labels[i].words, "... ", 4) == 0;
        head = goes_on ? head : labels[i].words;
        if (strcmp(labels[i].key, key) != 0)
            continue;
        (void)g_snprintf(text, (gulong)size, "%s%s%s", head, goes_on ? ", " : "",
                         goes_on ? labels[i].words + 4 : "");
        return;
    }
    (void)g_strlcpy(text, key, size);
}

/* The unit that a key's name ends with. */
static const char *unit_of(const struct wf_policy_key *key)
{
    static const char *const ends[][2] = {{"_days", " days"},
                                          {"_months", " months"},
                                          {"_months_min", " months"},
                                          {"_months_max", " months"},
                                          {"_percent", " %"}};
    if (key->kind == WF_KEY_HOURS)
        return " hours";
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (g_str_has_suffix(key->name, ends[i][0]))
            return ends[i][1];
    }
    return "";
}

static void add_item(GString *text, const struct wf_policy_key *key, const char *item)
{
    switch (key->kind) {
    case WF_KEY_FLAG:
        g_string_append(text, strcmp(item, "true") == 0 ? "yes" : "no");
        break;
    case WF_KEY_CHOICE:
        for (const char *c = item; *c != '\0'; c++)
            g_string_append_c(text, *c == '_' ? ' ' : *c);
        break;
    case WF_KEY_SLOTS:
        for (const char *c = item; *c != '\0'; c++)
            g_string_append(text, *c == '|' ? " or " : (const char[]){*c, '\0'});
        break;
    case WF_KEY_NUMBER:
    case WF_KEY_HOURS:
    case WF_KEY_MONEY:
    case WF_KEY_DATE:
    case WF_KEY_DAY:
    case WF_KEY_TEXT:
    case WF_KEY_DAYS:
    case WF_KEY_DATES:
    case WF_KEY_SET:
        g_string_append(text, item);
        break;
    }
}

void wf_policy_plain_value(const struct wf_policy_key *key, cfg_opt_t *option, const char *currency,
                           char *text, size_t size)
{
    GString *value = g_string_new(NULL);
    for (unsigned i = 0; i < cfg_opt_size(option); i++) {
        g_string_append(value, i > 0 ? ", " : "");
        add_item(value, key, cfg_opt_getnstr(option, i));
    }
    bool is_none = strcmp(value->str, "none") == 0;
    if (key->kind == WF_KEY_MONEY && currency[0] != '\0')
        g_string_prepend(g_string_prepend_c(value, ' '), currency);
    if (!is_none)
        g_string_append(value, unit_of(key));
    (void)g_strlcpy(text, value->str, size);
    (void)g_string_free(value, TRUE);
}
