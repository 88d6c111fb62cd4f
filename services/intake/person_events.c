/* Messages -> events of the person, and the sealing of what only she and those who write to her may
 * read.  SPEC 3.1. */
#include "person_codec.h"

#include "intake_service.h"
#include "payload_reader.h"
#include "person_profile.h"
#include "wf_arena.h"
#include "wf_messages.h"
#include "wf_people.h"
#include "wf_seal.h"

#include "endorse/v1/events.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <string.h>

/* ---- sealing ---- */

static const char hex_digits[] = "0123456789abcdef";

static void to_hex(struct wf_bytes bytes, struct wf_buffer *hex)
{
    for (size_t i = 0; i < bytes.length; i++) {
        char pair[2] = {hex_digits[bytes.data[i] >> 4], hex_digits[bytes.data[i] & 15]};
        wf_buffer_append(hex, pair, sizeof pair);
    }
    wf_buffer_append(hex, "", 1);
}

static int digit_of(char c)
{
    const char *at = c ? strchr(hex_digits, c) : NULL;
    return at ? (int)(at - hex_digits) : -1;
}

static bool from_hex(const char *hex, struct person_sealed *sealed)
{
    size_t length = strlen(hex);
    if (length == 0 || length % 2 || length / 2 > sizeof sealed->bytes)
        return false;
    for (size_t i = 0; i < length; i += 2) {
        int high = digit_of(hex[i]);
        int low = digit_of(hex[i + 1]);
        if (high < 0 || low < 0)
            return false;
        sealed->bytes[i / 2] = (uint8_t)(high << 4 | low);
    }
    sealed->length = (uint16_t)(length / 2);
    return true;
}

/* Appends the text, sealed for its place under the person's key, in hexadecimal with a NUL. */
static int seal_text(const struct intake *intake, const char *person_id, const char *what,
                     const char *text, struct wf_buffer *hex, struct wf_error *error)
{
    struct wf_clock *clock = wf_worker_clock(intake->worker);
    struct wf_buffer sealed = {0};
    char place[WF_ID_MAX + 16];
    uint8_t fresh[32];
    uint8_t key[32];
    (void)snprintf(place, sizeof place, "%s/%s", person_id, what);
    clock->entropy(clock, fresh, sizeof fresh);
    int result = wf_people_key(wf_worker_store(intake->worker), intake->person_key, person_id,
                               fresh, key, error);
    explicit_bzero(fresh, sizeof fresh);
    if (result < 0)
        return -1;
    wf_seal(key, place, (struct wf_bytes){.data = (const uint8_t *)text, .length = strlen(text)},
            &sealed);
    explicit_bzero(key, sizeof key);
    to_hex(wf_buffer_bytes(&sealed), hex);
    wf_buffer_fini(&sealed);
    return 0;
}

/* The unpacked payload in an arena that is wiped: the text must not stay in freed memory. */
struct opened {
    struct wf_arena arena;
    const ProtobufCMessage *message;
};

static int open_payload(struct opened *opened, const ProtobufCMessageDescriptor *descriptor,
                        struct wf_bytes payload, struct wf_error *error)
{
    wf_arena_init(&opened->arena, 4 * WF_KIB);
    opened->message = wf_unpack(descriptor, payload, &opened->arena);
    if (opened->message)
        return 0;
    wf_arena_fini(&opened->arena);
    return wf_fail(error, WF_INVALID, "payload is no %s", descriptor->name);
}

int person_seal_name(void *service, const struct wf_event_meta *meta, struct wf_bytes payload,
                     struct wf_buffer *kept, struct wf_error *error)
{
    Endorse__V1__PersonNameChanged sealed = ENDORSE__V1__PERSON_NAME_CHANGED__INIT;
    struct wf_buffer hex = {0};
    struct opened opened;
    if (open_payload(&opened, &endorse__v1__person_name_changed__descriptor, payload, error) < 0)
        return -1;
    const Endorse__V1__PersonNameChanged *named =
        (const Endorse__V1__PersonNameChanged *)opened.message;
    int result = seal_text(service, meta->self.id, "name", named->display_name, &hex, error);
    if (result == 0) {
        sealed.display_name = (char *)hex.data;
        wf_pack(&sealed.base, kept);
    }
    wf_arena_clear(&opened.arena);
    wf_arena_fini(&opened.arena);
    wf_buffer_fini(&hex);
    return result;
}

