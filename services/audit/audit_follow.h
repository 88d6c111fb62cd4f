/* audit_follow.h - one cycle over the journals: what is new is copied, what is not as it was left is told.
 * services/audit/SPEC.md 3.1, 3.2. */
#ifndef AUDIT_FOLLOW_H
#define AUDIT_FOLLOW_H

#include "audit_core.h"
#include "audit_writer.h"

#include "wf_journals.h"

/* A cycle in hand, and what the ones before it left. */
struct audit_follow {
    struct {
        int64_t surplus;
        unsigned looks;
    } streams[AUDIT_STREAMS];
    unsigned service; /* of audit_services, the next to be asked */
    struct wf_journals_ask asks[WF_PARTITIONS];
    size_t ask_count;
    unsigned rounds; /* of this service in this cycle */
};

/* What a step did. */
struct audit_step {
    bool is_done; /* the cycle is over; the writer has been flushed */
    uint64_t rounds, lines;
};
/* One round trip of the cycle.  -1: begin anew (WF_AGAIN), or stop (WF_CONFIG); the writer must be made
 * again where `*is_disk`. */
int audit_follow_step(struct audit_follow *follow, struct audit_writer *writer,
                      struct wf_journals *journals, wf_time now, struct audit_step *step,
                      bool *is_disk, struct wf_error *error) WF_MUST_CHECK;

/* The services whose journals are copied; ends with WF_ANY. */
extern const enum wf_service audit_services[];

#endif
