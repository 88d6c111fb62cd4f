/* audit_writer.h - adds to the copy, and to nothing but its end.  services/audit/SPEC.md 2.
 *
 * A call that returns -1 has left the files behind the state in memory: destroy the writer and make a
 * new one, which resumes from what is on disk. */
#ifndef AUDIT_WRITER_H
#define AUDIT_WRITER_H

#include "audit_state.h"

/* Of an entry beyond it only the beginning is copied: nothing of ours is so long. */
enum { AUDIT_LINE_MOST = AUDIT_BODY_MOST - 64 };

struct audit_writer;

/* Opens (and makes) the folder and takes its lock.  WF_AGAIN: another writer has it, or the disk
 * fails; WF_CONFIG: the folder cannot be made or is not ours. */
int audit_writer_create(struct audit_writer **writer, const char *folder,
                        const struct audit_key *key, uint64_t file_bytes,
                        struct wf_error *error) WF_MUST_CHECK;
void audit_writer_destroy(struct audit_writer **writer);

/* What stood in the folder at the start. */
struct audit_resumed {
    bool is_done;
    uint64_t cut;    /* bytes of a torn tail that were cut off */
    bool is_altered; /* a new generation was begun */
    char place[160]; /* of either: "0001-000002.log at 1234: reason" */
};
/* Reads what is there, some `budget` bytes of it a call, until is_done; only then may be written. */
int audit_writer_resume(struct audit_writer *writer, wf_time now, uint64_t budget,
                        struct audit_resumed *resumed, struct wf_error *error) WF_MUST_CHECK;

const struct audit_state *audit_writer_state(const struct audit_writer *writer);
const char *
audit_writer_file(const struct audit_writer *writer); /* that is written to; "": none yet */

/* Each is in the file after the next flush. */
int audit_writer_line(struct audit_writer *writer, wf_time now, unsigned stream, uint64_t ms,
                      uint64_t n, struct wf_bytes line, enum audit_fit *fit,
                      struct wf_error *error) WF_MUST_CHECK;
/* Number and time are filled in. */
int audit_writer_alarm(struct audit_writer *writer, wf_time now, struct audit_alarm *alarm,
                       struct wf_error *error) WF_MUST_CHECK;
int audit_writer_acknowledge(struct audit_writer *writer, wf_time now, uint64_t number,
                             const char *by, struct wf_error *error) WF_MUST_CHECK;

/* Makes everything so far durable and signs it.  Without anything new nothing is done, unless
 * `anyway`. */
int audit_writer_flush(struct audit_writer *writer, wf_time now, bool anyway,
                       struct wf_error *error) WF_MUST_CHECK;
/* Leaves the generation, which was found altered at `place`, for a new one. */
int audit_writer_begin_anew(struct audit_writer *writer, wf_time now, const char *place,
                            struct wf_error *error) WF_MUST_CHECK;

#endif
