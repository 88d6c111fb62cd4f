/* The commit: lays out what deploy/redis/endorse.lua takes, and reads its verdict. */
#include "redis_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>

/* Commands in flight before their replies are read: bounds both sides' buffers. */
enum { BATCH_COMMANDS = 512, BATCH_BYTES = 4 * 1024 * 1024, TRIM_WORDS = 1000 };

/* What one commit will send; counted before anything is written, because RESP says first how much
 * comes. */
struct layout {
    bool lane, act, end, journal, timer, dead, park;
    size_t puts, drops; /* none when it ends */
    size_t keys, args;
};

static struct layout layout_of(const struct wf_commit *commit)
{
    struct layout layout = {
        .lane = commit->lane_from,
        .act = commit->act_key.length > 0,
        .end = commit->end,
        .journal = commit->journal.length > 0,
        .timer = commit->timer != WF_TIMER_KEEP || commit->end,
        .dead = commit->dead_id,
        .park = commit->park.length > 0,
        .puts = commit->end ? 0 : commit->put_count,
        .drops = commit->end ? 0 : commit->drop_count,
    };
    layout.keys = 1u + (layout.lane || layout.end) + layout.act + commit->index_count +
                  layout.journal + (commit->outgoing_count + commit->trim_count > 0) +
                  layout.timer + layout.dead + (layout.park || commit->unpark);
    layout.args = 1 + 2u * layout.act + 3 * commit->index_count + 2 * layout.puts + layout.drops +
                  layout.journal + 2 * commit->outgoing_count + commit->trim_count +
                  2u * layout.timer + 2u * layout.dead + layout.park;
    return layout;
}

static const char *index_type(enum wf_index_op op)
{
    static const char *const types[] = {
        [WF_INDEX_HASH_PUT] = "x:h:",    [WF_INDEX_HASH_DROP] = "x:h:",
        [WF_INDEX_ZSET_PUT] = "x:z:",    [WF_INDEX_ZSET_DROP] = "x:z:",
        [WF_INDEX_LOG_APPEND] = "x:l:",  [WF_INDEX_COUNT_UP] = "x:n:",
        [WF_INDEX_HASH_NUMBER] = "x:h:",
    };
    return types[op];
}

static struct redis_link *link_of(struct redis_store *redis, const struct wf_commit *commit)
{
    return &redis->links[redis->link_of[wf_partition(commit->id)]];
}

/* The first connection that has not enough to do yet, else the one that has least. */
static unsigned least_busy(const struct redis_store *redis)
{
    unsigned best = 0;
    for (unsigned i = 0; i < REDIS_LINKS; i++) {
        if (redis->links[i].pending < REDIS_PER_LINK)
            return i;
        if (redis->links[i].pending < redis->links[best].pending)
            best = i;
    }
    return best;
}

static void put_bare_key(struct redis_link *link, const struct redis_prefix *prefix,
                         const char *letter)
{
    redis_put_pair(link, redis_prefix_bytes(prefix), redis_text(letter));
}

static void put_keys(struct redis_store *redis, const struct wf_commit *commit,
                     const struct layout *layout, struct wf_bytes member)
{
    unsigned partition = wf_partition(commit->id);
    struct redis_link *link = link_of(redis, commit);
    struct redis_prefix prefix = redis_prefix_make(redis->base.service, partition, "");
    struct redis_prefix aggregate = prefix;
    memcpy(aggregate.text + aggregate.length, "a:", 2);
    aggregate.length += 2;
    redis_put_pair(link, redis_prefix_bytes(&aggregate), member);
    if (layout->lane || layout->end) {
        aggregate.text[aggregate.length - 2] = 'l';
        redis_put_pair(link, redis_prefix_bytes(&aggregate), member);
    }
    if (layout->act) {
        aggregate.text[aggregate.length - 2] = 'y';
        redis_put_pair(link, redis_prefix_bytes(&aggregate), commit->act_key);
    }
    for (size_t i = 0; i < commit->index_count; i++) {
        const struct wf_index *index = &commit->indexes[i];
        struct redis_prefix typed =
            redis_prefix_make(redis->base.service, partition, index_type(index->op));
        redis_put_pair(link, redis_prefix_bytes(&typed), index->name);
    }
    if (layout->journal)
        put_bare_key(link, &prefix, "j");
    if (commit->outgoing_count + commit->trim_count > 0)
        put_bare_key(link, &prefix, "o");
    if (layout->timer)
        put_bare_key(link, &prefix, "t");
    if (layout->dead)
        put_bare_key(link, &prefix, "d");
    if (layout->park || commit->unpark) {
        aggregate.text[aggregate.length - 2] = 'k';
        redis_put_pair(link, redis_prefix_bytes(&aggregate), member);
    }
}

