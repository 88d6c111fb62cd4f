/* endorsectl portals: who may publish.  A portal has CURVE keys (ZeroMQ door) and bearer tokens (HTTP door), two
 * of each at most, so that they can be rotated; both are shown once and kept only as public key and hash. */
#include "ctl_installation.h"

#include "wf_webhook.h"
#include "zmq_portal.h"

#include "endorse/v1/internal.pb-c.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TOKEN_BYTES = 32, LIST_MAX = 40, TOKEN_TEXT = WF_ID_MAX + 48 };

struct fresh_keys {
    char public_key[ZMQ_PORTAL_KEY];
    char secret_key[ZMQ_PORTAL_KEY];
    char token[TOKEN_TEXT];
    uint8_t token_hash[crypto_hash_sha256_BYTES];
    char webhook_secret[WF_WEBHOOK_SECRET_TEXT]; /* not fresh: derived, always the same */
};

static void make_keys(const char *portal, const char *own_public_key, struct fresh_keys *keys)
{
    uint8_t random[TOKEN_BYTES];
    char text[64];
    *keys = (struct fresh_keys){0};
    if (own_public_key)
        (void)snprintf(keys->public_key, sizeof keys->public_key, "%s", own_public_key);
    else
        zmq_portal_new_keys(keys->public_key, keys->secret_key);
    randombytes_buf(random, sizeof random);
    sodium_bin2base64(text, sizeof text, random, sizeof random,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    (void)snprintf(keys->token, sizeof keys->token, "%s.%s", portal, text);
    crypto_hash_sha256(keys->token_hash, (const uint8_t *)keys->token, strlen(keys->token));
}

static int find_webhook_secret(const struct ctl *ctl, const char *portal, struct fresh_keys *keys,
                               struct wf_error *error)
{
    char text[80];
    uint8_t key[32];
    size_t length = 0;
    if (ctl_secret_line(ctl, "endorsectl.secrets", "webhook-key", text, sizeof text, error) < 0)
        return -1;
    if (sodium_hex2bin(key, sizeof key, text, strlen(text), NULL, &length, NULL) != 0 ||
        length != sizeof key)
        return wf_fail(error, WF_CONFIG, "webhook-key in endorsectl.secrets is no key");
    wf_webhook_secret(key, portal, keys->webhook_secret);
    sodium_memzero(key, sizeof key);
    return 0;
}

/* The secret key of a portal that lives beside us, so that `publish --portal ID` finds it. */
static int keep_secret_key(const struct ctl *ctl, const char *portal, const struct fresh_keys *keys,
                           struct wf_error *error)
{
    char path[512];
    if (!keys->secret_key[0])
        return 0;
    (void)snprintf(path, sizeof path, "%s/secrets/portal-%s.key", ctl->state_dir, portal);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return wf_fail(error, WF_CONFIG,
                       "cannot write %s: run this as the user who started deploy/run", path);
    int written = dprintf(file, "secret %s\ntoken %s\n", keys->secret_key, keys->token);
    (void)close(file);
    return written > 0 ? 0 : wf_fail(error, WF_AGAIN, "cannot write %s", path);
}

static int show_keys(const struct ctl *ctl, const char *portal, const struct fresh_keys *keys)
{
    if (ctl->json) {
        json_t *value = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "portal", portal, "token",
                                  keys->token, "public_key", keys->public_key, "secret_key",
                                  keys->secret_key, "door", ctl_installation_text(ctl, "door"),
                                  "door_public_key", ctl_installation_text(ctl, "door_public"),
                                  "webhook_secret", keys->webhook_secret);
        ctl_json(value);
        json_decref(value);
        return CTL_OK;
    }
    (void)printf("Portal %s may publish.  These are shown once:\n"
                 "  HTTP door    %s/v1/events\n  bearer token %s\n"
                 "  ZeroMQ door  %s\n  door's key   %s\n  public key   %s\n  secret key   %s\n"
                 "  webhooks are signed with %s\n",
                 portal, ctl_installation_text(ctl, "http"), keys->token,
                 ctl_installation_text(ctl, "door"), ctl_installation_text(ctl, "door_public"),
                 keys->public_key, keys->secret_key[0] ? keys->secret_key : "(kept by the portal)",
                 keys->webhook_secret);
    return CTL_OK;
}

