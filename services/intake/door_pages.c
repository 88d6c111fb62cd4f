#include "door_pages.h"

#include "wf_arena.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PAGE_DEFAULT = 100, PAGE_MOST = 500, PAGE_BYTES = 256 * 1024 };

static size_t page_size(uint32_t asked)
{
    return asked == 0 ? PAGE_DEFAULT : asked > PAGE_MOST ? PAGE_MOST : asked;
}

/* ---- outcomes ---- */

struct outcome_page {
    struct wf_buffer *bytes;
    size_t begin;
    bool full;
};

/* Packed items put one behind the other are the packed page.  Field 1, a message. */
static void append_item(struct wf_buffer *bytes, struct wf_bytes item)
{
    uint8_t head[11] = {1 << 3 | 2};
    size_t length = 1;
    size_t rest = item.length;
    do {
        head[length++] = (uint8_t)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
        rest >>= 7;
    } while (rest);
    wf_buffer_append(bytes, head, length);
    wf_buffer_append(bytes, item.data, item.length);
}

static void take_outcome(void *context, uint64_t sequence, struct wf_bytes value)
{
    struct outcome_page *page = context;
    size_t used = page->bytes->length - page->begin;
    (void)sequence;
    page->full |= used > 0 && used + value.length > PAGE_BYTES;
    if (!page->full)
        append_item(page->bytes, value);
}

int door_outcomes(struct wf_store *store, const char *portal,
                  const Endorse__V1__OutcomesRequest *request, struct wf_buffer *page,
                  struct wf_error *error)
{
    Endorse__V1__OutcomesPage end = ENDORSE__V1__OUTCOMES_PAGE__INIT;
    struct outcome_page items = {.bytes = page, .begin = page->length};
    char name[WF_ID_MAX + 8];
    (void)snprintf(name, sizeof name, "log:%s", portal);
    if (wf_store_log(store, wf_partition(portal), name, request->after, page_size(request->limit),
                     take_outcome, &items, &end.last, error) < 0)
        return -1;
    wf_pack(&end.base, page);
    return 0;
}

/* ---- held events ---- */

/* Where a page ended: so many events of this instant have been given, in this partition. */
struct held_place {
    unsigned partition;
    int64_t score;
    size_t given;
};
struct held_page {
    struct wf_buffer *bytes;
    struct held_place place; /* of the next one */
    size_t skip;             /* of the first instant */
    int64_t first;           /* that instant */
    size_t room;
};

static bool read_cursor(const char *text, struct held_place *place)
{
    int end = 0;
    if (!text[0])
        return true;
    return sscanf(text, "%3u-%15" SCNd64 "-%9zu%n", &place->partition, &place->score, &place->given,
                  &end) == 3 &&
           text[end] == '\0' && place->partition < WF_PARTITIONS;
}

/* Member "<subject> <event id>". */
static void take_held(void *context, struct wf_bytes member, int64_t score)
{
    struct held_page *page = context;
    Endorse__V1__HeldEvent event = ENDORSE__V1__HELD_EVENT__INIT;
    Endorse__V1__HeldEvent *events[] = {&event};
    Endorse__V1__HeldPage one = ENDORSE__V1__HELD_PAGE__INIT;
    char text[256];
    if (page->skip > 0 && score == page->first) {
        page->skip--;
        return;
    }
    if (page->room == 0 || member.length >= sizeof text)
        return;
    memcpy(text, member.data, member.length);
    text[member.length] = '\0';
    char *space = strchr(text, ' ');
    if (!space)
        return;
    *space = '\0';
    event.subject = text;
    event.id = space + 1;
    event.accepted_ms = score;
    one.n_events = 1;
    one.events = events;
    wf_pack(&one.base, page->bytes);
    page->room--;
    page->place.given = score == page->place.score ? page->place.given + 1 : 1;
    page->place.score = score;
}

int door_held(struct wf_store *store, const char *portal, const Endorse__V1__HeldRequest *request,
              struct wf_buffer *page, struct wf_error *error)
{
    Endorse__V1__HeldPage end = ENDORSE__V1__HELD_PAGE__INIT;
    struct held_page items = {.bytes = page, .room = page_size(request->limit)};
    struct held_place *place = &items.place;
    char name[WF_ID_MAX + 8];
    char cursor[64] = "";
    place->score = request->since_ms;
    if (!read_cursor(request->cursor, place))
        return wf_fail(error, WF_INVALID, "the cursor is not one that was given");
    (void)snprintf(name, sizeof name, "held:%s", portal);
    while (place->partition < WF_PARTITIONS && items.room > 0) {
        items.skip = place->given;
        items.first = place->score;
        if (wf_store_zset(store, place->partition, name, place->score, items.room + items.skip,
                          take_held, &items, error) < 0)
            return -1;
        if (items.room > 0)
            *place =
                (struct held_place){.partition = place->partition + 1, .score = request->since_ms};
    }
    if (place->partition < WF_PARTITIONS)
        (void)snprintf(cursor, sizeof cursor, "%u-%" PRId64 "-%zu", place->partition, place->score,
                       place->given);
    end.cursor = cursor;
    wf_pack(&end.base, page);
    return 0;
}
