/* held_page.h - one page of what is held of a portal, merged from all partitions.  GATEWAY 2.3. */
#ifndef HELD_PAGE_H
#define HELD_PAGE_H

#include "wf_address.h"
#include "wf_store.h"

#include <jansson.h>

enum { HELD_MEMBER_MAX = 200, HELD_LIMIT_MAX = 500, HELD_CURSOR_MAX = 2 * HELD_MEMBER_MAX + 64 };

/* A place in the order (acceptance, partition, member). */
struct held_row {
    int64_t accepted_ms;
    unsigned partition;
    char member[HELD_MEMBER_MAX + 1]; /* "<subject> <event id>" */
};

struct held_page {
    struct held_row *rows; /* sorted, owned */
    size_t count, capacity;
    size_t limit;
    const char *subject;   /* borrowed; only rows of it; NULL: all */
    struct held_row after; /* only rows behind it; member "" and partition 0: from its time on */
};

void held_page_begin(struct held_page *page, int64_t since_ms, size_t limit);
/* Is the row behind `after` and of the subject? */
bool held_page_wants(const struct held_page *page, const struct held_row *row);
/* Offers a wanted row, perhaps again; kept if it is among the first `limit`. */
void held_page_offer(struct held_page *page, const struct held_row *row);
int held_order(const struct held_row *left, const struct held_row *right);
/* The opaque cursor of a row, and back; false if it is none. */
void held_cursor_write(const struct held_row *row, char cursor[static HELD_CURSOR_MAX]);
bool held_cursor_read(const char *cursor, struct held_row *row);
/* Reads the index "held:<portal>": all partitions, or the subject's. */
int held_page_read(struct held_page *page, struct wf_store *intake, const char *portal,
                   struct wf_error *error) WF_MUST_CHECK;
json_t *held_page_json(const struct held_page *page, const char *source);
void held_page_fini(struct held_page *page);

#endif
