#include "exam_world.h"

#include "pool_replay.h"
#include "virtual_clock.h"

#include <stdio.h>
#include <stdlib.h>

static const struct wf_machine *const machines[] = {
    [WORLD_PAPER] = &paper_machine, [WORLD_SEAT] = &seat_machine, [WORLD_POOL] = &pool_machine};

static void *blank(size_t size)
{
    void *memory = calloc(1, size);
    WF_ASSERT(memory);
    return memory;
}

unsigned exam_world_roll(struct exam_world *world, unsigned below)
{
    return (unsigned)(virtual_random(&world->random) % below);
}

void *exam_world_event(enum world_kind kind)
{
    return blank(machines[kind]->event_size);
}

static void *state_of(struct exam_world *world, enum world_kind kind, int at)
{
    return kind == WORLD_PAPER  ? (void *)&world->papers[at]
           : kind == WORLD_SEAT ? (void *)&world->seats[at]
                                : (void *)world->pool;
}

static const char *name_of(const struct exam_world *world, enum world_kind kind, int at)
{
    return kind == WORLD_PAPER  ? world->handles[at]
           : kind == WORLD_SEAT ? world->codes[at]
                                : "readers";
}

static int paper_at(const struct exam_world *world, const char *handle)
{
    for (int i = 0; i < world->paper_count; i++)
        if (strcmp(world->handles[i], handle) == 0)
            return i;
    return -1;
}

static int seat_at(struct exam_world *world, const char *code)
{
    for (int i = 0; i < world->seat_count; i++)
        if (strcmp(world->codes[i], code) == 0)
            return i;
    WF_ASSERT(world->seat_count < WORLD_SEATS);
    memcpy(world->codes[world->seat_count], code, EXAM_CODE + 1);
    return world->seat_count++;
}

static void send(struct exam_world *world, enum world_kind from, int from_at, enum world_kind to,
                 int to_at, void *event)
{
    struct world_message *message = blank(sizeof *message);
    struct wf_event_meta *meta = event;
    meta->from = wf_address_make(WF_EXAM, machines[from]->kind, name_of(world, from, from_at));
    *message = (struct world_message){
        .from = from, .to = to, .from_at = from_at, .to_at = to_at, .event = event};
    *world->last = message;
    world->last = &message->next;
}

/* ---- what a paper decided ---- */

static void want(struct exam_world *world, int at, const struct paper_seat *seat)
{
    struct seat_event *event = exam_world_event(WORLD_SEAT);
    int before = world->seat_count, place = seat_at(world, seat->code);
    if (place < before)
        world->broken = "a code was used twice";
    event->kind = SEAT_EVENT_WANTED;
    memcpy(event->handle, world->handles[at], sizeof world->handles[at]);
    memcpy(event->reader, seat->reader, sizeof event->reader);
    event->place = (uint32_t)seat->place;
    event->round = seat->round;
    event->pack = world->papers[at].pack;
    event->text.version = world->papers[at].text_version;
    send(world, WORLD_PAPER, at, WORLD_SEAT, place, event);
}

/* As paper_plan.c wants a calibration seat. */
static void want_lent(struct exam_world *world, int at)
{
    const struct paper *paper = &world->papers[at];
    const struct paper_lent *lent = &paper->lent[paper->lent_count - 1];
    struct seat_event *event = exam_world_event(WORLD_SEAT);
    int before = world->seat_count, place = seat_at(world, lent->code);
    if (place < before)
        world->broken = "a code was used twice";
    event->kind = SEAT_EVENT_WANTED;
    memcpy(event->handle, world->handles[at], sizeof world->handles[at]);
    memcpy(event->reader, lent->reader, sizeof event->reader);
    event->calibration = true;
    event->key_hundredths = paper_key(paper);
    event->pack = paper->pack;
    event->text.version = paper->text_version;
    world->lent++;
    send(world, WORLD_PAPER, at, WORLD_SEAT, place, event);
}

