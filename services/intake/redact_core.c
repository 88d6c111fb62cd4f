/* What could give a writer away.  SPEC 10. */
#include "redact_core.h"

#include <string.h>

static const struct {
    const char *name, *placeholder;
} kinds[REDACT_KIND_COUNT] = {
#define REDACT_KIND(symbol, its_name, its_placeholder)                                             \
    [REDACT_##symbol] = {.name = its_name, .placeholder = its_placeholder},
#include "redact_kinds.def"
#undef REDACT_KIND
};
static const char *const rules[REDACT_RULE_COUNT] = {
#define REDACT_RULE(symbol, name) [REDACT_BY_##symbol] = name,
#include "redact_rules.def"
#undef REDACT_RULE
};

const char *redact_kind_name(enum redact_kind kind)
{
    return kinds[kind].name;
}
const char *redact_placeholder(enum redact_kind kind)
{
    return kinds[kind].placeholder;
}
const char *redact_rule_name(enum redact_rule rule)
{
    return rules[rule];
}
bool redact_kind_find(const char *name, uint8_t *kind)
{
    for (uint8_t i = 0; i < REDACT_KIND_COUNT; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            *kind = i;
            return true;
        }
    }
    return false;
}
bool redact_rule_find(const char *name, uint8_t *rule)
{
    for (uint8_t i = 0; i < REDACT_RULE_COUNT; i++) {
        if (strcmp(rules[i], name) == 0) {
            *rule = i;
            return true;
        }
    }
    return false;
}

/* ---- words ---- */

static bool is_same(const struct redact_word *a, const struct redact_word *b)
{
    return a->length == b->length &&
           memcmp(a->letters, b->letters, a->length * sizeof a->letters[0]) == 0;
}

static uint8_t common_beginning(const struct redact_word *a, const struct redact_word *b)
{
    uint8_t n = 0;
    while (n < a->length && n < b->length && a->letters[n] == b->letters[n])
        n++;
    return n;
}

static bool is_same_rest(const struct redact_word *a, uint8_t from_a, const struct redact_word *b,
                         uint8_t from_b)
{
    return a->length - from_a == b->length - from_b &&
           memcmp(a->letters + from_a, b->letters + from_b,
                  (size_t)(a->length - from_a) * sizeof a->letters[0]) == 0;
}

bool redact_is_near(const struct redact_word *a, const struct redact_word *b)
{
    uint8_t n = common_beginning(a, b);
    if (n == a->length && n == b->length)
        return true;
    if (n < a->length && is_same_rest(a, (uint8_t)(n + 1), b, n))
        return true;
    if (n < b->length && is_same_rest(a, n, b, (uint8_t)(n + 1)))
        return true;
    if (n < a->length && n < b->length && is_same_rest(a, (uint8_t)(n + 1), b, (uint8_t)(n + 1)))
        return true;
    return n + 1 < a->length && n + 1 < b->length && a->letters[n] == b->letters[n + 1] &&
           a->letters[n + 1] == b->letters[n] &&
           is_same_rest(a, (uint8_t)(n + 2), b, (uint8_t)(n + 2));
}

static bool is_allowed(const struct redact_allowed *allowed, const struct redact_word *word)
{
    for (int32_t i = 0; i < allowed->count; i++) {
        if (is_same(&allowed->words[i], word))
            return true;
    }
    return false;
}

/* ---- one entry at one place ---- */

struct hit {
    uint32_t tokens; /* how many it takes; 0: none */
    uint8_t kind, rule;
    bool certain;
};

struct search {
    const struct redact_allowed *allowed;
    const struct redact_text *text;
    uint32_t at; /* the token where it begins */
};

static const struct redact_token *token(const struct search *search, uint32_t offset)
{
    uint32_t place = search->at + offset;
    return place < search->text->count ? &search->text->tokens[place] : NULL;
}

