/* redis_link.h - one connection to Redis: pipelining, time limits, and what an error means.  Shared
 * by the files of redis_store only. */
#ifndef WF_REDIS_LINK_H
#define WF_REDIS_LINK_H

#include "wf_bytes.h"
#include "wf_error.h"

#include <hiredis/hiredis.h>

#include <stdbool.h>

struct redis_link {
    redisContext *context; /* NULL: not connected; a context with an error is never used again */
    char *socket;
    char *user; /* NULL: none */
    char *password;
    int timeout_ms;
    struct wf_buffer out; /* commands not yet handed to the connection */
    size_t pending;       /* commands whose replies have not been read */
};

/* Copies the texts; opens nothing. */
void redis_link_init(struct redis_link *link, const char *socket, const char *user,
                     const char *password, int timeout_ms);
/* Closes what is open, connects and signs in. */
int redis_link_connect(struct redis_link *link, struct wf_error *error) WF_MUST_CHECK;
void redis_link_close(struct redis_link *link);
void redis_link_fini(struct redis_link *link);

/* ---- writing: a command is a head and then exactly so many words ---- */
void redis_put_head(struct redis_link *link, size_t words);
void redis_put_bytes(struct redis_link *link, const void *data, size_t length);
void redis_put_text(struct redis_link *link, const char *text);
void redis_put_number(struct redis_link *link, int64_t number);
/* One word from two parts. */
void redis_put_pair(struct redis_link *link, struct wf_bytes first, struct wf_bytes second);
static inline void redis_put(struct redis_link *link, struct wf_bytes bytes)
{
    redis_put_bytes(link, bytes.data, bytes.length);
}

/* Decimal digits of a number at the end of `text`; returns where they begin. */
char *redis_digits(uint64_t number, char text[static 21]);

/* Writes what was put, so that Redis can begin while other connections are written.  Losing the
 * connection shows at the reply. */
void redis_link_send(struct redis_link *link);

/* ---- answers ---- */

/* Next reply, in the order of the commands; the caller frees it with freeReplyObject.  NULL: the
 * connection is lost and closed (WF_AGAIN).  An error reply is a reply: redis_link_fails. */
redisReply *redis_link_reply(struct redis_link *link, struct wf_error *error);
/* The next reply if it is no error and of `type` (or nil where that is allowed); otherwise frees
 * it, gives NULL and fills the error. */
redisReply *redis_link_expect(struct redis_link *link, int type, bool or_nil, const char *doing,
                              struct wf_error *error);
/* Reads what has come without asking for a reply; may be called when the connection has something to
 * read.  -1: the connection is lost and closed. */
int redis_link_read(struct redis_link *link, struct wf_error *error);
/* The next reply if it was read already; NULL: not yet. */
redisReply *redis_link_arrived(struct redis_link *link);
/* Reads and forgets what is still to come, so that the next command meets its own reply. */
void redis_link_skip(struct redis_link *link);
/* Fills the error from an error reply: what the caller does about it. */
int redis_reply_fails(const redisReply *reply, const char *doing, struct wf_error *error);

#endif
