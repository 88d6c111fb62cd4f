#include "curl_http_client.h"

#include "curl_engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ANSWER_MOST = 64 * 1024, PER_HOST = 4 };

struct curl_client {
    struct wf_http_client port;
    struct curl_engine *engine;
    bool allow_private;
    wf_time timeout;
};

struct transfer {
    struct curl_transfer base;
    struct curl_slist *headers;
    bool allow_private;
    bool address_refused;
    size_t received;
    wf_http_done_f *done;
    void *context;
};

static void transfer_free(struct curl_transfer *base)
{
    struct transfer *transfer = (struct transfer *)base;
    curl_easy_cleanup(base->easy);
    curl_slist_free_all(transfer->headers);
    free(transfer);
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer *transfer = context;
    (void)purpose;
    if (!transfer->allow_private && !curl_address_is_public(&address->addr)) {
        transfer->address_refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* The answer's body says nothing to us; a receiver that never ends is cut off. */
static size_t drop_body(char *data, size_t size, size_t count, void *context)
{
    (void)data;
    struct transfer *transfer = context;
    transfer->received += size * count;
    return transfer->received > ANSWER_MOST ? 0 : size * count;
}

static void judge(const struct transfer *transfer, CURLcode code, struct wf_http_answer *answer)
{
    long status = 0;
    curl_off_t retry_after = 0;
    curl_easy_getinfo(transfer->base.easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->base.easy, CURLINFO_RETRY_AFTER, &retry_after);
    bool cut_off = code == CURLE_WRITE_ERROR && transfer->received > ANSWER_MOST;
    if (code == CURLE_OK || cut_off) {
        answer->result = WF_HTTP_ANSWERED;
        answer->status = (int)status;
        answer->retry_after_s =
            retry_after > UINT32_MAX ? UINT32_MAX : (uint32_t)(retry_after > 0 ? retry_after : 0);
        (void)snprintf(answer->detail, sizeof answer->detail, "%d", (int)status);
        return;
    }
    bool no_url = code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT;
    answer->result = no_url ? WF_HTTP_REFUSED : WF_HTTP_FAILED;
    (void)snprintf(answer->detail, sizeof answer->detail, "%s",
                   no_url                      ? "url refused"
                   : transfer->address_refused ? "address not allowed"
                                               : curl_engine_word(code));
}

static void transfer_done(struct curl_transfer *base, CURLcode code)
{
    struct transfer *transfer = (struct transfer *)base;
    struct wf_http_answer answer = {0};
    judge(transfer, code, &answer);
    transfer->done(transfer->context, &answer);
    transfer_free(base);
}

static void set_up(const struct curl_client *client, struct transfer *transfer,
                   const struct wf_http_post *post)
{
    CURL *easy = transfer->base.easy;
    curl_easy_setopt(easy, CURLOPT_URL, post->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, client->allow_private ? "http,https" : "https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    /* A proxy would make the connection, and with it the check of the address, somewhere else. */
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)client->timeout);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)client->timeout);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "endorse-courier");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->body.length);
    curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, (const char *)post->body.data);
}

static int post(struct wf_http_client *port, const struct wf_http_post *post, wf_http_done_f *done,
                void *context, struct wf_error *error)
{
    struct curl_client *client = (struct curl_client *)port;
    struct transfer *transfer = calloc(1, sizeof *transfer);
    WF_ASSERT(transfer);
    transfer->base.easy = curl_easy_init();
    transfer->base.done = transfer_done;
    transfer->base.drop = transfer_free;
    transfer->allow_private = client->allow_private;
    transfer->done = done;
    transfer->context = context;
    /* "Expect:" without a value: no waiting for 100 before a small body. */
    transfer->headers = curl_slist_append(NULL, "Expect:");
    for (size_t i = 0; i < post->header_count; i++)
        transfer->headers = curl_slist_append(transfer->headers, post->headers[i]);
    WF_ASSERT(transfer->base.easy && transfer->headers);
    set_up(client, transfer, post);
    if (!curl_engine_begin(client->engine, &transfer->base, error))
        return 0;
    transfer_free(&transfer->base);
    return -1;
}

static wf_time turn(struct wf_http_client *port, wf_time now)
{
    return curl_engine_turn(((struct curl_client *)port)->engine, now);
}

static void destroy(struct wf_http_client **port)
{
    struct curl_client *client = (struct curl_client *)*port;
    *port = NULL;
    curl_engine_destroy(&client->engine);
    free(client);
}

int curl_http_client_create(struct wf_http_client **client_at, struct wf_bus *bus,
                            const struct curl_http_settings *settings, struct wf_error *error)
{
    static const struct wf_http_client_ops ops = {.post = post, .turn = turn, .destroy = destroy};
    if (settings->timeout <= 0 || !settings->most)
        return wf_fail(error, WF_CONFIG, "webhooks need a timeout and room for at least one");
    struct curl_client *client = calloc(1, sizeof *client);
    WF_ASSERT(client);
    client->port.ops = &ops;
    client->engine = curl_engine_create(bus, settings->most, PER_HOST);
    client->allow_private = settings->allow_private;
    client->timeout = settings->timeout;
    *client_at = &client->port;
    return 0;
}