/* Whether the letters of an entry stand here, its words parted by anything that parts words, or run
 * together, or cut by a hyphen.  One letter "s" may be left over at the end (plural, possessive).
 * Returns the tokens taken. */
static uint32_t match_letters(const struct search *search, const struct redact_entry *entry,
                              bool *plural)
{
    uint32_t taken = 0;
    uint8_t used = 0; /* letters of the token in hand */
    for (uint8_t w = 0; w < entry->count; w++) {
        for (uint8_t l = 0; l < entry->words[w].length; l++) {
            const struct redact_token *in_hand = taken ? token(search, taken - 1) : NULL;
            if (!in_hand || used == in_hand->word.length) {
                in_hand = token(search, taken);
                bool parted = l == 0; /* the entry has two words here */
                if (!in_hand || in_hand->kind != REDACT_LETTERS ||
                    (taken && in_hand->gap > (parted ? REDACT_GAP_SPACE : REDACT_GAP_TIGHT)))
                    return 0;
                taken++;
                used = 0;
            }
            if (in_hand->word.letters[used++] != entry->words[w].letters[l])
                return 0;
        }
    }
    const struct redact_token *last = taken ? token(search, taken - 1) : NULL;
    if (!last)
        return 0;
    *plural = used + 1 == last->word.length && last->word.letters[used] == 's';
    return used == last->word.length || *plural ? taken : 0;
}

static bool has_capital(const struct search *search, uint32_t tokens)
{
    for (uint32_t i = 0; i < tokens; i++) {
        if (token(search, i)->capital)
            return true;
    }
    return false;
}

/* A single word that the vignette uses too is the vignette's, unless it is the writer's own name:
 * then a person decides. */
static struct hit judge_single(const struct search *search, const struct redact_entry *entry,
                               struct hit hit)
{
    const struct redact_token *first = token(search, 0);
    if (hit.tokens == 1 && is_allowed(search->allowed, &first->word)) {
        if (entry->kind != REDACT_NAME)
            return (struct hit){0};
        hit.rule = REDACT_BY_ALLOWED;
        hit.certain = false;
    } else if (!has_capital(search, hit.tokens)) {
        hit.rule = REDACT_BY_LOWER;
        hit.certain = false;
    }
    return hit;
}

static struct hit match_whole(const struct search *search, const struct redact_entry *entry)
{
    bool plural = false;
    struct hit hit = {.kind = entry->kind, .rule = REDACT_BY_WHOLE, .certain = true};
    hit.tokens = match_letters(search, entry, &plural);
    if (!hit.tokens)
        return hit;
    if (plural)
        hit.rule = REDACT_BY_PLURAL;
    else if (entry->part)
        hit.rule = REDACT_BY_PART;
    return entry->count == 1 ? judge_single(search, entry, hit) : hit;
}

static bool may_be_near(const struct redact_word *a, const struct redact_word *b)
{
    return a->length >= REDACT_NEAR_LEAST && b->length >= REDACT_NEAR_LEAST && redact_is_near(a, b);
}

/* Word by word, with at most one slip in each long one. */
static struct hit match_near(const struct search *search, const struct redact_entry *entry)
{
    struct hit hit = {.kind = entry->kind, .rule = REDACT_BY_NEAR};
    for (uint8_t w = 0; w < entry->count; w++) {
        const struct redact_token *here = token(search, w);
        if (!here || here->kind != REDACT_LETTERS || (w && here->gap > REDACT_GAP_SPACE))
            return (struct hit){0};
        if (is_same(&here->word, &entry->words[w]))
            continue;
        if (!may_be_near(&here->word, &entry->words[w]) || is_allowed(search->allowed, &here->word))
            return (struct hit){0};
        hit.tokens = entry->count; /* a slip somewhere; without one it is whole */
    }
    return hit;
}

