#include "wf_webhook.h"

#include "wf_seal.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { BASE64 = sodium_base64_VARIANT_ORIGINAL, DIGEST = 32, BASE64_TEXT = 45 };
_Static_assert(sodium_base64_ENCODED_LEN(DIGEST, BASE64) == BASE64_TEXT, "a digest in base64");
_Static_assert(WF_WEBHOOK_SECRET_TEXT == 6 + BASE64_TEXT, "whsec_ and a digest");
_Static_assert(WF_WEBHOOK_SIGNATURE_TEXT == 3 + BASE64_TEXT, "v1, and a digest");

static void derive(const uint8_t webhook_key[static 32], const char *portal,
                   uint8_t secret[static DIGEST])
{
    char purpose[128];
    int length = snprintf(purpose, sizeof purpose, "webhook-secret/1/%s", portal);
    wf_hmac(webhook_key, (struct wf_bytes){(const uint8_t *)purpose, (size_t)length}, secret);
}

void wf_webhook_secret(const uint8_t webhook_key[static 32], const char *portal,
                       char text[static WF_WEBHOOK_SECRET_TEXT])
{
    uint8_t secret[DIGEST];
    derive(webhook_key, portal, secret);
    memcpy(text, "whsec_", 6);
    sodium_bin2base64(text + 6, BASE64_TEXT, secret, sizeof secret, BASE64);
    sodium_memzero(secret, sizeof secret);
}

void wf_webhook_sign(const uint8_t webhook_key[static 32], const char *portal, const char *id,
                     int64_t seconds, struct wf_bytes body,
                     char signature[static WF_WEBHOOK_SIGNATURE_TEXT])
{
    uint8_t secret[DIGEST], digest[DIGEST];
    struct wf_buffer content = {0};
    derive(webhook_key, portal, secret);
    wf_buffer_format(&content, "%s.%" PRId64 ".", id, seconds);
    wf_buffer_append(&content, body.data, body.length);
    wf_hmac(secret, wf_buffer_bytes(&content), digest);
    wf_buffer_fini(&content);
    memcpy(signature, "v1,", 3);
    sodium_bin2base64(signature + 3, BASE64_TEXT, digest, sizeof digest, BASE64);
    sodium_memzero(secret, sizeof secret);
}
