/* The words of application_script.h: one verb, one event. */
#include "application_verbs.h"

#include "wf_error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- words ---- */

enum { WORDS = 10, WORD = WF_ID_MAX + 1 };
struct words {
    char word[WORDS][WORD];
    int count;
};

static void split(const char *text, struct words *words)
{
    *words = (struct words){.count = 0};
    while (*text) {
        size_t length = strcspn(text, " ");
        WF_ASSERT(words->count < WORDS && length < WORD);
        if (length > 0)
            memcpy(words->word[words->count++], text, length);
        text += length;
        text += strspn(text, " ");
    }
}

/* The n-th word, or what stands there by default. */
static const char *word_or(const struct words *words, int n, const char *fallback)
{
    return n < words->count ? words->word[n] : fallback;
}

static void copy_word(char *to, const struct words *words, int n, const char *fallback)
{
    (void)snprintf(to, WF_ID_MAX + 1, "%s", word_or(words, n, fallback));
}

static wf_date date_or_none(const char *text)
{
    wf_date date = WF_NO_DATE;
    WF_ASSERT(!text[0] || wf_date_parse(text, &date));
    return date;
}

static int32_t number_of(const char *word, const char *const *names, int count)
{
    for (int i = 0; i < count; i++) {
        if (names[i] && strcmp(word, names[i]) == 0)
            return i;
    }
    fprintf(stderr, "application_script: no such word: %s\n", word);
    abort();
}
#define NUMBER_OF(word, names) number_of(word, names, (int)(sizeof(names) / sizeof(names)[0]))

static const char *const roles[] = {"none",      "supervisor", "provider", "teacher",
                                    "colleague", "supervisee", "parent",   "other"};
static const char *const ratings[] = {"none",      "requested",     "bounced",  "opened",
                                      "completed", "not-countable", "declined", "cancelled",
                                      "silent",    "expired"};
static const char *const decisions[] = {"none", "approve", "more", "defer"};
static const char *const categories[] = {"none", "FA",    "FS",    "FRS",   "ERS",
                                         "MHS",  "MHM_C", "MHM_P", "MHM_RF"};
static const char *const levels[] = {"none",   "cda",       "associate", "bachelor",
                                     "master", "doctorate", "licence"};
static const char *const topics[] = {"none", "imh", "dei", "giving"};

/* ---- verbs ---- */

typedef void verb_f(const struct words *words, struct application_event *event);