/* "A. E.", "AE", "BSFC": first letters, of every word or of all but small ones. */
static struct hit match_initials(const struct search *search, const struct redact_entry *entry)
{
    const struct redact_token *first = token(search, 0);
    struct hit hit = {.kind = entry->kind, .rule = REDACT_BY_INITIALS};
    bool named = entry->kind == REDACT_NAME || entry->kind == REDACT_PERSON;
    if (entry->count < (named ? 2 : 3) || !first->capital)
        return (struct hit){0};
    if (first->capitals && first->word.length == entry->count) {
        for (uint8_t w = 0; w < entry->count; w++) {
            if (first->word.letters[w] != entry->words[w].letters[0])
                return (struct hit){0};
        }
        hit.tokens = 1;
        hit.certain = !named;
        return hit;
    }
    for (uint8_t w = 0; w < entry->count; w++) {
        const struct redact_token *here = token(search, w);
        if (!here || here->kind != REDACT_LETTERS || here->word.length != 1 || !here->capital ||
            (w && here->gap > REDACT_GAP_SPACE) ||
            here->word.letters[0] != entry->words[w].letters[0])
            return (struct hit){0};
        hit.certain |= here->stop;
    }
    hit.tokens = entry->count;
    return hit;
}

/* The first two words of a longer name of a place of work. */
static struct hit match_beginning(const struct search *search, const struct redact_entry *entry)
{
    struct redact_entry shorter;
    bool plural = false;
    struct hit hit = {.kind = entry->kind, .rule = REDACT_BY_BEGINNING};
    if (entry->count < 3 || entry->kind == REDACT_NAME || entry->kind == REDACT_PERSON)
        return (struct hit){0};
    memcpy(&shorter, entry, sizeof shorter);
    shorter.count = 2;
    hit.tokens = match_letters(search, &shorter, &plural);
    return hit;
}

/* ---- numbers ---- */

static uint32_t read_digits(const struct search *search, uint32_t digits[static 2 * REDACT_WORD],
                            uint32_t *count)
{
    uint32_t taken = 0;
    *count = 0;
    for (;; taken++) {
        const struct redact_token *here = token(search, taken);
        if (!here || here->kind != REDACT_DIGITS || (taken && here->gap > REDACT_GAP_SPACE))
            return taken;
        for (uint8_t i = 0; i < here->word.length; i++) {
            if (*count == 2 * REDACT_WORD)
                return taken;
            digits[(*count)++] = here->word.letters[i];
        }
    }
}

/* The same number with or without its codes for country and region. */
static bool ends_alike(const struct redact_word *phone, const uint32_t *digits, uint32_t count)
{
    uint32_t shorter = phone->length < count ? phone->length : count;
    if (shorter < REDACT_PHONE_LEAST)
        return false;
    return memcmp(phone->letters + phone->length - shorter, digits + count - shorter,
                  shorter * sizeof digits[0]) == 0;
}

static bool is_a_phone(const struct redact_dictionary *dictionary, const uint32_t *digits,
                       uint32_t count)
{
    for (int32_t i = 0; i < dictionary->count; i++) {
        const struct redact_entry *entry = &dictionary->entries[i];
        if (entry->digits && ends_alike(&entry->words[0], digits, count))
            return true;
    }
    return false;
}

/* Two numbers may stand side by side, so every shorter run is tried too. */
static struct hit match_digits(const struct search *search,
                               const struct redact_dictionary *dictionary)
{
    uint32_t digits[2 * REDACT_WORD];
    uint32_t all = 0;
    struct hit hit = {.kind = REDACT_CONTACT, .rule = REDACT_BY_DIGITS};
    hit.tokens = read_digits(search, digits, &all);
    uint32_t count = all;
    for (uint32_t tokens = hit.tokens; tokens > 0; tokens--) {
        if (is_a_phone(dictionary, digits, count))
            return (struct hit){tokens, REDACT_CONTACT, REDACT_BY_PHONE, true};
        count -= token(search, tokens - 1)->word.length;
    }
    return all >= REDACT_DIGITS_LEAST ? hit : (struct hit){0};
}

