/* Requirement evaluations per second under the shipped rules. */
#include "bench_policy.h"

#include "application_judge.h"
#include "bench_measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CLINICAL_MENTOR = 6, BATCH = 200, TARGET_PER_S = 10000 };
static const double least_seconds = 3;

struct mix {
    const char *name;
    int32_t education, work, training, rsc, providers;
};

static wf_date date(int32_t year, int32_t month, int32_t day)
{
    return wf_date_from_civil((struct wf_civil){year, (uint8_t)month, (uint8_t)day});
}

static struct application_entry *add(struct application_state *state,
                                     enum application_entry_kind kind)
{
    struct application_entry *entry = &state->entries[state->entry_count++];
    WF_ASSERT(state->entry_count <= APPLICATION_ENTRIES);
    (void)snprintf(entry->id, sizeof entry->id, "entry-%d", state->entry_count);
    entry->kind = (uint8_t)kind;
    return entry;
}

static void name_provider(char *text, size_t size, int32_t number)
{
    (void)snprintf(text, size, "provider-of-supervision-%d", number);
}

static void add_background(struct application_state *state, const struct mix *mix)
{
    for (int32_t i = 0; i < mix->education; i++) {
        struct application_entry *entry = add(state, ENTRY_EDUCATION);
        struct application_transcript *transcript = &state->transcripts[state->transcript_count];
        entry->level = 4 + i % 2;
        entry->until = date(2005 + i % 10, 6, 1);
        if (state->transcript_count < APPLICATION_TRANSCRIPTS) {
            memcpy(transcript->entry, entry->id, sizeof transcript->entry);
            transcript->official = true;
            state->transcript_count++;
        }
    }
    for (int32_t i = 0; i < mix->work; i++) {
        struct application_entry *entry = add(state, ENTRY_WORK);
        entry->level = i % 3;
        entry->from = date(2008 + i % 12, 1 + i % 12, 1);
        entry->until = date(2010 + i % 12, 1 + i % 12, 28);
        entry->paid = true;
        entry->hours_per_week = 40;
    }
    for (int32_t i = 0; i < mix->training; i++) {
        struct application_entry *entry = add(state, ENTRY_TRAINING);
        entry->level = 1 + i % 3;
        entry->hours_hundredths = 150;
        entry->until = date(2015 + i % 9, 1 + i % 12, 1 + i % 28);
    }
}

static void add_supervision(struct application_state *state, const struct mix *mix)
{
    for (int32_t i = 0; i < mix->rsc; i++) {
        struct application_entry *entry = add(state, ENTRY_RSC);
        name_provider(entry->provider, sizeof entry->provider, i % mix->providers);
        entry->provider_category = CLINICAL_MENTOR;
        entry->hours_hundredths = 100 + i;
        entry->from = date(2021, 1, 1) + i * 8;
        entry->until = entry->from + 6;
        entry->about_given = i % 2 == 0;
    }
    for (int32_t i = 0; i < mix->providers && i < APPLICATION_PROVIDERS; i++) {
        struct application_span *span = &state->spans[state->span_count++];
        name_provider(span->person, sizeof span->person, i);
        (void)snprintf(span->association, sizeof span->association, "MassAIMH");
        span->category = CLINICAL_MENTOR;
        span->age_line = 1;
        span->from = date(2010, 1, 1);
        span->until = WF_NO_DATE;
    }
}

static void add_raters(struct application_state *state)
{
    static const int32_t roles[] = {1, 2, 5, 4};
    for (int32_t i = 0; i < APPLICATION_RATERS; i++) {
        struct application_rater *rater = &state->raters[state->rater_count++];
        rater->request = (uint32_t)i + 1;
        (void)snprintf(rater->id, sizeof rater->id, "rater-%d", i);
        rater->role = roles[i % 4];
        rater->endorsed = i % 2 == 0;
        rater->endorsed_category = CLINICAL_MENTOR;
        rater->asked = true;
        rater->state = RATING_IS_COMPLETED;
        rater->recommended = true;
        rater->at = wf_time_from_utc_date(date(2026, 1, 1));
    }
}

static void fill(struct application_state *state, const struct mix *mix)
{
    *state = (struct application_state){.state = APPLICATION_REGISTERED};
    (void)snprintf(state->registration.association, sizeof state->registration.association,
                   "MassAIMH");
    (void)snprintf(state->registration.person, sizeof state->registration.person, "person-1");
    state->registration.category = CLINICAL_MENTOR;
    state->registration.age_line = 1;
    state->registration.on = date(2025, 6, 1);
    state->member_known = true;
    state->member_until = date(2026, 12, 31);
    state->ethics_on = state->agreement_on = date(2025, 6, 2);
    for (int32_t i = 0; i < 2; i++) {
        struct application_fee *fee = &state->fees[state->fee_count++];
        *fee = (struct application_fee){
            .kind = i + 1, .amount_minor = 50000, .currency = "USD", .paid_on = date(2025, 6, 3)};
    }
    add_background(state, mix);
    add_supervision(state, mix);
    add_raters(state);
}

/* What one core worked: others may share the machine. */
static double processor_seconds(void)
{
    struct timespec time;
    WF_ASSERT(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static json_t *measure(const struct intake_policy *policy, const struct mix *mix)
{
    struct application_state *state = calloc(1, sizeof *state);
    struct requirement_list *list = calloc(1, sizeof *list);
    WF_ASSERT(state && list);
    fill(state, mix);
    wf_date on = date(2026, 6, 1);
    wf_time at = wf_time_from_utc_date(on);
    uint64_t evaluations = 0;
    double began = processor_seconds();
    double worked = 0;
    for (; worked < least_seconds; worked = processor_seconds() - began) {
        for (int32_t i = 0; i < BATCH; i++)
            WF_ASSERT(application_judge_on(policy, state, on - i % 30, at, list));
        evaluations += BATCH;
    }
    int32_t met = 0;
    for (int32_t i = 0; i < list->count; i++)
        met += list->results[i].met;
    json_t *line = json_pack("{s:s,s:i,s:i,s:i,s:I,s:f}", "file", mix->name, "entries",
                             state->entry_count, "requirements", list->count, "met", met,
                             "evaluations_per_s", (json_int_t)((double)evaluations / worked),
                             "us_per_evaluation", worked / (double)evaluations * 1e6);
    free(list);
    free(state);
    return line;
}

json_t *bench_policy(void)
{
    static const struct mix mixes[] = {{"full", 10, 20, 70, 100, 4}, {"hardest", 0, 0, 0, 200, 24}};
    struct wf_error error = {0};
    struct wf_policy_book *book = NULL;
    WF_ASSERT(wf_policy_open(WF_SOURCE_DIR "/deploy/policy", &book, &error) == 0);
    struct intake_policy policy = {.book = book, .held_days = 30};
    json_t *files = json_array();
    for (size_t i = 0; i < sizeof mixes / sizeof *mixes; i++)
        (void)json_array_append_new(files, measure(&policy, &mixes[i]));
    json_t *full = json_object_get(json_array_get(files, 0), "evaluations_per_s");
    json_t *figures = json_pack("{s:O,s:i,s:o}", "evaluations_per_s", full, "target_per_s",
                                TARGET_PER_S, "files", files);
    free(book);
    return figures;
}
