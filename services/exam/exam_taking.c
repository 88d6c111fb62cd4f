/* Parts of messages, taken over into fixed-size structs.  Between programs a bad field is somebody's
 * mistake: it parks the aggregate. */
#include "exam_service.h"

#include <string.h>

int exam_take_text(const char *from, const char *field, bool may_be_empty, char *to, size_t size,
                   struct wf_error *error)
{
    size_t length = strlen(from);
    if (length >= size || (!length && !may_be_empty))
        return wf_fail(error, WF_INVALID, "%s is empty or too long", field);
    memcpy(to, from, length + 1);
    return 0;
}

_Static_assert((int)EXAM_TOKEN_AUTHOR == (int)ENDORSE__V1__TOKEN_KIND__TOKEN_AUTHOR,
               "one number for both");

int exam_take_tokens(Endorse__V1__ConflictToken **rows, size_t count, struct exam_token *tokens,
                     int32_t *token_count, struct wf_error *error)
{
    if (count > EXAM_TOKENS_MAX)
        return wf_fail(error, WF_INVALID, "tokens are more than %d", EXAM_TOKENS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (rows[i]->token.len != EXAM_TOKEN)
            return wf_fail(error, WF_INVALID, "tokens[%zu] has not %d bytes", i, EXAM_TOKEN);
        tokens[i].kind = (int32_t)rows[i]->kind;
        memcpy(tokens[i].bytes, rows[i]->token.data, EXAM_TOKEN);
    }
    *token_count = (int32_t)count;
    return 0;
}

int exam_take_text_sealed(uint32_t version, ProtobufCBinaryData sha256, ProtobufCBinaryData text,
                          struct exam_text *to, struct wf_error *error)
{
    if (!version || sha256.len != sizeof to->sha256)
        return wf_fail(error, WF_INVALID, "textVersion or textSha256 is none");
    if (!text.len || text.len > EXAM_TEXT_MAX)
        return wf_fail(error, WF_INVALID, "sealedText has no size of ours");
    to->version = version;
    memcpy(to->sha256, sha256.data, sha256.len);
    to->length = (uint32_t)text.len;
    memcpy(to->sealed, text.data, text.len);
    return 0;
}

/* The one field of each message that has such a key; NULL: none. */
static ProtobufCBinaryData *key_of(enum wf_message message, ProtobufCMessage *payload)
{
    Endorse__V1__SeatOrdered *ordered;
    switch ((int)message) { /* most messages have none */
    case WF_MESSAGE_PAPER_SEALED:
        return &((Endorse__V1__PaperSealed *)payload)->sealed_key;
    case WF_MESSAGE_PAPER_TEXT_REPLACED:
        return &((Endorse__V1__PaperTextReplaced *)payload)->sealed_key;
    case WF_MESSAGE_SEAT_WANTED:
        return &((Endorse__V1__SeatWanted *)payload)->sealed_key;
    case WF_MESSAGE_SEAT_ORDERED:
        ordered = (Endorse__V1__SeatOrdered *)payload;
        return ordered->text ? &ordered->text->sealed_key : NULL;
    default:
        return NULL;
    }
}

int exam_lay_aside(void *service, enum wf_message message, ProtobufCMessage *payload,
                   struct wf_buffer *aside, struct wf_error *error)
{
    ProtobufCBinaryData *key = key_of(message, payload);
    (void)service;
    if (!key)
        return 0;
    if (!key->len || key->len > EXAM_KEY_MAX)
        return wf_fail(error, WF_INVALID, "sealedKey has no size of ours");
    wf_buffer_append(aside, key->data, key->len);
    *key = (ProtobufCBinaryData){0};
    return 0;
}

int exam_take_scores(Endorse__V1__SeatScore **rows, size_t count, struct exam_scores *scores,
                     struct wf_error *error)
{
    enum { MOST = sizeof scores->points / sizeof scores->points[0] };
    if (count > MOST)
        return wf_fail(error, WF_INVALID, "scores are more than a rubric has criteria");
    for (size_t i = 0; i < count; i++) {
        if (exam_take_text(rows[i]->criterion, "criterion", false, scores->criterion[i],
                           sizeof scores->criterion[i], error))
            return -1;
        scores->points[i] = rows[i]->points;
    }
    scores->count = (int32_t)count;
    return 0;
}

int exam_take_sheet(const Endorse__V1__SeatSubmitted *from, struct exam_sheet *sheet,
                    struct exam_scores *scores, struct wf_error *error)
{
    if (!from->sheet_version || from->sheet_sha256.len != sizeof sheet->sha256)
        return wf_fail(error, WF_INVALID, "sheetVersion or sheetSha256 is none");
    sheet->version = from->sheet_version;
    sheet->text_version = from->text_version;
    memcpy(sheet->sha256, from->sheet_sha256.data, sizeof sheet->sha256);
    for (size_t i = 0; i < from->n_comments && i < EXAM_COMMENTS_MAX; i++) {
        if (exam_take_text(from->comments[i], "comments", false, sheet->comments[i].code,
                           sizeof sheet->comments[i].code, error))
            return -1;
        sheet->comment_count++;
    }
    return exam_take_scores(from->scores, from->n_scores, scores, error);
}

int exam_take_by(const Endorse__V1__OperatorSeal *seal, const Endorse__V1__OperatorChecked *checked,
                 struct exam_operator *by, struct wf_error *error)
{
    if (!seal || !checked)
        return wf_fail(error, WF_INVALID, "seal is missing");
    for (size_t i = 0; i < checked->n_roles; i++)
        by->roles |= 1u << (unsigned)checked->roles[i];
    by->members_known = checked->members_known;
    return exam_take_text(seal->operator_, "seal.operator", false, by->id, sizeof by->id, error);
}
