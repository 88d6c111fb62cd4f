/* Decisions of a paper -> messages to the pool, its seats and intake; the sealed text. */
#include "exam_service.h"

#include "wf_seal.h"

#include <stdio.h>
#include <string.h>

struct outgoing {
    struct exam_service *service;
    const struct paper_event *event;
    const struct paper *after;
    const struct paper_effects *effects;
    const char *handle;
    struct wf_plan *plan;
};

static ProtobufCBinaryData binary(const void *data, size_t length)
{
    return (ProtobufCBinaryData){.data = (uint8_t *)(uintptr_t)data, .len = length};
}

static ProtobufCBinaryData aside_key(const struct outgoing *out)
{
    struct wf_bytes aside = wf_plan_aside(out->plan);
    return binary(aside.data, aside.length);
}

/* ---- the text: an index, so that the state stays small.  Members: "text", a packed SeatTextReplaced
 * without key; "key", which is in no journal and goes with the commit that makes the paper void ---- */

void exam_text_index(const char *handle, char name[static EXAM_INDEX_MAX])
{
    (void)snprintf(name, EXAM_INDEX_MAX, "text:%s", handle);
}

static const char text_member[] = "text", key_member[] = "key";

static void change_member(const struct outgoing *out, const char *member, struct wf_bytes value)
{
    char name[EXAM_INDEX_MAX];
    exam_text_index(out->handle, name);
    struct wf_index index = {.op = out->effects->put_text ? WF_INDEX_HASH_PUT : WF_INDEX_HASH_DROP,
                             .name = {(const uint8_t *)name, strlen(name)},
                             .member = {(const uint8_t *)member, strlen(member)},
                             .value = value};
    wf_plan_index(out->plan, &index);
}

static void change_text(const struct outgoing *out)
{
    struct wf_buffer packed = {0};
    const struct exam_text *text = &out->event->text;
    Endorse__V1__SeatTextReplaced kept = ENDORSE__V1__SEAT_TEXT_REPLACED__INIT;
    if (out->effects->put_text) {
        kept.text_version = text->version;
        kept.text_sha256 = binary(text->sha256, sizeof text->sha256);
        kept.sealed_text = binary(text->sealed, text->length);
        wf_pack(&kept.base, &packed);
    }
    change_member(out, text_member, wf_buffer_bytes(&packed));
    change_member(out, key_member,
                  out->effects->put_text ? wf_plan_aside(out->plan) : (struct wf_bytes){0});
    wf_buffer_fini(&packed);
}

struct stored {
    struct wf_buffer text, key;
};

static void take_member(void *context, struct wf_bytes member, struct wf_bytes value)
{
    struct stored *stored = context;
    bool is_key = member.length == sizeof key_member - 1 &&
                  memcmp(member.data, key_member, member.length) == 0;
    struct wf_buffer *to = is_key ? &stored->key : &stored->text;
    wf_buffer_clear(to);
    wf_buffer_append(to, value.data, value.length);
}

/* In the service's arena, which the caller clears; its key is in `stored`, which the caller frees. */
static Endorse__V1__SeatTextReplaced *stored_text(const struct outgoing *out, struct stored *stored,
                                                  struct wf_error *error)
{
    char name[EXAM_INDEX_MAX];
    exam_text_index(out->handle, name);
    if (wf_store_hash(out->service->store, wf_partition(out->handle), name, take_member, stored,
                      error))
        return NULL;
    Endorse__V1__SeatTextReplaced *text = (Endorse__V1__SeatTextReplaced *)wf_unpack(
        &endorse__v1__seat_text_replaced__descriptor, wf_buffer_bytes(&stored->text),
        &out->service->arena);
    if (!text || !stored->text.length || !stored->key.length) {
        (void)wf_fail(error, WF_BROKEN, "the text of a paper is gone");
        return NULL;
    }
    text->sealed_key = binary(stored->key.data, stored->key.length);
    return text;
}

/* ---- seats ---- */

