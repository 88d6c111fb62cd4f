/* Questions: answered between turns, from what is committed. */
#include "wf_validate.h"
#include "wf_worker_state.h"

#include <string.h>

static enum wf_reply reply_of(enum wf_error_code code)
{
    switch (code) {
    case WF_OK:
        return WF_REPLY_OK;
    case WF_INVALID:
        return WF_REPLY_INVALID;
    case WF_DENIED:
        return WF_REPLY_DENIED;
    case WF_NOT_FOUND:
        return WF_REPLY_NOT_FOUND;
    case WF_CONFLICT:
        return WF_REPLY_CONFLICT;
    case WF_BROKEN:
        return WF_REPLY_REFUSED;
    case WF_AGAIN:
    case WF_UNKNOWN:
    case WF_LIMIT:
    case WF_CONFIG:
        break;
    }
    return WF_REPLY_BUSY;
}

void wf_questions_reply(struct wf_worker *worker, const struct wf_ask_in *ask,
                        struct wf_bytes payload, const struct wf_error *error)
{
    enum wf_reply reply = reply_of(error->code);
    struct wf_outcome outcome = {.reply = reply,
                                 .reason = error->code ? wf_error_name(error->code) : "",
                                 .text = error->text,
                                 .retry_after_ms = reply == WF_REPLY_BUSY ? WF_BUSY_MS : 0,
                                 .payload = payload,
                                 .receipt = ""};
    wf_count(&worker->metrics, WF_METRIC_QUESTIONS);
    wf_settle_reply(worker, &ask->peer, ask->request, &outcome);
}

int wf_questions_state(struct wf_worker *worker, const struct wf_machine *machine, const char *id,
                       struct wf_entity **entity, struct wf_error *error)
{
    *entity = wf_cache_get(&worker->cache, machine->kind, id);
    if (!(*entity)->is_loaded && wf_batch_load(worker, entity, 1, error))
        return -1;
    int result = wf_step_read(worker, machine, *entity, error);
    wf_cache_account(&worker->cache, *entity);
    return result;
}

static int answer(struct wf_worker *worker, const struct wf_ask_in *ask, struct wf_buffer *reply,
                  struct wf_error *error)
{
    const struct wf_question *question = ask->question;
    struct wf_entity *entity = NULL;
    char path[WF_PATH_MAX];
    if (question->machine &&
        wf_questions_state(worker, question->machine, ask->to.id, &entity, error))
        return -1;
    wf_arena_clear(&worker->payload);
    const ProtobufCMessage *payload =
        wf_unpack(wf_message_row(ask->message)->descriptor, ask->payload, &worker->payload);
    if (!payload)
        return wf_fail(error, WF_INVALID, "the payload cannot be read");
    if (wf_validate(payload, path, error))
        return -1;
    return question->answer(worker->service, worker, payload, entity ? ask->to.id : "",
                            entity ? worker->before : NULL, reply, error);
}

void wf_questions_run(struct wf_worker *worker)
{
    for (size_t i = 0; i < worker->ask_count; i++) {
        const struct wf_ask_in *ask = &worker->asks[i];
        struct wf_error error = {0};
        struct wf_buffer reply = {0};
        if (!ask->question) {
            wf_operator_run(worker, ask);
            continue;
        }
        if (answer(worker, ask, &reply, &error) == 0)
            error = (struct wf_error){0};
        wf_questions_reply(worker, ask, wf_buffer_bytes(&reply), &error);
        wf_buffer_fini(&reply);
    }
    worker->ask_count = 0;
}
