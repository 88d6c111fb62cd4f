/* pool_inner.h - the parts of the machine `pool`, for its own files. */
#ifndef POOL_INNER_H
#define POOL_INNER_H

#include "pool_core.h"

/* One step: what it is decided by, and where it is changed. */
struct pool_turn {
    const struct pool_event *event;
    wf_time now;
    wf_date today;
    struct pool *pool;
    struct pool_effects *effects;
};

/* ---- pool_core.c ---- */
int32_t pool_reader_of(const struct pool *pool, const char *id);
int32_t pool_paper_of(const struct pool *pool, const char *handle); /* -1: none */
/* A plan about the state before is stale; the night looks at everything. */
void pool_changed(const struct pool_turn *turn);
/* Those that lacked are looked at again: a card changed, or room was freed. */
void pool_look_again(struct pool *pool);
void pool_ask_plan(const struct pool_turn *turn, bool repair);
void pool_new_seed(const struct pool_turn *turn);

/* ---- pool_places_core.c: seats given, and plans ---- */
/* The reader's room and E2, for work and for a calibration. */
void pool_note_seat(const struct pool_turn *turn, struct pool_paper *paper, int32_t who);
/* A seat given on that day ended unopened. */
void pool_give_room_back(struct pool_reader *reader, wf_date on);
void pool_note_held(struct pool_paper *paper, int32_t reader);
void pool_take(struct pool *pool, struct pool_slot *slot);
struct wf_verdict pool_take_plan(const struct pool_turn *turn);

/* ---- pool_calibration_core.c: SPEC 6.9 ---- */
/* A paper that calibrates has said how it is; false: it gets no place on the shelf. */
bool pool_shelve(const struct pool_turn *turn, int32_t at);
/* The paper leaves the shelf: whoever has it loses it. */
void pool_unshelve(struct pool *pool, int32_t at);
/* A place of the shelf for a paper that wants readers; -1: none. */
int32_t pool_clear_shelf(struct pool *pool);
/* After each seat that was given as work. */
struct pool_placed {
    int32_t paper, reader;
};
void pool_calibrate(const struct pool_turn *turn, const struct pool_placed *placed, int32_t count);
/* Who has a calibration and may not read it any more, loses it. */
void pool_vacate_lent(const struct pool_turn *turn);
/* Who is recalibrating and reads none gets one. */
void pool_recalibrate(const struct pool_turn *turn);
struct wf_verdict pool_take_told(const struct pool_turn *turn);

#endif