int person_seal_address(void *service, const struct wf_event_meta *meta, struct wf_bytes payload,
                        struct wf_buffer *kept, struct wf_error *error)
{
    Endorse__V1__PersonAddressChanged sealed = ENDORSE__V1__PERSON_ADDRESS_CHANGED__INIT;
    struct wf_buffer hex = {0};
    struct opened opened;
    if (open_payload(&opened, &endorse__v1__person_address_changed__descriptor, payload, error) < 0)
        return -1;
    const Endorse__V1__PersonAddressChanged *moved =
        (const Endorse__V1__PersonAddressChanged *)opened.message;
    int result = seal_text(service, meta->self.id, "email", moved->email, &hex, error);
    if (result == 0) {
        sealed.email = (char *)hex.data;
        wf_pack(&sealed.base, kept);
    }
    wf_arena_clear(&opened.arena);
    wf_arena_fini(&opened.arena);
    wf_buffer_fini(&hex);
    return result;
}

/* ---- events ---- */

typedef void decode_f(struct payload_reader *reader, const ProtobufCMessage *payload,
                      struct person_event *event);

static void decode_sealed(struct payload_reader *reader, const char *hex,
                          struct person_event *event)
{
    if (from_hex(hex, &event->is.sealed))
        return;
    reader->bad = true;
    (void)wf_fail(reader->error, WF_INVALID, "a name or an address came unsealed");
}

static void decode_name(struct payload_reader *reader, const ProtobufCMessage *payload,
                        struct person_event *event)
{
    decode_sealed(reader, ((const Endorse__V1__PersonNameChanged *)payload)->display_name, event);
}

static void decode_address(struct payload_reader *reader, const ProtobufCMessage *payload,
                           struct person_event *event)
{
    decode_sealed(reader, ((const Endorse__V1__PersonAddressChanged *)payload)->email, event);
}

static void decode_residence(struct payload_reader *reader, const ProtobufCMessage *payload,
                             struct person_event *event)
{
    const Endorse__V1__PersonResidenceChanged *from =
        (const Endorse__V1__PersonResidenceChanged *)payload;
    PAYLOAD_TEXT(reader, event->is.residence.region, from, region);
    PAYLOAD_TEXT(reader, event->is.residence.country, from, country);
}

static void decode_enrolled(struct payload_reader *reader, const ProtobufCMessage *payload,
                            struct person_event *event)
{
    const Endorse__V1__ReviewerEnrolled *from = (const Endorse__V1__ReviewerEnrolled *)payload;
    PAYLOAD_TEXT(reader, event->is.enrolment.association, from, association);
    event->is.enrolment.category = (int32_t)from->category;
    event->is.enrolment.age_line = (int32_t)from->age_line;
    PAYLOAD_DATE(reader, event->is.enrolment.until, from, until_on);
}

static void decode_linked(struct payload_reader *reader, const ProtobufCMessage *payload,
                          struct person_event *event)
{
    const Endorse__V1__ApplicationLinked *from = (const Endorse__V1__ApplicationLinked *)payload;
    PAYLOAD_TEXT(reader, event->is.linked.link.application, from, application_id);
    PAYLOAD_TEXT(reader, event->is.linked.link.association, from, association);
    PAYLOAD_TEXT(reader, event->is.linked.portal, from, portal);
    event->is.linked.link.role = (int32_t)from->role;
    event->is.linked.ended = from->ended;
}

