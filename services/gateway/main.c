/* endorse-gateway: wiring only. */
#include "gateway.h"

#include "redis_store.h"

enum { STORE_TIMEOUT_MS = 2000 };

static int open_gateway(struct wf_worker *worker, void **service, struct wf_error *error)
{
    struct gateway *gateway = NULL;
    int result = gateway_create(&gateway, worker, error);
    *service = gateway;
    return result;
}

static int open_reader(struct wf_store **store, struct wf_worker *worker, enum wf_service service,
                       struct wf_error *error)
{
    const struct wf_config *config = wf_worker_config(worker);
    const char *password = wf_config_secret(config, "redis-password");
    return redis_store_open(store, service, wf_config_text(config, "redis_socket"),
                            password ? wf_service_name(WF_GATEWAY) : NULL, password,
                            STORE_TIMEOUT_MS, error);
}

static int start(void *service, struct wf_worker *worker, struct wf_error *error)
{
    struct wf_store *intake = NULL, *renewal = NULL;
    if (open_reader(&intake, worker, WF_INTAKE, error) != 0 ||
        open_reader(&renewal, worker, WF_RENEWAL, error) != 0) {
        wf_store_destroy(&intake);
        return -1;
    }
    return gateway_start(service, &intake, &renewal, error);
}

static void close_gateway(void **service)
{
    struct gateway *gateway = *service;
    gateway_destroy(&gateway);
    *service = NULL;
}

static int reload(void *service, struct wf_error *error)
{
    return gateway_reload(service, error);
}

/* Pages are made by the rules; nothing is decided, so nothing can be decided again. */
static const char *rules_digest(const void *service)
{
    return ((const struct gateway *)service)->policies->digest;
}

static wf_time turn(void *service, struct wf_worker *worker, wf_time now)
{
    (void)worker;
    return gateway_turn(service, now);
}

int main(int argc, char **argv)
{
    static const struct wf_rules rules = {.digest = rules_digest};
    struct wf_domain domain = {
        .service = WF_GATEWAY,
        .program = "endorse-gateway",
        .summary = "Serves portals, raters, the public and operations over HTTP.",
        .settings = gateway_settings,
        .setting_count = gateway_setting_count,
        .open = open_gateway,
        .start = start,
        .close = close_gateway,
        .reload = reload,
        .rules = &rules,
        .turn = turn,
    };
    return wf_program_main(&domain, argc, argv);
}
