/* ratings_core.h - the machine `ratings`: the reference requests of one application.  SPEC 1 to 4.
 * Pure (wf_step.h). */
#ifndef RATINGS_CORE_H
#define RATINGS_CORE_H

#include "wf_form.h"
#include "wf_policy.h"
#include "wf_step.h"

enum {
    RATINGS_REQUESTS_MAX = 12,
    RATINGS_ASSOCIATION_MAX = 31,
    /* Sealed answers: every remark a form may ask for, ids, scores, framing and the seal. */
    RATINGS_PAPER_MAX = WF_FORM_REMARKS_TOTAL_MAX + 4096,
    RATINGS_COPY_MINUTES = 5, /* so long an operator may read a link after saying why */
    RATINGS_REMINDER_HOUR = 9 /* hours after local midnight, SPEC 3 */
};

enum ratings_state_name {
#define RATINGS_STATE(symbol, name) RATINGS_##symbol,
#include "ratings_states.def"
#undef RATINGS_STATE
    RATINGS_STATE_COUNT
};

/* Columns of SPEC 2.2; a zeroed event is a tick. */
#define RATINGS_EVENTS(X)                                                                          \
    X(TICK)                                                                                        \
    X(ASKED)                                                                                       \
    X(WAIVER)                                                                                      \
    X(CANCELLED)                                                                                   \
    X(ADDRESS)                                                                                     \
    X(MAILED)                                                                                      \
    X(MAIL_FAILED)                                                                                 \
    X(BEGUN)                                                                                       \
    X(DRAFT)                                                                                       \
    X(SUBMITTED)                                                                                   \
    X(DECLINED)                                                                                    \
    X(COPIED)
enum ratings_event_kind {
#define WF_X(symbol) RATINGS_EVENT_##symbol,
    RATINGS_EVENTS(WF_X)
#undef WF_X
        RATINGS_EVENT_COUNT
};

/* What a cell does. */
#define RATINGS_ACTIONS(X)                                                                         \
    X(IGNORE)                                                                                      \
    X(UNASKED)                                                                                     \
    X(EXISTS)                                                                                      \
    X(ANSWERED)                                                                                    \
    X(LINK)                                                                                        \
    X(ASK)                                                                                         \
    X(WAIVE)                                                                                       \
    X(CANCEL)                                                                                      \
    X(NEW_LINK)                                                                                    \
    X(NOTE)                                                                                        \
    X(BOUNCE)                                                                                      \
    X(TIME)                                                                                        \
    X(EXPIRE)                                                                                      \
    X(OPEN)                                                                                        \
    X(DRAFT)                                                                                       \
    X(JUDGE)                                                                                       \
    X(DECLINE)                                                                                     \
    X(COPY)
enum ratings_action {
#define WF_X(symbol) RATINGS_DO_##symbol,
    RATINGS_ACTIONS(WF_X)
#undef WF_X
};
enum ratings_action ratings_cell(enum ratings_state_name state, enum ratings_event_kind event);

/* Reasons of a refusal; those of the form's check follow them, in their order. */
#define RATINGS_REASONS(X)                                                                         \
    X(RATINGS_NO_REASON, "", "")                                                                   \
    X(RATINGS_REQUEST_EXISTS, "request-exists",                                                    \
      "This application already has a rating request of this number.")                             \
    X(RATINGS_REQUEST_UNKNOWN, "request-unknown",                                                  \
      "This application has no rating request of this number.")                                    \
    X(RATINGS_TOO_MANY, "too-many-requests",                                                       \
      "This application has twelve rating requests; no more can be made.")                         \
    X(RATINGS_ASSOCIATION_UNKNOWN, "association-unknown",                                          \
      "There is no policy for this association; add its file and send the request again.")         \
    X(RATINGS_APPLICATION_DIFFERS, "application-differs",                                          \
      "Applicant, association, category or age line differ from the first request's.")             \
    X(RATINGS_FORM_UNKNOWN, "form-unknown", "No rating form fits this category and age line.")     \
    X(RATINGS_ALREADY_ANSWERED, "already-answered",                                                \
      "The rater has answered; the waiver they were shown stays.")                                 \
    X(RATINGS_LINK_NOT_VALID, "link-not-valid", "This link is no longer valid.")
