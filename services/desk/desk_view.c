/* The models of the pages: desk_view.def is all that they hold.  DESK 5. */
#include "desk_view.h"

#include "wf_model.h"
#include "wf_seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_TEXT = 32 };

/* "5 December 2026". */
static void write_day(wf_date date, char text[static DAY_TEXT])
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    text[0] = '\0';
    if (date == WF_NO_DATE)
        return;
    struct wf_civil civil = wf_date_to_civil(date);
    (void)snprintf(text, DAY_TEXT, "%d %s %d", civil.day, months[civil.month - 1], civil.year);
}

static void model_day(json_t *object, const char *name, wf_date date)
{
    char text[DAY_TEXT];
    write_day(date, text);
    model_optional(object, name, text);
}

/* The reader's own acts are shown to the minute, in UTC. */
static void model_time(json_t *object, const char *name, wf_time time)
{
    char day[DAY_TEXT], text[DAY_TEXT + 24];
    if (!time)
        return;
    write_day(wf_time_to_utc_date(time), day);
    int minutes = (int)(time % WF_DAY / WF_MINUTE);
    (void)snprintf(text, sizeof text, "%s, %02d:%02d UTC", day, minutes / 60, minutes % 60);
    model_text(object, name, text);
}

/* ---- text as headings and paragraphs ---- */

/* An empty line parts paragraphs.  Nothing left: the array is empty, and the page says so. */
static json_t *paragraphs_of(const char *text)
{
    json_t *paragraphs = json_array();
    while (*text) {
        text += strspn(text, "\n\r\t ");
        const char *end = strstr(text, "\n\n");
        size_t length = end ? (size_t)(end - text) : strlen(text);
        if (length)
            (void)json_array_append_new(paragraphs, json_stringn(text, length));
        text += length;
    }
    return paragraphs;
}

static const char *answer_of(const Endorse__V1__PaperText *text, const char *prompt)
{
    for (size_t i = 0; i < text->n_answers; i++)
        if (strcmp(text->answers[i]->prompt, prompt) == 0)
            return text->answers[i]->text;
    return "";
}

static json_t *answers_model(const struct desk_view *view)
{
    json_t *answers = json_array();
    for (int32_t i = 0; view->text && i < view->form->prompt_count; i++) {
        const struct wf_exam_prompt *prompt = &view->form->prompts[i];
        json_t *row = json_object();
        model_text(row, "id", prompt->id);
        model_text(row, "title", prompt->title);
        (void)json_object_set_new(row, "vignette", paragraphs_of(prompt->vignette));
        (void)json_object_set_new(row, "question", paragraphs_of(prompt->question));
        (void)json_object_set_new(row, "paragraphs",
                                  paragraphs_of(answer_of(view->text, prompt->id)));
        (void)json_array_append_new(answers, row);
    }
    return answers;
}

/* ---- the rubric with the own sheet in it ---- */

static json_t *levels_model(const struct wf_exam_criterion *criterion, int32_t points)
{
    json_t *levels = json_array();
    for (int32_t i = criterion->least; i <= criterion->most; i++) {
        json_t *row = json_object();
        model_number(row, "points", i);
        model_text(row, "text", criterion->levels[i - criterion->least]);
        model_flag(row, "checked", i == points);
        (void)json_array_append_new(levels, row);
    }
    return levels;
}

static json_t *comments_model(const struct wf_exam_form *form, const char *criterion,
                              uint64_t chosen)
{
    json_t *comments = json_array();
    for (int32_t i = 0; i < form->comment_count; i++) {
        if (strcmp(form->comments[i].criterion, criterion) != 0)
            continue;
        json_t *row = json_object();
        model_text(row, "comment", form->comments[i].id);
        model_text(row, "text", form->comments[i].text);
        model_flag(row, "checked", (chosen >> i & 1) != 0);
        (void)json_array_append_new(comments, row);
    }
    return comments;
}

static const char *finding_of(const struct desk_view *view, const char *field)
{
    for (size_t i = 0; view->findings && i < view->findings->count; i++)
        if (strcmp(view->findings->rows[i].field, field) == 0)
            return view->findings->rows[i].text;
    return NULL;
}

static json_t *criterion_model(const struct desk_view *view, int32_t place)
{
    const struct wf_exam_criterion *criterion = &view->form->criteria[place];
    const char *finding = finding_of(view, criterion->id);
    json_t *row = json_object();
    model_text(row, "id", criterion->id);
    model_number(row, "number", place + 1);
    model_text(row, "title", criterion->title);
    model_text(row, "guidance", criterion->guidance);
    (void)json_object_set_new(row, "levels", levels_model(criterion, view->sheet.points[place]));
    (void)json_object_set_new(row, "comments",
                              comments_model(view->form, criterion->id, view->sheet.comments));
    model_text(row, "note", view->sheet.notes[place]);
    model_flag(row, "noted", *view->sheet.notes[place] != '\0');
    model_number(row, "most", criterion->most);
    if (view->sheet.points[place] != SEAT_NO_POINTS) {
        json_t *given = json_object();
        model_number(given, "points", view->sheet.points[place]);
        model_text(given, "text", criterion->levels[view->sheet.points[place] - criterion->least]);
        (void)json_object_set_new(row, "given", given);
    }
    model_optional(row, "error", finding);
    return row;
}

static json_t *criteria_model(const struct desk_view *view)
{
    json_t *criteria = json_array();
    for (int32_t i = 0; i < view->form->criterion_count; i++)
        (void)json_array_append_new(criteria, criterion_model(view, i));
    return criteria;
}

/* ---- the rest ---- */