static void order(struct exam_world *world, int at, const struct paper_order *given)
{
    static const enum seat_event_kind kinds[] = {
        [PAPER_ORDER_CLOSE] = SEAT_EVENT_CLOSE,      [PAPER_ORDER_SET_ASIDE] = SEAT_EVENT_ASIDE,
        [PAPER_ORDER_COUNT] = SEAT_EVENT_COUNTED,    [PAPER_ORDER_PAUSE] = SEAT_EVENT_PAUSE,
        [PAPER_ORDER_RESUME] = SEAT_EVENT_RESUME,    [PAPER_ORDER_CORRECT] = SEAT_EVENT_CORRECT,
        [PAPER_ORDER_WITHDRAW] = SEAT_EVENT_WITHDRAW};
    struct seat_event *event = exam_world_event(WORLD_SEAT);
    event->kind = kinds[given->kind];
    event->text.version = world->papers[at].text_version;
    world->closed += given->kind <= PAPER_ORDER_SET_ASIDE;
    world->withdrawn += given->kind == PAPER_ORDER_WITHDRAW;
    send(world, WORLD_PAPER, at, WORLD_SEAT, seat_at(world, given->code), event);
}

/* As paper_plan.c says it to the pool. */
static void need(struct exam_world *world, int at)
{
    const struct paper *paper = &world->papers[at];
    struct pool_event *event = exam_world_event(WORLD_POOL);
    bool over = paper->state == PAPER_RELEASED || paper->state == PAPER_VOID;
    bool reading = paper->state >= PAPER_ASSIGNING && paper->state <= PAPER_IN_THIRD;
    event->kind = POOL_EVENT_NEEDS;
    event->seen = paper->seen;
    event->round = over ? 0 : paper->round;
    event->calibrates = paper_calibrates(paper);
    event->resting = event->calibrates && paper->paused;
    event->lent = paper->lent_count;
    event->category = paper->category;
    memcpy(event->form, paper->form, sizeof event->form);
    memcpy(event->language, paper->language, sizeof event->language);
    event->token_count = paper->token_count;
    memcpy(event->tokens, paper->tokens, sizeof event->tokens);
    for (int32_t place = 1; place <= EXAM_PLACES && !over; place++) {
        int32_t seat = paper_seat_at(paper, place);
        bool wanted = reading && !paper->paused && paper->seat_count < PAPER_SEATS_MAX &&
                      (place < 3 || (paper->third && !paper->third_lost));
        if (seat < 0 && !wanted)
            continue;
        struct pool_wish *wish = &event->wishes[event->wish_count++];
        wish->place = place;
        if (seat >= 0) {
            memcpy(wish->reader, paper->seats[seat].reader, sizeof wish->reader);
            wish->opened = paper->seats[seat].state != PAPER_SEAT_OFFERED;
        }
    }
    for (int32_t i = 0; i < paper->seat_count; i++)
        memcpy(event->held[event->held_count++].id, paper->seats[i].reader,
               sizeof event->held[0].id);
    for (int32_t i = 0; i < paper->lent_count; i++)
        memcpy(event->held[event->held_count++].id, paper->lent[i].reader,
               sizeof event->held[0].id);
    send(world, WORLD_PAPER, at, WORLD_POOL, 0, event);
}

static int locked_of(const struct paper *paper)
{
    int locked = 0;
    for (int32_t place = 1; place <= 2; place++) {
        int32_t seat = paper_seat_at(paper, place);
        locked += seat >= 0 && paper->seats[seat].state == PAPER_SEAT_LOCKED;
    }
    return locked;
}

