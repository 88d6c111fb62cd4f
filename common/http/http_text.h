/* http_text.h - texts of HTTP: paths, forms, entity tags, problems, and the router's table.  Pure
 * but for memory. */
#ifndef HTTP_TEXT_H
#define HTTP_TEXT_H

#include "wf_http.h"

/* Percent-decoded, NUL-terminated, UTF-8; NULL if it is not.  The caller frees it. */
char *http_path_decode(const char *path, size_t length);

/* ---- application/x-www-form-urlencoded, of a query or a body ---- */
enum { HTTP_FORM_PAIRS_MAX = 400 };
struct http_pair {
    const char *name;
    const char *value;
};
struct http_form {
    struct http_pair *pairs; /* in order */
    size_t count;
    char *memory;
};
/* WF_INVALID: malformed escapes, NUL, not UTF-8, control characters other than tab and line ends,
 * or more than HTTP_FORM_PAIRS_MAX pairs.  CR LF becomes LF. */
int http_form_read(struct http_form *form, struct wf_bytes text,
                   struct wf_error *error) WF_MUST_CHECK;
/* The first value of a name, or NULL. */
const char *http_form_value(const struct http_form *form, const char *name);
void http_form_fini(struct http_form *form);

/* Appends text as one component of a URL. */
void http_url_component(struct wf_buffer *url, const char *text);

/* ---- answers ---- */
/* Strong entity tag of bytes: quote, 32 hexadecimal digits, quote. */
enum { HTTP_ETAG_SIZE = 35 };
void http_etag(struct wf_bytes bytes, char etag[static HTTP_ETAG_SIZE]);
/* Does the If-None-Match header (or NULL) name the tag? */
bool http_etag_matches(const char *if_none_match, const char *etag);

/* Fills type, status and body (kept in `body`) of an application/problem+json answer.  field and
 * reason may be NULL. */
void http_problem(struct wf_http_response *response, struct wf_buffer *body, unsigned status,
                  const char *detail, const char *field, const char *reason);
/* Adds a header; beyond WF_HTTP_FIELDS_MAX is our own mistake. */
void http_field(struct wf_http_response *response, const char *name, const char *value);
const char *http_status_phrase(unsigned status);

/* ---- routes ---- */
enum { HTTP_PARAMS_MAX = 2, HTTP_PARAM_MAX = 200 };
struct http_params {
    char values[HTTP_PARAMS_MAX][HTTP_PARAM_MAX + 1]; /* of the {} segments, in order */
};
typedef void http_route_f(void *context, const struct wf_http_request *request,
                          const struct http_params *params);
struct http_route {
    bool post;           /* else GET and HEAD */
    const char *pattern; /* "/rate/{}/questions" */
    http_route_f *serve;
};
/* The row that serves a request, or NULL with *status 404, or 405 when only the method is wrong. */
const struct http_route *http_route_find(const struct http_route *routes, size_t count,
                                         enum wf_http_method method, const char *path,
                                         struct http_params *params, unsigned *status);

#endif