/* What every seat of the paper is told alike. */
static Endorse__V1__SeatWanted wanted_seat(const struct outgoing *out,
                                           const Endorse__V1__SeatTextReplaced *text,
                                           const struct wf_buffer *pack)
{
    Endorse__V1__SeatWanted message = ENDORSE__V1__SEAT_WANTED__INIT;
    message.handle = (char *)out->handle;
    message.form = (char *)out->after->form;
    message.language = (char *)out->after->language;
    message.text_version = text->text_version;
    message.text_sha256 = text->text_sha256;
    message.sealed_text = text->sealed_text;
    message.sealed_key = text->sealed_key;
    message.pack = binary(pack->data, pack->length);
    return message;
}

static int want_seats(const struct outgoing *out, struct wf_error *error)
{
    struct wf_buffer pack = {0};
    struct stored stored = {0};
    if (out->effects->opened_count == 0 && !out->effects->lends)
        return 0;
    const Endorse__V1__SeatTextReplaced *text = stored_text(out, &stored, error);
    exam_pack_write(&out->after->pack, &pack);
    for (int32_t i = 0; text && i < out->effects->opened_count; i++) {
        const struct paper_seat *seat = &out->after->seats[out->effects->opened[i]];
        Endorse__V1__SeatWanted message = wanted_seat(out, text, &pack);
        message.place = (uint32_t)seat->place;
        message.round = seat->round;
        message.reader = (char *)seat->reader;
        wf_plan_send(out->plan, WF_MESSAGE_SEAT_WANTED, seat->code, &message.base);
    }
    if (text && out->effects->lends) {
        const struct paper_lent *lent = &out->after->lent[out->after->lent_count - 1];
        Endorse__V1__SeatWanted message = wanted_seat(out, text, &pack);
        message.reader = (char *)lent->reader;
        message.calibration = true;
        message.key_hundredths = paper_key(out->after);
        wf_plan_send(out->plan, WF_MESSAGE_SEAT_WANTED, lent->code, &message.base);
    }
    wf_buffer_fini(&pack);
    wf_buffer_fini(&stored.text);
    wf_buffer_fini(&stored.key);
    wf_arena_clear(&out->service->arena);
    return text ? 0 : -1;
}

static void order_seats(const struct outgoing *out)
{
    const struct exam_text *text = &out->event->text;
    Endorse__V1__SeatTextReplaced replaced = ENDORSE__V1__SEAT_TEXT_REPLACED__INIT;
    replaced.text_version = text->version;
    replaced.text_sha256 = binary(text->sha256, sizeof text->sha256);
    replaced.sealed_text = binary(text->sealed, text->length);
    replaced.sealed_key = aside_key(out);
    for (int32_t i = 0; i < out->effects->order_count; i++) {
        const struct paper_order *order = &out->effects->orders[i];
        Endorse__V1__SeatOrdered message = ENDORSE__V1__SEAT_ORDERED__INIT;
        message.kind = (Endorse__V1__SeatOrderKind)order->kind;
        message.why = (char *)order->why;
        if (order->kind == PAPER_ORDER_RESUME)
            message.text = &replaced;
        wf_plan_send(out->plan, WF_MESSAGE_SEAT_ORDERED, order->code, &message.base);
    }
}

/* ---- the pool ---- */

static bool is_reading(const struct paper *paper)
{
    return paper->state == PAPER_ASSIGNING || paper->state == PAPER_UNASSIGNABLE ||
           paper->state == PAPER_IN_REVIEW || paper->state == PAPER_NEEDS_THIRD ||
           paper->state == PAPER_IN_THIRD;
}

/* The whole wish: who holds a place, and which places want somebody. */
static size_t fill_slots(const struct paper *paper, Endorse__V1__PaperSlot *slots,
                         Endorse__V1__PaperSlot **rows)
{
    size_t count = 0;
    for (int32_t place = 1; place <= EXAM_PLACES; place++) {
        int32_t seat = paper_seat_at(paper, place);
        bool wanted = is_reading(paper) && !paper->paused && paper->seat_count < PAPER_SEATS_MAX &&
                      (place < 3 || (paper->third && !paper->third_lost));
        if (seat < 0 && !wanted)
            continue;
        Endorse__V1__PaperSlot *slot = &slots[count];
        endorse__v1__paper_slot__init(slot);
        slot->place = (uint32_t)place;
        if (seat >= 0) {
            slot->reader = (char *)paper->seats[seat].reader;
            slot->opened = paper->seats[seat].state != PAPER_SEAT_OFFERED;
        }
        rows[count++] = slot;
    }
    return count;
}

