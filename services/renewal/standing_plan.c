/* Decisions -> messages to intake and courier, and the registry's entries.  SPEC 4 to 6. */
#include "standing_notes.h"
#include "standing_record.h"
#include "standing_registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- SPEC 4 ---- */

static void report(const struct standing *standing, int32_t index, struct wf_plan *plan)
{
    const struct standing_designation *one = &standing->designations[index];
    char since[WF_DATE_TEXT];
    char due[WF_DATE_TEXT] = "";
    wf_date_format(one->since, since);
    if (one->status == STANDING_IS_ACTIVE)
        wf_date_format(one->due, due);
    Endorse__V1__StandingChanged message = ENDORSE__V1__STANDING_CHANGED__INIT;
    message.association = (char *)standing->association;
    message.person_id = (char *)standing->person;
    message.category = (Endorse__V1__Category)one->category;
    message.age_line = (Endorse__V1__AgeLine)one->age_line;
    message.status = (Endorse__V1__StandingStatus)one->status;
    message.since_on = since;
    message.renewal_due_on = due;
    message.application_id = (char *)one->application;
    wf_plan_send(plan, WF_MESSAGE_STANDING_CHANGED, standing->person, &message.base);
}

static void tell_refusal(const struct standing_service *service, const struct standing *before,
                         const struct standing_event *event, struct wf_verdict verdict,
                         struct wf_plan *plan)
{
    const struct wf_reason *reason = &standing_machine.reasons[verdict.reason];
    if (verdict.step != WF_REFUSED || event->fact_event[0] == '\0')
        return;
    Endorse__V1__StandingFactRefused message = ENDORSE__V1__STANDING_FACT_REFUSED__INIT;
    message.association = (char *)event->association;
    message.type = (char *)event->fact_type;
    message.event_id = (char *)event->fact_event;
    message.portal = (char *)event->fact_portal;
    message.reason = (char *)reason->code;
    message.text = (char *)reason->text;
    struct standing_refusal refusal = {.edition = ""};
    if (standing_refusal_note(&service->policy, before, event, wf_plan_now(plan), &refusal)) {
        message.requirements_json = refusal.requirements;
        message.not_counted_json = refusal.not_counted;
        message.edition = (char *)refusal.edition;
    }
    wf_plan_send(plan, WF_MESSAGE_STANDING_FACT_REFUSED, event->person, &message.base);
    free(refusal.requirements);
    free(refusal.not_counted);
}

/* Takes the text; NULL: nothing is told. */
static void note(const struct standing *standing, const char *about, char *data_json,
                 struct wf_plan *plan)
{
    if (data_json == NULL)
        return;
    Endorse__V1__RenewalNoted message = ENDORSE__V1__RENEWAL_NOTED__INIT;
    message.association = (char *)standing->association;
    message.person_id = (char *)standing->person;
    message.about = (char *)about;
    message.data_json = data_json;
    wf_plan_send(plan, WF_MESSAGE_RENEWAL_NOTED, standing->person, &message.base);
    free(data_json);
}

/* SPEC 2.14: what is held goes on elsewhere as it was earned here. */
static void move_away(const struct standing *before, const struct standing_event *event,
                      uint16_t moves, struct wf_plan *plan)
{
    char target[sizeof event->target + sizeof before->person + 1];
    (void)snprintf(target, sizeof target, "%s~%s", event->target, before->person);
    for (int32_t i = 0; i < before->designation_count; i++) {
        const struct standing_designation *one = &before->designations[i];
        char applied[WF_DATE_TEXT];
        char endorsed[WF_DATE_TEXT];
        if ((moves >> i & 1) == 0)
            continue;
        wf_date_format(one->applied_on, applied);
        wf_date_format(one->endorsed_on, endorsed);
        Endorse__V1__EndorsementGranted message = ENDORSE__V1__ENDORSEMENT_GRANTED__INIT;
        message.association = (char *)event->target;
        message.person_id = (char *)before->person;
        message.category = (Endorse__V1__Category)one->category;
        message.age_line = (Endorse__V1__AgeLine)one->age_line;
        message.application_id = (char *)one->application;
        message.submitted_on = applied;
        message.endorsed_on = endorsed;
        message.edition = (char *)one->edition;
        wf_plan_send(plan, WF_MESSAGE_ENDORSEMENT_GRANTED, target, &message.base);
    }
}

/* ---- SPEC 6 ---- */

enum { ARGUMENTS_MAX = 4 };

struct arguments {
    Endorse__V1__MailArgument rows[ARGUMENTS_MAX];
    Endorse__V1__MailArgument *list[ARGUMENTS_MAX];
    size_t count;
};

static void argument(struct arguments *arguments, const char *name, char *value)
{
    WF_ASSERT(arguments->count < ARGUMENTS_MAX);
    Endorse__V1__MailArgument *row = &arguments->rows[arguments->count];
    endorse__v1__mail_argument__init(row);
    row->name = (char *)name;
    row->value = value;
    arguments->list[arguments->count++] = row;
}

