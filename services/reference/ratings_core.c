/* The machine `ratings`.  SPEC 2: one request at a time through the table of cells; a tick goes
 * through all of them. */
#include "ratings_core.h"

#include <string.h>

/* One request in one step: what it is judged by, and where it is changed. */
struct turn {
    const struct ratings_policy *policy;
    const struct wf_association *association; /* NULL: its policy is gone */
    const struct ratings_event *event;
    wf_time now;
    struct ratings_state *after;
    struct ratings_effects *effects;
    int32_t place; /* in requests[] */
};

static const uint8_t cells[RATINGS_STATE_COUNT][RATINGS_EVENT_COUNT] = {
#define RATINGS_ROW(state, tick, asked, waiver, cancelled, address, mailed, failed, begun, draft,  \
                    submitted, declined, copied)                                                   \
    [RATINGS_##state] = {[RATINGS_EVENT_TICK] = RATINGS_DO_##tick,                                 \
                         [RATINGS_EVENT_ASKED] = RATINGS_DO_##asked,                               \
                         [RATINGS_EVENT_WAIVER] = RATINGS_DO_##waiver,                             \
                         [RATINGS_EVENT_CANCELLED] = RATINGS_DO_##cancelled,                       \
                         [RATINGS_EVENT_ADDRESS] = RATINGS_DO_##address,                           \
                         [RATINGS_EVENT_MAILED] = RATINGS_DO_##mailed,                             \
                         [RATINGS_EVENT_MAIL_FAILED] = RATINGS_DO_##failed,                        \
                         [RATINGS_EVENT_BEGUN] = RATINGS_DO_##begun,                               \
                         [RATINGS_EVENT_DRAFT] = RATINGS_DO_##draft,                               \
                         [RATINGS_EVENT_SUBMITTED] = RATINGS_DO_##submitted,                       \
                         [RATINGS_EVENT_DECLINED] = RATINGS_DO_##declined,                         \
                         [RATINGS_EVENT_COPIED] = RATINGS_DO_##copied},
#include "ratings_cells.def"
#undef RATINGS_ROW
};

enum ratings_action ratings_cell(enum ratings_state_name state, enum ratings_event_kind event)
{
    return (enum ratings_action)cells[state][event];
}

static int32_t place_of(const struct ratings_state *state, uint32_t number)
{
    for (int32_t i = 0; number && i < RATINGS_REQUESTS_MAX; i++)
        if (state->requests[i].number == number)
            return i;
    return -1;
}

static bool waits_for_rater(const struct ratings_request *request)
{
    return request->state == RATINGS_REQUESTED || request->state == RATINGS_BOUNCED ||
           request->state == RATINGS_OPENED;
}

const struct ratings_request *ratings_by_link(const struct ratings_state *state, uint32_t number,
                                              uint32_t generation, wf_time now)
{
    int32_t place = place_of(state, number);
    if (place < 0)
        return NULL;
    const struct ratings_request *request = &state->requests[place];
    bool good =
        waits_for_rater(request) && request->generation == generation && now < request->link_until;
    return good ? request : NULL;
}

bool ratings_may_read_link(const struct ratings_state *state, uint32_t number, wf_time now)
{
    int32_t place = place_of(state, number);
    const struct ratings_request *request = place < 0 ? NULL : &state->requests[place];
    return request && ratings_by_link(state, number, request->generation, now) &&
           request->copied_at != 0 && now - request->copied_at <= RATINGS_COPY_MINUTES * WF_MINUTE;
}

/* ---- time (SPEC 3) ---- */

/* The edition that judges a link: the one in force on the local day it was sent. */
static const struct wf_edition *edition_of(const struct ratings_policy *policy,
                                           const struct wf_association *association,
                                           const struct ratings_request *request)
{
    return wf_policy_edition(association,
                             wf_policy_local_date(policy->book, association, request->link_at));
}

static wf_time next_reminder(const struct ratings_policy *policy,
                             const struct wf_association *association,
                             const struct ratings_request *request)
{
    const struct wf_edition *edition = edition_of(policy, association, request);
    if (request->reminders >= edition->rating_reminders || request->reminders >= WF_REMINDERS_MAX)
        return WF_NEVER;
    wf_date sent = wf_policy_local_date(policy->book, association, request->link_at);
    wf_date day = sent + edition->rating_reminder_days[request->reminders];
    wf_time at =
        wf_policy_midnight(policy->book, association, day) + RATINGS_REMINDER_HOUR * WF_HOUR;
    return at < request->link_until ? at : WF_NEVER;
}

