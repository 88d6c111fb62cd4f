/* requirements_rules.h - what the files that judge requirements share; nobody else includes it. */
#ifndef REQUIREMENTS_RULES_H
#define REQUIREMENTS_RULES_H

#include "requirements_core.h"

/* One judging: the rules, the application, and the list that it fills. */
struct judging {
    const struct requirement_case *rules;
    const struct application_state *state;
    struct requirement_list *list;
};

static inline const struct wf_category_policy *judging_category(const struct judging *judging)
{
    return &judging->rules->edition->categories[judging->rules->category];
}

/* Appends a result without anything that meets it; `met` follows from the figures. */
struct requirement_result *judging_add(struct judging *judging, enum requirement_id id,
                                       int64_t needed, int64_t have);
/* What meets the result; each place once. */
void judging_count(struct requirement_result *result, int32_t place);
/* Why something does not count: the first reason stays.  `edition`: whose rule it is; NULL: the one that judges. */
void judging_doubt(struct judging *judging, enum requirement_of of, int32_t place,
                   enum requirement_doubt_id why, const struct wf_edition *edition);
/* An entry of the kind that is there and whose last day has come. */
bool judging_takes(const struct judging *judging, const struct application_entry *entry,
                   enum application_entry_kind kind);

/* The day of the first degree that the category accepts; WF_NO_DATE: none is shown. */
wf_date judging_degree(const struct judging *judging);

void judge_background(struct judging *judging);
void judge_rsc(struct judging *judging);
void judge_ratings(struct judging *judging);

#endif
