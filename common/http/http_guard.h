/* http_guard.h - judges the raw header block of a request before the HTTP library sees it.
 * GATEWAY 1.2.  Pure: bytes in, verdict out.  libmicrohttpd 0.9.75 alone takes duplicate lengths,
 * folded lines, NUL bytes and other things that let one request hide in another. */
#ifndef HTTP_GUARD_H
#define HTTP_GUARD_H

#include <stddef.h>
#include <stdint.h>

enum {
    HTTP_GUARD_LINE_MAX = 4096,   /* request line */
    HTTP_GUARD_BLOCK_MAX = 16384, /* request line and headers */
    HTTP_GUARD_HEADERS_MAX = 64,
    HTTP_BODY_MAX = 128 * 1024
};

struct http_guard_verdict {
    enum http_guard_step {
        HTTP_GUARD_MORE, /* the block is not complete and nothing is wrong yet */
        HTTP_GUARD_PASS,
        HTTP_GUARD_REFUSE
    } step;
    unsigned status;  /* REFUSE: the HTTP status */
    const char *text; /* REFUSE: one sentence, static */
};

struct http_guard_verdict http_guard(const uint8_t *bytes, size_t length);

#endif
