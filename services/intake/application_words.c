/* The application in sentences: what happened to it, what it waits for.  References only. */
#include "application_plan.h"

#include "wf_messages.h"

#include "endorse/v1/events.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { WORD = 40 };

/* "TRAINING_GIVING_RSC" without its prefix, as words: "giving rsc". */
static const char *enum_words(const ProtobufCEnumDescriptor *descriptor, int32_t value,
                              const char *prefix, char words[static WORD])
{
    const ProtobufCEnumValue *known = protobuf_c_enum_descriptor_get_value(descriptor, value);
    const char *name = known ? known->name : "unknown";
    if (strncmp(name, prefix, strlen(prefix)) == 0)
        name += strlen(prefix);
    (void)snprintf(words, WORD, "%s", name);
    for (char *c = words; *c; c++)
        *c = (char)(*c == '_' ? ' ' : tolower((unsigned char)*c));
    return words;
}

static const char *category_name(int32_t category)
{
    const ProtobufCEnumValue *known =
        protobuf_c_enum_descriptor_get_value(&endorse__v1__category__descriptor, category);
    return known ? known->name : "unknown category";
}

static const char *line_name(int32_t line)
{
    const ProtobufCEnumValue *known =
        protobuf_c_enum_descriptor_get_value(&endorse__v1__age_line__descriptor, line);
    return known ? known->name : "unknown age line";
}

/* ---- evidence and payments ---- */

static void describe_entry(const struct application_entry *entry, char *text, size_t size)
{
    char words[WORD];
    char from[WF_DATE_TEXT];
    char until[WF_DATE_TEXT];
    wf_date_format(entry->from, from);
    wf_date_format(entry->until, until);
    int hours = entry->hours_hundredths / 100;
    int rest = entry->hours_hundredths % 100;
    switch ((enum application_entry_kind)entry->kind) {
    case ENTRY_EDUCATION:
        (void)snprintf(text, size, "Education %s: %s in %s, completed %s.", entry->id,
                       enum_words(&endorse__v1__education_level__descriptor, entry->level,
                                  "EDUCATION_", words),
                       entry->slug, until);
        return;
    case ENTRY_WORK:
        (void)snprintf(text, size, "Work %s: %s, %" PRId32 " hours a week, %s, from %s%s%s.",
                       entry->id, entry->slug, entry->hours_per_week,
                       entry->paid ? "paid" : "unpaid", from, *until ? " until " : " on", until);
        return;
    case ENTRY_TRAINING:
        (void)snprintf(
            text, size, "Training %s: %d.%02d hours on %s, completed %s.", entry->id, hours, rest,
            enum_words(&endorse__v1__training_topic__descriptor, entry->level, "TRAINING_", words),
            until);
        return;
    case ENTRY_RSC:
        (void)snprintf(text, size, "Reflective supervision %s: %d.%02d hours with %s, %s to %s%s.",
                       entry->id, hours, rest, entry->provider, from, until,
                       entry->peer ? ", among peers" : "");
        return;
    case ENTRY_NONE:
        break;
    }
    (void)snprintf(text, size, "Entry %s was added.", entry->id);
}

static void describe_fee(const struct application_fee *fee, char *text, size_t size)
{
    char words[WORD];
    (void)snprintf(text, size, "The %s fee was paid: %" PRId64 ".%02" PRId64 " %s (payment %s).",
                   enum_words(&endorse__v1__fee_kind__descriptor, fee->kind, "FEE_", words),
                   fee->amount_minor / 100, fee->amount_minor % 100, fee->currency, fee->payment);
}

static void describe_signature(const char *what, const struct application_signature *signature,
                               char *text, size_t size)
{
    char on[WF_DATE_TEXT];
    wf_date_format(signature->on, on);
    (void)snprintf(text, size, "The %s (version %s) was signed on %s.", what, signature->version,
                   on);
}

/* ---- raters and reviewers ---- */

static void describe_rater(enum application_event_id kind,
                           const struct application_rating_change *change, char *text, size_t size)
{
    char words[WORD];
    (void)enum_words(&endorse__v1__rater_role__descriptor, change->role, "RATER_", words);
    if (kind == APPLICATION_EVENT_RATER_NAMED)
        (void)snprintf(text, size, "Rater %s was named as %s%s.", change->rater, words,
                       change->endorsed ? ", endorsed" : "");
    else if (kind == APPLICATION_EVENT_RATER_REPLACED)
        (void)snprintf(text, size, "Rater %s was replaced by %s as %s.", change->rater,
                       change->new_rater, words);
    else if (kind == APPLICATION_EVENT_RATER_VETTED)
        (void)snprintf(text, size, "Rater %s %s.", change->rater,
                       change->yes ? "was vetted" : "is vetted no longer");
    else
        (void)snprintf(text, size, "The applicant %s the right to know what rater %s answers.",
                       change->yes ? "gave up" : "keeps", change->rater);
}

