/* adjudicate_core.h - from two or three score sheets to a result, by a rule pack (SPEC 1).
 *
 * Pure.  Scores are whole points of the rubric; results are hundredths of a point, rounded once, half
 * up.  A rule pack is checked by rules_file.h before it comes here. */
#ifndef ADJUDICATE_CORE_H
#define ADJUDICATE_CORE_H

#include <stdbool.h>
#include <stdint.h>

enum { ADJUDICATE_CRITERIA_MAX = 6, ADJUDICATE_NAME = 48, ADJUDICATE_POINTS_MAX = 1000 };

/* SPEC 1.2: how two sheets within tolerance become one score. */
#define ADJUDICATE_WITHIN(X)                                                                       \
    X(ADJUDICATE_WITHIN_MEAN, "mean")                                                              \
    X(ADJUDICATE_WITHIN_SUM, "sum")                                                                \
    X(ADJUDICATE_WITHIN_HIGHER, "higher")                                                          \
    X(ADJUDICATE_WITHIN_FIRST, "first")

/* SPEC 1.3: when a pair inside the tolerance is split by the pass mark. */
#define ADJUDICATE_CUSP(X)                                                                         \
    X(ADJUDICATE_CUSP_OFF, "off")                                                                  \
    X(ADJUDICATE_CUSP_SIDES, "sides")                                                              \
    X(ADJUDICATE_CUSP_CORE, "core")

/* SPEC 1.4: what a third sheet does. */
#define ADJUDICATE_COMBINE(X)                                                                      \
    X(ADJUDICATE_COMBINE_NONE, "none")                                                             \
    X(ADJUDICATE_COMBINE_MEDIAN, "median")                                                         \
    X(ADJUDICATE_COMBINE_REPLACE, "replace")                                                       \
    X(ADJUDICATE_COMBINE_MEAN3, "mean3")                                                           \
    X(ADJUDICATE_COMBINE_NEAREST_PAIR, "nearest_pair")

/* SPEC 1.4: a third sheet is wanted and the file of scores has none. */
#define ADJUDICATE_ABSENT(X)                                                                       \
    X(ADJUDICATE_ABSENT_WAIT, "wait")                                                              \
    X(ADJUDICATE_ABSENT_PAIR, "pair")

/* SPEC 1.4: a third sheet is there although no rule wanted it. */
#define ADJUDICATE_UNASKED(X)                                                                      \
    X(ADJUDICATE_UNASKED_COUNTS, "counts")                                                         \
    X(ADJUDICATE_UNASKED_IGNORED, "ignored")

#define ADJUDICATE_X(symbol, name) symbol,
enum adjudicate_within { ADJUDICATE_WITHIN(ADJUDICATE_X) };
enum adjudicate_cusp { ADJUDICATE_CUSP(ADJUDICATE_X) };
enum adjudicate_combine { ADJUDICATE_COMBINE(ADJUDICATE_X) };
enum adjudicate_absent { ADJUDICATE_ABSENT(ADJUDICATE_X) };
enum adjudicate_unasked { ADJUDICATE_UNASKED(ADJUDICATE_X) };

/* How a result came about, and what it still waits for. */
#define ADJUDICATE_PATHS(X)                                                                        \
    X(ADJUDICATE_PATH_INCOMPLETE, "incomplete")   /* fewer than two whole sheets */                \
    X(ADJUDICATE_PATH_PAIR, "pair")               /* two sheets within tolerance */                \
    X(ADJUDICATE_PATH_PAIR_STANDS, "pair-stands") /* third wanted, none recorded, pair stands */   \
    X(ADJUDICATE_PATH_THIRD_WANTED, "third-wanted")                                                \
    X(ADJUDICATE_PATH_THIRD, "third")                                                              \
    X(ADJUDICATE_PATH_COMMITTEE_WANTED, "committee-wanted")
enum adjudicate_path { ADJUDICATE_PATHS(ADJUDICATE_X) };
#undef ADJUDICATE_X

struct adjudicate_criterion {
    char name[16]; /* the column of a score file without its reader: "trait1" */
    int32_t least, most;
    int32_t weight; /* in the total, when the total is a weighted sum */
    int32_t floor;  /* a result below it never passes; -1: none */
    bool core;      /* counts for cusp = core */
};

struct adjudicate_pack {
    char name[ADJUDICATE_NAME];
    int32_t version;
    int32_t set; /* rows of a score file with this essay_set; 0: every row */
    int32_t criteria_count;
    struct adjudicate_criterion criteria[ADJUDICATE_CRITERIA_MAX];
    int32_t total_column; /* 1, 2: the readers' own domain score; 0: weighted sum of the criteria */
    int32_t total_least, total_most;
    bool unit_criterion, unit_total;
    int32_t criterion_tolerance; /* points */
    int32_t total_tolerance;     /* hundredths of a point */
    enum adjudicate_cusp cusp;
    int32_t cusp_level;
    enum adjudicate_within within;
    enum adjudicate_combine combine;
    enum adjudicate_absent absent;
    enum adjudicate_unasked unasked;
    int32_t committee_span;   /* times the tolerance, in hundredths; 0: never a committee */
    int32_t pass_percent;     /* of the most points; -1: the pack decides no pass */
    int32_t part_one_percent; /* -1: there is no Part One */
    bool carry_forward;
    bool never_lower;
};

/* One reader's sheet.  `whole` is false where a score that the pack needs is missing. */
struct adjudicate_sheet {
    bool whole;
    bool detailed; /* every criterion is there; needed only by rules that look at criteria */
    int32_t total;
    int32_t criteria[ADJUDICATE_CRITERIA_MAX];
};

/* Why a third sheet is wanted: bits. */
enum { ADJUDICATE_BY_CRITERION = 1, ADJUDICATE_BY_TOTAL = 2, ADJUDICATE_BY_CUSP = 4 };

struct adjudicate_result {
    enum adjudicate_path path;
    unsigned triggers;
    bool third_read; /* a whole third sheet was there */
    bool decided;
    int64_t score; /* hundredths; of the scale that `within` makes */
    bool detailed; /* the sheets that decided have every criterion, and so the result */
    int64_t criteria[ADJUDICATE_CRITERIA_MAX];
    bool passed; /* meant only when the pack has a pass mark */
};

/* SPEC 1.1: a total that the criteria give. */
int32_t adjudicate_total(const struct adjudicate_pack *pack, const int32_t *criteria);
/* SPEC 1.5: a total and criteria of one reader on the passing side? */
bool adjudicate_passes(const struct adjudicate_pack *pack, const struct adjudicate_sheet *sheet);
/* SPEC 1.2 to 1.5.  sheets: reader 1, reader 2 and the third, whole or not. */
void adjudicate(const struct adjudicate_pack *pack, const struct adjudicate_sheet sheets[3],
                struct adjudicate_result *result);
/* SPEC 1.6: the whole exam.  A part passed at an earlier attempt counts where the pack carries it. */
bool adjudicate_exam_passed(const struct adjudicate_pack *pack, int32_t correct, int32_t questions,
                            bool part_one_before, bool part_two, bool part_two_before);
/* SPEC 1.6: the score after an appeal. */
int64_t adjudicate_appeal(const struct adjudicate_pack *pack, int64_t before, int64_t after);

#endif