/* Which arguments a template has beside `categories`; NULL: none. */
struct mail_form {
    const char *due, *until;
    bool needs;
};
static const struct mail_form mail_forms[STANDING_MAIL_COUNT] = {
    [STANDING_MAIL_OPENED] = {.due = "due_on", .needs = true},
    [STANDING_MAIL_REMINDER] = {.due = "due_on", .needs = true},
    [STANDING_MAIL_RECEIVED] = {.due = "due_on", .needs = true},
    [STANDING_MAIL_ACCEPTED] = {.due = "next_due_on"},
    [STANDING_MAIL_OVERDUE] = {.due = "due_on", .until = "until_on", .needs = true},
    [STANDING_MAIL_LAPSED] = {.due = "lapsed_on"},
    [STANDING_MAIL_INACTIVE] = {.due = "since_on"},
    [STANDING_MAIL_LEAVE] = {.due = "since_on", .until = "until_on"},
    [STANDING_MAIL_EMERITUS] = {.due = "since_on"},
    [STANDING_MAIL_RETURN] = {.needs = true},
    [STANDING_MAIL_REINSTATED] = {.due = "next_due_on"},
    [STANDING_MAIL_AUDIT] = {.until = "until_on"},
    [STANDING_MAIL_TRANSFERRED] = {.due = "since_on"},
};

static void mail(const struct standing_service *service, const struct standing *standing,
                 const struct standing_mail *mail, unsigned ordinal, struct wf_plan *plan)
{
    static const char *const templates[STANDING_MAIL_COUNT] = {
#define STANDING_X(symbol, name) [STANDING_MAIL_##symbol] = name,
        STANDING_TEMPLATES(STANDING_X)
#undef STANDING_X
    };
    const struct mail_form *form = &mail_forms[mail->template];
    char effect[33];
    char categories[STANDING_WORDS_MAX + 1];
    char needs[STANDING_WORDS_MAX + 1];
    char due[WF_DATE_TEXT];
    char until[WF_DATE_TEXT];
    struct arguments arguments = {.count = 0};
    standing_categories_words(service->book, standing, mail->designations, categories);
    standing_needs_words(mail, needs);
    wf_date_format(mail->due, due);
    wf_date_format(mail->until, until);
    argument(&arguments, "categories", categories);
    if (form->due != NULL)
        argument(&arguments, form->due, due);
    if (form->until != NULL)
        argument(&arguments, form->until, until);
    if (form->needs)
        argument(&arguments, "needs", needs);
    Endorse__V1__MailRequested message = ENDORSE__V1__MAIL_REQUESTED__INIT;
    message.template_name = (char *)templates[mail->template];
    message.to_person_id = (char *)standing->person;
    message.association = (char *)standing->association;
    message.arguments = arguments.list;
    message.n_arguments = arguments.count;
    wf_plan_effect_id(plan, ordinal, effect);
    wf_plan_send(plan, WF_MESSAGE_MAIL_REQUESTED, effect, &message.base);
}

/* ---- SPEC 5 ---- */

static struct wf_bytes bytes_of(const char *text)
{
    return (struct wf_bytes){.data = (const uint8_t *)text, .length = strlen(text)};
}

/* Writes or drops the entry of one designation if it changed; true if it did. */
static bool entry_change(const struct standing *before, const struct standing *after, int32_t index,
                         bool shows_inactive, struct wf_plan *plan)
{
    char member[STANDING_MEMBER_TEXT];
    char old[STANDING_VALUE_TEXT] = "";
    char new[STANDING_VALUE_TEXT] = "";
    bool was = index < before->designation_count &&
               standing_registry_value(before, index, shows_inactive, old);
    bool is = standing_registry_value(after, index, shows_inactive, new);
    if (was == is && strcmp(old, new) == 0)
        return false;
    standing_registry_member(after, index, member);
    struct wf_index entry = {.op = is ? WF_INDEX_HASH_PUT : WF_INDEX_HASH_DROP,
                             .name = bytes_of("registry"),
                             .member = bytes_of(member)};
    if (is)
        entry.value = bytes_of(new);
    wf_plan_index(plan, &entry);
    return true;
}

static void registry_change(const struct wf_policy_book *book, const struct standing *before,
                            const struct standing *after, struct wf_plan *plan)
{
    const struct wf_association *association = wf_policy_association(book, after->association);
    bool shows_inactive = association != NULL && association->shows_inactive;
    bool changed = false;
    for (int32_t i = 0; i < after->designation_count; i++)
        changed |= entry_change(before, after, i, shows_inactive, plan);
    if (!changed)
        return;
    struct wf_index mark = {.op = WF_INDEX_COUNT_UP, .name = bytes_of("registry-mark")};
    wf_plan_index(plan, &mark);
}

int standing_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
                  const void *after, const void *effects, struct wf_plan *plan,
                  struct wf_error *error)
{
    const struct standing_effects *done = effects;
    const struct standing *standing = after;
    (void)error;
    if (verdict.step != WF_APPLIED) {
        tell_refusal(service, before, event, verdict, plan);
        standing_record(plan, &((struct standing_service *)service)->policy, before, event, NULL);
        return 0;
    }
    const struct standing_policy *policy = &((struct standing_service *)service)->policy;
    standing_record(plan, policy, before, event, standing);
    for (int32_t i = 0; i < standing->designation_count; i++) {
        if ((done->reports >> i & 1) != 0)
            report(standing, i, plan);
    }
    move_away(before, event, done->moves, plan);
    note(standing, "judged",
         standing_judged_note(policy, before, event, standing, wf_plan_now(plan)), plan);
    if (done->audit_changed)
        note(standing, "audit", standing_audit_note(standing, done), plan);
    for (int32_t i = 0; i < done->mail_count; i++)
        mail(service, standing, &done->mails[i], (unsigned)i, plan);
    registry_change(((struct standing_service *)service)->book, before, standing, plan);
    if (done->edition[0] != '\0')
        wf_plan_edition(plan, done->edition);
    return 0;
}
