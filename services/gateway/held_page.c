#include "held_page.h"

#include "gateway_page.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { READ_MAX = 1000000 };

void held_page_begin(struct held_page *page, int64_t since_ms, size_t limit)
{
    *page = (struct held_page){.limit = limit, .after = {.accepted_ms = since_ms}};
}

int held_order(const struct held_row *left, const struct held_row *right)
{
    if (left->accepted_ms != right->accepted_ms)
        return left->accepted_ms < right->accepted_ms ? -1 : 1;
    if (left->partition != right->partition)
        return left->partition < right->partition ? -1 : 1;
    return strcmp(left->member, right->member);
}

bool held_page_wants(const struct held_page *page, const struct held_row *row)
{
    size_t subject = page->subject ? strlen(page->subject) : 0;
    if (held_order(row, &page->after) <= 0)
        return false;
    return !page->subject ||
           (strncmp(row->member, page->subject, subject) == 0 && row->member[subject] == ' ');
}

void held_page_offer(struct held_page *page, const struct held_row *row)
{
    size_t place = page->count;
    while (place > 0 && held_order(row, &page->rows[place - 1]) < 0)
        place--;
    if (place >= page->limit || (place > 0 && held_order(row, &page->rows[place - 1]) == 0))
        return;
    if (page->count == page->capacity && page->count < page->limit) {
        page->capacity = page->capacity ? page->capacity * 2 : 64;
        page->rows = realloc(page->rows, page->capacity * sizeof *page->rows);
        WF_ASSERT(page->rows);
    }
    if (page->count < page->limit)
        page->count++;
    memmove(&page->rows[place + 1], &page->rows[place],
            (page->count - 1 - place) * sizeof *page->rows);
    page->rows[place] = *row;
}

void held_cursor_write(const struct held_row *row, char cursor[static HELD_CURSOR_MAX])
{
    char text[HELD_MEMBER_MAX + 48];
    (void)snprintf(text, sizeof text, "%lld %u %s", (long long)row->accepted_ms, row->partition,
                   row->member);
    (void)sodium_bin2base64(cursor, HELD_CURSOR_MAX, (unsigned char *)text, strlen(text),
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool held_cursor_read(const char *cursor, struct held_row *row)
{
    char text[HELD_MEMBER_MAX + 48];
    size_t length = 0;
    long long ms;
    unsigned partition;
    int used = 0;
    if (sodium_base642bin((unsigned char *)text, sizeof text - 1, cursor, strlen(cursor), NULL,
                          &length, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return false;
    text[length] = '\0';
    if (sscanf(text, "%18lld %3u %n", &ms, &partition, &used) != 2 || used == 0 ||
        partition >= WF_PARTITIONS || strlen(text + used) > HELD_MEMBER_MAX)
        return false;
    row->accepted_ms = ms;
    row->partition = partition;
    memcpy(row->member, text + used, strlen(text + used) + 1);
    return true;
}

struct reading {
    struct held_page *page;
    unsigned partition;
    size_t seen, wanted;
};

static void take_row(void *context, struct wf_bytes member, int64_t score)
{
    struct reading *reading = context;
    struct held_row row = {.accepted_ms = score, .partition = reading->partition};
    reading->seen++;
    if (member.length > HELD_MEMBER_MAX)
        return;
    memcpy(row.member, member.data, member.length);
    row.member[member.length] = '\0';
    if (!held_page_wants(reading->page, &row))
        return;
    reading->wanted++;
    held_page_offer(reading->page, &row);
}

/* Rows may be of another subject, or have been shown because they share the cursor's millisecond:
 * while a full read gave fewer than a page wants, a longer one follows. */
static int read_partition(struct held_page *page, struct wf_store *intake, const char *name,
                          unsigned partition, struct wf_error *error)
{
    for (size_t limit = page->limit + 1;; limit *= 4) {
        struct reading reading = {.page = page, .partition = partition};
        if (wf_store_zset(intake, partition, name, page->after.accepted_ms, limit, take_row,
                          &reading, error) != 0)
            return -1;
        if (reading.seen < limit || reading.wanted >= page->limit || limit > READ_MAX)
            return 0;
    }
}

int held_page_read(struct held_page *page, struct wf_store *intake, const char *portal,
                   struct wf_error *error)
{
    char name[WF_ID_MAX + 8];
    const char *slash = page->subject ? strchr(page->subject, '/') : NULL;
    (void)snprintf(name, sizeof name, "held:%s", portal);
    if (slash)
        return read_partition(page, intake, name, wf_partition(slash + 1), error);
    for (unsigned partition = 0; partition < WF_PARTITIONS; partition++) {
        if (read_partition(page, intake, name, partition, error) != 0)
            return -1;
    }
    return 0;
}

json_t *held_page_json(const struct held_page *page, const char *source)
{
    char cursor[HELD_CURSOR_MAX] = "", accepted[WF_TIME_TEXT];
    json_t *object = json_object();
    json_t *events = json_array();
    for (size_t i = 0; i < page->count; i++) {
        const char *space = strchr(page->rows[i].member, ' ');
        json_t *event = json_object();
        wf_time_format(page->rows[i].accepted_ms, accepted);
        model_text(event, "id", space ? space + 1 : page->rows[i].member);
        (void)json_object_set_new(
            event, "subject",
            json_stringn(page->rows[i].member, space ? (size_t)(space - page->rows[i].member) : 0));
        model_text(event, "acceptedAt", accepted);
        (void)json_array_append_new(events, event);
    }
    if (page->count == page->limit)
        held_cursor_write(&page->rows[page->count - 1], cursor);
    model_optional(object, "source", source);
    (void)json_object_set_new(object, "events", events);
    model_text(object, "cursor", cursor);
    return object;
}

void held_page_fini(struct held_page *page)
{
    free(page->rows);
    *page = (struct held_page){0};
}
