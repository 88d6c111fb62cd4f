/* Stored fields of a paper.  Numbers and names here are kept for ever. */
#include "paper_codec.h"

#include "record_collection.h"

#include <string.h>

static const char *state_name(int value)
{
    return paper_state_name((enum paper_state_id)value);
}

static const struct record_member head[] = {
    RECORD_ENUM(1, paper_state, state, state_name, PAPER_STATE_COUNT),
    RECORD(2, LONG, paper_state, since),
    RECORD(3, LONG, paper_state, due),
    RECORD(4, TEXT, paper_state, application),
    RECORD(5, TEXT, paper_state, person),
    RECORD(6, TEXT, paper_state, association),
    RECORD(7, INT, paper_state, category),
    RECORD(8, INT, paper_state, age_line),
    RECORD(9, TEXT, paper_state, form),
    RECORD(10, TEXT, paper_state, language),
    RECORD(11, TEXT, paper_state, rule_pack),
    RECORD(12, INT, paper_state, awaited),
    RECORD(13, INT, paper_state, gathering),
    RECORD(14, INT, paper_state, gathered),
    RECORD(16, TEXT, paper_state, questioned),
    RECORD(17, TEXT, paper_state, waiting),
    RECORD(18, INT, paper_state, resolution),
    RECORD(19, BOOL, paper_state, passed),
    RECORD(20, INT, paper_state, score_hundredths),
    RECORD(21, INT, paper_state, most),
    RECORD(22, INT, paper_state, text.version),
    RECORD(23, BYTES, paper_state, text.sha256),
    RECORD(26, TEXT, paper_state, unblinding.requester),
    RECORD(27, INT, paper_state, unblinding.requester_roles),
    RECORD(28, LONG, paper_state, unblinding.requested),
    RECORD(29, TEXT, paper_state, unblinding.approver),
    RECORD(30, LONG, paper_state, unblinding.approved),
    RECORD(31, BOOL, paper_state, pulled),
};
static const struct record_member prompt[] = {
    RECORD(1, TEXT, paper_prompt, id),
    RECORD(2, INT, paper_prompt, length),
};
static const struct record_member person[] = {
    RECORD(1, TEXT, paper_person, id),
    RECORD(2, INT, paper_person, role),
};
static const struct record_member token[] = {
    RECORD(1, INT, paper_token, kind),
    RECORD(2, BYTES, paper_token, bytes),
};
static const struct record_member hit[] = {
    RECORD(1, INT, paper_hit, prompt),     RECORD(2, INT, paper_hit, begin),
    RECORD(3, INT, paper_hit, end),        RECORD(4, BYTE, paper_hit, kind),
    RECORD(5, BYTE, paper_hit, rule),      RECORD(6, BOOL, paper_hit, certain),
    RECORD(7, BYTE, paper_hit, judgement), RECORD(8, BOOL, paper_hit, blank),
};
static const struct record_member excluded[] = {RECORD(1, TEXT, paper_operator, id)};

static const struct record_collection collections[] = {
    RECORD_COLLECTION("prompt", paper_state, prompt_count, prompts, PAPER_PROMPTS, prompt, NULL),
    RECORD_COLLECTION("person", paper_state, person_count, people, PAPER_PEOPLE, person, NULL),
    RECORD_COLLECTION("token", paper_state, token_count, tokens, PAPER_TOKENS, token, NULL),
    RECORD_COLLECTION("hit", paper_state, hit_count, hits, PAPER_HITS, hit, NULL),
    RECORD_COLLECTION("excluded", paper_state, excluded_count, excluded, PAPER_OPERATORS, excluded,
                      NULL),
};
enum { COLLECTIONS = sizeof collections / sizeof collections[0] };

static void write_blob(const char *name, const struct paper_blob *blob, struct wf_fields *fields)
{
    if (blob->length > 0)
        wf_fields_add(fields,
                      (struct wf_bytes){.data = (const uint8_t *)name, .length = strlen(name)},
                      (struct wf_bytes){.data = blob->bytes, .length = blob->length});
}

static int read_blob(const struct wf_fields *fields, const char *name, struct paper_blob *blob,
                     struct wf_error *error)
{
    const struct wf_field *field = wf_fields_find(fields, name);
    if (!field)
        return 0;
    if (field->value.length > sizeof blob->bytes)
        return wf_fail(error, WF_BROKEN, "stored %s of a paper is too long", name);
    blob->length = (uint32_t)field->value.length;
    memcpy(blob->bytes, field->value.data, field->value.length);
    return 0;
}

void paper_write(const void *state, struct wf_fields *fields)
{
    const struct paper_state *paper = state;
    record_write_field(RECORD_TABLE(head), "head", state, fields);
    write_blob("answers", &paper->answers, fields);
    write_blob("text", &paper->text.sealed, fields);
    record_write_collections(collections, COLLECTIONS, state, fields);
    wf_fields_sort(fields);
}

int paper_read(const struct wf_fields *fields, void *state, struct wf_error *error)
{
    struct paper_state *paper = state;
    const struct wf_field *head_field = wf_fields_find(fields, "head");
    if (fields->count == 0)
        return 0;
    if (!head_field)
        return wf_fail(error, WF_BROKEN, "paper has fields but no head");
    if (record_read(RECORD_TABLE(head), head_field->value, state, error) < 0 ||
        read_blob(fields, "answers", &paper->answers, error) < 0 ||
        read_blob(fields, "text", &paper->text.sealed, error) < 0)
        return -1;
    return record_read_collections(collections, COLLECTIONS, fields, state, error);
}

/* ---- rows of messages ---- */

void paper_pack_tokens(const struct paper_token *tokens, int32_t count,
                       Endorse__V1__ConflictToken *rows, Endorse__V1__ConflictToken **list)
{
    for (int32_t i = 0; i < count; i++) {
        endorse__v1__conflict_token__init(&rows[i]);
        rows[i].kind = (Endorse__V1__TokenKind)tokens[i].kind;
        rows[i].token =
            (ProtobufCBinaryData){.len = PAPER_TOKEN, .data = (uint8_t *)tokens[i].bytes};
        list[i] = &rows[i];
    }
}

void paper_pack_hits(const struct paper_state *state, const struct paper_hit *hits, int32_t count,
                     Endorse__V1__RedactionHit *rows, Endorse__V1__RedactionHit **list)
{
    for (int32_t i = 0; i < count; i++) {
        endorse__v1__redaction_hit__init(&rows[i]);
        rows[i].prompt = (char *)state->prompts[hits[i].prompt].id;
        rows[i].begin = hits[i].begin;
        rows[i].end = hits[i].end;
        rows[i].kind = (char *)redact_kind_name((enum redact_kind)hits[i].kind);
        rows[i].rule = (char *)redact_rule_name((enum redact_rule)hits[i].rule);
        rows[i].certain = hits[i].certain;
        list[i] = &rows[i];
    }
}
