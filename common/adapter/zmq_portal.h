/* zmq_portal.h - a portal's side of the ZeroMQ door: what `endorsectl publish` uses and what a portal in C
 * may take as its model.  SPEC 5.6.
 *
 * The client keeps nothing: what has no receipt yet is the caller's to send again, with the same id. */
#ifndef ZMQ_PORTAL_H
#define ZMQ_PORTAL_H

#include "wf_arena.h"
#include "wf_error.h"
#include "wf_time.h"

#include "endorse/v1/door.pb-c.h"

enum { ZMQ_PORTAL_KEY = 41 }; /* a CURVE key in Z85, and the NUL */

struct zmq_portal;

/* Connects; the handshake happens in the background.  A key that the door does not know is never answered:
 * zmq_portal_receive then times out, and zmq_portal_was_refused says why. */
int zmq_portal_open(struct zmq_portal **portal, const char *endpoint, const char *door_public_key,
                    const char *secret_key, struct wf_error *error) WF_MUST_CHECK;
/* WF_LIMIT: the connection's queue is full; receive first. */
int zmq_portal_send(struct zmq_portal *portal, const Endorse__V1__DoorRequest *request,
                    struct wf_error *error) WF_MUST_CHECK;
/* The next reply, in the arena; NULL with WF_AGAIN after `timeout` ms, with WF_INVALID for a frame that is
 * none. */
Endorse__V1__DoorReply *zmq_portal_receive(struct zmq_portal *portal, wf_time timeout,
                                           struct wf_arena *arena, struct wf_error *error);
/* Becomes readable when a reply may have come; only worth waiting for after zmq_portal_receive found
 * none, with a timeout of 0, since the last sending. */
int zmq_portal_fd(const struct zmq_portal *portal);
/* True once the door has refused our key. */
bool zmq_portal_was_refused(struct zmq_portal *portal);
void zmq_portal_close(struct zmq_portal **portal);

void zmq_portal_new_keys(char public_key[static ZMQ_PORTAL_KEY],
                         char secret_key[static ZMQ_PORTAL_KEY]);

#endif
