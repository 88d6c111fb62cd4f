/* command_exam.h - what the parts of `endorsectl exam` share. */
#ifndef COMMAND_EXAM_H
#define COMMAND_EXAM_H

#include "ctl.h"

int ctl_exam_stats(struct ctl *ctl, int argc, char **argv);
int ctl_exam_adjudicate(struct ctl *ctl, int argc, char **argv);
int ctl_exam_assign(struct ctl *ctl, int argc, char **argv);
/* Of an audit copy (command_exam_replay.c). */
int ctl_exam_replay(struct ctl *ctl, int argc, char **argv);

/* Of the running installation (command_exam_running.c). */
int ctl_exam_list(struct ctl *ctl, int argc, char **argv);
int ctl_exam_show(struct ctl *ctl, int argc, char **argv);
int ctl_exam_workload(struct ctl *ctl, int argc, char **argv);
int ctl_exam_seed(struct ctl *ctl, int argc, char **argv);
int ctl_exam_stats_running(struct ctl *ctl, int argc, char **argv);
/* 0: the pool knows this reader. */
int ctl_exam_reader(struct ctl *ctl, const char *reader, struct wf_error *error) WF_MUST_CHECK;
/* Acts, each under the operator's signature (command_exam_act.c). */
int ctl_exam_pin(struct ctl *ctl, int argc, char **argv);
int ctl_exam_split(struct ctl *ctl, int argc, char **argv);
int ctl_exam_correct(struct ctl *ctl, int argc, char **argv);
/* Of the identity side: redaction and unblinding (command_exam_redact.c, command_exam_unblind.c). */
int ctl_exam_redact(struct ctl *ctl, int argc, char **argv);
int ctl_exam_hold(struct ctl *ctl, int argc, char **argv);
int ctl_exam_resume(struct ctl *ctl, int argc, char **argv);
int ctl_exam_unblind(struct ctl *ctl, int argc, char **argv);

/* Writes what `stats --json` prints as a page with plots. */
int ctl_exam_page(const json_t *value, const char *path, struct wf_error *error) WF_MUST_CHECK;

/* A coefficient; null where the data do not define it. */
void ctl_exam_set(json_t *object, const char *key, double value);
/* CTL_OK, or CTL_USAGE with what is missing said; `what` NULL: nothing is. */
int ctl_exam_wants(const char *command, int argc, const char *what);

#endif
