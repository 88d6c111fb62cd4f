/* Messages -> events.  All of them come from intake, so a bad field is a mistake of ours and parks the
 * standing; what a portal may get wrong is left to the core, which refuses it with its reason. */
#include "standing_service.h"

#include <string.h>

_Static_assert((int)STANDING_TOPIC_IMH == (int)ENDORSE__V1__TRAINING_TOPIC__TRAINING_IMH &&
                   (int)STANDING_TOPIC_DEI == (int)ENDORSE__V1__TRAINING_TOPIC__TRAINING_DEI &&
                   (int)STANDING_TOPIC_GIVING_RSC ==
                       (int)ENDORSE__V1__TRAINING_TOPIC__TRAINING_GIVING_RSC,
               "the topics are the wire's");
#define CHECK_STATUS(symbol)                                                                       \
    _Static_assert((int)STANDING_IS_##symbol ==                                                    \
                       (int)ENDORSE__V1__STANDING_STATUS__STANDING_##symbol,                       \
                   "the statuses are the wire's")
CHECK_STATUS(ACTIVE);
CHECK_STATUS(LAPSED);
CHECK_STATUS(ARCHIVED);
CHECK_STATUS(EMERITUS);
CHECK_STATUS(ERASED);
_Static_assert((int)STANDING_IS_ON_LEAVE ==
                       (int)ENDORSE__V1__STANDING_STATUS__STANDING_INACTIVE_VOLUNTARY &&
                   (int)STANDING_IS_SANCTIONED ==
                       (int)ENDORSE__V1__STANDING_STATUS__STANDING_INACTIVE_SANCTION,
               "the statuses are the wire's");
_Static_assert((int)STANDING_FEE_RENEWAL == (int)ENDORSE__V1__FEE_KIND__FEE_RENEWAL &&
                   (int)STANDING_FEE_REINSTATEMENT ==
                       (int)ENDORSE__V1__FEE_KIND__FEE_REINSTATEMENT &&
                   (int)STANDING_FEE_LATE == (int)ENDORSE__V1__FEE_KIND__FEE_LATE,
               "the kinds of fees are the wire's");

/* ---- parts of a message ---- */

static int take_text(const char *from, const char *field, char *to, size_t size,
                     struct wf_error *error)
{
    size_t length = strlen(from);
    if (length == 0 || length >= size)
        return wf_fail(error, WF_INVALID, "%s is empty or too long", field);
    memcpy(to, from, length + 1);
    return 0;
}

static int take_date(const char *from, const char *field, wf_date *date, struct wf_error *error)
{
    if (!wf_date_parse(from, date))
        return wf_fail(error, WF_INVALID, "%s is no date", field);
    return 0;
}

static int take_category(int category, int age_line, struct standing_event *event,
                         struct wf_error *error)
{
    if (category < 1 || category >= WF_CATEGORIES)
        return wf_fail(error, WF_INVALID, "category is none");
    if (age_line < 1 || age_line > 2)
        return wf_fail(error, WF_INVALID, "ageLine is none");
    event->category = category;
    event->age_line = age_line;
    return 0;
}

/* The standing's id is the association and the person: SPEC 1. */
static int take_self(struct standing_event *event, struct wf_error *error)
{
    const char *id = event->meta.self.id;
    const char *separator = strchr(id, '~');
    size_t length = separator != NULL ? (size_t)(separator - id) : 0;
    if (length == 0 || length >= sizeof event->association || separator[1] == '\0')
        return wf_fail(error, WF_INVALID, "a standing is named <association>~<person>");
    memcpy(event->association, id, length);
    event->association[length] = '\0';
    memcpy(event->person, separator + 1, strlen(separator + 1) + 1);
    return 0;
}

static int check_self(const struct standing_event *event, const char *association,
                      const char *person, struct wf_error *error)
{
    if (association != NULL && strcmp(association, event->association) != 0)
        return wf_fail(error, WF_INVALID, "association is not that of the standing");
    if (person != NULL && strcmp(person, event->person) != 0)
        return wf_fail(error, WF_INVALID, "personId is not that of the standing");
    return 0;
}

