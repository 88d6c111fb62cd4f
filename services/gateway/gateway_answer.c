/* How the handlers answer. */
#include "gateway.h"

#include "wf_log.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void send_bytes(struct gateway *gateway, uint64_t ticket, unsigned status, const char *type,
                       const struct wf_buffer *body)
{
    struct wf_http_response response = {
        .status = status, .type = type, .body = wf_buffer_bytes(body)};
    if (status == 503)
        http_field(&response, "Retry-After", "5");
    wf_http_answer(gateway->http, ticket, &response);
}

/* A page that cannot be made is our own mistake; the visitor gets a plain sentence. */
static void send_page(struct gateway *gateway, uint64_t ticket, unsigned status, int made,
                      struct wf_buffer *html, const struct wf_error *error)
{
    if (made != 0) {
        wf_log(WF_LOG_PAGE_BROKEN, "why=%s", error->text);
        gateway_send_problem(gateway, ticket, 500, "The page could not be made.", NULL, NULL);
    } else {
        send_bytes(gateway, ticket, status, "text/html; charset=utf-8", html);
    }
    wf_buffer_fini(html);
}

void gateway_send_html(struct gateway *gateway, uint64_t ticket, unsigned status,
                       const char *template_name, json_t *model, const struct gateway_frame *frame)
{
    struct wf_buffer html = {0};
    struct wf_error error = {0};
    int made = gateway_page(template_name, model, frame, &html, &error);
    send_page(gateway, ticket, status, made, &html, &error);
}

void gateway_send_message(struct gateway *gateway, uint64_t ticket, unsigned status,
                          const struct gateway_frame *frame, const char *heading, const char *first,
                          const char *second)
{
    struct wf_buffer html = {0};
    struct wf_error error = {0};
    int made = gateway_message_page(frame, heading, first, second, &html, &error);
    send_page(gateway, ticket, status, made, &html, &error);
}

void gateway_send_json(struct gateway *gateway, uint64_t ticket, unsigned status, json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    struct wf_buffer body = {0};
    WF_ASSERT(text);
    wf_buffer_text(&body, text);
    free(text);
    json_decref(object);
    send_bytes(gateway, ticket, status, "application/json", &body);
    wf_buffer_fini(&body);
}

void gateway_send_problem(struct gateway *gateway, uint64_t ticket, unsigned status,
                          const char *detail, const char *field, const char *reason)
{
    struct wf_buffer body = {0};
    struct wf_http_response response = {0};
    http_problem(&response, &body, status, detail, field, reason);
    if (status == 401)
        http_field(&response, "WWW-Authenticate", "Bearer");
    wf_http_answer(gateway->http, ticket, &response);
    wf_buffer_fini(&body);
}

void gateway_send_busy(struct gateway *gateway, uint64_t ticket, unsigned status,
                       uint32_t retry_after_ms, const char *detail)
{
    char seconds[16];
    struct wf_buffer body = {0};
    struct wf_http_response response = {0};
    http_problem(&response, &body, status, detail, NULL, "busy");
    (void)snprintf(seconds, sizeof seconds, "%u", retry_after_ms / 1000 + 1);
    http_field(&response, "Retry-After", seconds);
    wf_http_answer(gateway->http, ticket, &response);
    wf_buffer_fini(&body);
}

void gateway_redirect(struct gateway *gateway, uint64_t ticket, const char *location)
{
    struct wf_http_response response = {.status = 303};
    http_field(&response, "Location", location);
    wf_http_answer(gateway->http, ticket, &response);
}

/* ---- operations' pages ---- */

/* "Bearer <token>" for programs, "Basic" with the token as password for browsers. */
static bool token_matches(const struct gateway *gateway, const char *authorization)
{
    char decoded[256] = "", given[sizeof gateway->ops_token] = "", wanted[sizeof given] = "";
    const char *token = "";
    size_t length = 0;
    if (authorization && strncasecmp(authorization, "Bearer ", 7) == 0) {
        token = authorization + 7;
    } else if (authorization && strncasecmp(authorization, "Basic ", 6) == 0 &&
               sodium_base642bin((unsigned char *)decoded, sizeof decoded - 1, authorization + 6,
                                 strlen(authorization + 6), NULL, &length, NULL,
                                 sodium_base64_VARIANT_ORIGINAL) == 0) {
        const char *colon = strchr(decoded, ':');
        token = colon ? colon + 1 : "";
    }
    (void)snprintf(given, sizeof given, "%s", token);
    (void)snprintf(wanted, sizeof wanted, "%s", gateway->ops_token);
    return strlen(token) < sizeof given && sodium_memcmp(given, wanted, sizeof given) == 0;
}

bool gateway_admits_operator(struct gateway *gateway, const struct wf_http_request *request)
{
    struct wf_buffer body = {0};
    struct wf_http_response response = {0};
    if (!*gateway->ops_token && request->local)
        return true;
    if (*gateway->ops_token && token_matches(gateway, wf_http_header(request, "Authorization")))
        return true;
    if (*gateway->ops_token) {
        http_problem(&response, &body, 401, "Operations' pages want the ops-token.", NULL, NULL);
        http_field(&response, "WWW-Authenticate", "Basic realm=\"operations\"");
    } else {
        http_problem(&response, &body, 403,
                     "Operations' pages are shown on this machine only; set an ops-token to read "
                     "them from elsewhere.",
                     NULL, NULL);
    }
    wf_log(WF_LOG_DENIED, "what=operations");
    wf_http_answer(gateway->http, request->ticket, &response);
    wf_buffer_fini(&body);
    return false;
}

struct gateway_frame gateway_public_frame(const struct gateway *gateway,
                                          const struct wf_http_request *request, const char *title,
                                          const char *here)
{
    return (struct gateway_frame){.title = title,
                                  .here = here,
                                  .local = request->local || *gateway->ops_token,
                                  .sandbox = gateway->sandbox_mail};
}
