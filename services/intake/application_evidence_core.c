/* Evidence and facts of an application; SPEC 2.3. */
#include "application_rules.h"

#include <string.h>

static bool same_entry(const struct application_entry *a, const struct application_entry *b)
{
    return a->kind == b->kind && strcmp(a->slug, b->slug) == 0 &&
           strcmp(a->provider, b->provider) == 0 && a->provider_category == b->provider_category &&
           a->provider_age_line == b->provider_age_line && a->level == b->level &&
           a->hours_hundredths == b->hours_hundredths && a->hours_per_week == b->hours_per_week &&
           a->families == b->families && a->from == b->from && a->until == b->until &&
           a->paid == b->paid && a->group == b->group && a->peer == b->peer &&
           a->about_given == b->about_given;
}

static int32_t find_entry(const struct application_state *state, const char *id)
{
    for (int32_t i = 0; i < state->entry_count; i++) {
        if (strcmp(state->entries[i].id, id) == 0)
            return i;
    }
    return -1;
}

/* What no portal can mean.  A year of full-time work is the most that one training can have. */
enum { DAY_HUNDREDTHS = 24 * 100, TRAINING_MOST = 2080 * 100 };

static bool has_impossible_hours(const struct application_entry *entry)
{
    if (entry->kind == ENTRY_TRAINING)
        return entry->hours_hundredths > TRAINING_MOST;
    if (entry->kind != ENTRY_RSC || entry->from == WF_NO_DATE || entry->until == WF_NO_DATE)
        return false;
    int64_t days = (int64_t)entry->until - entry->from + 1;
    return entry->hours_hundredths > days * DAY_HUNDREDTHS;
}

static enum application_reason_id doubt_entry(struct application_work *work,
                                              const struct application_entry *entry)
{
    wf_date today = application_today(work);
    bool is_ahead = (entry->from != WF_NO_DATE && entry->from > today) ||
                    (entry->until != WF_NO_DATE && entry->until > today);
    if (entry->from != WF_NO_DATE && entry->until != WF_NO_DATE && entry->until < entry->from)
        return APPLICATION_REASON_PERIOD_REVERSED;
    if (is_ahead)
        return APPLICATION_REASON_DATE_AHEAD;
    if (has_impossible_hours(entry))
        return APPLICATION_REASON_HOURS_IMPOSSIBLE;
    if (strcmp(entry->provider, work->after->registration.person) == 0)
        return APPLICATION_REASON_PROVIDER_IS_APPLICANT;
    if (entry->provider[0] && application_find_reviewer(work->after, entry->provider) >= 0)
        return APPLICATION_REASON_CONFLICT;
    return application_add_provider(work, entry->provider, true);
}

struct wf_verdict application_rule_entry(struct application_work *work)
{
    struct application_state *after = work->after;
    const struct application_entry *entry = &work->event->is.entry;
    int32_t place = find_entry(after, entry->id);
    if (place >= 0 && !after->entries[place].withdrawn)
        return same_entry(&after->entries[place], entry)
                   ? wf_applied()
                   : application_refuse(APPLICATION_REASON_ENTRY_DIFFERS);
    if (place < 0 && after->entry_count == APPLICATION_ENTRIES)
        return application_refuse(APPLICATION_REASON_ENTRIES_FULL);
    enum application_reason_id doubt = doubt_entry(work, entry);
    if (doubt != APPLICATION_REASON_NONE)
        return application_refuse(doubt);
    if (place < 0)
        place = after->entry_count++;
    after->entries[place] = *entry;
    (void)application_add_provider(work, entry->provider, false);
    return wf_applied();
}

struct wf_verdict application_rule_entry_withdrawn(struct application_work *work)
{
    int32_t place = find_entry(work->after, work->event->is.entry.id);
    if (place < 0)
        return application_refuse(APPLICATION_REASON_ENTRY_UNKNOWN);
    work->after->entries[place].withdrawn = true;
    return wf_applied();
}

struct wf_verdict application_rule_transcript(struct application_work *work)
{
    struct application_state *after = work->after;
    const struct application_transcript *transcript = &work->event->is.transcript;
    for (int32_t i = 0; i < after->transcript_count; i++) {
        if (strcmp(after->transcripts[i].entry, transcript->entry) != 0)
            continue;
        after->transcripts[i].official |= transcript->official;
        return wf_applied();
    }
    if (after->transcript_count == APPLICATION_TRANSCRIPTS)
        return application_refuse(APPLICATION_REASON_TRANSCRIPTS_FULL);
    after->transcripts[after->transcript_count++] = *transcript;
    return wf_applied();
}

struct wf_verdict application_rule_fee(struct application_work *work)
{
    struct application_state *after = work->after;
    const struct application_fee *fee = &work->event->is.fee;
    if (fee->kind != FEE_KIND_REGISTRATION && fee->kind != FEE_KIND_PROCESSING)
        return application_refuse(APPLICATION_REASON_FEE_KIND);
    for (int32_t i = 0; i < after->fee_count; i++) {
        const struct application_fee *known = &after->fees[i];
        if (strcmp(known->payment, fee->payment) != 0)
            continue;
        bool same = known->kind == fee->kind && known->amount_minor == fee->amount_minor &&
                    strcmp(known->currency, fee->currency) == 0 && known->paid_on == fee->paid_on;
        return same ? wf_applied() : application_refuse(APPLICATION_REASON_FEE_DIFFERS);
    }
    if (after->fee_count == APPLICATION_FEES)
        return application_refuse(APPLICATION_REASON_FEES_FULL);
    after->fees[after->fee_count++] = *fee;
    return wf_applied();
}

struct wf_verdict application_rule_ethics(struct application_work *work)
{
    const struct application_signature *signature = &work->event->is.signature;
    memcpy(work->after->ethics, signature->version, sizeof work->after->ethics);
    work->after->ethics_on = signature->on == WF_NO_DATE ? application_today(work) : signature->on;
    return wf_applied();
}

struct wf_verdict application_rule_agreement(struct application_work *work)
{
    const struct application_signature *signature = &work->event->is.signature;
    memcpy(work->after->agreement, signature->version, sizeof work->after->agreement);
    work->after->agreement_on =
        signature->on == WF_NO_DATE ? application_today(work) : signature->on;
    return wf_applied();
}

struct wf_verdict application_rule_advisor(struct application_work *work)
{
    const char *advisor = work->event->is.person.id;
    if (strcmp(advisor, work->after->registration.person) == 0 ||
        application_find_reviewer(work->after, advisor) >= 0)
        return application_refuse(APPLICATION_REASON_CONFLICT);
    memcpy(work->after->advisor, advisor, sizeof work->after->advisor);
    return wf_applied();
}

/* A mail that left needs no word; one that cannot reach its person does.  Mail to raters is
 * reference's business and comes as a rating report. */
struct wf_verdict application_rule_mail_reported(struct application_work *work)
{
    if (work->event->is.mail.state == MAIL_IS_SENT)
        return wf_ignored();
    application_tell(work, INTAKE_OUTCOME_MAIL_FAILED, 0);
    return wf_applied();
}
