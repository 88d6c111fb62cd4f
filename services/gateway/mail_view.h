/* mail_view.h - the mails of the sandbox: one file of a maildir as text and links.  GATEWAY 6. */
#ifndef MAIL_VIEW_H
#define MAIL_VIEW_H

#include "wf_bytes.h"
#include "wf_time.h"

#include <jansson.h>
#include <stdbool.h>

enum {
    MAIL_HEADER_MAX = 400,
    MAIL_FILE_MAX = 200,
    MAIL_BYTES_MAX = 64 * 1024,
    MAIL_PAGE_ROWS = 50
};

struct mail {
    char file[MAIL_FILE_MAX + 1]; /* name in the maildir */
    char to[MAIL_HEADER_MAX + 1];
    char from[MAIL_HEADER_MAX + 1];
    char subject[MAIL_HEADER_MAX + 1];
    char date[MAIL_HEADER_MAX + 1];
    wf_time changed; /* of the file: newest first */
};

/* Reads the headers and appends the body as UTF-8 text to *body (which may be NULL). */
void mail_read(struct wf_bytes bytes, struct mail *mail, struct wf_buffer *body);
/* A name that a maildir gives, and nothing that leads out of it. */
bool mail_file_is_valid(const char *name);

json_t *mail_list_model(const struct mail *mails, size_t count, size_t page, size_t pages,
                        size_t total);
/* Addresses of pages ("http://", "https://") become links. */
json_t *mail_model(const struct mail *mail, struct wf_bytes body);

#endif
