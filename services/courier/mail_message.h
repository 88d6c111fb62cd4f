/* mail_message.h - one mail as bytes: headers and quoted-printable text.  Pure but for memory.
 * SPEC 2.2. */
#ifndef MAIL_MESSAGE_H
#define MAIL_MESSAGE_H

#include "wf_bytes.h"
#include "wf_time.h"

#include <stdbool.h>

struct mail_parts {
    const char *from;   /* header: "Endorse <no-reply@example.org>" */
    const char *to;     /* an address */
    const char *id;     /* effect id */
    const char *domain; /* right side of the Message-ID */
    wf_time date;
    struct wf_bytes subject; /* UTF-8, one line */
    struct wf_bytes body;    /* UTF-8, lines ended by LF */
};
/* The same parts give the same bytes. */
void mail_message_write(const struct mail_parts *parts, struct wf_buffer *message);

/* The address inside a From header: "Name <a@b>" or "a@b".  False if it is none, or the header holds
 * anything but printable ASCII. */
bool mail_header_address(const char *header, char address[static 255]);

#endif