static void after_paper(struct exam_world *world, int at, const struct paper_event *event,
                        const struct paper_effects *done)
{
    const struct paper *paper = &world->papers[at];
    bool first = event->kind == PAPER_EVENT_SUBMITTED && locked_of(paper) == 1;
    if (first && (done->waiting || done->released || done->gate || done->order_count))
        world->leaks++; /* E3: one of two shows outside */
    for (int32_t i = 0; i < done->opened_count; i++)
        want(world, at, &paper->seats[done->opened[i]]);
    if (done->lends)
        want_lent(world, at);
    for (int32_t i = 0; i < done->order_count; i++)
        order(world, at, &done->orders[i]);
    if (done->needs)
        need(world, at);
    world->committees += done->waiting && paper->state == PAPER_COMMITTEE;
    world->certificates += event->lacking[0] != '\0';
    if (done->released) {
        world->released++;
        world->thirds += paper->result.path == ADJUDICATE_PATH_THIRD;
        world->rescored += paper->round > 1;
    }
    if (done->gate) {
        struct paper_event *gated = exam_world_event(WORLD_PAPER);
        gated->kind = PAPER_EVENT_GATED;
        gated->resolution = paper->resolution + 1;
        gated->agrees = exam_world_roll(world, 5) != 0;
        send(world, WORLD_PAPER, at, WORLD_PAPER, at, gated);
    }
}

/* ---- what a seat decided ---- */

static void tell_pool(struct exam_world *world, int at, const struct seat_effects *done)
{
    static const enum pool_told kinds[] = {[SEAT_CALIBRATION_OPENED] = POOL_TOLD_OPENED,
                                           [SEAT_CALIBRATION_GONE] = POOL_TOLD_GONE,
                                           [SEAT_CALIBRATION_WITHIN] = POOL_TOLD_WITHIN,
                                           [SEAT_CALIBRATION_OUTSIDE] = POOL_TOLD_OUTSIDE};
    const struct seat *seat = &world->seats[at];
    if (done->calibration == SEAT_CALIBRATION_NOTHING)
        return;
    struct pool_event *told = exam_world_event(WORLD_POOL);
    told->kind = POOL_EVENT_CALIBRATION;
    told->told = kinds[done->calibration];
    memcpy(told->reader, seat->reader, sizeof told->reader);
    memcpy(told->handle, seat->handle, sizeof told->handle);
    world->judged += done->calibration >= SEAT_CALIBRATION_WITHIN;
    send(world, WORLD_SEAT, at, WORLD_POOL, 0, told);
}

static void after_seat(struct exam_world *world, int at, const struct seat_event *event,
                       const struct seat_effects *done)
{
    static const enum paper_event_kind kinds[] = {
        [SEAT_TOLD_IT_OPENED] = PAPER_EVENT_OPENED,
        [SEAT_TOLD_IT_SUBMITTED] = PAPER_EVENT_SUBMITTED,
        [SEAT_TOLD_IT_GONE] = PAPER_EVENT_GONE,
        [SEAT_TOLD_IT_KNOWN] = PAPER_EVENT_KNOWN,
        [SEAT_TOLD_IT_QUESTIONED] = PAPER_EVENT_QUESTIONED,
        [SEAT_TOLD_IT_CORRECTION] = PAPER_EVENT_CORRECTION};
    const struct seat *seat = &world->seats[at];
    tell_pool(world, at, done);
    if (done->told == SEAT_TOLD_NOTHING)
        return;
    struct paper_event *told = exam_world_event(WORLD_PAPER);
    told->kind = kinds[done->told];
    told->known = seat->known;
    told->text_version = seat->text_version;
    told->sheet = seat->sheet;
    told->scores = event->scores;
    send(world, WORLD_SEAT, at, WORLD_PAPER, paper_at(world, seat->handle), told);
}

/* ---- what the pool decided ---- */

