/* The application: the grid of states and events, registration, held events and ends.  SPEC 2. */
#include "application_rules.h"

#include <string.h>

const struct wf_reason application_reasons[APPLICATION_REASON_COUNT] = {
#define APPLICATION_REASON(symbol, its_code, its_text)                                             \
    [APPLICATION_REASON_##symbol] = {.code = its_code, .text = its_text},
#include "application_reasons.def"
#undef APPLICATION_REASON
};

struct state_row {
    const char *name;
    bool final;
};
static const struct state_row states[APPLICATION_STATE_COUNT] = {
#define APPLICATION_STATE(symbol, its_name, is_final)                                              \
    [APPLICATION_##symbol] = {.name = its_name, .final = is_final},
#include "application_states.def"
#undef APPLICATION_STATE
};

struct event_row {
    const char *name;
    application_rule_f *rules[APPLICATION_STATE_COUNT];
};
static const struct event_row events[APPLICATION_EVENT_COUNT] = {
#define APPLICATION_CELLS(symbol, its_name, none, held, registered, submitted, under_review, more, \
                          deferred, emerging, eligible, endorsed, withdrawn, expired)              \
    [APPLICATION_EVENT_##                                                                          \
        symbol] = {.name = its_name,                                                               \
                   .rules = {[APPLICATION_NONE] = application_rule_##none,                         \
                             [APPLICATION_HELD] = application_rule_##held,                         \
                             [APPLICATION_REGISTERED] = application_rule_##registered,             \
                             [APPLICATION_SUBMITTED] = application_rule_##submitted,               \
                             [APPLICATION_UNDER_REVIEW] = application_rule_##under_review,         \
                             [APPLICATION_MORE_INFORMATION] = application_rule_##more,             \
                             [APPLICATION_DEFERRED] = application_rule_##deferred,                 \
                             [APPLICATION_EMERGING] = application_rule_##emerging,                 \
                             [APPLICATION_EXAM_ELIGIBLE] = application_rule_##eligible,            \
                             [APPLICATION_ENDORSED] = application_rule_##endorsed,                 \
                             [APPLICATION_WITHDRAWN] = application_rule_##withdrawn,               \
                             [APPLICATION_EXPIRED] = application_rule_##expired}},
#include "application_cells.def"
#undef APPLICATION_CELLS
};

const char *application_state_name(enum application_state_id state)
{
    return states[state].name;
}

bool application_state_is_final(enum application_state_id state)
{
    return states[state].final;
}

const char *application_event_name(enum application_event_id event)
{
    return events[event].name;
}

/* ---- what rules share ---- */

struct application_effect *application_push(struct application_work *work,
                                            enum application_effect_id kind)
{
    struct application_effects *effects = work->effects;
    if (effects->count == APPLICATION_EFFECTS) {
        effects->overflow = true;
        effects->count--;
    }
    struct application_effect *effect = &effects->list[effects->count++];
    *effect = (struct application_effect){.kind = kind, .day = WF_NO_DATE};
    if (work->event->meta.actor[0])
        memcpy(effect->event, work->event->meta.message_id, sizeof effect->event);
    return effect;
}

void application_tell(struct application_work *work, enum intake_outcome outcome, int32_t index)
{
    struct application_effect *effect = application_push(work, APPLICATION_TELL);
    effect->outcome = outcome;
    effect->index = index;
}

void application_mail(struct application_work *work, enum application_mail_id mail, wf_date day)
{
    struct application_effect *effect = application_push(work, APPLICATION_MAIL);
    effect->mail = mail;
    effect->day = day;
}

void application_link(struct application_work *work, int32_t role, int32_t index, bool ended)
{
    struct application_effect *effect = application_push(work, APPLICATION_LINK);
    effect->role = role;
    effect->index = index;
    effect->ended = ended;
}

void application_enter(struct application_work *work, enum application_state_id state)
{
    work->after->state = state;
    work->after->since = work->now;
    work->after->due = 0;
}

const struct wf_association *application_association(const struct application_work *work)
{
    return wf_policy_association(work->policy->book, work->after->registration.association);
}

/* An association that left the policy folder still has cases; UTC and no rules are what is left. */
wf_date application_today(const struct application_work *work)
{
    const struct wf_association *association = application_association(work);
    return association ? wf_policy_local_date(work->policy->book, association, work->now)
                       : wf_time_to_utc_date(work->now);
}

wf_time application_end_of(const struct application_work *work, wf_date day)
{
    const struct wf_association *association = application_association(work);
    return association ? wf_policy_midnight(work->policy->book, association, day + 1)
                       : wf_time_from_utc_date(day + 1);
}

const struct wf_edition *application_edition(const struct application_work *work, wf_date on)
{
    const struct wf_association *association = application_association(work);
    return association ? wf_policy_edition(association, on) : NULL;
}

const struct wf_category_policy *application_category(const struct application_work *work,
                                                      const struct wf_edition *edition)
{
    int32_t category = work->after->registration.category;
    if (category <= 0 || category >= WF_CATEGORIES)
        return NULL;
    return &edition->categories[category];
}

void application_end(struct application_work *work, enum application_state_id state,
                     enum application_cancel cause)
{
    application_close_ratings(work, cause);
    for (int32_t i = 0; i < work->after->rater_count; i++)
        application_link(work, ROLE_RATER, i, true);
    for (int32_t i = 0; i < work->after->reviewer_count; i++)
        application_link(work, ROLE_REVIEWER, i, true);
    for (int32_t i = 0; i < work->after->provider_count; i++)
        application_link(work, ROLE_PROVIDER, i, true);
    application_link(work, ROLE_APPLICANT, 0, true);
    if (work->after->exam.paper[0] && state != APPLICATION_ENDORSED)
        application_push(work, APPLICATION_PAPER_END);
    application_enter(work, state);
}

/* ---- refusals and nothing ---- */

struct wf_verdict application_rule_nothing_new(struct application_work *work)
{
    (void)work;
    return wf_ignored();
}

struct wf_verdict application_rule_tick_early(struct application_work *work)
{
    return application_rule_nothing_new(work);
}

#define REFUSING(name, reason)                                                                     \
    struct wf_verdict application_rule_refuse_##name(struct application_work *work)                \
    {                                                                                              \
        (void)work;                                                                                \
        return application_refuse(APPLICATION_REASON_##reason);                                    \
    }
REFUSING(submitted, SUBMITTED)
REFUSING(not_submitted, NOT_SUBMITTED)
REFUSING(not_assigned, NOT_ASSIGNED)
REFUSING(not_under_review, NOT_UNDER_REVIEW)
REFUSING(decided, DECIDED)
REFUSING(ended, ENDED)

/* ---- held events, SPEC 2.2 ---- */

/* An all-zero state means 1 January 1970 wherever it has a date. */
static void forget_dates(struct application_state *state)
{
    state->submitted_on = WF_NO_DATE;
    state->decided_on = WF_NO_DATE;
    state->eligible_until = WF_NO_DATE;
    state->review_opens = WF_NO_DATE;
    state->emerging_until = WF_NO_DATE;
    state->ethics_on = WF_NO_DATE;
    state->agreement_on = WF_NO_DATE;
    state->member_until = WF_NO_DATE;
    state->registration.on = WF_NO_DATE;
    state->exam.sitting_on = WF_NO_DATE;
    state->exam.retake_on = WF_NO_DATE;
    state->exam.retake_from = WF_NO_DATE;
    state->exam.resolved_on = WF_NO_DATE;
}

static wf_time held_until(const struct application_work *work, const struct application_held *held)
{
    return held->at + work->policy->held_days * WF_DAY;
}

struct wf_verdict application_rule_hold(struct application_work *work)
{
    struct application_state *after = work->after;
    if (after->held_count == APPLICATION_HELD_EVENTS)
        return application_refuse(APPLICATION_REASON_HELD_FULL);
    if (after->state == APPLICATION_NONE) {
        forget_dates(after);
        application_enter(work, APPLICATION_HELD);
    }
    struct application_held *held = &after->held[after->held_count++];
    held->at = work->now;
    held->happened = work->event->meta.happened;
    held->kind = work->event->kind;
    held->is = work->event->is;
    memcpy(held->event, work->event->meta.message_id, sizeof held->event);
    memcpy(held->portal, work->event->meta.actor, sizeof held->portal);
    after->due = held_until(work, &after->held[0]);
    application_tell(work, INTAKE_OUTCOME_EVENT_HELD, 0);
    struct application_effect *effect = &work->effects->list[work->effects->count - 1];
    effect->about = held->kind;
    effect->until = held_until(work, held);
    memcpy(effect->portal, held->portal, sizeof effect->portal);
    return wf_applied();
}

static void tell_refused(struct application_work *work, const struct application_held *held,
                         enum application_reason_id reason)
{
    struct application_effect *effect = application_push(work, APPLICATION_TELL);
    effect->outcome = INTAKE_OUTCOME_EVENT_REFUSED;
    effect->reason = reason;
    effect->about = held->kind;
    memcpy(effect->event, held->event, sizeof effect->event);
    memcpy(effect->portal, held->portal, sizeof effect->portal);
}

struct wf_verdict application_rule_tick_held(struct application_work *work)
{
    struct application_state *after = work->after;
    int32_t over = 0;
    if (work->now < after->due)
        return wf_ignored();
    while (over < after->held_count && held_until(work, &after->held[over]) <= work->now)
        tell_refused(work, &after->held[over++], APPLICATION_REASON_NEVER_REGISTERED);
    memmove(&after->held[0], &after->held[over],
            (size_t)(after->held_count - over) * sizeof after->held[0]);
    memset(&after->held[after->held_count - over], 0, (size_t)over * sizeof after->held[0]);
    after->held_count -= over;
    if (after->held_count > 0)
        after->due = held_until(work, &after->held[0]);
    else
        application_enter(work, APPLICATION_NONE);
    return wf_applied();
}

/* In the order of their arrival; what one refuses does not stop the next. */
static void apply_held(struct application_work *work)
{
    const struct application_event *registration = work->event;
    for (int32_t i = 0; i < work->before->held_count; i++) {
        const struct application_held *held = &work->before->held[i];
        struct application_event event = {.kind = held->kind, .is = held->is};
        event.meta = registration->meta;
        event.meta.happened = held->happened;
        memcpy(event.meta.message_id, held->event, sizeof event.meta.message_id);
        memcpy(event.meta.actor, held->portal, sizeof event.meta.actor);
        work->event = &event;
        struct wf_verdict verdict = application_apply(work);
        if (verdict.step == WF_REFUSED)
            tell_refused(work, held, (enum application_reason_id)verdict.reason);
    }
    work->event = registration;
}

/* ---- registration, SPEC 2.2 ---- */

static bool same_registration(const struct application_registration *a,
                              const struct application_registration *b)
{
    return strcmp(a->association, b->association) == 0 && strcmp(a->person, b->person) == 0 &&
           a->category == b->category && a->age_line == b->age_line &&
           strcmp(a->transfer_from, b->transfer_from) == 0;
}

struct wf_verdict application_rule_registered_again(struct application_work *work)
{
    if (!same_registration(&work->after->registration, &work->event->is.registration))
        return application_refuse(APPLICATION_REASON_REGISTERED_DIFFERENTLY);
    return wf_applied();
}

bool application_is_offered(const struct wf_edition *edition, int32_t category, int32_t age_line)
{
    return category > 0 && category < WF_CATEGORIES && edition->categories[category].offered &&
           age_line > 0 && age_line <= 2 && (edition->age_lines >> age_line & 1);
}

static enum application_reason_id may_register(const struct application_work *work,
                                               const struct wf_association *association,
                                               const struct wf_edition **edition, wf_date *on)
{
    const struct application_registration *wish = &work->event->is.registration;
    if (!association)
        return APPLICATION_REASON_ASSOCIATION_UNKNOWN;
    wf_date today = wf_policy_local_date(work->policy->book, association, work->now);
    *on = wish->on == WF_NO_DATE ? today : wish->on;
    if (*on > today)
        return APPLICATION_REASON_DATE_AHEAD;
    *edition = wf_policy_edition(association, *on);
    if (!application_is_offered(*edition, wish->category, wish->age_line))
        return APPLICATION_REASON_CATEGORY_NOT_OFFERED;
    if (strcmp(wish->transfer_from, wish->association) == 0)
        return APPLICATION_REASON_SAME_ASSOCIATION;
    if (wish->transfer_from[0] && !(*edition)->transfers_honoured)
        return APPLICATION_REASON_NOT_HONOURED;
    if (strlen(wish->association) + 1 + strlen(wish->person) > WF_ID_MAX)
        return APPLICATION_REASON_PERSON_ID_LONG;
    return APPLICATION_REASON_NONE;
}

struct wf_verdict application_rule_registration(struct application_work *work)
{
    struct application_state *after = work->after;
    const struct application_registration *wish = &work->event->is.registration;
    const struct wf_association *association =
        wf_policy_association(work->policy->book, wish->association);
    const struct wf_edition *edition = NULL;
    wf_date on = WF_NO_DATE;
    enum application_reason_id reason = may_register(work, association, &edition, &on);
    if (reason != APPLICATION_REASON_NONE)
        return application_refuse(reason);
    memset(after, 0, sizeof *after);
    forget_dates(after);
    after->registration = *wish;
    after->registration.on = on;
    memcpy(after->portal, work->event->meta.actor, sizeof after->portal);
    memcpy(after->edition, edition->name, sizeof after->edition);
    application_enter(work, APPLICATION_REGISTERED);
    wf_date draft_until = WF_NO_DATE;
    if (edition->draft_expiry_days > 0) {
        draft_until = on + edition->draft_expiry_days;
        after->due = application_end_of(work, draft_until);
    }
    application_tell(work, INTAKE_OUTCOME_ACCEPTED, 0);
    work->effects->list[work->effects->count - 1].day = draft_until;
    application_link(work, ROLE_APPLICANT, 0, false);
    application_mail(work, APPLICATION_MAIL_REGISTERED, draft_until);
    if (edition->code_of_ethics)
        application_mail(work, APPLICATION_MAIL_ETHICS, WF_NO_DATE);
    apply_held(work);
    return wf_applied();
}

/* ---- ends, SPEC 2.7 ---- */

static void tell_end(struct application_work *work, enum intake_outcome outcome,
                     enum application_mail_id mail, wf_date day)
{
    struct application_effect *effect = application_push(work, APPLICATION_TELL);
    effect->outcome = outcome;
    effect->from = work->after->state;
    effect->day = day;
    application_mail(work, mail, day);
}

struct wf_verdict application_rule_withdrawal(struct application_work *work)
{
    tell_end(work, INTAKE_OUTCOME_WITHDRAWAL, APPLICATION_MAIL_WITHDRAWN, WF_NO_DATE);
    if (work->after->emerging)
        (void)application_push(work, APPLICATION_ARCHIVE);
    work->after->emerging = false;
    application_end(work, APPLICATION_WITHDRAWN, CANCEL_WITHDRAWN);
    return wf_applied();
}

static struct wf_verdict expire(struct application_work *work)
{
    if (work->after->due == 0 || work->now < work->after->due)
        return wf_ignored();
    tell_end(work, INTAKE_OUTCOME_EXPIRED, APPLICATION_MAIL_EXPIRED, application_today(work));
    application_end(work, APPLICATION_EXPIRED, CANCEL_CLOSED);
    return wf_applied();
}

struct wf_verdict application_rule_tick_draft(struct application_work *work)
{
    return expire(work);
}

struct wf_verdict application_rule_tick_eligibility(struct application_work *work)
{
    return expire(work);
}

/* ---- the machine ---- */

static bool is_of_other_portal(const struct application_work *work)
{
    const char *actor = work->event->meta.actor;
    bool is_operator = strncmp(actor, "operator/", 9) == 0; /* messages.def says what those may */
    return actor[0] && !is_operator && work->after->portal[0] &&
           strcmp(actor, work->after->portal) != 0;
}

struct wf_verdict application_apply(struct application_work *work)
{
    if (is_of_other_portal(work))
        return application_refuse(APPLICATION_REASON_OTHER_PORTAL);
    return events[work->event->kind].rules[work->after->state](work);
}

struct wf_verdict application_step(const void *policy, const void *before, const void *event,
                                   wf_time now, void *after, void *effects)
{
    struct application_work work = {.policy = policy,
                                    .before = before,
                                    .event = event,
                                    .now = now,
                                    .after = after,
                                    .effects = effects};
    *work.after = *work.before;
    struct wf_verdict verdict = application_apply(&work);
    if (verdict.step != WF_APPLIED) {
        memset(after, 0, sizeof *work.after);
        memset(effects, 0, sizeof *work.effects);
    }
    return verdict;
}

wf_time application_next_deadline(const void *policy, const void *state)
{
    const struct application_state *application = state;
    (void)policy; /* deadlines are fixed when a state is entered, by the edition of that day */
    wf_time due = application->due == 0 ? WF_NEVER : application->due;
    bool ends = application->emerging && application->emerging_ends != 0;
    return ends && application->emerging_ends < due ? application->emerging_ends : due;
}

bool application_holds(const void *state, const char **broken)
{
    const struct application_state *a = state;
    bool registered = a->state != APPLICATION_NONE && a->state != APPLICATION_HELD;
#define HOLDS(condition, sentence)                                                                 \
    if (!(condition)) {                                                                            \
        *broken = sentence;                                                                        \
        return false;                                                                              \
    }
    HOLDS(a->state < APPLICATION_STATE_COUNT, "the state is one of the table")
    HOLDS(registered == (a->portal[0] != '\0'), "a registered application has an owner")
    HOLDS(registered == (a->registration.association[0] != '\0'),
          "a registered application has an association")
    HOLDS((a->state == APPLICATION_HELD) == (a->held_count > 0), "events wait only in state held")
    HOLDS(a->held_count <= APPLICATION_HELD_EVENTS, "held events are bounded")
    HOLDS(registered || a->entry_count == 0, "only a registered application has entries")
    HOLDS(a->entry_count <= APPLICATION_ENTRIES && a->fee_count <= APPLICATION_FEES &&
              a->transcript_count <= APPLICATION_TRANSCRIPTS,
          "evidence is bounded")
    HOLDS(a->rater_count <= APPLICATION_RATERS, "raters are bounded")
    HOLDS(a->reviewer_count <= APPLICATION_REVIEWERS, "reviewers are bounded")
    HOLDS(a->state != APPLICATION_HELD || a->due != 0, "held events have a deadline")
    HOLDS(!states[a->state].final || a->due == 0, "an ended application waits for nothing")
    HOLDS(a->state != APPLICATION_UNDER_REVIEW || a->round > 0, "a review has a round")
    HOLDS(a->provider_count <= APPLICATION_PROVIDERS && a->span_count <= APPLICATION_SPANS,
          "what is known of people is bounded")
    HOLDS(a->state != APPLICATION_EMERGING || a->emerging, "an emerging endorsement is granted")
    HOLDS(!states[a->state].final || !a->emerging, "an ended application is emerging no longer")
    for (int32_t i = 0; i < a->reviewer_count; i++)
        HOLDS(a->reviewers[i].withdrawn || !application_is_rater(a, a->reviewers[i].id),
              "nobody reviews whom she rates")
#undef HOLDS
    return true;
}
