/* audit_heads.h - the last chain hash of each aggregate of one stream.  services/audit/SPEC.md 2.6. */
#ifndef AUDIT_HEADS_H
#define AUDIT_HEADS_H

#include "audit_record.h"

struct audit_heads;
struct audit_heads *audit_heads_create(void);
void audit_heads_destroy(struct audit_heads **heads);
size_t audit_heads_count(const struct audit_heads *heads);
/* NULL: it has none. */
const uint8_t *audit_heads_find(const struct audit_heads *heads,
                                const uint8_t key[static AUDIT_TAIL]);
void audit_heads_put(struct audit_heads *heads, const uint8_t key[static AUDIT_TAIL],
                     const uint8_t head[static AUDIT_HASH]);
void audit_heads_drop(struct audit_heads *heads, const uint8_t key[static AUDIT_TAIL]);
/* Over all (key, head), sorted. */
void audit_heads_hash(const struct audit_heads *heads, uint8_t hash[static AUDIT_HASH]);

#endif
