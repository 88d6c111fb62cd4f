#include "paper_gather.h"

#include "conflict_tokens.h"
#include "paper_codec.h"
#include "paper_key.h"
#include "paper_redact.h"
#include "wf_arena.h"
#include "wf_log.h"
#include "wf_seal.h"

#include "endorse/v1/events.pb-c.h"
#include "endorse/v1/exam.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWERS_ARENA = 256 * 1024 };

/* ---- acts of our own ---- */

static void submit(struct intake *intake, enum wf_message message, const struct wf_address *paper,
                   const ProtobufCMessage *payload, const char *named)
{
    struct wf_buffer packed = {0};
    wf_pack(payload, &packed);
    struct wf_act act = {.message = message,
                         .to = *paper,
                         .actor = "",
                         .key = "",
                         .message_id = named,
                         .happened = wf_worker_now(intake->worker),
                         .payload = wf_buffer_bytes(&packed)};
    (void)wf_worker_submit(intake->worker, &act); /* a full queue: the deadline comes again */
    wf_buffer_fini(&packed);
}

/* ---- opening ---- */

static int load_paper(const struct intake *intake, const char *handle, struct paper_state *state,
                      struct wf_error *error)
{
    struct wf_load load = {.kind = "paper", .id = handle};
    int result = wf_store_load(wf_worker_store(intake->worker), &load, 1, error);
    if (result == 0)
        result = paper_read(&load.fields, state, error);
    wf_fields_fini(&load.fields);
    return result;
}

const void *paper_open_answers(const struct intake *intake, const char *handle,
                               const struct paper_state *state, struct wf_arena *arena,
                               struct wf_error *error)
{
    struct wf_bytes sealed = {.data = state->answers.bytes, .length = state->answers.length};
    struct wf_buffer opened = {0};
    char place[PAPER_PLACE];
    uint8_t key[PAPER_KEY];
    const void *message = NULL;
    if (paper_key(wf_worker_store(intake->worker), intake->essay_key, handle, NULL, key, error) < 0)
        return NULL;
    paper_place(place, handle, "answers");
    if (wf_unseal(key, place, sealed, &opened))
        message =
            wf_unpack(&endorse__v1__essay_submitted__descriptor, wf_buffer_bytes(&opened), arena);
    if (!message)
        (void)wf_fail(error, WF_BROKEN, "the answers of a paper do not open");
    explicit_bzero(key, sizeof key);
    if (opened.data)
        explicit_bzero(opened.data, opened.length);
    wf_buffer_fini(&opened);
    return message;
}

/* ---- the dictionary and the tokens ---- */

struct gathering {
    struct intake *intake;
    const char *handle;
    const struct paper_state *state;
    struct redact_dictionary dictionary;
    struct conflict_set tokens;
    struct redact_result result;
};

static int gather_person(struct gathering *gathering, const char *id, bool writer,
                         struct wf_error *error)
{
    struct paper_record record;
    if (paper_record_open(gathering->intake, id, &record, error) < 0)
        return -1;
    if (writer) {
        conflict_of_writer(&gathering->tokens, &record);
        redact_learn_writer(&gathering->dictionary, &record);
    } else {
        conflict_of_companion(&gathering->tokens, &record);
        redact_learn_companion(&gathering->dictionary, &record);
    }
    paper_record_close(&record);
    return 0;
}

static int gather_people(struct gathering *gathering, struct wf_error *error)
{
    const struct paper_state *state = gathering->state;
    gathering->tokens.key = gathering->intake->conflict_key;
    if (gather_person(gathering, state->person, true, error) < 0)
        return -1;
    for (int32_t i = 0; i < state->person_count; i++) {
        if (gather_person(gathering, state->people[i].id, false, error) < 0)
            return -1;
    }
    return 0;
}

/* ---- sealing and telling ---- */

/* What goes to the desk is wrapped with a key that never changes; so it opens texts alone, and the
 * answers end with the paper's own key. */
static void make_text_key(const uint8_t key[static PAPER_KEY], uint8_t text_key[static PAPER_KEY])
{
    static const char purpose[] = "text";
    wf_hmac(key, (struct wf_bytes){.data = (const uint8_t *)purpose, .length = sizeof purpose - 1},
            text_key);
}

int paper_lay_aside(void *service, enum wf_message message, ProtobufCMessage *payload,
                    struct wf_buffer *aside, struct wf_error *error)
{
    Endorse__V1__PaperGathered *gathered = (Endorse__V1__PaperGathered *)payload;
    (void)service;
    (void)error;
    if (message != WF_MESSAGE_PAPER_GATHERED)
        return 0;
    wf_buffer_append(aside, gathered->sealed_key.data, gathered->sealed_key.len);
    gathered->sealed_key = (ProtobufCBinaryData){0};
    return 0;
}