static void verb_register(const struct words *words, struct application_event *event)
{
    event->kind = APPLICATION_EVENT_REGISTERED;
    event->is.registration.category = NUMBER_OF(word_or(words, 1, "FA"), categories);
    (void)snprintf(event->is.registration.association, sizeof event->is.registration.association,
                   "%.31s", word_or(words, 2, "One"));
    copy_word(event->is.registration.person, words, 3, "p1");
    event->is.registration.age_line = atoi(word_or(words, 5, "1"));
    event->is.registration.on = date_or_none(word_or(words, 4, ""));
}
/* registertransfer <category> <association> <from> */
static void verb_transfer(const struct words *words, struct application_event *event)
{
    verb_register(words, event);
    (void)snprintf(event->is.registration.person, sizeof event->is.registration.person, "p1");
    (void)snprintf(event->is.registration.transfer_from,
                   sizeof event->is.registration.transfer_from, "%.31s", word_or(words, 3, "Two"));
}
/* category <category> <age line> <day> */
static void verb_category(const struct words *words, struct application_event *event)
{
    event->kind = APPLICATION_EVENT_CATEGORY;
    event->is.category.category = NUMBER_OF(word_or(words, 1, "FS"), categories);
    event->is.category.age_line = atoi(word_or(words, 2, "1"));
    event->is.category.on = date_or_none(word_or(words, 3, ""));
}
static void person_event(const struct words *words, struct application_event *event,
                         enum application_event_id kind, const char *fallback)
{
    event->kind = kind;
    copy_word(event->is.person.id, words, 1, fallback);
}
static void verb_advisor(const struct words *words, struct application_event *event)
{
    person_event(words, event, APPLICATION_EVENT_ADVISOR, "a1");
}
static void verb_assign(const struct words *words, struct application_event *event)
{
    person_event(words, event, APPLICATION_EVENT_REVIEWER_ASSIGNED, "v1");
}
static void verb_unassign(const struct words *words, struct application_event *event)
{
    person_event(words, event, APPLICATION_EVENT_REVIEWER_WITHDRAWN, "v1");
}
/* fee <payment> registration|processing|other <minor> <currency> */
static void verb_fee(const struct words *words, struct application_event *event)
{
    static const char *const kinds[] = {"none", "registration", "processing", "other"};
    event->kind = APPLICATION_EVENT_FEE;
    copy_word(event->is.fee.payment, words, 1, "pay1");
    event->is.fee.kind = NUMBER_OF(word_or(words, 2, "registration"), kinds);
    event->is.fee.amount_minor = atoi(word_or(words, 3, "1500"));
    (void)snprintf(event->is.fee.currency, sizeof event->is.fee.currency, "%.3s",
                   word_or(words, 4, "USD"));
    event->is.fee.paid_on = date_or_none("2026-01-05");
}
static void entry_event(const struct words *words, struct application_event *event,
                        enum application_entry_kind kind)
{
    event->kind = APPLICATION_EVENT_ENTRY;
    event->is.entry.kind = (uint8_t)kind;
    copy_word(event->is.entry.id, words, 1, "x1");
    event->is.entry.from = WF_NO_DATE;
    event->is.entry.until = WF_NO_DATE;
}
/* education <entry> <level> <completed> */
static void verb_education(const struct words *words, struct application_event *event)
{
    entry_event(words, event, ENTRY_EDUCATION);
    event->is.entry.level = NUMBER_OF(word_or(words, 2, "master"), levels);
    event->is.entry.until = date_or_none(word_or(words, 3, "2015-06-30"));
}
static const char *const kinds_of_work[] = {"paid",       "giving",    "leading",
                                            "internship", "volunteer", "unpaid"};

/* work <entry> <from> <until|-> paid|unpaid|giving|leading|internship|volunteer <supervisor> <families> */
static void verb_work(const struct words *words, struct application_event *event)
{
    entry_event(words, event, ENTRY_WORK);
    event->is.entry.from = date_or_none(word_or(words, 2, "2020-01-01"));
    const char *until = word_or(words, 3, "-");
    int32_t kind = NUMBER_OF(word_or(words, 4, "paid"), kinds_of_work);
    event->is.entry.until = date_or_none(strcmp(until, "-") == 0 ? "" : until);
    event->is.entry.hours_per_week = 40;
    event->is.entry.paid = kind == 0;
    event->is.entry.level = kind > WORK_IS_VOLUNTEER ? WORK_IS_PRACTICE : kind;
    copy_word(event->is.entry.provider, words, 5, "");
    event->is.entry.families = atoi(word_or(words, 6, "0"));
}
/* training <entry> <hundredths> <topic> <completed> */
static void verb_training(const struct words *words, struct application_event *event)
{
    entry_event(words, event, ENTRY_TRAINING);
    event->is.entry.hours_hundredths = atoi(word_or(words, 2, "3000"));
    event->is.entry.level = NUMBER_OF(word_or(words, 3, "imh"), topics);
    event->is.entry.until = date_or_none(word_or(words, 4, "2025-05-01"));
}
/* rsc <entry> <provider> <hundredths> <from> <until> own|given|peer <category> */
static void verb_rsc(const struct words *words, struct application_event *event)
{
    const char *manner = word_or(words, 6, "own");
    entry_event(words, event, ENTRY_RSC);
    copy_word(event->is.entry.provider, words, 2, "s1");
    event->is.entry.hours_hundredths = atoi(word_or(words, 3, "2400"));
    event->is.entry.from = date_or_none(word_or(words, 4, "2024-01-01"));
    event->is.entry.until = date_or_none(word_or(words, 5, "2024-12-31"));
    event->is.entry.about_given = strcmp(manner, "given") == 0;
    event->is.entry.peer = strcmp(manner, "peer") == 0;
    event->is.entry.provider_category = NUMBER_OF(word_or(words, 7, "MHM_C"), categories);
}
static void verb_drop(const struct words *words, struct application_event *event)
{
    entry_event(words, event, ENTRY_NONE);
    event->kind = APPLICATION_EVENT_ENTRY_WITHDRAWN;
}
/* transcript <entry> official|copy */
static void verb_transcript(const struct words *words, struct application_event *event)
{
    event->kind = APPLICATION_EVENT_TRANSCRIPT;
    copy_word(event->is.transcript.entry, words, 1, "edu1");
    event->is.transcript.official = strcmp(word_or(words, 2, "official"), "official") == 0;
}
static void sign(const struct words *words, struct application_event *event,
                 enum application_event_id kind)
{
    event->kind = kind;
    (void)snprintf(event->is.signature.version, sizeof event->is.signature.version, "2024");
    event->is.signature.on = date_or_none(word_or(words, 1, "2026-01-10"));
}
static void verb_ethics(const struct words *words, struct application_event *event)
{
    sign(words, event, APPLICATION_EVENT_ETHICS);
}
static void verb_confirmation(const struct words *words, struct application_event *event)
{
    (void)words;
    event->kind = APPLICATION_EVENT_CONFIRMATION;
}

