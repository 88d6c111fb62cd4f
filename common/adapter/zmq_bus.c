#include "zmq_bus.h"

#include "zmq_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    LOCAL_FRAME_MAX =
        160 * 1024,      /* WF_FRAME_MAX and room for what the prelude reader is to refuse */
    QUEUE_FRAMES = 2000, /* more than any credit; the durable outbox is the real queue */
    GOODBYE_MS = 500,    /* for the last acknowledgements at a drain */
    RECONNECT_MS = 20,
    RECONNECT_MS_MAX = 500
};

void zmq_end_option(void *socket, int option, int value)
{
    WF_ASSERT(zmq_setsockopt(socket, option, &value, sizeof value) == 0);
}

void zmq_end_bound(void *socket, int largest_frame)
{
    int64_t largest = largest_frame;
    WF_ASSERT(zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &largest, sizeof largest) == 0);
    zmq_end_option(socket, ZMQ_SNDHWM, QUEUE_FRAMES);
    zmq_end_option(socket, ZMQ_RCVHWM, QUEUE_FRAMES);
    zmq_end_option(socket, ZMQ_LINGER, GOODBYE_MS);
}

static void endpoint_of(const struct zmq_bus *bus, enum wf_service service, unsigned instance,
                        char endpoint[static 160])
{
    (void)snprintf(endpoint, 160, "ipc://%s/%s.%u.sock", bus->run_dir, wf_service_name(service),
                   instance);
}

/* ---- sending ---- */

/* A fresh DEALER: libzmq gives it a routing id of its own that nobody had before, so that a late answer to
 * our former life reaches nobody. */
static int connect_peer(struct zmq_bus *bus, enum wf_service service, unsigned instance,
                        struct wf_error *error)
{
    char endpoint[160];
    struct zmq_end *peer = &bus->peers[service][instance];
    endpoint_of(bus, service, instance, endpoint);
    void *socket = zmq_socket(bus->context, ZMQ_DEALER);
    if (!socket)
        return wf_fail(error, WF_LIMIT, "no more ZeroMQ sockets: %s", zmq_strerror(zmq_errno()));
    zmq_end_bound(socket, LOCAL_FRAME_MAX);
    /* A program says at once that nobody is there, and its outbox keeps the message: else a peer that
     * comes back after an hour would first get every repetition of that hour.  A client that only
     * asks has no outbox; its question waits for the connection. */
    zmq_end_option(socket, ZMQ_IMMEDIATE, bus->local.socket != NULL);
    zmq_end_option(socket, ZMQ_RECONNECT_IVL, RECONNECT_MS);
    zmq_end_option(socket, ZMQ_RECONNECT_IVL_MAX, RECONNECT_MS_MAX);
    if (zmq_connect(socket, endpoint) != 0) {
        (void)zmq_close(socket);
        return wf_fail(error, WF_CONFIG, "cannot connect to %s: %s", endpoint,
                       zmq_strerror(zmq_errno()));
    }
    *peer = (struct zmq_end){.socket = socket, .maybe = true};
    return 0;
}

static int sent(int result, const char *to, struct wf_error *error)
{
    if (result >= 0)
        return 0;
    int problem = zmq_errno();
    if (problem == EHOSTUNREACH)
        return wf_fail(error, WF_NOT_FOUND, "%s has gone", to);
    return wf_fail(error, WF_LIMIT, "%s takes no more for now: %s", to, zmq_strerror(problem));
}

static int bus_send(struct wf_bus *base, enum wf_service service, unsigned instance,
                    struct wf_bytes bytes, struct wf_error *error)
{
    struct zmq_bus *bus = (struct zmq_bus *)base;
    WF_ASSERT((unsigned)service < WF_SERVICE_COUNT && instance < ZMQ_BUS_INSTANCES);
    if (!bus->peers[service][instance].socket && connect_peer(bus, service, instance, error) < 0)
        return -1;
    void *socket = bus->peers[service][instance].socket;
    return sent(zmq_send(socket, bytes.data, bytes.length, ZMQ_DONTWAIT), wf_service_name(service),
                error);
}

