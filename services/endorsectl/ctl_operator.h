/* ctl_operator.h - acts under an operator's signature (services/exam/SPEC.md 5.6). */
#ifndef CTL_OPERATOR_H
#define CTL_OPERATOR_H

#include "ctl.h"

/* Who signs: --as OPERATOR, and --key FILE (default: secrets/operator-<OPERATOR>.key of the state folder, one
 * line "secret" and 128 hexadecimal digits).  Takes the options out of the arguments. */
struct ctl_operator {
    char id[49];
    char key_file[512];
};
int ctl_operator_option(struct ctl *ctl, int *argc, char **argv, struct ctl_operator *who,
                        struct wf_error *error) WF_MUST_CHECK;
/* Signs the act, whose member "seal" must be there and NULL, and sends it to `to`, an aggregate's address.
 * -1: not signed, not sent, or refused. */
int ctl_operator_act(struct ctl *ctl, const struct ctl_operator *who, enum wf_message message,
                     const char *to, ProtobufCMessage *act, struct wf_error *error) WF_MUST_CHECK;
/* The same for a question that is answered to an operator alone. */
int ctl_operator_ask(struct ctl *ctl, const struct ctl_operator *who, enum wf_message message,
                     const char *to, ProtobufCMessage *question, struct ctl_answer *answer,
                     struct wf_error *error) WF_MUST_CHECK;
/* Sends an act without a seal: the first operator of an installation has nobody to sign. */
int ctl_operator_send(struct ctl *ctl, enum wf_message message, const char *to,
                      const ProtobufCMessage *act, struct wf_error *error) WF_MUST_CHECK;

#endif
