/* Sentences for operations: codes and states, never a text, a score or a remark. */
#include "desk_service.h"

#include <stdio.h>

void seat_describe(const void *event, char *text, size_t size)
{
    static const char *const sentences[SEAT_EVENT_COUNT] = {
        [SEAT_EVENT_TICK] = "The keys of what is gone were forgotten once more.",
        [SEAT_EVENT_OFFERED] = "A reader is offered this text.",
        [SEAT_EVENT_TEXT] = "The text was replaced.",
        [SEAT_EVENT_PAUSED] = "The text is withheld for now.",
        [SEAT_EVENT_CLOSED] = "The seat was closed.",
        [SEAT_EVENT_ALLOWED] = "A corrected sheet is allowed.",
        [SEAT_EVENT_ACCEPT] = "The reader accepted.",
        [SEAT_EVENT_DECLINE] = "The reader declined.",
        [SEAT_EVENT_OPEN] = "The reader opened the text.",
        [SEAT_EVENT_SAVE] = "The reader saved a draft.",
        [SEAT_EVENT_SUBMIT] = "The reader locked the sheet.",
        [SEAT_EVENT_RECUSE] = "The reader stepped back.",
        [SEAT_EVENT_QUESTION] = "The reader says that the text identifies someone.",
        [SEAT_EVENT_KNOWN] = "The reader said whether the writer is known.",
        [SEAT_EVENT_CORRECT] = "The reader asks to correct the sheet.",
    };
    (void)snprintf(text, size, "%s", sentences[((const struct seat_event *)event)->kind]);
}

void seat_waiting(const void *policy, const void *state, char *text, size_t size)
{
    const struct seat_state *seat = state;
    char due[WF_DATE_TEXT];
    (void)policy;
    wf_date_format(seat->due, due);
    if (!seat_is_there(seat))
        (void)snprintf(text, size, "Nothing: this seat is gone.");
    else if (seat->state == SEAT_LOCKED)
        (void)snprintf(text, size, "Nothing of its reader: the sheet is locked.");
    else if (seat->paused)
        (void)snprintf(text, size, "The text, which is being redacted anew.");
    else
        (void)snprintf(text, size, "Its reader (%s), due %s; exam closes it in time.",
                       seat_state_text(seat->state), *due ? due : "on no day");
}

void seat_show(const void *state, struct wf_buffer *json)
{
    const struct seat_state *seat = state;
    char due[WF_DATE_TEXT];
    wf_date_format(seat->due, due);
    wf_buffer_format(json,
                     "{\"state\":\"%s\",\"form\":\"%s\",\"paused\":%s,\"textVersion\":%u,"
                     "\"sheetVersion\":%u,\"due\":\"%s\"}",
                     seat_state_text(seat->state), seat->form, seat->paused ? "true" : "false",
                     seat->text_version, seat->sheet_version, due);
}

void reader_describe(const void *event, char *text, size_t size)
{
    static const char *const sentences[READER_EVENT_COUNT] = {
        [READER_EVENT_TICK] = "A session ended.",
        [READER_EVENT_LISTED] = "A line of the own list changed.",
        [READER_EVENT_SIGNED_IN] = "The reader signed in.",
        [READER_EVENT_SIGNED_OUT] = "The reader signed out.",
        [READER_EVENT_LINK_ASKED] = "The reader asked for a new link.",
    };
    (void)snprintf(text, size, "%s", sentences[((const struct reader_event *)event)->kind]);
}

void reader_waiting(const void *policy, const void *state, char *text, size_t size)
{
    const struct reader_state *reader = state;
    (void)policy;
    (void)snprintf(text, size, "%s",
                   reader->sessions[0].until ? "The end of a session."
                                             : "Nothing: a reader comes when there is something.");
}

/* How many seats a reader has is for the reader alone. */
void reader_show(const void *state, struct wf_buffer *json)
{
    const struct reader_state *reader = state;
    wf_buffer_format(json, "{\"signedIn\":%s}", reader->sessions[0].until ? "true" : "false");
}
