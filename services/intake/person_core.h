/* person_core.h - what is known of a person, and who must hear of it; pure.  SPEC 3.
 *
 * Name and address are sealed bytes here; only the codec's callers outside can open them.
 * When a struct of the state changes: add the member to the table of person_codec.c. */
#ifndef PERSON_CORE_H
#define PERSON_CORE_H

#include "intake_policy.h"
#include "wf_step.h"

enum {
    PERSON_PROFILE = 8 * 1024 + 64, /* what the message may hold, sealed */
    PERSON_READER = 4 * 1024,
    PERSON_READER_NAME = 26,
    PERSON_SEALED = 304, /* an address of 254 bytes, sealed */
    PERSON_MEMBERSHIPS = 16,
    PERSON_ENROLMENTS = 32,
    PERSON_LINKS = 256,
    PERSON_PORTALS = 16,
    PERSON_STANDINGS = 32,
    PERSON_ACTIVITIES = 128,
    PERSON_SPANS = 24, /* as many as PersonFacts can carry */
    PERSON_NOTE = 12 * 1024,
    PERSON_DATA = 2048,
    PERSON_TYPE = 65, /* texts of a refusal, with the NUL */
    PERSON_CODE = 33,
    PERSON_TEXT = 201,
    /* The most is an erasure, or a standing with all the hours that are there. */
    PERSON_EFFECTS = PERSON_LINKS + PERSON_ACTIVITIES + PERSON_STANDINGS + PERSON_MEMBERSHIPS +
                     PERSON_PORTALS + 5
};

enum person_state_id {
#define PERSON_STATE(symbol, name) PERSON_##symbol,
#include "person_states.def"
#undef PERSON_STATE
    PERSON_STATE_COUNT
};
enum person_event_id {
#define PERSON_CELLS(symbol, none, known, erased) PERSON_EVENT_##symbol,
#include "person_cells.def"
#undef PERSON_CELLS
    PERSON_EVENT_COUNT
};
enum person_reason_id {
#define PERSON_REASON(symbol, code, text) PERSON_REASON_##symbol,
#include "person_reasons.def"
#undef PERSON_REASON
    PERSON_REASON_COUNT
};

struct person_sealed {
    uint16_t length; /* 0: unknown */
    uint8_t bytes[PERSON_SEALED];
};
struct person_profile {
    uint16_t length; /* 0: unknown */
    uint8_t bytes[PERSON_PROFILE];
};
struct person_membership {
    char association[32];
    wf_date until; /* WF_NO_DATE: not a member any more */
};
struct person_enrolment {
    char association[32];
    int32_t category, age_line;
    wf_date until; /* WF_NO_DATE: no end */
};
struct person_link {
    char application[WF_ID_MAX + 1];
    char association[32];
    int32_t role; /* the protocol's LinkRole */
};
struct person_portal { /* that has had an application of this person there */
    char association[32];
    char portal[WF_ID_MAX + 1];
};
struct person_standing {
    char association[32];
    int32_t category, age_line;
    int32_t status; /* the protocol's StandingStatus */
    wf_date since, renewal_due;
    char application[WF_ID_MAX + 1];
};

struct person_activity {
    char id[WF_ID_MAX + 1];
    int32_t topic;         /* the protocol's TrainingTopic; 0: RSC alone */
    int32_t training, rsc; /* hundredths of hours */
    bool peer, reviewing;
    wf_date from, until;
    char provider[WF_ID_MAX + 1];
    bool is_asked;       /* the provider has not answered yet */
    uint32_t categories; /* what the provider was endorsed as then; bits by Category, 0: vetted */
};
struct person_span { /* an endorsement was active, or the association vetted her: category 0 */
    char association[32];
    int32_t category, age_line;
    wf_date from, until; /* WF_NO_DATE: it goes on */
    bool is_verified;    /* the association says so; else it is a standing kept here */
};

struct person_state {
    enum person_state_id state;
    char keeper[WF_ID_MAX + 1]; /* portal of the first event, as actor */
    struct person_sealed name, email;
    struct person_profile profile;
    char reader[PERSON_READER_NAME + 1]; /* random name as exam reader; empty: none */
    char region[12];
    char country[3];
    wf_time key_due; /* ERASED: the key's destruction is tried again; 0: it is done */
    int32_t membership_count, enrolment_count, link_count, portal_count, standing_count;
    int32_t activity_count, span_count;
    struct person_membership memberships[PERSON_MEMBERSHIPS];
    struct person_enrolment enrolments[PERSON_ENROLMENTS];
    struct person_link links[PERSON_LINKS];
    struct person_portal portals[PERSON_PORTALS];
    struct person_standing standings[PERSON_STANDINGS];
    struct person_activity activities[PERSON_ACTIVITIES];
    struct person_span spans[PERSON_SPANS];
};

