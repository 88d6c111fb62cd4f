#include "toy_world.h"

#include "wf_worker_state.h"

#include "endorse/v1/events.pb-c.h"

#include <stdlib.h>
#include <string.h>

void toy_world_open(struct toy_world *world, uint64_t seed)
{
    *world = (struct toy_world){0};
    virtual_clock_init(&world->clock, seed);
    world->network = fake_network_create(&world->clock, seed ^ 0x5eed);
    world->anchor = mem_store_create(WF_INTAKE);
    mem_store_set_now(world->anchor, (uint64_t)world->clock.wall_now);
    toy_is_cured = false;
}

void toy_world_start(struct toy_world *world, struct toy_program *program)
{
    struct wf_error error = {0};
    struct wf_store *store = mem_store_join(world->anchor, program->domain->service);
    struct wf_bus *bus =
        fake_bus_create(world->network, program->domain->service, program->instance);
    program->store = store;
    int result = wf_worker_create(&program->worker, program->domain, program->config, &store, &bus,
                                  &world->clock.clock, &error) ||
                 wf_worker_resume(program->worker, &error);
    WF_ASSERT(!result);
}

struct toy_program *toy_world_add(struct toy_world *world, const struct wf_domain *domain,
                                  const struct wf_config *config, unsigned instance)
{
    WF_ASSERT(world->count < TOY_PROGRAMS_MAX);
    struct toy_program *program = &world->programs[world->count++];
    *program = (struct toy_program){.domain = domain, .config = config, .instance = instance};
    toy_world_start(world, program);
    return program;
}

void toy_world_kill(struct toy_program *program)
{
    wf_worker_destroy(&program->worker);
    program->store = NULL;
}

void toy_world_turn(struct toy_world *world, wf_time step)
{
    for (unsigned i = 0; i < world->count; i++) {
        struct wf_error error = {0};
        if (world->programs[i].worker)
            WF_ASSERT(wf_worker_turn(world->programs[i].worker, 0, &error) == 0);
    }
    virtual_clock_advance(&world->clock, step);
    mem_store_set_now(world->anchor, (uint64_t)world->clock.wall_now);
}

long toy_world_figure(const struct toy_program *program, const char *name)
{
    struct wf_buffer json = {0};
    struct wf_buffer key = {0};
    wf_beat_write(program->worker, &json);
    wf_buffer_append(&json, "", 1);
    wf_buffer_format(&key, "\"%s\":", name);
    const char *at = strstr((const char *)json.data, (const char *)key.data);
    WF_ASSERT(at);
    long figure = strtol(at + key.length, NULL, 10);
    wf_buffer_fini(&json);
    wf_buffer_fini(&key);
    return figure;
}

static bool is_quiet(const struct toy_world *world)
{
    bool is_busy = fake_network_count(world->network) > 0;
    for (unsigned i = 0; i < world->count && !is_busy; i++) {
        const struct toy_program *program = &world->programs[i];
        is_busy = !program->worker || program->worker->is_store_lost ||
                  program->worker->flight_count || toy_world_figure(program, "ready") ||
                  toy_world_figure(program, "in_flight") || toy_world_figure(program, "acts");
    }
    return !is_busy;
}

bool toy_world_settle(struct toy_world *world, wf_time longest)
{
    wf_time until = world->clock.monotonic_now + longest;
    for (unsigned turn = 1; world->clock.monotonic_now < until; turn++) {
        toy_world_turn(world, turn % 8 ? 1 : 50);
        if (turn % 8 == 0 && is_quiet(world))
            return true;
    }
    return false;
}

bool toy_world_state(struct toy_world *world, enum wf_service service, const char *kind,
                     const char *id, struct toy_state *state)
{
    struct wf_error error = {0};
    struct wf_load load = {.kind = kind, .id = id};
    struct wf_store *store = mem_store_join(world->anchor, service);
    int result = wf_store_load(store, &load, 1, &error);
    WF_ASSERT(!result);
    *state = (struct toy_state){0};
    bool is_there = wf_fields_find(&load.fields, "head") != NULL;
    if (is_there) {
        result = toy_read(&load.fields, state, &error);
        WF_ASSERT(!result);
    }
    wf_fields_fini(&load.fields);
    wf_store_destroy(&store);
    return is_there;
}

void toy_world_close(struct toy_world *world)
{
    for (unsigned i = 0; i < world->count; i++) {
        if (world->programs[i].worker)
            toy_world_kill(&world->programs[i]);
    }
    fake_network_destroy(&world->network);
    wf_store_destroy(&world->anchor);
}

bool toy_pay(struct toy_program *intake, const char *application, const char *key, int64_t amount,
             wf_act_done_f *done, void *context)
{
    struct wf_buffer packed = {0};
    Endorse__V1__FeePaid fee = ENDORSE__V1__FEE_PAID__INIT;
    fee.payment_id = (char *)"payment-1";
    fee.kind = ENDORSE__V1__FEE_KIND__FEE_PROCESSING;
    fee.amount_minor = amount;
    fee.currency = (char *)"USD";
    fee.paid_on = (char *)"2026-01-01";
    wf_pack(&fee.base, &packed);
    struct wf_act act = {.message = WF_MESSAGE_FEE_PAID,
                         .to = wf_address_make(WF_INTAKE, "application", application),
                         .actor = "portal/P1",
                         .key = key,
                         .message_id = key,
                         .payload = wf_buffer_bytes(&packed),
                         .done = done,
                         .context = context};
    bool is_taken = wf_worker_submit(intake->worker, &act);
    wf_buffer_fini(&packed);
    return is_taken;
}

static void take_reply(void *context, const struct wf_outcome *outcome)
{
    *(enum wf_reply *)context = outcome->reply;
}

enum wf_reply toy_pay_now(struct toy_world *world, struct toy_program *intake,
                          const char *application, const char *key, int64_t amount)
{
    enum wf_reply reply = 0;
    WF_ASSERT(toy_pay(intake, application, key, amount, take_reply, &reply));
    for (unsigned i = 0; i < 1000 && !reply; i++)
        toy_world_turn(world, 1);
    return reply;
}
