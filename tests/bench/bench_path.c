/* The path: starts the three programs, plays the portal, waits until B has done everything. */
#include "bench_program.h"

#include "zmq_portal.h"

#include "endorse/v1/events.pb-c.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROGRAMS = 3, ARGUMENTS = 20, ARENA = 64 * 1024, PATIENCE_MS = 20000 };

struct run {
    struct redis_fixture *redis;
    struct bench_shared *shared;
    size_t shared_size;
    pid_t programs[PROGRAMS];
    char endpoint[64];
    char door_public[ZMQ_PORTAL_KEY], door_secret[ZMQ_PORTAL_KEY];
    char portal_public[ZMQ_PORTAL_KEY], portal_secret[ZMQ_PORTAL_KEY];
    struct zmq_portal *portal;
    struct wf_arena arena;
    struct bench_chains chains;
    size_t first; /* number of the first chain of this phase */
    size_t sent, receipts;
    double rate;
    uint64_t began;
};

static _Noreturn void give_up(const char *what)
{
    (void)fprintf(stderr, "bench path: %s\n", what);
    exit(EXIT_FAILURE);
}

/* ---- the programs ---- */

static void add_fingerprint_key(const struct run *run, const char *program)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/secrets/%s.secrets", run->redis->folder, program);
    FILE *file = fopen(path, "ae");
    if (!file || fprintf(file, "fingerprint-key %064d\n", 7) < 0 || fclose(file) != 0)
        give_up("cannot write a secret");
}

static _Noreturn void become(const struct run *run, size_t number, int ready)
{
    static const struct {
        enum wf_service service;
        const char *name, *instance;
    } rows[PROGRAMS] = {
        {WF_INTAKE, "intake", "0"}, {WF_INTAKE, "intake", "1"}, {WF_RENEWAL, "renewal", "0"}};
    char secrets[128], run_dir[96], fd[16];
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)snprintf(secrets, sizeof secrets, "%s/secrets/%s.secrets", run->redis->folder,
                   rows[number].name);
    (void)snprintf(run_dir, sizeof run_dir, "%s/run", run->redis->folder);
    (void)snprintf(fd, sizeof fd, "%d", ready);
    const char *arguments[ARGUMENTS] = {"endorse-bench",
                                        "--state-dir",
                                        run->redis->folder,
                                        "--run-dir",
                                        run_dir,
                                        "--instance",
                                        rows[number].instance,
                                        "--instances",
                                        "intake=2,renewal=1",
                                        "--secrets-file",
                                        secrets,
                                        "--ready-fd",
                                        fd,
                                        "--log-level",
                                        "warn"};
    const struct bench_program program = {.service = rows[number].service,
                                          .endpoint = number == 0 ? run->endpoint : NULL,
                                          .door_secret_key = run->door_secret,
                                          .portal_key = run->portal_public,
                                          .shared = run->shared};
    exit(bench_program_main(&program, 15, (char **)arguments));
}

static void start_program(struct run *run, size_t number)
{
    int ends[2];
    char line;
    if (pipe(ends) != 0)
        give_up("cannot make a pipe");
    run->programs[number] = fork();
    if (run->programs[number] < 0)
        give_up("cannot fork");
    if (run->programs[number] == 0) {
        (void)close(ends[0]);
        become(run, number, ends[1]);
    }
    (void)close(ends[1]);
    if (read(ends[0], &line, 1) != 1)
        give_up("a program did not become ready");
    (void)close(ends[0]);
}

static void stop_programs(struct run *run)
{
    for (size_t i = 0; i < PROGRAMS; i++)
        (void)kill(run->programs[i], SIGTERM);
    for (size_t i = 0; i < PROGRAMS; i++)
        while (waitpid(run->programs[i], NULL, 0) < 0 && errno == EINTR) {
        }
}

/* ---- the portal ---- */

/* False: there is none. */
static bool receive(struct run *run)
{
    struct wf_error error;
    wf_arena_clear(&run->arena);
    const Endorse__V1__DoorReply *reply = zmq_portal_receive(run->portal, 0, &run->arena, &error);
    if (!reply)
        return false;
    if (reply->body_case != ENDORSE__V1__DOOR_REPLY__BODY_RECEIPT)
        return true;
    if (reply->receipt->status != ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_ACCEPTED)
        give_up("an event was not accepted");
    run->receipts++;
    return true;
}

