#include "mail_desk.h"

#include "attempt_reports.h"
#include "mail_message.h"
#include "mail_template.h"
#include "wf_clock.h"
#include "wf_link.h"
#include "wf_log.h"
#include "wf_people.h"
#include "wf_validate.h"

#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Begun later than this, an attempt could end after it is overdue (SPEC 2.4) and the next one be made
 * beside it: then it is better not begun at all. */
#define BEGIN_WITHIN (25 * WF_SECOND)

struct job {
    char id[WF_ID_MAX + 1];
    wf_time since; /* monotonic: given to the desk */
    struct effect effect;
    struct job *next;
};

struct mail_desk {
    struct courier *courier;
    struct job *first, **last;
    unsigned waiting, on_the_way;
};

typedef Endorse__V1__AttemptResult attempt_result;

struct mail_desk *mail_desk_create(struct courier *courier)
{
    struct mail_desk *desk = calloc(1, sizeof *desk);
    WF_ASSERT(desk);
    desk->courier = courier;
    desk->last = &desk->first;
    return desk;
}

/* ---- reports ---- */

static void report(struct mail_desk *desk, const char *id, uint32_t attempt, attempt_result result,
                   const char *detail)
{
    Endorse__V1__MailAttempted payload = ENDORSE__V1__MAIL_ATTEMPTED__INIT;
    payload.attempt = attempt;
    payload.result = result;
    payload.detail = (char *)detail;
    bool accepted = result == ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_ACCEPTED;
    wf_worker_count(desk->courier->worker,
                    accepted ? WF_METRIC_MAILS_ACCEPTED : WF_METRIC_MAILS_FAILED);
    if (!accepted) {
        char word[WF_MAIL_DETAIL];
        (void)snprintf(word, sizeof word, "%s", detail);
        for (char *at = word; *at; at++)
            *at = *at == ' ' ? '_' : *at; /* the log's values hold no spaces */
        wf_log(WF_LOG_EFFECT_FAILED, "effect=%s attempt=%u detail=%s", id, attempt, word);
    }
    attempt_reports_add(desk->courier->reports, WF_MESSAGE_MAIL_ATTEMPTED, "effect", id, attempt,
                        &payload.base);
}

static void answered(void *context, const char *id, uint32_t attempt,
                     const struct wf_mail_answer *answer)
{
    static const attempt_result results[] = {
        [WF_MAIL_ACCEPTED] = ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_ACCEPTED,
        [WF_MAIL_FAILED] = ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_FAILED,
        [WF_MAIL_REJECTED] = ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_REJECTED,
        [WF_MAIL_UNCERTAIN] = ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_UNCERTAIN};
    struct mail_desk *desk = context;
    desk->on_the_way--;
    report(desk, id, attempt, results[answer->result], answer->detail);
}

/* ---- one mail ---- */

static const char *name_or(const struct wf_person_card *card, const char *otherwise)
{
    size_t length = strlen(card->name);
    return length && wf_text_is_clean(card->name, length, WF_NAME_MAX) ? card->name : otherwise;
}

static void make_link(const struct courier *courier, const struct effect_mail *mail, char *url,
                      size_t size)
{
    char token[WF_LINK_TEXT];
    struct wf_link link = {.request = mail->link_request, .generation = mail->link_generation};
    url[0] = '\0';
    if (!mail->link_application[0])
        return;
    memcpy(link.id, mail->link_application, sizeof link.id);
    if (mail->link_purpose == ENDORSE__V1__LINK_PURPOSE__LINK_DESK) {
        wf_link_make(courier->desk_link_key, &link, token);
        (void)snprintf(url, size, "%s/enter/%s", courier->desk_url, token);
        return;
    }
    wf_link_make(courier->link_key, &link, token);
    (void)snprintf(url, size, "%s/rate/%s", courier->public_url, token);
}

static void write_message(const struct courier *courier, const struct job *job,
                          const struct wf_person_card *to, const struct wf_person_card *about,
                          struct wf_buffer *message)
{
    const struct effect_mail *mail = &job->effect.mail;
    const struct mail_template *which = mail_template_find(courier->templates, mail->template_name);
    WF_ASSERT(which); /* was checked on arrival; rows are never taken out of templates.def */
    char url[512], code_url[512];
    make_link(courier, mail, url, sizeof url);
    const struct wf_ethics *code = wf_ethics_of(courier->ethics, mail->association);
    (void)snprintf(code_url, sizeof code_url, "%s/ethics/%s", courier->public_url,
                   mail->association);
    struct mail_value values[EFFECT_ARGUMENTS_MOST + 7] = {
        {"name", name_or(to, "colleague")},
        {"about_name", name_or(about, "the applicant")},
        {"association", mail->association},
        {"link", url},
        {"code-text", code->text},
        {"code-version", code->version},
        {"code-link", code_url},
    };
    size_t count = 7;
    for (uint32_t i = 0; i < mail->argument_count; i++)
        values[count++] = (struct mail_value){mail->arguments[i].name, mail->arguments[i].value};
    struct wf_buffer subject = {0}, body = {0};
    mail_template_render(which, values, count, &subject, &body);
    struct mail_parts parts = {.from = courier->mail_from,
                               .to = to->email,
                               .id = job->id,
                               .domain = courier->mail_domain,
                               .date = job->effect.requested,
                               .subject = wf_buffer_bytes(&subject),
                               .body = wf_buffer_bytes(&body)};
    mail_message_write(&parts, message);
    wf_buffer_fini(&subject);
    wf_buffer_fini(&body);
}

