/* Starting, stopping and driving; what the test asks for is in courier_bench_ask.c. */
#include "courier_bench.h"

#include "courier.h"
#include "curl_http_client.h"
#include "curl_mailer.h"
#include "sys_clock.h"
#include "zmq_bus.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char secrets[] =
    "fingerprint-key 0000000000000000000000000000000000000000000000000000000000000001\n"
    "person-key 0000000000000000000000000000000000000000000000000000000000000002\n"
    "link-key 0000000000000000000000000000000000000000000000000000000000000003\n"
    "desk-link-key 0000000000000000000000000000000000000000000000000000000000000005\n"
    "webhook-key 0000000000000000000000000000000000000000000000000000000000000004\n";

/* The domain's own start gets no context but the service: one bench in a process. */
static struct courier_bench *current;

/* ---- the clock ---- */

static wf_time wall(struct wf_clock *clock)
{
    return sys_clock()->wall(sys_clock()) + ((struct bench_clock *)clock)->offset;
}
static wf_time monotonic(struct wf_clock *clock)
{
    return sys_clock()->monotonic(sys_clock()) + ((struct bench_clock *)clock)->monotonic_offset;
}
static void entropy(struct wf_clock *clock, void *bytes, size_t length)
{
    (void)clock;
    sys_clock()->entropy(sys_clock(), bytes, length);
}

/* ---- the service ---- */

static int start_service(void *service, struct wf_worker *worker, struct wf_error *error)
{
    char url[64];
    struct courier_outside outside = {0};
    (void)snprintf(url, sizeof url, "smtp://127.0.0.1:%u/courier.test", current->smtp.port);
    struct curl_mailer_settings relay = {
        .url = url, .most = COURIER_MAILS_AT_ONCE, .connect_timeout = 5000, .timeout = 90000};
    struct curl_http_settings webhooks = {
        .allow_private = true, .most = COURIER_WEBHOOKS_AT_ONCE, .timeout = 5000};
    outside.people = redis_fixture_store(&current->redis, WF_INTAKE);
    if (curl_mailer_create(&outside.mailer, wf_worker_bus(worker), &relay, error) ||
        curl_http_client_create(&outside.client, wf_worker_bus(worker), &webhooks, error))
        return -1;
    courier_start(service, worker, &outside);
    return 0;
}

static const struct wf_domain *domain(void)
{
    static struct wf_domain domain;
    domain = (struct wf_domain){.service = WF_COURIER,
                                .program = "endorse-courier",
                                .summary = "under test",
                                .handlers = courier_handlers,
                                .handler_count = courier_handler_count,
                                .settings = courier_settings,
                                .setting_count = courier_setting_count,
                                .open = courier_open,
                                .start = start_service,
                                .close = courier_close,
                                .policy = courier_policy,
                                .perform = courier_perform,
                                .is_engaged = courier_is_engaged,
                                .turn = courier_turn};
    return &domain;
}

static void start_worker(struct courier_bench *bench)
{
    struct zmq_bus_settings settings = {.run_dir = bench->run_dir, .service = WF_COURIER};
    struct wf_store *store = redis_fixture_store(&bench->redis, WF_COURIER);
    struct wf_bus *bus = NULL;
    struct wf_error error = {0};
    ck_assert_msg(zmq_bus_open(&bus, &settings, &error) == 0, "%s", error.text);
    ck_assert_msg(wf_worker_create(&bench->worker, domain(), bench->config, &store, &bus,
                                   &bench->clock.clock, &error) == 0,
                  "%s", error.text);
    ck_assert_msg(wf_worker_resume(bench->worker, &error) == 0, "%s", error.text);
}

