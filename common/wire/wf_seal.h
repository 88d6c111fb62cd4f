/* wf_seal.h - sealing texts under a key (XChaCha20-Poly1305, libsodium).  The associated data binds
 * a sealed text to its place, so that it cannot be moved to another person's record. */
#ifndef WF_SEAL_H
#define WF_SEAL_H

#include "wf_bytes.h"

#include <stdbool.h>

enum { WF_SEAL_EXTRA = 40 }; /* bytes a sealed text is longer: nonce 24, tag 16 */

/* Appends nonce || ciphertext || tag. */
void wf_seal(const uint8_t key[static 32], const char *place, struct wf_bytes text,
             struct wf_buffer *sealed);
/* Appends the text; false (and nothing appended) if it was made with another key or for another
 * place. */
bool wf_unseal(const uint8_t key[static 32], const char *place, struct wf_bytes sealed,
               struct wf_buffer *text);
/* HMAC-SHA-256 and SHA-256, so that libsodium has one door. */
void wf_sha256(struct wf_bytes bytes, uint8_t digest[static 32]);
void wf_hmac(const uint8_t key[static 32], struct wf_bytes bytes, uint8_t digest[static 32]);

#endif
