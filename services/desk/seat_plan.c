/* Decisions of a seat -> messages to exam and to the own reader, and the index.  DESK 2.7. */
#include "desk_service.h"

#include <stdio.h>
#include <string.h>

void seat_index_name(const char *code, char name[static SEAT_INDEX_MAX])
{
    (void)snprintf(name, SEAT_INDEX_MAX, "seat:%s", code);
}

static void list(const struct seat_state *seat, const char *code, struct wf_plan *plan)
{
    char due[WF_DATE_TEXT], respond_by[WF_DATE_TEXT];
    Endorse__V1__SeatListed message = ENDORSE__V1__SEAT_LISTED__INIT;
    wf_date_format(seat->due, due);
    wf_date_format(seat->respond_by, respond_by);
    message.code = (char *)code;
    message.state = (char *)seat_listed_state(seat);
    message.due_on = due;
    message.respond_by_on = respond_by;
    wf_plan_send(plan, WF_MESSAGE_SEAT_LISTED, seat->reader, &message.base);
}

static void change(const char *code, const char *member, enum seat_change what,
                   struct wf_bytes bytes, struct wf_plan *plan)
{
    char name[SEAT_INDEX_MAX];
    if (what == SEAT_KEEP)
        return;
    seat_index_name(code, name);
    struct wf_index index = {.op = what == SEAT_PUT ? WF_INDEX_HASH_PUT : WF_INDEX_HASH_DROP,
                             .name = {(const uint8_t *)name, strlen(name)},
                             .member = {(const uint8_t *)member, strlen(member)}};
    if (what == SEAT_PUT)
        index.value = bytes;
    wf_plan_index(plan, &index);
}

static void report_sheet(const struct seat_event *event, const struct seat_state *after,
                         struct wf_plan *plan)
{
    Endorse__V1__SeatScore rows[WF_EXAM_CRITERIA_MAX], *scores[WF_EXAM_CRITERIA_MAX];
    char *comments[WF_EXAM_COMMENTS_MAX];
    Endorse__V1__SeatSubmitted message = ENDORSE__V1__SEAT_SUBMITTED__INIT;
    for (int32_t i = 0; i < event->entered.score_count; i++) {
        endorse__v1__seat_score__init(&rows[i]);
        rows[i].criterion = (char *)event->entered.scores[i].criterion;
        rows[i].points = event->entered.scores[i].points;
        scores[i] = &rows[i];
    }
    for (int32_t i = 0; i < event->entered.comment_count; i++)
        comments[i] = (char *)event->entered.comments[i];
    message.sheet_version = after->sheet_version;
    message.text_version = after->text_version;
    message.scores = scores;
    message.n_scores = (size_t)event->entered.score_count;
    message.comments = comments;
    message.n_comments = (size_t)event->entered.comment_count;
    message.sheet_sha256 = (ProtobufCBinaryData){.data = (uint8_t *)event->sheet_sha256,
                                                 .len = sizeof event->sheet_sha256};
    wf_plan_send(plan, WF_MESSAGE_SEAT_SUBMITTED, event->meta.self.id, &message.base);
}

static void report_words(const struct seat_event *event, struct wf_plan *plan)
{
    const char *code = event->meta.self.id;
    Endorse__V1__SeatDeclined declined = ENDORSE__V1__SEAT_DECLINED__INIT;
    Endorse__V1__SeatRecused recused = ENDORSE__V1__SEAT_RECUSED__INIT;
    Endorse__V1__SeatQuestioned questioned = ENDORSE__V1__SEAT_QUESTIONED__INIT;
    Endorse__V1__SeatWriterKnown known = ENDORSE__V1__SEAT_WRITER_KNOWN__INIT;
    declined.reason = recused.reason = (char *)event->reason;
    questioned.prompt = (char *)event->prompt;
    known.known = (Endorse__V1__WriterKnown)event->known;
    if (event->kind == SEAT_EVENT_DECLINE)
        wf_plan_send(plan, WF_MESSAGE_SEAT_DECLINED, code, &declined.base);
    else if (event->kind == SEAT_EVENT_RECUSE)
        wf_plan_send(plan, WF_MESSAGE_SEAT_RECUSED, code, &recused.base);
    else if (event->kind == SEAT_EVENT_QUESTION)
        wf_plan_send(plan, WF_MESSAGE_SEAT_QUESTIONED, code, &questioned.base);
    else if (event->kind == SEAT_EVENT_KNOWN)
        wf_plan_send(plan, WF_MESSAGE_SEAT_WRITER_KNOWN, code, &known.base);
}

static void report(const struct seat_event *event, const struct seat_state *after,
                   struct wf_plan *plan)
{
    const char *code = event->meta.self.id;
    Endorse__V1__SeatAccepted accepted = ENDORSE__V1__SEAT_ACCEPTED__INIT;
    Endorse__V1__SeatOpened opened = ENDORSE__V1__SEAT_OPENED__INIT;
    Endorse__V1__SeatCorrectionRequested asked = ENDORSE__V1__SEAT_CORRECTION_REQUESTED__INIT;
    if (event->kind == SEAT_EVENT_ACCEPT)
        wf_plan_send(plan, WF_MESSAGE_SEAT_ACCEPTED, code, &accepted.base);
    else if (event->kind == SEAT_EVENT_OPEN)
        wf_plan_send(plan, WF_MESSAGE_SEAT_OPENED, code, &opened.base);
    else if (event->kind == SEAT_EVENT_CORRECT)
        wf_plan_send(plan, WF_MESSAGE_SEAT_CORRECTION_REQUESTED, code, &asked.base);
    else if (event->kind == SEAT_EVENT_SUBMIT)
        report_sheet(event, after, plan);
    else
        report_words(event, plan);
}

int seat_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
              const void *after, const void *effects, struct wf_plan *plan, struct wf_error *error)
{
    const struct seat_event *what = event;
    const struct seat_state *seat = after;
    const struct seat_effects *done = effects;
    (void)service;
    (void)before;
    (void)error;
    if (verdict.step != WF_APPLIED)
        return 0; /* the answer carries the reason */
    const char *code = what->meta.self.id;
    if (done->report)
        report(what, seat, plan);
    if (done->list)
        list(seat, code, plan);
    change(code, SEAT_INDEX_TEXT, done->text, (struct wf_bytes){what->bytes, what->text.length},
           plan);
    change(code, SEAT_INDEX_SHEET, done->sheet, (struct wf_bytes){what->bytes, what->sheet.length},
           plan);
    if (done->forget_below)
        wf_plan_perform(plan, &done->forget_below, sizeof done->forget_below);
    return 0;
}
