/* requirements_core.h - which requirements an application meets on a day; pure.  SPEC 4. */
#ifndef REQUIREMENTS_CORE_H
#define REQUIREMENTS_CORE_H

#include "application_core.h"

enum requirement_id {
#define REQUIREMENT(symbol, code, unit, of, scope, key, text) REQUIREMENT_##symbol,
#include "requirements.def"
#undef REQUIREMENT
    REQUIREMENT_COUNT
};
enum requirement_doubt_id {
#define REQUIREMENT_DOUBT(symbol, code, scope, key, text) REQUIREMENT_DOUBT_##symbol,
#include "requirement_doubts.def"
#undef REQUIREMENT_DOUBT
    REQUIREMENT_DOUBT_COUNT
};

/* What has met a requirement, by its position in the application. */
enum requirement_of {
    REQUIREMENT_OF_NOTHING,
    REQUIREMENT_OF_ENTRIES,
    REQUIREMENT_OF_FEES,
    REQUIREMENT_OF_RATERS
};
/* Where the key of a rule stands in a policy file. */
enum requirement_scope {
    REQUIREMENT_SCOPE_NONE,
    REQUIREMENT_SCOPE_EDITION,
    REQUIREMENT_SCOPE_CATEGORY
};

struct requirement_row {
    const char *code, *unit;
    enum requirement_of of;
    enum requirement_scope scope;
    const char *key, *text;
};
struct requirement_doubt_row {
    const char *code;
    enum requirement_scope scope;
    const char *key, *text;
};
const struct requirement_row *requirement_row(enum requirement_id id);
const struct requirement_doubt_row *requirement_doubt_row(enum requirement_doubt_id id);

enum { REQUIREMENT_SET = (APPLICATION_ENTRIES + 7) / 8 };
struct requirement_set { /* bits by position */
    uint8_t bits[REQUIREMENT_SET];
};
struct requirement_result {
    enum requirement_id id;
    int64_t needed, have;      /* in the requirement's unit */
    int32_t items;             /* entries, payments or ratings that count */
    struct requirement_set by; /* which these are */
    char elsewhere[32];        /* RESIDENCE: the association that is there for the applicant */
    uint16_t roles; /* RATER_ROLE: bits by RaterRole, one of which is asked for; else 0 */
    bool met;
};
struct requirement_doubt {
    enum requirement_of of;
    int32_t place;
    enum requirement_doubt_id why;
    char edition[16]; /* whose rule it is: for hours it can be that of their own day */
};
/* A category can ask for several roles: each is a result of its own. */
enum {
    REQUIREMENT_RESULTS = REQUIREMENT_COUNT + WF_ROLE_SLOTS_MAX - 1,
    REQUIREMENT_DOUBTS = APPLICATION_ENTRIES + APPLICATION_RATERS
};
struct requirement_list {
    char edition[16]; /* that judged */
    int32_t category;
    wf_date on;
    wf_time at;
    int32_t count, doubt_count;
    struct requirement_result results[REQUIREMENT_RESULTS];
    struct requirement_doubt doubts[REQUIREMENT_DOUBTS]; /* one of each thing at most */
};

/* The day and the instant on which it is judged, and the rules that judge. */
struct requirement_case {
    const struct wf_policy_book *book;
    const struct wf_association *association; /* whose other editions judge what others gave */
    const struct wf_edition *edition;
    int32_t category;
    wf_date on;
    wf_time at;
};

/* Lists every requirement of the edition for the category, met or not. */
void requirements_judge(const struct requirement_case *rules, const struct application_state *state,
                        struct requirement_list *list);
bool requirements_met(const struct requirement_list *list);
/* Whether nothing but what an emerging endorsement may lack (WF_EMERGING_...) is missing. */
bool requirements_met_but(const struct requirement_list *list, uint16_t may_lack);
bool requirement_set_has(const struct requirement_set *set, int32_t place);

#endif
