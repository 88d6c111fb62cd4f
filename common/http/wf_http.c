#include "wf_http.h"

#include "http_gate.h"
#include "http_guard.h"
#include "http_text.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
    EXCHANGES = 512,
    PARSER_MEMORY = 64 * 1024,
    SILENCE_S = 20,
    BODY_MS = 30 * 1000,
    BODY_GIVE_UP = 8 * HTTP_BODY_MAX, /* a chunked body is read no further than this */
    RUNS_MAX = 64                     /* of the library in one turn */
};

static const struct wf_http_field usual_fields[] = {
#define HTTP_USUAL(name, value) {name, value},
#include "http_usual.def"
#undef HTTP_USUAL
};

/* One request and its answer, from its first line until the connection is closed. */
struct exchange {
    uint64_t ticket; /* 0: free */
    struct wf_http *http;
    struct MHD_Connection *connection;
    char *target; /* as it came */
    char *path;   /* decoded */
    struct wf_buffer body;
    size_t received;
    wf_time started;
    bool begun, handled, suspended;
    struct MHD_Response *response;
    unsigned status;
};

struct wf_http {
    struct http_gate *gate;
    struct MHD_Daemon *daemon;
    wf_http_handler_f *handler;
    void *context;
    wf_time now;
    uint64_t generation;
    bool in_library; /* within MHD_run: it must not be entered again */
    struct wf_http_counts counts;
    struct exchange exchanges[EXCHANGES];
};

/* ---- exchanges ---- */

static struct exchange *exchange_take(struct wf_http *http)
{
    for (unsigned i = 0; i < EXCHANGES; i++) {
        struct exchange *exchange = &http->exchanges[i];
        if (exchange->ticket)
            continue;
        *exchange = (struct exchange){
            .ticket = ++http->generation * EXCHANGES + i, .http = http, .started = http->now};
        http->counts.connections++;
        return exchange;
    }
    return NULL;
}

static struct exchange *exchange_find(struct wf_http *http, uint64_t ticket)
{
    struct exchange *exchange = &http->exchanges[ticket % EXCHANGES];
    return ticket && exchange->ticket == ticket ? exchange : NULL;
}

static void exchange_end(struct exchange *exchange)
{
    if (exchange->response)
        MHD_destroy_response(exchange->response);
    free(exchange->target);
    free(exchange->path);
    wf_buffer_fini(&exchange->body);
    exchange->http->counts.connections--;
    *exchange = (struct exchange){0};
}

/* ---- what the library calls ---- */

static void *on_request_line(void *context, const char *target, struct MHD_Connection *connection)
{
    struct exchange *exchange = exchange_take(context);
    if (!exchange)
        return NULL;
    exchange->connection = connection;
    exchange->target = strdup(target);
    WF_ASSERT(exchange->target);
    return exchange;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    (void)context;
    (void)connection;
    (void)code;
    if (*state)
        exchange_end(*state);
    *state = NULL;
}

