/* What of a message is kept: checked, without what is laid aside, sealed. */
#include "wf_seal.h"
#include "wf_worker_state.h"

#include <string.h>

struct wf_event_meta *wf_step_event(struct wf_worker *worker, const struct wf_work *work,
                                    const uint8_t entropy[32])
{
    struct wf_event_meta *meta = worker->event;
    memset(worker->event, 0, work->machine->event_size);
    meta->message = work->handler ? work->handler->message : WF_TICK;
    strncpy(meta->message_id, work->message_id, WF_ID_MAX);
    strncpy(meta->actor, work->actor, WF_ID_MAX);
    meta->self = work->self;
    meta->from = work->from;
    meta->happened = work->happened;
    memcpy(meta->entropy, entropy, sizeof meta->entropy);
    return meta;
}

void wf_step_fingerprint(struct wf_worker *worker, struct wf_work *work)
{
    char self[WF_ADDRESS_MAX + 1];
    wf_address_format(&work->self, self);
    wf_buffer_clear(&worker->frame);
    wf_buffer_append(&worker->frame, work->type, strlen(work->type) + 1);
    wf_buffer_append(&worker->frame, self, strlen(self) + 1);
    wf_buffer_append(&worker->frame, work->payload.data, work->payload.length);
    wf_hmac(worker->fingerprint_key, wf_buffer_bytes(&worker->frame), work->fingerprint);
}

static int lay_aside(struct wf_worker *worker, struct wf_work *work, ProtobufCMessage *message,
                     struct wf_bytes *kept, struct wf_error *error)
{
    const struct wf_domain *domain = worker->domain;
    work->aside = (struct wf_bytes){0};
    if (!domain->aside)
        return 0;
    wf_buffer_clear(&worker->kept);
    if (domain->aside(worker->service, work->handler->message, message, &worker->kept, error))
        return -1;
    if (worker->kept.length == 0)
        return 0;
    work->aside = wf_pool_copy(&worker->pool, wf_buffer_bytes(&worker->kept));
    *kept = wf_pool_pack(&worker->pool, message);
    return 0;
}

int wf_step_keep(struct wf_worker *worker, struct wf_work *work, const uint8_t entropy[32],
                 struct wf_bytes *kept, char path[static WF_PATH_MAX], struct wf_error *error)
{
    path[0] = '\0';
    *kept = work->payload;
    if (work->is_kept || !work->handler)
        return 0;
    wf_arena_clear(&worker->payload);
    ProtobufCMessage *message = wf_unpack(wf_message_row(work->handler->message)->descriptor,
                                          work->payload, &worker->payload);
    if (!message)
        return wf_fail(error, WF_INVALID, "the payload is no %s message", work->type);
    if (wf_validate(message, path, error))
        return -1;
    if (work->source == WF_WORK_ACT) {
        work->payload = *kept = wf_pool_pack(&worker->pool, message);
        if (work->key[0])
            wf_step_fingerprint(worker, work);
    }
    if (lay_aside(worker, work, message, kept, error))
        return -1;
    if (!work->handler->seal)
        return 0;
    wf_buffer_clear(&worker->kept);
    const struct wf_event_meta *meta = wf_step_event(worker, work, entropy);
    if (work->handler->seal(worker->service, meta, *kept, &worker->kept, error))
        return -1;
    *kept = wf_pool_copy(&worker->pool, wf_buffer_bytes(&worker->kept));
    return 0;
}
