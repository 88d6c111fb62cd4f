/* Decisions of the pool -> messages to papers and readers; the list of operators. */
#include "exam_service.h"

#include "wf_seal.h"

#include <string.h>

static const char *const whys[] = {[POOL_WHY_NONE] = "",
                                   [POOL_WHY_CONFLICT] = "conflict",
                                   [POOL_WHY_UNQUALIFIED] = "unqualified",
                                   [POOL_WHY_MOVED] = "moved"};

static void choose(const struct pool_event *event, const struct pool *pool,
                   const struct pool_effects *effects, int32_t at, struct wf_plan *plan)
{
    const struct pool_paper *paper = &pool->papers[at];
    Endorse__V1__ReadersChosen message = ENDORSE__V1__READERS_CHOSEN__INIT;
    Endorse__V1__PaperSlot slots[EXAM_PLACES], *rows[EXAM_PLACES];
    for (int32_t place = 0; place < EXAM_PLACES; place++) {
        if (!effects->changed[at][place])
            continue;
        Endorse__V1__PaperSlot *slot = &slots[message.n_slots];
        int32_t reader = paper->slots[place].reader;
        endorse__v1__paper_slot__init(slot);
        slot->place = (uint32_t)(place + 1);
        slot->why = (char *)whys[effects->why[at][place]];
        if (reader != POOL_NOBODY)
            slot->reader = (char *)pool->readers[reader].id;
        rows[message.n_slots++] = slot;
    }
    message.choice = paper->choice;
    message.round = paper->round;
    message.slots = rows;
    if (effects->lack[at])
        message.lacking = (char *)event->lacks[effects->lack[at] - 1].certificate;
    wf_plan_send(plan, WF_MESSAGE_READERS_CHOSEN, paper->handle, &message.base);
}

static void lend(const struct pool *pool, const struct pool_lending *lending, struct wf_plan *plan)
{
    Endorse__V1__CalibrationChosen message = ENDORSE__V1__CALIBRATION_CHOSEN__INIT;
    message.reader = (char *)pool->readers[lending->reader].id;
    message.why = (char *)whys[lending->why];
    message.choice = lending->choice;
    wf_plan_send(plan, WF_MESSAGE_CALIBRATION_CHOSEN, pool->papers[lending->paper].handle,
                 &message.base);
}

static void notify(const struct pool_event *event, struct wf_plan *plan)
{
    char due[WF_DATE_TEXT];
    Endorse__V1__ReaderNotice message = ENDORSE__V1__READER_NOTICE__INIT;
    wf_date_format((wf_date)event->due, due);
    message.kind = (Endorse__V1__ReaderNoticeKind)event->notice;
    message.due_on = due;
    wf_plan_send(plan, WF_MESSAGE_READER_NOTICE, event->reader, &message.base);
}

int pool_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
              const void *after, const void *effects, struct wf_plan *plan, struct wf_error *error)
{
    const struct pool *pool = after;
    const struct pool_effects *done = effects;
    (void)service;
    (void)before;
    (void)error;
    if (verdict.step != WF_APPLIED)
        return 0;
    for (int32_t i = 0; i < pool->paper_count; i++)
        if (done->chosen[i])
            choose(event, pool, done, i, plan);
    for (int32_t i = 0; i < done->lending_count; i++)
        lend(pool, &done->lendings[i], plan);
    if (done->notice)
        notify(event, plan);
    if (done->plan) {
        struct exam_job job = {.kind = EXAM_JOB_PLAN, .repair = done->repair};
        wf_plan_perform(plan, &job, sizeof job);
    }
    if (done->seeded) {
        struct exam_job job = {.kind = EXAM_JOB_SEED};
        wf_sha256((struct wf_bytes){pool->seeds[pool->seed_count - 1].bytes, POOL_SEED},
                  job.seed_sha256);
        wf_plan_perform(plan, &job, sizeof job);
    }
    return 0;
}

int operator_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
                  const void *after, const void *effects, struct wf_plan *plan,
                  struct wf_error *error)
{
    const struct operator_event *said = event;
    struct wf_fields fields = {0};
    (void)service;
    (void)before;
    (void)effects;
    (void)error;
    if (verdict.step != WF_APPLIED)
        return 0;
    operator_write(after, &fields);
    struct wf_index index = {
        .op = WF_INDEX_HASH_PUT,
        .name = {(const uint8_t *)"operators", 9},
        .member = {(const uint8_t *)said->meta.self.id, strlen(said->meta.self.id)},
        .value = fields.rows[0].value};
    wf_plan_index(plan, &index);
    wf_fields_fini(&fields);
    return 0;
}
