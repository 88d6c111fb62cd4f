/* The commit of SPEC 4 over memory: all gates, then all writes. */
#include "mem_inner.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- gates ---- */

/* Each incarnation of a source has its own count. */
static char *lane_field(const struct wf_commit *commit)
{
    return g_strdup_printf("%s %" PRIu64, commit->lane_from, commit->lane_incarnation);
}

static enum wf_commit_result lane_gate(struct wf_store *store, const struct wf_commit *commit)
{
    g_autofree char *key = mem_aggregate_key(store, "l", commit->kind, commit->id);
    g_autofree char *field = lane_field(commit);
    GBytes *stored = mem_hash_get(mem_of(store), key, MEM_TEXT(field));
    uint64_t last = 0;
    if (stored)
        memcpy(&last, mem_view(stored).data, sizeof last);
    if (commit->lane_sequence <= last)
        return WF_COMMIT_DUPLICATE;
    return commit->lane_sequence == last + 1 ? WF_COMMIT_OK : WF_COMMIT_GAP;
}

static bool version_gate(struct wf_store *store, const struct wf_commit *commit)
{
    g_autofree char *key = mem_aggregate_key(store, "a", commit->kind, commit->id);
    GBytes *stored = mem_hash_get(mem_of(store), key, MEM_TEXT("_v"));
    g_autofree char *expected = g_strdup_printf("%" PRIu64, commit->version_before);
    struct wf_bytes version = stored ? mem_view(stored) : MEM_TEXT("0");
    return version.length == strlen(expected) && !memcmp(version.data, expected, version.length);
}

/* Ids of a log only grow, also within one commit. */
static bool logs_gate(struct wf_store *store, const struct wf_commit *commit, unsigned partition)
{
    for (size_t i = 0; i < commit->index_count; i++) {
        const struct wf_index *index = &commit->indexes[i];
        if (index->op != WF_INDEX_LOG_APPEND)
            continue;
        g_autofree char *key = mem_key(store, partition, "x:l:", index->name);
        struct mem_container *log = mem_find(mem_of(store), key);
        if (log && log->rows->len &&
            ((struct mem_row *)log->rows->pdata[log->rows->len - 1])->ms >= (uint64_t)index->score)
            return false;
        for (size_t j = 0; j < i; j++) {
            const struct wf_index *earlier = &commit->indexes[j];
            if (earlier->op == WF_INDEX_LOG_APPEND && earlier->score >= index->score &&
                earlier->name.length == index->name.length &&
                !memcmp(earlier->name.data, index->name.data, index->name.length))
                return false;
        }
    }
    return true;
}

static bool act_gate(struct wf_store *store, struct wf_commit *commit, unsigned partition)
{
    struct mem_store *mem = mem_of(store);
    g_autofree char *key = mem_key(store, partition, "y:", commit->act_key);
    struct mem_container *container = mem_find(mem, key);
    if (container && container->expires > mem->world->now) {
        struct wf_bytes prior = mem_view(mem_hash_get(mem, key, MEM_TEXT("")));
        wf_buffer_append(&commit->prior, prior.data, prior.length);
        return false;
    }
    return true;
}

static enum wf_commit_result gates(struct wf_store *store, struct wf_commit *commit,
                                   unsigned partition)
{
    if (commit->must_fit && mem_of(store)->world->full)
        return WF_COMMIT_FULL;
    if (commit->lane_from && !mem_of(store)->world->are_gates_open) {
        enum wf_commit_result lane = lane_gate(store, commit);
        if (lane != WF_COMMIT_OK)
            return lane;
    }
    if (!version_gate(store, commit))
        return WF_COMMIT_CONFLICT;
    if (!logs_gate(store, commit, partition))
        return WF_COMMIT_BROKEN;
    if (commit->act_key.length && !mem_of(store)->world->are_gates_open &&
        !act_gate(store, commit, partition))
        return WF_COMMIT_REPEATED;
    return WF_COMMIT_OK;
}

/* ---- writes ---- */

static void score_put(struct mem_store *mem, const char *key, struct wf_bytes member, int64_t score)
{
    int64_t *copy = g_new(int64_t, 1);
    *copy = score;
    g_hash_table_replace(mem_make(mem, key)->scores, mem_bytes(member), copy);
}

static void score_drop(struct mem_store *mem, const char *key, struct wf_bytes member)
{
    GBytes *name = mem_bytes(member);
    g_hash_table_remove(mem_make(mem, key)->scores, name);
    g_bytes_unref(name);
}

static void put_number(struct mem_store *mem, const char *key, struct wf_bytes member)
{
    char number[16];
    if (mem_hash_get(mem, key, member))
        return;
    int length =
        g_snprintf(number, sizeof number, "%u", g_hash_table_size(mem_make(mem, key)->hash));
    mem_hash_put(mem, key, member,
                 (struct wf_bytes){.data = (const uint8_t *)number, .length = (size_t)length});
}

