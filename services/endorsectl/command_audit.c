/* endorsectl audit: the copy of all journals.  What the running program says is asked of it; what the files say is
 * read from them, with or without a program.  services/audit/SPEC.md. */
#include "command_audit.h"

#include "ctl_installation.h"
#include "ctl_rows.h"
#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void audit_usage(FILE *out)
{
    (void)fputs(
        "endorsectl audit status                    alarms, and whether the copy is followed\n"
        "endorsectl audit acknowledge NUMBER        takes note of all alarms up to this one\n"
        "endorsectl audit verify [--folder DIR] [--key PUBLIC] [--checkpoint FILE]\n"
        "                                           proves the copy from its files alone; PUBLIC "
        "is the key or a\n"
        "                                           file with it, FILE a checkpoint that was kept "
        "elsewhere\n"
        "endorsectl audit show ADDRESS [--folder DIR]\n"
        "                                           the lines of an aggregate such as "
        "intake/application/A-1\n"
        "endorsectl audit checkpoint [--folder DIR] the newest signed checkpoint, one line to be "
        "kept elsewhere\n",
        out);
}

/* ---- the running program ---- */

static json_t *alarm_row(const Endorse__V1__AuditAlarm *alarm)
{
    return json_pack("{s:I,s:s,s:s,s:s,s:s,s:I,s:s,s:s}", "number", (json_int_t)alarm->number,
                     "time", ctl_moment(alarm->time_ms), "kind", alarm->kind, "stream",
                     alarm->stream, "entry", alarm->entry, "missing", (json_int_t)alarm->missing,
                     "detail", alarm->detail, "meaning", alarm->meaning);
}

static json_t *state_value(const Endorse__V1__AuditState *state)
{
    json_t *alarms = json_array();
    for (size_t i = 0; i < state->n_alarms; i++)
        (void)json_array_append_new(alarms, alarm_row(state->alarms[i]));
    return json_pack("{s:s,s:s,s:I,s:I,s:o}", "state", state->state, "error", state->error,
                     "generation", (json_int_t)state->generation, "followed_ms",
                     (json_int_t)state->followed_ms, "alarms", alarms);
}

static void print_state(const json_t *value)
{
    const char *trouble = json_string_value(json_object_get(value, "error"));
    int64_t followed = json_integer_value(json_object_get(value, "followed_ms"));
    const json_t *alarms = json_object_get(value, "alarms");
    size_t index = 0;
    const json_t *row = NULL;
    if (trouble[0])
        (void)printf("The copy cannot go on: %s\n", trouble);
    else if (!followed)
        (void)puts("The program still reads its own files; the journals come next.");
    else
        (void)printf("The journals are copied; last looked at %s ago.\n",
                     ctl_duration(ctl_wall_clock() - followed));
    if (!json_array_size(alarms))
        (void)puts("No alarm.");
    json_array_foreach(alarms, index, row)
    {
        const char *detail = json_string_value(json_object_get(row, "detail"));
        (void)printf("\n%lld  %s  %s of %s, entry %s, %lld missing  %s\n    %s\n",
                     (long long)json_integer_value(json_object_get(row, "number")),
                     json_string_value(json_object_get(row, "time")),
                     json_string_value(json_object_get(row, "kind")),
                     json_string_value(json_object_get(row, "stream")),
                     json_string_value(json_object_get(row, "entry")),
                     (long long)json_integer_value(json_object_get(row, "missing")),
                     strcmp(detail, "-") == 0 ? "" : detail,
                     json_string_value(json_object_get(row, "meaning")));
    }
    if (json_array_size(alarms))
        (void)puts(
            "\nThe copy holds what was copied: endorsectl audit verify.  When it has been looked "
            "into: endorsectl audit acknowledge NUMBER.");
}

static int print_answer(struct ctl *ctl, const struct ctl_answer *answer, struct wf_error *error)
{
    if (!answer->ok)
        return wf_fail(error, WF_DENIED, "%s",
                       answer->text[0] ? answer->text : "the audit program did not do it");
    Endorse__V1__AuditState *state =
        endorse__v1__audit_state__unpack(NULL, answer->payload.length, answer->payload.data);
    if (!state)
        return wf_fail(error, WF_BROKEN, "the audit program's answer cannot be read");
    json_t *value = state_value(state);
    bool is_well = !state->n_alarms && !state->error[0];
    endorse__v1__audit_state__free_unpacked(state, NULL);
    if (ctl->json)
        ctl_json(value);
    else
        print_state(value);
    json_decref(value);
    return is_well ? CTL_OK : CTL_NO;
}

