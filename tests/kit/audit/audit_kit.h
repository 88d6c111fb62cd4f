/* audit_kit.h - journals of invented aggregates, and a folder for their copy.  Functions that cannot do
 * their work abort the test. */
#ifndef AUDIT_KIT_H
#define AUDIT_KIT_H

#include "audit_copy.h"
#include "audit_writer.h"

#include "wf_pool.h"

enum { AUDIT_KIT_PEOPLE = 512 };

struct audit_kit {
    char folder[64];
    struct audit_key key;
    struct audit_writer *writer; /* NULL: none */
    struct audit_resumed resumed;
    uint64_t file_bytes;
    wf_time now;
    struct wf_pool pool;
    struct {
        uint8_t head[AUDIT_HASH];
        uint64_t version;
    } people[AUDIT_KIT_PEOPLE];
    uint64_t ids; /* of the last entry */
};

/* One entry of a stream. */
struct audit_entry {
    unsigned stream;
    uint64_t ms, n;
    struct wf_bytes line; /* lives until the pool is cleared */
};

void audit_kit_open(struct audit_kit *kit);
void audit_kit_close(struct audit_kit *kit); /* with the folder */

/* The next line of an aggregate, "intake/application/A-<who>", which thereby has it. */
struct audit_entry audit_kit_line(struct audit_kit *kit, unsigned who);
struct audit_entry audit_kit_last_line(struct audit_kit *kit, unsigned who); /* says `ended` */
enum audit_fit audit_kit_copy(struct audit_kit *kit, const struct audit_entry *entry);
void audit_kit_flush(struct audit_kit *kit);

/* Makes a writer and lets it read what there is; kit->resumed tells. */
void audit_kit_start(struct audit_kit *kit);
void audit_kit_stop(struct audit_kit *kit); /* as a crash does: without a flush */

/* Verifies; the report is the kit's until the next. */
const struct audit_report *audit_kit_verify(struct audit_kit *kit, const char *deposited);

/* ---- files ---- */
void audit_kit_path(const struct audit_kit *kit, const char *name, char path[static 128]);
uint64_t audit_kit_size(const struct audit_kit *kit, const char *name);
void audit_kit_flip(const struct audit_kit *kit, const char *name, uint64_t at); /* one byte */
void audit_kit_cut(const struct audit_kit *kit, const char *name, uint64_t length);
void audit_kit_add(const struct audit_kit *kit, const char *name, struct wf_bytes bytes);
void audit_kit_remove(const struct audit_kit *kit, const char *name);

#endif
