/* http_asset.h - answers a request with a file of the program (wf_asset.h). */
#ifndef HTTP_ASSET_H
#define HTTP_ASSET_H

#include "wf_asset.h"
#include "wf_http.h"

/* The bytes with their entity tag, good for five minutes; 304 where the client has them.  Our own
 * mistake if the table has no such file. */
void http_asset_answer(struct wf_http *http, const struct wf_http_request *request,
                       const struct wf_asset *assets, const char *name, const char *type);

#endif
