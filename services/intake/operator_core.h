/* operator_core.h - who may act on exams: keys and roles; pure.  SPEC 14. */
#ifndef OPERATOR_CORE_H
#define OPERATOR_CORE_H

#include "paper_core.h"

enum { OPERATOR_KEY = 32 };

enum operator_state_id {
#define OPERATOR_STATE(symbol, name) OPERATOR_##symbol,
#include "operator_states.def"
#undef OPERATOR_STATE
    OPERATOR_STATE_COUNT
};
enum operator_event_id {
#define OPERATOR_CELLS(symbol, none, active, revoked) OPERATOR_EVENT_##symbol,
#include "operator_cells.def"
#undef OPERATOR_CELLS
    OPERATOR_EVENT_COUNT
};
enum operator_reason_id {
#define OPERATOR_REASON(symbol, code, text) OPERATOR_REASON_##symbol,
#include "operator_reasons.def"
#undef OPERATOR_REASON
    OPERATOR_REASON_COUNT
};

struct operator_state {
    enum operator_state_id state;
    int32_t roles; /* one bit for each of the protocol's OperatorRole */
    uint8_t key[OPERATOR_KEY];
    char person[WF_ID_MAX + 1]; /* "": no person of the portals */
};
struct operator_event {
    struct wf_event_meta meta;
    enum operator_event_id kind;
    struct paper_signer signer; /* id "": the first operator of all */
    int32_t roles;
    uint8_t key[OPERATOR_KEY];
    char person[WF_ID_MAX + 1];
};
struct operator_effects {
    bool tell; /* exam, and the list */
};

struct wf_verdict operator_step(const void *policy, const void *before, const void *event,
                                wf_time now, void *after, void *effects);
wf_time operator_next_deadline(const void *policy, const void *state);
bool operator_holds(const void *state, const char **broken);
const char *operator_state_name(enum operator_state_id state);
extern const struct wf_reason operator_reasons[OPERATOR_REASON_COUNT];

#endif
