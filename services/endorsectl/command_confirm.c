/* confirm: the registration of an application is confirmed by mail.  services/intake/SPEC.md, 2.11. */
#include "ctl.h"

#include "endorse/v1/events.pb-c.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

int ctl_confirm(struct ctl *ctl, int argc, char **argv)
{
    char to[WF_ADDRESS_MAX + 1], key[33];
    uint8_t random[16];
    struct ctl_answer answer;
    struct wf_error error = {0};
    Endorse__V1__ConfirmationRequested message = ENDORSE__V1__CONFIRMATION_REQUESTED__INIT;
    if (argc != 1 || !wf_id_is_valid(argv[0])) {
        (void)fputs("Usage: endorsectl confirm APPLICATION\n", stderr);
        return CTL_USAGE;
    }
    (void)snprintf(to, sizeof to, "intake/application/%s", argv[0]);
    randombytes_buf(random, sizeof random);
    (void)sodium_bin2hex(key, sizeof key, random, sizeof random);
    if (ctl_ask(ctl, WF_MESSAGE_CONFIRMATION_ORDERED, to, 0, key, &message.base, &answer, &error) !=
        0)
        return ctl_complain(&error);
    if (!answer.ok) {
        (void)fprintf(stderr, "endorsectl: %s: %s\n", answer.reason, answer.text);
        return CTL_NO;
    }
    if (ctl->json)
        ctl_json(json_pack("{s:s, s:b}", "application", argv[0], "confirmed", 1));
    else
        (void)printf("%s: the confirmation is on its way to the applicant\n", argv[0]);
    return CTL_OK;
}
