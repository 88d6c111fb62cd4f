/* What the shell holds, and the tables of its machines. */
#include "exam_service.h"

#include "rules_file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_SIZE = 512 * 1024, PATH_SIZE = 1024 };

static bool is_pack(const char *name)
{
    size_t length = strlen(name);
    return length > 5 && strcmp(name + length - 5, ".conf") == 0;
}

static int read_packs(const char *folder, struct adjudicate_pack *packs, size_t *count,
                      struct wf_error *error)
{
    struct dirent **names = NULL;
    char path[PATH_SIZE];
    int result = 0, found = scandir(folder, &names, NULL, alphasort);
    *count = 0;
    if (found < 0)
        return wf_fail(error, WF_CONFIG, "cannot read the folder of rule packs %s", folder);
    for (int i = 0; i < found; i++) {
        int length = snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        if (result == 0 && is_pack(names[i]->d_name)) {
            if (length >= PATH_SIZE || *count == EXAM_PACKS_MAX)
                result = wf_fail(error, WF_CONFIG, "too many rule packs in %s", folder);
            else
                result = rules_file_read(path, &packs[(*count)++], error);
        }
        free(names[i]);
    }
    free(names);
    return result;
}

int exam_service_reload(struct exam_service *service, const char *rules_folder,
                        struct wf_error *error)
{
    size_t count = 0;
    struct adjudicate_pack *packs = calloc(EXAM_PACKS_MAX, sizeof *packs);
    WF_ASSERT(packs);
    int result = read_packs(rules_folder, packs, &count, error);
    if (result == 0) {
        memcpy(service->packs, packs, EXAM_PACKS_MAX * sizeof *packs);
        service->pack_count = count;
    }
    free(packs);
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
