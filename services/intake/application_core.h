/* application_core.h - decides what happens to an application; touches nothing.  SPEC 2.
 *
 * When a struct of the state changes: add the member to the table of application_codec.c with a new
 * field number, and a case to tests/unit/intake_application_codec_test.c. */
#ifndef APPLICATION_CORE_H
#define APPLICATION_CORE_H

#include "intake_policy.h"
#include "wf_step.h"

enum {
    APPLICATION_ENTRIES = 200,
    APPLICATION_HELD_EVENTS = 64,
    APPLICATION_TRANSCRIPTS = 32,
    APPLICATION_FEES = 24,
    APPLICATION_RATERS = 12,
    APPLICATION_REVIEWERS = 8,
    APPLICATION_PROVIDERS = 24,  /* persons who gave RSC or supervised work */
    APPLICATION_SPANS = 256,     /* endorsements of all persons of the file */
    APPLICATION_FACT_SPANS = 24, /* of one person */
    APPLICATION_REASONS = 8,     /* codes of one decision */
    APPLICATION_CODE = 64,       /* bytes of such a code, and of a version */
    APPLICATION_EFFECTS = 256    /* the most is a registration that 64 held events follow */
};

enum application_state_id {
#define APPLICATION_STATE(symbol, name, final) APPLICATION_##symbol,
#include "application_states.def"
#undef APPLICATION_STATE
    APPLICATION_STATE_COUNT
};

enum application_event_id {
#define APPLICATION_CELLS(symbol, name, ...) APPLICATION_EVENT_##symbol,
#include "application_cells.def"
#undef APPLICATION_CELLS
    APPLICATION_EVENT_COUNT
};

enum application_reason_id {
#define APPLICATION_REASON(symbol, code, text) APPLICATION_REASON_##symbol,
#include "application_reasons.def"
#undef APPLICATION_REASON
    APPLICATION_REASON_COUNT
};

enum intake_outcome {
#define INTAKE_OUTCOME(symbol, type, members) INTAKE_OUTCOME_##symbol,
#include "outcomes.def"
#undef INTAKE_OUTCOME
    INTAKE_OUTCOME_COUNT
};

/* Numbers of the protocol that decisions need; application_events.c asserts that they agree. */
enum { EDUCATION_LEVELS = 7, TOPIC_DEI = 2, TOPIC_GIVING_RSC = 3, RATER_ROLES = 8 };
enum { FEE_KIND_REGISTRATION = 1, FEE_KIND_PROCESSING = 2 };
enum {
    RATING_IS_REQUESTED = 1,
    RATING_IS_BOUNCED,
    RATING_IS_OPENED,
    RATING_IS_COMPLETED,
    RATING_IS_NOT_COUNTABLE,
    RATING_IS_DECLINED,
    RATING_IS_CANCELLED,
    RATING_IS_SILENT,
    RATING_IS_EXPIRED
};
enum { DECIDES_NOTHING, DECIDES_APPROVE, DECIDES_MORE_INFORMATION, DECIDES_DEFER };
enum { ROLE_APPLICANT = 1, ROLE_RATER, ROLE_REVIEWER, ROLE_PROVIDER = 5 };
enum {
    WORK_IS_PRACTICE,
    WORK_IS_GIVING_RSC,
    WORK_IS_LEADERSHIP,
    WORK_IS_INTERNSHIP,
    WORK_IS_VOLUNTEER
};
enum { MAIL_IS_SENT = 1 };

/* ---- the exam, SPEC 2.10 ---- */
enum { EXAM_PART_ONE = 1, EXAM_PART_TWO = 2 };
enum exam_part_state { EXAM_OPEN, EXAM_PASSED, EXAM_NOT_PASSED };
enum exam_step { EXAM_ELIGIBLE, EXAM_SCHEDULED, EXAM_SCORING, EXAM_FAILED, EXAM_OVER };
enum {
    EXAM_HANDLE = 26, /* of a paper */
    EXAM_FORM = 40,
    EXAM_CRITERIA = 6,
    EXAM_COMMENTS = 12,
    EXAM_CODE = 40
};
struct application_criterion {
    char id[EXAM_CODE + 1];
    int32_t hundredths, most;
};
struct application_comment {
    char code[EXAM_CODE + 1];
};
struct application_exam {
    int32_t step;    /* enum exam_step */
    int32_t attempt; /* sittings so far */
    char id[WF_ID_MAX + 1];
    wf_date sitting_on;
    int32_t part_one, part_two; /* enum exam_part_state */
    int32_t sat_one;            /* attempt that part one is of */
    int32_t correct, items;
    char paper[EXAM_HANDLE + 1]; /* handle of the attempt's essays; empty: none */
    char form[EXAM_FORM + 1];
    wf_date retake_from, retake_on;
    int32_t retake_parts; /* one bit for each */
    int32_t appeals;      /* one bit for each kind */
    uint32_t resolution;  /* of part two */
    wf_date resolved_on;  /* the last one; WF_NO_DATE: not known */
    int32_t score_hundredths, most;
    int32_t criterion_count, comment_count;
    struct application_criterion criteria[EXAM_CRITERIA];
    struct application_comment comments[EXAM_COMMENTS]; /* codes of the form's bank */
};