/* Paths and forms are decoded by our own code, once, after the guard; the library must not. */
static size_t keep_escaped(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

/* The library's complaints quote request targets, and those may hold a rater's token. */
static void keep_silent(void *context, const char *format, va_list arguments)
{
    (void)context;
    (void)format;
    (void)arguments;
}

static bool address_is_loopback(const struct sockaddr *peer)
{
    if (peer->sa_family == AF_INET)
        return (ntohl(((const struct sockaddr_in *)(const void *)peer)->sin_addr.s_addr) >> 24) ==
               127;
    if (peer->sa_family != AF_INET6)
        return false;
    const struct in6_addr *address = &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(address) ||
           (IN6_IS_ADDR_V4MAPPED(address) && address->s6_addr[12] == 127);
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

/* A page of somebody else's may give its own name this machine's address; its visitor's browser
 * then asks us as a local peer, but names that page as the host. */
static bool host_is_local(const char *host)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
    for (size_t i = 0; host && i < sizeof names / sizeof names[0]; i++) {
        size_t length = strlen(names[i]);
        if (strncasecmp(host, names[i], length) == 0 &&
            (host[length] == '\0' || host[length] == ':'))
            return true;
    }
    return false;
}

static bool is_local(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info && info->client_addr && address_is_loopback(info->client_addr) &&
           host_is_local(header(connection, "Host")) && !header(connection, "X-Forwarded-For") &&
           !header(connection, "Forwarded") && !header(connection, "X-Real-IP");
}

static enum wf_http_method method_number(const char *method)
{
    if (strcmp(method, MHD_HTTP_METHOD_POST) == 0)
        return WF_HTTP_POST;
    return strcmp(method, MHD_HTTP_METHOD_HEAD) == 0 ? WF_HTTP_HEAD : WF_HTTP_GET;
}

static void answer_plainly(struct exchange *exchange, unsigned status, const char *text)
{
    struct wf_buffer body = {0};
    struct wf_http_response response = {.status = status};
    http_problem(&response, &body, status, text, NULL, NULL);
    wf_http_answer(exchange->http, exchange->ticket, &response);
    wf_buffer_fini(&body);
}

static void handle(struct exchange *exchange, const char *method)
{
    struct wf_http *http = exchange->http;
    exchange->handled = true;
    if (exchange->received > HTTP_BODY_MAX) {
        answer_plainly(exchange, 413, "The body is larger than 128 KiB.");
        return;
    }
    char *mark = strchr(exchange->target, '?');
    size_t length = mark ? (size_t)(mark - exchange->target) : strlen(exchange->target);
    exchange->path = http_path_decode(exchange->target, length);
    if (!exchange->path) {
        answer_plainly(exchange, 400, "The path is not UTF-8.");
        return;
    }
    struct wf_http_request request = {.ticket = exchange->ticket,
                                      .method = method_number(method),
                                      .path = exchange->path,
                                      .query = mark ? mark + 1 : "",
                                      .body = wf_buffer_bytes(&exchange->body),
                                      .local = is_local(exchange->connection),
                                      .connection = exchange->connection};
    http->handler(http->context, &request);
}

static enum MHD_Result receive(struct exchange *exchange, const char *data, size_t *size)
{
    bool late = exchange->http->now - exchange->started > BODY_MS;
    exchange->received += *size;
    if (late || exchange->received > BODY_GIVE_UP)
        return MHD_NO; /* closes */
    if (exchange->received <= HTTP_BODY_MAX)
        wf_buffer_append(&exchange->body, data, *size);
    *size = 0;
    return MHD_YES;
}

static enum MHD_Result on_access(void *context, struct MHD_Connection *connection, const char *url,
                                 const char *method, const char *version, const char *data,
                                 size_t *size, void **state)
{
    struct exchange *exchange = *state;
    (void)context;
    (void)url;
    (void)version;
    if (!exchange)
        return MHD_NO;
    if (!exchange->begun) {
        exchange->begun = true;
        return MHD_YES;
    }
    if (*size)
        return receive(exchange, data, size);
    if (!exchange->handled)
        handle(exchange, method);
    if (exchange->response)
        return MHD_queue_response(connection, exchange->status, exchange->response);
    exchange->suspended = true;
    MHD_suspend_connection(connection);
    return MHD_YES;
}

/* ---- the gate's side ---- */

static void on_pass(void *context, int fd, const struct sockaddr_storage *peer, socklen_t length)
{
    struct wf_http *http = context;
    /* Whatever comes of it, the library owns and closes the descriptor. */
    (void)MHD_add_connection(http->daemon, fd, (const struct sockaddr *)peer, length);
}

static void on_refused(void *context, unsigned status)
{
    struct wf_http *http = context;
    http->counts.refused++;
    http->counts.answered[status / 100]++;
}

/* Resuming a connection does not wake the library's descriptor: it is run until it is content. */
static void run_library(struct wf_http *http)
{
    MHD_UNSIGNED_LONG_LONG wait = 0;
    if (http->in_library)
        return;
    http->in_library = true;
    for (unsigned i = 0; i < RUNS_MAX; i++) {
        (void)MHD_run(http->daemon);
        if (MHD_get_timeout(http->daemon, &wait) != MHD_YES || wait > 0)
            break;
    }
    http->in_library = false;
}

/* ---- public ---- */

int wf_http_open(struct wf_http **out, const char *address, uint16_t port,
                 wf_http_handler_f *handler, void *context, struct wf_error *error)
{
    struct wf_http *http = calloc(1, sizeof *http);
    WF_ASSERT(http);
    http->handler = handler;
    http->context = context;
    struct http_gate_calls calls = {.pass = on_pass, .refused = on_refused, .context = http};
    if (http_gate_open(&http->gate, address, port, &calls, error) != 0) {
        free(http);
        return -1;
    }
    http->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0,
        NULL, NULL, on_access, http, MHD_OPTION_EXTERNAL_LOGGER, keep_silent, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, on_request_line, http, MHD_OPTION_UNESCAPE_CALLBACK,
        keep_escaped, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)EXCHANGES, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)PARSER_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENCE_S,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    const union MHD_DaemonInfo *info =
        http->daemon ? MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
    if (!info) {
        wf_http_close(&http);
        return wf_fail(error, WF_AGAIN, "the HTTP library did not start");
    }
    http_gate_join(http->gate, info->epoll_fd);
    *out = http;
    return 0;
}

