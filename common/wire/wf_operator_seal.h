/* wf_operator_seal.h - the signature under a human act on an exam.  services/exam/SPEC.md 5.6.
 *
 * Ed25519 over   type NUL aggregate NUL time (8 bytes, big-endian) act
 * where `act` is the packed message without its member "seal", and without what only its owner
 * fills in for the journal (the member "checked", where it has one). */
#ifndef WF_OPERATOR_SEAL_H
#define WF_OPERATOR_SEAL_H

#include "wf_error.h"
#include "wf_time.h"

#include <protobuf-c/protobuf-c.h>
#include <stdint.h>

enum {
    WF_OPERATOR_PUBLIC = 32,
    WF_OPERATOR_SECRET = 64,
    WF_OPERATOR_SIGNATURE = 64,
    WF_OPERATOR_ID_MAX = 48
};
/* A seal is good so long before and after the time it names. */
#define WF_OPERATOR_SEAL_LIFE (10 * WF_MINUTE)

/* Where and when an act is sealed. */
struct wf_operator_place {
    const char *type;      /* of messages.def */
    const char *aggregate; /* "exam/paper/<handle>" */
    wf_time time;
};

void wf_operator_keys(uint8_t public_key[static WF_OPERATOR_PUBLIC],
                      uint8_t secret_key[static WF_OPERATOR_SECRET]);
void wf_operator_sign(const uint8_t secret_key[static WF_OPERATOR_SECRET],
                      const struct wf_operator_place *place, const ProtobufCMessage *act,
                      uint8_t signature[static WF_OPERATOR_SIGNATURE]);
/* `place.time` is the time in the seal, `now` the business clock.  -1 with WF_DENIED: too old, from
 * the future, or not this key's signature under this act; it does not say which of them, so that
 * nobody learns from trying. */
int wf_operator_verify(const uint8_t public_key[static WF_OPERATOR_PUBLIC],
                       const struct wf_operator_place *place, const ProtobufCMessage *act,
                       const uint8_t signature[static WF_OPERATOR_SIGNATURE], wf_time now,
                       struct wf_error *error) WF_MUST_CHECK;

#endif
