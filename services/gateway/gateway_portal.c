/* POST /v1/events.  GATEWAY 2.1, 2.2. */
#include "gateway.h"

#include "wf_cloudevent.h"
#include "wf_log.h"
#include "wf_messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* An event that waits for intake's commit. */
struct publish {
    struct gateway *gateway;
    uint64_t ticket;
    struct portal_place *place;
    char id[65];
    char subject[97];
};

static void count(struct gateway *gateway, enum gateway_counter counter)
{
    gateway->counters[counter]++;
}

struct portal_place *gateway_portal(struct gateway *gateway, const struct wf_http_request *request)
{
    struct wf_error error = {0};
    struct portal_place *place = NULL;
    enum portal_answer answer = PORTAL_UNREADABLE;
    if (!gateway->intake.lost) {
        answer = portal_door_ask(&gateway->portals, gateway->intake.store,
                                 wf_http_header(request, "Authorization"), gateway->monotonic,
                                 &place, &error);
        if (error.code != WF_LIMIT)
            (void)gateway_read_went(gateway, &gateway->intake, answer == PORTAL_UNREADABLE ? -1 : 0,
                                    &error);
    }
    switch (answer) {
    case PORTAL_KNOWN:
        return place;
    case PORTAL_UNKNOWN:
        count(gateway, GATEWAY_EVENTS_DENIED);
        gateway_send_problem(gateway, request->ticket, 401,
                             "A portal shows its bearer token: Authorization: Bearer <token>.",
                             NULL, NULL);
        return NULL;
    case PORTAL_REVOKED:
        count(gateway, GATEWAY_EVENTS_DENIED);
        gateway_send_problem(gateway, request->ticket, 403, "This portal has been revoked.", NULL,
                             "revoked");
        return NULL;
    case PORTAL_UNREADABLE:
        break;
    }
    count(gateway, GATEWAY_EVENTS_BUSY);
    gateway_send_busy(gateway, request->ticket, 503, 2000,
                      "The service cannot look up portals just now. Send the same again.");
    return NULL;
}

/* ---- reading the request ---- */

static bool media_type_is(const char *header, const char *type)
{
    size_t length = strlen(type);
    return header && strncasecmp(header, type, length) == 0 &&
           (header[length] == '\0' || header[length] == ';' || header[length] == ' ');
}

static const char *event_header(void *context, const char *name)
{
    return wf_http_header(context, name);
}

enum mode { MODE_STRUCTURED, MODE_BINARY, MODE_BATCH, MODE_OTHER };

static enum mode mode_of(const struct wf_http_request *request)
{
    const char *type = wf_http_header(request, "Content-Type");
    if (media_type_is(type, "application/cloudevents+json"))
        return MODE_STRUCTURED;
    if (media_type_is(type, "application/cloudevents-batch+json"))
        return MODE_BATCH;
    if (media_type_is(type, "application/json") && wf_http_header(request, "ce-specversion"))
        return MODE_BINARY;
    return MODE_OTHER;
}

static void send_unsupported(struct gateway *gateway, uint64_t ticket, enum mode mode)
{
    count(gateway, GATEWAY_EVENTS_INVALID);
    gateway_send_problem(
        gateway, ticket, 415,
        mode == MODE_BATCH
            ? "Batches are not taken: send one event a request, as application/cloudevents+json."
            : "An event is application/cloudevents+json, or application/json with the ce- headers.",
        "Content-Type", NULL);
}

static void send_invalid(struct gateway *gateway, uint64_t ticket, const char *path,
                         const struct wf_error *error)
{
    count(gateway, GATEWAY_EVENTS_INVALID);
    gateway_send_problem(gateway, ticket, 400, error->text, path, "invalid");
}

/* Fills the event; false if the request has been answered. */
static bool read_event(struct gateway *gateway, const struct wf_http_request *request,
                       struct wf_cloudevent *event, struct wf_buffer *data)
{
    char path[WF_PATH_MAX] = "";
    struct wf_error error = {0};
    enum mode mode = mode_of(request);
    int result = -1;
    if (mode == MODE_STRUCTURED) {
        result = wf_cloudevent_read_structured(request->body, event, data, path, &error);
    } else if (mode == MODE_BINARY) {
        wf_buffer_append(data, request->body.data, request->body.length);
        result = wf_cloudevent_read_binary(event_header, (void *)(uintptr_t)request, event, path,
                                           &error);
    } else {
        send_unsupported(gateway, request->ticket, mode);
        return false;
    }
    if (result != 0)
        send_invalid(gateway, request->ticket, path, &error);
    return result == 0;
}

/* ---- the answer ---- */

static void send_receipt(struct publish *publish, unsigned status, const char *word,
                         const struct wf_outcome *outcome)
{
    struct wf_buffer location = {0};
    json_t *object = json_object();
    model_text(object, "id", publish->id);
    model_text(object, "status", word);
    model_text(object, "receipt", outcome->receipt);
    char *text = json_dumps(object, JSON_COMPACT);
    WF_ASSERT(text);
    wf_buffer_text(&location, "/v1/events?subject=");
    http_url_component(&location, publish->subject);
    wf_buffer_append(&location, "", 1);
    struct wf_http_response response = {
        .status = status,
        .type = "application/json",
        .body = {.data = (const uint8_t *)text, .length = strlen(text)}};
    http_field(&response, "Location", (char *)location.data);
    wf_http_answer(publish->gateway->http, publish->ticket, &response);
    wf_buffer_fini(&location);
    free(text);
    json_decref(object);
}