/* Rows behind a message to the pool. */
struct needs_rows {
    Endorse__V1__PaperSlot slots[EXAM_PLACES], *slot_rows[EXAM_PLACES];
    Endorse__V1__ConflictToken tokens[EXAM_TOKENS_MAX], *token_rows[EXAM_TOKENS_MAX];
    char *held[PAPER_SEATS_MAX + EXAM_LENT_MAX], *pinned[PAPER_PINS_MAX];
};

/* Who may read it: the same for work and for a calibration. */
static void describe(const struct paper *paper, struct needs_rows *rows,
                     Endorse__V1__PaperNeeds *message)
{
    message->category = (Endorse__V1__Category)paper->category;
    message->form = (char *)paper->form;
    message->language = (char *)paper->language;
    for (int32_t i = 0; i < paper->token_count; i++) {
        endorse__v1__conflict_token__init(&rows->tokens[i]);
        rows->tokens[i].kind = (Endorse__V1__TokenKind)paper->tokens[i].kind;
        rows->tokens[i].token = binary(paper->tokens[i].bytes, EXAM_TOKEN);
        rows->token_rows[i] = &rows->tokens[i];
    }
    message->tokens = rows->token_rows;
    message->n_tokens = (size_t)paper->token_count;
    message->held = rows->held;
    for (int32_t i = 0; i < paper->seat_count; i++)
        rows->held[message->n_held++] = (char *)paper->seats[i].reader;
    for (int32_t i = 0; i < paper->lent_count; i++)
        rows->held[message->n_held++] = (char *)paper->lent[i].reader;
    message->pinned = rows->pinned;
    for (int32_t i = 0; i < paper->pin_count; i++)
        if (paper->pins[i].settled)
            rows->pinned[message->n_pinned++] = (char *)paper->pins[i].reader;
}

static void tell_pool(const struct outgoing *out)
{
    const struct paper *paper = out->after;
    Endorse__V1__PaperNeeds message = ENDORSE__V1__PAPER_NEEDS__INIT;
    struct needs_rows rows;
    bool over = paper->state == PAPER_VOID || paper->state == PAPER_RELEASED;
    message.seen = paper->seen;
    message.calibrates = paper_calibrates(paper);
    message.resting = message.calibrates && paper->paused;
    message.lent = (uint32_t)paper->lent_count;
    if (!over || message.calibrates)
        describe(paper, &rows, &message);
    if (!over) {
        message.round = paper->round;
        message.slots = rows.slot_rows;
        message.n_slots = fill_slots(paper, rows.slots, rows.slot_rows);
    }
    wf_plan_send(out->plan, WF_MESSAGE_PAPER_NEEDS, EXAM_POOL, &message.base);
}

/* ---- intake ---- */

static void prove(const struct outgoing *out, uint8_t digest[static 32])
{
    const struct paper *paper = out->after;
    struct wf_buffer bytes = {0};
    for (int32_t i = 0; i < paper->seat_count; i++)
        if (paper->seats[i].counted && paper->seats[i].round == paper->round)
            wf_buffer_append(&bytes, paper->seats[i].sheet.sha256, 32);
    exam_pack_write(&paper->pack, &bytes);
    wf_buffer_format(&bytes, "%d %lld", (int)paper->result.passed, (long long)paper->result.score);
    wf_sha256(wf_buffer_bytes(&bytes), digest);
    wf_buffer_fini(&bytes);
}

/* Of the sheets behind the result, each code once. */
static size_t fill_comments(const struct paper *paper, char **codes, size_t most)
{
    size_t count = 0;
    for (int32_t i = 0; i < paper->seat_count; i++) {
        const struct paper_seat *seat = &paper->seats[i];
        for (int32_t j = 0; seat->counted && j < seat->sheet.comment_count; j++) {
            bool again = seat->round != paper->round || count == most;
            for (size_t k = 0; k < count && !again; k++)
                again = strcmp(codes[k], seat->sheet.comments[j].code) == 0;
            if (!again)
                codes[count++] = (char *)seat->sheet.comments[j].code;
        }
    }
    return count;
}

