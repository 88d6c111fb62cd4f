/* Which requirements are met: who she is, signatures, fees, transcripts, training; SPEC 4. */
#include "requirements_rules.h"

#include <string.h>

const struct requirement_row *requirement_row(enum requirement_id id)
{
    static const struct requirement_row rows[REQUIREMENT_COUNT] = {
#define REQUIREMENT(symbol, its_code, its_unit, its_of, its_scope, its_key, its_text)              \
    [REQUIREMENT_##symbol] = {.code = its_code,                                                    \
                              .unit = its_unit,                                                    \
                              .of = REQUIREMENT_OF_##its_of,                                       \
                              .scope = REQUIREMENT_SCOPE_##its_scope,                              \
                              .key = its_key,                                                      \
                              .text = its_text},
#include "requirements.def"
#undef REQUIREMENT
    };
    return &rows[id];
}

const struct requirement_doubt_row *requirement_doubt_row(enum requirement_doubt_id id)
{
    static const struct requirement_doubt_row rows[REQUIREMENT_DOUBT_COUNT] = {
#define REQUIREMENT_DOUBT(symbol, its_code, its_scope, its_key, its_text)                          \
    [REQUIREMENT_DOUBT_##symbol] = {.code = its_code,                                              \
                                    .scope = REQUIREMENT_SCOPE_##its_scope,                        \
                                    .key = its_key,                                                \
                                    .text = its_text},
#include "requirement_doubts.def"
#undef REQUIREMENT_DOUBT
    };
    return &rows[id];
}

bool requirement_set_has(const struct requirement_set *set, int32_t place)
{
    return place >= 0 && place < APPLICATION_ENTRIES && (set->bits[place / 8] >> place % 8 & 1);
}

/* ---- what the files share ---- */

struct requirement_result *judging_add(struct judging *judging, enum requirement_id id,
                                       int64_t needed, int64_t have)
{
    struct requirement_result *result = &judging->list->results[judging->list->count++];
    *result = (struct requirement_result){
        .id = id, .needed = needed, .have = have, .met = have >= needed};
    return result;
}

void judging_count(struct requirement_result *result, int32_t place)
{
    result->items += !requirement_set_has(&result->by, place);
    result->by.bits[place / 8] = (uint8_t)(result->by.bits[place / 8] | 1u << place % 8);
}

void judging_doubt(struct judging *judging, enum requirement_of of, int32_t place,
                   enum requirement_doubt_id why, const struct wf_edition *edition)
{
    struct requirement_list *list = judging->list;
    for (int32_t i = 0; i < list->doubt_count; i++) {
        if (list->doubts[i].of == of && list->doubts[i].place == place)
            return;
    }
    struct requirement_doubt *doubt = &list->doubts[list->doubt_count++];
    *doubt = (struct requirement_doubt){.of = of, .place = place, .why = why};
    edition = edition ? edition : judging->rules->edition;
    memcpy(doubt->edition, edition->name, sizeof doubt->edition);
}

bool judging_takes(const struct judging *judging, const struct application_entry *entry,
                   enum application_entry_kind kind)
{
    return entry->kind == kind && !entry->withdrawn &&
           (entry->until == WF_NO_DATE || entry->until <= judging->rules->on);
}

/* What lies ahead is told apart from what is worth nothing. */
static void doubt_what_is_ahead(struct judging *judging)
{
    for (int32_t i = 0; i < judging->state->entry_count; i++) {
        const struct application_entry *entry = &judging->state->entries[i];
        wf_date first = entry->kind == ENTRY_WORK ? entry->from : entry->until;
        if (!entry->withdrawn && first != WF_NO_DATE && first > judging->rules->on)
            judging_doubt(judging, REQUIREMENT_OF_ENTRIES, i, REQUIREMENT_DOUBT_AHEAD, NULL);
    }
}

/* ---- standing of the applicant, signatures, fees ---- */

