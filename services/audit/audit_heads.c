/* Open addressing, linear; keys are hashes already.  A dropped row is closed by moving up those behind it, so
 * that there are no marks of the dead. */
#include "audit_heads.h"

#include "wf_error.h"
#include "wf_seal.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 8 }; /* a power of two, as all */

struct row {
    uint8_t key[AUDIT_TAIL]; /* zeros: free */
    uint8_t head[AUDIT_HASH];
};

struct audit_heads {
    struct row *rows;
    size_t count, capacity;
};

static const uint8_t free_key[AUDIT_TAIL];

static bool is_free(const struct row *row)
{
    return memcmp(row->key, free_key, sizeof free_key) == 0;
}

static size_t home_of(const struct audit_heads *heads, const uint8_t key[static AUDIT_TAIL])
{
    size_t number = 0;
    memcpy(&number, key, sizeof number);
    return number & (heads->capacity - 1);
}

static struct row *slot_of(const struct audit_heads *heads, const uint8_t key[static AUDIT_TAIL])
{
    size_t at = home_of(heads, key);
    while (!is_free(&heads->rows[at]) && memcmp(heads->rows[at].key, key, AUDIT_TAIL) != 0)
        at = (at + 1) & (heads->capacity - 1);
    return &heads->rows[at];
}

static struct row *rows_of(size_t capacity)
{
    struct row *rows = calloc(capacity, sizeof *rows);
    WF_ASSERT(rows);
    return rows;
}

struct audit_heads *audit_heads_create(void)
{
    struct audit_heads *heads = calloc(1, sizeof *heads);
    WF_ASSERT(heads);
    heads->capacity = FIRST_CAPACITY;
    heads->rows = rows_of(FIRST_CAPACITY);
    return heads;
}

void audit_heads_destroy(struct audit_heads **heads)
{
    if (*heads)
        free((*heads)->rows);
    free(*heads);
    *heads = NULL;
}

size_t audit_heads_count(const struct audit_heads *heads)
{
    return heads->count;
}

const uint8_t *audit_heads_find(const struct audit_heads *heads,
                                const uint8_t key[static AUDIT_TAIL])
{
    const struct row *row = slot_of(heads, key);
    return is_free(row) ? NULL : row->head;
}

static void grow(struct audit_heads *heads)
{
    struct row *before = heads->rows;
    size_t capacity = heads->capacity;
    heads->capacity = capacity * 2;
    heads->rows = rows_of(heads->capacity);
    for (size_t i = 0; i < capacity; i++)
        if (!is_free(&before[i]))
            *slot_of(heads, before[i].key) = before[i];
    free(before);
}

void audit_heads_put(struct audit_heads *heads, const uint8_t key[static AUDIT_TAIL],
                     const uint8_t head[static AUDIT_HASH])
{
    struct row *row = slot_of(heads, key);
    if (is_free(row)) {
        if ((heads->count + 1) * 4 > heads->capacity * 3) {
            grow(heads);
            row = slot_of(heads, key);
        }
        heads->count++;
        memcpy(row->key, key, AUDIT_TAIL);
    }
    memcpy(row->head, head, AUDIT_HASH);
}

void audit_heads_drop(struct audit_heads *heads, const uint8_t key[static AUDIT_TAIL])
{
    struct row *row = slot_of(heads, key);
    if (is_free(row))
        return;
    size_t mask = heads->capacity - 1;
    size_t hole = (size_t)(row - heads->rows);
    heads->count--;
    for (size_t at = (hole + 1) & mask; !is_free(&heads->rows[at]); at = (at + 1) & mask) {
        size_t home = home_of(heads, heads->rows[at].key);
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            heads->rows[hole] = heads->rows[at];
            hole = at;
        }
    }
    memset(&heads->rows[hole], 0, sizeof heads->rows[hole]);
}

static int by_key(const void *one, const void *other)
{
    return memcmp(one, other, AUDIT_TAIL);
}

void audit_heads_hash(const struct audit_heads *heads, uint8_t hash[static AUDIT_HASH])
{
    struct row *sorted = rows_of(heads->count + 1);
    size_t count = 0;
    for (size_t i = 0; i < heads->capacity; i++)
        if (!is_free(&heads->rows[i]))
            sorted[count++] = heads->rows[i];
    qsort(sorted, count, sizeof *sorted, by_key);
    wf_sha256((struct wf_bytes){(const uint8_t *)sorted, count * sizeof *sorted}, hash);
    free(sorted);
}
