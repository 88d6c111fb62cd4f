/* Names and addresses, opened from where intake sealed them.  SPEC 6. */
#include "wf_people.h"

#include "wf_address.h"
#include "wf_seal.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_SIZE = 32, PLACE_MAX = WF_ID_MAX + 16 };

static void place_of(char place[static PLACE_MAX], const char *person_id, const char *what)
{
    (void)snprintf(place, PLACE_MAX, "%s/%s", person_id, what);
}

/* The key's bytes never stay behind in freed memory or on the stack. */
static void wipe(struct wf_buffer *buffer)
{
    if (buffer->data)
        explicit_bzero(buffer->data, buffer->length);
    wf_buffer_fini(buffer);
}

static void key_name(char name[static PLACE_MAX], const char *person_id)
{
    (void)snprintf(name, PLACE_MAX, "person:%s", person_id);
}

static int unwrap(const uint8_t *master_key, const char *person_id, struct wf_bytes wrapped,
                  uint8_t key[static KEY_SIZE], struct wf_error *error)
{
    char place[PLACE_MAX];
    struct wf_buffer opened = {0};
    int result = 0;
    place_of(place, person_id, "key");
    if (wf_unseal(master_key, place, wrapped, &opened) && opened.length == KEY_SIZE)
        memcpy(key, opened.data, KEY_SIZE);
    else
        result = wf_fail(error, WF_BROKEN, "the key of person %s does not open with person-key",
                         person_id);
    wipe(&opened);
    return result;
}

int wf_people_key(struct wf_store *intake, const uint8_t master_key[static 32],
                  const char *person_id, const uint8_t fresh[static 32], uint8_t key[static 32],
                  struct wf_error *error)
{
    char place[PLACE_MAX];
    char name[PLACE_MAX];
    struct wf_buffer wrapped = {0};
    struct wf_buffer stored = {0};
    place_of(place, person_id, "key");
    wf_seal(master_key, place, (struct wf_bytes){.data = fresh, .length = KEY_SIZE}, &wrapped);
    key_name(name, person_id);
    int result = wf_store_secret(intake, wf_partition(person_id), name, wf_buffer_bytes(&wrapped),
                                 &stored, error);
    if (!result)
        result = unwrap(master_key, person_id, wf_buffer_bytes(&stored), key, error);
    wf_buffer_fini(&stored);
    wf_buffer_fini(&wrapped);
    return result;
}

/* A text that does not open, or is longer than any we seal, is as good as unknown: the caller shows
 * the reference instead, and the record's trouble is found by the machine that owns it. */
static void open_text(const uint8_t *key, const char *person_id, const char *what,
                      const struct wf_field *field, char *text, size_t size)
{
    char place[PLACE_MAX];
    struct wf_buffer opened = {0};
    if (!field)
        return;
    place_of(place, person_id, what);
    if (wf_unseal(key, place, field->value, &opened) && opened.length < size) {
        memcpy(text, opened.data, opened.length);
        text[opened.length] = '\0';
    }
    wipe(&opened);
}

/* One person's record, its card, and the read of its key; no name of a key: nothing to open. */
struct opening {
    struct wf_load *load;
    struct wf_person_card *card;
    char key_name[PLACE_MAX];
};

static int open_card(const uint8_t *master_key, const struct opening *opening,
                     struct wf_bytes wrapped, struct wf_error *error)
{
    struct wf_person_card *card = opening->card;
    const struct wf_fields *fields = &opening->load->fields;
    uint8_t key[KEY_SIZE];
    if (!wrapped.length) /* erased: nobody can read it again */
        return 0;
    if (unwrap(master_key, card->id, wrapped, key, error))
        return -1;
    open_text(key, card->id, "name", wf_fields_find(fields, "name"), card->name, sizeof card->name);
    open_text(key, card->id, "email", wf_fields_find(fields, "email"), card->email,
              sizeof card->email);
    explicit_bzero(key, sizeof key);
    return 0;
}

/* The keys of all in one round trip. */
static int open_cards(struct wf_store *intake, const uint8_t *master_key,
                      const struct opening *openings, size_t count, struct wf_error *error)
{
    struct wf_secret_read *reads = calloc(count ? count : 1, sizeof *reads);
    WF_ASSERT(reads);
    for (size_t i = 0; i < count; i++)
        reads[i] = (struct wf_secret_read){.partition = wf_partition(openings[i].card->id),
                                           .name = openings[i].key_name};
    int result = count ? wf_store_secrets(intake, reads, count, error) : 0;
    for (size_t i = 0; i < count && result == 0; i++)
        result = open_card(master_key, &openings[i], wf_buffer_bytes(&reads[i].value), error);
    for (size_t i = 0; i < count; i++)
        wf_buffer_fini(&reads[i].value);
    free(reads);
    return result;
}

