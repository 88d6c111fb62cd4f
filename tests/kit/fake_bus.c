#include "fake_bus.h"

#include <stdlib.h>
#include <string.h>

enum { IDENTITY = 41, QUEUE_MOST = 4096 };

struct packet {
    struct packet *next;
    uint64_t to; /* life of the receiving bus */
    wf_time at;
    enum wf_frame_source source;
    uint64_t from;
    enum wf_service service; /* of the sender */
    unsigned instance;
    char identity[IDENTITY]; /* door */
    size_t length;
    uint8_t bytes[];
};

struct fake_bus {
    struct wf_bus base;
    struct fake_network *network;
    struct fake_bus *next;
    uint64_t life; /* names this bus and no later one of the same endpoint */
    enum wf_service service;
    unsigned instance;
    struct packet *current;
    struct packet *portal_answers;
    wf_door_allowed_f *allowed;
    void *allowed_context;
};

struct fake_network {
    struct virtual_clock *clock;
    uint64_t random;
    uint64_t latest_life;
    struct fake_faults faults;
    struct fake_bus *buses;
    struct packet *packets; /* by time, then by age */
    size_t count;
};

struct fake_network *fake_network_create(struct virtual_clock *clock, uint64_t seed)
{
    struct fake_network *network = calloc(1, sizeof *network);
    WF_ASSERT(network);
    network->clock = clock;
    network->random = seed;
    return network;
}

void fake_network_set_faults(struct fake_network *network, struct fake_faults faults)
{
    network->faults = faults;
}

size_t fake_network_count(const struct fake_network *network)
{
    return network->count;
}

static void drop_packets(struct fake_network *network, uint64_t to)
{
    for (struct packet **link = &network->packets; *link;) {
        struct packet *packet = *link;
        if (to && packet->to != to) {
            link = &packet->next;
            continue;
        }
        *link = packet->next;
        network->count--;
        free(packet);
    }
}

void fake_network_destroy(struct fake_network **network)
{
    WF_ASSERT(!(*network)->buses);
    drop_packets(*network, 0);
    free(*network);
    *network = NULL;
}

static bool happens(struct fake_network *network, unsigned percent)
{
    return virtual_random(&network->random) % 100 < percent;
}

static struct packet *make_packet(const struct fake_bus *from, uint64_t to,
                                  enum wf_frame_source source, struct wf_bytes bytes)
{
    struct packet *packet = malloc(sizeof *packet + bytes.length);
    WF_ASSERT(packet);
    *packet = (struct packet){.to = to,
                              .source = source,
                              .from = from->life,
                              .service = from->service,
                              .instance = from->instance,
                              .length = bytes.length};
    if (bytes.length)
        memcpy(packet->bytes, bytes.data, bytes.length);
    return packet;
}

static void put_on_wire(struct fake_network *network, struct packet *packet)
{
    wf_time longest = network->faults.longest_delay;
    packet->at = network->clock->monotonic_now;
    if (longest > 0)
        packet->at += (wf_time)(virtual_random(&network->random) % (uint64_t)(longest + 1));
    struct packet **link = &network->packets;
    while (*link && (*link)->at <= packet->at)
        link = &(*link)->next;
    packet->next = *link;
    *link = packet;
    network->count++;
}

static void transmit(struct fake_bus *from, uint64_t to, enum wf_frame_source source,
                     struct wf_bytes bytes)
{
    struct fake_network *network = from->network;
    if (!happens(network, network->faults.lost))
        put_on_wire(network, make_packet(from, to, source, bytes));
    if (happens(network, network->faults.repeated))
        put_on_wire(network, make_packet(from, to, source, bytes));
}

static struct fake_bus *find_endpoint(const struct fake_network *network, enum wf_service service,
                                      unsigned instance)
{
    struct fake_bus *bus = network->buses;
    while (bus && (bus->service != service || bus->instance != instance))
        bus = bus->next;
    return bus;
}

static struct fake_bus *find_life(const struct fake_network *network, uint64_t life)
{
    struct fake_bus *bus = network->buses;
    while (bus && bus->life != life)
        bus = bus->next;
    return bus;
}

static int fake_send(struct wf_bus *base, enum wf_service service, unsigned instance,
                     struct wf_bytes bytes, struct wf_error *error)
{
    struct fake_bus *bus = (struct fake_bus *)base;
    struct fake_bus *to = find_endpoint(bus->network, service, instance);
    if (!to || bus->network->count >= QUEUE_MOST)
        return wf_fail(error, WF_LIMIT, "%s.%u takes nothing now", wf_service_name(service),
                       instance);
    transmit(bus, to->life, WF_FRAME_LOCAL, bytes);
    return 0;
}

