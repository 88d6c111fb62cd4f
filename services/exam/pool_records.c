/* Stored fields <-> the pool: "head", "seed", and one field for each reader and paper ("r000", "p000").
 * A reader or paper is a run of numbers and texts, walked by one function in both directions, behind a
 * format number. */
#include "exam_records.h"

#include <stdio.h>

/* Format 2 has calibrations; what is stored as 1 is read as without any. */
enum { FORMAT = 2 };

/* Where the walk is: it appends to `out`, or takes from `at`. */
struct cursor {
    struct wf_buffer *out; /* NULL: reading */
    const uint8_t *at, *end;
    uint8_t format;
    bool bad;
};

static void walk_bytes(struct cursor *cursor, void *bytes, size_t size)
{
    if (cursor->out) {
        wf_buffer_append(cursor->out, bytes, size);
    } else if (cursor->bad || (size_t)(cursor->end - cursor->at) < size) {
        cursor->bad = true;
    } else {
        memcpy(bytes, cursor->at, size);
        cursor->at += size;
    }
}

/* Eight bytes, big-endian, of a signed number. */
static void walk_long(struct cursor *cursor, int64_t *number)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)((uint64_t)*number >> (56 - 8 * i));
    walk_bytes(cursor, bytes, sizeof bytes);
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | bytes[i];
    *number = (int64_t)value;
}

static void walk_int(struct cursor *cursor, int32_t *number)
{
    uint32_t wide = (uint32_t)*number;
    uint8_t bytes[4] = {(uint8_t)(wide >> 24), (uint8_t)(wide >> 16), (uint8_t)(wide >> 8),
                        (uint8_t)wide};
    walk_bytes(cursor, bytes, sizeof bytes);
    wide = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    *number = (int32_t)wide;
}

static void walk_bool(struct cursor *cursor, bool *flag)
{
    uint8_t byte = *flag;
    walk_bytes(cursor, &byte, 1);
    cursor->bad = cursor->bad || byte > 1;
    *flag = byte == 1;
}

static void walk_u32(struct cursor *cursor, uint32_t *number)
{
    int32_t value = (int32_t)*number;
    walk_int(cursor, &value);
    *number = (uint32_t)value;
}

static void walk_u64(struct cursor *cursor, uint64_t *number)
{
    int64_t value = (int64_t)*number;
    walk_long(cursor, &value);
    *number = (uint64_t)value;
}

static void walk_text(struct cursor *cursor, char *text, size_t size)
{
    uint8_t length = (uint8_t)strnlen(text, size - 1);
    walk_bytes(cursor, &length, 1);
    if (length >= size)
        cursor->bad = true;
    if (cursor->bad)
        return;
    walk_bytes(cursor, text, length);
    text[length] = '\0';
}

/* A counter, within its array. */
static int32_t walk_count(struct cursor *cursor, int32_t *count, int32_t most)
{
    walk_int(cursor, count);
    if (*count < 0 || *count > most)
        cursor->bad = true;
    if (cursor->bad)
        *count = 0;
    return *count;
}

static void walk_tokens(struct cursor *cursor, struct exam_token *tokens, int32_t *count,
                        int32_t most)
{
    int32_t rows = walk_count(cursor, count, most);
    for (int32_t i = 0; i < rows; i++) {
        walk_int(cursor, &tokens[i].kind);
        walk_bytes(cursor, tokens[i].bytes, EXAM_TOKEN);
    }
}

