/* The bitstring of a status list.  SPEC 9.5.  The one place that knows zlib. */
#include "badge.h"

#include "wf_error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { NUMBER_MOST = 1 << 24, GZIP_WINDOW = 15 + 16 }; /* zlib's way to ask for gzip */

struct numbered {
    char member[BADGE_MEMBER_MAX];
    uint32_t number;
};
struct numbers {
    struct numbered *rows;
    size_t count, capacity;
};

static bool copy(struct wf_bytes from, char *to, size_t size)
{
    if (from.length >= size)
        return false;
    memcpy(to, from.data, from.length);
    to[from.length] = '\0';
    return true;
}

static void take_number(void *context, struct wf_bytes member, struct wf_bytes value)
{
    struct numbers *numbers = context;
    struct numbered row;
    char text[16];
    if (!copy(member, row.member, sizeof row.member) || !copy(value, text, sizeof text))
        return; /* nobody of ours writes such a row */
    row.number = (uint32_t)strtoul(text, NULL, 10);
    if (row.number >= NUMBER_MOST)
        return;
    if (numbers->count == numbers->capacity) {
        numbers->capacity = numbers->capacity ? numbers->capacity * 2 : 64;
        numbers->rows = realloc(numbers->rows, numbers->capacity * sizeof *numbers->rows);
        WF_ASSERT(numbers->rows);
    }
    numbers->rows[numbers->count++] = row;
}

static int by_member(const void *left, const void *right)
{
    const struct numbered *a = left, *b = right;
    return strcmp(a->member, b->member);
}

static int read_numbers(struct wf_store *store, unsigned partition, const char *association,
                        struct numbers *numbers, struct wf_error *error)
{
    char name[64];
    (void)snprintf(name, sizeof name, "badge:%s", association);
    *numbers = (struct numbers){0};
    int result = wf_store_hash(store, partition, name, take_number, numbers, error);
    if (numbers->count)
        qsort(numbers->rows, numbers->count, sizeof *numbers->rows, by_member);
    return result;
}

static const struct numbered *find(const struct numbers *numbers, const char *member)
{
    struct numbered key;
    if (!numbers->count || strlen(member) >= sizeof key.member)
        return NULL;
    strcpy(key.member, member);
    return bsearch(&key, numbers->rows, numbers->count, sizeof key, by_member);
}

int badge_number(struct wf_store *store, unsigned partition, const char *association,
                 const char *member, unsigned *number, struct wf_error *error)
{
    struct numbers numbers;
    int result = read_numbers(store, partition, association, &numbers, error);
    const struct numbered *row = result ? NULL : find(&numbers, member);
    if (row)
        *number = row->number;
    else if (!result)
        result = wf_fail(error, WF_NOT_FOUND, "the entry never was active");
    free(numbers.rows);
    return result;
}

/* ---- the bits ---- */

struct setting {
    const struct numbers *numbers;
    uint8_t *bits;
};

/* Bit 0 is the first one of the first byte. */
static void set_bit(void *context, struct wf_bytes member, struct wf_bytes value)
{
    struct setting *setting = context;
    char text[BADGE_MEMBER_MAX];
    const struct numbered *row =
        copy(member, text, sizeof text) ? find(setting->numbers, text) : NULL;
    (void)value;
    if (row)
        setting->bits[row->number / 8] |= (uint8_t)(0x80 >> row->number % 8);
}

static size_t bytes_for(const struct numbers *numbers)
{
    size_t bits = BADGE_LIST_BITS;
    for (size_t i = 0; i < numbers->count; i++) {
        while (numbers->rows[i].number >= bits)
            bits *= 2;
    }
    return bits / 8;
}

static void compress_bits(struct wf_bytes bits, struct wf_buffer *packed)
{
    z_stream stream = {0};
    WF_ASSERT(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8,
                           Z_DEFAULT_STRATEGY) == Z_OK);
    uLong bound = deflateBound(&stream, (uLong)bits.length);
    wf_buffer_reserve(packed, bound);
    stream.next_in = (Bytef *)bits.data;
    stream.avail_in = (uInt)bits.length;
    stream.next_out = packed->data;
    stream.avail_out = (uInt)bound;
    WF_ASSERT(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    packed->length = bound - stream.avail_out;
    (void)deflateEnd(&stream);
}

int badge_bits(struct wf_store *store, unsigned partition, const char *association,
               struct wf_buffer *encoded, struct wf_error *error)
{
    char name[64];
    struct numbers numbers;
    struct wf_buffer packed = {0};
    if (read_numbers(store, partition, association, &numbers, error)) {
        free(numbers.rows);
        return -1;
    }
    size_t length = bytes_for(&numbers);
    struct setting setting = {.numbers = &numbers, .bits = calloc(length, 1)};
    WF_ASSERT(setting.bits);
    (void)snprintf(name, sizeof name, "badge-off:%s", association);
    int result = wf_store_hash(store, partition, name, set_bit, &setting, error);
    if (!result) {
        compress_bits((struct wf_bytes){.data = setting.bits, .length = length}, &packed);
        wf_buffer_text(encoded, "u"); /* multibase: base64url without padding */
        wf_base64url(wf_buffer_bytes(&packed), encoded);
        wf_buffer_append(encoded, "", 1);
    }
    wf_buffer_fini(&packed);
    free(setting.bits);
    free(numbers.rows);
    return result;
}
