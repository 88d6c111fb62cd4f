/* audit_checkpoint.h - the signed line of text over everything copied so far.  services/audit/SPEC.md 2.3. */
#ifndef AUDIT_CHECKPOINT_H
#define AUDIT_CHECKPOINT_H

#include "audit_record.h"

#include "wf_error.h"
#include "wf_time.h"

enum { AUDIT_SECRET = 64, AUDIT_CHECKPOINT_MOST = 1024 };

struct audit_key {
    uint8_t public[AUDIT_HASH];
    uint8_t secret[AUDIT_SECRET]; /* Ed25519 */
};
/* From the 32 bytes of the program's credential. */
void audit_key_make(const uint8_t seed[static AUDIT_HASH], struct audit_key *key);

struct audit_checkpoint {
    uint64_t generation, sequence, records, lines, alarms;
    wf_time time;
    uint8_t chain[AUDIT_HASH], streams[AUDIT_HASH], heads[AUDIT_HASH];
    uint8_t previous[AUDIT_HASH]; /* SHA-256 of the text before; zeros: the first */
    uint8_t key[AUDIT_HASH];
};
/* Appends the text, signed; key->public becomes `checkpoint->key`. */
void audit_checkpoint_write(struct audit_checkpoint *checkpoint, const struct audit_key *key,
                            struct wf_buffer *text);
/* Reads exactly such a text, signed by `public_key`; NULL: by the key that it names.  WF_INVALID: it
 * is none; WF_DENIED: it is signed by another key, or was changed. */
int audit_checkpoint_read(struct wf_bytes text, const uint8_t *public_key,
                          struct audit_checkpoint *checkpoint,
                          struct wf_error *error) WF_MUST_CHECK;

#endif
