#include "rate_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void clear(struct rate_input *input)
{
    input->recommendation = input->remarks = "";
    for (int i = 0; i < WF_FORM_ITEMS_MAX; i++) {
        input->scores[i] = RATE_UNANSWERED;
        input->item_remarks[i] = "";
    }
}

static int item_number(const struct wf_form *form, const char *id)
{
    const struct wf_form_item *item = wf_form_item_find(form, id);
    return item ? (int)(item - form->items) : -1;
}

static void find(struct rate_findings *findings, int item, const char *kind, const char *id,
                 const char *text)
{
    if (findings->count == RATE_FINDINGS_MAX)
        return; /* more than there are fields: the first ones are enough */
    struct rate_finding *row = &findings->rows[findings->count++];
    row->item = item;
    row->text = text;
    (void)snprintf(row->field, sizeof row->field, "%s%s", kind, id);
}

void rate_input_from_draft(const struct wf_form *form, const Endorse__V1__RatingForm *draft,
                           struct rate_input *input)
{
    clear(input);
    if (!draft)
        return;
    for (size_t i = 0; i < draft->n_answers; i++) {
        int item = item_number(form, draft->answers[i]->item);
        if (item < 0)
            continue;
        input->scores[item] = draft->answers[i]->score;
        input->item_remarks[item] = draft->answers[i]->remark;
    }
    input->recommendation = draft->recommendation;
    input->remarks = draft->remarks;
}

static bool score_read(const char *text, int32_t *score)
{
    size_t digits = strspn(text, "0123456789");
    if (!digits || digits > 3 || text[digits])
        return false;
    *score = (int32_t)strtol(text, NULL, 10);
    return true;
}

static bool name_behind(const char *name, const char *prefix, const char **rest)
{
    size_t length = strlen(prefix);
    *rest = name + length;
    return strncmp(name, prefix, length) == 0;
}

/* One field; a sentence about what is wrong with it, or NULL. */
static const char *take(const struct wf_form *form, const struct http_pair *pair,
                        struct rate_input *input)
{
    const char *id;
    if (strcmp(pair->name, "do") == 0)
        return NULL;
    if (strcmp(pair->name, "recommendation") == 0) {
        input->recommendation = pair->value;
        return NULL;
    }
    if (strcmp(pair->name, "remarks") == 0) {
        input->remarks = pair->value;
        return NULL;
    }
    if (name_behind(pair->name, "item:", &id)) {
        int item = item_number(form, id);
        if (item < 0)
            return wf_form_problem_sentence(WF_FORM_UNKNOWN_ITEM);
        if (input->scores[item] != RATE_UNANSWERED)
            return wf_form_problem_sentence(WF_FORM_TWICE);
        return score_read(pair->value, &input->scores[item])
                   ? NULL
                   : wf_form_problem_sentence(WF_FORM_OUT_OF_SCALE);
    }
    int item = name_behind(pair->name, "remark:", &id) ? item_number(form, id) : -1;
    if (item < 0)
        return wf_form_problem_sentence(WF_FORM_UNKNOWN_ITEM);
    input->item_remarks[item] = pair->value;
    return NULL;
}

void rate_input_from_post(const struct wf_form *form, const struct http_form *post,
                          struct rate_input *input, struct rate_findings *findings)
{
    clear(input);
    for (size_t i = 0; i < post->count; i++) {
        const char *problem = take(form, &post->pairs[i], input);
        if (problem) /* the name is not repeated: it is not one of ours */
            find(findings, -1, "", "", problem);
    }
}

static bool on_scale(const struct wf_form *form, int32_t score)
{
    for (int32_t i = 0; i < form->scale_count; i++) {
        if (form->scale[i].value == score)
            return true;
    }
    return score == WF_FORM_NOT_ENOUGH;
}

