/* wf_exam_form.h - the forms of the exam's second part: prompts, rubric and comment bank, read from
 * deploy/exam/forms.  intake takes the allow-list of redaction and the texts of the letter from
 * them, the desk shows them; the rules of scoring are in the rule pack that a form names. */
#ifndef WF_EXAM_FORM_H
#define WF_EXAM_FORM_H

#include "wf_error.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    WF_EXAM_FORMS_MAX = 16,
    WF_EXAM_PROMPTS_MAX = 6,
    WF_EXAM_NAMES_MAX = 24, /* of one prompt */
    WF_EXAM_NAME_MAX = 60,
    WF_EXAM_CRITERIA_MAX = 6,
    WF_EXAM_LEVELS_MAX = 11,
    WF_EXAM_COMMENTS_MAX = 40,
    WF_EXAM_ID_MAX = 40,
    WF_EXAM_TITLE_MAX = 120,
    WF_EXAM_TEXT_MAX = 4000,    /* bytes of a vignette */
    WF_EXAM_ANSWER_MAX = 60000, /* bytes of all answers together */
    WF_EXAM_REMARK_MAX = 1000,  /* bytes of a remark on one criterion */
    WF_EXAM_REMARKS_MAX = 4000  /* bytes of the remarks on the whole */
};

/* Something to answer; the order is that of EssaySubmitted.answers. */
struct wf_exam_prompt {
    char id[WF_EXAM_ID_MAX + 1];
    char title[WF_EXAM_TITLE_MAX + 1];
    char vignette[WF_EXAM_TEXT_MAX + 1]; /* paragraphs, parted by an empty line */
    char question[WF_EXAM_TEXT_MAX + 1];
    /* Invented people and places of the vignette: never redacted. */
    char names[WF_EXAM_NAMES_MAX][WF_EXAM_NAME_MAX + 1];
    int32_t name_count;
};

struct wf_exam_criterion {
    char id[WF_EXAM_ID_MAX + 1]; /* of the rule pack: "trait1" */
    char title[WF_EXAM_TITLE_MAX + 1];
    char guidance[601];
    int32_t least, most;
    char levels[WF_EXAM_LEVELS_MAX][301]; /* what each score means, from least to most */
};

/* A sentence that a reader may choose; it stands in the letter to the examinee. */
struct wf_exam_comment {
    char id[WF_EXAM_ID_MAX + 1];
    char criterion[WF_EXAM_ID_MAX + 1];
    char text[401];
};

struct wf_exam_form {
    char name[WF_EXAM_ID_MAX + 1]; /* with its version: what the messages call `form` */
    char title[WF_EXAM_TITLE_MAX + 1];
    char language[9];
    char rule_pack[WF_EXAM_ID_MAX + 1];
    char introduction[1201];
    uint16_t categories; /* bit 1 << proto enum Category */
    struct wf_exam_prompt prompts[WF_EXAM_PROMPTS_MAX];
    int32_t prompt_count;
    struct wf_exam_criterion criteria[WF_EXAM_CRITERIA_MAX];
    int32_t criterion_count;
    struct wf_exam_comment comments[WF_EXAM_COMMENTS_MAX];
    int32_t comment_count;
};

struct wf_exam_book {
    struct wf_exam_form forms[WF_EXAM_FORMS_MAX];
    int32_t count;
};

/* Every *.conf of the folder.  WF_CONFIG names file and line; *book is then unchanged. */
int wf_exam_forms_read(const char *folder, struct wf_exam_book *book,
                       struct wf_error *error) WF_MUST_CHECK;
/* NULL if there is none. */
const struct wf_exam_form *wf_exam_form_named(const struct wf_exam_book *book, const char *name);
/* Their places in the form, or -1. */
int32_t wf_exam_prompt_find(const struct wf_exam_form *form, const char *id);
int32_t wf_exam_criterion_find(const struct wf_exam_form *form, const char *id);
int32_t wf_exam_comment_find(const struct wf_exam_form *form, const char *id);

#endif