static void send_one(struct mail_desk *desk, const struct job *job, const struct wf_person_card *to,
                     const struct wf_person_card *about)
{
    struct courier *courier = desk->courier;
    char return_path[WF_ID_MAX + 256];
    struct wf_error error = {0};
    uint32_t attempt = job->effect.attempt;
    if (!to->email[0]) {
        report(desk, job->id, attempt, ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_NO_ADDRESS,
               "no address");
        return;
    }
    if (courier->bounce_domain[0])
        (void)snprintf(return_path, sizeof return_path, "%s@%s", job->id, courier->bounce_domain);
    else
        (void)snprintf(return_path, sizeof return_path, "%s", courier->mail_address);
    struct wf_buffer message = {0};
    write_message(courier, job, to, about, &message);
    struct wf_mail mail = {.id = job->id,
                           .attempt = attempt,
                           .return_path = return_path,
                           .to = to->email,
                           .message = wf_buffer_bytes(&message)};
    if (job->effect.possibly_twice)
        wf_worker_count(courier->worker, WF_METRIC_MAILS_REPEATED);
    if (!wf_mailer_send(courier->mailer, &mail, answered, desk, &error))
        desk->on_the_way++;
    else if (error.code == WF_INVALID)
        report(desk, job->id, attempt, ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_REJECTED,
               "address refused");
    else
        report(desk, job->id, attempt, ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_FAILED,
               wf_error_name(error.code));
    wf_buffer_fini(&message);
}

/* ---- many mails ---- */

static int read_cards(struct courier *courier, struct wf_person_card *cards, size_t count,
                      struct wf_error *error)
{
    if (!wf_people_read(courier->people, courier->person_key, cards, count, error))
        return 0;
    if (error->code == WF_AGAIN && !wf_store_reconnect(courier->people, error))
        return wf_people_read(courier->people, courier->person_key, cards, count, error);
    return -1;
}

/* Two cards a job: the recipient's and that of whom it is about. */
static void name_cards(const struct job *job, struct wf_person_card cards[static 2])
{
    const struct effect_mail *mail = &job->effect.mail;
    memset(cards, 0, 2 * sizeof *cards);
    memcpy(cards[0].id, mail->to_person, sizeof cards[0].id);
    memcpy(cards[1].id, mail->about_person[0] ? mail->about_person : mail->to_person,
           sizeof cards[1].id);
}

static void send_batch(struct mail_desk *desk, struct job *const *jobs, size_t count)
{
    struct wf_person_card cards[2 * COURIER_MAILS_AT_ONCE];
    struct wf_error error = {0};
    for (size_t i = 0; i < count; i++)
        name_cards(jobs[i], &cards[2 * i]);
    bool all = !read_cards(desk->courier, cards, 2 * count, &error);
    for (size_t i = 0; i < count; i++) {
        /* One record that does not open must not hold up its neighbours. */
        bool opened = all || (error.code == WF_BROKEN &&
                              !read_cards(desk->courier, &cards[2 * i], 2, &(struct wf_error){0}));
        if (opened)
            send_one(desk, jobs[i], &cards[2 * i], &cards[2 * i + 1]);
        else
            report(desk, jobs[i]->id, jobs[i]->effect.attempt,
                   ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_FAILED, "records not readable");
    }
    explicit_bzero(cards, sizeof cards);
}

static struct job *take_first(struct mail_desk *desk)
{
    struct job *job = desk->first;
    if (!job)
        return NULL;
    desk->first = job->next;
    if (!desk->first)
        desk->last = &desk->first;
    desk->waiting--;
    return job;
}

void mail_desk_add(struct mail_desk *desk, const char *id, const struct effect *effect)
{
    struct wf_clock *clock = wf_worker_clock(desk->courier->worker);
    struct job *job = calloc(1, sizeof *job);
    WF_ASSERT(job && strlen(id) < sizeof job->id);
    memcpy(job->id, id, strlen(id) + 1);
    job->effect = *effect;
    job->since = clock->monotonic(clock);
    *desk->last = job;
    desk->last = &job->next;
    desk->waiting++;
}

/* The oldest are first. */
static void give_up_old(struct mail_desk *desk, wf_time now)
{
    while (desk->first && now - desk->first->since >= BEGIN_WITHIN) {
        struct job *job = take_first(desk);
        report(desk, job->id, job->effect.attempt, ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_FAILED,
               "relay too slow");
        free(job);
    }
}

wf_time mail_desk_turn(struct mail_desk *desk, wf_time now)
{
    wf_time next = wf_mailer_turn(desk->courier->mailer, now);
    give_up_old(desk, now);
    while (desk->first && desk->on_the_way < COURIER_MAILS_AT_ONCE) {
        struct job *jobs[COURIER_MAILS_AT_ONCE];
        size_t count = 0, room = COURIER_MAILS_AT_ONCE - desk->on_the_way;
        while (count < room && desk->first)
            jobs[count++] = take_first(desk);
        send_batch(desk, jobs, count);
        for (size_t i = 0; i < count; i++)
            free(jobs[i]);
        next = now; /* what was begun wants to be driven */
    }
    wf_time oldest = desk->first ? desk->first->since + BEGIN_WITHIN : WF_NEVER;
    return next < oldest ? next : oldest;
}

unsigned mail_desk_in_hand(const struct mail_desk *desk)
{
    return desk->waiting + desk->on_the_way;
}

void mail_desk_destroy(struct mail_desk **desk)
{
    if (!*desk)
        return;
    for (struct job *job = take_first(*desk); job; job = take_first(*desk))
        free(job);
    free(*desk);
    *desk = NULL;
}
