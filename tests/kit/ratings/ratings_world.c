#include "ratings_world.h"

#include "mem_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- making it ---- */

/* Not random, but never the same: keys of two applications differ. */
static void count_up(struct wf_clock *clock, void *bytes, size_t length)
{
    static uint8_t next = 1;
    (void)clock;
    memset(bytes, next++, length);
}

struct ratings_world *ratings_world_create(void)
{
    static struct wf_clock clock = {.entropy = count_up};
    struct ratings_world *world = calloc(1, sizeof *world);
    WF_ASSERT(world);
    world->service.store = mem_store_create(WF_REFERENCE);
    world->service.clock = &clock;
    world->service.policy = *ratings_policy_small();
    memset(world->service.link_key, 0x11, 32);
    memset(world->service.answers_key, 0x22, 32);
    wf_arena_init(&world->service.arena, 256 * 1024);
    return world;
}

void ratings_world_destroy(struct ratings_world *world)
{
    plan_recorder_end(&world->plan);
    for (size_t i = 0; i < world->line_count; i++)
        wf_buffer_fini(&world->lines[i].kept);
    wf_buffer_fini(&world->visible);
    wf_store_destroy(&world->service.store);
    ratings_service_fini(&world->service);
    free(world);
}

/* ---- one step ---- */

static void see(struct ratings_world *world, const void *bytes, size_t length)
{
    wf_buffer_append(&world->visible, bytes, length);
    wf_buffer_text(&world->visible, "\n");
}

static void see_plan(struct ratings_world *world)
{
    for (size_t i = 0; i < world->plan.send_count; i++)
        see(world, world->plan.sends[i].payload.data, world->plan.sends[i].payload.length);
    for (size_t i = 0; i < world->plan.index_count; i++)
        see(world, world->plan.indexes[i].value.data, world->plan.indexes[i].value.length);
}

static void see_story(struct ratings_world *world, const struct ratings_event *event)
{
    char text[400];
    struct wf_buffer json = {0};
    ratings_describe(event, text, sizeof text);
    see(world, text, strlen(text));
    ratings_waiting(&world->service.policy, &world->state, text, sizeof text);
    see(world, text, strlen(text));
    ratings_show(&world->state, &json);
    see(world, json.data, json.length);
    wf_buffer_fini(&json);
}

static void load(struct ratings_world *world)
{
    struct wf_load load = {.kind = "ratings", .id = RATINGS_WORLD_APPLICATION};
    struct wf_error error;
    memset(&world->state, 0, sizeof world->state);
    int loaded = wf_store_load(world->service.store, &load, 1, &error);
    WF_ASSERT(!loaded);
    for (size_t i = 0; i < load.fields.count; i++)
        see(world, load.fields.rows[i].value.data, load.fields.rows[i].value.length);
    int readable = ratings_read(&load.fields, &world->state, &error);
    WF_ASSERT(!readable);
    wf_fields_fini(&load.fields);
}

static void commit(struct ratings_world *world, const struct ratings_state *after)
{
    struct wf_fields fields = {0};
    struct wf_error error;
    ratings_write(after, &fields);
    struct wf_commit commit = {.kind = "ratings",
                               .id = RATINGS_WORLD_APPLICATION,
                               .version_before = world->version,
                               .version_after = world->version + 1,
                               .puts = fields.rows,
                               .put_count = fields.count,
                               .indexes = world->plan.indexes,
                               .index_count = world->plan.index_count};
    int done = wf_store_commit(world->service.store, &commit, 1, &error);
    WF_ASSERT(!done && commit.result == WF_COMMIT_OK);
    world->version++;
    wf_fields_fini(&fields);
}

static void note_line(struct ratings_world *world, enum wf_message message, wf_time now,
                      const struct wf_buffer *kept)
{
    WF_ASSERT(world->line_count < RATINGS_WORLD_LINES_MAX);
    struct ratings_line *line = &world->lines[world->line_count++];
    line->message = message;
    line->now = now;
    wf_buffer_append(&line->kept, kept->data, kept->length);
    see(world, kept->data, kept->length);
}

