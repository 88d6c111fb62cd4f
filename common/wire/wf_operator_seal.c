#include "wf_operator_seal.h"

#include "wf_arena.h"
#include "wf_bytes.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(WF_OPERATOR_PUBLIC == crypto_sign_PUBLICKEYBYTES, "libsodium's Ed25519");
_Static_assert(WF_OPERATOR_SECRET == crypto_sign_SECRETKEYBYTES, "libsodium's Ed25519");
_Static_assert(WF_OPERATOR_SIGNATURE == crypto_sign_BYTES, "libsodium's Ed25519");

static void leave_out(ProtobufCMessage *copy, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(copy->descriptor, name);
    if (field && field->type == PROTOBUF_C_TYPE_MESSAGE)
        memset((uint8_t *)copy + field->offset, 0, sizeof(ProtobufCMessage *));
}

/* A copy of the outer struct is enough: its members are only read. */
static void write_text(const struct wf_operator_place *place, const ProtobufCMessage *act,
                       struct wf_buffer *text)
{
    ProtobufCMessage *copy = malloc(act->descriptor->sizeof_message);
    WF_ASSERT(copy);
    memcpy(copy, act, act->descriptor->sizeof_message);
    leave_out(copy, "seal");
    leave_out(copy, "checked");
    wf_buffer_append(text, place->type, strlen(place->type) + 1);
    wf_buffer_append(text, place->aggregate, strlen(place->aggregate) + 1);
    for (int shift = 56; shift >= 0; shift -= 8) {
        uint8_t byte = (uint8_t)((uint64_t)place->time >> shift);
        wf_buffer_append(text, &byte, 1);
    }
    wf_pack(copy, text);
    free(copy);
}

void wf_operator_keys(uint8_t public_key[static WF_OPERATOR_PUBLIC],
                      uint8_t secret_key[static WF_OPERATOR_SECRET])
{
    WF_ASSERT(sodium_init() >= 0);
    WF_ASSERT(crypto_sign_keypair(public_key, secret_key) == 0);
}

void wf_operator_sign(const uint8_t secret_key[static WF_OPERATOR_SECRET],
                      const struct wf_operator_place *place, const ProtobufCMessage *act,
                      uint8_t signature[static WF_OPERATOR_SIGNATURE])
{
    struct wf_buffer text = {0};
    WF_ASSERT(sodium_init() >= 0);
    write_text(place, act, &text);
    WF_ASSERT(crypto_sign_detached(signature, NULL, text.data, text.length, secret_key) == 0);
    wf_buffer_fini(&text);
}

int wf_operator_verify(const uint8_t public_key[static WF_OPERATOR_PUBLIC],
                       const struct wf_operator_place *place, const ProtobufCMessage *act,
                       const uint8_t signature[static WF_OPERATOR_SIGNATURE], wf_time now,
                       struct wf_error *error)
{
    struct wf_buffer text = {0};
    WF_ASSERT(sodium_init() >= 0);
    bool in_time =
        place->time >= now - WF_OPERATOR_SEAL_LIFE && place->time <= now + WF_OPERATOR_SEAL_LIFE;
    write_text(place, act, &text);
    bool signed_so =
        crypto_sign_verify_detached(signature, text.data, text.length, public_key) == 0;
    wf_buffer_fini(&text);
    if (in_time && signed_so)
        return 0;
    return wf_fail(error, WF_DENIED,
                   "the seal is not good: signed by another key, for something else, or more than "
                   "ten minutes ago");
}
