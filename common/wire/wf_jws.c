#include "wf_jws.h"

#include "wf_error.h"
#include "wf_seal.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING };
_Static_assert(WF_JWS_TEXT == sodium_base64_ENCODED_LEN(32, BASE64), "32 bytes in base64url");

void wf_base64url(struct wf_bytes bytes, struct wf_buffer *text)
{
    size_t room = sodium_base64_encoded_len(bytes.length, BASE64);
    wf_buffer_reserve(text, room);
    WF_ASSERT(sodium_bin2base64((char *)text->data + text->length, room, bytes.data, bytes.length,
                                BASE64));
    text->length += room - 1; /* without the NUL */
}

void wf_jws_key_make(const uint8_t seed[static 32], struct wf_jws_key *key)
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], digest[32];
    char jwk[128];
    _Static_assert(sizeof key->secret == crypto_sign_SECRETKEYBYTES, "libsodium's Ed25519");
    WF_ASSERT(crypto_sign_seed_keypair(public_key, key->secret, seed) == 0);
    WF_ASSERT(sodium_bin2base64(key->x, sizeof key->x, public_key, sizeof public_key, BASE64));
    int length =
        snprintf(jwk, sizeof jwk, "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"%s\"}", key->x);
    wf_sha256((struct wf_bytes){.data = (const uint8_t *)jwk, .length = (size_t)length}, digest);
    WF_ASSERT(
        sodium_bin2base64(key->thumbprint, sizeof key->thumbprint, digest, sizeof digest, BASE64));
}

void wf_jws_sign(const struct wf_jws_key *key, struct wf_bytes header, struct wf_bytes payload,
                 struct wf_buffer *text)
{
    uint8_t signature[crypto_sign_BYTES];
    size_t begin = text->length;
    wf_base64url(header, text);
    wf_buffer_text(text, ".");
    wf_base64url(payload, text);
    WF_ASSERT(crypto_sign_detached(signature, NULL, text->data + begin, text->length - begin,
                                   key->secret) == 0);
    wf_buffer_text(text, ".");
    wf_base64url((struct wf_bytes){.data = signature, .length = sizeof signature}, text);
}
