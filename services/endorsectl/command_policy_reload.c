/* endorsectl policy reload: every program reads its rules anew.  Each checks all files before it uses any. */
#include "command_policy.h"

#include "ctl_installation.h"
#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <string.h>

static const enum wf_service deciders[] = {WF_INTAKE, WF_REFERENCE, WF_RENEWAL, WF_GATEWAY};

static void take_row(json_t *row, struct wf_bytes payload)
{
    Endorse__V1__WorkerStatus *status =
        endorse__v1__worker_status__unpack(NULL, payload.length, payload.data);
    json_t *beat = status ? json_loads(status->row_json, 0, NULL) : NULL;
    json_t *digest = json_object_get(json_object_get(beat, "rules"), "digest");
    if (digest)
        (void)json_object_set(row, "digest", digest);
    json_decref(beat);
    if (status)
        endorse__v1__worker_status__free_unpacked(status, NULL);
}

static bool reload_one(struct ctl *ctl, enum wf_service service, unsigned instance, json_t *rows)
{
    Endorse__V1__Empty empty = ENDORSE__V1__EMPTY__INIT;
    struct ctl_answer answer = {0};
    struct wf_error error = {0};
    char name[48];
    (void)snprintf(name, sizeof name, "%s.%u", wf_service_name(service), instance);
    json_t *row = json_pack("{s:s}", "name", name);
    bool heard = ctl_ask_instance(ctl, WF_MESSAGE_RELOAD, service, instance, instance, NULL,
                                  &empty.base, &answer, &error) == 0;
    if (heard && answer.ok)
        take_row(row, answer.payload);
    (void)json_object_set_new(row, "result",
                              json_string(!heard      ? "silent"
                                          : answer.ok ? "in force"
                                                      : "kept the old rules"));
    (void)json_object_set_new(row, "text", json_string(!heard ? error.text : answer.text));
    (void)json_array_append_new(rows, row);
    return heard && answer.ok;
}

/* Files that were changed while the programs read them, one after the other. */
static bool is_one_digest(const json_t *rows)
{
    const char *first = ctl_policy_text(json_array_get(rows, 0), "digest");
    for (size_t i = 1; i < json_array_size(rows); i++)
        if (strcmp(first, ctl_policy_text(json_array_get(rows, i), "digest")) != 0)
            return false;
    return true;
}

int ctl_policy_reload(struct ctl *ctl, int argc, char **argv)
{
    static const char *const columns[] = {"name",   "program", "result", "result", "digest",
                                          "digest", "text",    "reason", NULL};
    struct wf_error error = {0};
    (void)argv;
    if (argc > 0) {
        (void)fputs("endorsectl: policy reload takes nothing: each program knows its folder\n",
                    stderr);
        return CTL_USAGE;
    }
    if (ctl_installation_read(ctl, &error) < 0)
        return ctl_complain(&error);
    json_t *rows = json_array();
    bool good = true;
    for (size_t i = 0; i < sizeof deciders / sizeof *deciders; i++)
        for (unsigned instance = 0; instance < ctl_instances(ctl, deciders[i]); instance++)
            good = reload_one(ctl, deciders[i], instance, rows) && good;
    ctl_table(ctl, rows, "No program runs here.", columns);
    if (good && !is_one_digest(rows)) {
        (void)fputs("endorsectl: the files changed meanwhile: the programs differ; reload again\n",
                    stderr);
        good = false;
    }
    json_decref(rows);
    return good ? CTL_OK : CTL_NO;
}
