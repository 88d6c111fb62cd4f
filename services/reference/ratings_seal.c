/* What a rater wrote, sealed under the application's key.  SPEC 4, 5. */
#include "ratings_service.h"

#include "wf_link.h"
#include "wf_seal.h"

#include <stdio.h>
#include <string.h>

enum { KEY_SIZE = 32, PLACE_MAX = WF_ID_MAX + 24 };

int ratings_link_gone(struct wf_error *error)
{
    return wf_fail(error, WF_NOT_FOUND, "This link is no longer valid.");
}

/* Secrets leave no trace in freed memory. */
static void wipe(struct wf_buffer *buffer)
{
    if (buffer->data)
        explicit_bzero(buffer->data, buffer->length);
    wf_buffer_fini(buffer);
}

/* ---- the application's key ---- */

/* The stored key, unwrapped.  With an empty `fresh` an absent key is WF_NOT_FOUND. */
static int open_key(struct ratings_service *service, const char *application, struct wf_bytes fresh,
                    uint8_t key[static KEY_SIZE], struct wf_error *error)
{
    char name[PLACE_MAX], place[PLACE_MAX];
    struct wf_buffer wrapped = {0}, opened = {0};
    (void)snprintf(name, sizeof name, "ratings:%s", application);
    (void)snprintf(place, sizeof place, "%s/key", application);
    int result =
        wf_store_secret(service->store, wf_partition(application), name, fresh, &wrapped, error);
    if (!result && (!wf_unseal(service->answers_key, place, wf_buffer_bytes(&wrapped), &opened) ||
                    opened.length != KEY_SIZE))
        result =
            wf_fail(error, WF_BROKEN, "the key of the ratings of %s does not open with answers-key",
                    application);
    if (!result)
        memcpy(key, opened.data, KEY_SIZE);
    wipe(&opened);
    wf_buffer_fini(&wrapped);
    return result;
}

static int make_key(struct ratings_service *service, const char *application,
                    uint8_t key[static KEY_SIZE], struct wf_error *error)
{
    char place[PLACE_MAX];
    struct wf_buffer wrapped = {0};
    uint8_t fresh[KEY_SIZE];
    service->clock->entropy(service->clock, fresh, sizeof fresh);
    (void)snprintf(place, sizeof place, "%s/key", application);
    wf_seal(service->answers_key, place, (struct wf_bytes){fresh, sizeof fresh}, &wrapped);
    explicit_bzero(fresh, sizeof fresh);
    int result = open_key(service, application, wf_buffer_bytes(&wrapped), key, error);
    wf_buffer_fini(&wrapped);
    return result;
}

static void paper_place(const char *application, uint32_t number, char place[static PLACE_MAX])
{
    (void)snprintf(place, PLACE_MAX, "%s/%u", application, number);
}

int ratings_seal_text(struct ratings_service *service, const char *application, uint32_t number,
                      struct wf_bytes text, struct wf_buffer *sealed, struct wf_error *error)
{
    uint8_t key[KEY_SIZE];
    char place[PLACE_MAX];
    if (text.length > RATINGS_PAPER_MAX - WF_SEAL_EXTRA)
        return wf_fail(error, WF_INVALID, "The answers are longer than a form can be.");
    if (make_key(service, application, key, error))
        return -1;
    paper_place(application, number, place);
    wf_seal(key, place, text, sealed);
    explicit_bzero(key, sizeof key);
    return 0;
}

int ratings_unseal_text(struct ratings_service *service, const char *application, uint32_t number,
                        struct wf_bytes sealed, struct wf_buffer *text, struct wf_error *error)
{
    uint8_t key[KEY_SIZE];
    char place[PLACE_MAX];
    struct wf_error cause = {0};
    if (open_key(service, application, (struct wf_bytes){0}, key, &cause)) {
        if (cause.code == WF_NOT_FOUND)
            return wf_fail(error, WF_BROKEN, "the key of the ratings of %s was destroyed",
                           application);
        return wf_fail(error, cause.code, "%s", cause.text);
    }
    paper_place(application, number, place);
    bool opened = wf_unseal(key, place, sealed, text);
    explicit_bzero(key, sizeof key);
    if (!opened)
        return wf_fail(error, WF_BROKEN, "request %u of %s: the sealed answers do not open", number,
                       application);
    return 0;
}

/* ---- tokens ---- */

const char *ratings_token(const ProtobufCMessage *payload)
{
    const ProtobufCMessageDescriptor *type = payload->descriptor;
    if (type == &endorse__v1__rating_view__descriptor)
        return ((const Endorse__V1__RatingView *)payload)->token;
    if (type == &endorse__v1__rating_begin__descriptor)
        return ((const Endorse__V1__RatingBegin *)payload)->token;
    if (type == &endorse__v1__rating_form__descriptor)
        return ((const Endorse__V1__RatingForm *)payload)->token;
    if (type == &endorse__v1__rating_decline__descriptor)
        return ((const Endorse__V1__RatingDecline *)payload)->token;
    return "";
}