static void decode_standing(struct payload_reader *reader, const ProtobufCMessage *payload,
                            struct person_event *event)
{
    const Endorse__V1__StandingChanged *from = (const Endorse__V1__StandingChanged *)payload;
    PAYLOAD_TEXT(reader, event->is.standing.association, from, association);
    event->is.standing.category = (int32_t)from->category;
    event->is.standing.age_line = (int32_t)from->age_line;
    event->is.standing.status = (int32_t)from->status;
    PAYLOAD_DATE(reader, event->is.standing.since, from, since_on);
    PAYLOAD_DATE(reader, event->is.standing.renewal_due, from, renewal_due_on);
    PAYLOAD_TEXT(reader, event->is.standing.application, from, application_id);
}

static void decode_fact_refused(struct payload_reader *reader, const ProtobufCMessage *payload,
                                struct person_event *event)
{
    const Endorse__V1__StandingFactRefused *from =
        (const Endorse__V1__StandingFactRefused *)payload;
    PAYLOAD_TEXT(reader, event->is.refusal.portal, from, portal);
    PAYLOAD_TEXT(reader, event->is.refusal.event, from, event_id);
    PAYLOAD_TEXT(reader, event->is.refusal.type, from, type);
    PAYLOAD_TEXT(reader, event->is.refusal.reason, from, reason);
    PAYLOAD_TEXT(reader, event->is.refusal.text, from, text);
    PAYLOAD_TEXT(reader, event->is.refusal.edition, from, edition);
    PAYLOAD_TEXT(reader, event->is.refusal.requirements, from, requirements_json);
    PAYLOAD_TEXT(reader, event->is.refusal.not_counted, from, not_counted_json);
}

/* Renewal gets the event as it came. */
static void keep_data(struct payload_reader *reader, const ProtobufCMessage *payload,
                      struct person_event *event)
{
    size_t size = protobuf_c_message_get_packed_size(payload);
    if (size <= sizeof event->is.fact.data) {
        event->is.fact.size = (uint32_t)protobuf_c_message_pack(payload, event->is.fact.data);
        return;
    }
    reader->bad = true;
    (void)wf_fail(reader->error, WF_INVALID, "the event is longer than %d bytes", PERSON_DATA);
}

static void decode_membership_verified(struct payload_reader *reader,
                                       const ProtobufCMessage *payload, struct person_event *event)
{
    const Endorse__V1__MembershipVerified *from = (const Endorse__V1__MembershipVerified *)payload;
    PAYLOAD_TEXT(reader, event->is.fact.association, from, association);
    PAYLOAD_DATE(reader, event->is.fact.until, from, until_on);
    PAYLOAD_DATE(reader, event->is.fact.bought, from, bought_on);
    keep_data(reader, payload, event);
}

static void decode_membership_expired(struct payload_reader *reader,
                                      const ProtobufCMessage *payload, struct person_event *event)
{
    const Endorse__V1__MembershipExpired *from = (const Endorse__V1__MembershipExpired *)payload;
    PAYLOAD_TEXT(reader, event->is.fact.association, from, association);
    PAYLOAD_DATE(reader, event->is.fact.until, from, expired_on);
    keep_data(reader, payload, event);
}

/* What is nothing but a fact of a standing: its association, and the rest as it came. */
#define DECODING_FACT(name, type)                                                                  \
    static void decode_##name(struct payload_reader *reader, const ProtobufCMessage *payload,      \
                              struct person_event *event)                                          \
    {                                                                                              \
        const Endorse__V1__##type *from = (const Endorse__V1__##type *)payload;                    \
        PAYLOAD_TEXT(reader, event->is.fact.association, from, association);                       \
        keep_data(reader, payload, event);                                                         \
    }
DECODING_FACT(fee, FeePaid)
DECODING_FACT(renewal, RenewalSubmitted)
DECODING_FACT(ethics, EthicsSigned)
DECODING_FACT(no_sanction, NoSanctionAttested)
DECODING_FACT(audit, AuditAnswered)
DECODING_FACT(category, CategoryChanged)
DECODING_FACT(sanction, SanctionReported)
DECODING_FACT(lifted, SanctionLifted)
DECODING_FACT(reinstatement, ReinstatementRequested)
DECODING_FACT(leave, LeaveStarted)
DECODING_FACT(retired, Retired)