static json_t *reasons_model(enum seat_state_name state)
{
    static const char *const decline[][2] = {
#define WF_X(code, text) {code, text},
        SEAT_DECLINE_REASONS(WF_X)
#undef WF_X
    };
    static const char *const recuse[][2] = {
#define WF_X(code, text) {code, text},
        SEAT_RECUSE_REASONS(WF_X)
#undef WF_X
    };
    bool declines = state == SEAT_OFFERED;
    size_t count = declines ? sizeof decline / sizeof decline[0] : sizeof recuse / sizeof recuse[0];
    json_t *reasons = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *row = json_object();
        model_text(row, "reason", declines ? decline[i][0] : recuse[i][0]);
        model_text(row, "text", declines ? decline[i][1] : recuse[i][1]);
        (void)json_array_append_new(reasons, row);
    }
    return reasons;
}

static json_t *errors_model(const struct desk_view *view)
{
    json_t *errors = json_object(), *rows = json_array();
    for (size_t i = 0; i < view->findings->count; i++) {
        const struct desk_finding *finding = &view->findings->rows[i];
        int32_t place = wf_exam_criterion_find(view->form, finding->field);
        char text[2 * WF_EXAM_TITLE_MAX];
        json_t *row = json_object();
        (void)snprintf(text, sizeof text, "%s%s%s",
                       place < 0 ? "" : view->form->criteria[place].title, place < 0 ? "" : ": ",
                       finding->text);
        model_optional(row, "field", finding->field);
        model_text(row, "text", text);
        (void)json_array_append_new(rows, row);
    }
    (void)json_object_set_new(errors, "rows", rows);
    return errors;
}

/* A word of the list or of a seat, for people. */
static const char *status_words(const char *state)
{
    static const struct {
        const char *state, *words;
    } rows[] = {{"offered", "Waiting for your answer"},
                {"accepted", "Accepted, not yet opened"},
                {"opened", "Being scored"},
                {"paused", "Being looked at again; please wait"},
                {"locked", "Locked; nothing more to do"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].state, state) == 0)
            return rows[i].words;
    return "";
}

static void add_locked(json_t *model, const struct seat_state *seat)
{
    static const char *const said[] = {"", "You said: no.", "You said: I suspect it.",
                                       "You said: I know it."};
    model_time(model, "locked", seat->locked_at);
    model_flag(model, "ask_known", seat->state == SEAT_LOCKED && !seat->known);
    model_optional(model, "said_known", said[seat->known]);
    model_flag(model, "may_ask", seat->state == SEAT_LOCKED && !seat->correction_asked);
    model_flag(model, "asked", seat->correction_asked);
}

/* Where it is to be mended, or above all. */
static void add_problem(json_t *model, const struct desk_view *view)
{
    char name[32] = "problem";
    if (view->problem_field)
        (void)snprintf(name, sizeof name, "%s_error", view->problem_field);
    model_optional(model, name, view->problem);
    model_optional(model, "remarks_error", finding_of(view, "remarks"));
}

json_t *desk_view_model(const struct desk_view *view)
{
    const struct seat_state *seat = view->seat;
    json_t *model = json_object();
    model_text(model, "code", view->code);
    model_text(model, "csrf", view->csrf);
    model_text(model, "form_title", view->form->title);
    model_text(model, "introduction", view->form->introduction);
    model_text(model, "status", status_words(seat_listed_state(seat)));
    model_day(model, "respond_by", seat->state == SEAT_OFFERED ? seat->respond_by : WF_NO_DATE);
    model_day(model, "due", seat->due);
    model_flag(model, "paused", seat->paused);
    model_number(model, "text_version", seat->text_version);
    model_number(model, "sheet_version", seat->sheet_version);
    (void)json_object_set_new(model, "answers", answers_model(view));
    (void)json_object_set_new(model, "criteria", criteria_model(view));
    model_flag(model, "chosen", view->sheet.comments != 0);
    model_text(model, "remarks", view->sheet.remarks);
    model_time(model, "saved", seat->saved_at);
    add_locked(model, seat);
    (void)json_object_set_new(model, "reasons", reasons_model(seat->state));
    add_problem(model, view);
    if (view->findings && view->findings->count)
        (void)json_object_set_new(model, "errors", errors_model(view));
    return model;
}

/* ---- the own list ---- */

struct line {
    const struct reader_seat *seat;
    uint8_t place[32]; /* SHA-256 of the code */
};

static int by_place(const void *one, const void *other)
{
    const struct line *first = one, *second = other;
    return memcmp(first->place, second->place, sizeof first->place);
}

static json_t *line_model(const struct reader_seat *seat)
{
    json_t *row = json_object();
    model_text(row, "code", seat->code);
    model_text(row, "status", status_words(seat->state));
    model_flag(row, "waits",
               strcmp(seat->state, "locked") != 0 && strcmp(seat->state, "paused") != 0);
    model_day(row, "respond_by",
              strcmp(seat->state, "offered") == 0 ? seat->respond_by : WF_NO_DATE);
    model_day(row, "due", strcmp(seat->state, "locked") != 0 ? seat->due : WF_NO_DATE);
    return row;
}

json_t *desk_list_model(const struct reader_state *reader, const char *csrf)
{
    struct line lines[READER_SEATS_MAX];
    size_t count = 0;
    for (; count < READER_SEATS_MAX && reader->seats[count].code[0]; count++) {
        const char *code = reader->seats[count].code;
        lines[count].seat = &reader->seats[count];
        wf_sha256((struct wf_bytes){(const uint8_t *)code, strlen(code)}, lines[count].place);
    }
    qsort(lines, count, sizeof lines[0], by_place);
    json_t *model = json_object(), *rows = json_array();
    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(rows, line_model(lines[i].seat));
    (void)json_object_set_new(model, "seats", rows);
    model_flag(model, "any", count > 0);
    model_text(model, "csrf", csrf);
    return model;
}
