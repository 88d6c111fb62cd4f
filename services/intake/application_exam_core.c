/* The exam of an application: sittings, parts, retakes, appeals.  SPEC 2.10. */
#include "application_rules.h"

#include <string.h>

#define BOTH_PARTS (1 << EXAM_PART_ONE | 1 << EXAM_PART_TWO)
enum { APPEAL_RESCORE = 2 };

struct wf_verdict application_rule_refuse_not_eligible(struct application_work *work)
{
    (void)work;
    return application_refuse(APPLICATION_REASON_NOT_ELIGIBLE);
}

static int32_t *part_of(struct application_exam *exam, int32_t part)
{
    return part == EXAM_PART_ONE ? &exam->part_one : &exam->part_two;
}

static bool is_current(const struct application_exam *exam, const char *id)
{
    return exam->id[0] && strcmp(exam->id, id) == 0;
}

static bool has_results(const struct application_exam *exam)
{
    return exam->step == EXAM_SCORING;
}

/* ---- sittings ---- */

/* After a failed attempt a sitting needs a retake that was asked for in time. */
static enum application_reason_id may_sit(const struct application_work *work,
                                          const struct application_sitting *wish)
{
    const struct application_exam *exam = &work->after->exam;
    if (has_results(exam))
        return APPLICATION_REASON_EXAM_UNDER_WAY;
    if (exam->step == EXAM_FAILED && exam->retake_on != wish->on)
        return APPLICATION_REASON_RETAKE_NOT_REQUESTED;
    if (exam->step == EXAM_FAILED && is_current(exam, wish->exam))
        return APPLICATION_REASON_EXAM_ID_USED;
    if (work->after->eligible_until != WF_NO_DATE && wish->on > work->after->eligible_until)
        return APPLICATION_REASON_AFTER_ELIGIBILITY;
    return APPLICATION_REASON_NONE;
}

/* What was passed stays passed; what is sat again is open.  SPEC 2.10, carry-forward. */
static void begin_attempt(struct application_exam *exam)
{
    int32_t parts = exam->step == EXAM_FAILED ? exam->retake_parts : BOTH_PARTS;
    for (int32_t part = EXAM_PART_ONE; part <= EXAM_PART_TWO; part++) {
        if (parts >> part & 1 && *part_of(exam, part) != EXAM_PASSED)
            *part_of(exam, part) = EXAM_OPEN;
    }
    if (exam->part_two == EXAM_OPEN) {
        memset(exam->paper, 0, sizeof exam->paper);
        exam->appeals = 0;
        exam->resolution = 0;
        exam->resolved_on = WF_NO_DATE;
        exam->criterion_count = exam->comment_count = 0;
        memset(exam->criteria, 0, sizeof exam->criteria);
        memset(exam->comments, 0, sizeof exam->comments);
        exam->score_hundredths = exam->most = 0;
    }
    exam->attempt++;
    exam->retake_on = WF_NO_DATE;
    exam->retake_parts = 0;
}

struct wf_verdict application_rule_exam_scheduled(struct application_work *work)
{
    struct application_exam *exam = &work->after->exam;
    const struct application_sitting *wish = &work->event->is.sitting;
    enum application_reason_id reason = may_sit(work, wish);
    if (reason != APPLICATION_REASON_NONE)
        return application_refuse(reason);
    if (exam->step != EXAM_SCHEDULED)
        begin_attempt(exam);
    exam->step = EXAM_SCHEDULED;
    memcpy(exam->id, wish->exam, sizeof exam->id);
    exam->sitting_on = wish->on;
    work->after->due = application_end_of(work, wish->on + work->policy->held_days);
    application_tell(work, INTAKE_OUTCOME_EXAM_SITTING, 0);
    return wf_applied();
}

/* ---- the end of an attempt ---- */

static void begin_waiting(struct application_work *work)
{
    struct application_exam *exam = &work->after->exam;
    wf_date today = application_today(work);
    const struct wf_edition *edition = application_edition(work, today);
    if (!edition)
        return;
    exam->retake_from = exam->sitting_on + edition->exam_retake_wait_days;
    work->after->due = 0;
    work->after->eligible_until = WF_NO_DATE;
    if (edition->exam_eligibility_days == 0)
        return;
    wf_date from = exam->retake_from > today ? exam->retake_from : today;
    work->after->eligible_until = from + edition->exam_eligibility_days;
    work->after->due = application_end_of(work, work->after->eligible_until);
}

static void tell_result(struct application_work *work)
{
    application_tell(work, INTAKE_OUTCOME_EXAM_RESULT, 0);
    application_mail(work, APPLICATION_MAIL_EXAM_FEEDBACK, application_today(work));
}

static void endorse(struct application_work *work)
{
    struct application_exam *exam = &work->after->exam;
    wf_date today = application_today(work);
    exam->step = EXAM_OVER;
    tell_result(work);
    application_endorse(work, today);
}

