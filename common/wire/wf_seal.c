#include "wf_seal.h"

#include "wf_error.h"

#include <sodium.h>
#include <string.h>

enum {
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES
};
_Static_assert(WF_SEAL_EXTRA == NONCE + TAG, "the header states what libsodium adds");

void wf_seal(const uint8_t key[static 32], const char *place, struct wf_bytes text,
             struct wf_buffer *sealed)
{
    WF_ASSERT(sodium_init() >= 0);
    wf_buffer_reserve(sealed, text.length + WF_SEAL_EXTRA);
    uint8_t *nonce = sealed->data + sealed->length;
    randombytes_buf(nonce, NONCE);
    WF_ASSERT(crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE, NULL, text.data,
                                                         text.length, (const uint8_t *)place,
                                                         strlen(place), NULL, nonce, key) == 0);
    sealed->length += text.length + WF_SEAL_EXTRA;
}

bool wf_unseal(const uint8_t key[static 32], const char *place, struct wf_bytes sealed,
               struct wf_buffer *text)
{
    WF_ASSERT(sodium_init() >= 0);
    if (sealed.length < WF_SEAL_EXTRA)
        return false;
    size_t length = sealed.length - WF_SEAL_EXTRA;
    wf_buffer_reserve(text, length + 1);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            text->data + text->length, NULL, NULL, sealed.data + NONCE, sealed.length - NONCE,
            (const uint8_t *)place, strlen(place), sealed.data, key) != 0)
        return false;
    text->length += length;
    return true;
}

void wf_sha256(struct wf_bytes bytes, uint8_t digest[static 32])
{
    WF_ASSERT(sodium_init() >= 0);
    WF_ASSERT(crypto_hash_sha256(digest, bytes.data, bytes.length) == 0);
}

void wf_hmac(const uint8_t key[static 32], struct wf_bytes bytes, uint8_t digest[static 32])
{
    WF_ASSERT(sodium_init() >= 0);
    WF_ASSERT(crypto_auth_hmacsha256(digest, bytes.data, bytes.length, key) == 0);
}
