#include "pool_lines.h"

#include "wf_journal.h"

#include <stdlib.h>

enum { LINES_ARENA = 2 << 20 };

/* ---- events -> the messages that they came from ---- */

static Endorse__V1__ConflictToken **tokens_of(struct wf_pool *pool, const struct exam_token *from,
                                              int32_t count)
{
    Endorse__V1__ConflictToken **rows = wf_pool_take(pool, (size_t)(count + 1) * sizeof *rows);
    for (int32_t i = 0; i < count; i++) {
        rows[i] = wf_pool_take(pool, sizeof *rows[i]);
        endorse__v1__conflict_token__init(rows[i]);
        rows[i]->kind = (Endorse__V1__TokenKind)from[i].kind;
        rows[i]->token =
            (ProtobufCBinaryData){.data = (uint8_t *)(uintptr_t)from[i].bytes, .len = EXAM_TOKEN};
    }
    return rows;
}

static char **names_of(struct wf_pool *pool, const struct pool_name *from, int32_t count)
{
    char **rows = wf_pool_take(pool, (size_t)(count + 1) * sizeof *rows);
    for (int32_t i = 0; i < count; i++)
        rows[i] = (char *)(uintptr_t)from[i].id;
    return rows;
}

static struct wf_bytes pack_card(struct wf_pool *pool, const struct pool_event *event)
{
    Endorse__V1__ReaderCard card = ENDORSE__V1__READER_CARD__INIT;
    const struct pool_card *from = &event->card;
    card.reader = (char *)(uintptr_t)event->reader;
    card.active = from->active;
    card.capacity = (uint32_t)from->capacity;
    card.window_days = (uint32_t)from->window_days;
    card.tokens = tokens_of(pool, from->tokens, from->token_count);
    card.n_tokens = (size_t)from->token_count;
    card.n_qualifications = (size_t)from->qualification_count;
    card.qualifications = wf_pool_take(pool, (card.n_qualifications + 1) * sizeof(void *));
    for (size_t i = 0; i < card.n_qualifications; i++) {
        card.qualifications[i] = wf_pool_take(pool, sizeof *card.qualifications[i]);
        endorse__v1__reader_qualification__init(card.qualifications[i]);
        char until[WF_DATE_TEXT];
        wf_date_format(from->qualifications[i].until, until);
        card.qualifications[i]->category = (Endorse__V1__Category)from->qualifications[i].category;
        card.qualifications[i]->form = (char *)(uintptr_t)from->qualifications[i].form;
        card.qualifications[i]->until_on = (char *)(uintptr_t)wf_pool_text(pool, until);
    }
    return wf_pool_pack(pool, &card.base);
}

static struct wf_bytes pack_needs(struct wf_pool *pool, const struct pool_event *event)
{
    Endorse__V1__PaperNeeds needs = ENDORSE__V1__PAPER_NEEDS__INIT;
    Endorse__V1__PaperSlot slots[EXAM_PLACES], *rows[EXAM_PLACES];
    for (int32_t i = 0; i < event->wish_count; i++) {
        endorse__v1__paper_slot__init(&slots[i]);
        slots[i].place = (uint32_t)event->wishes[i].place;
        slots[i].reader = (char *)(uintptr_t)event->wishes[i].reader;
        slots[i].opened = event->wishes[i].opened;
        rows[i] = &slots[i];
    }
    needs.round = event->round;
    needs.seen = event->seen;
    needs.calibrates = event->calibrates;
    needs.resting = event->resting;
    needs.lent = (uint32_t)event->lent;
    needs.category = (Endorse__V1__Category)event->category;
    needs.form = (char *)(uintptr_t)event->form;
    needs.language = (char *)(uintptr_t)event->language;
    needs.tokens = tokens_of(pool, event->tokens, event->token_count);
    needs.n_tokens = (size_t)event->token_count;
    needs.slots = rows;
    needs.n_slots = (size_t)event->wish_count;
    needs.held = names_of(pool, event->held, event->held_count);
    needs.n_held = (size_t)event->held_count;
    needs.pinned = names_of(pool, event->pinned, event->pinned_count);
    needs.n_pinned = (size_t)event->pinned_count;
    return wf_pool_pack(pool, &needs.base);
}

static struct wf_bytes pack_told(struct wf_pool *pool, const struct pool_event *event)
{
    Endorse__V1__ReaderTold told = ENDORSE__V1__READER_TOLD__INIT;
    bool is_judged = event->told == POOL_TOLD_WITHIN || event->told == POOL_TOLD_OUTSIDE;
    told.kind = is_judged ? ENDORSE__V1__READER_TOLD_KIND__READER_TOLD_CALIBRATION
                : event->told == POOL_TOLD_OPENED
                    ? ENDORSE__V1__READER_TOLD_KIND__READER_TOLD_OPENED
                    : ENDORSE__V1__READER_TOLD_KIND__READER_TOLD_GONE;
    told.within = event->told == POOL_TOLD_WITHIN;
    told.reader = (char *)(uintptr_t)event->reader;
    told.handle = (char *)(uintptr_t)event->handle;
    return wf_pool_pack(pool, &told.base);
}

