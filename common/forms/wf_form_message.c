#include "wf_form_message.h"

#include <stdio.h>
#include <string.h>

/* A length that no limit allows, for texts longer than an int32 would say. */
static int32_t bytes_of(const char *text)
{
    size_t length = strlen(text);
    return length > INT32_MAX ? INT32_MAX : (int32_t)length;
}

bool wf_form_answers_from(const Endorse__V1__RatingForm *message, struct wf_form_answers *answers,
                          enum wf_form_problem *problem)
{
    memset(answers, 0, sizeof *answers);
    *problem = WF_FORM_UNKNOWN_ITEM;
    if (message->n_answers > WF_FORM_ITEMS_MAX)
        return false;
    for (size_t i = 0; i < message->n_answers; i++) {
        const Endorse__V1__RatingAnswer *from = message->answers[i];
        struct wf_form_answer *row = &answers->rows[i];
        size_t length = strlen(from->item);
        if (length > WF_FORM_ID_MAX)
            return false;
        memcpy(row->item, from->item, length + 1);
        row->score = from->score;
        row->remark_bytes = bytes_of(from->remark);
    }
    answers->count = (int32_t)message->n_answers;
    answers->remarks_bytes = bytes_of(message->remarks);
    *problem = WF_FORM_RECOMMENDATION_UNKNOWN;
    if (!wf_form_recommendation_find(message->recommendation, &answers->recommendation))
        return false;
    *problem = WF_FORM_OK;
    return true;
}

static const char *field_prefix(enum wf_form_problem problem)
{
    switch (problem) {
    case WF_FORM_REMARK_NOT_ASKED:
    case WF_FORM_REMARK_TOO_LONG:
        return "remark:";
    case WF_FORM_REMARKS_TOO_LONG:
        return "remarks";
    case WF_FORM_RECOMMENDATION_MISSING:
    case WF_FORM_RECOMMENDATION_UNKNOWN:
        return "recommendation";
    case WF_FORM_UNKNOWN_ITEM:
    case WF_FORM_TWICE:
    case WF_FORM_OUT_OF_SCALE:
    case WF_FORM_MISSING:
        return "item:";
    case WF_FORM_OK:
    case WF_FORM_PROBLEM_COUNT:
        break;
    }
    return "";
}

bool wf_form_message_check(const struct wf_form *form, const Endorse__V1__RatingForm *message,
                           bool draft, char field[static WF_FORM_FIELD_MAX], const char **sentence)
{
    struct wf_form_answers answers;
    enum wf_form_problem problem;
    const char *item = "";
    if (wf_form_answers_from(message, &answers, &problem))
        problem = wf_form_check(form, &answers, draft, &item);
    (void)snprintf(field, WF_FORM_FIELD_MAX, "%s%s", field_prefix(problem), item);
    *sentence = wf_form_problem_sentence(problem);
    return problem == WF_FORM_OK;
}
