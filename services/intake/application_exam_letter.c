/* The one letter about an exam, pass or fail.  No count of readers, nothing in a reader's own
 * words: levels, and sentences of the form's bank.  SPEC 2.10. */
#include "application_exam_plan.h"

#include "wf_time.h"

#include <stdio.h>
#include <string.h>

static const char *const part_words[] = {
    [EXAM_OPEN] = "still open", [EXAM_PASSED] = "passed", [EXAM_NOT_PASSED] = "not passed"};

static bool append(char *line, size_t size, const char *between, const char *text)
{
    size_t used = strlen(line);
    size_t needed = strlen(text) + (used ? strlen(between) : 0);
    if (used + needed >= size)
        return false;
    (void)snprintf(line + used, size - used, "%s%s", used ? between : "", text);
    return true;
}

static void say_criteria(const struct wf_exam_form *form, const struct application_exam *exam,
                         char line[static EXAM_LETTER_LINE])
{
    for (int32_t i = 0; i < exam->criterion_count; i++) {
        const struct application_criterion *criterion = &exam->criteria[i];
        int32_t place = form ? wf_exam_criterion_find(form, criterion->id) : -1;
        char text[WF_EXAM_TITLE_MAX + 60];
        (void)snprintf(text, sizeof text, "%s: %d.%02d of %d",
                       place >= 0 ? form->criteria[place].title : criterion->id,
                       (int)(criterion->hundredths / 100), (int)(criterion->hundredths % 100),
                       (int)criterion->most);
        (void)append(line, EXAM_LETTER_LINE, "; ", text);
    }
}

static void say_feedback(const struct wf_exam_form *form, const struct application_exam *exam,
                         struct application_exam_letter *letter)
{
    int32_t line = 0;
    for (int32_t i = 0; form && i < exam->comment_count; i++) {
        int32_t place = wf_exam_comment_find(form, exam->comments[i].code);
        if (place < 0)
            continue;
        const char *text = form->comments[place].text;
        if (!append(letter->feedback[line], EXAM_LETTER_LINE, " ", text) && line == 0)
            (void)append(letter->feedback[++line], EXAM_LETTER_LINE, " ", text);
    }
}

static void say_next(const struct application_state *state, bool passed, char *line, size_t size)
{
    char from[WF_DATE_TEXT];
    char until[WF_DATE_TEXT];
    if (passed) {
        (void)snprintf(line, size, "You need to do nothing more.");
        return;
    }
    wf_date_format(state->exam.retake_from, from);
    wf_date_format(state->eligible_until, until);
    (void)snprintf(line, size,
                   "What you passed counts. What you did not pass can be taken again from %s%s%s.",
                   from, until[0] ? " until " : "", until);
}

void application_exam_letter(const struct wf_exam_book *forms,
                             const struct application_state *state,
                             struct application_exam_letter *letter)
{
    const struct application_exam *exam = &state->exam;
    const struct wf_exam_form *form = forms ? wf_exam_form_named(forms, exam->form) : NULL;
    bool passed = exam->part_one == EXAM_PASSED && exam->part_two == EXAM_PASSED;
    memset(letter, 0, sizeof *letter);
    (void)snprintf(letter->result, sizeof letter->result, "%s", passed ? "passed" : "not passed");
    (void)snprintf(letter->parts, sizeof letter->parts, "Part one: %s. Part two: %s.",
                   part_words[exam->part_one], part_words[exam->part_two]);
    say_criteria(form, exam, letter->criteria);
    say_feedback(form, exam, letter);
    say_next(state, passed, letter->next, sizeof letter->next);
}
