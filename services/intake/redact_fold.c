#include "redact_fold.h"

#include "wf_error.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* Letters that Unicode does not take apart, as people type them without their strokes. */
static const struct {
    gunichar letter;
    char instead[3];
} plain[] = {
    {0x00f8, "o"}, {0x0142, "l"},  {0x0111, "d"},  {0x0131, "i"},  {0x00f0, "d"},
    {0x0127, "h"}, {0x00e6, "ae"}, {0x0153, "oe"}, {0x00fe, "th"},
};

/* ---- one word ---- */

static bool is_ignored(gunichar c)
{
    return g_unichar_ismark(c) || g_unichar_type(c) == G_UNICODE_FORMAT;
}

static bool add_letter(struct redact_word *word, gunichar c)
{
    if (word->length == REDACT_WORD)
        return false;
    word->letters[word->length++] = c;
    return true;
}

static bool add_plain(struct redact_word *word, gunichar c)
{
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (plain[i].letter != c)
            continue;
        bool fits = add_letter(word, (unsigned char)plain[i].instead[0]);
        return fits &&
               (!plain[i].instead[1] || add_letter(word, (unsigned char)plain[i].instead[1]));
    }
    return add_letter(word, c);
}

/* False: longer than any word we compare. */
static bool fold(const char *text, size_t length, struct redact_word *word)
{
    char *apart = g_utf8_normalize(text, (gssize)length, G_NORMALIZE_ALL);
    char *folded = apart ? g_utf8_casefold(apart, -1) : NULL;
    bool fits = folded != NULL;
    word->length = 0;
    for (const char *at = folded; fits && *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (!is_ignored(c))
            fits = add_plain(word, c);
    }
    g_free(folded);
    g_free(apart);
    return fits;
}

/* ---- addresses ---- */

static bool is_address_char(char c)
{
    return g_ascii_isalnum(c) || (c && strchr(".!#$%&'*+-/=?^_`{|}~", c));
}
static bool is_host_char(char c)
{
    return g_ascii_isalnum(c) || c == '.' || c == '-';
}

/* Bytes of a mail address that begins here; 0: none does. */
static size_t mail_length(const char *at, const char *end)
{
    const char *to = at;
    while (to < end && (is_address_char(*to) || (*to & 0x80)))
        to++;
    if (to == at || to == end || *to != '@')
        return 0;
    const char *host = ++to;
    while (to < end && (is_host_char(*to) || (*to & 0x80)))
        to++;
    while (to > host && to[-1] == '.')
        to--;
    return memchr(host, '.', (size_t)(to - host)) ? (size_t)(to - at) : 0;
}

static size_t url_length(const char *at, const char *end)
{
    static const char *const beginnings[] = {"http://", "https://", "www."};
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        size_t length = strlen(beginnings[i]);
        if ((size_t)(end - at) <= length || g_ascii_strncasecmp(at, beginnings[i], length) != 0)
            continue;
        while (length < (size_t)(end - at) && !g_ascii_isspace(at[length]))
            length++;
        return length;
    }
    return 0;
}

/* ---- the text ---- */

struct cutter {
    const char *begin, *at, *end;
    enum redact_gap gap;
    unsigned breaks; /* line breaks since the last token */
    struct redact_tokens *tokens;
};

static struct redact_token *add_token(struct cutter *cutter, enum redact_class kind, const char *to)
{
    struct redact_tokens *tokens = cutter->tokens;
    if (tokens->count == tokens->capacity) {
        tokens->capacity = tokens->capacity ? tokens->capacity * 2 : 256;
        tokens->tokens = realloc(tokens->tokens, tokens->capacity * sizeof *tokens->tokens);
        WF_ASSERT(tokens->tokens);
    }
    struct redact_token *token = &tokens->tokens[tokens->count++];
    memset(token, 0, sizeof *token);
    token->kind = (uint8_t)kind;
    token->gap = (uint8_t)cutter->gap;
    token->begin = (uint32_t)(cutter->at - cutter->begin);
    token->end = (uint32_t)(to - cutter->begin);
    token->stop = to < cutter->end && *to == '.';
    cutter->at = to;
    cutter->gap = REDACT_GAP_NONE;
    cutter->breaks = 0;
    return token;
}