static struct wf_bytes pack_planned(struct wf_pool *pool, const struct pool_event *event)
{
    struct wf_buffer packed = {0};
    struct pool_event *copy = malloc(sizeof *copy);
    WF_ASSERT(copy);
    *copy = *event;
    exam_pack_plan(copy, &packed);
    struct wf_bytes bytes = wf_pool_copy(pool, wf_buffer_bytes(&packed));
    wf_buffer_fini(&packed);
    free(copy);
    return bytes;
}

static struct wf_bytes pack_event(struct wf_pool *pool, const struct pool_event *event,
                                  enum wf_message *message)
{
    switch (event->kind) {
    case POOL_EVENT_CARD:
        *message = WF_MESSAGE_READER_CARD;
        return pack_card(pool, event);
    case POOL_EVENT_NEEDS:
        *message = WF_MESSAGE_PAPER_NEEDS;
        return pack_needs(pool, event);
    case POOL_EVENT_PLANNED:
        *message = WF_MESSAGE_POOL_PLANNED;
        return pack_planned(pool, event);
    case POOL_EVENT_TICK:
        *message = WF_MESSAGE_TICK;
        return (struct wf_bytes){0};
    case POOL_EVENT_CALIBRATION:
        *message = WF_MESSAGE_READER_TOLD;
        return pack_told(pool, event);
    case POOL_EVENT_NOTICE:
    case POOL_EVENT_COUNT:
        break;
    }
    WF_ASSERT(!"the world of exams has no such event of the pool");
    return (struct wf_bytes){0};
}

/* ---- lines ---- */

static void keep(struct wf_buffer *line, struct wf_bytes bytes)
{
    wf_buffer_clear(line);
    wf_buffer_append(line, bytes.data, bytes.length);
}

static void write_line(struct wf_pool *pool, const struct world_entry *entry, size_t number,
                       uint8_t head[static WF_CHAIN_SIZE], struct wf_buffer *to)
{
    const struct pool_event *event = entry->event;
    Endorse__V1__JournalLine line = ENDORSE__V1__JOURNAL_LINE__INIT;
    enum wf_message message;
    char from[WF_ADDRESS_MAX + 1] = "";
    struct wf_bytes payload = pack_event(pool, event, &message);
    if (event->meta.from.kind[0])
        wf_address_format(&event->meta.from, from);
    line.aggregate = (char *)(uintptr_t) "pool/" EXAM_POOL;
    line.version = number + 1;
    line.type = (char *)(uintptr_t)wf_message_row(message)->type;
    line.from = from;
    line.time_ms = entry->now;
    line.step = ENDORSE__V1__JOURNAL_STEP__JOURNAL_STEP_APPLIED;
    line.payload =
        (ProtobufCBinaryData){(size_t)payload.length, (uint8_t *)(uintptr_t)payload.data};
    line.entropy = (ProtobufCBinaryData){sizeof event->meta.entropy,
                                         (uint8_t *)(uintptr_t)event->meta.entropy};
    keep(to, wf_journal_encode(pool, &line, head));
}

void pool_lines_make(const struct exam_world *world, struct pool_lines *lines)
{
    uint8_t head[WF_CHAIN_SIZE] = {0};
    size_t count = 0;
    for (const struct world_entry *entry = world->journal; entry; entry = entry->next)
        count += entry->kind == WORLD_POOL;
    *lines = (struct pool_lines){.lines = calloc(count + 1, sizeof *lines->lines)};
    WF_ASSERT(lines->lines);
    struct wf_pool pool = {0};
    for (const struct world_entry *entry = world->journal; entry; entry = entry->next) {
        if (entry->kind != WORLD_POOL)
            continue;
        write_line(&pool, entry, lines->count, head, &lines->lines[lines->count]);
        lines->count++;
        wf_pool_clear(&pool);
    }
    wf_pool_fini(&pool);
}

void pool_lines_fini(struct pool_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        wf_buffer_fini(&lines->lines[i]);
    free(lines->lines);
    *lines = (struct pool_lines){0};
}

/* ---- forging ---- */

void pool_lines_forge(struct pool_lines *lines, size_t at, pool_lines_change *change, void *context)
{
    struct wf_arena arena;
    struct wf_pool pool = {0};
    uint8_t head[WF_CHAIN_SIZE] = {0};
    wf_arena_init(&arena, LINES_ARENA);
    for (size_t i = 0; i < lines->count; i++) {
        wf_arena_clear(&arena);
        Endorse__V1__JournalLine *line =
            wf_journal_decode(wf_buffer_bytes(&lines->lines[i]), &arena);
        WF_ASSERT(line);
        if (i < at) {
            memcpy(head, line->chain.data, WF_CHAIN_SIZE);
            continue;
        }
        if (i == at && change)
            change(line, &arena, context);
        line->version = i + 1;
        keep(&lines->lines[i], wf_journal_encode(&pool, line, head));
        wf_pool_clear(&pool);
    }
    wf_pool_fini(&pool);
    wf_arena_fini(&arena);
}

void pool_lines_drop(struct pool_lines *lines, size_t at)
{
    wf_buffer_fini(&lines->lines[at]);
    lines->count--;
    memmove(lines->lines + at, lines->lines + at + 1, (lines->count - at) * sizeof lines->lines[0]);
}

void pool_lines_swap(struct pool_lines *lines, size_t at, size_t other)
{
    struct wf_buffer line = lines->lines[at];
    lines->lines[at] = lines->lines[other];
    lines->lines[other] = line;
}
