#include "registry_view.h"

#include "wf_error.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* A growing array of borrowed entries. */
struct entries {
    struct registry_entry **rows;
    size_t count, capacity;
};

struct slice {
    struct entries entries; /* owned; by person, category and line */
    size_t wanting;         /* of them that want a name */
};

struct registry_list {
    struct slice slices[WF_PARTITIONS];
    struct entries sorted;  /* as it is shown; holds gone ones until it is settled */
    struct entries to_sort; /* named since */
    struct entries gone;    /* owned until then */
    bool is_thinned;        /* an entry of `sorted` is not REGISTRY_SHOWN */
    size_t active;          /* of `sorted` */
};

static void append(struct entries *entries, struct registry_entry *entry)
{
    if (entries->count == entries->capacity) {
        entries->capacity = entries->capacity ? entries->capacity * 2 : 16;
        entries->rows = realloc(entries->rows, entries->capacity * sizeof(struct registry_entry *));
        WF_ASSERT(entries->rows);
    }
    entries->rows[entries->count++] = entry;
}

static void free_entry(struct registry_entry *entry)
{
    g_free(entry->name);
    g_free(entry->key);
    free(entry);
}

static void free_entries(struct entries *entries)
{
    for (size_t i = 0; i < entries->count; i++)
        free_entry(entries->rows[i]);
    entries->count = 0;
}

struct registry_list *registry_list_create(void)
{
    struct registry_list *list = calloc(1, sizeof *list);
    WF_ASSERT(list);
    return list;
}

void registry_list_destroy(struct registry_list **list)
{
    struct registry_list *old = *list;
    if (!old)
        return;
    for (unsigned i = 0; i < WF_PARTITIONS; i++) {
        free_entries(&old->slices[i].entries);
        free(old->slices[i].entries.rows);
    }
    free_entries(&old->gone);
    free(old->gone.rows);
    free(old->sorted.rows);
    free(old->to_sort.rows);
    free(old);
    *list = NULL;
}

/* ---- slices ---- */

static int compare_members(const struct registry_row *a, const struct registry_row *b)
{
    int persons = strcmp(a->person, b->person);
    if (persons)
        return persons;
    return a->category != b->category ? a->category - b->category : a->line - b->line;
}

static int compare_rows(const void *left, const void *right)
{
    return compare_members(left, right);
}

static void leave(struct registry_list *list, struct slice *slice, struct registry_entry *entry)
{
    list->is_thinned |= entry->place == REGISTRY_SHOWN;
    slice->wanting -= entry->wants_name;
    entry->place = REGISTRY_GONE;
    append(&list->gone, entry);
}

static struct registry_entry *enter(struct slice *slice, const struct registry_row *row)
{
    struct registry_entry *entry = calloc(1, sizeof *entry);
    WF_ASSERT(entry);
    entry->row = *row;
    entry->home = wf_partition(row->person);
    entry->wants_name = true;
    slice->wanting++;
    return entry;
}

static bool is_active(const struct registry_entry *entry)
{
    return strcmp(entry->row.status, "active") == 0;
}

/* The same endorsement with a status or dates that may be others. */
static void stay(struct registry_list *list, struct registry_entry *entry,
                 const struct registry_row *row)
{
    bool was = is_active(entry);
    entry->row = *row;
    if (entry->place == REGISTRY_SHOWN)
        list->active += (size_t)is_active(entry) - (size_t)was;
}

void registry_list_put(struct registry_list *list, unsigned partition,
                       const struct registry_row *rows, size_t count)
{
    WF_ASSERT(partition < WF_PARTITIONS);
    struct slice *slice = &list->slices[partition];
    struct entries old = slice->entries;
    struct registry_row *wanted = calloc(count ? count : 1, sizeof *wanted);
    size_t at = 0;
    WF_ASSERT(wanted);
    if (count)
        memcpy(wanted, rows, count * sizeof *wanted);
    qsort(wanted, count, sizeof *wanted, compare_rows);
    slice->entries = (struct entries){0};
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && compare_members(&wanted[i], &wanted[i - 1]) == 0)
            continue;
        while (at < old.count && compare_members(&old.rows[at]->row, &wanted[i]) < 0)
            leave(list, slice, old.rows[at++]);
        if (at < old.count && compare_members(&old.rows[at]->row, &wanted[i]) == 0) {
            stay(list, old.rows[at], &wanted[i]);
            append(&slice->entries, old.rows[at++]);
        } else {
            append(&slice->entries, enter(slice, &wanted[i]));
        }
    }
    while (at < old.count)
        leave(list, slice, old.rows[at++]);
    free(wanted);
    free(old.rows);
}

size_t registry_list_count(const struct registry_list *list)
{
    size_t all = 0;
    for (unsigned i = 0; i < WF_PARTITIONS; i++)
        all += list->slices[i].entries.count;
    return all;
}

/* ---- names ---- */

size_t registry_list_wanting(struct registry_list *list, struct registry_entry **entries,
                             size_t most)
{
    size_t count = 0;
    for (unsigned i = 0; i < WF_PARTITIONS && count < most; i++) {
        struct slice *slice = &list->slices[i];
        for (size_t k = 0; slice->wanting && k < slice->entries.count && count < most; k++) {
            if (slice->entries.rows[k]->wants_name)
                entries[count++] = slice->entries.rows[k];
        }
    }
    return count;
}

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

