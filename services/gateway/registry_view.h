/* registry_view.h - the public registry in memory: slices as the partitions gave them, and one list
 * sorted by name for each association.  GATEWAY 4. */
#ifndef REGISTRY_VIEW_H
#define REGISTRY_VIEW_H

#include "wf_address.h"
#include "wf_time.h"

#include <stdbool.h>
#include <stddef.h>

enum { REGISTRY_STATUS_MAX = 24, REGISTRY_PAGE_ROWS = 100, REGISTRY_LIMIT_MAX = 1000 };

struct registry_entry {
    char person[WF_ID_MAX + 1];
    int category;                         /* proto enum Category */
    int line;                             /* proto enum AgeLine */
    char status[REGISTRY_STATUS_MAX + 1]; /* "active" */
    wf_date since, due;
    char *name; /* owned; "" while unknown: then not shown */
    char *key;  /* owned; folded name, for sorting and searching */
};

struct registry_list; /* one association */

struct registry_list *registry_list_create(void);
void registry_list_destroy(struct registry_list **list);

/* Member "<person>~<CATEGORY>~<LINE>" and value "<status>|<since>|<due>" of the index; false if
 * they are not shaped so.  name and key stay NULL. */
bool registry_entry_read(const char *member, const char *value, struct registry_entry *entry);
/* Takes a name (NULL or "": unknown) and its folded key. */
void registry_entry_name(struct registry_entry *entry, const char *name);

/* Replaces a partition's slice; takes the entries (the array and what they own). */
void registry_list_put(struct registry_list *list, unsigned partition,
                       struct registry_entry *entries, size_t count);
/* The slice as it is, for renaming; sorted again at the next query once `touched`. */
struct registry_entry *registry_list_slice(struct registry_list *list, unsigned partition,
                                           size_t *count);
void registry_list_touch(struct registry_list *list);

struct registry_query {
    const char *name;   /* part of a name, any case; "" all */
    int category;       /* 0 all */
    int line;           /* 0 all */
    const char *status; /* "" all */
    size_t offset, limit;
};
struct registry_result {
    size_t total;                                          /* that match */
    size_t count;                                          /* of them in rows */
    const struct registry_entry *rows[REGISTRY_LIMIT_MAX]; /* borrowed until the list changes */
};
/* Sorted by line, then name, then category. */
void registry_list_query(struct registry_list *list, const struct registry_query *query,
                         struct registry_result *result);

#endif