/* ---- messages ---- */

static int decode_granted(const Endorse__V1__EndorsementGranted *from, struct standing_event *event,
                          struct wf_error *error)
{
    event->kind = STANDING_ON_GRANTED;
    if (check_self(event, from->association, from->person_id, error) != 0 ||
        take_category((int)from->category, (int)from->age_line, event, error) != 0 ||
        take_date(from->submitted_on, "submittedOn", &event->applied_on, error) != 0 ||
        take_date(from->endorsed_on, "endorsedOn", &event->on, error) != 0 ||
        take_text(from->application_id, "applicationId", event->reference, sizeof event->reference,
                  error) != 0)
        return -1;
    return take_text(from->edition, "edition", event->edition, sizeof event->edition, error);
}

static int decode_submitted(const Endorse__V1__RenewalSubmitted *from, struct standing_event *event,
                            struct wf_error *error)
{
    event->kind = STANDING_ON_SUBMITTED;
    if (check_self(event, from->association, NULL, error) != 0 ||
        take_category((int)from->category, (int)from->age_line, event, error) != 0)
        return -1;
    event->gives_rsc = from->gives_rsc;
    return take_date(from->submitted_on, "submittedOn", &event->on, error);
}

static int decode_fee(const Endorse__V1__FeePaid *from, struct standing_event *event,
                      struct wf_error *error)
{
    event->kind = STANDING_ON_FEE;
    event->fee_kind = (int32_t)from->kind;
    event->amount_minor = from->amount_minor;
    if (from->amount_minor < 0)
        return wf_fail(error, WF_INVALID, "amountMinor is negative");
    if (check_self(event, from->association, NULL, error) != 0 ||
        take_text(from->payment_id, "paymentId", event->reference, sizeof event->reference,
                  error) != 0 ||
        take_text(from->currency, "currency", event->currency, sizeof event->currency, error) != 0)
        return -1;
    return take_date(from->paid_on, "paidOn", &event->on, error);
}

static int decode_ethics(const Endorse__V1__EthicsSigned *from, struct standing_event *event,
                         struct wf_error *error)
{
    event->kind = STANDING_ON_ETHICS;
    if (check_self(event, from->association, NULL, error) != 0)
        return -1;
    return take_date(from->signed_on, "signedOn", &event->on, error);
}

static int decode_member(const Endorse__V1__MembershipVerified *from, struct standing_event *event,
                         struct wf_error *error)
{
    event->kind = STANDING_ON_MEMBER;
    if (check_self(event, from->association, NULL, error) != 0)
        return -1;
    if (from->bought_on[0] != '\0' &&
        take_date(from->bought_on, "boughtOn", &event->bought, error) != 0)
        return -1;
    return from->until_on[0] == '\0' ? 0 : take_date(from->until_on, "untilOn", &event->on, error);
}

static int decode_member_ended(const Endorse__V1__MembershipExpired *from,
                               struct standing_event *event, struct wf_error *error)
{
    event->kind = STANDING_ON_MEMBER_ENDED;
    if (check_self(event, from->association, NULL, error) != 0)
        return -1;
    return take_date(from->expired_on, "expiredOn", &event->on, error);
}

static int decode_category(enum standing_kind kind, const Endorse__V1__CategoryChanged *from,
                           struct standing_event *event, struct wf_error *error)
{
    event->kind = kind;
    if (check_self(event, from->association, NULL, error) != 0)
        return -1;
    return take_category((int)from->category, (int)from->age_line, event, error);
}

static int decode_leave(const Endorse__V1__LeaveStarted *from, struct standing_event *event,
                        struct wf_error *error)
{
    event->kind = STANDING_ON_LEAVE;
    if (check_self(event, from->association, NULL, error) != 0 ||
        take_date(from->from_on, "fromOn", &event->on, error) != 0)
        return -1;
    /* A leave without an end is longer than any association allows. */
    if (from->until_on[0] == '\0')
        return 0;
    return take_date(from->until_on, "untilOn", &event->until, error);
}

