/* maildir_mailer.h - the sandbox's mailer: a maildir instead of a relay.
 * services/courier/SPEC.md 2.9. */
#ifndef MAILDIR_MAILER_H
#define MAILDIR_MAILER_H

#include "wf_mailer.h"

/* Makes <folder>/{tmp,new,cur} where they are missing. */
int maildir_mailer_create(struct wf_mailer **mailer, const char *folder,
                          struct wf_error *error) WF_MUST_CHECK;

#endif
