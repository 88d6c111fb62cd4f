#include "application_policies.h"

#include "wf_error.h"

#include <stdio.h>
#include <stdlib.h>

static void set_category(struct wf_category_policy *category, int32_t ratings)
{
    category->offered = true;
    category->ratings = ratings;
    category->endorsed_raters = 1;
    category->training_hundredths = 3000;
    category->registration_fee_minor = 1500;
}

static void set_edition(struct wf_edition *edition, const char *name)
{
    (void)snprintf(edition->name, sizeof edition->name, "%s", name);
    WF_ASSERT(wf_date_parse(name, &edition->from));
    (void)snprintf(edition->currency, sizeof edition->currency, "USD");
    edition->age_lines = 1 << 1 | 1 << 2;
    edition->membership_required = true;
    edition->code_of_ethics = true;
    edition->agreement = true;
    edition->transcripts = true;
    edition->draft_expiry_days = 90;
    edition->exam_eligibility_days = 365;
    edition->exam_part1_items = 60;
    edition->exam_part1_pass = 48;
    edition->exam_retake_wait_days = 365;
    edition->exam_retake_notice_days = 56;
    edition->reviewers = 1;
    edition->simultaneous_categories = true;
    edition->transfers_honoured = true;
    edition->endorsement_claims_count = true;
    edition->rsc_endorsed_from = WF_NO_DATE;
    edition->rsc_vetted_until = WF_NO_DATE;
    edition->rater_vetted_until = WF_NO_DATE;
    set_category(&edition->categories[1], 1);
    struct wf_category_policy *specialist = &edition->categories[2];
    set_category(specialist, 3);
    specialist->processing_fee_minor = 10000;
    specialist->work_months = 24;
    specialist->rsc_hundredths = 2400;
    specialist->rsc_months_min = 12;
    specialist->rsc_months_max = 24;
    specialist->rsc_providers_max = 2;
    specialist->role_slots = 2;
    specialist->role_slot[0] = 1 << 1;
    specialist->role_slot[1] = 1 << 2 | 1 << 3;
    struct wf_category_policy *supervisor = &edition->categories[4];
    set_category(supervisor, 1);
    supervisor->training_rsc_hundredths = 1500;
    supervisor->emerging = true;
    supervisor->emerging_months = 24;
    supervisor->emerging_without = WF_EMERGING_TRAINING_RSC;
    set_category(&edition->categories[7], 1);
    edition->categories[7].exam = true;
}

static struct wf_association *add_association(struct wf_policy_book *book, const char *id)
{
    book->zones[book->count].count = 1;
    book->zones[book->count].from[0] = INT64_MIN;
    struct wf_association *association = &book->associations[book->count++];
    (void)snprintf(association->id, sizeof association->id, "%s", id);
    association->judged_by = WF_JUDGED_BY_SUBMISSION;
    association->exam_judged_by = WF_JUDGED_BY_DECISION;
    association->edition_count = 1;
    set_edition(&association->editions[0], "2020-01-01");
    return association;
}

struct wf_policy_book *application_policies_create(void)
{
    struct wf_policy_book *book = calloc(1, sizeof *book);
    WF_ASSERT(book);
    struct wf_association *one = add_association(book, "One");
    one->edition_count = 2;
    set_edition(&one->editions[1], "2026-06-01");
    one->editions[1].categories[7].exam = false;
    struct wf_association *row = add_association(book, "Row");
    row->editions[0].reviewers = 2;
    row->editions[0].age_lines = 1 << 1;
    row->editions[0].review_mode = WF_REVIEW_SEQUENTIAL;
    struct wf_association *two = add_association(book, "Two");
    two->editions[0].reviewers = 2;
    two->editions[0].consensus = true;
    struct wf_association *late = add_association(book, "Late");
    late->judged_by = WF_JUDGED_BY_DECISION;
    late->edition_count = 2;
    set_edition(&late->editions[1], "2026-06-01");
    late->editions[1].categories[1].training_hundredths = 4000;
    struct wf_association *quarter = add_association(book, "Quarter");
    quarter->editions[0].review_windows = WF_WINDOWS_QUARTERLY;
    quarter->editions[0].simultaneous_categories = false;
    quarter->editions[0].residents_only = true;
    quarter->editions[0].transfers_honoured = false;
    (void)snprintf(quarter->regions, sizeof quarter->regions, "US-QA US-QB");
    return book;
}
