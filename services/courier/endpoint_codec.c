#include "endpoint_codec.h"

#include "courier_stored.h"

#include "endorse/v1/internal.pb-c.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef Endorse__V1__WebhookAttempted webhook_attempted;

static const char *const state_names[] = {
#define ENDPOINT_STATE(symbol, name, waits) name,
#include "endpoint_states.def"
#undef ENDPOINT_STATE
};
static const char *const state_waits[] = {
#define ENDPOINT_STATE(symbol, name, waits) waits,
#include "endpoint_states.def"
#undef ENDPOINT_STATE
};

/* ---- messages ---- */

int endpoint_decode_set(void *service, const ProtobufCMessage *payload, void *event_at,
                        struct wf_error *error)
{
    (void)service;
    const Endorse__V1__EndpointSet *message = (const Endorse__V1__EndpointSet *)payload;
    struct endpoint_event *event = event_at;
    event->kind = message->enabled && message->url[0] ? ENDPOINT_ON_SET_ON : ENDPOINT_ON_SET_OFF;
    if (event->kind == ENDPOINT_ON_SET_ON &&
        !courier_copy_clean(event->url, sizeof event->url, message->url))
        return wf_fail(error, WF_INVALID, "url: at most %d bytes of clean text", ENDPOINT_URL_MAX);
    return 0;
}

int endpoint_decode_requested(void *service, const ProtobufCMessage *payload, void *event_at,
                              struct wf_error *error)
{
    (void)service;
    const Endorse__V1__WebhookRequested *message = (const Endorse__V1__WebhookRequested *)payload;
    struct endpoint_event *event = event_at;
    size_t length = strlen(message->body_json);
    event->kind = ENDPOINT_ON_REQUESTED;
    if (!message->sequence)
        return wf_fail(error, WF_INVALID, "sequence: begins at 1");
    if (!wf_id_is_valid(message->webhook_id))
        return wf_fail(error, WF_INVALID, "webhook_id: no id");
    if (!length || length > ENDPOINT_BODY_MAX)
        return wf_fail(error, WF_INVALID, "body_json: 1 to %d bytes", ENDPOINT_BODY_MAX);
    event->item.sequence = message->sequence;
    (void)courier_copy(event->item.webhook_id, sizeof event->item.webhook_id, message->webhook_id);
    event->item.length = (uint32_t)length;
    memcpy(event->item.body, message->body_json, length);
    return 0;
}

int endpoint_decode_attempted(void *service, const ProtobufCMessage *payload, void *event_at,
                              struct wf_error *error)
{
    (void)service;
    const webhook_attempted *message = (const webhook_attempted *)payload;
    struct endpoint_event *event = event_at;
    switch (message->result) {
    case ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_ACCEPTED:
        event->kind = ENDPOINT_ON_ACCEPTED;
        break;
    case ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_FAILED:
    case ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_UNCERTAIN:
        event->kind = ENDPOINT_ON_FAILED;
        break;
    case ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_REJECTED:
        event->kind = ENDPOINT_ON_REJECTED;
        break;
    case ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_NO_ADDRESS:
    case ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_RESULT_UNSPECIFIED:
    case _ENDORSE__V1__ATTEMPT_RESULT_IS_INT_SIZE:
    default:
        return wf_fail(error, WF_INVALID, "result: not one of the list");
    }
    event->attempt = message->attempt;
    event->retry_after_s = message->retry_after_s;
    if (!courier_copy_clean(event->detail, sizeof event->detail, message->detail))
        return wf_fail(error, WF_INVALID, "detail: at most %d bytes of clean text",
                       ENDPOINT_DETAIL_MAX);
    return 0;
}

/* ---- stored: "h" and, for each item, "i<sequence, 20 digits>" = "<webhook id>\n<body>" ---- */

