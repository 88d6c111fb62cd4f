/* Messages -> events of a seat. */
#include "exam_service.h"

#include <string.h>

static int decode_wanted(const Endorse__V1__SeatWanted *from, struct seat_event *event,
                         struct wf_error *error)
{
    event->kind = SEAT_EVENT_WANTED;
    event->place = from->place;
    event->round = from->round;
    event->calibration = from->calibration;
    event->key_hundredths = from->key_hundredths;
    if (EXAM_TAKE(from, handle, event->handle, false, error) ||
        EXAM_TAKE(from, reader, event->reader, false, error) ||
        EXAM_TAKE(from, form, event->form, false, error) ||
        EXAM_TAKE(from, language, event->language, false, error))
        return -1;
    if (exam_pack_read((struct wf_bytes){from->pack.data, from->pack.len}, &event->pack, error))
        return -1;
    return exam_take_text_sealed(from->text_version, from->text_sha256, from->sealed_text,
                                 &event->text, error);
}

static int decode_ordered(const Endorse__V1__SeatOrdered *from, struct seat_event *event,
                          struct wf_error *error)
{
    static const enum seat_event_kind kinds[] = {
        [ENDORSE__V1__SEAT_ORDER_KIND__SEAT_ORDER_UNSPECIFIED] = SEAT_EVENT_COUNT,
        [ENDORSE__V1__SEAT_ORDER_KIND__SEAT_ORDER_CLOSE] = SEAT_EVENT_CLOSE,
        [ENDORSE__V1__SEAT_ORDER_KIND__SEAT_ORDER_SET_ASIDE] = SEAT_EVENT_ASIDE,
        [ENDORSE__V1__SEAT_ORDER_KIND__SEAT_ORDER_COUNT] = SEAT_EVENT_COUNTED,
        [ENDORSE__V1__SEAT_ORDER_KIND__SEAT_ORDER_PAUSE] = SEAT_EVENT_PAUSE,
        [ENDORSE__V1__SEAT_ORDER_KIND__SEAT_ORDER_RESUME] = SEAT_EVENT_RESUME,
        [ENDORSE__V1__SEAT_ORDER_KIND__SEAT_ORDER_CORRECT] = SEAT_EVENT_CORRECT,
        [ENDORSE__V1__SEAT_ORDER_KIND__SEAT_ORDER_WITHDRAW] = SEAT_EVENT_WITHDRAW,
    };
    const Endorse__V1__SeatTextReplaced *text = from->text;
    if ((size_t)from->kind >= sizeof kinds / sizeof kinds[0] ||
        kinds[from->kind] == SEAT_EVENT_COUNT)
        return wf_fail(error, WF_INVALID, "kind is none");
    event->kind = kinds[from->kind];
    if (EXAM_TAKE(from, why, event->why, true, error))
        return -1;
    if (event->kind != SEAT_EVENT_RESUME)
        return 0;
    if (!text)
        return wf_fail(error, WF_INVALID, "text is missing");
    return exam_take_text_sealed(text->text_version, text->text_sha256, text->sealed_text,
                                 &event->text, error);
}

/* A reason is for operations: what is too long is cut, not refused. */
static void take_why(const char *from, struct seat_event *event)
{
    size_t length = strnlen(from, sizeof event->why - 1);
    memcpy(event->why, from, length);
}

static int decode_of_desk(const ProtobufCMessage *payload, struct seat_event *event,
                          struct wf_error *error)
{
    switch (event->meta.message) {
    case WF_MESSAGE_SEAT_ACCEPTED:
        event->kind = SEAT_EVENT_ACCEPTED;
        return 0;
    case WF_MESSAGE_SEAT_DECLINED:
        event->kind = SEAT_EVENT_DECLINED;
        take_why(((const Endorse__V1__SeatDeclined *)payload)->reason, event);
        return 0;
    case WF_MESSAGE_SEAT_OPENED:
        event->kind = SEAT_EVENT_OPENED;
        return 0;
    case WF_MESSAGE_SEAT_RECUSED:
        event->kind = SEAT_EVENT_RECUSED;
        take_why(((const Endorse__V1__SeatRecused *)payload)->reason, event);
        return 0;
    case WF_MESSAGE_SEAT_SUBMITTED:
        event->kind = SEAT_EVENT_SUBMITTED;
        return exam_take_sheet((const void *)payload, &event->sheet, &event->scores, error);
    case WF_MESSAGE_SEAT_QUESTIONED:
        event->kind = SEAT_EVENT_QUESTIONED;
        return EXAM_TAKE((const Endorse__V1__SeatQuestioned *)payload, prompt, event->prompt, true,
                         error);
    case WF_MESSAGE_SEAT_WRITER_KNOWN:
        event->kind = SEAT_EVENT_KNOWN;
        event->known = (int32_t)((const Endorse__V1__SeatWriterKnown *)payload)->known;
        return 0;
    default:
        event->kind = SEAT_EVENT_ASKED; /* WF_MESSAGE_SEAT_CORRECTION_REQUESTED */
        return 0;
    }
}

int seat_decode(void *service, const ProtobufCMessage *payload, void *event, struct wf_error *error)
{
    struct seat_event *seat = event;
    (void)service;
    switch (seat->meta.message) {
    case WF_MESSAGE_SEAT_WANTED:
        return decode_wanted((const void *)payload, seat, error);
    case WF_MESSAGE_SEAT_ORDERED:
        return decode_ordered((const void *)payload, seat, error);
    case WF_MESSAGE_CORRECTION_APPROVED: {
        const Endorse__V1__CorrectionApproved *from = (const void *)payload;
        seat->kind = SEAT_EVENT_APPROVED;
        return exam_take_by(from->seal, from->checked, &seat->by, error);
    }
    default:
        return decode_of_desk(payload, seat, error);
    }
}
