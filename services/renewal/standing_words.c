/* Sentences and lists for people.  References only: the courier puts the name in. */
#include "standing_registry.h"
#include "standing_service.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- lists that must not grow beyond an argument ---- */

struct list {
    char *text;
    size_t used;
    bool full;
};

/* Adds ", part" as long as "..." still fits behind. */
static void list_add(struct list *list, const char *part)
{
    static const char more[] = ", ...";
    const char *separator = list->used > 0 ? ", " : "";
    size_t length = strlen(separator) + strlen(part);
    if (list->full)
        return;
    if (list->used + length + sizeof more - 1 > STANDING_WORDS_MAX) {
        memcpy(list->text + list->used, more, sizeof more);
        list->full = true;
        return;
    }
    (void)snprintf(list->text + list->used, STANDING_WORDS_MAX + 1 - list->used, "%s%s", separator,
                   part);
    list->used += length;
}

static const char *label_of(const struct wf_policy_book *book, const struct standing *standing,
                            const struct standing_designation *designation)
{
    const struct wf_association *association = wf_policy_association(book, standing->association);
    const char *label = "";
    if (association != NULL)
        label = wf_policy_edition(association, designation->since)
                    ->categories[designation->category]
                    .label;
    return label[0] != '\0' ? label : standing_category_code(designation->category);
}

void standing_categories_words(const struct wf_policy_book *book, const struct standing *standing,
                               uint16_t designations, char words[static STANDING_WORDS_MAX + 1])
{
    struct list list = {.text = words};
    words[0] = '\0';
    for (int32_t i = 0; i < standing->designation_count; i++) {
        const struct standing_designation *designation = &standing->designations[i];
        char part[96];
        if ((designations >> i & 1) == 0)
            continue;
        (void)snprintf(part, sizeof part, "%s (%s-E)", label_of(book, standing, designation),
                       standing_age_line_code(designation->age_line));
        list_add(&list, part);
    }
}

void standing_needs_words(const struct standing_mail *mail,
                          char words[static STANDING_WORDS_MAX + 1])
{
    struct list list = {.text = words};
    char part[64];
    char through[WF_DATE_TEXT];
    words[0] = '\0';
    if ((mail->missing & WF_NEED_SUBMISSION) != 0)
        list_add(&list, "the renewal form");
    if ((mail->missing & WF_NEED_ETHICS) != 0)
        list_add(&list, "the code of ethics, signed again");
    if ((mail->missing & WF_NEED_NO_SANCTION) != 0)
        list_add(&list, "the word that no sanction is in force");
    if ((mail->missing & WF_NEED_AUDIT) != 0)
        list_add(&list, "the audit, satisfied");
    if ((mail->missing & WF_NEED_TRAINING) != 0) {
        (void)snprintf(part, sizeof part, "%d.%02d more training hours",
                       (int)(mail->training_missing / 100), (int)(mail->training_missing % 100));
        list_add(&list, part);
    }
    if ((mail->missing & WF_NEED_RSC) != 0)
        list_add(&list, "an entry that names who gives the reflective supervision");
    if ((mail->missing & WF_NEED_FEE) != 0) {
        (void)snprintf(part, sizeof part, "the fee of %s %lld.%02lld", mail->currency,
                       (long long)(mail->fee_missing_minor / 100),
                       (long long)(mail->fee_missing_minor % 100));
        list_add(&list, part);
    }
    if ((mail->missing & WF_NEED_MEMBERSHIP) != 0) {
        wf_date_format(mail->member_through, through);
        (void)snprintf(part, sizeof part, "a membership through %s", through);
        list_add(&list, part);
    }
    if (list.used == 0)
        list_add(&list, "nothing");
}

/* ---- the story ---- */

void standing_describe(const void *event, char *text, size_t size)
{
    static const char *const sentences[STANDING_EVENT_COUNT] = {
#define STANDING_EVENT(symbol, sentence) [STANDING_ON_##symbol] = sentence,
#include "standing_events.def"
#undef STANDING_EVENT
    };
    const struct standing_event *standing = event;
    bool one = standing->kind == STANDING_ON_GRANTED || standing->kind == STANDING_ON_SUBMITTED;
    if (one)
        (void)snprintf(text, size, "%s: %s %s", sentences[standing->kind],
                       standing_category_code(standing->category),
                       standing_age_line_code(standing->age_line));
    else
        (void)snprintf(text, size, "%s", sentences[standing->kind]);
}

