#include "bench_deadline.h"

#include "wf_error.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PROGRAMS = 4, ARGUMENTS = 32, QUIET_MS = 3000, LOOK_MS = 50, PATIENCE_S = 300 };

static const char *const programs[PROGRAMS] = {"intake", "renewal", "courier", "gateway"};

struct run {
    struct redis_fixture redis;
    pid_t pids[PROGRAMS];
    unsigned port;
    size_t standings;
    wf_time deadline;
    struct wf_store *store; /* as renewal: progress is read from its marks */
    double rss_before[PROGRAMS + 1];
};

static _Noreturn void give_up(const char *what)
{
    (void)fprintf(stderr, "bench deadline: %s\n", what);
    exit(EXIT_FAILURE);
}

static void pause_ms(long milliseconds)
{
    struct timespec pause = {.tv_sec = milliseconds / 1000,
                             .tv_nsec = milliseconds % 1000 * 1000000};
    (void)nanosleep(&pause, NULL);
}

/* ---- the programs, as they are shipped ---- */

static void write_secrets(const struct run *run)
{
    static const char *const keys[] = {"fingerprint-key", "link-key", "answers-key", "webhook-key",
                                       "badge-key"};
    for (size_t i = 0; i < PROGRAMS; i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s/secrets/%s.secrets", run->redis.folder, programs[i]);
        FILE *file = fopen(path, "ae");
        if (!file)
            give_up("cannot write a secret");
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            (void)fprintf(file, "%s %064zu\n", keys[k], k + 1);
        (void)fprintf(file, "person-key %s\n", BENCH_DEADLINE_PERSON_KEY);
        if (fclose(file) != 0)
            give_up("cannot write a secret");
    }
}

static _Noreturn void become(const struct run *run, size_t number, int ready)
{
    char here[256] = "", path[320], secrets[128], run_dir[96], fd[16], port[16];
    ssize_t length = readlink("/proc/self/exe", here, sizeof here - 1);
    if (length <= 0)
        _exit(127);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)snprintf(path, sizeof path, "%s/endorse-%s", dirname(here), programs[number]);
    (void)snprintf(secrets, sizeof secrets, "%s/secrets/%s.secrets", run->redis.folder,
                   programs[number]);
    (void)snprintf(run_dir, sizeof run_dir, "%s/run", run->redis.folder);
    (void)snprintf(fd, sizeof fd, "%d", ready);
    (void)snprintf(port, sizeof port, "%u", run->port);
    const char *arguments[ARGUMENTS] = {path,        "--state-dir", run->redis.folder,
                                        "--run-dir", run_dir,       "--secrets-file",
                                        secrets,     "--ready-fd",  fd,
                                        "--sandbox", "yes",         "--log-level",
                                        "error"};
    size_t count = 13;
    if (strcmp(programs[number], "courier") == 0) {
        arguments[count++] = "--mail-dir";
        arguments[count++] = WF_SOURCE_DIR "/deploy/mail";
    } else {
        arguments[count++] = "--policy-dir";
        arguments[count++] = WF_SOURCE_DIR "/deploy/policy";
    }
    if (strcmp(programs[number], "gateway") == 0) {
        arguments[count++] = "--forms-dir";
        arguments[count++] = WF_SOURCE_DIR "/deploy/forms";
        arguments[count++] = "--http-port";
        arguments[count++] = port;
    }
    execv(path, (char *const *)arguments);
    _exit(127);
}

