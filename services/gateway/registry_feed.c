#include "registry_feed.h"

#include "wf_people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

struct reading {
    struct registry_entry *entries;
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
    struct registry_entry entry;
    if (!copy_text(member, member_text) || !copy_text(value, value_text) ||
        !registry_entry_read(member_text, value_text, &entry) || reading->count == SLICE_MAX)
        return;
    if (reading->count == reading->capacity) {
        reading->capacity = reading->capacity ? reading->capacity * 2 : 64;
        reading->entries = realloc(reading->entries, reading->capacity * sizeof *reading->entries);
        WF_ASSERT(reading->entries);
    }
    reading->entries[reading->count++] = entry;
}

/* Names for all entries that have none, or for all. */
static int name_entries(const struct registry_sources *sources, struct registry_entry *entries,
                        size_t count, struct wf_error *error)
{
    struct wf_person_card *cards = calloc(count ? count : 1, sizeof *cards);
    WF_ASSERT(cards);
    for (size_t i = 0; i < count; i++)
        memcpy(cards[i].id, entries[i].person, sizeof cards[i].id);
    int result =
        count ? wf_people_read(sources->intake, sources->person_key, cards, count, error) : 0;
    for (size_t i = 0; result == 0 && i < count; i++)
        registry_entry_name(&entries[i], cards[i].name);
    explicit_bzero(cards, count * sizeof *cards);
    free(cards);
    return result;
}

static void drop(struct reading *reading)
{
    free(reading->entries); /* without names: they own nothing */
    *reading = (struct reading){0};
}

static int read_slice(struct registry_feed *feed, const struct registry_sources *sources,
                      unsigned partition, int association, struct wf_error *error)
{
    char name[64];
    struct reading reading = {0};
    (void)snprintf(name, sizeof name, "registry:%s",
                   sources->policies->associations[association].id);
    if (wf_store_hash(sources->renewal, partition, name, take_row, &reading, error) != 0) {
        drop(&reading);
        return -1;
    }
    if (name_entries(sources, reading.entries, reading.count, error) != 0) {
        drop(&reading);
        return -1;
    }
    registry_list_put(feed->lists[association], partition, reading.entries, reading.count);
    return 0;
}

static int read_partition(struct registry_feed *feed, const struct registry_sources *sources,
                          unsigned partition, struct wf_error *error)
{
    for (int i = 0; i < sources->policies->count; i++) {
        if (read_slice(feed, sources, partition, i, error) != 0)
            return -1;
    }
    feed->marks[partition] = feed->wanted[partition];
    return 0;
}

/* A mark is read before its slice, so a change in between is read again, never missed. */
static int look(struct registry_feed *feed, const struct registry_sources *sources, wf_time now,
                struct wf_error *error)
{
    uint64_t counts[WF_PARTITIONS] = {0};
    if (wf_store_counts(sources->renewal, "registry-mark", counts, error) != 0)
        return -1;
    feed->looked_at = now;
    for (unsigned i = 0; i < WF_PARTITIONS; i++)
        feed->wanted[i] = counts[i] + 1;
    feed->behind = memcmp(feed->wanted, feed->marks, sizeof feed->marks) != 0;
    return 0;
}

static int catch_up(struct registry_feed *feed, const struct registry_sources *sources,
                    struct wf_error *error)
{
    unsigned read = 0;
    for (unsigned i = 0; i < WF_PARTITIONS && read < REGISTRY_SLICES_A_TURN; i++) {
        unsigned partition = (feed->next + i) % WF_PARTITIONS;
        if (feed->wanted[partition] == feed->marks[partition])
            continue;
        if (read_partition(feed, sources, partition, error) != 0)
            return -1;
        read++;
        feed->next = partition + 1;
    }
    feed->behind = memcmp(feed->wanted, feed->marks, sizeof feed->marks) != 0;
    feed->ready |= !feed->behind;
    return 0;
}

/* A name may change without its standing: each partition's names are read again in turn. */
static int rename_one(struct registry_feed *feed, const struct registry_sources *sources,
                      wf_time now, struct wf_error *error)
{
    unsigned partition = feed->rename_next++ % WF_PARTITIONS;
    feed->renamed_at = now;
    for (int i = 0; i < sources->policies->count; i++) {
        size_t count = 0;
        struct registry_entry *entries = registry_list_slice(feed->lists[i], partition, &count);
        if (count && name_entries(sources, entries, count, error) != 0)
            return -1;
        if (count)
            registry_list_touch(feed->lists[i]);
    }
    return 0;
}

int registry_feed_turn(struct registry_feed *feed, const struct registry_sources *sources,
                       wf_time now, struct wf_error *error)
{
    if (now - feed->looked_at >= REGISTRY_LOOK_MS && look(feed, sources, now, error) != 0)
        return -1;
    if (feed->behind)
        return catch_up(feed, sources, error);
    if (now - feed->renamed_at >= REGISTRY_RENAME_MS)
        return rename_one(feed, sources, now, error);
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
    for (int i = 0; i < WF_ASSOCIATIONS_MAX && feed->lists[i]; i++) {
        for (unsigned k = 0; k < WF_PARTITIONS; k++) {
            size_t count = 0;
            (void)registry_list_slice(feed->lists[i], k, &count);
            all += count;
        }
    }
    return all;
}
