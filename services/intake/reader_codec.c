/* Stored fields of a reader, and messages -> events.  Numbers and names here are kept for ever. */
#include "reader_codec.h"

#include "payload_reader.h"
#include "record_collection.h"
#include "wf_messages.h"

#include "endorse/v1/exam.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <string.h>

static const char *state_name(int value)
{
    return reader_state_name((enum reader_state_id)value);
}

static const struct record_member head[] = {
    RECORD_ENUM(1, reader_state, state, state_name, READER_STATE_COUNT),
    RECORD(2, TEXT, reader_state, person),
    RECORD(3, LONG, reader_state, due),
    RECORD(4, INT, reader_state, gathering),
    RECORD(5, BOOL, reader_state, erased),
    RECORD(6, INT, reader_state, link),
    RECORD(7, DATE, reader_state, links_on),
    RECORD(8, INT, reader_state, links_today),
    RECORD(9, INT, reader_state, enrolment.capacity),
    RECORD(10, INT, reader_state, enrolment.window_days),
    RECORD(11, BOOL, reader_state, enrolment.active),
};
static const struct record_member qualification[] = {
    RECORD(1, INT, reader_qualification, category),
    RECORD(2, TEXT, reader_qualification, form),
    RECORD(3, DATE, reader_qualification, until),
};
static const struct record_member language[] = {RECORD(1, TEXT, reader_language, code)};
static const struct record_member span[] = {
    RECORD(1, DATE, reader_span, from),
    RECORD(2, DATE, reader_span, until),
};
static const struct record_member token[] = {
    RECORD(1, INT, paper_token, kind),
    RECORD(2, BYTES, paper_token, bytes),
};
static const struct record_collection collections[] = {
    RECORD_COLLECTION("qualification", reader_state, enrolment.qualification_count,
                      enrolment.qualifications, READER_QUALIFICATIONS, qualification, NULL),
    RECORD_COLLECTION("language", reader_state, enrolment.language_count, enrolment.languages,
                      READER_LANGUAGES, language, NULL),
    RECORD_COLLECTION("unavailable", reader_state, enrolment.span_count, enrolment.spans,
                      READER_SPANS, span, NULL),
    RECORD_COLLECTION("token", reader_state, token_count, tokens, PAPER_TOKENS, token, NULL),
};
enum { COLLECTIONS = sizeof collections / sizeof collections[0] };

void reader_write(const void *state, struct wf_fields *fields)
{
    record_write_field(RECORD_TABLE(head), "head", state, fields);
    record_write_collections(collections, COLLECTIONS, state, fields);
    wf_fields_sort(fields);
}

int reader_read(const struct wf_fields *fields, void *state, struct wf_error *error)
{
    const struct wf_field *head_field = wf_fields_find(fields, "head");
    if (fields->count == 0)
        return 0;
    if (!head_field)
        return wf_fail(error, WF_BROKEN, "reader has fields but no head");
    if (record_read(RECORD_TABLE(head), head_field->value, state, error) < 0)
        return -1;
    return record_read_collections(collections, COLLECTIONS, fields, state, error);
}

/* ---- events ---- */

typedef void decode_f(struct payload_reader *reader, const ProtobufCMessage *payload,
                      struct reader_event *event);

