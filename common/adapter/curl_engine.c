/* libcurl tells which sockets to watch; the loop tells when they are ready.  Readiness is only noted
 * in the loop's callback and handed over in the next turn, so that libcurl never changes the list
 * of watched sockets while the loop walks it. */
#include "curl_engine.h"

#include <stdlib.h>
#include <sys/socket.h>

struct engine_socket {
    curl_socket_t fd;
    int ready; /* noted since the last turn */
};

struct curl_engine {
    struct wf_bus *bus;
    CURLM *multi;
    unsigned most, running;
    struct curl_transfer *transfers;
    struct engine_socket *sockets;
    size_t socket_count, socket_capacity;
};

static struct engine_socket *find_socket(struct curl_engine *engine, curl_socket_t fd)
{
    for (size_t i = 0; i < engine->socket_count; i++) {
        if (engine->sockets[i].fd == fd)
            return &engine->sockets[i];
    }
    return NULL;
}

static void note_ready(void *context, int fd, int ready)
{
    struct engine_socket *row = find_socket(context, fd);
    if (row)
        row->ready |= (ready & WF_WATCH_READ ? CURL_CSELECT_IN : 0) |
                      (ready & WF_WATCH_WRITE ? CURL_CSELECT_OUT : 0);
}

static void add_socket(struct curl_engine *engine, curl_socket_t fd)
{
    if (find_socket(engine, fd))
        return;
    if (engine->socket_count == engine->socket_capacity) {
        size_t capacity = engine->socket_capacity ? engine->socket_capacity * 2 : 16;
        struct engine_socket *rows = realloc(engine->sockets, capacity * sizeof *rows);
        WF_ASSERT(rows);
        engine->sockets = rows;
        engine->socket_capacity = capacity;
    }
    engine->sockets[engine->socket_count++] = (struct engine_socket){.fd = fd};
}

static void drop_socket(struct curl_engine *engine, curl_socket_t fd)
{
    struct engine_socket *row = find_socket(engine, fd);
    if (row)
        *row = engine->sockets[--engine->socket_count];
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
        drop_socket(engine, fd);
    else
        add_socket(engine, fd);
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

/* One at a time: libcurl may add and drop sockets meanwhile. */
static bool hand_over_one(struct curl_engine *engine)
{
    for (size_t i = 0; i < engine->socket_count; i++) {
        struct engine_socket row = engine->sockets[i];
        int running;
        if (!row.ready)
            continue;
        engine->sockets[i].ready = 0;
        curl_multi_socket_action(engine->multi, row.fd, row.ready, &running);
        return true;
    }
    return false;
}

wf_time curl_engine_turn(struct curl_engine *engine, wf_time now)
{
    int running;
    while (hand_over_one(engine))
        continue;
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
    /* libcurl ends an SMTP upload that is taken from it with a well-formed "." and the server would
     * take half a message for a whole one: the connection goes first. */
    for (size_t i = 0; i < engine->socket_count; i++)
        (void)shutdown(engine->sockets[i].fd, SHUT_RDWR);
    while (engine->transfers) {
        struct curl_transfer *transfer = engine->transfers;
        take_out(engine, transfer);
        transfer->drop(transfer);
    }
    curl_multi_cleanup(engine->multi);
    curl_global_cleanup();
    free(engine->sockets);
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
