/* Messages -> events of the pool, and of an operator's card. */
#include "exam_service.h"

#include <string.h>

static int take_date(const char *from, const char *field, wf_date *date, struct wf_error *error)
{
    *date = WF_NO_DATE;
    if (*from && !wf_date_parse(from, date))
        return wf_fail(error, WF_INVALID, "%s is no date", field);
    return 0;
}

static int take_qualifications(const Endorse__V1__ReaderCard *from, struct pool_card *card,
                               struct wf_error *error)
{
    for (size_t i = 0; i < from->n_qualifications; i++) {
        const Endorse__V1__ReaderQualification *row = from->qualifications[i];
        struct pool_qualification *to = &card->qualifications[i];
        to->category = (int32_t)row->category;
        if (EXAM_TAKE(row, form, to->form, true, error) ||
            take_date(row->until_on, "untilOn", &to->until, error))
            return -1;
    }
    card->qualification_count = (int32_t)from->n_qualifications;
    return 0;
}

static int take_times(const Endorse__V1__ReaderCard *from, struct pool_card *card,
                      struct wf_error *error)
{
    for (size_t i = 0; i < from->n_unavailable; i++) {
        struct pool_span *span = &card->spans[i];
        if (take_date(from->unavailable[i]->from_on, "fromOn", &span->from, error) ||
            take_date(from->unavailable[i]->until_on, "untilOn", &span->until, error))
            return -1;
        if (span->until == WF_NO_DATE)
            span->until = INT32_MAX;
    }
    card->span_count = (int32_t)from->n_unavailable;
    for (size_t i = 0; i < from->n_languages; i++)
        if (EXAM_TAKE(from, languages[i], card->languages[i].code, false, error))
            return -1;
    card->language_count = (int32_t)from->n_languages;
    return 0;
}

static int decode_card(const Endorse__V1__ReaderCard *from, struct pool_event *event,
                       struct wf_error *error)
{
    event->kind = POOL_EVENT_CARD;
    if (EXAM_TAKE(from, reader, event->reader, false, error))
        return -1;
    event->too_large =
        from->n_tokens > EXAM_TOKENS_MAX || from->n_qualifications > POOL_QUALIFICATIONS_MAX ||
        from->n_languages > POOL_LANGUAGES_MAX || from->n_unavailable > POOL_SPANS_MAX;
    if (event->too_large)
        return 0;
    event->card.active = from->active;
    event->card.capacity = from->capacity > INT16_MAX ? INT16_MAX : (int32_t)from->capacity;
    event->card.window_days =
        from->window_days > INT16_MAX ? INT16_MAX : (int32_t)from->window_days;
    if (exam_take_tokens(from->tokens, from->n_tokens, event->card.tokens, &event->card.token_count,
                         error) ||
        take_qualifications(from, &event->card, error))
        return -1;
    return take_times(from, &event->card, error);
}

static int take_names(char **from, size_t count, struct pool_name *to, int32_t *to_count,
                      int32_t most, struct wf_error *error)
{
    if (count > (size_t)most)
        return wf_fail(error, WF_INVALID, "names are more than %d", most);
    for (size_t i = 0; i < count; i++)
        if (exam_take_text(from[i], "held", false, to[i].id, sizeof to[i].id, error))
            return -1;
    *to_count = (int32_t)count;
    return 0;
}

static int decode_needs(const Endorse__V1__PaperNeeds *from, struct pool_event *event,
                        struct wf_error *error)
{
    event->kind = POOL_EVENT_NEEDS;
    event->round = from->round;
    event->seen = from->seen;
    event->calibrates = from->calibrates;
    event->resting = from->resting;
    event->lent = from->lent > EXAM_LENT_MAX ? EXAM_LENT_MAX : (int32_t)from->lent;
    event->category = (int32_t)from->category;
    if (strlen(event->meta.from.id) > EXAM_ID_MAX || from->n_slots > EXAM_PLACES)
        return wf_fail(error, WF_INVALID, "no paper of ours");
    if (EXAM_TAKE(from, form, event->form, true, error) ||
        EXAM_TAKE(from, language, event->language, true, error) ||
        exam_take_tokens(from->tokens, from->n_tokens, event->tokens, &event->token_count, error))
        return -1;
    for (size_t i = 0; i < from->n_slots; i++) {
        struct pool_wish *wish = &event->wishes[i];
        wish->place = (int32_t)from->slots[i]->place;
        wish->opened = from->slots[i]->opened;
        if (EXAM_TAKE(from->slots[i], reader, wish->reader, true, error))
            return -1;
    }
    event->wish_count = (int32_t)from->n_slots;
    if (take_names(from->held, from->n_held, event->held, &event->held_count, POOL_HELD_MAX, error))
        return -1;
    return take_names(from->pinned, from->n_pinned, event->pinned, &event->pinned_count,
                      POOL_PINNED_MAX, error);
}

