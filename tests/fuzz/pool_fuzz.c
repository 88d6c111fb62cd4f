/* links: wf_exam_service wf_wire wf_base */
/* The auditor's replay of the pool's journal: lines, each behind its length in two bytes.  Whoever wrote the copy may have written anything. */
#include "fuzz.h"

#include "pool_replay.h"

static void look_at(const struct pool_replay *replay)
{
    struct pool_replay_report report = pool_replay_report(replay);
    for (size_t i = 0; i < report.fault_count; i++) {
        const struct pool_replay_fault *fault = &report.faults[i];
        WF_ASSERT(pool_replay_sentence(fault->kind)[0] && pool_replay_name(fault->kind)[0]);
        WF_ASSERT(strlen(fault->handle) <= EXAM_ID_MAX && strlen(fault->said) <= EXAM_ID_MAX &&
                  strlen(fault->makes) <= EXAM_ID_MAX);
    }
    for (size_t i = 0; i < report.period_count; i++)
        WF_ASSERT((report.periods[i].until == WF_NEVER) == (i + 1 == report.period_count) &&
                  report.periods[i].unlike <= report.periods[i].plans);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pool_replay *replay = pool_replay_open();
    while (size >= 2) {
        size_t length = (size_t)data[0] << 8 | data[1];
        if (length > size - 2)
            break;
        pool_replay_line(replay, (struct wf_bytes){data + 2, length});
        data += 2 + length;
        size -= 2 + length;
    }
    pool_replay_finish(replay);
    look_at(replay);
    pool_replay_close(&replay);
    return 0;
}
