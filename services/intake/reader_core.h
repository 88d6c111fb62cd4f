/* reader_core.h - an exam reader under a random name: what exam may know, and the mails; pure.  SPEC 12.
 *
 * When a struct of the state changes: add the member to the table of reader_codec.c. */
#ifndef READER_CORE_H
#define READER_CORE_H

#include "paper_core.h"

enum {
    READER_QUALIFICATIONS = 16,
    READER_LANGUAGES = 8,
    READER_SPANS = 16,
    READER_LINK_DAYS = 7, /* assumed */
    READER_LINKS_A_DAY = 20
};

enum reader_state_id {
#define READER_STATE(symbol, name) READER_##symbol,
#include "reader_states.def"
#undef READER_STATE
    READER_STATE_COUNT
};
enum reader_event_id {
#define READER_CELLS(symbol, none, known) READER_EVENT_##symbol,
#include "reader_cells.def"
#undef READER_CELLS
    READER_EVENT_COUNT
};
enum reader_notice_id { /* the protocol's ReaderNoticeKind */
                        READER_NOTICE_NONE,
                        READER_NOTICE_OFFERED,
                        READER_NOTICE_REMINDER,
                        READER_NOTICE_LAST,
                        READER_NOTICE_LINK /* she asked for it */
};

struct reader_qualification {
    int32_t category;
    char form[EXAM_FORM + 1];
    wf_date until;
};
struct reader_language {
    char code[36];
};
struct reader_span {
    wf_date from, until;
};
struct reader_enrolment {
    int32_t capacity, window_days;
    bool active;
    int32_t qualification_count, language_count, span_count;
    struct reader_qualification qualifications[READER_QUALIFICATIONS];
    struct reader_language languages[READER_LANGUAGES];
    struct reader_span spans[READER_SPANS];
};

struct reader_state {
    enum reader_state_id state;
    char person[WF_ID_MAX + 1];
    wf_time due;        /* a job is out */
    uint32_t gathering; /* number of the last job */
    bool erased;
    uint32_t link; /* number of the last link */
    wf_date links_on;
    int32_t links_today;
    int32_t token_count;
    struct reader_enrolment enrolment;
    struct paper_token tokens[PAPER_TOKENS];
};

struct reader_event {
    struct wf_event_meta meta;
    enum reader_event_id kind;
    union {
        struct {
            char person[WF_ID_MAX + 1];
            struct reader_enrolment enrolment;
        } put;
        bool erased; /* TOUCHED */
        struct {
            uint32_t gathering;
            int32_t token_count;
            struct paper_token tokens[PAPER_TOKENS];
        } gathered;
        struct {
            enum reader_notice_id kind;
            wf_date due;
        } notice;
    } is;
};

enum reader_effect_id { READER_EFFECT_NONE, READER_GATHER, READER_SEND_CARD, READER_MAIL };
struct reader_effects {
    int32_t count;
    enum reader_effect_id list[2];
    enum reader_notice_id notice; /* MAIL */
    wf_date due;
    wf_date until; /* the link's last day */
};

struct wf_verdict reader_step(const void *policy, const void *before, const void *event,
                              wf_time now, void *after, void *effects);
wf_time reader_next_deadline(const void *policy, const void *state);
bool reader_holds(const void *state, const char **broken);
const char *reader_state_name(enum reader_state_id state);
extern const struct wf_reason reader_reasons[1];

#endif