static void resolve(const struct outgoing *out)
{
    const struct paper *paper = out->after;
    const struct adjudicate_pack *pack = &paper->pack;
    Endorse__V1__ExamResolved message = ENDORSE__V1__EXAM_RESOLVED__INIT;
    Endorse__V1__CriterionResult criteria[ADJUDICATE_CRITERIA_MAX], *rows[ADJUDICATE_CRITERIA_MAX];
    char *comments[EXAM_PLACES * EXAM_COMMENTS_MAX];
    uint8_t proof[32];
    int32_t scale = paper_most(pack) / pack->total_most;
    for (int32_t i = 0; i < pack->criteria_count; i++) {
        endorse__v1__criterion_result__init(&criteria[i]);
        criteria[i].criterion = (char *)pack->criteria[i].name;
        criteria[i].hundredths = (int32_t)paper->result.criteria[i];
        criteria[i].most = pack->criteria[i].most * scale;
        rows[i] = &criteria[i];
    }
    prove(out, proof);
    message.resolution = paper->resolution;
    message.passed = paper->result.passed;
    message.score_hundredths = (int32_t)paper->result.score;
    message.most = paper_most(pack);
    message.criteria = rows;
    message.n_criteria = (size_t)pack->criteria_count;
    message.comments = comments;
    message.n_comments = fill_comments(paper, comments, sizeof comments / sizeof comments[0]);
    message.rule_pack = (char *)pack->name;
    message.rule_pack_version = (uint32_t)pack->version;
    message.proof_sha256 = binary(proof, sizeof proof);
    wf_plan_send(out->plan, WF_MESSAGE_EXAM_RESOLVED, out->handle, &message.base);
}

static void tell_intake(const struct outgoing *out)
{
    char since[WF_DATE_TEXT];
    Endorse__V1__PaperWaiting waiting = ENDORSE__V1__PAPER_WAITING__INIT;
    Endorse__V1__PaperQuestioned questioned = ENDORSE__V1__PAPER_QUESTIONED__INIT;
    if (out->effects->questioned) {
        questioned.text_version = out->after->text_version;
        questioned.prompt = (char *)out->event->prompt;
        wf_plan_send(out->plan, WF_MESSAGE_PAPER_QUESTIONED, out->handle, &questioned.base);
    }
    if (out->effects->waiting) {
        wf_date_format(wf_time_to_utc_date(out->after->since), since);
        waiting.state = (char *)paper_word(out->after);
        waiting.since_on = since;
        wf_plan_send(out->plan, WF_MESSAGE_PAPER_WAITING, out->handle, &waiting.base);
    }
    if (out->effects->released)
        resolve(out);
}

/* What `exam list` reads: a word, never how many sheets are in. */
static void list(const struct outgoing *out)
{
    char value[WF_ID_MAX + EXAM_NAME_MAX + 64];
    char since[WF_DATE_TEXT];
    wf_date_format(wf_time_to_utc_date(out->after->since), since);
    int length = snprintf(value, sizeof value, "%s %s %d %s", paper_word(out->after), since,
                          (int)out->after->category, out->after->form);
    struct wf_index index = {.op = WF_INDEX_HASH_PUT,
                             .name = {(const uint8_t *)"papers", 6},
                             .member = {(const uint8_t *)out->handle, strlen(out->handle)},
                             .value = {(const uint8_t *)value, (size_t)length}};
    wf_plan_index(out->plan, &index);
}

int paper_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
               const void *after, const void *effects, struct wf_plan *plan, struct wf_error *error)
{
    (void)before;
    if (verdict.step != WF_APPLIED)
        return 0;
    struct outgoing out = {
        .service = service, .event = event, .after = after, .effects = effects, .plan = plan};
    out.handle = out.event->meta.self.id;
    if (want_seats(&out, error))
        return -1;
    order_seats(&out);
    if (out.effects->put_text || out.effects->drop_text)
        change_text(&out);
    if (out.effects->needs)
        tell_pool(&out);
    tell_intake(&out);
    if (out.effects->waiting || out.after->state == PAPER_VOID)
        list(&out);
    if (out.effects->gate) {
        struct exam_job job = {.kind = EXAM_JOB_GATE};
        wf_plan_perform(plan, &job, sizeof job);
    }
    return 0;
}
