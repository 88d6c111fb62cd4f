/* What a portal posts, structured or binary, to the same act as over ZeroMQ. */
#include "fuzz.h"

#include "wf_cloudevent.h"

static void both_doors(const struct wf_cloudevent *event, struct wf_bytes data)
{
    struct wf_door_event posted = {0};
    struct wf_door_event sent = {0};
    char path[WF_PATH_MAX];
    struct wf_error error = {0};
    if (wf_door_event_from_json(event, data, &posted, path, &error) != 0) {
        WF_ASSERT(path[0] && error.code == WF_INVALID && !posted.payload.data);
        return;
    }
    WF_ASSERT(wf_door_event_from_protobuf(event->type, event->subject,
                                          wf_buffer_bytes(&posted.payload), &sent, path,
                                          &error) == 0);
    fuzz_same(&posted.payload, &sent.payload);
    wf_door_event_fini(&posted);
    wf_door_event_fini(&sent);
}

static void written_is_read(const struct wf_cloudevent *event, struct wf_buffer *data)
{
    struct wf_cloudevent again;
    struct wf_buffer json = {0};
    struct wf_buffer same = {0};
    char path[WF_PATH_MAX];
    struct wf_error error = {0};
    wf_buffer_append(data, "", 1);
    data->length--;
    wf_cloudevent_write(event, (const char *)data->data, &json);
    WF_ASSERT(wf_cloudevent_read_structured(wf_buffer_bytes(&json), &again, &same, path, &error) ==
              0);
    WF_ASSERT(memcmp(&again, event, sizeof again) == 0);
    fuzz_same(data, &same);
    wf_buffer_fini(&json);
    wf_buffer_fini(&same);
}

/* Binary mode: the input's first lines are the headers' values, in the order they are asked for. */
struct lines {
    char *next;
};

static const char *next_line(void *context, const char *name)
{
    struct lines *lines = context;
    char *line = lines->next;
    char *end = strchr(line, '\n');
    (void)name;
    if (!end)
        return NULL;
    *end = '\0';
    lines->next = end + 1;
    return line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wf_cloudevent event;
    struct wf_buffer content = {0};
    char path[WF_PATH_MAX];
    struct wf_error error = {0};
    char *text = fuzz_text(data, size);
    struct lines lines = {.next = text};
    if (wf_cloudevent_read_structured((struct wf_bytes){data, size}, &event, &content, path,
                                      &error) == 0) {
        both_doors(&event, wf_buffer_bytes(&content));
        written_is_read(&event, &content);
    }
    if (wf_cloudevent_read_binary(next_line, &lines, &event, path, &error) == 0)
        both_doors(&event, (struct wf_bytes){(const uint8_t *)lines.next, strlen(lines.next)});
    wf_buffer_fini(&content);
    free(text);
    return 0;
}
