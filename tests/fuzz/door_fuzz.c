/* What a portal sends over ZeroMQ, to the canonical packing of its event. */
#include "fuzz.h"

#include "wf_cloudevent.h"
#include "wf_json.h"

#include "endorse/v1/door.pb-c.h"

/* The packing of an event is a fixed point: sent again it is the same act. */
static void publish(const Endorse__V1__Publish *event)
{
    struct wf_door_event once = {0};
    struct wf_door_event again = {0};
    char path[WF_PATH_MAX];
    struct wf_error error = {0};
    struct wf_bytes data = {event->data.data, event->data.len};
    if (wf_door_event_from_protobuf(event->type, event->subject, data, &once, path, &error) != 0) {
        WF_ASSERT(path[0] && error.code == WF_INVALID && !once.payload.data);
        return;
    }
    WF_ASSERT(wf_door_event_from_protobuf(event->type, event->subject,
                                          wf_buffer_bytes(&once.payload), &again, path,
                                          &error) == 0);
    fuzz_same(&once.payload, &again.payload);
    wf_door_event_fini(&once);
    wf_door_event_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[WF_PATH_MAX];
    struct wf_error error = {0};
    struct wf_arena *arena = fuzz_arena();
    Endorse__V1__DoorRequest *request = (Endorse__V1__DoorRequest *)wf_unpack(
        &endorse__v1__door_request__descriptor, (struct wf_bytes){data, size}, arena);
    if (request)
        (void)!wf_validate(&request->base, path, &error);
    if (request && request->body_case == ENDORSE__V1__DOOR_REQUEST__BODY_PUBLISH)
        publish(request->publish);
    return 0;
}
