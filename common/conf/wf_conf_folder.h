/* wf_conf_folder.h - a folder of which each file is read alike: forms, rule packs, policies, codes. */
#ifndef WF_CONF_FOLDER_H
#define WF_CONF_FOLDER_H

#include "wf_error.h"

enum { WF_CONF_PATH_MAX = 4096 };

/* Reads one file: its path for opening and for errors, its name within the folder.  -1 ends the
 * reading. */
typedef int wf_conf_each_f(void *context, const char *path, const char *name,
                           struct wf_error *error);

/* Calls `each` for every file whose name ends with `ending` (".conf") and does not begin with a dot,
 * in the order of the names: what comes of it does not depend on the disk.  An empty folder is no
 * error.  WF_CONFIG names a folder that cannot be read. */
int wf_conf_folder_read(const char *folder, const char *ending, wf_conf_each_f *each, void *context,
                        struct wf_error *error) WF_MUST_CHECK;

#endif
