/* bench desk: the timing of two answers that must not differ. */
#include "bench_desk.h"

#include "bench_measure.h"
#include "wf_error.h"
#include "wf_seal.h"

#include <arpa/inet.h>
#include <math.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_MAX = 256 * 1024, CONTROL_PAIRS = 1000, WARM_UP_PAIRS = 200 };

static const char reader[] = "BENCHREADER", other[] = "OTHERREADER";
static const char own[] = "OWNSEAT000000", foreign[] = "FOREIGN000000";
/* 32 zero bytes as base64url: the session of the cookie. */
static const char secret[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/* ---- what is stored ---- */

static struct wf_bytes bytes(const char *text)
{
    return (struct wf_bytes){(const uint8_t *)text, strlen(text)};
}

static void put(struct wf_store *store, const char *kind, const char *id,
                const struct wf_field *fields, size_t count)
{
    struct wf_error error = {0};
    struct wf_commit commit = {.kind = kind,
                               .id = id,
                               .version_after = 1u << 20,
                               .puts = fields,
                               .put_count = count,
                               .journal = bytes("bench")};
    WF_ASSERT(!wf_store_commit(store, &commit, 1, &error) && commit.result == WF_COMMIT_OK);
}

/* A reader with a session and a line of the list, and a seat that is another reader's: services/desk's
 * stored fields, as reader_codec.c and seat_fields.c write them. */
static void furnish(struct redis_fixture *redis)
{
    struct wf_store *store = redis_fixture_store(redis, WF_DESK);
    uint8_t digest[32] = {0}, zero[32] = {0};
    char session[96], line[16], head[800], hex[65];
    wf_sha256((struct wf_bytes){zero, sizeof zero}, digest);
    for (int i = 0; i < 32; i++) {
        (void)snprintf(session + 2 * i, 3, "%02x", digest[i]);
        (void)snprintf(hex + 2 * i, 3, "00");
    }
    (void)snprintf(session + 64, sizeof session - 64, " 4102444800000");
    (void)snprintf(line, sizeof line, "c%s", own);
    const struct wf_field mine[] = {{bytes(line), bytes("offered 30000 30000")},
                                    {bytes("head"), bytes("1 0 0 0")},
                                    {bytes("s0"), bytes(session)}};
    put(store, "reader", reader, mine, 3);
    for (int i = 0; i < 2; i++) {
        (void)snprintf(
            head, sizeof head,
            "1 offered %s mentor-clinical-1 en 0 1 0 %s %s 30000 30000 1 0 %s %s 1 0 0 0 0 0",
            i ? other : reader, hex, hex, hex, hex);
        const struct wf_field seat = {bytes("head"), bytes(head)};
        put(store, "seat", i ? foreign : own, &seat, 1);
    }
    wf_store_destroy(&store);
}

/* ---- the program ---- */

static uint16_t free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    WF_ASSERT(fd >= 0 && !bind(fd, (struct sockaddr *)&address, sizeof address) &&
              !getsockname(fd, (struct sockaddr *)&address, &length));
    (void)close(fd);
    return ntohs(address.sin_port);
}

static void add_secrets(const struct redis_fixture *redis)
{
    char path[160];
    (void)snprintf(path, sizeof path, "%s/secrets/desk.secrets", redis->folder);
    FILE *file = fopen(path, "ae");
    WF_ASSERT(file);
    for (const char *const *name =
             (const char *const[]){"fingerprint-key", "desk-key", "desk-link-key", NULL};
         *name; name++)
        (void)fprintf(file, "%s %064d\n", *name, 7);
    (void)fclose(file);
}

static pid_t start_desk(const struct redis_fixture *redis, uint16_t port)
{
    char program[512], ready[16], number[16], word;
    int ends[2];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 32);
    WF_ASSERT(length > 0 && pipe(ends) == 0);
    program[length] = '\0';
    (void)strcpy(strrchr(program, '/'), "/endorse-desk");
    (void)snprintf(ready, sizeof ready, "%d", ends[1]);
    (void)snprintf(number, sizeof number, "%u", port);
    pid_t pid = fork();
    if (pid == 0) {
        (void)execl(program, "endorse-desk", "--state-dir", redis->folder, "--redis-socket",
                    redis->socket, "--desk-port", number, "--ready-fd", ready, "--log-level",
                    "error", "--exam-forms-dir", WF_SOURCE_DIR "/deploy/exam/forms", (char *)NULL);
        _exit(127);
    }
    (void)close(ends[1]);
    WF_ASSERT(pid > 0 && read(ends[0], &word, 1) == 1);
    (void)close(ends[0]);
    return pid;
}

/* ---- asking ---- */

struct answer {
    double microseconds;
    size_t length; /* without the Date */
    uint8_t sha256[32];
};

static char answer_text[ANSWER_MAX];

