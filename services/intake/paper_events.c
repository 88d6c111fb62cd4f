/* Messages -> events of the paper.  SPEC 11. */
#include "paper_codec.h"

#include "intake_service.h"
#include "payload_reader.h"
#include "wf_messages.h"

#include "endorse/v1/internal.pb-c.h"

#include <string.h>

typedef void decode_f(const struct intake *intake, struct payload_reader *reader,
                      const ProtobufCMessage *payload, struct paper_event *event);

static void complain(struct payload_reader *reader, const char *what)
{
    if (reader->bad)
        return;
    reader->bad = true;
    (void)wf_fail(reader->error, WF_INVALID, "%s", what);
}

static void take_blob(struct payload_reader *reader, ProtobufCBinaryData from,
                      struct paper_blob *blob)
{
    if (from.len == 0 || from.len > sizeof blob->bytes) {
        complain(reader, "a sealed text is absent or too long");
        return;
    }
    blob->length = (uint32_t)from.len;
    memcpy(blob->bytes, from.data, from.len);
}

/* ---- from the application ---- */

static void take_form(const struct intake *intake, struct payload_reader *reader, const char *name,
                      struct paper_event *event)
{
    const struct wf_exam_form *form = wf_exam_form_named(intake->forms, name);
    if (!form) {
        complain(reader, "form: none of that name");
        return;
    }
    memcpy(event->is.received.rule_pack, form->rule_pack, sizeof event->is.received.rule_pack);
    for (int32_t i = 0; i < form->prompt_count && i < PAPER_PROMPTS; i++) {
        memcpy(event->is.received.prompts[i].id, form->prompts[i].id,
               sizeof event->is.received.prompts[i].id);
        event->is.received.prompt_count++;
    }
}

static void decode_received(const struct intake *intake, struct payload_reader *reader,
                            const ProtobufCMessage *payload, struct paper_event *event)
{
    const Endorse__V1__PaperReceived *from = (const Endorse__V1__PaperReceived *)payload;
    PAYLOAD_TEXT(reader, event->is.received.application, from, application_id);
    PAYLOAD_TEXT(reader, event->is.received.person, from, person_id);
    PAYLOAD_TEXT(reader, event->is.received.association, from, association);
    event->is.received.category = (int32_t)from->category;
    event->is.received.age_line = (int32_t)from->age_line;
    PAYLOAD_TEXT(reader, event->is.received.form, from, form);
    PAYLOAD_TEXT(reader, event->is.received.language, from, language);
    take_form(intake, reader, from->form, event);
    take_blob(reader, from->sealed_answers, &event->is.received.answers);
    for (size_t i = 0; i < from->n_people && i < PAPER_PEOPLE; i++) {
        PAYLOAD_TEXT(reader, event->is.received.people[i].id, from->people[i], person_id);
        event->is.received.people[i].role = (int32_t)from->people[i]->role;
        event->is.received.person_count++;
    }
}

static void decode_appeal(const struct intake *intake, struct payload_reader *reader,
                          const ProtobufCMessage *payload, struct paper_event *event)
{
    (void)intake;
    (void)reader;
    event->is.appeal = (int32_t)((const Endorse__V1__PaperAppealWanted *)payload)->kind;
}

static void decode_nothing(const struct intake *intake, struct payload_reader *reader,
                           const ProtobufCMessage *payload, struct paper_event *event)
{
    (void)intake;
    (void)reader;
    (void)payload;
    (void)event;
}

static void decode_touched(const struct intake *intake, struct payload_reader *reader,
                           const ProtobufCMessage *payload, struct paper_event *event)
{
    const Endorse__V1__PersonTouched *from = (const Endorse__V1__PersonTouched *)payload;
    (void)intake;
    PAYLOAD_TEXT(reader, event->is.touched.person, from, person_id);
    event->is.touched.answer = from->answer;
    event->is.touched.erased = from->erased;
}

/* ---- from the job ---- */

static void take_text(struct payload_reader *reader, const Endorse__V1__PaperGathered *from,
                      struct paper_text *text)
{
    text->version = from->text_version;
    take_blob(reader, from->sealed_text, &text->sealed);
    if (from->text_sha256.len != sizeof text->sha256) {
        complain(reader, "text_sha256 has a wrong length");
        return;
    }
    memcpy(text->sha256, from->text_sha256.data, sizeof text->sha256);
}

