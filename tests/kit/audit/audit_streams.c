#include "audit_streams.h"

#include <string.h>

static bool is_behind(const struct audit_entry *entry, uint64_t ms, uint64_t n)
{
    return entry->ms > ms || (entry->ms == ms && entry->n > n);
}

static bool is_wanted(const struct audit_entry *entry, const struct wf_journals_ask *ask)
{
    return ask->is_exact ? entry->ms == ask->ms && entry->n == ask->n
                         : is_behind(entry, ask->ms, ask->n);
}

static void answer(struct audit_streams *streams, const struct wf_journals_ask *ask, size_t index,
                   wf_journals_f *each, void *context)
{
    struct wf_journals_entry rows[512];
    size_t count = 0;
    uint64_t length = 0;
    unsigned stream = (unsigned)ask->service * WF_PARTITIONS + ask->partition;
    WF_ASSERT(ask->most <= sizeof rows / sizeof *rows);
    for (size_t i = 0; i < streams->count; i++) {
        const struct audit_entry *entry = &streams->entries[i];
        if (entry->stream != stream || streams->is_gone[i])
            continue;
        length++;
        if (is_wanted(entry, ask) && count < ask->most)
            rows[count++] = (struct wf_journals_entry){entry->ms, entry->n, entry->line};
    }
    if (length && streams->late && !ask->is_exact) {
        streams->late--;
        length++;
    }
    each(context, index, ask->is_exact ? 0 : length, rows, count);
}

static int read_streams(struct wf_journals *base, const struct wf_journals_ask *asks, size_t count,
                        wf_journals_f *each, void *context, struct wf_error *error)
{
    struct audit_streams *streams = (struct audit_streams *)(void *)base;
    streams->rounds++;
    streams->asks += count;
    for (size_t i = 0; i < count; i++) {
        if (streams->is_away && i >= count / 2) {
            streams->is_away = false;
            return wf_fail(error, WF_AGAIN, "away");
        }
        answer(streams, &asks[i], i, each, context);
    }
    return 0;
}

void audit_copier_open(struct audit_copier *copier)
{
    static const struct wf_journals_ops ops = {.read = read_streams};
    struct wf_error error = {0};
    memset(copier, 0, sizeof *copier);
    copier->streams.base.ops = &ops;
    audit_kit_open(&copier->kit);
    audit_kit_start(&copier->kit);
    WF_ASSERT(audit_reread_open(&copier->reread, copier->kit.folder, &error) == 0);
}

void audit_copier_close(struct audit_copier *copier)
{
    audit_reread_close(&copier->reread);
    audit_kit_close(&copier->kit);
}

void audit_copier_restart(struct audit_copier *copier)
{
    struct wf_error error = {0};
    audit_reread_close(&copier->reread);
    audit_kit_stop(&copier->kit);
    audit_kit_start(&copier->kit);
    memset(&copier->follow, 0, sizeof copier->follow);
    WF_ASSERT(audit_reread_open(&copier->reread, copier->kit.folder, &error) == 0);
}

size_t audit_copier_happen(struct audit_copier *copier, unsigned who)
{
    WF_ASSERT(copier->streams.count < AUDIT_STREAMS_ENTRIES);
    copier->streams.entries[copier->streams.count] = audit_kit_line(&copier->kit, who);
    return copier->streams.count++;
}

bool audit_copier_cycle(struct audit_copier *copier)
{
    struct audit_step step = {0};
    struct wf_error error = {0};
    bool is_disk = false;
    while (!step.is_done) {
        if (audit_follow_step(&copier->follow, copier->kit.writer, &copier->streams.base,
                              copier->kit.now, &step, &is_disk, &error)) {
            WF_ASSERT(!is_disk);
            return false;
        }
    }
    audit_kit_flush(&copier->kit);
    return true;
}

bool audit_copier_reread(struct audit_copier *copier, size_t most)
{
    struct audit_reread_result result;
    struct wf_error error = {0};
    bool is_disk = false;
    WF_ASSERT(audit_reread_step(&copier->reread, copier->kit.writer, copier->kit.key.public,
                                &copier->streams.base, most, copier->kit.now, &result, &is_disk,
                                &error) == 0);
    audit_kit_flush(&copier->kit);
    return result.is_altered;
}

const struct audit_state *audit_copier_state(const struct audit_copier *copier)
{
    return audit_writer_state(copier->kit.writer);
}