static void decode_transferred(struct payload_reader *reader, const ProtobufCMessage *payload,
                               struct person_event *event)
{
    const Endorse__V1__Transferred *from = (const Endorse__V1__Transferred *)payload;
    PAYLOAD_TEXT(reader, event->is.fact.association, from, from_association);
    PAYLOAD_TEXT(reader, event->is.fact.target, from, to_association);
    keep_data(reader, payload, event);
}

static void decode_activity(struct payload_reader *reader, const ProtobufCMessage *payload,
                            struct person_event *event)
{
    const Endorse__V1__ActivityAdded *from = (const Endorse__V1__ActivityAdded *)payload;
    struct person_activity *activity = &event->is.activity;
    PAYLOAD_TEXT(reader, activity->id, from, activity_id);
    activity->topic = (int32_t)from->topic;
    activity->training = from->training_hundredths;
    activity->rsc = from->rsc_hundredths;
    activity->peer = from->peer;
    activity->reviewing = from->reviewing;
    PAYLOAD_DATE(reader, activity->from, from, from_on);
    PAYLOAD_DATE(reader, activity->until, from, until_on);
    PAYLOAD_TEXT(reader, activity->provider, from, provider_id);
}

static void decode_verified(struct payload_reader *reader, const ProtobufCMessage *payload,
                            struct person_event *event)
{
    const Endorse__V1__EndorsementVerified *from =
        (const Endorse__V1__EndorsementVerified *)payload;
    struct person_span *span = &event->is.verified;
    PAYLOAD_TEXT(reader, span->association, from, association);
    span->category = (int32_t)from->category;
    span->age_line = (int32_t)from->age_line;
    PAYLOAD_DATE(reader, span->from, from, from_on);
    PAYLOAD_DATE(reader, span->until, from, until_on);
    span->is_verified = true;
}

static void decode_provider_asked(struct payload_reader *reader, const ProtobufCMessage *payload,
                                  struct person_event *event)
{
    const Endorse__V1__ProviderAsked *from = (const Endorse__V1__ProviderAsked *)payload;
    PAYLOAD_TEXT(reader, event->is.asked.person, from, person_id);
    PAYLOAD_TEXT(reader, event->is.asked.activity, from, activity_id);
    PAYLOAD_DATE(reader, event->is.asked.on, from, on);
}

static void decode_provider_told(struct payload_reader *reader, const ProtobufCMessage *payload,
                                 struct person_event *event)
{
    const Endorse__V1__ProviderTold *from = (const Endorse__V1__ProviderTold *)payload;
    PAYLOAD_TEXT(reader, event->is.told.activity, from, activity_id);
    event->is.told.categories = from->categories;
}

static void decode_noted(struct payload_reader *reader, const ProtobufCMessage *payload,
                         struct person_event *event)
{
    const Endorse__V1__RenewalNoted *from = (const Endorse__V1__RenewalNoted *)payload;
    PAYLOAD_TEXT(reader, event->is.note.association, from, association);
    PAYLOAD_TEXT(reader, event->is.note.about, from, about);
    PAYLOAD_TEXT(reader, event->is.note.data, from, data_json);
}

static void decode_nothing(struct payload_reader *reader, const ProtobufCMessage *payload,
                           struct person_event *event)
{
    (void)reader;
    (void)payload;
    (void)event;
}

