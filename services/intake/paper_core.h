/* paper_core.h - the essays of one attempt, from receipt to release; pure.  SPEC 11.
 *
 * Texts are sealed bytes here.  When a struct of the state changes: add the member to the table of
 * paper_codec.c. */
#ifndef PAPER_CORE_H
#define PAPER_CORE_H

#include "application_core.h"
#include "redact_core.h"

enum {
    PAPER_HANDLE = EXAM_HANDLE,
    PAPER_SEALED_BYTES = 80 * 1024, /* answers of 64 KiB with their placeholders, sealed */
    PAPER_PEOPLE = 96,
    PAPER_TOKENS = 96,
    PAPER_TOKEN = 16,
    PAPER_HITS = 400,
    PAPER_PROMPTS = 6,
    PAPER_OPERATORS = 8,
    PAPER_OPERATOR = 48,
    PAPER_EFFECTS = 2 * PAPER_PEOPLE + PAPER_OPERATORS + 8
};
#define PAPER_JOB_PATIENCE WF_MINUTE
#define PAPER_UNBLIND_LIFE WF_HOUR

enum paper_state_id {
#define PAPER_STATE(symbol, name) PAPER_##symbol,
#include "paper_states.def"
#undef PAPER_STATE
    PAPER_STATE_COUNT
};
enum paper_event_id {
#define PAPER_CELLS(symbol, ...) PAPER_EVENT_##symbol,
#include "paper_cells.def"
#undef PAPER_CELLS
    PAPER_EVENT_COUNT
};
enum paper_reason_id {
#define PAPER_REASON(symbol, code, text) PAPER_REASON_##symbol,
#include "paper_reasons.def"
#undef PAPER_REASON
    PAPER_REASON_COUNT
};

struct paper_blob {
    uint32_t length;
    uint8_t bytes[PAPER_SEALED_BYTES];
};
struct paper_person {
    char id[WF_ID_MAX + 1];
    int32_t role; /* the protocol's PaperRole */
};
struct paper_token {
    int32_t kind; /* the protocol's TokenKind */
    uint8_t bytes[PAPER_TOKEN];
};
enum paper_judgement { HIT_OPEN, HIT_GOES, HIT_STAYS };
struct paper_hit {
    int32_t prompt; /* its place */
    uint32_t begin, end;
    uint8_t kind, rule; /* of redact_core.h */
    bool certain;
    uint8_t judgement; /* of an uncertain one; enum paper_judgement */
    bool blank;        /* nothing stands in its place */
};
struct paper_named_hit { /* of an event, which does not know the form */
    char prompt[EXAM_CODE + 1];
    struct paper_hit hit;
};
struct paper_text {
    uint32_t version; /* 0: none is out */
    uint8_t sha256[32];
    struct paper_blob sealed;
};
struct paper_prompt {
    char id[EXAM_CODE + 1];
    uint32_t length; /* bytes of its answer; known when it was gathered */
};
struct paper_operator {
    char id[PAPER_OPERATOR + 1];
};
struct paper_unblinding {
    char requester[PAPER_OPERATOR + 1];
    int32_t requester_roles; /* one bit for each */
    wf_time requested;
    char approver[PAPER_OPERATOR + 1];
    wf_time approved;
};

struct paper_state {
    enum paper_state_id state;
    wf_time since, due;
    char application[WF_ID_MAX + 1];
    char person[WF_ID_MAX + 1]; /* the writer */
    char association[32];
    int32_t category, age_line;
    char form[EXAM_FORM + 1];
    char language[36];
    char rule_pack[EXAM_FORM + 1];
    uint32_t awaited;               /* links not answered yet */
    uint32_t gathering;             /* number of the last job */
    uint32_t gathered;              /* of the last result */
    char questioned[EXAM_CODE + 1]; /* prompt */
    bool pulled;                    /* exam waits for a text, were it the same */
    char waiting[EXAM_CODE + 1];    /* exam's word */
    uint32_t resolution;
    bool passed;
    int32_t score_hundredths, most;
    int32_t prompt_count, person_count, token_count, hit_count, excluded_count;
    struct paper_prompt prompts[PAPER_PROMPTS];
    struct paper_person people[PAPER_PEOPLE];
    struct paper_token tokens[PAPER_TOKENS];
    struct paper_hit hits[PAPER_HITS];
    struct paper_operator excluded[PAPER_OPERATORS];
    struct paper_unblinding unblinding;
    struct paper_blob answers;
    struct paper_text text;
};

