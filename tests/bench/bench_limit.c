/* The most that any design on this Redis could reach: per chain three scripts that deduplicate, keep
 * a state and hand a 300-byte body on, and nothing else.  One client keeps 256 chains in flight. */
#include "bench.h"

#include "wf_error.h"

#include <hiredis/hiredis.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const scripts[] = {
    /* accept: deduplicate, append */
    "if redis.call('SET', KEYS[1], '1', 'NX', 'EX', 86400) then "
    "return redis.call('XADD', KEYS[2], '*', 'b', ARGV[1]) end return ''",
    /* A: deduplicate, load, change, store, hand on, take off */
    "if redis.call('SET', KEYS[1], '1', 'NX', 'EX', 86400) then "
    "local n = redis.call('HGET', KEYS[2], 'n') or 0 redis.call('HSET', KEYS[2], 'n', n + 1) "
    "local id = redis.call('XADD', KEYS[4], '*', 'b', ARGV[2]) "
    "redis.call('XDEL', KEYS[3], ARGV[1]) return id end return ''",
    /* B: deduplicate, load, change, store, take off */
    "if redis.call('SET', KEYS[1], '1', 'NX', 'EX', 86400) then "
    "local n = redis.call('HGET', KEYS[2], 'n') or 0 redis.call('HSET', KEYS[2], 'n', n + 1) "
    "redis.call('XDEL', KEYS[3], ARGV[1]) end return ''",
};

struct run {
    redisContext *context;
    struct bench_chains chains;
    char shas[3][41];
    char body[BENCH_PAYLOAD];
    size_t *waiting; /* ring of chains in the order of their commands */
    uint8_t *stage;  /* of each chain: the command that is in flight */
    size_t first, last, begun, done, flying;
    double rate;
    uint64_t began;
};

static void load_scripts(struct run *run)
{
    for (size_t i = 0; i < 3; i++) {
        redisReply *reply = redisCommand(run->context, "SCRIPT LOAD %s", scripts[i]);
        WF_ASSERT(reply && reply->type == REDIS_REPLY_STRING);
        memcpy(run->shas[i], reply->str, 41);
        freeReplyObject(reply);
    }
}

/* Appends the command of the chain's stage; `id` is what the stage before gave. */
static void send_stage(struct run *run, size_t chain, const char *id)
{
    static const char *const counts[] = {"2", "4", "3"};
    unsigned stage = run->stage[chain];
    char dedupe[32], aggregate[32];
    (void)snprintf(dedupe, sizeof dedupe, "d:%c:%zu", "pab"[stage], chain);
    (void)snprintf(aggregate, sizeof aggregate, "%c:%zu", "pab"[stage], chain % BENCH_AGGREGATES);
    const char *words[9] = {"EVALSHA", run->shas[stage], counts[stage], dedupe};
    size_t lengths[9];
    int count = 4;
    if (stage > 0)
        words[count++] = aggregate;
    words[count++] = stage == 2 ? "s:b" : "s:a";
    if (stage == 1)
        words[count++] = "s:b";
    if (stage > 0)
        words[count++] = id;
    for (int i = 0; i < count; i++)
        lengths[i] = strlen(words[i]);
    if (stage < 2) {
        words[count] = run->body;
        lengths[count++] = sizeof run->body;
    }
    WF_ASSERT(redisAppendCommandArgv(run->context, count, words, lengths) == REDIS_OK);
    run->waiting[run->last++ % BENCH_IN_FLIGHT] = chain;
}

/* Begins what is due and has room.  Gives the time of the next due one, 0: none to wait for. */
static uint64_t begin_chains(struct run *run)
{
    uint64_t now = bench_now();
    while (run->begun < run->chains.count) {
        uint64_t due = now;
        if (run->rate > 0)
            due = bench_due(run->began, run->begun, run->rate);
        if (due > now)
            return due;
        if (run->flying == BENCH_IN_FLIGHT)
            return 0;
        run->chains.due[run->begun] = due;
        run->flying++;
        send_stage(run, run->begun++, NULL);
    }
    return 0;
}

static void take_reply(struct run *run, const redisReply *reply)
{
    size_t chain = run->waiting[run->first++ % BENCH_IN_FLIGHT];
    WF_ASSERT(reply->type == REDIS_REPLY_STRING);
    if (++run->stage[chain] < 3) {
        send_stage(run, chain, reply->str);
        return;
    }
    run->chains.done[chain] = bench_now();
    run->flying--;
    run->done++;
}

static void take_replies(struct run *run)
{
    void *reply;
    WF_ASSERT(redisBufferRead(run->context) == REDIS_OK);
    while (redisGetReplyFromReader(run->context, &reply) == REDIS_OK && reply) {
        take_reply(run, reply);
        freeReplyObject(reply);
    }
}

static void run_chains(struct run *run)
{
    run->began = bench_now();
    while (run->done < run->chains.count) {
        uint64_t next = begin_chains(run), now = bench_now();
        int written = 0;
        while (!written)
            WF_ASSERT(redisBufferWrite(run->context, &written) == REDIS_OK);
        struct timespec wait = {0};
        if (next > now)
            wait.tv_nsec = (long)(next - now < 100000000 ? next - now : 100000000);
        struct pollfd fd = {.fd = run->context->fd, .events = POLLIN};
        if (ppoll(&fd, 1, next ? &wait : NULL, NULL) > 0)
            take_replies(run);
    }
}

struct bench_result bench_limit(struct redis_fixture *redis, size_t chains, double rate)
{
    struct run run = {.rate = rate};
    bench_chains_init(&run.chains, chains);
    run.waiting = calloc(BENCH_IN_FLIGHT, sizeof *run.waiting);
    run.stage = calloc(chains, sizeof *run.stage);
    WF_ASSERT(run.waiting && run.stage);
    memset(run.body, 'x', sizeof run.body);
    run.context = redisConnectUnix(redis->socket);
    WF_ASSERT(run.context && !run.context->err);
    load_scripts(&run);

    struct bench_meter meter = {
        .processes = {redis->pid}, .process_count = 1, .folder = redis->folder};
    bench_meter_begin(&meter);
    run_chains(&run);
    struct bench_result result = bench_meter_end(&meter, &run.chains);
    redisFree(run.context);
    free(run.waiting);
    free(run.stage);
    bench_chains_fini(&run.chains);
    return result;
}