static void judge_residence(struct judging *judging)
{
    const struct requirement_case *rules = judging->rules;
    const char *region = judging->state->region;
    bool here = wf_policy_is_resident(rules->book, rules->association, region);
    struct requirement_result *result = judging_add(judging, REQUIREMENT_RESIDENCE, 1, here);
    const struct wf_association *other = wf_policy_association_of_region(rules->book, region);
    if (!here && region[0] && other)
        memcpy(result->elsewhere, other->id, sizeof result->elsewhere);
}

static bool holds(const struct judging *judging, const char *association, uint16_t categories)
{
    const struct application_registration *registration = &judging->state->registration;
    struct application_asked asked = {.person = registration->person,
                                      .association = association,
                                      .categories = categories,
                                      .age_line = registration->age_line,
                                      .from = judging->rules->on,
                                      .until = judging->rules->on};
    return application_was_endorsed(judging->state, &asked);
}

/* Who she is to the association, before anything that she shows. */
static void judge_applicant(struct judging *judging)
{
    const struct requirement_case *rules = judging->rules;
    const struct application_state *state = judging->state;
    const char *from = state->registration.transfer_from;
    bool member = state->member_until != WF_NO_DATE && state->member_until >= rules->on;
    uint16_t base = judging_category(judging)->holds_one_of;
    if (rules->edition->membership_required)
        judging_add(judging, REQUIREMENT_MEMBERSHIP, 1, state->member_known && member);
    if (rules->edition->residents_only)
        judge_residence(judging);
    if (from[0])
        judging_add(judging, REQUIREMENT_TRANSFER, 1,
                    holds(judging, from, (uint16_t)(1u << rules->category)));
    if (!rules->edition->simultaneous_categories)
        judging_add(judging, REQUIREMENT_ONE_AT_A_TIME, 1, !state->earlier[0]);
    if (base && !from[0])
        judging_add(judging, REQUIREMENT_HOLDS, 1, holds(judging, NULL, base));
}

static void judge_signatures(struct judging *judging)
{
    const struct requirement_case *rules = judging->rules;
    const struct application_state *state = judging->state;
    bool ethics = state->ethics_on != WF_NO_DATE && state->ethics_on <= rules->on;
    bool agreement = state->agreement_on != WF_NO_DATE && state->agreement_on <= rules->on;
    if (rules->edition->register_lead_days > 0 && !state->registration.transfer_from[0])
        judging_add(judging, REQUIREMENT_REGISTER_LEAD, rules->edition->register_lead_days,
                    rules->on - state->registration.on);
    if (rules->edition->code_of_ethics)
        judging_add(judging, REQUIREMENT_ETHICS, 1, ethics);
    if (rules->edition->agreement)
        judging_add(judging, REQUIREMENT_AGREEMENT, 1, agreement);
}

static void judge_fee(struct judging *judging, enum requirement_id id, int32_t kind, int64_t needed)
{
    if (needed <= 0)
        return;
    struct requirement_result *result = judging_add(judging, id, needed, 0);
    for (int32_t i = 0; i < judging->state->fee_count; i++) {
        const struct application_fee *fee = &judging->state->fees[i];
        if (fee->kind != kind || strcmp(fee->currency, judging->rules->edition->currency) != 0)
            continue;
        result->have += fee->amount_minor;
        judging_count(result, i);
    }
    result->met = result->have >= needed;
}

/* ---- transcripts ---- */

static bool has_transcript(const struct judging *judging, const char *entry_id)
{
    const struct application_state *state = judging->state;
    for (int32_t i = 0; i < state->transcript_count; i++) {
        if (strcmp(state->transcripts[i].entry, entry_id) == 0)
            return state->transcripts[i].official || !judging->rules->edition->transcripts_official;
    }
    return false;
}

static void judge_transcripts(struct judging *judging)
{
    if (!judging->rules->edition->transcripts)
        return;
    struct requirement_result *result = judging_add(judging, REQUIREMENT_TRANSCRIPTS, 0, 0);
    for (int32_t i = 0; i < judging->state->entry_count; i++) {
        const struct application_entry *entry = &judging->state->entries[i];
        if (!judging_takes(judging, entry, ENTRY_EDUCATION))
            continue;
        result->needed++;
        if (has_transcript(judging, entry->id))
            judging_count(result, i);
    }
    result->have = result->items;
    result->met = result->have >= result->needed;
}

