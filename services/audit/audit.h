/* audit.h - the service: opens the copy, runs its cycles, answers operations.  services/audit/SPEC.md 3, 4. */
#ifndef AUDIT_H
#define AUDIT_H

#include "audit_follow.h"
#include "audit_reread.h"

#include "wf_worker.h"

struct audit {
    struct wf_worker *worker; /* borrowed */
    struct audit_key key;
    char folder[400];
    struct wf_journals *journals;
    struct audit_writer *writer; /* NULL: made again at retry_at */
    bool is_reading;             /* its own files, before the first cycle */
    bool is_last;                /* the cycle in hand was begun in a drain */
    bool is_drained;             /* the last cycle of a drain is done */
    bool is_in_cycle;
    wf_time next_cycle, retry_at; /* monotonic */
    wf_time followed;             /* wall clock of the last finished cycle; 0: none */
    char error[200];              /* "": the last cycle was finished */
    uint64_t told;                /* number of the last alarm that was logged */
    struct audit_follow follow;
    struct audit_reread reread;
};

extern const struct wf_setting audit_settings[];
extern const size_t audit_setting_count;
extern const struct wf_question audit_questions[];
extern const size_t audit_question_count;

int audit_create(struct audit **audit, struct wf_worker *worker,
                 struct wf_error *error) WF_MUST_CHECK;
void audit_destroy(struct audit **audit);
/* Takes `journals`.  WF_CONFIG: the folder cannot be used. */
int audit_start(struct audit *audit, struct wf_journals **journals,
                struct wf_error *error) WF_MUST_CHECK;
wf_time audit_turn(struct audit *audit, wf_time now);
bool audit_is_engaged(const struct audit *audit);
void audit_report(const struct audit *audit, struct wf_buffer *json);
/* Logs and counts alarms that nobody has been told of. */
void audit_tell_alarms(struct audit *audit);
/* Durable when it returns. */
int audit_acknowledge(struct audit *audit, uint64_t number, const char *by,
                      struct wf_error *error) WF_MUST_CHECK;
/* "reading" its own files, "following" the journals, "failing". */
const char *audit_word(const struct audit *audit);
wf_time audit_wall(const struct audit *audit);

#endif
