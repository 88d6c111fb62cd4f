#include "bench_measure.h"

#include "wf_error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

uint64_t bench_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* ---- chains ---- */

uint64_t bench_due(uint64_t began_ns, size_t chain, double rate)
{
    return began_ns + (uint64_t)((double)chain * 1e3 / rate) * 1000000u;
}

void bench_chains_init(struct bench_chains *chains, size_t count)
{
    chains->count = count;
    chains->due = calloc(count, sizeof *chains->due);
    chains->done = calloc(count, sizeof *chains->done);
    WF_ASSERT(chains->due && chains->done);
}

void bench_chains_fini(struct bench_chains *chains)
{
    free(chains->due);
    free(chains->done);
    *chains = (struct bench_chains){0};
}

static int compare_numbers(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

double bench_percentile(const struct bench_chains *chains, double share)
{
    size_t first = chains->count / 10, count = chains->count - first;
    uint64_t *took = malloc(count * sizeof *took);
    WF_ASSERT(took);
    for (size_t i = 0; i < count; i++)
        took[i] = chains->done[first + i] - chains->due[first + i];
    qsort(took, count, sizeof *took, compare_numbers);
    size_t at = (size_t)(share * (double)count);
    double milliseconds = (double)took[at < count ? at : count - 1] / 1e6;
    free(took);
    return milliseconds;
}

/* ---- what the system counts ---- */

static bool read_text(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    size_t length = fread(text, 1, size - 1, file);
    text[length] = '\0';
    (void)fclose(file);
    return length > 0;
}

/* User and system seconds of a process so far; its name may hold anything but ends with ')'. */
static double cpu_of(pid_t pid)
{
    char path[64], text[1024];
    unsigned long user = 0, system = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    if (!read_text(path, text, sizeof text))
        return 0;
    const char *after = strrchr(text, ')');
    if (!after || sscanf(after + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                         &system) != 2)
        return 0;
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

double bench_rss(pid_t pid)
{
    char path[64], text[256];
    unsigned long pages = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    if (!read_text(path, text, sizeof text) || sscanf(text, "%*u %lu", &pages) != 1)
        return 0;
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / (1024.0 * 1024.0);
}

/* Flush requests that the device under `folder` has completed; -1 if the kernel does not say. */
static int64_t flushes_of(const char *folder)
{
    struct stat status;
    char path[96], text[512];
    long long flushes = -1;
    if (stat(folder, &status) != 0)
        return -1;
    (void)snprintf(path, sizeof path, "/sys/dev/block/%u:%u/stat", major(status.st_dev),
                   minor(status.st_dev));
    if (!read_text(path, text, sizeof text))
        return -1;
    int fields =
        sscanf(text, "%*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %lld", &flushes);
    return fields == 1 ? flushes : -1;
}

/* ---- the meter ---- */

static double cpu_of_all(const struct bench_meter *meter)
{
    double sum = cpu_of(getpid());
    for (size_t i = 0; i < meter->process_count; i++)
        sum += cpu_of(meter->processes[i]);
    return sum;
}

void bench_meter_begin(struct bench_meter *meter)
{
    meter->began_cpu_s = cpu_of_all(meter);
    meter->began_first_cpu_s = meter->process_count ? cpu_of(meter->processes[0]) : 0;
    meter->began_flushes = flushes_of(meter->folder);
    meter->began_ns = bench_now();
}

struct bench_result bench_meter_end(struct bench_meter *meter, const struct bench_chains *chains)
{
    struct bench_result result;
    double seconds = (double)(bench_now() - meter->began_ns) / 1e9;
    double count = (double)chains->count;
    int64_t flushes = flushes_of(meter->folder);
    double first = meter->process_count ? cpu_of(meter->processes[0]) : 0;
    result.chains_per_s = count / seconds;
    result.cpu_s_per_10k = (cpu_of_all(meter) - meter->began_cpu_s) * 1e4 / count;
    result.redis_cpu_s_per_10k = (first - meter->began_first_cpu_s) * 1e4 / count;
    result.rss_mib = bench_rss(getpid());
    for (size_t i = 0; i < meter->process_count; i++)
        result.rss_mib += bench_rss(meter->processes[i]);
    result.flushes_per_1k =
        flushes < 0 ? -1 : (double)(flushes - meter->began_flushes) * 1e3 / count;
    result.p50_ms = bench_percentile(chains, 0.50);
    result.p99_ms = bench_percentile(chains, 0.99);
    return result;
}

/* ---- reporting ---- */

static void add(json_t *object, const char *prefix, const char *name, double value, double unit)
{
    char member[80];
    (void)snprintf(member, sizeof member, "%s%s", prefix, name);
    long long whole = (long long)(value / unit + (value < 0 ? -0.5 : 0.5));
    json_t *number = unit >= 1 ? json_integer(whole) : json_real((double)whole * unit);
    (void)json_object_set_new(object, member, number);
}

void bench_report(json_t *object, const char *prefix, const struct bench_result *result)
{
    add(object, prefix, "chains_per_s", result->chains_per_s, 1);
    add(object, prefix, "p50_ms", result->p50_ms, 0.01);
    add(object, prefix, "p99_ms", result->p99_ms, 0.01);
    add(object, prefix, "cpu_s_per_10k", result->cpu_s_per_10k, 0.01);
    add(object, prefix, "redis_cpu_s_per_10k", result->redis_cpu_s_per_10k, 0.01);
    add(object, prefix, "rss_mib", result->rss_mib, 0.1);
    add(object, prefix, "flushes_per_1k", result->flushes_per_1k, 1);
}

void bench_print(json_t *object)
{
    char *line = json_dumps(object, JSON_REAL_PRECISION(6) | JSON_PRESERVE_ORDER);
    WF_ASSERT(line);
    (void)puts(line);
    (void)fflush(stdout);
    free(line);
    json_decref(object);
}
