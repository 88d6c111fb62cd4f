/* curl_engine.h - libcurl's transfers driven by the program's own loop.  For curl_mailer and
 * curl_http_client only. */
#ifndef CURL_ENGINE_H
#define CURL_ENGINE_H

#include "wf_bus.h"

#include <curl/curl.h>

struct curl_engine;

/* First member of each transfer; `easy` is set up by its owner, who frees everything in `done`. */
struct curl_transfer {
    CURL *easy;
    void (*done)(struct curl_transfer *transfer, CURLcode code);
    void (*drop)(struct curl_transfer *transfer); /* the engine ends before the transfer */
    struct curl_transfer *next, **link;
};

/* Borrows the bus.  `most` transfers at once, `per_host` connections to one host. */
struct curl_engine *curl_engine_create(struct wf_bus *bus, unsigned most, unsigned per_host);
/* WF_LIMIT when `most` are on the way. */
int curl_engine_begin(struct curl_engine *engine, struct curl_transfer *transfer,
                      struct wf_error *error) WF_MUST_CHECK;
wf_time curl_engine_turn(struct curl_engine *engine, wf_time now);
void curl_engine_destroy(struct curl_engine **engine);

/* One word or two for what went wrong, without anything that the other side said. */
const char *curl_engine_word(CURLcode code);

#endif