static void decode_gathered(const struct intake *intake, struct payload_reader *reader,
                            const ProtobufCMessage *payload, struct paper_event *event)
{
    const Endorse__V1__PaperGathered *from = (const Endorse__V1__PaperGathered *)payload;
    (void)intake;
    event->is.gathered.gathering = from->gathering;
    take_text(reader, from, &event->is.gathered.text);
    for (size_t i = 0; i < from->n_lengths && i < PAPER_PROMPTS; i++)
        event->is.gathered.lengths[i] = from->lengths[i];
    for (size_t i = 0; i < from->n_tokens && i < PAPER_TOKENS; i++) {
        if (from->tokens[i]->token.len != PAPER_TOKEN) {
            complain(reader, "a token has not 16 bytes");
            return;
        }
        event->is.gathered.tokens[i].kind = (int32_t)from->tokens[i]->kind;
        memcpy(event->is.gathered.tokens[i].bytes, from->tokens[i]->token.data, PAPER_TOKEN);
        event->is.gathered.token_count++;
    }
    for (size_t i = 0; i < from->n_hits && i < PAPER_HITS; i++) {
        const Endorse__V1__RedactionHit *row = from->hits[i];
        struct paper_hit *hit = &event->is.gathered.hits[i].hit;
        PAYLOAD_TEXT(reader, event->is.gathered.hits[i].prompt, row, prompt);
        hit->begin = row->begin;
        hit->end = row->end;
        hit->certain = row->certain;
        if (!redact_kind_find(row->kind, &hit->kind) || !redact_rule_find(row->rule, &hit->rule))
            complain(reader, "a hit has an unknown kind or rule");
        event->is.gathered.hit_count++;
    }
}

/* ---- from exam ---- */

