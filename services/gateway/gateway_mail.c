/* /sandbox/mail: the mail that was kept instead of sent.  GATEWAY 6. */
#include "gateway.h"

#include "mail_view.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const boxes[] = {"new", "cur"};
enum { BOXES = 2, MAILS_MAX = 20000 };

struct found {
    char file[MAIL_FILE_MAX + 1];
    unsigned box;
    wf_time changed;
};
struct mailbox {
    struct found *rows;
    size_t count, capacity;
};

static void add(struct mailbox *mailbox, const struct found *found)
{
    if (mailbox->count == MAILS_MAX)
        return;
    if (mailbox->count == mailbox->capacity) {
        mailbox->capacity = mailbox->capacity ? mailbox->capacity * 2 : 128;
        mailbox->rows = realloc(mailbox->rows, mailbox->capacity * sizeof *mailbox->rows);
        WF_ASSERT(mailbox->rows);
    }
    mailbox->rows[mailbox->count++] = *found;
}

static void list_box(const struct gateway *gateway, unsigned box, struct mailbox *mailbox)
{
    char path[sizeof gateway->mail_folder + 8];
    struct dirent *entry;
    struct stat status;
    (void)snprintf(path, sizeof path, "%s/%s", gateway->mail_folder, boxes[box]);
    DIR *folder = opendir(path);
    while (folder && (entry = readdir(folder)) != NULL) {
        struct found found = {.box = box};
        if (!mail_file_is_valid(entry->d_name) ||
            fstatat(dirfd(folder), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(status.st_mode))
            continue;
        memcpy(found.file, entry->d_name, strlen(entry->d_name) + 1); /* valid, so it fits */
        found.changed = (wf_time)status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1000000;
        add(mailbox, &found);
    }
    if (folder)
        (void)closedir(folder);
}

static int newest_first(const void *left, const void *right)
{
    const struct found *a = left, *b = right;
    if (a->changed != b->changed)
        return a->changed < b->changed ? 1 : -1;
    return strcmp(b->file, a->file);
}

/* false: there is no such mail, or not as a plain file. */
static bool read_mail(const struct gateway *gateway, unsigned box, const char *file,
                      struct mail *mail, struct wf_buffer *body)
{
    char path[sizeof gateway->mail_folder + MAIL_FILE_MAX + 8];
    uint8_t *bytes = malloc(MAIL_BYTES_MAX);
    WF_ASSERT(bytes);
    (void)snprintf(path, sizeof path, "%s/%s/%s", gateway->mail_folder, boxes[box], file);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t got = fd >= 0 ? read(fd, bytes, MAIL_BYTES_MAX) : -1;
    if (fd >= 0)
        (void)close(fd);
    if (got >= 0) {
        mail_read((struct wf_bytes){.data = bytes, .length = (size_t)got}, mail, body);
        (void)snprintf(mail->file, sizeof mail->file, "%s", file);
    }
    free(bytes);
    return got >= 0;
}

/* True if the page exists for this visitor; otherwise it has been answered. */
static bool is_served(struct gateway *gateway, const struct wf_http_request *request,
                      struct gateway_frame *frame)
{
    *frame = gateway_public_frame(gateway, request, "Mail that was not sent", "/sandbox/mail");
    if (gateway->sandbox_mail)
        return gateway_admits_operator(gateway, request);
    gateway_send_message(gateway, request->ticket, 404, frame, "There is nothing here",
                         "The address is not one of this service's, or no longer.", NULL);
    return false;
}

static size_t page_of(const struct wf_http_request *request, size_t pages)
{
    size_t page = 1;
    const char *text = request->query;
    if (strncmp(text, "page=", 5) == 0 && strspn(text + 5, "0123456789") == strlen(text + 5) &&
        strlen(text + 5) < 6)
        page = (size_t)strtoul(text + 5, NULL, 10);
    return page < 1 ? 1 : page > pages ? pages : page;
}

void serve_mail_list(void *context, const struct wf_http_request *request,
                     const struct http_params *params)
{
    struct gateway *gateway = context;
    struct gateway_frame frame;
    struct mailbox mailbox = {0};
    struct mail *mails;
    size_t shown = 0;
    (void)params;
    if (!is_served(gateway, request, &frame))
        return;
    for (unsigned box = 0; box < BOXES; box++)
        list_box(gateway, box, &mailbox);
    if (mailbox.count)
        qsort(mailbox.rows, mailbox.count, sizeof *mailbox.rows, newest_first);
    size_t pages = mailbox.count ? (mailbox.count + MAIL_PAGE_ROWS - 1) / MAIL_PAGE_ROWS : 1;
    size_t page = page_of(request, pages);
    mails = calloc(MAIL_PAGE_ROWS, sizeof *mails);
    WF_ASSERT(mails);
    for (size_t i = (page - 1) * MAIL_PAGE_ROWS; i < mailbox.count && shown < MAIL_PAGE_ROWS; i++)
        shown += read_mail(gateway, mailbox.rows[i].box, mailbox.rows[i].file, &mails[shown], NULL);
    gateway_send_html(gateway, request->ticket, 200, "mail_list.html",
                      mail_list_model(mails, shown, page, pages, mailbox.count), &frame);
    free(mails);
    free(mailbox.rows);
}

void serve_mail(void *context, const struct wf_http_request *request,
                const struct http_params *params)
{
    struct gateway *gateway = context;
    struct gateway_frame frame;
    struct mail mail = {0};
    struct wf_buffer body = {0};
    bool found = false;
    if (!is_served(gateway, request, &frame))
        return;
    for (unsigned box = 0; box < BOXES && !found; box++)
        found = mail_file_is_valid(params->values[0]) &&
                read_mail(gateway, box, params->values[0], &mail, &body);
    if (found)
        gateway_send_html(gateway, request->ticket, 200, "mail.html",
                          mail_model(&mail, wf_buffer_bytes(&body)), &frame);
    else
        gateway_send_message(gateway, request->ticket, 404, &frame, "There is no such mail",
                             "It may have been removed since the list was made.", NULL);
    wf_buffer_fini(&body);
}
