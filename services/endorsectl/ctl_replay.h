/* ctl_replay.h - asks an owner to replay its journal (SPEC 9.3), slice by slice. */
#ifndef CTL_REPLAY_H
#define CTL_REPLAY_H

#include "ctl.h"

#include "endorse/v1/internal.pb-c.h"

/* Appends every line that is told to `rows`, as an object: program, aggregate, version, time_ms, type, was, now,
 * agrees, problem, editionWas, editionNow, rulesWas, judgementWas, judgementNow (null or an object). `total`
 * gets the sums lines, aggregates, and the digest `rules` of those in force. */
int ctl_replay(struct ctl *ctl, enum wf_service service, unsigned instance,
               const Endorse__V1__Replay *wanted, json_t *rows, json_t *total,
               struct wf_error *error) WF_MUST_CHECK;
/* "training: 30 of 40 hours short (FS.training_hours), T-1, T-2" for a rule of a judgement. */
void ctl_judged_rule_words(const json_t *rule, char *text, size_t size);

#endif
