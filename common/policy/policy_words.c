#include "policy_words.h"

#include "wf_policy_figures.h"

#include <stdlib.h>
#include <string.h>

/* Word n stands for the enum value n of proto/endorse/v1/events.proto; value 0 has no word. */
#define WF_WORDS_CATEGORY "|FA|FS|FRS|ERS|MHS|MHM_C|MHM_P|MHM_RF"
#define WF_WORDS_AGE_LINE "|IMH|ECMH"
#define WF_WORDS_EDUCATION "|CDA|ASSOCIATE|BACHELOR|MASTER|DOCTORATE|LICENCE"
#define WF_WORDS_ROLE "|SUPERVISOR|RSC_PROVIDER|TEACHER|COLLEAGUE|SUPERVISEE|PARENT|OTHER"
/* As the bits WF_EMERGING_... of wf_policy.h. */
#define WF_WORDS_EMERGING "training|training_rsc|rsc|rsc_given|leadership|work|ratings"
#define WF_WORDS_NEED "training|rsc|fee|ethics|submission"

static const struct wf_policy_key association_rows[] = {
#define WF_ASSOCIATION_KEY(key, kind, field, least, most, words)                                   \
    {#key, WF_KEY_##kind, offsetof(struct wf_association, field), least, most, words},
#include "policy_keys.def"
};
static const struct wf_policy_key edition_rows[] = {
#define WF_EDITION_KEY(key, kind, field, least, most, words)                                       \
    {#key, WF_KEY_##kind, offsetof(struct wf_edition, field), least, most, words},
#include "policy_keys.def"
};
static const struct wf_policy_key category_rows[] = {
#define WF_CATEGORY_KEY(key, kind, field, least, most, words)                                      \
    {#key, WF_KEY_##kind, offsetof(struct wf_category_policy, field), least, most, words},
#include "policy_keys.def"
};
#define ROWS(array)                                                                                \
    {                                                                                              \
        array, sizeof(array) / sizeof((array)[0])                                                  \
    }
const struct wf_policy_keys wf_association_keys = ROWS(association_rows);
const struct wf_policy_keys wf_edition_keys = ROWS(edition_rows);
const struct wf_policy_keys wf_category_keys = ROWS(category_rows);

/* Lists are written as a count and the items behind it. */
_Static_assert(offsetof(struct wf_edition, rating_reminder_days) ==
                   offsetof(struct wf_edition, rating_reminders) + sizeof(int32_t),
               "DAYS: items behind the count");
_Static_assert(offsetof(struct wf_edition, renewal_reminder_days) ==
                   offsetof(struct wf_edition, renewal_reminders) + sizeof(int32_t),
               "DAYS: items behind the count");
_Static_assert(offsetof(struct wf_edition, review_dates) ==
                   offsetof(struct wf_edition, review_date_count) + sizeof(int32_t),
               "DATES: items behind the count");
_Static_assert(offsetof(struct wf_category_policy, role_slot) ==
                   offsetof(struct wf_category_policy, role_slots) + sizeof(int32_t),
               "SLOTS: items behind the count");

bool wf_policy_key_is_list(const struct wf_policy_key *key)
{
    return key->kind == WF_KEY_DAYS || key->kind == WF_KEY_DATES || key->kind == WF_KEY_SET ||
           key->kind == WF_KEY_SLOTS;
}

const struct wf_policy_key *wf_policy_key_find(const struct wf_policy_keys *keys, const char *name)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (strcmp(keys->rows[i].name, name) == 0)
            return &keys->rows[i];
    }
    return NULL;
}

/* The number of the word `text` of `length` bytes; -1 if it is none of the words. */
static int word_find(const char *words, const char *text, size_t length)
{
    int number = 0;
    for (const char *word = words;; number++) {
        size_t size = strcspn(word, "|");
        if (size > 0 && size == length && memcmp(word, text, length) == 0)
            return number;
        if (word[size] == '\0')
            return -1;
        word += size + 1;
    }
}

const char *wf_policy_category_name(int category)
{
    static const char *const names[WF_CATEGORIES] = {"",    "FA",    "FS",    "FRS",   "ERS",
                                                     "MHS", "MHM_C", "MHM_P", "MHM_RF"};
    return category > 0 && category < WF_CATEGORIES ? names[category] : "";
}

int wf_policy_category_find(const char *name)
{
    int number = word_find(WF_WORDS_CATEGORY, name, strlen(name));
    return number < 0 ? 0 : number;
}

static int not_one_of(const struct wf_policy_key *key, const char *text, struct wf_error *error)
{
    const char *words = key->words[0] == '|' ? key->words + 1 : key->words;
    return wf_fail(error, WF_INVALID, "%s: \"%.40s\" is none of %s", key->name, text, words);
}

static int read_number(const struct wf_policy_key *key, const char *text, int64_t *value,
                       struct wf_error *error)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 9 || text[digits] != '\0')
        return wf_fail(error, WF_INVALID, "%s: \"%.40s\" is not a whole number", key->name, text);
    *value = strtol(text, NULL, 10);
    if (*value < key->least || *value > key->most)
        return wf_fail(error, WF_INVALID, "%s: %s is not within %lld to %lld", key->name, text,
                       (long long)key->least, (long long)key->most);
    return 0;
}