static void waiting_open(const struct standing_policy *policy, const struct standing *standing,
                         wf_date today, char *text, size_t size)
{
    const struct wf_association *association =
        wf_policy_association(policy->book, standing->association);
    const struct wf_edition *edition = standing_edition(association, standing->cycle_due);
    wf_date end = wf_policy_grace_end(edition, standing->cycle_due);
    struct standing_mail lacks = {.member_through = standing->cycle_due};
    char due[WF_DATE_TEXT];
    char last[WF_DATE_TEXT];
    char needs[STANDING_WORDS_MAX + 1];
    for (int32_t i = 0; i < standing->designation_count; i++) {
        int64_t owed = 0;
        lacks.missing =
            (uint16_t)(lacks.missing | standing_missing(policy, standing, i, today, &owed));
        if (owed > lacks.fee_missing_minor)
            lacks.fee_missing_minor = owed;
    }
    memcpy(lacks.currency, edition->currency, sizeof lacks.currency);
    wf_date_format(standing->cycle_due, due);
    wf_date_format(end, last);
    standing_needs_words(&lacks, needs);
    (void)snprintf(text, size,
                   "The renewal due %s lacks %s; without it the name leaves the registry after %s.",
                   due, needs, last);
}

void standing_waiting(const void *policy, const void *state, char *text, size_t size)
{
    const struct standing_policy *rules = policy;
    const struct standing *standing = state;
    wf_time next = standing_next_deadline(policy, state);
    char due[WF_DATE_TEXT];
    char opens[WF_TIME_TEXT];
    static const char *const waits[STANDING_STATE_COUNT] = {
#define STANDING_STATE(symbol, name, its_waits) [STANDING_##symbol] = its_waits,
#include "standing_states.def"
#undef STANDING_STATE
    };
    if (next == WF_NEVER) {
        (void)snprintf(text, size, "%s: waits for %s, without a deadline.",
                       standing_phase_name(standing->phase), waits[standing->phase]);
        return;
    }
    if (standing->phase == STANDING_LEAVE) {
        wf_date_format(standing->leave_until, due);
        (void)snprintf(text, size,
                       "On leave until %s; without a return by then the endorsement lapses.", due);
        return;
    }
    if (standing->phase == STANDING_CURRENT) {
        wf_date_format(standing->cycle_due, due);
        wf_time_format(next, opens);
        (void)snprintf(text, size, "The renewal due %s opens at %s; nothing is needed before.", due,
                       opens);
        return;
    }
    /* The day of the next deadline is the latest that this can be asked for without a clock. */
    wf_date today =
        standing->phase == STANDING_GRACE ? standing->cycle_due + 1 : standing->cycle_due;
    waiting_open(rules, standing, today, text, size);
}

/* ---- the head, for operations ---- */

static json_t *date_json(wf_date date)
{
    char text[WF_DATE_TEXT];
    if (date == 0)
        return json_null();
    wf_date_format(date, text);
    return json_string(text);
}

static json_t *designation_json(const struct standing_designation *designation)
{
    static const char *const statuses[] = {
        [STANDING_IS_NOTHING] = "none",          [STANDING_IS_ACTIVE] = "active",
        [STANDING_IS_LAPSED] = "lapsed",         [STANDING_IS_ON_LEAVE] = "on leave",
        [STANDING_IS_SANCTIONED] = "sanctioned", [STANDING_IS_ARCHIVED] = "archived",
        [STANDING_IS_EMERITUS] = "emeritus",     [STANDING_IS_ERASED] = "erased"};
    return json_pack("{s:s s:s s:s s:o s:o s:o s:o s:s s:s}", "category",
                     standing_category_code(designation->category), "ageLine",
                     standing_age_line_code(designation->age_line), "status",
                     statuses[designation->status], "since", date_json(designation->since), "due",
                     date_json(designation->due), "endorsed", date_json(designation->endorsed_on),
                     "renewalSubmitted", date_json(designation->renewal_on), "application",
                     designation->application, "edition", designation->edition);
}

void standing_show(const void *state, struct wf_buffer *json)
{
    const struct standing *standing = state;
    json_t *designations = json_array();
    for (int32_t i = 0; i < standing->designation_count; i++)
        (void)json_array_append_new(designations, designation_json(&standing->designations[i]));
    json_t *head =
        json_pack("{s:s s:s s:s s:o s:o s:o s:i s:i s:o}", "association", standing->association,
                  "person", standing->person, "state", standing_phase_name(standing->phase), "due",
                  date_json(standing->cycle_due), "memberUntil", date_json(standing->member_until),
                  "ethicsSigned", date_json(standing->ethics_on), "reminders", standing->reminders,
                  "payments", standing->payment_count, "designations", designations);
    char *text = json_dumps(head, JSON_COMPACT);
    WF_ASSERT(text != NULL);
    wf_buffer_text(json, text);
    free(text);
    json_decref(head);
}