static struct slice *slice_of(struct registry_list *list, const struct registry_entry *entry)
{
    char standing[REGISTRY_ASSOCIATION_MAX + WF_ID_MAX + 2];
    (void)g_snprintf(standing, sizeof standing, "%s~%s", entry->row.association, entry->row.person);
    return &list->slices[wf_partition(standing)];
}

void registry_list_name(struct registry_list *list, struct registry_entry *entry, const char *name)
{
    const char *known = name ? name : "";
    slice_of(list, entry)->wanting -= entry->wants_name;
    entry->wants_name = false;
    if (entry->name && strcmp(entry->name, known) == 0)
        return;
    list->is_thinned |= entry->place == REGISTRY_SHOWN;
    g_free(entry->name);
    g_free(entry->key);
    entry->name = g_strdup(known);
    entry->key = folded(known);
    if (!*known) {
        entry->place = REGISTRY_NAMELESS;
        return;
    }
    /* It may be in the list twice by this; it is taken once. */
    entry->place = REGISTRY_TO_SORT;
    append(&list->to_sort, entry);
}

void registry_list_rename(struct registry_list *list, const bool homes[static WF_PARTITIONS])
{
    for (unsigned i = 0; i < WF_PARTITIONS; i++) {
        struct slice *slice = &list->slices[i];
        for (size_t k = 0; k < slice->entries.count; k++) {
            struct registry_entry *entry = slice->entries.rows[k];
            slice->wanting += homes[entry->home] && !entry->wants_name;
            entry->wants_name |= homes[entry->home];
        }
    }
}

/* ---- the sorted list ---- */

static int compare_entries(const struct registry_entry *a, const struct registry_entry *b)
{
    if (a->row.line != b->row.line)
        return a->row.line - b->row.line;
    int names = strcmp(a->key, b->key);
    if (names)
        return names;
    int persons = strcmp(a->row.person, b->row.person);
    return persons ? persons : a->row.category - b->row.category;
}

static int compare_pointers(const void *left, const void *right)
{
    return compare_entries(*(const struct registry_entry *const *)left,
                           *(const struct registry_entry *const *)right);
}

static void thin(struct registry_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->sorted.count; i++) {
        if (list->sorted.rows[i]->place == REGISTRY_SHOWN)
            list->sorted.rows[kept++] = list->sorted.rows[i];
    }
    list->sorted.count = kept;
    list->is_thinned = false;
}

/* Of those that were named, what is still to be sorted in, each once. */
static void take_fresh(struct registry_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->to_sort.count; i++) {
        struct registry_entry *entry = list->to_sort.rows[i];
        if (entry->place != REGISTRY_TO_SORT)
            continue;
        entry->place = REGISTRY_SHOWN;
        list->to_sort.rows[kept++] = entry;
    }
    list->to_sort.count = kept;
    if (kept)
        qsort(list->to_sort.rows, kept, sizeof(struct registry_entry *), compare_pointers);
}

/* From the end, so that it needs no second array. */
static void merge(struct registry_list *list)
{
    size_t old = list->sorted.count, fresh = list->to_sort.count;
    for (size_t i = 0; i < fresh; i++)
        append(&list->sorted, NULL);
    struct registry_entry **rows = list->sorted.rows;
    for (size_t to = old + fresh; fresh > 0; to--) {
        struct registry_entry *last = list->to_sort.rows[fresh - 1];
        if (old > 0 && compare_entries(rows[old - 1], last) > 0)
            rows[to - 1] = rows[--old];
        else {
            rows[to - 1] = last;
            fresh--;
        }
    }
    list->to_sort.count = 0;
}

static void settle(struct registry_list *list)
{
    if (!list->is_thinned && !list->to_sort.count && !list->gone.count)
        return;
    if (list->is_thinned)
        thin(list);
    take_fresh(list);
    merge(list);
    free_entries(&list->gone);
    list->active = 0;
    for (size_t i = 0; i < list->sorted.count; i++)
        list->active += is_active(list->sorted.rows[i]);
}

/* ---- looking ---- */

static bool matches(const struct registry_entry *entry, const struct registry_query *query,
                    const char *key)
{
    return (!query->category || entry->row.category == query->category) &&
           (!*query->status || strcmp(entry->row.status, query->status) == 0) &&
           (!*key || strstr(entry->key, key) != NULL);
}

static size_t all_of(const struct registry_list *list, const char *status)
{
    if (!*status)
        return list->sorted.count;
    return strcmp(status, "active") == 0 ? list->active : list->sorted.count - list->active;
}

void registry_list_query(struct registry_list *list, const struct registry_query *query,
                         struct registry_result *result)
{
    char *key = folded(query->name);
    size_t limit = query->limit < REGISTRY_LIMIT_MAX ? query->limit : REGISTRY_LIMIT_MAX;
    settle(list);
    result->all = all_of(list, query->status);
    result->total = result->count = 0;
    memset(result->by_line, 0, sizeof result->by_line);
    for (size_t i = 0; i < list->sorted.count; i++) {
        const struct registry_entry *entry = list->sorted.rows[i];
        if (!matches(entry, query, key))
            continue;
        result->by_line[entry->row.line]++;
        if (query->line && entry->row.line != query->line)
            continue;
        if (result->total++ >= query->offset && result->count < limit)
            result->rows[result->count++] = entry;
    }
    g_free(key);
}
