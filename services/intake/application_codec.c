/* Stored fields of an application.  Numbers and names here are kept for ever. */
#include "application_codec.h"

#include "record_collection.h"

static const char *state_name(int value)
{
    return application_state_name((enum application_state_id)value);
}
static const char *event_name(int value)
{
    return application_event_name((enum application_event_id)value);
}

static const struct record_member head[] = {
    RECORD_ENUM(1, application_state, state, state_name, APPLICATION_STATE_COUNT),
    RECORD(2, TEXT, application_state, portal),
    RECORD(3, TEXT, application_state, registration.association),
    RECORD(4, TEXT, application_state, registration.person),
    RECORD(5, INT, application_state, registration.category),
    RECORD(6, INT, application_state, registration.age_line),
    RECORD(7, DATE, application_state, registration.on),
    RECORD(8, TEXT, application_state, edition),
    RECORD(9, LONG, application_state, since),
    RECORD(10, LONG, application_state, due),
    RECORD(11, INT, application_state, round),
    RECORD(12, BOOL, application_state, split),
    RECORD(13, DATE, application_state, submitted_on),
    RECORD(14, DATE, application_state, decided_on),
    RECORD(15, DATE, application_state, eligible_until),
    RECORD(16, TEXT, application_state, advisor),
    RECORD(17, TEXT, application_state, ethics),
    RECORD(18, DATE, application_state, ethics_on),
    RECORD(19, TEXT, application_state, agreement),
    RECORD(20, DATE, application_state, agreement_on),
    RECORD(21, BOOL, application_state, member_known),
    RECORD(22, DATE, application_state, member_until),
    RECORD(23, TEXT, application_state, region),
    RECORD(24, TEXT, application_state, country),
    RECORD(25, INT, application_state, amendments),
    RECORD(26, TEXT, application_state, registration.transfer_from),
    RECORD(27, TEXT, application_state, earlier),
    RECORD(28, DATE, application_state, review_opens),
    RECORD(29, BOOL, application_state, partial),
    RECORD(30, BOOL, application_state, emerging),
    RECORD(31, DATE, application_state, emerging_until),
    RECORD(32, LONG, application_state, emerging_ends),
};
static const struct record_member exam[] = {
    RECORD(1, INT, application_state, exam.step),
    RECORD(2, INT, application_state, exam.attempt),
    RECORD(3, TEXT, application_state, exam.id),
    RECORD(4, DATE, application_state, exam.sitting_on),
    RECORD(5, INT, application_state, exam.part_one),
    RECORD(6, INT, application_state, exam.part_two),
    RECORD(7, INT, application_state, exam.sat_one),
    RECORD(8, INT, application_state, exam.correct),
    RECORD(9, INT, application_state, exam.items),
    RECORD(10, TEXT, application_state, exam.paper),
    RECORD(11, TEXT, application_state, exam.form),
    RECORD(12, DATE, application_state, exam.retake_from),
    RECORD(13, DATE, application_state, exam.retake_on),
    RECORD(14, INT, application_state, exam.retake_parts),
    RECORD(15, INT, application_state, exam.appeals),
    RECORD(16, INT, application_state, exam.resolution),
    RECORD(17, INT, application_state, exam.score_hundredths),
    RECORD(18, INT, application_state, exam.most),
    RECORD(19, DATE, application_state, exam.resolved_on),
};
static const struct record_member criterion[] = {
    RECORD(1, TEXT, application_criterion, id),
    RECORD(2, INT, application_criterion, hundredths),
    RECORD(3, INT, application_criterion, most),
};
static const struct record_member comment[] = {
    RECORD(1, TEXT, application_comment, code),
};
static const struct record_member entry[] = {
    RECORD(1, TEXT, application_entry, id),
    RECORD(2, BYTE, application_entry, kind),
    RECORD(3, BOOL, application_entry, withdrawn),
    RECORD(4, TEXT, application_entry, slug),
    RECORD(5, TEXT, application_entry, provider),
    RECORD(6, INT, application_entry, provider_category),
    RECORD(7, INT, application_entry, provider_age_line),
    RECORD(8, INT, application_entry, level),
    RECORD(9, INT, application_entry, hours_hundredths),
    RECORD(10, INT, application_entry, hours_per_week),
    RECORD(11, DATE, application_entry, from),
    RECORD(12, DATE, application_entry, until),
    RECORD(13, BOOL, application_entry, paid),
    RECORD(14, BOOL, application_entry, group),
    RECORD(15, BOOL, application_entry, peer),
    RECORD(16, BOOL, application_entry, about_given),
    RECORD(17, INT, application_entry, families),
};
static const struct record_member provider[] = {
    RECORD(1, TEXT, application_provider, id),
    RECORD(2, BOOL, application_provider, known),
};
static const struct record_member span[] = {
    RECORD(1, TEXT, application_span, person),  RECORD(2, TEXT, application_span, association),
    RECORD(3, INT, application_span, category), RECORD(4, INT, application_span, age_line),
    RECORD(5, DATE, application_span, from),    RECORD(6, DATE, application_span, until),
};
static const struct record_member transcript[] = {
    RECORD(1, TEXT, application_transcript, entry),
    RECORD(2, BOOL, application_transcript, official),
};
static const struct record_member fee[] = {
    RECORD(1, TEXT, application_fee, payment),      RECORD(2, INT, application_fee, kind),
    RECORD(3, LONG, application_fee, amount_minor), RECORD(4, TEXT, application_fee, currency),
    RECORD(5, DATE, application_fee, paid_on),
};
static const struct record_member rater[] = {
    RECORD(1, INT, application_rater, request),
    RECORD(2, TEXT, application_rater, id),
    RECORD(3, INT, application_rater, role),
    RECORD(4, BOOL, application_rater, endorsed),
    RECORD(5, INT, application_rater, endorsed_category),
    RECORD(6, BOOL, application_rater, vetted),
    RECORD(7, DATE, application_rater, vetted_until),
    RECORD(8, BOOL, application_rater, waived),
    RECORD(9, BOOL, application_rater, replaced),
    RECORD(10, INT, application_rater, state),
    RECORD(11, INT, application_rater, not_enough_information),
    RECORD(12, BOOL, application_rater, recommended),
    RECORD(13, LONG, application_rater, at),
    RECORD(14, LONG, application_rater, valid_until),
    RECORD(15, BOOL, application_rater, asked),
};
#define REASONS(first, object, path)                                                               \
    RECORD(first, TEXT, object, path[0]), RECORD(first + 1, TEXT, object, path[1]),                \
        RECORD(first + 2, TEXT, object, path[2]), RECORD(first + 3, TEXT, object, path[3]),        \
        RECORD(first + 4, TEXT, object, path[4]), RECORD(first + 5, TEXT, object, path[5]),        \
        RECORD(first + 6, TEXT, object, path[6]), RECORD(first + 7, TEXT, object, path[7])