uint16_t wf_http_port(const struct wf_http *http)
{
    return http_gate_port(http->gate);
}

int wf_http_fd(const struct wf_http *http)
{
    return http_gate_fd(http->gate);
}

wf_time wf_http_turn(struct wf_http *http, wf_time now)
{
    MHD_UNSIGNED_LONG_LONG wait = 0;
    http->now = now;
    wf_time next = http_gate_turn(http->gate, now);
    run_library(http);
    if (MHD_get_timeout(http->daemon, &wait) == MHD_YES && now + (wf_time)wait < next)
        next = now + (wf_time)wait;
    return next;
}

const char *wf_http_header(const struct wf_http_request *request, const char *name)
{
    return header(request->connection, name);
}

static void add_fields(struct MHD_Response *made, const struct wf_http_response *response)
{
    bool cached = false;
    for (unsigned i = 0; i < sizeof usual_fields / sizeof usual_fields[0]; i++)
        (void)MHD_add_response_header(made, usual_fields[i].name, usual_fields[i].value);
    for (unsigned i = 0; i < WF_HTTP_FIELDS_MAX && response->fields[i].name; i++) {
        cached |= strcasecmp(response->fields[i].name, "Cache-Control") == 0;
        (void)MHD_add_response_header(made, response->fields[i].name, response->fields[i].value);
    }
    if (!cached)
        (void)MHD_add_response_header(made, "Cache-Control", "no-store");
    if (response->type)
        (void)MHD_add_response_header(made, "Content-Type", response->type);
}

void wf_http_answer(struct wf_http *http, uint64_t ticket, const struct wf_http_response *response)
{
    struct exchange *exchange = exchange_find(http, ticket);
    if (!exchange || exchange->response)
        return;
    /* The cast: the library copies and does not change it. */
    exchange->response = MHD_create_response_from_buffer(
        response->body.length, (void *)(uintptr_t)response->body.data, MHD_RESPMEM_MUST_COPY);
    WF_ASSERT(exchange->response);
    add_fields(exchange->response, response);
    exchange->status = response->status;
    http->counts.answered[response->status / 100 % 6]++;
    if (exchange->suspended) {
        exchange->suspended = false;
        MHD_resume_connection(exchange->connection);
        run_library(http);
    }
}

struct wf_http_counts wf_http_counts(const struct wf_http *http)
{
    return http->counts;
}

void wf_http_quiesce(struct wf_http *http)
{
    http_gate_stop_listening(http->gate);
}

/* The library must not be stopped with suspended connections. */
static void resume_all(struct wf_http *http)
{
    for (unsigned i = 0; i < EXCHANGES; i++) {
        if (http->exchanges[i].ticket && http->exchanges[i].suspended)
            answer_plainly(&http->exchanges[i], 503, "The service is stopping.");
    }
}

void wf_http_close(struct wf_http **http)
{
    if (!*http)
        return;
    if ((*http)->daemon) {
        resume_all(*http);
        MHD_stop_daemon((*http)->daemon);
    }
    http_gate_close(&(*http)->gate);
    free(*http);
    *http = NULL;
}
