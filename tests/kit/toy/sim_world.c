#include "sim_world.h"

#include "sim_parts.h"
#include "wf_config.h"
#include "wf_log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RESTART_MS = 300 };

static struct wf_config *instances[2]; /* of intake, which runs twice */
static struct sim sim;

static unsigned draw(unsigned below)
{
    return (unsigned)(virtual_random(&sim.random) % below);
}

/* ---- clients ---- */

static void answered(void *context, const struct wf_outcome *outcome)
{
    struct sim_client *client = context;
    client->is_offered = false;
    client->is_taken = outcome->reply == WF_REPLY_OK || outcome->reply == WF_REPLY_DUPLICATE;
    client->again_at = sim.world.clock.monotonic_now + 200;
}

static void offer(struct sim_client *client)
{
    unsigned which = wf_partition(client->application) % 2;
    struct toy_program *intake = sim.intakes[which];
    bool is_lost = client->is_offered && client->life != sim.lives[which];
    bool is_wanted = !client->is_taken && (!client->is_offered || is_lost) &&
                     client->again_at <= sim.world.clock.monotonic_now;
    if (!is_wanted || !intake->worker || wf_worker_is_busy(intake->worker))
        return;
    client->life = sim.lives[which];
    client->is_offered = toy_pay(intake, client->application, client->key, 100, answered, client);
}

static void offer_all(unsigned most)
{
    for (unsigned i = 0; i < most && i < SIM_ACTS; i++)
        offer(&sim.clients[i]);
}

static bool are_all_taken(void)
{
    for (unsigned i = 0; i < SIM_ACTS; i++) {
        if (!sim.clients[i].is_taken)
            return false;
    }
    return true;
}

/* ---- faults ---- */

static void kill_program(unsigned which)
{
    toy_world_kill(&sim.world.programs[which]);
    sim.lives[which]++;
    sim.restart_at[which] = sim.world.clock.monotonic_now + draw(RESTART_MS);
}

static void maybe_fault(void)
{
    unsigned which = draw(sim.world.count);
    struct toy_program *program = &sim.world.programs[which];
    if (!program->worker)
        return;
    unsigned dice = draw(1000);
    if (dice < 8) {
        kill_program(which);
    } else if (dice < 40) {
        mem_store_fail(program->store, 1 + draw(4), draw(2) == 0);
    } else if (dice < 45) { /* killed in the middle of a turn */
        mem_store_fail(program->store, 1, draw(2) == 0);
        toy_world_turn(&sim.world, 0);
        kill_program(which);
    }
}

static void restart_due(bool all)
{
    for (unsigned i = 0; i < sim.world.count; i++) {
        struct toy_program *program = &sim.world.programs[i];
        if (!program->worker && (all || sim.restart_at[i] <= sim.world.clock.monotonic_now))
            toy_world_start(&sim.world, program);
    }
}

static void run_with_faults(void)
{
    struct fake_faults faults = {.lost = draw(30), .repeated = draw(30), .longest_delay = draw(80)};
    fake_network_set_faults(sim.world.network, faults);
    for (unsigned turn = 0; turn < 600; turn++) {
        offer_all(turn / 4 + 1);
        maybe_fault();
        restart_due(false);
        toy_world_turn(&sim.world, draw(20));
    }
    fake_network_set_faults(sim.world.network, (struct fake_faults){0});
}

static void run_to_the_end(void)
{
    for (unsigned turn = 0; turn < 3000 && !are_all_taken(); turn++) {
        restart_due(true);
        offer_all(SIM_ACTS);
        toy_world_turn(&sim.world, 10);
    }
    restart_due(true);
    bool is_settled = toy_world_settle(&sim.world, 10 * WF_MINUTE);
    virtual_clock_advance(&sim.world.clock, 2 * WF_HOUR); /* lost jobs are repaired at deadlines */
    is_settled = toy_world_settle(&sim.world, 10 * WF_MINUTE) && is_settled;
    sim_must_be(&sim, "being taken", "every act", are_all_taken(), true);
    sim_must_be(&sim, "rest", "the world", is_settled, true);
}

/* ---- a world ---- */

static void open_world(uint64_t seed)
{
    sim = (struct sim){.random = seed};
    toy_world_open(&sim.world, seed);
    /* Half of the worlds have stores that answer later. */
    if (seed % 2)
        mem_store_set_slow(sim.world.anchor);
    sim.intakes[0] = toy_world_add(&sim.world, &toy_intake, instances[0], 0);
    sim.intakes[1] = toy_world_add(&sim.world, &toy_intake, instances[1], 1);
    (void)toy_world_add(&sim.world, &toy_reference, instances[0], 0);
    (void)toy_world_add(&sim.world, &toy_courier, instances[0], 0);
    for (unsigned i = 0; i < SIM_ACTS; i++) {
        struct sim_client *client = &sim.clients[i];
        (void)snprintf(client->application, sizeof client->application, "MA-%u",
                       i % SIM_APPLICATIONS);
        (void)snprintf(client->key, sizeof client->key, "event-%u", i);
    }
}

const char *sim_run(uint64_t seed, bool are_gates_open)
{
    open_world(seed);
    if (are_gates_open)
        mem_store_open_gates(sim.world.anchor);
    run_with_faults();
    run_to_the_end();
    sim_check(&sim);
    toy_world_close(&sim.world);
    return sim.broken;
}

/* ---- settings of two instances of intake ---- */

static char folder[32];
static char secrets[64];

static void read_instance(unsigned which)
{
    struct wf_error error = {0};
    char number[4];
    (void)snprintf(number, sizeof number, "%u", which);
    char *arguments[] = {
        (char *)"endorse-intake", (char *)"--instance",     number,  (char *)"--instances",
        (char *)"intake=2",       (char *)"--secrets-file", secrets, NULL};
    int result = wf_config_read(&instances[which], &toy_intake, 7, arguments, &error);
    WF_ASSERT(result == 0);
}

void sim_open_settings(void)
{
    (void)strcpy(folder, "/tmp/endorse-sim-XXXXXX");
    WF_ASSERT(mkdtemp(folder) != NULL);
    (void)snprintf(secrets, sizeof secrets, "%s/secrets", folder);
    FILE *file = fopen(secrets, "we");
    WF_ASSERT(file != NULL);
    (void)fprintf(file, "fingerprint-key %064d\n", 7);
    (void)fclose(file);
    read_instance(0);
    read_instance(1);
    wf_log_open("sim", 0, WF_LOG_ERROR + 1); /* what is lost and found again is its purpose */
}

void sim_close_settings(void)
{
    wf_config_destroy(&instances[0]);
    wf_config_destroy(&instances[1]);
    (void)unlink(secrets);
    (void)rmdir(folder);
}
