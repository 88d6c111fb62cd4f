/* Messages -> events of a paper. */
#include "exam_service.h"

#include <string.h>

static int take_pack(const struct exam_service *service, const char *name,
                     struct adjudicate_pack *pack, struct wf_error *error)
{
    for (size_t i = 0; i < service->pack_count; i++)
        if (strcmp(service->packs[i].name, name) == 0) {
            *pack = service->packs[i];
            pack->absent = ADJUDICATE_ABSENT_WAIT; /* here a wanted third is read, always */
            return 0;
        }
    return wf_fail(error, WF_INVALID, "there is no rule pack '%s': add its file, reload, retry",
                   name);
}

static int decode_sealed(struct exam_service *service, const Endorse__V1__PaperSealed *from,
                         struct paper_event *event, struct wf_error *error)
{
    event->kind = PAPER_EVENT_SEALED;
    event->category = (int32_t)from->category;
    event->age_line = (int32_t)from->age_line;
    if (EXAM_TAKE(from, form, event->form, false, error) ||
        EXAM_TAKE(from, language, event->language, false, error))
        return -1;
    if (strlen(event->meta.self.id) > EXAM_ID_MAX)
        return wf_fail(error, WF_INVALID, "a handle has at most %d characters", EXAM_ID_MAX);
    return take_pack(service, from->rule_pack, &event->pack, error) ||
                   exam_take_tokens(from->tokens, from->n_tokens, event->tokens,
                                    &event->token_count, error) ||
                   exam_take_text_sealed(from->text_version, from->text_sha256, from->sealed_text,
                                         &event->text, error)
               ? -1
               : 0;
}

static int decode_chosen(const Endorse__V1__ReadersChosen *from, struct paper_event *event,
                         struct wf_error *error)
{
    event->kind = PAPER_EVENT_CHOSEN;
    event->choice = from->choice;
    event->round = from->round;
    if (from->n_slots > EXAM_PLACES)
        return wf_fail(error, WF_INVALID, "slots are more than places");
    for (size_t i = 0; i < from->n_slots; i++) {
        struct paper_slot *slot = &event->slots[i];
        slot->place = (int32_t)from->slots[i]->place;
        if (slot->place < 1 || slot->place > EXAM_PLACES)
            return wf_fail(error, WF_INVALID, "slots[%zu].place is none", i);
        if (EXAM_TAKE(from->slots[i], reader, slot->reader, true, error) ||
            EXAM_TAKE(from->slots[i], why, slot->why, true, error))
            return -1;
    }
    event->slot_count = (int32_t)from->n_slots;
    return EXAM_TAKE(from, lacking, event->lacking, true, error);
}

static int decode_lent(const Endorse__V1__CalibrationChosen *from, struct paper_event *event,
                       struct wf_error *error)
{
    event->kind = PAPER_EVENT_LENT;
    event->choice = from->choice;
    if (EXAM_TAKE(from, reader, event->reader, false, error))
        return -1;
    return EXAM_TAKE(from, why, event->why, true, error);
}

static int decode_told(const Endorse__V1__SeatTold *from, struct paper_event *event,
                       struct wf_error *error)
{
    static const enum paper_event_kind kinds[] = {
        [ENDORSE__V1__SEAT_TOLD_KIND__SEAT_TOLD_UNSPECIFIED] = PAPER_EVENT_COUNT,
        [ENDORSE__V1__SEAT_TOLD_KIND__SEAT_TOLD_OPENED] = PAPER_EVENT_OPENED,
        [ENDORSE__V1__SEAT_TOLD_KIND__SEAT_TOLD_SUBMITTED] = PAPER_EVENT_SUBMITTED,
        [ENDORSE__V1__SEAT_TOLD_KIND__SEAT_TOLD_GONE] = PAPER_EVENT_GONE,
        [ENDORSE__V1__SEAT_TOLD_KIND__SEAT_TOLD_KNOWN] = PAPER_EVENT_KNOWN,
        [ENDORSE__V1__SEAT_TOLD_KIND__SEAT_TOLD_QUESTIONED] = PAPER_EVENT_QUESTIONED,
        [ENDORSE__V1__SEAT_TOLD_KIND__SEAT_TOLD_CORRECTION] = PAPER_EVENT_CORRECTION,
    };
    if ((size_t)from->kind >= sizeof kinds / sizeof kinds[0] ||
        kinds[from->kind] == PAPER_EVENT_COUNT)
        return wf_fail(error, WF_INVALID, "kind is none");
    event->kind = kinds[from->kind];
    event->known = (int32_t)from->known;
    event->text_version = from->text_version;
    if (EXAM_TAKE(from, why, event->why, true, error) ||
        EXAM_TAKE(from, prompt, event->prompt, true, error))
        return -1;
    if (event->kind != PAPER_EVENT_SUBMITTED)
        return 0;
    if (!from->sheet)
        return wf_fail(error, WF_INVALID, "sheet is missing");
    return exam_take_sheet(from->sheet, &event->sheet, &event->scores, error);
}

