/* Front page, files and health. */
#include "gateway.h"

#include "gateway_assets.h"
#include "http_asset.h"

#include <string.h>

void serve_front(void *context, const struct wf_http_request *request,
                 const struct http_params *params)
{
    struct gateway *gateway = context;
    struct gateway_frame frame =
        gateway_public_frame(gateway, request, "Registries of endorsed professionals", "/");
    json_t *model = json_object();
    json_t *associations = json_array();
    (void)params;
    for (int i = 0; i < gateway->policies->count; i++) {
        json_t *row = json_object();
        model_text(row, "id", gateway->policies->associations[i].id);
        model_text(row, "name", gateway->policies->associations[i].name);
        (void)json_array_append_new(associations, row);
    }
    (void)json_object_set_new(model, "associations", associations);
    model_flag(model, "local", frame.local);
    model_flag(model, "sandbox", frame.sandbox);
    gateway_send_html(gateway, request->ticket, 200, "front.html", model, &frame);
}

static void serve_file(struct gateway *gateway, const struct wf_http_request *request,
                       const char *name, const char *type)
{
    http_asset_answer(gateway->http, request, gateway_assets, name, type);
}

void serve_style(void *context, const struct wf_http_request *request,
                 const struct http_params *params)
{
    (void)params;
    serve_file(context, request, "style.css", "text/css; charset=utf-8");
}

void serve_icon(void *context, const struct wf_http_request *request,
                const struct http_params *params)
{
    (void)params;
    serve_file(context, request, "icon.svg", "image/svg+xml");
}

void serve_icon_again(void *context, const struct wf_http_request *request,
                      const struct http_params *params)
{
    (void)params;
    gateway_redirect(context, request->ticket, "/assets/icon.svg");
}

static void send_text(struct gateway *gateway, uint64_t ticket, unsigned status, const char *text)
{
    struct wf_http_response response = {
        .status = status,
        .type = "text/plain; charset=utf-8",
        .body = {.data = (const uint8_t *)text, .length = strlen(text)}};
    wf_http_answer(gateway->http, ticket, &response);
}

/* A rater's page is nobody's search result; the token would be one too. */
void serve_robots(void *context, const struct wf_http_request *request,
                  const struct http_params *params)
{
    (void)params;
    send_text(context, request->ticket, 200,
              "User-agent: *\nDisallow: /rate/\nDisallow: /rated/\nDisallow: /ops\n"
              "Disallow: /sandbox/\nDisallow: /v1/\n");
}

void serve_livez(void *context, const struct wf_http_request *request,
                 const struct http_params *params)
{
    (void)params;
    send_text(context, request->ticket, 200, "the loop turns\n");
}

/* Ready means progress: the store has answered lately and the registry was read once. */
void serve_readyz(void *context, const struct wf_http_request *request,
                  const struct http_params *params)
{
    struct gateway *gateway = context;
    bool heard = gateway->monotonic - gateway->store_heard_at <= GATEWAY_READY_MS;
    (void)params;
    if (!heard)
        send_text(gateway, request->ticket, 503, "the store does not answer\n");
    else if (!gateway->registry.ready)
        send_text(gateway, request->ticket, 503, "the registry is being read\n");
    else
        send_text(gateway, request->ticket, 200, "ready\n");
}