/* What a good seal proved. */
struct paper_signer {
    char id[PAPER_OPERATOR + 1];
    int32_t roles; /* one bit for each */
    bool reads;
};

struct paper_event {
    struct wf_event_meta meta;
    enum paper_event_id kind;
    struct paper_signer signer;
    union {
        struct {
            char application[WF_ID_MAX + 1];
            char person[WF_ID_MAX + 1];
            char association[32];
            int32_t category, age_line;
            char form[EXAM_FORM + 1];
            char language[36];
            char rule_pack[EXAM_FORM + 1];
            int32_t prompt_count, person_count;
            struct paper_prompt prompts[PAPER_PROMPTS];
            struct paper_person people[PAPER_PEOPLE];
            struct paper_blob answers;
        } received;
        struct {
            char person[WF_ID_MAX + 1];
            bool answer, erased;
        } touched;
        struct {
            uint32_t gathering;
            int32_t token_count, hit_count;
            uint32_t lengths[PAPER_PROMPTS];
            struct paper_token tokens[PAPER_TOKENS];
            struct paper_named_hit hits[PAPER_HITS];
            struct paper_text text;
        } gathered;
        struct {
            uint32_t version;
            int32_t span_count;
            struct paper_named_hit spans[PAPER_HITS];
        } checked;
        struct application_paper_result result;
        char prompt[EXAM_CODE + 1];  /* QUESTIONED */
        char waiting[EXAM_CODE + 1]; /* WAITING */
        int32_t appeal;
        bool hold;
    } is;
};

enum paper_effect_id {
    PAPER_EFFECT_NONE,
    PAPER_LINK,   /* index of the person; -1: the writer */
    PAPER_UNLINK, /* the same */
    PAPER_GATHER, /* a job */
    PAPER_SEAL,
    PAPER_REPLACE_TEXT,
    PAPER_CHANGE_TOKENS,
    PAPER_TELL_RESULT,
    PAPER_SEND_APPEAL, /* index: kind */
    PAPER_SEND_HOLD,   /* index: 1 held, 0 no longer */
    PAPER_SEND_VOID,
    PAPER_FORGET_KEY, /* a job */
    PAPER_EXCLUDE,    /* index of the operator */
    PAPER_QUEUE,      /* it waits for a redactor */
    PAPER_UNQUEUE
};
struct paper_effect {
    enum paper_effect_id kind;
    int32_t index;
};
struct paper_effects {
    int32_t count;
    struct paper_effect list[PAPER_EFFECTS];
    struct application_paper_result result; /* TELL_RESULT */
};

struct wf_verdict paper_step(const void *policy, const void *before, const void *event, wf_time now,
                             void *after, void *effects);
wf_time paper_next_deadline(const void *policy, const void *state);
bool paper_holds(const void *state, const char **broken);
const char *paper_state_name(enum paper_state_id state);
extern const struct wf_reason paper_reasons[PAPER_REASON_COUNT];

/* Whether an operator may see the writer now.  SPEC 11.3. */
bool paper_is_unblinded_for(const struct paper_state *state, const char *operator_id, wf_time now);
/* Whether this signer may redact it; NONE if so. */
enum paper_reason_id paper_may_redact(const struct paper_state *state,
                                      const struct paper_signer *signer);

#endif
