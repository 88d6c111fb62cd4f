/* requirements_core.h - which requirements an application meets on a day; pure.  SPEC 4. */
#ifndef REQUIREMENTS_CORE_H
#define REQUIREMENTS_CORE_H

#include "application_core.h"

enum requirement_id {
#define REQUIREMENT(symbol, code, unit, text) REQUIREMENT_##symbol,
#include "requirements.def"
#undef REQUIREMENT
    REQUIREMENT_COUNT
};

struct requirement_row {
    const char *code, *unit, *text;
};
const struct requirement_row *requirement_row(enum requirement_id id);

struct requirement_result {
    enum requirement_id id;
    int64_t needed, have; /* in the requirement's unit */
    int32_t items;        /* entries, payments or ratings that count */
    uint16_t roles;       /* RATER_ROLE: bits by RaterRole, one of which is asked for; else 0 */
    bool met;
};
/* A category can ask for several roles: each is a result of its own. */
enum { REQUIREMENT_RESULTS = REQUIREMENT_COUNT + WF_ROLE_SLOTS_MAX - 1 };
struct requirement_list {
    char edition[16]; /* that judged */
    int32_t count;
    struct requirement_result results[REQUIREMENT_RESULTS];
};

/* The day and the instant on which it is judged, and the rules that judge. */
struct requirement_case {
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

#endif
