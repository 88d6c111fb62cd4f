/* Stored fields.  "head" holds what all requests share, "r01" to "r12" one request each: words of
 * text behind a format number, so that a dump can be read and a later format told apart. */
#include "ratings_service.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FORMAT = 1, FIELD_TEXT_MAX = 640, REQUEST_WORDS = 21, HEAD_WORDS = 5 };

/* ---- words ---- */

struct words {
    char text[FIELD_TEXT_MAX];
    char *at[REQUEST_WORDS];
    size_t count;
};

/* Splits at single blanks; false if there are more words or bytes than any field of ours has. */
static bool split(struct wf_bytes value, struct words *words)
{
    words->count = 0;
    if (value.length >= sizeof words->text)
        return false;
    if (value.length)
        memcpy(words->text, value.data, value.length);
    words->text[value.length] = '\0';
    for (char *at = words->text; at;) {
        if (words->count == REQUEST_WORDS)
            return false;
        words->at[words->count++] = at;
        at = strchr(at, ' ');
        if (at)
            *at++ = '\0';
    }
    return true;
}

static bool number(const char *word, int64_t least, int64_t most, int64_t *value)
{
    char *end = NULL;
    long long parsed = strtoll(word, &end, 10);
    if (!*word || *end || parsed < least || parsed > most)
        return false;
    *value = parsed;
    return true;
}

static bool text(const char *word, char *to, size_t size)
{
    size_t length = strlen(word);
    if (!length || length >= size)
        return false;
    memcpy(to, word, length + 1);
    return true;
}

static bool digest(const char *word, uint8_t sha256[static 32])
{
    if (strlen(word) != 64)
        return false;
    for (size_t i = 0; i < 32; i++) {
        unsigned byte;
        if (sscanf(word + 2 * i, "%2x", &byte) != 1)
            return false;
        sha256[i] = (uint8_t)byte;
    }
    return true;
}

/* ---- reading ---- */

static bool read_numbers(const struct words *words, struct ratings_request *request)
{
    int64_t role, waived, generation, reminders, not_enough, recommendation, version, length, no;
    bool good = number(words->at[1], 1, UINT32_MAX, &no) &&
                number(words->at[4], 0, INT32_MAX, &role) && number(words->at[5], 0, 1, &waived) &&
                number(words->at[6], 1, UINT32_MAX, &generation) &&
                number(words->at[7], 0, INT64_MAX, &request->asked_at) &&
                number(words->at[8], 0, INT64_MAX, &request->link_at) &&
                number(words->at[9], 0, INT64_MAX, &request->link_until) &&
                number(words->at[10], 0, INT64_MAX, &request->mailed_at) &&
                number(words->at[11], 0, WF_REMINDERS_MAX, &reminders) &&
                number(words->at[12], 0, INT64_MAX, &request->answered_at) &&
                number(words->at[13], 0, INT64_MAX, &request->valid_until) &&
                number(words->at[14], 0, WF_FORM_ITEMS_MAX, &not_enough) &&
                number(words->at[15], 0, WF_FORM_DO_NOT_RECOMMEND, &recommendation) &&
                number(words->at[17], 1, INT32_MAX, &version) &&
                number(words->at[18], 0, RATINGS_PAPER_MAX, &length);
    if (!good)
        return false;
    request->number = (uint32_t)no;
    request->role = (int32_t)role;
    request->waived = waived != 0;
    request->generation = (uint32_t)generation;
    request->reminders = (int32_t)reminders;
    request->not_enough = (int32_t)not_enough;
    request->recommendation = (enum wf_form_recommendation)recommendation;
    request->form_version = (int32_t)version;
    request->paper.length = (uint32_t)length;
    return true;
}

static bool read_request(struct wf_bytes value, struct ratings_request *request)
{
    struct words words;
    int64_t format;
    /* The last word is there only once a link was copied. */
    return split(value, &words) && words.count >= REQUEST_WORDS - 1 &&
           (words.count < REQUEST_WORDS ||
            number(words.at[20], 1, INT64_MAX, &request->copied_at)) &&
           number(words.at[0], FORMAT, FORMAT, &format) &&
           ratings_state_find(words.at[2], &request->state) &&
           text(words.at[3], request->rater_id, sizeof request->rater_id) &&
           read_numbers(&words, request) &&
           text(words.at[16], request->form, sizeof request->form) &&
           digest(words.at[19], request->paper.sha256);
}

