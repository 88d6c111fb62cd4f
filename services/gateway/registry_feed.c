#include "registry_feed.h"

#include "wf_people.h"

#include <stdlib.h>
#include <string.h>

_Static_assert((int)REGISTRY_HANDLE_TEXT == (int)WF_HANDLE_TEXT, "a handle is one text");

enum { SLICE_MAX = 100000, TEXT_MAX = 200 };

void registry_feed_open(struct registry_feed *feed, const struct wf_policy_book *policies)
{
    memset(feed, 0, sizeof *feed);
    feed->looked_at = feed->renamed_at = -REGISTRY_LOOK_MS;
    feed->behind = true;
    for (int i = 0; i < policies->count; i++)
        feed->lists[i] = registry_list_create();
}

void registry_feed_close(struct registry_feed *feed)
{
    for (int i = 0; i < WF_ASSOCIATIONS_MAX; i++)
        registry_list_destroy(&feed->lists[i]);
}

/* ---- slices ---- */

struct reading {
    struct registry_row *rows;
    size_t count, capacity;
};

static bool copy_text(struct wf_bytes bytes, char text[static TEXT_MAX])
{
    if (bytes.length >= TEXT_MAX || memchr(bytes.data, '\0', bytes.length))
        return false;
    memcpy(text, bytes.data, bytes.length);
    text[bytes.length] = '\0';
    return true;
}

static void take_row(void *context, struct wf_bytes member, struct wf_bytes value)
{
    struct reading *reading = context;
    char member_text[TEXT_MAX], value_text[TEXT_MAX];
    struct registry_row row;
    if (!copy_text(member, member_text) || !copy_text(value, value_text) ||
        !registry_row_read(member_text, value_text, &row) || reading->count == SLICE_MAX)
        return;
    if (reading->count == reading->capacity) {
        reading->capacity = reading->capacity ? reading->capacity * 2 : 64;
        reading->rows = realloc(reading->rows, reading->capacity * sizeof *reading->rows);
        WF_ASSERT(reading->rows);
    }
    reading->rows[reading->count++] = row;
}

static int by_association(const void *left, const void *right)
{
    const struct registry_row *a = left, *b = right;
    return strcmp(a->association, b->association);
}

/* The rows of one association out of all, which are sorted by it. */
static size_t rows_of(const struct reading *reading, const char *association, size_t *first)
{
    size_t begin = 0;
    while (begin < reading->count && strcmp(reading->rows[begin].association, association) < 0)
        begin++;
    size_t end = begin;
    while (end < reading->count && strcmp(reading->rows[end].association, association) == 0)
        end++;
    *first = begin;
    return end - begin;
}

static int read_partition(struct registry_feed *feed, const struct registry_sources *sources,
                          unsigned partition, struct wf_error *error)
{
    struct reading reading = {0};
    if (wf_store_hash(sources->renewal, partition, "registry", take_row, &reading, error) != 0) {
        free(reading.rows);
        return -1;
    }
    if (reading.count)
        qsort(reading.rows, reading.count, sizeof *reading.rows, by_association);
    for (int i = 0; i < sources->policies->count; i++) {
        size_t first = 0;
        size_t count = rows_of(&reading, sources->policies->associations[i].id, &first);
        registry_list_put(feed->lists[i], partition, count ? &reading.rows[first] : NULL, count);
    }
    free(reading.rows);
    feed->marks[partition] = feed->wanted[partition];
    return 0;
}

/* true: there was one to read, or it failed. */
static bool read_next(struct registry_feed *feed, const struct registry_sources *sources,
                      int *result, struct wf_error *error)
{
    for (unsigned i = 0; i < WF_PARTITIONS; i++) {
        unsigned partition = (feed->next + i) % WF_PARTITIONS;
        if (feed->wanted[partition] == feed->marks[partition])
            continue;
        feed->next = partition + 1;
        *result = read_partition(feed, sources, partition, error);
        return true;
    }
    return false;
}

/* ---- names ---- */

static int name_entries(struct registry_list *list, const struct registry_sources *sources,
                        struct registry_entry **entries, size_t count, struct wf_error *error)
{
    struct wf_person_card *cards = calloc(count, sizeof *cards);
    WF_ASSERT(cards);
    for (size_t i = 0; i < count; i++)
        memcpy(cards[i].id, entries[i]->row.person, sizeof cards[i].id);
    int result = wf_people_read(sources->intake, sources->person_key, cards, count, error);
    for (size_t i = 0; result == 0 && i < count; i++) {
        const struct registry_row *row = &entries[i]->row;
        wf_people_handle(sources->person_key, row->association, row->person, row->category,
                         row->line, entries[i]->handle);
        registry_list_name(list, entries[i], cards[i].name);
    }
    explicit_bzero(cards, count * sizeof *cards);
    free(cards);
    return result;
}

