/* What a standing waits for, since when, until when, and what happens then.  SPEC 2.1. */
#include "standing_service.h"

#include <stdio.h>
#include <string.h>

/* One sentence in the making. */
struct sentence {
    const struct standing_policy *policy;
    const struct standing *standing;
    const struct wf_edition *edition; /* of the cycle; NULL without one */
    char *text;
    size_t size, used;
};

static void say(struct sentence *sentence, const char *words, const char *more)
{
    int length = snprintf(sentence->text + sentence->used, sentence->size - sentence->used, "%s%s",
                          words, more);
    if (length > 0)
        sentence->used += (size_t)length;
    if (sentence->used >= sentence->size)
        sentence->used = sentence->size - 1;
}

static void say_day(struct sentence *sentence, const char *words, wf_date day)
{
    char text[WF_DATE_TEXT];
    wf_date_format(day, text);
    say(sentence, words, text);
}

static void say_time(struct sentence *sentence, const char *words, wf_time time)
{
    char text[WF_TIME_TEXT];
    wf_time_format(time, text);
    say(sentence, words, text);
}

/* ---- what is lacking ---- */

/* Of the hours, the first rule that keeps a form from being sent. */
static void say_hours(struct sentence *sentence)
{
    static const char *const words[STANDING_REASON_COUNT] = {
        [STANDING_BECAUSE_TRAINING_SHORT] = "training hours",
        [STANDING_BECAUSE_DEI_SHORT] = "hours about diversity",
        [STANDING_BECAUSE_RSC_TRAINING_SHORT] = "hours about giving reflective supervision",
        [STANDING_BECAUSE_RSC_SHORT] = "hours of reflective supervision",
        [STANDING_BECAUSE_RSC_SPREAD] = "reflective supervision over more months"};
    const struct standing *standing = sentence->standing;
    if (sentence->edition->renewal_attested)
        return;
    for (int32_t i = 0; i < standing->designation_count; i++) {
        const struct standing_designation *one = &standing->designations[i];
        if (one->status != STANDING_IS_ACTIVE || one->due != standing->cycle_due ||
            one->renewal_on != 0)
            continue;
        enum standing_reason lacks =
            standing_hours_of(sentence->policy, standing, i, standing->gives_rsc).lacks;
        if (lacks == STANDING_BECAUSE_NONE)
            continue;
        say(sentence, ", which needs more ", words[lacks]);
        return;
    }
}

static void say_needs(struct sentence *sentence, wf_date today)
{
    const struct standing *standing = sentence->standing;
    struct standing_mail lacks = {.member_through =
                                      today > standing->cycle_due ? today : standing->cycle_due};
    char needs[STANDING_WORDS_MAX + 1];
    for (int32_t i = 0; i < standing->designation_count; i++) {
        int64_t owed = 0;
        lacks.missing = (uint16_t)(lacks.missing |
                                   standing_missing(sentence->policy, standing, i, today, &owed));
        if (owed > lacks.fee_missing_minor)
            lacks.fee_missing_minor = owed;
    }
    memcpy(lacks.currency, sentence->edition->currency, sizeof lacks.currency);
    standing_needs_words(&lacks, needs);
    say(sentence, "it lacks ", needs);
    if ((lacks.missing & WF_NEED_SUBMISSION) != 0)
        say_hours(sentence);
}

/* ---- states ---- */

static void say_current(struct sentence *sentence)
{
    say_day(sentence, "it waits for the opening of the renewal due ",
            sentence->standing->cycle_due);
    struct standing alone = *sentence->standing;
    alone.audit = STANDING_AUDIT_NONE; /* its end is told for itself */
    say_time(sentence, ", at ", standing_next_deadline(sentence->policy, &alone));
    say(sentence, "; then the person is told what it needs.", "");
}

