/* Names -> entries of the dictionary.  SPEC 10.1. */
#include "redact_fold.h"

#include "wf_error.h"

#include <glib.h>
#include <string.h>

/* What stands in names and is nobody's alone. */
static const char *const small_words[] = {
    "a",  "an",  "and", "at", "da", "de", "del", "der",  "dr", "for", "in", "la",  "le", "miss",
    "mr", "mrs", "ms",  "mx", "of", "on", "or",  "prof", "st", "the", "to", "van", "von"};

static bool is_small(const struct redact_word *word)
{
    for (size_t i = 0; i < sizeof small_words / sizeof small_words[0]; i++) {
        size_t length = strlen(small_words[i]);
        bool same = length == word->length;
        for (size_t k = 0; same && k < length; k++)
            same = word->letters[k] == (unsigned char)small_words[i][k];
        if (same)
            return true;
    }
    return false;
}

static struct redact_entry *new_entry(struct redact_dictionary *dictionary, enum redact_kind kind)
{
    if (dictionary->count == REDACT_ENTRIES)
        return NULL;
    struct redact_entry *entry = &dictionary->entries[dictionary->count++];
    memset(entry, 0, sizeof *entry);
    entry->kind = (uint8_t)kind;
    return entry;
}

static bool knows(const struct redact_dictionary *dictionary, const struct redact_entry *entry)
{
    for (int32_t i = 0; i + 1 < dictionary->count; i++) {
        const struct redact_entry *other = &dictionary->entries[i];
        if (other->kind == entry->kind && other->count == entry->count &&
            memcmp(other->words, entry->words, sizeof other->words) == 0)
            return true;
    }
    return false;
}

static bool add_words(struct redact_dictionary *dictionary, enum redact_kind kind,
                      const struct redact_token *tokens, uint32_t count, bool part)
{
    struct redact_entry *entry = new_entry(dictionary, kind);
    if (!entry)
        return false;
    entry->part = part;
    for (uint32_t i = 0; i < count && entry->count < REDACT_WORDS; i++) {
        if (tokens[i].kind == REDACT_LETTERS)
            entry->words[entry->count++] = tokens[i].word;
    }
    if (entry->count == 0 || knows(dictionary, entry))
        dictionary->count--;
    return true;
}

bool redact_learn(struct redact_dictionary *dictionary, enum redact_kind kind, const char *name,
                  bool parts)
{
    struct redact_tokens cut = {0};
    redact_cut((struct wf_bytes){.data = (const uint8_t *)name, .length = strlen(name)}, &cut);
    bool fits = add_words(dictionary, kind, cut.tokens, cut.count, false);
    uint32_t from = 0;
    while (parts && fits && cut.count > 1 && from < cut.count) {
        uint32_t to = from + 1; /* a part goes to the next space: "Smith-Jones" is one */
        while (to < cut.count && cut.tokens[to].gap < REDACT_GAP_SPACE)
            to++;
        bool single = to == from + 1;
        if (!single || (cut.tokens[from].word.length > 1 && !is_small(&cut.tokens[from].word)))
            fits = add_words(dictionary, kind, &cut.tokens[from], to - from, true);
        for (uint32_t i = from; fits && !single && i < to; i++) {
            if (cut.tokens[i].word.length > 2 && !is_small(&cut.tokens[i].word))
                fits = add_words(dictionary, kind, &cut.tokens[i], 1, true);
        }
        from = to;
    }
    redact_tokens_fini(&cut);
    return fits;
}

bool redact_learn_phone(struct redact_dictionary *dictionary, const char *phone)
{
    struct redact_entry *entry = new_entry(dictionary, REDACT_CONTACT);
    if (!entry)
        return false;
    entry->digits = true;
    entry->count = 1;
    for (const char *at = phone; *at && entry->words[0].length < REDACT_WORD; at++) {
        if (g_ascii_isdigit(*at))
            entry->words[0].letters[entry->words[0].length++] = (unsigned char)*at;
    }
    if (entry->words[0].length < REDACT_PHONE_LEAST)
        dictionary->count--;
    return true;
}

void redact_allow(struct redact_allowed *allowed, const char *names)
{
    struct redact_tokens cut = {0};
    redact_cut((struct wf_bytes){.data = (const uint8_t *)names, .length = strlen(names)}, &cut);
    for (uint32_t i = 0; i < cut.count && allowed->count < REDACT_ALLOWED; i++) {
        if (cut.tokens[i].kind == REDACT_LETTERS)
            allowed->words[allowed->count++] = cut.tokens[i].word;
    }
    redact_tokens_fini(&cut);
}

void redact_normal_text(const char *text, struct wf_buffer *normal)
{
    struct redact_tokens cut = {0};
    redact_cut((struct wf_bytes){.data = (const uint8_t *)text, .length = strlen(text)}, &cut);
    for (uint32_t i = 0; i < cut.count; i++) {
        const struct redact_word *word = &cut.tokens[i].word;
        if (cut.tokens[i].kind != REDACT_LETTERS && cut.tokens[i].kind != REDACT_DIGITS)
            continue;
        if (normal->length && cut.tokens[i].gap > REDACT_GAP_NONE)
            wf_buffer_append(normal, " ", 1);
        for (uint8_t k = 0; k < word->length; k++) {
            char utf8[6];
            wf_buffer_append(normal, utf8, (size_t)g_unichar_to_utf8(word->letters[k], utf8));
        }
    }
    redact_tokens_fini(&cut);
}
