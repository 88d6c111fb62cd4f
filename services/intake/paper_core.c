/* The essays of one attempt.  SPEC 11. */
#include "paper_core.h"

#include <string.h>

enum { ROLE_IS_COORDINATOR = 1, ROLE_IS_REDACTOR = 2 };

const struct wf_reason paper_reasons[PAPER_REASON_COUNT] = {
#define PAPER_REASON(symbol, its_code, its_text)                                                   \
    [PAPER_REASON_##symbol] = {.code = its_code, .text = its_text},
#include "paper_reasons.def"
#undef PAPER_REASON
};

const char *paper_state_name(enum paper_state_id state)
{
    static const char *const names[PAPER_STATE_COUNT] = {
#define PAPER_STATE(symbol, name) [PAPER_##symbol] = name,
#include "paper_states.def"
#undef PAPER_STATE
    };
    return names[state];
}

struct work {
    const struct paper_event *event;
    wf_time now;
    struct paper_state *after;
    struct paper_effects *effects;
};

static void push(struct work *work, enum paper_effect_id kind, int32_t index)
{
    work->effects->list[work->effects->count++] =
        (struct paper_effect){.kind = kind, .index = index};
}

static struct wf_verdict refuse(enum paper_reason_id reason)
{
    return wf_refused((uint16_t)reason);
}

static void enter(struct work *work, enum paper_state_id state)
{
    struct paper_state *after = work->after;
    if (after->state == state)
        return;
    if (after->state == PAPER_CHECKING)
        push(work, PAPER_UNQUEUE, 0);
    if (state == PAPER_CHECKING)
        push(work, PAPER_QUEUE, 0);
    after->state = state;
    after->since = work->now;
}

/* Where a paper is when nobody has to look at it. */
static enum paper_state_id resting(const struct paper_state *state)
{
    if (state->text.version == 0)
        return PAPER_GATHERING;
    return state->resolution > 0 ? PAPER_RESOLVED : PAPER_SEALED;
}

static void gather(struct work *work)
{
    work->after->gathering++;
    work->after->due = work->now + PAPER_JOB_PATIENCE;
    push(work, PAPER_GATHER, 0);
}

/* ---- nothing and refusals ---- */

static struct wf_verdict rule_nothing(struct work *work)
{
    (void)work;
    return wf_ignored();
}
static struct wf_verdict rule_refuse_unknown(struct work *work)
{
    (void)work;
    return refuse(PAPER_REASON_UNKNOWN);
}
static struct wf_verdict rule_refuse_void(struct work *work)
{
    (void)work;
    return refuse(PAPER_REASON_VOID);
}
static struct wf_verdict rule_refuse_not_checking(struct work *work)
{
    (void)work;
    return refuse(PAPER_REASON_NOT_CHECKING);
}

/* ---- receipt and gathering ---- */

static void link_people(struct work *work, enum paper_effect_id effect)
{
    for (int32_t i = -1; i < work->after->person_count; i++)
        push(work, effect, i);
}

static struct wf_verdict rule_received(struct work *work)
{
    struct paper_state *after = work->after;
    const struct paper_event *event = work->event;
    memcpy(after->application, event->is.received.application, sizeof after->application);
    memcpy(after->person, event->is.received.person, sizeof after->person);
    memcpy(after->association, event->is.received.association, sizeof after->association);
    after->category = event->is.received.category;
    after->age_line = event->is.received.age_line;
    memcpy(after->form, event->is.received.form, sizeof after->form);
    memcpy(after->language, event->is.received.language, sizeof after->language);
    memcpy(after->rule_pack, event->is.received.rule_pack, sizeof after->rule_pack);
    after->prompt_count = event->is.received.prompt_count;
    memcpy(after->prompts, event->is.received.prompts, sizeof after->prompts);
    after->person_count = event->is.received.person_count;
    memcpy(after->people, event->is.received.people, sizeof after->people);
    after->answers = event->is.received.answers;
    enter(work, PAPER_GATHERING);
    after->awaited = (uint32_t)after->person_count + 1;
    after->due = work->now + PAPER_JOB_PATIENCE;
    link_people(work, PAPER_LINK);
    return wf_applied();
}

static struct wf_verdict rule_gather_again(struct work *work)
{
    if (work->after->due == 0 || work->now < work->after->due)
        return wf_ignored();
    gather(work);
    return wf_applied();
}

static struct wf_verdict rule_ended(struct work *work);

static struct wf_verdict rule_touched(struct work *work)
{
    struct paper_state *after = work->after;
    if (work->event->is.touched.erased &&
        strcmp(work->event->is.touched.person, after->person) == 0)
        return rule_ended(work);
    if (work->event->is.touched.answer && after->awaited > 0)
        after->awaited--;
    /* A change while answers are out is read with the last of them. */
    if (after->awaited == 0)
        gather(work);
    return wf_applied();
}

static bool is_same_span(const struct paper_hit *a, const struct paper_hit *b)
{
    return a->prompt == b->prompt && a->begin == b->begin && a->end == b->end;
}

static int32_t find_prompt(const struct paper_state *state, const char *id)
{
    for (int32_t i = 0; i < state->prompt_count; i++) {
        if (strcmp(state->prompts[i].id, id) == 0)
            return i;
    }
    return -1;
}

/* The hits of an event with the places of their prompts; -1 where the form has none of that name. */
static void place_hits(const struct paper_state *state, const struct paper_named_hit *named,
                       int32_t count, struct paper_hit *hits)
{
    for (int32_t i = 0; i < count; i++) {
        hits[i] = named[i].hit;
        hits[i].prompt = find_prompt(state, named[i].prompt);
    }
}

static const struct paper_hit *find_span(const struct paper_hit *list, int32_t count,
                                         const struct paper_hit *wanted)
{
    for (int32_t i = 0; i < count; i++) {
        if (is_same_span(&list[i], wanted))
            return &list[i];
    }
    return NULL;
}

/* The new hits, with what was judged before; what a person added stays. */
static bool merge_hits(struct paper_state *after, const struct paper_event *event)
{
    const struct paper_state *before = after;
    struct paper_hit merged[PAPER_HITS];
    int32_t count = event->is.gathered.hit_count;
    bool open = false;
    memset(merged, 0, sizeof merged);
    place_hits(after, event->is.gathered.hits, count, merged);
    for (int32_t i = 0; i < count; i++) {
        const struct paper_hit *known = find_span(before->hits, before->hit_count, &merged[i]);
        merged[i].judgement = known ? known->judgement : HIT_OPEN;
        merged[i].blank = known && known->blank;
        open |= !merged[i].certain && merged[i].judgement == HIT_OPEN;
    }
    for (int32_t i = 0; i < before->hit_count && count < PAPER_HITS; i++) {
        if (before->hits[i].rule == REDACT_BY_HUMAN && !find_span(merged, count, &before->hits[i]))
            merged[count++] = before->hits[i];
    }
    memcpy(after->hits, merged, sizeof after->hits);
    after->hit_count = count;
    return open;
}

static bool take_tokens(struct paper_state *after, const struct paper_event *event)
{
    if (after->token_count == event->is.gathered.token_count &&
        memcmp(after->tokens, event->is.gathered.tokens, sizeof after->tokens) == 0)
        return false;
    after->token_count = event->is.gathered.token_count;
    memcpy(after->tokens, event->is.gathered.tokens, sizeof after->tokens);
    return true;
}

static void take_text(struct work *work)
{
    struct paper_state *after = work->after;
    const struct paper_text *text = &work->event->is.gathered.text;
    bool first = after->text.version == 0;
    bool same = memcmp(after->text.sha256, text->sha256, sizeof text->sha256) == 0;
    if (!first && same && !after->pulled)
        return;
    after->text = *text;
    after->pulled = false;
    push(work, first ? PAPER_SEAL : PAPER_REPLACE_TEXT, 0);
    for (int32_t i = 0; first && i < after->excluded_count; i++)
        push(work, PAPER_EXCLUDE, i);
}

static struct wf_verdict rule_gathered(struct work *work)
{
    struct paper_state *after = work->after;
    if (work->event->is.gathered.gathering != after->gathering ||
        after->gathering == after->gathered)
        return wf_ignored();
    after->gathered = after->gathering;
    after->due = 0;
    for (int32_t i = 0; i < after->prompt_count; i++)
        after->prompts[i].length = work->event->is.gathered.lengths[i];
    bool open = merge_hits(after, work->event) || after->questioned[0];
    if (take_tokens(after, work->event) && after->text.version > 0)
        push(work, PAPER_CHANGE_TOKENS, 0);
    if (open) {
        enter(work, PAPER_CHECKING);
        return wf_applied();
    }
    take_text(work);
    enter(work, resting(after));
    return wf_applied();
}

/* ---- the redactor ---- */

static bool is_excluded(const struct paper_state *state, const char *operator_id)
{
    for (int32_t i = 0; i < state->excluded_count; i++) {
        if (strcmp(state->excluded[i].id, operator_id) == 0)
            return true;
    }
    return false;
}

enum paper_reason_id paper_may_redact(const struct paper_state *state,
                                      const struct paper_signer *signer)
{
    if (!(signer->roles >> ROLE_IS_REDACTOR & 1) || signer->roles >> ROLE_IS_COORDINATOR & 1)
        return PAPER_REASON_ROLE;
    if (signer->reads)
        return PAPER_REASON_READS;
    return is_excluded(state, signer->id) ? PAPER_REASON_EXCLUDED : PAPER_REASON_NONE;
}

static enum paper_reason_id judge_spans(const struct paper_state *state,
                                        const struct paper_hit *spans, int32_t count)
{
    int32_t further = 0;
    for (int32_t i = 0; i < count; i++) {
        const struct paper_hit *span = &spans[i];
        if (span->prompt < 0 || span->prompt >= state->prompt_count || span->begin >= span->end ||
            span->end > state->prompts[span->prompt].length)
            return PAPER_REASON_SPAN;
        further += !find_span(state->hits, state->hit_count, span);
    }
    return state->hit_count + further > PAPER_HITS ? PAPER_REASON_SPANS_FULL : PAPER_REASON_NONE;
}

static void judge_hits(struct paper_state *after, const struct paper_hit *spans, int32_t count)
{
    for (int32_t i = 0; i < after->hit_count; i++) {
        struct paper_hit *hit = &after->hits[i];
        const struct paper_hit *span = find_span(spans, count, hit);
        if (span)
            hit->blank = span->blank;
        if (!hit->certain && (span || hit->judgement == HIT_OPEN))
            hit->judgement = span ? HIT_GOES : HIT_STAYS;
    }
    for (int32_t i = 0; i < count; i++) {
        const struct paper_hit *span = &spans[i];
        if (find_span(after->hits, after->hit_count, span))
            continue;
        after->hits[after->hit_count] = *span;
        after->hits[after->hit_count].rule = REDACT_BY_HUMAN;
        after->hits[after->hit_count].certain = false;
        after->hits[after->hit_count++].judgement = HIT_GOES;
    }
}

static struct wf_verdict rule_checked(struct work *work)
{
    struct paper_state *after = work->after;
    struct paper_hit spans[PAPER_HITS];
    int32_t count = work->event->is.checked.span_count;
    enum paper_reason_id reason = paper_may_redact(after, &work->event->signer);
    if (reason != PAPER_REASON_NONE)
        return refuse(reason);
    if (after->due != 0)
        return refuse(PAPER_REASON_JOB_OUT);
    if (work->event->is.checked.version != after->text.version + 1)
        return refuse(PAPER_REASON_VERSION);
    memset(spans, 0, sizeof spans);
    place_hits(after, work->event->is.checked.spans, count, spans);
    reason = judge_spans(after, spans, count);
    if (reason != PAPER_REASON_NONE)
        return refuse(reason);
    judge_hits(after, spans, count);
    memset(after->questioned, 0, sizeof after->questioned);
    gather(work);
    enter(work, resting(after));
    return wf_applied();
}

static struct wf_verdict rule_questioned(struct work *work)
{
    if (work->after->text.version == 0)
        return wf_ignored();
    memcpy(work->after->questioned, work->event->is.prompt, sizeof work->after->questioned);
    work->after->pulled = true;
    enter(work, PAPER_CHECKING);
    return wf_applied();
}

/* ---- results and appeals ---- */

/* Never lower: what an appeal found less good stays as it was. */
static struct wf_verdict rule_result(struct work *work)
{
    struct paper_state *after = work->after;
    struct application_paper_result *told = &work->effects->result;
    const struct application_paper_result *result = &work->event->is.result;
    if (after->text.version == 0 || result->resolution <= after->resolution)
        return wf_ignored();
    *told = *result;
    memcpy(told->handle, work->event->meta.self.id, sizeof told->handle);
    if (after->resolution > 0 && result->score_hundredths < after->score_hundredths) {
        told->score_hundredths = after->score_hundredths;
        told->most = after->most;
    }
    told->passed = result->passed || (after->resolution > 0 && after->passed);
    after->resolution = result->resolution;
    after->passed = told->passed;
    after->score_hundredths = told->score_hundredths;
    after->most = told->most;
    push(work, PAPER_TELL_RESULT, 0);
    if (after->state != PAPER_CHECKING)
        enter(work, PAPER_RESOLVED);
    return wf_applied();
}

static struct wf_verdict rule_waiting(struct work *work)
{
    if (strcmp(work->after->waiting, work->event->is.waiting) == 0)
        return wf_ignored();
    memcpy(work->after->waiting, work->event->is.waiting, sizeof work->after->waiting);
    return wf_applied();
}

static struct wf_verdict rule_appeal(struct work *work)
{
    if (work->after->resolution == 0)
        return wf_ignored();
    push(work, PAPER_SEND_APPEAL, work->event->is.appeal);
    return wf_applied();
}

/* ---- the end ---- */

static struct wf_verdict rule_ended(struct work *work)
{
    struct paper_state *after = work->after;
    if (after->text.version > 0)
        push(work, PAPER_SEND_VOID, 0);
    link_people(work, PAPER_UNLINK);
    memset(&after->answers, 0, sizeof after->answers);
    memset(&after->text, 0, sizeof after->text);
    memset(after->hits, 0, sizeof after->hits);
    after->hit_count = 0;
    enter(work, PAPER_VOIDING);
    after->due = work->now + PAPER_JOB_PATIENCE;
    push(work, PAPER_FORGET_KEY, 0);
    return wf_applied();
}

static struct wf_verdict rule_forget_again(struct work *work)
{
    if (work->now < work->after->due)
        return wf_ignored();
    work->after->due = work->now + PAPER_JOB_PATIENCE;
    push(work, PAPER_FORGET_KEY, 0);
    return wf_applied();
}

static struct wf_verdict rule_forgotten(struct work *work)
{
    work->after->due = 0;
    enter(work, PAPER_VOID);
    return wf_applied();
}

/* ---- an integrity question, SPEC 11.2 ---- */

static struct wf_verdict rule_hold_ordered(struct work *work)
{
    const struct paper_signer *signer = &work->event->signer;
    if (!(signer->roles >> ROLE_IS_COORDINATOR & 1))
        return refuse(PAPER_REASON_ROLE);
    if (is_excluded(work->after, signer->id))
        return refuse(PAPER_REASON_EXCLUDED);
    if (work->after->text.version == 0)
        return refuse(PAPER_REASON_NOT_SEALED);
    push(work, PAPER_SEND_HOLD, work->event->is.hold);
    return wf_applied();
}

/* ---- unblinding, SPEC 11.3 ---- */

static struct wf_verdict rule_unblind_requested(struct work *work)
{
    struct paper_unblinding *unblinding = &work->after->unblinding;
    memset(unblinding, 0, sizeof *unblinding);
    memcpy(unblinding->requester, work->event->signer.id, sizeof unblinding->requester);
    unblinding->requester_roles = work->event->signer.roles;
    unblinding->requested = work->now;
    return wf_applied();
}

static void exclude(struct work *work, const char *operator_id)
{
    struct paper_state *after = work->after;
    if (is_excluded(after, operator_id))
        return;
    if (after->excluded_count == PAPER_OPERATORS) { /* the oldest is in exam's list all the same */
        memmove(&after->excluded[0], &after->excluded[1],
                (PAPER_OPERATORS - 1) * sizeof after->excluded[0]);
        after->excluded_count--;
    }
    struct paper_operator *row = &after->excluded[after->excluded_count];
    memset(row, 0, sizeof *row);
    memcpy(row->id, operator_id, sizeof row->id);
    if (after->text.version > 0)
        push(work, PAPER_EXCLUDE, after->excluded_count);
    after->excluded_count++;
}

static struct wf_verdict rule_unblind_approved(struct work *work)
{
    struct paper_unblinding *unblinding = &work->after->unblinding;
    const struct paper_signer *signer = &work->event->signer;
    if (!unblinding->requester[0] || unblinding->approver[0] ||
        work->now >= unblinding->requested + PAPER_UNBLIND_LIFE)
        return refuse(PAPER_REASON_UNBLIND_NONE);
    if (strcmp(unblinding->requester, signer->id) == 0)
        return refuse(PAPER_REASON_UNBLIND_OWN);
    if (unblinding->requester_roles & signer->roles)
        return refuse(PAPER_REASON_UNBLIND_ROLE);
    memcpy(unblinding->approver, signer->id, sizeof unblinding->approver);
    unblinding->approved = work->now;
    exclude(work, unblinding->requester);
    exclude(work, unblinding->approver);
    return wf_applied();
}

bool paper_is_unblinded_for(const struct paper_state *state, const char *operator_id, wf_time now)
{
    const struct paper_unblinding *unblinding = &state->unblinding;
    return unblinding->approver[0] && now >= unblinding->approved &&
           now < unblinding->approved + PAPER_UNBLIND_LIFE &&
           (strcmp(operator_id, unblinding->requester) == 0 ||
            strcmp(operator_id, unblinding->approver) == 0);
}

/* ---- the machine ---- */

typedef struct wf_verdict rule_f(struct work *work);
static rule_f *const cells[PAPER_EVENT_COUNT][PAPER_STATE_COUNT] = {
#define PAPER_CELLS(symbol, none, gathering, checking, sealed, resolved, voiding, void_)           \
    [PAPER_EVENT_##                                                                                \
        symbol] = {[PAPER_NONE] = rule_##none,         [PAPER_GATHERING] = rule_##gathering,       \
                   [PAPER_CHECKING] = rule_##checking, [PAPER_SEALED] = rule_##sealed,             \
                   [PAPER_RESOLVED] = rule_##resolved, [PAPER_VOIDING] = rule_##voiding,           \
                   [PAPER_VOID] = rule_##void_},
#include "paper_cells.def"
#undef PAPER_CELLS
};

struct wf_verdict paper_step(const void *policy, const void *before, const void *event, wf_time now,
                             void *after, void *effects)
{
    const struct paper_state *paper = before;
    struct work work = {.event = event, .now = now, .after = after, .effects = effects};
    (void)policy;
    *work.after = *paper;
    struct wf_verdict verdict = cells[work.event->kind][paper->state](&work);
    if (verdict.step != WF_APPLIED) {
        memset(after, 0, sizeof *work.after);
        memset(effects, 0, sizeof *work.effects);
    }
    return verdict;
}

wf_time paper_next_deadline(const void *policy, const void *state)
{
    const struct paper_state *paper = state;
    (void)policy;
    return paper->due == 0 ? WF_NEVER : paper->due;
}

bool paper_holds(const void *state, const char **broken)
{
    const struct paper_state *p = state;
    bool over = p->state == PAPER_NONE || p->state == PAPER_VOIDING || p->state == PAPER_VOID;
    if (p->hit_count > PAPER_HITS || p->token_count > PAPER_TOKENS ||
        p->person_count > PAPER_PEOPLE || p->prompt_count > PAPER_PROMPTS ||
        p->excluded_count > PAPER_OPERATORS)
        *broken = "every collection is bounded";
    else if (over && (p->answers.length || p->text.sealed.length))
        *broken = "a paper that is over has no text";
    else if (!over && !p->answers.length)
        *broken = "a living paper has answers";
    else if (p->state == PAPER_GATHERING && p->due == 0)
        *broken = "gathering has a deadline";
    else if ((p->state == PAPER_SEALED || p->state == PAPER_RESOLVED) && p->text.version == 0)
        *broken = "what exam has is sealed";
    else
        return true;
    return false;
}