static json_t *head_json(const struct endpoint *endpoint)
{
    json_t *head = json_pack(
        "{s:s s:s s:I s:I s:I s:I s:I s:I s:s}", "state", state_names[endpoint->state], "url",
        endpoint->url, "attempt", (json_int_t)endpoint->attempt, "failures",
        (json_int_t)endpoint->failures, "failingSinceMs", (json_int_t)endpoint->failing_since,
        "dueMs", (json_int_t)endpoint->due, "delivered", (json_int_t)endpoint->delivered,
        "unreported", (json_int_t)endpoint->unreported, "detail", endpoint->detail);
    WF_ASSERT(head);
    return head;
}

static void write_item(const struct endpoint_item *item, struct wf_fields *fields)
{
    char name[24];
    struct wf_buffer value = {0};
    int length = snprintf(name, sizeof name, "i%020" PRIu64, item->sequence);
    wf_buffer_format(&value, "%s\n", item->webhook_id);
    wf_buffer_append(&value, item->body, item->length);
    wf_fields_add(fields, (struct wf_bytes){(const uint8_t *)name, (size_t)length},
                  wf_buffer_bytes(&value));
    wf_buffer_fini(&value);
}

static void write_endpoint(const void *state, struct wf_fields *fields)
{
    const struct endpoint *endpoint = state;
    courier_put_json(fields, "h", head_json(endpoint));
    for (uint32_t i = 0; i < endpoint->count; i++)
        write_item(&endpoint->items[i], fields);
    wf_fields_sort(fields);
}

static bool read_head(json_t *head, struct endpoint *endpoint)
{
    const char *state = NULL, *url = NULL, *detail = NULL;
    json_int_t attempt = 0, failures = 0, since = 0, due = 0, delivered = 0, unreported = 0;
    if (json_unpack(head, "{s:s s:s s:I s:I s:I s:I s:I s:I s:s !}", "state", &state, "url", &url,
                    "attempt", &attempt, "failures", &failures, "failingSinceMs", &since, "dueMs",
                    &due, "delivered", &delivered, "unreported", &unreported, "detail", &detail))
        return false;
    endpoint->attempt = (uint32_t)attempt;
    endpoint->failures = (uint32_t)failures;
    endpoint->failing_since = since;
    endpoint->due = due;
    endpoint->delivered = (uint64_t)delivered;
    endpoint->unreported = (uint32_t)unreported;
    for (unsigned i = 0; i < ENDPOINT_STATE_COUNT; i++) {
        if (strcmp(state_names[i], state) == 0) {
            endpoint->state = (enum endpoint_state)i;
            return courier_copy(endpoint->url, sizeof endpoint->url, url) &&
                   courier_copy(endpoint->detail, sizeof endpoint->detail, detail);
        }
    }
    return false;
}

static bool read_item(const struct wf_field *field, struct endpoint *endpoint)
{
    char name[24] = "";
    if (endpoint->count == ENDPOINT_ITEMS_MOST || field->name.length != 21)
        return false;
    memcpy(name, field->name.data, field->name.length);
    const uint8_t *line_end = memchr(field->value.data, '\n', field->value.length);
    size_t id = line_end ? (size_t)(line_end - field->value.data) : 0;
    if (!id || id > WF_ID_MAX || field->value.length - id - 1 > ENDPOINT_BODY_MAX)
        return false;
    struct endpoint_item *item = &endpoint->items[endpoint->count++];
    item->sequence = strtoull(name + 1, NULL, 10);
    memcpy(item->webhook_id, field->value.data, id);
    item->length = (uint32_t)(field->value.length - id - 1);
    memcpy(item->body, line_end + 1, item->length);
    return true;
}

static int read_endpoint(const struct wf_fields *fields, void *state, struct wf_error *error)
{
    struct endpoint *endpoint = state;
    json_t *head = courier_get_json(fields, "h", error);
    if (!head)
        return -1;
    bool fits = read_head(head, endpoint);
    json_decref(head);
    for (size_t i = 0; fits && i < fields->count; i++) {
        if (fields->rows[i].name.data[0] == 'i')
            fits = read_item(&fields->rows[i], endpoint);
    }
    return fits ? 0 : wf_fail(error, WF_BROKEN, "a stored endpoint has an unknown shape");
}

