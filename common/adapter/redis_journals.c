/* Reading journals for their copy: redis_journals.h. */
#include "redis_journals.h"

#include "redis_inner.h"

#include <stdio.h>
#include <stdlib.h>

struct redis_journals {
    struct wf_journals base;
    struct redis_link link;
    struct wf_journals_entry *entries; /* of one reply */
    size_t capacity;
    struct wf_buffer strange; /* texts of entries that are no lines */
};

static struct redis_journals *journals_of(struct wf_journals *journals)
{
    return (struct redis_journals *)(void *)journals;
}

/* ---- asking ---- */

static void put_stream(struct redis_link *link, const struct wf_journals_ask *ask)
{
    struct redis_prefix key = redis_prefix_make(ask->service, ask->partition, "j");
    redis_put(link, redis_prefix_bytes(&key));
}

/* The length comes behind the entries: an entry between the two makes it longer, never shorter. */
static void put_ask(struct redis_link *link, const struct wf_journals_ask *ask)
{
    char id[48];
    (void)snprintf(id, sizeof id, "%s%llu-%llu", ask->is_exact ? "" : "(",
                   (unsigned long long)ask->ms, (unsigned long long)ask->n);
    redis_put_head(link, 6);
    redis_put_text(link, "XRANGE");
    put_stream(link, ask);
    redis_put_text(link, id);
    redis_put_text(link, ask->is_exact ? id : "+");
    redis_put_text(link, "COUNT");
    redis_put_number(link, (int64_t)ask->most);
    if (ask->is_exact)
        return;
    redis_put_head(link, 2);
    redis_put_text(link, "XLEN");
    put_stream(link, ask);
}

/* ---- answers ---- */

static bool parse_id(const redisReply *reply, struct wf_journals_entry *entry)
{
    char text[48];
    char *end = NULL;
    if (reply->type != REDIS_REPLY_STRING || reply->len >= sizeof text)
        return false;
    memcpy(text, reply->str, reply->len);
    text[reply->len] = '\0';
    entry->ms = strtoull(text, &end, 10);
    entry->n = *end == '-' ? strtoull(end + 1, NULL, 10) : 0;
    return true;
}

/* Field names and values with a line feed behind each.  The buffer may move: only its place is noted. */
static size_t keep_strange(struct redis_journals *journals, const redisReply *fields)
{
    size_t begin = journals->strange.length;
    for (size_t i = 0; i < fields->elements; i++) {
        if (fields->element[i]->type == REDIS_REPLY_STRING)
            wf_buffer_append(&journals->strange, fields->element[i]->str, fields->element[i]->len);
        wf_buffer_append(&journals->strange, "\n", 1);
    }
    return journals->strange.length - begin;
}

/* [ "<ms>-<n>", [ "m", line ] ]; a line without data is to be taken from the strange ones. */
static bool take_entry(struct redis_journals *journals, const redisReply *reply,
                       struct wf_journals_entry *entry)
{
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2 ||
        reply->element[1]->type != REDIS_REPLY_ARRAY || !parse_id(reply->element[0], entry))
        return false;
    const redisReply *fields = reply->element[1];
    bool is_ours = fields->elements == 2 && fields->element[0]->len == 1 &&
                   fields->element[0]->str[0] == 'm' &&
                   fields->element[1]->type == REDIS_REPLY_STRING;
    entry->line = is_ours ? (struct wf_bytes){(const uint8_t *)fields->element[1]->str,
                                              fields->element[1]->len}
                          : (struct wf_bytes){NULL, keep_strange(journals, fields)};
    return true;
}

static void place_strange(const struct redis_journals *journals, size_t count)
{
    const uint8_t *at = journals->strange.data;
    for (size_t i = 0; i < count; i++) {
        struct wf_journals_entry *entry = &journals->entries[i];
        if (entry->line.data)
            continue;
        entry->line.data = at;
        at += entry->line.length;
    }
}

/* A key that is no stream any more has nothing that was copied. */
static bool is_no_stream(const redisReply *reply)
{
    return reply->type == REDIS_REPLY_ERROR && strncmp(reply->str, "WRONGTYPE", 9) == 0;
}

static int take_entries(struct redis_journals *journals, const redisReply *reply, size_t *count,
                        struct wf_error *error)
{
    *count = 0;
    if (is_no_stream(reply))
        return 0;
    if (reply->type != REDIS_REPLY_ARRAY)
        return redis_reply_fails(reply, "read a journal", error);
    if (reply->elements > journals->capacity) {
        journals->capacity = reply->elements;
        journals->entries =
            realloc(journals->entries, journals->capacity * sizeof *journals->entries);
        WF_ASSERT(journals->entries);
    }
    wf_buffer_clear(&journals->strange);
    for (size_t i = 0; i < reply->elements; i++)
        if (!take_entry(journals, reply->element[i], &journals->entries[i]))
            return wf_fail(error, WF_BROKEN, "Redis answered with something that is no entry");
    *count = reply->elements;
    place_strange(journals, *count);
    return 0;
}

static int take_length(struct redis_journals *journals, uint64_t *length, struct wf_error *error)
{
    redisReply *reply = redis_link_reply(&journals->link, error);
    if (!reply)
        return -1;
    int status = 0;
    *length = 0;
    if (reply->type == REDIS_REPLY_INTEGER)
        *length = (uint64_t)reply->integer;
    else if (!is_no_stream(reply))
        status = redis_reply_fails(reply, "count a journal", error);
    freeReplyObject(reply);
    return status;
}

static int take_answer(struct redis_journals *journals, const struct wf_journals_ask *ask,
                       size_t index, wf_journals_f *each, void *context, struct wf_error *error)
{
    uint64_t length = 0;
    size_t count = 0;
    redisReply *reply = redis_link_reply(&journals->link, error);
    if (!reply)
        return -1;
    int status = take_entries(journals, reply, &count, error);
    if (!status && !ask->is_exact)
        status = take_length(journals, &length, error);
    if (!status)
        each(context, index, length, journals->entries, count);
    freeReplyObject(reply);
    return status;
}

static int read_journals(struct wf_journals *base, const struct wf_journals_ask *asks, size_t count,
                         wf_journals_f *each, void *context, struct wf_error *error)
{
    struct redis_journals *journals = journals_of(base);
    if (!journals->link.context && redis_link_connect(&journals->link, error))
        return -1;
    for (size_t i = 0; i < count; i++)
        put_ask(&journals->link, &asks[i]);
    for (size_t i = 0; i < count; i++) {
        if (take_answer(journals, &asks[i], i, each, context, error)) {
            redis_link_skip(&journals->link);
            return -1;
        }
    }
    return 0;
}

static void destroy_journals(struct wf_journals **base)
{
    struct redis_journals *journals = journals_of(*base);
    redis_link_fini(&journals->link);
    wf_buffer_fini(&journals->strange);
    free(journals->entries);
    free(journals);
    *base = NULL;
}

struct wf_journals *redis_journals_open(const char *socket, const char *user, const char *password,
                                        int timeout_ms)
{
    static const struct wf_journals_ops ops = {.read = read_journals, .destroy = destroy_journals};
    struct redis_journals *journals = calloc(1, sizeof *journals);
    WF_ASSERT(journals);
    journals->base.ops = &ops;
    redis_link_init(&journals->link, socket, user, password, timeout_ms);
    return &journals->base;
}
