/* operator_core.h - the machine `operator`: the card that intake sends of somebody who may sign acts.
 * SPEC 5.6, 6.6.  Pure (wf_step.h). */
#ifndef OPERATOR_CORE_H
#define OPERATOR_CORE_H

#include "wf_step.h"

enum { OPERATOR_KEY = 32 };

struct operator_card {
    bool known;
    uint32_t roles; /* bit per proto enum OperatorRole */
    uint8_t public_key[OPERATOR_KEY];
    bool revoked;
};
struct operator_event {
    struct wf_event_meta meta;
    struct operator_card card;
};
struct operator_effects {
    bool listed; /* the card goes into the list that seals are checked with */
};

struct wf_verdict operator_step(const void *policy, const void *before, const void *event,
                                wf_time now, void *after, void *effects);
wf_time operator_next_deadline(const void *policy, const void *state);
bool operator_holds(const void *state, const char **broken);

#endif
