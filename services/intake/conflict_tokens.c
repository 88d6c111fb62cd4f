#include "conflict_tokens.h"

#include "redact_fold.h"
#include "wf_seal.h"

#include "endorse/v1/exam.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PERSON = ENDORSE__V1__TOKEN_KIND__TOKEN_PERSON,
    EMPLOYER = ENDORSE__V1__TOKEN_KIND__TOKEN_EMPLOYER,
    ADDRESS = ENDORSE__V1__TOKEN_KIND__TOKEN_ADDRESS,
    PHONE = ENDORSE__V1__TOKEN_KIND__TOKEN_PHONE,
    MAIL_DOMAIN = ENDORSE__V1__TOKEN_KIND__TOKEN_MAIL_DOMAIN,
    AUTHOR = ENDORSE__V1__TOKEN_KIND__TOKEN_AUTHOR,
    PHONE_DIGITS = 10
};

static bool knows(const struct conflict_set *set, const struct paper_token *token)
{
    for (int32_t i = 0; i < set->count; i++) {
        if (memcmp(&set->tokens[i], token, sizeof *token) == 0)
            return true;
    }
    return false;
}

/* As it stands: ids, and what is normal already. */
static void add_exact(struct conflict_set *set, int32_t kind, const char *text)
{
    struct wf_buffer keyed = {0};
    struct paper_token token;
    uint8_t digest[32];
    uint8_t kind_byte = (uint8_t)kind;
    if (!text[0] || set->count == PAPER_TOKENS)
        return;
    wf_buffer_append(&keyed, &kind_byte, 1);
    wf_buffer_append(&keyed, "", 1);
    wf_buffer_append(&keyed, text, strlen(text));
    wf_hmac(set->key, wf_buffer_bytes(&keyed), digest);
    explicit_bzero(keyed.data, keyed.length);
    wf_buffer_fini(&keyed);
    memset(&token, 0, sizeof token);
    token.kind = kind;
    memcpy(token.bytes, digest, sizeof token.bytes);
    if (!knows(set, &token))
        set->tokens[set->count++] = token;
}

/* Words that firms have and leave out. */
static bool is_of_any_firm(const char *word, size_t length)
{
    static const char *const words[] = {"the", "inc",     "llc",          "ltd",    "corp",
                                        "co",  "company", "incorporated", "limited"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i]) == length && memcmp(words[i], word, length) == 0)
            return true;
    }
    return false;
}

static void drop_firm_words(struct wf_buffer *normal)
{
    char *text = (char *)normal->data;
    size_t kept = 0;
    for (size_t at = 0; at < normal->length;) {
        const char *space = memchr(text + at, ' ', normal->length - at);
        size_t length = space ? (size_t)(space - (text + at)) : normal->length - at;
        if (!is_of_any_firm(text + at, length)) {
            if (kept)
                text[kept++] = ' ';
            memmove(text + kept, text + at, length);
            kept += length;
        }
        at += length + 1;
    }
    normal->length = kept;
}

/* "Smith-Jones", "Smith Jones" and "SmithJones" are one name. */
static void run_together(struct wf_buffer *normal)
{
    size_t kept = 0;
    for (size_t i = 0; i < normal->length; i++) {
        if (normal->data[i] != ' ')
            normal->data[kept++] = normal->data[i];
    }
    normal->length = kept;
}

static void add_normal(struct conflict_set *set, int32_t kind, const char *before, const char *text)
{
    struct wf_buffer normal = {0};
    struct wf_buffer whole = {0};
    redact_normal_text(text, &normal);
    if (kind == EMPLOYER)
        drop_firm_words(&normal);
    run_together(&normal);
    if (normal.length) {
        wf_buffer_append(&whole, before, strlen(before));
        wf_buffer_append(&whole, normal.data, normal.length);
        wf_buffer_append(&whole, "", 1);
        add_exact(set, kind, (const char *)whole.data);
        explicit_bzero(whole.data, whole.length);
        explicit_bzero(normal.data, normal.length);
    }
    wf_buffer_fini(&whole);
    wf_buffer_fini(&normal);
}

static void add_phone(struct conflict_set *set, const char *phone)
{
    char digits[64];
    size_t count = 0;
    for (; *phone && count + 1 < sizeof digits; phone++) {
        if (*phone >= '0' && *phone <= '9')
            digits[count++] = *phone;
    }
    digits[count] = '\0';
    if (count < 7)
        return; /* an extension is no phone */
    add_exact(set, PHONE, digits + (count > PHONE_DIGITS ? count - PHONE_DIGITS : 0));
}

static void add_mail(struct conflict_set *set, const char *email)
{
    static const char *const domains[] = {
#define CONFLICT_DOMAIN(name) name,
#include "conflict_domains.def"
#undef CONFLICT_DOMAIN
    };
    char folded[WF_EMAIL_MAX + 1];
    size_t i = 0;
    for (; email[i] && i + 1 < sizeof folded; i++)
        folded[i] = (char)(email[i] >= 'A' && email[i] <= 'Z' ? email[i] - 'A' + 'a' : email[i]);
    folded[i] = '\0';
    const char *at = strrchr(folded, '@');
    add_exact(set, ADDRESS, folded);
    for (i = 0; at && i < sizeof domains / sizeof domains[0]; i++) {
        if (strcmp(at + 1, domains[i]) == 0)
            return;
    }
    if (at)
        add_exact(set, MAIL_DOMAIN, at + 1);
}

void conflict_add(struct conflict_set *set, int32_t kind, const char *text)
{
    if (kind == PHONE)
        add_phone(set, text);
    else
        add_normal(set, kind, "", text);
}

typedef void name_f(struct conflict_set *set, const char *name);

static void as_person(struct conflict_set *set, const char *name)
{
    add_normal(set, PERSON, "", name);
}
static void as_supervisor(struct conflict_set *set, const char *name)
{
    add_normal(set, PERSON, "supervised-by\n", name);
}

static void each_name(struct conflict_set *set, const struct paper_record *record, name_f *add)
{
    add(set, record->card.name);
    for (size_t i = 0; i < record->profile->n_former_names; i++)
        add(set, record->profile->former_names[i]);
}

/* Where somebody works and can be reached. */
static void add_surroundings(struct conflict_set *set, const struct paper_record *record)
{
    const Endorse__V1__PersonProfileChanged *profile = record->profile;
    for (size_t i = 0; i < profile->n_employers; i++)
        add_normal(set, EMPLOYER, "", profile->employers[i]);
    for (size_t i = 0; i < profile->n_phones; i++)
        add_phone(set, profile->phones[i]);
    for (size_t i = 0; i < profile->n_addresses; i++)
        add_normal(set, ADDRESS, "", profile->addresses[i]);
    if (record->card.email[0])
        add_mail(set, record->card.email);
}

void conflict_of_companion(struct conflict_set *set, const struct paper_record *person)
{
    add_exact(set, PERSON, person->card.id);
    each_name(set, person, as_person);
}

void conflict_of_writer(struct conflict_set *set, const struct paper_record *writer)
{
    add_exact(set, AUTHOR, writer->card.id);
    conflict_of_companion(set, writer);
    each_name(set, writer, as_supervisor);
    for (size_t i = 0; i < writer->profile->n_supervisors; i++)
        as_person(set, writer->profile->supervisors[i]);
    add_surroundings(set, writer);
}

void conflict_of_reader(struct conflict_set *set, const struct paper_record *reader)
{
    conflict_of_companion(set, reader);
    for (size_t i = 0; i < reader->profile->n_supervisors; i++)
        as_supervisor(set, reader->profile->supervisors[i]);
    add_surroundings(set, reader);
}