static void walk_card(struct cursor *cursor, struct pool_card *card)
{
    walk_bool(cursor, &card->active);
    walk_int(cursor, &card->capacity);
    walk_int(cursor, &card->window_days);
    walk_tokens(cursor, card->tokens, &card->token_count, EXAM_TOKENS_MAX);
    int32_t rows = walk_count(cursor, &card->qualification_count, POOL_QUALIFICATIONS_MAX);
    for (int32_t i = 0; i < rows; i++) {
        walk_int(cursor, &card->qualifications[i].category);
        walk_text(cursor, card->qualifications[i].form, sizeof card->qualifications[i].form);
        walk_int(cursor, &card->qualifications[i].until);
    }
    rows = walk_count(cursor, &card->language_count, POOL_LANGUAGES_MAX);
    for (int32_t i = 0; i < rows; i++)
        walk_text(cursor, card->languages[i].code, sizeof card->languages[i].code);
    rows = walk_count(cursor, &card->span_count, POOL_SPANS_MAX);
    for (int32_t i = 0; i < rows; i++) {
        walk_int(cursor, &card->spans[i].from);
        walk_int(cursor, &card->spans[i].until);
    }
}

static void walk_reader(struct cursor *cursor, struct pool_reader *reader)
{
    walk_text(cursor, reader->id, sizeof reader->id);
    walk_card(cursor, &reader->card);
    walk_tokens(cursor, reader->authors, &reader->author_count, POOL_AUTHORS_MAX);
    int32_t rows = walk_count(cursor, &reader->given_count, POOL_GIVEN_MAX);
    for (int32_t i = 0; i < rows; i++)
        walk_int(cursor, &reader->given[i].on);
    walk_int(cursor, &reader->seats);
    walk_int(cursor, &reader->calibrations);
    walk_int(cursor, &reader->outside);
    walk_int(cursor, &reader->good_in_a_row);
    walk_bool(cursor, &reader->recalibrating);
    walk_int(cursor, &reader->noticed_kind);
    walk_int(cursor, &reader->noticed_on);
    walk_int(cursor, &reader->noticed_due);
    if (cursor->format < 2)
        return;
    walk_int(cursor, &reader->within);
    walk_bool(cursor, &reader->owed);
    walk_int(cursor, &reader->lent.paper);
    walk_u64(cursor, &reader->lent.choice);
    walk_int(cursor, &reader->lent.on);
    walk_bool(cursor, &reader->lent.opened);
}

static void walk_held(struct cursor *cursor, struct pool_held *held, int32_t *count, int32_t most)
{
    int32_t rows = walk_count(cursor, count, most);
    for (int32_t i = 0; i < rows; i++)
        walk_int(cursor, &held[i].reader);
}

static void walk_paper(struct cursor *cursor, struct pool_paper *paper)
{
    walk_text(cursor, paper->handle, sizeof paper->handle);
    walk_u32(cursor, &paper->round);
    walk_int(cursor, &paper->category);
    walk_text(cursor, paper->form, sizeof paper->form);
    walk_text(cursor, paper->language, sizeof paper->language);
    walk_u64(cursor, &paper->choice);
    walk_bool(cursor, &paper->lacking);
    walk_tokens(cursor, paper->tokens, &paper->token_count, EXAM_TOKENS_MAX);
    for (int32_t i = 0; i < EXAM_PLACES; i++) {
        walk_bool(cursor, &paper->slots[i].wanted);
        walk_int(cursor, &paper->slots[i].reader);
        walk_bool(cursor, &paper->slots[i].opened);
        walk_u64(cursor, &paper->slots[i].choice);
        walk_int(cursor, &paper->slots[i].on);
    }
    walk_held(cursor, paper->held, &paper->held_count, POOL_HELD_MAX);
    walk_held(cursor, paper->pinned, &paper->pinned_count, POOL_PINNED_MAX);
    if (cursor->format < 2)
        return;
    walk_bool(cursor, &paper->calibrates);
    walk_bool(cursor, &paper->resting);
    walk_int(cursor, &paper->lent);
}