/* ---- the header, in one piece ---- */

static uint8_t *store_u16(uint8_t *at, size_t number)
{
    *at++ = (uint8_t)(number >> 8);
    *at++ = (uint8_t)number;
    return at;
}

/* A length and so many bytes, 255 at most. */
static uint8_t *store_text(uint8_t *at, const char *text, size_t length)
{
    WF_ASSERT(length <= UINT8_MAX);
    *at++ = (uint8_t)length;
    memcpy(at, text, length);
    return at + length;
}

static uint8_t *store_digits(uint8_t *at, uint64_t number)
{
    char digits[21];
    const char *first = redis_digits(number, digits);
    return store_text(at, first, (size_t)(digits + 20 - first));
}

/* The lane's field, "<from> <incarnation>", and the message's number as a big-endian double. */
static uint8_t *store_lane(uint8_t *at, const struct wf_commit *commit)
{
    char field[WF_ADDRESS_MAX + 24] = "";
    char digits[21];
    size_t length = 0;
    double sequence = 0;
    uint64_t bits;
    if (commit->lane_from) {
        const char *incarnation = redis_digits(commit->lane_incarnation, digits);
        int written = snprintf(field, sizeof field, "%s %s", commit->lane_from, incarnation);
        WF_ASSERT(written > 0 && (size_t)written < sizeof field);
        length = (size_t)written;
        sequence = (double)commit->lane_sequence;
    }
    at = store_text(at, field, length);
    memcpy(&bits, &sequence, sizeof bits);
    for (int shift = 56; shift >= 0; shift -= 8)
        *at++ = (uint8_t)(bits >> shift);
    return at;
}

static void put_header(struct redis_link *link, const struct wf_commit *commit,
                       const struct layout *layout)
{
    uint8_t header[20 + 2 * 21 + WF_ADDRESS_MAX + 25 + 8];
    uint8_t *at = header;
    *at++ = REDIS_FUNCTIONS_VERSION;
    *at++ = layout->lane;
    *at++ = layout->act;
    *at++ = layout->end;
    *at++ = layout->journal;
    *at++ = layout->timer;
    *at++ = layout->dead;
    *at++ = layout->park;
    *at++ = commit->unpark;
    *at++ = commit->unmark;
    at = store_u16(at, commit->index_count);
    at = store_u16(at, layout->puts);
    at = store_u16(at, layout->drops);
    at = store_u16(at, commit->outgoing_count);
    at = store_u16(at, commit->trim_count);
    at = store_digits(at, commit->version_before);
    at = store_digits(at, commit->version_after);
    at = store_lane(at, commit);
    redis_put_bytes(link, header, (size_t)(at - header));
}

static void put_index(struct redis_link *link, const struct wf_index *index)
{
    static const char letters[] = {
        [WF_INDEX_HASH_PUT] = 'h',    [WF_INDEX_HASH_DROP] = 'H',  [WF_INDEX_ZSET_PUT] = 'z',
        [WF_INDEX_ZSET_DROP] = 'Z',   [WF_INDEX_LOG_APPEND] = 'l', [WF_INDEX_COUNT_UP] = 'n',
        [WF_INDEX_HASH_NUMBER] = 'c',
    };
    redis_put_bytes(link, &letters[index->op], 1);
    if (index->op == WF_INDEX_LOG_APPEND)
        redis_put_number(link, index->score);
    else
        redis_put(link, index->member);
    if (index->op == WF_INDEX_ZSET_PUT)
        redis_put_number(link, index->score);
    else
        redis_put(link, index->value);
}

static void put_args(struct redis_link *link, const struct wf_commit *commit,
                     const struct layout *layout, struct wf_bytes member)
{
    put_header(link, commit, layout);
    if (layout->act) {
        redis_put(link, commit->act_answer);
        redis_put_number(link, commit->act_ttl_s);
    }
    for (size_t i = 0; i < commit->index_count; i++)
        put_index(link, &commit->indexes[i]);
    for (size_t i = 0; i < layout->puts; i++) {
        redis_put(link, commit->puts[i].name);
        redis_put(link, commit->puts[i].value);
    }
    for (size_t i = 0; i < layout->drops; i++)
        redis_put(link, commit->drops[i]);
    if (layout->journal)
        redis_put(link, commit->journal);
    for (size_t i = 0; i < commit->outgoing_count; i++) {
        redis_put_bytes(link, commit->outgoing[i].entry.bytes,
                        sizeof commit->outgoing[i].entry.bytes);
        redis_put(link, commit->outgoing[i].envelope);
    }
    for (size_t i = 0; i < commit->trim_count; i++)
        redis_put_bytes(link, commit->trims[i].bytes, sizeof commit->trims[i].bytes);
    if (layout->timer) {
        redis_put(link, member);
        if (commit->timer == WF_TIMER_SET && !commit->end)
            redis_put_number(link, commit->due);
        else
            redis_put_text(link, "");
    }
    if (layout->dead) {
        redis_put_text(link, commit->dead_id);
        redis_put(link, commit->dead_letter);
    }
    if (layout->park)
        redis_put(link, commit->park);
}

