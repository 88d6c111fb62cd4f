/* Jobs that a commit leaves behind: choosing readers, asking the gate, publishing a seed's hash.  Their
 * results come back as acts; a job that a crash took is given again by its machine's deadline. */
#include "exam_service.h"

#include "wf_config.h"
#include "wf_log.h"
#include "wf_seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Loads the state of an aggregate as it is stored now. */
static int load(struct wf_store *store, const struct wf_machine *machine, const char *id,
                void *state, struct wf_error *error)
{
    struct wf_load wanted = {.kind = machine->kind, .id = id};
    int result = wf_store_load(store, &wanted, 1, error);
    if (result == 0)
        result = machine->read(&wanted.fields, state, error);
    wf_fields_fini(&wanted.fields);
    return result;
}

static void submit(struct wf_worker *worker, enum wf_message message, const struct wf_address *to,
                   const struct wf_buffer *packed)
{
    const struct wf_act act = {.message = message,
                               .to = *to,
                               .actor = "exam",
                               .key = "",
                               .message_id = "job",
                               .payload = wf_buffer_bytes(packed)};
    (void)wf_worker_submit(worker, &act); /* full: the deadline comes again */
}

/* ---- choosing readers ---- */

void exam_pack_plan(struct pool_event *planned, struct wf_buffer *packed)
{
    static Endorse__V1__PlannedSlot slots[POOL_ROWS_MAX], *slot_rows[POOL_ROWS_MAX];
    static Endorse__V1__PlannedLack lacks[POOL_LACKS_MAX], *lack_rows[POOL_LACKS_MAX];
    Endorse__V1__PoolPlanned message = ENDORSE__V1__POOL_PLANNED__INIT;
    for (int32_t i = 0; i < planned->row_count; i++) {
        endorse__v1__planned_slot__init(&slots[i]);
        slots[i].handle = planned->rows[i].handle;
        slots[i].place = (uint32_t)planned->rows[i].place;
        slots[i].reader = planned->rows[i].reader;
        slot_rows[i] = &slots[i];
    }
    for (int32_t i = 0; i < planned->lack_count; i++) {
        endorse__v1__planned_lack__init(&lacks[i]);
        lacks[i].handle = planned->lacks[i].handle;
        lacks[i].certificate = planned->lacks[i].certificate;
        lack_rows[i] = &lacks[i];
    }
    char made_on[WF_DATE_TEXT];
    wf_date_format(planned->made_on, made_on);
    message.plan = planned->plan;
    message.made_on = made_on;
    message.repaired = planned->repaired;
    message.calibration_percent = (uint32_t)planned->calibration_percent;
    message.slots = slot_rows;
    message.n_slots = (size_t)planned->row_count;
    message.lacking = lack_rows;
    message.n_lacking = (size_t)planned->lack_count;
    wf_pack(&message.base, packed);
}

static int choose(struct exam_service *service, struct wf_worker *worker,
                  const struct wf_address *address, bool repair, struct wf_error *error)
{
    struct pool *pool = calloc(1, sizeof *pool);
    struct pool_event *planned = calloc(1, sizeof *planned);
    struct wf_buffer packed = {0};
    WF_ASSERT(pool && planned);
    int result = load(service->store, &pool_machine, address->id, pool, error);
    if (result == 0) {
        pool_choose(pool, wf_time_to_utc_date(wf_worker_now(worker)), repair, planned);
        planned->calibration_percent = service->policy.calibration_percent;
        exam_pack_plan(planned, &packed);
        submit(worker, WF_MESSAGE_POOL_PLANNED, address, &packed);
    }
    wf_buffer_fini(&packed);
    free(pool);
    free(planned);
    return result;
}

/* ---- the gate ---- */

static int ask_gate(struct exam_service *service, struct wf_worker *worker,
                    const struct wf_address *address, struct wf_error *error)
{
    char why[EXAM_CERTIFICATE_MAX + 1];
    Endorse__V1__PaperGated message = ENDORSE__V1__PAPER_GATED__INIT;
    struct paper *paper = calloc(1, sizeof *paper);
    struct wf_buffer packed = {0};
    WF_ASSERT(paper);
    int result = load(service->store, &paper_machine, address->id, paper, error);
    if (result == 0 && paper->result.decided) {
        message.resolution = paper->resolution + 1;
        message.agrees = exam_gate_agrees(service, address->id, paper, why);
        message.why = why;
        if (!message.agrees)
            wf_log(WF_LOG_EXAM_GATE, "paper=%s resolution=%u", address->id, message.resolution);
        wf_pack(&message.base, &packed);
        submit(worker, WF_MESSAGE_PAPER_GATED, address, &packed);
    }
    wf_buffer_fini(&packed);
    free(paper);
    return result;
}

static void publish_seed(const uint8_t sha256[static 32])
{
    char hex[65];
    for (size_t i = 0; i < 32; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", sha256[i]);
    wf_log(WF_LOG_EXAM_SEED, "sha256=%s", hex);
}

void exam_announce_seed(struct exam_service *service, struct wf_worker *worker)
{
    const struct wf_config *config = wf_worker_config(worker);
    struct wf_error error = {0};
    uint8_t digest[32];
    if (wf_partition(EXAM_POOL) % wf_config_instances(config, WF_EXAM) !=
        (unsigned)wf_config_number(config, "instance"))
        return;
    struct pool *pool = calloc(1, sizeof *pool);
    WF_ASSERT(pool);
    if (load(service->store, &pool_machine, EXAM_POOL, pool, &error) < 0) {
        wf_log(WF_LOG_EFFECT_FAILED, "job=%d reason=%s", (int)EXAM_JOB_SEED,
               wf_error_name(error.code));
    } else if (pool->seed_count > 0) {
        wf_sha256((struct wf_bytes){pool->seeds[pool->seed_count - 1].bytes, POOL_SEED}, digest);
        publish_seed(digest);
    }
    free(pool);
}

void exam_perform(void *service, struct wf_worker *worker, const struct wf_address *aggregate,
                  const void *job, size_t size)
{
    struct exam_job given;
    struct wf_error error = {0};
    int result = 0;
    WF_ASSERT(size == sizeof given);
    memcpy(&given, job, sizeof given);
    if (given.kind == EXAM_JOB_PLAN)
        result = choose(service, worker, aggregate, given.repair, &error);
    else if (given.kind == EXAM_JOB_GATE)
        result = ask_gate(service, worker, aggregate, &error);
    else
        publish_seed(given.seed_sha256);
    if (result < 0) /* the deadline of the machine gives the job again */
        wf_log(WF_LOG_EFFECT_FAILED, "job=%d reason=%s", (int)given.kind,
               wf_error_name(error.code));
}
