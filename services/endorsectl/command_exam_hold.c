/* endorsectl exam hold, resume: an integrity question about one paper (services/intake/SPEC.md 11.2). */
#include "command_exam.h"
#include "ctl_operator.h"

#include "endorse/v1/exam.pb-c.h"

#include <stdio.h>

static int order(struct ctl *ctl, int argc, char **argv, bool held)
{
    Endorse__V1__PaperHoldOrdered act = ENDORSE__V1__PAPER_HOLD_ORDERED__INIT;
    struct wf_error error = {0};
    struct ctl_operator who;
    char to[WF_ADDRESS_MAX + 1];
    const char *handle = argc > 0 ? argv[0] : "";
    const char *reason = ctl_option(&argc, argv, "--reason", true);
    if (ctl_operator_option(ctl, &argc, argv, &who, &error) < 0)
        return ctl_complain(&error);
    if (argc != 1 || !wf_id_is_valid(handle) || !reason) {
        (void)wf_fail(&error, WF_CONFIG, "exam %s HANDLE --reason TEXT --as OPERATOR",
                      held ? "hold" : "resume");
        return ctl_complain(&error);
    }
    struct wf_address address = wf_address_make(WF_INTAKE, "paper", handle);
    wf_address_format(&address, to);
    act.held = held;
    act.reason = (char *)(uintptr_t)reason;
    if (ctl_operator_act(ctl, &who, WF_MESSAGE_PAPER_HOLD_ORDERED, to, &act.base, &error) < 0)
        return ctl_complain(&error);
    return ctl_done(ctl, held ? "Held: readers go on, nothing is released." : "It goes on.");
}

int ctl_exam_hold(struct ctl *ctl, int argc, char **argv)
{
    return order(ctl, argc, argv, true);
}

int ctl_exam_resume(struct ctl *ctl, int argc, char **argv)
{
    return order(ctl, argc, argv, false);
}
