/* /ethics/<association>: the code that applicants are asked to sign.  GATEWAY 4.5. */
#include "gateway.h"

#include <string.h>

/* Paragraphs are set apart by an empty line; within one, a line end is a blank. */
static json_t *paragraphs_of(const char *text)
{
    json_t *array = json_array();
    while (*text) {
        const char *end = strstr(text, "\n\n");
        size_t length = end ? (size_t)(end - text) : strlen(text);
        while (length > 0 && text[length - 1] == '\n')
            length--;
        if (length)
            (void)json_array_append_new(array, json_stringn(text, length));
        text = end ? end + 2 : text + strlen(text);
    }
    return array;
}

void serve_ethics(void *context, const struct wf_http_request *request,
                  const struct http_params *params)
{
    struct gateway *gateway = context;
    const struct wf_association *association =
        wf_policy_association(gateway->policies, params->values[0]);
    struct gateway_frame frame = gateway_public_frame(gateway, request, "Code of Ethics", NULL);
    if (!association) {
        gateway_send_message(gateway, request->ticket, 404, &frame, "No such association",
                             "The front page lists the associations that are served here.", NULL);
        return;
    }
    const struct wf_ethics *code = wf_ethics_of(gateway->ethics, association->id);
    json_t *model = json_object();
    model_text(model, "id", association->id);
    model_text(model, "name", association->name);
    model_text(model, "title", code->title);
    model_text(model, "version", code->version);
    (void)json_object_set_new(model, "paragraphs", paragraphs_of(code->text));
    gateway_send_html(gateway, request->ticket, 200, "ethics.html", model, &frame);
}