static int bus_answer(struct wf_bus *base, enum wf_frame_source source, const struct wf_peer *peer,
                      struct wf_bytes bytes, struct wf_error *error)
{
    struct zmq_bus *bus = (struct zmq_bus *)base;
    void *socket = source == WF_FRAME_DOOR ? bus->door.socket : bus->local.socket;
    WF_ASSERT(source != WF_FRAME_ANSWER && socket);
    /* ROUTER_MANDATORY: an unknown or full peer is told at the first part, so the second never fails. */
    if (sent(zmq_send(socket, peer->bytes, peer->length, ZMQ_SNDMORE | ZMQ_DONTWAIT),
             "the asking program", error) < 0)
        return -1;
    return sent(zmq_send(socket, bytes.data, bytes.length, ZMQ_DONTWAIT), "the asking program",
                error);
}

/* ---- receiving ---- */

static void drop_rest(void *socket)
{
    int more = 1;
    while (more) {
        zmq_msg_t part;
        (void)zmq_msg_init(&part);
        if (zmq_msg_recv(&part, socket, ZMQ_DONTWAIT) < 0)
            more = 0;
        else
            more = zmq_msg_more(&part);
        (void)zmq_msg_close(&part);
    }
}

/* The next part into bus->current; false when there is none. */
static bool take_part(struct zmq_bus *bus, void *socket)
{
    (void)zmq_msg_close(&bus->current);
    (void)zmq_msg_init(&bus->current);
    return zmq_msg_recv(&bus->current, socket, ZMQ_DONTWAIT) >= 0;
}

/* From a ROUTER: routing id, body.  A frame of any other number of parts is dropped: no client of ours sends
 * one. */
static bool take_routed(struct zmq_bus *bus, struct zmq_end *end, enum wf_frame_source source,
                        struct wf_frame *frame)
{
    while (take_part(bus, end->socket)) {
        size_t length = zmq_msg_size(&bus->current);
        bool fits = length <= sizeof frame->peer.bytes;
        if (!zmq_msg_more(&bus->current))
            continue;
        if (fits) {
            memcpy(frame->peer.bytes, zmq_msg_data(&bus->current), length);
            frame->peer.length = (uint8_t)length;
        }
        bool body = take_part(bus, end->socket);
        if (body && zmq_msg_more(&bus->current)) {
            drop_rest(end->socket);
            continue;
        }
        if (!body || !fits)
            continue;
        frame->source = source;
        return true;
    }
    end->maybe = false;
    return false;
}

static bool take_answer(struct zmq_bus *bus, struct wf_frame *frame)
{
    for (unsigned service = 0; service < WF_SERVICE_COUNT; service++) {
        for (unsigned instance = 0; instance < ZMQ_BUS_INSTANCES; instance++) {
            struct zmq_end *end = &bus->peers[service][instance];
            if (!end->maybe)
                continue;
            if (take_part(bus, end->socket)) {
                frame->source = WF_FRAME_ANSWER;
                frame->service = (enum wf_service)service;
                frame->instance = instance;
                return true;
            }
            end->maybe = false;
        }
    }
    return false;
}

/* The key that the handshake proved; from the body's metadata, because the first part loses it on prefetch in
 * libzmq 4.3.4. */
static bool identify(struct zmq_bus *bus, struct wf_frame *frame)
{
    const char *user = zmq_msg_gets(&bus->current, "User-Id");
    if (!user || strlen(user) != sizeof frame->identity - 1)
        return false;
    memcpy(frame->identity, user, sizeof frame->identity);
    return true;
}

