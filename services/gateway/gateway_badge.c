/* Credentials of registry entries: what is asked of intake, which signs.  GATEWAY 4.4. */
#include "gateway.h"

#include "gateway_labels.h"
#include "registry_model.h"
#include "wf_arena.h"

#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_ARENA = 256 * 1024 };

/* One request that waits for intake's word. */
struct badge_request {
    struct gateway *gateway;
    uint64_t ticket;
    const char *type;                   /* of the answer */
    char disposition[64];               /* "" or what a browser does with it */
    char none_match[128];               /* the asker's If-None-Match */
    char thumbprint[64];                /* of the one key that is wanted, or "" */
    char place[GATEWAY_KEPT_PLACE + 1]; /* where the answer is kept */
};

static void send_text(const struct badge_request *request, struct wf_bytes body)
{
    char etag[HTTP_ETAG_SIZE];
    struct wf_http_response response = {.status = 200, .type = request->type, .body = body};
    http_etag(body, etag);
    if (http_etag_matches(*request->none_match ? request->none_match : NULL, etag))
        response = (struct wf_http_response){.status = 304};
    http_field(&response, "ETag", etag);
    http_field(&response, "Cache-Control", "public, max-age=60");
    http_field(&response, "Access-Control-Allow-Origin", "*"); /* public, and without credentials */
    if (*request->disposition && response.status == 200)
        http_field(&response, "Content-Disposition", request->disposition);
    wf_http_answer(request->gateway->http, request->ticket, &response);
}

static void send_absent(const struct badge_request *request)
{
    gateway_send_problem(request->gateway, request->ticket, 404,
                         "There is no such document here, or no longer.", NULL, NULL);
}

/* Of the set the key of this name, alone. */
static void send_key(const struct badge_request *request, const char *set)
{
    json_t *keys = json_loads(set, 0, NULL);
    json_t *key = json_array_get(json_object_get(keys, "keys"), 0);
    const char *kid = json_string_value(json_object_get(key, "kid"));
    const char *last = kid ? strrchr(kid, '/') : NULL;
    char *text = last && strcmp(last + 1, request->thumbprint) == 0
                     ? json_dumps(key, JSON_COMPACT | JSON_SORT_KEYS)
                     : NULL;
    if (text)
        send_text(request,
                  (struct wf_bytes){.data = (const uint8_t *)text, .length = strlen(text)});
    else
        send_absent(request);
    free(text);
    json_decref(keys);
}

static void send_answer(const struct badge_request *request, const char *text)
{
    if (*request->thumbprint)
        send_key(request, text);
    else
        send_text(request,
                  (struct wf_bytes){.data = (const uint8_t *)text, .length = strlen(text)});
}

static void on_answer(void *context, const struct wf_outcome *outcome)
{
    struct badge_request *request = context;
    struct wf_arena arena;
    wf_arena_init(&arena, ANSWER_ARENA);
    const Endorse__V1__BadgeText *answer =
        outcome->reply == WF_REPLY_OK
            ? (const Endorse__V1__BadgeText *)wf_unpack(&endorse__v1__badge_text__descriptor,
                                                        outcome->payload, &arena)
            : NULL;
    if (answer) {
        gateway_kept_put(&request->gateway->badges, request->place, answer->text,
                         request->gateway->monotonic);
        send_answer(request, answer->text);
    } else if (outcome->reply == WF_REPLY_BUSY) {
        gateway_send_busy(request->gateway, request->ticket, 503, outcome->retry_after_ms,
                          "The service that signs does not answer at the moment.");
    } else {
        send_absent(request);
    }
    wf_arena_fini(&arena);
    free(request);
}

static struct badge_request *make_request(struct gateway *gateway,
                                          const struct wf_http_request *request, const char *type)
{
    struct badge_request *made = calloc(1, sizeof *made);
    const char *none_match = wf_http_header(request, "If-None-Match");
    WF_ASSERT(made);
    made->gateway = gateway;
    made->ticket = request->ticket;
    made->type = type;
    (void)snprintf(made->none_match, sizeof made->none_match, "%s", none_match ? none_match : "");
    return made;
}

/* Takes the request. */
static void ask(struct badge_request *request, enum wf_message message, const char *to,
                unsigned partition, const ProtobufCMessage *payload)
{
    struct gateway *gateway = request->gateway;
    const char *kept = gateway_kept_find(&gateway->badges, request->place, gateway->monotonic);
    if (kept) {
        send_answer(request, kept);
        free(request);
        return;
    }
    if (!gateway_kept_may_ask(&gateway->badges, gateway->monotonic)) {
        gateway_send_busy(gateway, request->ticket, 503, WF_SECOND,
                          "Too many of these are asked for at the moment.");
        free(request);
        return;
    }
    struct wf_buffer packed = {0};
    wf_pack(payload, &packed);
    struct wf_ask question = {.message = message,
                              .to = to,
                              .partition = partition,
                              .actor = "",
                              .key = "",
                              .traceparent = "",
                              .payload = wf_buffer_bytes(&packed),
                              .timeout = GATEWAY_ASK_MS,
                              .done = on_answer,
                              .context = request};
    wf_worker_ask(gateway->worker, &question);
    wf_buffer_fini(&packed);
}