static wf_time deadline_of(const struct ratings_policy *policy,
                           const struct wf_association *association,
                           const struct ratings_request *request)
{
    if (request->state == RATINGS_COMPLETED)
        return request->valid_until;
    if (!waits_for_rater(request))
        return WF_NEVER;
    if (request->state == RATINGS_BOUNCED || !association)
        return request->link_until;
    wf_time reminder = next_reminder(policy, association, request);
    return reminder < request->link_until ? reminder : request->link_until;
}

wf_time ratings_request_deadline(const struct ratings_policy *policy,
                                 const struct ratings_state *state,
                                 const struct ratings_request *request)
{
    return deadline_of(policy, wf_policy_association(policy->book, state->association), request);
}

wf_time ratings_next_deadline(const void *policy, const void *state)
{
    const struct ratings_state *ratings = state;
    wf_time earliest = WF_NEVER;
    for (int32_t i = 0; i < RATINGS_REQUESTS_MAX && ratings->requests[i].number; i++) {
        wf_time due = ratings_request_deadline(policy, ratings, &ratings->requests[i]);
        if (due < earliest)
            earliest = due;
    }
    return earliest;
}

wf_date ratings_due_on(const struct ratings_policy *policy, const struct ratings_state *state,
                       const struct ratings_request *request)
{
    const struct wf_association *association =
        wf_policy_association(policy->book, state->association);
    if (!association)
        return wf_time_to_utc_date(request->link_until - 1);
    return wf_policy_local_date(policy->book, association, request->link_until - 1);
}

/* ---- actions ---- */

static struct ratings_request *request_of(const struct turn *turn)
{
    return &turn->after->requests[turn->place];
}

static void enter(const struct turn *turn, enum ratings_state_name state)
{
    request_of(turn)->state = state;
    turn->effects->report[turn->place] = true;
}

static void put_paper(const struct turn *turn)
{
    request_of(turn)->paper = turn->event->paper;
    turn->effects->paper[turn->place] = RATINGS_PAPER_PUT;
}

static void drop_paper(const struct turn *turn)
{
    struct ratings_request *request = request_of(turn);
    if (!request->paper.length)
        return;
    memset(&request->paper, 0, sizeof request->paper);
    turn->effects->paper[turn->place] = RATINGS_PAPER_DROP;
}

static void send_link(const struct turn *turn)
{
    struct ratings_request *request = request_of(turn);
    request->generation++;
    request->link_at = turn->now;
    request->mailed_at = 0;
    request->copied_at = 0;
    request->reminders = 0;
    const struct wf_edition *edition = edition_of(turn->policy, turn->association, request);
    wf_date sent = wf_policy_local_date(turn->policy->book, turn->association, turn->now);
    request->link_until = wf_policy_midnight(turn->policy->book, turn->association,
                                             sent + edition->rating_link_days + 1);
    turn->effects->mail[turn->place] = RATINGS_MAIL_REQUEST;
    enter(turn, RATINGS_REQUESTED);
}

static bool is_same_application(const struct ratings_state *state,
                                const struct ratings_event *event)
{
    return !strcmp(state->applicant_id, event->applicant_id) &&
           !strcmp(state->association, event->association) && state->category == event->category &&
           state->age_line == event->age_line;
}

