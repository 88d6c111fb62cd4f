/* wf_policy.h - the rules as data with dates.  Plain structs, pure to read; wf_policy_file.c
 * (libconfuse) fills them from deploy/policy/<association>.conf and refuses what it does not know,
 * with file and line.
 *
 * An association has editions, each with the date from which it is in force.  Every decision
 * records the edition it used.  Figures carry their source in the file's comments (keys of the
 * domain dossier) or
 * "# assumed". */
#ifndef WF_POLICY_H
#define WF_POLICY_H

#include "wf_error.h"
#include "wf_time.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    WF_ASSOCIATIONS_MAX = 40,
    WF_EDITIONS_MAX = 12,
    WF_CATEGORIES = 9, /* indexed by the proto enum Category; 0 unused */
    WF_REMINDERS_MAX = 6,
    WF_ROLES = 8 /* bits by the proto enum RaterRole */
};

struct wf_category_policy {
    bool offered;
    bool exam;                       /* approval leads to exam-eligible */
    int32_t training_hundredths;     /* least hours, in hundredths */
    int32_t training_dei_hundredths; /* of which about diversity */
    int32_t training_rsc_hundredths; /* of which about giving RSC */
    int32_t rsc_hundredths;          /* least RSC received; 0: none */
    int32_t rsc_about_given_hundredths;
    int32_t rsc_months_min, rsc_months_max;
    int32_t rsc_providers_max; /* 0: no limit */
    int32_t work_months;
    uint8_t education_levels; /* bits by EducationLevel; 0: no degree needed */
    bool education_or_work;
    int32_t ratings;                /* countable ones needed */
    uint8_t roles_required;         /* bits by RaterRole, each by a rater of its own */
    int32_t endorsed_raters;        /* least number endorsed or vetted */
    int64_t registration_fee_minor; /* 0: none */
    int64_t processing_fee_minor;
    int32_t renewal_training_hundredths;
    int32_t renewal_rsc_hundredths;
    int64_t renewal_fee_minor;
};

enum wf_renewal_model { WF_RENEWAL_ANNUAL, WF_RENEWAL_FIXED };
enum wf_review_mode { WF_REVIEW_PARALLEL, WF_REVIEW_SEQUENTIAL };

struct wf_edition {
    char name[32]; /* "2025" */
    wf_date from;
    char currency[4];
    bool membership_required;
    bool code_of_ethics, agreement, transcripts;
    bool residents_only;
    int32_t draft_expiry_days;     /* 0: none */
    int32_t exam_eligibility_days; /* 0: none */
    /* ratings */
    int32_t rating_not_enough_max; /* more than this many cannot count */
    int32_t rating_valid_days;     /* 0: no end */
    int32_t rating_link_days;      /* link and request live so long */
    int32_t rating_reminders;      /* used entries of the next */
    int32_t rating_reminder_days[WF_REMINDERS_MAX];
    /* application review */
    int32_t reviewers; /* approvals needed */
    enum wf_review_mode review_mode;
    bool consensus; /* all must agree; a split goes to the coordinator */
    /* renewal */
    enum wf_renewal_model renewal;
    int32_t cycle_years;              /* 1, or 3 for the fixed model */
    int32_t cycle_base_year;          /* fixed: deadlines are base, base + cycle_years, ... */
    uint8_t due_month, due_day;       /* 12, 31 */
    uint8_t window_month, window_day; /* renewal opens; 0: any time */
    int32_t grace_days;               /* after due, before the name leaves the registry */
    bool first_renewal_by_submission; /* exemption keyed on the year of submission, else of
                                         endorsement */
    int32_t renewal_reminders;
    int32_t renewal_reminder_days[WF_REMINDERS_MAX]; /* days before due */
    struct wf_category_policy categories[WF_CATEGORIES];
};

struct wf_association {
    char id[32]; /* "MassAIMH" */
    char name[96];
    char time_zone[40];
    char locale[8];
    char disclaimer[600]; /* shown on the registry */
    bool shows_inactive;
    int32_t edition_count;
    struct wf_edition editions[WF_EDITIONS_MAX]; /* by date, earliest first */
};

struct wf_policy_book {
    int32_t count;
    struct wf_association associations[WF_ASSOCIATIONS_MAX];
    /* Local midnight as UTC instants needs the tz database, which a pure core must not read: the
     * loader fills, for each association, the UTC offset changes from 2000 to 2060. */
    struct wf_zone {
        int32_t count;
        wf_time from[160];     /* UTC instant */
        int32_t offset_s[160]; /* in force from then on */
    } zones[WF_ASSOCIATIONS_MAX];
};

/* Pure look-ups. */
const struct wf_association *wf_policy_association(const struct wf_policy_book *book,
                                                   const char *id);
/* The edition in force on a date; the earliest one before its own date; never NULL for an
 * association. */
const struct wf_edition *wf_policy_edition(const struct wf_association *association, wf_date on);
/* 00:00 local time of a date there, in UTC. */
wf_time wf_policy_midnight(const struct wf_policy_book *book,
                           const struct wf_association *association, wf_date date);
/* The local date of an instant there. */
wf_date wf_policy_local_date(const struct wf_policy_book *book,
                             const struct wf_association *association, wf_time time);
/* First renewal deadline after an endorsement, as a date (the last day that counts). */
wf_date wf_policy_first_due(const struct wf_edition *edition, wf_date submitted, wf_date endorsed);
wf_date wf_policy_next_due(const struct wf_edition *edition, wf_date due);

/* Reads every *.conf of a folder.  On error the book is unchanged and the error names file, line,
 * reason. */
int wf_policy_read(const char *folder, struct wf_policy_book *book,
                   struct wf_error *error) WF_MUST_CHECK;

#endif