static void start_program(struct run *run, size_t number)
{
    int ends[2];
    char line;
    if (pipe(ends) != 0)
        give_up("cannot make a pipe");
    run->pids[number] = fork();
    if (run->pids[number] < 0)
        give_up("cannot fork");
    if (run->pids[number] == 0) {
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
        (void)kill(run->pids[i], SIGKILL);
    for (size_t i = 0; i < PROGRAMS; i++)
        while (waitpid(run->pids[i], NULL, 0) < 0 && errno == EINTR) {
        }
}

/* ---- the day ---- */

static wf_time wall_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (wf_time)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void set_clock(struct run *run, wf_time business)
{
    struct wf_error error;
    struct wf_store *intake = redis_fixture_store(&run->redis, WF_INTAKE);
    if (wf_store_set_clock_offset(intake, business - wall_now(), &error) != 0)
        give_up(error.text);
    wf_store_destroy(&intake);
}

static void make_mail_folders(const struct run *run)
{
    static const char *const names[] = {"mail", "mail/tmp", "mail/new", "mail/cur"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[96];
        (void)snprintf(path, sizeof path, "%s/%s", run->redis.folder, names[i]);
        (void)mkdir(path, 0700);
    }
}

static void wait_for_total(unsigned port, long total)
{
    uint64_t began = bench_now();
    while (bench_reads_total(port) != total) {
        if (bench_now() - began > PATIENCE_S * 1000000000ull)
            give_up("the registry never had as many entries as it should");
        pause_ms(LOOK_MS);
    }
}

static void begin_day(struct run *run)
{
    redis_fixture_start_users(&run->redis, "maxmemory 6gb");
    redis_fixture_install(&run->redis);
    write_secrets(run);
    make_mail_folders(run);
    run->deadline = bench_deadline_seed(&run->redis, run->standings);
    run->store = redis_fixture_store(&run->redis, WF_RENEWAL);
    set_clock(run, run->deadline - WF_HOUR);
    for (size_t i = 0; i < PROGRAMS; i++)
        start_program(run, i);
    wait_for_total(run->port, (long)run->standings);
}

/* Each fallen entry has counted its partition's mark up once. */
static size_t fallen(struct run *run)
{
    uint64_t counts[WF_PARTITIONS] = {0};
    size_t sum = 0;
    struct wf_error error;
    if (wf_store_counts(run->store, "registry-mark", counts, &error) != 0)
        give_up(error.text);
    for (size_t i = 0; i < WF_PARTITIONS; i++)
        sum += counts[i];
    return sum;
}

static void wait_for_fall(struct run *run)
{
    uint64_t began = bench_now();
    while (fallen(run) < run->standings) {
        if (bench_now() - began > PATIENCE_S * 1000000000ull)
            give_up("not every standing fell");
        pause_ms(LOOK_MS);
    }
}

/* ---- what waits ---- */

struct waiting {
    json_int_t mails, reports;
};

static json_int_t queue_of(const json_t *row, const char *receiver)
{
    const json_t *queue = json_object_get(json_object_get(row, "queues"), receiver);
    return json_integer_value(json_object_get(queue, "ready")) +
           json_integer_value(json_object_get(queue, "in_flight"));
}

static void take_row(void *context, const char *field, struct wf_bytes json)
{
    struct waiting *waiting = context;
    json_t *row = json_loadb((const char *)json.data, json.length, 0, NULL);
    if (row && strcmp(field, "endorse-renewal.0") == 0) {
        waiting->mails = queue_of(row, "courier");
        waiting->reports = queue_of(row, "intake");
    }
    json_decref(row);
}

static void add_number(json_t *object, const char *name, double value, double unit)
{
    double scaled = (double)(long long)(value / unit + 0.5) * unit;
    (void)json_object_set_new(object, name,
                              unit >= 1 ? json_integer((json_int_t)scaled) : json_real(scaled));
}

static void add_memory(json_t *object, const struct run *run)
{
    char name[48];
    for (size_t i = 0; i < PROGRAMS; i++) {
        (void)snprintf(name, sizeof name, "%s_rss_mib", programs[i]);
        add_number(object, name, bench_rss(run->pids[i]), 0.1);
    }
    add_number(object, "renewal_grew_mib", bench_rss(run->pids[1]) - run->rss_before[1], 0.1);
    add_number(object, "redis_rss_mib", bench_rss(run->redis.pid), 0.1);
}

static void add_queues(json_t *object, struct run *run)
{
    struct waiting waiting = {0};
    struct wf_error error;
    if (wf_store_beats(run->store, take_row, &waiting, &error) != 0)
        give_up(error.text);
    (void)json_object_set_new(object, "mails_queued", json_integer(waiting.mails));
    (void)json_object_set_new(object, "reports_queued", json_integer(waiting.reports));
}

json_t *bench_deadline(size_t standings)
{
    static struct run run;
    json_t *line = json_object();
    run = (struct run){.standings = standings, .port = 20000 + (unsigned)getpid() % 20000};
    begin_day(&run);
    struct bench_reads *reads = bench_reads_start(run.port, standings);
    pause_ms(QUIET_MS);
    for (size_t i = 0; i < PROGRAMS; i++)
        run.rss_before[i] = bench_rss(run.pids[i]);
    size_t first = bench_reads_count(reads);
    uint64_t began = bench_now();
    set_clock(&run, run.deadline + WF_SECOND);
    wait_for_fall(&run);
    double seconds = (double)(bench_now() - began) / 1e9;
    size_t end = bench_reads_count(reads);
    add_queues(line, &run);
    wait_for_total(run.port, 0);
    double shown = (double)(bench_now() - began) / 1e9;
    (void)json_object_set_new(line, "standings", json_integer((json_int_t)standings));
    add_number(line, "entries_per_s", (double)standings / seconds, 1);
    add_number(line, "seconds", seconds, 0.01);
    add_number(line, "shown_after_s", shown, 0.01);
    (void)json_object_set_new(line, "reads", json_integer((json_int_t)(end - first)));
    add_number(line, "read_p50_ms", bench_reads_percentile(reads, first, end, 0.5), 0.01);
    add_number(line, "read_p99_ms", bench_reads_percentile(reads, first, end, 0.99), 0.01);
    add_number(line, "quiet_read_p50_ms", bench_reads_percentile(reads, 0, first, 0.5), 0.01);
    add_number(line, "quiet_read_p99_ms", bench_reads_percentile(reads, 0, first, 0.99), 0.01);
    add_memory(line, &run);
    bench_reads_stop(&reads);
    stop_programs(&run);
    wf_store_destroy(&run.store);
    redis_fixture_stop(&run.redis);
    return line;
}