static unsigned split(char *list, char **parts)
{
    unsigned count = 0;
    char *rest = NULL;
    for (char *part = strtok_r(list, ",", &rest); part && count < LIST_MAX;
         part = strtok_r(NULL, ",", &rest))
        parts[count++] = part;
    return count;
}

static int act(struct ctl *ctl, enum wf_message message, const char *portal,
               const ProtobufCMessage *payload, struct wf_error *error)
{
    char to[WF_ADDRESS_MAX + 1];
    char key[48];
    uint8_t random[16];
    struct ctl_answer answer;
    struct wf_address address = wf_address_make(WF_INTAKE, "portal", portal);
    wf_address_format(&address, to);
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(key, sizeof key, random, sizeof random);
    if (ctl_ask(ctl, message, to, 0, key, payload, &answer, error) < 0)
        return -1;
    if (answer.ok)
        return 0;
    return wf_fail(error, WF_INVALID, "%s%s%s", answer.text, answer.reason[0] ? " - " : "",
                   answer.reason);
}

static int add(struct ctl *ctl, const char *portal, int argc, char **argv, struct wf_error *error)
{
    char associations[600];
    char types[600];
    char *association_parts[LIST_MAX];
    char *type_parts[LIST_MAX];
    struct fresh_keys keys;
    Endorse__V1__PortalPut put = ENDORSE__V1__PORTAL_PUT__INIT;
    const char *list = ctl_option(&argc, argv, "--associations", true);
    const char *allow = ctl_option(&argc, argv, "--allow", true);
    const char *webhook = ctl_option(&argc, argv, "--webhook", true);
    const char *public_key = ctl_option(&argc, argv, "--public-key", true);
    if (!list || argc)
        return wf_fail(
            error, WF_CONFIG,
            "portals add ID --associations A,B [--allow TYPE-PREFIX,...] [--webhook URL] "
            "[--public-key Z85]");
    make_keys(portal, public_key, &keys);
    (void)snprintf(associations, sizeof associations, "%s", list);
    (void)snprintf(types, sizeof types, "%s", allow ? allow : "");
    put.n_associations = split(associations, association_parts);
    put.associations = association_parts;
    put.n_allowed_types = split(types, type_parts);
    put.allowed_types = type_parts;
    put.curve_public_key = keys.public_key;
    put.token_sha256 =
        (ProtobufCBinaryData){.data = keys.token_hash, .len = sizeof keys.token_hash};
    put.webhook_url = (char *)(uintptr_t)(webhook ? webhook : "");
    if (find_webhook_secret(ctl, portal, &keys, error) < 0 ||
        act(ctl, WF_MESSAGE_PORTAL_PUT, portal, &put.base, error) < 0 ||
        keep_secret_key(ctl, portal, &keys, error) < 0)
        return -1;
    return show_keys(ctl, portal, &keys);
}

static int rotate(struct ctl *ctl, const char *portal, int argc, char **argv,
                  struct wf_error *error)
{
    struct fresh_keys keys;
    Endorse__V1__PortalRotate change = ENDORSE__V1__PORTAL_ROTATE__INIT;
    const char *public_key = ctl_option(&argc, argv, "--public-key", true);
    make_keys(portal, public_key, &keys);
    change.curve_public_key = keys.public_key;
    change.token_sha256 =
        (ProtobufCBinaryData){.data = keys.token_hash, .len = sizeof keys.token_hash};
    if (find_webhook_secret(ctl, portal, &keys, error) < 0 ||
        act(ctl, WF_MESSAGE_PORTAL_ROTATE, portal, &change.base, error) < 0 ||
        keep_secret_key(ctl, portal, &keys, error) < 0)
        return -1;
    if (!ctl->json)
        (void)puts("The old key and token stay valid until the next rotation.");
    return show_keys(ctl, portal, &keys);
}

