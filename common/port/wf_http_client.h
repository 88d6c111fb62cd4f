/* wf_http_client.h - posts to receivers that nobody vouches for.  One adapter: curl_http_client.
 * services/courier/SPEC.md 3.2. */
#ifndef WF_HTTP_CLIENT_H
#define WF_HTTP_CLIENT_H

#include "wf_bytes.h"
#include "wf_error.h"
#include "wf_time.h"

#include <stdbool.h>

struct wf_http_client;

struct wf_http_post {
    const char *url;
    const char *const *headers; /* "name: value", without control characters */
    size_t header_count;
    struct wf_bytes body;
};

enum wf_http_result {
    WF_HTTP_ANSWERED = 1, /* status says how */
    WF_HTTP_FAILED,       /* no answer; may succeed later */
    WF_HTTP_REFUSED       /* the URL is none that we may call */
};
struct wf_http_answer {
    enum wf_http_result result;
    int status;
    uint32_t retry_after_s; /* 0: none said */
    char detail[40];        /* "503", "timeout": never the receiver's words */
};
typedef void wf_http_done_f(void *context, const struct wf_http_answer *answer);

/* Begins a POST; everything is copied.  `done` is called once, from a later wf_http_client_turn,
 * with `context`.  WF_LIMIT: too much is on the way already. */
int wf_http_client_post(struct wf_http_client *client, const struct wf_http_post *post,
                        wf_http_done_f *done, void *context, struct wf_error *error) WF_MUST_CHECK;
/* As wf_mailer_turn. */
wf_time wf_http_client_turn(struct wf_http_client *client, wf_time now);
/* What is on the way is dropped, `done` is not called: contexts stay the caller's. */
void wf_http_client_destroy(struct wf_http_client **client);

struct wf_http_client_ops {
    int (*post)(struct wf_http_client *, const struct wf_http_post *, wf_http_done_f *, void *,
                struct wf_error *);
    wf_time (*turn)(struct wf_http_client *, wf_time);
    void (*destroy)(struct wf_http_client **);
};
/* First member of every adapter's own struct. */
struct wf_http_client {
    const struct wf_http_client_ops *ops;
};

#endif
