#include "maildir_mailer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct answer_row {
    char id[65];
    uint32_t attempt;
    struct wf_mail_answer answer;
    wf_mail_done_f *done;
    void *context;
};

struct maildir_mailer {
    struct wf_mailer port;
    int tmp, fresh;             /* folders */
    struct answer_row *answers; /* written, to be told in the next turn */
    size_t count, capacity;
};

static bool ends_in_domain(const char *address, const char *domain)
{
    const char *at = strchr(address, '@');
    size_t length = at ? strlen(at + 1) : 0, wanted = strlen(domain);
    if (length < wanted || strcasecmp(at + 1 + length - wanted, domain) != 0)
        return false;
    return length == wanted || at[1 + length - wanted - 1] == '.';
}

static int write_all(int file, struct wf_bytes bytes)
{
    for (size_t done = 0; done < bytes.length;) {
        ssize_t length = write(file, bytes.data + done, bytes.length - done);
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return -1;
        done += (size_t)length;
    }
    return 0;
}

/* tmp, then new under the same name: a reader never sees half a mail, a repeat is one mail. */
static int deliver(const struct maildir_mailer *mailer, const struct wf_mail *mail)
{
    int file = openat(mailer->tmp, mail->id, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (file < 0)
        return -1;
    int failed = write_all(file, mail->message) || fsync(file);
    if (close(file) || failed)
        return -1;
    if (renameat(mailer->tmp, mail->id, mailer->fresh, mail->id))
        return -1;
    return fsync(mailer->fresh);
}

static void keep_answer(struct maildir_mailer *mailer, const struct answer_row *row)
{
    if (mailer->count == mailer->capacity) {
        size_t capacity = mailer->capacity ? mailer->capacity * 2 : 16;
        struct answer_row *rows = realloc(mailer->answers, capacity * sizeof *rows);
        WF_ASSERT(rows);
        mailer->answers = rows;
        mailer->capacity = capacity;
    }
    mailer->answers[mailer->count++] = *row;
}

static int send_mail(struct wf_mailer *port, const struct wf_mail *mail, wf_mail_done_f *done,
                     void *context, struct wf_error *error)
{
    struct maildir_mailer *mailer = (struct maildir_mailer *)port;
    if (!wf_mail_address_is_safe(mail->to) || !wf_mail_address_is_safe(mail->return_path))
        return wf_fail(error, WF_INVALID, "mail %s: an address is none that SMTP can take",
                       mail->id);
    struct answer_row row = {.attempt = mail->attempt, .done = done, .context = context};
    (void)snprintf(row.id, sizeof row.id, "%s", mail->id);
    if (ends_in_domain(mail->to, "bounce.example"))
        row.answer = (struct wf_mail_answer){WF_MAIL_REJECTED, "550 5.1.1"};
    else if (ends_in_domain(mail->to, "defer.example"))
        row.answer = (struct wf_mail_answer){WF_MAIL_FAILED, "451 4.3.0"};
    else if (deliver(mailer, mail))
        row.answer = (struct wf_mail_answer){WF_MAIL_FAILED, "maildir not writable"};
    else
        row.answer = (struct wf_mail_answer){WF_MAIL_ACCEPTED, "250 2.0.0"};
    keep_answer(mailer, &row);
    return 0;
}

static wf_time turn(struct wf_mailer *port, wf_time now)
{
    struct maildir_mailer *mailer = (struct maildir_mailer *)port;
    size_t count = mailer->count;
    for (size_t i = 0; i < count; i++) {
        struct answer_row row = mailer->answers[i];
        row.done(row.context, row.id, row.attempt, &row.answer);
    }
    mailer->count -= count;
    memmove(mailer->answers, mailer->answers + count, mailer->count * sizeof *mailer->answers);
    return mailer->count ? now : WF_NEVER;
}

static void destroy(struct wf_mailer **port)
{
    struct maildir_mailer *mailer = (struct maildir_mailer *)*port;
    *port = NULL;
    close(mailer->tmp);
    close(mailer->fresh);
    free(mailer->answers);
    free(mailer);
}

static int open_folder(int parent, const char *name)
{
    if (mkdirat(parent, name, 0770) && errno != EEXIST)
        return -1;
    return openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int maildir_mailer_create(struct wf_mailer **mailer_at, const char *folder, struct wf_error *error)
{
    static const struct wf_mailer_ops ops = {.send = send_mail, .turn = turn, .destroy = destroy};
    int parent = open_folder(AT_FDCWD, folder);
    int tmp = parent < 0 ? -1 : open_folder(parent, "tmp");
    int fresh = tmp < 0 ? -1 : open_folder(parent, "new");
    int cur = fresh < 0 ? -1 : open_folder(parent, "cur");
    int reason = errno;
    if (parent >= 0)
        close(parent);
    if (cur < 0) {
        if (tmp >= 0)
            close(tmp);
        if (fresh >= 0)
            close(fresh);
        return wf_fail(error, WF_CONFIG, "the maildir %s cannot be used: %s", folder,
                       strerror(reason));
    }
    close(cur);
    struct maildir_mailer *mailer = calloc(1, sizeof *mailer);
    WF_ASSERT(mailer);
    mailer->port.ops = &ops;
    mailer->tmp = tmp;
    mailer->fresh = fresh;
    *mailer_at = &mailer->port;
    return 0;
}