static int decode_split(const Endorse__V1__SplitDecided *from, struct paper_event *event,
                        struct wf_error *error)
{
    event->kind = PAPER_EVENT_SPLIT;
    if (from->n_members > PAPER_MEMBERS_MAX)
        return wf_fail(error, WF_INVALID, "members are more than %d", PAPER_MEMBERS_MAX);
    for (size_t i = 0; i < from->n_members; i++)
        if (EXAM_TAKE(from, members[i], event->members[i].id, false, error))
            return -1;
    event->member_count = (int32_t)from->n_members;
    if (exam_take_by(from->seal, from->checked, &event->by, error))
        return -1;
    return exam_take_scores(from->scores, from->n_scores, &event->scores, error);
}

static int decode_pinned(const Endorse__V1__NonConflictPinned *from, struct paper_event *event,
                         struct wf_error *error)
{
    event->kind = PAPER_EVENT_PINNED;
    if (EXAM_TAKE(from, reader, event->reader, false, error))
        return -1;
    return exam_take_by(from->seal, from->checked, &event->by, error);
}

static int decode_text(const Endorse__V1__PaperTextReplaced *from, struct paper_event *event,
                       struct wf_error *error)
{
    event->kind = PAPER_EVENT_TEXT;
    return exam_take_text_sealed(from->text_version, from->text_sha256, from->sealed_text,
                                 &event->text, error);
}

static int decode_appealed(const Endorse__V1__PaperAppealed *from, struct paper_event *event,
                           struct wf_error *error)
{
    event->kind = PAPER_EVENT_APPEALED;
    event->rescore = from->kind == ENDORSE__V1__APPEAL_KIND__APPEAL_RESCORE;
    if (from->kind == ENDORSE__V1__APPEAL_KIND__APPEAL_KIND_UNSPECIFIED)
        return wf_fail(error, WF_INVALID, "kind is none");
    return 0;
}

static int decode_gated(const Endorse__V1__PaperGated *from, struct paper_event *event,
                        struct wf_error *error)
{
    event->kind = PAPER_EVENT_GATED;
    event->resolution = from->resolution;
    event->agrees = from->agrees;
    return EXAM_TAKE(from, why, event->gate_why, true, error);
}

static int decode_tokens(const Endorse__V1__PaperTokensChanged *from, struct paper_event *event,
                         struct wf_error *error)
{
    event->kind = PAPER_EVENT_TOKENS;
    return exam_take_tokens(from->tokens, from->n_tokens, event->tokens, &event->token_count,
                            error);
}

int paper_decode(void *service, const ProtobufCMessage *payload, void *event,
                 struct wf_error *error)
{
    struct paper_event *paper = event;
    switch (paper->meta.message) {
    case WF_MESSAGE_PAPER_SEALED:
        return decode_sealed(service, (const void *)payload, paper, error);
    case WF_MESSAGE_PAPER_TEXT_REPLACED:
        return decode_text((const void *)payload, paper, error);
    case WF_MESSAGE_PAPER_TOKENS_CHANGED:
        return decode_tokens((const void *)payload, paper, error);
    case WF_MESSAGE_PAPER_HELD:
        paper->kind = PAPER_EVENT_HELD;
        paper->held = ((const Endorse__V1__PaperHeld *)payload)->held;
        return 0;
    case WF_MESSAGE_PAPER_VOIDED:
        paper->kind = PAPER_EVENT_VOIDED;
        return 0;
    case WF_MESSAGE_PAPER_APPEALED:
        return decode_appealed((const void *)payload, paper, error);
    case WF_MESSAGE_OPERATOR_EXCLUDED:
        paper->kind = PAPER_EVENT_EXCLUDED;
        return EXAM_TAKE((const Endorse__V1__OperatorExcluded *)payload, operator_,
                         paper->operator_id, false, error);
    case WF_MESSAGE_READERS_CHOSEN:
        return decode_chosen((const void *)payload, paper, error);
    case WF_MESSAGE_CALIBRATION_CHOSEN:
        return decode_lent((const void *)payload, paper, error);
    case WF_MESSAGE_SEAT_TOLD:
        return decode_told((const void *)payload, paper, error);
    case WF_MESSAGE_SPLIT_DECIDED:
        return decode_split((const void *)payload, paper, error);
    case WF_MESSAGE_NON_CONFLICT_PINNED:
        return decode_pinned((const void *)payload, paper, error);
    case WF_MESSAGE_PAPER_GATED:
        return decode_gated((const void *)payload, paper, error);
    default:
        return wf_fail(error, WF_INVALID, "no message for a paper");
    }
}
