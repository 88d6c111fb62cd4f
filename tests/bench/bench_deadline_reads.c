/* Readers of the public registry. */
#include "bench_deadline.h"

#include "deadline_day.h"
#include "wf_error.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { READS_MAX = 60000, EVERY_MS = 10, ANSWER_MAX = 1 << 20 };

struct bench_reads {
    pid_t pid;
    atomic_size_t count;
    uint64_t due[READS_MAX], done[READS_MAX];
};

static int connect_to(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

/* The whole answer as text; false: none, or another status than 200. */
static bool get(unsigned port, const char *target, char *answer)
{
    char request[256];
    size_t length = 0;
    ssize_t more;
    int fd = connect_to(port);
    if (fd < 0)
        return false;
    int size =
        snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", target);
    if (send(fd, request, (size_t)size, MSG_NOSIGNAL) == size) {
        while (length < ANSWER_MAX - 1 &&
               (more = recv(fd, answer + length, ANSWER_MAX - 1 - length, 0)) > 0)
            length += (size_t)more;
    }
    (void)close(fd);
    answer[length] = '\0';
    return strncmp(answer, "HTTP/1.1 200", 12) == 0;
}

/* What people do: the first page, somewhere in the middle, a name, a category as JSON. */
static void make_target(size_t number, size_t standings, char target[static 160])
{
    static const char *const association = DEADLINE_ASSOCIATION;
    size_t other = number * 7919 % standings;
    switch (number % 4) {
    case 0:
        (void)snprintf(target, 160, "/registry/%s", association);
        break;
    case 1:
        (void)snprintf(target, 160, "/registry/%s?page=%zu", association, other / 100 + 1);
        break;
    case 2:
        (void)snprintf(target, 160, "/registry/%s?name=example+%zu", association, other);
        break;
    default:
        (void)snprintf(target, 160, "/v1/registry/%s?category=FS&limit=50", association);
    }
}

static _Noreturn void read_on(struct bench_reads *reads, unsigned port, size_t standings)
{
    char target[160];
    char *answer = malloc(ANSWER_MAX);
    uint64_t began = bench_now();
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (size_t i = 0; answer && i < READS_MAX; i++) {
        reads->due[i] = began + i * EVERY_MS * 1000000u;
        struct timespec due = {.tv_sec = (time_t)(reads->due[i] / 1000000000u),
                               .tv_nsec = (long)(reads->due[i] % 1000000000u)};
        (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
        make_target(i, standings, target);
        if (!get(port, target, answer)) {
            (void)fprintf(stderr, "bench deadline: %s: %.60s\n", target, answer);
            _exit(1);
        }
        reads->done[i] = bench_now();
        atomic_store(&reads->count, i + 1);
    }
    _exit(0);
}

struct bench_reads *bench_reads_start(unsigned port, size_t standings)
{
    struct bench_reads *reads =
        mmap(NULL, sizeof *reads, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    WF_ASSERT(reads != MAP_FAILED);
    pid_t pid = fork();
    WF_ASSERT(pid >= 0);
    if (pid == 0)
        read_on(reads, port, standings);
    reads->pid = pid;
    return reads;
}

size_t bench_reads_count(const struct bench_reads *reads)
{
    return atomic_load(&reads->count);
}

double bench_reads_percentile(const struct bench_reads *reads, size_t first, size_t end,
                              double share)
{
    struct bench_chains part = {.due = (uint64_t *)&reads->due[first],
                                .done = (uint64_t *)&reads->done[first],
                                .count = end - first};
    return end > first ? bench_percentile(&part, share) : 0;
}

void bench_reads_stop(struct bench_reads **reads)
{
    int status = 0;
    (void)kill((*reads)->pid, SIGTERM);
    (void)waitpid((*reads)->pid, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        (void)fprintf(stderr, "bench deadline: a read was not answered\n");
    (void)munmap(*reads, sizeof **reads);
    *reads = NULL;
}

long bench_reads_total(unsigned port)
{
    static char answer[ANSWER_MAX];
    if (!get(port, "/v1/registry/" DEADLINE_ASSOCIATION "?limit=1", answer))
        return -1;
    const char *total = strstr(answer, "\"total\":");
    return total ? strtol(total + 8, NULL, 10) : -1;
}
