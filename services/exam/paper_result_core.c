/* The result of a round and of a paper.  SPEC 1, 6.1, 7.4. */
#include "paper_core.h"

enum { PLACES = 100 };

static struct adjudicate_sheet sheet_of(const struct paper *paper, int32_t place)
{
    struct adjudicate_sheet sheet = {0};
    int32_t seat = paper_seat_at(paper, place);
    if (seat < 0 || paper->seats[seat].state != PAPER_SEAT_LOCKED)
        return sheet;
    sheet.whole = sheet.detailed = true;
    memcpy(sheet.criteria, paper->seats[seat].sheet.points, sizeof sheet.criteria);
    sheet.total = adjudicate_total(&paper->pack, sheet.criteria);
    return sheet;
}

void paper_compare(struct paper *paper, struct adjudicate_result *result)
{
    const struct adjudicate_sheet sheets[3] = {sheet_of(paper, 1), sheet_of(paper, 2),
                                               sheet_of(paper, 3)};
    adjudicate(&paper->pack, sheets, result);
    if (!result->decided)
        return;
    paper->result = (struct paper_result){
        .decided = true, .path = result->path, .score = result->score, .passed = result->passed};
    memcpy(paper->result.criteria, result->criteria, sizeof paper->result.criteria);
    for (int32_t place = 1; place <= EXAM_PLACES; place++) {
        int32_t seat = paper_seat_at(paper, place);
        if (seat >= 0)
            paper->seats[seat].counted = place < 3 || result->path == ADJUDICATE_PATH_THIRD;
    }
}

int32_t paper_most(const struct adjudicate_pack *pack)
{
    return pack->total_most * (pack->within == ADJUDICATE_WITHIN_SUM ? 2 : 1);
}

void paper_split(struct paper *paper)
{
    const struct adjudicate_pack *pack = &paper->pack;
    int64_t scale = pack->within == ADJUDICATE_WITHIN_SUM ? 2 : 1;
    struct paper_result *result = &paper->result;
    *result = (struct paper_result){.decided = true, .by_committee = true};
    result->path = ADJUDICATE_PATH_COMMITTEE_WANTED;
    result->score = PLACES * scale * adjudicate_total(pack, paper->split);
    result->passed =
        pack->pass_percent >= 0 && result->score >= scale * pack->pass_percent * pack->total_most;
    for (int32_t i = 0; i < pack->criteria_count; i++) {
        result->criteria[i] = PLACES * scale * paper->split[i];
        result->passed =
            result->passed && result->criteria[i] >= PLACES * scale * pack->criteria[i].floor;
    }
}

void paper_settle(struct paper *paper)
{
    const struct paper_result *earlier = &paper->earlier;
    struct paper_result *result = &paper->result;
    if (!earlier->decided ||
        adjudicate_appeal(&paper->pack, earlier->score, result->score) == result->score)
        return;
    result->kept = true;
    result->score = earlier->score;
    result->passed = earlier->passed;
    memcpy(result->criteria, earlier->criteria, sizeof result->criteria);
}
