#include "gateway.h"

#include "wf_bus.h"
#include "wf_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECONNECT_MS = 2000 };

const struct wf_setting gateway_settings[] = {
    {"http_address", WF_SETTING_TEXT, "127.0.0.1", 0, 0,
     "Numeric address to listen on; put a TLS proxy in front of what the world may see."},
    {"http_port", WF_SETTING_NUMBER, "8080", 0, 65535, "Port of pages and of the HTTP door."},
    {"policy_dir", WF_SETTING_TEXT, "deploy/policy", 0, 0,
     "Folder of the associations' policy files."},
    {"forms_dir", WF_SETTING_TEXT, "deploy/forms", 0, 0, "Folder of the rating forms."},
    {"ethics_dir", WF_SETTING_TEXT, "deploy/ethics", 0, 0, "Folder of the codes of ethics."},
    {"smtp_url", WF_SETTING_TEXT, "", 0, 0,
     "The courier's relay; while it is empty, /sandbox/mail shows the kept mail."},
    {"durability_tier", WF_SETTING_TEXT, "A", 0, 0,
     "How Redis is run, shown to operations: A one node, B with replicas, C a cluster."},
};
const size_t gateway_setting_count = sizeof gateway_settings / sizeof gateway_settings[0];

const struct http_route gateway_routes[] = {
#define GATEWAY_ROUTE(post, pattern, function) {post, pattern, function},
#include "gateway_routes.def"
#undef GATEWAY_ROUTE
};
const size_t gateway_route_count = sizeof gateway_routes / sizeof gateway_routes[0];

/* ---- life ---- */

static int read_settings(struct gateway *gateway, struct wf_error *error)
{
    const struct wf_config *config = gateway->config;
    const char *token = wf_config_secret(config, "ops-token");
    if (token && (strlen(token) < 16 || strlen(token) >= sizeof gateway->ops_token))
        return wf_fail(error, WF_CONFIG, "the secret ops-token has 16 to %zu characters",
                       sizeof gateway->ops_token - 1);
    (void)snprintf(gateway->ops_token, sizeof gateway->ops_token, "%s", token ? token : "");
    (void)snprintf(gateway->mail_folder, sizeof gateway->mail_folder, "%s/mail",
                   wf_config_text(config, "state_dir"));
    (void)snprintf(gateway->tier, sizeof gateway->tier, "%s",
                   wf_config_text(config, "durability_tier"));
    gateway->sandbox_mail = !*wf_config_text(config, "smtp_url");
    return wf_config_key(config, "person-key", gateway->person_key, error);
}

int gateway_create(struct gateway **out, struct wf_worker *worker, struct wf_error *error)
{
    struct gateway *gateway = calloc(1, sizeof *gateway);
    WF_ASSERT(gateway);
    gateway->worker = worker;
    gateway->config = wf_worker_config(worker);
    gateway->policies = calloc(1, sizeof *gateway->policies);
    gateway->forms = calloc(1, sizeof *gateway->forms);
    gateway->ethics = calloc(1, sizeof *gateway->ethics);
    WF_ASSERT(gateway->policies && gateway->forms && gateway->ethics);
    if (read_settings(gateway, error) != 0 ||
        wf_policy_read(wf_config_text(gateway->config, "policy_dir"), gateway->policies, error) !=
            0 ||
        wf_form_read(wf_config_text(gateway->config, "forms_dir"), gateway->forms, error) != 0 ||
        wf_ethics_read(wf_config_text(gateway->config, "ethics_dir"), gateway->ethics, error) !=
            0) {
        gateway_destroy(&gateway);
        return -1;
    }
    registry_feed_open(&gateway->registry, gateway->policies);
    *out = gateway;
    return 0;
}

void gateway_destroy(struct gateway **out)
{
    struct gateway *gateway = *out;
    if (!gateway)
        return;
    wf_http_close(&gateway->http);
    wf_store_destroy(&gateway->intake.store);
    wf_store_destroy(&gateway->renewal.store);
    registry_feed_close(&gateway->registry);
    gateway_kept_fini(&gateway->badges);
    portal_door_fini(&gateway->portals);
    ops_view_clear(&gateway->ops);
    free(gateway->policies);
    free(gateway->forms);
    free(gateway->ethics);
    explicit_bzero(gateway->person_key, sizeof gateway->person_key);
    free(gateway);
    *out = NULL;
}

static void send_no_route(struct gateway *gateway, const struct wf_http_request *request,
                          unsigned status)
{
    struct wf_buffer body = {0};
    struct wf_http_response response = {0};
    http_problem(&response, &body, status,
                 status == 405 ? "This address does not take this method."
                               : "There is nothing at this address.",
                 NULL, NULL);
    if (status == 405)
        http_field(&response, "Allow", request->method == WF_HTTP_POST ? "GET, HEAD" : "POST");
    wf_http_answer(gateway->http, request->ticket, &response);
    wf_buffer_fini(&body);
}

