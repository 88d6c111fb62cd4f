/* Decisions of a seat -> messages.  Whatever the desk hears comes from the seat: no address that it
 * sees names a paper. */
#include "exam_service.h"

#include <string.h>

struct outgoing {
    const struct seat_event *event;
    const struct seat *after;
    const struct seat_effects *effects;
    const char *code;
    struct wf_plan *plan;
};

static ProtobufCBinaryData binary(const void *data, size_t length)
{
    return (ProtobufCBinaryData){.data = (uint8_t *)(uintptr_t)data, .len = length};
}

/* The text's key came with this very message, and stays nowhere here. */
static ProtobufCBinaryData aside_key(const struct outgoing *out)
{
    struct wf_bytes aside = wf_plan_aside(out->plan);
    return binary(aside.data, aside.length);
}

static void last_day(wf_time until, char text[static WF_DATE_TEXT])
{
    wf_date_format(wf_time_to_utc_date(until - 1), text);
}

static void offer(const struct outgoing *out)
{
    const struct exam_text *text = &out->event->text;
    char respond_by[WF_DATE_TEXT], due[WF_DATE_TEXT];
    Endorse__V1__SeatOffered message = ENDORSE__V1__SEAT_OFFERED__INIT;
    last_day(out->after->respond_until, respond_by);
    last_day(out->after->due_until, due);
    message.reader = (char *)out->after->reader;
    message.form = (char *)out->event->form;
    message.language = (char *)out->event->language;
    message.text_version = text->version;
    message.text_sha256 = binary(text->sha256, sizeof text->sha256);
    message.sealed_text = binary(text->sealed, text->length);
    message.sealed_key = aside_key(out);
    message.respond_by_on = respond_by;
    message.due_on = due;
    wf_plan_send(out->plan, WF_MESSAGE_SEAT_OFFERED, out->code, &message.base);
}

static void replace_text(const struct outgoing *out)
{
    const struct exam_text *text = &out->event->text;
    Endorse__V1__SeatTextReplaced message = ENDORSE__V1__SEAT_TEXT_REPLACED__INIT;
    message.text_version = text->version;
    message.text_sha256 = binary(text->sha256, sizeof text->sha256);
    message.sealed_text = binary(text->sealed, text->length);
    message.sealed_key = aside_key(out);
    wf_plan_send(out->plan, WF_MESSAGE_SEAT_TEXT_REPLACED, out->code, &message.base);
}

static void tell_desk(const struct outgoing *out)
{
    Endorse__V1__SeatPaused paused = ENDORSE__V1__SEAT_PAUSED__INIT;
    Endorse__V1__SeatClosed closed = ENDORSE__V1__SEAT_CLOSED__INIT;
    Endorse__V1__SeatCorrectionAllowed allowed = ENDORSE__V1__SEAT_CORRECTION_ALLOWED__INIT;
    switch (out->effects->desk) {
    case SEAT_DESK_NOTHING:
        return;
    case SEAT_DESK_OFFERED:
        offer(out);
        return;
    case SEAT_DESK_TEXT:
        replace_text(out);
        return;
    case SEAT_DESK_PAUSED:
        wf_plan_send(out->plan, WF_MESSAGE_SEAT_PAUSED, out->code, &paused.base);
        return;
    case SEAT_DESK_CLOSED:
        wf_plan_send(out->plan, WF_MESSAGE_SEAT_CLOSED, out->code, &closed.base);
        return;
    case SEAT_DESK_CORRECTION:
        allowed.sheet_version = out->after->sheet.version + 1;
        wf_plan_send(out->plan, WF_MESSAGE_SEAT_CORRECTION_ALLOWED, out->code, &allowed.base);
        return;
    }
}

/* ---- to the paper ---- */

