/* desk_view.h - what a page may know of a seat, and the models of the pages.  Pure but for memory.
 * DESK 5. */
#ifndef DESK_VIEW_H
#define DESK_VIEW_H

#include "desk_service.h"
#include "http_text.h"

#include <jansson.h>

/* What a reader has entered: borrowed texts. */
struct desk_sheet {
    int32_t points[WF_EXAM_CRITERIA_MAX]; /* by the form's order; SEAT_NO_POINTS */
    const char *notes[WF_EXAM_CRITERIA_MAX];
    uint64_t comments; /* bits, by the form's order */
    const char *remarks;
};

struct desk_finding {
    const char *field; /* id of the field; "" for the whole */
    const char *text;
};
enum { DESK_FINDINGS_MAX = 2 * WF_EXAM_CRITERIA_MAX + 4 };
struct desk_findings {
    size_t count;
    struct desk_finding rows[DESK_FINDINGS_MAX];
};

/* A seat as its reader may see it. */
struct desk_view {
    const char *code;
    const char *csrf;
    const struct wf_exam_form *form;
    const struct seat_state *seat;
    const Endorse__V1__PaperText *text; /* NULL: not shown */
    struct desk_sheet sheet;
    const char *problem;       /* NULL: none */
    const char *problem_field; /* "reason", "prompt" or "known": it stands there; NULL: above all */
    const struct desk_findings *findings;
};

/* The model of every page of a seat; desk_view.def lists its fields. */
json_t *desk_view_model(const struct desk_view *view);

/* The own list.  DESK 5.3. */
json_t *desk_list_model(const struct reader_state *reader, const char *csrf);

/* ---- what was posted ---- */
/* A field that is not the form's is a finding; texts are borrowed from the post. */
void desk_sheet_from_post(const struct wf_exam_form *form, const struct http_form *post,
                          struct desk_sheet *sheet, struct desk_findings *findings);
void desk_sheet_from_message(const struct wf_exam_form *form, const Endorse__V1__SeatSheet *from,
                             struct desk_sheet *sheet);
/* What is too long; and for locking, what is missing. */
void desk_sheet_check(const struct wf_exam_form *form, const struct desk_sheet *sheet, bool draft,
                      struct desk_findings *findings);

/* The message of a sheet: pointers into the sheet and into itself. */
struct desk_sheet_message {
    Endorse__V1__SeatSheet sheet;
    Endorse__V1__SheetScore scores[WF_EXAM_CRITERIA_MAX], *score_list[WF_EXAM_CRITERIA_MAX];
    char *comments[WF_EXAM_COMMENTS_MAX];
};
void desk_sheet_to_message(const struct wf_exam_form *form, const struct desk_sheet *sheet,
                           struct desk_sheet_message *message);

#endif
