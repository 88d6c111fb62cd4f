/* standing_core.h - what one person holds at one association, and until when.  Pure.  SPEC 1, 2, 3.
 *
 * Dates of a state are 0 where there is none, so that an all-zero state is an empty one; no date of
 * an endorsement lies in 1970. */
#ifndef STANDING_CORE_H
#define STANDING_CORE_H

#include "wf_policy.h"
#include "wf_step.h"

enum {
    STANDING_DESIGNATIONS_MAX = 16, /* 8 categories on 2 age lines */
    STANDING_PAYMENTS_MAX = 8,
    STANDING_ACTIVITIES_MAX = 96,
    STANDING_MAILS_MAX = 3,
    STANDING_EDITION_MAX = 31,
    STANDING_TYPE_MAX = 64 /* a name of messages.def */
};

enum standing_phase {
#define STANDING_STATE(symbol, name, waits) STANDING_##symbol,
#include "standing_states.def"
#undef STANDING_STATE
    STANDING_STATE_COUNT
};

enum standing_kind {
#define STANDING_EVENT(symbol, sentence) STANDING_ON_##symbol,
#include "standing_events.def"
#undef STANDING_EVENT
    STANDING_EVENT_COUNT
};

enum standing_reason {
#define STANDING_REASON(symbol, code, text) STANDING_BECAUSE_##symbol,
#include "standing_reasons.def"
#undef STANDING_REASON
    STANDING_REASON_COUNT
};

enum standing_doubt {
#define STANDING_DOUBT(symbol, code, rule, text) STANDING_DOUBT_##symbol,
#include "standing_doubts.def"
#undef STANDING_DOUBT
    STANDING_DOUBT_COUNT
};

/* Of one designation; the numbers of the protocol's StandingStatus. */
enum standing_status {
    STANDING_IS_NOTHING = 0,
    STANDING_IS_ACTIVE = 1,
    STANDING_IS_LAPSED = 2,
    STANDING_IS_ON_LEAVE = 3,
    STANDING_IS_SANCTIONED = 4,
    STANDING_IS_ARCHIVED = 5,
    STANDING_IS_EMERITUS = 6,
    STANDING_IS_ERASED = 7
};

/* SPEC 2.12: the answer that an audit waits for, or what became of it. */
enum standing_audit {
    STANDING_AUDIT_NONE = 0,
    STANDING_AUDIT_NEXT,  /* the next renewal is audited, whatever the draw */
    STANDING_AUDIT_ASKED, /* waits for its answer, until audit_until */
    STANDING_AUDIT_FAILED /* not satisfied, or not answered in time: the coordinator decides */
};

/* Of an activity; the numbers of the protocol's TrainingTopic. */
enum standing_topic { STANDING_TOPIC_IMH = 1, STANDING_TOPIC_DEI, STANDING_TOPIC_GIVING_RSC };

/* Of a payment; the numbers of the protocol's FeeKind. */
enum standing_fee {
    STANDING_FEE_RENEWAL = 3,
    STANDING_FEE_LATE = 4,
    STANDING_FEE_REINSTATEMENT = 5
};

struct standing_designation {
    int32_t category, age_line; /* numbers of the protocol */
    enum standing_status status;
    wf_date since;
    wf_date due;         /* the last day of the cycle it is held for */
    wf_date applied_on;  /* the application was submitted */
    wf_date endorsed_on; /* and approved */
    wf_date renewal_on;  /* a renewal was submitted for this cycle; 0: none yet */
    wf_date hours_from;  /* hours count for this cycle from this day on */
    char application[WF_ID_MAX + 1];
    char edition[STANDING_EDITION_MAX + 1]; /* of the policy that granted it */
};

struct standing_payment {
    char id[WF_ID_MAX + 1];
    int64_t amount_minor;
    wf_date paid_on;
};

/* Hours that the person has done, once for all designations.  SPEC 2.11. */
struct standing_activity {
    char id[WF_ID_MAX + 1];
    int32_t topic; /* 0: RSC alone */
    int32_t training_hundredths, rsc_hundredths;
    wf_date from, until;
    bool peer, reviewing, provider_named;
    uint16_t
        provider_categories; /* bits by Category: what the provider was endorsed as then; bit 0:
                                     vetted */
};

struct standing {
    enum standing_phase phase;
    wf_date phase_since; /* there; 0: unknown */
    char association[sizeof((struct wf_association *)0)->id];
    char person[WF_ID_MAX + 1];
    wf_date cycle_due;      /* the earliest due day of the active designations */
    wf_date member_until;   /* the last day a membership is known for */
    wf_date ethics_on;      /* the code was signed for this cycle, or for the return */
    wf_date leave_until;    /* LEAVE: its last day */
    wf_date return_on;      /* RETURNING: the day it was asked for */
    wf_date no_sanction_on; /* attested for this cycle */
    bool gives_rsc;         /* as the last submission said */
    enum standing_audit audit;
    wf_date audit_until; /* ASKED: the last day of its answer */
    uint64_t audit_seed; /* of the last draw; 0: none was made */
    int32_t reminders;   /* of this cycle, sent or skipped */
    int32_t payment_count;
    int32_t designation_count;
    int32_t activity_count;
    struct standing_payment payments[STANDING_PAYMENTS_MAX];
    struct standing_designation designations[STANDING_DESIGNATIONS_MAX];
    struct standing_activity activities[STANDING_ACTIVITIES_MAX];
};

