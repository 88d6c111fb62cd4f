/* application_file.h - a whole application as the rules of an association want it, event by event, in the words of
 * application_script.h. */
#ifndef APPLICATION_FILE_H
#define APPLICATION_FILE_H

#include "application_script.h"

enum { APPLICATION_FILE_EVENTS = 64, APPLICATION_FILE_EVENT = 160 };
struct application_file {
    const struct wf_association *association;
    const struct wf_category_policy *category;
    const struct wf_edition *edition;
    int32_t count;
    char events[APPLICATION_FILE_EVENTS][APPLICATION_FILE_EVENT];
};

/* Everything that the edition of a day wants of a category, as of that day; the registration comes first, the
 * submission is not there. */
void application_file_make(struct application_file *file, const struct wf_policy_book *book,
                           const char *association, int32_t category, int32_t age_line, wf_date on);
/* Plays all events but one; -1: all of them. */
void application_file_play(const struct application_file *file, struct application_script *script,
                           int32_t without);
/* The first event that begins with the text; aborts if there is none. */
int32_t application_file_find(const struct application_file *file, const char *text);
/* Submits, lets the window open, has as many reviewers approve as it takes; on the day the script has. */
void application_file_approve(const struct application_file *file,
                              struct application_script *script);
/* Sets the script to noon of a day. */
void application_script_on(struct application_script *script, const char *day);

#endif
