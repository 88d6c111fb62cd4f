#include "courier.h"

#include "attempt_reports.h"
#include "effect_codec.h"
#include "endpoint_codec.h"
#include "mail_desk.h"
#include "mail_message.h"
#include "mail_template.h"
#include "webhook_desk.h"
#include "wf_config.h"

#include <stdlib.h>
#include <string.h>

#define NO_SENDER "Endorse <no-reply@endorse.example>"

const struct wf_setting courier_settings[] = {
    {"ethics_dir", WF_SETTING_TEXT, "deploy/ethics", 0, 0, "Folder of the codes of ethics."},
    {"mail_dir", WF_SETTING_TEXT, "deploy/mail", 0, 0, "Folder of the mail templates."},
    {"public_url", WF_SETTING_TEXT, "http://127.0.0.1:8080", 0, 0,
     "Where raters reach the gateway; begins every rater's link."},
    {"desk_url", WF_SETTING_TEXT, "http://127.0.0.1:8081", 0, 0,
     "Where exam readers reach the desk; begins every sign-in link."},
    {"mail_from", WF_SETTING_TEXT, NO_SENDER, 0, 0,
     "From header of every mail: an address, or \"Name <address>\", in ASCII."},
    {"mail_bounce_domain", WF_SETTING_TEXT, "", 0, 0,
     "Return paths are <effect id>@ this domain; empty: the address of mail_from."},
    {"smtp_url", WF_SETTING_TEXT, "", 0, 0,
     "The relay, smtp://host:port/our.name or smtps://; empty: the sandbox's mailbox."},
    {"smtp_tls", WF_SETTING_TEXT, "offered", 0, 0,
     "STARTTLS: never, offered (used when the relay offers it) or always."},
    {"smtp_user", WF_SETTING_TEXT, "", 0, 0,
     "Login at the relay, with the secret smtp-password; empty: none."},
    {"mails_in_hand_most", WF_SETTING_NUMBER, "256", 1, 100000,
     "Mails taken in hand at once; more wait in their sender's outbox."},
    {"webhook_allow_private", WF_SETTING_FLAG, "no", 0, 0,
     "Sandboxes only: webhooks may go to private addresses and by plain HTTP."},
};
const size_t courier_setting_count = sizeof courier_settings / sizeof courier_settings[0];

const struct wf_handler courier_handlers[] = {
    {.message = WF_MESSAGE_MAIL_REQUESTED,
     .machine = &effect_machine,
     .decode = effect_decode_requested},
    {.message = WF_MESSAGE_MAIL_ATTEMPTED,
     .machine = &effect_machine,
     .decode = effect_decode_attempted},
    {.message = WF_MESSAGE_ENDPOINT_SET,
     .machine = &endpoint_machine,
     .decode = endpoint_decode_set},
    {.message = WF_MESSAGE_WEBHOOK_REQUESTED,
     .machine = &endpoint_machine,
     .decode = endpoint_decode_requested},
    {.message = WF_MESSAGE_WEBHOOK_ATTEMPTED,
     .machine = &endpoint_machine,
     .decode = endpoint_decode_attempted},
};
const size_t courier_handler_count = sizeof courier_handlers / sizeof courier_handlers[0];

static char *copy_of(const char *text)
{
    char *copy = strdup(text);
    WF_ASSERT(copy);
    return copy;
}

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words; words++) {
        if (strcmp(text, *words) == 0)
            return true;
    }
    return false;
}

/* A mistake here is found at start, not with the first mail. */
static int check_relay(const struct wf_config *config, struct wf_error *error)
{
    static const char *const tls[] = {"never", "offered", "always", NULL};
    const char *url = wf_config_text(config, "smtp_url");
    if (!is_one_of(wf_config_text(config, "smtp_tls"), tls))
        return wf_fail(error, WF_CONFIG, "smtp_tls must be never, offered or always");
    if (!url[0])
        return 0;
    if (strncmp(url, "smtp://", 7) != 0 && strncmp(url, "smtps://", 8) != 0)
        return wf_fail(error, WF_CONFIG, "smtp_url must begin with smtp:// or smtps://");
    if (strcmp(wf_config_text(config, "mail_from"), NO_SENDER) == 0)
        return wf_fail(error, WF_CONFIG, "mail_from must be set when smtp_url is");
    if (wf_config_text(config, "smtp_user")[0] && !wf_config_secret(config, "smtp-password"))
        return wf_fail(error, WF_CONFIG,
                       "smtp_user is set, but the secrets file has no smtp-password");
    return 0;
}

static bool is_url(const char *text)
{
    size_t length = strlen(text);
    return (strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0) &&
           length <= 300 && text[length - 1] != '/';
}

