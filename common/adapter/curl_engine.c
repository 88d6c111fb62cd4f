/* libcurl tells which sockets to watch; the loop tells when they are ready.  Readiness is only noted
 * in the loop's callback and handed over in the next turn, so that libcurl never changes the list
 * of watched sockets while the loop walks it. */
#include "curl_engine.h"

#include <stdlib.h>

struct ready_socket {
    curl_socket_t fd;
    int bits;
};

struct curl_engine {
    struct wf_bus *bus;
    CURLM *multi;
    unsigned most, running;
    struct curl_transfer *transfers;
    struct ready_socket *ready;
    size_t ready_count, ready_capacity;
};

static void note_ready(void *context, int fd, int ready)
{
    struct curl_engine *engine = context;
    if (engine->ready_count == engine->ready_capacity) {
        size_t capacity = engine->ready_capacity ? engine->ready_capacity * 2 : 16;
        struct ready_socket *rows = realloc(engine->ready, capacity * sizeof *rows);
        WF_ASSERT(rows);
        engine->ready = rows;
        engine->ready_capacity = capacity;
    }
    int bits = (ready & WF_WATCH_READ ? CURL_CSELECT_IN : 0) |
               (ready & WF_WATCH_WRITE ? CURL_CSELECT_OUT : 0);
    engine->ready[engine->ready_count++] = (struct ready_socket){.fd = fd, .bits = bits};
}

/* A closed socket's number may be given out again: what was noted for it is void. */
static void forget_ready(struct curl_engine *engine, curl_socket_t fd)
{
    for (size_t i = 0; i < engine->ready_count; i++) {
        if (engine->ready[i].fd == fd)
            engine->ready[i].fd = CURL_SOCKET_BAD;
    }
}

static int watch_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *socket_context)
{
    (void)easy;
    (void)socket_context;
    struct curl_engine *engine = context;
    int events = 0;
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
        events |= WF_WATCH_READ;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
        events |= WF_WATCH_WRITE;
    if (what == CURL_POLL_REMOVE)
        forget_ready(engine, fd);
    wf_bus_watch(engine->bus, fd, events, note_ready, engine);
    return 0;
}

struct curl_engine *curl_engine_create(struct wf_bus *bus, unsigned most, unsigned per_host)
{
    struct curl_engine *engine = calloc(1, sizeof *engine);
    WF_ASSERT(engine && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    engine->bus = bus;
    engine->most = most;
    engine->multi = curl_multi_init();
    WF_ASSERT(engine->multi);
    curl_multi_setopt(engine->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(engine->multi, CURLMOPT_SOCKETDATA, engine);
    curl_multi_setopt(engine->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)per_host);
    curl_multi_setopt(engine->multi, CURLMOPT_MAXCONNECTS, (long)per_host);
    return engine;
}

int curl_engine_begin(struct curl_engine *engine, struct curl_transfer *transfer,
                      struct wf_error *error)
{
    if (engine->running >= engine->most)
        return wf_fail(error, WF_LIMIT, "%u transfers are on the way, no more at once",
                       engine->running);
    curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, transfer);
    if (curl_multi_add_handle(engine->multi, transfer->easy) != CURLM_OK)
        return wf_fail(error, WF_AGAIN, "libcurl does not take the transfer");
    engine->running++;
    transfer->next = engine->transfers;
    transfer->link = &engine->transfers;
    if (transfer->next)
        transfer->next->link = &transfer->next;
    engine->transfers = transfer;
    return 0;
}

static void take_out(struct curl_engine *engine, struct curl_transfer *transfer)
{
    curl_multi_remove_handle(engine->multi, transfer->easy);
    *transfer->link = transfer->next;
    if (transfer->next)
        transfer->next->link = transfer->link;
    engine->running--;
}

static void finish_transfers(struct curl_engine *engine)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(engine->multi, &left))) {
        if (message->msg != CURLMSG_DONE)
            continue;
        struct curl_transfer *transfer = NULL;
        CURLcode code = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        take_out(engine, transfer);
        transfer->done(transfer, code);
    }
}

wf_time curl_engine_turn(struct curl_engine *engine, wf_time now)
{
    int running;
    for (size_t i = 0; i < engine->ready_count; i++) {
        struct ready_socket ready = engine->ready[i];
        if (ready.fd != CURL_SOCKET_BAD)
            curl_multi_socket_action(engine->multi, ready.fd, ready.bits, &running);
    }
    engine->ready_count = 0;
    /* Cheap when no timer of libcurl is due, and then no timer can be missed. */
    curl_multi_socket_action(engine->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    finish_transfers(engine);
    long wait = -1;
    curl_multi_timeout(engine->multi, &wait);
    return wait < 0 ? WF_NEVER : now + wait;
}

void curl_engine_destroy(struct curl_engine **engine_at)
{
    struct curl_engine *engine = *engine_at;
    if (!engine)
        return;
    *engine_at = NULL;
    while (engine->transfers) {
        struct curl_transfer *transfer = engine->transfers;
        take_out(engine, transfer);
        transfer->drop(transfer);
    }
    curl_multi_cleanup(engine->multi);
    curl_global_cleanup();
    free(engine->ready);
    free(engine);
}

const char *curl_engine_word(CURLcode code)
{
    static const struct {
        CURLcode code;
        const char *word;
    } words[] = {
        {CURLE_OPERATION_TIMEDOUT, "timeout"},
        {CURLE_COULDNT_CONNECT, "no connection"},
        {CURLE_COULDNT_RESOLVE_HOST, "unknown host"},
        {CURLE_LOGIN_DENIED, "login refused"},
        {CURLE_PEER_FAILED_VERIFICATION, "tls: certificate refused"},
        {CURLE_SSL_CONNECT_ERROR, "tls: no agreement"},
        {CURLE_USE_SSL_FAILED, "tls: not offered"},
        {CURLE_RECV_ERROR, "connection lost"},
        {CURLE_SEND_ERROR, "connection lost"},
        {CURLE_GOT_NOTHING, "connection lost"},
        {CURLE_WEIRD_SERVER_REPLY, "not understood"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].code == code)
            return words[i].word;
    }
    return "failed";
}
