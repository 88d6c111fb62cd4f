/* Messages -> events of the application.  One function for each kind of event; the table at the end
 * says which message makes which. */
#include "application_codec.h"

#include "payload_reader.h"
#include "wf_messages.h"

#include "endorse/v1/events.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <string.h>

/* The core has numbers of its own so that it needs no generated code; here they meet. */
#define SAME(ours, theirs)                                                                         \
    _Static_assert((int)(ours) == (int)ENDORSE__V1__##theirs, "the protocol has other numbers")
SAME(FEE_KIND_REGISTRATION, FEE_KIND__FEE_REGISTRATION);
SAME(FEE_KIND_PROCESSING, FEE_KIND__FEE_PROCESSING);
SAME(EDUCATION_LEVELS - 1, EDUCATION_LEVEL__EDUCATION_LICENCE);
SAME(TOPIC_DEI, TRAINING_TOPIC__TRAINING_DEI);
SAME(TOPIC_GIVING_RSC, TRAINING_TOPIC__TRAINING_GIVING_RSC);
SAME(RATER_ROLES - 1, RATER_ROLE__RATER_OTHER);
SAME(RATING_IS_REQUESTED, RATING_STATE__RATING_REQUESTED);
SAME(RATING_IS_BOUNCED, RATING_STATE__RATING_BOUNCED);
SAME(RATING_IS_OPENED, RATING_STATE__RATING_OPENED);
SAME(RATING_IS_COMPLETED, RATING_STATE__RATING_COMPLETED);
SAME(RATING_IS_NOT_COUNTABLE, RATING_STATE__RATING_NOT_COUNTABLE);
SAME(RATING_IS_DECLINED, RATING_STATE__RATING_DECLINED);
SAME(RATING_IS_CANCELLED, RATING_STATE__RATING_CANCELLED);
SAME(RATING_IS_SILENT, RATING_STATE__RATING_SILENT);
SAME(RATING_IS_EXPIRED, RATING_STATE__RATING_EXPIRED);
SAME(DECIDES_APPROVE, DECISION__DECISION_APPROVE);
SAME(DECIDES_MORE_INFORMATION, DECISION__DECISION_MORE_INFORMATION);
SAME(DECIDES_DEFER, DECISION__DECISION_DEFER);
SAME(ROLE_APPLICANT, LINK_ROLE__LINK_APPLICANT);
SAME(ROLE_RATER, LINK_ROLE__LINK_RATER);
SAME(ROLE_REVIEWER, LINK_ROLE__LINK_REVIEWER);
SAME(ROLE_PROVIDER, LINK_ROLE__LINK_PROVIDER);
SAME(WORK_IS_PRACTICE, WORK_KIND__WORK_KIND_UNSPECIFIED);
SAME(WORK_IS_GIVING_RSC, WORK_KIND__WORK_GIVING_RSC);
SAME(WORK_IS_LEADERSHIP, WORK_KIND__WORK_LEADERSHIP);
SAME(WORK_IS_INTERNSHIP, WORK_KIND__WORK_INTERNSHIP);
SAME(WORK_IS_VOLUNTEER, WORK_KIND__WORK_VOLUNTEER);
SAME(MAIL_IS_SENT, MAIL_STATE__MAIL_SENT);

typedef void decode_f(struct payload_reader *reader, const ProtobufCMessage *payload,
                      struct application_event *event);

/* DECODING(name, message) { ... }: `from` is the message, `is` the content to fill. */
#define DECODING(name, message)                                                                    \
    static void fill_##name(struct payload_reader *reader, const Endorse__V1__##message *from,     \
                            union application_content *is);                                        \
    static void decode_##name(struct payload_reader *reader, const ProtobufCMessage *payload,      \
                              struct application_event *event)                                     \
    {                                                                                              \
        fill_##name(reader, (const Endorse__V1__##message *)payload, &event->is);                  \
    }                                                                                              \
    static void fill_##name(struct payload_reader *reader, const Endorse__V1__##message *from,     \
                            union application_content *is)

