#include "http_asset.h"

#include "http_text.h"

void http_asset_answer(struct wf_http *http, const struct wf_http_request *request,
                       const struct wf_asset *assets, const char *name, const char *type)
{
    char etag[HTTP_ETAG_SIZE];
    struct wf_bytes bytes = wf_asset_bytes(assets, name);
    struct wf_http_response response = {.status = 200, .type = type, .body = bytes};
    http_etag(bytes, etag);
    if (http_etag_matches(wf_http_header(request, "If-None-Match"), etag))
        response = (struct wf_http_response){.status = 304};
    http_field(&response, "ETag", etag);
    http_field(&response, "Cache-Control", "public, max-age=300");
    wf_http_answer(http, request->ticket, &response);
}