_Static_assert(APPLICATION_REASONS == 8, "REASONS lists them one by one");
static const struct record_member reviewer[] = {
    RECORD(1, TEXT, application_reviewer, id),
    RECORD(2, BOOL, application_reviewer, withdrawn),
    RECORD(3, BYTE, application_reviewer, enrolled),
    RECORD(4, INT, application_reviewer, decision),
    RECORD(5, DATE, application_reviewer, decided_on),
    REASONS(6, application_reviewer, reasons),
};

/* A held event: what all have, and behind number 16 what its kind has. */
static const struct record_member held[] = {
    RECORD(1, LONG, application_held, at),
    RECORD(2, LONG, application_held, happened),
    RECORD(3, TEXT, application_held, event),
    RECORD(4, TEXT, application_held, portal),
    RECORD_ENUM(5, application_held, kind, event_name, APPLICATION_EVENT_COUNT),
};
static const struct record_member held_entry[] = {
    RECORD(16, TEXT, application_held, is.entry.id),
    RECORD(17, BYTE, application_held, is.entry.kind),
    RECORD(18, TEXT, application_held, is.entry.slug),
    RECORD(19, TEXT, application_held, is.entry.provider),
    RECORD(20, INT, application_held, is.entry.provider_category),
    RECORD(21, INT, application_held, is.entry.provider_age_line),
    RECORD(22, INT, application_held, is.entry.level),
    RECORD(23, INT, application_held, is.entry.hours_hundredths),
    RECORD(24, INT, application_held, is.entry.hours_per_week),
    RECORD(25, DATE, application_held, is.entry.from),
    RECORD(26, DATE, application_held, is.entry.until),
    RECORD(27, BOOL, application_held, is.entry.paid),
    RECORD(28, BOOL, application_held, is.entry.group),
    RECORD(29, BOOL, application_held, is.entry.peer),
    RECORD(30, BOOL, application_held, is.entry.about_given),
    RECORD(31, INT, application_held, is.entry.families),
};
static const struct record_member held_category[] = {
    RECORD(16, INT, application_held, is.category.category),
    RECORD(17, INT, application_held, is.category.age_line),
    RECORD(18, DATE, application_held, is.category.on),
};
static const struct record_member held_transcript[] = {
    RECORD(16, TEXT, application_held, is.transcript.entry),
    RECORD(17, BOOL, application_held, is.transcript.official),
};
static const struct record_member held_fee[] = {
    RECORD(16, TEXT, application_held, is.fee.payment),
    RECORD(17, INT, application_held, is.fee.kind),
    RECORD(18, LONG, application_held, is.fee.amount_minor),
    RECORD(19, TEXT, application_held, is.fee.currency),
    RECORD(20, DATE, application_held, is.fee.paid_on),
};
static const struct record_member held_signature[] = {
    RECORD(16, TEXT, application_held, is.signature.version),
    RECORD(17, DATE, application_held, is.signature.on),
};
static const struct record_member held_rater[] = {
    RECORD(16, TEXT, application_held, is.rater.rater),
    RECORD(17, TEXT, application_held, is.rater.new_rater),
    RECORD(18, INT, application_held, is.rater.role),
    RECORD(19, BOOL, application_held, is.rater.endorsed),
    RECORD(20, INT, application_held, is.rater.endorsed_category),
    RECORD(21, BOOL, application_held, is.rater.yes),
    RECORD(22, DATE, application_held, is.rater.until),
};
static const struct record_member held_person[] = {
    RECORD(16, TEXT, application_held, is.person.id),
};
static const struct record_member held_decision[] = {
    RECORD(16, TEXT, application_held, is.decision.reviewer),
    RECORD(17, INT, application_held, is.decision.decision),
    RECORD(18, DATE, application_held, is.decision.on),
    REASONS(19, application_held, is.decision.reasons),
};
static const struct record_member held_submission[] = {
    RECORD(16, DATE, application_held, is.submission.on),
};

