/* GET /v1/events and GET /v1/outcomes.  GATEWAY 2.3, 2.4. */
#include "gateway.h"

#include "held_page.h"
#include "wf_arena.h"
#include "wf_cloudevent.h"

#include "endorse/v1/door.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT_DEFAULT = 100, OUTCOME_ARENA = 128 * 1024 };

static bool number_read(const char *text, int64_t *number)
{
    size_t digits = strspn(text, "0123456789");
    if (!digits || digits > 18 || text[digits])
        return false;
    *number = strtoll(text, NULL, 10);
    return true;
}

/* A number of the query within its bounds; `fallback` if it is absent. */
static bool query_number(const struct http_form *query, const char *name, int64_t fallback,
                         int64_t least, int64_t most, int64_t *number)
{
    const char *text = http_form_value(query, name);
    *number = fallback;
    return !text || (number_read(text, number) && *number >= least && *number <= most);
}

/* Milliseconds or RFC 3339. */
static bool query_time(const struct http_form *query, const char *name, wf_time *time)
{
    const char *text = http_form_value(query, name);
    *time = 0;
    return !text || number_read(text, time) || wf_time_parse(text, time);
}

/* false: answered. */
static bool query_read(struct gateway *gateway, const struct wf_http_request *request,
                       struct http_form *query)
{
    struct wf_error error = {0};
    struct wf_bytes bytes = {.data = (const uint8_t *)request->query,
                             .length = strlen(request->query)};
    if (http_form_read(query, bytes, &error) == 0)
        return true;
    gateway_send_problem(gateway, request->ticket, 400, error.text, "query", "invalid");
    return false;
}

static void send_unreadable(struct gateway *gateway, uint64_t ticket)
{
    gateway_send_busy(gateway, ticket, 503, 2000, "The service cannot read just now. Ask again.");
}

/* ---- what is held ---- */

static bool subject_is_valid(const char *subject)
{
    const char *slash = strchr(subject, '/');
    return slash && slash != subject && slash - subject <= WF_KIND_MAX && wf_id_is_valid(slash + 1);
}

/* NULL: the query is understood. */
static const char *held_query(const struct http_form *query, struct held_page *page)
{
    wf_time since;
    int64_t limit;
    const char *cursor = http_form_value(query, "cursor");
    const char *source = http_form_value(query, "source");
    if (!query_time(query, "since", &since))
        return "since";
    if (!query_number(query, "limit", LIMIT_DEFAULT, 1, HELD_LIMIT_MAX, &limit))
        return "limit";
    if (source && strlen(source) > 256)
        return "source";
    held_page_begin(page, since, (size_t)limit);
    page->subject = http_form_value(query, "subject");
    if (page->subject && !subject_is_valid(page->subject))
        return "subject";
    if (cursor && *cursor && !held_cursor_read(cursor, &page->after))
        return "cursor";
    return NULL;
}

void serve_held(void *context, const struct wf_http_request *request,
                const struct http_params *params)
{
    struct gateway *gateway = context;
    struct http_form query;
    struct held_page page = {0};
    struct wf_error error = {0};
    struct portal_place *place = gateway_portal(gateway, request);
    (void)params;
    if (!place || !query_read(gateway, request, &query))
        return;
    const char *field = held_query(&query, &page);
    if (field)
        gateway_send_problem(gateway, request->ticket, 400, "This part of the query is malformed.",
                             field, "invalid");
    else if (gateway_read_went(gateway, &gateway->intake,
                               held_page_read(&page, gateway->intake.store, place->id, &error),
                               &error))
        gateway_send_json(gateway, request->ticket, 200,
                          held_page_json(&page, http_form_value(&query, "source")));
    else
        send_unreadable(gateway, request->ticket);
    held_page_fini(&page);
    http_form_fini(&query);
}

/* ---- outcomes ---- */

struct outcomes {
    json_t *array;
    struct wf_arena arena;
    const char *portal;
};

static json_t *outcome_json(const Endorse__V1__Outcome *outcome, uint64_t sequence)
{
    char time[WF_TIME_TEXT];
    json_t *object = json_object();
    json_t *data = json_loads(*outcome->data_json ? outcome->data_json : "{}", 0, NULL);
    wf_time_format(outcome->time_ms, time);
    model_text(object, "specversion", "1.0");
    model_text(object, "id", outcome->id);
    model_text(object, "source", WF_OUTCOME_SOURCE);
    model_text(object, "type", outcome->type);
    model_text(object, "subject", outcome->subject);
    model_text(object, "time", time);
    model_number(object, "sequence", (int64_t)sequence);
    model_number(object, "number", (int64_t)outcome->number);
    model_optional(object, "cause", outcome->cause);
    model_text(object, "datacontenttype", "application/json");
    (void)json_object_set_new(object, "data", data ? data : json_object());
    return object;
}

static void take_outcome(void *context, uint64_t sequence, struct wf_bytes value)
{
    struct outcomes *outcomes = context;
    wf_arena_clear(&outcomes->arena);
    const Endorse__V1__Outcome *outcome = (const Endorse__V1__Outcome *)wf_unpack(
        &endorse__v1__outcome__descriptor, value, &outcomes->arena);
    if (outcome)
        (void)json_array_append_new(outcomes->array, outcome_json(outcome, sequence));
}

static void send_outcomes(struct gateway *gateway, uint64_t ticket, const char *portal,
                          int64_t after, int64_t limit)
{
    char name[WF_ID_MAX + 8];
    uint64_t last = 0;
    struct wf_error error = {0};
    struct outcomes outcomes = {.array = json_array(), .portal = portal};
    wf_arena_init(&outcomes.arena, OUTCOME_ARENA);
    (void)snprintf(name, sizeof name, "log:%s", portal);
    int result = wf_store_log(gateway->intake.store, wf_partition(portal), name, (uint64_t)after,
                              (size_t)limit, take_outcome, &outcomes, &last, &error);
    if (gateway_read_went(gateway, &gateway->intake, result, &error)) {
        json_t *object = json_object();
        (void)json_object_set(object, "outcomes", outcomes.array);
        model_number(object, "last", (int64_t)last);
        gateway_send_json(gateway, ticket, 200, object);
    } else {
        send_unreadable(gateway, ticket);
    }
    json_decref(outcomes.array);
    wf_arena_fini(&outcomes.arena);
}

void serve_outcomes(void *context, const struct wf_http_request *request,
                    const struct http_params *params)
{
    struct gateway *gateway = context;
    struct http_form query;
    int64_t after = 0, limit = 0;
    struct portal_place *place = gateway_portal(gateway, request);
    (void)params;
    if (!place || !query_read(gateway, request, &query))
        return;
    if (!query_number(&query, "after", 0, 0, INT64_MAX, &after))
        gateway_send_problem(gateway, request->ticket, 400, "after is a sequence number.", "after",
                             "invalid");
    else if (!query_number(&query, "limit", LIMIT_DEFAULT, 1, 500, &limit))
        gateway_send_problem(gateway, request->ticket, 400, "limit is a number from 1 to 500.",
                             "limit", "invalid");
    else
        send_outcomes(gateway, request->ticket, place->id, after, limit);
    http_form_fini(&query);
}