static struct wf_event_meta meta_of(enum wf_message message)
{
    struct wf_event_meta meta = {.message = message};
    meta.self = wf_address_make(WF_REFERENCE, "ratings", RATINGS_WORLD_APPLICATION);
    return meta;
}

/* Kept payload -> event, as at a replay. */
static int decode(struct ratings_world *world, enum wf_message message,
                  const struct wf_buffer *kept, struct ratings_event *event)
{
    struct wf_arena arena;
    memset(event, 0, sizeof *event);
    event->meta = meta_of(message);
    if (message == WF_MESSAGE_TICK)
        return 0;
    wf_arena_init(&arena, 256 * 1024);
    ProtobufCMessage *payload =
        wf_unpack(wf_message_row(message)->descriptor, wf_buffer_bytes(kept), &arena);
    WF_ASSERT(payload);
    int result = ratings_decode(&world->service, payload, event, &world->error);
    wf_arena_fini(&arena);
    return result;
}

static struct wf_verdict step(struct ratings_world *world, enum wf_message message,
                              const struct wf_buffer *kept, wf_time now)
{
    static struct ratings_event event;
    struct ratings_state after = {0};
    struct ratings_effects effects = {0};
    const char *broken;
    if (decode(world, message, kept, &event))
        return (struct wf_verdict){0};
    struct wf_verdict verdict =
        ratings_step(&world->service.policy, &world->state, &event, now, &after, &effects);
    if (verdict.step == WF_IGNORED)
        return verdict;
    bool applied = verdict.step == WF_APPLIED;
    int planned =
        ratings_plan(&world->service, &world->state, &event, verdict, applied ? &after : NULL,
                     applied ? &effects : NULL, &world->plan, &world->error);
    WF_ASSERT(!planned);
    note_line(world, message, now, kept);
    if (applied) {
        WF_ASSERT(ratings_hold(&after, &broken));
        see_plan(world);
        commit(world, &after);
        load(world);
        WF_ASSERT(ratings_world_same(&after, &world->state));
    }
    see_story(world, &event);
    return verdict;
}

static const struct wf_handler *handler_of(enum wf_message message)
{
    for (size_t i = 0; i < ratings_handler_count; i++)
        if (ratings_handlers[i].message == message)
            return &ratings_handlers[i];
    return NULL;
}

struct wf_verdict ratings_world_give(struct ratings_world *world, enum wf_message message,
                                     const ProtobufCMessage *payload, wf_time now)
{
    struct wf_buffer packed = {0}, kept = {0};
    struct wf_verdict verdict = {0};
    const struct wf_handler *handler = handler_of(message);
    WF_ASSERT(handler);
    memset(&world->error, 0, sizeof world->error);
    plan_recorder_end(&world->plan);
    plan_recorder_begin(&world->plan, now, world->version + 1);
    wf_pack(payload, &packed);
    struct wf_event_meta meta = meta_of(message);
    int result = 0;
    if (handler->seal)
        result =
            handler->seal(&world->service, &meta, wf_buffer_bytes(&packed), &kept, &world->error);
    else
        wf_buffer_append(&kept, packed.data, packed.length);
    if (!result)
        verdict = step(world, message, &kept, now);
    see(world, world->error.text, strlen(world->error.text));
    wf_buffer_fini(&packed);
    wf_buffer_fini(&kept);
    return verdict;
}

struct wf_verdict ratings_world_tick(struct ratings_world *world, wf_time now)
{
    struct wf_buffer none = {0};
    plan_recorder_end(&world->plan);
    plan_recorder_begin(&world->plan, now, world->version + 1);
    return step(world, WF_MESSAGE_TICK, &none, now);
}

int ratings_world_replay(struct ratings_world *world, struct ratings_state *state)
{
    static struct ratings_event event;
    memset(state, 0, sizeof *state);
    for (size_t i = 0; i < world->line_count; i++) {
        struct ratings_state after = {0};
        struct ratings_effects effects = {0};
        const struct ratings_line *line = &world->lines[i];
        if (decode(world, line->message, &line->kept, &event))
            return -1;
        struct wf_verdict verdict =
            ratings_step(&world->service.policy, state, &event, line->now, &after, &effects);
        if (verdict.step == WF_APPLIED)
            *state = after;
    }
    return 0;
}

