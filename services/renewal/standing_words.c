/* Sentences and lists for people.  References only: the courier puts the name in. */
#include "standing_registry.h"
#include "standing_service.h"

#include <inttypes.h>
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

static void form_words(const struct standing_mail *mail, struct list *list)
{
    char part[128];
    const char *separator = mail->form_training > 0 && mail->form_rsc > 0 ? " and " : "";
    char training[40] = "";
    char rsc[48] = "";
    if (mail->form_training > 0)
        (void)snprintf(training, sizeof training, "%d.%02d h of training",
                       (int)(mail->form_training / 100), (int)(mail->form_training % 100));
    if (mail->form_rsc > 0)
        (void)snprintf(rsc, sizeof rsc, "%d.%02d h of supervision", (int)(mail->form_rsc / 100),
                       (int)(mail->form_rsc % 100));
    (void)snprintf(part, sizeof part, "the renewal form%s%s%s%s",
                   training[0] != '\0' || rsc[0] != '\0' ? " with " : "", training, separator, rsc);
    list_add(list, part);
}

void standing_needs_words(const struct standing_mail *mail,
                          char words[static STANDING_WORDS_MAX + 1])
{
    struct list list = {.text = words};
    char part[64];
    char through[WF_DATE_TEXT];
    words[0] = '\0';
    if ((mail->missing & WF_NEED_SUBMISSION) != 0)
        form_words(mail, &list);
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

static json_t *audit_json(const struct standing *standing)
{
    static const char *const states[] = {[STANDING_AUDIT_NONE] = "none",
                                         [STANDING_AUDIT_NEXT] = "next renewal",
                                         [STANDING_AUDIT_ASKED] = "asked",
                                         [STANDING_AUDIT_FAILED] = "failed"};
    char seed[17] = "";
    if (standing->audit_seed != 0)
        (void)snprintf(seed, sizeof seed, "%016" PRIx64, standing->audit_seed);
    return json_pack("{s:s s:o s:s}", "state", states[standing->audit], "until",
                     date_json(standing->audit_until), "seed", seed);
}

void standing_show(const void *state, struct wf_buffer *json)
{
    const struct standing *standing = state;
    json_t *designations = json_array();
    for (int32_t i = 0; i < standing->designation_count; i++)
        (void)json_array_append_new(designations, designation_json(&standing->designations[i]));
    json_t *head = json_pack(
        "{s:s s:s s:s s:o s:o s:o s:o s:o s:i s:i s:i s:o s:o}", "association",
        standing->association, "person", standing->person, "state",
        standing_phase_name(standing->phase), "since", date_json(standing->phase_since), "due",
        date_json(standing->cycle_due), "memberUntil", date_json(standing->member_until),
        "ethicsSigned", date_json(standing->ethics_on), "noSanctionAttested",
        date_json(standing->no_sanction_on), "reminders", standing->reminders, "payments",
        standing->payment_count, "hours", standing->activity_count, "audit", audit_json(standing),
        "designations", designations);
    char *text = json_dumps(head, JSON_COMPACT);
    WF_ASSERT(text != NULL);
    wf_buffer_text(json, text);
    free(text);
    json_decref(head);
}
