#include "wf_fields.h"

#include "wf_error.h"

#include "endorse/v1/door.pb-c.h"
#include "endorse/v1/events.pb-c.h"
#include "endorse/v1/exam.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <pthread.h>
#include <string.h>

static const struct wf_field_row rows[] = {
#define WF_FIELD(message, its_field, its_rule, its_least, its_most, its_items, its_presence)       \
    {.descriptor = &endorse__v1__##message##__descriptor,                                          \
     .field = #its_field,                                                                          \
     .rule = WF_RULE_##its_rule,                                                                   \
     .least = its_least,                                                                           \
     .most = its_most,                                                                             \
     .items = its_items,                                                                           \
     .presence = WF_PRESENCE_##its_presence},
#include "endorse/v1/fields.def"
#undef WF_FIELD
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0], SLOTS = 256 };

/* Filled once: a hash table from descriptor to its first place in the pool.  A pool as long as the
 * table of rows suffices when every field has its row, which the tests see to. */
static struct {
    const ProtobufCMessageDescriptor *descriptor;
    const struct wf_field_row **first;
} slots[SLOTS];
static const struct wf_field_row *pool[2 * ROW_COUNT];
static pthread_once_t filled = PTHREAD_ONCE_INIT;

static size_t find_slot(const ProtobufCMessageDescriptor *descriptor)
{
    size_t at = ((uintptr_t)descriptor / sizeof(void *)) * 2654435761u >> 7;
    while (slots[at % SLOTS].descriptor && slots[at % SLOTS].descriptor != descriptor)
        at++;
    return at % SLOTS;
}

static unsigned field_index(const struct wf_field_row *row)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(row->descriptor, row->field);
    WF_ASSERT(field);
    return (unsigned)(field - row->descriptor->fields);
}

static void fill(void)
{
    size_t used = 0;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        size_t slot = find_slot(rows[i].descriptor);
        if (!slots[slot].descriptor) {
            slots[slot].descriptor = rows[i].descriptor;
            slots[slot].first = pool + used;
            used += rows[i].descriptor->n_fields;
            WF_ASSERT(used <= sizeof pool / sizeof pool[0]);
        }
        slots[slot].first[field_index(&rows[i])] = &rows[i];
    }
}

const struct wf_field_row *wf_field_row(size_t n)
{
    return n < ROW_COUNT ? &rows[n] : NULL;
}

const struct wf_field_row *const *wf_field_rows(const ProtobufCMessageDescriptor *descriptor)
{
    WF_ASSERT(pthread_once(&filled, fill) == 0);
    return slots[find_slot(descriptor)].first;
}
