/* Names and addresses, opened from where intake sealed them.  SPEC 6. */
#include "wf_people.h"

#include "wf_address.h"
#include "wf_seal.h"

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

/* With an empty `fresh` an absent key is WF_NOT_FOUND. */
static int open_key(struct wf_store *intake, const uint8_t *master_key, const char *person_id,
                    struct wf_bytes fresh, uint8_t key[static KEY_SIZE], struct wf_error *error)
{
    char name[PLACE_MAX];
    char place[PLACE_MAX];
    struct wf_buffer wrapped = {0};
    struct wf_buffer opened = {0};
    int result = -1;
    (void)snprintf(name, sizeof name, "person:%s", person_id);
    place_of(place, person_id, "key");
    if (wf_store_secret(intake, wf_partition(person_id), name, fresh, &wrapped, error) < 0)
        goto done;
    if (!wf_unseal(master_key, place, wf_buffer_bytes(&wrapped), &opened) ||
        opened.length != KEY_SIZE) {
        (void)wf_fail(error, WF_BROKEN, "the key of person %s does not open with person-key",
                      person_id);
        goto done;
    }
    memcpy(key, opened.data, KEY_SIZE);
    result = 0;
done:
    wipe(&opened);
    wf_buffer_fini(&wrapped);
    return result;
}

int wf_people_key(struct wf_store *intake, const uint8_t master_key[static 32],
                  const char *person_id, const uint8_t fresh[static 32], uint8_t key[static 32],
                  struct wf_error *error)
{
    char place[PLACE_MAX];
    struct wf_buffer wrapped = {0};
    place_of(place, person_id, "key");
    wf_seal(master_key, place, (struct wf_bytes){.data = fresh, .length = KEY_SIZE}, &wrapped);
    int result = open_key(intake, master_key, person_id, wf_buffer_bytes(&wrapped), key, error);
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

static int open_card(struct wf_store *intake, const uint8_t *master_key,
                     const struct wf_fields *fields, struct wf_person_card *card,
                     struct wf_error *error)
{
    const struct wf_field *name = wf_fields_find(fields, "name");
    const struct wf_field *email = wf_fields_find(fields, "email");
    uint8_t key[KEY_SIZE];
    struct wf_error absent = {0};
    card->name[0] = '\0';
    card->email[0] = '\0';
    if (!name && !email)
        return 0;
    if (open_key(intake, master_key, card->id, (struct wf_bytes){0}, key, &absent) < 0) {
        if (absent.code == WF_NOT_FOUND) /* erased: nobody can read it again */
            return 0;
        if (error)
            *error = absent;
        return -1;
    }
    open_text(key, card->id, "name", name, card->name, sizeof card->name);
    open_text(key, card->id, "email", email, card->email, sizeof card->email);
    explicit_bzero(key, sizeof key);
    return 0;
}

int wf_people_read(struct wf_store *intake, const uint8_t master_key[static 32],
                   struct wf_person_card *cards, size_t count, struct wf_error *error)
{
    struct wf_load *loads = calloc(count ? count : 1, sizeof *loads);
    int result = 0;
    WF_ASSERT(loads);
    for (size_t i = 0; i < count; i++)
        loads[i] = (struct wf_load){.kind = "person", .id = cards[i].id};
    if (count > 0)
        result = wf_store_load(intake, loads, count, error);
    for (size_t i = 0; result == 0 && i < count; i++)
        result = open_card(intake, master_key, &loads[i].fields, &cards[i], error);
    for (size_t i = 0; i < count; i++)
        wf_fields_fini(&loads[i].fields);
    free(loads);
    return result;
}
