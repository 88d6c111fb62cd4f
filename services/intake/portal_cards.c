#include "portal_cards.h"

#include "wf_arena.h"
#include "wf_log.h"

#include "endorse/v1/internal.pb-c.h"

#include <stdlib.h>
#include <string.h>

enum { CARD_ARENA = 64 * 1024 };

static struct portal_card *place_of(struct portal_cards *cards, struct wf_bytes id)
{
    for (size_t i = 0; i < cards->count; i++) {
        if (strlen(cards->list[i].id) == id.length &&
            memcmp(cards->list[i].id, id.data, id.length) == 0)
            return &cards->list[i];
    }
    cards->list = realloc(cards->list, (cards->count + 1) * sizeof *cards->list);
    WF_ASSERT(cards->list);
    struct portal_card *card = &cards->list[cards->count++];
    memset(card, 0, sizeof *card);
    memcpy(card->id, id.data, id.length);
    return card;
}

/* Copies texts that fit; what does not fit was not written by the portal's machine. */
static int32_t take_texts(char *to, size_t size, size_t most, char *const *from, size_t count)
{
    size_t taken = 0;
    for (size_t i = 0; i < count && taken < most; i++) {
        if (strlen(from[i]) >= size)
            continue;
        memset(to + taken * size, 0, size);
        memcpy(to + taken++ * size, from[i], strlen(from[i]));
    }
    return (int32_t)taken;
}

static void fill_card(struct portal_card *card, const Endorse__V1__PortalCard *from)
{
    card->revoked = from->revoked;
    card->association_count =
        take_texts(card->associations[0].id, sizeof card->associations[0], PORTAL_ASSOCIATIONS,
                   from->associations, from->n_associations);
    card->type_count = take_texts(card->types[0].prefix, sizeof card->types[0], PORTAL_TYPES,
                                  from->allowed_types, from->n_allowed_types);
    card->key_count = take_texts(card->keys[0].z85, sizeof card->keys[0], PORTAL_GOOD,
                                 from->curve_public_keys, from->n_curve_public_keys);
}

static void take_card(void *context, struct wf_bytes member, struct wf_bytes value)
{
    struct portal_cards *cards = context;
    struct wf_arena arena;
    if (member.length == 0 || member.length > WF_ID_MAX)
        return;
    wf_arena_init(&arena, CARD_ARENA);
    const Endorse__V1__PortalCard *card = (const Endorse__V1__PortalCard *)wf_unpack(
        &endorse__v1__portal_card__descriptor, value, &arena);
    if (card)
        fill_card(place_of(cards, member), card);
    else
        wf_log(WF_LOG_FRAME_BAD, "what=portal-card");
    wf_arena_fini(&arena);
}

int portal_cards_refresh(struct portal_cards *cards, struct wf_store *store, struct wf_error *error)
{
    uint64_t marks[WF_PARTITIONS];
    if (wf_store_counts(store, "portals:changed", marks, error) < 0)
        return -1;
    for (unsigned partition = 0; partition < WF_PARTITIONS; partition++) {
        if (cards->read && marks[partition] == cards->seen[partition])
            continue;
        if (marks[partition] != 0 &&
            wf_store_hash(store, partition, "portals", take_card, cards, error) < 0)
            return -1;
        cards->seen[partition] = marks[partition];
    }
    cards->read = true;
    return 0;
}

static bool has_key(const struct portal_card *card, const char *key_z85)
{
    for (int32_t i = 0; i < card->key_count; i++) {
        if (strcmp(card->keys[i].z85, key_z85) == 0)
            return true;
    }
    return false;
}

int portal_cards_find(const struct portal_cards *cards, const char *key_z85)
{
    int found = -1;
    for (size_t i = 0; i < cards->count; i++) {
        if (cards->list[i].revoked || !has_key(&cards->list[i], key_z85))
            continue;
        if (found >= 0)
            return -1;
        found = (int)i;
    }
    return found;
}

bool portal_card_allows_type(const struct portal_card *card, const char *type)
{
    for (int32_t i = 0; i < card->type_count; i++) {
        if (strncmp(type, card->types[i].prefix, strlen(card->types[i].prefix)) == 0)
            return true;
    }
    return card->type_count == 0;
}

bool portal_card_allows_association(const struct portal_card *card, const char *association)
{
    for (int32_t i = 0; i < card->association_count; i++) {
        if (strcmp(card->associations[i].id, association) == 0)
            return true;
    }
    return false;
}

void portal_cards_fini(struct portal_cards *cards)
{
    free(cards->list);
    *cards = (struct portal_cards){0};
}
