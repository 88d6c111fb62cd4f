/* endorse-courier: wiring only. */
#include "courier.h"

#include "curl_http_client.h"
#include "curl_mailer.h"
#include "maildir_mailer.h"
#include "redis_store.h"
#include "wf_config.h"

#include <stdio.h>
#include <string.h>

enum { STORE_TIMEOUT_MS = 2000 };

static int open_mailer(struct wf_mailer **mailer, struct wf_worker *worker, struct wf_error *error)
{
    const struct wf_config *config = wf_worker_config(worker);
    const char *tls = wf_config_text(config, "smtp_tls");
    struct curl_mailer_settings relay = {
        .url = wf_config_text(config, "smtp_url"),
        .tls = strcmp(tls, "always") == 0  ? CURL_MAILER_TLS_ALWAYS
               : strcmp(tls, "never") == 0 ? CURL_MAILER_TLS_NEVER
                                           : CURL_MAILER_TLS_OFFERED,
        .user = wf_config_text(config, "smtp_user"),
        .password = wf_config_secret(config, "smtp-password"),
        .most = COURIER_MAILS_AT_ONCE,
        .connect_timeout = 15 * WF_SECOND,
        .timeout = 90 * WF_SECOND, /* before the attempt is overdue: SPEC 2.4 */
    };
    char folder[4096];
    if (relay.url[0])
        return curl_mailer_create(mailer, wf_worker_bus(worker), &relay, error);
    (void)snprintf(folder, sizeof folder, "%s/mail", wf_config_text(config, "state_dir"));
    return maildir_mailer_create(mailer, folder, error);
}

static int open_outside(struct courier_outside *outside, struct wf_worker *worker,
                        struct wf_error *error)
{
    const struct wf_config *config = wf_worker_config(worker);
    struct curl_http_settings webhooks = {
        .allow_private = wf_config_flag(config, "webhook_allow_private"),
        .most = COURIER_WEBHOOKS_AT_ONCE,
        .timeout = 15 * WF_SECOND,
    };
    if (redis_store_open(&outside->people, WF_INTAKE, wf_config_text(config, "redis_socket"),
                         wf_service_name(WF_COURIER), wf_config_secret(config, "redis-password"),
                         STORE_TIMEOUT_MS, error) ||
        open_mailer(&outside->mailer, worker, error))
        return -1;
    return curl_http_client_create(&outside->client, wf_worker_bus(worker), &webhooks, error);
}

static int start(void *service, struct wf_worker *worker, struct wf_error *error)
{
    struct courier_outside outside = {0};
    if (!open_outside(&outside, worker, error)) {
        courier_start(service, worker, &outside);
        return 0;
    }
    wf_store_destroy(&outside.people);
    wf_mailer_destroy(&outside.mailer);
    wf_http_client_destroy(&outside.client);
    return -1;
}

int main(int argc, char **argv)
{
    struct wf_domain domain = {
        .service = WF_COURIER,
        .program = "endorse-courier",
        .summary = "Sends mail and webhooks, tries again, and tells how it ended.",
        .handlers = courier_handlers,
        .handler_count = courier_handler_count,
        .settings = courier_settings,
        .setting_count = courier_setting_count,
        .open = courier_open,
        .start = start,
        .close = courier_close,
        .policy = courier_policy,
        .is_engaged = courier_is_engaged,
        .perform = courier_perform,
        .turn = courier_turn,
    };
    return wf_program_main(&domain, argc, argv);
}