DECODING(registration, ApplicationRegistered)
{
    PAYLOAD_TEXT(reader, is->registration.association, from, association);
    PAYLOAD_TEXT(reader, is->registration.person, from, person_id);
    is->registration.category = (int32_t)from->category;
    is->registration.age_line = (int32_t)from->age_line;
    PAYLOAD_DATE(reader, is->registration.on, from, registered_on);
    PAYLOAD_TEXT(reader, is->registration.transfer_from, from, transfer_from);
}
DECODING(category, ApplicationCategoryChanged)
{
    is->category.category = (int32_t)from->category;
    is->category.age_line = (int32_t)from->age_line;
    PAYLOAD_DATE(reader, is->category.on, from, changed_on);
}
DECODING(advisor, AdvisorAssigned)
{
    PAYLOAD_TEXT(reader, is->person.id, from, advisor_id);
}
DECODING(fee, FeePaid)
{
    PAYLOAD_TEXT(reader, is->fee.payment, from, payment_id);
    is->fee.kind = (int32_t)from->kind;
    is->fee.amount_minor = from->amount_minor;
    PAYLOAD_TEXT(reader, is->fee.currency, from, currency);
    PAYLOAD_DATE(reader, is->fee.paid_on, from, paid_on);
}
DECODING(education, EducationAdded)
{
    is->entry.kind = ENTRY_EDUCATION;
    PAYLOAD_TEXT(reader, is->entry.id, from, entry_id);
    PAYLOAD_TEXT(reader, is->entry.slug, from, field);
    is->entry.level = (int32_t)from->level;
    is->entry.from = WF_NO_DATE;
    PAYLOAD_DATE(reader, is->entry.until, from, completed_on);
}
DECODING(work, WorkAdded)
{
    is->entry.kind = ENTRY_WORK;
    PAYLOAD_TEXT(reader, is->entry.id, from, entry_id);
    PAYLOAD_TEXT(reader, is->entry.slug, from, role);
    PAYLOAD_DATE(reader, is->entry.from, from, from_on);
    PAYLOAD_DATE(reader, is->entry.until, from, until_on);
    is->entry.hours_per_week = from->hours_per_week;
    is->entry.paid = from->paid;
    is->entry.level = (int32_t)from->kind;
    is->entry.families = from->families;
    PAYLOAD_TEXT(reader, is->entry.provider, from, supervisor_id);
}
DECODING(training, TrainingAdded)
{
    is->entry.kind = ENTRY_TRAINING;
    PAYLOAD_TEXT(reader, is->entry.id, from, entry_id);
    is->entry.level = (int32_t)from->topic;
    is->entry.hours_hundredths = from->hours_hundredths;
    is->entry.from = WF_NO_DATE;
    PAYLOAD_DATE(reader, is->entry.until, from, completed_on);
}
DECODING(rsc, RscAdded)
{
    is->entry.kind = ENTRY_RSC;
    PAYLOAD_TEXT(reader, is->entry.id, from, entry_id);
    PAYLOAD_TEXT(reader, is->entry.provider, from, provider_id);
    is->entry.provider_category = (int32_t)from->provider_category;
    is->entry.provider_age_line = (int32_t)from->provider_age_line;
    is->entry.hours_hundredths = from->hours_hundredths;
    PAYLOAD_DATE(reader, is->entry.from, from, from_on);
    PAYLOAD_DATE(reader, is->entry.until, from, until_on);
    is->entry.group = from->group;
    is->entry.peer = from->peer;
    is->entry.about_given = from->about_given_rsc;
}
DECODING(entry_withdrawn, EntryWithdrawn)
{
    PAYLOAD_TEXT(reader, is->entry.id, from, entry_id);
    is->entry.from = WF_NO_DATE;
    is->entry.until = WF_NO_DATE;
}
DECODING(transcript, TranscriptReceived)
{
    PAYLOAD_TEXT(reader, is->transcript.entry, from, entry_id);
    is->transcript.official = from->official;
}
DECODING(ethics, EthicsSigned)
{
    PAYLOAD_TEXT(reader, is->signature.version, from, version);
    PAYLOAD_DATE(reader, is->signature.on, from, signed_on);
}
DECODING(agreement, AgreementSigned)
{
    PAYLOAD_TEXT(reader, is->signature.version, from, version);
    PAYLOAD_DATE(reader, is->signature.on, from, signed_on);
}
DECODING(rater_named, RaterNamed)
{
    PAYLOAD_TEXT(reader, is->rater.rater, from, rater_id);
    is->rater.role = (int32_t)from->role;
    is->rater.endorsed = from->endorsed;
    is->rater.endorsed_category = (int32_t)from->endorsed_category;
    is->rater.until = WF_NO_DATE;
}
DECODING(rater_replaced, RaterReplaced)
{
    PAYLOAD_TEXT(reader, is->rater.rater, from, rater_id);
    PAYLOAD_TEXT(reader, is->rater.new_rater, from, new_rater_id);
    is->rater.role = (int32_t)from->role;
    is->rater.endorsed = from->endorsed;
    is->rater.endorsed_category = (int32_t)from->endorsed_category;
    is->rater.until = WF_NO_DATE;
}
DECODING(rater_vetted, RaterVetted)
{
    PAYLOAD_TEXT(reader, is->rater.rater, from, rater_id);
    is->rater.yes = from->vetted;
    PAYLOAD_DATE(reader, is->rater.until, from, until_on);
}
DECODING(waiver, WaiverChosen)
{
    PAYLOAD_TEXT(reader, is->rater.rater, from, rater_id);
    is->rater.yes = from->waived;
    is->rater.until = WF_NO_DATE;
}
DECODING(submitted, ApplicationSubmitted)
{
    PAYLOAD_DATE(reader, is->submission.on, from, submitted_on);
}
DECODING(reviewer_assigned, ReviewerAssigned)
{
    PAYLOAD_TEXT(reader, is->person.id, from, reviewer_id);
}
DECODING(reviewer_withdrawn, ReviewerWithdrawn)
{
    PAYLOAD_TEXT(reader, is->person.id, from, reviewer_id);
}
DECODING(decision, DecisionRecorded)
{
    PAYLOAD_TEXT(reader, is->decision.reviewer, from, reviewer_id);
    is->decision.decision = (int32_t)from->decision;
    PAYLOAD_DATE(reader, is->decision.on, from, decided_on);
    for (size_t i = 0; i < from->n_reasons && i < APPLICATION_REASONS; i++)
        PAYLOAD_TEXT(reader, is->decision.reasons[i], from, reasons[i]);
}
DECODING(rating_reported, RatingReported)
{
    is->report.request = from->request;
    PAYLOAD_TEXT(reader, is->report.rater, from, rater_id);
    is->report.state = (int32_t)from->state;
    is->report.not_enough_information = from->not_enough_information;
    is->report.recommended = from->recommended;
    is->report.at = from->at_ms;
    is->report.valid_until = from->valid_until_ms;
}
static void fill_span(struct payload_reader *reader, const Endorse__V1__EndorsedSpan *from,
                      struct application_span *span)
{
    span->category = from->vetted ? 0 : (int32_t)from->category;
    span->age_line = (int32_t)from->age_line;
    PAYLOAD_TEXT(reader, span->association, from, association);
    PAYLOAD_DATE(reader, span->from, from, from_on);
    PAYLOAD_DATE(reader, span->until, from, until_on);
}

