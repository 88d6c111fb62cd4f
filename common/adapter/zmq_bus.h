/* zmq_bus.h - the bus over ZeroMQ: the only adapter that knows it, together with zmq_portal.  SPEC 2, 5.6.
 *
 * Local hops are ipc sockets guarded by file permissions; the portals' door is TCP with CURVE.  ZMTP
 * heartbeats stay off: in libzmq 4.3.4 a stalled receiver aborts the process (libzmq #3937, #4229). */
#ifndef ZMQ_BUS_H
#define ZMQ_BUS_H

#include "wf_bus.h"

struct zmq_bus_settings {
    const char *run_dir; /* where the sockets are: "<run_dir>/<service>.<instance>.sock" */
    enum wf_service service;
    unsigned instance;
    bool group_access; /* socket mode 0660 instead of 0600: each program has its own OS user */
};

/* Binds our own endpoint; peers are connected to when first sent to.  Borrows nothing. */
int zmq_bus_open(struct wf_bus **bus, const struct zmq_bus_settings *settings,
                 struct wf_error *error) WF_MUST_CHECK;
/* For endorsectl: binds nothing, only asks. */
int zmq_bus_open_client(struct wf_bus **bus, const char *run_dir,
                        struct wf_error *error) WF_MUST_CHECK;

#endif