static void decode_put(struct payload_reader *reader, const ProtobufCMessage *payload,
                       struct reader_event *event)
{
    const Endorse__V1__ReaderPut *from = (const Endorse__V1__ReaderPut *)payload;
    const Endorse__V1__ExamReaderEnrolled *enrolled = from->enrolled;
    struct reader_enrolment *to = &event->is.put.enrolment;
    PAYLOAD_TEXT(reader, event->is.put.person, from, person_id);
    if (!enrolled)
        return;
    to->capacity = (int32_t)enrolled->capacity;
    to->window_days = (int32_t)enrolled->window_days;
    to->active = enrolled->active;
    for (size_t i = 0; i < enrolled->n_qualifications && i < READER_QUALIFICATIONS; i++) {
        to->qualifications[i].category = (int32_t)enrolled->qualifications[i]->category;
        PAYLOAD_TEXT(reader, to->qualifications[i].form, enrolled->qualifications[i], form);
        PAYLOAD_DATE(reader, to->qualifications[i].until, enrolled->qualifications[i], until_on);
        to->qualification_count++;
    }
    for (size_t i = 0; i < enrolled->n_languages && i < READER_LANGUAGES; i++) {
        PAYLOAD_TEXT(reader, to->languages[i].code, enrolled, languages[i]);
        to->language_count++;
    }
    for (size_t i = 0; i < enrolled->n_unavailable && i < READER_SPANS; i++) {
        PAYLOAD_DATE(reader, to->spans[i].from, enrolled->unavailable[i], from_on);
        PAYLOAD_DATE(reader, to->spans[i].until, enrolled->unavailable[i], until_on);
        to->span_count++;
    }
}

static void decode_touched(struct payload_reader *reader, const ProtobufCMessage *payload,
                           struct reader_event *event)
{
    (void)reader;
    event->is.erased = ((const Endorse__V1__PersonTouched *)payload)->erased;
}

static void decode_gathered(struct payload_reader *reader, const ProtobufCMessage *payload,
                            struct reader_event *event)
{
    const Endorse__V1__ReaderGathered *from = (const Endorse__V1__ReaderGathered *)payload;
    event->is.gathered.gathering = from->gathering;
    for (size_t i = 0; i < from->n_tokens && i < PAPER_TOKENS; i++) {
        if (from->tokens[i]->token.len != PAPER_TOKEN) {
            reader->bad = true;
            (void)wf_fail(reader->error, WF_INVALID, "a token has not 16 bytes");
            return;
        }
        event->is.gathered.tokens[i].kind = (int32_t)from->tokens[i]->kind;
        memcpy(event->is.gathered.tokens[i].bytes, from->tokens[i]->token.data, PAPER_TOKEN);
        event->is.gathered.token_count++;
    }
}

static void decode_notice(struct payload_reader *reader, const ProtobufCMessage *payload,
                          struct reader_event *event)
{
    const Endorse__V1__ReaderNotice *from = (const Endorse__V1__ReaderNotice *)payload;
    if ((int)from->kind < READER_NOTICE_OFFERED || (int)from->kind > READER_NOTICE_LAST) {
        reader->bad = true;
        (void)wf_fail(reader->error, WF_INVALID, "kind: no notice of that kind");
        return;
    }
    event->is.notice.kind = (enum reader_notice_id)from->kind;
    PAYLOAD_DATE(reader, event->is.notice.due, from, due_on);
}

static void decode_nothing(struct payload_reader *reader, const ProtobufCMessage *payload,
                           struct reader_event *event)
{
    (void)reader;
    (void)payload;
    (void)event;
}

static const struct {
    enum reader_event_id kind;
    decode_f *decode; /* NULL: not a message of the reader */
} decodings[WF_MESSAGE_COUNT] = {
    [WF_MESSAGE_READER_PUT] = {READER_EVENT_PUT, decode_put},
    [WF_MESSAGE_PERSON_TOUCHED_READER] = {READER_EVENT_TOUCHED, decode_touched},
    [WF_MESSAGE_READER_GATHERED] = {READER_EVENT_GATHERED, decode_gathered},
    [WF_MESSAGE_READER_NOTICE] = {READER_EVENT_NOTICE, decode_notice},
    [WF_MESSAGE_READER_LINK_WANTED] = {READER_EVENT_LINK_WANTED, decode_nothing},
};

int reader_decode(void *service, const ProtobufCMessage *payload, void *event,
                  struct wf_error *error)
{
    struct reader_event *decoded = event;
    struct payload_reader reader = {.error = error};
    (void)service;
    WF_ASSERT(decodings[decoded->meta.message].decode);
    decoded->kind = decodings[decoded->meta.message].kind;
    decodings[decoded->meta.message].decode(&reader, payload, decoded);
    return reader.bad ? -1 : 0;
}