enum ratings_reason {
#define WF_X(symbol, code, text) symbol,
    RATINGS_REASONS(WF_X)
#undef WF_X
        RATINGS_FORM_REASONS /* + enum wf_form_problem */
};

struct ratings_paper {
    uint32_t length; /* 0: none */
    uint8_t sha256[32];
};

struct ratings_request {
    uint32_t number; /* 0: this place is free */
    enum ratings_state_name state;
    char rater_id[WF_ID_MAX + 1];
    int32_t role; /* proto enum RaterRole */
    bool waived;
    uint32_t generation;
    wf_time asked_at;
    wf_time link_at;    /* the link of this generation was given to the courier */
    wf_time link_until; /* first instant at which it is no longer good */
    wf_time copied_at;  /* an operator took the link of this generation; 0: nobody did */
    wf_time mailed_at;  /* 0: the courier has not said so */
    int32_t reminders;  /* of this generation, sent or skipped */
    wf_time answered_at;
    wf_time valid_until; /* first instant at which it no longer counts; WF_NEVER; 0 unanswered */
    int32_t not_enough;
    enum wf_form_recommendation recommendation;
    char form[WF_FORM_ID_MAX + 1];
    int32_t form_version;
    struct ratings_paper paper;
};

struct ratings_state {
    char applicant_id[WF_ID_MAX + 1]; /* empty: nothing was asked yet */
    char association[RATINGS_ASSOCIATION_MAX + 1];
    int32_t category; /* proto enums Category and AgeLine */
    int32_t age_line;
    struct ratings_request requests[RATINGS_REQUESTS_MAX]; /* in the order they came, no gaps */
};

struct ratings_event {
    struct wf_event_meta meta;
    enum ratings_event_kind kind;
    uint32_t request;
    uint32_t generation; /* mail and links */
    /* asked */
    char rater_id[WF_ID_MAX + 1]; /* and address */
    char applicant_id[WF_ID_MAX + 1];
    char association[RATINGS_ASSOCIATION_MAX + 1];
    int32_t category, age_line, role;
    bool waived;      /* and waiver */
    char reason[201]; /* copied */
    /* draft, submitted: opened from their seal; problem: not even readable as answers */
    struct wf_form_answers answers;
    enum wf_form_problem problem;
    /* draft, submitted, declined */
    struct ratings_paper paper;
    uint8_t paper_bytes[RATINGS_PAPER_MAX];
};

enum ratings_mail {
    RATINGS_MAIL_NONE = 0,
    RATINGS_MAIL_REQUEST,
    RATINGS_MAIL_REMINDER,
    RATINGS_MAIL_THANKS,
    RATINGS_MAIL_COUNT
};
enum ratings_paper_change { RATINGS_PAPER_KEEP = 0, RATINGS_PAPER_PUT, RATINGS_PAPER_DROP };

/* Per place of requests[]; in the order of the numbers. */
struct ratings_effects {
    bool report[RATINGS_REQUESTS_MAX];
    enum ratings_mail mail[RATINGS_REQUESTS_MAX];
    enum ratings_paper_change paper[RATINGS_REQUESTS_MAX];
};

/* What step() and next_deadline() get as policy. */
struct ratings_policy {
    const struct wf_policy_book *book;
    const struct wf_form_book *forms;
};

struct wf_verdict ratings_step(const void *policy, const void *before, const void *event,
                               wf_time now, void *after, void *effects);
wf_time ratings_next_deadline(const void *policy, const void *state);
bool ratings_hold(const void *state, const char **broken);

/* The earliest deadline of one request; WF_NEVER if it has none. */
wf_time ratings_request_deadline(const struct ratings_policy *policy,
                                 const struct ratings_state *state,
                                 const struct ratings_request *request);
/* The request a link opens, or NULL if the link is not good (any more).  SPEC 4. */
const struct ratings_request *ratings_by_link(const struct ratings_state *state, uint32_t number,
                                              uint32_t generation, wf_time now);
/* Whether an operator who has said why may read the link of this request now.  SPEC 4.1. */
bool ratings_may_read_link(const struct ratings_state *state, uint32_t number, wf_time now);
/* The last local day on which the link is good. */
wf_date ratings_due_on(const struct ratings_policy *policy, const struct ratings_state *state,
                       const struct ratings_request *request);

#endif