/* ---- training ---- */

static void judge_training(struct judging *judging, enum requirement_id id, int32_t topic,
                           int64_t needed)
{
    if (needed <= 0)
        return;
    struct requirement_result *result = judging_add(judging, id, needed, 0);
    for (int32_t i = 0; i < judging->state->entry_count; i++) {
        const struct application_entry *entry = &judging->state->entries[i];
        if (!judging_takes(judging, entry, ENTRY_TRAINING) || (topic != 0 && entry->level != topic))
            continue;
        result->have += entry->hours_hundredths;
        judging_count(result, i);
    }
    result->met = result->have >= needed;
}

/* ---- the whole ---- */

void requirements_judge(const struct requirement_case *rules, const struct application_state *state,
                        struct requirement_list *list)
{
    struct judging judging = {.rules = rules, .state = state, .list = list};
    const struct wf_category_policy *category = judging_category(&judging);
    *list =
        (struct requirement_list){.category = rules->category, .on = rules->on, .at = rules->at};
    memcpy(list->edition, rules->edition->name, sizeof list->edition);
    doubt_what_is_ahead(&judging);
    judge_applicant(&judging);
    judge_signatures(&judging);
    if (state->registration.transfer_from[0])
        return; /* the other association has judged the rest */
    judge_fee(&judging, REQUIREMENT_REGISTRATION_FEE, FEE_KIND_REGISTRATION,
              category->registration_fee_minor);
    judge_fee(&judging, REQUIREMENT_PROCESSING_FEE, FEE_KIND_PROCESSING,
              category->processing_fee_minor);
    judge_background(&judging);
    judge_transcripts(&judging);
    judge_training(&judging, REQUIREMENT_TRAINING, 0, category->training_hundredths);
    judge_training(&judging, REQUIREMENT_TRAINING_DEI, TOPIC_DEI,
                   category->training_dei_hundredths);
    judge_training(&judging, REQUIREMENT_TRAINING_RSC, TOPIC_GIVING_RSC,
                   category->training_rsc_hundredths);
    judge_rsc(&judging);
    judge_ratings(&judging);
}

/* Which part of an emerging endorsement a requirement is; 0: none may lack it. */
static uint16_t emerging_part(enum requirement_id id)
{
    static const struct {
        enum requirement_id id;
        uint16_t part;
    } parts[] = {{REQUIREMENT_TRAINING, WF_EMERGING_TRAINING},
                 {REQUIREMENT_TRAINING_DEI, WF_EMERGING_TRAINING},
                 {REQUIREMENT_TRAINING_RSC, WF_EMERGING_TRAINING_RSC},
                 {REQUIREMENT_RSC, WF_EMERGING_RSC},
                 {REQUIREMENT_RSC_ABOUT_GIVEN, WF_EMERGING_RSC},
                 {REQUIREMENT_RSC_MONTHS, WF_EMERGING_RSC},
                 {REQUIREMENT_RSC_PROVIDERS, WF_EMERGING_RSC},
                 {REQUIREMENT_RSC_GIVEN, WF_EMERGING_RSC_GIVEN},
                 {REQUIREMENT_LEADERSHIP, WF_EMERGING_LEADERSHIP},
                 {REQUIREMENT_WORK, WF_EMERGING_WORK},
                 {REQUIREMENT_RATINGS, WF_EMERGING_RATINGS},
                 {REQUIREMENT_RATER_ROLE, WF_EMERGING_RATINGS},
                 {REQUIREMENT_ENDORSED_RATERS, WF_EMERGING_RATINGS}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].id == id)
            return parts[i].part;
    }
    return 0;
}

bool requirements_met_but(const struct requirement_list *list, uint16_t may_lack)
{
    for (int32_t i = 0; i < list->count; i++) {
        if (!list->results[i].met && !(emerging_part(list->results[i].id) & may_lack))
            return false;
    }
    return true;
}

bool requirements_met(const struct requirement_list *list)
{
    for (int32_t i = 0; i < list->count; i++) {
        if (!list->results[i].met)
            return false;
    }
    return true;
}