struct decoding {
    enum person_event_id kind;
    decode_f *decode; /* NULL: not a message of the person */
};
static const struct decoding decodings[WF_MESSAGE_COUNT] = {
    [WF_MESSAGE_PERSON_NAME_CHANGED] = {PERSON_EVENT_NAME, decode_name},
    [WF_MESSAGE_PERSON_ADDRESS_CHANGED] = {PERSON_EVENT_ADDRESS, decode_address},
    [WF_MESSAGE_PERSON_RESIDENCE_CHANGED] = {PERSON_EVENT_RESIDENCE, decode_residence},
    [WF_MESSAGE_MEMBERSHIP_VERIFIED] = {PERSON_EVENT_MEMBERSHIP_VERIFIED,
                                        decode_membership_verified},
    [WF_MESSAGE_MEMBERSHIP_EXPIRED] = {PERSON_EVENT_MEMBERSHIP_EXPIRED, decode_membership_expired},
    [WF_MESSAGE_REVIEWER_ENROLLED] = {PERSON_EVENT_ENROLLED, decode_enrolled},
    [WF_MESSAGE_STANDING_FEE_PAID] = {PERSON_EVENT_STANDING_FACT, decode_fee},
    [WF_MESSAGE_RENEWAL_SUBMITTED] = {PERSON_EVENT_STANDING_FACT, decode_renewal},
    [WF_MESSAGE_RENEWAL_ETHICS_SIGNED] = {PERSON_EVENT_STANDING_FACT, decode_ethics},
    [WF_MESSAGE_PERSON_PROFILE_CHANGED] = {PERSON_EVENT_PROFILE, person_decode_profile},
    [WF_MESSAGE_EXAM_READER_ENROLLED] = {PERSON_EVENT_READER, person_decode_reader},
    [WF_MESSAGE_NO_SANCTION_ATTESTED] = {PERSON_EVENT_STANDING_FACT, decode_no_sanction},
    [WF_MESSAGE_AUDIT_ANSWERED] = {PERSON_EVENT_STANDING_FACT, decode_audit},
    [WF_MESSAGE_CATEGORY_ADDED] = {PERSON_EVENT_STANDING_FACT, decode_category},
    [WF_MESSAGE_CATEGORY_ARCHIVED] = {PERSON_EVENT_STANDING_FACT, decode_category},
    [WF_MESSAGE_SANCTION_REPORTED] = {PERSON_EVENT_STANDING_FACT, decode_sanction},
    [WF_MESSAGE_SANCTION_LIFTED] = {PERSON_EVENT_STANDING_FACT, decode_lifted},
    [WF_MESSAGE_REINSTATEMENT_REQUESTED] = {PERSON_EVENT_STANDING_FACT, decode_reinstatement},
    [WF_MESSAGE_LEAVE_STARTED] = {PERSON_EVENT_STANDING_FACT, decode_leave},
    [WF_MESSAGE_RETIRED] = {PERSON_EVENT_STANDING_FACT, decode_retired},
    [WF_MESSAGE_ENDORSEMENT_VERIFIED] = {PERSON_EVENT_VERIFIED, decode_verified},
    [WF_MESSAGE_ACTIVITY_ADDED] = {PERSON_EVENT_ACTIVITY, decode_activity},
    [WF_MESSAGE_TRANSFERRED] = {PERSON_EVENT_TRANSFERRED, decode_transferred},
    [WF_MESSAGE_ERASURE_REQUESTED] = {PERSON_EVENT_ERASURE, decode_nothing},
    [WF_MESSAGE_PROVIDER_ASKED] = {PERSON_EVENT_PROVIDER_ASKED, decode_provider_asked},
    [WF_MESSAGE_PROVIDER_TOLD] = {PERSON_EVENT_PROVIDER_TOLD, decode_provider_told},
    [WF_MESSAGE_PERSON_KEY_DESTROYED] = {PERSON_EVENT_KEY_DESTROYED, decode_nothing},
    [WF_MESSAGE_RENEWAL_NOTED] = {PERSON_EVENT_NOTED, decode_noted},
    [WF_MESSAGE_APPLICATION_LINKED] = {PERSON_EVENT_LINKED, decode_linked},
    [WF_MESSAGE_STANDING_CHANGED] = {PERSON_EVENT_STANDING_CHANGED, decode_standing},
    [WF_MESSAGE_STANDING_FACT_REFUSED] = {PERSON_EVENT_FACT_REFUSED, decode_fact_refused},
};

int person_decode(void *service, const ProtobufCMessage *payload, void *event,
                  struct wf_error *error)
{
    struct person_event *decoded = event;
    struct payload_reader reader = {.error = error};
    const struct decoding *decoding = &decodings[decoded->meta.message];
    (void)service;
    WF_ASSERT(decoding->decode);
    decoded->kind = decoding->kind;
    decoding->decode(&reader, payload, decoded);
    return reader.bad ? -1 : 0;
}
