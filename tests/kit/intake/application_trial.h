/* application_trial.h - a whole file under the shipped policies, made, changed, played and judged: what the tests of
 * designations and of scenarios begin with.  One at a time, as a test program plays one case at a time. */
#ifndef APPLICATION_TRIAL_H
#define APPLICATION_TRIAL_H

#include "application_file.h"
#include "application_judge.h"

/* As the messages number them. */
enum { FA = 1, FS, FRS, ERS, MHS, MHM_C, MHM_P, MHM_RF };
enum { IMH = 1, ECMH };

struct application_trial {
    struct wf_policy_book *book; /* read once a program */
    struct application_script script;
    struct application_file file;
};
extern struct application_trial trial;

/* Reads deploy/policy; aborts with the reason. */
void trial_read_policies(void);
void trial_free_policies(void);
/* A test's fixture. */
void trial_open(void);
void trial_close(void);

wf_date trial_day(const char *text);
/* A whole file as of a day; nothing is played yet. */
void trial_make(const char *association, int32_t category, int32_t age_line, const char *on);
struct requirement_list trial_judge(void);

#endif
