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

/* What a search looks at, side by side: following a pointer for each of 100,000 entries would cost
 * several milliseconds. */
struct shown {
    struct registry_entry *entry;
    const char *key; /* the entry's */
    uint8_t category, line;
    bool is_active;
};

struct registry_list {
    struct slice slices[WF_PARTITIONS];
    struct shown *sorted; /* as it is shown; holds gone ones until it is settled */
    size_t sorted_count, sorted_capacity;
    struct entries to_sort; /* named since */
    struct entries gone;    /* owned until then */
    bool is_stale;          /* an entry of `sorted` is not as it was */
    size_t counts[2][3];    /* of `sorted`: active or not, by line */
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
    free(old->sorted);
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
    list->is_stale |= entry->place == REGISTRY_SHOWN;
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
    list->is_stale |= was != is_active(entry);
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
    list->is_stale |= entry->place == REGISTRY_SHOWN;
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

static struct shown shown_of(struct registry_entry *entry)
{
    return (struct shown){.entry = entry,
                          .key = entry->key,
                          .category = (uint8_t)entry->row.category,
                          .line = (uint8_t)entry->row.line,
                          .is_active = is_active(entry)};
}

static void refresh(struct registry_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->sorted_count; i++) {
        struct registry_entry *entry = list->sorted[i].entry;
        if (entry->place == REGISTRY_SHOWN)
            list->sorted[kept++] = shown_of(entry);
    }
    list->sorted_count = kept;
    list->is_stale = false;
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
    size_t old = list->sorted_count, fresh = list->to_sort.count;
    if (old + fresh > list->sorted_capacity) {
        list->sorted_capacity = (old + fresh) * 2;
        list->sorted = realloc(list->sorted, list->sorted_capacity * sizeof *list->sorted);
        WF_ASSERT(list->sorted);
    }
    list->sorted_count = old + fresh;
    for (size_t to = old + fresh; fresh > 0; to--) {
        struct registry_entry *last = list->to_sort.rows[fresh - 1];
        if (old > 0 && compare_entries(list->sorted[old - 1].entry, last) > 0) {
            list->sorted[to - 1] = list->sorted[--old];
        } else {
            list->sorted[to - 1] = shown_of(last);
            fresh--;
        }
    }
    list->to_sort.count = 0;
}

static void settle(struct registry_list *list)
{
    if (!list->is_stale && !list->to_sort.count && !list->gone.count)
        return;
    if (list->is_stale)
        refresh(list);
    take_fresh(list);
    merge(list);
    free_entries(&list->gone);
    memset(list->counts, 0, sizeof list->counts);
    for (size_t i = 0; i < list->sorted_count; i++)
        list->counts[list->sorted[i].is_active][list->sorted[i].line]++;
}

/* ---- looking ---- */

/* Which of the two kinds of status a query wants. */
struct wanted {
    bool active, inactive;
    const char *key;
    int category;
};

static struct wanted wanted_of(const struct registry_query *query, const char *key)
{
    bool active = strcmp(query->status, "active") == 0;
    return (struct wanted){.active = active || !*query->status,
                           .inactive = !active,
                           .key = key,
                           .category = query->category};
}

static bool matches(const struct shown *shown, const struct wanted *wanted)
{
    return (shown->is_active ? wanted->active : wanted->inactive) &&
           (!wanted->category || shown->category == wanted->category) &&
           (!*wanted->key || strstr(shown->key, wanted->key) != NULL);
}

static void search(const struct registry_list *list, const struct registry_query *query,
                   const struct wanted *wanted, size_t limit, struct registry_result *result)
{
    for (size_t i = 0; i < list->sorted_count; i++) {
        const struct shown *shown = &list->sorted[i];
        if (!matches(shown, wanted))
            continue;
        result->by_line[shown->line]++;
        if (query->line && shown->line != query->line)
            continue;
        if (result->total++ >= query->offset && result->count < limit)
            result->rows[result->count++] = shown->entry;
    }
}

/* Every entry of the list, or of one line: nothing is looked at but what is shown. */
static void browse(const struct registry_list *list, const struct registry_query *query,
                   size_t limit, struct registry_result *result)
{
    size_t begin = query->line == 2 ? result->by_line[1] : 0;
    result->total = query->line ? result->by_line[query->line] : list->sorted_count;
    for (size_t i = query->offset; i < result->total && result->count < limit; i++)
        result->rows[result->count++] = list->sorted[begin + i].entry;
}

void registry_list_query(struct registry_list *list, const struct registry_query *query,
                         struct registry_result *result)
{
    char *key = folded(query->name);
    size_t limit = query->limit < REGISTRY_LIMIT_MAX ? query->limit : REGISTRY_LIMIT_MAX;
    struct wanted wanted = wanted_of(query, key);
    settle(list);
    result->all = result->total = result->count = 0;
    memset(result->by_line, 0, sizeof result->by_line);
    for (int line = 1; line < 3; line++) {
        size_t count = (wanted.active ? list->counts[1][line] : 0) +
                       (wanted.inactive ? list->counts[0][line] : 0);
        result->all += count;
        result->by_line[line] = count;
    }
    if (result->all == list->sorted_count && !*key && !query->category) {
        browse(list, query, limit, result);
    } else {
        memset(result->by_line, 0, sizeof result->by_line);
        search(list, query, &wanted, limit, result);
    }
    g_free(key);
}

const struct registry_entry *registry_list_find(struct registry_list *list, const char *handle)
{
    settle(list);
    for (size_t i = 0; *handle && i < list->sorted_count; i++) {
        if (strcmp(list->sorted[i].entry->handle, handle) == 0)
            return list->sorted[i].entry;
    }
    return NULL;
}