static int seal_text(const struct gathering *gathering, uint32_t version, struct wf_buffer *sealed,
                     struct wf_buffer *sealed_key, struct wf_error *error)
{
    const struct intake *intake = gathering->intake;
    char place[32];
    uint8_t key[PAPER_KEY];
    uint8_t text_key[PAPER_KEY];
    if (paper_key(wf_worker_store(intake->worker), intake->essay_key, gathering->handle, NULL, key,
                  error) < 0)
        return -1;
    make_text_key(key, text_key);
    (void)snprintf(place, sizeof place, "text/%u", (unsigned)version);
    wf_seal(text_key, place, wf_buffer_bytes(&gathering->result.text), sealed);
    wf_seal(intake->desk_key, "key", (struct wf_bytes){.data = text_key, .length = sizeof text_key},
            sealed_key);
    explicit_bzero(key, sizeof key);
    explicit_bzero(text_key, sizeof text_key);
    return 0;
}

static void tell(struct gathering *gathering, const struct wf_address *paper, uint32_t number,
                 uint32_t version, struct wf_buffer *sealed, struct wf_buffer *sealed_key)
{
    Endorse__V1__PaperGathered message = ENDORSE__V1__PAPER_GATHERED__INIT;
    Endorse__V1__ConflictToken tokens[PAPER_TOKENS];
    Endorse__V1__ConflictToken *token_list[PAPER_TOKENS];
    Endorse__V1__RedactionHit *hits = calloc(PAPER_HITS, sizeof *hits);
    Endorse__V1__RedactionHit **hit_list = calloc(PAPER_HITS, sizeof *hit_list);
    uint8_t digest[32];
    WF_ASSERT(hits && hit_list);
    paper_pack_tokens(gathering->tokens.tokens, gathering->tokens.count, tokens, token_list);
    paper_pack_hits(gathering->state, gathering->result.hits, gathering->result.hit_count, hits,
                    hit_list);
    wf_sha256(wf_buffer_bytes(&gathering->result.text), digest);
    message.gathering = number;
    message.text_version = version;
    message.sealed_text = (ProtobufCBinaryData){.len = sealed->length, .data = sealed->data};
    message.sealed_key = (ProtobufCBinaryData){.len = sealed_key->length, .data = sealed_key->data};
    message.text_sha256 = (ProtobufCBinaryData){.len = sizeof digest, .data = digest};
    message.n_tokens = (size_t)gathering->tokens.count;
    message.tokens = token_list;
    message.n_hits = (size_t)gathering->result.hit_count;
    message.hits = hit_list;
    message.n_lengths = gathering->result.answer_count;
    message.lengths = gathering->result.lengths;
    submit(gathering->intake, WF_MESSAGE_PAPER_GATHERED, paper, &message.base, "gathered");
    free(hit_list);
    free(hits);
}

static int gather(struct gathering *gathering, const struct wf_address *paper, uint32_t number,
                  struct wf_error *error)
{
    struct wf_arena arena;
    struct wf_buffer sealed = {0};
    struct wf_buffer sealed_key = {0};
    const struct wf_exam_form *form =
        wf_exam_form_named(gathering->intake->forms, gathering->state->form);
    uint32_t version = gathering->state->text.version + 1;
    wf_arena_init(&arena, ANSWERS_ARENA);
    const Endorse__V1__EssaySubmitted *essay =
        paper_open_answers(gathering->intake, gathering->handle, gathering->state, &arena, error);
    int result = essay && form ? gather_people(gathering, error) : -1;
    if (essay && !form)
        (void)wf_fail(error, WF_CONFIG, "form %s is not in exam_forms_dir any more",
                      gathering->state->form);
    if (result == 0) {
        redact_essay(&gathering->dictionary, form, gathering->state, essay, &gathering->result);
        result = seal_text(gathering, version, &sealed, &sealed_key, error);
    }
    if (result == 0)
        tell(gathering, paper, number, version, &sealed, &sealed_key);
    redact_result_fini(&gathering->result);
    wf_arena_clear(&arena);
    wf_arena_fini(&arena);
    wf_buffer_fini(&sealed);
    wf_buffer_fini(&sealed_key);
    return result;
}

static int perform_gather(struct intake *intake, const struct wf_address *paper, uint32_t number,
                          struct wf_error *error)
{
    struct paper_state *state = calloc(1, sizeof *state);
    struct gathering *gathering = calloc(1, sizeof *gathering);
    WF_ASSERT(state && gathering);
    gathering->intake = intake;
    gathering->handle = paper->id;
    gathering->state = state;
    int result = load_paper(intake, paper->id, state, error);
    if (result == 0 && state->gathering == number && state->answers.length > 0)
        result = gather(gathering, paper, number, error);
    explicit_bzero(&gathering->dictionary, sizeof gathering->dictionary);
    free(gathering);
    free(state);
    return result;
}

void paper_perform(struct intake *intake, const struct wf_address *paper,
                   const struct paper_job *job)
{
    Endorse__V1__PaperKeyForgotten forgotten = ENDORSE__V1__PAPER_KEY_FORGOTTEN__INIT;
    struct wf_error error = {0};
    int result;
    if (job->kind == PAPER_JOB_GATHER) {
        result = perform_gather(intake, paper, job->gathering, &error);
    } else {
        result = paper_key_forget(wf_worker_store(intake->worker), paper->id, &error);
        if (result == 0)
            submit(intake, WF_MESSAGE_PAPER_KEY_FORGOTTEN, paper, &forgotten.base, "forgotten");
        intake->paper_forgotten = true;
    }
    if (result < 0)
        wf_log(WF_LOG_PAPER_JOB, "cause=%s", error.text);
}