static void verb_agreement(const struct words *words, struct application_event *event)
{
    sign(words, event, APPLICATION_EVENT_AGREEMENT);
}
/* rater <person> <role> endorsed|plain */
static void verb_rater(const struct words *words, struct application_event *event)
{
    event->kind = APPLICATION_EVENT_RATER_NAMED;
    copy_word(event->is.rater.rater, words, 1, "r1");
    event->is.rater.role = NUMBER_OF(word_or(words, 2, "supervisor"), roles);
    event->is.rater.endorsed = strcmp(word_or(words, 3, "plain"), "endorsed") == 0;
    event->is.rater.until = WF_NO_DATE;
}
/* replace <old> <new> <role> */
static void verb_replace(const struct words *words, struct application_event *event)
{
    event->kind = APPLICATION_EVENT_RATER_REPLACED;
    copy_word(event->is.rater.rater, words, 1, "r1");
    copy_word(event->is.rater.new_rater, words, 2, "r9");
    event->is.rater.role = NUMBER_OF(word_or(words, 3, "supervisor"), roles);
    event->is.rater.until = WF_NO_DATE;
}
/* vet <person> yes|no <until> */
static void verb_vet(const struct words *words, struct application_event *event)
{
    event->kind = APPLICATION_EVENT_RATER_VETTED;
    copy_word(event->is.rater.rater, words, 1, "r1");
    event->is.rater.yes = strcmp(word_or(words, 2, "yes"), "yes") == 0;
    event->is.rater.until = date_or_none(word_or(words, 3, ""));
}
static void verb_waive(const struct words *words, struct application_event *event)
{
    event->kind = APPLICATION_EVENT_WAIVER;
    copy_word(event->is.rater.rater, words, 1, "r1");
    event->is.rater.yes = strcmp(word_or(words, 2, "yes"), "yes") == 0;
    event->is.rater.until = WF_NO_DATE;
}
static void verb_submit(const struct words *words, struct application_event *event)
{
    event->kind = APPLICATION_EVENT_SUBMITTED;
    event->is.submission.on = date_or_none(word_or(words, 1, ""));
}
static void verb_amend(const struct words *words, struct application_event *event)
{
    (void)words;
    event->kind = APPLICATION_EVENT_AMENDED;
    event->is.submission.on = WF_NO_DATE;
}
static void verb_withdraw(const struct words *words, struct application_event *event)
{
    (void)words;
    event->kind = APPLICATION_EVENT_WITHDRAWN;
}
/* decide <reviewer> approve|more|defer <day> <reason> */
static void verb_decide(const struct words *words, struct application_event *event)
{
    event->kind = APPLICATION_EVENT_DECISION;
    copy_word(event->is.decision.reviewer, words, 1, "v1");
    event->is.decision.decision = NUMBER_OF(word_or(words, 2, "approve"), decisions);
    event->is.decision.on = date_or_none(word_or(words, 3, ""));
    copy_word(event->is.decision.reasons[0], words, 4, "");
}
/* sit <exam> <day> */
static void verb_sit(const struct words *words, struct application_event *event)
{
    event->kind = APPLICATION_EVENT_EXAM_SCHEDULED;
    copy_word(event->is.sitting.exam, words, 1, "ex1");
    event->is.sitting.on = date_or_none(word_or(words, 2, "2026-03-02"));
}
/* part <exam> <correct> <items> <part> */
static void verb_part(const struct words *words, struct application_event *event)
{
    event->kind = APPLICATION_EVENT_EXAM_PART;
    copy_word(event->is.part.exam, words, 1, "ex1");
    event->is.part.correct = atoi(word_or(words, 2, "48"));
    event->is.part.items = atoi(word_or(words, 3, "60"));
    event->is.part.part = atoi(word_or(words, 4, "1"));
}
/* essay <exam> <answers> known|unknown */
static void verb_essay(const struct words *words, struct application_event *event)
{
    struct application_essay *essay = &event->is.essay;
    event->kind = APPLICATION_EVENT_EXAM_ESSAY;
    copy_word(essay->exam, words, 1, "ex1");
    (void)snprintf(essay->handle, sizeof essay->handle, "H%.20s", essay->exam);
    essay->answers = atoi(word_or(words, 2, "2"));
    essay->prompts = 2;
    essay->form_known = strcmp(word_or(words, 3, "known"), "known") == 0;
    essay->form_categories = 1 << 7;
}
/* retake <part> <asked> <sitting> */
static void verb_retake(const struct words *words, struct application_event *event)
{
    event->kind = APPLICATION_EVENT_EXAM_RETAKE;
    event->is.retake.part = atoi(word_or(words, 1, "2"));
    event->is.retake.requested_on = date_or_none(word_or(words, 2, "2026-03-02"));
    event->is.retake.sitting_on = date_or_none(word_or(words, 3, "2027-03-02"));
}
/* appeal <exam> clerical|rescore */
static void verb_appeal(const struct words *words, struct application_event *event)
{
    event->kind = APPLICATION_EVENT_EXAM_APPEAL;
    copy_word(event->is.appeal.exam, words, 1, "ex1");
    event->is.appeal.kind = strcmp(word_or(words, 2, "rescore"), "rescore") == 0 ? 2 : 1;
}
/* result <exam> pass|fail <resolution> */
static void verb_result(const struct words *words, struct application_event *event)
{
    struct application_paper_result *result = &event->is.paper_result;
    event->kind = APPLICATION_EVENT_PAPER_RESULT;
    (void)snprintf(result->handle, sizeof result->handle, "H%.20s", word_or(words, 1, "ex1"));
    result->passed = strcmp(word_or(words, 2, "pass"), "pass") == 0;
    result->resolution = (uint32_t)atoi(word_or(words, 3, "1"));
    result->most = 20;
}
/* report <request> <state> <not enough> <rater> <valid until> */
static void verb_report(const struct words *words, struct application_event *event)
{
    event->kind = APPLICATION_EVENT_RATING_REPORTED;
    event->is.report.request = (uint32_t)atoi(word_or(words, 1, "1"));
    event->is.report.state = NUMBER_OF(word_or(words, 2, "completed"), ratings);
    event->is.report.not_enough_information = atoi(word_or(words, 3, "0"));
    (void)snprintf(event->is.report.rater, sizeof event->is.report.rater, "r%.60s",
                   word_or(words, 1, "1"));
    if (words->count > 4)
        copy_word(event->is.report.rater, words, 4, "");
    event->is.report.recommended = true;
    wf_date valid = date_or_none(word_or(words, 5, ""));
    event->is.report.valid_until = valid == WF_NO_DATE ? 0 : wf_time_from_utc_date(valid);
}
/* member <until> <person>;  "member none" ends it */
static void verb_member(const struct words *words, struct application_event *event)
{
    const char *until = word_or(words, 1, "2026-12-31");
    event->kind = APPLICATION_EVENT_PERSON_FACTS;
    event->is.facts.role = ROLE_APPLICANT;
    copy_word(event->is.facts.person, words, 2, "p1");
    event->is.facts.member_until = date_or_none(strcmp(until, "none") == 0 ? "" : until);
    event->is.facts.enrolled_until = WF_NO_DATE;
}
/* erased <person>: as an applicant */
static void verb_erased(const struct words *words, struct application_event *event)
{
    event->kind = APPLICATION_EVENT_PERSON_FACTS;
    event->is.facts.role = ROLE_APPLICANT;
    event->is.facts.erased = true;
    copy_word(event->is.facts.person, words, 1, "p1");
    event->is.facts.member_until = WF_NO_DATE;
    event->is.facts.enrolled_until = WF_NO_DATE;
}
/* enrolled <person> yes|no <until> */
static void verb_enrolled(const struct words *words, struct application_event *event)
{
    event->kind = APPLICATION_EVENT_PERSON_FACTS;
    event->is.facts.role = ROLE_REVIEWER;
    copy_word(event->is.facts.person, words, 1, "v1");
    event->is.facts.enrolled = strcmp(word_or(words, 2, "yes"), "yes") == 0;
    event->is.facts.enrolled_until = date_or_none(word_or(words, 3, ""));
    event->is.facts.member_until = WF_NO_DATE;
}
/* known <person>: a rater's person has the link */
static void verb_known(const struct words *words, struct application_event *event)
{
    event->kind = APPLICATION_EVENT_PERSON_FACTS;
    event->is.facts.role = ROLE_RATER;
    copy_word(event->is.facts.person, words, 1, "r1");
    event->is.facts.member_until = WF_NO_DATE;
    event->is.facts.enrolled_until = WF_NO_DATE;
}
static void add_span(const struct words *words, int first, struct application_facts *facts)
{
    const char *until = word_or(words, first + 2, "-");
    const char *category = word_or(words, first, "MHM_C");
    struct application_span *span = &facts->spans[facts->span_count++];
    span->category = NUMBER_OF(strcmp(category, "vetted") == 0 ? "none" : category, categories);
    span->age_line = atoi(word_or(words, first + 4, "1"));
    span->from = date_or_none(word_or(words, first + 1, "2015-01-01"));
    span->until = date_or_none(strcmp(until, "-") == 0 ? "" : until);
    (void)snprintf(span->association, sizeof span->association, "%.31s",
                   word_or(words, first + 3, "Two"));
}
/* was provider|rater|applicant <person> <category>|vetted <from> <until|-> <association>;  without a
 * category: was nothing */
