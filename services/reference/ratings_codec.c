/* Messages -> events.  Between programs a bad field is somebody's mistake and parks the aggregate;
 * what a rater wrote wrongly is left to the core, which refuses it with its reason. */
#include "ratings_service.h"

#include "wf_form_message.h"
#include "wf_seal.h"

#include <stdio.h>
#include <string.h>

#define CHECK_WIRE(symbol)                                                                         \
    _Static_assert((int)RATINGS_##symbol == (int)ENDORSE__V1__RATING_STATE__RATING_##symbol,       \
                   "the states are the wire's")
CHECK_WIRE(REQUESTED);
CHECK_WIRE(BOUNCED);
CHECK_WIRE(OPENED);
CHECK_WIRE(COMPLETED);
CHECK_WIRE(NOT_COUNTABLE);
CHECK_WIRE(DECLINED);
CHECK_WIRE(CANCELLED);
CHECK_WIRE(SILENT);
CHECK_WIRE(EXPIRED);

static int take_id(const char *text, const char *field, char id[static WF_ID_MAX + 1],
                   struct wf_error *error)
{
    if (!wf_id_is_valid(text))
        return wf_fail(error, WF_INVALID, "%s is no reference", field);
    memcpy(id, text, strlen(text) + 1);
    return 0;
}

static int decode_asked(const Endorse__V1__RatingRequested *from, struct ratings_event *event,
                        struct wf_error *error)
{
    char association[WF_ID_MAX + 1];
    if (take_id(from->rater_id, "raterId", event->rater_id, error) ||
        take_id(from->applicant_id, "applicantId", event->applicant_id, error) ||
        take_id(from->association, "association", association, error))
        return -1;
    if (strlen(association) > RATINGS_ASSOCIATION_MAX)
        return wf_fail(error, WF_INVALID, "association is longer than any");
    memcpy(event->association, association, strlen(association) + 1);
    event->kind = RATINGS_EVENT_ASKED;
    event->request = from->request;
    event->category = (int32_t)from->category;
    event->age_line = (int32_t)from->age_line;
    event->role = (int32_t)from->role;
    event->waived = from->waived;
    return 0;
}

/* SPEC 6: which reports count as what. */
static int decode_mail(const Endorse__V1__MailReported *from, struct ratings_event *event)
{
    event->request = from->link_request;
    event->generation = from->link_generation;
    switch (from->state) {
    case ENDORSE__V1__MAIL_STATE__MAIL_BOUNCED:
    case ENDORSE__V1__MAIL_STATE__MAIL_GIVEN_UP:
    case ENDORSE__V1__MAIL_STATE__MAIL_NO_ADDRESS:
        event->kind = RATINGS_EVENT_MAIL_FAILED;
        return 0;
    case ENDORSE__V1__MAIL_STATE__MAIL_SENT:
        event->kind = RATINGS_EVENT_MAILED;
        return 0;
    case ENDORSE__V1__MAIL_STATE__MAIL_UNKNOWN:
    case ENDORSE__V1__MAIL_STATE__MAIL_STATE_UNSPECIFIED:
    case _ENDORSE__V1__MAIL_STATE_IS_INT_SIZE:
        break;
    }
    event->kind = RATINGS_EVENT_MAILED;
    event->generation = 0; /* of no link: ignored in every state */
    return 0;
}

/* ---- the acts of a rater ---- */

static int take_paper(const Endorse__V1__RatingKept *kept, struct ratings_event *event,
                      struct wf_error *error)
{
    if (!kept->sealed.len || kept->sealed.len > sizeof event->paper_bytes)
        return wf_fail(error, WF_INVALID, "kept.sealed has no size of ours");
    memcpy(event->paper_bytes, kept->sealed.data, kept->sealed.len);
    event->paper.length = (uint32_t)kept->sealed.len;
    wf_sha256((struct wf_bytes){kept->sealed.data, kept->sealed.len}, event->paper.sha256);
    return 0;
}

