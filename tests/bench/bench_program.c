/* The programs of the path: their machines do next to nothing, the loop does the rest. */
#include "bench_program.h"

#include "wf_worker.h"

#include "endorse/v1/events.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct bench_program *self;

/* ---- ids ---- */

/* The n-th id with this letter whose partition is `parity` mod 2, for every n below the number of
 * aggregates. */
static unsigned number_with(char letter, unsigned parity, size_t aggregate)
{
    static unsigned known[3][BENCH_AGGREGATES];
    unsigned *numbers = known[letter == 'E' ? 0 : letter == 'P' ? 1 : 2];
    if (!numbers[0]) {
        unsigned next = 1;
        for (size_t i = 0; i < BENCH_AGGREGATES; next++) {
            char id[BENCH_ID];
            (void)snprintf(id, sizeof id, "%c-%u", letter, next);
            if (parity > 1 || wf_partition(id) % 2 == parity)
                numbers[i++] = next;
        }
    }
    return numbers[aggregate];
}

void bench_program_ids(size_t aggregate, char application[static BENCH_ID],
                       char portal[static BENCH_ID], char standing[static BENCH_ID])
{
    (void)snprintf(application, BENCH_ID, "E-%u", number_with('E', 0, aggregate));
    (void)snprintf(portal, BENCH_ID, "P-%u", number_with('P', 1, aggregate));
    (void)snprintf(standing, BENCH_ID, "S-%u", number_with('S', 2, aggregate));
}

void bench_program_text(size_t chain, size_t aggregate, char text[static BENCH_PAYLOAD + 1])
{
    int length = snprintf(text, BENCH_PAYLOAD + 1, "%zu %zu ", chain, aggregate);
    memset(text + length, 'x', (size_t)(BENCH_PAYLOAD - length));
    text[BENCH_PAYLOAD] = '\0';
}

/* ---- the core ---- */

struct state {
    uint64_t count;
    uint64_t chain;
};

struct event {
    struct wf_event_meta meta;
    uint64_t chain, aggregate;
    char text[BENCH_PAYLOAD + 1];
};

static struct wf_verdict step(const void *policy, const void *before, const void *event,
                              wf_time now, void *after, void *effects)
{
    const struct state *old = before;
    struct state *new = after;
    (void)policy, (void)now, (void)effects;
    new->count = old->count + 1;
    new->chain = ((const struct event *)event)->chain;
    return wf_applied();
}

static wf_time next_deadline(const void *policy, const void *state)
{
    (void)policy, (void)state;
    return WF_NEVER;
}

static bool holds(const void *state, const char **broken)
{
    *broken = "counted";
    return ((const struct state *)state)->count > 0;
}

static int read_state(const struct wf_fields *fields, void *state, struct wf_error *error)
{
    const struct wf_field *head = wf_fields_find(fields, "head");
    if (!head || head->value.length != sizeof(struct state))
        return wf_fail(error, WF_BROKEN, "no head");
    memcpy(state, head->value.data, sizeof(struct state));
    return 0;
}

static void write_state(const void *state, struct wf_fields *fields)
{
    wf_fields_add(fields, (struct wf_bytes){(const uint8_t *)"head", 4},
                  (struct wf_bytes){state, sizeof(struct state)});
}

/* ---- the shell of each ---- */

static int take_text(const char *text, size_t length, struct event *event, struct wf_error *error)
{
    if (length != BENCH_PAYLOAD)
        return wf_fail(error, WF_INVALID, "%zu bytes are no payload of this benchmark", length);
    memcpy(event->text, text, length);
    char *end = NULL;
    event->chain = strtoull(event->text, &end, 10);
    event->aggregate = strtoull(end, NULL, 10);
    return 0;
}

static int decode_essay(void *service, const ProtobufCMessage *payload, void *event,
                        struct wf_error *error)
{
    const Endorse__V1__EssaySubmitted *essay = (const void *)payload;
    (void)service;
    if (essay->n_answers != 1)
        return wf_fail(error, WF_INVALID, "answers");
    return take_text(essay->answers[0], strlen(essay->answers[0]), event, error);
}

static int decode_outcome(void *service, const ProtobufCMessage *payload, void *event,
                          struct wf_error *error)
{
    const Endorse__V1__OutcomeRecorded *outcome = (const void *)payload;
    (void)service;
    return take_text(outcome->data_json, strlen(outcome->data_json), event, error);
}

static int decode_fact(void *service, const ProtobufCMessage *payload, void *event,
                       struct wf_error *error)
{
    const Endorse__V1__StandingFact *fact = (const void *)payload;
    (void)service;
    return take_text((const char *)fact->data.data, fact->data.len, event, error);
}

