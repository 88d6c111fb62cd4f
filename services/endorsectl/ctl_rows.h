/* ctl_rows.h - the heartbeat rows of all instances, as a JSON array; each has "name", "program",
 * "instance" and the members of SPEC 8.  "state" is "silent" where an instance did not answer. */
#ifndef CTL_ROWS_H
#define CTL_ROWS_H

#include "ctl.h"
#include "wf_time.h"

int ctl_rows_collect(struct ctl *ctl, json_t *rows, struct wf_error *error) WF_MUST_CHECK;
wf_time ctl_wall_clock(void);

#endif
