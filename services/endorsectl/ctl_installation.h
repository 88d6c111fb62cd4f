/* ctl_installation.h - where the installation is: doors, instances, secrets that this user may read. */
#ifndef CTL_INSTALLATION_H
#define CTL_INSTALLATION_H

#include "ctl.h"

#include <stdio.h>

/* Reads it once; the other calls need it. */
int ctl_installation_read(struct ctl *ctl, struct wf_error *error) WF_MUST_CHECK;
/* "door", "door_public", "http", "run_dir"; "" if absent. */
const char *ctl_installation_text(const struct ctl *ctl, const char *name);
/* One line "name value" of <state>/secrets/<file>. */
int ctl_secret_line(const struct ctl *ctl, const char *file, const char *name, char *value,
                    size_t size, struct wf_error *error) WF_MUST_CHECK;

#endif