/* "25" or "25.50" in minor units; every currency of the network has hundredths. */
static int read_money(const struct wf_policy_key *key, const char *text, int64_t *minor,
                      struct wf_error *error)
{
    size_t whole = strspn(text, "0123456789");
    size_t part = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
    bool shaped = text[whole] == '\0' || (part == 2 && text[whole + 3] == '\0');
    if (whole == 0 || whole > 9 || !shaped)
        return wf_fail(error, WF_INVALID, "%s: \"%.40s\" is not an amount such as 25 or 25.00",
                       key->name, text);
    int64_t units = strtol(text, NULL, 10);
    if (units > key->most)
        return wf_fail(error, WF_INVALID, "%s: %s is more than %lld", key->name, text,
                       (long long)key->most);
    *minor = units * 100 + (part == 2 ? strtol(text + whole + 1, NULL, 10) : 0);
    return 0;
}

static int read_day(const struct wf_policy_key *key, const char *text, struct wf_month_day *day,
                    struct wf_error *error)
{
    *day = (struct wf_month_day){0, 0};
    if (strcmp(text, "none") == 0 && key->least == 0)
        return 0;
    char full[WF_DATE_TEXT] = "2024-"; /* a leap year, so that 02-29 is a day */
    wf_date date = 0;
    if (strlen(text) == 5)
        memcpy(full + 5, text, 6);
    if (!wf_date_parse(full, &date))
        return wf_fail(error, WF_INVALID, "%s: \"%.40s\" is not a day such as 12-31%s", key->name,
                       text, key->least == 0 ? " or none" : "");
    struct wf_civil civil = wf_date_to_civil(date);
    *day = (struct wf_month_day){civil.month, civil.day};
    return 0;
}

static int put_text(const struct wf_policy_key *key, char *field, const char *text,
                    struct wf_error *error)
{
    size_t length = strlen(text);
    if (length < (size_t)key->least || length > (size_t)key->most)
        return wf_fail(error, WF_INVALID, "%s: %zu bytes, not within %lld to %lld", key->name,
                       length, (long long)key->least, (long long)key->most);
    memset(field, 0, (size_t)key->most + 1);
    memcpy(field, text, length);
    return 0;
}

/* The place for an item of a list whose count is at `count`; NULL if it is full. */
static int list_grow(const struct wf_policy_key *key, int32_t *count, size_t item, size_t most,
                     struct wf_error *error)
{
    if (item >= most)
        return wf_fail(error, WF_INVALID, "%s: more than %zu items", key->name, most);
    *count = (int32_t)item + 1;
    return 0;
}

static bool is_none(size_t item, const char *text)
{
    return item == 0 && strcmp(text, "none") == 0;
}

static int put_days(const struct wf_policy_key *key, int32_t *list, size_t item, const char *text,
                    struct wf_error *error)
{
    int64_t value = 0;
    list[0] = 0;
    if (is_none(item, text))
        return 0;
    if (list_grow(key, list, item, WF_REMINDERS_MAX, error) != 0 ||
        read_number(key, text, &value, error) != 0)
        return -1;
    list[1 + item] = (int32_t)value;
    return 0;
}