enum application_entry_kind { ENTRY_NONE, ENTRY_EDUCATION, ENTRY_WORK, ENTRY_TRAINING, ENTRY_RSC };
struct application_entry {
    char id[WF_ID_MAX + 1];
    uint8_t kind;
    bool withdrawn;
    char slug[WF_ID_MAX + 1];     /* education: field; work: role */
    char provider[WF_ID_MAX + 1]; /* RSC: person; work: its supervisor */
    int32_t provider_category, provider_age_line;
    int32_t level; /* education: level; training: topic; work: WORK_IS_... */
    int32_t hours_hundredths;
    int32_t hours_per_week, families;
    wf_date from, until; /* until: also the day of completion; WF_NO_DATE while it lasts */
    bool paid, group, peer, about_given;
};
struct application_transcript {
    char entry[WF_ID_MAX + 1];
    bool official;
};
struct application_fee {
    char payment[WF_ID_MAX + 1];
    int32_t kind;
    int64_t amount_minor;
    char currency[4];
    wf_date paid_on;
};
struct application_rater {
    uint32_t request; /* position + 1 */
    char id[WF_ID_MAX + 1];
    int32_t role;
    bool endorsed;
    int32_t endorsed_category;
    bool vetted;
    wf_date vetted_until; /* WF_NO_DATE: no end */
    bool waived;
    bool asked;    /* reference has the request: the person knows of it */
    bool replaced; /* or cancelled by the end of the application */
    int32_t state; /* RATING_IS_... */
    int32_t not_enough_information;
    bool recommended;
    wf_time at;
    wf_time valid_until; /* 0: no end */
};
struct application_reviewer {
    char id[WF_ID_MAX + 1];
    bool withdrawn;
    uint8_t enrolled; /* 0 not known yet, 1 no, 2 yes */
    int32_t decision; /* DECIDES_..., of this round */
    wf_date decided_on;
    char reasons[APPLICATION_REASONS][APPLICATION_CODE + 1];
};

struct application_provider {
    char id[WF_ID_MAX + 1];
    bool known; /* the person has answered */
};
/* Somebody of the file was endorsed, or vetted, from a day to a day. */
struct application_span {
    char person[WF_ID_MAX + 1];
    char association[32];
    int32_t category, age_line; /* category 0: vetted, not endorsed */
    wf_date from, until;        /* until: the last day; WF_NO_DATE: it goes on */
};

struct application_registration {
    char association[32];
    char person[WF_ID_MAX + 1];
    int32_t category;
    int32_t age_line;
    wf_date on;
    char transfer_from[32]; /* association; empty: an application of its own */
};
struct application_facts { /* from a person; the role says which members matter */
    int32_t role;
    bool erased;
    char person[WF_ID_MAX + 1];
    wf_date member_until; /* WF_NO_DATE: not a member */
    char region[12];
    char country[3];
    bool enrolled;
    wf_date enrolled_until;      /* WF_NO_DATE: no end */
    char earlier[WF_ID_MAX + 1]; /* application that was open at the association before; or empty */
    int32_t span_count;
    struct application_span spans[APPLICATION_FACT_SPANS];
};

