/* endorsectl exam unblind: two operators, one paper, one hour (services/intake/SPEC.md 11.3). */
#include "command_exam.h"
#include "ctl_operator.h"

#include "endorse/v1/exam.pb-c.h"

#include <stdio.h>
#include <string.h>

static int request(struct ctl *ctl, const struct ctl_operator *who, const char *to,
                   const char *reason, struct wf_error *error)
{
    Endorse__V1__UnblindRequested act = ENDORSE__V1__UNBLIND_REQUESTED__INIT;
    if (!reason)
        return wf_fail(error, WF_CONFIG, "exam unblind request HANDLE --reason TEXT --as OPERATOR");
    act.reason = (char *)(uintptr_t)reason;
    if (ctl_operator_act(ctl, who, WF_MESSAGE_UNBLIND_REQUESTED, to, &act.base, error) < 0)
        return -1;
    return ctl_done(ctl, "Asked: an operator with no role in common may approve within an hour.");
}

static int approve(struct ctl *ctl, const struct ctl_operator *who, const char *to,
                   struct wf_error *error)
{
    Endorse__V1__UnblindApproved act = ENDORSE__V1__UNBLIND_APPROVED__INIT;
    if (ctl_operator_act(ctl, who, WF_MESSAGE_UNBLIND_APPROVED, to, &act.base, error) < 0)
        return -1;
    return ctl_done(ctl,
                    "Approved for an hour; both of you decide nothing on this paper any more.");
}

static int view(struct ctl *ctl, const struct ctl_operator *who, const char *to,
                struct wf_error *error)
{
    Endorse__V1__UnblindView question = ENDORSE__V1__UNBLIND_VIEW__INIT;
    struct ctl_answer answer;
    if (ctl_operator_ask(ctl, who, WF_MESSAGE_UNBLIND_VIEW, to, &question.base, &answer, error) < 0)
        return -1;
    Endorse__V1__UnblindShown *shown =
        endorse__v1__unblind_shown__unpack(NULL, answer.payload.length, answer.payload.data);
    if (!shown)
        return wf_fail(error, WF_BROKEN, "intake gave an answer that cannot be read");
    if (ctl->json) {
        json_t *value = json_pack("{s:s,s:s,s:s,s:I}", "application", shown->application_id,
                                  "person", shown->person_id, "name", shown->name, "until_ms",
                                  (json_int_t)shown->until_ms);
        ctl_json(value);
        json_decref(value);
    } else {
        (void)printf("%s, person %s, application %s; until %s\n", shown->name, shown->person_id,
                     shown->application_id, ctl_moment(shown->until_ms));
    }
    endorse__v1__unblind_shown__free_unpacked(shown, NULL);
    return CTL_OK;
}

int ctl_exam_unblind(struct ctl *ctl, int argc, char **argv)
{
    struct wf_error error = {0};
    struct ctl_operator who;
    char to[WF_ADDRESS_MAX + 1];
    const char *what = argc > 0 ? argv[0] : "";
    const char *handle = argc > 1 ? argv[1] : "";
    const char *reason = ctl_option(&argc, argv, "--reason", true);
    int result = -1;
    if (!wf_id_is_valid(handle)) {
        (void)wf_fail(&error, WF_CONFIG,
                      "exam unblind request|approve|view takes the handle first");
    } else if (ctl_operator_option(ctl, &argc, argv, &who, &error) == 0) {
        struct wf_address address = wf_address_make(WF_INTAKE, "paper", handle);
        wf_address_format(&address, to);
        if (argc != 2 || (reason && strcmp(what, "request") != 0))
            (void)wf_fail(&error, WF_CONFIG, "exam unblind %s has an argument too many", what);
        else if (strcmp(what, "request") == 0)
            result = request(ctl, &who, to, reason, &error);
        else if (strcmp(what, "approve") == 0)
            result = approve(ctl, &who, to, &error);
        else if (strcmp(what, "view") == 0)
            result = view(ctl, &who, to, &error);
        else
            (void)wf_fail(&error, WF_CONFIG,
                          "exam unblind takes request, approve or view, not '%s'", what);
    }
    return result < 0 ? ctl_complain(&error) : result;
}