static int plan_door(void *service, const void *before, const void *event,
                     struct wf_verdict verdict, const void *after, const void *effects,
                     struct wf_plan *plan, struct wf_error *error)
{
    const struct event *one = event;
    char application[BENCH_ID], portal[BENCH_ID], standing[BENCH_ID];
    Endorse__V1__OutcomeRecorded outcome = ENDORSE__V1__OUTCOME_RECORDED__INIT;
    (void)service, (void)before, (void)verdict, (void)after, (void)effects, (void)error;
    bench_program_ids(one->aggregate, application, portal, standing);
    outcome.data_json = (char *)one->text;
    wf_plan_send(plan, WF_MESSAGE_OUTCOME_RECORDED, portal, &outcome.base);
    return 0;
}

static int plan_a(void *service, const void *before, const void *event, struct wf_verdict verdict,
                  const void *after, const void *effects, struct wf_plan *plan,
                  struct wf_error *error)
{
    const struct event *one = event;
    char application[BENCH_ID], portal[BENCH_ID], standing[BENCH_ID];
    Endorse__V1__StandingFact fact = ENDORSE__V1__STANDING_FACT__INIT;
    (void)service, (void)before, (void)verdict, (void)after, (void)effects, (void)error;
    bench_program_ids(one->aggregate, application, portal, standing);
    fact.data = (ProtobufCBinaryData){.data = (uint8_t *)one->text, .len = BENCH_PAYLOAD};
    wf_plan_send(plan, WF_MESSAGE_STANDING_FACT, standing, &fact.base);
    return 0;
}

static int plan_b(void *service, const void *before, const void *event, struct wf_verdict verdict,
                  const void *after, const void *effects, struct wf_plan *plan,
                  struct wf_error *error)
{
    const struct event *one = event;
    (void)service, (void)before, (void)verdict, (void)after, (void)effects, (void)error;
    wf_plan_perform(plan, &one->chain, sizeof one->chain);
    return 0;
}

/* B's commit is on disk: the chain is done. */
static void perform(void *service, struct wf_worker *worker, const struct wf_address *aggregate,
                    const void *job, size_t size)
{
    uint64_t chain;
    (void)service, (void)worker, (void)aggregate;
    WF_ASSERT(size == sizeof chain);
    memcpy(&chain, job, size);
    struct bench_shared *shared = self->shared;
    if (shared->done_ns[chain]) {
        shared->repeated++;
        return;
    }
    shared->done_ns[chain] = bench_now();
    const uint64_t one = 1;
    if (++shared->done == shared->target)
        WF_ASSERT(write(shared->finished, &one, sizeof one) == sizeof one);
}

static const struct wf_reason reasons[] = {{"none", "never refused"}};

#define BENCH_MACHINE(name, itself)                                                                \
    {                                                                                              \
        .kind = name, .state_size = sizeof(struct state), .event_size = sizeof(struct event),      \
        .effects_size = 1, .step = step, .next_deadline = next_deadline, .holds = holds,           \
        .reasons = reasons, .reason_count = 1, .read = read_state, .write = write_state,           \
        .plan = itself,                                                                            \
    }
static const struct wf_machine application_machine = BENCH_MACHINE("application", plan_door);
static const struct wf_machine portal_machine = BENCH_MACHINE("portal", plan_a);
static const struct wf_machine standing_machine = BENCH_MACHINE("standing", plan_b);

static const struct wf_handler intake_handlers[] = {
    {.message = WF_MESSAGE_ESSAY_SUBMITTED,
     .machine = &application_machine,
     .decode = decode_essay},
    {.message = WF_MESSAGE_OUTCOME_RECORDED, .machine = &portal_machine, .decode = decode_outcome},
};
static const struct wf_handler renewal_handlers[] = {
    {.message = WF_MESSAGE_STANDING_FACT, .machine = &standing_machine, .decode = decode_fact},
};

static int open_program(struct wf_worker *worker, void **service, struct wf_error *error)
{
    static int nothing;
    (void)worker, (void)error;
    *service = &nothing;
    return 0;
}

static int start_program(void *service, struct wf_worker *worker, struct wf_error *error)
{
    (void)service;
    if (!self->endpoint)
        return 0;
    return wf_bus_open_door(wf_worker_bus(worker), self->endpoint, self->door_secret_key,
                            bench_door_allowed, (void *)self->portal_key, error);
}

static void close_program(void **service)
{
    *service = NULL;
}

static const void *policy(void *service)
{
    return service;
}

int bench_program_main(const struct bench_program *program, int argc, char **argv)
{
    bool is_intake = program->service == WF_INTAKE;
    const struct wf_domain domain = {
        .service = program->service,
        .program = is_intake ? "endorse-intake" : "endorse-renewal",
        .summary = "a benchmark's program",
        .handlers = is_intake ? intake_handlers : renewal_handlers,
        .handler_count = is_intake ? 2 : 1,
        .open = open_program,
        .start = start_program,
        .close = close_program,
        .policy = policy,
        .perform = perform,
        .door = bench_door_frame,
    };
    self = program;
    return wf_program_main(&domain, argc, argv);
}