/* Which of them a kind has; kinds that are never held have none. */
static struct record_table content_of(enum application_event_id kind)
{
    switch (kind) {
    case APPLICATION_EVENT_ENTRY:
    case APPLICATION_EVENT_ENTRY_WITHDRAWN:
        return RECORD_TABLE(held_entry);
    case APPLICATION_EVENT_CATEGORY:
        return RECORD_TABLE(held_category);
    case APPLICATION_EVENT_TRANSCRIPT:
        return RECORD_TABLE(held_transcript);
    case APPLICATION_EVENT_FEE:
        return RECORD_TABLE(held_fee);
    case APPLICATION_EVENT_ETHICS:
    case APPLICATION_EVENT_AGREEMENT:
        return RECORD_TABLE(held_signature);
    case APPLICATION_EVENT_RATER_NAMED:
    case APPLICATION_EVENT_RATER_REPLACED:
    case APPLICATION_EVENT_RATER_VETTED:
    case APPLICATION_EVENT_WAIVER:
        return RECORD_TABLE(held_rater);
    case APPLICATION_EVENT_ADVISOR:
    case APPLICATION_EVENT_REVIEWER_ASSIGNED:
    case APPLICATION_EVENT_REVIEWER_WITHDRAWN:
        return RECORD_TABLE(held_person);
    case APPLICATION_EVENT_DECISION:
        return RECORD_TABLE(held_decision);
    case APPLICATION_EVENT_SUBMITTED:
    case APPLICATION_EVENT_AMENDED:
        return RECORD_TABLE(held_submission);
    case APPLICATION_EVENT_TICK:
    case APPLICATION_EVENT_REGISTERED:
    case APPLICATION_EVENT_WITHDRAWN:
    case APPLICATION_EVENT_CONFIRMATION:
    case APPLICATION_EVENT_EXAM_SCHEDULED:
    case APPLICATION_EVENT_EXAM_PART:
    case APPLICATION_EVENT_EXAM_ESSAY:
    case APPLICATION_EVENT_EXAM_RETAKE:
    case APPLICATION_EVENT_EXAM_APPEAL:
    case APPLICATION_EVENT_PAPER_RESULT:
    case APPLICATION_EVENT_RATING_REPORTED:
    case APPLICATION_EVENT_PERSON_FACTS:
    case APPLICATION_EVENT_MAIL_REPORTED:
    case APPLICATION_EVENT_COUNT:
        break;
    }
    return (struct record_table){0};
}