static void describe_decision(const struct application_decision *decision, char *text, size_t size)
{
    char words[WORD];
    (void)snprintf(
        text, size, "Reviewer %s decided: %s%s%s.", decision->reviewer,
        enum_words(&endorse__v1__decision__descriptor, decision->decision, "DECISION_", words),
        decision->reasons[0][0] ? ", because of " : "", decision->reasons[0]);
}

static void describe_facts(const struct application_facts *facts, char *text, size_t size)
{
    char until[WF_DATE_TEXT];
    wf_date_format(facts->member_until, until);
    if (facts->role == ROLE_APPLICANT)
        (void)snprintf(text, size, "The applicant %s is %s%s.", facts->person,
                       *until ? "a member until " : "no member", until);
    else if (facts->role == ROLE_REVIEWER)
        (void)snprintf(text, size, "Reviewer %s is %s.", facts->person,
                       facts->enrolled ? "enrolled at the association"
                                       : "not enrolled at the association");
    else if (facts->role == ROLE_PROVIDER)
        (void)snprintf(text, size,
                       "What supervisor %s was endorsed as is known: %" PRId32 " times.",
                       facts->person, facts->span_count);
    else
        (void)snprintf(text, size, "Rater %s is known and can be asked.", facts->person);
}

/* ---- the whole ---- */

static void describe_plain(const struct application_event *told, char *text, size_t size)
{
    static const char *const sentences[APPLICATION_EVENT_COUNT] = {
        [APPLICATION_EVENT_TICK] = "A deadline came.",
        [APPLICATION_EVENT_SUBMITTED] = "The application was submitted.",
        [APPLICATION_EVENT_AMENDED] = "The application was amended.",
        [APPLICATION_EVENT_WITHDRAWN] = "The applicant withdrew.",
        [APPLICATION_EVENT_EXAM_SCHEDULED] = "A sitting of the exam was scheduled.",
        [APPLICATION_EVENT_EXAM_PART] = "The result of part one arrived.",
        [APPLICATION_EVENT_EXAM_ESSAY] = "The essays of part two arrived (sealed).",
        [APPLICATION_EVENT_EXAM_RETAKE] = "A retake was asked for.",
        [APPLICATION_EVENT_EXAM_APPEAL] = "The result of the exam was appealed.",
        [APPLICATION_EVENT_PAPER_RESULT] = "The result of part two is there.",
    };
    const char *type = wf_message_row((enum wf_message)told->meta.message)->type;
    const char *sentence = told->kind < APPLICATION_EVENT_COUNT ? sentences[told->kind] : NULL;
    (void)snprintf(text, size, "%s", sentence ? sentence : type);
}

void application_describe(const void *event, char *text, size_t size)
{
    const struct application_event *told = event;
    const union application_content *is = &told->is;
    char words[WORD];
    switch (told->kind) {
    case APPLICATION_EVENT_REGISTERED:
        (void)snprintf(text, size, "Registered at %s for person %s as %s, %s.",
                       is->registration.association, is->registration.person,
                       category_name(is->registration.category),
                       line_name(is->registration.age_line));
        return;
    case APPLICATION_EVENT_CATEGORY:
        (void)snprintf(text, size, "Changed to %s, %s.", category_name(is->category.category),
                       line_name(is->category.age_line));
        return;
    case APPLICATION_EVENT_ENTRY:
        describe_entry(&is->entry, text, size);
        return;
    case APPLICATION_EVENT_ENTRY_WITHDRAWN:
        (void)snprintf(text, size, "Entry %s was withdrawn.", is->entry.id);
        return;
    case APPLICATION_EVENT_TRANSCRIPT:
        (void)snprintf(text, size, "The %s transcript of %s arrived.",
                       is->transcript.official ? "official" : "unofficial", is->transcript.entry);
        return;
    case APPLICATION_EVENT_FEE:
        describe_fee(&is->fee, text, size);
        return;
    case APPLICATION_EVENT_ETHICS:
        describe_signature("code of ethics", &is->signature, text, size);
        return;
    case APPLICATION_EVENT_AGREEMENT:
        describe_signature("endorsement agreement", &is->signature, text, size);
        return;
    case APPLICATION_EVENT_RATER_NAMED:
    case APPLICATION_EVENT_RATER_REPLACED:
    case APPLICATION_EVENT_RATER_VETTED:
    case APPLICATION_EVENT_WAIVER:
        describe_rater(told->kind, &is->rater, text, size);
        return;
    case APPLICATION_EVENT_RATING_REPORTED:
        (void)snprintf(
            text, size, "Rating %" PRIu32 " by %s: %s.", is->report.request, is->report.rater,
            enum_words(&endorse__v1__rating_state__descriptor, is->report.state, "RATING_", words));
        return;
    case APPLICATION_EVENT_ADVISOR:
        (void)snprintf(text, size, "Advisor %s was assigned.", is->person.id);
        return;
    case APPLICATION_EVENT_REVIEWER_ASSIGNED:
        (void)snprintf(text, size, "Reviewer %s was assigned.", is->person.id);
        return;
    case APPLICATION_EVENT_REVIEWER_WITHDRAWN:
        (void)snprintf(text, size, "Reviewer %s was withdrawn.", is->person.id);
        return;
    case APPLICATION_EVENT_DECISION:
        describe_decision(&is->decision, text, size);
        return;
    case APPLICATION_EVENT_PERSON_FACTS:
        describe_facts(&is->facts, text, size);
        return;
    case APPLICATION_EVENT_MAIL_REPORTED:
        (void)snprintf(text, size, "Mail %s to person %s: %s.", is->mail.template_name,
                       is->mail.person, is->mail.detail[0] ? is->mail.detail : "sent");
        return;
    case APPLICATION_EVENT_TICK:
    case APPLICATION_EVENT_SUBMITTED:
    case APPLICATION_EVENT_AMENDED:
    case APPLICATION_EVENT_WITHDRAWN:
    case APPLICATION_EVENT_CONFIRMATION:
    case APPLICATION_EVENT_EXAM_SCHEDULED:
    case APPLICATION_EVENT_EXAM_PART:
    case APPLICATION_EVENT_EXAM_ESSAY:
    case APPLICATION_EVENT_EXAM_RETAKE:
    case APPLICATION_EVENT_EXAM_APPEAL:
    case APPLICATION_EVENT_PAPER_RESULT:
    case APPLICATION_EVENT_COUNT:
        break;
    }
    describe_plain(told, text, size);
}

