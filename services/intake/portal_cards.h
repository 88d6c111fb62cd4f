/* portal_cards.h - who may knock at the ZeroMQ door, in memory: the cards of index "portals".  SPEC 5. */
#ifndef PORTAL_CARDS_H
#define PORTAL_CARDS_H

#include "portal_core.h"
#include "wf_store.h"

struct portal_card {
    char id[WF_ID_MAX + 1];
    bool revoked;
    int32_t association_count, type_count, key_count;
    struct portal_association associations[PORTAL_ASSOCIATIONS];
    struct portal_type types[PORTAL_TYPES];
    struct portal_key keys[PORTAL_GOOD];
    uint32_t unanswered; /* publishes, over all connections */
};

/* A card keeps its place for the life of the program, so that places can be remembered. */
struct portal_cards {
    struct portal_card *list; /* owned */
    size_t count;
    uint64_t seen[WF_PARTITIONS]; /* change marks at the last reading */
    bool read;
};

/* Reads what has changed since the last time: one round trip when nothing has. */
int portal_cards_refresh(struct portal_cards *cards, struct wf_store *store,
                         struct wf_error *error) WF_MUST_CHECK;
/* Place of the portal that this key may speak for, or -1.  A key that two portals claim speaks for
 * neither. */
int portal_cards_find(const struct portal_cards *cards, const char *key_z85);
bool portal_card_allows_type(const struct portal_card *card, const char *type);
bool portal_card_allows_association(const struct portal_card *card, const char *association);
void portal_cards_fini(struct portal_cards *cards);

#endif
