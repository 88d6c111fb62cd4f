/* ops_metrics.h - the view and the gateway's own counters as Prometheus text.  Pure.  GATEWAY 5. */
#ifndef OPS_METRICS_H
#define OPS_METRICS_H

#include "ops_view.h"
#include "wf_http.h"

/*      symbol                  name                            what it counts */
#define GATEWAY_COUNTERS(X)                                                                        \
    X(GATEWAY_EVENTS_ACCEPTED, "events_accepted_total", "Portal events answered 202.")             \
    X(GATEWAY_EVENTS_DUPLICATE, "events_duplicate_total", "Portal events answered 200.")           \
    X(GATEWAY_EVENTS_CONFLICT, "events_conflict_total", "Portal events answered 422.")             \
    X(GATEWAY_EVENTS_INVALID, "events_invalid_total", "Portal events answered 400 or 415.")        \
    X(GATEWAY_EVENTS_DENIED, "events_denied_total", "Portal requests answered 401 or 403.")        \
    X(GATEWAY_EVENTS_BUSY, "events_busy_total", "Portal requests answered 429 or 503.")            \
    X(GATEWAY_RATINGS_SENT, "ratings_sent_total", "Ratings and declines taken by their owner.")    \
    X(GATEWAY_RATINGS_REFUSED, "ratings_refused_total", "Ratings sent back to their rater.")       \
    X(GATEWAY_LINKS_DEAD, "links_dead_total", "Requests with a link that opens nothing.")

enum gateway_counter {
#define X(symbol, name, help) symbol,
    GATEWAY_COUNTERS(X)
#undef X
        GATEWAY_COUNTER_COUNT
};

struct ops_own {
    uint64_t counters[GATEWAY_COUNTER_COUNT];
    struct wf_http_counts http;
    uint64_t registry_entries;
};

void ops_metrics(const struct ops_view *view, const struct ops_own *own, const char *version,
                 wf_time now, struct wf_buffer *text);

#endif