static void read_config(struct courier_bench *bench)
{
    char path[128];
    struct wf_error error = {0};
    (void)snprintf(path, sizeof path, "%s/courier.secrets", bench->redis.folder);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(secrets, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    char *argv[] = {(char *)"endorse-courier",
                    (char *)"--state-dir",
                    bench->redis.folder,
                    (char *)"--secrets-file",
                    path,
                    (char *)"--mail-dir",
                    (char *)WF_SOURCE_DIR "/deploy/mail",
                    (char *)"--ethics-dir",
                    (char *)WF_SOURCE_DIR "/deploy/ethics",
                    (char *)"--mail-from",
                    (char *)"Endorse <no-reply@endorse.test>",
                    (char *)"--mail-bounce-domain",
                    (char *)"bounces.example",
                    (char *)"--log-level",
                    (char *)"error",
                    NULL};
    ck_assert_msg(wf_config_read(&bench->config, domain(), sizeof argv / sizeof argv[0] - 1, argv,
                                 &error) == 0,
                  "%s", error.text);
}

void courier_bench_start(struct courier_bench *bench)
{
    memset(bench, 0, sizeof *bench);
    current = bench;
    bench->clock.clock =
        (struct wf_clock){.wall = wall, .monotonic = monotonic, .entropy = entropy};
    redis_fixture_start(&bench->redis, NULL);
    redis_fixture_install(&bench->redis);
    (void)snprintf(bench->run_dir, sizeof bench->run_dir, "%s/run", bench->redis.folder);
    bench->smtp = child_server_start("mail_server.py", bench->redis.folder);
    bench->http = child_server_start("webhook_server.py", bench->redis.folder);
    ck_assert_msg(bench->smtp.port && bench->http.port, "a server of tests/kit did not come up");
    bench->observer = redis_fixture_store(&bench->redis, WF_COURIER);
    bench->people = redis_fixture_store(&bench->redis, WF_INTAKE);
    bench->reference = lane_peer_open(bench->run_dir, WF_REFERENCE);
    bench->intake = lane_peer_open(bench->run_dir, WF_INTAKE);
    read_config(bench);
    start_worker(bench);
}

void courier_bench_stop(struct courier_bench *bench)
{
    wf_worker_destroy(&bench->worker);
    wf_config_destroy(&bench->config);
    lane_peer_close(&bench->reference);
    lane_peer_close(&bench->intake);
    wf_store_destroy(&bench->observer);
    wf_store_destroy(&bench->people);
    child_server_stop(&bench->smtp);
    child_server_stop(&bench->http);
    redis_fixture_stop(&bench->redis);
}

void courier_bench_crash(struct courier_bench *bench)
{
    wf_worker_destroy(&bench->worker);
    start_worker(bench);
}

void courier_bench_advance(struct courier_bench *bench, wf_time milliseconds)
{
    bench->clock.offset += milliseconds;
}

void courier_bench_advance_monotonic(struct courier_bench *bench, wf_time milliseconds)
{
    bench->clock.monotonic_offset += milliseconds;
}

/* ---- waiting ---- */

struct shown {
    const char *kind, *id, *text;
};

/* "" if there is no such aggregate. */
static void read_head(struct courier_bench *bench, const struct shown *what, char *head,
                      size_t size)
{
    struct wf_load load = {.kind = what->kind, .id = what->id};
    struct wf_error error = {0};
    head[0] = '\0';
    ck_assert_msg(wf_store_load(bench->observer, &load, 1, &error) == 0, "%s", error.text);
    const struct wf_field *field = wf_fields_find(&load.fields, "h");
    if (field)
        (void)snprintf(head, size, "%.*s", (int)field->value.length,
                       (const char *)field->value.data);
    wf_fields_fini(&load.fields);
}

typedef bool condition_f(struct courier_bench *bench, const void *what);

static void drive_until(struct courier_bench *bench, condition_f *condition, const void *what,
                        const char *name)
{
    struct wf_error error = {0};
    wf_time end = sys_clock()->monotonic(sys_clock()) + 20 * WF_SECOND;
    while (!condition(bench, what)) {
        if (sys_clock()->monotonic(sys_clock()) >= end)
            ck_abort_msg("did not happen within 20 s: %s", name);
        ck_assert_msg(wf_worker_turn(bench->worker, 5, &error) == 0, "%s", error.text);
        lane_peer_turn(bench->reference);
        lane_peer_turn(bench->intake);
    }
}

static bool is_shown(struct courier_bench *bench, const void *what_at)
{
    const struct shown *what = what_at;
    char head[2048];
    read_head(bench, what, head, sizeof head);
    return what->text ? strstr(head, what->text) != NULL : !head[0];
}

void courier_bench_until_shown(struct courier_bench *bench, const char *kind, const char *id,
                               const char *text)
{
    struct shown what = {kind, id, text};
    drive_until(bench, is_shown, &what, text);
}

void courier_bench_until_gone(struct courier_bench *bench, const char *kind, const char *id)
{
    struct shown what = {kind, id, NULL};
    drive_until(bench, is_shown, &what, "the aggregate is removed");
}

static bool is_settled(struct courier_bench *bench, const void *portal)
{
    struct shown what = {"endpoint", portal, "\"state\":\"sending\""};
    return !is_shown(bench, &what);
}

void courier_bench_until_settled(struct courier_bench *bench, const char *portal)
{
    drive_until(bench, is_settled, portal, "no attempt is on its way");
    /* A report of the last attempt leaves with the next turns, the first one after its connection
     * stands. */
    for (unsigned i = 0; i < 100; i++) {
        struct wf_error error = {0};
        ck_assert_int_eq(wf_worker_turn(bench->worker, 2, &error), 0);
        lane_peer_turn(bench->intake);
    }
}

struct lines {
    const char *name;
    unsigned count;
};

static bool has_lines(struct courier_bench *bench, const void *what_at)
{
    const struct lines *what = what_at;
    json_t *list = courier_bench_lines(bench, what->name);
    bool enough = json_array_size(list) >= what->count;
    json_decref(list);
    return enough;
}

void courier_bench_until_lines(struct courier_bench *bench, const char *name, unsigned count)
{
    struct lines what = {name, count};
    drive_until(bench, has_lines, &what, name);
}

static bool has_status(struct courier_bench *bench, const void *delivery)
{
    uint64_t number = *(const uint64_t *)delivery;
    return lane_peer_status(bench->reference, number, NULL) ||
           lane_peer_status(bench->intake, number, NULL);
}

void courier_bench_until_status(struct courier_bench *bench, uint64_t delivery)
{
    drive_until(bench, has_status, &delivery, "the delivery is answered");
}

static bool has_reports(struct courier_bench *bench, const void *count)
{
    return lane_peer_count(bench->reference, WF_MESSAGE_MAIL_REPORTED_RATINGS) >=
           *(const unsigned *)count;
}

void courier_bench_until_reports(struct courier_bench *bench, unsigned count)
{
    drive_until(bench, has_reports, &count, "the reports come");
}

/* ---- reports ---- */

static uint8_t memory[64 * 1024];
static size_t memory_used;

static void *take(void *context, size_t size)
{
    (void)context;
    size_t at = (memory_used + 15) & ~(size_t)15;
    if (at + size > sizeof memory)
        return NULL;
    memory_used = at + size;
    return memory + at;
}
static void give_back(void *context, void *pointer)
{
    (void)context;
    (void)pointer;
}

static const ProtobufCMessage *unpack(const ProtobufCMessageDescriptor *descriptor,
                                      struct wf_bytes bytes)
{
    static ProtobufCAllocator allocator = {.alloc = take, .free = give_back};
    memory_used = 0;
    return protobuf_c_message_unpack(descriptor, &allocator, bytes.length, bytes.data);
}

static const Endorse__V1__MailReported *find_report(struct courier_bench *bench, const char *effect)
{
    unsigned count = lane_peer_count(bench->reference, WF_MESSAGE_MAIL_REPORTED_RATINGS);
    for (unsigned i = 0; i < count; i++) {
        const Endorse__V1__MailReported *report = (const Endorse__V1__MailReported *)unpack(
            &endorse__v1__mail_reported__descriptor,
            lane_peer_taken(bench->reference, WF_MESSAGE_MAIL_REPORTED_RATINGS, i));
        ck_assert_ptr_nonnull(report);
        if (strcmp(report->effect_id, effect) == 0)
            return report;
    }
    return NULL;
}

static bool has_report(struct courier_bench *bench, const void *effect)
{
    return find_report(bench, effect) != NULL;
}

const Endorse__V1__MailReported *courier_bench_report(struct courier_bench *bench,
                                                      const char *effect)
{
    drive_until(bench, has_report, effect, "the mail is reported");
    return find_report(bench, effect);
}

static bool has_webhook_report(struct courier_bench *bench, const void *n)
{
    return lane_peer_count(bench->intake, WF_MESSAGE_WEBHOOK_REPORTED) > *(const unsigned *)n;
}

const Endorse__V1__WebhookReported *courier_bench_webhook_report(struct courier_bench *bench,
                                                                 unsigned n)
{
    drive_until(bench, has_webhook_report, &n, "the webhook is reported");
    return (const Endorse__V1__WebhookReported *)unpack(
        &endorse__v1__webhook_reported__descriptor,
        lane_peer_taken(bench->intake, WF_MESSAGE_WEBHOOK_REPORTED, n));
}

static bool is_delivered(struct courier_bench *bench, const void *sequence)
{
    unsigned count = lane_peer_count(bench->intake, WF_MESSAGE_WEBHOOK_REPORTED);
    return count &&
           courier_bench_webhook_report(bench, count - 1)->sequence >= *(const uint64_t *)sequence;
}

void courier_bench_until_delivered(struct courier_bench *bench, uint64_t sequence)
{
    drive_until(bench, is_delivered, &sequence, "the webhooks are reported as delivered");
}
