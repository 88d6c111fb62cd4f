/* command_policy.h - the sub-commands of endorsectl policy.  check, show and diff read files alone; reload
 * asks the programs. */
#ifndef COMMAND_POLICY_H
#define COMMAND_POLICY_H

#include "ctl.h"

#include "wf_policy_figures.h"

int ctl_policy_check(struct ctl *ctl, int argc, char **argv);
int ctl_policy_show(struct ctl *ctl, int argc, char **argv);
int ctl_policy_diff(struct ctl *ctl, int argc, char **argv);
int ctl_policy_reload(struct ctl *ctl, int argc, char **argv);
int ctl_policy_dry_run(struct ctl *ctl, int argc, char **argv);

/* The folder that --policy, else the environment, else the default names. */
const char *ctl_policy_folder(int *argc, char **argv);
/* "--name YYYY-MM-DD", today if it is not given; false, and said, if it is no date. */
bool ctl_policy_date(int *argc, char **argv, const char *name, wf_date *date);
/* Every figure as an array of objects: key, words, whole, category, value, file, edition, line, source. */
int ctl_policy_rows(const struct wf_policy_files *files, const char *association, wf_date on,
                    json_t *rows, struct wf_error *error) WF_MUST_CHECK;
const char *ctl_policy_text(const json_t *row, const char *name);
/* What an association calls a category on a date: "Family Specialist". */
const char *ctl_policy_label(const struct wf_policy_files *files, const char *association,
                             wf_date on, int category);

#endif
