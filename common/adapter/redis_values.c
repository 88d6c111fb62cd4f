/* Single values: keys of persons and papers, heartbeats, the business clock. */
#include "redis_inner.h"

#include <stdlib.h>

enum { SECRETS_BATCH = 512 };

/* ---- keys of persons and papers ---- */

int redis_secret(struct wf_store *store, unsigned partition, const char *name,
                 struct wf_bytes fresh, struct wf_buffer *value, struct wf_error *error)
{
    struct redis_store *redis = redis_of(store);
    struct redis_link *link = redis_link_of(redis, partition);
    wf_buffer_clear(value);
    redis_put_head(link, fresh.length ? 5 : 2);
    redis_put_text(link, fresh.length ? "SET" : "GET");
    redis_put_key(redis, partition, "s:", name);
    if (fresh.length) {
        redis_put(link, fresh);
        redis_put_text(link, "NX");
        redis_put_text(link, "GET");
    }
    redisReply *reply =
        redis_expect(redis, partition, REDIS_REPLY_STRING, true, "read a key", error);
    /* A wrapped key is no secret by itself, but it need not stay in our memory either. */
    if (fresh.length && link->out.data)
        explicit_bzero(link->out.data, link->out.capacity);
    if (!reply)
        return -1;
    int status = 0;
    if (reply->type == REDIS_REPLY_STRING)
        wf_buffer_append(value, reply->str, reply->len);
    else if (fresh.length)
        wf_buffer_append(value, fresh.data, fresh.length);
    else
        status = wf_fail(error, WF_NOT_FOUND, "there is no key under this name");
    freeReplyObject(reply);
    return status;
}

static int take_secret(struct redis_store *redis, struct wf_secret_read *read,
                       struct wf_error *error)
{
    redisReply *reply =
        redis_expect(redis, read->partition, REDIS_REPLY_STRING, true, "read keys", error);
    if (!reply)
        return -1;
    if (reply->type == REDIS_REPLY_STRING)
        wf_buffer_append(&read->value, reply->str, reply->len);
    freeReplyObject(reply);
    return 0;
}

int redis_secrets(struct wf_store *store, struct wf_secret_read *reads, size_t count,
                  struct wf_error *error)
{
    struct redis_store *redis = redis_of(store);
    redis_spread(redis, count);
    for (size_t done = 0; done < count;) {
        size_t end = count - done < SECRETS_BATCH ? count : done + SECRETS_BATCH;
        for (size_t i = done; i < end; i++) {
            struct redis_link *link = redis_link_of(redis, reads[i].partition);
            wf_buffer_clear(&reads[i].value);
            redis_put_head(link, 2);
            redis_put_text(link, "GET");
            redis_put_key(redis, reads[i].partition, "s:", reads[i].name);
        }
        redis_send_all(redis);
        for (; done < end; done++) {
            if (take_secret(redis, &reads[done], error))
                return -1;
        }
    }
    return 0;
}

/* Reads the answer of a command whose number tells nothing we need. */
static int done(struct redis_store *redis, unsigned partition, int type, const char *doing,
                struct wf_error *error)
{
    redisReply *reply = redis_expect(redis, partition, type, false, doing, error);
    if (!reply)
        return -1;
    freeReplyObject(reply);
    return 0;
}

int redis_forget(struct wf_store *store, unsigned partition, const char *name,
                 struct wf_error *error)
{
    struct redis_store *redis = redis_of(store);
    redis_put_head(redis_link_of(redis, partition), 2);
    redis_put_text(redis_link_of(redis, partition), "DEL");
    redis_put_key(redis, partition, "s:", name);
    return done(redis, partition, REDIS_REPLY_INTEGER, "destroy a key", error);
}

int redis_rewrite(struct wf_store *store, unsigned partition, struct wf_error *error)
{
    struct redis_store *redis = redis_of(store);
    redis_put_head(redis_link_of(redis, partition), 1);
    redis_put_text(redis_link_of(redis, partition), "BGREWRITEAOF");
    return done(redis, partition, REDIS_REPLY_STATUS, "rewrite the append-only file", error);
}

/* ---- the whole installation ---- */

int redis_beat(struct wf_store *store, const char *field, struct wf_bytes json,
               struct wf_error *error)
{
    struct redis_store *redis = redis_of(store);
    struct redis_link *link = &redis->links[0];
    redis_put_head(link, 6);
    redis_put_text(link, "FCALL");
    redis_put_text(link, "endorse_beat");
    redis_put_text(link, "1");
    redis_put_text(link, "wf:workers");
    redis_put_text(link, field);
    redis_put(link, json);
    return done(redis, 0, REDIS_REPLY_INTEGER, "write a heartbeat", error);
}

int redis_clock_offset(struct wf_store *store, wf_time *offset, struct wf_error *error)
{
    struct redis_store *redis = redis_of(store);
    struct redis_link *link = &redis->links[0];
    redis_put_head(link, 2);
    redis_put_text(link, "GET");
    redis_put_text(link, "wf:clock");
    redisReply *reply =
        redis_expect(redis, 0, REDIS_REPLY_STRING, true, "read the business clock", error);
    if (!reply)
        return -1;
    *offset = reply->type == REDIS_REPLY_STRING ? strtoll(reply->str, NULL, 10) : 0;
    freeReplyObject(reply);
    return 0;
}

int redis_set_clock_offset(struct wf_store *store, wf_time offset, struct wf_error *error)
{
    struct redis_store *redis = redis_of(store);
    struct redis_link *link = &redis->links[0];
    redis_put_head(link, 3);
    redis_put_text(link, "SET");
    redis_put_text(link, "wf:clock");
    redis_put_number(link, offset);
    return done(redis, 0, REDIS_REPLY_STATUS, "set the business clock", error);
}
