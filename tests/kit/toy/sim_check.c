/* What must hold after a simulation: counts, order, versions, chains, and that the journal tells the
 * state. */
#include "sim_parts.h"
#include "toy_machines.h"
#include "wf_journal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void sim_must_be(struct sim *sim, const char *what, const char *id, uint64_t is, uint64_t must)
{
    if (is != must && !sim->broken[0])
        (void)snprintf(sim->broken, sizeof sim->broken, "%s of %s is %" PRIu64 ", must be %" PRIu64,
                       what, id, is, must);
}

static struct toy_state state_of(struct sim *sim, enum wf_service service, const char *kind,
                                 const char *id)
{
    struct toy_state state;
    bool is_there = toy_world_state(&sim->world, service, kind, id, &state);
    sim_must_be(sim, "existence", id, is_there, true);
    return state;
}

static uint64_t check_counts(struct sim *sim)
{
    uint64_t mails = 0;
    for (unsigned a = 0; a < SIM_APPLICATIONS; a++) {
        char id[16];
        uint64_t acts = 0;
        (void)snprintf(id, sizeof id, "MA-%u", a);
        for (unsigned i = 0; i < SIM_ACTS; i++)
            acts += strcmp(sim->clients[i].application, id) == 0;
        struct toy_state application = state_of(sim, WF_INTAKE, "application", id);
        struct toy_state ratings = state_of(sim, WF_REFERENCE, "ratings", id);
        sim_must_be(sim, "paid", id, application.paid, acts);
        sim_must_be(sim, "reported", id, application.reported, acts);
        sim_must_be(sim, "ratings", id, ratings.ratings, acts);
        sim_must_be(sim, "disorder", id, application.disorder + ratings.disorder, 0);
        sim_must_be(sim, "having ticked", id, application.ticked > 0, true);
        mails += application.paid / 5;
    }
    sim_must_be(sim, "outcomes", "P1", state_of(sim, WF_INTAKE, "portal", "P1").outcomes, SIM_ACTS);
    return mails;
}

/* One aggregate as its journal tells it. */
struct told {
    char aggregate[WF_ADDRESS_MAX + 1];
    uint64_t version;
    uint8_t head[WF_CHAIN_SIZE];
    struct toy_state state;
};

enum { TOLD_MOST = 64 /* aggregates of one partition */ };

struct reading {
    struct sim *sim;
    enum wf_service service;
    struct told rows[TOLD_MOST];
    unsigned count;
    struct wf_arena line, payload;
    uint64_t mails, attempts;
};

static struct told *row_of(struct reading *reading, const char *aggregate)
{
    for (unsigned i = 0; i < reading->count; i++) {
        if (strcmp(reading->rows[i].aggregate, aggregate) == 0)
            return &reading->rows[i];
    }
    WF_ASSERT(reading->count < TOLD_MOST);
    struct told *row = &reading->rows[reading->count++];
    *row = (struct told){0};
    (void)snprintf(row->aggregate, sizeof row->aggregate, "%s", aggregate);
    return row;
}

static const char *split(const char *aggregate, char kind[static WF_KIND_MAX + 1])
{
    const char *slash = strchr(aggregate, '/');
    WF_ASSERT(slash && slash - aggregate <= WF_KIND_MAX);
    memset(kind, 0, WF_KIND_MAX + 1);
    memcpy(kind, aggregate, (size_t)(slash - aggregate));
    return slash + 1;
}

static void replay(struct reading *reading, const Endorse__V1__JournalLine *line, struct told *row)
{
    struct toy_event event = {0};
    struct toy_state after = {0};
    struct toy_effects effects = {0};
    char kind[WF_KIND_MAX + 1];
    (void)split(line->aggregate, kind);
    const struct wf_machine *machine = toy_machine(kind);
    const struct wf_handler *handler = toy_handler(line->type);
    event.meta.message = handler ? handler->message : WF_TICK;
    if (handler) {
        struct wf_bytes payload = {.data = line->payload.data, .length = line->payload.len};
        wf_arena_clear(&reading->payload);
        const ProtobufCMessage *message =
            wf_unpack(wf_message_row(handler->message)->descriptor, payload, &reading->payload);
        WF_ASSERT(message && handler->decode(NULL, message, &event, NULL) == 0);
    }
    struct wf_verdict verdict =
        machine->step(NULL, &row->state, &event, line->time_ms, &after, &effects);
    sim_must_be(reading->sim, "verdict in the replay", line->aggregate, verdict.step, WF_APPLIED);
    row->state = after;
    reading->mails += strcmp(line->type, "endorse.mail.requested.v1") == 0;
    reading->attempts += strcmp(line->type, "endorse.mail.attempted.v1") == 0;
}

static bool read_line(void *context, uint64_t ms, uint64_t n, struct wf_bytes bytes)
{
    struct reading *reading = context;
    (void)ms;
    (void)n;
    wf_arena_clear(&reading->line);
    Endorse__V1__JournalLine *line = wf_journal_decode(bytes, &reading->line);
    WF_ASSERT(line);
    struct told *row = row_of(reading, line->aggregate);
    sim_must_be(reading->sim, "version", line->aggregate, line->version, row->version + 1);
    row->version = line->version;
    sim_must_be(reading->sim, "wholeness of the chain", line->aggregate,
                wf_journal_follows(bytes, line, row->head), true);
    replay(reading, line, row);
    return true;
}

static void compare_stored(struct reading *reading, const struct told *row)
{
    char kind[WF_KIND_MAX + 1];
    const char *id = split(row->aggregate, kind);
    struct toy_state stored = state_of(reading->sim, reading->service, kind, id);
    bool is_same = memcmp(&stored, &row->state, sizeof stored) == 0;
    sim_must_be(reading->sim, "replay giving the state", row->aggregate, is_same, true);
}

static void check_journal(struct reading *reading, enum wf_service service)
{
    struct wf_error error = {0};
    struct wf_store *store = mem_store_join(reading->sim->world.anchor, service);
    reading->service = service;
    for (unsigned p = 0; p < WF_PARTITIONS; p++) {
        reading->count = 0;
        int result = wf_store_journal(store, p, 0, read_line, reading, &error);
        WF_ASSERT(result == 0);
        for (unsigned i = 0; i < reading->count; i++)
            compare_stored(reading, &reading->rows[i]);
    }
    wf_store_destroy(&store);
}

void sim_check(struct sim *sim)
{
    static struct reading reading;
    reading = (struct reading){.sim = sim};
    wf_arena_init(&reading.line, 1 << 16);
    wf_arena_init(&reading.payload, 1 << 16);
    uint64_t mails = check_counts(sim);
    check_journal(&reading, WF_INTAKE);
    check_journal(&reading, WF_REFERENCE);
    check_journal(&reading, WF_COURIER);
    sim_must_be(sim, "mails", "all", reading.mails, mails);
    sim_must_be(sim, "results of jobs", "all", reading.attempts, mails);
    wf_arena_fini(&reading.line);
    wf_arena_fini(&reading.payload);
}
