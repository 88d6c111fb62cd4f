#include "rate_model.h"

#include "gateway_labels.h"
#include "gateway_page.h"

#include <stdio.h>
#include <string.h>

static json_t *head(const struct rate_view *view)
{
    char text[160];
    char due[GATEWAY_DATE_TEXT];
    json_t *model = json_object();
    model_text(model, "token", view->token);
    model_text(model, "association", view->association);
    model_text(model, "applicant", view->applicant);
    (void)snprintf(text, sizeof text, "%s (%s)",
                   gateway_category_label(view->category, view->age_line),
                   gateway_category_short(view->category, view->age_line));
    model_text(model, "category", text);
    model_text(model, "role", gateway_role_label(view->role));
    gateway_date_text(view->due, due);
    model_text(model, "due", due);
    model_text(model, "form_title", view->form->title);
    model_text(model, "introduction", view->form->introduction);
    model_text(model, "decline_question", view->form->decline_question);
    model_text(model, "privacy",
               view->waived ? view->form->privacy_waived : view->form->privacy_not_waived);
    return model;
}

json_t *rate_intro_model(const struct rate_view *view, const char *problem)
{
    json_t *model = head(view);
    model_optional(model, "problem", problem);
    return model;
}

/* The finding of a field, or "". */
static const char *finding_of(const struct rate_findings *findings, const char *kind,
                              const char *id)
{
    char field[RATE_FIELD_MAX];
    (void)snprintf(field, sizeof field, "%s%s", kind, id);
    for (unsigned i = 0; i < findings->count; i++) {
        if (strcmp(findings->rows[i].field, field) == 0)
            return findings->rows[i].text;
    }
    return "";
}

static json_t *choice(int32_t value, const char *label, bool checked, bool not_enough)
{
    json_t *object = json_object();
    model_number(object, "value", value);
    model_text(object, "label", label);
    model_flag(object, "checked", checked);
    model_flag(object, "not_enough", not_enough);
    return object;
}

static json_t *choices_model(const struct wf_form *form, int32_t score)
{
    json_t *choices = json_array();
    for (int32_t i = 0; i < form->scale_count; i++)
        (void)json_array_append_new(choices, choice(form->scale[i].value, form->scale[i].label,
                                                    score == form->scale[i].value, false));
    (void)json_array_append_new(choices, choice(WF_FORM_NOT_ENOUGH, form->not_enough_label,
                                                score == WF_FORM_NOT_ENOUGH, true));
    return choices;
}

static json_t *remark_model(const struct wf_form *form, const struct wf_form_item *item,
                            const char *value, const char *error)
{
    char field[RATE_FIELD_MAX];
    json_t *object = json_object();
    (void)snprintf(field, sizeof field, "remark:%s", item->id);
    model_text(object, "field", field);
    model_text(object, "label", form->item_remark_label);
    model_text(object, "about", item->text);
    model_text(object, "value", value);
    model_text(object, "error", error);
    model_flag(object, "open", *value || *error);
    return object;
}

static json_t *item_model(const struct wf_form *form, int number, const struct rate_input *input,
                          const struct rate_findings *findings)
{
    const struct wf_form_item *item = &form->items[number];
    const char *remark_error = finding_of(findings, "remark:", item->id);
    const char *error = finding_of(findings, "item:", item->id);
    char field[RATE_FIELD_MAX];
    json_t *object = json_object();
    (void)snprintf(field, sizeof field, "item:%s", item->id);
    model_text(object, "field", field);
    model_text(object, "text", item->text);
    model_text(object, "error", *error ? error : remark_error);
    (void)json_object_set_new(object, "choices", choices_model(form, input->scores[number]));
    if (form->item_remarks)
        (void)json_object_set_new(
            object, "remark", remark_model(form, item, input->item_remarks[number], remark_error));
    return object;
}

static json_t *section_model(const struct wf_form *form, int domain)
{
    char id[24];
    json_t *object = json_object();
    (void)snprintf(id, sizeof id, "domain-%d", domain + 1);
    model_text(object, "id", id);
    model_number(object, "number", domain + 1);
    model_text(object, "title", form->sections[domain].title);
    model_text(object, "guidance", form->sections[domain].guidance);
    return object;
}

