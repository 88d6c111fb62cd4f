/* How the handlers answer. */
#include "desk.h"

#include "desk_assets.h"
#include "wf_log.h"
#include "wf_model.h"
#include "wf_template.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static json_t *frame_model(const struct desk_page *page, const struct wf_buffer *content)
{
    char title[120];
    json_t *model = json_object();
    (void)snprintf(title, sizeof title, "%s - Exam desk", page->title);
    model_text(model, "title", title);
    model_text(model, "kind", page->wide ? "wide" : "");
    model_flag(model, "script", page->script);
    model_flag(model, "home", page->home);
    model_flag(model, "signed_in", page->visit != NULL);
    model_text(model, "csrf", page->visit ? page->visit->csrf : "");
    (void)json_object_set_new(model, "content",
                              json_stringn_nocheck((const char *)content->data, content->length));
    return model;
}

static int render(const char *name, const json_t *model, struct wf_buffer *html,
                  struct wf_error *error)
{
    return wf_template_render(wf_asset_bytes(desk_assets, name), model, html, error);
}

static int make_page(const char *name, const json_t *model, const struct desk_page *page,
                     struct wf_buffer *html, struct wf_error *error)
{
    struct wf_buffer content = {0};
    int result = render(name, model, &content, error);
    if (!result) {
        json_t *outer = frame_model(page, &content);
        result = render("layout.html", outer, html, error);
        json_decref(outer);
    }
    wf_buffer_fini(&content);
    return result;
}

void desk_embed(json_t *model, const char *name, const char *template_name)
{
    struct wf_buffer html = {0};
    struct wf_error error = {0};
    if (render(template_name, model, &html, &error))
        wf_log(WF_LOG_PAGE_BROKEN, "why=%s", error.text);
    else
        (void)json_object_set_new(model, name,
                                  json_stringn_nocheck((const char *)html.data, html.length));
    wf_buffer_fini(&html);
}

void desk_send(struct desk *desk, uint64_t ticket, unsigned status, const char *template_name,
               json_t *model, const struct desk_page *page)
{
    struct wf_buffer html = {0};
    struct wf_error error = {0};
    int made = make_page(template_name, model, page, &html, &error);
    json_decref(model);
    struct wf_http_response response = {.status = made ? 500 : status,
                                        .type = "text/html; charset=utf-8"};
    if (made) {
        wf_log(WF_LOG_PAGE_BROKEN, "why=%s", error.text);
        wf_buffer_clear(&html);
        wf_buffer_text(&html, "The page could not be made.\n");
    }
    response.body = wf_buffer_bytes(&html);
    if (page->cookie)
        http_field(&response, "Set-Cookie", page->cookie);
    if (page->allow)
        http_field(&response, "Allow", page->allow);
    if (status == 503)
        http_field(&response, "Retry-After", "5");
    wf_http_answer(desk->http, ticket, &response);
    wf_buffer_fini(&html);
}

/* ---- what was posted, shown back ---- */

/* What a person has thought about; the sentences of the letter are chosen again in a moment. */
static bool is_shown_back(const struct http_pair *pair)
{
    return *pair->value &&
           (strncmp(pair->name, "score:", 6) == 0 || strncmp(pair->name, "note:", 5) == 0 ||
            strcmp(pair->name, "remarks") == 0);
}

/* A field's name for people.  What a criterion is called is not known here, but its number is: its id
 * is trait1 to trait6. */
static void write_name(const char *name, char text[static WF_EXAM_ID_MAX + 32])
{
    static const char trait[] = "trait";
    const char *id = strchr(name, ':');
    if (!id) {
        (void)strcpy(text, "Notes on the whole paper");
        return;
    }
    id += strncmp(id + 1, trait, sizeof trait - 1) == 0 ? sizeof trait : 1;
    (void)snprintf(text, WF_EXAM_ID_MAX + 32, "%s, criterion %.*s", *name == 's' ? "Score" : "Note",
                   WF_EXAM_ID_MAX, id);
}

static json_t *kept_model(const struct http_form *post)
{
    json_t *kept = json_object(), *rows = json_array();
    for (size_t i = 0; i < post->count; i++) {
        if (!is_shown_back(&post->pairs[i]))
            continue;
        char name[WF_EXAM_ID_MAX + 32];
        json_t *row = json_object();
        write_name(post->pairs[i].name, name);
        model_text(row, "name", name);
        model_text(row, "value", post->pairs[i].value);
        (void)json_array_append_new(rows, row);
    }
    (void)json_object_set_new(kept, "rows", rows);
    if (json_array_size(rows) == 0) {
        json_decref(kept);
        return NULL;
    }
    return kept;
}