static int decode_notice(const Endorse__V1__ReaderTold *from, struct pool_event *event,
                         struct wf_error *error)
{
    wf_date due;
    if (!from->notice)
        return wf_fail(error, WF_INVALID, "notice is missing");
    event->kind = POOL_EVENT_NOTICE;
    event->notice = (int32_t)from->notice->kind;
    if (take_date(from->notice->due_on, "dueOn", &due, error))
        return -1;
    event->due = due;
    return 0;
}

static int decode_told(const Endorse__V1__ReaderTold *from, struct pool_event *event,
                       struct wf_error *error)
{
    if (EXAM_TAKE(from, reader, event->reader, false, error))
        return -1;
    switch (from->kind) {
    case ENDORSE__V1__READER_TOLD_KIND__READER_TOLD_OPENED:
        event->told = POOL_TOLD_OPENED;
        break;
    case ENDORSE__V1__READER_TOLD_KIND__READER_TOLD_GONE:
        event->told = POOL_TOLD_GONE;
        break;
    case ENDORSE__V1__READER_TOLD_KIND__READER_TOLD_CALIBRATION:
        event->told = from->within ? POOL_TOLD_WITHIN : POOL_TOLD_OUTSIDE;
        break;
    case ENDORSE__V1__READER_TOLD_KIND__READER_TOLD_NOTICE:
        return decode_notice(from, event, error);
    case ENDORSE__V1__READER_TOLD_KIND__READER_TOLD_UNSPECIFIED:
    case _ENDORSE__V1__READER_TOLD_KIND_IS_INT_SIZE:
        return wf_fail(error, WF_INVALID, "kind is none");
    }
    event->kind = POOL_EVENT_CALIBRATION;
    return EXAM_TAKE(from, handle, event->handle, false, error);
}

static int decode_planned(const Endorse__V1__PoolPlanned *from, struct pool_event *event,
                          struct wf_error *error)
{
    event->kind = POOL_EVENT_PLANNED;
    event->plan = from->plan;
    event->repaired = from->repaired;
    if (take_date(from->made_on, "madeOn", &event->made_on, error))
        return -1;
    if (from->calibration_percent > 50)
        return wf_fail(error, WF_INVALID, "calibrationPercent is above 50");
    event->calibration_percent = (int32_t)from->calibration_percent;
    if (from->n_slots > POOL_ROWS_MAX || from->n_lacking > POOL_LACKS_MAX)
        return wf_fail(error, WF_INVALID, "a plan has too many rows");
    for (size_t i = 0; i < from->n_slots; i++) {
        struct pool_row *row = &event->rows[i];
        row->place = (int32_t)from->slots[i]->place;
        if (EXAM_TAKE(from->slots[i], handle, row->handle, false, error) ||
            EXAM_TAKE(from->slots[i], reader, row->reader, false, error))
            return -1;
    }
    event->row_count = (int32_t)from->n_slots;
    for (size_t i = 0; i < from->n_lacking; i++) {
        struct pool_lack *lack = &event->lacks[i];
        if (EXAM_TAKE(from->lacking[i], handle, lack->handle, false, error) ||
            EXAM_TAKE(from->lacking[i], certificate, lack->certificate, false, error))
            return -1;
    }
    event->lack_count = (int32_t)from->n_lacking;
    return 0;
}

int pool_decode(void *service, const ProtobufCMessage *payload, void *event, struct wf_error *error)
{
    struct pool_event *pool = event;
    (void)service;
    switch (pool->meta.message) {
    case WF_MESSAGE_READER_CARD:
        return decode_card((const void *)payload, pool, error);
    case WF_MESSAGE_PAPER_NEEDS:
        return decode_needs((const void *)payload, pool, error);
    case WF_MESSAGE_READER_TOLD:
        return decode_told((const void *)payload, pool, error);
    case WF_MESSAGE_POOL_PLANNED:
        return decode_planned((const void *)payload, pool, error);
    default:
        return wf_fail(error, WF_INVALID, "no message for the pool");
    }
}

int operator_decode(void *service, const ProtobufCMessage *payload, void *event,
                    struct wf_error *error)
{
    const Endorse__V1__OperatorCard *from = (const void *)payload;
    struct operator_event *operator_event = event;
    struct operator_card *card = &operator_event->card;
    (void)service;
    if (from->public_key.len != OPERATOR_KEY)
        return wf_fail(error, WF_INVALID, "publicKey has not %d bytes", OPERATOR_KEY);
    card->known = true;
    memcpy(card->public_key, from->public_key.data, OPERATOR_KEY);
    for (size_t i = 0; i < from->n_roles; i++)
        card->roles |= 1u << (unsigned)from->roles[i];
    card->revoked = from->revoked;
    return 0;
}
