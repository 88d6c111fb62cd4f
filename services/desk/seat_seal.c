/* What is sealed, and with which key.  DESK 1.1. */
#include "desk_service.h"

#include "wf_log.h"
#include "wf_messages.h"
#include "wf_seal.h"

#include <stdio.h>
#include <string.h>

enum { KEY_SIZE = 32, SECRET_NAME = WF_ID_MAX + 24, VERSIONS_KEPT_MAX = 64 };

void desk_wipe(struct wf_buffer *buffer)
{
    if (buffer->data)
        explicit_bzero(buffer->data, buffer->length);
    wf_buffer_fini(buffer);
}

/* ---- keys ---- */

/* A stored key, opened with desk-key.  With an empty `fresh` an absent one is WF_NOT_FOUND. */
static int open_key(struct desk_service *service, const char *code, const char *name,
                    const char *place, struct wf_bytes fresh, uint8_t key[static KEY_SIZE],
                    struct wf_error *error)
{
    struct wf_buffer sealed = {0}, opened = {0};
    int result = wf_store_secret(service->store, wf_partition(code), name, fresh, &sealed, error);
    if (!result && (!wf_unseal(service->desk_key, place, wf_buffer_bytes(&sealed), &opened) ||
                    opened.length != KEY_SIZE))
        result = wf_fail(error, WF_BROKEN, "a key of this seat does not open with desk-key");
    if (!result)
        memcpy(key, opened.data, KEY_SIZE);
    desk_wipe(&opened);
    wf_buffer_fini(&sealed);
    return result;
}

static void text_key_name(const char *code, uint32_t version, char name[static SECRET_NAME])
{
    (void)snprintf(name, SECRET_NAME, "text:%s:%u", code, version);
}

static int keep_text_key(struct desk_service *service, const char *code, uint32_t version,
                         ProtobufCBinaryData sealed_key, struct wf_error *error)
{
    char name[SECRET_NAME];
    struct wf_buffer stored = {0};
    struct wf_bytes fresh = {sealed_key.data, sealed_key.len};
    if (!fresh.length || fresh.length > 128 || !version)
        return wf_fail(error, WF_INVALID, "sealedKey or textVersion is missing");
    text_key_name(code, version, name);
    int result = wf_store_secret(service->store, wf_partition(code), name, fresh, &stored, error);
    wf_buffer_fini(&stored);
    return result;
}

void seat_forget_texts(struct desk_service *service, const char *code, uint32_t below)
{
    uint32_t first = below > VERSIONS_KEPT_MAX ? below - VERSIONS_KEPT_MAX : 1;
    for (uint32_t version = first; version < below; version++) {
        char name[SECRET_NAME];
        struct wf_error error = {0};
        text_key_name(code, version, name);
        /* The deadline of what is gone repeats it. */
        if (wf_store_forget(service->store, wf_partition(code), name, &error))
            wf_log(WF_LOG_STORE_LOST, "why=%s", error.text);
    }
}

/* ---- texts ---- */

int seat_open_text(struct desk_service *service, const char *code, uint32_t version,
                   struct wf_bytes sealed, struct wf_buffer *text, struct wf_error *error)
{
    char name[SECRET_NAME], place[24];
    uint8_t key[KEY_SIZE];
    text_key_name(code, version, name);
    if (open_key(service, code, name, "key", (struct wf_bytes){0}, key, error))
        return -1;
    (void)snprintf(place, sizeof place, "text/%u", version);
    bool opened = wf_unseal(key, place, sealed, text);
    explicit_bzero(key, sizeof key);
    return opened ? 0 : wf_fail(error, WF_BROKEN, "the text of this seat does not open");
}

/* ---- sheets ---- */

static void sheet_names(const char *code, char name[static SECRET_NAME],
                        char place[static SECRET_NAME])
{
    (void)snprintf(name, SECRET_NAME, "sheet:%s", code);
    (void)snprintf(place, SECRET_NAME, "sheet/%s", code);
}