static int revoke_portal(struct ctl *ctl, const char *portal, int argc, char **argv,
                         struct wf_error *error)
{
    Endorse__V1__PortalRevoke change = ENDORSE__V1__PORTAL_REVOKE__INIT;
    const char *reason = ctl_option(&argc, argv, "--reason", true);
    if (!reason)
        return wf_fail(error, WF_CONFIG, "portals revoke ID --reason TEXT");
    change.reason = (char *)(uintptr_t)reason;
    if (act(ctl, WF_MESSAGE_PORTAL_REVOKE, portal, &change.base, error) < 0)
        return -1;
    if (!ctl->json)
        (void)printf("Portal %s may publish no longer.\n", portal);
    return CTL_OK;
}

static void add_portals(json_t *rows, struct wf_bytes payload)
{
    Endorse__V1__PortalPage *page =
        endorse__v1__portal_page__unpack(NULL, payload.length, payload.data);
    for (size_t i = 0; page && i < page->n_portals; i++) {
        const Endorse__V1__PortalRow *row = page->portals[i];
        json_t *associations = json_array();
        for (size_t j = 0; j < row->n_associations; j++)
            (void)json_array_append_new(associations, json_string(row->associations[j]));
        (void)json_array_append_new(
            rows, json_pack("{s:s,s:o,s:i,s:i,s:s,s:b,s:b,s:I,s:I}", "id", row->id, "associations",
                            associations, "keys", (int)row->keys, "tokens", (int)row->tokens,
                            "webhook", row->webhook_url, "webhook_off", (int)row->webhook_off,
                            "revoked", (int)row->revoked, "outcomes", (json_int_t)row->outcomes,
                            "delivered", (json_int_t)row->delivered));
    }
    if (page)
        endorse__v1__portal_page__free_unpacked(page, NULL);
}

static int list(struct ctl *ctl, struct wf_error *error)
{
    static const char *const columns[] = {
        "id",       "portal",   "keys",        "keys",      "tokens",  "tokens",
        "outcomes", "outcomes", "delivered",   "delivered", "revoked", "revoked",
        "webhook",  "webhook",  "webhook_off", "given up",  NULL};
    Endorse__V1__PortalList question = ENDORSE__V1__PORTAL_LIST__INIT;
    struct ctl_answer answer;
    json_t *rows = json_array();
    if (ctl_installation_read(ctl, error) < 0)
        return -1;
    for (unsigned i = 0; i < ctl_instances(ctl, WF_INTAKE); i++) {
        if (ctl_ask_instance(ctl, WF_MESSAGE_PORTAL_LIST, WF_INTAKE, i, i, NULL, &question.base,
                             &answer, error) < 0) {
            json_decref(rows);
            return -1;
        }
        add_portals(rows, answer.payload);
    }
    ctl_table(ctl, rows,
              "No portal yet.  endorsectl portals add ID --associations MassAIMH makes one.",
              columns);
    json_decref(rows);
    return CTL_OK;
}

int ctl_portals(struct ctl *ctl, int argc, char **argv)
{
    struct wf_error error = {0};
    const char *what = argc > 0 ? argv[0] : "list";
    const char *portal = argc > 1 ? argv[1] : "";
    int result = -1;
    if (sodium_init() < 0 || ctl_installation_read(ctl, &error) < 0)
        return ctl_complain(&error);
    if (strcmp(what, "list") == 0)
        result = list(ctl, &error);
    else if (!wf_id_is_valid(portal))
        (void)wf_fail(&error, WF_CONFIG, "portals add|rotate|revoke takes the portal's id first");
    else if (strcmp(what, "add") == 0)
        result = add(ctl, portal, argc - 2, argv + 2, &error);
    else if (strcmp(what, "rotate") == 0)
        result = rotate(ctl, portal, argc - 2, argv + 2, &error);
    else if (strcmp(what, "revoke") == 0)
        result = revoke_portal(ctl, portal, argc - 2, argv + 2, &error);
    else
        (void)wf_fail(&error, WF_CONFIG, "portals takes add, list, rotate or revoke, not '%s'",
                      what);
    return result < 0 ? ctl_complain(&error) : result;
}
