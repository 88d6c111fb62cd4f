/* Evidence and facts of an application; SPEC 2.3. */
#include "application_rules.h"

#include <string.h>

static bool same_entry(const struct application_entry *a, const struct application_entry *b)
{
    return a->kind == b->kind && strcmp(a->slug, b->slug) == 0 &&
           strcmp(a->provider, b->provider) == 0 && a->provider_category == b->provider_category &&
           a->provider_age_line == b->provider_age_line && a->level == b->level &&
           a->hours_hundredths == b->hours_hundredths && a->hours_per_week == b->hours_per_week &&
           a->from == b->from && a->until == b->until && a->paid == b->paid &&
           a->group == b->group && a->peer == b->peer && a->about_given == b->about_given;
}

static int32_t find_entry(const struct application_state *state, const char *id)
{
    for (int32_t i = 0; i < state->entry_count; i++) {
        if (strcmp(state->entries[i].id, id) == 0)
            return i;
    }
    return -1;
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
    if (entry->kind == ENTRY_RSC && application_find_reviewer(after, entry->provider) >= 0)
        return application_refuse(APPLICATION_REASON_CONFLICT);
    if (place < 0)
        place = after->entry_count++;
    after->entries[place] = *entry;
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

/* ---- what persons say ---- */

static struct wf_verdict applicant_facts(struct application_work *work)
{
    struct application_state *after = work->after;
    const struct application_facts *facts = &work->event->is.facts;
    bool same = after->member_known && after->member_until == facts->member_until &&
                strcmp(after->region, facts->region) == 0 &&
                strcmp(after->country, facts->country) == 0;
    if (same || strcmp(facts->person, after->registration.person) != 0)
        return wf_ignored();
    after->member_known = true;
    after->member_until = facts->member_until;
    memcpy(after->region, facts->region, sizeof after->region);
    memcpy(after->country, facts->country, sizeof after->country);
    return wf_applied();
}

static struct wf_verdict reviewer_facts(struct application_work *work)
{
    const struct application_facts *facts = &work->event->is.facts;
    int32_t place = application_find_reviewer(work->after, facts->person);
    bool enrolled = facts->enrolled && (facts->enrolled_until == WF_NO_DATE ||
                                        facts->enrolled_until >= application_today(work));
    uint8_t known = enrolled ? 2 : 1;
    if (place < 0 || work->after->reviewers[place].enrolled == known)
        return wf_ignored();
    work->after->reviewers[place].enrolled = known;
    application_tell(work, INTAKE_OUTCOME_REVIEWER_CHECKED, place);
    if (work->after->state == APPLICATION_UNDER_REVIEW)
        application_resolve(work);
    return wf_applied();
}

struct wf_verdict application_rule_person_facts(struct application_work *work)
{
    switch (work->event->is.facts.role) {
    case ROLE_APPLICANT:
        return applicant_facts(work);
    case ROLE_RATER:
        return application_rater_linked(work, work->event->is.facts.person);
    case ROLE_REVIEWER:
        return reviewer_facts(work);
    default:
        return wf_ignored();
    }
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
