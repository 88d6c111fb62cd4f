#include "person_profile.h"

#include "intake_service.h"
#include "paper_key.h"
#include "wf_arena.h"
#include "wf_people.h"
#include "wf_seal.h"

#include "endorse/v1/events.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <string.h>

enum { READER_ARENA = 32 * 1024 };
_Static_assert((int)PERSON_READER_NAME == (int)PAPER_NAME, "papers and readers are named alike");

int person_seal_profile(void *service, const struct wf_event_meta *meta, struct wf_bytes payload,
                        struct wf_buffer *kept, struct wf_error *error)
{
    const struct intake *intake = service;
    struct wf_clock *clock = wf_worker_clock(intake->worker);
    Endorse__V1__PersonProfileChanged message = ENDORSE__V1__PERSON_PROFILE_CHANGED__INIT;
    Endorse__V1__ProfileKept inside = ENDORSE__V1__PROFILE_KEPT__INIT;
    struct wf_buffer sealed = {0};
    char place[WF_ID_MAX + 16];
    uint8_t fresh[32];
    uint8_t key[32];
    clock->entropy(clock, fresh, sizeof fresh);
    int result = wf_people_key(wf_worker_store(intake->worker), intake->person_key, meta->self.id,
                               fresh, key, error);
    explicit_bzero(fresh, sizeof fresh);
    if (result < 0)
        return -1;
    (void)snprintf(place, sizeof place, "%s/profile", meta->self.id);
    wf_seal(key, place, payload, &sealed);
    explicit_bzero(key, sizeof key);
    inside.sealed = (ProtobufCBinaryData){.len = sealed.length, .data = sealed.data};
    message.kept = &inside;
    wf_pack(&message.base, kept);
    wf_buffer_fini(&sealed);
    return 0;
}

void person_decode_profile(struct payload_reader *reader, const ProtobufCMessage *payload,
                           struct person_event *event)
{
    const Endorse__V1__PersonProfileChanged *from =
        (const Endorse__V1__PersonProfileChanged *)payload;
    struct person_profile *profile = &event->is.profile;
    if (!from->kept || from->kept->sealed.len == 0 ||
        from->kept->sealed.len > sizeof profile->bytes) {
        reader->bad = true;
        (void)wf_fail(reader->error, WF_INVALID, "a profile came unsealed");
        return;
    }
    profile->length = (uint16_t)from->kept->sealed.len;
    memcpy(profile->bytes, from->kept->sealed.data, profile->length);
}

void person_decode_reader(struct payload_reader *reader, const ProtobufCMessage *payload,
                          struct person_event *event)
{
    size_t size = protobuf_c_message_get_packed_size(payload);
    if (size > sizeof event->is.reader.data) {
        reader->bad = true;
        (void)wf_fail(reader->error, WF_INVALID, "the enrolment is longer than %d bytes",
                      PERSON_READER);
        return;
    }
    event->is.reader.size = (uint32_t)protobuf_c_message_pack(payload, event->is.reader.data);
    paper_name_make(event->meta.entropy, "reader", event->is.reader.name);
}

static void touch_reader(struct wf_plan *plan, const struct person_state *after, const char *id)
{
    Endorse__V1__PersonTouched message = ENDORSE__V1__PERSON_TOUCHED__INIT;
    message.person_id = (char *)id;
    message.erased = after->state == PERSON_ERASED;
    wf_plan_send(plan, WF_MESSAGE_PERSON_TOUCHED_READER, after->reader, &message.base);
}

static void put_reader(struct wf_plan *plan, const struct person_state *after,
                       const struct person_event *event)
{
    Endorse__V1__ReaderPut message = ENDORSE__V1__READER_PUT__INIT;
    struct wf_arena arena;
    struct wf_bytes data = {.data = event->is.reader.data, .length = event->is.reader.size};
    wf_arena_init(&arena, READER_ARENA);
    message.person_id = (char *)event->meta.self.id;
    message.enrolled = (Endorse__V1__ExamReaderEnrolled *)wf_unpack(
        &endorse__v1__exam_reader_enrolled__descriptor, data, &arena);
    WF_ASSERT(message.enrolled); /* packed by us in decode */
    wf_plan_send(plan, WF_MESSAGE_READER_PUT, after->reader, &message.base);
    wf_arena_fini(&arena);
}

void person_tell_reader(struct wf_plan *plan, const struct person_state *after,
                        const struct person_event *event)
{
    if (event->kind == PERSON_EVENT_READER)
        put_reader(plan, after, event);
    else
        touch_reader(plan, after, event->meta.self.id);
}
