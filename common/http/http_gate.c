#include "http_gate.h"

#include "http_guard.h"
#include "http_text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* One connection before the HTTP library has it. */
struct place {
    int fd; /* -1: free */
    bool lingering;
    wf_time until;
    struct sockaddr_storage peer;
    socklen_t peer_length;
};

struct http_gate {
    int epoll;
    int listener; /* -1: takes nothing new */
    uint16_t port;
    struct http_gate_calls calls;
    struct place places[HTTP_GATE_PLACES];
};

enum { EVENT_LISTENER = HTTP_GATE_PLACES, EVENT_OTHER };

static void leave(struct http_gate *gate, struct place *place)
{
    (void)epoll_ctl(gate->epoll, EPOLL_CTL_DEL, place->fd, NULL);
    (void)close(place->fd);
    place->fd = -1;
}

/* With all places taken the one nearest to its end goes: whoever sends half a request and waits
 * keeps nobody else out. */
static struct place *free_place(struct http_gate *gate)
{
    struct place *oldest = &gate->places[0];
    for (size_t i = 0; i < HTTP_GATE_PLACES; i++) {
        if (gate->places[i].fd < 0)
            return &gate->places[i];
        if (gate->places[i].until < oldest->until)
            oldest = &gate->places[i];
    }
    leave(gate, oldest);
    return oldest;
}

static void drain(struct http_gate *gate, struct place *place)
{
    char discarded[4096];
    ssize_t got;
    do
        got = recv(place->fd, discarded, sizeof discarded, 0);
    while (got > 0);
    if (got == 0 || (errno != EAGAIN && errno != EINTR))
        leave(gate, place);
}

/* Closing a socket with unread bytes resets it and may destroy the answer on its way; so the answer
 * is followed by a half close, and what still comes is read and dropped for a moment. */