/* ---- documents ---- */

static void ask_document(struct badge_request *request, Endorse__V1__BadgeDocument document,
                         const char *association, unsigned partition)
{
    Endorse__V1__BadgeDocumentAsked asked = ENDORSE__V1__BADGE_DOCUMENT_ASKED__INIT;
    asked.document = document;
    asked.association = (char *)association;
    asked.partition = partition;
    (void)snprintf(request->place, sizeof request->place, "%d/%.31s/%u", (int)document, association,
                   partition);
    ask(request, WF_MESSAGE_BADGE_DOCUMENT_ASKED, wf_service_name(WF_INTAKE), partition,
        &asked.base);
}

void serve_badge_keys(void *context, const struct wf_http_request *request,
                      const struct http_params *params)
{
    (void)params;
    ask_document(make_request(context, request, "application/json"),
                 ENDORSE__V1__BADGE_DOCUMENT__BADGE_DOCUMENT_KEYS, "", 0);
}

void serve_badge_key(void *context, const struct wf_http_request *request,
                     const struct http_params *params)
{
    struct badge_request *made = make_request(context, request, "application/json");
    (void)snprintf(made->thumbprint, sizeof made->thumbprint, "%.63s", params->values[0]);
    ask_document(made, ENDORSE__V1__BADGE_DOCUMENT__BADGE_DOCUMENT_KEYS, "", 0);
}

void serve_badge_issuer(void *context, const struct wf_http_request *request,
                        const struct http_params *params)
{
    struct gateway *gateway = context;
    struct badge_request *made = make_request(gateway, request, "application/json");
    if (!wf_policy_association(gateway->policies, params->values[0])) {
        send_absent(made);
        free(made);
        return;
    }
    ask_document(made, ENDORSE__V1__BADGE_DOCUMENT__BADGE_DOCUMENT_ISSUER, params->values[0], 0);
}

void serve_badge_list(void *context, const struct wf_http_request *request,
                      const struct http_params *params)
{
    struct gateway *gateway = context;
    struct badge_request *made = make_request(gateway, request, "application/vc+jwt");
    const char *text = params->values[1];
    size_t length = strlen(text);
    bool is_number = length > 0 && length <= 3 && strspn(text, "0123456789") == length;
    unsigned long partition = is_number ? strtoul(text, NULL, 10) : WF_PARTITIONS;
    if (!wf_policy_association(gateway->policies, params->values[0]) ||
        partition >= WF_PARTITIONS) {
        send_absent(made);
        free(made);
        return;
    }
    ask_document(made, ENDORSE__V1__BADGE_DOCUMENT__BADGE_DOCUMENT_STATUS_LIST, params->values[0],
                 (unsigned)partition);
}

/* ---- one entry ---- */

static const struct registry_entry *find_entry(struct gateway *gateway,
                                               const struct http_params *params)
{
    struct registry_list *list =
        registry_feed_list(&gateway->registry, gateway->policies, params->values[0]);
    return list ? registry_list_find(list, params->values[1]) : NULL;
}

void serve_badge(void *context, const struct wf_http_request *request,
                 const struct http_params *params)
{
    struct gateway *gateway = context;
    const struct registry_entry *entry = find_entry(gateway, params);
    struct badge_request *made = make_request(gateway, request, "application/vc+jwt");
    if (!entry || strcmp(entry->row.status, "active") != 0) {
        send_absent(made);
        free(made);
        return;
    }
    char address[WF_ADDRESS_MAX];
    Endorse__V1__BadgeAsked asked = ENDORSE__V1__BADGE_ASKED__INIT;
    asked.association = (char *)entry->row.association;
    asked.category = (Endorse__V1__Category)entry->row.category;
    asked.age_line = (Endorse__V1__AgeLine)entry->row.line;
    (void)snprintf(address, sizeof address, "intake/person/%s", entry->row.person);
    (void)snprintf(made->place, sizeof made->place, "%s/%s", entry->row.association, entry->handle);
    (void)snprintf(made->disposition, sizeof made->disposition,
                   "attachment; filename=\"endorsement-%s.jwt\"",
                   gateway_category_code(entry->row.category));
    ask(made, WF_MESSAGE_BADGE_ASKED, address, 0, &asked.base);
}

void serve_entry(void *context, const struct wf_http_request *request,
                 const struct http_params *params)
{
    struct gateway *gateway = context;
    const struct registry_entry *entry = find_entry(gateway, params);
    struct gateway_frame frame =
        gateway_public_frame(gateway, request, "Registry of endorsed professionals", NULL);
    const struct wf_association *association =
        wf_policy_association(gateway->policies, params->values[0]);
    if (!entry || !association) {
        gateway_send_message(gateway, request->ticket, 404, &frame, "No such entry",
                             "This entry is not on the registry, or no longer.",
                             "The front page lists the registries that are kept here.");
        return;
    }
    gateway_send_html(
        gateway, request->ticket, 200, "entry.html",
        registry_entry_model(entry, association->id, association->name, association->disclaimer),
        &frame);
}
