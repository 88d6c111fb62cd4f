/* endorsectl ratings: the link of a rater whose mail does not arrive.  An act first, which the story keeps; only
 * then the question, whose answer nobody keeps. */
#include "ctl_installation.h"

#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int take_link(struct ctl *ctl, const char *to, uint32_t number, const char *reason,
                     struct wf_error *error)
{
    Endorse__V1__RatingLinkCopy act = ENDORSE__V1__RATING_LINK_COPY__INIT;
    struct ctl_answer answer;
    char key[64];
    act.request = number;
    act.reason = (char *)(uintptr_t)reason;
    (void)snprintf(key, sizeof key, "link-%u-%lld", number, (long long)time(NULL));
    if (ctl_ask(ctl, WF_MESSAGE_RATING_LINK_COPIED, to, 0, key, &act.base, &answer, error) < 0)
        return -1;
    return answer.ok ? 0 : wf_fail(error, WF_INVALID, "%s", answer.text);
}

static int show_link(struct ctl *ctl, const char *to, uint32_t number, struct wf_error *error)
{
    Endorse__V1__RatingLinkWanted question = ENDORSE__V1__RATING_LINK_WANTED__INIT;
    struct ctl_answer answer;
    char url[512];
    question.request = number;
    if (ctl_ask(ctl, WF_MESSAGE_RATING_LINK_WANTED, to, 0, NULL, &question.base, &answer, error) <
        0)
        return -1;
    if (!answer.ok)
        return wf_fail(error, WF_INVALID, "%s", answer.text);
    Endorse__V1__RatingLinkText *link =
        endorse__v1__rating_link_text__unpack(NULL, answer.payload.length, answer.payload.data);
    if (!link)
        return wf_fail(error, WF_BROKEN, "the answer cannot be read");
    (void)snprintf(url, sizeof url, "%s/rate/%s", ctl_installation_text(ctl, "http"), link->token);
    endorse__v1__rating_link_text__free_unpacked(link, NULL);
    if (ctl->json) {
        json_t *whole = json_pack("{s:s}", "link", url);
        ctl_json(whole);
        json_decref(whole);
    } else {
        (void)puts(url);
    }
    return 0;
}

int ctl_ratings(struct ctl *ctl, int argc, char **argv)
{
    struct wf_error error = {0};
    char to[WF_ADDRESS_MAX + 1];
    const char *reason = ctl_option(&argc, argv, "--reason", true);
    bool shaped = argc == 3 && strcmp(argv[0], "link") == 0 && wf_id_is_valid(argv[1]) && reason;
    long number = shaped ? strtol(argv[2], NULL, 10) : 0;
    if (number < 1 || number > 12) {
        (void)fputs("endorsectl: ratings link APPLICATION NUMBER --reason TEXT: say why\n", stderr);
        return CTL_USAGE;
    }
    struct wf_address address = wf_address_make(WF_REFERENCE, "ratings", argv[1]);
    wf_address_format(&address, to);
    if (ctl_installation_read(ctl, &error) < 0 ||
        take_link(ctl, to, (uint32_t)number, reason, &error) < 0 ||
        show_link(ctl, to, (uint32_t)number, &error) < 0)
        return ctl_complain(&error);
    return CTL_OK;
}