static bool is_digit(gunichar c)
{
    return g_unichar_isdigit(c);
}

/* A new word begins inside a run of letters where a small letter is followed by a capital:
 * "MsExample". */
static const char *end_of_word(const struct cutter *cutter, bool digits)
{
    bool small = false;
    const char *to = cutter->at;
    while (to < cutter->end) {
        gunichar c = g_utf8_get_char(to);
        bool inside = is_ignored(c) || (digits ? is_digit(c) : g_unichar_isalpha(c));
        if (!inside || (small && g_unichar_isupper(c)))
            break;
        small = g_unichar_islower(c) || (small && is_ignored(c));
        to = g_utf8_next_char(to);
    }
    return to;
}

static void look_at_capitals(struct redact_token *token, const char *text, size_t length)
{
    unsigned letters = 0;
    unsigned capitals = 0;
    for (const char *at = text; at < text + length; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (is_ignored(c))
            continue;
        bool capital = g_unichar_isupper(c) || g_unichar_istitle(c);
        token->capital |= letters == 0 && capital;
        letters++;
        capitals += capital;
    }
    token->capitals = letters >= 2 && capitals == letters;
}

static void cut_word(struct cutter *cutter, bool digits)
{
    const char *from = cutter->at;
    const char *to = end_of_word(cutter, digits);
    struct redact_token *token = add_token(cutter, digits ? REDACT_DIGITS : REDACT_LETTERS, to);
    size_t length = (size_t)(to - from);
    look_at_capitals(token, from, length);
    if (!fold(from, length, &token->word))
        token->kind = REDACT_TOO_LONG;
}

static bool is_tight(gunichar c)
{
    return c == '-' || c == '\'' || c == '.' || c == 0x2010 || c == 0x2011 || c == 0x2019 ||
           c == 0x00b7 || c == '_';
}

/* Brackets and signs of a phone number part words no more than a space does. */
static bool is_soft(gunichar c)
{
    return g_unichar_isspace(c) || c == '(' || c == ')' || c == '+' || c == '/' || c == '&';
}

static void pass_over(struct cutter *cutter)
{
    gunichar c = g_utf8_get_char(cutter->at);
    enum redact_gap gap = is_tight(c)  ? REDACT_GAP_TIGHT
                          : is_soft(c) ? REDACT_GAP_SPACE
                                       : REDACT_GAP_HARD;
    cutter->breaks += c == '\n';
    if (cutter->breaks > 1)
        gap = REDACT_GAP_HARD;
    /* A word cut at the end of a line: hyphen, then the break. */
    bool cut = c == '\n' && cutter->gap == REDACT_GAP_TIGHT && cutter->breaks == 1;
    if (!cut && gap > cutter->gap)
        cutter->gap = gap;
    cutter->at = g_utf8_next_char(cutter->at);
}

void redact_cut(struct wf_bytes text, struct redact_tokens *tokens)
{
    const char *begin = (const char *)text.data;
    struct cutter cutter = {
        .begin = begin, .at = begin, .end = begin + text.length, .tokens = tokens};
    bool fresh = true; /* an address begins only where something begins */
    while (cutter.at < cutter.end) {
        gunichar c = g_utf8_get_char(cutter.at);
        size_t url = fresh ? url_length(cutter.at, cutter.end) : 0;
        size_t mail = fresh && !url ? mail_length(cutter.at, cutter.end) : 0;
        fresh = false;
        if (url) {
            (void)add_token(&cutter, REDACT_URL, cutter.at + url);
        } else if (mail) {
            (void)add_token(&cutter, REDACT_ADDRESS, cutter.at + mail);
        } else if (is_digit(c)) {
            cut_word(&cutter, true);
        } else if (g_unichar_isalpha(c)) {
            cut_word(&cutter, false);
        } else {
            pass_over(&cutter);
            fresh = !is_tight(c);
        }
    }
}

void redact_tokens_fini(struct redact_tokens *tokens)
{
    free(tokens->tokens);
    *tokens = (struct redact_tokens){0};
}
