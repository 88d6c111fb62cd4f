/* fake_bus.h - buses of one process that share a network which loses, repeats, delays and thereby
 * reorders as a seed says.  Obeys the contract of wf_bus.h (one conformance suite with ZeroMQ). */
#ifndef FAKE_BUS_H
#define FAKE_BUS_H

#include "virtual_clock.h"
#include "wf_bus.h"

struct fake_network;

/* In percent of the frames; delays are drawn evenly up to the longest. */
struct fake_faults {
    unsigned lost, repeated;
    wf_time longest_delay;
};

/* Borrows the clock, whose monotonic time the delays follow. */
struct fake_network *fake_network_create(struct virtual_clock *clock, uint64_t seed);
void fake_network_set_faults(struct fake_network *network, struct fake_faults faults);
/* Frames that are on their way. */
size_t fake_network_count(const struct fake_network *network);
/* After its buses. */
void fake_network_destroy(struct fake_network **network);

/* A bus with the endpoint of that instance; a second one of the same name takes it over.  Waiting
 * returns at once: who owns the clock moves it. */
struct wf_bus *fake_bus_create(struct fake_network *network, enum wf_service service,
                               unsigned instance);

/* The portals' door: a frame of the portal with that key (40 characters); false if its key was
 * refused. */
bool fake_bus_portal_send(struct wf_bus *bus, const char *identity, struct wf_bytes bytes);
/* The oldest answer to a portal, into `bytes` (cleared before); false: none. */
bool fake_bus_portal_receive(struct wf_bus *bus, const char *identity, struct wf_buffer *bytes);

#endif