static bool publish(struct run *run, size_t chain)
{
    char id[24], subject[40], text[BENCH_PAYLOAD + 1];
    char application[BENCH_ID], portal[BENCH_ID], standing[BENCH_ID];
    size_t aggregate = chain % BENCH_AGGREGATES;
    bench_program_ids(aggregate, application, portal, standing);
    bench_program_text(chain, aggregate, text);
    (void)snprintf(id, sizeof id, "event-%zu", chain);
    (void)snprintf(subject, sizeof subject, "application/%s", application);
    char *answers[] = {text};
    Endorse__V1__EssaySubmitted essay = ENDORSE__V1__ESSAY_SUBMITTED__INIT;
    essay.exam_id = essay.form = (char *)"bench";
    essay.language = (char *)"en";
    essay.n_answers = 1;
    essay.answers = answers;
    uint8_t packed[512];
    Endorse__V1__Publish event = ENDORSE__V1__PUBLISH__INIT;
    event.id = id;
    event.type = (char *)"org.endorse.exam.essay.submitted.v1";
    event.subject = subject;
    event.data.len = endorse__v1__essay_submitted__pack(&essay, packed);
    event.data.data = packed;
    Endorse__V1__DoorRequest request = ENDORSE__V1__DOOR_REQUEST__INIT;
    request.request = chain + 1;
    request.body_case = ENDORSE__V1__DOOR_REQUEST__BODY_PUBLISH;
    request.publish = &event;
    struct wf_error error;
    return !zmq_portal_send(run->portal, &request, &error);
}

/* Sends what is due and has credit; gives the time of the next due one, or when to look again. */
static uint64_t publish_due(struct run *run)
{
    uint64_t now = bench_now();
    while (run->sent < run->chains.count && run->sent - run->receipts < BENCH_IN_FLIGHT) {
        uint64_t due = now;
        if (run->rate > 0)
            due = bench_due(run->began, run->sent, run->rate);
        if (due > now)
            return due;
        if (!publish(run, run->first + run->sent))
            return now + 1000000;
        run->chains.due[run->sent++] = due;
    }
    return now + 100000000;
}

/* Until then, or until a receipt may have come. */
static void wait_until(const struct run *run, uint64_t until)
{
    uint64_t now = bench_now();
    struct pollfd receipts = {.fd = zmq_portal_fd(run->portal), .events = POLLIN};
    struct timespec wait = {.tv_nsec = until > now ? (long)(until - now) : 0};
    (void)ppoll(&receipts, 1, &wait, NULL);
}

static void wait_for_b(const struct run *run)
{
    struct pollfd finished = {.fd = run->shared->finished, .events = POLLIN};
    uint64_t count;
    if (poll(&finished, 1, PATIENCE_MS) != 1 || read(finished.fd, &count, sizeof count) < 0)
        give_up("chains are missing: something was lost");
}

/* One phase: `count` chains from `first` on. */
static void run_chains(struct run *run, size_t first, size_t count, double rate)
{
    bench_chains_fini(&run->chains);
    bench_chains_init(&run->chains, count);
    run->first = first;
    run->sent = run->receipts = 0;
    run->rate = rate;
    run->shared->target = first + count;
    run->began = bench_now();
    while (run->receipts < count) {
        uint64_t next = publish_due(run);
        bool is_any = false;
        while (receive(run))
            is_any = true;
        if (!is_any)
            wait_until(run, next);
    }
    wait_for_b(run);
    memcpy(run->chains.done, run->shared->done_ns + first, count * sizeof *run->chains.done);
}

/* ---- the whole ---- */

static void open_all(struct run *run, size_t chains)
{
    struct wf_error error;
    run->shared_size = sizeof *run->shared + 2 * chains * sizeof(uint64_t);
    run->shared =
        mmap(NULL, run->shared_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (run->shared == MAP_FAILED)
        give_up("no memory");
    run->shared->finished = eventfd(0, EFD_CLOEXEC);
    if (run->shared->finished < 0)
        give_up("no eventfd");
    zmq_portal_new_keys(run->door_public, run->door_secret);
    zmq_portal_new_keys(run->portal_public, run->portal_secret);
    (void)snprintf(run->endpoint, sizeof run->endpoint, "tcp://127.0.0.1:%d",
                   20000 + (int)(getpid() % 20000));
    add_fingerprint_key(run, "intake");
    add_fingerprint_key(run, "renewal");
    for (size_t i = PROGRAMS; i-- > 0;)
        start_program(run, i);
    wf_arena_init(&run->arena, ARENA);
    if (zmq_portal_open(&run->portal, run->endpoint, run->door_public, run->portal_secret, &error))
        give_up(error.text);
}

struct bench_result bench_path(struct redis_fixture *redis, size_t chains, double rate)
{
    struct run run = {.redis = redis};
    size_t warm_up = chains / 4;
    open_all(&run, chains + warm_up);
    run_chains(&run, 0, warm_up, 0);
    struct bench_meter meter = {
        .processes = {redis->pid, run.programs[0], run.programs[1], run.programs[2]},
        .process_count = 1 + PROGRAMS,
        .folder = redis->folder};
    bench_meter_begin(&meter);
    run_chains(&run, warm_up, chains, rate);
    struct bench_result result = bench_meter_end(&meter, &run.chains);
    if (run.shared->repeated)
        give_up("chains were done twice");
    zmq_portal_close(&run.portal);
    stop_programs(&run);
    wf_arena_fini(&run.arena);
    bench_chains_fini(&run.chains);
    (void)close(run.shared->finished);
    (void)munmap(run.shared, run.shared_size);
    return result;
}