DECODING(person_facts, PersonFacts)
{
    is->facts.role = (int32_t)from->role;
    is->facts.erased = from->erased;
    PAYLOAD_TEXT(reader, is->facts.person, from, person_id);
    PAYLOAD_DATE(reader, is->facts.member_until, from, member_until_on);
    PAYLOAD_TEXT(reader, is->facts.region, from, residence_region);
    PAYLOAD_TEXT(reader, is->facts.country, from, residence_country);
    is->facts.enrolled = from->enrolled;
    PAYLOAD_DATE(reader, is->facts.enrolled_until, from, enrolled_until_on);
    PAYLOAD_TEXT(reader, is->facts.earlier, from, earlier_application);
    for (size_t i = 0; i < from->n_endorsed && i < APPLICATION_FACT_SPANS; i++)
        fill_span(reader, from->endorsed[i], &is->facts.spans[is->facts.span_count++]);
}
DECODING(mail_reported, MailReported)
{
    is->mail.state = (int32_t)from->state;
    PAYLOAD_TEXT(reader, is->mail.person, from, to_person_id);
    PAYLOAD_TEXT(reader, is->mail.template_name, from, template_name);
    PAYLOAD_TEXT(reader, is->mail.detail, from, detail);
}

DECODING(sitting, ExamScheduled)
{
    PAYLOAD_TEXT(reader, is->sitting.exam, from, exam_id);
    PAYLOAD_DATE(reader, is->sitting.on, from, sitting_on);
}
DECODING(part, ExamPartResult)
{
    PAYLOAD_TEXT(reader, is->part.exam, from, exam_id);
    is->part.part = from->part;
    is->part.correct = from->correct;
    is->part.items = from->items;
}
DECODING(retake, RetakeRequested)
{
    is->retake.part = from->part;
    PAYLOAD_DATE(reader, is->retake.requested_on, from, requested_on);
    PAYLOAD_DATE(reader, is->retake.sitting_on, from, sitting_on);
}
DECODING(appeal, AppealRequested)
{
    PAYLOAD_TEXT(reader, is->appeal.exam, from, exam_id);
    is->appeal.kind = (int32_t)from->kind;
}
DECODING(paper_result, PaperResult)
{
    struct application_paper_result *result = &is->paper_result;
    PAYLOAD_TEXT(reader, result->handle, from, handle);
    result->resolution = from->resolution;
    result->passed = from->passed;
    result->score_hundredths = from->score_hundredths;
    result->most = from->most;
    for (size_t i = 0; i < from->n_criteria && i < EXAM_CRITERIA; i++) {
        PAYLOAD_TEXT(reader, result->criteria[i].id, from->criteria[i], criterion);
        result->criteria[i].hundredths = from->criteria[i]->hundredths;
        result->criteria[i].most = from->criteria[i]->most;
        result->criterion_count++;
    }
    for (size_t i = 0; i < from->n_comments && i < EXAM_COMMENTS; i++) {
        PAYLOAD_TEXT(reader, result->comments[i].code, from, comments[i]);
        result->comment_count++;
    }
}

