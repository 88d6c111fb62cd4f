#include "record_collection.h"

#include <stdio.h>
#include <string.h>

static int32_t count_of(const struct record_collection *collection, const void *state)
{
    int32_t count;
    memcpy(&count, (const uint8_t *)state + collection->count_offset, sizeof count);
    return count;
}

static struct record_table table_of(const struct record_collection *collection)
{
    return (struct record_table){collection->members, collection->member_count};
}

static void add_field(struct wf_fields *fields, const char *name, const struct wf_buffer *bytes)
{
    wf_fields_add(fields, (struct wf_bytes){.data = (const uint8_t *)name, .length = strlen(name)},
                  wf_buffer_bytes(bytes));
}

void record_write_field(struct record_table table, const char *name, const void *object,
                        struct wf_fields *fields)
{
    struct wf_buffer bytes = {0};
    record_write(table, object, &bytes);
    add_field(fields, name, &bytes);
    wf_buffer_fini(&bytes);
}

static void write_collection(const struct record_collection *collection, const void *state,
                             struct wf_fields *fields)
{
    struct wf_buffer bytes = {0};
    char name[40];
    for (int32_t i = 0; i < count_of(collection, state); i++) {
        const uint8_t *item =
            (const uint8_t *)state + collection->offset + (size_t)i * collection->size;
        wf_buffer_clear(&bytes);
        record_write(table_of(collection), item, &bytes);
        if (collection->more)
            record_write(collection->more(item), item, &bytes);
        (void)snprintf(name, sizeof name, "%s:%03d", collection->name, i);
        add_field(fields, name, &bytes);
    }
    wf_buffer_fini(&bytes);
}

void record_write_collections(const struct record_collection *collections, size_t count,
                              const void *state, struct wf_fields *fields)
{
    for (size_t c = 0; c < count; c++)
        write_collection(&collections[c], state, fields);
}

/* "<name>:<position>", the position as it is written: three digits. */
static bool is_of(const struct record_collection *collection, struct wf_bytes name,
                  int32_t *position)
{
    size_t length = strlen(collection->name);
    if (name.length != length + 4 || memcmp(name.data, collection->name, length) != 0 ||
        name.data[length] != ':')
        return false;
    *position = 0;
    for (size_t i = length + 1; i < name.length; i++) {
        if (name.data[i] < '0' || name.data[i] > '9')
            return false;
        *position = *position * 10 + (name.data[i] - '0');
    }
    return true;
}

static int read_item(const struct record_collection *collection, int32_t position,
                     struct wf_bytes value, void *state, struct wf_error *error)
{
    uint8_t *item = (uint8_t *)state + collection->offset + (size_t)position * collection->size;
    int32_t count = count_of(collection, state);
    if (position != count || position >= collection->most)
        return wf_fail(error, WF_BROKEN, "stored %s %d has none before it, or is too many",
                       collection->name, position);
    if (record_read(table_of(collection), value, item, error) < 0)
        return -1;
    if (collection->more && record_read(collection->more(item), value, item, error) < 0)
        return -1;
    count++;
    memcpy((uint8_t *)state + collection->count_offset, &count, sizeof count);
    return 0;
}

int record_read_collections(const struct record_collection *collections, size_t count,
                            const struct wf_fields *fields, void *state, struct wf_error *error)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct wf_field *field = &fields->rows[i];
        int32_t position = 0;
        for (size_t c = 0; c < count; c++) {
            if (!is_of(&collections[c], field->name, &position))
                continue;
            if (read_item(&collections[c], position, field->value, state, error) < 0)
                return -1;
        }
    }
    return 0;
}