static void on_published(void *context, const struct wf_outcome *outcome)
{
    struct publish *publish = context;
    struct gateway *gateway = publish->gateway;
    portal_done(publish->place);
    switch (outcome->reply) {
    case WF_REPLY_OK:
    case WF_REPLY_REFUSED: /* by a rule: the outcome says which (SPEC 5.3) */
        count(gateway, GATEWAY_EVENTS_ACCEPTED);
        send_receipt(publish, 202, "accepted", outcome);
        break;
    case WF_REPLY_DUPLICATE:
        count(gateway, GATEWAY_EVENTS_DUPLICATE);
        send_receipt(publish, 200, "duplicate", outcome);
        break;
    case WF_REPLY_CONFLICT:
        count(gateway, GATEWAY_EVENTS_CONFLICT);
        gateway_send_problem(gateway, publish->ticket, 422,
                             "This id was used for another content. A new event needs a new id.",
                             "id", "conflict");
        break;
    case WF_REPLY_INVALID:
    case WF_REPLY_NOT_FOUND:
        count(gateway, GATEWAY_EVENTS_INVALID);
        gateway_send_problem(gateway, publish->ticket, 400, outcome->text, NULL, outcome->reason);
        break;
    case WF_REPLY_DENIED:
        count(gateway, GATEWAY_EVENTS_DENIED);
        gateway_send_problem(gateway, publish->ticket, 403, outcome->text, NULL, outcome->reason);
        break;
    case WF_REPLY_BUSY:
        count(gateway, GATEWAY_EVENTS_BUSY);
        gateway_send_busy(gateway, publish->ticket, 503, outcome->retry_after_ms,
                          "The service is busy. Send the same event again.");
        break;
    }
    free(publish);
}

static void hand_on(struct gateway *gateway, const struct wf_http_request *request,
                    struct portal_place *place, const struct wf_cloudevent *event,
                    const struct wf_door_event *door)
{
    char actor[WF_ID_MAX + 8], to[WF_ADDRESS_MAX + 1];
    struct wf_address address = wf_address_make(WF_INTAKE, door->kind, door->id);
    struct publish *publish = calloc(1, sizeof *publish);
    WF_ASSERT(publish);
    *publish = (struct publish){.gateway = gateway, .ticket = request->ticket, .place = place};
    memcpy(publish->id, event->id, sizeof publish->id);
    memcpy(publish->subject, event->subject, sizeof publish->subject);
    (void)snprintf(actor, sizeof actor, "portal/%s", place->id);
    wf_address_format(&address, to);
    struct wf_ask ask = {.message = (enum wf_message)door->message,
                         .to = to,
                         .actor = actor,
                         .key = publish->id,
                         .traceparent = event->traceparent,
                         .happened = event->time,
                         .payload = wf_buffer_bytes(&door->payload),
                         .timeout = GATEWAY_ASK_MS,
                         .done = on_published,
                         .context = publish};
    wf_worker_ask(gateway->worker, &ask);
}

static bool allows_association(const void *place, const char *association)
{
    return portal_may_speak_for(place, association);
}

static void publish_event(struct gateway *gateway, const struct wf_http_request *request,
                          struct portal_place *place, const struct wf_cloudevent *event,
                          struct wf_bytes data)
{
    char path[WF_PATH_MAX] = "";
    struct wf_error error = {0};
    struct wf_door_event door = {0};
    if (wf_door_event_from_json(event, data, &door, path, &error) != 0) {
        send_invalid(gateway, request->ticket, path, &error);
    } else if (!portal_may_send(place, event->type)) {
        count(gateway, GATEWAY_EVENTS_DENIED);
        gateway_send_problem(gateway, request->ticket, 403,
                             "This portal is not allowed to send events of this type.", "type",
                             "type-not-allowed");
    } else if (!wf_door_event_is_allowed(&door, allows_association, place)) {
        count(gateway, GATEWAY_EVENTS_DENIED);
        gateway_send_problem(gateway, request->ticket, 403,
                             "This portal may not publish for this association.", "association",
                             "association-not-allowed");
    } else if (!portal_take(place, gateway->monotonic)) {
        count(gateway, GATEWAY_EVENTS_BUSY);
        gateway_send_busy(gateway, request->ticket, 429, 1000,
                          "Too many events at once from this portal.");
    } else {
        hand_on(gateway, request, place, event, &door);
    }
    wf_door_event_fini(&door);
}

void serve_publish(void *context, const struct wf_http_request *request,
                   const struct http_params *params)
{
    struct gateway *gateway = context;
    struct wf_cloudevent event = {0};
    struct wf_buffer data = {0};
    struct portal_place *place = gateway_portal(gateway, request);
    (void)params;
    if (place && read_event(gateway, request, &event, &data))
        publish_event(gateway, request, place, &event, wf_buffer_bytes(&data));
    wf_buffer_fini(&data);
}
