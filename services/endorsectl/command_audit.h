/* command_audit.h - what the files of `endorsectl audit` share. */
#ifndef COMMAND_AUDIT_H
#define COMMAND_AUDIT_H

#include "audit_copy.h"
#include "ctl.h"

/* Opens the copy in `folder`, or in that of the installation. */
int ctl_audit_open(const struct ctl *ctl, const char *folder, struct audit_copy **copy,
                   struct wf_error *error) WF_MUST_CHECK;

int ctl_audit_status(struct ctl *ctl);
int ctl_audit_acknowledge(struct ctl *ctl, const char *number);
int ctl_audit_verify(struct ctl *ctl, const char *folder, const char *key, const char *deposited);
int ctl_audit_show(struct ctl *ctl, const char *folder, const char *address);
int ctl_audit_checkpoint(struct ctl *ctl, const char *folder);

#endif
