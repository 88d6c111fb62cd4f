/* What the shell holds, and the tables of its machines. */
#include "exam_service.h"

#include "rules_file.h"
#include "wf_conf_folder.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_SIZE = 512 * 1024 };

/* Rule packs on their way in. */
struct reading {
    struct adjudicate_pack *packs;
    size_t count;
};

static int read_pack(void *context, const char *path, const char *name, struct wf_error *error)
{
    struct reading *reading = context;
    (void)name;
    if (reading->count == EXAM_PACKS_MAX)
        return wf_fail(error, WF_CONFIG, "%s: there are more than %d rule packs", path,
                       EXAM_PACKS_MAX);
    return rules_file_read(path, &reading->packs[reading->count++], error);
}

int exam_service_reload(struct exam_service *service, const char *rules_folder,
                        struct wf_error *error)
{
    struct reading reading = {.packs = calloc(EXAM_PACKS_MAX, sizeof *reading.packs)};
    WF_ASSERT(reading.packs);
    int result = wf_conf_folder_read(rules_folder, ".conf", read_pack, &reading, error);
    if (result == 0) {
        memcpy(service->packs, reading.packs, EXAM_PACKS_MAX * sizeof *reading.packs);
        service->pack_count = reading.count;
    }
    free(reading.packs);
    return result;
}

int exam_service_init(struct exam_service *service, const char *rules_folder,
                      struct wf_error *error)
{
    wf_arena_init(&service->arena, ARENA_SIZE);
    return exam_service_reload(service, rules_folder, error);
}

void exam_service_fini(struct exam_service *service)
{
    wf_arena_fini(&service->arena);
    memset(service, 0, sizeof *service);
}

/* ---- machines ---- */

#define WF_X(symbol, its_code, its_text) {.code = its_code, .text = its_text},
static const struct wf_reason paper_reasons[] = {PAPER_REASONS(WF_X)};
static const struct wf_reason seat_reasons[] = {SEAT_REASONS(WF_X)};
static const struct wf_reason pool_reasons[] = {POOL_REASONS(WF_X)};
#undef WF_X
static const struct wf_reason operator_reasons[] = {{.code = "", .text = ""}};

const struct wf_machine paper_machine = {
    .kind = "paper",
    .discreet = true,
    .state_size = sizeof(struct paper),
    .event_size = sizeof(struct paper_event),
    .effects_size = sizeof(struct paper_effects),
    .step = paper_step,
    .next_deadline = paper_next_deadline,
    .holds = paper_holds,
    .reasons = paper_reasons,
    .reason_count = PAPER_REASON_COUNT,
    .read = paper_read,
    .write = paper_write,
    .plan = paper_plan,
};
const struct wf_machine seat_machine = {
    .kind = "seat",
    .discreet = true,
    .state_size = sizeof(struct seat),
    .event_size = sizeof(struct seat_event),
    .effects_size = sizeof(struct seat_effects),
    .step = seat_step,
    .next_deadline = seat_next_deadline,
    .holds = seat_holds,
    .reasons = seat_reasons,
    .reason_count = SEAT_REASON_COUNT,
    .read = seat_read,
    .write = seat_write,
    .plan = seat_plan,
};
const struct wf_machine pool_machine = {
    .kind = "pool",
    .discreet = true,
    .state_size = sizeof(struct pool),
    .event_size = sizeof(struct pool_event),
    .effects_size = sizeof(struct pool_effects),
    .step = pool_step,
    .next_deadline = pool_next_deadline,
    .holds = pool_holds,
    .reasons = pool_reasons,
    .reason_count = POOL_REASON_COUNT,
    .read = pool_read,
    .write = pool_write,
    .plan = pool_plan,
};
const struct wf_machine operator_machine = {
    .kind = "operator",
    .state_size = sizeof(struct operator_card),
    .event_size = sizeof(struct operator_event),
    .effects_size = sizeof(struct operator_effects),
    .step = operator_step,
    .next_deadline = operator_next_deadline,
    .holds = operator_holds,
    .reasons = operator_reasons,
    .reason_count = 1,
    .read = operator_read,
    .write = operator_write,
    .plan = operator_plan,
};

#define ROW(message, machine, decode)                                                              \
    {                                                                                              \
        WF_MESSAGE_##message, &machine, NULL, decode, NULL                                         \
    }
#define ACT(message, machine, decode)                                                              \
    {                                                                                              \
        WF_MESSAGE_##message, &machine, exam_seal_act, decode, NULL                                \
    }
const struct wf_handler exam_handlers[] = {
    ROW(PAPER_SEALED, paper_machine, paper_decode),
    ROW(PAPER_TEXT_REPLACED, paper_machine, paper_decode),
    ROW(PAPER_TOKENS_CHANGED, paper_machine, paper_decode),
    ROW(PAPER_HELD, paper_machine, paper_decode),
    ROW(PAPER_VOIDED, paper_machine, paper_decode),
    ROW(PAPER_APPEALED, paper_machine, paper_decode),
    ROW(OPERATOR_EXCLUDED, paper_machine, paper_decode),
    ROW(READERS_CHOSEN, paper_machine, paper_decode),
    ROW(CALIBRATION_CHOSEN, paper_machine, paper_decode),
    ROW(SEAT_TOLD, paper_machine, paper_decode),
    ROW(PAPER_GATED, paper_machine, paper_decode),
    ACT(SPLIT_DECIDED, paper_machine, paper_decode),
    ACT(NON_CONFLICT_PINNED, paper_machine, paper_decode),
    ROW(SEAT_WANTED, seat_machine, seat_decode),
    ROW(SEAT_ORDERED, seat_machine, seat_decode),
    ROW(SEAT_ACCEPTED, seat_machine, seat_decode),
    ROW(SEAT_DECLINED, seat_machine, seat_decode),
    ROW(SEAT_OPENED, seat_machine, seat_decode),
    ROW(SEAT_RECUSED, seat_machine, seat_decode),
    ROW(SEAT_SUBMITTED, seat_machine, seat_decode),
    ROW(SEAT_QUESTIONED, seat_machine, seat_decode),
    ROW(SEAT_WRITER_KNOWN, seat_machine, seat_decode),
    ROW(SEAT_CORRECTION_REQUESTED, seat_machine, seat_decode),
    ACT(CORRECTION_APPROVED, seat_machine, seat_decode),
    ROW(READER_CARD, pool_machine, pool_decode),
    ROW(PAPER_NEEDS, pool_machine, pool_decode),
    ROW(READER_TOLD, pool_machine, pool_decode),
    ROW(POOL_PLANNED, pool_machine, pool_decode),
    ROW(OPERATOR_CARD, operator_machine, operator_decode),
};
const size_t exam_handler_count = sizeof exam_handlers / sizeof exam_handlers[0];
