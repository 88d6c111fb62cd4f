/* Loading the function library: redis_store_install. */
#include "redis_inner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { LIBRARY_MOST = 256 * 1024 };

static int read_file(const char *path, struct wf_buffer *text, struct wf_error *error)
{
    FILE *file = fopen(path, "rbe");
    if (!file)
        return wf_fail(error, WF_CONFIG, "cannot read the functions at %s: %s", path,
                       strerror(errno));
    wf_buffer_reserve(text, LIBRARY_MOST);
    text->length = fread(text->data, 1, LIBRARY_MOST, file);
    int bad = ferror(file) || !feof(file);
    (void)fclose(file);
    return bad ? wf_fail(error, WF_CONFIG, "the functions at %s cannot be read whole", path) : 0;
}

/* REPLACE exchanges the library in one step: no client ever meets none. */
static int install(struct redis_link *link, struct wf_bytes text, struct wf_error *error)
{
    redis_put_head(link, 4);
    redis_put_text(link, "FUNCTION");
    redis_put_text(link, "LOAD");
    redis_put_text(link, "REPLACE");
    redis_put(link, text);
    redisReply *reply =
        redis_link_expect(link, REDIS_REPLY_STRING, false, "load the functions", error);
    if (!reply)
        return -1;
    freeReplyObject(reply);
    return 0;
}

int redis_store_install(const char *socket, const char *user, const char *password, int timeout_ms,
                        const char *path, struct wf_error *error)
{
    struct wf_buffer text = {0};
    struct redis_link link;
    redis_link_init(&link, socket, user, password, timeout_ms);
    int status = read_file(path, &text, error);
    if (!status)
        status = redis_link_connect(&link, error);
    if (!status)
        status = install(&link, wf_buffer_bytes(&text), error);
    redis_link_fini(&link);
    wf_buffer_fini(&text);
    return status;
}