/* What an event says beyond its meta; the kind tells which member holds. */
union application_content {
    struct application_registration registration;
    struct application_entry entry; /* ENTRY; ENTRY_WITHDRAWN: only the id */
    struct application_transcript transcript;
    struct application_fee fee;
    struct application_signature {
        char version[APPLICATION_CODE + 1];
        wf_date on;
    } signature; /* ETHICS, AGREEMENT */
    struct application_rating_change {
        char rater[WF_ID_MAX + 1];
        char new_rater[WF_ID_MAX + 1]; /* RATER_REPLACED */
        int32_t role;
        bool endorsed;
        int32_t endorsed_category;
        bool yes; /* RATER_VETTED, WAIVER */
        wf_date until;
    } rater;
    struct application_rating_report {
        uint32_t request;
        char rater[WF_ID_MAX + 1];
        int32_t state;
        int32_t not_enough_information;
        bool recommended;
        wf_time at;
        wf_time valid_until;
    } report;
    struct application_person_named {
        char id[WF_ID_MAX + 1];
    } person; /* ADVISOR, REVIEWER_ASSIGNED, REVIEWER_WITHDRAWN */
    struct application_decision {
        char reviewer[WF_ID_MAX + 1];
        int32_t decision;
        wf_date on;
        char reasons[APPLICATION_REASONS][APPLICATION_CODE + 1];
    } decision;
    struct application_submission {
        wf_date on; /* WF_NO_DATE: the day it is judged */
    } submission;
    struct application_category_change {
        int32_t category, age_line;
        wf_date on;
    } category; /* CATEGORY */
    struct application_facts facts;
    struct application_mail {
        int32_t state;
        char person[WF_ID_MAX + 1];
        char template_name[APPLICATION_CODE + 1];
        char detail[APPLICATION_CODE + 1];
    } mail;
    struct application_sitting {
        char exam[WF_ID_MAX + 1];
        wf_date on;
    } sitting;
    struct application_part {
        char exam[WF_ID_MAX + 1];
        int32_t part, correct, items;
    } part;
    struct application_essay {
        char exam[WF_ID_MAX + 1];
        char handle[EXAM_HANDLE + 1];
        char form[EXAM_FORM + 1];
        char language[36];
        bool form_known;
        uint32_t form_categories; /* one bit for each */
        int32_t answers, prompts;
        /* The sealed answers; they live as long as the event, and never come into a state. */
        const uint8_t *sealed;
        size_t sealed_size;
    } essay;
    struct application_retake {
        int32_t part;
        wf_date requested_on, sitting_on;
    } retake;
    struct application_appeal {
        char exam[WF_ID_MAX + 1];
        int32_t kind; /* the protocol's AppealKind */
    } appeal;
    struct application_paper_result {
        char handle[EXAM_HANDLE + 1];
        uint32_t resolution;
        bool passed;
        int32_t score_hundredths, most;
        int32_t criterion_count, comment_count;
        struct application_criterion criteria[EXAM_CRITERIA];
        struct application_comment comments[EXAM_COMMENTS];
    } paper_result;
};

struct application_event {
    struct wf_event_meta meta;
    enum application_event_id kind;
    union application_content is;
};

struct application_held {
    wf_time at;
    wf_time happened;
    char event[WF_ID_MAX + 1];
    char portal[WF_ID_MAX + 1]; /* actor */
    enum application_event_id kind;
    union application_content is;
};

struct application_state {
    enum application_state_id state;
    char portal[WF_ID_MAX + 1]; /* owner, as actor: "portal/<id>" */
    struct application_registration registration;
    char edition[16]; /* that judged last */
    wf_time since;    /* of the state */
    wf_time due;      /* 0 and WF_NEVER: none */
    int32_t round;    /* of review; 0 before the first submission */
    bool split;       /* told in this round */
    wf_date submitted_on, decided_on, eligible_until;
    wf_date review_opens;   /* of the submission in hand; WF_NO_DATE: none */
    bool partial;           /* submitted with what an emerging endorsement may lack */
    bool emerging;          /* granted so; SPEC 2.8 */
    wf_date emerging_until; /* its last day; WF_NO_DATE: no end */
    wf_time emerging_ends;  /* 0: none */
    char advisor[WF_ID_MAX + 1];
    char ethics[APPLICATION_CODE + 1];
    wf_date ethics_on;
    char agreement[APPLICATION_CODE + 1];
    wf_date agreement_on;
    bool member_known;
    wf_date member_until;
    char region[12];
    char country[3];
    char earlier[WF_ID_MAX + 1]; /* the person's application that must end first; or empty */
    int32_t amendments;
    struct application_exam exam;
    int32_t entry_count, transcript_count, fee_count, rater_count, reviewer_count, held_count;
    int32_t provider_count, span_count;
    struct application_transcript transcripts[APPLICATION_TRANSCRIPTS];
    struct application_fee fees[APPLICATION_FEES];
    struct application_rater raters[APPLICATION_RATERS];
    struct application_reviewer reviewers[APPLICATION_REVIEWERS];
    struct application_provider providers[APPLICATION_PROVIDERS];
    struct application_span spans[APPLICATION_SPANS];
    union { /* only an unregistered one has held events, only a registered one entries */
        struct application_entry entries[APPLICATION_ENTRIES];
        struct application_held held[APPLICATION_HELD_EVENTS];
    };
};

