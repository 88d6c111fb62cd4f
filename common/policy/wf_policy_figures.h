/* wf_policy_figures.h - what the files of deploy/policy say, figure by figure, with its place: for people who
 * check, compare and explain rules.  Decisions are made from wf_policy.h alone. */
#ifndef WF_POLICY_FIGURES_H
#define WF_POLICY_FIGURES_H

#include "wf_policy.h"

struct wf_policy_files; /* a folder as it was read, all files */

/* WF_CONFIG as of wf_policy_read: a folder with a mistake cannot be shown. */
int wf_policy_files_open(const char *folder, struct wf_policy_files **files,
                         struct wf_error *error) WF_MUST_CHECK;
void wf_policy_files_close(struct wf_policy_files **files);
const struct wf_policy_book *wf_policy_files_book(const struct wf_policy_files *files);

/* One value, and where it comes from. */
struct wf_policy_figure {
    const char *key; /* as in the file: "training_hours" */
    const char
        *words; /* what it means: "Training"; "... of which about diversity" goes on from there */
    char whole[160];     /* the same as words of its own: "Training, of which about diversity" */
    int category;        /* 0: of the association or the edition as a whole */
    bool is_association; /* holds on every date */
    char value[640];     /* in plain words: "30 hours"; "none" and "no" are values too */
    const char *file;    /* "MassAIMH.conf", or "network.conf" where it is inherited */
    char edition[16];    /* the one of that file which gives it; empty if is_association */
    int line;
    char source[160]; /* the comment beside it: "[MI-POL2]", "assumed"; empty: it has none */
};
/* Borrowed for the call. */
typedef void wf_policy_figure_f(void *context, const struct wf_policy_figure *figure);
/* Every figure in force for an association on a date, those of the association first, then those of all
 * categories, then category by category.  WF_NOT_FOUND: there is no such association. */
int wf_policy_figures(const struct wf_policy_files *files, const char *association, wf_date on,
                      wf_policy_figure_f *each, void *context,
                      struct wf_error *error) WF_MUST_CHECK;

/* Each association's file, read alone beside network.conf, so that one mistake does not hide another's.
 * `only` is the name of a file, or NULL for all of them; `error` is NULL for a good one.  The result counts
 * the files that are not good; -1 with `error`: the folder cannot be read. */
typedef void wf_policy_checked_f(void *context, const char *file, const struct wf_error *error);
int wf_policy_check(const char *folder, const char *only, wf_policy_checked_f *each, void *context,
                    struct wf_error *error) WF_MUST_CHECK;
/* Every value of the folder's files that has no source and is not marked as assumed. */
void wf_policy_unsourced(const struct wf_policy_files *files, wf_policy_figure_f *each,
                         void *context);

/* "FS" for 2; "" for 0. */
const char *wf_policy_category_name(int category);

#endif
