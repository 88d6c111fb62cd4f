/* Stored fields of a portal, and messages -> events.  Numbers and names here are kept for ever. */
#include "portal_codec.h"

#include "payload_reader.h"
#include "record_collection.h"
#include "wf_messages.h"

#include "endorse/v1/internal.pb-c.h"

#include <string.h>

static const char *state_name(int value)
{
    return portal_state_name((enum portal_state_id)value);
}

static const struct record_member head[] = {
    RECORD_ENUM(1, portal_state, state, state_name, PORTAL_STATE_COUNT),
    RECORD(2, TEXT, portal_state, webhook_url),
    RECORD(3, BOOL, portal_state, webhook_off),
    RECORD(4, LONG, portal_state, outcomes),
    RECORD(5, LONG, portal_state, delivered),
};
static const struct record_member association[] = {RECORD(1, TEXT, portal_association, id)};
static const struct record_member type[] = {RECORD(1, TEXT, portal_type, prefix)};
static const struct record_member key[] = {RECORD(1, TEXT, portal_key, z85)};
static const struct record_member token[] = {RECORD(1, BYTES, portal_token, sha256)};

static const struct record_collection collections[] = {
    RECORD_COLLECTION("association", portal_state, association_count, associations,
                      PORTAL_ASSOCIATIONS, association, NULL),
    RECORD_COLLECTION("type", portal_state, type_count, types, PORTAL_TYPES, type, NULL),
    RECORD_COLLECTION("key", portal_state, key_count, keys, PORTAL_GOOD, key, NULL),
    RECORD_COLLECTION("token", portal_state, token_count, tokens, PORTAL_GOOD, token, NULL),
};
enum { COLLECTIONS = sizeof collections / sizeof collections[0] };

void portal_write(const void *state, struct wf_fields *fields)
{
    record_write_field(RECORD_TABLE(head), "head", state, fields);
    record_write_collections(collections, COLLECTIONS, state, fields);
    wf_fields_sort(fields);
}

int portal_read(const struct wf_fields *fields, void *state, struct wf_error *error)
{
    const struct wf_field *head_field = wf_fields_find(fields, "head");
    if (fields->count == 0)
        return 0;
    if (!head_field)
        return wf_fail(error, WF_BROKEN, "portal has fields but no head");
    if (record_read(RECORD_TABLE(head), head_field->value, state, error) < 0)
        return -1;
    return record_read_collections(collections, COLLECTIONS, fields, state, error);
}

/* ---- events ---- */

typedef void decode_f(struct payload_reader *reader, const ProtobufCMessage *payload,
                      struct portal_event *event);

static void too_many(struct payload_reader *reader, const char *member, int32_t most)
{
    reader->bad = true;
    (void)wf_fail(reader->error, WF_INVALID, "%s has more than %d items", member, most);
}

static void take_keys(struct payload_reader *reader, const char *key_text,
                      const ProtobufCBinaryData *digest, struct portal_event *event)
{
    payload_text(reader, event->is.put.key.z85, sizeof event->is.put.key.z85, key_text,
                 "curve_public_key");
    if (digest->len == 0)
        return;
    if (digest->len != PORTAL_TOKEN) {
        reader->bad = true;
        (void)wf_fail(reader->error, WF_INVALID, "token_sha256 has not 32 bytes");
        return;
    }
    memcpy(event->is.put.token.sha256, digest->data, PORTAL_TOKEN);
    event->is.put.has_token = true;
}

static void decode_put(struct payload_reader *reader, const ProtobufCMessage *payload,
                       struct portal_event *event)
{
    const Endorse__V1__PortalPut *from = (const Endorse__V1__PortalPut *)payload;
    if (from->n_associations > PORTAL_ASSOCIATIONS)
        too_many(reader, "associations", PORTAL_ASSOCIATIONS);
    if (from->n_allowed_types > PORTAL_TYPES)
        too_many(reader, "allowed_types", PORTAL_TYPES);
    for (size_t i = 0; !reader->bad && i < from->n_associations; i++) {
        PAYLOAD_TEXT(reader, event->is.put.associations[i].id, from, associations[i]);
        event->is.put.association_count++;
    }
    for (size_t i = 0; !reader->bad && i < from->n_allowed_types; i++) {
        PAYLOAD_TEXT(reader, event->is.put.types[i].prefix, from, allowed_types[i]);
        event->is.put.type_count++;
    }
    take_keys(reader, from->curve_public_key, &from->token_sha256, event);
    PAYLOAD_TEXT(reader, event->is.put.webhook_url, from, webhook_url);
}

static void decode_rotate(struct payload_reader *reader, const ProtobufCMessage *payload,
                          struct portal_event *event)
{
    const Endorse__V1__PortalRotate *from = (const Endorse__V1__PortalRotate *)payload;
    take_keys(reader, from->curve_public_key, &from->token_sha256, event);
}

static void decode_nothing(struct payload_reader *reader, const ProtobufCMessage *payload,
                           struct portal_event *event)
{
    (void)reader;
    (void)payload;
    (void)event;
}

static void decode_outcome(struct payload_reader *reader, const ProtobufCMessage *payload,
                           struct portal_event *event)
{
    const Endorse__V1__OutcomeRecorded *from = (const Endorse__V1__OutcomeRecorded *)payload;
    PAYLOAD_TEXT(reader, event->is.outcome.id, from, id);
    PAYLOAD_TEXT(reader, event->is.outcome.type, from, type);
    PAYLOAD_TEXT(reader, event->is.outcome.subject, from, subject);
    PAYLOAD_TEXT(reader, event->is.outcome.cause, from, cause);
    PAYLOAD_TEXT(reader, event->is.outcome.data, from, data_json);
    event->is.outcome.number = from->number;
    event->is.outcome.time = from->time_ms;
}

static void decode_webhook(struct payload_reader *reader, const ProtobufCMessage *payload,
                           struct portal_event *event)
{
    const Endorse__V1__WebhookReported *from = (const Endorse__V1__WebhookReported *)payload;
    (void)reader;
    event->is.webhook.sequence = from->sequence;
    event->is.webhook.disabled = from->disabled;
}

struct decoding {
    enum portal_event_id kind;
    decode_f *decode; /* NULL: not a message of the portal */
};
static const struct decoding decodings[WF_MESSAGE_COUNT] = {
    [WF_MESSAGE_PORTAL_PUT] = {PORTAL_EVENT_PUT, decode_put},
    [WF_MESSAGE_PORTAL_ROTATE] = {PORTAL_EVENT_ROTATE, decode_rotate},
    [WF_MESSAGE_PORTAL_REVOKE] = {PORTAL_EVENT_REVOKE, decode_nothing},
    [WF_MESSAGE_OUTCOME_RECORDED] = {PORTAL_EVENT_OUTCOME, decode_outcome},
    [WF_MESSAGE_WEBHOOK_REPORTED] = {PORTAL_EVENT_WEBHOOK_REPORTED, decode_webhook},
};

int portal_decode(void *service, const ProtobufCMessage *payload, void *event,
                  struct wf_error *error)
{
    struct portal_event *decoded = event;
    struct payload_reader reader = {.error = error};
    const struct decoding *decoding = &decodings[decoded->meta.message];
    (void)service;
    WF_ASSERT(decoding->decode);
    decoded->kind = decoding->kind;
    decoding->decode(&reader, payload, decoded);
    return reader.bad ? -1 : 0;
}
