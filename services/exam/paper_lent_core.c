/* A released paper as a calibration: its seats are kept apart from those behind the result.  SPEC 6.9. */
#include "paper_inner.h"

bool paper_calibrates(const struct paper *paper)
{
    const struct paper_result *result = &paper->result;
    return paper->state == PAPER_RELEASED && !paper->suspended && !paper->forgotten &&
           result->decided && !result->by_committee && !result->kept && paper->pack.unit_total;
}

int64_t paper_key(const struct paper *paper)
{
    return paper->result.score * paper->pack.total_most / paper_most(&paper->pack);
}

static int32_t lent_to(const struct paper *paper, const char *reader)
{
    for (int32_t i = 0; i < paper->lent_count; i++)
        if (strcmp(paper->lent[i].reader, reader) == 0)
            return i;
    return -1;
}

bool paper_has_lent(const struct paper *paper, const char *code)
{
    for (int32_t i = 0; i < paper->lent_count; i++)
        if (strcmp(paper->lent[i].code, code) == 0)
            return true;
    return false;
}

void paper_order_lent(const struct paper_turn *turn, enum paper_order_kind kind, const char *why)
{
    for (int32_t i = 0; i < turn->after->lent_count; i++)
        paper_order(turn, turn->after->lent[i].code, kind, why);
}

/* What cannot be taken as it was chosen is answered with how things are, like a choice of readers. */
struct wf_verdict paper_lend(const struct paper_turn *turn)
{
    struct paper *paper = turn->after;
    const struct paper_event *event = turn->event;
    int32_t known = lent_to(paper, event->reader);
    if (event->choice <= paper->seen)
        return wf_ignored();
    paper->seen = event->choice;
    if (event->why[0]) {
        if (known >= 0)
            paper_order(turn, paper->lent[known].code, PAPER_ORDER_SET_ASIDE, event->why);
        return wf_applied();
    }
    if (!paper_calibrates(paper) || paper->paused || paper->lent_count == EXAM_LENT_MAX ||
        paper_ever_held(paper, event->reader)) {
        turn->effects->needs = true;
        return wf_applied();
    }
    struct paper_lent *lent = &paper->lent[paper->lent_count++];
    exam_code(event->meta.entropy, lent->code);
    memcpy(lent->reader, event->reader, sizeof lent->reader);
    turn->effects->lends = true;
    return wf_applied();
}