static struct answer ask(uint16_t port, const char *code)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char request[400];
    size_t length = 0;
    int size = snprintf(request, sizeof request,
                        "GET /seat/%s HTTP/1.1\r\nHost: localhost\r\nCookie: "
                        "endorse-desk=%s.%s\r\n\r\n",
                        code, reader, secret);
    uint64_t began = bench_now();
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    WF_ASSERT(fd >= 0 && !connect(fd, (struct sockaddr *)&address, sizeof address) &&
              write(fd, request, (size_t)size) == size);
    for (ssize_t more; (more = read(fd, answer_text + length, ANSWER_MAX - 1 - length)) > 0;)
        length += (size_t)more;
    struct answer answer = {.microseconds = (double)(bench_now() - began) / 1000};
    (void)close(fd);
    answer_text[length] = '\0';
    char *date = strstr(answer_text, "Date: ");
    if (date)
        memset(date, '-', strcspn(date, "\r"));
    answer.length = length;
    wf_sha256((struct wf_bytes){(const uint8_t *)answer_text, length}, answer.sha256);
    return answer;
}

/* ---- the two tests ---- */

struct point {
    double value;
    bool first; /* of which sample */
};

static int by_value(const void *one, const void *another)
{
    double a = ((const struct point *)one)->value, b = ((const struct point *)another)->value;
    return (a > b) - (a < b);
}

/* Probability that two samples of one distribution are as far apart in their ranks. */
static double mann_whitney(const struct point *points, size_t count)
{
    double n = (double)(count / 2), ranks = 0;
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i; end < count && points[end].value <= points[i].value; end++)
            ;
        for (size_t j = i; j < end; j++)
            ranks += points[j].first ? (double)(i + 1 + end) / 2 : 0;
    }
    double u = ranks - n * (n + 1) / 2;
    double z = (u - n * n / 2) / sqrt(n * n * (2 * n + 1) / 12);
    return erfc(fabs(z) / sqrt(2));
}

static double kolmogorov(const struct point *points, size_t count, double *distance)
{
    double n = (double)(count / 2), difference = 0, p = 0;
    *distance = 0;
    for (size_t i = 0; i < count; i++) {
        difference += points[i].first ? 1 / n : -1 / n;
        bool tied = i + 1 < count && points[i + 1].value <= points[i].value;
        if (!tied && fabs(difference) > *distance)
            *distance = fabs(difference);
    }
    double lambda = sqrt(n / 2) * *distance;
    for (int k = 1; k <= 100; k++)
        p += 2 * (k % 2 ? 1 : -1) * exp(-2.0 * k * k * lambda * lambda);
    return lambda < 0.2 ? 1 : fmin(1, fmax(0, p));
}

static double median_of(const struct point *points, size_t count, bool first)
{
    size_t wanted = count / 4;
    for (size_t i = 0; i < count; i++)
        if (points[i].first == first && wanted-- == 0)
            return points[i].value;
    return 0;
}

/* One of each in turns, who comes first drawn anew each time. */
static json_t *compare(uint16_t port, const char *one, size_t pairs)
{
    struct point *points = calloc(2 * pairs, sizeof *points);
    size_t unlike = 0;
    double distance;
    WF_ASSERT(points);
    unsigned state = 20261121;
    for (size_t i = 0; i < pairs; i++) {
        char absent[16];
        struct answer answers[2];
        (void)snprintf(absent, sizeof absent, "ABSENT%07u", (unsigned)(i % 10000000));
        bool first = rand_r(&state) & 1;
        for (int turn = 0; turn < 2; turn++) {
            bool is_one = (turn == 0) == first;
            answers[is_one] = ask(port, is_one ? one : absent);
            points[2 * i + (size_t)turn] = (struct point){answers[is_one].microseconds, is_one};
        }
        unlike += answers[0].length != answers[1].length ||
                  memcmp(answers[0].sha256, answers[1].sha256, 32) != 0;
    }
    qsort(points, 2 * pairs, sizeof *points, by_value);
    double ranks = mann_whitney(points, 2 * pairs);
    double shape = kolmogorov(points, 2 * pairs, &distance);
    json_t *figures =
        json_pack("{s:I s:I s:f s:f s:f s:f s:f}", "pairs", (json_int_t)pairs, "answers_unlike",
                  (json_int_t)unlike, "mann_whitney_p", ranks, "kolmogorov_smirnov_d", distance,
                  "kolmogorov_smirnov_p", shape, "first_p50_us", median_of(points, 2 * pairs, true),
                  "absent_p50_us", median_of(points, 2 * pairs, false));
    free(points);
    return figures;
}

json_t *bench_desk(struct redis_fixture *redis, size_t pairs)
{
    uint16_t port = free_port();
    furnish(redis);
    add_secrets(redis);
    pid_t desk = start_desk(redis, port);
    json_decref(compare(port, foreign, WARM_UP_PAIRS));
    json_t *figures = compare(port, foreign, pairs);
    /* The control: the reader's own seat, which is another answer. */
    (void)json_object_set_new(figures, "control_own_seat", compare(port, own, CONTROL_PAIRS));
    (void)kill(desk, SIGTERM);
    (void)waitpid(desk, NULL, 0);
    return figures;
}
