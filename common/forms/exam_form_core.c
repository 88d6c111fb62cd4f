#include "wf_exam_form.h"

#include <string.h>

const struct wf_exam_form *wf_exam_form_named(const struct wf_exam_book *book, const char *name)
{
    for (int32_t i = 0; i < book->count; i++)
        if (strcmp(book->forms[i].name, name) == 0)
            return &book->forms[i];
    return NULL;
}

int32_t wf_exam_prompt_find(const struct wf_exam_form *form, const char *id)
{
    for (int32_t i = 0; i < form->prompt_count; i++)
        if (strcmp(form->prompts[i].id, id) == 0)
            return i;
    return -1;
}

int32_t wf_exam_criterion_find(const struct wf_exam_form *form, const char *id)
{
    for (int32_t i = 0; i < form->criterion_count; i++)
        if (strcmp(form->criteria[i].id, id) == 0)
            return i;
    return -1;
}

int32_t wf_exam_comment_find(const struct wf_exam_form *form, const char *id)
{
    for (int32_t i = 0; i < form->comment_count; i++)
        if (strcmp(form->comments[i].id, id) == 0)
            return i;
    return -1;
}
