/* door.h - the portals' ZeroMQ door.  proto/SPEC.md 5, intake SPEC 8. */
#ifndef DOOR_H
#define DOOR_H

#include "wf_worker.h"

struct door;

/* Reads the cards and opens the door on the endpoint with our CURVE secret key. */
int door_open(struct door **door, struct wf_worker *worker, const char *endpoint,
              const char *secret_key_z85, struct wf_error *error) WF_MUST_CHECK;
/* One frame of a portal (struct wf_frame). */
void door_frame(struct door *door, const struct wf_frame *frame);
/* The cards have changed here. */
void door_cards_changed(struct door *door);
/* Once a turn: where other instances own portals too, their changes are looked for.  Returns when
 * it wants the next turn at the latest. */
wf_time door_turn(struct door *door, wf_time now);
void door_close(struct door **door);

#endif
