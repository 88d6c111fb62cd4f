#include <errno.h>
/* The portals' door: a ROUTER with CURVE, and the ZAP handler that lets keys in.
 *
 * ZAP is answered inside the loop and not by a thread of its own: the list of keys then needs no lock, and a
 * handshake waits no longer than a turn.  The handler is bound before the door, and the door has a ZAP domain:
 * without either, libzmq lets every key in. */
#include "zmq_parts.h"

#include <string.h>

enum { DOOR_FRAME_MAX = 96 * 1024, HANDSHAKE_MS = 5000, KEY_BYTES = 32, ZAP_PARTS = 7 };

static const char zap_endpoint[] = "inproc://zeromq.zap.01"; /* fixed by ZeroMQ RFC 27 */
static const char zap_domain[] = "portals";

static bool bind_zap(struct zmq_bus *bus)
{
    bus->zap = zmq_socket(bus->context, ZMQ_REP);
    if (!bus->zap)
        return false;
    zmq_end_option(bus->zap, ZMQ_LINGER, 0);
    return zmq_bind(bus->zap, zap_endpoint) == 0;
}

static bool bind_door(struct zmq_bus *bus, const char *endpoint, const char *secret_key_z85)
{
    bus->door = (struct zmq_end){.socket = zmq_socket(bus->context, ZMQ_ROUTER), .maybe = true};
    void *door = bus->door.socket;
    if (!door)
        return false;
    zmq_end_bound(door, DOOR_FRAME_MAX);
    zmq_end_option(door, ZMQ_ROUTER_MANDATORY, 1);
    zmq_end_option(door, ZMQ_CURVE_SERVER, 1);
    zmq_end_option(door, ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS);
    zmq_end_option(door, ZMQ_TCP_KEEPALIVE, 1);
    zmq_end_option(door, ZMQ_TCP_KEEPALIVE_IDLE, 30);
    return zmq_setsockopt(door, ZMQ_ZAP_DOMAIN, zap_domain, sizeof zap_domain - 1) == 0 &&
           zmq_setsockopt(door, ZMQ_CURVE_SECRETKEY, secret_key_z85, strlen(secret_key_z85) + 1) ==
               0 &&
           zmq_bind(door, endpoint) == 0;
}

int zmq_door_open(struct wf_bus *base, const char *endpoint, const char *secret_key_z85,
                  wf_door_allowed_f *allowed, void *context, struct wf_error *error)
{
    struct zmq_bus *bus = (struct zmq_bus *)base;
    WF_ASSERT(!bus->door.socket && allowed);
    bus->allowed = allowed;
    bus->allowed_context = context;
    if (bind_zap(bus) && bind_door(bus, endpoint, secret_key_z85))
        return 0;
    int problem = zmq_errno();
    zmq_door_close(bus);
    return wf_fail(error, WF_CONFIG, "the portals' door cannot open on %s: %s%s", endpoint,
                   zmq_strerror(problem),
                   problem == EINVAL ? " (door-secret-key must be 40 characters of Z85)" : "");
}

void zmq_door_close(struct zmq_bus *bus)
{
    if (bus->door.socket)
        (void)zmq_close(bus->door.socket);
    if (bus->zap)
        (void)zmq_close(bus->zap);
    bus->door = (struct zmq_end){0};
    bus->zap = NULL;
}

/* One ZAP request: version, request id, domain, address, identity, mechanism, credentials.  Returns how many
 * parts came; only the request id and the key are kept. */
static int read_request(struct zmq_bus *bus, zmq_msg_t *request_id, uint8_t key[static KEY_BYTES],
                        size_t *key_length)
{
    int parts = 0;
    int more = 1;
    *key_length = 0;
    while (more) {
        zmq_msg_t part;
        (void)zmq_msg_init(&part);
        if (zmq_msg_recv(&part, bus->zap, ZMQ_DONTWAIT) < 0) {
            (void)zmq_msg_close(&part);
            return 0;
        }
        parts++;
        if (parts == 2)
            (void)zmq_msg_move(request_id, &part);
        if (parts == ZAP_PARTS && zmq_msg_size(&part) == KEY_BYTES) {
            memcpy(key, zmq_msg_data(&part), KEY_BYTES);
            *key_length = KEY_BYTES;
        }
        more = parts == 2 ? zmq_msg_more(request_id) : zmq_msg_more(&part);
        (void)zmq_msg_close(&part);
    }
    return parts;
}

static void reply_text(struct zmq_bus *bus, const char *text, int flags)
{
    (void)zmq_send(bus->zap, text, strlen(text), flags | ZMQ_DONTWAIT);
}

void zmq_door_admit(struct zmq_bus *bus)
{
    for (;;) {
        uint8_t key[KEY_BYTES];
        size_t key_length = 0;
        char name[41] = "";
        zmq_msg_t request_id;
        (void)zmq_msg_init(&request_id);
        int parts = read_request(bus, &request_id, key, &key_length);
        if (!parts) {
            (void)zmq_msg_close(&request_id);
            return;
        }
        bool in = parts == ZAP_PARTS && key_length == KEY_BYTES &&
                  zmq_z85_encode(name, key, KEY_BYTES) && bus->allowed(bus->allowed_context, name);
        reply_text(bus, "1.0", ZMQ_SNDMORE);
        (void)zmq_msg_send(&request_id, bus->zap, ZMQ_SNDMORE | ZMQ_DONTWAIT);
        reply_text(bus, in ? "200" : "400", ZMQ_SNDMORE);
        reply_text(bus, in ? "OK" : "this key is not a portal's", ZMQ_SNDMORE);
        reply_text(bus, in ? name : "", ZMQ_SNDMORE);
        reply_text(bus, "", 0);
        (void)zmq_msg_close(&request_id);
    }
}
