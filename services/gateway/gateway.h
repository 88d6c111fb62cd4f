/* gateway.h - the running gateway, shared by its handlers.  GATEWAY. */
#ifndef GATEWAY_H
#define GATEWAY_H

#include "gateway_kept.h"
#include "gateway_page.h"
#include "http_text.h"
#include "ops_metrics.h"
#include "portal_door.h"
#include "registry_feed.h"
#include "wf_config.h"
#include "wf_ethics.h"
#include "wf_form.h"
#include "wf_http.h"
#include "wf_policy.h"
#include "wf_worker.h"

enum { GATEWAY_ASK_MS = 10 * 1000, GATEWAY_OPS_MS = 1000, GATEWAY_READY_MS = 5 * 1000 };

/* A store of another service's keys that the gateway may read, and when to try it again. */
struct gateway_reader {
    struct wf_store *store; /* owned */
    bool lost;
    wf_time retry_at;
};

struct gateway {
    struct wf_worker *worker;
    struct wf_http *http;
    struct gateway_reader intake, renewal;
    uint8_t person_key[32];
    char ops_token[129]; /* "": operations' pages are for this machine only */
    char mail_folder[512];
    bool sandbox_mail; /* no relay is set: kept mail is shown */
    struct wf_policy_book *policies;
    struct wf_form_book *forms;
    struct wf_ethics_book *ethics;
    struct portal_door portals;
    struct registry_feed registry;
    struct gateway_kept badges;
    const struct wf_config *config;
    char tier[16];
    struct ops_view ops;
    wf_time ops_read_at;    /* monotonic */
    wf_time store_heard_at; /* monotonic; of the last answer of the store */
    uint64_t counters[GATEWAY_COUNTER_COUNT];
    wf_time monotonic; /* of this turn */
};

/* Reads keys, policies and forms; opens nothing. */
int gateway_create(struct gateway **gateway, struct wf_worker *worker,
                   struct wf_error *error) WF_MUST_CHECK;
void gateway_destroy(struct gateway **gateway);
/* Takes the stores and listens. */
int gateway_start(struct gateway *gateway, struct wf_store **intake, struct wf_store **renewal,
                  struct wf_error *error) WF_MUST_CHECK;
/* Reads the policies anew; -1: what was in force stays so. */
int gateway_reload(struct gateway *gateway, struct wf_error *error) WF_MUST_CHECK;
/* Once a turn; returns when the next is wanted at the latest. */
wf_time gateway_turn(struct gateway *gateway, wf_time now);

extern const struct wf_setting gateway_settings[];
extern const size_t gateway_setting_count;

/* ---- for the handlers ---- */

/* Notes how a read went: a failed one makes the reader reconnect; true if it went well. */
bool gateway_read_went(struct gateway *gateway, struct gateway_reader *reader, int result,
                       const struct wf_error *error);

void gateway_send_html(struct gateway *gateway, uint64_t ticket, unsigned status,
                       const char *template_name, json_t *model, const struct gateway_frame *frame);
void gateway_send_message(struct gateway *gateway, uint64_t ticket, unsigned status,
                          const struct gateway_frame *frame, const char *heading, const char *first,
                          const char *second);
/* Takes the object. */
void gateway_send_json(struct gateway *gateway, uint64_t ticket, unsigned status, json_t *object);
void gateway_send_problem(struct gateway *gateway, uint64_t ticket, unsigned status,
                          const char *detail, const char *field, const char *reason);
/* With Retry-After. */
void gateway_send_busy(struct gateway *gateway, uint64_t ticket, unsigned status,
                       uint32_t retry_after_ms, const char *detail);
void gateway_redirect(struct gateway *gateway, uint64_t ticket, const char *location);
/* The frame of a page that anybody sees: operations' links are for this machine. */
struct gateway_frame gateway_public_frame(const struct gateway *gateway,
                                          const struct wf_http_request *request, const char *title,
                                          const char *here);
/* May this request see operations' pages?  If not, it has been answered.  GATEWAY 5. */
bool gateway_admits_operator(struct gateway *gateway, const struct wf_http_request *request);

/* The portal that asks, or NULL: then the request has been answered. */
struct portal_place *gateway_portal(struct gateway *gateway, const struct wf_http_request *request);

/* The one answer for every link that opens nothing.  GATEWAY 3.2. */
void gateway_send_dead_link(struct gateway *gateway, uint64_t ticket);

/* ---- the handlers, one file a part ---- */
extern const struct http_route gateway_routes[];
extern const size_t gateway_route_count;
/* The routes' functions are listed once, in gateway_routes.def. */
#define GATEWAY_ROUTE(post, pattern, function) http_route_f function;
#include "gateway_routes.def"
#undef GATEWAY_ROUTE

#endif