static void on_request(void *context, const struct wf_http_request *request)
{
    struct gateway *gateway = context;
    struct http_params params;
    unsigned status = 0;
    const struct http_route *route = http_route_find(
        gateway_routes, gateway_route_count, request->method, request->path, &params, &status);
    if (route) {
        route->serve(gateway, request, &params);
    } else if (strncmp(request->path, "/rate/", 6) == 0) {
        gateway_send_dead_link(gateway, request->ticket); /* too long for a token, or beside one */
    } else if (status == 405 || strncmp(request->path, "/v1/", 4) == 0) {
        send_no_route(gateway, request, status);
    } else {
        struct gateway_frame frame = gateway_public_frame(gateway, request, "Not found", NULL);
        gateway_send_message(gateway, request->ticket, status, &frame, "There is nothing here",
                             "The address is not one of this service's, or no longer.", NULL);
    }
}

static void on_ready(void *context, int fd, int ready)
{
    struct gateway *gateway = context;
    (void)fd;
    (void)ready;
    (void)wf_http_turn(gateway->http, gateway->monotonic);
}

int gateway_start(struct gateway *gateway, struct wf_store **intake, struct wf_store **renewal,
                  struct wf_error *error)
{
    gateway->intake.store = *intake;
    gateway->renewal.store = *renewal;
    *intake = *renewal = NULL;
    if (wf_http_open(&gateway->http, wf_config_text(gateway->config, "http_address"),
                     (uint16_t)wf_config_number(gateway->config, "http_port"), on_request, gateway,
                     error) != 0)
        return -1;
    wf_bus_watch(wf_worker_bus(gateway->worker), wf_http_fd(gateway->http), WF_WATCH_READ, on_ready,
                 gateway);
    return 0;
}

int gateway_reload(struct gateway *gateway, struct wf_error *error)
{
    struct wf_policy_book *fresh = calloc(1, sizeof *fresh);
    WF_ASSERT(fresh);
    if (wf_policy_read(wf_config_text(gateway->config, "policy_dir"), fresh, error) != 0) {
        free(fresh);
        return -1;
    }
    free(gateway->policies);
    gateway->policies = fresh;
    /* The lists are numbered by the book. */
    registry_feed_close(&gateway->registry);
    registry_feed_open(&gateway->registry, gateway->policies);
    return 0;
}

/* ---- reading ---- */

/* Both are connections to one Redis: what hangs for one would hang for the other, and nobody would be served. */
static void lose_readers(struct gateway *gateway)
{
    gateway->intake.lost = gateway->renewal.lost = true;
    gateway->intake.retry_at = gateway->renewal.retry_at = gateway->monotonic + RECONNECT_MS;
}

bool gateway_read_went(struct gateway *gateway, struct gateway_reader *reader, int result,
                       const struct wf_error *error)
{
    if (result == 0) {
        gateway->store_heard_at = gateway->monotonic;
        return true;
    }
    if (!reader->lost)
        wf_log(WF_LOG_STORE_LOST, "reader=%s why=%s", wf_service_name(reader->store->service),
               error->text);
    lose_readers(gateway);
    return false;
}

static void mend(struct gateway *gateway, struct gateway_reader *reader)
{
    struct wf_error error = {0};
    if (!reader->lost || gateway->monotonic < reader->retry_at)
        return;
    if (wf_store_reconnect(reader->store, &error) != 0) {
        lose_readers(gateway);
        return;
    }
    reader->lost = false;
    wf_log(WF_LOG_STORE_BACK, "reader=%s", wf_service_name(reader->store->service));
}

static wf_time feed_registry(struct gateway *gateway)
{
    struct wf_error error = {0};
    struct registry_sources sources = {.renewal = gateway->renewal.store,
                                       .intake = gateway->intake.store,
                                       .person_key = gateway->person_key,
                                       .policies = gateway->policies};
    if (gateway->renewal.lost || gateway->intake.lost)
        return gateway->monotonic + RECONNECT_MS;
    int result = registry_feed_turn(&gateway->registry, &sources, gateway->monotonic, &error);
    /* Which of the two failed is not known: both are mended. */
    if (!gateway_read_went(gateway, &gateway->renewal, result, &error))
        (void)gateway_read_went(gateway, &gateway->intake, result, &error);
    return registry_feed_next(&gateway->registry);
}

static void take_beat(void *context, const char *field, struct wf_bytes json)
{
    (void)ops_view_add(context, field, json);
}

static void read_beats(struct gateway *gateway)
{
    struct wf_error error = {0};
    if (gateway->monotonic - gateway->ops_read_at < GATEWAY_OPS_MS)
        return;
    gateway->ops_read_at = gateway->monotonic;
    struct ops_view *fresh = &gateway->ops;
    ops_view_clear(fresh);
    if (wf_store_beats(wf_worker_store(gateway->worker), take_beat, fresh, &error) == 0)
        gateway->store_heard_at = gateway->monotonic;
    ops_view_close(fresh, gateway->monotonic);
}

static wf_time earlier(wf_time one, wf_time other)
{
    return one < other ? one : other;
}

wf_time gateway_turn(struct gateway *gateway, wf_time now)
{
    gateway->monotonic = now;
    mend(gateway, &gateway->intake);
    mend(gateway, &gateway->renewal);
    wf_time next = feed_registry(gateway);
    read_beats(gateway);
    next = earlier(next, gateway->ops_read_at + GATEWAY_OPS_MS);
    return earlier(next, wf_http_turn(gateway->http, now));
}