/* SPEC 2.3; the place is the first free one. */
static struct wf_verdict ask(struct turn *turn)
{
    const struct ratings_event *event = turn->event;
    struct ratings_state *after = turn->after;
    while (turn->place < RATINGS_REQUESTS_MAX && after->requests[turn->place].number)
        turn->place++;
    if (!event->request)
        return wf_refused(RATINGS_REQUEST_EXISTS);
    if (turn->place == RATINGS_REQUESTS_MAX)
        return wf_refused(RATINGS_TOO_MANY);
    turn->association = wf_policy_association(turn->policy->book, event->association);
    if (!turn->association)
        return wf_refused(RATINGS_ASSOCIATION_UNKNOWN);
    if (after->applicant_id[0] && !is_same_application(after, event))
        return wf_refused(RATINGS_APPLICATION_DIFFERS);
    wf_date today = wf_policy_local_date(turn->policy->book, turn->association, turn->now);
    const struct wf_form *form =
        wf_form_for(turn->policy->forms, event->category, event->age_line, today);
    if (!form)
        return wf_refused(RATINGS_FORM_UNKNOWN);
    memcpy(after->applicant_id, event->applicant_id, sizeof after->applicant_id);
    memcpy(after->association, event->association, sizeof after->association);
    after->category = event->category;
    after->age_line = event->age_line;
    struct ratings_request *request = request_of(turn);
    request->number = event->request;
    memcpy(request->rater_id, event->rater_id, sizeof request->rater_id);
    request->role = event->role;
    request->waived = event->waived;
    request->asked_at = turn->now;
    memcpy(request->form, form->name, sizeof request->form);
    request->form_version = form->version;
    send_link(turn);
    return wf_applied();
}

static struct wf_verdict waive(const struct turn *turn)
{
    struct ratings_request *request = request_of(turn);
    if (request->waived == turn->event->waived)
        return wf_ignored();
    request->waived = turn->event->waived;
    return wf_applied();
}

static struct wf_verdict cancel(const struct turn *turn)
{
    drop_paper(turn);
    enter(turn, RATINGS_CANCELLED);
    return wf_applied();
}

/* SPEC 2.4 */
static struct wf_verdict new_link(const struct turn *turn)
{
    if (!turn->association)
        return wf_refused(RATINGS_ASSOCIATION_UNKNOWN);
    drop_paper(turn);
    send_link(turn);
    return wf_applied();
}

static struct wf_verdict note_mail(const struct turn *turn)
{
    struct ratings_request *request = request_of(turn);
    if (request->generation != turn->event->generation || request->mailed_at)
        return wf_ignored();
    request->mailed_at = turn->now;
    return wf_applied();
}

static struct wf_verdict bounce(const struct turn *turn)
{
    if (request_of(turn)->generation != turn->event->generation)
        return wf_ignored();
    enter(turn, RATINGS_BOUNCED);
    return wf_applied();
}

/* SPEC 3: the end of the link, else the reminders that are due, as one mail. */
static struct wf_verdict pass_time(const struct turn *turn)
{
    struct ratings_request *request = request_of(turn);
    if (turn->now >= request->link_until) {
        drop_paper(turn);
        enter(turn, RATINGS_SILENT);
        return wf_applied();
    }
    if (request->state == RATINGS_BOUNCED || !turn->association)
        return wf_ignored();
    int32_t before = request->reminders;
    while (next_reminder(turn->policy, turn->association, request) <= turn->now)
        request->reminders++;
    if (request->reminders == before)
        return wf_ignored();
    turn->effects->mail[turn->place] = RATINGS_MAIL_REMINDER;
    return wf_applied();
}

static struct wf_verdict expire(const struct turn *turn)
{
    if (turn->now < request_of(turn)->valid_until)
        return wf_ignored();
    enter(turn, RATINGS_EXPIRED);
    return wf_applied();
}

static struct wf_verdict open_form(const struct turn *turn)
{
    enter(turn, RATINGS_OPENED);
    return wf_applied();
}

/* WF_FORM_OK, or the first problem of the answers under the form the request was made with. */
static struct wf_verdict check_answers(const struct turn *turn, bool draft)
{
    const struct ratings_request *request = request_of(turn);
    const struct ratings_event *event = turn->event;
    const struct wf_form *form =
        wf_form_named(turn->policy->forms, request->form, request->form_version);
    if (!form)
        return wf_refused(RATINGS_FORM_UNKNOWN);
    enum wf_form_problem problem = event->problem;
    if (problem == WF_FORM_OK)
        problem = wf_form_check(form, &event->answers, draft, NULL);
    if (problem != WF_FORM_OK)
        return wf_refused((uint16_t)(RATINGS_FORM_REASONS + (int)problem));
    return wf_applied();
}

static struct wf_verdict save_draft(const struct turn *turn)
{
    struct wf_verdict verdict = check_answers(turn, true);
    if (verdict.step != WF_APPLIED)
        return verdict;
    put_paper(turn);
    if (request_of(turn)->state != RATINGS_OPENED)
        enter(turn, RATINGS_OPENED);
    return verdict;
}