static void after_pool(struct exam_world *world, const struct pool_event *event,
                       const struct pool_effects *done)
{
    static const char *const whys[] = {"", "conflict", "unqualified", "moved"};
    const struct pool *pool = world->pool;
    for (int32_t at = 0; at < pool->paper_count; at++) {
        const struct pool_paper *paper = &pool->papers[at];
        if (!done->chosen[at])
            continue;
        struct paper_event *chosen = exam_world_event(WORLD_PAPER);
        chosen->kind = PAPER_EVENT_CHOSEN;
        chosen->choice = paper->choice;
        chosen->round = paper->round;
        for (int32_t place = 0; place < EXAM_PLACES; place++) {
            if (!done->changed[at][place])
                continue;
            struct paper_slot *slot = &chosen->slots[chosen->slot_count++];
            slot->place = place + 1;
            (void)snprintf(slot->why, sizeof slot->why, "%s", whys[done->why[at][place]]);
            int32_t reader = paper->slots[place].reader;
            if (reader != POOL_NOBODY)
                memcpy(slot->reader, pool->readers[reader].id, sizeof slot->reader);
            if (reader != POOL_NOBODY && pool->readers[reader].recalibrating)
                world->broken = "E1: a reader who is recalibrating got a paper";
        }
        if (done->lack[at])
            memcpy(chosen->lacking, event->lacks[done->lack[at] - 1].certificate,
                   sizeof chosen->lacking);
        send(world, WORLD_POOL, 0, WORLD_PAPER, paper_at(world, paper->handle), chosen);
    }
    for (int32_t i = 0; i < done->lending_count; i++) {
        const struct pool_lending *lending = &done->lendings[i];
        struct paper_event *lent = exam_world_event(WORLD_PAPER);
        lent->kind = PAPER_EVENT_LENT;
        lent->choice = lending->choice;
        memcpy(lent->reader, pool->readers[lending->reader].id, sizeof lent->reader);
        (void)snprintf(lent->why, sizeof lent->why, "%s", whys[lending->why]);
        send(world, WORLD_POOL, 0, WORLD_PAPER,
             paper_at(world, pool->papers[lending->paper].handle), lent);
    }
    for (int32_t i = 0; i < pool->reader_count; i++)
        world->recalibrating += pool->readers[i].recalibrating;
    world->plan_wanted = world->plan_wanted || done->plan;
    world->repair_wanted = world->repair_wanted || done->repair;
}

/* ---- steps ---- */

static void keep(struct exam_world *world, enum world_kind kind, int at, void *event)
{
    struct world_entry *entry = blank(sizeof *entry);
    *entry = (struct world_entry){.kind = kind, .at = at, .event = event, .now = world->now};
    *world->end = entry;
    world->end = &entry->next;
}

static struct wf_verdict give_once(struct exam_world *world, enum world_kind to, int at,
                                   void *event)
{
    const struct wf_machine *machine = machines[to];
    struct wf_event_meta *meta = event;
    void *after = blank(machine->state_size), *effects = blank(machine->effects_size);
    void *state = state_of(world, to, at);
    for (size_t i = 0; i < sizeof meta->entropy; i++)
        meta->entropy[i] = (uint8_t)virtual_random(&world->random);
    meta->self = wf_address_make(WF_EXAM, machine->kind, name_of(world, to, at));
    struct wf_verdict verdict =
        machine->step(&world->policy, state, event, world->now, after, effects);
    if (verdict.step == WF_APPLIED) {
        memcpy(state, after, machine->state_size);
        if (!machine->holds(state, &world->broken) && !world->broken)
            world->broken = "an invariant";
        if (to == WORLD_PAPER)
            after_paper(world, at, event, effects);
        else if (to == WORLD_SEAT)
            after_seat(world, at, event, effects);
        else
            after_pool(world, event, effects);
        keep(world, to, at, event);
    } else {
        free(event);
    }
    free(after);
    free(effects);
    return verdict;
}

/* The runtime's gates drop what comes again.  Should one not, there is still no second seat, order, choice or
 * result.  The pool may plan once more; a seat may pass a question on again, which its paper then drops. */
