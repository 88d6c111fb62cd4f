/* Messages -> events of a reader, stored fields, and what a decision sends.  DESK 3. */
#include "desk_service.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { FORMAT = 1, FIELD_MAX = 160, HEX = 64 };

/* ---- events ---- */

static int take(const char *text, const char *field, char *to, size_t size, struct wf_error *error)
{
    if (strlen(text) >= size)
        return wf_fail(error, WF_INVALID, "%s is longer than ours", field);
    memcpy(to, text, strlen(text) + 1);
    return 0;
}

static int decode_listed(const Endorse__V1__SeatListed *from, struct reader_event *event,
                         struct wf_error *error)
{
    struct reader_seat *seat = &event->seat;
    event->kind = READER_EVENT_LISTED;
    seat->due = seat->respond_by = WF_NO_DATE;
    if (take(from->code, "code", seat->code, sizeof seat->code, error) ||
        take(from->state, "state", seat->state, sizeof seat->state, error))
        return -1;
    if (!wf_id_is_valid(seat->code))
        return wf_fail(error, WF_INVALID, "code is no code");
    (void)wf_date_parse(from->due_on, &seat->due);
    (void)wf_date_parse(from->respond_by_on, &seat->respond_by);
    return 0;
}

int reader_decode(void *service, const ProtobufCMessage *payload, void *event,
                  struct wf_error *error)
{
    struct reader_event *reader = event;
    (void)service;
    switch (reader->meta.message) {
    case WF_MESSAGE_SEAT_LISTED:
        return decode_listed((const Endorse__V1__SeatListed *)payload, reader, error);
    case WF_MESSAGE_READER_SIGNED_IN: {
        const Endorse__V1__ReaderSignedIn *from = (const Endorse__V1__ReaderSignedIn *)payload;
        reader->kind = READER_EVENT_SIGNED_IN;
        reader->link = from->link;
        reader->until_day = from->until_day;
        memcpy(reader->session_sha256, from->session_sha256.data, sizeof reader->session_sha256);
        return 0;
    }
    case WF_MESSAGE_READER_SIGNED_OUT:
        reader->kind = READER_EVENT_SIGNED_OUT;
        memcpy(reader->session_sha256,
               ((const Endorse__V1__ReaderSignedOut *)payload)->session_sha256.data,
               sizeof reader->session_sha256);
        return 0;
    default:
        reader->kind = READER_EVENT_LINK_ASKED;
        return 0;
    }
}

/* ---- fields: "head", "s0" to "s3", and "c<code>" a line of the list ---- */

static bool read_text(const struct wf_field *field, char text[static FIELD_MAX])
{
    if (field->value.length >= FIELD_MAX)
        return false;
    memcpy(text, field->value.data, field->value.length);
    text[field->value.length] = '\0';
    return true;
}

static bool read_head(const char *text, struct reader_state *reader)
{
    int format, end = 0;
    reader->state = READER_KNOWN;
    return sscanf(text, "%d %" SCNu32 " %" SCNu64 " %" SCNd64 "%n", &format, &reader->link_highest,
                  &reader->links_used, &reader->link_asked_at, &end) == 4 &&
           format == FORMAT && !text[end];
}

static bool read_session(const char *text, struct reader_session *session)
{
    char hex[HEX + 1];
    int end = 0;
    if (sscanf(text, "%64s %" SCNd64 "%n", hex, &session->until, &end) != 2 || text[end] ||
        strlen(hex) != HEX)
        return false;
    for (size_t i = 0; i < 32; i++) {
        unsigned byte;
        if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
            return false;
        session->sha256[i] = (uint8_t)byte;
    }
    return true;
}

static bool read_seat(const struct wf_field *field, const char *text, struct reader_seat *seat)
{
    int end = 0;
    if (field->name.length < 2 || field->name.length > READER_CODE_MAX + 1)
        return false;
    memcpy(seat->code, field->name.data + 1, field->name.length - 1);
    return sscanf(text, "%15s %" SCNd32 " %" SCNd32 "%n", seat->state, &seat->due,
                  &seat->respond_by, &end) == 3 &&
           !text[end];
}

/* Fields come sorted, so lines come by code and sessions by place. */
static bool read_field(const struct wf_field *field, struct reader_state *reader, int32_t *seats,
                       int32_t *sessions)
{
    char text[FIELD_MAX];
    if (!read_text(field, text) || !field->name.length)
        return false;
    if (field->name.data[0] == 'h')
        return read_head(text, reader);
    if (field->name.data[0] == 's')
        return *sessions < READER_SESSIONS_MAX &&
               read_session(text, &reader->sessions[(*sessions)++]);
    return *seats < READER_SEATS_MAX && read_seat(field, text, &reader->seats[(*seats)++]);
}

int reader_read(const struct wf_fields *fields, void *state, struct wf_error *error)
{
    struct reader_state *reader = state;
    int32_t seats = 0, sessions = 0;
    for (size_t i = 0; i < fields->count; i++)
        if (!read_field(&fields->rows[i], reader, &seats, &sessions))
            return wf_fail(error, WF_BROKEN, "what is stored of this reader cannot be read");
    return 0;
}

static void add(struct wf_fields *fields, const char *name, const char *value, int length)
{
    WF_ASSERT(length > 0 && length < FIELD_MAX);
    wf_fields_add(fields, (struct wf_bytes){(const uint8_t *)name, strlen(name)},
                  (struct wf_bytes){(const uint8_t *)value, (size_t)length});
}

void reader_write(const void *state, struct wf_fields *fields)
{
    const struct reader_state *reader = state;
    char name[READER_CODE_MAX + 2], value[FIELD_MAX], hex[HEX + 1];
    if (reader->state == READER_NEW)
        return;
    add(fields, "head", value,
        snprintf(value, sizeof value, "%d %" PRIu32 " %" PRIu64 " %" PRId64, FORMAT,
                 reader->link_highest, reader->links_used, reader->link_asked_at));
    for (int i = 0; i < READER_SESSIONS_MAX && reader->sessions[i].until; i++) {
        for (size_t b = 0; b < 32; b++)
            (void)snprintf(hex + 2 * b, 3, "%02x", reader->sessions[i].sha256[b]);
        (void)snprintf(name, sizeof name, "s%d", i);
        add(fields, name, value,
            snprintf(value, sizeof value, "%s %" PRId64, hex, reader->sessions[i].until));
    }
    for (int i = 0; i < READER_SEATS_MAX && reader->seats[i].code[0]; i++) {
        const struct reader_seat *seat = &reader->seats[i];
        (void)snprintf(name, sizeof name, "c%s", seat->code);
        add(fields, name, value,
            snprintf(value, sizeof value, "%s %" PRId32 " %" PRId32, seat->state, seat->due,
                     seat->respond_by));
    }
}

/* ---- what a decision sends ---- */

int reader_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
                const void *after, const void *effects, struct wf_plan *plan,
                struct wf_error *error)
{
    const struct reader_effects *done = effects;
    const struct reader_event *what = event;
    Endorse__V1__ReaderLinkWanted message = ENDORSE__V1__READER_LINK_WANTED__INIT;
    (void)service;
    (void)before;
    (void)after;
    (void)error;
    if (verdict.step == WF_APPLIED && done->want_link)
        wf_plan_send(plan, WF_MESSAGE_READER_LINK_WANTED, what->meta.self.id, &message.base);
    return 0;
}
