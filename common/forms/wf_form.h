/* wf_form.h - rating forms as data: what a rater is asked, and what counts as an answer.
 *
 * A form is one file of deploy/forms.  It has a date from which it is in force; a request keeps the
 * form that was in force when the rater was asked, so old files stay in the folder and an old
 * answer can be judged again the same way.  Look-ups and the check are pure: no I/O, allocation or
 * clock. The gateway renders forms and checks them before sending; the owner (endorse-reference)
 * checks again. */
#ifndef WF_FORM_H
#define WF_FORM_H

#include "wf_error.h"
#include "wf_time.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    WF_FORMS_MAX = 24,
    WF_FORM_ITEMS_MAX = 24,
    WF_FORM_SCALE_MAX = 7,
    WF_FORM_ID_MAX = 32,
    WF_FORM_NOT_ENOUGH = 0, /* the score of "not enough information"; no scale may use it */
    /* The largest paper a form may ask for: what a rater sends must fit the message and the
     * sealed paper of endorse-reference.  The file reader refuses a form that could be larger. */
    WF_FORM_REMARKS_TOTAL_MAX = 20000
};

/*      symbol                  name in the file */
#define WF_FORM_DOMAINS(X)                                                                         \
    X(WF_FORM_REFLECTION, "reflection")                                                            \
    X(WF_FORM_WORKING, "working-with-others")                                                      \
    X(WF_FORM_THINKING, "thinking")

enum wf_form_domain {
#define WF_X(symbol, name) symbol,
    WF_FORM_DOMAINS(WF_X)
#undef WF_X
        WF_FORM_DOMAIN_COUNT
};

enum wf_form_recommendation {
    WF_FORM_NO_RECOMMENDATION = 0, /* not answered: a draft only */
    WF_FORM_RECOMMEND,
    WF_FORM_DO_NOT_RECOMMEND
};
/* "recommend", "do-not-recommend", "" ; false for anything else. */
bool wf_form_recommendation_find(const char *name, enum wf_form_recommendation *recommendation);

struct wf_form_item {
    char id[WF_FORM_ID_MAX + 1]; /* stable, stored with answers: "notices-own-reactions" */
    enum wf_form_domain domain;
    char text[320];
};
struct wf_form_choice {
    int32_t value; /* 1..100, ascending */
    char label[64];
};
struct wf_form_section {
    char title[80];
    char guidance[400];
};

struct wf_form {
    char name[WF_FORM_ID_MAX + 1];
    int32_t version;
    wf_date from;        /* in force from this date on */
    uint16_t categories; /* bits by the proto enum Category; 0: every one (the default form) */
    uint8_t age_lines;   /* bits by the proto enum AgeLine; 0: both */
    char title[120];
    char introduction[800];
    char privacy_waived[500]; /* told when the applicant gave up the right to know the content */
    char privacy_not_waived[500]; /* told when not */
    char not_enough_label[80];
    bool item_remarks; /* each item has room for a remark */
    char item_remark_label[80];
    int32_t item_remark_max; /* bytes; 0 without item remarks */
    char remarks_label[160];
    int32_t remarks_max; /* bytes */
    char recommendation_question[240];
    char recommend_label[120];
    char do_not_recommend_label[120];
    char decline_question[240];
    struct wf_form_section sections[WF_FORM_DOMAIN_COUNT];
    int32_t scale_count;
    struct wf_form_choice scale[WF_FORM_SCALE_MAX];
    int32_t item_count;
    struct wf_form_item items[WF_FORM_ITEMS_MAX]; /* in the order of the file */
};

/* Every form of the folder; about 350 KB, so it lives on the heap of whoever reads it. */
struct wf_form_book {
    int32_t count;
    struct wf_form forms[WF_FORMS_MAX];
};

/* The form for a category and age line on a date: of those in force, the one that names both, else
 * the category, else the line, else the default; of equals the latest.  Before any is in force, the
 * earliest to come.  NULL only if the book has none that fits. */
const struct wf_form *wf_form_for(const struct wf_form_book *book, int category, int age_line,
                                  wf_date on);
/* Exactly this one; NULL if the folder has it no longer. */
const struct wf_form *wf_form_named(const struct wf_form_book *book, const char *name,
                                    int32_t version);
/* NULL if the form has no such item. */
const struct wf_form_item *wf_form_item_find(const struct wf_form *form, const char *id);

/* ---- the check, on plain answers ---- */
struct wf_form_answer {
    char item[WF_FORM_ID_MAX + 1];
    int32_t score;
    int32_t remark_bytes;
};
struct wf_form_answers {
    int32_t count;
    struct wf_form_answer rows[WF_FORM_ITEMS_MAX];
    enum wf_form_recommendation recommendation;
    int32_t remarks_bytes;
};

/*      symbol                   stable code             a sentence for the rater */
#define WF_FORM_PROBLEMS(X)                                                                        \
    X(WF_FORM_OK, "", "The form is complete.")                                                     \
    X(WF_FORM_UNKNOWN_ITEM, "unknown-item", "This form has no such question.")                     \
    X(WF_FORM_TWICE, "item-twice", "This question is answered twice.")                             \
    X(WF_FORM_OUT_OF_SCALE, "out-of-scale", "Choose one of the answers offered.")                  \
    X(WF_FORM_MISSING, "item-missing",                                                             \
      "Please answer this question, or choose that you do not have enough information.")           \
    X(WF_FORM_REMARK_NOT_ASKED, "remark-not-asked", "This question has no room for a remark.")     \
    X(WF_FORM_REMARK_TOO_LONG, "remark-too-long", "This remark is too long; please shorten it.")   \
    X(WF_FORM_REMARKS_TOO_LONG, "remarks-too-long",                                                \
      "The remarks are too long; please shorten them.")                                            \
    X(WF_FORM_RECOMMENDATION_MISSING, "recommendation-missing",                                    \
      "Please say whether you recommend the applicant.")                                           \
    X(WF_FORM_RECOMMENDATION_UNKNOWN, "recommendation-unknown",                                    \
      "Choose one of the two recommendations.")

enum wf_form_problem {
#define WF_X(symbol, code, sentence) symbol,
    WF_FORM_PROBLEMS(WF_X)
#undef WF_X
        WF_FORM_PROBLEM_COUNT
};
const char *wf_form_problem_code(enum wf_form_problem problem);
const char *wf_form_problem_sentence(enum wf_form_problem problem);

/* The first problem, in the order of the answers and then of the form; WF_FORM_OK if none.  A draft
 * may miss items and the recommendation.  *item (may be NULL) is the id of the item concerned, ""
 * if none; it points into the answers or the form. */
enum wf_form_problem wf_form_check(const struct wf_form *form,
                                   const struct wf_form_answers *answers, bool draft,
                                   const char **item);
/* How many items say "not enough information". */
int32_t wf_form_not_enough(const struct wf_form_answers *answers);

/* ---- reading the folder ---- */
/* Reads every *.conf of a folder.  On error the book is unchanged and the error names file, line
 * and reason (WF_CONFIG). */
int wf_form_read(const char *folder, struct wf_form_book *book,
                 struct wf_error *error) WF_MUST_CHECK;

#endif
