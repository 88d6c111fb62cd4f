#include "portal_door.h"

#include "wf_arena.h"
#include "wf_seal.h"

#include "endorse/v1/internal.pb-c.h"

#include <sodium.h>
#include <string.h>

enum { CARD_ARENA = 64 * 1024 };

bool portal_token_read(const char *authorization, char id[static WF_ID_MAX + 1],
                       struct wf_bytes *token)
{
    static const char scheme[] = "Bearer ";
    if (!authorization || strncasecmp(authorization, scheme, strlen(scheme)) != 0)
        return false;
    const char *text = authorization + strlen(scheme);
    const char *dot = strrchr(text, '.');
    if (!dot || dot == text || dot - text > WF_ID_MAX || strlen(dot + 1) != PORTAL_TOKEN_SECRET)
        return false;
    memcpy(id, text, (size_t)(dot - text));
    id[dot - text] = '\0';
    *token = (struct wf_bytes){.data = (const uint8_t *)text, .length = strlen(text)};
    return wf_id_is_valid(id);
}

static struct portal_place *find(struct portal_door *door, const char *id)
{
    for (unsigned i = 0; i < PORTAL_PLACES; i++) {
        if (strcmp(door->places[i].id, id) == 0)
            return &door->places[i];
    }
    return NULL;
}

/* A free place, else the one that was unused for longest and waits for no answer; else NULL. */
static struct portal_place *take_place(struct portal_door *door, const char *id, wf_time now)
{
    struct portal_place *oldest = NULL;
    for (unsigned i = 0; i < PORTAL_PLACES; i++) {
        struct portal_place *place = &door->places[i];
        if (!place->unanswered && (!oldest || !*place->id || place->used_at < oldest->used_at))
            oldest = place;
        if (!*place->id)
            break;
    }
    if (!oldest)
        return NULL;
    wf_buffer_fini(&oldest->card);
    *oldest = (struct portal_place){
        .read_at = -PORTAL_CARD_MS, .filled_at = now, .tokens = PORTAL_BURST * 1000};
    memcpy(oldest->id, id, strlen(id) + 1);
    return oldest;
}

struct wanted {
    const char *id;
    struct wf_buffer *card;
};

static void take_card(void *context, struct wf_bytes member, struct wf_bytes value)
{
    struct wanted *wanted = context;
    if (member.length == strlen(wanted->id) && memcmp(member.data, wanted->id, member.length) == 0)
        wf_buffer_append(wanted->card, value.data, value.length);
}

static int read_card(struct portal_place *place, struct wf_store *intake, wf_time now,
                     struct wf_error *error)
{
    struct wf_buffer card = {0};
    struct wanted wanted = {.id = place->id, .card = &card};
    if (now - place->read_at < PORTAL_CARD_MS)
        return 0;
    if (wf_store_hash(intake, wf_partition(place->id), "portals", take_card, &wanted, error) != 0) {
        wf_buffer_fini(&card);
        return -1;
    }
    wf_buffer_fini(&place->card);
    place->card = card;
    place->read_at = now;
    return 0;
}

/* The card lives in the arena; NULL: none, or unreadable. */
static const Endorse__V1__PortalCard *open_card(const struct portal_place *place,
                                                struct wf_arena *arena)
{
    if (!place->card.length)
        return NULL;
    return (const Endorse__V1__PortalCard *)wf_unpack(&endorse__v1__portal_card__descriptor,
                                                      wf_buffer_bytes(&place->card), arena);
}

/* Every stored digest is compared, whole, whatever the first ones say. */
static enum portal_answer judge(const struct portal_place *place, struct wf_bytes token)
{
    uint8_t digest[32];
    bool known = false;
    struct wf_arena arena;
    wf_arena_init(&arena, CARD_ARENA);
    const Endorse__V1__PortalCard *card = open_card(place, &arena);
    wf_sha256(token, digest);
    for (size_t i = 0; card && i < card->n_token_sha256; i++) {
        const ProtobufCBinaryData *stored = &card->token_sha256[i];
        known |= stored->len == sizeof digest && sodium_memcmp(stored->data, digest, 32) == 0;
    }
    bool revoked = card && card->revoked;
    wf_arena_fini(&arena);
    if (!known)
        return PORTAL_UNKNOWN;
    return revoked ? PORTAL_REVOKED : PORTAL_KNOWN;
}

enum portal_answer portal_door_ask(struct portal_door *door, struct wf_store *intake,
                                   const char *authorization, wf_time now,
                                   struct portal_place **found, struct wf_error *error)
{
    char id[WF_ID_MAX + 1];
    struct wf_bytes token;
    if (!portal_token_read(authorization, id, &token))
        return PORTAL_UNKNOWN;
    struct portal_place *place = find(door, id);
    if (!place)
        place = take_place(door, id, now);
    if (!place) {
        (void)wf_fail(error, WF_LIMIT, "more than %d portals wait for answers", PORTAL_PLACES);
        return PORTAL_UNREADABLE;
    }
    place->used_at = now;
    if (read_card(place, intake, now, error) != 0)
        return PORTAL_UNREADABLE;
    enum portal_answer answer = judge(place, token);
    if (answer == PORTAL_UNKNOWN && !place->card.length && !place->unanswered)
        place->id[0] = '\0'; /* guessed ids push nobody out */
    *found = answer == PORTAL_KNOWN ? place : NULL;
    return answer;
}

bool portal_may_send(const struct portal_place *place, const char *type)
{
    struct wf_arena arena;
    wf_arena_init(&arena, CARD_ARENA);
    const Endorse__V1__PortalCard *card = open_card(place, &arena);
    bool may = card && card->n_allowed_types == 0;
    for (size_t i = 0; card && !may && i < card->n_allowed_types; i++)
        may = strncmp(type, card->allowed_types[i], strlen(card->allowed_types[i])) == 0;
    wf_arena_fini(&arena);
    return may;
}

bool portal_may_speak_for(const struct portal_place *place, const char *association)
{
    struct wf_arena arena;
    wf_arena_init(&arena, CARD_ARENA);
    const Endorse__V1__PortalCard *card = open_card(place, &arena);
    bool may = false;
    for (size_t i = 0; card && !may && i < card->n_associations; i++)
        may = strcmp(association, card->associations[i]) == 0;
    wf_arena_fini(&arena);
    return may;
}

bool portal_take(struct portal_place *place, wf_time now)
{
    int64_t most = PORTAL_BURST * 1000;
    place->tokens += (now - place->filled_at) * PORTAL_RATE; /* thousandths a millisecond */
    place->filled_at = now;
    if (place->tokens > most)
        place->tokens = most;
    if (place->tokens < 1000 || place->unanswered >= PORTAL_CREDIT)
        return false;
    place->tokens -= 1000;
    place->unanswered++;
    return true;
}

void portal_done(struct portal_place *place)
{
    WF_ASSERT(place->unanswered > 0);
    place->unanswered--;
}

void portal_door_fini(struct portal_door *door)
{
    for (unsigned i = 0; i < PORTAL_PLACES; i++)
        wf_buffer_fini(&door->places[i].card);
}