static void fill_sheet(const struct seat *seat, Endorse__V1__SeatSubmitted *sheet,
                       Endorse__V1__SeatScore *scores, Endorse__V1__SeatScore **rows,
                       char **comments)
{
    for (int32_t i = 0; i < seat->pack.criteria_count; i++) {
        endorse__v1__seat_score__init(&scores[i]);
        scores[i].criterion = (char *)seat->pack.criteria[i].name;
        scores[i].points = seat->sheet.points[i];
        rows[i] = &scores[i];
    }
    for (int32_t i = 0; i < seat->sheet.comment_count; i++)
        comments[i] = (char *)seat->sheet.comments[i].code;
    sheet->sheet_version = seat->sheet.version;
    sheet->text_version = seat->sheet.text_version;
    sheet->scores = rows;
    sheet->n_scores = (size_t)seat->pack.criteria_count;
    sheet->comments = comments;
    sheet->n_comments = (size_t)seat->sheet.comment_count;
    sheet->sheet_sha256 = binary(seat->sheet.sha256, sizeof seat->sheet.sha256);
}

static void tell_paper(const struct outgoing *out)
{
    Endorse__V1__SeatTold message = ENDORSE__V1__SEAT_TOLD__INIT;
    Endorse__V1__SeatSubmitted sheet = ENDORSE__V1__SEAT_SUBMITTED__INIT;
    Endorse__V1__SeatScore scores[ADJUDICATE_CRITERIA_MAX], *rows[ADJUDICATE_CRITERIA_MAX];
    char *comments[EXAM_COMMENTS_MAX];
    if (out->effects->told == SEAT_TOLD_NOTHING)
        return;
    message.kind = (Endorse__V1__SeatToldKind)out->effects->told;
    message.place = out->after->place;
    message.why = (char *)out->effects->why;
    message.known = (Endorse__V1__WriterKnown)out->after->known;
    message.text_version = out->after->text_version;
    message.prompt = (char *)out->event->prompt;
    if (out->effects->told == SEAT_TOLD_IT_SUBMITTED) {
        fill_sheet(out->after, &sheet, scores, rows, comments);
        message.sheet = &sheet;
    }
    wf_plan_send(out->plan, WF_MESSAGE_SEAT_TOLD, out->after->handle, &message.base);
}

/* ---- to the pool ---- */

static void tell_pool(const struct outgoing *out)
{
    static const Endorse__V1__ReaderToldKind calibrations[] = {
        [SEAT_CALIBRATION_OPENED] = ENDORSE__V1__READER_TOLD_KIND__READER_TOLD_OPENED,
        [SEAT_CALIBRATION_GONE] = ENDORSE__V1__READER_TOLD_KIND__READER_TOLD_GONE,
        [SEAT_CALIBRATION_WITHIN] = ENDORSE__V1__READER_TOLD_KIND__READER_TOLD_CALIBRATION,
        [SEAT_CALIBRATION_OUTSIDE] = ENDORSE__V1__READER_TOLD_KIND__READER_TOLD_CALIBRATION};
    char due[WF_DATE_TEXT];
    Endorse__V1__ReaderTold message = ENDORSE__V1__READER_TOLD__INIT;
    Endorse__V1__ReaderNotice notice = ENDORSE__V1__READER_NOTICE__INIT;
    message.reader = (char *)out->after->reader;
    if (out->effects->notice) {
        bool offered = out->after->state == SEAT_OFFERED;
        last_day(offered ? out->after->respond_until : out->after->due_until, due);
        notice.kind = (Endorse__V1__ReaderNoticeKind)out->effects->notice;
        notice.due_on = due;
        message.kind = ENDORSE__V1__READER_TOLD_KIND__READER_TOLD_NOTICE;
        message.notice = &notice;
        wf_plan_send(out->plan, WF_MESSAGE_READER_TOLD, EXAM_POOL, &message.base);
    }
    if (out->effects->calibration != SEAT_CALIBRATION_NOTHING) {
        message.kind = calibrations[out->effects->calibration];
        message.notice = NULL;
        message.handle = (char *)out->after->handle;
        message.within = out->effects->calibration == SEAT_CALIBRATION_WITHIN;
        wf_plan_send(out->plan, WF_MESSAGE_READER_TOLD, EXAM_POOL, &message.base);
    }
}

int seat_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
              const void *after, const void *effects, struct wf_plan *plan, struct wf_error *error)
{
    (void)service;
    (void)before;
    (void)error;
    if (verdict.step != WF_APPLIED)
        return 0;
    struct outgoing out = {.event = event, .after = after, .effects = effects, .plan = plan};
    out.code = out.event->meta.self.id;
    tell_desk(&out);
    tell_paper(&out);
    tell_pool(&out);
    return 0;
}