/* What says nothing beyond its kind. */
static void decode_nothing(struct payload_reader *reader, const ProtobufCMessage *payload,
                           struct application_event *event)
{
    (void)reader;
    (void)payload;
    event->is.submission.on = WF_NO_DATE;
}

struct decoding {
    enum application_event_id kind;
    decode_f *decode; /* NULL: not a message of the application */
};
static const struct decoding decodings[WF_MESSAGE_COUNT] = {
    [WF_MESSAGE_APPLICATION_REGISTERED] = {APPLICATION_EVENT_REGISTERED, decode_registration},
    [WF_MESSAGE_ADVISOR_ASSIGNED] = {APPLICATION_EVENT_ADVISOR, decode_advisor},
    [WF_MESSAGE_FEE_PAID] = {APPLICATION_EVENT_FEE, decode_fee},
    [WF_MESSAGE_EDUCATION_ADDED] = {APPLICATION_EVENT_ENTRY, decode_education},
    [WF_MESSAGE_WORK_ADDED] = {APPLICATION_EVENT_ENTRY, decode_work},
    [WF_MESSAGE_TRAINING_ADDED] = {APPLICATION_EVENT_ENTRY, decode_training},
    [WF_MESSAGE_RSC_ADDED] = {APPLICATION_EVENT_ENTRY, decode_rsc},
    [WF_MESSAGE_ENTRY_WITHDRAWN] = {APPLICATION_EVENT_ENTRY_WITHDRAWN, decode_entry_withdrawn},
    [WF_MESSAGE_TRANSCRIPT_RECEIVED] = {APPLICATION_EVENT_TRANSCRIPT, decode_transcript},
    [WF_MESSAGE_ETHICS_SIGNED] = {APPLICATION_EVENT_ETHICS, decode_ethics},
    [WF_MESSAGE_AGREEMENT_SIGNED] = {APPLICATION_EVENT_AGREEMENT, decode_agreement},
    [WF_MESSAGE_RATER_NAMED] = {APPLICATION_EVENT_RATER_NAMED, decode_rater_named},
    [WF_MESSAGE_RATER_REPLACED] = {APPLICATION_EVENT_RATER_REPLACED, decode_rater_replaced},
    [WF_MESSAGE_RATER_VETTED] = {APPLICATION_EVENT_RATER_VETTED, decode_rater_vetted},
    [WF_MESSAGE_WAIVER_CHOSEN] = {APPLICATION_EVENT_WAIVER, decode_waiver},
    [WF_MESSAGE_APPLICATION_SUBMITTED] = {APPLICATION_EVENT_SUBMITTED, decode_submitted},
    [WF_MESSAGE_APPLICATION_AMENDED] = {APPLICATION_EVENT_AMENDED, decode_nothing},
    [WF_MESSAGE_APPLICATION_WITHDRAWN] = {APPLICATION_EVENT_WITHDRAWN, decode_nothing},
    [WF_MESSAGE_REVIEWER_ASSIGNED] = {APPLICATION_EVENT_REVIEWER_ASSIGNED,
                                      decode_reviewer_assigned},
    [WF_MESSAGE_REVIEWER_WITHDRAWN] = {APPLICATION_EVENT_REVIEWER_WITHDRAWN,
                                       decode_reviewer_withdrawn},
    [WF_MESSAGE_DECISION_RECORDED] = {APPLICATION_EVENT_DECISION, decode_decision},
    [WF_MESSAGE_APPLICATION_CATEGORY_CHANGED] = {APPLICATION_EVENT_CATEGORY, decode_category},
    [WF_MESSAGE_CONFIRMATION_REQUESTED] = {APPLICATION_EVENT_CONFIRMATION, decode_nothing},
    [WF_MESSAGE_CONFIRMATION_ORDERED] = {APPLICATION_EVENT_CONFIRMATION, decode_nothing},
    [WF_MESSAGE_EXAM_SCHEDULED] = {APPLICATION_EVENT_EXAM_SCHEDULED, decode_sitting},
    [WF_MESSAGE_EXAM_PART_RESULT] = {APPLICATION_EVENT_EXAM_PART, decode_part},
    [WF_MESSAGE_RETAKE_REQUESTED] = {APPLICATION_EVENT_EXAM_RETAKE, decode_retake},
    [WF_MESSAGE_APPEAL_REQUESTED] = {APPLICATION_EVENT_EXAM_APPEAL, decode_appeal},
    [WF_MESSAGE_PAPER_RESULT] = {APPLICATION_EVENT_PAPER_RESULT, decode_paper_result},
    [WF_MESSAGE_RATING_REPORTED] = {APPLICATION_EVENT_RATING_REPORTED, decode_rating_reported},
    [WF_MESSAGE_PERSON_FACTS] = {APPLICATION_EVENT_PERSON_FACTS, decode_person_facts},
    [WF_MESSAGE_MAIL_REPORTED_APPLICATION] = {APPLICATION_EVENT_MAIL_REPORTED,
                                              decode_mail_reported},
};

int application_decode(void *service, const ProtobufCMessage *payload, void *event,
                       struct wf_error *error)
{
    struct application_event *decoded = event;
    struct payload_reader reader = {.error = error};
    const struct decoding *decoding = &decodings[decoded->meta.message];
    (void)service;
    WF_ASSERT(decoding->decode);
    decoded->kind = decoding->kind;
    decoding->decode(&reader, payload, decoded);
    return reader.bad ? -1 : 0;
}