static void refuse(struct http_gate *gate, struct place *place,
                   const struct http_guard_verdict *verdict, wf_time now)
{
    static const char usual_fields[] =
#define HTTP_USUAL(name, value) name ": " value "\r\n"
#include "http_usual.def"
#undef HTTP_USUAL
        ;
    char body[256], answer[1024];
    int body_length =
        snprintf(body, sizeof body,
                 "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u,\"detail\":\"%s\"}\n",
                 http_status_phrase(verdict->status), verdict->status, verdict->text);
    int length =
        snprintf(answer, sizeof answer,
                 "HTTP/1.1 %u %s\r\nContent-Type: application/problem+json\r\n"
                 "Content-Length: %d\r\nCache-Control: no-store\r\n%s%s\r\n%s",
                 verdict->status, http_status_phrase(verdict->status), body_length,
                 verdict->status == 405 ? "Allow: GET, HEAD, POST\r\n" : "", usual_fields, body);
    (void)send(place->fd, answer, (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)shutdown(place->fd, SHUT_WR);
    gate->calls.refused(gate->calls.context, verdict->status);
    place->lingering = true;
    place->until = now + HTTP_GATE_LINGER_MS;
    drain(gate, place);
}

static void hand_over(struct http_gate *gate, struct place *place)
{
    int fd = place->fd;
    (void)epoll_ctl(gate->epoll, EPOLL_CTL_DEL, fd, NULL);
    place->fd = -1;
    gate->calls.pass(gate->calls.context, fd, &place->peer, place->peer_length);
}

/* One byte more than the longest block, so that a longer one is seen to be. */
static void look(struct http_gate *gate, struct place *place, wf_time now)
{
    uint8_t bytes[HTTP_GUARD_BLOCK_MAX + 1];
    ssize_t got = recv(place->fd, bytes, sizeof bytes, MSG_PEEK);
    if (got <= 0) {
        if (got == 0 || (errno != EAGAIN && errno != EINTR))
            leave(gate, place);
        return;
    }
    struct http_guard_verdict verdict = http_guard(bytes, (size_t)got);
    if (verdict.step == HTTP_GUARD_PASS)
        hand_over(gate, place);
    else if (verdict.step == HTTP_GUARD_REFUSE)
        refuse(gate, place, &verdict, now);
}

static void accept_all(struct http_gate *gate, wf_time now)
{
    for (unsigned i = 0; gate->listener >= 0 && i < HTTP_GATE_PLACES; i++) {
        struct sockaddr_storage peer;
        socklen_t length = sizeof peer;
        int fd = accept4(gate->listener, (struct sockaddr *)&peer, &length,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            return;
        int yes = 1;
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        struct place *place = free_place(gate);
        *place = (struct place){
            .fd = fd, .until = now + HTTP_GATE_HEADER_MS, .peer = peer, .peer_length = length};
        /* Edge-triggered: peeking leaves the bytes where they are, and a level would spin. */
        struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET,
                                    .data.u32 = (uint32_t)(place - gate->places)};
        if (epoll_ctl(gate->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
            leave(gate, place);
        else
            look(gate, place, now);
    }
}

static void serve_event(struct http_gate *gate, uint32_t source, wf_time now)
{
    if (source == EVENT_LISTENER) {
        accept_all(gate, now);
    } else if (source < HTTP_GATE_PLACES && gate->places[source].fd >= 0) {
        if (gate->places[source].lingering)
            drain(gate, &gate->places[source]);
        else
            look(gate, &gate->places[source], now);
    }
}

wf_time http_gate_turn(struct http_gate *gate, wf_time now)
{
    struct epoll_event events[64];
    int count = epoll_wait(gate->epoll, events, 64, 0);
    for (int i = 0; i < count; i++)
        serve_event(gate, events[i].data.u32, now);
    wf_time next = WF_NEVER;
    for (size_t i = 0; i < HTTP_GATE_PLACES; i++) {
        struct place *place = &gate->places[i];
        if (place->fd < 0)
            continue;
        if (place->until <= now)
            leave(gate, place);
        else if (place->until < next)
            next = place->until;
    }
    return next;
}

static int listen_on(const char *address, uint16_t port, struct wf_error *error)
{
    char service[8];
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    (void)snprintf(service, sizeof service, "%u", port);
    if (getaddrinfo(address, service, &hints, &found) != 0)
        return wf_fail(error, WF_CONFIG, "'%s' is not a numeric address to listen on", address);
    int yes = 1;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool bound = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
                 bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, 512) == 0;
    freeaddrinfo(found);
    if (bound)
        return fd;
    (void)wf_fail(error, WF_CONFIG, "cannot listen on %s port %u: %s", address, port,
                  strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

static uint16_t port_of(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } own = {.v6 = {0}};
    socklen_t length = sizeof own;
    if (getsockname(fd, &own.any, &length) != 0)
        return 0;
    return ntohs(own.any.sa_family == AF_INET6 ? own.v6.sin6_port : own.v4.sin_port);
}

int http_gate_open(struct http_gate **out, const char *address, uint16_t port,
                   const struct http_gate_calls *calls, struct wf_error *error)
{
    int listener = listen_on(address, port, error);
    if (listener < 0)
        return -1;
    struct http_gate *gate = calloc(1, sizeof *gate);
    WF_ASSERT(gate);
    gate->calls = *calls;
    gate->listener = listener;
    gate->port = port_of(listener);
    for (size_t i = 0; i < HTTP_GATE_PLACES; i++)
        gate->places[i].fd = -1;
    gate->epoll = epoll_create1(EPOLL_CLOEXEC);
    WF_ASSERT(gate->epoll >= 0);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = EVENT_LISTENER};
    WF_ASSERT(epoll_ctl(gate->epoll, EPOLL_CTL_ADD, listener, &event) == 0);
    *out = gate;
    return 0;
}

int http_gate_fd(const struct http_gate *gate)
{
    return gate->epoll;
}

void http_gate_join(struct http_gate *gate, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = EVENT_OTHER};
    WF_ASSERT(epoll_ctl(gate->epoll, EPOLL_CTL_ADD, fd, &event) == 0);
}

uint16_t http_gate_port(const struct http_gate *gate)
{
    return gate->port;
}

void http_gate_stop_listening(struct http_gate *gate)
{
    if (gate->listener < 0)
        return;
    (void)epoll_ctl(gate->epoll, EPOLL_CTL_DEL, gate->listener, NULL);
    (void)close(gate->listener);
    gate->listener = -1;
}

void http_gate_close(struct http_gate **gate)
{
    if (!*gate)
        return;
    http_gate_stop_listening(*gate);
    for (size_t i = 0; i < HTTP_GATE_PLACES; i++) {
        if ((*gate)->places[i].fd >= 0)
            leave(*gate, &(*gate)->places[i]);
    }
    (void)close((*gate)->epoll);
    free(*gate);
    *gate = NULL;
}