static wf_time end_of_validity(const struct turn *turn, int32_t valid_days)
{
    if (!valid_days)
        return WF_NEVER;
    wf_date answered = wf_policy_local_date(turn->policy->book, turn->association, turn->now);
    return wf_policy_midnight(turn->policy->book, turn->association, answered + valid_days + 1);
}

/* SPEC 2.5 */
static struct wf_verdict judge(const struct turn *turn)
{
    if (!turn->association)
        return wf_refused(RATINGS_ASSOCIATION_UNKNOWN);
    struct wf_verdict verdict = check_answers(turn, false);
    if (verdict.step != WF_APPLIED)
        return verdict;
    struct ratings_request *request = request_of(turn);
    const struct wf_edition *edition = edition_of(turn->policy, turn->association, request);
    request->not_enough = wf_form_not_enough(&turn->event->answers);
    request->recommendation = turn->event->answers.recommendation;
    request->answered_at = turn->now;
    bool counts = request->not_enough <= edition->rating_not_enough_max;
    request->valid_until = counts ? end_of_validity(turn, edition->rating_valid_days) : WF_NEVER;
    put_paper(turn);
    turn->effects->mail[turn->place] = RATINGS_MAIL_THANKS;
    enter(turn, counts ? RATINGS_COMPLETED : RATINGS_NOT_COUNTABLE);
    return verdict;
}

static struct wf_verdict decline(const struct turn *turn)
{
    request_of(turn)->answered_at = turn->now;
    put_paper(turn);
    enter(turn, RATINGS_DECLINED);
    return wf_applied();
}

/* SPEC 4.1: the line of the journal says who, when and why. */
static struct wf_verdict copy_link(const struct turn *turn)
{
    struct ratings_request *request = request_of(turn);
    if (turn->now >= request->link_until)
        return wf_refused(RATINGS_LINK_NOT_VALID);
    request->copied_at = turn->now;
    return wf_applied();
}

/* ---- the step ---- */

static struct wf_verdict act(struct turn *turn, enum ratings_action action)
{
    switch (action) {
    case RATINGS_DO_IGNORE:
        return wf_ignored();
    case RATINGS_DO_UNASKED:
        return wf_refused(RATINGS_REQUEST_UNKNOWN);
    case RATINGS_DO_EXISTS:
        return wf_refused(RATINGS_REQUEST_EXISTS);
    case RATINGS_DO_ANSWERED:
        return wf_refused(RATINGS_ALREADY_ANSWERED);
    case RATINGS_DO_LINK:
        return wf_refused(RATINGS_LINK_NOT_VALID);
    case RATINGS_DO_ASK:
        return ask(turn);
    case RATINGS_DO_WAIVE:
        return waive(turn);
    case RATINGS_DO_CANCEL:
        return cancel(turn);
    case RATINGS_DO_NEW_LINK:
        return new_link(turn);
    case RATINGS_DO_NOTE:
        return note_mail(turn);
    case RATINGS_DO_BOUNCE:
        return bounce(turn);
    case RATINGS_DO_TIME:
        return pass_time(turn);
    case RATINGS_DO_EXPIRE:
        return expire(turn);
    case RATINGS_DO_OPEN:
        return open_form(turn);
    case RATINGS_DO_DRAFT:
        return save_draft(turn);
    case RATINGS_DO_JUDGE:
        return judge(turn);
    case RATINGS_DO_DECLINE:
        return decline(turn);
    case RATINGS_DO_COPY:
        return copy_link(turn);
    }
    return wf_ignored();
}

static bool comes_by_link(enum ratings_event_kind kind)
{
    return kind == RATINGS_EVENT_BEGUN || kind == RATINGS_EVENT_DRAFT ||
           kind == RATINGS_EVENT_SUBMITTED || kind == RATINGS_EVENT_DECLINED;
}

