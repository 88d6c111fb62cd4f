/* Exam readers.  SPEC 12. */
#include "reader_core.h"

#include <string.h>

const struct wf_reason reader_reasons[1] = {{"none", "Nothing was refused."}};

const char *reader_state_name(enum reader_state_id state)
{
    static const char *const names[READER_STATE_COUNT] = {
#define READER_STATE(symbol, name) [READER_##symbol] = name,
#include "reader_states.def"
#undef READER_STATE
    };
    return names[state];
}

struct work {
    const struct reader_event *event;
    wf_time now;
    struct reader_state *after;
    struct reader_effects *effects;
};

static void push(struct work *work, enum reader_effect_id effect)
{
    work->effects->list[work->effects->count++] = effect;
}

static void gather(struct work *work)
{
    work->after->gathering++;
    work->after->due = work->now + PAPER_JOB_PATIENCE;
    push(work, READER_GATHER);
}

static struct wf_verdict rule_nothing(struct work *work)
{
    (void)work;
    return wf_ignored();
}

static struct wf_verdict rule_gather_again(struct work *work)
{
    if (work->after->due == 0 || work->now < work->after->due)
        return wf_ignored();
    gather(work);
    return wf_applied();
}

static struct wf_verdict rule_put(struct work *work)
{
    struct reader_state *after = work->after;
    if (after->state == READER_NONE)
        after->links_on = WF_NO_DATE;
    after->state = READER_KNOWN;
    memcpy(after->person, work->event->is.put.person, sizeof after->person);
    after->enrolment = work->event->is.put.enrolment;
    gather(work);
    return wf_applied();
}

/* An erased reader reads no more. */
static struct wf_verdict rule_touched(struct work *work)
{
    struct reader_state *after = work->after;
    after->erased |= work->event->is.erased;
    if (after->erased)
        after->enrolment.active = false;
    gather(work);
    return wf_applied();
}

static struct wf_verdict rule_gathered(struct work *work)
{
    struct reader_state *after = work->after;
    if (work->event->is.gathered.gathering != after->gathering)
        return wf_ignored();
    after->due = 0;
    after->token_count = work->event->is.gathered.token_count;
    memcpy(after->tokens, work->event->is.gathered.tokens, sizeof after->tokens);
    push(work, READER_SEND_CARD);
    return wf_applied();
}

/* Each link has a number above the last: an older one is dead once a newer was used. */
static struct wf_verdict mail(struct work *work, enum reader_notice_id notice, wf_date due)
{
    struct reader_state *after = work->after;
    wf_date today = wf_time_to_utc_date(work->now);
    if (after->links_on != today)
        after->links_today = 0;
    if (after->erased || after->links_today >= READER_LINKS_A_DAY)
        return wf_ignored();
    after->links_on = today;
    after->links_today++;
    after->link++;
    work->effects->notice = notice;
    work->effects->due = due;
    work->effects->until = today + READER_LINK_DAYS;
    push(work, READER_MAIL);
    return wf_applied();
}

static struct wf_verdict rule_notice(struct work *work)
{
    return mail(work, work->event->is.notice.kind, work->event->is.notice.due);
}

static struct wf_verdict rule_link_wanted(struct work *work)
{
    return mail(work, READER_NOTICE_LINK, WF_NO_DATE);
}

typedef struct wf_verdict rule_f(struct work *work);
static rule_f *const cells[READER_EVENT_COUNT][READER_STATE_COUNT] = {
#define READER_CELLS(symbol, none, known)                                                          \
    [READER_EVENT_##symbol] = {[READER_NONE] = rule_##none, [READER_KNOWN] = rule_##known},
#include "reader_cells.def"
#undef READER_CELLS
};

struct wf_verdict reader_step(const void *policy, const void *before, const void *event,
                              wf_time now, void *after, void *effects)
{
    const struct reader_state *reader = before;
    struct work work = {.event = event, .now = now, .after = after, .effects = effects};
    (void)policy;
    *work.after = *reader;
    struct wf_verdict verdict = cells[work.event->kind][reader->state](&work);
    if (verdict.step != WF_APPLIED)
        memset(after, 0, sizeof *work.after);
    return verdict;
}

wf_time reader_next_deadline(const void *policy, const void *state)
{
    const struct reader_state *reader = state;
    (void)policy;
    return reader->due == 0 ? WF_NEVER : reader->due;
}

bool reader_holds(const void *state, const char **broken)
{
    const struct reader_state *r = state;
    bool bounded = r->token_count <= PAPER_TOKENS &&
                   r->enrolment.qualification_count <= READER_QUALIFICATIONS &&
                   r->enrolment.language_count <= READER_LANGUAGES &&
                   r->enrolment.span_count <= READER_SPANS;
    if (!bounded)
        *broken = "every collection is bounded";
    else if ((r->state == READER_KNOWN) != (r->person[0] != '\0'))
        *broken = "a known reader is a person";
    else
        return true;
    return false;
}
