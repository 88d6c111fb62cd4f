#include "wf_form.h"

#include <stddef.h>
#include <string.h>

bool wf_form_recommendation_find(const char *name, enum wf_form_recommendation *recommendation)
{
    if (!strcmp(name, ""))
        *recommendation = WF_FORM_NO_RECOMMENDATION;
    else if (!strcmp(name, "recommend"))
        *recommendation = WF_FORM_RECOMMEND;
    else if (!strcmp(name, "do-not-recommend"))
        *recommendation = WF_FORM_DO_NOT_RECOMMEND;
    else
        return false;
    return true;
}

/* How closely a form is meant for a category and age line: -1 not at all, 0 the default. */
static int fit(const struct wf_form *form, int category, int age_line)
{
    bool names_category = form->categories != 0, names_line = form->age_lines != 0;
    if (names_category && !(form->categories >> category & 1))
        return -1;
    if (names_line && !(form->age_lines >> age_line & 1))
        return -1;
    return (names_category ? 2 : 0) + (names_line ? 1 : 0);
}

/* In force beats not yet; then the closer fit; then the later in force or the earlier to come. */
static bool is_better(const struct wf_form *form, int form_fit, const struct wf_form *best,
                      int best_fit, wf_date on)
{
    bool form_holds = form->from <= on, best_holds = best->from <= on;
    if (form_holds != best_holds)
        return form_holds;
    if (form_fit != best_fit)
        return form_fit > best_fit;
    if (form->from == best->from)
        return form->version > best->version;
    return form_holds ? form->from > best->from : form->from < best->from;
}

const struct wf_form *wf_form_for(const struct wf_form_book *book, int category, int age_line,
                                  wf_date on)
{
    const struct wf_form *best = NULL;
    int best_fit = -1;
    if (category < 0 || category > 15 || age_line < 0 || age_line > 7)
        return NULL;
    for (int32_t i = 0; i < book->count; i++) {
        const struct wf_form *form = &book->forms[i];
        int form_fit = fit(form, category, age_line);
        if (form_fit < 0)
            continue;
        if (!best || is_better(form, form_fit, best, best_fit, on)) {
            best = form;
            best_fit = form_fit;
        }
    }
    return best;
}

const struct wf_form *wf_form_named(const struct wf_form_book *book, const char *name,
                                    int32_t version)
{
    for (int32_t i = 0; i < book->count; i++)
        if (book->forms[i].version == version && !strcmp(book->forms[i].name, name))
            return &book->forms[i];
    return NULL;
}

const struct wf_form_item *wf_form_item_find(const struct wf_form *form, const char *id)
{
    for (int32_t i = 0; i < form->item_count; i++)
        if (!strcmp(form->items[i].id, id))
            return &form->items[i];
    return NULL;
}

const char *wf_form_problem_code(enum wf_form_problem problem)
{
    switch (problem) {
#define WF_X(symbol, code, sentence)                                                               \
    case symbol:                                                                                   \
        return code;
        WF_FORM_PROBLEMS(WF_X)
#undef WF_X
    case WF_FORM_PROBLEM_COUNT:
        break;
    }
    return "";
}

const char *wf_form_problem_sentence(enum wf_form_problem problem)
{
    switch (problem) {
#define WF_X(symbol, code, sentence)                                                               \
    case symbol:                                                                                   \
        return sentence;
        WF_FORM_PROBLEMS(WF_X)
#undef WF_X
    case WF_FORM_PROBLEM_COUNT:
        break;
    }
    return "";
}

static bool is_on_scale(const struct wf_form *form, int32_t score)
{
    if (score == WF_FORM_NOT_ENOUGH)
        return true;
    for (int32_t i = 0; i < form->scale_count; i++)
        if (form->scale[i].value == score)
            return true;
    return false;
}

static const struct wf_form_answer *answer_to(const struct wf_form_answers *answers, int32_t until,
                                              const char *item)
{
    for (int32_t i = 0; i < until; i++)
        if (!strcmp(answers->rows[i].item, item))
            return &answers->rows[i];
    return NULL;
}

static enum wf_form_problem check_answer(const struct wf_form *form,
                                         const struct wf_form_answers *answers, int32_t row)
{
    const struct wf_form_answer *answer = &answers->rows[row];
    if (!wf_form_item_find(form, answer->item))
        return WF_FORM_UNKNOWN_ITEM;
    if (answer_to(answers, row, answer->item))
        return WF_FORM_TWICE;
    if (!is_on_scale(form, answer->score))
        return WF_FORM_OUT_OF_SCALE;
    if (answer->remark_bytes > 0 && !form->item_remarks)
        return WF_FORM_REMARK_NOT_ASKED;
    if (answer->remark_bytes > form->item_remark_max)
        return WF_FORM_REMARK_TOO_LONG;
    return WF_FORM_OK;
}

enum wf_form_problem wf_form_check(const struct wf_form *form,
                                   const struct wf_form_answers *answers, bool draft,
                                   const char **item)
{
    const char *ignored = NULL;
    if (!item)
        item = &ignored;
    *item = "";
    for (int32_t i = 0; i < answers->count; i++) {
        enum wf_form_problem problem = check_answer(form, answers, i);
        if (problem != WF_FORM_OK) {
            *item = answers->rows[i].item;
            return problem;
        }
    }
    if (answers->remarks_bytes > form->remarks_max)
        return WF_FORM_REMARKS_TOO_LONG;
    if (draft)
        return WF_FORM_OK;
    for (int32_t i = 0; i < form->item_count; i++)
        if (!answer_to(answers, answers->count, form->items[i].id)) {
            *item = form->items[i].id;
            return WF_FORM_MISSING;
        }
    if (answers->recommendation == WF_FORM_NO_RECOMMENDATION)
        return WF_FORM_RECOMMENDATION_MISSING;
    return WF_FORM_OK;
}

int32_t wf_form_not_enough(const struct wf_form_answers *answers)
{
    int32_t count = 0;
    for (int32_t i = 0; i < answers->count; i++)
        count += answers->rows[i].score == WF_FORM_NOT_ENOUGH;
    return count;
}
