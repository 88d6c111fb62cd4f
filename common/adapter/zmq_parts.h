/* zmq_parts.h - what zmq_bus.c and zmq_door.c share, and nobody else includes. */
#ifndef ZMQ_PARTS_H
#define ZMQ_PARTS_H

#include "wf_bus.h"

#include <zmq.h>

enum { ZMQ_BUS_INSTANCES = 16, ZMQ_BUS_WATCHES = 512 };

/* One socket and whether it may have something: set by a wait, cleared when it ran dry. */
struct zmq_end {
    void *socket;
    bool maybe;
};

struct zmq_watch {
    int fd;
    short events;
    wf_watch_f *callback;
    void *context;
};

struct zmq_bus {
    struct wf_bus base; /* first: the port's functions see only this */
    void *context;
    char run_dir[96]; /* a socket path must fit into 107 bytes */
    struct zmq_end local;
    struct zmq_end door;
    bool is_door_held;
    void *zap; /* answers "may this key in?" inside the loop, see zmq_door.c */
    wf_door_allowed_f *allowed;
    void *allowed_context;
    struct zmq_end peers[WF_SERVICE_COUNT][ZMQ_BUS_INSTANCES];
    zmq_msg_t current; /* what the last received frame borrows */
    struct zmq_watch watches[ZMQ_BUS_WATCHES];
    unsigned watch_count;
};

/* Sets an integer option; our own values, so failing is our own mistake. */
void zmq_end_option(void *socket, int option, int value);
/* Options every socket has: bounded queues, bounded frames, bounded goodbye. */
void zmq_end_bound(void *socket, int largest_frame);

int zmq_door_open(struct wf_bus *base, const char *endpoint, const char *secret_key_z85,
                  wf_door_allowed_f *allowed, void *context, struct wf_error *error);
/* Answers the handshakes that wait. */
void zmq_door_admit(struct zmq_bus *bus);
void zmq_door_close(struct zmq_bus *bus);

#endif