/* true: somebody wanted a name, or it failed. */
static bool name_next(struct registry_feed *feed, const struct registry_sources *sources,
                      int *result, struct wf_error *error)
{
    struct registry_entry *entries[REGISTRY_NAMES_A_TURN];
    for (int i = 0; i < sources->policies->count; i++) {
        size_t count = registry_list_wanting(feed->lists[i], entries, REGISTRY_NAMES_A_TURN);
        if (!count)
            continue;
        *result = name_entries(feed->lists[i], sources, entries, count, error);
        return true;
    }
    return false;
}

static void rename_homes(struct registry_feed *feed, const struct registry_sources *sources,
                         const bool homes[static WF_PARTITIONS])
{
    for (int i = 0; i < sources->policies->count; i++)
        registry_list_rename(feed->lists[i], homes);
    feed->behind = true;
}

/* Where a mark of intake moved, names are asked for again; before the first look they are anyway. */
static void compare_names(struct registry_feed *feed, const struct registry_sources *sources,
                          const uint64_t counts[static WF_PARTITIONS])
{
    bool homes[WF_PARTITIONS];
    bool any = false;
    for (unsigned i = 0; i < WF_PARTITIONS; i++) {
        homes[i] = feed->knows_names && counts[i] != feed->names[i];
        any |= homes[i];
        feed->names[i] = counts[i];
    }
    feed->knows_names = true;
    if (any)
        rename_homes(feed, sources, homes);
}

/* ---- the turn ---- */

/* A mark is read before what it marks, so a change in between is read again, never missed. */
static int look(struct registry_feed *feed, const struct registry_sources *sources, wf_time now,
                struct wf_error *error)
{
    uint64_t slices[WF_PARTITIONS] = {0}, names[WF_PARTITIONS] = {0};
    if (wf_store_counts(sources->renewal, "registry-mark", slices, error) != 0 ||
        wf_store_counts(sources->intake, "name-mark", names, error) != 0)
        return -1;
    feed->looked_at = now;
    for (unsigned i = 0; i < WF_PARTITIONS; i++)
        feed->wanted[i] = slices[i] + 1;
    feed->behind |= memcmp(feed->wanted, feed->marks, sizeof feed->marks) != 0;
    compare_names(feed, sources, names);
    return 0;
}

/* Names before slices: nobody stands in the list without one for longer than needed. */
static int catch_up(struct registry_feed *feed, const struct registry_sources *sources,
                    struct wf_error *error)
{
    int result = 0;
    if (name_next(feed, sources, &result, error) || read_next(feed, sources, &result, error))
        return result;
    feed->behind = false;
    feed->ready = true;
    return 0;
}

/* Nothing should ever be found so; a mark that a restored store took back would be. */
static void sweep(struct registry_feed *feed, const struct registry_sources *sources, wf_time now)
{
    bool homes[WF_PARTITIONS] = {false};
    homes[feed->rename_next++ % WF_PARTITIONS] = true;
    feed->renamed_at = now;
    rename_homes(feed, sources, homes);
}

int registry_feed_turn(struct registry_feed *feed, const struct registry_sources *sources,
                       wf_time now, struct wf_error *error)
{
    if (now - feed->looked_at >= REGISTRY_LOOK_MS && look(feed, sources, now, error) != 0)
        return -1;
    if (feed->behind)
        return catch_up(feed, sources, error);
    if (now - feed->renamed_at >= REGISTRY_RENAME_MS)
        sweep(feed, sources, now);
    return 0;
}

wf_time registry_feed_next(const struct registry_feed *feed)
{
    return feed->behind ? 0 : feed->looked_at + REGISTRY_LOOK_MS;
}

struct registry_list *registry_feed_list(struct registry_feed *feed,
                                         const struct wf_policy_book *policies, const char *id)
{
    const struct wf_association *association = wf_policy_association(policies, id);
    return association ? feed->lists[association - policies->associations] : NULL;
}

uint64_t registry_feed_count(const struct registry_feed *feed)
{
    uint64_t all = 0;
    for (int i = 0; i < WF_ASSOCIATIONS_MAX && feed->lists[i]; i++)
        all += registry_list_count(feed->lists[i]);
    return all;
}
