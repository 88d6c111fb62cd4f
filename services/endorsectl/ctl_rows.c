#include "ctl_rows.h"

#include "ctl_installation.h"
#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <time.h>

static const enum wf_service services[] = {WF_INTAKE,  WF_REFERENCE, WF_EXAM,    WF_RENEWAL,
                                           WF_COURIER, WF_DESK,      WF_GATEWAY, WF_AUDIT};

wf_time ctl_wall_clock(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (wf_time)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static json_t *ask_row(struct ctl *ctl, enum wf_service service, unsigned instance)
{
    Endorse__V1__Empty question = ENDORSE__V1__EMPTY__INIT;
    struct ctl_answer answer;
    struct wf_error error;
    if (ctl_ask_instance(ctl, WF_MESSAGE_STATUS, service, instance, instance, NULL, &question.base,
                         &answer, &error) < 0 ||
        !answer.ok)
        return NULL;
    Endorse__V1__WorkerStatus *status =
        endorse__v1__worker_status__unpack(NULL, answer.payload.length, answer.payload.data);
    json_t *row = status ? json_loads(status->row_json, 0, NULL) : NULL;
    if (status)
        endorse__v1__worker_status__free_unpacked(status, NULL);
    return row;
}

int ctl_rows_collect(struct ctl *ctl, json_t *rows, struct wf_error *error)
{
    if (ctl_installation_read(ctl, error) < 0)
        return -1;
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        for (unsigned instance = 0; instance < ctl_instances(ctl, services[i]); instance++) {
            char name[32];
            (void)snprintf(name, sizeof name, "%s.%u", wf_service_name(services[i]), instance);
            json_t *row = ask_row(ctl, services[i], instance);
            if (!row)
                row = json_pack("{s:s}", "state", "silent");
            (void)json_object_set_new(row, "name", json_string(name));
            (void)json_object_set_new(row, "program", json_string(wf_service_name(services[i])));
            (void)json_object_set_new(row, "instance", json_integer((json_int_t)instance));
            (void)json_array_append_new(rows, row);
        }
    }
    return 0;
}