static int fake_answer(struct wf_bus *base, enum wf_frame_source source, const struct wf_peer *peer,
                       struct wf_bytes bytes, struct wf_error *error)
{
    struct fake_bus *bus = (struct fake_bus *)base;
    uint64_t life = 0;
    if (source == WF_FRAME_DOOR) {
        struct packet *answer = make_packet(bus, bus->life, WF_FRAME_DOOR, bytes);
        struct packet **link = &bus->portal_answers;
        memcpy(answer->identity, peer->bytes, sizeof peer->bytes);
        while (*link)
            link = &(*link)->next;
        *link = answer;
        return 0;
    }
    memcpy(&life, peer->bytes, sizeof life);
    if (peer->length != sizeof life || !find_life(bus->network, life))
        return wf_fail(error, WF_NOT_FOUND, "the asking program has gone");
    transmit(bus, life, WF_FRAME_ANSWER, bytes);
    return 0;
}

static bool fake_receive(struct wf_bus *base, struct wf_frame *frame)
{
    struct fake_bus *bus = (struct fake_bus *)base;
    struct fake_network *network = bus->network;
    struct packet **link = &network->packets;
    free(bus->current);
    bus->current = NULL;
    while (*link && (*link)->to != bus->life)
        link = &(*link)->next;
    if (!*link || (*link)->at > network->clock->monotonic_now)
        return false;
    struct packet *packet = *link;
    *link = packet->next;
    network->count--;
    bus->current = packet;
    *frame = (struct wf_frame){.source = packet->source,
                               .service = packet->service,
                               .instance = packet->instance,
                               .bytes = {.data = packet->bytes, .length = packet->length}};
    memcpy(frame->identity, packet->identity, sizeof frame->identity);
    frame->peer.length = sizeof packet->from;
    memcpy(frame->peer.bytes, &packet->from, sizeof packet->from);
    if (packet->source == WF_FRAME_DOOR) { /* keys of a test differ in their beginning */
        frame->peer.length = sizeof frame->peer.bytes;
        memcpy(frame->peer.bytes, packet->identity, sizeof frame->peer.bytes);
    }
    return true;
}

static int fake_wait(struct wf_bus *base, wf_time timeout, struct wf_error *error)
{
    (void)base;
    (void)timeout;
    (void)error;
    return 0;
}

/* No descriptor exists in this world. */
static void fake_watch(struct wf_bus *base, int fd, int events, wf_watch_f *callback, void *context)
{
    (void)base;
    (void)fd;
    (void)events;
    (void)callback;
    (void)context;
}

static int fake_open_door(struct wf_bus *base, const char *endpoint, const char *secret_key_z85,
                          wf_door_allowed_f *allowed, void *context, struct wf_error *error)
{
    struct fake_bus *bus = (struct fake_bus *)base;
    (void)endpoint;
    (void)secret_key_z85;
    (void)error;
    bus->allowed = allowed;
    bus->allowed_context = context;
    return 0;
}

/* Its portals wait for each answer, so nothing ever piles up at its door. */
static void fake_hold_door(struct wf_bus *base, bool is_held)
{
    (void)base;
    (void)is_held;
}

static void fake_destroy(struct wf_bus **base)
{
    struct fake_bus *bus = (struct fake_bus *)*base;
    struct fake_bus **link = &bus->network->buses;
    while (*link != bus)
        link = &(*link)->next;
    *link = bus->next;
    drop_packets(bus->network, bus->life);
    while (bus->portal_answers) {
        struct packet *answer = bus->portal_answers;
        bus->portal_answers = answer->next;
        free(answer);
    }
    free(bus->current);
    free(bus);
    *base = NULL;
}

static const struct wf_bus_ops fake_ops = {.receive = fake_receive,
                                           .answer = fake_answer,
                                           .send = fake_send,
                                           .wait = fake_wait,
                                           .watch = fake_watch,
                                           .open_door = fake_open_door,
                                           .hold_door = fake_hold_door,
                                           .destroy = fake_destroy};

struct wf_bus *fake_bus_create(struct fake_network *network, enum wf_service service,
                               unsigned instance)
{
    struct fake_bus *bus = calloc(1, sizeof *bus);
    WF_ASSERT(bus);
    *bus = (struct fake_bus){.base = {.ops = &fake_ops},
                             .network = network,
                             .next = network->buses,
                             .life = ++network->latest_life,
                             .service = service,
                             .instance = instance};
    network->buses = bus;
    return &bus->base;
}

bool fake_bus_portal_send(struct wf_bus *base, const char *identity, struct wf_bytes bytes)
{
    struct fake_bus *bus = (struct fake_bus *)base;
    if (!bus->allowed || strlen(identity) != IDENTITY - 1 ||
        !bus->allowed(bus->allowed_context, identity))
        return false;
    struct packet *packet = make_packet(bus, bus->life, WF_FRAME_DOOR, bytes);
    memcpy(packet->identity, identity, IDENTITY);
    put_on_wire(bus->network, packet);
    return true;
}

bool fake_bus_portal_receive(struct wf_bus *base, const char *identity, struct wf_buffer *bytes)
{
    struct fake_bus *bus = (struct fake_bus *)base;
    struct packet **link = &bus->portal_answers;
    while (*link && strncmp((*link)->identity, identity, sizeof(struct wf_peer) - 1) != 0)
        link = &(*link)->next;
    if (!*link)
        return false;
    struct packet *answer = *link;
    *link = answer->next;
    wf_buffer_clear(bytes);
    wf_buffer_append(bytes, answer->bytes, answer->length);
    free(answer);
    return true;
}
