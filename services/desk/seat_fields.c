/* Stored fields of a seat: one, "head", words behind a format number. */
#include "desk_service.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { FORMAT = 1, HEAD_MAX = 800, WORDS = 22, HEX = 64 };

static const char *const state_texts[SEAT_STATE_COUNT] = {
#define SEAT_STATE(symbol, name) [SEAT_##symbol] = (name),
#include "seat_states.def"
#undef SEAT_STATE
};

const char *seat_state_text(enum seat_state_name state)
{
    return state < SEAT_STATE_COUNT ? state_texts[state] : state_texts[SEAT_UNKNOWN];
}

static bool find_state(const char *text, enum seat_state_name *state)
{
    for (size_t i = 0; i < SEAT_STATE_COUNT; i++)
        if (strcmp(state_texts[i], text) == 0) {
            *state = (enum seat_state_name)i;
            return true;
        }
    return false;
}

static bool read_hex(const char *hex, uint8_t bytes[static 32])
{
    for (size_t i = 0; i < 32; i++) {
        unsigned byte;
        if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
            return false;
        bytes[i] = (uint8_t)byte;
    }
    return hex[HEX] == '\0';
}

static void write_hex(const uint8_t bytes[static 32], char hex[static HEX + 1])
{
    for (size_t i = 0; i < 32; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
}

static bool read_head(const char *text, struct seat_state *seat)
{
    char state[16], hashes[4][HEX + 1];
    int format, paused, known, asked, end = 0;
    int words = sscanf(text,
                       "%d %15s %64s %40s %8s %d %" SCNu32 " %" SCNu32 " %64s %64s %" SCNd32
                       " %" SCNd32 " %" SCNu32 " %" SCNu32 " %64s %64s %" SCNd64 " %" SCNd64
                       " %" SCNd64 " %d %d %" SCNd64 "%n",
                       &format, state, seat->reader, seat->form, seat->language, &paused,
                       &seat->text_version, &seat->text.length, hashes[0], hashes[1],
                       &seat->respond_by, &seat->due, &seat->sheet_version, &seat->sheet.length,
                       hashes[2], hashes[3], &seat->offered_at, &seat->saved_at, &seat->locked_at,
                       &known, &asked, &seat->wipe_at, &end);
    if (words != WORDS || text[end] || format != FORMAT || known < SEAT_KNOWN_NONE ||
        known > SEAT_KNOWN_YES)
        return false;
    seat->paused = paused != 0;
    seat->known = (enum seat_known)known;
    seat->correction_asked = asked != 0;
    return find_state(state, &seat->state) && read_hex(hashes[0], seat->text.sha256) &&
           read_hex(hashes[1], seat->text_sha256) && read_hex(hashes[2], seat->sheet.sha256) &&
           read_hex(hashes[3], seat->sheet_sha256);
}

int seat_read(const struct wf_fields *fields, void *state, struct wf_error *error)
{
    char text[HEAD_MAX];
    const struct wf_field *head = wf_fields_find(fields, "head");
    if (!head)
        return 0; /* never offered */
    if (head->value.length >= sizeof text)
        return wf_fail(error, WF_BROKEN, "the head of this seat is too long");
    memcpy(text, head->value.data, head->value.length);
    text[head->value.length] = '\0';
    if (!read_head(text, state))
        return wf_fail(error, WF_BROKEN, "the head of this seat cannot be read");
    return 0;
}

void seat_write(const void *state, struct wf_fields *fields)
{
    const struct seat_state *seat = state;
    char text[HEAD_MAX], hashes[4][HEX + 1];
    if (seat->state == SEAT_UNKNOWN)
        return;
    write_hex(seat->text.sha256, hashes[0]);
    write_hex(seat->text_sha256, hashes[1]);
    write_hex(seat->sheet.sha256, hashes[2]);
    write_hex(seat->sheet_sha256, hashes[3]);
    int length = snprintf(
        text, sizeof text,
        "%d %s %s %s %s %d %" PRIu32 " %" PRIu32 " %s %s %" PRId32 " %" PRId32 " %" PRIu32
        " %" PRIu32 " %s %s %" PRId64 " %" PRId64 " %" PRId64 " %d %d %" PRId64,
        FORMAT, seat_state_text(seat->state), seat->reader, seat->form, seat->language,
        seat->paused, seat->text_version, seat->text.length, hashes[0], hashes[1], seat->respond_by,
        seat->due, seat->sheet_version, seat->sheet.length, hashes[2], hashes[3], seat->offered_at,
        seat->saved_at, seat->locked_at, (int)seat->known, seat->correction_asked, seat->wipe_at);
    WF_ASSERT(length > 0 && length < HEAD_MAX);
    wf_fields_add(fields, (struct wf_bytes){(const uint8_t *)"head", 4},
                  (struct wf_bytes){(const uint8_t *)text, (size_t)length});
}
