#include "http_text.h"

#include <glib.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int hex_value(char c)
{
    return g_ascii_xdigit_value(c);
}

/* Decodes in place of *to; false for a malformed escape or NUL. */
static bool decode(const char *text, size_t length, bool form, char *to, size_t *made)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (c == '%') {
            if (length - i < 3 || hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0)
                return false;
            c = (char)(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        } else if (form && c == '+') {
            c = ' ';
        }
        if (c == '\0')
            return false;
        to[n++] = c;
    }
    *made = n;
    return true;
}

char *http_path_decode(const char *path, size_t length)
{
    size_t made = 0;
    char *text = malloc(length + 1);
    WF_ASSERT(text);
    if (!decode(path, length, false, text, &made) || !g_utf8_validate(text, (gssize)made, NULL)) {
        free(text);
        return NULL;
    }
    text[made] = '\0';
    return text;
}

/* Browsers send line ends as CR LF; one form of a text, one fingerprint. */
static bool tidy(char *text)
{
    size_t n = 0;
    for (const char *from = text; *from; from++) {
        unsigned char c = (unsigned char)*from;
        if (c == '\r' && from[1] == '\n')
            continue;
        if ((c < ' ' && c != '\t' && c != '\n') || c == 0x7f)
            return false;
        text[n++] = *from;
    }
    text[n] = '\0';
    return g_utf8_validate(text, (gssize)n, NULL);
}

/* One "name=value" at `text`; its decoded form goes to *memory, which moves on. */
static bool read_pair(struct http_form *form, const char *text, size_t length, char **memory)
{
    const char *equals = memchr(text, '=', length);
    size_t name_length = equals ? (size_t)(equals - text) : length;
    size_t skipped = equals ? name_length + 1 : name_length;
    size_t made = 0;
    char *name = *memory;
    if (!decode(text, name_length, true, name, &made))
        return false;
    name[made] = '\0';
    char *value = name + made + 1;
    if (!decode(text + skipped, length - skipped, true, value, &made))
        return false;
    value[made] = '\0';
    *memory = value + made + 1;
    if (!tidy(name) || !tidy(value) || form->count == HTTP_FORM_PAIRS_MAX)
        return false;
    form->pairs[form->count++] = (struct http_pair){.name = name, .value = value};
    return true;
}

int http_form_read(struct http_form *form, struct wf_bytes text, struct wf_error *error)
{
    const char *at = (const char *)text.data;
    size_t left = text.length;
    size_t pairs = 1;
    for (size_t i = 0; i < left; i++)
        pairs += at[i] == '&';
    *form = (struct http_form){0};
    if (pairs > HTTP_FORM_PAIRS_MAX)
        return wf_fail(error, WF_INVALID, "a form has at most %d fields", HTTP_FORM_PAIRS_MAX);
    form->pairs = calloc(pairs, sizeof *form->pairs);
    form->memory = malloc(left + 2 * pairs + 2);
    WF_ASSERT(form->pairs && form->memory);
    char *memory = form->memory;
    while (left) {
        const char *end = memchr(at, '&', left);
        size_t length = end ? (size_t)(end - at) : left;
        if (length && !read_pair(form, at, length, &memory)) {
            http_form_fini(form);
            return wf_fail(error, WF_INVALID, "the form holds a field that is not clean text");
        }
        at += end ? length + 1 : length;
        left -= end ? length + 1 : length;
    }
    return 0;
}

const char *http_form_value(const struct http_form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++) {
        if (strcmp(form->pairs[i].name, name) == 0)
            return form->pairs[i].value;
    }
    return NULL;
}

void http_form_fini(struct http_form *form)
{
    free(form->pairs);
    free(form->memory);
    *form = (struct http_form){0};
}

void http_url_component(struct wf_buffer *url, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (g_ascii_isalnum(c) || strchr("-._~", c))
            wf_buffer_append(url, text, 1);
        else
            wf_buffer_format(url, "%%%02X", c);
    }
}

