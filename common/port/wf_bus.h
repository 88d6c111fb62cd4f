/* wf_bus.h - frames between programs, and the one blocking call of a process.  Two adapters:
 * zmq_bus (common/adapter) and fake_bus (tests/kit), one conformance suite.  proto/SPEC.md
 * section 3.
 *
 * The bus loses, repeats and reorders as it likes; the outbox repairs that.  It never blocks except
 * in wf_bus_wait, and never queues without bound: a full peer is WF_LIMIT and the caller keeps the
 * frame. */
#ifndef WF_BUS_H
#define WF_BUS_H

#include "wf_address.h"
#include "wf_bytes.h"
#include "wf_error.h"
#include "wf_time.h"

#include <stdbool.h>

struct wf_bus;

/* Where a frame came from, to answer it: valid until the peer goes; an answer to a gone peer is
 * WF_NOT_FOUND.  Opaque routing id of the adapter. */
struct wf_peer {
    uint8_t bytes[16];
    uint8_t length;
};

enum wf_frame_source {
    WF_FRAME_LOCAL,  /* another program of this installation, to our endpoint */
    WF_FRAME_ANSWER, /* an acknowledgement, pong or reply on a connection we made */
    WF_FRAME_DOOR    /* a portal, over CURVE: `identity` is its public key */
};

struct wf_frame {
    enum wf_frame_source source;
    struct wf_peer peer;     /* LOCAL and DOOR: whom to answer */
    enum wf_service service; /* ANSWER: who answered ... */
    unsigned instance;       /* ... and which instance */
    char identity[41];       /* DOOR: the portal's CURVE key in Z85 */
    struct wf_bytes bytes;   /* borrowed until the next wf_bus_receive */
};

/* Takes the next frame that has arrived, of any source; false if there is none. */
bool wf_bus_receive(struct wf_bus *bus, struct wf_frame *frame);
/* Answers a LOCAL or DOOR frame. */
int wf_bus_answer(struct wf_bus *bus, enum wf_frame_source source, const struct wf_peer *peer,
                  struct wf_bytes bytes, struct wf_error *error) WF_MUST_CHECK;
/* Sends to an instance of another program (or of our own). */
int wf_bus_send(struct wf_bus *bus, enum wf_service service, unsigned instance,
                struct wf_bytes bytes, struct wf_error *error) WF_MUST_CHECK;

/* Sleeps until a frame has arrived, a watched descriptor is ready (its callback has then been
 * called), or `timeout` ms have passed; -1: no limit.  Returns early on a signal. */
int wf_bus_wait(struct wf_bus *bus, wf_time timeout, struct wf_error *error) WF_MUST_CHECK;

enum { WF_WATCH_READ = 1, WF_WATCH_WRITE = 2 };
typedef void wf_watch_f(void *context, int fd, int ready);
/* Adds or changes a descriptor to watch; events 0 removes it. */
void wf_bus_watch(struct wf_bus *bus, int fd, int events, wf_watch_f *callback, void *context);

/* Opens the portals' door on an endpoint ("tcp://127.0.0.1:8082") with our CURVE secret key;
 * `allowed` is asked for each client key (Z85) at its handshake and must be quick. */
typedef bool wf_door_allowed_f(void *context, const char *public_key_z85);
int wf_bus_open_door(struct wf_bus *bus, const char *endpoint, const char *secret_key_z85,
                     wf_door_allowed_f *allowed, void *context,
                     struct wf_error *error) WF_MUST_CHECK;

/* While held, frames of the door stay where they are: the portals' windows fill, and they wait. */
void wf_bus_hold_door(struct wf_bus *bus, bool is_held);

void wf_bus_destroy(struct wf_bus **bus);

struct wf_bus_ops {
    bool (*receive)(struct wf_bus *, struct wf_frame *);
    int (*answer)(struct wf_bus *, enum wf_frame_source, const struct wf_peer *, struct wf_bytes,
                  struct wf_error *);
    int (*send)(struct wf_bus *, enum wf_service, unsigned, struct wf_bytes, struct wf_error *);
    int (*wait)(struct wf_bus *, wf_time, struct wf_error *);
    void (*watch)(struct wf_bus *, int, int, wf_watch_f *, void *);
    int (*open_door)(struct wf_bus *, const char *, const char *, wf_door_allowed_f *, void *,
                     struct wf_error *);
    void (*hold_door)(struct wf_bus *, bool);
    void (*destroy)(struct wf_bus **);
};
struct wf_bus {
    const struct wf_bus_ops *ops;
};

#endif