struct standing_event {
    struct wf_event_meta meta;
    enum standing_kind kind;
    char association[sizeof((struct wf_association *)0)->id]; /* the two parts of the id */
    char person[WF_ID_MAX + 1];
    int32_t category, age_line; /* GRANTED, SUBMITTED */
    wf_date on;     /* endorsed, submitted, paid, signed, member until, expired, since; 0: today */
    wf_date until;  /* LEAVE */
    wf_date bought; /* MEMBER, where `on` is 0: until when is the association's rule */
    wf_date applied_on;            /* GRANTED */
    char reference[WF_ID_MAX + 1]; /* GRANTED: application; FEE: payment */
    char edition[STANDING_EDITION_MAX + 1];
    int32_t fee_kind;
    int64_t amount_minor;
    char currency[4];
    bool gives_rsc;                                      /* SUBMITTED */
    bool satisfied;                                      /* AUDIT */
    char target[sizeof((struct wf_association *)0)->id]; /* TRANSFERRED: where to */
    struct standing_activity activity;
    /* of a fact, for its refusal; the core does not look at them */
    char fact_type[STANDING_TYPE_MAX + 1];
    char fact_event[WF_ID_MAX + 1]; /* "": nobody is told */
    char fact_portal[WF_ID_MAX + 1];
};

/* SPEC 6 */
#define STANDING_TEMPLATES(X)                                                                      \
    X(OPENED, "renewal-opened")                                                                    \
    X(REMINDER, "renewal-reminder")                                                                \
    X(RECEIVED, "renewal-received")                                                                \
    X(ACCEPTED, "renewal-accepted")                                                                \
    X(OVERDUE, "renewal-overdue")                                                                  \
    X(LAPSED, "standing-lapsed")                                                                   \
    X(INACTIVE, "standing-inactive")                                                               \
    X(LEAVE, "leave-started")                                                                      \
    X(EMERITUS, "standing-emeritus")                                                               \
    X(RETURN, "reinstatement-received")                                                            \
    X(REINSTATED, "standing-reinstated")                                                           \
    X(AUDIT, "renewal-audit")                                                                      \
    X(TRANSFERRED, "standing-transferred")
enum standing_template {
#define STANDING_X(symbol, name) STANDING_MAIL_##symbol,
    STANDING_TEMPLATES(STANDING_X)
#undef STANDING_X
        STANDING_MAIL_COUNT
};

struct standing_mail {
    enum standing_template template;
    uint16_t designations; /* bits by index */
    uint16_t missing;      /* WF_NEED_... of any of them */
    int64_t fee_missing_minor;
    char currency[4];
    int32_t training_missing;        /* RETURN: hundredths of hours */
    int32_t form_training, form_rsc; /* that a form still to be sent must show; 0: none */
    wf_date member_through;          /* the day a membership is needed for */
    wf_date due;   /* ACCEPTED, REINSTATED: the next one; LAPSED: the first day without;
                               INACTIVE, LEAVE, EMERITUS, TRANSFERRED: since */
    wf_date until; /* OVERDUE: the last day of grace; LEAVE: its last day; AUDIT: the last
                               day of the answer */
};

struct standing_effects {
    uint16_t reports; /* bits by index of designations: status, due or application changed */
    int32_t mail_count;
    struct standing_mail mails[STANDING_MAILS_MAX];
    uint16_t moves;     /* bits by index of designations that go to event.target; SPEC 2.14 */
    bool audit_changed; /* the portals are told; SPEC 4 */
    char edition[STANDING_EDITION_MAX + 1]; /* that decided; "" if none did */
};

struct standing_policy {
    const struct wf_policy_book *book; /* borrowed */
};

struct wf_verdict standing_step(const void *policy, const void *before, const void *event,
                                wf_time now, void *after, void *effects);
wf_time standing_next_deadline(const void *policy, const void *state);
bool standing_holds(const void *state, const char **broken);
/* Of the name column of standing_states.def, and back; -1: none. */
const char *standing_phase_name(enum standing_phase phase);
int standing_phase_find(const char *name);
/* WF_NEED_... bits that a return asked for lacks on a day, in the mail that tells of it; RETURNING only. */
void standing_return_needs(const struct standing_policy *policy, const struct standing *standing,
                           wf_date today, struct standing_mail *mail);
/* The edition that judges the renewal due on a day: the one in force then, or the latest before it that has this
 * deadline at all, where the model has changed meanwhile.  SPEC 2.9. */
const struct wf_edition *standing_edition(const struct wf_association *association, wf_date due);

/* SPEC 2.11: what one designation owes in hours for its cycle, and what the entries give. */
struct standing_hours {
    struct wf_renewal_hours needed; /* zero where nothing is owed */
    int32_t training, dei, rsc_training, rsc;
    int32_t rsc_months_needed, rsc_months; /* the RSC spans so many whole months */
    enum standing_reason lacks;            /* the first rule that is not met; NONE: all are */
    /* Bits of the activities that count as training, and as RSC. */
    uint32_t counted_training[STANDING_ACTIVITIES_MAX / 32];
    uint32_t counted_rsc[STANDING_ACTIVITIES_MAX / 32];
    uint8_t doubts[STANDING_ACTIVITIES_MAX]; /* of each activity: why it, or part of it, does not */
};
struct standing_hours standing_hours_of(const struct standing_policy *policy,
                                        const struct standing *standing, int32_t designation,
                                        bool gives_rsc);
/* WF_NEED_... bits that the designation lacks on a day, and the fee that is still owed. */
uint16_t standing_missing(const struct standing_policy *policy, const struct standing *standing,
                          int32_t designation, wf_date today, int64_t *fee_missing_minor);

#endif
