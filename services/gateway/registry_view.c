#include "registry_view.h"

#include "gateway_labels.h"
#include "wf_error.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

struct slice {
    struct registry_entry *entries;
    size_t count;
};

struct registry_list {
    struct slice slices[WF_PARTITIONS];
    const struct registry_entry **sorted;
    size_t count;
    bool stale; /* a slice changed since `sorted` was made */
};

/* Case, width and accents do not matter to somebody who looks for a name. */
static char *folded(const char *name)
{
    char *decomposed = g_utf8_normalize(name, -1, G_NORMALIZE_NFKD);
    if (!decomposed)
        return g_strdup("");
    char *lower = g_utf8_casefold(decomposed, -1);
    GString *plain = g_string_new(NULL);
    for (const char *at = lower; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (!g_unichar_ismark(c))
            g_string_append_unichar(plain, c);
    }
    g_free(decomposed);
    g_free(lower);
    return g_string_free(plain, FALSE);
}

static void free_slice(struct slice *slice)
{
    for (size_t i = 0; i < slice->count; i++) {
        g_free(slice->entries[i].name);
        g_free(slice->entries[i].key);
    }
    free(slice->entries);
    *slice = (struct slice){0};
}

struct registry_list *registry_list_create(void)
{
    struct registry_list *list = calloc(1, sizeof *list);
    WF_ASSERT(list);
    return list;
}

void registry_list_destroy(struct registry_list **list)
{
    if (!*list)
        return;
    for (unsigned i = 0; i < WF_PARTITIONS; i++)
        free_slice(&(*list)->slices[i]);
    free((*list)->sorted);
    free(*list);
    *list = NULL;
}

/* Copies the text before `separator` and moves behind it; the last part has separator '\0'. */
static bool part(const char **text, char separator, char *to, size_t size)
{
    const char *end = strchr(*text, separator);
    size_t length = end ? (size_t)(end - *text) : 0;
    if (!end || length >= size)
        return false;
    memcpy(to, *text, length);
    to[length] = '\0';
    *text = separator ? end + 1 : end;
    return true;
}

/* A date that is empty or not one is none. */
static wf_date date_of(const char *text)
{
    wf_date date = WF_NO_DATE;
    (void)wf_date_parse(text, &date);
    return date;
}

bool registry_entry_read(const char *member, const char *value, struct registry_entry *entry)
{
    char category[16] = "", since[16], due[16];
    *entry = (struct registry_entry){0};
    const char *line = strrchr(member, '~');
    if (!line || line == member)
        return false;
    const char *before = memrchr(member, '~', (size_t)(line - member));
    if (!before || before - member > WF_ID_MAX || line - before - 1 >= (ptrdiff_t)sizeof category)
        return false;
    memcpy(entry->person, member, (size_t)(before - member));
    memcpy(category, before + 1, (size_t)(line - before - 1));
    entry->category = gateway_category_find(category);
    entry->line = gateway_line_find(line + 1);
    if (!part(&value, '|', entry->status, sizeof entry->status) ||
        !part(&value, '|', since, sizeof since) || !part(&value, '\0', due, sizeof due))
        return false;
    entry->since = date_of(since);
    entry->due = date_of(due);
    return entry->category && entry->line && wf_id_is_valid(entry->person);
}

void registry_entry_name(struct registry_entry *entry, const char *name)
{
    g_free(entry->name);
    g_free(entry->key);
    entry->name = g_strdup(name ? name : "");
    entry->key = folded(entry->name);
}

void registry_list_put(struct registry_list *list, unsigned partition,
                       struct registry_entry *entries, size_t count)
{
    WF_ASSERT(partition < WF_PARTITIONS);
    free_slice(&list->slices[partition]);
    list->slices[partition] = (struct slice){.entries = entries, .count = count};
    list->stale = true;
    list->count = 0; /* the sorted list points into freed memory */
}

struct registry_entry *registry_list_slice(struct registry_list *list, unsigned partition,
                                           size_t *count)
{
    WF_ASSERT(partition < WF_PARTITIONS);
    *count = list->slices[partition].count;
    return list->slices[partition].entries;
}

void registry_list_touch(struct registry_list *list)
{
    list->stale = true;
}

static int compare(const void *left, const void *right)
{
    const struct registry_entry *a = *(const struct registry_entry *const *)left;
    const struct registry_entry *b = *(const struct registry_entry *const *)right;
    if (a->line != b->line)
        return a->line - b->line;
    int names = strcmp(a->key, b->key);
    if (names)
        return names;
    int persons = strcmp(a->person, b->person);
    return persons ? persons : a->category - b->category;
}

static void sort(struct registry_list *list)
{
    size_t all = 0;
    for (unsigned i = 0; i < WF_PARTITIONS; i++)
        all += list->slices[i].count;
    free(list->sorted);
    list->sorted = calloc(all ? all : 1, sizeof(struct registry_entry *));
    WF_ASSERT(list->sorted);
    list->count = 0;
    for (unsigned i = 0; i < WF_PARTITIONS; i++) {
        for (size_t k = 0; k < list->slices[i].count; k++) {
            const struct registry_entry *entry = &list->slices[i].entries[k];
            if (entry->name && *entry->name)
                list->sorted[list->count++] = entry;
        }
    }
    qsort(list->sorted, list->count, sizeof(struct registry_entry *), compare);
    list->stale = false;
}

static bool matches(const struct registry_entry *entry, const struct registry_query *query,
                    const char *key)
{
    return (!query->category || entry->category == query->category) &&
           (!query->line || entry->line == query->line) &&
           (!*query->status || strcmp(entry->status, query->status) == 0) &&
           (!*key || strstr(entry->key, key) != NULL);
}

void registry_list_query(struct registry_list *list, const struct registry_query *query,
                         struct registry_result *result)
{
    char *key = folded(query->name);
    size_t limit = query->limit < REGISTRY_LIMIT_MAX ? query->limit : REGISTRY_LIMIT_MAX;
    if (list->stale)
        sort(list);
    result->total = result->count = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (!matches(list->sorted[i], query, key))
            continue;
        if (result->total++ >= query->offset && result->count < limit)
            result->rows[result->count++] = list->sorted[i];
    }
    g_free(key);
}