/* Gives how many bytes it is. */
static size_t put_commit(struct redis_store *redis, const struct wf_commit *commit)
{
    unsigned partition = wf_partition(commit->id);
    if (!redis->commits[partition]++)
        redis->link_of[partition] = (uint8_t)least_busy(redis);
    struct redis_link *link = link_of(redis, commit);
    struct layout layout = layout_of(commit);
    char text[WF_KIND_MAX + WF_ID_MAX + 2];
    size_t kind = strlen(commit->kind), id = strlen(commit->id);
    WF_ASSERT(kind <= WF_KIND_MAX && id <= WF_ID_MAX);
    memcpy(text, commit->kind, kind);
    text[kind] = ':';
    memcpy(text + kind + 1, commit->id, id);
    const struct wf_bytes member = {(const uint8_t *)text, kind + 1 + id};

    size_t before = link->out.length;
    redis_put_head(link, 3 + layout.keys + layout.args);
    redis_put_bytes(link, "FCALL", 5);
    redis_put_bytes(link, commit->must_fit ? "endorse_accept" : "endorse_commit", 14);
    redis_put_number(link, (int64_t)layout.keys);
    put_keys(redis, commit, &layout, member);
    put_args(link, commit, &layout, member);
    return link->out.length - before;
}

/* ---- results ---- */

static int take_id(const redisReply *reply, struct wf_commit *commit, struct wf_error *error)
{
    commit->result = WF_COMMIT_OK;
    if (!reply->len)
        return 0;
    char *end = NULL;
    commit->journal_ms = strtoull(reply->str, &end, 10);
    if (*end != '-')
        return redis_reply_fails(reply, "name the journal entry", error);
    commit->journal_n = strtoull(end + 1, NULL, 10);
    return 0;
}

static int take_verdict(const redisReply *reply, struct wf_commit *commit, struct wf_error *error)
{
    if (reply->type == REDIS_REPLY_STRING)
        return take_id(reply, commit, error);
    if (reply->type == REDIS_REPLY_INTEGER && reply->integer > WF_COMMIT_OK &&
        reply->integer <= WF_COMMIT_BROKEN) {
        commit->result = (enum wf_commit_result)reply->integer;
        return 0;
    }
    if (reply->type == REDIS_REPLY_ARRAY && reply->elements == 2 &&
        reply->element[1]->type == REDIS_REPLY_STRING) {
        commit->result = WF_COMMIT_REPEATED;
        wf_buffer_append(&commit->prior, reply->element[1]->str, reply->element[1]->len);
        return 0;
    }
    if (reply->type == REDIS_REPLY_ERROR && commit->must_fit &&
        strncmp(reply->str, "OOM", 3) == 0) {
        commit->result = WF_COMMIT_FULL;
        return 0;
    }
    return redis_reply_fails(reply, "carry out a commit", error);
}

static int take_reply(struct redis_store *redis, redisReply *reply, struct wf_commit *commit,
                      struct wf_error *error)
{
    redis->commits[wf_partition(commit->id)]--;
    int status = take_verdict(reply, commit, error);
    freeReplyObject(reply);
    return status;
}

static int take_one(struct redis_store *redis, struct wf_commit *commit, struct wf_error *error)
{
    redisReply *reply = redis_link_reply(link_of(redis, commit), error);
    if (reply)
        return take_reply(redis, reply, commit, error);
    redis->commits[wf_partition(commit->id)]--;
    return -1;
}

static void drop_sent(struct redis_store *redis, size_t count)
{
    redis->sent_count -= count;
    memmove(redis->sent, redis->sent + count, redis->sent_count * sizeof(struct wf_commit *));
}

/* The first `count` of those under way.  Every verdict is read even after a bad one. */
static int take_sent(struct redis_store *redis, size_t count, struct wf_error *error)
{
    int status = redis->sent_status;
    if (status)
        *error = redis->sent_error;
    for (size_t i = 0; i < count; i++) {
        if (take_one(redis, redis->sent[i], error))
            status = -1;
    }
    drop_sent(redis, count);
    redis->sent_status = 0;
    return status;
}

