/* wf_http.h - HTTP server: one request a connection, answered now or later.  GATEWAY 1.
 *
 * The server has one descriptor, readable when there is work, and never blocks; one thread.  The
 * handler gets a complete request that the guard has passed.  It answers with wf_http_answer, at
 * once or in a later turn, by the request's ticket; a client that has gone meanwhile is no error.
 */
#ifndef WF_HTTP_H
#define WF_HTTP_H

#include "wf_bytes.h"
#include "wf_error.h"
#include "wf_time.h"

#include <stdbool.h>
#include <stdint.h>

struct wf_http;

enum wf_http_method { WF_HTTP_GET, WF_HTTP_HEAD, WF_HTTP_POST };

/* Borrowed for the handler's call, but for the ticket. */
struct wf_http_request {
    uint64_t ticket;
    enum wf_http_method method;
    const char *path;  /* decoded, UTF-8, begins with '/', no "." or ".." segment */
    const char *query; /* as it came, behind '?'; "" if there is none */
    struct wf_bytes body;
    /* The peer is this machine itself, calls us by a name of this machine, and no proxy spoke for
     * another. */
    bool local;
    void *connection;
};
/* NULL if absent. */
const char *wf_http_header(const struct wf_http_request *request, const char *name);

struct wf_http_field {
    const char *name;
    const char *value;
};
enum { WF_HTTP_FIELDS_MAX = 8 };

struct wf_http_response {
    unsigned status;
    const char *type;                                /* of the body; NULL: none */
    struct wf_bytes body;                            /* copied */
    struct wf_http_field fields[WF_HTTP_FIELDS_MAX]; /* copied; ends at the first NULL name */
};

typedef void wf_http_handler_f(void *context, const struct wf_http_request *request);

/* How many requests and refusals there were: for the metrics. */
struct wf_http_counts {
    uint64_t answered[6]; /* by hundreds of the status */
    uint64_t refused;     /* of these, by the guard */
    uint64_t connections; /* now in service */
};

/* Listens on a numeric address ("127.0.0.1", "::1") and port; port 0 takes a free one. */
int wf_http_open(struct wf_http **http, const char *address, uint16_t port,
                 wf_http_handler_f *handler, void *context, struct wf_error *error) WF_MUST_CHECK;
uint16_t wf_http_port(const struct wf_http *http);
int wf_http_fd(const struct wf_http *http);
/* Does what waits; `now` is monotonic.  Returns when it wants its next turn at the latest. */
wf_time wf_http_turn(struct wf_http *http, wf_time now);
void wf_http_answer(struct wf_http *http, uint64_t ticket, const struct wf_http_response *response);
struct wf_http_counts wf_http_counts(const struct wf_http *http);
/* Takes no new connection; those in service are still answered. */
void wf_http_quiesce(struct wf_http *http);
void wf_http_close(struct wf_http **http);

#endif