Endorse__V1__RatingKept *ratings_kept(const ProtobufCMessage *payload)
{
    const ProtobufCMessageDescriptor *type = payload->descriptor;
    if (type == &endorse__v1__rating_begin__descriptor)
        return ((const Endorse__V1__RatingBegin *)payload)->kept;
    if (type == &endorse__v1__rating_form__descriptor)
        return ((const Endorse__V1__RatingForm *)payload)->kept;
    if (type == &endorse__v1__rating_decline__descriptor)
        return ((const Endorse__V1__RatingDecline *)payload)->kept;
    return NULL;
}

int ratings_resolve(void *service, const ProtobufCMessage *payload, char id[static WF_ID_MAX + 1],
                    struct wf_error *error)
{
    const struct ratings_service *ratings = service;
    struct wf_link link;
    if (!wf_link_open(ratings->link_key, ratings_token(payload), &link))
        return ratings_link_gone(error);
    memcpy(id, link.id, sizeof link.id);
    return 0;
}

/* ---- what is kept of an act ---- */

/* The message without its token, which opens the link: not even sealed is it kept. */
static void take_token(ProtobufCMessage *payload)
{
    static char none[] = "";
    if (payload->descriptor == &endorse__v1__rating_form__descriptor)
        ((Endorse__V1__RatingForm *)payload)->token = none;
    else if (payload->descriptor == &endorse__v1__rating_decline__descriptor)
        ((Endorse__V1__RatingDecline *)payload)->token = none;
}

static void pack_kept(const ProtobufCMessageDescriptor *type, Endorse__V1__RatingKept *kept,
                      struct wf_buffer *packed)
{
    Endorse__V1__RatingBegin begin = ENDORSE__V1__RATING_BEGIN__INIT;
    Endorse__V1__RatingForm form = ENDORSE__V1__RATING_FORM__INIT;
    Endorse__V1__RatingDecline decline = ENDORSE__V1__RATING_DECLINE__INIT;
    begin.kept = form.kept = decline.kept = kept;
    if (type == &endorse__v1__rating_form__descriptor)
        wf_pack(&form.base, packed);
    else if (type == &endorse__v1__rating_decline__descriptor)
        wf_pack(&decline.base, packed);
    else
        wf_pack(&begin.base, packed);
}

static int seal_words(struct ratings_service *service, const struct wf_link *link,
                      ProtobufCMessage *payload, struct wf_buffer *sealed, struct wf_error *error)
{
    struct wf_buffer plain = {0};
    if (payload->descriptor == &endorse__v1__rating_begin__descriptor)
        return 0; /* there are none */
    take_token(payload);
    wf_pack(payload, &plain);
    int result =
        ratings_seal_text(service, link->id, link->request, wf_buffer_bytes(&plain), sealed, error);
    wipe(&plain);
    return result;
}

static int seal_payload(struct ratings_service *service, const struct wf_event_meta *meta,
                        ProtobufCMessage *payload, struct wf_buffer *kept, struct wf_error *error)
{
    struct wf_link link;
    struct wf_buffer sealed = {0};
    Endorse__V1__RatingKept message = ENDORSE__V1__RATING_KEPT__INIT;
    if (ratings_kept(payload))
        return wf_fail(error, WF_INVALID, "kept: never set by a sender");
    if (!wf_link_open(service->link_key, ratings_token(payload), &link) ||
        strcmp(link.id, meta->self.id) != 0)
        return ratings_link_gone(error);
    int result = seal_words(service, &link, payload, &sealed, error);
    if (!result) {
        message.request = link.request;
        message.generation = link.generation;
        message.sealed = (ProtobufCBinaryData){.len = sealed.length, .data = sealed.data};
        pack_kept(payload->descriptor, &message, kept);
    }
    wf_buffer_fini(&sealed);
    return result;
}

int ratings_seal(void *service, const struct wf_event_meta *meta, struct wf_bytes payload,
                 struct wf_buffer *kept, struct wf_error *error)
{
    struct ratings_service *ratings = service;
    const struct wf_message_row *row = wf_message_row((enum wf_message)meta->message);
    ProtobufCMessage *message = wf_unpack(row->descriptor, payload, &ratings->arena);
    int result = message ? seal_payload(ratings, meta, message, kept, error)
                         : wf_fail(error, WF_INVALID, "The payload cannot be read.");
    wf_arena_clear(&ratings->arena);
    return result;
}