/* Takes all of them for a caller who has other questions: whoever collects hears of a failure. */
static void take_aside(struct redis_store *redis)
{
    struct wf_error error;
    if (!redis->sent_count || !take_sent(redis, redis->sent_count, &error))
        return;
    redis->sent_status = -1;
    redis->sent_error = error;
    redis_settle(redis);
}

struct redis_store *redis_of(struct wf_store *store)
{
    struct redis_store *redis = redis_bare(store);
    take_aside(redis);
    redis_spread(redis, 1);
    return redis;
}

/* ---- sending and waiting ---- */

bool redis_send(struct wf_store *store, struct wf_commit *commits, size_t count)
{
    struct redis_store *redis = redis_bare(store);
    if (redis->sent_count + count > REDIS_SENT_MAX)
        return false;
    for (size_t i = 0; i < count; i++) {
        redis->sent[redis->sent_count++] = &commits[i];
        (void)put_commit(redis, &commits[i]);
    }
    redis_send_all(redis);
    return true;
}

/* Reads what has come on any link, without waiting. */
static int read_links(struct redis_store *redis, struct wf_error *error)
{
    struct epoll_event events[REDIS_LINKS];
    int count = epoll_wait(redis->ready, events, REDIS_LINKS, 0), status = 0;
    for (int i = 0; i < count; i++) {
        if (redis_link_read(events[i].data.ptr, error))
            status = -1;
    }
    return status;
}

/* The verdicts that are here, in order; `*taken`: how many. */
static int take_arrived(struct redis_store *redis, size_t *taken, struct wf_error *error)
{
    int status = read_links(redis, error);
    while (!status && *taken < redis->sent_count) {
        struct wf_commit *commit = redis->sent[*taken];
        redisReply *reply = redis_link_arrived(link_of(redis, commit));
        if (!reply)
            break;
        (*taken)++;
        status = take_reply(redis, reply, commit, error);
    }
    return status;
}

int redis_collect(struct wf_store *store, const struct wf_commit *until, struct wf_error *error)
{
    struct redis_store *redis = redis_bare(store);
    size_t taken = 0;
    int status = redis->sent_status ? take_sent(redis, 0, error) : 0;
    if (!status)
        status = take_arrived(redis, &taken, error);
    drop_sent(redis, taken);
    for (taken = 0; until && taken < redis->sent_count && redis->sent[taken] != until; taken++) {
    }
    if (!status && until && taken < redis->sent_count)
        status = take_sent(redis, taken + 1, error);
    if (status) {
        redis_settle(redis);
        drop_sent(redis, redis->sent_count);
        memset(redis->commits, 0, sizeof redis->commits);
    }
    return status;
}

size_t redis_under_way(const struct wf_store *store)
{
    return ((const struct redis_store *)(const void *)store)->sent_count;
}

static int commit_batch(struct redis_store *redis, struct wf_commit *commits, size_t count,
                        size_t *done, struct wf_error *error)
{
    size_t first = *done, bytes = 0;
    while (*done < count && *done - first < BATCH_COMMANDS && bytes < BATCH_BYTES)
        bytes += put_commit(redis, &commits[(*done)++]);
    redis_send_all(redis);
    int status = take_sent(redis, redis->sent_count, error);
    for (size_t i = first; i < *done; i++) {
        if (take_one(redis, &commits[i], error))
            status = -1;
    }
    if (status)
        redis_settle(redis);
    return status;
}

int redis_commit(struct wf_store *store, struct wf_commit *commits, size_t count,
                 struct wf_error *error)
{
    struct redis_store *redis = redis_bare(store);
    size_t done = 0;
    int status = 0;
    do
        status = commit_batch(redis, commits, count, &done, error);
    while (done < count && !status);
    return status;
}

static void put_trim(struct redis_store *redis, unsigned partition, const struct wf_entry *entries,
                     size_t count)
{
    struct redis_link *link = redis_link_of(redis, partition);
    redis_put_head(link, 2 + count);
    redis_put_text(link, "HDEL");
    redis_put_key(redis, partition, "o", "");
    for (size_t i = 0; i < count; i++)
        redis_put_bytes(link, entries[i].bytes, sizeof entries->bytes);
}

int redis_trim(struct wf_store *store, unsigned partition, const struct wf_entry *entries,
               size_t count, struct wf_error *error)
{
    struct redis_store *redis = redis_of(store);
    for (size_t done = 0, words; done < count; done += words) {
        words = count - done < TRIM_WORDS ? count - done : TRIM_WORDS;
        put_trim(redis, partition, entries + done, words);
        redisReply *reply =
            redis_expect(redis, partition, REDIS_REPLY_INTEGER, false, "trim an outbox", error);
        if (!reply)
            return -1;
        freeReplyObject(reply);
    }
    return 0;
}