/* `is_done`: the program did what was asked, whatever its state is. */
static int ask(struct ctl *ctl, enum wf_message message, const ProtobufCMessage *payload,
               bool *is_done)
{
    struct wf_error error = {0};
    struct ctl_answer answer;
    if (ctl_installation_read(ctl, &error) < 0)
        return ctl_complain(&error);
    if (!ctl_instances(ctl, WF_AUDIT)) {
        (void)wf_fail(&error, WF_NOT_FOUND, "no audit program runs here: start deploy/run");
        return ctl_complain(&error);
    }
    if (ctl_ask_instance(ctl, message, WF_AUDIT, 0, 0, NULL, payload, &answer, &error) < 0)
        return ctl_complain(&error);
    *is_done = answer.ok;
    int code = print_answer(ctl, &answer, &error);
    return code < 0 ? ctl_complain(&error) : code;
}

int ctl_audit_status(struct ctl *ctl)
{
    Endorse__V1__Empty empty = ENDORSE__V1__EMPTY__INIT;
    bool is_done = false;
    return ask(ctl, WF_MESSAGE_AUDIT_STATE, &empty.base, &is_done);
}

int ctl_audit_acknowledge(struct ctl *ctl, const char *number)
{
    Endorse__V1__AuditAcknowledge act = ENDORSE__V1__AUDIT_ACKNOWLEDGE__INIT;
    char *end = NULL;
    unsigned long long wanted = number ? strtoull(number, &end, 10) : 0;
    if (!wanted || *end) {
        (void)fputs(
            "endorsectl: audit acknowledge takes the number of an alarm; see endorsectl audit "
            "status\n",
            stderr);
        return CTL_USAGE;
    }
    const char *slash = strchr(ctl->actor, '/');
    act.number = wanted;
    act.by = (char *)(slash ? slash + 1 : ctl->actor);
    bool is_done = false;
    int code = ask(ctl, WF_MESSAGE_AUDIT_ACKNOWLEDGE, &act.base, &is_done);
    return is_done && code == CTL_NO ? CTL_OK : code; /* later alarms may stand */
}

/* ---- the command ---- */

int ctl_audit_open(const struct ctl *ctl, const char *folder, struct audit_copy **copy,
                   struct wf_error *error)
{
    char path[400];
    if (!folder) {
        (void)snprintf(path, sizeof path, "%s/audit", ctl->state_dir);
        folder = path;
    }
    if (audit_copy_open(copy, folder, error) == 0)
        return 0;
    if (error->code == WF_DENIED)
        return wf_fail(error, WF_DENIED,
                       "the copy in %.120s belongs to the user endorse-audit: do this as root",
                       folder);
    return -1;
}

int ctl_audit(struct ctl *ctl, int argc, char **argv)
{
    const char *folder = ctl_option(&argc, argv, "--folder", true);
    const char *key = ctl_option(&argc, argv, "--key", true);
    const char *deposited = ctl_option(&argc, argv, "--checkpoint", true);
    const char *what = argc > 0 ? argv[0] : "";
    if (strcmp(what, "status") == 0 && argc == 1)
        return ctl_audit_status(ctl);
    if (strcmp(what, "acknowledge") == 0 && argc <= 2)
        return ctl_audit_acknowledge(ctl, argv[1]);
    if (strcmp(what, "verify") == 0 && argc == 1)
        return ctl_audit_verify(ctl, folder, key, deposited);
    if (strcmp(what, "show") == 0 && argc == 2)
        return ctl_audit_show(ctl, folder, argv[1]);
    if (strcmp(what, "checkpoint") == 0 && argc == 1)
        return ctl_audit_checkpoint(ctl, folder);
    bool is_asked = strcmp(what, "help") == 0;
    audit_usage(is_asked ? stdout : stderr);
    return is_asked ? CTL_OK : CTL_USAGE;
}
