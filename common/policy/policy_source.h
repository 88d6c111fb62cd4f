/* policy_source.h - one file of deploy/policy as it stands: sections, values that were checked one by one,
 * and the line of each. */
#ifndef WF_POLICY_SOURCE_H
#define WF_POLICY_SOURCE_H

#include "wf_conf_file.h"

#include <glib.h>

#define WF_POLICY_EVERY "every" /* the category that stands for all of them */

struct wf_policy_source {
    cfg_t *file;
    GHashTable *lines; /* of an option that has a value */
    char *text;        /* as it stands, with its comments */
};

/* On success the caller's, to be freed.  WF_CONFIG names file, line, reason. */
int wf_policy_source_read(const char *folder, const char *name, struct wf_policy_source *source,
                          struct wf_error *error) WF_MUST_CHECK;
void wf_policy_source_free(struct wf_policy_source *source); /* also of one that was not read */
/* 0: the section has no such value. */
int wf_policy_source_line(const struct wf_policy_source *source, cfg_t *section, const char *key);
/* The comment at the end of a line, without its "#"; empty if there is none. */
void wf_policy_source_comment(const struct wf_policy_source *source, int line, char *comment,
                              size_t size);

#endif
