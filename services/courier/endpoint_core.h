/* endpoint_core.h - one webhook receiver: its bounded queue, strictly in order.  Pure.  SPEC 3. */
#ifndef ENDPOINT_CORE_H
#define ENDPOINT_CORE_H

#include "wf_step.h"

enum {
    ENDPOINT_ITEMS_MOST = 8,
    ENDPOINT_BODY_MAX = 20 * 1024, /* Standard Webhooks: keep payloads below 20 KB */
    ENDPOINT_URL_MAX = 512,
    ENDPOINT_DETAIL_MAX = 39,
    ENDPOINT_REPORT_EVERY = 8,
    ENDPOINT_LATER_LEAST_MS = 100,
    ENDPOINT_LATER_MOST_MS = 30 * 1000
};
#define ENDPOINT_OVERDUE (60 * WF_SECOND)
#define ENDPOINT_PATIENCE (3 * WF_DAY)
#define ENDPOINT_RETRY_AFTER_MOST WF_DAY

enum endpoint_state {
#define ENDPOINT_STATE(symbol, name, waits) ENDPOINT_##symbol,
#include "endpoint_states.def"
#undef ENDPOINT_STATE
    ENDPOINT_STATE_COUNT
};

enum endpoint_kind {
    ENDPOINT_ON_TICK, /* first: a tick comes as a zeroed event */
    ENDPOINT_ON_SET_ON,
    ENDPOINT_ON_SET_OFF,
    ENDPOINT_ON_REQUESTED,
    ENDPOINT_ON_ACCEPTED,
    ENDPOINT_ON_FAILED,
    ENDPOINT_ON_REJECTED,
    ENDPOINT_KIND_COUNT
};

struct endpoint_item {
    uint64_t sequence;
    char webhook_id[WF_ID_MAX + 1];
    uint32_t length;
    char body[ENDPOINT_BODY_MAX];
};

struct endpoint {
    enum endpoint_state state;
    char url[ENDPOINT_URL_MAX + 1];
    uint32_t attempt;      /* counted for life; results name theirs */
    uint32_t failures;     /* in a row */
    wf_time failing_since; /* first failure of the row; 0 if none */
    wf_time due;           /* SENDING: overdue; WAITING: next attempt */
    uint64_t delivered;    /* highest sequence */
    uint32_t unreported;   /* deliveries since the last report */
    char detail[ENDPOINT_DETAIL_MAX + 1];
    uint32_t count;
    struct endpoint_item items[ENDPOINT_ITEMS_MOST]; /* the first is the one in hand */
};

struct endpoint_event {
    struct wf_event_meta meta;
    enum endpoint_kind kind;
    char url[ENDPOINT_URL_MAX + 1]; /* set on */
    struct endpoint_item item;      /* requested */
    uint32_t attempt;               /* results */
    uint32_t retry_after_s;
    char detail[ENDPOINT_DETAIL_MAX + 1];
};

struct endpoint_effects {
    bool send; /* the first item, as the attempt that `after` counts */
    bool report;
    bool disabled; /* part of the report: switched off by itself */
};

struct wf_verdict endpoint_step(const void *policy, const void *before, const void *event,
                                wf_time now, void *after, void *effects);
wf_time endpoint_next_deadline(const void *policy, const void *state);
bool endpoint_holds(const void *state, const char **broken);

#endif