static bool bus_receive(struct wf_bus *base, struct wf_frame *frame)
{
    struct zmq_bus *bus = (struct zmq_bus *)base;
    *frame = (struct wf_frame){0};
    /* Answers first: they free credit and memory.  The door last: it is the tap that may wait. */
    bool found = take_answer(bus, frame);
    if (!found && bus->local.maybe)
        found = take_routed(bus, &bus->local, WF_FRAME_LOCAL, frame);
    while (!found && bus->door.maybe && !bus->is_door_held) {
        if (!take_routed(bus, &bus->door, WF_FRAME_DOOR, frame))
            break;
        found = identify(bus, frame);
    }
    if (found)
        frame->bytes = (struct wf_bytes){.data = zmq_msg_data(&bus->current),
                                         .length = zmq_msg_size(&bus->current)};
    return found;
}

/* ---- waiting ---- */

struct poll_set {
    zmq_pollitem_t items[ZMQ_BUS_WATCHES + WF_SERVICE_COUNT * ZMQ_BUS_INSTANCES + 3];
    struct zmq_end *ends[WF_SERVICE_COUNT * ZMQ_BUS_INSTANCES + 3];
    int sockets; /* the first items; descriptors follow */
    int count;
};

static void poll_end(struct poll_set *set, struct zmq_end *end)
{
    if (!end->socket)
        return;
    set->ends[set->sockets++] = end;
    set->items[set->count++] = (zmq_pollitem_t){.socket = end->socket, .events = ZMQ_POLLIN};
}

static void fill_poll_set(struct zmq_bus *bus, struct poll_set *set, struct zmq_end *zap)
{
    set->sockets = 0;
    set->count = 0;
    zap->socket = bus->zap;
    poll_end(set, zap);
    poll_end(set, &bus->local);
    if (!bus->is_door_held)
        poll_end(set, &bus->door);
    for (unsigned service = 0; service < WF_SERVICE_COUNT; service++) {
        for (unsigned instance = 0; instance < ZMQ_BUS_INSTANCES; instance++)
            poll_end(set, &bus->peers[service][instance]);
    }
    for (unsigned i = 0; i < bus->watch_count; i++)
        set->items[set->count++] =
            (zmq_pollitem_t){.fd = bus->watches[i].fd, .events = bus->watches[i].events};
}

static struct zmq_watch *find_watch(struct zmq_bus *bus, int fd)
{
    for (unsigned i = 0; i < bus->watch_count; i++) {
        if (bus->watches[i].fd == fd)
            return &bus->watches[i];
    }
    return NULL;
}

/* A callback may add and remove watches, so each is looked up again. */
static void call_watches(struct zmq_bus *bus, const struct poll_set *set)
{
    for (int i = set->sockets; i < set->count; i++) {
        short events = set->items[i].revents;
        const struct zmq_watch *watch = events ? find_watch(bus, set->items[i].fd) : NULL;
        if (!watch)
            continue;
        bool broken = (events & ZMQ_POLLERR) != 0;
        int ready = ((events & ZMQ_POLLIN) || broken ? WF_WATCH_READ : 0) |
                    ((events & ZMQ_POLLOUT) || broken ? WF_WATCH_WRITE : 0);
        watch->callback(watch->context, set->items[i].fd, ready);
    }
}

static int bus_wait(struct wf_bus *base, wf_time timeout, struct wf_error *error)
{
    struct zmq_bus *bus = (struct zmq_bus *)base;
    struct poll_set set;
    struct zmq_end zap = {0};
    fill_poll_set(bus, &set, &zap);
    if (zmq_poll(set.items, set.count, (long)timeout) < 0) {
        if (zmq_errno() == EINTR)
            return 0;
        return wf_fail(error, WF_BROKEN, "zmq_poll: %s", zmq_strerror(zmq_errno()));
    }
    for (int i = 0; i < set.sockets; i++) {
        if (set.items[i].revents & ZMQ_POLLIN)
            set.ends[i]->maybe = true;
    }
    if (zap.maybe)
        zmq_door_admit(bus);
    call_watches(bus, &set);
    return 0;
}

