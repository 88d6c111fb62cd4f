/* wf_webhook.h - signatures of Standard Webhooks.  Each portal's secret is derived from the
 * installation's "webhook-key" and the portal's id, so nothing is stored: the courier signs with
 * it, endorsectl prints it.  A new webhook-key gives every portal a new secret. */
#ifndef WF_WEBHOOK_H
#define WF_WEBHOOK_H

#include "wf_bytes.h"

enum {
    WF_WEBHOOK_SECRET_TEXT = 51,   /* "whsec_", 44 characters of base64, NUL */
    WF_WEBHOOK_SIGNATURE_TEXT = 48 /* "v1,", 44 characters of base64, NUL */
};

/* What the portal's own library is given: "whsec_<base64>". */
void wf_webhook_secret(const uint8_t webhook_key[static 32], const char *portal,
                       char text[static WF_WEBHOOK_SECRET_TEXT]);
/* The header webhook-signature for one attempt; `seconds` is its webhook-timestamp. */
void wf_webhook_sign(const uint8_t webhook_key[static 32], const char *portal, const char *id,
                     int64_t seconds, struct wf_bytes body,
                     char signature[static WF_WEBHOOK_SIGNATURE_TEXT]);

#endif