static int decode_transferred(const Endorse__V1__Transferred *from, struct standing_event *event,
                              struct wf_error *error)
{
    event->kind = STANDING_ON_TRANSFERRED;
    if (check_self(event, from->from_association, NULL, error) != 0 ||
        take_text(from->to_association, "toAssociation", event->target, sizeof event->target,
                  error) != 0)
        return -1;
    return take_date(from->on, "on", &event->on, error);
}

/* Hours as large as any that a portal can send; the person's machine has judged them. */
static int decode_activity(const Endorse__V1__ActivityAdded *from, struct standing_event *event,
                           struct wf_error *error)
{
    struct standing_activity *activity = &event->activity;
    event->kind = STANDING_ON_ACTIVITY;
    if (from->training_hundredths < 0 || from->rsc_hundredths < 0)
        return wf_fail(error, WF_INVALID, "hours are negative");
    activity->topic = (int32_t)from->topic;
    activity->training_hundredths = from->training_hundredths;
    activity->rsc_hundredths = from->rsc_hundredths;
    activity->peer = from->peer;
    activity->reviewing = from->reviewing;
    activity->provider_named = from->provider_id[0] != '\0';
    if (take_text(from->activity_id, "activityId", activity->id, sizeof activity->id, error) != 0 ||
        take_date(from->from_on, "fromOn", &activity->from, error) != 0)
        return -1;
    return take_date(from->until_on, "untilOn", &activity->until, error);
}

/* The events that are nothing but a day at an association. */
static int decode_day(enum standing_kind kind, const char *association, const char *on,
                      struct standing_event *event, struct wf_error *error)
{
    event->kind = kind;
    if (check_self(event, association, NULL, error) != 0)
        return -1;
    return take_date(on, "its day", &event->on, error);
}

static int decode_audit(const Endorse__V1__AuditAnswered *from, struct standing_event *event,
                        struct wf_error *error)
{
    event->satisfied = from->satisfied;
    return decode_day(STANDING_ON_AUDIT, from->association, from->answered_on, event, error);
}

static int decode_way(enum wf_message message, const ProtobufCMessage *inner,
                      struct standing_event *event, struct wf_error *error)
{
    const Endorse__V1__SanctionReported *sanction = (const Endorse__V1__SanctionReported *)inner;
    const Endorse__V1__SanctionLifted *lifted = (const Endorse__V1__SanctionLifted *)inner;
    const Endorse__V1__Retired *retired = (const Endorse__V1__Retired *)inner;
    const Endorse__V1__ReinstatementRequested *back =
        (const Endorse__V1__ReinstatementRequested *)inner;
    if (message == WF_MESSAGE_CATEGORY_ARCHIVED)
        return decode_category(STANDING_ON_ARCHIVED, (const Endorse__V1__CategoryChanged *)inner,
                               event, error);
    if (message == WF_MESSAGE_CATEGORY_ADDED)
        return decode_category(STANDING_ON_UNARCHIVED, (const Endorse__V1__CategoryChanged *)inner,
                               event, error);
    if (message == WF_MESSAGE_TRANSFERRED)
        return decode_transferred((const Endorse__V1__Transferred *)inner, event, error);
    if (message == WF_MESSAGE_LEAVE_STARTED)
        return decode_leave((const Endorse__V1__LeaveStarted *)inner, event, error);
    if (message == WF_MESSAGE_SANCTION_REPORTED)
        return decode_day(STANDING_ON_SANCTIONED, sanction->association, sanction->reported_on,
                          event, error);
    if (message == WF_MESSAGE_SANCTION_LIFTED)
        return decode_day(STANDING_ON_LIFTED, lifted->association, lifted->lifted_on, event, error);
    if (message == WF_MESSAGE_RETIRED)
        return decode_day(STANDING_ON_RETIRED, retired->association, retired->on, event, error);
    if (message == WF_MESSAGE_REINSTATEMENT_REQUESTED)
        return decode_day(STANDING_ON_REINSTATEMENT, back->association, back->requested_on, event,
                          error);
    return wf_fail(error, WF_INVALID, "type is no event of a standing");
}

