/* exam_parts.h - what the machines of endorse-exam share: sizes, sheets, tokens, settings.  SPEC 6.
 * Pure. */
#ifndef EXAM_PARTS_H
#define EXAM_PARTS_H

#include "adjudicate_core.h"
#include "wf_step.h"

#include <string.h>

enum {
    EXAM_NAME_MAX = 40,     /* of a form, a prompt, a comment */
    EXAM_LANGUAGE_MAX = 15, /* "en", "pt-BR" */
    EXAM_WHY_MAX = 31,      /* codes of reasons */
    EXAM_ID_MAX = 32,       /* handles and readers: 26 characters in use */
    EXAM_CODE = 13,         /* 12 characters and one to check */
    EXAM_TOKEN = 16,
    EXAM_TOKENS_MAX = 96,   /* as many as intake sends: a paper with more would be parked */
    EXAM_COMMENTS_MAX = 12, /* of a sheet; further ones are left out */
    EXAM_TEXT_MAX = 92 * 1024,
    EXAM_KEY_MAX = 256,
    EXAM_PLACES = 3,   /* the pair and the third */
    EXAM_LENT_MAX = 8, /* calibration seats of a paper, ever: who had one reads no appeal of it */
    EXAM_CERTIFICATE_MAX = 480,
    EXAM_NIGHT_HOUR = 2,    /* of the repair, UTC */
    EXAM_REMINDER_HOUR = 9, /* of reminders, UTC */
    EXAM_REMINDERS_MAX = 3,
    EXAM_LATE_APPEAL_DAYS = 7 /* for an appeal that intake accepted on the last day */
};

enum { EXAM_TOKEN_AUTHOR = 6 }; /* TOKEN_AUTHOR: a core reads no wire; exam_taking.c asserts it */
struct exam_token {
    int32_t kind; /* proto enum TokenKind */
    uint8_t bytes[EXAM_TOKEN];
};

struct exam_comment {
    char code[EXAM_NAME_MAX + 1];
};

struct exam_sheet {
    uint32_t version; /* 0: no sheet */
    uint32_t text_version;
    int32_t points[ADJUDICATE_CRITERIA_MAX]; /* in the pack's order */
    uint8_t sha256[32];
    int32_t comment_count;
    struct exam_comment comments[EXAM_COMMENTS_MAX];
};

/* Points by name, as they come. */
struct exam_scores {
    int32_t count; /* of what came; beyond the rubric's most it is refused anyway */
    char criterion[ADJUDICATE_CRITERIA_MAX + 2][EXAM_NAME_MAX + 1];
    int32_t points[ADJUDICATE_CRITERIA_MAX + 2];
};
enum exam_scores_problem {
    EXAM_SCORES_OK = 0,
    EXAM_SCORES_UNKNOWN, /* a criterion that the rubric has not, or twice */
    EXAM_SCORES_MISSING,
    EXAM_SCORES_RANGE
};
/* SPEC 6.2: every criterion once, within the rubric. */
enum exam_scores_problem exam_scores_take(const struct adjudicate_pack *pack,
                                          const struct exam_scores *scores,
                                          int32_t points[static ADJUDICATE_CRITERIA_MAX]);

struct exam_text {
    uint32_t version;
    uint8_t sha256[32];
    uint32_t length;
    uint8_t sealed[EXAM_TEXT_MAX];
};

/* What an operator's act brings, checked by the shell (SPEC 6.6). */
struct exam_operator {
    char id[WF_ID_MAX + 1];
    uint32_t roles; /* bit per proto enum OperatorRole */
    bool members_known;
};

/* What step() and next_deadline() get as policy. */
struct exam_policy {
    int32_t respond_days, due_days, grace_days;
    int32_t attestation_hours, gate_hold_hours;
    int32_t committee_members;
    int32_t calibration_percent; /* of a reader's seats; 0: none */
    int32_t keep_text_days;      /* 0: without end */
};

/* 00:00 UTC after the day that is `days` after the one of `now`: that day is the last. */
wf_time exam_end_of_day(wf_time now, int32_t days);
/* SPEC 5.1: 12 characters of 60 random bits and one to check them. */
void exam_code(const uint8_t random[static 8], char code[static EXAM_CODE + 1]);
bool exam_code_is_valid(const char *code);
bool exam_tokens_common(const struct exam_token *a, int32_t a_count, const struct exam_token *b,
                        int32_t b_count);

#endif