enum { LINKED_APPLICANT = 1, LINKED_RATER, LINKED_REVIEWER, LINKED_PAPER, LINKED_PROVIDER };
enum { STANDING_ACTIVE = 1 }; /* the protocol's StandingStatus */

struct person_event {
    struct wf_event_meta meta;
    enum person_event_id kind;
    union {
        struct person_sealed sealed; /* NAME, ADDRESS */
        struct person_profile profile;
        struct {
            char name[PERSON_READER_NAME + 1]; /* for a first enrolment */
            uint32_t size;
            uint8_t data[PERSON_READER]; /* the event as it came, for the reader */
        } reader;
        struct {
            char region[12];
            char country[3];
        } residence;
        struct person_enrolment enrolment;
        struct {
            struct person_link link;
            char portal[WF_ID_MAX + 1];
            bool ended;
        } linked;
        struct person_standing standing;
        struct { /* STANDING_FACT, and both membership events */
            char association[32];
            char target[32];       /* TRANSFERRED */
            wf_date until, bought; /* membership */
            uint32_t size;
            uint8_t data[PERSON_DATA]; /* the event as it came, for renewal */
        } fact;
        struct { /* FACT_REFUSED: what renewal answered to a fact, as it came */
            char portal[WF_ID_MAX + 1];
            char event[WF_ID_MAX + 1];
            char type[PERSON_TYPE];
            char reason[PERSON_CODE];
            char text[PERSON_TEXT];
            char edition[32];
            char requirements[PERSON_NOTE], not_counted[PERSON_NOTE]; /* JSON, or "" */
        } refusal;
        struct { /* NOTED: what renewal has to tell, as it came */
            char association[32];
            char about[16];
            char data[PERSON_NOTE];
        } note;
        struct person_activity activity;
        struct person_span verified;
        struct {
            char person[WF_ID_MAX + 1], activity[WF_ID_MAX + 1];
            wf_date on;
        } asked;
        struct {
            char activity[WF_ID_MAX + 1];
            uint32_t categories;
        } told;
    } is;
};

enum person_effect_id {
    PERSON_EFFECT_NONE,
    PERSON_FACTS,         /* link */
    PERSON_ADDRESS_MOVED, /* link */
    PERSON_TOUCHED,       /* link of a paper; categories: 1 if it answers the link */
    PERSON_TOUCH_READER,
    PERSON_PUT_READER,      /* the enrolment in hand */
    PERSON_PASS_ON,         /* the fact in hand, to the standing of its association */
    PERSON_TELL_STANDING,   /* index of the standing, portal */
    PERSON_TELL_REFUSAL,    /* the refusal in hand, to the portal it names */
    PERSON_TELL_NOTE,       /* the note in hand, portal */
    PERSON_PASS_MEMBERSHIP, /* association, until */
    PERSON_PASS_ACTIVITY,   /* index of the activity, association */
    PERSON_ASK_PROVIDER,    /* index of the activity */
    PERSON_ANSWER_PROVIDER, /* categories, to the person who asked */
    PERSON_ERASE_STANDING,  /* association */
    PERSON_DESTROY_KEY,     /* a job */
    PERSON_TELL_ERASED      /* to the keeper */
};
struct person_effect {
    enum person_effect_id kind;
    int32_t index;              /* of the link, or of the standing */
    char portal[WF_ID_MAX + 1]; /* TELL_STANDING, TELL_NOTE */
    char association[32];       /* PASS_ACTIVITY, ERASE_STANDING */
    uint32_t categories;        /* ANSWER_PROVIDER */
    wf_date until;              /* PASS_MEMBERSHIP; WF_NO_DATE: no member any more */
};
struct person_effects {
    int32_t count;
    struct person_effect list[PERSON_EFFECTS];
};

struct wf_verdict person_step(const void *policy, const void *before, const void *event,
                              wf_time now, void *after, void *effects);
wf_time person_next_deadline(const void *policy, const void *state);
bool person_holds(const void *state, const char **broken);
const char *person_state_name(enum person_state_id state);
extern const struct wf_reason person_reasons[PERSON_REASON_COUNT];

/* Memberships and enrolments at an association; NULL if there is none. */
const struct person_membership *person_membership_at(const struct person_state *state,
                                                     const char *association);
/* Until when she is a member as far as the association asks: of it, or of any where the rule of the day takes
 * any; WF_NO_DATE: she is none. */
wf_date person_member_until(const struct wf_policy_book *book, const struct person_state *state,
                            const char *association, wf_date on);
/* Of a link of the state: an application of hers that was open there before this one; "": none. */
const char *person_earlier_application(const struct person_state *state,
                                       const struct person_link *link);
/* Of several enrolments the one that lasts longest. */
const struct person_enrolment *person_enrolment_at(const struct person_state *state,
                                                   const char *association);

#endif
