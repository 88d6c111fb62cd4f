#include "application_essay.h"

#include "intake_service.h"
#include "paper_key.h"
#include "payload_reader.h"
#include "wf_arena.h"
#include "wf_exam_form.h"
#include "wf_log.h"
#include "wf_seal.h"

#include "endorse/v1/events.pb-c.h"

#include <string.h>

enum { ESSAY_ARENA = 256 * 1024 };

/* Appends the packed answers, sealed for "<handle>/answers". */
static int seal_answers(const struct intake *intake, const char *handle, struct wf_bytes payload,
                        struct wf_buffer *sealed, struct wf_error *error)
{
    struct wf_clock *clock = wf_worker_clock(intake->worker);
    char place[PAPER_PLACE];
    uint8_t fresh[PAPER_KEY];
    uint8_t key[PAPER_KEY];
    clock->entropy(clock, fresh, sizeof fresh);
    int result =
        paper_key(wf_worker_store(intake->worker), intake->essay_key, handle, fresh, key, error);
    explicit_bzero(fresh, sizeof fresh);
    if (result < 0)
        return -1;
    paper_place(place, handle, "answers");
    wf_seal(key, place, payload, sealed);
    explicit_bzero(key, sizeof key);
    return 0;
}

int application_seal_essay(void *service, const struct wf_event_meta *meta, struct wf_bytes payload,
                           struct wf_buffer *kept, struct wf_error *error)
{
    Endorse__V1__EssaySubmitted message = ENDORSE__V1__ESSAY_SUBMITTED__INIT;
    Endorse__V1__EssayKept inside = ENDORSE__V1__ESSAY_KEPT__INIT;
    struct wf_buffer sealed = {0};
    struct wf_arena arena;
    char handle[PAPER_NAME + 1];
    int result = -1;
    wf_arena_init(&arena, ESSAY_ARENA);
    const Endorse__V1__EssaySubmitted *essay = (const Endorse__V1__EssaySubmitted *)wf_unpack(
        &endorse__v1__essay_submitted__descriptor, payload, &arena);
    paper_name_make(meta->entropy, "paper", handle);
    if (!essay)
        (void)wf_fail(error, WF_INVALID, "payload is no EssaySubmitted");
    else
        result = seal_answers(service, handle, payload, &sealed, error);
    if (result == 0) {
        inside.handle = handle;
        inside.sealed_answers = (ProtobufCBinaryData){.len = sealed.length, .data = sealed.data};
        inside.answers = (uint32_t)essay->n_answers;
        message.exam_id = essay->exam_id;
        message.form = essay->form;
        message.language = essay->language;
        message.kept = &inside;
        wf_pack(&message.base, kept);
    }
    wf_arena_clear(&arena); /* wipes the answers */
    wf_arena_fini(&arena);
    wf_buffer_fini(&sealed);
    return result;
}

void application_discard_essay(void *service, enum wf_message message, struct wf_bytes kept)
{
    const struct intake *intake = service;
    struct wf_error error = {0};
    struct wf_arena arena;
    if (message != WF_MESSAGE_ESSAY_SUBMITTED)
        return;
    wf_arena_init(&arena, ESSAY_ARENA);
    const Endorse__V1__EssaySubmitted *essay = (const Endorse__V1__EssaySubmitted *)wf_unpack(
        &endorse__v1__essay_submitted__descriptor, kept, &arena);
    if (essay && essay->kept &&
        paper_key_forget(wf_worker_store(intake->worker), essay->kept->handle, &error) < 0)
        wf_log(WF_LOG_ESSAY_KEY, "cause=%s", error.text);
    wf_arena_fini(&arena);
}

int application_decode_essay(void *service, const ProtobufCMessage *payload, void *event,
                             struct wf_error *error)
{
    const struct intake *intake = service;
    const Endorse__V1__EssaySubmitted *from = (const Endorse__V1__EssaySubmitted *)payload;
    struct application_event *decoded = event;
    struct application_essay *essay = &decoded->is.essay;
    struct payload_reader reader = {.error = error};
    decoded->kind = APPLICATION_EVENT_EXAM_ESSAY;
    if (!from->kept)
        return wf_fail(error, WF_INVALID, "the answers came unsealed");
    PAYLOAD_TEXT(&reader, essay->exam, from, exam_id);
    PAYLOAD_TEXT(&reader, essay->language, from, language);
    PAYLOAD_TEXT(&reader, essay->handle, from->kept, handle);
    essay->answers = (int32_t)from->kept->answers;
    essay->sealed = from->kept->sealed_answers.data;
    essay->sealed_size = from->kept->sealed_answers.len;
    const struct wf_exam_form *form = wf_exam_form_named(intake->forms, from->form);
    if (form && strcmp(form->language, from->language) == 0) {
        essay->form_known = true;
        essay->form_categories = form->categories;
        essay->prompts = form->prompt_count;
        memcpy(essay->form, form->name, sizeof essay->form);
    }
    return reader.bad ? -1 : 0;
}