void http_etag(struct wf_bytes bytes, char etag[static HTTP_ETAG_SIZE])
{
    char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes.data, bytes.length);
    (void)snprintf(etag, HTTP_ETAG_SIZE, "\"%.32s\"", digest);
    g_free(digest);
}

bool http_etag_matches(const char *if_none_match, const char *etag)
{
    if (!if_none_match)
        return false;
    return strcmp(if_none_match, "*") == 0 || strstr(if_none_match, etag) != NULL;
}

const char *http_status_phrase(unsigned status)
{
    static const struct {
        unsigned status;
        const char *phrase;
    } phrases[] = {{400, "Bad Request"},
                   {401, "Unauthorized"},
                   {403, "Forbidden"},
                   {404, "Not Found"},
                   {405, "Method Not Allowed"},
                   {411, "Length Required"},
                   {413, "Content Too Large"},
                   {414, "URI Too Long"},
                   {415, "Unsupported Media Type"},
                   {417, "Expectation Failed"},
                   {422, "Unprocessable Content"},
                   {429, "Too Many Requests"},
                   {431, "Request Header Fields Too Large"},
                   {500, "Internal Server Error"},
                   {501, "Not Implemented"},
                   {503, "Service Unavailable"},
                   {505, "HTTP Version Not Supported"}};
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
        if (phrases[i].status == status)
            return phrases[i].phrase;
    }
    return "Answer";
}

static void set_text(json_t *object, const char *name, const char *text)
{
    if (text && *text)
        (void)json_object_set_new(object, name, json_string(text));
}

void http_problem(struct wf_http_response *response, struct wf_buffer *body, unsigned status,
                  const char *detail, const char *field, const char *reason)
{
    json_t *object = json_object();
    set_text(object, "type", "about:blank");
    set_text(object, "title", http_status_phrase(status));
    (void)json_object_set_new(object, "status", json_integer(status));
    set_text(object, "detail", detail);
    set_text(object, "field", field);
    set_text(object, "reason", reason);
    char *text = json_dumps(object, JSON_COMPACT);
    WF_ASSERT(text);
    wf_buffer_text(body, text);
    wf_buffer_text(body, "\n");
    free(text);
    json_decref(object);
    response->status = status;
    response->type = "application/problem+json";
    response->body = wf_buffer_bytes(body);
}

void http_field(struct wf_http_response *response, const char *name, const char *value)
{
    for (unsigned i = 0; i < WF_HTTP_FIELDS_MAX; i++) {
        if (response->fields[i].name)
            continue;
        response->fields[i] = (struct wf_http_field){.name = name, .value = value};
        return;
    }
    WF_ASSERT(!"room for one more header");
}

/* ---- routes ---- */

static bool segment_matches(const char *pattern, size_t pattern_length, const char *path,
                            size_t length, struct http_params *params, unsigned *used)
{
    if (pattern_length != 2 || memcmp(pattern, "{}", 2) != 0)
        return pattern_length == length && memcmp(pattern, path, length) == 0;
    if (!length || length > HTTP_PARAM_MAX || *used == HTTP_PARAMS_MAX)
        return false;
    memcpy(params->values[*used], path, length);
    params->values[*used][length] = '\0';
    (*used)++;
    return true;
}

static bool path_matches(const char *pattern, const char *path, struct http_params *params)
{
    unsigned used = 0;
    while (*pattern == '/' && *path == '/') {
        size_t pattern_length = strcspn(++pattern, "/");
        size_t length = strcspn(++path, "/");
        if (!segment_matches(pattern, pattern_length, path, length, params, &used))
            return false;
        pattern += pattern_length;
        path += length;
    }
    return !*pattern && !*path;
}

const struct http_route *http_route_find(const struct http_route *routes, size_t count,
                                         enum wf_http_method method, const char *path,
                                         struct http_params *params, unsigned *status)
{
    *status = 404;
    for (size_t i = 0; i < count; i++) {
        if (!path_matches(routes[i].pattern, path, params))
            continue;
        if (routes[i].post == (method == WF_HTTP_POST))
            return &routes[i];
        *status = 405;
    }
    return NULL;
}
