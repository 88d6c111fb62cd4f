/* Opening, closing and installing: redis_store.h.  The rest is in redis_commit.c, redis_read.c and
 * redis_values.c. */
#include "redis_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

/* ---- keys ---- */

struct redis_prefix redis_prefix_make(enum wf_service service, unsigned partition,
                                      const char *letters)
{
    struct redis_prefix prefix;
    char digits[21];
    const char *parts[] = {
        "{", wf_service_name(service), ":", redis_digits(partition, digits), "}:", letters};
    prefix.length = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t length = strlen(parts[i]);
        WF_ASSERT(prefix.length + length <= sizeof prefix.text);
        memcpy(prefix.text + prefix.length, parts[i], length);
        prefix.length += length;
    }
    return prefix;
}

void redis_put_key(struct redis_store *redis, unsigned partition, const char *letters,
                   const char *name)
{
    struct redis_prefix prefix = redis_prefix_make(redis->base.service, partition, letters);
    redis_put_pair(redis_link_of(redis, partition), redis_prefix_bytes(&prefix), redis_text(name));
}

void redis_put_aggregate_key(struct redis_store *redis, const char *letter, const char *kind,
                             const char *id)
{
    char name[WF_KIND_MAX + WF_ID_MAX + 4];
    int length = snprintf(name, sizeof name, "%s:%s:%s", letter, kind, id);
    WF_ASSERT(length > 0 && (size_t)length < sizeof name);
    redis_put_key(redis, wf_partition(id), "", name);
}

/* ---- life ---- */

static int check_version(struct redis_link *link, struct wf_error *error)
{
    redis_put_head(link, 3);
    redis_put_text(link, "FCALL");
    redis_put_text(link, "endorse_version");
    redis_put_text(link, "0");
    redisReply *reply = redis_link_expect(link, REDIS_REPLY_INTEGER, false,
                                          "tell the version of its functions", error);
    if (!reply)
        return -1;
    long long version = reply->integer;
    freeReplyObject(reply);
    if (version != REDIS_FUNCTIONS_VERSION)
        return wf_fail(error, WF_CONFIG,
                       "Redis has version %lld of the functions, this program needs %d: load "
                       "deploy/redis/endorse.lua of this release as deploy/run does",
                       version, REDIS_FUNCTIONS_VERSION);
    return 0;
}

void redis_send_all(struct redis_store *redis)
{
    for (size_t i = 0; i < REDIS_LINKS; i++)
        redis_link_send(&redis->links[i]);
}

static void close_links(struct redis_store *redis)
{
    for (size_t i = 0; i < REDIS_LINKS; i++)
        redis_link_close(&redis->links[i]);
}

static bool is_whole(const struct redis_store *redis)
{
    for (size_t i = 0; i < REDIS_LINKS; i++)
        if (!redis->links[i].context)
            return false;
    return true;
}

void redis_settle(struct redis_store *redis)
{
    for (size_t i = 0; i < REDIS_LINKS; i++)
        redis_link_skip(&redis->links[i]);
    if (!is_whole(redis))
        close_links(redis);
}

redisReply *redis_expect(struct redis_store *redis, unsigned partition, int type, bool or_nil,
                         const char *doing, struct wf_error *error)
{
    redisReply *reply =
        redis_link_expect(redis_link_of(redis, partition), type, or_nil, doing, error);
    if (!reply)
        redis_settle(redis);
    return reply;
}

/* Closing a link takes it out of the set. */
static int connect_link(struct redis_store *redis, struct redis_link *link, struct wf_error *error)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = link};
    if (redis_link_connect(link, error))
        return -1;
    if (epoll_ctl(redis->ready, EPOLL_CTL_ADD, link->context->fd, &event) == 0)
        return 0;
    return wf_fail(error, WF_LIMIT, "cannot watch the connection to Redis");
}

static int redis_reconnect(struct wf_store *store, struct wf_error *error)
{
    struct redis_store *redis = redis_of(store);
    int status = 0;
    close_links(redis);
    redis->sent_status = 0;
    for (size_t i = 0; i < REDIS_LINKS && !status; i++)
        status = connect_link(redis, &redis->links[i], error);
    if (!status)
        status = check_version(&redis->links[0], error);
    if (status)
        close_links(redis);
    return status;
}

static int redis_fd(const struct wf_store *store)
{
    const struct redis_store *redis = (const struct redis_store *)(const void *)store;
    return is_whole(redis) ? redis->ready : -1;
}

static void redis_destroy(struct wf_store **store)
{
    struct redis_store *redis = redis_bare(*store);
    for (size_t i = 0; i < REDIS_LINKS; i++)
        redis_link_fini(&redis->links[i]);
    (void)close(redis->ready);
    free(redis);
    *store = NULL;
}

static const struct wf_store_ops redis_ops = {
    .load = redis_load,
    .commit = redis_commit,
    .send = redis_send,
    .collect = redis_collect,
    .under_way = redis_under_way,
    .trim = redis_trim,
    .outbox = redis_outbox,
    .timers = redis_timers,
    .parked_first = redis_parked_first,
    .dead = redis_dead,
    .journal = redis_journal,
    .log = redis_log,
    .hash = redis_hash,
    .zset = redis_zset,
    .counts = redis_counts,
    .secret = redis_secret,
    .secrets = redis_secrets,
    .forget = redis_forget,
    .rewrite = redis_rewrite,
    .beat = redis_beat,
    .beats = redis_beats,
    .clock_offset = redis_clock_offset,
    .set_clock_offset = redis_set_clock_offset,
    .reconnect = redis_reconnect,
    .fd = redis_fd,
    .destroy = redis_destroy,
};

int redis_store_open(struct wf_store **store, enum wf_service service, const char *socket,
                     const char *user, const char *password, int timeout_ms, struct wf_error *error)
{
    struct redis_store *redis = calloc(1, sizeof *redis);
    WF_ASSERT(redis);
    redis->base.ops = &redis_ops;
    redis->base.service = service;
    redis->spread = 1;
    redis->ready = epoll_create1(EPOLL_CLOEXEC);
    WF_ASSERT(redis->ready >= 0);
    for (size_t i = 0; i < REDIS_LINKS; i++)
        redis_link_init(&redis->links[i], socket, user, password, timeout_ms);
    *store = &redis->base;
    if (!redis_reconnect(*store, error))
        return 0;
    wf_store_destroy(store);
    return -1;
}
