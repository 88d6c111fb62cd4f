/* audit_reread.h - the files of the newest generation once more, slowly, and against Redis.
 * services/audit/SPEC.md 3.3. */
#ifndef AUDIT_REREAD_H
#define AUDIT_REREAD_H

#include "audit_scan.h"
#include "audit_writer.h"

#include "wf_journals.h"

enum { AUDIT_REREAD_MOST = 10000 };

struct audit_reread {
    int folder; /* -1: not open */
    struct audit_scan scan;
    bool is_open;
    uint8_t chain[AUDIT_HASH];
    uint64_t generation;
};
int audit_reread_open(struct audit_reread *reread, const char *folder,
                      struct wf_error *error) WF_MUST_CHECK;
void audit_reread_close(struct audit_reread *reread);

struct audit_reread_result {
    uint64_t rounds, lines;
    bool is_altered; /* the files: `place` says where */
    char place[160];
};
/* The next `most` lines, after a flush.  Alarms about entries are written to the writer.  -1: as
 * audit_follow_step. */
int audit_reread_step(struct audit_reread *reread, struct audit_writer *writer,
                      const uint8_t public_key[static AUDIT_HASH], struct wf_journals *journals,
                      size_t most, wf_time now, struct audit_reread_result *result, bool *is_disk,
                      struct wf_error *error) WF_MUST_CHECK;

#endif