static int32_t open_ratings(const struct application_state *state)
{
    int32_t open = 0;
    for (int32_t i = 0; i < state->rater_count; i++) {
        int32_t rating = state->raters[i].state;
        open += !state->raters[i].replaced &&
                (rating == RATING_IS_REQUESTED || rating == RATING_IS_BOUNCED ||
                 rating == RATING_IS_OPENED);
    }
    return open;
}

enum { DEADLINE = 120 };

/* Until when, and what happens then: the earlier of its own deadline and the end of what is emerging. */
static void describe_deadline(const void *policy, const struct application_state *state,
                              const char *then, char deadline[static DEADLINE])
{
    char day[WF_DATE_TEXT];
    wf_time due = application_next_deadline(policy, state);
    if (due == WF_NEVER) {
        (void)snprintf(deadline, DEADLINE, "no deadline");
        return;
    }
    if (state->due == 0 || due < state->due)
        then = "the emerging endorsement ends";
    wf_date_format(wf_time_to_utc_date(due), day);
    (void)snprintf(deadline, DEADLINE, "until %s, then %s", day, then);
}

void application_waiting(const void *policy, const void *state, char *text, size_t size)
{
    struct wait {
        const char *what, *then; /* then: what the deadline brings */
    };
    static const struct wait waits[APPLICATION_STATE_COUNT] = {
        [APPLICATION_NONE] = {"Nothing is known of it", ""},
        [APPLICATION_HELD] = {"Its registration", "the events kept for it are refused"},
        [APPLICATION_REGISTERED] = {"Evidence, ratings and the submission",
                                    "the application expires"},
        [APPLICATION_SUBMITTED] = {"A reviewer to be assigned", "the review begins"},
        [APPLICATION_UNDER_REVIEW] = {"The decisions of its reviewers", "nothing happens"},
        [APPLICATION_MORE_INFORMATION] = {"An amendment by the applicant", "nothing happens"},
        [APPLICATION_DEFERRED] = {"A new submission", "nothing happens"},
        [APPLICATION_EMERGING] = {"What is still missing, and a new submission",
                                  "the emerging endorsement ends"},
        [APPLICATION_EXAM_ELIGIBLE] = {"The exam", "the eligibility ends"},
    };
    static const struct wait exam_waits[] = {
        [EXAM_ELIGIBLE] = {"The exam to be scheduled", "the eligibility ends"},
        [EXAM_SCHEDULED] = {"The results of the sitting", "the application expires"},
        [EXAM_SCORING] = {"The exam's results", "what did not come counts as not passed"},
        [EXAM_FAILED] = {"A retake of what was not passed", "the eligibility ends"},
        [EXAM_OVER] = {"Nothing", ""},
    };
    const struct application_state *application = state;
    const struct wait *wait = application->state == APPLICATION_EXAM_ELIGIBLE
                                  ? &exam_waits[application->exam.step]
                                  : &waits[application->state];
    char since[WF_DATE_TEXT];
    const char *what = wait->what;
    char deadline[DEADLINE];
    char open[48] = "";
    if (application->state == APPLICATION_SUBMITTED && application->due != 0)
        what = "Its review window";
    wf_date_format(wf_time_to_utc_date(application->since), since);
    if (application_state_is_final(application->state)) {
        (void)snprintf(text, size, "Nothing: %s since %s.",
                       application_state_name(application->state), since);
        return;
    }
    describe_deadline(policy, application, wait->then, deadline);
    if (open_ratings(application) > 0)
        (void)snprintf(open, sizeof open, " %" PRId32 " ratings are still out.",
                       open_ratings(application));
    (void)snprintf(text, size, "%s, since %s; %s.%s%s", what, since, deadline, open,
                   application->split ? " The reviewers are split: a coordinator decides." : "");
}