static int open_answers(struct ratings_service *service, struct ratings_event *event,
                        struct wf_error *error)
{
    struct wf_buffer plain = {0};
    struct wf_bytes sealed = {event->paper_bytes, event->paper.length};
    int result =
        ratings_unseal_text(service, event->meta.self.id, event->request, sealed, &plain, error);
    if (!result) {
        const ProtobufCMessage *form = wf_unpack(&endorse__v1__rating_form__descriptor,
                                                 wf_buffer_bytes(&plain), &service->arena);
        if (form)
            (void)wf_form_answers_from((const Endorse__V1__RatingForm *)form, &event->answers,
                                       &event->problem);
        else
            result = wf_fail(error, WF_BROKEN, "the sealed answers are no form");
        wf_arena_clear(&service->arena);
        explicit_bzero(plain.data, plain.length);
    }
    wf_buffer_fini(&plain);
    return result;
}

static int decode_act(struct ratings_service *service, const ProtobufCMessage *payload,
                      struct ratings_event *event, struct wf_error *error)
{
    const Endorse__V1__RatingKept *kept = ratings_kept(payload);
    if (!kept)
        return wf_fail(error, WF_INVALID, "kept is missing");
    event->request = kept->request;
    event->generation = kept->generation;
    if (event->kind == RATINGS_EVENT_BEGUN)
        return 0;
    if (take_paper(kept, event, error))
        return -1;
    return event->kind == RATINGS_EVENT_DECLINED ? 0 : open_answers(service, event, error);
}

/* ---- the table ---- */

static enum ratings_event_kind act_of(uint32_t message)
{
    switch (message) {
    case WF_MESSAGE_RATING_BEGUN:
        return RATINGS_EVENT_BEGUN;
    case WF_MESSAGE_RATING_DRAFT_SAVED:
        return RATINGS_EVENT_DRAFT;
    case WF_MESSAGE_RATING_SUBMITTED:
        return RATINGS_EVENT_SUBMITTED;
    case WF_MESSAGE_RATING_DECLINED:
        return RATINGS_EVENT_DECLINED;
    default:
        return RATINGS_EVENT_TICK;
    }
}

int ratings_decode(void *service, const ProtobufCMessage *payload, void *event,
                   struct wf_error *error)
{
    struct ratings_event *ratings = event;
    switch (ratings->meta.message) {
    case WF_MESSAGE_RATING_REQUESTED:
        return decode_asked((const Endorse__V1__RatingRequested *)payload, ratings, error);
    case WF_MESSAGE_RATING_WAIVER_CHANGED:
        ratings->kind = RATINGS_EVENT_WAIVER;
        ratings->request = ((const Endorse__V1__RatingWaiverChanged *)payload)->request;
        ratings->waived = ((const Endorse__V1__RatingWaiverChanged *)payload)->waived;
        return 0;
    case WF_MESSAGE_RATING_CANCELLED:
        ratings->kind = RATINGS_EVENT_CANCELLED;
        ratings->request = ((const Endorse__V1__RatingCancelled *)payload)->request;
        return 0;
    case WF_MESSAGE_RATER_ADDRESS_CHANGED:
        ratings->kind = RATINGS_EVENT_ADDRESS;
        return take_id(((const Endorse__V1__RaterAddressChanged *)payload)->rater_id, "raterId",
                       ratings->rater_id, error);
    case WF_MESSAGE_RATING_LINK_COPIED:
        ratings->kind = RATINGS_EVENT_COPIED;
        ratings->request = ((const Endorse__V1__RatingLinkCopy *)payload)->request;
        (void)snprintf(ratings->reason, sizeof ratings->reason, "%s",
                       ((const Endorse__V1__RatingLinkCopy *)payload)->reason);
        return 0;
    case WF_MESSAGE_MAIL_REPORTED_RATINGS:
        return decode_mail((const Endorse__V1__MailReported *)payload, ratings);
    default:
        ratings->kind = act_of(ratings->meta.message);
        return decode_act(service, payload, ratings, error);
    }
}
