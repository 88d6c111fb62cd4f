#include "deadline_day.h"

#include "wf_error.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ARGUMENTS = 32 };

const char *const deadline_programs[DEADLINE_PROGRAMS] = {"intake", "renewal", "courier",
                                                          "gateway"};

_Noreturn void deadline_give_up(const char *what)
{
    (void)fprintf(stderr, "deadline: %s\n", what);
    exit(EXIT_FAILURE);
}

/* ---- the programs, as they are shipped ---- */

static void write_secrets(const struct deadline_day *day)
{
    static const char *const keys[] = {"fingerprint-key", "link-key",  "answers-key",
                                       "webhook-key",     "badge-key", "essay-key",
                                       "conflict-key",    "desk-key",  "desk-link-key"};
    for (size_t i = 0; i < DEADLINE_PROGRAMS; i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s/secrets/%s.secrets", day->redis.folder,
                       deadline_programs[i]);
        FILE *file = fopen(path, "ae");
        if (!file)
            deadline_give_up("cannot write a secret");
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            (void)fprintf(file, "%s %064zu\n", keys[k], k + 1);
        (void)fprintf(file, "person-key %s\n", DEADLINE_PERSON_KEY);
        if (fclose(file) != 0)
            deadline_give_up("cannot write a secret");
    }
}

static _Noreturn void become(const struct deadline_day *day, size_t number, int ready)
{
    char path[320], secrets[128], run_dir[96], fd[16], port[16];
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)snprintf(path, sizeof path, "%s/endorse-%s", WF_BINARY_DIR, deadline_programs[number]);
    (void)snprintf(secrets, sizeof secrets, "%s/secrets/%s.secrets", day->redis.folder,
                   deadline_programs[number]);
    (void)snprintf(run_dir, sizeof run_dir, "%s/run", day->redis.folder);
    (void)snprintf(fd, sizeof fd, "%d", ready);
    (void)snprintf(port, sizeof port, "%u", day->port);
    const char *arguments[ARGUMENTS] = {path,        "--state-dir", day->redis.folder,
                                        "--run-dir", run_dir,       "--secrets-file",
                                        secrets,     "--ready-fd",  fd,
                                        "--sandbox", "yes",         "--log-level",
                                        "error"};
    size_t count = 13;
    if (strcmp(deadline_programs[number], "gateway") == 0) {
        arguments[count++] = "--http-port";
        arguments[count++] = port;
    }
    if (chdir(WF_SOURCE_DIR) != 0) /* policies, mails, forms: where the settings' defaults say */
        _exit(127);
    execv(path, (char *const *)arguments);
    _exit(127);
}

void deadline_day_start(struct deadline_day *day, size_t number)
{
    int ends[2];
    char line;
    if (pipe(ends) != 0)
        deadline_give_up("cannot make a pipe");
    day->pids[number] = fork();
    if (day->pids[number] < 0)
        deadline_give_up("cannot fork");
    if (day->pids[number] == 0) {
        (void)close(ends[0]);
        become(day, number, ends[1]);
    }
    (void)close(ends[1]);
    if (read(ends[0], &line, 1) != 1)
        deadline_give_up("a program did not become ready");
    (void)close(ends[0]);
}

void deadline_day_kill(struct deadline_day *day, size_t number)
{
    if (!day->pids[number])
        return;
    (void)kill(day->pids[number], SIGKILL);
    while (waitpid(day->pids[number], NULL, 0) < 0 && errno == EINTR) {
    }
    day->pids[number] = 0;
}

/* ---- the day ---- */

static wf_time wall_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (wf_time)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void set_clock(struct deadline_day *day, wf_time business)
{
    struct wf_error error;
    struct wf_store *intake = redis_fixture_store(&day->redis, WF_INTAKE);
    if (wf_store_set_clock_offset(intake, business - wall_now(), &error) != 0)
        deadline_give_up(error.text);
    wf_store_destroy(&intake);
}

static void make_mail_folders(const struct deadline_day *day)
{
    static const char *const names[] = {"mail", "mail/tmp", "mail/new", "mail/cur"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[96];
        (void)snprintf(path, sizeof path, "%s/%s", day->redis.folder, names[i]);
        (void)mkdir(path, 0700);
    }
}

void deadline_day_begin(struct deadline_day *day, size_t standings, unsigned port)
{
    *day = (struct deadline_day){.standings = standings, .port = port};
    redis_fixture_start_users(&day->redis, "maxmemory 6gb");
    redis_fixture_install(&day->redis);
    write_secrets(day);
    make_mail_folders(day);
    day->deadline = deadline_seed(&day->redis, standings);
    day->store = redis_fixture_store(&day->redis, WF_RENEWAL);
    set_clock(day, day->deadline - WF_HOUR);
    for (size_t i = 0; i < DEADLINE_PROGRAMS; i++)
        deadline_day_start(day, i);
}

void deadline_day_fall(struct deadline_day *day)
{
    deadline_day_later(day, WF_SECOND);
}

void deadline_day_later(struct deadline_day *day, wf_time after)
{
    set_clock(day, day->deadline + after);
}

size_t deadline_day_fallen(struct deadline_day *day)
{
    uint64_t counts[WF_PARTITIONS] = {0};
    size_t sum = 0;
    struct wf_error error;
    if (wf_store_counts(day->store, "registry-mark", counts, &error) != 0)
        deadline_give_up(error.text);
    for (size_t i = 0; i < WF_PARTITIONS; i++)
        sum += counts[i];
    return sum;
}

void deadline_day_end(struct deadline_day *day)
{
    for (size_t i = 0; i < DEADLINE_PROGRAMS; i++)
        deadline_day_kill(day, i);
    wf_store_destroy(&day->store);
    redis_fixture_stop(&day->redis);
}
