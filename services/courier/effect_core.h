/* effect_core.h - the life of one mail: attempts, retries, bounces, what is not known.  Pure.
 * SPEC 2. */
#ifndef EFFECT_CORE_H
#define EFFECT_CORE_H

#include "wf_step.h"

enum {
    EFFECT_ATTEMPTS_MOST = 9, /* SPEC 2.3 */
    EFFECT_MISSING_MOST = 3,  /* SPEC 2.5: attempts without an address */
    EFFECT_ARGUMENTS_MOST = 10,
    EFFECT_NAME_MAX = 48,    /* of a template or an argument */
    EFFECT_VALUE_MAX = 1400, /* of an argument: twenty codes of reasons */
    EFFECT_DETAIL_MAX = 39,
    EFFECT_LATER_MS = 1000
};
#define EFFECT_OVERDUE (2 * WF_MINUTE)
#define EFFECT_RETENTION (30 * WF_DAY)

enum effect_state {
#define EFFECT_STATE(symbol, name, waits) EFFECT_##symbol,
#include "effect_states.def"
#undef EFFECT_STATE
    EFFECT_STATE_COUNT
};

enum effect_kind {
    EFFECT_ON_TICK, /* first: a tick comes as a zeroed event */
    EFFECT_ON_REQUESTED,
    EFFECT_ON_ACCEPTED,
    EFFECT_ON_FAILED,
    EFFECT_ON_REJECTED,
    EFFECT_ON_NO_ADDRESS,
    EFFECT_ON_UNCERTAIN,
    EFFECT_KIND_COUNT
};

struct effect_argument {
    char name[EFFECT_NAME_MAX + 1];
    char value[EFFECT_VALUE_MAX + 1];
};

/* What was asked for: references only. */
struct effect_mail {
    char template_name[EFFECT_NAME_MAX + 1];
    char to_person[WF_ID_MAX + 1];
    char about_person[WF_ID_MAX + 1]; /* "" if none */
    char association[WF_ID_MAX + 1];
    char link_application[WF_ID_MAX + 1]; /* "" if there is no link */
    uint32_t link_request;
    uint32_t link_generation;
    uint8_t link_purpose; /* the protocol's LinkPurpose */
    struct effect_argument arguments[EFFECT_ARGUMENTS_MOST];
    uint32_t argument_count;
    bool hold; /* the template forbids a second mail after an unknown result */
    struct wf_address asker;
};

struct effect {
    enum effect_state state;
    uint32_t attempt;        /* made so far, the one in hand included */
    uint32_t missing;        /* attempts that found no address */
    uint32_t possibly_twice; /* attempts of which nobody knows how they ended */
    wf_time requested;
    wf_time due; /* overdue, next attempt or end of retention, by state */
    char detail[EFFECT_DETAIL_MAX + 1];
    struct effect_mail mail;
};

struct effect_event {
    struct wf_event_meta meta;
    enum effect_kind kind;
    uint32_t attempt; /* results: which one ended */
    char detail[EFFECT_DETAIL_MAX + 1];
    struct effect_mail mail; /* requested */
};

struct effect_effects {
    bool send;   /* the attempt that `after` counts */
    bool report; /* to the asker: `after` is its end */
    bool end;    /* the aggregate's life is over */
};

/* What the step may know of the shell: whether the mailer has enough in hand. */
struct effect_policy {
    bool full;
};

struct wf_verdict effect_step(const void *policy, const void *before, const void *event,
                              wf_time now, void *after, void *effects);
wf_time effect_next_deadline(const void *policy, const void *state);
bool effect_holds(const void *state, const char **broken);
bool effect_ended(enum effect_state state);

#endif