/* ---- plans ---- */

static void perform(const struct endpoint *after, struct wf_plan *plan)
{
    struct endpoint_job *job = calloc(1, sizeof *job);
    WF_ASSERT(job);
    job->attempt = after->attempt;
    (void)courier_copy(job->url, sizeof job->url, after->url);
    job->item = after->items[0];
    wf_plan_perform(plan, job, sizeof *job);
    free(job);
}

static int plan_endpoint(void *service, const void *before, const void *event_at,
                         struct wf_verdict verdict, const void *after_at, const void *effects_at,
                         struct wf_plan *plan, struct wf_error *error)
{
    (void)service;
    (void)before;
    (void)error;
    const struct endpoint_event *event = event_at;
    const struct endpoint *after = after_at;
    const struct endpoint_effects *effects = effects_at;
    if (verdict.step != WF_APPLIED)
        return 0;
    if (effects->send)
        perform(after, plan);
    if (effects->report) {
        Endorse__V1__WebhookReported reported = ENDORSE__V1__WEBHOOK_REPORTED__INIT;
        reported.sequence = after->delivered;
        reported.disabled = effects->disabled;
        reported.detail = (char *)after->detail;
        wf_plan_send(plan, WF_MESSAGE_WEBHOOK_REPORTED, event->meta.self.id, &reported.base);
    }
    return 0;
}

/* ---- stories ---- */

static void describe(const void *event_at, char *text, size_t size)
{
    const struct endpoint_event *event = event_at;
    switch (event->kind) {
    case ENDPOINT_ON_SET_ON:
        (void)snprintf(text, size, "The endpoint was set.");
        break;
    case ENDPOINT_ON_SET_OFF:
        (void)snprintf(text, size, "The endpoint was switched off.");
        break;
    case ENDPOINT_ON_REQUESTED:
        (void)snprintf(text, size, "Outcome %" PRIu64 " is to be pushed.", event->item.sequence);
        break;
    case ENDPOINT_ON_TICK:
        (void)snprintf(text, size, "A deadline of the endpoint came due.");
        break;
    case ENDPOINT_ON_ACCEPTED:
    case ENDPOINT_ON_FAILED:
    case ENDPOINT_ON_REJECTED:
    case ENDPOINT_KIND_COUNT:
        (void)snprintf(text, size, "Attempt %" PRIu32 " ended: %s.", event->attempt, event->detail);
        break;
    }
}

static void waiting(const void *policy, const void *state, char *text, size_t size)
{
    const struct endpoint *endpoint = state;
    wf_time deadline = endpoint_next_deadline(policy, state);
    char until[WF_TIME_TEXT] = "";
    if (deadline != WF_NEVER)
        wf_time_format(deadline, until);
    (void)snprintf(text, size, "Waits for %s%s%s; %" PRIu32 " queued, delivered up to %" PRIu64 ".",
                   state_waits[endpoint->state], until[0] ? ", until " : "", until, endpoint->count,
                   endpoint->delivered);
}

static void show(const void *state, struct wf_buffer *json)
{
    const struct endpoint *endpoint = state;
    json_t *object = head_json(endpoint);
    json_object_set_new(object, "queued", json_integer(endpoint->count));
    char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    WF_ASSERT(text);
    wf_buffer_text(json, text);
    free(text);
    json_decref(object);
}

const struct wf_machine endpoint_machine = {
    .kind = "endpoint",
    .state_size = sizeof(struct endpoint),
    .event_size = sizeof(struct endpoint_event),
    .effects_size = sizeof(struct endpoint_effects),
    .step = endpoint_step,
    .next_deadline = endpoint_next_deadline,
    .holds = endpoint_holds,
    .read = read_endpoint,
    .write = write_endpoint,
    .plan = plan_endpoint,
    .describe = describe,
    .waiting = waiting,
    .show = show,
};