static json_t *sections_model(const struct wf_form *form, const struct rate_input *input,
                              const struct rate_findings *findings)
{
    json_t *sections = json_array();
    for (int domain = 0; domain < WF_FORM_DOMAIN_COUNT; domain++) {
        json_t *section = section_model(form, domain);
        json_t *items = json_array();
        for (int item = 0; item < form->item_count; item++) {
            if ((int)form->items[item].domain == domain)
                (void)json_array_append_new(items, item_model(form, item, input, findings));
        }
        (void)json_object_set_new(section, "items", items);
        (void)json_array_append_new(sections, section);
    }
    return sections;
}

static void add_recommendations(json_t *model, const struct wf_form *form, const char *chosen)
{
    const char *const rows[][2] = {{"recommend", form->recommend_label},
                                   {"do-not-recommend", form->do_not_recommend_label}};
    json_t *list = json_array();
    for (int i = 0; i < 2; i++) {
        json_t *row = json_object();
        model_text(row, "value", rows[i][0]);
        model_text(row, "label", rows[i][1]);
        model_flag(row, "checked", strcmp(chosen, rows[i][0]) == 0);
        (void)json_array_append_new(list, row);
    }
    (void)json_object_set_new(model, "recommendations", list);
    model_text(model, "recommendation_question", form->recommendation_question);
    model_text(model, "remarks_label", form->remarks_label);
}

/* Leads to the field by the question's own words; what is wrong stands there. */
static void add_findings(json_t *model, const struct wf_form *form,
                         const struct rate_findings *findings)
{
    char title[64];
    json_t *list = json_array();
    for (unsigned i = 0; i < findings->count; i++) {
        const struct rate_finding *finding = &findings->rows[i];
        json_t *row = json_object();
        model_text(row, "field", finding->field);
        model_text(row, "text",
                   finding->item >= 0 ? form->items[finding->item].text : finding->text);
        (void)json_array_append_new(list, row);
    }
    (void)json_object_set_new(model, "errors", list);
    model_flag(model, "errors_any", findings->count > 0);
    if (findings->count == 1)
        (void)snprintf(title, sizeof title, "One answer needs your attention");
    else
        (void)snprintf(title, sizeof title, "%u answers need your attention", findings->count);
    model_text(model, "errors_title", title);
}

json_t *rate_form_model(const struct rate_view *view, const struct rate_input *input,
                        const struct rate_findings *findings, struct rate_notice notice)
{
    json_t *model = head(view);
    add_findings(model, view->form, findings);
    (void)json_object_set_new(model, "sections", sections_model(view->form, input, findings));
    add_recommendations(model, view->form, input->recommendation);
    model_text(model, "recommendation_error", finding_of(findings, "recommendation", ""));
    model_text(model, "remarks", input->remarks);
    model_text(model, "remarks_error", finding_of(findings, "remarks", ""));
    model_text(model, "saved", notice.done);
    model_text(model, "problem", notice.problem);
    return model;
}

json_t *rate_questions_model(const struct rate_view *view)
{
    const struct wf_form *form = view->form;
    struct rate_input input;
    struct rate_findings findings = {0};
    json_t *model = head(view);
    json_t *scale = json_array();
    for (int32_t i = 0; i < form->scale_count; i++)
        (void)json_array_append_new(scale, json_string(form->scale[i].label));
    (void)json_array_append_new(scale, json_string(form->not_enough_label));
    (void)json_object_set_new(model, "scale", scale);
    rate_input_from_draft(form, NULL, &input);
    (void)json_object_set_new(model, "sections", sections_model(form, &input, &findings));
    add_recommendations(model, form, "");
    model_flag(model, "has_link", *view->token != '\0');
    return model;
}

json_t *rate_decline_model(const struct rate_view *view, const char *reason, const char *error)
{
    json_t *model = head(view);
    model_text(model, "reason", reason);
    model_text(model, "error", error);
    return model;
}

json_t *rate_again_model(const char *action, const struct http_form *post)
{
    json_t *model = json_object();
    json_t *fields = json_array();
    for (size_t i = 0; i < post->count; i++) {
        json_t *field = json_object();
        model_text(field, "name", post->pairs[i].name);
        model_text(field, "value", post->pairs[i].value);
        (void)json_array_append_new(fields, field);
    }
    model_text(model, "action", action);
    (void)json_object_set_new(model, "fields", fields);
    return model;
}
