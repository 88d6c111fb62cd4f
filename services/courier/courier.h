/* courier.h - the service: settings, texts, keys, and the two desks that carry out jobs. */
#ifndef COURIER_H
#define COURIER_H

#include "effect_core.h"
#include "wf_domain.h"
#include "wf_ethics.h"
#include "wf_http_client.h"
#include "wf_mailer.h"
#include "wf_store.h"
#include "wf_worker.h"

struct mail_templates;
struct mail_desk;
struct webhook_desk;
struct attempt_reports;

struct courier {
    struct mail_templates *templates;
    struct effect_policy policy; /* refreshed before every step */
    unsigned in_hand_most;
    struct wf_ethics_book *ethics;
    char *public_url;
    char *desk_url;
    char *mail_from;       /* header */
    char mail_domain[255]; /* of Message-IDs */
    char *bounce_domain;   /* "": bounces go to mail_from */
    char mail_address[255];
    uint8_t person_key[32], link_key[32], desk_link_key[32], webhook_key[32];

    /* from courier_start on */
    struct wf_worker *worker;
    struct wf_store *people; /* a store of intake, for reading only */
    struct wf_mailer *mailer;
    struct wf_http_client *client;
    struct mail_desk *mail_desk;
    struct webhook_desk *webhook_desk;
    struct attempt_reports *reports;
};

enum { COURIER_MAILS_AT_ONCE = 16, COURIER_WEBHOOKS_AT_ONCE = 64 };

extern const struct wf_setting courier_settings[];
extern const size_t courier_setting_count;
extern const struct wf_handler courier_handlers[];
extern const size_t courier_handler_count;

/* The rows of struct wf_domain. */
int courier_open(struct wf_worker *worker, void **service, struct wf_error *error);
void courier_close(void **service);
const void *courier_policy(void *service);
bool courier_is_engaged(void *service);
void courier_perform(void *service, struct wf_worker *worker, const struct wf_address *aggregate,
                     const void *job, size_t size);
wf_time courier_turn(void *service, struct wf_worker *worker, wf_time now);

/* What only main.c can make; the courier takes it (nulls the giver's pointers). */
struct courier_outside {
    struct wf_store *people;
    struct wf_mailer *mailer;
    struct wf_http_client *client;
};
void courier_start(struct courier *courier, struct wf_worker *worker,
                   struct courier_outside *outside);

#endif