/* The day of the next deadline is the latest that this can be asked for without a clock. */
static void say_open(struct sentence *sentence)
{
    const struct standing *standing = sentence->standing;
    wf_date grace = wf_policy_grace_end(sentence->edition, standing->cycle_due);
    say_needs(sentence, standing->cycle_due);
    say_day(sentence, "; it waits until the end of ", standing->cycle_due);
    if (grace > standing->cycle_due)
        say_day(sentence, "; then, with what being late costs, until the end of ", grace);
    say(sentence, "; then the endorsement lapses and the name leaves the registry.", "");
}

static void say_grace(struct sentence *sentence)
{
    const struct standing *standing = sentence->standing;
    say_day(sentence, "the renewal was due ", standing->cycle_due);
    say(sentence, "; ", "");
    say_needs(sentence, standing->cycle_due + 1);
    say_day(sentence, "; it waits until the end of ",
            wf_policy_grace_end(sentence->edition, standing->cycle_due));
    say(sentence, "; then the endorsement lapses and the name leaves the registry.", "");
}

static void say_returning(struct sentence *sentence)
{
    const struct standing *standing = sentence->standing;
    struct standing_mail lacks = {0};
    char needs[STANDING_WORDS_MAX + 1];
    standing_return_needs(sentence->policy, standing, standing->return_on, &lacks);
    standing_needs_words(&lacks, needs);
    say(sentence, "the reinstatement lacks ", needs);
    if (standing->leave_until == 0) {
        say(sentence, "; it waits without a deadline.", "");
        return;
    }
    say_day(sentence, "; it waits until the end of the leave on ", standing->leave_until);
    say(sentence, "; then the endorsement lapses.", "");
}

static void say_leave(struct sentence *sentence)
{
    say_day(sentence, "it waits for the return from leave until the end of ",
            sentence->standing->leave_until);
    say(sentence, "; then the endorsement lapses.", "");
}

static void say_rest(struct sentence *sentence)
{
    static const char *const waits[STANDING_STATE_COUNT] = {
#define STANDING_STATE(symbol, name, its_waits) [STANDING_##symbol] = its_waits,
#include "standing_states.def"
#undef STANDING_STATE
    };
    say(sentence, "it waits for ", waits[sentence->standing->phase]);
    say(sentence, ", without a deadline; nothing happens by itself.", "");
}

static void say_audit(struct sentence *sentence)
{
    const struct standing *standing = sentence->standing;
    if (standing->audit == STANDING_AUDIT_ASKED) {
        say_day(sentence, " An audit waits for its answer until the end of ",
                standing->audit_until);
        say(sentence, "; then it has failed.", "");
    } else if (standing->audit == STANDING_AUDIT_FAILED) {
        say(sentence, " An audit failed; the next renewal waits until it is answered as satisfied.",
            "");
    }
}

typedef void say_f(struct sentence *sentence);
static say_f *const states[STANDING_STATE_COUNT] = {
    [STANDING_NONE] = say_rest,           [STANDING_CURRENT] = say_current,
    [STANDING_OPEN] = say_open,           [STANDING_GRACE] = say_grace,
    [STANDING_LAPSED] = say_rest,         [STANDING_LEAVE] = say_leave,
    [STANDING_SANCTIONED] = say_rest,     [STANDING_LIFTED] = say_rest,
    [STANDING_RETURNING] = say_returning, [STANDING_EMERITUS] = say_rest,
    [STANDING_ERASED] = say_rest};

void standing_waiting(const void *policy, const void *state, char *text, size_t size)
{
    struct sentence sentence = {.policy = policy, .standing = state, .text = text, .size = size};
    const struct standing *standing = state;
    const struct wf_association *association =
        wf_policy_association(sentence.policy->book, standing->association);
    text[0] = '\0';
    say(&sentence, standing_phase_name(standing->phase), "");
    if (standing->phase_since != 0)
        say_day(&sentence, " since ", standing->phase_since);
    say(&sentence, ": ", "");
    if (association == NULL) {
        say(&sentence, "there is no policy for this association; nothing happens by itself.", "");
        return;
    }
    if (standing->cycle_due != 0)
        sentence.edition = standing_edition(association, standing->cycle_due);
    states[standing->phase](&sentence);
    say_audit(&sentence);
}
