/* registry_view.h - the public registry in memory: what the partitions gave, and one list sorted by
 * name for each association.  A slice that is read again changes only the entries that differ, so a
 * day on which thousands of names go costs no more than the names that go.  GATEWAY 4. */
#ifndef REGISTRY_VIEW_H
#define REGISTRY_VIEW_H

#include "wf_address.h"
#include "wf_time.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    REGISTRY_ASSOCIATION_MAX = 31,
    REGISTRY_STATUS_MAX = 24,
    REGISTRY_HANDLE_TEXT = 33,
    REGISTRY_PAGE_ROWS = 100,
    REGISTRY_LIMIT_MAX = 1000
};

/* A row of the index, as it was read. */
struct registry_row {
    char association[REGISTRY_ASSOCIATION_MAX + 1];
    char person[WF_ID_MAX + 1];
    int category;                         /* proto enum Category */
    int line;                             /* proto enum AgeLine */
    char status[REGISTRY_STATUS_MAX + 1]; /* "active" */
    wf_date since, due;
};
/* Member "<association>~<person>~<CATEGORY>~<LINE>" and value "<status>|<since>|<due>" of the
 * index; false if they are not shaped so. */
bool registry_row_read(const char *member, const char *value, struct registry_row *row);

enum registry_place { REGISTRY_NAMELESS, REGISTRY_TO_SORT, REGISTRY_SHOWN, REGISTRY_GONE };

struct registry_entry {
    struct registry_row row;
    unsigned home;                     /* partition of the person */
    bool wants_name;                   /* has not been named, or must be named again */
    char handle[REGISTRY_HANDLE_TEXT]; /* its public name; "" until it has been named */
    enum registry_place place;
    char *name; /* owned; NULL or "" while unknown: then not shown */
    char *key;  /* owned; folded name, for sorting and searching */
};

struct registry_list; /* one association */

struct registry_list *registry_list_create(void);
void registry_list_destroy(struct registry_list **list);

/* What a partition has now.  Entries that were there keep their names, new ones want one, those that
 * are missing go.  A row given twice counts once. */
void registry_list_put(struct registry_list *list, unsigned partition,
                       const struct registry_row *rows, size_t count);
size_t registry_list_count(const struct registry_list *list); /* named or not */

/* ---- names ---- */
/* Up to `most` entries that want a name, borrowed until the next put. */
size_t registry_list_wanting(struct registry_list *list, struct registry_entry **entries,
                             size_t most);
/* NULL or "": unknown; the entry is then not shown. */
void registry_list_name(struct registry_list *list, struct registry_entry *entry, const char *name);
/* All whose person lives in one of these partitions want their names again. */
void registry_list_rename(struct registry_list *list, const bool homes[static WF_PARTITIONS]);

/* ---- looking ---- */
/* The entry with this handle that is shown, or NULL; borrowed until the list changes. */
const struct registry_entry *registry_list_find(struct registry_list *list, const char *handle);

struct registry_query {
    const char *name;   /* part of a name, any case; "" all */
    int category;       /* 0 all */
    int line;           /* 0 all */
    const char *status; /* "" all */
    size_t offset, limit;
};
struct registry_result {
    size_t all;                                            /* of this status, whatever the rest */
    size_t total;                                          /* that match */
    size_t by_line[3];                                     /* that match but for the line */
    size_t count;                                          /* of them in rows */
    const struct registry_entry *rows[REGISTRY_LIMIT_MAX]; /* borrowed until the list changes */
};
/* Sorted by line, then name, then category. */
void registry_list_query(struct registry_list *list, const struct registry_query *query,
                         struct registry_result *result);

#endif
