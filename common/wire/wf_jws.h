/* wf_jws.h - texts that are signed for others to verify: compact JWS with EdDSA over Ed25519
 * (RFC 7515, RFC 8037), and the public key as a JWK. */
#ifndef WF_JWS_H
#define WF_JWS_H

#include "wf_bytes.h"

#include <stdint.h>

enum { WF_JWS_TEXT = 44 }; /* 32 bytes in base64url, and the NUL */

struct wf_jws_key {
    uint8_t secret[64];
    char x[WF_JWS_TEXT];          /* the public key, as the JWK's member x */
    char thumbprint[WF_JWS_TEXT]; /* of the JWK, RFC 7638: its name */
};

/* The key of a seed; the same seed gives the same key. */
void wf_jws_key_make(const uint8_t seed[static 32], struct wf_jws_key *key);
/* Appends header, payload and signature; header and payload are JSON. */
void wf_jws_sign(const struct wf_jws_key *key, struct wf_bytes header, struct wf_bytes payload,
                 struct wf_buffer *text);
/* Appends without padding. */
void wf_base64url(struct wf_bytes bytes, struct wf_buffer *text);

#endif
