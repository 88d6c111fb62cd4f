/* recheck_inner.h - what the reader hands to the rules.  SPEC 7.1, 7.2. */
#ifndef RECHECK_INNER_H
#define RECHECK_INNER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RECHECK_CRITERIA = 6,
    RECHECK_PLACES = 3,
    RECHECK_ROUNDS = 16,
    RECHECK_SEATS = 256, /* far more than rounds times places: takeovers, declines */
    RECHECK_NAME = 80,
    RECHECK_POINTS = 1000000 /* no number of a pack or sheet is further from 0 */
};

struct recheck_criterion {
    char name[RECHECK_NAME];
    int64_t least, most, weight, floor;
    bool core;
};

struct recheck_pack {
    struct recheck_criterion criteria[RECHECK_CRITERIA];
    size_t criteria_count;
    int64_t total_most, criterion_tolerance, total_tolerance, cusp_level, committee_span,
        pass_percent;
    bool unit_criterion, unit_total, never_lower;
    char cusp[RECHECK_NAME], within[RECHECK_NAME], combine[RECHECK_NAME], unasked[RECHECK_NAME];
};

struct recheck_points {
    int64_t of[RECHECK_CRITERIA]; /* in the pack's order */
};

struct recheck_seat {
    char code[RECHECK_NAME], reader[RECHECK_NAME];
    int64_t place, round;
    bool is_out, has_sheet;
    struct recheck_points sheet;
};

struct recheck_round {
    bool has_split;
    struct recheck_points split;
    const struct recheck_seat *in[RECHECK_PLACES]; /* NULL: nobody's sheet counts there */
};

struct recheck_exam {
    struct recheck_pack pack;
    struct recheck_round rounds[RECHECK_ROUNDS];
    size_t round_count;
    struct recheck_seat seats[RECHECK_SEATS];
    size_t seat_count;
    char why[256]; /* empty while everything is sound */
};

/* What a round gives (SPEC 7.3), and what stands after it (SPEC 7.4). */
struct recheck_result {
    const char *path;
    bool exists, passed, kept;
    int64_t score, most;
    int64_t criteria[RECHECK_CRITERIA];
    const struct recheck_seat *counted[RECHECK_PLACES];
    size_t counted_count;
};

/* Says once why the input is unsound; false, so that it can be returned. */
bool recheck_unsound(struct recheck_exam *exam, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* SPEC 7.1: false with exam->why where it cannot be understood. */
bool recheck_read(const json_t *json, struct recheck_exam *exam);
bool recheck_read_pack(const json_t *json, struct recheck_exam *exam);
/* Points for every criterion of the pack, in its range, and for nothing else. */
bool recheck_read_points(const json_t *json, struct recheck_exam *exam,
                         struct recheck_points *points);
/* SPEC 7.2: puts the sheets that count into their rounds. */
bool recheck_settle(struct recheck_exam *exam);
/* SPEC 7.3 and 7.4: of the last round and the paper. */
struct recheck_result recheck_rules(const struct recheck_exam *exam);

#endif
