/* wf_mailer.h - sends one mail to one recipient.  Two adapters: curl_mailer (an SMTP relay) and
 * maildir_mailer (a folder, for the sandbox).  services/courier/SPEC.md 2. */
#ifndef WF_MAILER_H
#define WF_MAILER_H

#include "wf_bytes.h"
#include "wf_error.h"
#include "wf_time.h"

#include <stdbool.h>

struct wf_mailer;

struct wf_mail {
    const char *id;          /* of the effect: names the file of a maildir */
    uint32_t attempt;        /* given back with the answer */
    const char *return_path; /* an address; bounces go there */
    const char *to;          /* an address */
    struct wf_bytes message; /* headers and body, lines ended by CRLF */
};

enum wf_mail_result {
    WF_MAIL_ACCEPTED = 1,
    WF_MAIL_FAILED,   /* may succeed later */
    WF_MAIL_REJECTED, /* this address or message will never be taken */
    WF_MAIL_UNCERTAIN /* everything was given, no answer came: it may have arrived */
};

enum { WF_MAIL_DETAIL = 40 };
struct wf_mail_answer {
    enum wf_mail_result result;
    char detail[WF_MAIL_DETAIL]; /* codes only, "550 5.1.1": a server's words repeat addresses */
};
typedef void wf_mail_done_f(void *context, const char *id, uint32_t attempt,
                            const struct wf_mail_answer *answer);

/* Begins to send; everything is copied.  `done` is called once, from a later wf_mailer_turn.
 * WF_LIMIT: too much is on the way already. */
int wf_mailer_send(struct wf_mailer *mailer, const struct wf_mail *mail, wf_mail_done_f *done,
                   void *context, struct wf_error *error) WF_MUST_CHECK;
/* Once a turn of the loop; gives the monotonic time at which it wants the next one at the latest.
 */
wf_time wf_mailer_turn(struct wf_mailer *mailer, wf_time now);
/* What is on the way is dropped, `done` is not called. */
void wf_mailer_destroy(struct wf_mailer **mailer);

/* A newline in an address is an SMTP command: printable ASCII without spaces, quotes, brackets or
 * separators, one '@' inside, at most 254 bytes. */
bool wf_mail_address_is_safe(const char *address);

struct wf_mailer_ops {
    int (*send)(struct wf_mailer *, const struct wf_mail *, wf_mail_done_f *, void *,
                struct wf_error *);
    wf_time (*turn)(struct wf_mailer *, wf_time);
    void (*destroy)(struct wf_mailer **);
};
/* First member of every adapter's own struct. */
struct wf_mailer {
    const struct wf_mailer_ops *ops;
};

#endif
