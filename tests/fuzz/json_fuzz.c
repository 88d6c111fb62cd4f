/* JSON to every message type: the first byte chooses it, the rest is the text. */
#include "fuzz.h"

#include "wf_json.h"
#include "wf_messages.h"

#include "endorse/v1/door.pb-c.h"

static void judge(const json_t *object, const ProtobufCMessageDescriptor *descriptor,
                  struct wf_arena *arena)
{
    char path[WF_PATH_MAX];
    struct wf_error error = {0};
    struct wf_buffer first = {0};
    struct wf_buffer second = {0};
    ProtobufCMessage *message = wf_json_read(object, descriptor, arena, path, &error);
    if (!message) {
        WF_ASSERT(error.code == WF_INVALID);
        return;
    }
    (void)!wf_validate(message, path, &error);
    json_t *written = wf_json_write(message);
    ProtobufCMessage *again = wf_json_read(written, descriptor, arena, path, &error);
    WF_ASSERT(again);
    wf_pack(message, &first);
    wf_pack(again, &second);
    fuzz_same(&first, &second);
    json_decref(written);
    wf_buffer_fini(&first);
    wf_buffer_fini(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wf_error error = {0};
    if (size < 2)
        return 0;
    unsigned choice = data[0] % WF_MESSAGE_COUNT;
    const ProtobufCMessageDescriptor *descriptor =
        choice ? wf_message_row((enum wf_message)choice)->descriptor
               : &endorse__v1__door_request__descriptor;
    json_t *object = wf_json_load((struct wf_bytes){data + 1, size - 1}, &error);
    if (!object)
        return 0;
    struct wf_arena *arena = fuzz_arena();
    judge(object, descriptor, arena);
    json_decref(object);
    return 0;
}
