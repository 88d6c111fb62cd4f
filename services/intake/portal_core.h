/* portal_core.h - who may speak for a portal, and the numbers of what it was told; pure.  SPEC 5.
 *
 * When a struct of the state changes: add the member to the table of portal_codec.c. */
#ifndef PORTAL_CORE_H
#define PORTAL_CORE_H

#include "intake_policy.h"
#include "wf_step.h"

enum {
    PORTAL_ID_MAX = 48, /* "portal/<id>" must fit an actor, "log:<id>" a name */
    PORTAL_ASSOCIATIONS = 40,
    PORTAL_TYPES = 32,
    PORTAL_GOOD = 2, /* keys and tokens good at once: the newest and the one before */
    PORTAL_KEY = 40,
    PORTAL_TOKEN = 32,
    PORTAL_URL = 500,
    PORTAL_OUTCOME = 16 * 1024
};

enum portal_state_id {
#define PORTAL_STATE(symbol, name) PORTAL_##symbol,
#include "portal_states.def"
#undef PORTAL_STATE
    PORTAL_STATE_COUNT
};
enum portal_event_id {
#define PORTAL_CELLS(symbol, none, active, revoked) PORTAL_EVENT_##symbol,
#include "portal_cells.def"
#undef PORTAL_CELLS
    PORTAL_EVENT_COUNT
};
enum portal_reason_id {
#define PORTAL_REASON(symbol, code, text) PORTAL_REASON_##symbol,
#include "portal_reasons.def"
#undef PORTAL_REASON
    PORTAL_REASON_COUNT
};

struct portal_association {
    char id[32];
};
struct portal_type {
    char prefix[129];
};
struct portal_key {
    char z85[PORTAL_KEY + 1];
};
struct portal_token {
    uint8_t sha256[PORTAL_TOKEN];
};

struct portal_state {
    enum portal_state_id state;
    int32_t association_count, type_count, key_count, token_count;
    struct portal_association associations[PORTAL_ASSOCIATIONS];
    struct portal_type types[PORTAL_TYPES]; /* none: every portal event */
    struct portal_key keys[PORTAL_GOOD];    /* newest first */
    struct portal_token tokens[PORTAL_GOOD];
    char webhook_url[PORTAL_URL + 1];
    bool webhook_off; /* the courier gave it up */
    uint64_t outcomes;
    uint64_t delivered;
};

struct portal_event {
    struct wf_event_meta meta;
    enum portal_event_id kind;
    union {
        struct { /* PUT; ROTATE: only key and token */
            int32_t association_count, type_count;
            struct portal_association associations[PORTAL_ASSOCIATIONS];
            struct portal_type types[PORTAL_TYPES];
            struct portal_key key;     /* empty: none */
            struct portal_token token; /* all zero: none */
            bool has_token;
            char webhook_url[PORTAL_URL + 1];
        } put;
        struct {
            char id[WF_ID_MAX + 1];
            char type[129];
            char subject[WF_KIND_MAX + WF_ID_MAX + 2];
            uint64_t number;
            wf_time time;
            char cause[WF_ID_MAX + 1];
            char data[PORTAL_OUTCOME]; /* JSON */
        } outcome;
        struct {
            uint64_t sequence;
            bool disabled;
        } webhook;
    } is;
};

enum portal_effect_id {
    PORTAL_EFFECT_NONE,
    PORTAL_CARD,     /* the doors must know */
    PORTAL_ENDPOINT, /* the courier must know */
    PORTAL_LOG,      /* the outcome in hand, as number `outcomes` */
    PORTAL_PUSH      /* and to the webhook */
};
struct portal_effects {
    int32_t count;
    enum portal_effect_id list[PORTAL_PUSH + 1];
};

struct wf_verdict portal_step(const void *policy, const void *before, const void *event,
                              wf_time now, void *after, void *effects);
wf_time portal_next_deadline(const void *policy, const void *state);
bool portal_holds(const void *state, const char **broken);
const char *portal_state_name(enum portal_state_id state);
extern const struct wf_reason portal_reasons[PORTAL_REASON_COUNT];

#endif