static void verb_was(const struct words *words, struct application_event *event)
{
    static const char *const who[] = {"none", "applicant", "rater", "x", "y", "provider"};
    event->kind = APPLICATION_EVENT_PERSON_FACTS;
    event->is.facts.role = NUMBER_OF(word_or(words, 1, "provider"), who);
    copy_word(event->is.facts.person, words, 2, "s1");
    event->is.facts.member_until = WF_NO_DATE;
    if (event->is.facts.role == ROLE_APPLICANT)
        event->is.facts.member_until = date_or_none("2026-12-31");
    event->is.facts.enrolled_until = WF_NO_DATE;
    if (words->count > 3)
        add_span(words, 3, &event->is.facts);
}
/* applicant <region> <member until|-> <earlier|-> <category> <from> <until|-> <association> <line>: all of it */
static void verb_applicant(const struct words *words, struct application_event *event)
{
    const char *until = word_or(words, 2, "-");
    const char *earlier = word_or(words, 3, "-");
    event->kind = APPLICATION_EVENT_PERSON_FACTS;
    event->is.facts.role = ROLE_APPLICANT;
    (void)snprintf(event->is.facts.person, sizeof event->is.facts.person, "p1");
    event->is.facts.member_until = date_or_none(strcmp(until, "-") == 0 ? "" : until);
    event->is.facts.enrolled_until = WF_NO_DATE;
    (void)snprintf(event->is.facts.region, sizeof event->is.facts.region, "%.11s",
                   word_or(words, 1, "US-MA"));
    if (strcmp(earlier, "-") != 0)
        copy_word(event->is.facts.earlier, words, 3, "");
    if (words->count > 4)
        add_span(words, 4, &event->is.facts);
}
/* lives <region> <earlier application> */
static void verb_lives(const struct words *words, struct application_event *event)
{
    event->kind = APPLICATION_EVENT_PERSON_FACTS;
    event->is.facts.role = ROLE_APPLICANT;
    (void)snprintf(event->is.facts.person, sizeof event->is.facts.person, "p1");
    event->is.facts.member_until = date_or_none("2026-12-31");
    event->is.facts.enrolled_until = WF_NO_DATE;
    (void)snprintf(event->is.facts.region, sizeof event->is.facts.region, "%.11s",
                   word_or(words, 1, "US-MA"));
    copy_word(event->is.facts.earlier, words, 2, "");
}
static void verb_mail(const struct words *words, struct application_event *event)
{
    static const char *const states[] = {"none",     "sent",       "bounced",
                                         "given-up", "no-address", "unknown"};
    event->kind = APPLICATION_EVENT_MAIL_REPORTED;
    event->is.mail.state = NUMBER_OF(word_or(words, 1, "bounced"), states);
    copy_word(event->is.mail.person, words, 2, "p1");
}
static void verb_tick(const struct words *words, struct application_event *event)
{
    (void)words;
    event->kind = APPLICATION_EVENT_TICK;
}

