/* redact_core.h - finds in an answer what could give its writer away; pure.  SPEC 10.
 *
 * The shell (redact_fold.c) has cut text and dictionary into words of folded letters, so that here
 * only letters are compared. */
#ifndef REDACT_CORE_H
#define REDACT_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    REDACT_WORD = 32,  /* letters of a word */
    REDACT_WORDS = 10, /* words of an entry */
    REDACT_ENTRIES = 600,
    REDACT_ALLOWED = 256,
    REDACT_NEAR_LEAST = 5, /* letters from which one slip is looked for */
    REDACT_PHONE_LEAST = 7,
    REDACT_DIGITS_LEAST = 10
};

enum redact_kind {
#define REDACT_KIND(symbol, name, placeholder) REDACT_##symbol,
#include "redact_kinds.def"
#undef REDACT_KIND
    REDACT_KIND_COUNT
};
enum redact_rule {
#define REDACT_RULE(symbol, name) REDACT_BY_##symbol,
#include "redact_rules.def"
#undef REDACT_RULE
    REDACT_RULE_COUNT
};

struct redact_word {
    uint8_t length;
    uint32_t letters[REDACT_WORD]; /* folded code points */
};

/* What stands between a word and the one before it. */
enum redact_gap {
    REDACT_GAP_NONE,
    REDACT_GAP_TIGHT /* hyphen, apostrophe, full stop */,
    REDACT_GAP_SPACE,
    REDACT_GAP_HARD /* other signs, or a new paragraph */
};
enum redact_class {
    REDACT_LETTERS,
    REDACT_DIGITS,
    REDACT_ADDRESS /* mail */,
    REDACT_URL,
    REDACT_TOO_LONG
};
struct redact_token {
    uint32_t begin, end; /* bytes of the answer */
    uint8_t kind;        /* enum redact_class */
    uint8_t gap;         /* enum redact_gap */
    bool capital;        /* begins with a capital */
    bool capitals;       /* has two letters at least, all of them capitals */
    bool stop;           /* a full stop follows at once */
    struct redact_word word;
};
struct redact_text {
    const struct redact_token *tokens;
    uint32_t count;
};

struct redact_entry {
    uint8_t kind;  /* enum redact_kind */
    uint8_t count; /* of words */
    bool part;     /* one part of a longer name: alone it may mean somebody else */
    bool digits;   /* a phone: the one word holds its digits */
    struct redact_word words[REDACT_WORDS];
};
struct redact_dictionary {
    int32_t count;
    struct redact_entry entries[REDACT_ENTRIES];
};
struct redact_allowed {
    int32_t count;
    struct redact_word words[REDACT_ALLOWED];
};

struct redact_span {
    uint32_t begin, end;
    uint8_t kind, rule;
    bool certain; /* else a person must look at it */
};

/* Fills spans in the order of the text, none overlapping another; `spans` has room for
 * text->count.  Returns how many. */
uint32_t redact(const struct redact_dictionary *dictionary, const struct redact_allowed *allowed,
                const struct redact_text *text, struct redact_span *spans);

const char *redact_kind_name(enum redact_kind kind);
const char *redact_placeholder(enum redact_kind kind);
const char *redact_rule_name(enum redact_rule rule);
/* False: there is no such kind or rule. */
bool redact_kind_find(const char *name, uint8_t *kind);
bool redact_rule_find(const char *name, uint8_t *rule);

/* At most one letter more, less, other, or two changed round. */
bool redact_is_near(const struct redact_word *a, const struct redact_word *b);

#endif
