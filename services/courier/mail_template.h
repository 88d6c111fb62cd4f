/* mail_template.h - the texts of mails and what may be filled into them.  SPEC 2.8. */
#ifndef MAIL_TEMPLATE_H
#define MAIL_TEMPLATE_H

#include "wf_bytes.h"
#include "wf_error.h"

#include <stdbool.h>

struct mail_templates; /* all of them, immutable */

struct mail_template {
    const char *name;
    bool hold; /* never a second one on an unknown result */
    bool has_link;
    const char *arguments; /* names, separated by spaces */
    char *text;            /* the file, cut at its line ends where needed */
    const char *subject;
    const char *body;
};

/* Reads every template of templates.def from the folder and checks it.  WF_CONFIG names file, line
 * and the fix. */
int mail_templates_load(struct mail_templates **templates, const char *folder,
                        struct wf_error *error) WF_MUST_CHECK;
void mail_templates_free(struct mail_templates **templates);
/* NULL if there is none of that name. */
const struct mail_template *mail_template_find(const struct mail_templates *templates,
                                               const char *name);

/* Walks the argument names of a template: *at begins as template->arguments.  False at the end. */
bool mail_template_next_argument(const char **at, char *name, size_t size);

struct mail_value {
    const char *name;
    const char *value;
};
/* Appends subject and body (lines ended by LF).  The values must hold every argument and
 * placeholder: what was asked for was checked on arrival. */
void mail_template_render(const struct mail_template *which, const struct mail_value *values,
                          size_t count, struct wf_buffer *subject, struct wf_buffer *body);

#endif
