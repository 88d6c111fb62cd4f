/* wf_path.h - where in a message: "answers[2].remark".  It is built from its end, on the way out of
 * the recursion that found the fault, so that a message without fault costs nothing. */
#ifndef WF_PATH_H
#define WF_PATH_H

#include "wf_validate.h"

#include <stddef.h>

/* A field name as JSON has it: "hours_hundredths" is "hoursHundredths". */
enum { WF_JSON_NAME_MAX = 48 };
void wf_json_name(const char *field, char name[static WF_JSON_NAME_MAX]);

/* Put "<name>" or "[<index>]" before what is there.  A path that is too long is cut at its end: it
 * only helps a person. */
void wf_path_name(char path[static WF_PATH_MAX], const char *name);
void wf_path_index(char path[static WF_PATH_MAX], size_t index);

#endif
