/* lane_peer.h - plays another program towards the one under test: sends messages of its lanes over
 * the real bus, keeps the answers, takes into custody whatever is sent to it. */
#ifndef LANE_PEER_H
#define LANE_PEER_H

#include "wf_address.h"
#include "wf_bytes.h"
#include "wf_messages.h"

struct lane_peer;

/* Binds <run_dir>/<service>.0.sock.  Aborts the test when it cannot. */
struct lane_peer *lane_peer_open(const char *run_dir, enum wf_service service);
void lane_peer_close(struct lane_peer **peer);

/* One message of the lane from `from` to the aggregate `to` of the message's owner; returns the
 * delivery's number. */
uint64_t lane_peer_send(struct lane_peer *peer, enum wf_message message,
                        const struct wf_address *from, const char *to, uint64_t sequence,
                        const ProtobufCMessage *payload);
/* Takes what has arrived; never waits. */
void lane_peer_turn(struct lane_peer *peer);

/* An AckStatus of the delivery, 0 while there is none. */
int lane_peer_status(const struct lane_peer *peer, uint64_t delivery, uint32_t *retry_after_ms);
/* How many messages of the type were taken, repetitions not counted. */
unsigned lane_peer_count(const struct lane_peer *peer, enum wf_message message);
/* The packed payload of the n-th, borrowed. */
struct wf_bytes lane_peer_taken(const struct lane_peer *peer, enum wf_message message, unsigned n);

#endif