enum application_effect_id {
    APPLICATION_EFFECT_NONE,
    APPLICATION_TELL,          /* outcome, reason, event, index: of a rater or reviewer */
    APPLICATION_ASK_RATER,     /* index of the rater */
    APPLICATION_CHANGE_WAIVER, /* index */
    APPLICATION_CANCEL_RATER,  /* index, reason text by `cause` */
    APPLICATION_LINK,          /* role, index, ended */
    APPLICATION_GRANT,         /* emerging or whole, as the state says */
    APPLICATION_ARCHIVE,       /* of what was granted emerging */
    APPLICATION_PAPER,         /* the essays in hand become a paper */
    APPLICATION_PAPER_APPEAL,  /* index: kind */
    APPLICATION_PAPER_END,
    APPLICATION_MAIL /* mail */
};
enum application_mail_id {
#define APPLICATION_MAILS(X)                                                                       \
    X(REGISTERED, "application-registered")                                                        \
    X(ETHICS, "application-ethics")                                                                \
    X(CONFIRMATION, "registration-confirmation")                                                   \
    X(SUBMITTED, "application-submitted")                                                          \
    X(MORE_INFORMATION, "application-more-information")                                            \
    X(DEFERRED, "application-deferred")                                                            \
    X(EXAM_ELIGIBLE, "application-exam-eligible")                                                  \
    X(EXAM_FEEDBACK, "exam-feedback")                                                              \
    X(ENDORSED, "application-endorsed")                                                            \
    X(EMERGING, "application-emerging")                                                            \
    X(EMERGING_ENDED, "application-emerging-ended")                                                \
    X(EXPIRED, "application-expired")                                                              \
    X(WITHDRAWN, "application-withdrawn")
#define X(symbol, name) APPLICATION_MAIL_##symbol,
    APPLICATION_MAILS(X)
#undef X
        APPLICATION_MAIL_COUNT
};
enum application_cancel { CANCEL_REPLACED, CANCEL_WITHDRAWN, CANCEL_CLOSED };

struct application_effect {
    enum application_effect_id kind;
    enum intake_outcome outcome;
    enum application_reason_id reason;
    enum application_event_id about; /* TELL of a held or refused event */
    enum application_mail_id mail;
    enum application_cancel cause;
    enum application_state_id from; /* TELL of an end: the state it was in */
    int32_t role;
    int32_t index;
    bool ended;
    wf_time until;              /* TELL of a held event */
    wf_date day;                /* MAIL and TELL: the day they name; WF_NO_DATE: none */
    char event[WF_ID_MAX + 1];  /* the portal's event that led to it; empty: none */
    char portal[WF_ID_MAX + 1]; /* TELL to somebody else than the owner; empty: the owner */
};
struct application_effects {
    int32_t count;
    bool overflow; /* more than fit: our mistake, the plan refuses to carry it out */
    struct application_effect list[APPLICATION_EFFECTS];
};

struct wf_verdict application_step(const void *policy, const void *before, const void *event,
                                   wf_time now, void *after, void *effects);
wf_time application_next_deadline(const void *policy, const void *state);
bool application_holds(const void *state, const char **broken);

const char *application_state_name(enum application_state_id state);
bool application_state_is_final(enum application_state_id state);
/* Who is asked about, and what: an endorsement in one of the categories (bits; 0: any) through all of a time. */
struct application_asked {
    const char *person;
    const char *association; /* NULL: anywhere in the network */
    uint16_t categories;
    int32_t age_line; /* 0: either */
    wf_date from, until;
};
bool application_was_endorsed(const struct application_state *state,
                              const struct application_asked *asked);
bool application_was_vetted(const struct application_state *state, const char *person, wf_date from,
                            wf_date until);
/* Whether anything is known of the person's endorsements, of whatever time. */
bool application_has_history(const struct application_state *state, const char *person);
const char *application_event_name(enum application_event_id event);
extern const struct wf_reason application_reasons[APPLICATION_REASON_COUNT];

#endif
