/* /registry/<association>, /v1/registry/<association>.  GATEWAY 4. */
#include "gateway.h"

#include "gateway_labels.h"
#include "registry_model.h"

#include <stdlib.h>
#include <string.h>

/* One request's look at a list. */
struct look {
    const struct wf_association *association;
    struct registry_list *list;
    struct http_form query_form;
    struct registry_query query;
    struct registry_result *result;
    const char *status; /* as it was asked for */
    size_t page;
};

/* A number of the query, from 1; 0 if it is none. */
static size_t number_of(const char *text, size_t most)
{
    char *end = NULL;
    if (!text || !*text || strspn(text, "0123456789") != strlen(text) || strlen(text) > 7)
        return 0;
    size_t number = (size_t)strtoul(text, &end, 10);
    return number > most ? most : number;
}

static const char *text_of(const struct http_form *form, const char *name)
{
    const char *text = http_form_value(form, name);
    return text ? text : "";
}

/* Which statuses are looked at: what the association shows, or of it what was asked for. */
static bool status_of(struct look *look)
{
    bool shows_inactive = look->association->shows_inactive;
    look->status = text_of(&look->query_form, "status");
    look->query.status = *look->status ? look->status : shows_inactive ? "" : "active";
    return !*look->status || strcmp(look->status, "active") == 0 ||
           (shows_inactive && strcmp(look->status, "inactive") == 0);
}

/* false: an unknown association or a query that means nothing; *field then names its part. */
static bool look_begin(struct gateway *gateway, const struct wf_http_request *request,
                       const char *id, struct look *look, const char **field)
{
    struct wf_error error = {0};
    struct wf_bytes bytes = {.data = (const uint8_t *)request->query,
                             .length = strlen(request->query)};
    *field = NULL;
    *look = (struct look){.association = wf_policy_association(gateway->policies, id)};
    if (!look->association)
        return false;
    look->list = registry_feed_list(&gateway->registry, gateway->policies, id);
    *field = "query";
    if (http_form_read(&look->query_form, bytes, &error) != 0)
        return false;
    const char *category = text_of(&look->query_form, "category");
    look->query.name = text_of(&look->query_form, "name");
    look->query.category = gateway_category_find(category);
    *field = "category";
    if (*category && !look->query.category)
        return false;
    const char *line = text_of(&look->query_form, "line");
    look->query.line = gateway_line_find(line);
    *field = "line";
    if (*line && !look->query.line)
        return false;
    *field = "status";
    if (!status_of(look))
        return false;
    *field = "name";
    return strlen(look->query.name) <= 120;
}

static void look_do(struct look *look)
{
    look->result = calloc(1, sizeof *look->result);
    WF_ASSERT(look->result);
    look->page = number_of(http_form_value(&look->query_form, "page"), 100000);
    if (!look->page)
        look->page = 1;
    look->query.offset = (look->page - 1) * look->query.limit;
    registry_list_query(look->list, &look->query, look->result);
}

static struct registry_page page_of(const struct look *look)
{
    return (struct registry_page){.id = look->association->id,
                                  .name = look->association->name,
                                  .disclaimer = look->association->disclaimer,
                                  .shows_inactive = look->association->shows_inactive,
                                  .status = look->status,
                                  .query = &look->query,
                                  .result = look->result,
                                  .page = look->page};
}

static void look_end(struct look *look)
{
    http_form_fini(&look->query_form);
    free(look->result);
}

void serve_registry(void *context, const struct wf_http_request *request,
                    const struct http_params *params)
{
    struct gateway *gateway = context;
    struct gateway_frame frame =
        gateway_public_frame(gateway, request, "Registry of endorsed professionals", NULL);
    struct look look;
    const char *field;
    if (!look_begin(gateway, request, params->values[0], &look, &field)) {
        gateway_send_message(gateway, request->ticket, field ? 400 : 404, &frame,
                             field ? "This search cannot be read" : "No such registry",
                             field ? "Please search again from the registry's own page."
                                   : "The front page lists the registries that are kept here.",
                             NULL);
        look_end(&look);
        return;
    }
    look.query.limit = REGISTRY_PAGE_ROWS;
    look_do(&look);
    struct registry_page page = page_of(&look);
    gateway_send_html(gateway, request->ticket, 200, "registry.html", registry_page_model(&page),
                      &frame);
    look_end(&look);
}

static void send_with_tag(struct gateway *gateway, const struct wf_http_request *request,
                          json_t *object)
{
    char etag[HTTP_ETAG_SIZE];
    char *text = json_dumps(object, JSON_COMPACT);
    WF_ASSERT(text);
    struct wf_bytes body = {.data = (const uint8_t *)text, .length = strlen(text)};
    struct wf_http_response response = {.status = 200, .type = "application/json", .body = body};
    http_etag(body, etag);
    if (http_etag_matches(wf_http_header(request, "If-None-Match"), etag))
        response = (struct wf_http_response){.status = 304};
    http_field(&response, "ETag", etag);
    http_field(&response, "Cache-Control", "no-cache");
    http_field(&response, "Access-Control-Allow-Origin", "*"); /* public, and without credentials */
    wf_http_answer(gateway->http, request->ticket, &response);
    free(text);
    json_decref(object);
}

void serve_registry_json(void *context, const struct wf_http_request *request,
                         const struct http_params *params)
{
    struct gateway *gateway = context;
    struct look look;
    const char *field;
    if (!look_begin(gateway, request, params->values[0], &look, &field)) {
        gateway_send_problem(gateway, request->ticket, field ? 400 : 404,
                             field ? "The query cannot be read."
                                   : "No registry is kept here for this association.",
                             field, NULL);
    } else {
        look.query.limit =
            number_of(http_form_value(&look.query_form, "limit"), REGISTRY_LIMIT_MAX);
        if (!look.query.limit)
            look.query.limit = REGISTRY_PAGE_ROWS;
        look_do(&look);
        struct registry_page page = page_of(&look);
        send_with_tag(gateway, request, registry_json(&page));
    }
    look_end(&look);
}
