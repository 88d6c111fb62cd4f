#include "curl_mailer.h"

#include "curl_engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct curl_mailer {
    struct wf_mailer port;
    struct curl_engine *engine;
    char *url, *user, *password;
    enum curl_mailer_tls tls;
    wf_time connect_timeout, timeout;
};

/* How far the dialogue has come: a 5xx is about the recipient only once one was named. */
enum stage { BEFORE_MAIL, SENDER_NAMED, RECIPIENT_NAMED };

/* The polite end after a failure: its "221" must not hide what went wrong. */
static bool is_quit(const char *data, size_t size)
{
    return size >= 4 && memcmp(data, "QUIT", 4) == 0;
}

struct transfer {
    struct curl_transfer base;
    char id[65];
    uint32_t attempt;
    struct wf_buffer message;
    size_t given;
    bool all_given;
    enum stage stage;
    bool is_quitting;
    int code;          /* of the last reply before quitting */
    char enhanced[10]; /* its "5.1.1", if it had one */
    struct curl_slist *recipients;
    wf_mail_done_f *done;
    void *context;
};

static void transfer_free(struct curl_transfer *base)
{
    struct transfer *transfer = (struct transfer *)base;
    curl_easy_cleanup(base->easy);
    curl_slist_free_all(transfer->recipients);
    wf_buffer_fini(&transfer->message);
    free(transfer);
}

static size_t give_message(char *buffer, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t left = transfer->message.length - transfer->given, room = size * count;
    size_t length = left < room ? left : room;
    memcpy(buffer, transfer->message.data + transfer->given, length);
    transfer->given += length;
    /* Not when libcurl asks in vain: it knows the length and may not ask again. */
    transfer->all_given = transfer->given == transfer->message.length;
    return length;
}

/* Every line of the server: "550 5.1.1 no such person".  The words are not kept. */
static size_t take_reply(char *line, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t length = size * count;
    char head[16] = "";
    unsigned class, subject, detail;
    if (transfer->is_quitting)
        return length;
    memcpy(head, line, length < sizeof head - 1 ? length : sizeof head - 1);
    if (sscanf(head, "%3d", &transfer->code) != 1)
        transfer->code = 0;
    transfer->enhanced[0] = '\0';
    if (strlen(head) > 4 && sscanf(head + 4, "%1u.%2u.%2u", &class, &subject, &detail) == 3)
        (void)snprintf(transfer->enhanced, sizeof transfer->enhanced, "%u.%u.%u", class, subject,
                       detail);
    return length;
}

static int follow_dialogue(CURL *easy, curl_infotype type, char *data, size_t size, void *context)
{
    (void)easy;
    struct transfer *transfer = context;
    if (type != CURLINFO_HEADER_OUT)
        return 0;
    if (size >= 4 && memcmp(data, "MAIL", 4) == 0)
        transfer->stage = SENDER_NAMED;
    else if (size >= 4 && memcmp(data, "RCPT", 4) == 0)
        transfer->stage = RECIPIENT_NAMED;
    transfer->is_quitting = transfer->is_quitting || is_quit(data, size);
    return 0;
}

static enum wf_mail_result judge(const struct transfer *transfer, CURLcode code)
{
    if (code == CURLE_OK)
        return WF_MAIL_ACCEPTED;
    bool answered = transfer->code >= 400 && transfer->code <= 599;
    if (transfer->all_given && !answered)
        return WF_MAIL_UNCERTAIN;
    if (transfer->stage == RECIPIENT_NAMED && answered && transfer->code >= 500)
        return WF_MAIL_REJECTED;
    return WF_MAIL_FAILED;
}

static void transfer_done(struct curl_transfer *base, CURLcode code)
{
    struct transfer *transfer = (struct transfer *)base;
    struct wf_mail_answer answer = {.result = judge(transfer, code)};
    bool answered = code == CURLE_OK || (transfer->code >= 400 && transfer->code <= 599);
    if (answered)
        (void)snprintf(answer.detail, sizeof answer.detail, "%d%s%s", transfer->code % 1000,
                       transfer->enhanced[0] ? " " : "", transfer->enhanced);
    else
        (void)snprintf(answer.detail, sizeof answer.detail, "%s", curl_engine_word(code));
    transfer->done(transfer->context, transfer->id, transfer->attempt, &answer);
    transfer_free(base);
}

