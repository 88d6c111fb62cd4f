#include "ctl_operator.h"

#include "ctl_installation.h"
#include "ctl_rows.h"
#include "wf_operator_seal.h"

#include "endorse/v1/exam.pb-c.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

int ctl_operator_option(struct ctl *ctl, int *argc, char **argv, struct ctl_operator *who,
                        struct wf_error *error)
{
    const char *id = ctl_option(argc, argv, "--as", true);
    const char *file = ctl_option(argc, argv, "--key", true);
    *who = (struct ctl_operator){0};
    if (!id || !wf_id_is_valid(id) || strlen(id) >= sizeof who->id)
        return wf_fail(error, WF_CONFIG, "say who signs: --as OPERATOR");
    (void)snprintf(who->id, sizeof who->id, "%s", id);
    if (file)
        (void)snprintf(who->key_file, sizeof who->key_file, "%s", file);
    else
        (void)snprintf(who->key_file, sizeof who->key_file, "%s/secrets/operator-%s.key",
                       ctl->state_dir, id);
    return 0;
}

static int read_key(const struct ctl_operator *who, uint8_t secret[static WF_OPERATOR_SECRET],
                    struct wf_error *error)
{
    char line[300] = "";
    char hex[260] = "";
    size_t length = 0;
    FILE *file = fopen(who->key_file, "re");
    if (!file)
        return wf_fail(error, WF_CONFIG, "cannot read %s: say --key FILE", who->key_file);
    while (!hex[0] && fgets(line, sizeof line, file))
        (void)sscanf(line, "secret %259s", hex);
    (void)fclose(file);
    int bad = sodium_hex2bin(secret, WF_OPERATOR_SECRET, hex, strlen(hex), NULL, &length, NULL);
    sodium_memzero(hex, sizeof hex);
    sodium_memzero(line, sizeof line);
    if (bad || length != WF_OPERATOR_SECRET)
        return wf_fail(error, WF_CONFIG, "%s holds no key of an operator", who->key_file);
    return 0;
}

/* The business time of the program that will check the seal. */
static int business_time(struct ctl *ctl, wf_time *now, struct wf_error *error)
{
    json_t *rows = json_array();
    json_t *row;
    size_t i;
    *now = ctl_wall_clock();
    int result = ctl_rows_collect(ctl, rows, error);
    json_array_foreach(rows, i, row)
    {
        json_t *offset = json_object_get(row, "clock_offset_ms");
        if (json_is_integer(offset)) {
            *now = ctl_wall_clock() + json_integer_value(offset);
            break;
        }
    }
    json_decref(rows);
    return result;
}

int ctl_operator_send(struct ctl *ctl, enum wf_message message, const char *to,
                      const ProtobufCMessage *act, struct wf_error *error)
{
    uint8_t random[16];
    char key[33];
    struct ctl_answer answer;
    randombytes_buf(random, sizeof random);
    (void)sodium_bin2hex(key, sizeof key, random, sizeof random);
    if (ctl_ask(ctl, message, to, 0, key, act, &answer, error) < 0)
        return -1;
    return answer.ok ? 0
                     : wf_fail(error, WF_INVALID, "%s%s%s", answer.text,
                               answer.reason[0] ? " - " : "", answer.reason);
}

/* A seal and what it borrows. */
struct made_seal {
    Endorse__V1__OperatorSeal seal;
    uint8_t signature[WF_OPERATOR_SIGNATURE];
};

static int seal_act(struct ctl *ctl, const struct ctl_operator *who, enum wf_message message,
                    const char *to, ProtobufCMessage *act, struct made_seal *made,
                    struct wf_error *error)
{
    uint8_t secret[WF_OPERATOR_SECRET];
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(act->descriptor, "seal");
    WF_ASSERT(field && sodium_init() >= 0);
    struct wf_operator_place place = {.type = wf_message_row(message)->type, .aggregate = to};
    if (ctl_installation_read(ctl, error) < 0 || read_key(who, secret, error) < 0 ||
        business_time(ctl, &place.time, error) < 0)
        return -1;
    wf_operator_sign(secret, &place, act, made->signature);
    sodium_memzero(secret, sizeof secret);
    endorse__v1__operator_seal__init(&made->seal);
    made->seal.operator_ = (char *)(uintptr_t)who->id;
    made->seal.time_ms = place.time;
    made->seal.signature =
        (ProtobufCBinaryData){.data = made->signature, .len = sizeof made->signature};
    const ProtobufCMessage *base = &made->seal.base;
    memcpy((uint8_t *)act + field->offset, &base, sizeof base);
    return 0;
}

int ctl_operator_act(struct ctl *ctl, const struct ctl_operator *who, enum wf_message message,
                     const char *to, ProtobufCMessage *act, struct wf_error *error)
{
    struct made_seal made;
    if (seal_act(ctl, who, message, to, act, &made, error) < 0)
        return -1;
    return ctl_operator_send(ctl, message, to, act, error);
}

int ctl_operator_ask(struct ctl *ctl, const struct ctl_operator *who, enum wf_message message,
                     const char *to, ProtobufCMessage *question, struct ctl_answer *answer,
                     struct wf_error *error)
{
    struct made_seal made;
    if (seal_act(ctl, who, message, to, question, &made, error) < 0 ||
        ctl_ask(ctl, message, to, 0, NULL, question, answer, error) < 0)
        return -1;
    return answer->ok ? 0 : wf_fail(error, WF_DENIED, "%s", answer->text);
}