/* Both parts known: endorsed, or eligible again after the wait. */
static void decide(struct application_work *work)
{
    struct application_exam *exam = &work->after->exam;
    if (exam->part_one == EXAM_OPEN || exam->part_two == EXAM_OPEN)
        return;
    if (exam->part_one == EXAM_PASSED && exam->part_two == EXAM_PASSED) {
        endorse(work);
        return;
    }
    exam->step = EXAM_FAILED;
    begin_waiting(work);
    tell_result(work);
}

static bool is_waited_for(const struct application_exam *exam)
{
    return exam->part_one == EXAM_OPEN || (exam->part_two == EXAM_OPEN && !exam->paper[0]);
}

/* What the portal still owes has a day; what is with the readers has none of ours. */
static void begin_scoring(struct application_work *work)
{
    struct application_exam *exam = &work->after->exam;
    exam->step = EXAM_SCORING;
    work->after->due = is_waited_for(exam)
                           ? application_end_of(work, exam->sitting_on + work->policy->held_days)
                           : 0;
}

struct wf_verdict application_rule_tick_exam(struct application_work *work)
{
    struct application_exam *exam = &work->after->exam;
    bool over = application_emerging_over(work);
    if (work->after->due == 0 || work->now < work->after->due)
        return over ? wf_applied() : wf_ignored();
    if (exam->step != EXAM_SCORING)
        return application_rule_tick_eligibility(work);
    if (exam->part_one == EXAM_OPEN)
        exam->part_one = EXAM_NOT_PASSED;
    if (exam->part_two == EXAM_OPEN && !exam->paper[0])
        exam->part_two = EXAM_NOT_PASSED;
    work->after->due = 0;
    decide(work);
    return wf_applied();
}

/* ---- part one ---- */

static enum application_reason_id judge_part_one(const struct application_work *work,
                                                 const struct application_part *part, bool *passed)
{
    const struct application_exam *exam = &work->after->exam;
    const struct wf_edition *edition = application_edition(work, exam->sitting_on);
    if (part->part != EXAM_PART_ONE)
        return APPLICATION_REASON_PART_SCORED_HERE;
    if (!is_current(exam, part->exam))
        return APPLICATION_REASON_EXAM_UNKNOWN;
    if (exam->part_one == EXAM_PASSED && exam->sat_one != exam->attempt)
        return APPLICATION_REASON_PART_PASSED;
    if (!edition || part->items != edition->exam_part1_items || part->correct > part->items)
        return APPLICATION_REASON_PART_ITEMS;
    *passed = part->correct >= edition->exam_part1_pass;
    return APPLICATION_REASON_NONE;
}

struct wf_verdict application_rule_exam_part(struct application_work *work)
{
    struct application_exam *exam = &work->after->exam;
    const struct application_part *part = &work->event->is.part;
    bool passed = false;
    enum application_reason_id reason = judge_part_one(work, part, &passed);
    if (reason == APPLICATION_REASON_NONE && application_today(work) < exam->sitting_on)
        reason = APPLICATION_REASON_DATE_AHEAD;
    if (reason != APPLICATION_REASON_NONE)
        return application_refuse(reason);
    if (exam->part_one != EXAM_OPEN)
        return part->correct == exam->correct ? wf_applied()
                                              : application_refuse(APPLICATION_REASON_PART_DIFFERS);
    exam->part_one = passed ? EXAM_PASSED : EXAM_NOT_PASSED;
    exam->sat_one = exam->attempt;
    exam->correct = part->correct;
    exam->items = part->items;
    begin_scoring(work);
    application_tell(work, INTAKE_OUTCOME_EXAM_PART, 0);
    decide(work);
    return wf_applied();
}

/* ---- part two ---- */

static enum application_reason_id may_hand_in(const struct application_work *work)
{
    const struct application_exam *exam = &work->after->exam;
    const struct application_essay *essay = &work->event->is.essay;
    if (!is_current(exam, essay->exam))
        return APPLICATION_REASON_EXAM_UNKNOWN;
    if (application_today(work) < exam->sitting_on)
        return APPLICATION_REASON_DATE_AHEAD;
    if (exam->part_two == EXAM_PASSED)
        return APPLICATION_REASON_PART_PASSED;
    if (exam->part_two != EXAM_OPEN || exam->paper[0])
        return APPLICATION_REASON_ESSAY_TWICE;
    if (!essay->form_known || !(essay->form_categories >> work->after->registration.category & 1))
        return APPLICATION_REASON_FORM_UNKNOWN;
    if (essay->answers != essay->prompts)
        return APPLICATION_REASON_ANSWERS_DIFFER;
    return APPLICATION_REASON_NONE;
}

