#include "audit_checkpoint.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>

_Static_assert(AUDIT_SECRET == crypto_sign_SECRETKEYBYTES, "libsodium's Ed25519");
_Static_assert(AUDIT_HASH == crypto_sign_SEEDBYTES, "libsodium's Ed25519");
_Static_assert(AUDIT_HASH == crypto_sign_PUBLICKEYBYTES, "libsodium's Ed25519");

enum { SIGNATURE_HEX = 2 * crypto_sign_BYTES + 1 };

void audit_key_make(const uint8_t seed[static AUDIT_HASH], struct audit_key *key)
{
    WF_ASSERT(sodium_init() >= 0);
    WF_ASSERT(crypto_sign_seed_keypair(key->public, key->secret, seed) == 0);
}

static void put_hash(struct wf_buffer *text, const char *name,
                     const uint8_t hash[static AUDIT_HASH])
{
    char hex[AUDIT_HEX];
    audit_hex(hash, hex);
    wf_buffer_format(text, " %s=%s", name, hex);
}

/* Everything that is signed. */
static void write_plain(const struct audit_checkpoint *checkpoint, struct wf_buffer *text)
{
    wf_buffer_format(text,
                     "checkpoint generation=%" PRIu64 " sequence=%" PRIu64 " time=%" PRId64
                     " records=%" PRIu64 " lines=%" PRIu64 " alarms=%" PRIu64,
                     checkpoint->generation, checkpoint->sequence, checkpoint->time,
                     checkpoint->records, checkpoint->lines, checkpoint->alarms);
    put_hash(text, "chain", checkpoint->chain);
    put_hash(text, "streams", checkpoint->streams);
    put_hash(text, "heads", checkpoint->heads);
    put_hash(text, "previous", checkpoint->previous);
    put_hash(text, "key", checkpoint->key);
}

void audit_checkpoint_write(struct audit_checkpoint *checkpoint, const struct audit_key *key,
                            struct wf_buffer *text)
{
    uint8_t signature[crypto_sign_BYTES];
    char hex[SIGNATURE_HEX];
    size_t begin = text->length;
    memcpy(checkpoint->key, key->public, AUDIT_HASH);
    write_plain(checkpoint, text);
    WF_ASSERT(crypto_sign_detached(signature, NULL, text->data + begin, text->length - begin,
                                   key->secret) == 0);
    (void)sodium_bin2hex(hex, sizeof hex, signature, sizeof signature);
    wf_buffer_format(text, " signature=%s", hex);
}

static bool take_hash(struct wf_bytes text, const char *name, uint8_t hash[static AUDIT_HASH])
{
    char hex[AUDIT_HEX];
    return audit_text_value(text, name, hex, sizeof hex) && audit_unhex(hex, hash);
}

static bool take_all(struct wf_bytes text, struct audit_checkpoint *checkpoint)
{
    uint64_t time = 0;
    bool whole = audit_text_number(text, "generation", &checkpoint->generation) &&
                 audit_text_number(text, "sequence", &checkpoint->sequence) &&
                 audit_text_number(text, "time", &time) &&
                 audit_text_number(text, "records", &checkpoint->records) &&
                 audit_text_number(text, "lines", &checkpoint->lines) &&
                 audit_text_number(text, "alarms", &checkpoint->alarms);
    checkpoint->time = (wf_time)time;
    return whole && take_hash(text, "chain", checkpoint->chain) &&
           take_hash(text, "streams", checkpoint->streams) &&
           take_hash(text, "heads", checkpoint->heads) &&
           take_hash(text, "previous", checkpoint->previous) &&
           take_hash(text, "key", checkpoint->key);
}

/* Written again it must be the same bytes: there is one text for one checkpoint. */
static bool is_signed(struct wf_bytes text, const uint8_t *public_key,
                      const struct audit_checkpoint *checkpoint)
{
    struct wf_buffer plain = {0};
    char hex[SIGNATURE_HEX], again[SIGNATURE_HEX];
    uint8_t signature[crypto_sign_BYTES];
    size_t length = 0;
    write_plain(checkpoint, &plain);
    size_t tail = strlen(" signature=") + SIGNATURE_HEX - 1;
    bool good =
        text.length == plain.length + tail && memcmp(text.data, plain.data, plain.length) == 0 &&
        audit_text_value(text, "signature", hex, sizeof hex) &&
        sodium_hex2bin(signature, sizeof signature, hex, strlen(hex), NULL, &length, NULL) == 0 &&
        length == sizeof signature &&
        strcmp(sodium_bin2hex(again, sizeof again, signature, sizeof signature), hex) == 0 &&
        crypto_sign_verify_detached(signature, plain.data, plain.length,
                                    public_key ? public_key : checkpoint->key) == 0;
    wf_buffer_fini(&plain);
    return good;
}

int audit_checkpoint_read(struct wf_bytes text, const uint8_t *public_key,
                          struct audit_checkpoint *checkpoint, struct wf_error *error)
{
    static const char word[] = "checkpoint ";
    WF_ASSERT(sodium_init() >= 0);
    if (text.length > AUDIT_CHECKPOINT_MOST || text.length < sizeof word ||
        memcmp(text.data, word, sizeof word - 1) != 0 || !take_all(text, checkpoint))
        return wf_fail(error, WF_INVALID, "this is no checkpoint of an audit copy");
    if (public_key && memcmp(public_key, checkpoint->key, AUDIT_HASH) != 0)
        return wf_fail(error, WF_DENIED, "the checkpoint names another key than the given one");
    if (!is_signed(text, public_key, checkpoint))
        return wf_fail(error, WF_DENIED, "the checkpoint's signature does not fit: it was changed");
    return 0;
}
