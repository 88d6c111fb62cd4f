/* A reader's sheet: from a post, from what is stored, to a message.  DESK 2.4, 5. */
#include "desk_view.h"

#include <stdlib.h>
#include <string.h>

static void clear(struct desk_sheet *sheet)
{
    *sheet = (struct desk_sheet){.remarks = ""};
    for (int i = 0; i < WF_EXAM_CRITERIA_MAX; i++) {
        sheet->points[i] = SEAT_NO_POINTS;
        sheet->notes[i] = "";
    }
}

static void find(struct desk_findings *findings, const char *field, const char *text)
{
    if (findings->count < DESK_FINDINGS_MAX)
        findings->rows[findings->count++] = (struct desk_finding){.field = field, .text = text};
}

static const char *behind(const char *name, const char *prefix)
{
    size_t length = strlen(prefix);
    return strncmp(name, prefix, length) == 0 ? name + length : NULL;
}

static bool read_points(const char *text, int32_t *points)
{
    size_t digits = strspn(text, "0123456789");
    if (!digits || digits > 4 || text[digits])
        return false;
    *points = (int32_t)strtol(text, NULL, 10);
    return true;
}

static void take_score(const struct wf_exam_form *form, const char *id, const char *value,
                       struct desk_sheet *sheet, struct desk_findings *findings)
{
    int32_t place = wf_exam_criterion_find(form, id), points = SEAT_NO_POINTS;
    if (place < 0 || sheet->points[place] != SEAT_NO_POINTS) {
        find(findings, "", "The page sent a score that the rubric does not have.");
        return;
    }
    const struct wf_exam_criterion *criterion = &form->criteria[place];
    if (!read_points(value, &points) || points < criterion->least || points > criterion->most)
        find(findings, criterion->id, "This score is outside the rubric.");
    else
        sheet->points[place] = points;
}

/* Fields of the page that are no part of a sheet. */
static bool is_about_the_page(const char *name)
{
    static const char *const names[] = {"do", "csrf", "text_version", "sheet_version", NULL};
    for (const char *const *at = names; *at; at++)
        if (strcmp(name, *at) == 0)
            return true;
    return false;
}

static void take(const struct wf_exam_form *form, const struct http_pair *pair,
                 struct desk_sheet *sheet, struct desk_findings *findings)
{
    const char *id;
    if (is_about_the_page(pair->name))
        return;
    if (strcmp(pair->name, "remarks") == 0) {
        sheet->remarks = pair->value;
    } else if ((id = behind(pair->name, "score:")) != NULL) {
        take_score(form, id, pair->value, sheet, findings);
    } else if ((id = behind(pair->name, "note:")) != NULL &&
               wf_exam_criterion_find(form, id) >= 0) {
        sheet->notes[wf_exam_criterion_find(form, id)] = pair->value;
    } else if (strcmp(pair->name, "comment") == 0 && wf_exam_comment_find(form, pair->value) >= 0) {
        sheet->comments |= UINT64_C(1) << wf_exam_comment_find(form, pair->value);
    } else { /* the name is not repeated: it is not one of ours */
        find(findings, "", "The page sent something that this form does not have.");
    }
}

void desk_sheet_from_post(const struct wf_exam_form *form, const struct http_form *post,
                          struct desk_sheet *sheet, struct desk_findings *findings)
{
    clear(sheet);
    for (size_t i = 0; i < post->count; i++)
        take(form, &post->pairs[i], sheet, findings);
}

void desk_sheet_from_message(const struct wf_exam_form *form, const Endorse__V1__SeatSheet *from,
                             struct desk_sheet *sheet)
{
    clear(sheet);
    for (size_t i = 0; from && i < from->n_scores; i++) {
        int32_t place = wf_exam_criterion_find(form, from->scores[i]->criterion);
        if (place < 0)
            continue;
        sheet->points[place] = from->scores[i]->points;
        sheet->notes[place] = from->scores[i]->remark;
    }
    for (size_t i = 0; from && i < from->n_comments; i++) {
        int32_t place = wf_exam_comment_find(form, from->comments[i]);
        if (place >= 0)
            sheet->comments |= UINT64_C(1) << place;
    }
    if (from)
        sheet->remarks = from->remarks;
}

static bool is_found(const struct desk_findings *findings, const char *field)
{
    for (size_t i = 0; i < findings->count; i++)
        if (strcmp(findings->rows[i].field, field) == 0)
            return true;
    return false;
}

void desk_sheet_check(const struct wf_exam_form *form, const struct desk_sheet *sheet, bool draft,
                      struct desk_findings *findings)
{
    for (int32_t i = 0; i < form->criterion_count; i++) {
        if (!draft && sheet->points[i] == SEAT_NO_POINTS &&
            !is_found(findings, form->criteria[i].id))
            find(findings, form->criteria[i].id, "Please choose a score.");
        if (strlen(sheet->notes[i]) > WF_EXAM_REMARK_MAX)
            find(findings, form->criteria[i].id, "This note is longer than 1,000 bytes.");
    }
    if (strlen(sheet->remarks) > WF_EXAM_REMARKS_MAX)
        find(findings, "remarks", "The notes are longer than 4,000 bytes.");
}

/* protobuf-c's texts are char * and are only read; the cast is its convention, not a change. */
static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

void desk_sheet_to_message(const struct wf_exam_form *form, const struct desk_sheet *sheet,
                           struct desk_sheet_message *message)
{
    endorse__v1__seat_sheet__init(&message->sheet);
    message->sheet.scores = message->score_list;
    message->sheet.comments = message->comments;
    message->sheet.remarks = borrowed(sheet->remarks);
    for (int32_t i = 0; i < form->criterion_count; i++) {
        Endorse__V1__SheetScore *score = &message->scores[i];
        endorse__v1__sheet_score__init(score);
        score->criterion = borrowed(form->criteria[i].id);
        score->points = sheet->points[i];
        score->remark = borrowed(sheet->notes[i]);
        message->score_list[message->sheet.n_scores++] = score;
    }
    for (int32_t i = 0; i < form->comment_count; i++)
        if (sheet->comments >> i & 1)
            message->comments[message->sheet.n_comments++] = borrowed(form->comments[i].id);
}
