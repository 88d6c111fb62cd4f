/* A frame between programs: prelude, message of its kind, payload of its type. */
#include "fuzz.h"

#include "wf_json.h"
#include "wf_messages.h"
#include "wf_prelude.h"
#include "wf_validate.h"

#include "endorse/v1/envelope.pb-c.h"

static const ProtobufCMessageDescriptor *const bodies[WF_KIND_COUNT] = {
    [WF_KIND_ENVELOPE] = &endorse__v1__envelope__descriptor,
    [WF_KIND_ACK] = &endorse__v1__ack_batch__descriptor,
    [WF_KIND_PING] = &endorse__v1__ping__descriptor,
    [WF_KIND_PONG] = &endorse__v1__pong__descriptor,
    [WF_KIND_REQUEST] = &endorse__v1__request__descriptor,
    [WF_KIND_REPLY] = &endorse__v1__reply__descriptor,
};

/* What passes is packed to bytes that unpack to the same. */
static void judge(const ProtobufCMessage *message, struct wf_arena *arena)
{
    char path[WF_PATH_MAX];
    struct wf_error error = {0};
    struct wf_buffer first = {0};
    struct wf_buffer second = {0};
    json_decref(wf_json_write(message)); /* the story of a dead letter shows it unvalidated */
    if (wf_validate(message, path, &error) != 0) {
        WF_ASSERT(path[0] && error.code == WF_INVALID && error.text[0]);
        return;
    }
    wf_pack(message, &first);
    ProtobufCMessage *again = wf_unpack(message->descriptor, wf_buffer_bytes(&first), arena);
    WF_ASSERT(again);
    wf_pack(again, &second);
    fuzz_same(&first, &second);
    wf_buffer_fini(&first);
    wf_buffer_fini(&second);
}

static void judge_payload(const char *type, ProtobufCBinaryData payload, struct wf_arena *arena)
{
    enum wf_message message = wf_message_find(type);
    if (message == WF_MESSAGE_TICK)
        return;
    ProtobufCMessage *inner = wf_unpack(wf_message_row(message)->descriptor,
                                        (struct wf_bytes){payload.data, payload.len}, arena);
    if (inner)
        judge(inner, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wf_bytes body;
    enum wf_frame_kind kind = wf_prelude_read((struct wf_bytes){data, size}, &body);
    if (kind == WF_KIND_NONE)
        return 0;
    struct wf_arena *arena = fuzz_arena();
    ProtobufCMessage *message = wf_unpack(bodies[kind], body, arena);
    if (message)
        judge(message, arena);
    if (message && kind == WF_KIND_ENVELOPE)
        judge_payload(((Endorse__V1__Envelope *)message)->type,
                      ((Endorse__V1__Envelope *)message)->payload, arena);
    if (message && kind == WF_KIND_REQUEST)
        judge_payload(((Endorse__V1__Request *)message)->type,
                      ((Endorse__V1__Request *)message)->payload, arena);
    return 0;
}