static int decode_inner(enum wf_message message, const ProtobufCMessage *inner,
                        struct standing_event *event, struct wf_error *error)
{
    if (message == WF_MESSAGE_RENEWAL_SUBMITTED)
        return decode_submitted((const Endorse__V1__RenewalSubmitted *)inner, event, error);
    if (message == WF_MESSAGE_STANDING_FEE_PAID)
        return decode_fee((const Endorse__V1__FeePaid *)inner, event, error);
    if (message == WF_MESSAGE_RENEWAL_ETHICS_SIGNED)
        return decode_ethics((const Endorse__V1__EthicsSigned *)inner, event, error);
    if (message == WF_MESSAGE_MEMBERSHIP_VERIFIED)
        return decode_member((const Endorse__V1__MembershipVerified *)inner, event, error);
    if (message == WF_MESSAGE_MEMBERSHIP_EXPIRED)
        return decode_member_ended((const Endorse__V1__MembershipExpired *)inner, event, error);
    if (message == WF_MESSAGE_ACTIVITY_ADDED)
        return decode_activity((const Endorse__V1__ActivityAdded *)inner, event, error);
    if (message == WF_MESSAGE_AUDIT_ANSWERED)
        return decode_audit((const Endorse__V1__AuditAnswered *)inner, event, error);
    if (message == WF_MESSAGE_NO_SANCTION_ATTESTED) {
        const Endorse__V1__NoSanctionAttested *from =
            (const Endorse__V1__NoSanctionAttested *)inner;
        return decode_day(STANDING_ON_NO_SANCTION, from->association, from->attested_on, event,
                          error);
    }
    return decode_way(message, inner, event, error);
}

/* Who is told of a refusal: nobody, unless both are named. */
static int take_sender(const Endorse__V1__StandingFact *from, struct standing_event *event,
                       struct wf_error *error)
{
    if (from->event_id[0] == '\0' || from->portal[0] == '\0')
        return 0;
    if (take_text(from->type, "type", event->fact_type, sizeof event->fact_type, error) != 0 ||
        take_text(from->portal, "portal", event->fact_portal, sizeof event->fact_portal, error) !=
            0)
        return -1;
    return take_text(from->event_id, "eventId", event->fact_event, sizeof event->fact_event, error);
}

static void take_provider(const Endorse__V1__StandingFact *from, struct standing_event *event)
{
    event->activity.provider_categories = (uint16_t)from->provider_categories;
}

static int decode_fact(struct standing_service *service, const Endorse__V1__StandingFact *from,
                       struct standing_event *event, struct wf_error *error)
{
    enum wf_message message = wf_message_find(from->type);
    if (message == WF_MESSAGE_TICK || (wf_message_row(message)->from & WF_FROM_PORTAL) == 0)
        return wf_fail(error, WF_INVALID, "type is no event of a portal");
    if (take_sender(from, event, error) != 0)
        return -1;
    struct wf_bytes data = {.data = from->data.data, .length = from->data.len};
    ProtobufCMessage *inner = wf_unpack(wf_message_row(message)->descriptor, data, &service->arena);
    int result = inner != NULL ? decode_inner(message, inner, event, error)
                               : wf_fail(error, WF_INVALID, "data is not what type says");
    wf_arena_clear(&service->arena);
    take_provider(from, event);
    return result;
}

int standing_decode(void *service, const ProtobufCMessage *payload, void *event,
                    struct wf_error *error)
{
    struct standing_event *standing = event;
    if (take_self(standing, error) != 0)
        return -1;
    if (standing->meta.message == WF_MESSAGE_ENDORSEMENT_GRANTED)
        return decode_granted((const Endorse__V1__EndorsementGranted *)payload, standing, error);
    if (standing->meta.message == WF_MESSAGE_STANDING_FACT)
        return decode_fact(service, (const Endorse__V1__StandingFact *)payload, standing, error);
    standing->kind = STANDING_ON_ERASED;
    return check_self(standing, NULL, ((const Endorse__V1__PersonErased *)payload)->person_id,
                      error);
}
