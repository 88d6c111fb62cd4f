/* wf_conf_file.h - a configuration file, read with libconfuse: settings, policies, forms, rule packs.
 *
 * Opening, the line of an error, unknown keys and a brace that is not closed are the same for all of
 * them and live here.  What a key may hold is judged by the reader of each kind of file, in
 * libconfuse's callbacks while the line is known; they refuse with cfg_error(section, "reason") and
 * -1.  Every error reads "<name>:<line>: <reason>". */
#ifndef WF_CONF_FILE_H
#define WF_CONF_FILE_H

#include "wf_conf_text.h"

#include <confuse.h>

/* What a kind of file looks like. */
struct wf_conf_kind {
    const cfg_opt_t *options;     /* of the top level, ended by CFG_END() */
    void (*prepare)(cfg_t *file); /* sets validating functions before the text is parsed; or NULL */
};

/* Reads `path`, which errors call `name`.  *file is then the caller's to cfg_free; on an error
 * (WF_CONFIG) it is NULL.  `context` is what the callbacks get from wf_conf_context(). */
int wf_conf_file_read(const char *path, const char *name, const struct wf_conf_kind *kind,
                      void *context, cfg_t **file, struct wf_error *error) WF_MUST_CHECK;
/* Within a callback: the context of the reading under way, which libconfuse cannot hand on. */
void *wf_conf_context(void);
/* For what shows only after the parsing: "<name>:<line>: ..." with the last line of a section, or
 * "<name>: ..." where it is about the file as a whole.  Returns -1. */
int wf_conf_wrong(const cfg_t *section, struct wf_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
