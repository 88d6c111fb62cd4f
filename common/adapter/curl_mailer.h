/* curl_mailer.h - mail to an SMTP relay. */
#ifndef CURL_MAILER_H
#define CURL_MAILER_H

#include "wf_bus.h"
#include "wf_mailer.h"

enum curl_mailer_tls { CURL_MAILER_TLS_NEVER, CURL_MAILER_TLS_OFFERED, CURL_MAILER_TLS_ALWAYS };

struct curl_mailer_settings {
    const char *url; /* "smtp://relay.example:25/our.name" or "smtps://..." */
    enum curl_mailer_tls tls;
    const char *user; /* NULL or "": no login */
    const char *password;
    unsigned most; /* mails on the way at once */
    wf_time connect_timeout, timeout;
};

/* Copies the settings, borrows the bus. */
int curl_mailer_create(struct wf_mailer **mailer, struct wf_bus *bus,
                       const struct curl_mailer_settings *settings,
                       struct wf_error *error) WF_MUST_CHECK;

#endif