/* ---- looking ---- */

bool ratings_world_same(const struct ratings_state *a, const struct ratings_state *b)
{
    struct wf_fields left = {0}, right = {0};
    ratings_write(a, &left);
    ratings_write(b, &right);
    bool same = left.count == right.count;
    for (size_t i = 0; same && i < left.count; i++) {
        const struct wf_bytes *one = &left.rows[i].value, *other = &right.rows[i].value;
        same = one->length == other->length && !memcmp(one->data, other->data, one->length);
    }
    wf_fields_fini(&left);
    wf_fields_fini(&right);
    return same;
}

void ratings_world_token(const struct ratings_world *world, uint32_t request, uint32_t generation,
                         char token[static WF_LINK_TEXT])
{
    struct wf_link link = {.request = request, .generation = generation};
    strcpy(link.id, RATINGS_WORLD_APPLICATION);
    wf_link_make(world->service.link_key, &link, token);
}

struct wanted {
    char member[12];
    struct wf_buffer *value;
};

static void take(void *context, struct wf_bytes member, struct wf_bytes value)
{
    struct wanted *wanted = context;
    if (member.length == strlen(wanted->member) &&
        !memcmp(member.data, wanted->member, member.length))
        wf_buffer_append(wanted->value, value.data, value.length);
}

void ratings_world_paper(struct ratings_world *world, uint32_t request, struct wf_buffer *sealed)
{
    char name[RATINGS_INDEX_MAX];
    struct wanted wanted = {.value = sealed};
    (void)snprintf(wanted.member, sizeof wanted.member, "%u", request);
    ratings_paper_index(RATINGS_WORLD_APPLICATION, name);
    int read = wf_store_hash(world->service.store, wf_partition(RATINGS_WORLD_APPLICATION), name,
                             take, &wanted, &world->error);
    WF_ASSERT(!read);
}

/* ---- messages ---- */

struct wf_verdict ratings_world_ask(struct ratings_world *world, uint32_t request,
                                    const char *rater, wf_time now)
{
    Endorse__V1__RatingRequested message = ENDORSE__V1__RATING_REQUESTED__INIT;
    message.request = request;
    message.rater_id = (char *)rater;
    message.applicant_id = (char *)"P-1";
    message.association = (char *)"PA";
    message.category = ENDORSE__V1__CATEGORY__MHS;
    message.age_line = ENDORSE__V1__AGE_LINE__IMH;
    message.role = ENDORSE__V1__RATER_ROLE__RATER_SUPERVISOR;
    return ratings_world_give(world, WF_MESSAGE_RATING_REQUESTED, &message.base, now);
}

struct wf_verdict ratings_world_form(struct ratings_world *world, enum wf_message message,
                                     uint32_t request, uint32_t generation,
                                     const struct wf_form_answers *answers, const char *remark,
                                     wf_time now)
{
    static char *const words[] = {(char *)"", (char *)"recommend", (char *)"do-not-recommend"};
    char token[WF_LINK_TEXT];
    Endorse__V1__RatingAnswer rows[WF_FORM_ITEMS_MAX], *list[WF_FORM_ITEMS_MAX];
    Endorse__V1__RatingForm form = ENDORSE__V1__RATING_FORM__INIT;
    ratings_world_token(world, request, generation, token);
    for (int32_t i = 0; i < answers->count; i++) {
        endorse__v1__rating_answer__init(&rows[i]);
        rows[i].item = (char *)answers->rows[i].item;
        rows[i].score = answers->rows[i].score;
        list[i] = &rows[i];
    }
    if (answers->count)
        rows[0].remark = (char *)remark;
    form.token = token;
    form.answers = list;
    form.n_answers = (size_t)answers->count;
    form.recommendation = words[answers->recommendation];
    form.remarks = (char *)remark;
    return ratings_world_give(world, message, &form.base, now);
}
