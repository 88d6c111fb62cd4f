/* /questions/<association>/<category>-<line>: what raters will be asked, for applicants to read.  GATEWAY 3.5. */
#include "gateway.h"

#include "rate_model.h"
#include "wf_worker.h"

#include "endorse/v1/events.pb-c.h"

#include <string.h>

/* "MHS-IMH"; false for anything else. */
static bool read_designation(const char *text, int *category, int *age_line)
{
    char name[16];
    const char *dash = strrchr(text, '-');
    size_t length = dash ? (size_t)(dash - text) : 0;
    if (length == 0 || length >= sizeof name)
        return false;
    memcpy(name, text, length);
    name[length] = '\0';
    const ProtobufCEnumValue *named =
        protobuf_c_enum_descriptor_get_value_by_name(&endorse__v1__category__descriptor, name);
    const ProtobufCEnumValue *line =
        protobuf_c_enum_descriptor_get_value_by_name(&endorse__v1__age_line__descriptor, dash + 1);
    if (!named || !line || named->value <= 0 || line->value <= 0)
        return false;
    *category = named->value;
    *age_line = line->value;
    return true;
}

/* The form that a rater would be given who were asked today; NULL: there is none. */
static const struct wf_form *form_of(const struct gateway *gateway, struct rate_view *view,
                                     const struct wf_association *association)
{
    wf_date today =
        wf_policy_local_date(gateway->policies, association, wf_worker_now(gateway->worker));
    const struct wf_edition *edition = wf_policy_edition(association, today);
    if (!edition->categories[view->category].offered || !(edition->age_lines >> view->age_line & 1))
        return NULL;
    return wf_form_for(gateway->forms, view->category, view->age_line, today);
}

void serve_questions(void *context, const struct wf_http_request *request,
                     const struct http_params *params)
{
    struct gateway *gateway = context;
    struct gateway_frame frame = gateway_public_frame(gateway, request, "Reference questions", "");
    struct rate_view view = {.token = "", .applicant = "", .due = WF_NO_DATE};
    const struct wf_association *association =
        wf_policy_association(gateway->policies, params->values[0]);
    if (association && read_designation(params->values[1], &view.category, &view.age_line))
        view.form = form_of(gateway, &view, association);
    if (!view.form) {
        gateway_send_message(gateway, request->ticket, 404, &frame, "There are no such questions",
                             "The association does not offer this category, or not for this age "
                             "line.",
                             NULL);
        return;
    }
    view.association = association->name;
    gateway_send_html(gateway, request->ticket, 200, "rate_questions.html",
                      rate_questions_model(&view), &frame);
}