static bool read_head(struct wf_bytes value, struct ratings_state *state)
{
    struct words words;
    int64_t format, category, age_line;
    bool good = split(value, &words) && words.count == HEAD_WORDS &&
                number(words.at[0], FORMAT, FORMAT, &format) &&
                text(words.at[1], state->applicant_id, sizeof state->applicant_id) &&
                text(words.at[2], state->association, sizeof state->association) &&
                number(words.at[3], 0, INT32_MAX, &category) &&
                number(words.at[4], 0, INT32_MAX, &age_line);
    if (!good)
        return false;
    state->category = (int32_t)category;
    state->age_line = (int32_t)age_line;
    return true;
}

static void field_name(int32_t place, char name[static 8])
{
    (void)snprintf(name, 8, "r%02d", (int)(place + 1) % 100);
}

int ratings_read(const struct wf_fields *fields, void *state, struct wf_error *error)
{
    struct ratings_state *ratings = state;
    const struct wf_field *head = wf_fields_find(fields, "head");
    if (!head)
        return 0; /* nothing was asked yet */
    if (!read_head(head->value, ratings))
        return wf_fail(error, WF_BROKEN, "the head of these ratings cannot be read");
    for (int32_t i = 0; i < RATINGS_REQUESTS_MAX; i++) {
        char name[8];
        field_name(i, name);
        const struct wf_field *field = wf_fields_find(fields, name);
        if (field && !read_request(field->value, &ratings->requests[i]))
            return wf_fail(error, WF_BROKEN, "request %s of these ratings cannot be read", name);
    }
    return 0;
}

/* ---- writing ---- */

static void add(struct wf_fields *fields, const char *name, const char *value, int length)
{
    WF_ASSERT(length > 0 && length < FIELD_TEXT_MAX);
    wf_fields_add(fields, (struct wf_bytes){(const uint8_t *)name, strlen(name)},
                  (struct wf_bytes){(const uint8_t *)value, (size_t)length});
}

static void write_request(const struct ratings_request *request, const char *name,
                          struct wf_fields *fields)
{
    char value[FIELD_TEXT_MAX], hash[65];
    for (size_t i = 0; i < 32; i++)
        (void)snprintf(hash + 2 * i, 3, "%02x", request->paper.sha256[i]);
    int length = snprintf(value, sizeof value,
                          "%d %" PRIu32 " %s %s %" PRId32 " %d %" PRIu32 " %" PRId64 " %" PRId64
                          " %" PRId64 " %" PRId64 " %" PRId32 " %" PRId64 " %" PRId64 " %" PRId32
                          " %d %s %" PRId32 " %" PRIu32 " %s",
                          FORMAT, request->number, ratings_state_text(request->state),
                          request->rater_id, request->role, request->waived, request->generation,
                          request->asked_at, request->link_at, request->link_until,
                          request->mailed_at, request->reminders, request->answered_at,
                          request->valid_until, request->not_enough, (int)request->recommendation,
                          request->form, request->form_version, request->paper.length, hash);
    if (request->copied_at)
        length += snprintf(value + length, sizeof value - (size_t)length, " %" PRId64,
                           request->copied_at);
    add(fields, name, value, length);
}

void ratings_write(const void *state, struct wf_fields *fields)
{
    const struct ratings_state *ratings = state;
    char value[FIELD_TEXT_MAX];
    if (!ratings->applicant_id[0])
        return;
    int length =
        snprintf(value, sizeof value, "%d %s %s %" PRId32 " %" PRId32, FORMAT,
                 ratings->applicant_id, ratings->association, ratings->category, ratings->age_line);
    add(fields, "head", value, length);
    for (int32_t i = 0; i < RATINGS_REQUESTS_MAX && ratings->requests[i].number; i++) {
        char name[8];
        field_name(i, name);
        write_request(&ratings->requests[i], name, fields);
    }
    wf_fields_sort(fields);
}
