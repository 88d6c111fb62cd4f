/* One connection to Redis: redis_link.h. */
#include "redis_link.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Who waits for a Redis that hangs serves nobody meanwhile, and will try again soon: a new connection gets less
 * time than a command of a connection that has worked. */
enum { SIGN_IN_MS = 400 };

/* ---- life ---- */

static char *copy_text(const char *text)
{
    if (!text)
        return NULL;
    char *copy = strdup(text);
    WF_ASSERT(copy);
    return copy;
}

/* A program that has its own handler keeps it. */
static void ignore_sigpipe(void)
{
    struct sigaction action;
    if (sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL)
        (void)signal(SIGPIPE, SIG_IGN);
}

void redis_link_init(struct redis_link *link, const char *socket, const char *user,
                     const char *password, int timeout_ms)
{
    *link = (struct redis_link){.socket = copy_text(socket),
                                .user = copy_text(user),
                                .password = copy_text(password),
                                .timeout_ms = timeout_ms};
    ignore_sigpipe();
}

void redis_link_close(struct redis_link *link)
{
    if (link->context)
        redisFree(link->context);
    link->context = NULL;
    link->pending = 0;
    wf_buffer_clear(&link->out);
}

void redis_link_fini(struct redis_link *link)
{
    redis_link_close(link);
    if (link->password)
        explicit_bzero(link->password, strlen(link->password));
    free(link->password);
    free(link->user);
    free(link->socket);
    wf_buffer_fini(&link->out);
}

/* A new connection has no identity: signing in is part of connecting. */
static int sign_in(struct redis_link *link, struct wf_error *error)
{
    if (link->user) {
        redis_put_head(link, 3);
        redis_put_text(link, "AUTH");
        redis_put_text(link, link->user);
        redis_put_text(link, link->password ? link->password : "");
        redisReply *reply = redis_link_expect(link, REDIS_REPLY_STATUS, false, "sign in", error);
        /* The command held the password. */
        explicit_bzero(link->out.data, link->out.capacity);
        if (!reply)
            return -1;
        freeReplyObject(reply);
    }
    return 0;
}