static void decode_resolved(const struct intake *intake, struct payload_reader *reader,
                            const ProtobufCMessage *payload, struct paper_event *event)
{
    const Endorse__V1__ExamResolved *from = (const Endorse__V1__ExamResolved *)payload;
    struct application_paper_result *result = &event->is.result;
    (void)intake;
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

static void decode_questioned(const struct intake *intake, struct payload_reader *reader,
                              const ProtobufCMessage *payload, struct paper_event *event)
{
    const Endorse__V1__PaperQuestioned *from = (const Endorse__V1__PaperQuestioned *)payload;
    (void)intake;
    PAYLOAD_TEXT(reader, event->is.prompt, from, prompt);
    if (!event->is.prompt[0])
        memcpy(event->is.prompt, "any", 4);
}

static void decode_waiting(const struct intake *intake, struct payload_reader *reader,
                           const ProtobufCMessage *payload, struct paper_event *event)
{
    const Endorse__V1__PaperWaiting *from = (const Endorse__V1__PaperWaiting *)payload;
    (void)intake;
    PAYLOAD_TEXT(reader, event->is.waiting, from, state);
}

/* ---- from operators ---- */

int paper_take_signer(const Endorse__V1__SealChecked *checked,
                      const Endorse__V1__OperatorSeal *seal, struct paper_signer *signer,
                      struct wf_error *error)
{
    struct payload_reader reader = {.error = error};
    if (!checked || !seal || !checked->known)
        return wf_fail(error, WF_INVALID, "the seal was not checked");
    payload_text(&reader, signer->id, sizeof signer->id, seal->operator_, "seal.operator");
    for (size_t i = 0; i < checked->n_roles; i++)
        signer->roles |= 1 << (int)checked->roles[i];
    signer->reads = checked->reads;
    return reader.bad ? -1 : 0;
}

static void take_signer(struct payload_reader *reader, const Endorse__V1__SealChecked *checked,
                        const Endorse__V1__OperatorSeal *seal, struct paper_event *event)
{
    if (paper_take_signer(checked, seal, &event->signer, reader->error) < 0)
        reader->bad = true;
}

static void decode_checked(const struct intake *intake, struct payload_reader *reader,
                           const ProtobufCMessage *payload, struct paper_event *event)
{
    const Endorse__V1__RedactionChecked *from = (const Endorse__V1__RedactionChecked *)payload;
    (void)intake;
    take_signer(reader, from->checked, from->seal, event);
    event->is.checked.version = from->text_version;
    for (size_t i = 0; i < from->n_accepted && i < PAPER_HITS; i++) {
        const Endorse__V1__RedactionSpan *row = from->accepted[i];
        struct paper_hit *span = &event->is.checked.spans[i].hit;
        PAYLOAD_TEXT(reader, event->is.checked.spans[i].prompt, row, prompt);
        span->begin = row->begin;
        span->end = row->end;
        span->kind = REDACT_OTHER;
        span->blank = row->placeholder[0] == '\0';
        for (uint8_t kind = 0; kind < REDACT_KIND_COUNT; kind++) {
            if (strcmp(redact_placeholder((enum redact_kind)kind), row->placeholder) == 0)
                span->kind = kind;
        }
        event->is.checked.span_count++;
    }
}

static void decode_hold_ordered(const struct intake *intake, struct payload_reader *reader,
                                const ProtobufCMessage *payload, struct paper_event *event)
{
    const Endorse__V1__PaperHoldOrdered *from = (const Endorse__V1__PaperHoldOrdered *)payload;
    (void)intake;
    event->is.hold = from->held;
    take_signer(reader, from->checked, from->seal, event);
}

static void decode_unblind_requested(const struct intake *intake, struct payload_reader *reader,
                                     const ProtobufCMessage *payload, struct paper_event *event)
{
    const Endorse__V1__UnblindRequested *from = (const Endorse__V1__UnblindRequested *)payload;
    (void)intake;
    take_signer(reader, from->checked, from->seal, event);
}

static void decode_unblind_approved(const struct intake *intake, struct payload_reader *reader,
                                    const ProtobufCMessage *payload, struct paper_event *event)
{
    const Endorse__V1__UnblindApproved *from = (const Endorse__V1__UnblindApproved *)payload;
    (void)intake;
    take_signer(reader, from->checked, from->seal, event);
}

static const struct {
    enum paper_event_id kind;
    decode_f *decode; /* NULL: not a message of the paper */
} decodings[WF_MESSAGE_COUNT] = {
    [WF_MESSAGE_PAPER_RECEIVED] = {PAPER_EVENT_RECEIVED, decode_received},
    [WF_MESSAGE_PAPER_APPEAL_WANTED] = {PAPER_EVENT_APPEAL, decode_appeal},
    [WF_MESSAGE_PAPER_ENDED] = {PAPER_EVENT_ENDED, decode_nothing},
    [WF_MESSAGE_PERSON_TOUCHED_PAPER] = {PAPER_EVENT_TOUCHED, decode_touched},
    [WF_MESSAGE_PAPER_GATHERED] = {PAPER_EVENT_GATHERED, decode_gathered},
    [WF_MESSAGE_PAPER_KEY_FORGOTTEN] = {PAPER_EVENT_FORGOTTEN, decode_nothing},
    [WF_MESSAGE_EXAM_RESOLVED] = {PAPER_EVENT_RESULT, decode_resolved},
    [WF_MESSAGE_PAPER_QUESTIONED] = {PAPER_EVENT_QUESTIONED, decode_questioned},
    [WF_MESSAGE_PAPER_WAITING] = {PAPER_EVENT_WAITING, decode_waiting},
    [WF_MESSAGE_REDACTION_CHECKED] = {PAPER_EVENT_CHECKED, decode_checked},
    [WF_MESSAGE_PAPER_HOLD_ORDERED] = {PAPER_EVENT_HOLD_ORDERED, decode_hold_ordered},
    [WF_MESSAGE_UNBLIND_REQUESTED] = {PAPER_EVENT_UNBLIND_REQUESTED, decode_unblind_requested},
    [WF_MESSAGE_UNBLIND_APPROVED] = {PAPER_EVENT_UNBLIND_APPROVED, decode_unblind_approved},
};

int paper_decode(void *service, const ProtobufCMessage *payload, void *event,
                 struct wf_error *error)
{
    struct paper_event *decoded = event;
    struct payload_reader reader = {.error = error};
    WF_ASSERT(decodings[decoded->meta.message].decode);
    decoded->kind = decodings[decoded->meta.message].kind;
    decodings[decoded->meta.message].decode(service, &reader, payload, decoded);
    return reader.bad ? -1 : 0;
}
