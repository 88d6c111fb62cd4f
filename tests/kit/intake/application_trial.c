#include "application_trial.h"

#include "wf_error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct application_trial trial;

void trial_read_policies(void)
{
    struct wf_error error = {.code = WF_OK};
    if (wf_policy_open(WF_SOURCE_DIR "/deploy/policy", &trial.book, &error) != 0)
        (void)fprintf(stderr, "%s\n", error.text);
    WF_ASSERT(trial.book);
}

void trial_free_policies(void)
{
    free(trial.book);
    trial.book = NULL;
}

void trial_open(void)
{
    application_script_open_with(&trial.script, trial.book);
}

void trial_close(void)
{
    application_script_close(&trial.script);
}

wf_date trial_day(const char *text)
{
    wf_date date = 0;
    WF_ASSERT(wf_date_parse(text, &date));
    return date;
}

void trial_make(const char *association, int32_t category, int32_t age_line, const char *on)
{
    application_script_reset(&trial.script);
    application_script_on(&trial.script, on);
    application_file_make(&trial.file, trial.book, association, category, age_line, trial_day(on));
}

struct requirement_list trial_judge(void)
{
    struct requirement_list list;
    WF_ASSERT(application_judge(&trial.script.policy, &trial.script.state, NULL, trial.script.now,
                                &list));
    return list;
}