static void write_index(struct wf_store *store, const struct wf_index *index, unsigned partition)
{
    static const char *const kinds[] = {
        [WF_INDEX_HASH_PUT] = "x:h:",    [WF_INDEX_HASH_DROP] = "x:h:",
        [WF_INDEX_ZSET_PUT] = "x:z:",    [WF_INDEX_ZSET_DROP] = "x:z:",
        [WF_INDEX_LOG_APPEND] = "x:l:",  [WF_INDEX_COUNT_UP] = "x:n:",
        [WF_INDEX_HASH_NUMBER] = "x:h:",
    };
    struct mem_store *mem = mem_of(store);
    g_autofree char *key = mem_key(store, partition, kinds[index->op], index->name);
    switch (index->op) {
    case WF_INDEX_HASH_PUT:
        mem_hash_put(mem, key, index->member, index->value);
        break;
    case WF_INDEX_HASH_DROP:
        mem_hash_drop(mem, key, index->member);
        break;
    case WF_INDEX_ZSET_PUT:
        score_put(mem, key, index->member, index->score);
        break;
    case WF_INDEX_ZSET_DROP:
        score_drop(mem, key, index->member);
        break;
    case WF_INDEX_LOG_APPEND:
        mem_append(mem, key, (uint64_t)index->score, 0, index->value);
        break;
    case WF_INDEX_COUNT_UP:
        mem_make(mem, key)->count++;
        break;
    case WF_INDEX_HASH_NUMBER:
        put_number(mem, key, index->member);
        break;
    }
}

static void write_act(struct wf_store *store, const struct wf_commit *commit, unsigned partition)
{
    struct mem_store *mem = mem_of(store);
    g_autofree char *key = mem_key(store, partition, "y:", commit->act_key);
    mem_hash_put(mem, key, MEM_TEXT(""), commit->act_answer);
    mem_make(mem, key)->expires = mem->world->now + 1000u * (uint64_t)commit->act_ttl_s;
}

static void write_state(struct wf_store *store, const struct wf_commit *commit, const char *key)
{
    struct mem_store *mem = mem_of(store);
    if (commit->lane_from) {
        g_autofree char *lanes = mem_aggregate_key(store, "l", commit->kind, commit->id);
        g_autofree char *field = lane_field(commit);
        mem_hash_put(mem, lanes, MEM_TEXT(field),
                     (struct wf_bytes){(const uint8_t *)&commit->lane_sequence,
                                       sizeof commit->lane_sequence});
    }
    if (commit->version_after != commit->version_before) {
        g_autofree char *version = g_strdup_printf("%" PRIu64, commit->version_after);
        mem_hash_put(mem, key, MEM_TEXT("_v"), MEM_TEXT(version));
    }
    for (size_t i = 0; i < commit->put_count; i++)
        mem_hash_put(mem, key, commit->puts[i].name, commit->puts[i].value);
    for (size_t i = 0; i < commit->drop_count; i++)
        mem_hash_drop(mem, key, commit->drops[i]);
}

static void write_journal(struct wf_store *store, struct wf_commit *commit, unsigned partition)
{
    struct mem_store *mem = mem_of(store);
    g_autofree char *key = mem_key(store, partition, "j", MEM_TEXT(""));
    struct mem_container *journal = mem_make(mem, key);
    commit->journal_ms = mem->world->now;
    if (journal->rows->len) {
        const struct mem_row *last = journal->rows->pdata[journal->rows->len - 1];
        commit->journal_n = last->ms == commit->journal_ms ? last->n + 1 : 0;
    }
    mem_append(mem, key, commit->journal_ms, commit->journal_n, commit->journal);
}

static void write_queues(struct wf_store *store, const struct wf_commit *commit, unsigned partition)
{
    struct mem_store *mem = mem_of(store);
    g_autofree char *outbox = mem_key(store, partition, "o", MEM_TEXT(""));
    for (size_t i = 0; i < commit->outgoing_count; i++)
        mem_hash_put(mem, outbox, (struct wf_bytes){commit->outgoing[i].entry.bytes, 16},
                     commit->outgoing[i].envelope);
    for (size_t i = 0; i < commit->trim_count; i++)
        mem_hash_drop(mem, outbox, (struct wf_bytes){commit->trims[i].bytes, 16});
    g_autofree char *timers = mem_key(store, partition, "t", MEM_TEXT(""));
    g_autofree char *member = g_strdup_printf("%s:%s", commit->kind, commit->id);
    if (commit->timer == WF_TIMER_CLEAR || commit->end)
        score_drop(mem, timers, MEM_TEXT(member));
    else if (commit->timer == WF_TIMER_SET)
        score_put(mem, timers, MEM_TEXT(member), commit->due);
}

