#include "gateway_page.h"

#include "gateway_assets.h"
#include "wf_template.h"

#include <stdio.h>
#include <string.h>

static void add_link(json_t *links, const struct gateway_frame *frame, const char *href,
                     const char *text)
{
    json_t *link = json_object();
    model_text(link, "href", href);
    model_text(link, "text", text);
    model_flag(link, "here", frame->here && strcmp(frame->here, href) == 0);
    (void)json_array_append_new(links, link);
}

static json_t *frame_model(const struct gateway_frame *frame, const struct wf_buffer *content)
{
    char title[200];
    json_t *model = json_object();
    json_t *links = json_array();
    (void)snprintf(title, sizeof title, "%s - Endorse", frame->title);
    model_text(model, "title", title);
    model_text(model, "kind", frame->wide ? "wide" : "");
    model_flag(model, "quiet", frame->quiet);
    add_link(links, frame, "/", "Registries");
    if (frame->local)
        add_link(links, frame, "/ops", "Operations");
    if (frame->local && frame->sandbox)
        add_link(links, frame, "/sandbox/mail", "Mail");
    json_t *wrapper = json_object();
    (void)json_object_set_new(wrapper, "each", links);
    (void)json_object_set_new(model, "links", wrapper);
    (void)json_object_set_new(model, "content",
                              json_stringn_nocheck((const char *)content->data, content->length));
    model_text(model, "footer",
               frame->quiet ? "This page belongs to you alone: please do not pass its address on."
                            : "An endorsement is not a licence. Each registry says what it is.");
    return model;
}

int gateway_page(const char *name, json_t *model, const struct gateway_frame *frame,
                 struct wf_buffer *html, struct wf_error *error)
{
    struct wf_buffer content = {0};
    int result = wf_template_render(wf_asset_bytes(gateway_assets, name), model, &content, error);
    json_decref(model);
    if (result == 0) {
        json_t *outer = frame_model(frame, &content);
        result =
            wf_template_render(wf_asset_bytes(gateway_assets, "layout.html"), outer, html, error);
        json_decref(outer);
    }
    wf_buffer_fini(&content);
    return result;
}

int gateway_message_page(const struct gateway_frame *frame, const char *heading, const char *first,
                         const char *second, struct wf_buffer *html, struct wf_error *error)
{
    json_t *model = json_object();
    json_t *paragraphs = json_array();
    model_text(model, "heading", heading);
    (void)json_array_append_new(paragraphs, json_string(first));
    if (second)
        (void)json_array_append_new(paragraphs, json_string(second));
    (void)json_object_set_new(model, "paragraphs", paragraphs);
    return gateway_page("message.html", model, frame, html, error);
}