static void set_up(struct curl_mailer *mailer, struct transfer *transfer,
                   const struct wf_mail *mail)
{
    static const long tls[] = {[CURL_MAILER_TLS_NEVER] = CURLUSESSL_NONE,
                               [CURL_MAILER_TLS_OFFERED] = CURLUSESSL_TRY,
                               [CURL_MAILER_TLS_ALWAYS] = CURLUSESSL_ALL};
    CURL *easy = transfer->base.easy;
    curl_easy_setopt(easy, CURLOPT_URL, mailer->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_USE_SSL, tls[mailer->tls]);
    if (mailer->user[0]) {
        curl_easy_setopt(easy, CURLOPT_USERNAME, mailer->user);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, mailer->password);
    }
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)mailer->connect_timeout);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)mailer->timeout);
    /* A relay closes idle connections after a while; an old one is not worth the failure. */
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, 15L);
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, mail->return_path);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, transfer->recipients);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)mail->message.length);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_message);
    curl_easy_setopt(easy, CURLOPT_READDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_reply);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_reply);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, follow_dialogue);
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
}

static int send_mail(struct wf_mailer *port, const struct wf_mail *mail, wf_mail_done_f *done,
                     void *context, struct wf_error *error)
{
    struct curl_mailer *mailer = (struct curl_mailer *)port;
    if (!wf_mail_address_is_safe(mail->to) || !wf_mail_address_is_safe(mail->return_path))
        return wf_fail(error, WF_INVALID, "mail %s: an address is none that SMTP can take",
                       mail->id);
    struct transfer *transfer = calloc(1, sizeof *transfer);
    WF_ASSERT(transfer);
    transfer->base.easy = curl_easy_init();
    transfer->base.done = transfer_done;
    transfer->base.drop = transfer_free;
    transfer->recipients = curl_slist_append(NULL, mail->to);
    WF_ASSERT(transfer->base.easy && transfer->recipients);
    (void)snprintf(transfer->id, sizeof transfer->id, "%s", mail->id);
    transfer->attempt = mail->attempt;
    transfer->done = done;
    transfer->context = context;
    wf_buffer_append(&transfer->message, mail->message.data, mail->message.length);
    set_up(mailer, transfer, mail);
    if (!curl_engine_begin(mailer->engine, &transfer->base, error))
        return 0;
    transfer_free(&transfer->base);
    return -1;
}

static wf_time turn(struct wf_mailer *port, wf_time now)
{
    return curl_engine_turn(((struct curl_mailer *)port)->engine, now);
}

static void destroy(struct wf_mailer **port)
{
    struct curl_mailer *mailer = (struct curl_mailer *)*port;
    *port = NULL;
    curl_engine_destroy(&mailer->engine);
    free(mailer->url);
    free(mailer->user);
    free(mailer->password);
    free(mailer);
}

static char *copy_of(const char *text)
{
    char *copy = strdup(text ? text : "");
    WF_ASSERT(copy);
    return copy;
}

int curl_mailer_create(struct wf_mailer **mailer_at, struct wf_bus *bus,
                       const struct curl_mailer_settings *settings, struct wf_error *error)
{
    static const struct wf_mailer_ops ops = {.send = send_mail, .turn = turn, .destroy = destroy};
    if (strncmp(settings->url, "smtp://", 7) != 0 && strncmp(settings->url, "smtps://", 8) != 0)
        return wf_fail(error, WF_CONFIG, "smtp_url must begin with smtp:// or smtps://");
    struct curl_mailer *mailer = calloc(1, sizeof *mailer);
    WF_ASSERT(mailer);
    mailer->port.ops = &ops;
    mailer->engine = curl_engine_create(bus, settings->most, settings->most);
    mailer->url = copy_of(settings->url);
    mailer->user = copy_of(settings->user);
    mailer->password = copy_of(settings->password);
    mailer->tls = settings->tls;
    mailer->connect_timeout = settings->connect_timeout;
    mailer->timeout = settings->timeout;
    *mailer_at = &mailer->port;
    return 0;
}
