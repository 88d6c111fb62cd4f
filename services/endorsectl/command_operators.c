/* endorsectl operators: who may act on exams.  Each has a signing key, whose public half and roles intake keeps
 * (services/intake/SPEC.md 14). */
#include "ctl_installation.h"
#include "ctl_operator.h"

#include "wf_operator_seal.h"

#include "endorse/v1/exam.pb-c.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ROLES = 4 };
static const char *const role_names[ROLES + 1] = {"", "coordinator", "redactor", "auditor",
                                                  "operations"};

static int read_roles(const char *list, Endorse__V1__OperatorPut *put, struct wf_error *error)
{
    char text[120];
    char *rest = NULL;
    (void)snprintf(text, sizeof text, "%s", list);
    for (char *name = strtok_r(text, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
        int role = 1;
        while (role <= ROLES && strcmp(role_names[role], name) != 0)
            role++;
        if (role > ROLES || put->n_roles == ROLES)
            return wf_fail(error, WF_CONFIG,
                           "--role takes coordinator, redactor, auditor, operations, not '%s'",
                           name);
        put->roles[put->n_roles++] = (Endorse__V1__OperatorRole)role;
    }
    return 0;
}

/* Before anything is sent: a key that could not be kept must not be anybody's. */
static int write_key(const char *path, const uint8_t *secret, struct wf_error *error)
{
    char hex[2 * WF_OPERATOR_SECRET + 1];
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return wf_fail(error, WF_CONFIG,
                       "cannot make %s: it is there already, or not yours to make", path);
    (void)sodium_bin2hex(hex, sizeof hex, secret, WF_OPERATOR_SECRET);
    int written = dprintf(file, "secret %s\n", hex);
    sodium_memzero(hex, sizeof hex);
    (void)close(file);
    return written > 0 ? 0 : wf_fail(error, WF_AGAIN, "cannot write %s", path);
}

static int keep_key(const struct ctl *ctl, const char *id, const uint8_t *secret,
                    struct wf_error *error)
{
    char path[600];
    (void)snprintf(path, sizeof path, "%s/secrets/operator-%s.key", ctl->state_dir, id);
    return write_key(path, secret, error);
}

/* An operator's own key, made where only the operator is: whoever adds the operator never has it. */
static int make_key(const struct ctl *ctl, const char *path, struct wf_error *error)
{
    uint8_t public_key[WF_OPERATOR_PUBLIC], secret_key[WF_OPERATOR_SECRET];
    char hex[2 * WF_OPERATOR_PUBLIC + 1];
    wf_operator_keys(public_key, secret_key);
    int result = write_key(path, secret_key, error);
    sodium_memzero(secret_key, sizeof secret_key);
    (void)sodium_bin2hex(hex, sizeof hex, public_key, sizeof public_key);
    if (result == 0)
        (void)printf(ctl->json ? "{\"public\":\"%s\"}\n" : "%s\n", hex);
    return result;
}

static int read_public(const char *hex, uint8_t public_key[static WF_OPERATOR_PUBLIC],
                       struct wf_error *error)
{
    size_t length = 0;
    if (sodium_hex2bin(public_key, WF_OPERATOR_PUBLIC, hex, strlen(hex), NULL, &length, NULL) ||
        length != WF_OPERATOR_PUBLIC)
        return wf_fail(error, WF_CONFIG,
                       "--public takes the 64 digits that `operators key FILE` printed");
    return 0;
}

static void drop_key(const struct ctl *ctl, const char *id)
{
    char path[600];
    (void)snprintf(path, sizeof path, "%s/secrets/operator-%s.key", ctl->state_dir, id);
    (void)unlink(path);
}

static void address_of(const char *id, char to[static WF_ADDRESS_MAX + 1])
{
    struct wf_address address = wf_address_make(WF_INTAKE, "operator", id);
    wf_address_format(&address, to);
}

static int send_put(struct ctl *ctl, const char *id, bool first, const struct ctl_operator *who,
                    Endorse__V1__OperatorPut *put, struct wf_error *error)
{
    char to[WF_ADDRESS_MAX + 1];
    address_of(id, to);
    return first ? ctl_operator_send(ctl, WF_MESSAGE_OPERATOR_PUT, to, &put->base, error)
                 : ctl_operator_act(ctl, who, WF_MESSAGE_OPERATOR_PUT, to, &put->base, error);
}

static int add(struct ctl *ctl, const char *id, int argc, char **argv, struct wf_error *error)
{
    Endorse__V1__OperatorPut put = ENDORSE__V1__OPERATOR_PUT__INIT;
    Endorse__V1__OperatorRole roles[ROLES];
    uint8_t public_key[WF_OPERATOR_PUBLIC];
    uint8_t secret_key[WF_OPERATOR_SECRET];
    char said[1200];
    struct ctl_operator who;
    const char *list = ctl_option(&argc, argv, "--role", true);
    const char *person = ctl_option(&argc, argv, "--person", true);
    const char *own = ctl_option(&argc, argv, "--public", true);
    bool first = ctl_option(&argc, argv, "--first", false) != NULL;
    if (!list)
        return wf_fail(error, WF_CONFIG,
                       "operators add ID --role coordinator,redactor,auditor,operations "
                       "[--person ID] [--public KEY] --as OPERATOR (or --first)");
    put.roles = roles;
    if (read_roles(list, &put, error) < 0 ||
        (!first && ctl_operator_option(ctl, &argc, argv, &who, error) < 0))
        return -1;
    wf_operator_keys(public_key, secret_key);
    if (own && read_public(own, public_key, error) < 0)
        return -1;
    put.public_key = (ProtobufCBinaryData){.data = public_key, .len = sizeof public_key};
    put.person_id = (char *)(uintptr_t)(person ? person : "");
    int result = own ? 0 : keep_key(ctl, id, secret_key, error);
    sodium_memzero(secret_key, sizeof secret_key);
    if (result == 0 && send_put(ctl, id, first, &who, &put, error) < 0) {
        if (!own)
            drop_key(ctl, id);
        result = -1;
    }
    (void)snprintf(said, sizeof said,
                   "Operator %s may act; the key is %s/secrets/operator-%s.key: hand it over and "
                   "delete it here.",
                   id, ctl->state_dir, id);
    if (own)
        (void)snprintf(said, sizeof said, "Operator %s may act, with the own key.", id);
    return result == 0 ? ctl_done(ctl, said) : result;
}

static int revoke_operator(struct ctl *ctl, const char *id, int argc, char **argv,
                           struct wf_error *error)
{
    Endorse__V1__OperatorRevoke message = ENDORSE__V1__OPERATOR_REVOKE__INIT;
    struct ctl_operator who;
    char said[120];
    char to[WF_ADDRESS_MAX + 1];
    const char *reason = ctl_option(&argc, argv, "--reason", true);
    if (!reason)
        return wf_fail(error, WF_CONFIG, "operators revoke ID --reason TEXT --as OPERATOR");
    message.reason = (char *)(uintptr_t)reason;
    address_of(id, to);
    if (ctl_operator_option(ctl, &argc, argv, &who, error) < 0 ||
        ctl_operator_act(ctl, &who, WF_MESSAGE_OPERATOR_REVOKE, to, &message.base, error) < 0)
        return -1;
    (void)snprintf(said, sizeof said, "Operator %s may act no longer.", id);
    return ctl_done(ctl, said);
}

static void add_rows(json_t *rows, struct wf_bytes payload)
{
    Endorse__V1__OperatorPage *page =
        endorse__v1__operator_page__unpack(NULL, payload.length, payload.data);
    for (size_t i = 0; page && i < page->n_operators; i++) {
        const Endorse__V1__OperatorRow *row = page->operators[i];
        char roles[120] = "";
        for (size_t k = 0; k < row->n_roles; k++) {
            size_t used = strlen(roles);
            const char *name = (int)row->roles[k] <= ROLES ? role_names[row->roles[k]] : "?";
            (void)snprintf(roles + used, sizeof roles - used, "%s%s", used ? "," : "", name);
        }
        (void)json_array_append_new(rows, json_pack("{s:s,s:s,s:s,s:b}", "id", row->id, "roles",
                                                    roles, "person", row->person_id, "revoked",
                                                    (int)row->revoked));
    }
    if (page)
        endorse__v1__operator_page__free_unpacked(page, NULL);
}

static int list_all(struct ctl *ctl, struct wf_error *error)
{
    static const char *const columns[] = {"id",     "operator", "roles",   "roles", "person",
                                          "person", "revoked",  "revoked", NULL};
    Endorse__V1__OperatorList question = ENDORSE__V1__OPERATOR_LIST__INIT;
    struct ctl_answer answer;
    json_t *rows = json_array();
    int result = 0;
    for (unsigned i = 0; result == 0 && i < ctl_instances(ctl, WF_INTAKE); i++) {
        result = ctl_ask_instance(ctl, WF_MESSAGE_OPERATOR_LIST, WF_INTAKE, i, i, NULL,
                                  &question.base, &answer, error);
        if (result == 0)
            add_rows(rows, answer.payload);
    }
    if (result == 0)
        ctl_table(ctl, rows,
                  "No operator yet.  endorsectl operators add ID --role coordinator --first makes "
                  "one.",
                  columns);
    json_decref(rows);
    return result;
}

int ctl_operators(struct ctl *ctl, int argc, char **argv)
{
    struct wf_error error = {0};
    const char *what = argc > 0 ? argv[0] : "list";
    const char *id = argc > 1 ? argv[1] : "";
    int result = -1;
    if (sodium_init() < 0)
        return CTL_NO;
    if (strcmp(what, "key") == 0 && argc == 2)
        return make_key(ctl, id, &error) < 0 ? ctl_complain(&error) : CTL_OK;
    if (ctl_installation_read(ctl, &error) < 0)
        return ctl_complain(&error);
    if (strcmp(what, "list") == 0)
        result = list_all(ctl, &error);
    else if (!wf_id_is_valid(id) || strlen(id) > WF_OPERATOR_ID_MAX)
        (void)wf_fail(&error, WF_CONFIG, "operators add|revoke takes the operator's id first");
    else if (strcmp(what, "add") == 0)
        result = add(ctl, id, argc - 2, argv + 2, &error);
    else if (strcmp(what, "revoke") == 0)
        result = revoke_operator(ctl, id, argc - 2, argv + 2, &error);
    else
        (void)wf_fail(&error, WF_CONFIG, "operators takes key, add, list or revoke, not '%s'",
                      what);
    return result < 0 ? ctl_complain(&error) : result;
}
