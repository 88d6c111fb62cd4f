/* Operators.  SPEC 14. */
#include "operator_core.h"

#include <string.h>

const struct wf_reason operator_reasons[OPERATOR_REASON_COUNT] = {
#define OPERATOR_REASON(symbol, its_code, its_text)                                                \
    [OPERATOR_REASON_##symbol] = {.code = its_code, .text = its_text},
#include "operator_reasons.def"
#undef OPERATOR_REASON
};

const char *operator_state_name(enum operator_state_id state)
{
    static const char *const names[OPERATOR_STATE_COUNT] = {
#define OPERATOR_STATE(symbol, name) [OPERATOR_##symbol] = name,
#include "operator_states.def"
#undef OPERATOR_STATE
    };
    return names[state];
}

enum { ROLE_IS_COORDINATOR = 1, ROLE_IS_OPERATIONS = 4 };

struct work {
    const struct operator_event *event;
    struct operator_state *after;
    struct operator_effects *effects;
};

static struct wf_verdict refuse(enum operator_reason_id reason)
{
    return wf_refused((uint16_t)reason);
}
static struct wf_verdict rule_nothing(struct work *work)
{
    (void)work;
    return wf_ignored();
}
static struct wf_verdict rule_refuse_unknown(struct work *work)
{
    (void)work;
    return refuse(OPERATOR_REASON_UNKNOWN);
}

static bool is_own(const struct work *work)
{
    return strcmp(work->event->signer.id, work->event->meta.self.id) == 0;
}

/* Whoever only redacts or audits makes no second operator for herself.  The first of all has no signer. */
static bool may_manage(const struct work *work)
{
    int32_t wanted = 1 << ROLE_IS_COORDINATOR | 1 << ROLE_IS_OPERATIONS;
    return !work->event->signer.id[0] || (work->event->signer.roles & wanted) != 0;
}

/* A key that could be replaced would let one person sign as two. */
static struct wf_verdict rule_refuse_known(struct work *work)
{
    return refuse(is_own(work) ? OPERATOR_REASON_OWN : OPERATOR_REASON_KNOWN);
}

static struct wf_verdict rule_put(struct work *work)
{
    if (strlen(work->event->meta.self.id) > PAPER_OPERATOR)
        return refuse(OPERATOR_REASON_ID_LONG);
    if (is_own(work))
        return refuse(OPERATOR_REASON_OWN);
    if (!may_manage(work))
        return refuse(OPERATOR_REASON_ROLE);
    work->after->state = OPERATOR_ACTIVE;
    work->after->roles = work->event->roles;
    memcpy(work->after->key, work->event->key, sizeof work->after->key);
    memcpy(work->after->person, work->event->person, sizeof work->after->person);
    work->effects->tell = true;
    return wf_applied();
}

static struct wf_verdict rule_revoke(struct work *work)
{
    if (is_own(work))
        return refuse(OPERATOR_REASON_OWN);
    if (!may_manage(work))
        return refuse(OPERATOR_REASON_ROLE);
    work->after->state = OPERATOR_REVOKED;
    work->effects->tell = true;
    return wf_applied();
}

typedef struct wf_verdict rule_f(struct work *work);
static rule_f *const cells[OPERATOR_EVENT_COUNT][OPERATOR_STATE_COUNT] = {
#define OPERATOR_CELLS(symbol, none, active, revoked)                                              \
    [OPERATOR_EVENT_##symbol] = {[OPERATOR_NONE] = rule_##none,                                    \
                                 [OPERATOR_ACTIVE] = rule_##active,                                \
                                 [OPERATOR_REVOKED] = rule_##revoked},
#include "operator_cells.def"
#undef OPERATOR_CELLS
};

struct wf_verdict operator_step(const void *policy, const void *before, const void *event,
                                wf_time now, void *after, void *effects)
{
    const struct operator_state *known = before;
    struct work work = {.event = event, .after = after, .effects = effects};
    (void)policy;
    (void)now;
    *work.after = *known;
    struct wf_verdict verdict = cells[work.event->kind][known->state](&work);
    if (verdict.step != WF_APPLIED)
        memset(after, 0, sizeof *work.after);
    return verdict;
}

wf_time operator_next_deadline(const void *policy, const void *state)
{
    (void)policy;
    (void)state;
    return WF_NEVER; /* an operator waits for nothing */
}

bool operator_holds(const void *state, const char **broken)
{
    const struct operator_state *o = state;
    *broken = "an operator has a role";
    return o->state == OPERATOR_NONE || o->roles != 0;
}