void desk_send_message(struct desk *desk, uint64_t ticket, unsigned status,
                       const struct desk_message *message, const struct desk_page *page)
{
    json_t *model = json_object(), *paragraphs = json_array();
    model_text(model, "heading", message->heading);
    (void)json_array_append_new(paragraphs, json_string(message->first));
    if (message->second)
        (void)json_array_append_new(paragraphs, json_string(message->second));
    (void)json_object_set_new(model, "paragraphs", paragraphs);
    model_flag(model, "home", page->visit != NULL);
    json_t *kept = message->post ? kept_model(message->post) : NULL;
    if (kept)
        (void)json_object_set_new(model, "kept", kept);
    desk_send(desk, ticket, status, "message.html", model, page);
}

void desk_send_gone(struct desk *desk, uint64_t ticket, const struct desk_visit *visit,
                    const struct http_form *post)
{
    const struct desk_page page = {.title = "Not among yours", .visit = visit};
    desk_send_message(desk, ticket, 404,
                      &(struct desk_message){
                          .heading = "There is no such assignment among yours",
                          .first = "It may have been given back, or its time has passed. Nothing "
                                   "was changed.",
                          .post = post},
                      &page);
}

void desk_send_denied(struct desk *desk, uint64_t ticket, const struct http_form *post)
{
    const struct desk_page page = {.title = "Please sign in again"};
    desk_send_message(desk, ticket, 403,
                      &(struct desk_message){
                          .heading = "Please sign in again",
                          .first = "Your session is over, or this page belongs to another one. "
                                   "Nothing was changed.",
                          .second = "Use the link in your newest mail. If it has been used, it "
                                    "offers to send you a new one.",
                          .post = post},
                      &page);
}

void desk_send_again(struct desk *desk, uint64_t ticket, const char *action,
                     const struct http_form *post)
{
    const struct desk_page page = {.title = "Please try again"};
    json_t *model = json_object(), *fields = json_array();
    if (!post) {
        json_decref(fields);
        json_decref(model);
        desk_send_message(desk, ticket, 503,
                          &(struct desk_message){.heading = "Please try again in a moment",
                                                 .first = "The desk cannot show this page just "
                                                          "now. What you have saved is safe."},
                          &page);
        return;
    }
    for (size_t i = 0; i < post->count; i++) {
        json_t *field = json_object();
        model_text(field, "name", post->pairs[i].name);
        model_text(field, "value", post->pairs[i].value);
        (void)json_array_append_new(fields, field);
    }
    model_text(model, "action", action);
    (void)json_object_set_new(model, "fields", fields);
    desk_send(desk, ticket, 503, "again.html", model, &page);
}

void desk_redirect(struct desk *desk, uint64_t ticket, const char *location, const char *cookie)
{
    struct wf_http_response response = {.status = 303};
    http_field(&response, "Location", location);
    if (cookie)
        http_field(&response, "Set-Cookie", cookie);
    wf_http_answer(desk->http, ticket, &response);
}

void desk_send_plain(struct desk *desk, uint64_t ticket, unsigned status, const char *text)
{
    struct wf_http_response response = {
        .status = status,
        .type = status == 204 ? NULL : "text/plain; charset=utf-8",
        .body = {.data = (const uint8_t *)text, .length = strlen(text)}};
    wf_http_answer(desk->http, ticket, &response);
}

bool desk_read_post(struct desk *desk, const struct wf_http_request *request,
                    struct http_form *post)
{
    struct wf_error error = {0};
    const struct desk_page page = {.title = "Not read"};
    const char *type = wf_http_header(request, "Content-Type");
    bool is_form = type && strncasecmp(type, "application/x-www-form-urlencoded", 33) == 0;
    if ((is_form || !request->body.length) && !http_form_read(post, request->body, &error))
        return true;
    desk_send_message(
        desk, request->ticket, is_form ? 400 : 415,
        &(struct desk_message){.heading = "This form could not be read",
                               .first = "Please go back, and send it again from the page."},
        &page);
    return false;
}