static void bus_watch(struct wf_bus *base, int fd, int events, wf_watch_f *callback, void *context)
{
    struct zmq_bus *bus = (struct zmq_bus *)base;
    struct zmq_watch *watch = find_watch(bus, fd);
    if (!events) {
        if (watch)
            *watch = bus->watches[--bus->watch_count];
        return;
    }
    if (!watch) {
        WF_ASSERT(bus->watch_count < ZMQ_BUS_WATCHES);
        watch = &bus->watches[bus->watch_count++];
    }
    *watch = (struct zmq_watch){.fd = fd,
                                .events = (short)((events & WF_WATCH_READ ? ZMQ_POLLIN : 0) |
                                                  (events & WF_WATCH_WRITE ? ZMQ_POLLOUT : 0)),
                                .callback = callback,
                                .context = context};
}

static void bus_hold_door(struct wf_bus *base, bool is_held)
{
    ((struct zmq_bus *)base)->is_door_held = is_held;
}

/* ---- opening and closing ---- */

static void bus_destroy(struct wf_bus **base)
{
    struct zmq_bus *bus = (struct zmq_bus *)*base;
    *base = NULL;
    zmq_door_close(bus);
    if (bus->local.socket)
        (void)zmq_close(bus->local.socket);
    for (unsigned service = 0; service < WF_SERVICE_COUNT; service++) {
        for (unsigned instance = 0; instance < ZMQ_BUS_INSTANCES; instance++) {
            if (bus->peers[service][instance].socket)
                (void)zmq_close(bus->peers[service][instance].socket);
        }
    }
    (void)zmq_msg_close(&bus->current);
    (void)zmq_ctx_term(bus->context);
    free(bus);
}

static const struct wf_bus_ops zmq_ops = {
    .receive = bus_receive,
    .answer = bus_answer,
    .send = bus_send,
    .wait = bus_wait,
    .watch = bus_watch,
    .open_door = zmq_door_open,
    .hold_door = bus_hold_door,
    .destroy = bus_destroy,
};

int zmq_bus_open_client(struct wf_bus **result, const char *run_dir, struct wf_error *error)
{
    struct zmq_bus *bus = calloc(1, sizeof *bus);
    WF_ASSERT(bus);
    if (strlen(run_dir) >= sizeof bus->run_dir) {
        free(bus);
        return wf_fail(error, WF_CONFIG,
                       "the folder %s is too long for a socket path; choose one shorter than %zu "
                       "characters",
                       run_dir, sizeof bus->run_dir - 20);
    }
    memcpy(bus->run_dir, run_dir, strlen(run_dir));
    bus->base.ops = &zmq_ops;
    bus->context = zmq_ctx_new();
    WF_ASSERT(bus->context);
    (void)zmq_msg_init(&bus->current);
    *result = &bus->base;
    return 0;
}

int zmq_bus_open(struct wf_bus **result, const struct zmq_bus_settings *settings,
                 struct wf_error *error)
{
    struct wf_bus *base = NULL;
    char endpoint[160];
    if (zmq_bus_open_client(&base, settings->run_dir, error) < 0)
        return -1;
    struct zmq_bus *bus = (struct zmq_bus *)base;
    WF_ASSERT(bus);
    endpoint_of(bus, settings->service, settings->instance, endpoint);
    bus->local = (struct zmq_end){.socket = zmq_socket(bus->context, ZMQ_ROUTER), .maybe = true};
    WF_ASSERT(bus->local.socket);
    zmq_end_bound(bus->local.socket, LOCAL_FRAME_MAX);
    zmq_end_option(bus->local.socket, ZMQ_ROUTER_MANDATORY, 1);
    mode_t before = umask(settings->group_access ? 0117 : 0177);
    int bound = zmq_bind(bus->local.socket, endpoint);
    int problem = zmq_errno();
    (void)umask(before);
    if (bound != 0) {
        wf_bus_destroy(&base);
        return wf_fail(error, WF_CONFIG, "cannot bind %s: %s", endpoint, zmq_strerror(problem));
    }
    *result = base;
    return 0;
}