/* ---- the text ---- */

/* Certain before uncertain, longer before shorter, the writer's own before others. */
static bool is_better(const struct hit *a, const struct hit *b)
{
    if (!a->tokens || !b->tokens)
        return a->tokens > 0;
    if (a->certain != b->certain)
        return a->certain;
    if (a->tokens != b->tokens)
        return a->tokens > b->tokens;
    return a->kind < b->kind;
}

static void consider(struct hit *best, struct hit hit)
{
    if (is_better(&hit, best))
        *best = hit;
}

static struct hit best_of_words(const struct search *search,
                                const struct redact_dictionary *dictionary)
{
    struct hit best = {0};
    for (int32_t i = 0; i < dictionary->count; i++) {
        const struct redact_entry *entry = &dictionary->entries[i];
        if (entry->digits)
            continue;
        consider(&best, match_whole(search, entry));
        if (best.certain && best.tokens >= entry->count)
            continue;
        consider(&best, match_initials(search, entry));
        consider(&best, match_near(search, entry));
        consider(&best, match_beginning(search, entry));
    }
    return best;
}

static struct hit find_hit(const struct search *search, const struct redact_dictionary *dictionary)
{
    switch ((enum redact_class)token(search, 0)->kind) {
    case REDACT_LETTERS:
        return best_of_words(search, dictionary);
    case REDACT_DIGITS:
        return match_digits(search, dictionary);
    case REDACT_ADDRESS:
        return (struct hit){1, REDACT_CONTACT, REDACT_BY_MAIL, true};
    case REDACT_URL:
        return (struct hit){1, REDACT_CONTACT, REDACT_BY_LINK, false};
    case REDACT_TOO_LONG:
        return (struct hit){1, REDACT_OTHER, REDACT_BY_LONG, false};
    }
    return (struct hit){0};
}

/* "A. Example": the letter before a name goes with it. */
static uint32_t absorb_initial(const struct redact_text *text, uint32_t at, uint8_t kind)
{
    const struct redact_token *before = at > 0 ? &text->tokens[at - 1] : NULL;
    bool named = kind == REDACT_NAME || kind == REDACT_PERSON;
    bool initial = before && before->kind == REDACT_LETTERS && before->word.length == 1 &&
                   before->capital && before->stop && text->tokens[at].gap <= REDACT_GAP_SPACE;
    return named && initial ? before->begin : text->tokens[at].begin;
}

/* A certain span takes the place of uncertain ones that it meets; an uncertain one yields. */
static uint32_t put_span(struct redact_span *spans, uint32_t count, struct redact_span span)
{
    while (span.certain && count > 0 && !spans[count - 1].certain &&
           spans[count - 1].end > span.begin)
        count--;
    if (count > 0 && spans[count - 1].end > span.begin) {
        if (spans[count - 1].certain || spans[count - 1].end >= span.end)
            return count;
        span.begin = spans[--count].begin; /* two doubts that meet are one */
    }
    spans[count] = span;
    return count + 1;
}

uint32_t redact(const struct redact_dictionary *dictionary, const struct redact_allowed *allowed,
                const struct redact_text *text, struct redact_span *spans)
{
    struct search search = {.allowed = allowed, .text = text};
    uint32_t count = 0;
    while (search.at < text->count) {
        struct hit hit = find_hit(&search, dictionary);
        if (!hit.tokens) {
            search.at++;
            continue;
        }
        struct redact_span span = {.begin = absorb_initial(text, search.at, hit.kind),
                                   .end = text->tokens[search.at + hit.tokens - 1].end,
                                   .kind = hit.kind,
                                   .rule = hit.rule,
                                   .certain = hit.certain};
        count = put_span(spans, count, span);
        search.at += hit.certain ? hit.tokens : 1;
    }
    return count;
}
