#include "rules_apply.h"

#include <stdio.h>
#include <string.h>

static int check_points(const struct scores_file *file, const struct scores_row *row,
                        const char *unit, int reader, int32_t points, int32_t least, int32_t most,
                        struct wf_error *error)
{
    if (points == SCORES_MISSING || (points >= least && points <= most))
        return 0;
    return wf_fail(error, WF_INVALID, "%s:%u: reader %d gave %d for %s; the rubric has %d to %d",
                   file->path, row->line, reader + 1, points, unit, least, most);
}

/* A sheet is whole when it has the total and, where the rules look at them, every criterion; of a
 * third sheet that replaces the others only the total is needed. */
static int take_sheet(const struct adjudicate_pack *pack, const struct scores_file *file,
                      const struct scores_row *row, int reader, struct adjudicate_sheet *sheet,
                      struct wf_error *error)
{
    bool criteria = true, floors = false;
    *sheet = (struct adjudicate_sheet){0};
    for (int32_t i = 0; i < pack->criteria_count; i++) {
        const struct adjudicate_criterion *criterion = &pack->criteria[i];
        int32_t points = row->trait[reader][criterion->name[5] - '1'];
        if (check_points(file, row, criterion->name, reader, points, criterion->least,
                         criterion->most, error))
            return -1;
        floors = floors || criterion->floor >= 0;
        criteria = criteria && points != SCORES_MISSING;
        sheet->criteria[i] = points == SCORES_MISSING ? 0 : points;
    }
    int32_t total = pack->total_column ? row->domain[reader][pack->total_column - 1]
                    : criteria         ? adjudicate_total(pack, sheet->criteria)
                                       : SCORES_MISSING;
    if (check_points(file, row, "the total", reader, total, pack->total_least, pack->total_most,
                     error))
        return -1;
    bool replaces = reader == 2 && !floors && pack->combine == ADJUDICATE_COMBINE_REPLACE;
    bool looked_at = floors || pack->unit_criterion || pack->cusp == ADJUDICATE_CUSP_CORE;
    sheet->whole = total != SCORES_MISSING && (criteria || replaces || !looked_at);
    sheet->detailed = criteria;
    sheet->total = sheet->whole ? total : 0;
    return 0;
}

static void count(const struct adjudicate_pack *pack, const struct scores_row *row,
                  const struct adjudicate_result *result, struct rules_counts *counts)
{
    bool wanted = result->triggers != 0, whole = result->path != ADJUDICATE_PATH_INCOMPLETE;
    int32_t recorded = row->recorded[pack->total_column == 2 ? 1 : 0];
    counts->paths[result->path]++;
    counts->by_criterion += (result->triggers & ADJUDICATE_BY_CRITERION) != 0;
    counts->by_total += (result->triggers & ADJUDICATE_BY_TOTAL) != 0;
    counts->by_cusp += (result->triggers & ADJUDICATE_BY_CUSP) != 0;
    counts->third_read += result->third_read;
    counts->third_wanted += wanted;
    counts->third_wanted_and_read += wanted && result->third_read;
    counts->third_wanted_not_read += wanted && !result->third_read;
    counts->third_unasked += whole && !wanted && result->third_read;
    counts->resolved += result->decided;
    counts->passed += result->passed;
    if (!result->decided || recorded == SCORES_MISSING)
        return;
    bool same = result->score == (int64_t)100 * recorded;
    bool pair = result->path == ADJUDICATE_PATH_PAIR;
    counts->compared++;
    counts->matched += same;
    counts->pairs_compared += pair;
    counts->pairs_matched += pair && same;
}

int rules_apply(const struct adjudicate_pack *pack, const struct scores_file *file,
                struct adjudicate_result *results, size_t *places, struct rules_counts *counts,
                struct wf_error *error)
{
    struct adjudicate_sheet sheets[3];
    memset(counts, 0, sizeof *counts);
    if (file->crossed)
        return wf_fail(error, WF_INVALID,
                       "%s is a fully crossed table; rules are for recorded readings", file->path);
    for (size_t i = 0; i < file->count; i++) {
        const struct scores_row *row = &file->rows[i];
        if (pack->set != 0 && row->set != pack->set)
            continue;
        for (int reader = 0; reader < 3; reader++)
            if (take_sheet(pack, file, row, reader, &sheets[reader], error))
                return -1;
        adjudicate(pack, sheets, &results[counts->rows]);
        places[counts->rows++] = i;
        count(pack, row, &results[counts->rows - 1], counts);
    }
    if (counts->rows == 0)
        return wf_fail(error, WF_INVALID, "%s holds no row of essay_set %d, which %s is for",
                       file->path, pack->set, pack->name);
    return 0;
}