/* An event about one request. */
static struct wf_verdict step_one(struct turn *turn)
{
    const struct ratings_event *event = turn->event;
    int32_t place = place_of(turn->after, event->request);
    enum ratings_state_name state = RATINGS_UNKNOWN;
    if (place >= 0)
        state = turn->after->requests[place].state;
    if (comes_by_link(event->kind) &&
        !ratings_by_link(turn->after, event->request, event->generation, turn->now))
        return wf_refused(RATINGS_LINK_NOT_VALID);
    turn->place = place >= 0 ? place : 0;
    return act(turn, ratings_cell(state, event->kind));
}

/* A tick: applied if it was for any request. */
static struct wf_verdict step_all(struct turn *turn)
{
    struct wf_verdict whole = wf_ignored();
    for (int32_t i = 0; i < RATINGS_REQUESTS_MAX && turn->after->requests[i].number; i++) {
        turn->place = i;
        enum ratings_action action =
            ratings_cell(turn->after->requests[i].state, RATINGS_EVENT_TICK);
        if (act(turn, action).step == WF_APPLIED)
            whole = wf_applied();
    }
    return whole;
}

/* SPEC 2.4: the latest request to that person. */
static struct wf_verdict step_rater(struct turn *turn)
{
    int32_t i = RATINGS_REQUESTS_MAX - 1;
    while (i >= 0 && (!turn->after->requests[i].number ||
                      strcmp(turn->after->requests[i].rater_id, turn->event->rater_id) != 0))
        i--;
    if (i < 0)
        return wf_ignored();
    turn->place = i;
    return act(turn, ratings_cell(turn->after->requests[i].state, RATINGS_EVENT_ADDRESS));
}

static struct wf_verdict step_event(struct turn *turn)
{
    if (turn->event->kind == RATINGS_EVENT_TICK)
        return step_all(turn);
    if (turn->event->kind == RATINGS_EVENT_ADDRESS)
        return step_rater(turn);
    return step_one(turn);
}

struct wf_verdict ratings_step(const void *policy, const void *before, const void *event,
                               wf_time now, void *after, void *effects)
{
    struct ratings_state next = *(const struct ratings_state *)before;
    struct ratings_effects done = {0};
    struct turn turn = {
        .policy = policy, .event = event, .now = now, .after = &next, .effects = &done};
    turn.association = wf_policy_association(turn.policy->book, next.association);
    struct wf_verdict verdict = step_event(&turn);
    if (verdict.step == WF_APPLIED) {
        *(struct ratings_state *)after = next;
        *(struct ratings_effects *)effects = done;
    }
    return verdict;
}

/* ---- invariants ---- */

static const char *broken_request(const struct ratings_request *request)
{
    bool answered = request->state == RATINGS_COMPLETED ||
                    request->state == RATINGS_NOT_COUNTABLE || request->state == RATINGS_EXPIRED;
    bool may_have_paper =
        answered || request->state == RATINGS_OPENED || request->state == RATINGS_DECLINED;
    if (request->state == RATINGS_UNKNOWN || request->state >= RATINGS_STATE_COUNT)
        return "a request has a state";
    if (!request->rater_id[0] || !request->form[0] || request->generation < 1)
        return "a request has a rater, a form and a link";
    if (answered != (request->recommendation != WF_FORM_NO_RECOMMENDATION))
        return "what was answered has a recommendation, and nothing else has";
    if (answered && (!request->paper.length || !request->answered_at))
        return "what was answered has a paper and a time";
    if (request->paper.length && !may_have_paper)
        return "only what was begun has a paper";
    if (request->link_until <= request->link_at || request->link_until == WF_NEVER)
        return "a link ends, after it was sent";
    if (request->reminders < 0 || request->reminders > WF_REMINDERS_MAX)
        return "reminders are bounded";
    return NULL;
}

bool ratings_hold(const void *state, const char **broken)
{
    const struct ratings_state *ratings = state;
    *broken = NULL;
    for (int32_t i = 0; i < RATINGS_REQUESTS_MAX && !*broken; i++) {
        const struct ratings_request *request = &ratings->requests[i];
        bool gap = i > 0 && request->number && !ratings->requests[i - 1].number;
        if (request->number)
            *broken = broken_request(request);
        if (gap)
            *broken = "requests have no gaps";
        if (request->number && place_of(ratings, request->number) != i)
            *broken = "a number is given once";
    }
    if (!*broken && ratings->requests[0].number && !ratings->applicant_id[0])
        *broken = "requests belong to an applicant";
    return !*broken;
}