static int make_sheet_key(struct desk_service *service, const char *code,
                          uint8_t key[static KEY_SIZE], struct wf_error *error)
{
    char name[SECRET_NAME], place[SECRET_NAME];
    struct wf_buffer sealed = {0};
    uint8_t fresh[KEY_SIZE];
    service->clock->entropy(service->clock, fresh, sizeof fresh);
    sheet_names(code, name, place);
    wf_seal(service->desk_key, place, (struct wf_bytes){fresh, sizeof fresh}, &sealed);
    explicit_bzero(fresh, sizeof fresh);
    int result = open_key(service, code, name, place, wf_buffer_bytes(&sealed), key, error);
    wf_buffer_fini(&sealed);
    return result;
}

static int seal_sheet(struct desk_service *service, const char *code, struct wf_bytes sheet,
                      struct wf_buffer *sealed, struct wf_error *error)
{
    char name[SECRET_NAME], place[SECRET_NAME];
    uint8_t key[KEY_SIZE];
    if (sheet.length > SEAT_SHEET_MAX - WF_SEAL_EXTRA)
        return wf_fail(error, WF_INVALID, "The sheet is longer than one can be.");
    if (make_sheet_key(service, code, key, error))
        return -1;
    sheet_names(code, name, place);
    wf_seal(key, place, sheet, sealed);
    explicit_bzero(key, sizeof key);
    return 0;
}

int seat_open_sheet(struct desk_service *service, const char *code, struct wf_bytes sealed,
                    struct wf_buffer *sheet, struct wf_error *error)
{
    char name[SECRET_NAME], place[SECRET_NAME];
    uint8_t key[KEY_SIZE];
    sheet_names(code, name, place);
    if (open_key(service, code, name, place, (struct wf_bytes){0}, key, error))
        return -1;
    bool opened = wf_unseal(key, place, sealed, sheet);
    explicit_bzero(key, sizeof key);
    return opened ? 0 : wf_fail(error, WF_BROKEN, "the sheet of this seat does not open");
}

/* ---- what is kept of a message ---- */

static int seal_act(struct desk_service *service, const char *code, Endorse__V1__SeatAct *act,
                    struct wf_buffer *kept, struct wf_error *error)
{
    struct wf_buffer plain = {0}, sealed = {0};
    Endorse__V1__SeatKept message = ENDORSE__V1__SEAT_KEPT__INIT;
    int result = 0;
    if (act->sheet) {
        wf_pack(&act->sheet->base, &plain);
        result = seal_sheet(service, code, wf_buffer_bytes(&plain), &sealed, error);
        message.sealed = (ProtobufCBinaryData){.data = sealed.data, .len = sealed.length};
        act->sheet = NULL;
        act->kept = &message;
    }
    if (!result)
        wf_pack(&act->base, kept);
    desk_wipe(&plain);
    wf_buffer_fini(&sealed);
    return result;
}

static int seal_message(struct desk_service *service, const char *code, ProtobufCMessage *message,
                        struct wf_buffer *kept, struct wf_error *error)
{
    if (message->descriptor == &endorse__v1__seat_act__descriptor)
        return seal_act(service, code, (Endorse__V1__SeatAct *)message, kept, error);
    uint32_t version = 0;
    ProtobufCBinaryData *key = NULL;
    if (message->descriptor == &endorse__v1__seat_offered__descriptor) {
        version = ((Endorse__V1__SeatOffered *)message)->text_version;
        key = &((Endorse__V1__SeatOffered *)message)->sealed_key;
    } else {
        version = ((Endorse__V1__SeatTextReplaced *)message)->text_version;
        key = &((Endorse__V1__SeatTextReplaced *)message)->sealed_key;
    }
    if (keep_text_key(service, code, version, *key, error))
        return -1;
    *key = (ProtobufCBinaryData){0};
    wf_pack(message, kept);
    return 0;
}

int seat_seal(void *service, const struct wf_event_meta *meta, struct wf_bytes payload,
              struct wf_buffer *kept, struct wf_error *error)
{
    struct desk_service *desk = service;
    const struct wf_message_row *row = wf_message_row((enum wf_message)meta->message);
    ProtobufCMessage *message = wf_unpack(row->descriptor, payload, &desk->arena);
    int result = message ? seal_message(desk, meta->self.id, message, kept, error)
                         : wf_fail(error, WF_INVALID, "The payload cannot be read.");
    wf_arena_clear(&desk->arena);
    return result;
}