static int put_dates(const struct wf_policy_key *key, struct wf_edition *edition, size_t item,
                     const char *text, struct wf_error *error)
{
    edition->review_date_count = 0;
    if (is_none(item, text))
        return 0;
    if (list_grow(key, &edition->review_date_count, item, WF_REVIEW_DATES_MAX, error) != 0)
        return -1;
    return read_day(key, text, &edition->review_dates[item], error);
}

static int put_set(const struct wf_policy_key *key, uint16_t *set, size_t item, const char *text,
                   struct wf_error *error)
{
    if (item == 0)
        *set = 0;
    if (is_none(item, text))
        return 0;
    int number = word_find(key->words, text, strlen(text));
    if (number < 0)
        return not_one_of(key, text, error);
    *set = (uint16_t)(*set | 1u << number);
    return 0;
}

static int put_slot(const struct wf_policy_key *key, struct wf_category_policy *category,
                    size_t item, const char *text, struct wf_error *error)
{
    if (item == 0) {
        category->role_slots = 0;
        category->roles_required = 0;
    }
    if (is_none(item, text))
        return 0;
    if (list_grow(key, &category->role_slots, item, WF_ROLE_SLOTS_MAX, error) != 0)
        return -1;
    unsigned roles = 0;
    for (const char *word = text;; word++) {
        size_t size = strcspn(word, "|");
        int number = word_find(key->words, word, size);
        if (number < 0)
            return not_one_of(key, word, error);
        roles |= 1u << number;
        word += size;
        if (*word == '\0')
            break;
    }
    category->role_slot[item] = (uint16_t)roles;
    if ((roles & (roles - 1)) == 0)
        category->roles_required = (uint16_t)(category->roles_required | roles);
    return 0;
}

static int put_choice(const struct wf_policy_key *key, void *field, const char *text,
                      struct wf_error *error)
{
    int number = word_find(key->words, text, strlen(text));
    if (number < 0)
        return not_one_of(key, text, error);
    _Static_assert(sizeof(enum wf_membership) == sizeof number, "choices are stored as int");
    memcpy(field, &number, sizeof number);
    return 0;
}

static int put_flag(const struct wf_policy_key *key, bool *field, const char *text,
                    struct wf_error *error)
{
    *field = strcmp(text, "true") == 0;
    if (!*field && strcmp(text, "false") != 0)
        return wf_fail(error, WF_INVALID, "%s: \"%.40s\" is neither true nor false", key->name,
                       text);
    return 0;
}

static int put_date(const struct wf_policy_key *key, wf_date *field, const char *text,
                    struct wf_error *error)
{
    *field = WF_NO_DATE;
    if (strcmp(text, "none") != 0 && !wf_date_parse(text, field))
        return wf_fail(error, WF_INVALID, "%s: \"%.40s\" is not a date such as 2025-01-01 or none",
                       key->name, text);
    return 0;
}

static int put_number(const struct wf_policy_key *key, int32_t *field, int32_t scale,
                      const char *text, struct wf_error *error)
{
    int64_t value = 0;
    if (read_number(key, text, &value, error) != 0)
        return -1;
    *field = (int32_t)value * scale;
    return 0;
}

int wf_policy_key_put(const struct wf_policy_key *key, void *target, size_t item, const char *text,
                      struct wf_error *error)
{
    void *field = (char *)target + key->offset;
    switch (key->kind) {
    case WF_KEY_NUMBER:
        return put_number(key, field, 1, text, error);
    case WF_KEY_HOURS:
        return put_number(key, field, 100, text, error);
    case WF_KEY_FLAG:
        return put_flag(key, field, text, error);
    case WF_KEY_CHOICE:
        return put_choice(key, field, text, error);
    case WF_KEY_MONEY:
        return read_money(key, text, field, error);
    case WF_KEY_DATE:
        return put_date(key, field, text, error);
    case WF_KEY_DAY:
        return read_day(key, text, field, error);
    case WF_KEY_TEXT:
        return put_text(key, field, text, error);
    case WF_KEY_DAYS:
        return put_days(key, field, item, text, error);
    case WF_KEY_DATES:
        return put_dates(key, target, item, text, error);
    case WF_KEY_SET:
        return put_set(key, field, item, text, error);
    case WF_KEY_SLOTS:
        return put_slot(key, target, item, text, error);
    }
    return wf_fail(error, WF_BROKEN, "%s: a kind of value that nobody reads", key->name);
}