static struct timeval limit_of(int milliseconds)
{
    return (struct timeval){.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
}

static int set_limit(struct redis_link *link, int milliseconds, struct wf_error *error)
{
    if (redisSetTimeout(link->context, limit_of(milliseconds)) == REDIS_OK)
        return 0;
    return wf_fail(error, WF_AGAIN, "cannot set the time limit of the Redis connection");
}

int redis_link_connect(struct redis_link *link, struct wf_error *error)
{
    int sign_in_ms = link->timeout_ms < SIGN_IN_MS ? link->timeout_ms : SIGN_IN_MS;
    redis_link_close(link);
    link->context = redisConnectUnixWithTimeout(link->socket, limit_of(sign_in_ms));
    if (!link->context || link->context->err) {
        int status = wf_fail(error, WF_AGAIN, "cannot connect to Redis at %s: %s", link->socket,
                             link->context ? link->context->errstr : "out of memory");
        redis_link_close(link);
        return status;
    }
    if (set_limit(link, sign_in_ms, error) || sign_in(link, error) ||
        set_limit(link, link->timeout_ms, error)) {
        redis_link_close(link);
        return -1;
    }
    return 0;
}

/* ---- writing ---- */

char *redis_digits(uint64_t number, char text[static 21])
{
    char *at = text + 20;
    *at = '\0';
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    return at;
}

/* "<letter><number>\r\n" */
static void put_count(struct redis_link *link, char letter, size_t number)
{
    char text[24];
    char digits[21];
    const char *first = redis_digits(number, digits);
    size_t length = (size_t)(digits + 20 - first);
    text[0] = letter;
    memcpy(text + 1, first, length);
    memcpy(text + 1 + length, "\r\n", 2);
    wf_buffer_append(&link->out, text, length + 3);
}

void redis_put_head(struct redis_link *link, size_t words)
{
    put_count(link, '*', words);
    link->pending++;
}

void redis_put_bytes(struct redis_link *link, const void *data, size_t length)
{
    put_count(link, '$', length);
    wf_buffer_append(&link->out, data, length);
    wf_buffer_append(&link->out, "\r\n", 2);
}

void redis_put_text(struct redis_link *link, const char *text)
{
    redis_put_bytes(link, text, strlen(text));
}

void redis_put_number(struct redis_link *link, int64_t number)
{
    char text[22];
    /* Negating the least number would overflow; as unsigned it does not. */
    char *first = redis_digits(number < 0 ? 0 - (uint64_t)number : (uint64_t)number, text + 1);
    if (number < 0)
        *--first = '-';
    redis_put_bytes(link, first, (size_t)(text + 21 - first));
}

void redis_put_pair(struct redis_link *link, struct wf_bytes first, struct wf_bytes second)
{
    put_count(link, '$', first.length + second.length);
    wf_buffer_append(&link->out, first.data, first.length);
    wf_buffer_append(&link->out, second.data, second.length);
    wf_buffer_append(&link->out, "\r\n", 2);
}

/* ---- answers ---- */

static int lost(struct redis_link *link, struct wf_error *error)
{
    int status =
        wf_fail(error, WF_AGAIN, "lost the connection to Redis at %s: %s", link->socket,
                link->context && link->context->err ? link->context->errstr : "not connected");
    redis_link_close(link);
    return status;
}

/* Hands everything put so far to the connection, which writes it while it waits for the reply. */
static bool hand_over(struct redis_link *link)
{
    if (!link->context)
        return false;
    if (!link->out.length)
        return true;
    int status =
        redisAppendFormattedCommand(link->context, (const char *)link->out.data, link->out.length);
    wf_buffer_clear(&link->out);
    return status == REDIS_OK;
}

void redis_link_send(struct redis_link *link)
{
    int written = 0;
    if (!link->out.length || !hand_over(link))
        return;
    while (!written && redisBufferWrite(link->context, &written) == REDIS_OK) {
    }
}

redisReply *redis_link_reply(struct redis_link *link, struct wf_error *error)
{
    void *reply = NULL;
    if (!hand_over(link) || redisGetReply(link->context, &reply) != REDIS_OK) {
        (void)lost(link, error);
        return NULL;
    }
    link->pending--;
    return reply;
}

int redis_link_read(struct redis_link *link, struct wf_error *error)
{
    if (link->context && redisBufferRead(link->context) == REDIS_OK)
        return 0;
    (void)lost(link, error);
    return -1;
}

redisReply *redis_link_arrived(struct redis_link *link)
{
    void *reply = NULL;
    if (!link->context || redisGetReplyFromReader(link->context, &reply) != REDIS_OK || !reply)
        return NULL;
    link->pending--;
    return reply;
}

struct meaning {
    const char *prefix;
    enum wf_error_code code;
    const char *advice;
};

/* First words of Redis' error replies, and what each means for us. */
static const struct meaning meanings[] = {
    {"LOADING", WF_AGAIN, "it is still loading its data"},
    {"BUSY", WF_AGAIN, "a script keeps it busy"},
    {"MISCONF", WF_AGAIN, "it cannot write to its disk: look at its log and the free space"},
    {"READONLY", WF_AGAIN, "it is a replica: it takes no writes"},
    {"MASTERDOWN", WF_AGAIN, "its primary is away"},
    {"TRYAGAIN", WF_AGAIN, "its cluster is being changed"},
    {"CLUSTERDOWN", WF_AGAIN, "its cluster is down"},
    {"ERR Background append only", WF_AGAIN, "it is at it: again when it is done"},
    {"OOM", WF_LIMIT, "it has no memory for more: raise maxmemory or free some"},
    {"WRONGPASS", WF_CONFIG, "it refuses our credential: run deploy/run's setup again"},
    {"NOAUTH", WF_CONFIG, "it wants a credential and we have none"},
    {"NOPERM", WF_CONFIG, "our user may not do this: compare deploy/redis/acl.def"},
    {"ERR The user executing", WF_CONFIG, "our user may not do this: compare deploy/redis/acl.def"},
    {"ERR Function not found", WF_CONFIG,
     "the function library is not loaded: load deploy/redis/endorse.lua as deploy/run does"},
    {"LAYOUT", WF_CONFIG,
     "its functions are of another version: load deploy/redis/endorse.lua of this release"},
    {"ERR max number of clients", WF_AGAIN, "it has too many connections"},
};

int redis_reply_fails(const redisReply *reply, const char *doing, struct wf_error *error)
{
    if (reply->type != REDIS_REPLY_ERROR)
        return wf_fail(error, WF_BROKEN, "Redis answered with an unexpected type %d to: %s",
                       reply->type, doing);
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        const struct meaning *row = &meanings[i];
        if (strncmp(reply->str, row->prefix, strlen(row->prefix)) == 0)
            return wf_fail(error, row->code, "Redis cannot %s: %s", doing, row->advice);
    }
    /* Redis repeats arguments in this one text; they may be anybody's. */
    if (strncmp(reply->str, "ERR unknown command", 19) == 0)
        return wf_fail(error, WF_CONFIG, "Redis cannot %s: it is too old", doing);
    return wf_fail(error, WF_BROKEN, "Redis cannot %s: %.100s", doing, reply->str);
}

redisReply *redis_link_expect(struct redis_link *link, int type, bool or_nil, const char *doing,
                              struct wf_error *error)
{
    redisReply *reply = redis_link_reply(link, error);
    if (!reply)
        return NULL;
    if (reply->type == type || (or_nil && reply->type == REDIS_REPLY_NIL))
        return reply;
    (void)redis_reply_fails(reply, doing, error);
    freeReplyObject(reply);
    return NULL;
}

void redis_link_skip(struct redis_link *link)
{
    while (link->context && link->pending) {
        redisReply *reply = redis_link_reply(link, NULL);
        if (reply)
            freeReplyObject(reply);
    }
}