static void give_again(struct exam_world *world, enum world_kind to, int at, void *event)
{
    struct world_message **end = world->last;
    unsigned released = world->released;
    (void)give_once(world, to, at, event);
    bool twice = world->released != released;
    for (struct world_message *sent = *end; sent; sent = sent->next)
        twice = twice || (sent->to != WORLD_POOL && sent->from != WORLD_SEAT);
    if (twice && !world->broken)
        world->broken = "what came twice was acted on twice";
}

struct wf_verdict exam_world_give(struct exam_world *world, enum world_kind to, int at, void *event)
{
    void *second = NULL;
    if (world->redelivers) {
        second = exam_world_event(to);
        memcpy(second, event, machines[to]->event_size);
    }
    struct wf_verdict verdict = give_once(world, to, at, event);
    if (second)
        give_again(world, to, at, second);
    return verdict;
}

static bool is_same_lane(const struct world_message *a, const struct world_message *b)
{
    return a->from == b->from && a->from_at == b->from_at && a->to == b->to && a->to_at == b->to_at;
}

static bool is_head(const struct exam_world *world, const struct world_message *message)
{
    for (const struct world_message *at = world->first; at != message; at = at->next)
        if (is_same_lane(at, message))
            return false;
    return true;
}

bool exam_world_deliver(struct exam_world *world)
{
    unsigned count = 0;
    for (struct world_message *at = world->first; at; at = at->next)
        count += is_head(world, at);
    if (count == 0)
        return false;
    unsigned drawn = exam_world_roll(world, count);
    struct world_message **link = &world->first;
    while (!is_head(world, *link) || drawn-- > 0)
        link = &(*link)->next;
    struct world_message *message = *link;
    *link = message->next;
    if (world->last == &message->next)
        world->last = link;
    (void)exam_world_give(world, message->to, message->to_at, message->event);
    free(message);
    return true;
}

void exam_world_plan(struct exam_world *world)
{
    bool wanted = world->plan_wanted, repair = world->repair_wanted;
    world->plan_wanted = world->repair_wanted = false;
    if (!wanted)
        return;
    struct pool_event *planned = exam_world_event(WORLD_POOL);
    pool_choose(world->pool, wf_time_to_utc_date(world->now), repair, planned);
    planned->calibration_percent = world->policy.calibration_percent;
    (void)exam_world_give(world, WORLD_POOL, 0, planned);
}

bool exam_world_settle(struct exam_world *world)
{
    for (int i = 0; i < 20000 && !world->broken; i++) {
        bool moved = exam_world_deliver(world);
        if (!moved && !world->plan_wanted)
            return true;
        exam_world_plan(world);
    }
    return false;
}

void exam_world_tokens(struct paper_event *event, int at, unsigned group)
{
    event->token_count = 2;
    event->tokens[0].kind = ENDORSE__V1__TOKEN_KIND__TOKEN_EMPLOYER;
    event->tokens[0].bytes[0] = (uint8_t)group;
    event->tokens[1].kind = ENDORSE__V1__TOKEN_KIND__TOKEN_AUTHOR;
    event->tokens[1].bytes[0] = (uint8_t)(at + 1);
}

struct wf_verdict exam_world_seal(struct exam_world *world, unsigned group)
{
    int at = world->paper_count++;
    struct paper_event *event = exam_world_event(WORLD_PAPER);
    WF_ASSERT(at < WORLD_PAPERS);
    (void)snprintf(world->handles[at], sizeof world->handles[at], "P%03u", (unsigned)at % 1000);
    event->kind = PAPER_EVENT_SEALED;
    event->category = 7;
    (void)snprintf(event->form, sizeof event->form, "form-1");
    (void)snprintf(event->language, sizeof event->language, "en");
    event->pack = world->pack;
    event->text.version = 1;
    exam_world_tokens(event, at, group);
    return exam_world_give(world, WORLD_PAPER, at, event);
}

static void tick_one(struct exam_world *world, enum world_kind kind, int at)
{
    wf_time due = machines[kind]->next_deadline(&world->policy, state_of(world, kind, at));
    if (due <= world->now)
        (void)exam_world_give(world, kind, at, exam_world_event(kind));
}

