/* What operators do to a paper.  SPEC 6.1, 6.6. */
#include "paper_inner.h"

enum { COORDINATOR = 1 };

static bool is_excluded(const struct paper *paper, const char *id)
{
    for (int32_t i = 0; i < paper->excluded_count; i++)
        if (strcmp(paper->excluded[i].id, id) == 0)
            return true;
    return false;
}

static bool is_committee(const struct paper_turn *turn)
{
    const struct paper_event *event = turn->event;
    if (event->member_count < turn->policy->committee_members || !event->by.members_known)
        return false;
    for (int32_t i = 0; i < event->member_count; i++)
        for (int32_t j = 0; j < i; j++)
            if (strcmp(event->members[i].id, event->members[j].id) == 0)
                return false;
    return true;
}

static struct wf_verdict split(const struct paper_turn *turn)
{
    static const uint16_t reasons[] = {[EXAM_SCORES_OK] = PAPER_BECAUSE_NONE,
                                       [EXAM_SCORES_UNKNOWN] = PAPER_BECAUSE_CRITERION,
                                       [EXAM_SCORES_MISSING] = PAPER_BECAUSE_MISSING,
                                       [EXAM_SCORES_RANGE] = PAPER_BECAUSE_RANGE};
    const struct paper_event *event = turn->event;
    struct paper *paper = turn->after;
    if (!event->by.roles)
        return wf_refused(PAPER_BECAUSE_NOT_AN_OPERATOR);
    if (!(event->by.roles & 1u << COORDINATOR))
        return wf_refused(PAPER_BECAUSE_WRONG_ROLE);
    bool excluded = is_excluded(paper, event->by.id);
    for (int32_t i = 0; i < event->member_count; i++)
        excluded = excluded || is_excluded(paper, event->members[i].id);
    if (excluded)
        return wf_refused(PAPER_BECAUSE_OPERATOR_EXCLUDED);
    if (!is_committee(turn))
        return wf_refused(PAPER_BECAUSE_MEMBERS);
    uint16_t reason = reasons[exam_scores_take(&paper->pack, &event->scores, paper->split)];
    if (reason != PAPER_BECAUSE_NONE)
        return wf_refused(reason);
    paper->has_split = true;
    paper_split(paper);
    paper_resolve(turn);
    return wf_applied();
}

/* Two keys of different roles; one operator with both roles is still one. */
static struct wf_verdict pin(const struct paper_turn *turn)
{
    const struct paper_event *event = turn->event;
    struct paper *paper = turn->after;
    if (!event->by.roles)
        return wf_refused(PAPER_BECAUSE_NOT_AN_OPERATOR);
    if (is_excluded(paper, event->by.id))
        return wf_refused(PAPER_BECAUSE_OPERATOR_EXCLUDED);
    for (int32_t i = 0; i < paper->pin_count; i++) {
        struct paper_pin *before = &paper->pins[i];
        if (strcmp(before->reader, event->reader) != 0)
            continue;
        if (before->settled)
            return wf_ignored();
        if (strcmp(before->by, event->by.id) == 0 || !(event->by.roles & ~before->roles))
            return wf_refused(PAPER_BECAUSE_PIN_TWICE);
        before->settled = true;
        turn->effects->needs = true;
        return wf_applied();
    }
    if (paper->pin_count == PAPER_PINS_MAX)
        return wf_refused(PAPER_BECAUSE_PINS_FULL);
    struct paper_pin *first = &paper->pins[paper->pin_count++];
    memcpy(first->reader, event->reader, sizeof first->reader);
    memcpy(first->by, event->by.id, sizeof first->by);
    first->roles = event->by.roles;
    return wf_applied();
}

static struct wf_verdict exclude(const struct paper_turn *turn)
{
    struct paper *paper = turn->after;
    if (is_excluded(paper, turn->event->operator_id) || paper->excluded_count == PAPER_EXCLUDED_MAX)
        return wf_ignored();
    memcpy(paper->excluded[paper->excluded_count++].id, turn->event->operator_id,
           sizeof turn->event->operator_id);
    return wf_applied();
}

struct wf_verdict paper_act_of_person(const struct paper_turn *turn, enum paper_action action)
{
    if (action == PAPER_DO_SPLIT)
        return split(turn);
    return action == PAPER_DO_PIN ? pin(turn) : exclude(turn);
}