int wf_people_read(struct wf_store *intake, const uint8_t master_key[static 32],
                   struct wf_person_card *cards, size_t count, struct wf_error *error)
{
    struct wf_load *loads = calloc(count ? count : 1, sizeof *loads);
    struct opening *openings = calloc(count ? count : 1, sizeof *openings);
    size_t known = 0;
    int result = 0;
    WF_ASSERT(loads && openings);
    for (size_t i = 0; i < count; i++)
        loads[i] = (struct wf_load){.kind = "person", .id = cards[i].id};
    if (count > 0)
        result = wf_store_load(intake, loads, count, error);
    for (size_t i = 0; result == 0 && i < count; i++) {
        cards[i].name[0] = cards[i].email[0] = '\0';
        if (!wf_fields_find(&loads[i].fields, "name") && !wf_fields_find(&loads[i].fields, "email"))
            continue;
        openings[known] = (struct opening){.load = &loads[i], .card = &cards[i]};
        key_name(openings[known++].key_name, cards[i].id);
    }
    if (result == 0)
        result = open_cards(intake, master_key, openings, known, error);
    for (size_t i = 0; i < count; i++)
        wf_fields_fini(&loads[i].fields);
    free(openings);
    free(loads);
    return result;
}

/* WF_NOT_FOUND: erased. */
static int read_key(struct wf_store *intake, const uint8_t *master_key, const char *person_id,
                    uint8_t key[static KEY_SIZE], struct wf_error *error)
{
    char name[PLACE_MAX];
    struct wf_buffer stored = {0};
    key_name(name, person_id);
    int result = wf_store_secret(intake, wf_partition(person_id), name, (struct wf_bytes){0},
                                 &stored, error);
    if (!result)
        result = unwrap(master_key, person_id, wf_buffer_bytes(&stored), key, error);
    wf_buffer_fini(&stored);
    return result;
}

int wf_people_profile(struct wf_store *intake, const uint8_t master_key[static 32],
                      const char *person_id, struct wf_buffer *profile, struct wf_error *error)
{
    struct wf_load load = {.kind = "person", .id = person_id};
    struct wf_error absent = {0};
    char place[PLACE_MAX];
    uint8_t key[KEY_SIZE];
    int result = wf_store_load(intake, &load, 1, error);
    const struct wf_field *field = result ? NULL : wf_fields_find(&load.fields, "profile");
    place_of(place, person_id, "profile");
    if (field && read_key(intake, master_key, person_id, key, &absent) == 0) {
        (void)wf_unseal(key, place, field->value, profile);
        explicit_bzero(key, sizeof key);
    } else if (field && absent.code != WF_NOT_FOUND) {
        if (error)
            *error = absent;
        result = -1;
    }
    wf_fields_fini(&load.fields);
    return result;
}

int wf_people_forget(struct wf_store *intake, const char *person_id, struct wf_error *error)
{
    char name[PLACE_MAX];
    (void)snprintf(name, sizeof name, "person:%s", person_id);
    if (wf_store_forget(intake, wf_partition(person_id), name, error) < 0)
        return -1;
    return wf_store_rewrite(intake, wf_partition(person_id), error);
}

void wf_people_handle(const uint8_t master_key[static 32], const char *association,
                      const char *person_id, int category, int age_line,
                      char handle[static WF_HANDLE_TEXT])
{
    static const char purpose[] = "registry entry";
    uint8_t digest[(WF_HANDLE_TEXT - 1) / 2];
    struct wf_buffer text = {0};
    wf_buffer_append(&text, purpose, sizeof purpose);
    wf_buffer_append(&text, association, strlen(association) + 1);
    wf_buffer_append(&text, person_id, strlen(person_id) + 1);
    wf_buffer_format(&text, "%d %d", category, age_line);
    WF_ASSERT(crypto_generichash(digest, sizeof digest, text.data, text.length, master_key,
                                 KEY_SIZE) == 0);
    (void)sodium_bin2hex(handle, WF_HANDLE_TEXT, digest, sizeof digest);
    wf_buffer_fini(&text);
}
