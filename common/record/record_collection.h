/* record_collection.h - lists of records in a state <-> one stored field for each, "<name>:<position>".  A
 * commit then writes only the items that changed. */
#ifndef RECORD_COLLECTION_H
#define RECORD_COLLECTION_H

#include "record.h"
#include "wf_store.h"

struct record_collection {
    const char *name;
    size_t count_offset, offset, size; /* of the int32_t counter, the array, one item */
    int32_t most;                      /* at most 1000: positions have three digits */
    const struct record_member *members;
    size_t member_count;
    /* Further members that depend on what the item is; NULL: none. */
    struct record_table (*more)(const void *item);
};
#define RECORD_COLLECTION(label, object, counter, array, limit, rows, depending)                   \
    {                                                                                              \
        .name = label, .count_offset = offsetof(struct object, counter),                           \
        .offset = offsetof(struct object, array), .size = sizeof(((struct object *)0)->array[0]),  \
        .most = limit, .members = rows, .member_count = sizeof(rows) / sizeof(rows)[0],            \
        .more = depending                                                                          \
    }

/* Appends a field that holds one record. */
void record_write_field(struct record_table table, const char *name, const void *object,
                        struct wf_fields *fields);
/* Appends the fields of every item of the collections. */
void record_write_collections(const struct record_collection *collections, size_t count,
                              const void *state, struct wf_fields *fields);
/* Reads the items among the fields, which are sorted; other fields are passed over. */
int record_read_collections(const struct record_collection *collections, size_t count,
                            const struct wf_fields *fields, void *state,
                            struct wf_error *error) WF_MUST_CHECK;

#endif
