/* The machine `operator`: a card replaces the one before; a revoked one stays revoked. */
#include "operator_core.h"

struct wf_verdict operator_step(const void *policy, const void *before, const void *event,
                                wf_time now, void *after, void *effects)
{
    const struct operator_card *had = before;
    const struct operator_event *said = event;
    (void)policy;
    (void)now;
    if (!said->card.known)
        return wf_ignored();
    struct operator_card *card = after;
    *card = said->card;
    card->revoked = card->revoked || had->revoked;
    ((struct operator_effects *)effects)->listed = true;
    return wf_applied();
}

/* A card waits for nothing. */
wf_time operator_next_deadline(const void *policy, const void *state)
{
    (void)policy;
    (void)state;
    return WF_NEVER;
}

bool operator_holds(const void *state, const char **broken)
{
    const struct operator_card *card = state;
    *broken = card->known && !card->roles && !card->revoked ? "an operator has a role" : NULL;
    return !*broken;
}
