/* The desk's life: settings, the door, routes, files and health. */
#include "desk.h"

#include "desk_assets.h"
#include "http_asset.h"
#include "wf_bus.h"

#include <stdlib.h>
#include <string.h>

const struct wf_setting desk_settings[] = {
    {"http_address", WF_SETTING_TEXT, "127.0.0.1", 0, 0,
     "Numeric address to listen on; put a TLS proxy in front of what the world may see."},
    {"desk_port", WF_SETTING_NUMBER, "8081", 0, 65535, "Port of the readers' pages."},
    {"desk_url", WF_SETTING_TEXT, "http://127.0.0.1:8081", 0, 0,
     "Where readers reach the desk; with https their cookies are for https only."},
    {"exam_forms_dir", WF_SETTING_TEXT, "deploy/exam/forms", 0, 0, "Folder of the exam's forms."},
};
const size_t desk_setting_count = sizeof desk_settings / sizeof desk_settings[0];

const struct http_route desk_routes[] = {
#define DESK_ROUTE(post, pattern, function) {post, pattern, function},
#include "desk_routes.def"
#undef DESK_ROUTE
};
const size_t desk_route_count = sizeof desk_routes / sizeof desk_routes[0];

int desk_create(struct desk **out, struct wf_worker *worker, struct wf_error *error)
{
    struct desk *desk = calloc(1, sizeof *desk);
    WF_ASSERT(desk);
    desk->worker = worker;
    desk->config = wf_worker_config(worker);
    desk->service.clock = wf_worker_clock(worker);
    desk->secure = strncmp(wf_config_text(desk->config, "desk_url"), "https://", 8) == 0;
    *out = desk;
    if (wf_config_key(desk->config, "desk-key", desk->service.desk_key, error) ||
        wf_config_key(desk->config, "desk-link-key", desk->link_key, error) ||
        desk_service_init(&desk->service, wf_config_text(desk->config, "exam_forms_dir"), error)) {
        desk_destroy(out);
        return -1;
    }
    return 0;
}

void desk_destroy(struct desk **out)
{
    struct desk *desk = *out;
    if (!desk)
        return;
    wf_http_close(&desk->http);
    desk_service_fini(&desk->service);
    explicit_bzero(desk, sizeof *desk);
    free(desk);
    *out = NULL;
}

int desk_reload(struct desk *desk, struct wf_error *error)
{
    return desk_service_reload(&desk->service, wf_config_text(desk->config, "exam_forms_dir"),
                               error);
}

/* Whatever leads nowhere leads there in the same way; a code that is too long for one as well. */
static void send_nowhere(struct desk *desk, const struct wf_http_request *request, unsigned status)
{
    const char *other = request->method == WF_HTTP_POST ? "GET, HEAD" : "POST";
    const struct desk_page page = {.title = "Not found", .allow = status == 405 ? other : NULL};
    desk_send_message(desk, request->ticket, status,
                      &(struct desk_message){.heading = "There is nothing here",
                                             .first = "The address is not one of this desk's."},
                      &page);
}

static void on_request(void *context, const struct wf_http_request *request)
{
    struct desk *desk = context;
    struct http_params params;
    unsigned status = 0;
    const struct http_route *route = http_route_find(desk_routes, desk_route_count, request->method,
                                                     request->path, &params, &status);
    if (route)
        route->serve(desk, request, &params);
    else
        send_nowhere(desk, request, status);
}

static void on_ready(void *context, int fd, int ready)
{
    struct desk *desk = context;
    (void)fd;
    (void)ready;
    (void)wf_http_turn(desk->http, desk->monotonic);
}

int desk_start(struct desk *desk, struct wf_error *error)
{
    desk->service.store = wf_worker_store(desk->worker);
    if (wf_http_open(&desk->http, wf_config_text(desk->config, "http_address"),
                     (uint16_t)wf_config_number(desk->config, "desk_port"), on_request, desk,
                     error))
        return -1;
    wf_bus_watch(wf_worker_bus(desk->worker), wf_http_fd(desk->http), WF_WATCH_READ, on_ready,
                 desk);
    return 0;
}

uint16_t desk_port(const struct desk *desk)
{
    return wf_http_port(desk->http);
}

wf_time desk_turn(struct desk *desk, wf_time now)
{
    desk->monotonic = now;
    return wf_http_turn(desk->http, now);
}

/* ---- files and health ---- */

static void serve_file(struct desk *desk, const struct wf_http_request *request, const char *name,
                       const char *type)
{
    http_asset_answer(desk->http, request, desk_assets, name, type);
}

void serve_style(void *context, const struct wf_http_request *request,
                 const struct http_params *params)
{
    (void)params;
    serve_file(context, request, "style.css", "text/css; charset=utf-8");
}

void serve_desk_style(void *context, const struct wf_http_request *request,
                      const struct http_params *params)
{
    (void)params;
    serve_file(context, request, "desk.css", "text/css; charset=utf-8");
}

void serve_script(void *context, const struct wf_http_request *request,
                  const struct http_params *params)
{
    (void)params;
    serve_file(context, request, "desk.js", "text/javascript; charset=utf-8");
}

void serve_icon(void *context, const struct wf_http_request *request,
                const struct http_params *params)
{
    (void)params;
    serve_file(context, request, "icon.svg", "image/svg+xml");
}

void serve_robots(void *context, const struct wf_http_request *request,
                  const struct http_params *params)
{
    (void)params;
    desk_send_plain(context, request->ticket, 200, "User-agent: *\nDisallow: /\n");
}

void serve_livez(void *context, const struct wf_http_request *request,
                 const struct http_params *params)
{
    (void)params;
    desk_send_plain(context, request->ticket, 200, "ok\n");
}

void serve_readyz(void *context, const struct wf_http_request *request,
                  const struct http_params *params)
{
    struct desk *desk = context;
    bool busy = wf_worker_is_busy(desk->worker);
    (void)params;
    desk_send_plain(desk, request->ticket, busy ? 503 : 200, busy ? "not ready\n" : "ok\n");
}
