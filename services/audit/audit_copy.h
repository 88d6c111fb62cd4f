/* audit_copy.h - reading an audit copy: proving it whole, and giving back its lines.  Needs the folder
 * alone, no Redis and no running program.  services/audit/SPEC.md 2.
 *
 * One that is written to meanwhile may be read: what is behind the last whole record is then not there
 * yet. */
#ifndef AUDIT_COPY_H
#define AUDIT_COPY_H

#include "audit_state.h"

struct audit_copy;

/* WF_NOT_FOUND: there is no such folder, or no copy in it; WF_DENIED: it may not be read by this user. */
int audit_copy_open(struct audit_copy **copy, const char *folder,
                    struct wf_error *error) WF_MUST_CHECK;
void audit_copy_close(struct audit_copy **copy);

/* ---- proving ---- */

struct audit_break {
    bool is_found;
    char file[40];
    uint64_t offset;
    char reason[240];
};
/* What was checked. */
struct audit_report {
    uint64_t generations, files, bytes, records, lines, checkpoints;
    uint64_t aggregates, streams; /* of the newest generation, as the next two */
    uint64_t unfit;               /* lines that are kept though their chain does not fit */
    uint64_t unsigned_records;    /* whole, but behind the last checkpoint */
    uint64_t unwritten;           /* bytes behind the last whole record, while a program writes */
    uint64_t alarms;              /* not acknowledged */
    struct audit_checkpoint last; /* sequence 0: none */
    bool is_deposited_found;
    struct audit_break breaks; /* the first */
};
/* Reads everything.  0 with report->breaks.is_found where the copy is not whole; -1 where it cannot be
 * read at all.  `deposited`: a checkpoint's text that was kept elsewhere and must be in this copy;
 * empty: none.  `public_key` must come from a place that whoever could change the folder could not change. */
int audit_copy_verify(struct audit_copy *copy, const uint8_t public_key[static AUDIT_HASH],
                      struct wf_bytes deposited, struct audit_report *report,
                      struct wf_error *error) WF_MUST_CHECK;

/* ---- reading ---- */

/* A line, borrowed for the call: `line->line` is the packed JournalLine exactly as the journal had it;
 * `fits`: its chain did.  False ends the reading. */
typedef bool audit_line_f(void *context, const struct audit_line *line, bool fits);
/* The lines of a stream ("exam:12"; NULL: of all) and of one aggregate in it ("paper/<handle>", as in
 * JournalLine.aggregate; NULL: of all), in order, no entry twice.  Reads each generation up to its first
 * break, which is told in *breaks (NULL: nobody asks); it does not check chains: audit_copy_verify does. */
int audit_copy_lines(struct audit_copy *copy, const char *stream, const char *aggregate,
                     audit_line_f *each, void *context, struct audit_break *breaks,
                     struct wf_error *error) WF_MUST_CHECK;
/* The same for a whole address, "exam/paper/<handle>". */
int audit_copy_aggregate(struct audit_copy *copy, const char *address, audit_line_f *each,
                         void *context, struct audit_break *breaks,
                         struct wf_error *error) WF_MUST_CHECK;
/* Appends the text of the last checkpoint; WF_NOT_FOUND: there is none yet. */
int audit_copy_last_checkpoint(struct audit_copy *copy, struct wf_buffer *text,
                               struct wf_error *error) WF_MUST_CHECK;

#endif
