/* links: wf_base wf_wire wf_http */
/* What anybody can send over HTTP: the header block, a path, a form. */
#include "fuzz.h"

#include "http_guard.h"
#include "http_text.h"
#include "wf_text.h"

/* However the bytes are cut on their way, the verdict is the same. */
static void guard(const uint8_t *data, size_t size)
{
    struct http_guard_verdict whole = http_guard(data, size);
    WF_ASSERT(whole.step != HTTP_GUARD_REFUSE || (whole.status >= 400 && whole.text));
    size_t step = size < 200 ? 1 : size / 100;
    for (size_t length = 0; length < size; length += step) {
        struct http_guard_verdict part = http_guard(data, length);
        WF_ASSERT(part.step != HTTP_GUARD_PASS || whole.step == HTTP_GUARD_PASS);
        WF_ASSERT(part.step != HTTP_GUARD_REFUSE || whole.step == HTTP_GUARD_REFUSE);
    }
}

static void form(const uint8_t *data, size_t size)
{
    struct http_form form = {0};
    struct wf_error error = {0};
    if (http_form_read(&form, (struct wf_bytes){data, size}, &error) != 0) {
        WF_ASSERT(error.code == WF_INVALID && error.text[0]);
        return;
    }
    WF_ASSERT(form.count <= HTTP_FORM_PAIRS_MAX);
    for (size_t i = 0; i < form.count; i++) {
        const char *value = form.pairs[i].value;
        WF_ASSERT(http_form_value(&form, form.pairs[i].name));
        for (const char *at = value; *at; at++)
            WF_ASSERT((unsigned char)*at >= 0x20 || *at == '\n' || *at == '\t');
    }
    http_form_fini(&form);
}

static void route(const char *path)
{
    static const struct http_route routes[] = {
        {false, "/rate/{}", NULL}, {true, "/rate/{}/decline", NULL}, {false, "/a/{}/{}", NULL}};
    struct http_params params;
    unsigned status = 0;
    const struct http_route *found =
        http_route_find(routes, 3, WF_HTTP_GET, path, &params, &status);
    WF_ASSERT(found || status == 404 || status == 405);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    guard(data, size);
    form(data, size);
    char *path = http_path_decode(text, strlen(text));
    if (path)
        route(path);
    free(path);
    free(text);
    return 0;
}