static const struct {
    const char *verb;
    verb_f *play;
    bool ours; /* sent by one of our programs, not by a portal */
} verbs[] = {
    {"register", verb_register, false},
    {"transfer", verb_transfer, false},
    {"category", verb_category, false},
    {"advisor", verb_advisor, false},
    {"assign", verb_assign, false},
    {"unassign", verb_unassign, false},
    {"fee", verb_fee, false},
    {"education", verb_education, false},
    {"work", verb_work, false},
    {"training", verb_training, false},
    {"rsc", verb_rsc, false},
    {"drop", verb_drop, false},
    {"transcript", verb_transcript, false},
    {"ethics", verb_ethics, false},
    {"agreement", verb_agreement, false},
    {"confirmation", verb_confirmation, false},
    {"rater", verb_rater, false},
    {"replace", verb_replace, false},
    {"vet", verb_vet, false},
    {"waive", verb_waive, false},
    {"submit", verb_submit, false},
    {"amend", verb_amend, false},
    {"withdraw", verb_withdraw, false},
    {"decide", verb_decide, false},
    {"sit", verb_sit, false},
    {"part", verb_part, false},
    {"essay", verb_essay, false},
    {"retake", verb_retake, false},
    {"appeal", verb_appeal, false},
    {"result", verb_result, true},
    {"report", verb_report, true},
    {"member", verb_member, true},
    {"erased", verb_erased, true},
    {"enrolled", verb_enrolled, true},
    {"mail", verb_mail, true},
    {"tick", verb_tick, true},
    {"known", verb_known, true},
    {"was", verb_was, true},
    {"lives", verb_lives, true},
    {"applicant", verb_applicant, true},
};

bool application_verb(const char *text, struct application_event *event)
{
    struct words words;
    split(text, &words);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(words.word[0], verbs[i].verb) != 0)
            continue;
        verbs[i].play(&words, event);
        return !verbs[i].ours;
    }
    fprintf(stderr, "application_script: no such verb: %s\n", text);
    abort();
}
