/* Portals: keys, and the numbers of their outcomes.  SPEC 5. */
#include "portal_core.h"

#include <string.h>

const struct wf_reason portal_reasons[PORTAL_REASON_COUNT] = {
#define PORTAL_REASON(symbol, its_code, its_text)                                                  \
    [PORTAL_REASON_##symbol] = {.code = its_code, .text = its_text},
#include "portal_reasons.def"
#undef PORTAL_REASON
};

const char *portal_state_name(enum portal_state_id state)
{
    static const char *const names[PORTAL_STATE_COUNT] = {
#define PORTAL_STATE(symbol, name) [PORTAL_##symbol] = name,
#include "portal_states.def"
#undef PORTAL_STATE
    };
    return names[state];
}

struct work {
    const struct intake_policy *policy;
    const struct portal_event *event;
    struct portal_state *after;
    struct portal_effects *effects;
};

static void push(struct work *work, enum portal_effect_id effect)
{
    work->effects->list[work->effects->count++] = effect;
}

static struct wf_verdict refuse(enum portal_reason_id reason)
{
    return wf_refused((uint16_t)reason);
}

static struct wf_verdict rule_nothing_new(struct work *work)
{
    (void)work;
    return wf_ignored();
}
static struct wf_verdict rule_refuse_unknown(struct work *work)
{
    (void)work;
    return refuse(PORTAL_REASON_UNKNOWN);
}
static struct wf_verdict rule_refuse_revoked(struct work *work)
{
    (void)work;
    return refuse(PORTAL_REASON_REVOKED);
}

/* The newest comes first; what was first stays good until the next rotation. */
static void add_key(struct portal_state *after, const struct portal_key *key)
{
    if (!key->z85[0] || (after->key_count > 0 && strcmp(after->keys[0].z85, key->z85) == 0))
        return;
    after->keys[1] = after->keys[0];
    after->keys[0] = *key;
    after->key_count += after->key_count < PORTAL_GOOD;
}

static void add_token(struct portal_state *after, const struct portal_token *token)
{
    if (after->token_count > 0 && memcmp(&after->tokens[0], token, sizeof *token) == 0)
        return;
    after->tokens[1] = after->tokens[0];
    after->tokens[0] = *token;
    after->token_count += after->token_count < PORTAL_GOOD;
}

static bool knows_associations(const struct work *work)
{
    for (int32_t i = 0; i < work->event->is.put.association_count; i++) {
        if (!wf_policy_association(work->policy->book, work->event->is.put.associations[i].id))
            return false;
    }
    return true;
}

static struct wf_verdict rule_put(struct work *work)
{
    struct portal_state *after = work->after;
    const struct portal_event *event = work->event;
    bool has_key = event->is.put.key.z85[0] || event->is.put.has_token;
    if (strlen(event->meta.self.id) > PORTAL_ID_MAX)
        return refuse(PORTAL_REASON_ID_LONG);
    if (!knows_associations(work))
        return refuse(PORTAL_REASON_ASSOCIATION_UNKNOWN);
    if (!has_key && after->key_count + after->token_count == 0)
        return refuse(PORTAL_REASON_NO_KEY);
    after->state = PORTAL_ACTIVE;
    after->association_count = event->is.put.association_count;
    memcpy(after->associations, event->is.put.associations, sizeof after->associations);
    after->type_count = event->is.put.type_count;
    memcpy(after->types, event->is.put.types, sizeof after->types);
    memcpy(after->webhook_url, event->is.put.webhook_url, sizeof after->webhook_url);
    after->webhook_off = false;
    add_key(after, &event->is.put.key);
    if (event->is.put.has_token)
        add_token(after, &event->is.put.token);
    push(work, PORTAL_CARD);
    push(work, PORTAL_ENDPOINT);
    return wf_applied();
}

static struct wf_verdict rule_rotate(struct work *work)
{
    if (!work->event->is.put.key.z85[0] && !work->event->is.put.has_token)
        return refuse(PORTAL_REASON_NO_KEY);
    add_key(work->after, &work->event->is.put.key);
    if (work->event->is.put.has_token)
        add_token(work->after, &work->event->is.put.token);
    push(work, PORTAL_CARD);
    return wf_applied();
}

/* Nothing of a revoked portal's keys is kept: adding it again begins with new ones. */
static struct wf_verdict rule_revoke(struct work *work)
{
    struct portal_state *after = work->after;
    after->state = PORTAL_REVOKED;
    memset(after->keys, 0, sizeof after->keys);
    memset(after->tokens, 0, sizeof after->tokens);
    after->key_count = 0;
    after->token_count = 0;
    memset(after->webhook_url, 0, sizeof after->webhook_url);
    push(work, PORTAL_CARD);
    push(work, PORTAL_ENDPOINT);
    return wf_applied();
}

static struct wf_verdict rule_outcome(struct work *work)
{
    work->after->outcomes++;
    push(work, PORTAL_LOG);
    if (work->after->webhook_url[0] && !work->after->webhook_off)
        push(work, PORTAL_PUSH);
    return wf_applied();
}

static struct wf_verdict rule_webhook_reported(struct work *work)
{
    struct portal_state *after = work->after;
    bool moves = work->event->is.webhook.sequence > after->delivered;
    bool stops = work->event->is.webhook.disabled && !after->webhook_off;
    if (!moves && !stops)
        return wf_ignored();
    if (moves)
        after->delivered = work->event->is.webhook.sequence;
    after->webhook_off |= stops;
    return wf_applied();
}

typedef struct wf_verdict rule_f(struct work *work);
static rule_f *const rules[PORTAL_EVENT_COUNT][PORTAL_STATE_COUNT] = {
#define PORTAL_CELLS(symbol, none, active, revoked)                                                \
    [PORTAL_EVENT_##symbol] = {[PORTAL_NONE] = rule_##none,                                        \
                               [PORTAL_ACTIVE] = rule_##active,                                    \
                               [PORTAL_REVOKED] = rule_##revoked},
#include "portal_cells.def"
#undef PORTAL_CELLS
};

struct wf_verdict portal_step(const void *policy, const void *before, const void *event,
                              wf_time now, void *after, void *effects)
{
    const struct portal_state *portal = before;
    struct work work = {.policy = policy, .event = event, .after = after, .effects = effects};
    (void)now;
    *work.after = *portal;
    struct wf_verdict verdict = rules[work.event->kind][portal->state](&work);
    if (verdict.step != WF_APPLIED)
        memset(after, 0, sizeof *work.after);
    return verdict;
}

wf_time portal_next_deadline(const void *policy, const void *state)
{
    (void)policy;
    (void)state;
    return WF_NEVER; /* a portal waits for nothing */
}

bool portal_holds(const void *state, const char **broken)
{
    const struct portal_state *p = state;
    if (p->association_count > PORTAL_ASSOCIATIONS || p->type_count > PORTAL_TYPES ||
        p->key_count > PORTAL_GOOD || p->token_count > PORTAL_GOOD)
        *broken = "every collection is bounded";
    else if (p->state != PORTAL_ACTIVE && p->key_count + p->token_count > 0)
        *broken = "only an active portal has keys";
    else if (p->delivered > p->outcomes)
        *broken = "no more is delivered than there is";
    else
        return true;
    return false;
}
