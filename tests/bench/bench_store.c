/* What the store alone costs: the three commits of a chain (accept at a door, A, B), shaped as the
 * runtime makes them, by one client that waits for each batch.  No programs, no sockets but Redis'. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STAGES = 3, HEAD = 120, JOURNAL_EXTRA = 180, ENVELOPE_EXTRA = 200 };

/* What one stage of a chain needs to stay in place during a batch. */
struct slot {
    size_t chain;
    unsigned stage;
    char id[24], from[48], act[48], version_text[24], mark[24];
    struct wf_field puts[3];
    struct wf_outgoing outgoing;
    struct wf_entry trims[2];
    uint8_t bytes[768]; /* journal line, envelope, fields: different in every commit */
};

struct run {
    struct wf_store *stores[STAGES];
    struct bench_chains chains;
    uint64_t versions[STAGES][BENCH_AGGREGATES];
    struct wf_entry untrimmed[STAGES]
                             [BENCH_AGGREGATES]; /* acknowledged, to go with the next commit */
    bool has_untrimmed[STAGES][BENCH_AGGREGATES];
    struct slot slots[BENCH_IN_FLIGHT];
    struct wf_commit commits[BENCH_IN_FLIGHT];
    size_t begun, done;
};

static struct wf_bytes text(const char *value)
{
    return (struct wf_bytes){(const uint8_t *)value, strlen(value)};
}

/* Bytes that never were before: equal strings would be one string to Lua. */
static void fill(struct slot *slot)
{
    uint64_t random = slot->chain * 3 + slot->stage + 1;
    for (size_t i = 0; i < sizeof slot->bytes; i += sizeof random) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        memcpy(slot->bytes + i, &random, sizeof random);
    }
}

static void shape(struct run *run, struct slot *slot, struct wf_commit *commit)
{
    fill(slot);
    static const enum wf_service services[] = {WF_INTAKE, WF_REFERENCE, WF_RENEWAL};
    unsigned stage = slot->stage;
    size_t aggregate = slot->chain % BENCH_AGGREGATES;
    uint64_t version = run->versions[stage][aggregate];
    (void)snprintf(slot->id, sizeof slot->id, "MA-%zu", aggregate);
    *commit = (struct wf_commit){.kind = "application",
                                 .id = slot->id,
                                 .version_before = version,
                                 .version_after = version + 1,
                                 .journal = {slot->bytes, BENCH_PAYLOAD + JOURNAL_EXTRA},
                                 .puts = slot->puts,
                                 .put_count = 2};
    slot->puts[0] = (struct wf_field){text("h"), {slot->bytes, HEAD}};
    slot->puts[1] = (struct wf_field){text("_h"), {slot->bytes, 32}};
    if (stage == 0) {
        (void)snprintf(slot->act, sizeof slot->act, "portal/MA:application/%s:event-%zu", slot->id,
                       slot->chain);
        commit->act_key = text(slot->act);
        commit->act_answer = (struct wf_bytes){slot->bytes, 64};
        commit->act_ttl_s = 30 * 86400;
        commit->must_fit = true;
    } else {
        (void)snprintf(slot->from, sizeof slot->from, "%s/application/%s",
                       wf_service_name(services[stage - 1]), slot->id);
        commit->lane_from = slot->from;
        commit->lane_incarnation = 1700000000000;
        commit->lane_sequence = version + 1;
    }
    if (stage < 2) { /* hands on, and says in its own state which message of the lane that was */
        memcpy(slot->outgoing.entry.bytes, &slot->chain, sizeof slot->chain);
        slot->outgoing.entry.bytes[15] = (uint8_t)stage;
        slot->outgoing.envelope = (struct wf_bytes){slot->bytes, BENCH_PAYLOAD + ENVELOPE_EXTRA};
        commit->outgoing = &slot->outgoing;
        commit->outgoing_count = 1;
        (void)snprintf(slot->mark, sizeof slot->mark, "%zu", (size_t)version + 1);
        slot->puts[2] = (struct wf_field){text("_>reference/application/MA-1"), text(slot->mark)};
        commit->put_count = 3;
        if (run->has_untrimmed[stage][aggregate]) {
            slot->trims[0] = run->untrimmed[stage][aggregate];
            commit->trims = slot->trims;
            commit->trim_count = 1;
        }
    }
}

/* After a stage: the sender's entry may be trimmed, the chain goes on. */
static void advance(struct run *run, struct slot *slot)
{
    size_t aggregate = slot->chain % BENCH_AGGREGATES;
    run->versions[slot->stage][aggregate]++;
    if (slot->stage > 0) {
        struct wf_entry *entry = &run->untrimmed[slot->stage - 1][aggregate];
        *entry = (struct wf_entry){{0}};
        memcpy(entry->bytes, &slot->chain, sizeof slot->chain);
        entry->bytes[15] = (uint8_t)(slot->stage - 1);
        run->has_untrimmed[slot->stage - 1][aggregate] = true;
    }
    slot->stage++;
}

/* Commits what is at this stage; each stage has its own store, as each program has. */
static void commit_stage(struct run *run, size_t flying, unsigned stage)
{
    struct slot *taken[BENCH_IN_FLIGHT];
    struct wf_error error;
    size_t count = 0;
    for (size_t i = 0; i < flying; i++) {
        struct slot *slot = &run->slots[i];
        if (slot->stage != stage)
            continue;
        shape(run, slot, &run->commits[count]);
        taken[count++] = slot;
    }
    WF_ASSERT(!wf_store_commit(run->stores[stage], run->commits, count, &error));
    for (size_t i = 0; i < count; i++) {
        WF_ASSERT(run->commits[i].result == WF_COMMIT_OK);
        advance(run, taken[i]);
    }
}

/* Every chain in flight makes one step: the last stage first, so that none makes two. */
static void round_of(struct run *run, size_t flying)
{
    for (unsigned stage = STAGES; stage-- > 0;)
        commit_stage(run, flying, stage);
}

static void run_chains(struct run *run)
{
    size_t flying = 0;
    while (run->done < run->chains.count) {
        while (flying < BENCH_IN_FLIGHT && run->begun < run->chains.count) {
            run->chains.due[run->begun] = bench_now();
            run->slots[flying++] = (struct slot){.chain = run->begun++};
        }
        round_of(run, flying);
        for (size_t i = 0; i < flying;) {
            if (run->slots[i].stage < STAGES) {
                i++;
                continue;
            }
            run->chains.done[run->slots[i].chain] = bench_now();
            run->done++;
            run->slots[i] = run->slots[--flying];
        }
    }
}

struct bench_result bench_store(struct redis_fixture *redis, size_t chains)
{
    static const enum wf_service services[] = {WF_INTAKE, WF_REFERENCE, WF_RENEWAL};
    struct run *run = calloc(1, sizeof *run);
    WF_ASSERT(run);
    bench_chains_init(&run->chains, chains);
    for (size_t i = 0; i < STAGES; i++)
        run->stores[i] = redis_fixture_store(redis, services[i]);
    struct bench_meter meter = {
        .processes = {redis->pid}, .process_count = 1, .folder = redis->folder};
    bench_meter_begin(&meter);
    run_chains(run);
    struct bench_result result = bench_meter_end(&meter, &run->chains);
    for (size_t i = 0; i < STAGES; i++)
        wf_store_destroy(&run->stores[i]);
    bench_chains_fini(&run->chains);
    free(run);
    return result;
}