static void walk_head(struct cursor *cursor, struct pool *pool)
{
    walk_u64(cursor, &pool->changes);
    walk_bool(cursor, &pool->dirty);
    walk_bool(cursor, &pool->planning);
    walk_long(cursor, &pool->planning_since);
    walk_bool(cursor, &pool->repairing);
    walk_long(cursor, &pool->repaired_at);
    (void)walk_count(cursor, &pool->reader_count, POOL_READERS_MAX);
    (void)walk_count(cursor, &pool->paper_count, POOL_PAPERS_MAX);
    int32_t rows = walk_count(cursor, &pool->seed_count, POOL_SEEDS_MAX);
    for (int32_t i = 0; i < rows; i++) {
        walk_bytes(cursor, pool->seeds[i].bytes, POOL_SEED);
        walk_long(cursor, &pool->seeds[i].since);
        walk_long(cursor, &pool->seeds[i].until);
        walk_int(cursor, &pool->seeds[i].plans);
    }
}

/* ---- fields ---- */

static void begin(struct wf_buffer *bytes)
{
    uint8_t format = FORMAT;
    wf_buffer_clear(bytes);
    wf_buffer_append(bytes, &format, 1);
}

static void add(struct wf_fields *fields, const char *name, const struct wf_buffer *bytes)
{
    wf_fields_add(fields, (struct wf_bytes){(const uint8_t *)name, strlen(name)},
                  wf_buffer_bytes(bytes));
}

static void name_of(char letter, int32_t place, char name[static 8])
{
    (void)snprintf(name, 8, "%c%03d", letter, (int)place % 1000);
}

/* The walk takes no const: it does not change what it writes. */
void pool_write(const void *state, struct wf_fields *fields)
{
    struct pool *pool = (struct pool *)(uintptr_t)state;
    struct wf_buffer bytes = {0};
    struct cursor cursor = {.out = &bytes, .format = FORMAT};
    char name[8];
    begin(&bytes);
    walk_head(&cursor, pool);
    add(fields, "head", &bytes);
    for (int32_t i = 0; i < pool->reader_count; i++) {
        begin(&bytes);
        walk_reader(&cursor, &pool->readers[i]);
        name_of('r', i, name);
        add(fields, name, &bytes);
    }
    for (int32_t i = 0; i < pool->paper_count; i++) {
        begin(&bytes);
        walk_paper(&cursor, &pool->papers[i]);
        name_of('p', i, name);
        add(fields, name, &bytes);
    }
    wf_buffer_fini(&bytes);
    wf_fields_sort(fields);
}

static bool open_field(const struct wf_fields *fields, const char *name, struct cursor *cursor)
{
    const struct wf_field *field = wf_fields_find(fields, name);
    if (!field || field->value.length < 1 || field->value.data[0] < 1 ||
        field->value.data[0] > FORMAT)
        return false;
    *cursor = (struct cursor){.at = field->value.data + 1,
                              .end = field->value.data + field->value.length,
                              .format = field->value.data[0]};
    return true;
}

static bool is_read(const struct cursor *cursor)
{
    return !cursor->bad && cursor->at == cursor->end;
}

int pool_read(const struct wf_fields *fields, void *state, struct wf_error *error)
{
    struct pool *pool = state;
    struct cursor cursor;
    char name[8];
    if (fields->count == 0)
        return 0;
    if (!open_field(fields, "head", &cursor))
        return wf_fail(error, WF_BROKEN, "the pool has no head that can be read");
    walk_head(&cursor, pool);
    bool good = is_read(&cursor);
    for (int32_t i = 0; i < pool->reader_count && good; i++) {
        name_of('r', i, name);
        good = open_field(fields, name, &cursor);
        if (good)
            walk_reader(&cursor, &pool->readers[i]);
        good = good && is_read(&cursor);
    }
    for (int32_t i = 0; i < pool->paper_count && good; i++) {
        name_of('p', i, name);
        good = open_field(fields, name, &cursor);
        if (good)
            walk_paper(&cursor, &pool->papers[i]);
        good = good && is_read(&cursor);
    }
    return good ? 0 : wf_fail(error, WF_BROKEN, "the pool cannot be read");
}
