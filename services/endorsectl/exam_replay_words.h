/* exam_replay_words.h - what `endorsectl exam replay` says. */
#ifndef EXAM_REPLAY_WORDS_H
#define EXAM_REPLAY_WORDS_H

#include "audit_copy.h"
#include "ctl.h"
#include "pool_replay.h"

#include <glib.h>

/* Prints the report and gives the exit code.  `announced`: the hashes that were noted, in lower-case hexadecimal;
 * NULL: nobody compares.  `breaks`: where the copy itself cannot be read on. */
int ctl_exam_replay_tell(struct ctl *ctl, const struct pool_replay_report *report,
                         GHashTable *announced, const struct audit_break *breaks);

#endif