static struct record_table held_content(const void *item)
{
    return content_of(((const struct application_held *)item)->kind);
}

static const struct record_collection collections[] = {
    RECORD_COLLECTION("entry", application_state, entry_count, entries, APPLICATION_ENTRIES, entry,
                      NULL),
    RECORD_COLLECTION("transcript", application_state, transcript_count, transcripts,
                      APPLICATION_TRANSCRIPTS, transcript, NULL),
    RECORD_COLLECTION("fee", application_state, fee_count, fees, APPLICATION_FEES, fee, NULL),
    RECORD_COLLECTION("rater", application_state, rater_count, raters, APPLICATION_RATERS, rater,
                      NULL),
    RECORD_COLLECTION("reviewer", application_state, reviewer_count, reviewers,
                      APPLICATION_REVIEWERS, reviewer, NULL),
    RECORD_COLLECTION("provider", application_state, provider_count, providers,
                      APPLICATION_PROVIDERS, provider, NULL),
    RECORD_COLLECTION("span", application_state, span_count, spans, APPLICATION_SPANS, span, NULL),
    RECORD_COLLECTION("exam-criterion", application_state, exam.criterion_count, exam.criteria,
                      EXAM_CRITERIA, criterion, NULL),
    RECORD_COLLECTION("exam-comment", application_state, exam.comment_count, exam.comments,
                      EXAM_COMMENTS, comment, NULL),
    RECORD_COLLECTION("held", application_state, held_count, held, APPLICATION_HELD_EVENTS, held,
                      held_content),
};
enum { COLLECTIONS = sizeof collections / sizeof collections[0] };

void application_write(const void *state, struct wf_fields *fields)
{
    record_write_field(RECORD_TABLE(head), "head", state, fields);
    const struct application_exam *sitting = &((const struct application_state *)state)->exam;
    if (sitting->attempt > 0 || sitting->sitting_on != WF_NO_DATE)
        record_write_field(RECORD_TABLE(exam), "exam", state, fields);
    record_write_collections(collections, COLLECTIONS, state, fields);
    wf_fields_sort(fields);
}

int application_read(const struct wf_fields *fields, void *state, struct wf_error *error)
{
    const struct wf_field *head_field = wf_fields_find(fields, "head");
    const struct wf_field *exam_field = wf_fields_find(fields, "exam");
    if (fields->count == 0)
        return 0;
    if (!head_field)
        return wf_fail(error, WF_BROKEN, "application has fields but no head");
    if (record_read(RECORD_TABLE(head), head_field->value, state, error) < 0 ||
        record_read(RECORD_TABLE(exam), exam_field ? exam_field->value : (struct wf_bytes){0},
                    state, error) < 0)
        return -1;
    return record_read_collections(collections, COLLECTIONS, fields, state, error);
}
