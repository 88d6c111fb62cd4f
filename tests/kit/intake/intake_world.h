/* intake_world.h - endorse-intake in one process, over a store and a bus in memory, with the shipped
 * policies: operators act, portals knock at the door. */
#ifndef INTAKE_WORLD_H
#define INTAKE_WORLD_H

#include "fake_bus.h"
#include "intake_service.h"
#include "mem_store.h"
#include "wf_arena.h"
#include "wf_config.h"

#include "endorse/v1/door.pb-c.h"
#include "endorse/v1/events.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

struct intake_world {
    struct virtual_clock clock;
    struct fake_network *network;
    struct wf_store *store; /* a reader's own */
    struct wf_config *config;
    struct wf_worker *worker;
    struct wf_bus *bus;    /* the worker's: portals come through it */
    struct wf_arena arena; /* replies live here until the next one */
    char folder[64];
    int most_turns; /* of a settling; 0: as many as it takes */
};

void intake_world_open(struct intake_world *world);
void intake_world_close(struct intake_world *world);
/* Turns until intake's messages to itself have arrived. */
void intake_world_settle(struct intake_world *world);

/* An operator's act on a portal; how it was answered. */
enum wf_reply intake_world_operate(struct intake_world *world, enum wf_message message,
                                   const char *portal, const ProtobufCMessage *payload);
/* Portal "MA" for MassAIMH with this key (40 characters), allowed everything. */
void intake_world_add_portal(struct intake_world *world, const char *portal, const char *key);

/* Application "A-1" of portal MA as it is when the exam "X-1" was sat, for a form of MHM_P: what leads there is
 * the table tests' business. */
void intake_world_put_sitting(struct intake_world *world);
/* Its essays, two answers in form mentor-policy-1. */
const Endorse__V1__Receipt *intake_world_hand_in(struct intake_world *world, const char *key,
                                                 const char *event, const char *exam,
                                                 const char *answer);

/* One request at the door and its reply, if any; no turn in between unless it is a publish. */
const Endorse__V1__DoorReply *intake_world_ask(struct intake_world *world, const char *key,
                                               Endorse__V1__DoorRequest *request);
/* Publishes and takes the receipt. */
const Endorse__V1__Receipt *intake_world_publish(struct intake_world *world, const char *key,
                                                 const char *event, const char *type,
                                                 const char *subject, const ProtobufCMessage *data);
/* The outcomes after a sequence. */
const Endorse__V1__OutcomesPage *intake_world_outcomes(struct intake_world *world, const char *key,
                                                       uint64_t after);
/* How many messages of a type wait in the outbox for other programs; the last one's payload, packed,
 * goes into `payload` (may be NULL). */
unsigned intake_world_waiting(struct intake_world *world, const char *type,
                              struct wf_buffer *payload);

#endif