static void write_parking(struct wf_store *store, const struct wf_commit *commit,
                          unsigned partition, const char *aggregate)
{
    struct mem_store *mem = mem_of(store);
    g_autofree char *dead = mem_key(store, partition, "d", MEM_TEXT(""));
    if (commit->dead_id && commit->dead_drop)
        mem_hash_drop(mem, dead, MEM_TEXT(commit->dead_id));
    else if (commit->dead_id)
        mem_hash_put(mem, dead, MEM_TEXT(commit->dead_id), commit->dead_letter);
    g_autofree char *parked = mem_aggregate_key(store, "k", commit->kind, commit->id);
    if (commit->park.length) {
        mem_append(mem, parked, 0, 0, commit->park);
        mem_hash_put(mem, aggregate, MEM_TEXT("_p"), MEM_TEXT("1"));
    }
    struct mem_container *list = mem_find(mem, parked);
    if (commit->unpark && list && list->rows->len)
        g_ptr_array_remove_index(list->rows, 0);
    if (commit->unmark)
        mem_hash_drop(mem, aggregate, MEM_TEXT("_p"));
}

static void commit_one(struct wf_store *store, struct wf_commit *commit)
{
    unsigned partition = wf_partition(commit->id);
    commit->result = gates(store, commit, partition);
    if (commit->result != WF_COMMIT_OK)
        return;
    g_autofree char *aggregate = mem_aggregate_key(store, "a", commit->kind, commit->id);
    if (commit->act_key.length)
        write_act(store, commit, partition);
    for (size_t i = 0; i < commit->index_count; i++)
        write_index(store, &commit->indexes[i], partition);
    if (commit->end) {
        g_autofree char *lanes = mem_aggregate_key(store, "l", commit->kind, commit->id);
        g_hash_table_remove(mem_of(store)->world->keys, aggregate);
        g_hash_table_remove(mem_of(store)->world->keys, lanes);
    } else {
        write_state(store, commit, aggregate);
    }
    if (commit->journal.length)
        write_journal(store, commit, partition);
    write_queues(store, commit, partition);
    write_parking(store, commit, partition, aggregate);
}

int mem_commit(struct wf_store *store, struct wf_commit *commits, size_t count,
               struct wf_error *error)
{
    struct mem_store *mem = mem_of(store);
    int failed = mem_fails(mem, error);
    if (failed && !mem->carried_out)
        return -1;
    for (size_t i = 0; i < count; i++)
        commit_one(store, &commits[i]);
    return failed;
}

/* The server does it at once; only its answer takes time. */
bool mem_send(struct wf_store *store, struct wf_commit *commits, size_t count)
{
    struct mem_store *mem = mem_of(store);
    if (!mem->world->is_slow || mem->sent_count + count > MEM_SENT_MAX)
        return false;
    int failed = mem_fails(mem, &mem->sent_error);
    if (failed)
        mem->sent_status = failed;
    mem->is_asked = mem->is_asked && mem->sent_count;
    for (size_t i = 0; i < count; i++) {
        if (!mem->sent_status || mem->carried_out)
            commit_one(store, &commits[i]);
        mem->results[mem->sent_count] = commits[i].result;
        mem->sent[mem->sent_count++] = &commits[i];
        commits[i].result = WF_COMMIT_UNKNOWN;
    }
    return true;
}

int mem_collect(struct wf_store *store, const struct wf_commit *until, struct wf_error *error)
{
    struct mem_store *mem = mem_of(store);
    bool is_early = !until && !mem->is_asked;
    mem->is_asked = is_early;
    if (mem->sent_status) {
        *error = mem->sent_error;
        mem->sent_status = 0;
        mem->sent_count = 0;
        return -1;
    }
    if (is_early)
        return 0;
    size_t taken = 0;
    while (taken < mem->sent_count) {
        struct wf_commit *commit = mem->sent[taken];
        commit->result = mem->results[taken++];
        if (commit == until)
            break;
    }
    mem->sent_count -= taken;
    memmove(mem->sent, mem->sent + taken, mem->sent_count * sizeof(struct wf_commit *));
    memmove(mem->results, mem->results + taken, mem->sent_count * sizeof *mem->results);
    return 0;
}

size_t mem_under_way(const struct wf_store *store)
{
    return ((const struct mem_store *)(const void *)store)->sent_count;
}

int mem_trim(struct wf_store *store, unsigned partition, const struct wf_entry *entries,
             size_t count, struct wf_error *error)
{
    struct mem_store *mem = mem_of(store);
    int failed = mem_fails(mem, error);
    if (failed && !mem->carried_out)
        return -1;
    g_autofree char *outbox = mem_key(store, partition, "o", MEM_TEXT(""));
    for (size_t i = 0; i < count; i++)
        mem_hash_drop(mem, outbox, (struct wf_bytes){entries[i].bytes, 16});
    return failed;
}
