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

/* Names of the loaded libraries that are ours, whatever their version. */
static int list_libraries(struct redis_link *link, redisReply **list, struct wf_error *error)
{
    redis_put_head(link, 4);
    redis_put_text(link, "FUNCTION");
    redis_put_text(link, "LIST");
    redis_put_text(link, "LIBRARYNAME");
    redis_put_text(link, REDIS_LIBRARY_PREFIX "*");
    *list = redis_link_expect(link, REDIS_REPLY_ARRAY, false, "list its functions", error);
    return *list ? 0 : -1;
}

/* Two versions share function names, so the old goes before the new comes; MULTI, so that no
 * client ever meets neither. */
static size_t put_exchange(struct redis_link *link, const redisReply *list, struct wf_bytes text)
{
    redis_put_head(link, 1);
    redis_put_text(link, "MULTI");
    for (size_t i = 0; i < list->elements; i++) {
        const redisReply *row = list->element[i]; /* "library_name", name, ... */
        if (row->type != REDIS_REPLY_ARRAY || row->elements < 2)
            continue;
        redis_put_head(link, 3);
        redis_put_text(link, "FUNCTION");
        redis_put_text(link, "DELETE");
        redis_put_bytes(link, row->element[1]->str, row->element[1]->len);
    }
    redis_put_head(link, 3);
    redis_put_text(link, "FUNCTION");
    redis_put_text(link, "LOAD");
    redis_put(link, text);
    redis_put_head(link, 1);
    redis_put_text(link, "EXEC");
    return link->pending - 1;
}

static int check_exchange(const redisReply *results, struct wf_error *error)
{
    for (size_t i = 0; i < results->elements; i++)
        if (results->element[i]->type == REDIS_REPLY_ERROR)
            return redis_reply_fails(results->element[i], "load the functions", error);
    return 0;
}

static int install(struct redis_link *link, struct wf_bytes text, struct wf_error *error)
{
    redisReply *list = NULL;
    if (list_libraries(link, &list, error))
        return -1;
    size_t before = put_exchange(link, list, text);
    freeReplyObject(list);
    for (size_t i = 0; i < before; i++) {
        redisReply *queued =
            redis_link_expect(link, REDIS_REPLY_STATUS, false, "take the functions", error);
        if (!queued)
            return -1;
        freeReplyObject(queued);
    }
    redisReply *results =
        redis_link_expect(link, REDIS_REPLY_ARRAY, false, "load the functions", error);
    if (!results)
        return -1;
    int status = check_exchange(results, error);
    freeReplyObject(results);
    return status;
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
