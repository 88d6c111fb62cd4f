#include "paper_key.h"

#include "wf_seal.h"

#include <stdio.h>
#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford's base 32 */

void paper_name_make(const uint8_t entropy[static 32], const char *what,
                     char name[static PAPER_NAME + 1])
{
    struct wf_buffer text = {0};
    uint8_t digest[32];
    wf_buffer_append(&text, what, strlen(what) + 1);
    wf_buffer_append(&text, entropy, 32);
    wf_sha256(wf_buffer_bytes(&text), digest);
    explicit_bzero(text.data, text.length);
    wf_buffer_fini(&text);
    for (unsigned i = 0; i < PAPER_NAME; i++) {
        unsigned bit = i * 5;
        unsigned pair = (unsigned)digest[bit / 8] << 8 | digest[bit / 8 + 1];
        name[i] = alphabet[pair >> (11 - bit % 8) & 31];
    }
    name[PAPER_NAME] = '\0';
}

void paper_place(char place[static PAPER_PLACE], const char *handle, const char *what)
{
    (void)snprintf(place, PAPER_PLACE, "%.26s/%.20s", handle, what);
}

static void secret_name(char name[static PAPER_PLACE], const char *handle)
{
    (void)snprintf(name, PAPER_PLACE, "paper:%.26s", handle);
}

static void wipe(struct wf_buffer *buffer)
{
    if (buffer->data)
        explicit_bzero(buffer->data, buffer->length);
    wf_buffer_fini(buffer);
}

int paper_key(struct wf_store *store, const uint8_t essay_key[static PAPER_KEY], const char *handle,
              const uint8_t *fresh, uint8_t key[static PAPER_KEY], struct wf_error *error)
{
    char name[PAPER_PLACE];
    char place[PAPER_PLACE];
    struct wf_buffer wrapped = {0};
    struct wf_buffer found = {0};
    struct wf_buffer opened = {0};
    int result = -1;
    secret_name(name, handle);
    paper_place(place, handle, "key");
    if (fresh)
        wf_seal(essay_key, place, (struct wf_bytes){.data = fresh, .length = PAPER_KEY}, &wrapped);
    if (wf_store_secret(store, wf_partition(handle), name, wf_buffer_bytes(&wrapped), &found,
                        error) < 0)
        goto done;
    if (!wf_unseal(essay_key, place, wf_buffer_bytes(&found), &opened) ||
        opened.length != PAPER_KEY) {
        (void)wf_fail(error, WF_BROKEN, "the key of a paper does not open with essay-key");
        goto done;
    }
    memcpy(key, opened.data, PAPER_KEY);
    result = 0;
done:
    wipe(&opened);
    wf_buffer_fini(&found);
    wf_buffer_fini(&wrapped);
    return result;
}

int paper_key_forget(struct wf_store *store, const char *handle, struct wf_error *error)
{
    char name[PAPER_PLACE];
    secret_name(name, handle);
    return wf_store_forget(store, wf_partition(handle), name, error);
}
