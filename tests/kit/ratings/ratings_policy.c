#include "ratings_policy.h"

#include <stdlib.h>
#include <string.h>

static struct wf_policy_book *make_book(void)
{
    struct wf_policy_book *book = calloc(1, sizeof *book);
    WF_ASSERT(book);
    struct wf_association *association = &book->associations[0];
    book->count = 1;
    book->zones[0].count = 1;
    book->zones[0].from[0] = 0;
    book->zones[0].offset_s[0] = -5 * 3600;
    strcpy(association->id, "PA");
    association->edition_count = 2;
    struct wf_edition *old = &association->editions[0], *new = &association->editions[1];
    strcpy(old->name, "2000-01-01");
    old->from = 0;
    old->rating_not_enough_max = 5;
    old->rating_valid_days = 365;
    old->rating_link_days = 30;
    old->rating_reminders = 3;
    for (int i = 0; i < 3; i++)
        old->rating_reminder_days[i] = 7 * (i + 1);
    strcpy(old->categories[5].label, "Mental Health Specialist");
    *new = *old;
    strcpy(new->name, "2027-01-01");
    new->from = wf_date_from_civil((struct wf_civil){2027, 1, 1});
    new->rating_not_enough_max = 2;
    new->rating_valid_days = 0;
    new->rating_link_days = 10;
    new->rating_reminders = 1;
    new->rating_reminder_days[0] = 5;
    return book;
}

static struct wf_form_book *make_forms(void)
{
    struct wf_form_book *forms = calloc(1, sizeof *forms);
    WF_ASSERT(forms);
    struct wf_form *form = &forms->forms[0];
    forms->count = 1;
    strcpy(form->name, "small");
    form->version = 3;
    form->item_remarks = true;
    form->item_remark_max = 800;
    form->remarks_max = 4000;
    form->scale_count = 3;
    for (int i = 0; i < 3; i++)
        form->scale[i].value = i + 1;
    form->item_count = 8;
    for (int i = 0; i < 8; i++)
        form->items[i].id[0] = (char)('a' + i);
    return forms;
}

const struct ratings_policy *ratings_policy_small(void)
{
    static struct ratings_policy policy;
    if (!policy.book) {
        policy.book = make_book();
        policy.forms = make_forms();
    }
    return &policy;
}

wf_time ratings_day(int days)
{
    wf_date day = wf_date_from_civil((struct wf_civil){2026, 3, 2}) + days;
    return wf_time_from_utc_date(day) + 15 * WF_HOUR;
}

struct wf_form_answers ratings_answers(int not_enough)
{
    struct wf_form_answers answers = {.count = 8, .recommendation = WF_FORM_RECOMMEND};
    for (int i = 0; i < 8; i++) {
        answers.rows[i].item[0] = (char)('a' + i);
        answers.rows[i].score = i < not_enough ? WF_FORM_NOT_ENOUGH : 1 + i % 3;
    }
    return answers;
}