struct wf_verdict application_rule_exam_essay(struct application_work *work)
{
    struct application_exam *exam = &work->after->exam;
    enum application_reason_id reason = may_hand_in(work);
    if (reason != APPLICATION_REASON_NONE)
        return application_refuse(reason);
    memcpy(exam->paper, work->event->is.essay.handle, sizeof exam->paper);
    memcpy(exam->form, work->event->is.essay.form, sizeof exam->form);
    begin_scoring(work);
    application_push(work, APPLICATION_PAPER);
    application_tell(work, INTAKE_OUTCOME_EXAM_IN_REVIEW, 0);
    return wf_applied();
}

/* A later resolution is that of an appeal: it never takes back what was passed. */
struct wf_verdict application_rule_paper_result(struct application_work *work)
{
    struct application_exam *exam = &work->after->exam;
    const struct application_paper_result *result = &work->event->is.paper_result;
    bool appealed = exam->step == EXAM_FAILED;
    if (strcmp(result->handle, exam->paper) != 0 || result->resolution <= exam->resolution)
        return wf_ignored();
    exam->resolution = result->resolution;
    exam->resolved_on = application_today(work);
    exam->part_two = result->passed ? EXAM_PASSED : EXAM_NOT_PASSED;
    exam->score_hundredths = result->score_hundredths;
    exam->most = result->most;
    exam->criterion_count = result->criterion_count;
    memcpy(exam->criteria, result->criteria, sizeof exam->criteria);
    exam->comment_count = result->comment_count;
    memcpy(exam->comments, result->comments, sizeof exam->comments);
    if (!appealed) {
        decide(work);
        return wf_applied();
    }
    if (exam->part_one == EXAM_PASSED && exam->part_two == EXAM_PASSED)
        endorse(work);
    else
        tell_result(work);
    return wf_applied();
}

/* ---- retakes and appeals ---- */

static enum application_reason_id may_retake(const struct application_work *work,
                                             const struct application_retake *wish)
{
    const struct application_exam *exam = &work->after->exam;
    wf_date today = application_today(work);
    const struct wf_edition *edition = application_edition(work, today);
    if (exam->step != EXAM_FAILED)
        return APPLICATION_REASON_NOTHING_FAILED;
    if (wish->part != EXAM_PART_ONE && wish->part != EXAM_PART_TWO)
        return APPLICATION_REASON_PART_UNKNOWN;
    if (*part_of((struct application_exam *)exam, wish->part) == EXAM_PASSED)
        return APPLICATION_REASON_PART_PASSED;
    if (wish->requested_on > today)
        return APPLICATION_REASON_DATE_AHEAD;
    if (!edition || wish->sitting_on < exam->retake_from)
        return APPLICATION_REASON_RETAKE_EARLY;
    if (wish->requested_on + edition->exam_retake_notice_days > wish->sitting_on)
        return APPLICATION_REASON_RETAKE_NOTICE;
    if (work->after->eligible_until != WF_NO_DATE && wish->sitting_on > work->after->eligible_until)
        return APPLICATION_REASON_AFTER_ELIGIBILITY;
    return APPLICATION_REASON_NONE;
}

struct wf_verdict application_rule_exam_retake(struct application_work *work)
{
    struct application_exam *exam = &work->after->exam;
    const struct application_retake *wish = &work->event->is.retake;
    enum application_reason_id reason = may_retake(work, wish);
    if (reason != APPLICATION_REASON_NONE)
        return application_refuse(reason);
    if (exam->retake_on != wish->sitting_on)
        exam->retake_parts = 0;
    exam->retake_on = wish->sitting_on;
    exam->retake_parts |= 1 << wish->part;
    application_tell(work, INTAKE_OUTCOME_EXAM_RETAKE, 0);
    return wf_applied();
}

/* exam keeps the text a week longer, so that what is accepted here finds it. */
static bool is_text_gone(const struct application_work *work)
{
    wf_date resolved_on = work->after->exam.resolved_on;
    int32_t days = work->policy->keep_text_days;
    return days && resolved_on != WF_NO_DATE && application_today(work) > resolved_on + days;
}

struct wf_verdict application_rule_exam_appeal(struct application_work *work)
{
    struct application_exam *exam = &work->after->exam;
    const struct application_appeal *appeal = &work->event->is.appeal;
    if (!is_current(exam, appeal->exam))
        return application_refuse(APPLICATION_REASON_EXAM_UNKNOWN);
    if (exam->step != EXAM_FAILED || exam->part_two != EXAM_NOT_PASSED || exam->resolution == 0)
        return application_refuse(APPLICATION_REASON_NOTHING_FAILED);
    if (exam->appeals >> appeal->kind & 1)
        return application_refuse(APPLICATION_REASON_APPEAL_TWICE);
    if (appeal->kind == APPEAL_RESCORE && is_text_gone(work))
        return application_refuse(APPLICATION_REASON_APPEAL_LATE);
    exam->appeals |= 1 << appeal->kind;
    application_push(work, APPLICATION_PAPER_APPEAL)->index = appeal->kind;
    application_tell(work, INTAKE_OUTCOME_EXAM_APPEAL, appeal->kind);
    return wf_applied();
}