static void check_item(const struct wf_form *form, const struct rate_input *input, int item,
                       bool draft, struct rate_findings *findings)
{
    const char *id = form->items[item].id;
    size_t remark = strlen(input->item_remarks[item]);
    if (input->scores[item] == RATE_UNANSWERED) {
        if (!draft)
            find(findings, item, "item:", id, wf_form_problem_sentence(WF_FORM_MISSING));
        else if (remark) /* an answer without a score does not exist, so its remark would be lost */
            find(findings, item, "item:", id, "Choose an answer too, so that the remark is kept.");
    } else if (!on_scale(form, input->scores[item])) {
        find(findings, item, "item:", id, wf_form_problem_sentence(WF_FORM_OUT_OF_SCALE));
    }
    if (remark && !form->item_remarks)
        find(findings, item, "item:", id, wf_form_problem_sentence(WF_FORM_REMARK_NOT_ASKED));
    else if (remark > (size_t)form->item_remark_max)
        find(findings, item, "remark:", id, wf_form_problem_sentence(WF_FORM_REMARK_TOO_LONG));
}

void rate_input_check(const struct wf_form *form, const struct rate_input *input, bool draft,
                      struct rate_findings *findings)
{
    enum wf_form_recommendation recommendation = WF_FORM_NO_RECOMMENDATION;
    for (int domain = 0; domain < WF_FORM_DOMAIN_COUNT; domain++) {
        for (int item = 0; item < form->item_count; item++) {
            if ((int)form->items[item].domain == domain)
                check_item(form, input, item, draft, findings);
        }
    }
    if (!wf_form_recommendation_find(input->recommendation, &recommendation))
        find(findings, -1, "recommendation", "",
             wf_form_problem_sentence(WF_FORM_RECOMMENDATION_UNKNOWN));
    else if (recommendation == WF_FORM_NO_RECOMMENDATION && !draft)
        find(findings, -1, "recommendation", "",
             wf_form_problem_sentence(WF_FORM_RECOMMENDATION_MISSING));
    if (strlen(input->remarks) > (size_t)form->remarks_max)
        find(findings, -1, "remarks", "", wf_form_problem_sentence(WF_FORM_REMARKS_TOO_LONG));
}

/* protobuf-c's texts are char * and are only read; the cast is its convention, not a change. */
static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

static Endorse__V1__RatingAnswer *answer_of(struct rate_message *made, const char *item)
{
    for (size_t i = 0; i < made->form.n_answers; i++) {
        if (strcmp(made->answers[i].item, item) == 0)
            return &made->answers[i];
    }
    return NULL;
}

static bool add_answer(struct rate_message *made, const char *item, const char *value)
{
    size_t place = made->form.n_answers;
    int32_t score = 0;
    if (place == WF_FORM_ITEMS_MAX || answer_of(made, item) || !score_read(value, &score))
        return false;
    endorse__v1__rating_answer__init(&made->answers[place]);
    made->answers[place].item = borrowed(item);
    made->answers[place].score = score;
    made->pointers[place] = &made->answers[place];
    made->form.n_answers++;
    return true;
}

static bool add_pair(struct rate_message *made, const struct http_pair *pair)
{
    const char *id;
    if (name_behind(pair->name, "item:", &id))
        return add_answer(made, id, pair->value);
    if (strcmp(pair->name, "recommendation") == 0)
        made->form.recommendation = borrowed(pair->value);
    else if (strcmp(pair->name, "remarks") == 0)
        made->form.remarks = borrowed(pair->value);
    return true;
}

bool rate_message_from_post(const struct http_form *post, const char *token,
                            struct rate_message *made)
{
    const char *id;
    endorse__v1__rating_form__init(&made->form);
    made->form.token = borrowed(token);
    made->form.answers = made->pointers;
    for (size_t i = 0; i < post->count; i++) {
        if (!add_pair(made, &post->pairs[i]))
            return false;
    }
    for (size_t i = 0; i < post->count; i++) {
        Endorse__V1__RatingAnswer *answer =
            name_behind(post->pairs[i].name, "remark:", &id) ? answer_of(made, id) : NULL;
        if (answer)
            answer->remark = borrowed(post->pairs[i].value);
    }
    return true;
}
