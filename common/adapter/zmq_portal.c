#include "zmq_portal.h"

#include <errno.h>
#include <stdlib.h>
#include <zmq.h>

struct zmq_portal {
    void *context;
    void *socket;
    void *monitor; /* tells of a refused handshake, which the socket itself never shows */
    bool refused;
    struct wf_buffer frame;
};

static const char monitor_endpoint[] = "inproc://portal-monitor";

void zmq_portal_new_keys(char public_key[static ZMQ_PORTAL_KEY],
                         char secret_key[static ZMQ_PORTAL_KEY])
{
    WF_ASSERT(zmq_curve_keypair(public_key, secret_key) == 0);
}

static bool set_number(void *socket, int option, int value)
{
    return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

static bool set_text(void *socket, int option, const char *value)
{
    return zmq_setsockopt(socket, option, value, ZMQ_PORTAL_KEY) == 0;
}

static bool configure(struct zmq_portal *portal, const char *door_public_key,
                      const char *secret_key)
{
    char public_key[ZMQ_PORTAL_KEY];
    return zmq_curve_public(public_key, secret_key) == 0 &&
           set_text(portal->socket, ZMQ_CURVE_SERVERKEY, door_public_key) &&
           set_text(portal->socket, ZMQ_CURVE_PUBLICKEY, public_key) &&
           set_text(portal->socket, ZMQ_CURVE_SECRETKEY, secret_key) &&
           set_number(portal->socket, ZMQ_LINGER, 0) &&
           set_number(portal->socket, ZMQ_SNDHWM, 1000) &&
           set_number(portal->socket, ZMQ_RCVHWM, 1000) &&
           set_number(portal->socket, ZMQ_TCP_KEEPALIVE, 1) &&
           zmq_socket_monitor(portal->socket, monitor_endpoint,
                              ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                                  ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL) == 0;
}

int zmq_portal_open(struct zmq_portal **result, const char *endpoint, const char *door_public_key,
                    const char *secret_key, struct wf_error *error)
{
    struct zmq_portal *portal = calloc(1, sizeof *portal);
    WF_ASSERT(portal);
    portal->context = zmq_ctx_new();
    portal->socket = portal->context ? zmq_socket(portal->context, ZMQ_DEALER) : NULL;
    if (!portal->socket || !configure(portal, door_public_key, secret_key)) {
        zmq_portal_close(&portal);
        return wf_fail(error, WF_CONFIG,
                       "the keys for the door at %s are not CURVE keys in Z85 (%s)", endpoint,
                       zmq_strerror(errno));
    }
    portal->monitor = zmq_socket(portal->context, ZMQ_PAIR);
    if (!portal->monitor || zmq_connect(portal->monitor, monitor_endpoint) != 0 ||
        zmq_connect(portal->socket, endpoint) != 0) {
        zmq_portal_close(&portal);
        return wf_fail(error, WF_CONFIG, "cannot connect to %s: %s", endpoint, zmq_strerror(errno));
    }
    *result = portal;
    return 0;
}

int zmq_portal_send(struct zmq_portal *portal, const Endorse__V1__DoorRequest *request,
                    struct wf_error *error)
{
    wf_buffer_clear(&portal->frame);
    wf_pack(&request->base, &portal->frame);
    if (zmq_send(portal->socket, portal->frame.data, portal->frame.length, ZMQ_DONTWAIT) >= 0)
        return 0;
    if (errno == EAGAIN || errno == EINTR)
        return wf_fail(error, WF_LIMIT, "the connection to the door is full or not up yet");
    return wf_fail(error, WF_AGAIN, "cannot send to the door: %s", zmq_strerror(errno));
}

static Endorse__V1__DoorReply *take_frame(struct zmq_portal *portal, struct wf_arena *arena,
                                          struct wf_error *error)
{
    zmq_msg_t message;
    Endorse__V1__DoorReply *reply = NULL;
    WF_ASSERT(zmq_msg_init(&message) == 0);
    if (zmq_msg_recv(&message, portal->socket, ZMQ_DONTWAIT) < 0) {
        (void)wf_fail(error, WF_AGAIN, "no reply yet");
    } else {
        struct wf_bytes bytes = {.data = zmq_msg_data(&message), .length = zmq_msg_size(&message)};
        reply =
            (Endorse__V1__DoorReply *)wf_unpack(&endorse__v1__door_reply__descriptor, bytes, arena);
        if (!reply)
            (void)wf_fail(error, WF_INVALID, "the door sent %zu bytes that are no reply",
                          bytes.length);
    }
    (void)zmq_msg_close(&message);
    return reply;
}

static void drain_monitor(struct zmq_portal *portal)
{
    zmq_msg_t message;
    WF_ASSERT(zmq_msg_init(&message) == 0);
    while (zmq_msg_recv(&message, portal->monitor, ZMQ_DONTWAIT) >= 0)
        portal->refused = true; /* only refusals are monitored */
    (void)zmq_msg_close(&message);
}

Endorse__V1__DoorReply *zmq_portal_receive(struct zmq_portal *portal, wf_time timeout,
                                           struct wf_arena *arena, struct wf_error *error)
{
    zmq_pollitem_t items[] = {{.socket = portal->socket, .events = ZMQ_POLLIN},
                              {.socket = portal->monitor, .events = ZMQ_POLLIN}};
    int ready = zmq_poll(items, 2, (long)timeout);
    if (ready > 0 && (items[1].revents & ZMQ_POLLIN))
        drain_monitor(portal);
    if (ready > 0 && (items[0].revents & ZMQ_POLLIN))
        return take_frame(portal, arena, error);
    (void)wf_fail(error, portal->refused ? WF_DENIED : WF_AGAIN,
                  portal->refused
                      ? "the door refused this key; is the portal added, and not revoked?"
                      : "the door did not answer within %lld ms",
                  (long long)timeout);
    return NULL;
}

int zmq_portal_fd(const struct zmq_portal *portal)
{
    int fd = -1;
    size_t size = sizeof fd;
    WF_ASSERT(zmq_getsockopt(portal->socket, ZMQ_FD, &fd, &size) == 0);
    return fd;
}

bool zmq_portal_was_refused(struct zmq_portal *portal)
{
    drain_monitor(portal);
    return portal->refused;
}

void zmq_portal_close(struct zmq_portal **result)
{
    struct zmq_portal *portal = *result;
    if (!portal)
        return;
    *result = NULL;
    int kept = errno;
    if (portal->socket) {
        (void)zmq_socket_monitor(portal->socket, NULL, 0);
        (void)zmq_close(portal->socket);
    }
    if (portal->monitor)
        (void)zmq_close(portal->monitor);
    if (portal->context)
        (void)zmq_ctx_term(portal->context);
    wf_buffer_fini(&portal->frame);
    free(portal);
    errno = kept;
}
