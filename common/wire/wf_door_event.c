/* SPEC 5.2: from what a portal sent to the payload of an act. */
#include "wf_cloudevent.h"
#include "wf_json.h"
#include "wf_messages.h"
#include "wf_path.h"

#include <stdio.h>
#include <string.h>

/* Unpacking takes room for its structs and, at worst, a pointer and a rounded-up text for every two
 * or three bytes; what needs more than this is refused, like what is too long. */
static size_t arena_for(size_t length)
{
    return (size_t)8 * WF_KIB + 16 * length;
}

static int fail_at(char path[static WF_PATH_MAX], const char *where, struct wf_error *error,
                   const char *what)
{
    (void)snprintf(path, WF_PATH_MAX, "%s", where);
    return wf_fail(error, WF_INVALID, "%s %s.", where, what);
}

static int find_row(const char *type, const char *subject, struct wf_door_event *result,
                    char path[static WF_PATH_MAX], struct wf_error *error)
{
    enum wf_message message = wf_message_find(type);
    const struct wf_message_row *row = wf_message_row(message);
    *result = (struct wf_door_event){.message = message};
    if (message == WF_MESSAGE_TICK || !(row->from & WF_FROM_PORTAL))
        return fail_at(path, "type", error, "is no event that a portal can publish");
    if (!wf_subject_parse(subject, result->kind, result->id))
        return fail_at(path, "subject", error,
                       "must be application/<id> or person/<id>, a person's id with at most 47 "
                       "characters of A-Z a-z 0-9 . _ ~ -");
    if (strcmp(result->kind, row->kind) != 0) {
        (void)snprintf(path, WF_PATH_MAX, "subject");
        return wf_fail(error, WF_INVALID, "subject must be %s/<id> for this type.", row->kind);
    }
    return 0;
}

static int judge(const ProtobufCMessage *message, struct wf_door_event *result,
                 char path[static WF_PATH_MAX], struct wf_error *error)
{
    uint32_t most = wf_message_row((enum wf_message)result->message)->bytes_max;
    if (wf_validate(message, path, error) != 0 ||
        wf_validate_subject(message, result->kind, path, error) != 0) {
        wf_path_name(path, "data");
        return -1;
    }
    if (protobuf_c_message_get_packed_size(message) > most) {
        (void)snprintf(path, WF_PATH_MAX, "data");
        return wf_fail(error, WF_INVALID, "data must be at most %u bytes when packed.", most);
    }
    wf_pack(message, &result->payload);
    return 0;
}

int wf_door_event_from_protobuf(const char *type, const char *subject, struct wf_bytes data,
                                struct wf_door_event *result, char path[static WF_PATH_MAX],
                                struct wf_error *error)
{
    struct wf_arena arena;
    path[0] = '\0';
    if (find_row(type, subject, result, path, error) != 0)
        return -1;
    const struct wf_message_row *row = wf_message_row((enum wf_message)result->message);
    if (data.length > row->bytes_max) {
        (void)snprintf(path, WF_PATH_MAX, "data");
        return wf_fail(error, WF_INVALID, "data must be at most %u bytes.", row->bytes_max);
    }
    wf_arena_init(&arena, arena_for(data.length));
    ProtobufCMessage *message = wf_unpack(row->descriptor, data, &arena);
    int failed = message ? judge(message, result, path, error)
                         : fail_at(path, "data", error, "is not a message of this type");
    wf_arena_fini(&arena);
    return failed;
}

static int from_object(const json_t *object, size_t length, struct wf_door_event *result,
                       char path[static WF_PATH_MAX], struct wf_error *error)
{
    struct wf_arena arena;
    int failed = -1;
    wf_arena_init(&arena, arena_for(length));
    ProtobufCMessage *message = wf_json_read(
        object, wf_message_row((enum wf_message)result->message)->descriptor, &arena, path, error);
    if (message)
        failed = judge(message, result, path, error);
    else
        wf_path_name(path, "data");
    wf_arena_fini(&arena);
    return failed;
}

int wf_door_event_from_json(const struct wf_cloudevent *event, struct wf_bytes data_json,
                            struct wf_door_event *result, char path[static WF_PATH_MAX],
                            struct wf_error *error)
{
    path[0] = '\0';
    if (find_row(event->type, event->subject, result, path, error) != 0)
        return -1;
    json_t *object = wf_json_load(data_json, error);
    if (!object) {
        (void)snprintf(path, WF_PATH_MAX, "data");
        return -1;
    }
    int failed = from_object(object, data_json.length, result, path, error);
    json_decref(object);
    return failed;
}

static const char *association_in(const ProtobufCMessage *message,
                                  const ProtobufCFieldDescriptor *field)
{
    static const char suffix[] = "association";
    size_t wanted = sizeof suffix - 1;
    size_t length = strlen(field->name);
    if (field->type != PROTOBUF_C_TYPE_STRING || field->label == PROTOBUF_C_LABEL_REPEATED ||
        length < wanted || strcmp(field->name + length - wanted, suffix) != 0)
        return "";
    return *(char *const *)((const char *)message + field->offset);
}

bool wf_door_event_is_allowed(const struct wf_door_event *event, wf_association_f *allows,
                              const void *context)
{
    const ProtobufCMessageDescriptor *descriptor =
        wf_message_row((enum wf_message)event->message)->descriptor;
    struct wf_arena arena;
    bool is_allowed = true;
    wf_arena_init(&arena, arena_for(event->payload.length));
    const ProtobufCMessage *message =
        wf_unpack(descriptor, wf_buffer_bytes(&event->payload), &arena);
    WF_ASSERT(message); /* it was packed here */
    for (unsigned i = 0; i < descriptor->n_fields && is_allowed; i++) {
        const char *association = association_in(message, &descriptor->fields[i]);
        is_allowed = !association[0] || allows(context, association);
    }
    wf_arena_fini(&arena);
    return is_allowed;
}

void wf_door_event_fini(struct wf_door_event *event)
{
    wf_buffer_fini(&event->payload);
}
