/* Which requirements are met: signatures, fees, education, work, training; SPEC 4. */
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

static void judge_signatures(struct judging *judging)
{
    const struct requirement_case *rules = judging->rules;
    const struct application_state *state = judging->state;
    bool member = state->member_until != WF_NO_DATE && state->member_until >= rules->on;
    bool ethics = state->ethics_on != WF_NO_DATE && state->ethics_on <= rules->on;
    bool agreement = state->agreement_on != WF_NO_DATE && state->agreement_on <= rules->on;
    if (rules->edition->membership_required)
        judging_add(judging, REQUIREMENT_MEMBERSHIP, 1, state->member_known && member);
    if (rules->edition->register_lead_days > 0)
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

/* ---- education and work ---- */

static void count_degrees(const struct judging *judging, struct requirement_result *result)
{
    for (int32_t i = 0; i < judging->state->entry_count; i++) {
        const struct application_entry *entry = &judging->state->entries[i];
        if (judging_takes(judging, entry, ENTRY_EDUCATION) && entry->level < EDUCATION_LEVELS &&
            (judging_category(judging)->education_levels >> entry->level & 1))
            judging_count(result, i);
    }
}

static wf_date end_of_work(const struct application_entry *entry, wf_date on)
{
    return entry->until == WF_NO_DATE || entry->until > on ? on : entry->until;
}

/* The place of the work that begins earliest among what reaches beyond `after`, or -1: periods are
 * merged by walking over them in time, so that none needs to be sorted. */
static int32_t next_work(const struct application_state *state, wf_date after, wf_date on)
{
    int32_t first = -1;
    for (int32_t i = 0; i < state->entry_count; i++) {
        const struct application_entry *entry = &state->entries[i];
        const struct application_entry *best = first < 0 ? NULL : &state->entries[first];
        if (entry->kind != ENTRY_WORK || entry->withdrawn || !entry->paid ||
            end_of_work(entry, on) <= after || entry->from > on)
            continue;
        if (!best || entry->from < best->from ||
            (entry->from == best->from && entry->until > best->until))
            first = i;
    }
    return first;
}

static int32_t work_months(const struct application_state *state, wf_date on,
                           struct requirement_result *result)
{
    int32_t months = 0;
    wf_date begun = 0;
    wf_date reached = WF_NO_DATE; /* last day counted so far */
    bool open = false;
    for (int32_t i = next_work(state, reached, on); i >= 0; i = next_work(state, reached, on)) {
        const struct application_entry *entry = &state->entries[i];
        if (open && entry->from > reached + 1) {
            months += wf_date_months_between(begun, reached + 1);
            open = false;
        }
        if (!open)
            begun = entry->from;
        open = true;
        reached = end_of_work(entry, on);
        judging_count(result, i);
    }
    if (open)
        months += wf_date_months_between(begun, reached + 1);
    return months;
}

static void doubt_unpaid_work(struct judging *judging)
{
    for (int32_t i = 0; i < judging->state->entry_count; i++) {
        const struct application_entry *entry = &judging->state->entries[i];
        if (entry->kind == ENTRY_WORK && !entry->withdrawn && !entry->paid)
            judging_doubt(judging, REQUIREMENT_OF_ENTRIES, i, REQUIREMENT_DOUBT_UNPAID, NULL);
    }
}

static void judge_background(struct judging *judging)
{
    const struct wf_category_policy *category = judging_category(judging);
    struct requirement_result *result;
    if (category->education_or_work) {
        result = judging_add(judging, REQUIREMENT_EDUCATION_OR_WORK, 1, 0);
        count_degrees(judging, result);
        result->have = result->items;
        int32_t months = work_months(judging->state, judging->rules->on, result);
        result->have += category->work_months > 0 && months >= category->work_months;
        result->met = result->have >= 1;
        doubt_unpaid_work(judging);
        return;
    }
    if (category->education_levels) {
        result = judging_add(judging, REQUIREMENT_EDUCATION, 1, 0);
        count_degrees(judging, result);
        result->have = result->items;
        result->met = result->have >= 1;
    }
    if (category->work_months > 0) {
        result = judging_add(judging, REQUIREMENT_WORK, category->work_months, 0);
        result->have = work_months(judging->state, judging->rules->on, result);
        result->met = result->have >= result->needed;
        doubt_unpaid_work(judging);
    }
}

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
    judge_signatures(&judging);
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

bool requirements_met(const struct requirement_list *list)
{
    for (int32_t i = 0; i < list->count; i++) {
        if (!list->results[i].met)
            return false;
    }
    return true;
}