static int read_settings(struct courier *courier, const struct wf_config *config,
                         struct wf_error *error)
{
    courier->public_url = copy_of(wf_config_text(config, "public_url"));
    courier->mail_from = copy_of(wf_config_text(config, "mail_from"));
    courier->bounce_domain = copy_of(wf_config_text(config, "mail_bounce_domain"));
    courier->in_hand_most = (unsigned)wf_config_number(config, "mails_in_hand_most");
    courier->desk_url = copy_of(wf_config_text(config, "desk_url"));
    if (!is_url(courier->public_url) || !is_url(courier->desk_url))
        return wf_fail(error, WF_CONFIG,
                       "%s must be http:// or https://, without a slash at its end",
                       is_url(courier->public_url) ? "desk_url" : "public_url");
    if (!mail_header_address(courier->mail_from, courier->mail_address))
        return wf_fail(error, WF_CONFIG,
                       "mail_from must be an address or \"Name <address>\" in ASCII");
    (void)strcpy(courier->mail_domain, strchr(courier->mail_address, '@') + 1);
    char probe[300] = "e@";
    if (courier->bounce_domain[0] &&
        (strlen(courier->bounce_domain) > 180 ||
         !wf_mail_address_is_safe(strcat(probe, courier->bounce_domain))))
        return wf_fail(error, WF_CONFIG, "mail_bounce_domain must be a domain");
    return check_relay(config, error);
}

int courier_open(struct wf_worker *worker, void **service, struct wf_error *error)
{
    const struct wf_config *config = wf_worker_config(worker);
    struct courier *courier = calloc(1, sizeof *courier);
    WF_ASSERT(courier);
    *service = courier;
    courier->ethics = calloc(1, sizeof *courier->ethics);
    WF_ASSERT(courier->ethics);
    if (!read_settings(courier, config, error) &&
        !wf_config_key(config, "person-key", courier->person_key, error) &&
        !wf_config_key(config, "link-key", courier->link_key, error) &&
        !wf_config_key(config, "desk-link-key", courier->desk_link_key, error) &&
        !wf_config_key(config, "webhook-key", courier->webhook_key, error) &&
        !wf_ethics_read(wf_config_text(config, "ethics_dir"), courier->ethics, error) &&
        !mail_templates_load(&courier->templates, wf_config_text(config, "mail_dir"), error))
        return 0;
    courier_close(service);
    return -1;
}

void courier_start(struct courier *courier, struct wf_worker *worker,
                   struct courier_outside *outside)
{
    courier->worker = worker;
    courier->people = outside->people;
    courier->mailer = outside->mailer;
    courier->client = outside->client;
    *outside = (struct courier_outside){0};
    courier->reports = attempt_reports_create(worker);
    courier->mail_desk = mail_desk_create(courier);
    courier->webhook_desk = webhook_desk_create(courier);
}

void courier_close(void **service)
{
    struct courier *courier = *service;
    if (!courier)
        return;
    *service = NULL;
    wf_mailer_destroy(&courier->mailer);
    wf_http_client_destroy(&courier->client);
    mail_desk_destroy(&courier->mail_desk);
    webhook_desk_destroy(&courier->webhook_desk);
    attempt_reports_destroy(&courier->reports);
    wf_store_destroy(&courier->people);
    free(courier->ethics);
    mail_templates_free(&courier->templates);
    free(courier->public_url);
    free(courier->desk_url);
    free(courier->mail_from);
    free(courier->bounce_domain);
    explicit_bzero(courier, sizeof *courier);
    free(courier);
}

const void *courier_policy(void *service)
{
    struct courier *courier = service;
    courier->policy.full =
        courier->mail_desk && mail_desk_in_hand(courier->mail_desk) >= courier->in_hand_most;
    return &courier->policy;
}

bool courier_is_engaged(void *service)
{
    const struct courier *courier = service;
    if (!courier->mail_desk) /* not started yet */
        return false;
    return mail_desk_in_hand(courier->mail_desk) || webhook_desk_in_hand(courier->webhook_desk);
}

void courier_perform(void *service, struct wf_worker *worker, const struct wf_address *aggregate,
                     const void *job, size_t size)
{
    struct courier *courier = service;
    (void)worker;
    if (strcmp(aggregate->kind, effect_machine.kind) == 0) {
        WF_ASSERT(size == sizeof(struct effect));
        mail_desk_add(courier->mail_desk, aggregate->id, job);
    } else {
        WF_ASSERT(size == sizeof(struct endpoint_job));
        webhook_desk_add(courier->webhook_desk, aggregate->id, job);
    }
}

wf_time courier_turn(void *service, struct wf_worker *worker, wf_time now)
{
    struct courier *courier = service;
    (void)worker;
    wf_time mail = mail_desk_turn(courier->mail_desk, now);
    wf_time webhook = webhook_desk_turn(courier->webhook_desk, now);
    if (attempt_reports_turn(courier->reports))
        return now;
    return mail < webhook ? mail : webhook;
}
