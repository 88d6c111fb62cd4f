/* wf_template.h - HTML from a template and a model; a small part of Mustache, escaping by default.
 *
 *   {{name}}            text, escaped for HTML content and quoted attributes
 *   {{&name}}           as it is: only for HTML that another template made
 *   {{#name}}...{{/name}}  for each element of an array; once, inside it, for an object; once for
 *                       true, a number or a non-empty text
 *   {{^name}}...{{/name}}  where the section above would give nothing
 *   {{.}}               the element itself
 *   {{! comment }}
 *
 * A name is looked for in the innermost object first, then outwards.  A variable that the model
 * lacks is an error (a section may lack it): a page with a hole is never sent. */
#ifndef WF_TEMPLATE_H
#define WF_TEMPLATE_H

#include "wf_bytes.h"
#include "wf_error.h"

#include <jansson.h>

enum { WF_TEMPLATE_DEPTH = 12, WF_TEMPLATE_NAME_MAX = 40 };

/* Appends the page.  WF_BROKEN: the template is malformed or a variable is missing; what was
 * appended is then worthless. */
int wf_template_render(struct wf_bytes text, const json_t *model, struct wf_buffer *html,
                       struct wf_error *error) WF_MUST_CHECK;

#endif
