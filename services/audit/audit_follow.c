#include "audit_follow.h"

#include <string.h>

enum {
    FIRST_PAGE = 32,  /* entries of a stream in the first round of a cycle: most have none */
    LONG_PAGE = 256,  /* of those that have more */
    ROUNDS_MOST = 400 /* then the next service; the rest comes with the next cycle */
};

const enum wf_service audit_services[] = {WF_INTAKE,  WF_REFERENCE, WF_EXAM, WF_DESK,
                                          WF_RENEWAL, WF_COURIER,   WF_ANY};

/* What the answers of one round are put into. */
struct round {
    struct audit_follow *follow;
    struct audit_writer *writer;
    wf_time now;
    uint64_t lines;
    size_t again_count; /* asks that go into the next round are moved to the front */
    struct {
        unsigned stream;
        enum audit_alarm_kind kind;
        uint64_t ms, n; /* last entry copied before */
        int64_t missing;
    } found[WF_PARTITIONS];
    size_t found_count;
    bool has_failed;
    struct wf_error error;
};

static unsigned stream_of(const struct wf_journals_ask *ask)
{
    return (unsigned)ask->service * WF_PARTITIONS + ask->partition;
}

static void find(struct round *round, const struct wf_journals_ask *ask, enum audit_alarm_kind kind,
                 int64_t missing)
{
    round->found[round->found_count].stream = stream_of(ask);
    round->found[round->found_count].kind = kind;
    round->found[round->found_count].ms = ask->ms;
    round->found[round->found_count].n = ask->n;
    round->found[round->found_count++].missing = missing;
}

static void judge(struct round *round, const struct wf_journals_ask *ask, uint64_t length,
                  bool is_full)
{
    unsigned stream = stream_of(ask);
    const struct audit_stream *row = &audit_writer_state(round->writer)->streams[stream];
    struct audit_facts facts = {.copied = row->count,
                                .missing = row->missing,
                                .length = length,
                                .is_full = is_full,
                                .surplus = round->follow->streams[stream].surplus,
                                .looks = round->follow->streams[stream].looks};
    struct audit_verdict verdict = audit_core_compare(&facts);
    round->follow->streams[stream].surplus = verdict.surplus;
    round->follow->streams[stream].looks = verdict.looks;
    switch (verdict.finding) {
    case AUDIT_AS_COPIED:
    case AUDIT_LOOK_AGAIN:
    case AUDIT_READ_ON:
        break;
    case AUDIT_SHORTER:
        find(round, ask, AUDIT_ALARM_SHORTER, verdict.missing);
        break;
    case AUDIT_VANISHED:
        find(round, ask, AUDIT_ALARM_VANISHED, verdict.missing);
        break;
    case AUDIT_LONGER:
        find(round, ask, AUDIT_ALARM_LONGER, verdict.missing);
        break;
    }
    if (is_full)
        round->follow->asks[round->again_count++] =
            (struct wf_journals_ask){.service = ask->service,
                                     .partition = ask->partition,
                                     .ms = row->last_ms,
                                     .n = row->last_n,
                                     .most = LONG_PAGE};
}

static void take_answer(void *context, size_t index, uint64_t length,
                        const struct wf_journals_entry *entries, size_t count)
{
    struct round *round = context;
    const struct wf_journals_ask ask = round->follow->asks[index];
    enum audit_fit fit;
    for (size_t i = 0; i < count && !round->has_failed; i++) {
        round->has_failed =
            audit_writer_line(round->writer, round->now, stream_of(&ask), entries[i].ms,
                              entries[i].n, entries[i].line, &fit, &round->error) != 0;
        round->lines++;
    }
    if (!round->has_failed)
        judge(round, &ask, length, count == ask.most);
}

/* ---- telling what was found ---- */

static void note_there(void *context, size_t index, uint64_t length,
                       const struct wf_journals_entry *entries, size_t count)
{
    bool *is_there = context;
    (void)index;
    (void)length;
    (void)entries;
    *is_there = count > 0;
}

/* Whether the newest copied entry is among what is gone says how the stream was cut. */
static int tell(struct round *round, size_t index, struct wf_journals *journals, bool *is_disk,
                struct wf_error *error)
{
    struct audit_alarm alarm = {.kind = round->found[index].kind,
                                .stream = round->found[index].stream,
                                .ms = round->found[index].ms,
                                .n = round->found[index].n,
                                .missing = round->found[index].missing};
    if (alarm.kind == AUDIT_ALARM_SHORTER) {
        bool is_there = false;
        struct wf_journals_ask ask = {.service = (enum wf_service)(alarm.stream / WF_PARTITIONS),
                                      .partition = alarm.stream % WF_PARTITIONS,
                                      .ms = alarm.ms,
                                      .n = alarm.n,
                                      .most = 1,
                                      .is_exact = true};
        if (wf_journals_read(journals, &ask, 1, note_there, &is_there, error))
            return -1;
        if (!is_there)
            alarm.kind = AUDIT_ALARM_LAST_MISSING;
    }
    *is_disk = true;
    int status = audit_writer_alarm(round->writer, round->now, &alarm, error);
    *is_disk = status != 0;
    return status;
}

/* ---- the cycle ---- */

static void ask_all(struct audit_follow *follow, const struct audit_state *state)
{
    for (unsigned p = 0; p < WF_PARTITIONS; p++) {
        enum wf_service service = audit_services[follow->service];
        const struct audit_stream *row = &state->streams[(unsigned)service * WF_PARTITIONS + p];
        follow->asks[p] = (struct wf_journals_ask){.service = service,
                                                   .partition = p,
                                                   .ms = row->last_ms,
                                                   .n = row->last_n,
                                                   .most = FIRST_PAGE};
    }
    follow->ask_count = WF_PARTITIONS;
    follow->rounds = 0;
}

static int run_round(struct round *round, struct wf_journals *journals, bool *is_disk,
                     struct wf_error *error)
{
    struct audit_follow *follow = round->follow;
    int status =
        wf_journals_read(journals, follow->asks, follow->ask_count, take_answer, round, error);
    if (round->has_failed) {
        *is_disk = true;
        *error = round->error;
        return -1;
    }
    for (size_t i = 0; i < round->found_count && !status; i++)
        status = tell(round, i, journals, is_disk, error);
    return status;
}

int audit_follow_step(struct audit_follow *follow, struct audit_writer *writer,
                      struct wf_journals *journals, wf_time now, struct audit_step *step,
                      bool *is_disk, struct wf_error *error)
{
    struct round round = {.follow = follow, .writer = writer, .now = now};
    *step = (struct audit_step){.rounds = 1};
    *is_disk = false;
    if (!follow->ask_count)
        ask_all(follow, audit_writer_state(writer));
    int status = run_round(&round, journals, is_disk, error);
    step->lines = round.lines;
    follow->ask_count = status || ++follow->rounds >= ROUNDS_MOST ? 0 : round.again_count;
    if (status) {
        follow->service = 0;
        return -1;
    }
    if (follow->ask_count || audit_services[++follow->service] != WF_ANY)
        return 0;
    follow->service = 0;
    step->is_done = true;
    return 0;
}