void exam_world_tick(struct exam_world *world)
{
    for (int i = 0; i < world->paper_count; i++)
        tick_one(world, WORLD_PAPER, i);
    for (int i = 0; i < world->seat_count; i++)
        tick_one(world, WORLD_SEAT, i);
    tick_one(world, WORLD_POOL, 0);
}

/* ---- replay ---- */

static bool reads_back(const struct wf_machine *machine, const void *state)
{
    struct wf_fields fields = {0};
    struct wf_error error = {0};
    void *again = blank(machine->state_size);
    machine->write(state, &fields);
    wf_fields_sort(&fields);
    bool same = machine->read(&fields, again, &error) == 0;
    struct wf_fields once_more = {0};
    if (same)
        machine->write(again, &once_more);
    same = same && fields.count == once_more.count;
    for (size_t i = 0; same && i < fields.count; i++)
        same = fields.rows[i].value.length == once_more.rows[i].value.length &&
               memcmp(fields.rows[i].value.data, once_more.rows[i].value.data,
                      fields.rows[i].value.length) == 0;
    wf_fields_fini(&fields);
    wf_fields_fini(&once_more);
    free(again);
    return same;
}

static bool replays_one(struct exam_world *world, enum world_kind kind, int at)
{
    const struct wf_machine *machine = machines[kind];
    void *state = blank(machine->state_size), *effects = blank(machine->effects_size);
    void *after = blank(machine->state_size);
    bool applied = true;
    for (struct world_entry *entry = world->journal; entry && applied; entry = entry->next) {
        if (entry->kind != kind || entry->at != at)
            continue;
        memset(after, 0, machine->state_size);
        memset(effects, 0, machine->effects_size);
        applied =
            machine->step(&world->policy, state, entry->event, entry->now, after, effects).step ==
            WF_APPLIED;
        memcpy(state, after, machine->state_size);
    }
    bool same = applied && memcmp(state, state_of(world, kind, at), machine->state_size) == 0 &&
                reads_back(machine, state);
    free(state);
    free(effects);
    free(after);
    return same;
}

bool exam_world_replays(struct exam_world *world)
{
    bool same = replays_one(world, WORLD_POOL, 0);
    for (int i = 0; i < world->paper_count && same; i++)
        same = replays_one(world, WORLD_PAPER, i);
    for (int i = 0; i < world->seat_count && same; i++)
        same = replays_one(world, WORLD_SEAT, i);
    return same;
}

bool exam_world_plans_repeat(struct exam_world *world)
{
    struct pool_replay *replay = pool_replay_open();
    for (struct world_entry *entry = world->journal; entry; entry = entry->next)
        if (entry->kind == WORLD_POOL)
            pool_replay_event(replay, entry->event, entry->now, "");
    pool_replay_finish(replay);
    bool same = pool_replay_report(replay).fault_count == 0;
    pool_replay_close(&replay);
    return same;
}

/* ---- the world ---- */

struct exam_world *exam_world_open(uint64_t seed)
{
    struct exam_world *world = blank(sizeof *world);
    world->policy = (struct exam_policy){.respond_days = 5,
                                         .due_days = 21,
                                         .grace_days = 3,
                                         .attestation_hours = 72,
                                         .committee_members = 3,
                                         .calibration_percent = 5};
    world->now = INT64_C(1767225600000);
    world->random = seed;
    world->pool = blank(sizeof *world->pool);
    world->last = &world->first;
    world->end = &world->journal;
    return world;
}

void exam_world_close(struct exam_world *world)
{
    for (struct world_message *at = world->first, *next; at; at = next) {
        next = at->next;
        free(at->event);
        free(at);
    }
    for (struct world_entry *at = world->journal, *next; at; at = next) {
        next = at->next;
        free(at->event);
        free(at);
    }
    free(world->pool);
    free(world);
}
