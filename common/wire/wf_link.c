/* Synthetic IV: the tag is a keyed hash of the plain text and also the nonce of the cipher.  So the
 * same link is always the same token, and two different links never share a nonce. */
#include "wf_link.h"

#include "wf_error.h"
#include "wf_text.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
    TAG = crypto_stream_xchacha20_NONCEBYTES,
    NUMBERS = 8, /* request and generation, big endian */
    PLAIN_MIN = NUMBERS + 1,
    PLAIN_MAX = NUMBERS + WF_ID_MAX,
    PREFIX = 2,
    BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
    TOKEN_MIN = PREFIX + ((TAG + PLAIN_MIN) * 4 + 2) / 3
};
_Static_assert(WF_LINK_TEXT > PREFIX + ((TAG + PLAIN_MAX) * 4 + 2) / 3, "the longest token fits");

struct keys {
    uint8_t tag[32];
    uint8_t cipher[32];
};

static void derive(const uint8_t key[static 32], struct keys *keys)
{
    _Static_assert(crypto_kdf_KEYBYTES == 32, "the link key is a key of the derivation");
    WF_ASSERT(sodium_init() >= 0);
    WF_ASSERT(crypto_kdf_derive_from_key(keys->tag, sizeof keys->tag, 1, "wf-link1", key) == 0);
    WF_ASSERT(crypto_kdf_derive_from_key(keys->cipher, sizeof keys->cipher, 2, "wf-link1", key) ==
              0);
}

static void put_number(uint8_t *at, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(number >> (24 - 8 * i));
}

static uint32_t get_number(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void make_tag(const struct keys *keys, const uint8_t *plain, size_t length,
                     uint8_t tag[static TAG])
{
    WF_ASSERT(crypto_generichash(tag, TAG, plain, length, keys->tag, sizeof keys->tag) == 0);
}

void wf_link_make(const uint8_t key[static 32], const struct wf_link *link,
                  char token[static WF_LINK_TEXT])
{
    uint8_t plain[PLAIN_MAX];
    uint8_t packed[TAG + PLAIN_MAX];
    struct keys keys;
    size_t id_length = strlen(link->id);
    WF_ASSERT(wf_id_is_valid(link->id));
    put_number(plain, link->request);
    put_number(plain + 4, link->generation);
    memcpy(plain + NUMBERS, link->id, id_length);
    derive(key, &keys);
    make_tag(&keys, plain, NUMBERS + id_length, packed);
    WF_ASSERT(crypto_stream_xchacha20_xor(packed + TAG, plain, NUMBERS + id_length, packed,
                                          keys.cipher) == 0);
    (void)snprintf(token, WF_LINK_TEXT, "%02x", wf_partition(link->id));
    WF_ASSERT(sodium_bin2base64(token + PREFIX, WF_LINK_TEXT - PREFIX, packed,
                                TAG + NUMBERS + id_length, BASE64) != NULL);
    sodium_memzero(&keys, sizeof keys);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool wf_link_partition(const char *token, unsigned *partition)
{
    size_t length = strnlen(token, WF_LINK_TEXT);
    /* libsodium's decoder takes some bytes above 127 for characters of the alphabet. */
    if (length < TOKEN_MIN || length >= WF_LINK_TEXT || !wf_text_is_token(token))
        return false;
    int high = hex_digit(token[0]);
    int low = hex_digit(token[1]);
    if (high < 0 || low < 0 || high * 16 + low >= WF_PARTITIONS)
        return false;
    *partition = (unsigned)(high * 16 + low);
    return true;
}

/* The plain text of a token whose tag is right, into *link. */
static bool read_plain(const uint8_t *plain, size_t length, unsigned partition,
                       struct wf_link *link)
{
    struct wf_link read = {.request = get_number(plain), .generation = get_number(plain + 4)};
    memcpy(read.id, plain + NUMBERS, length - NUMBERS);
    if (strlen(read.id) != length - NUMBERS || !wf_id_is_valid(read.id) ||
        wf_partition(read.id) != partition)
        return false;
    *link = read;
    return true;
}

bool wf_link_open(const uint8_t key[static 32], const char *token, struct wf_link *link)
{
    uint8_t packed[TAG + PLAIN_MAX];
    uint8_t plain[PLAIN_MAX];
    uint8_t tag[TAG];
    struct keys keys;
    unsigned partition = 0;
    size_t length = 0;
    const char *end = NULL;
    if (!wf_link_partition(token, &partition) ||
        sodium_base642bin(packed, sizeof packed, token + PREFIX, strlen(token) - PREFIX, NULL,
                          &length, &end, BASE64) != 0 ||
        *end != '\0' || length < TAG + PLAIN_MIN)
        return false;
    derive(key, &keys);
    WF_ASSERT(crypto_stream_xchacha20_xor(plain, packed + TAG, length - TAG, packed, keys.cipher) ==
              0);
    make_tag(&keys, plain, length - TAG, tag);
    bool ours = sodium_memcmp(tag, packed, TAG) == 0;
    sodium_memzero(&keys, sizeof keys);
    return ours && read_plain(plain, length - TAG, partition, link);
}
