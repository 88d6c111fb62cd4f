/* rules_file.h - a rule pack of deploy/exam/rules, read with libconfuse and checked (SPEC 1). */
#ifndef RULES_FILE_H
#define RULES_FILE_H

#include "adjudicate_core.h"
#include "wf_error.h"

/* WF_CONFIG names the file and line: a key that is unknown, missing, out of range or without effect. */
int rules_file_read(const char *path, struct adjudicate_pack *pack,
                    struct wf_error *error) WF_MUST_CHECK;

#endif
