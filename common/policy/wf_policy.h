/* wf_policy.h - the rules as data with dates.  Plain structs, pure to read; wf_policy_file.c
 * (libconfuse) fills them from deploy/policy/<association>.conf and refuses what it does not know,
 * with file and line.
 *
 * An association has editions, each with the date from which it is in force.  Every decision
 * records the edition it used.  network.conf holds what the whole network has in common; on each
 * date the newest figure of the association's own file counts, else the newest of network.conf, so
 * an association's file shows only what is its own.  Figures carry their source in the file's
 * comments (keys of the domain dossier) or "# assumed". */
#ifndef WF_POLICY_H
#define WF_POLICY_H

#include "wf_error.h"
#include "wf_time.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    WF_ASSOCIATIONS_MAX = 40,
    WF_EDITIONS_MAX = 16,
    WF_CATEGORIES = 9, /* indexed by the proto enum Category; 0 unused */
    WF_REMINDERS_MAX = 6,
    WF_ROLES = 8, /* bits by the proto enum RaterRole */
    WF_ROLE_SLOTS_MAX = 4,
    WF_REVIEW_DATES_MAX = 6,
    WF_POLICY_DIGEST = 16
};

/* A day of every year; month 0: none. */
struct wf_month_day {
    uint8_t month, day;
};

struct wf_category_policy {
    bool offered;
    char label[64];                  /* what the association calls it: "Family Specialist" */
    bool exam;                       /* approval leads to exam-eligible */
    uint16_t holds_one_of;           /* bits by Category; an add-on needs one of these held */
    bool emerging;                   /* may be held while part is still missing */
    int32_t emerging_months;         /* so long at most; 0: no end */
    uint16_t emerging_without;       /* WF_EMERGING_...: what may still be missing then */
    int32_t training_hundredths;     /* least hours, in hundredths */
    int32_t training_dei_hundredths; /* of which about diversity */
    int32_t training_rsc_hundredths; /* of which about giving RSC */
    int32_t rsc_hundredths;          /* least RSC received; 0: none */
    int32_t rsc_about_given_hundredths;
    int32_t rsc_months_min, rsc_months_max;
    int32_t rsc_providers_max;        /* 0: no limit */
    uint16_t rsc_provider_categories; /* bits by Category: who may give the hours; 0: anyone */
    bool rsc_after_degree;            /* only hours after the degree count */
    int32_t work_months;
    bool work_after_degree;          /* only work after the degree counts */
    int32_t internship_months;       /* an internship counts so long at most; 0: not at all */
    uint16_t internship_supervisors; /* bits by Category: what its supervisor is endorsed as */
    bool volunteer_work;             /* supervised volunteer work counts */
    int32_t families;                /* least number served */
    int32_t rsc_given_months;        /* least time of giving RSC */
    int32_t leadership_months;       /* least time in leadership */
    uint16_t education_levels;       /* bits by EducationLevel; 0: no degree needed */
    bool education_or_work;
    int32_t ratings;         /* countable ones needed */
    uint16_t roles_required; /* bits by RaterRole, each by a rater of its own: the slots below
                                that name exactly one role */
    int32_t role_slots;      /* each of these slots needs a rater of its own with one of its roles
                              */
    uint16_t role_slot[WF_ROLE_SLOTS_MAX]; /* bits by RaterRole */
    int32_t endorsed_raters;               /* least number endorsed or vetted */
    uint16_t endorsed_rater_categories;    /* bits by Category: as what; 0: any */
    int64_t registration_fee_minor;        /* 0: none */
    int64_t processing_fee_minor;
    /* per renewal cycle (a year, or the cycle of the fixed model) */
    int32_t renewal_training_hundredths;
    int32_t renewal_dei_hundredths;          /* of which about diversity */
    int32_t renewal_rsc_training_hundredths; /* of which about giving RSC, for who gives it */
    int32_t renewal_rsc_hundredths;          /* RSC received */
    int32_t renewal_rsc_months_min;          /* these hours span at least so many months */
    int32_t renewal_senior_years;            /* endorsed so long: the next two hold; 0: never */
    int32_t renewal_senior_rsc_hundredths;   /* instead of renewal_rsc_hundredths */
    bool renewal_senior_peer;                /* peer consultation counts then */
    int64_t renewal_fee_minor;
};

enum wf_renewal_model { WF_RENEWAL_ANNUAL, WF_RENEWAL_FIXED };
enum wf_review_mode { WF_REVIEW_PARALLEL, WF_REVIEW_SEQUENTIAL, WF_REVIEW_TIERED };
enum wf_review_windows {
    WF_WINDOWS_ROLLING,
    WF_WINDOWS_QUARTERLY,
    WF_WINDOWS_FIRST_FRIDAY,
    WF_WINDOWS_DATES
};
enum wf_membership { WF_MEMBER_OWN, WF_MEMBER_OWN_OR_OTHER, WF_MEMBER_ENCOURAGED };
enum wf_membership_year { WF_YEAR_CALENDAR, WF_YEAR_JULY_JUNE, WF_YEAR_ROLLING };
/* Which date chooses the rule of who may give RSC: of the hours, or of the applicant's start. */
enum wf_rsc_basis { WF_RSC_BY_HOURS, WF_RSC_BY_START };
enum wf_disclosure { WF_DISCLOSE_NOTHING, WF_DISCLOSE_REASONS };
/* What frees the first renewal: the cycle in which the application was submitted, that in which
 * the endorsement was earned, or twelve full months that must first pass. */
enum wf_first_renewal { WF_FIRST_BY_SUBMISSION, WF_FIRST_BY_ENDORSEMENT, WF_FIRST_FULL_YEAR };
enum wf_reconciliation { WF_SPLIT_THIRD_REVIEWER, WF_SPLIT_AVERAGE, WF_SPLIT_CONSENSUS };
/* Which date chooses the edition that judges an application. */
enum wf_judged_by { WF_JUDGED_BY_REGISTRATION, WF_JUDGED_BY_SUBMISSION, WF_JUDGED_BY_DECISION };

/* What a renewal needs; the free ones of a first renewal are given as these bits too. */
enum {
    WF_NEED_TRAINING = 1 << 0,
    WF_NEED_RSC = 1 << 1,
    WF_NEED_FEE = 1 << 2,
    WF_NEED_ETHICS = 1 << 3,
    WF_NEED_SUBMISSION = 1 << 4,
    WF_NEED_MEMBERSHIP = 1 << 5,
    WF_NEED_NO_SANCTION = 1 << 6,
    WF_NEED_AUDIT = 1 << 7
};

/* What an emerging endorsement may still lack. */
enum {
    WF_EMERGING_TRAINING = 1 << 0,
    WF_EMERGING_TRAINING_RSC = 1 << 1,
    WF_EMERGING_RSC = 1 << 2,
    WF_EMERGING_RSC_GIVEN = 1 << 3,
    WF_EMERGING_LEADERSHIP = 1 << 4,
    WF_EMERGING_WORK = 1 << 5,
    WF_EMERGING_RATINGS = 1 << 6
};

struct wf_edition {
    char name[16]; /* its date: "2025-01-01" */
    wf_date from;
    char currency[4];
    uint16_t age_lines; /* bits by AgeLine: which the association offers */
    /* membership */
    enum wf_membership membership;
    bool membership_required; /* membership is not merely encouraged */
    enum wf_membership_year membership_year;
    struct wf_month_day membership_carry_from; /* bought from then on: counts for the next year */
    bool membership_carry_inclusive;           /* that day itself belongs to the next year */
    /* application */
    bool code_of_ethics, agreement, transcripts;
    bool transcripts_official;
    bool residents_only;
    bool simultaneous_categories; /* several applications at once */
    bool transfers_honoured;      /* what another association has endorsed is endorsed here */
    bool cohorts;                 /* a place in a cohort comes first */
    int32_t register_lead_days;   /* between registration and submission; 0: none */
    int32_t draft_expiry_days;    /* 0: none */
    /* RSC */
    wf_date rsc_endorsed_from;   /* from then on a provider must be endorsed, or vetted; WF_NO_DATE:
                                    never */
    wf_date rsc_vetted_until;    /* a vetted one counts until then; WF_NO_DATE: no end */
    enum wf_rsc_basis rsc_basis; /* which date those two are compared with */
    bool rsc_peer_counts;
    bool endorsement_claims_count; /* what a portal says of somebody's endorsement counts where that
                                      person's own history is unknown */
    /* ratings */
    int32_t rating_not_enough_max;                  /* more than this many cannot count */
    int32_t rating_valid_days;                      /* 0: no end */
    int32_t rating_link_days;                       /* link and request live so long */
    int32_t rating_reminders;                       /* used entries of the next */
    int32_t rating_reminder_days[WF_REMINDERS_MAX]; /* days after the request */
    wf_date rater_vetted_until;                     /* WF_NO_DATE: no end */
    enum wf_disclosure waiver_disclosure; /* told to an applicant who did not waive, if deferred */
    /* application review */
    int32_t reviewers; /* approvals needed */
    enum wf_review_mode review_mode;
    bool consensus; /* all must agree; a split goes to the coordinator */
    enum wf_review_windows review_windows;
    int32_t review_date_count;
    struct wf_month_day review_dates[WF_REVIEW_DATES_MAX];
    int32_t review_last_month; /* of a year: no window opens after it */
    /* exam */
    int32_t exam_eligibility_days; /* 0: none */
    int32_t exam_part1_items, exam_part1_pass;
    int32_t exam_part2_pass_percent;
    int32_t exam_retake_wait_days, exam_retake_notice_days;
    int32_t exam_reviewers;
    enum wf_reconciliation exam_reconciliation;
    /* renewal */
    enum wf_renewal_model renewal;
    int32_t cycle_years;              /* 1, or 3 for the fixed model */
    int32_t cycle_base_year;          /* fixed: deadlines are base, base + cycle_years, ... */
    struct wf_month_day due;          /* the last day that counts */
    struct wf_month_day window_opens; /* none: any time */
    struct wf_month_day grace_until;  /* the last day before the name leaves; none: no grace */
    int64_t renewal_late_fee_minor;   /* added to the fee after the due date */
    enum wf_first_renewal first_renewal;
    bool first_renewal_skipped;  /* no renewal at all is due then */
    uint16_t first_renewal_free; /* WF_NEED_...: what that renewal does not need */
    bool renewal_prorated;       /* fixed: only the fraction of full years endorsed */
    bool renewal_each_category;  /* each must be submitted, else it lapses */
    bool renewal_attested;       /* submitting attests the hours; else entries must show them */
    bool renewal_ethics;         /* the code is signed again */
    wf_date no_sanction_from;    /* attested from then on; WF_NO_DATE: never */
    int32_t reviewer_credit_hundredths; /* of the training hours, for reviewing */
    int32_t audit_percent;
    int32_t audit_answer_days; /* so long an audit waits for its answer */
    bool audit_lapses;         /* one that is not satisfied ends the endorsement */
    int32_t renewal_reminders;
    int32_t renewal_reminder_days[WF_REMINDERS_MAX]; /* days before due, most first */
    /* ways back */
    int32_t reinstate_ratings;
    bool reinstate_processing_fee;
    int64_t reinstate_fee_minor;
    int32_t reinstate_training_hundredths; /* within the last twelve months */
    bool reinstate_provider;               /* somebody gives RSC: an entry names who */
    bool reinstate_review, reinstate_exam, reinstate_audit;
    int32_t leave_months_max; /* voluntary inactivity; 0: not offered */
    bool leave_return_hours;  /* the return from it owes a renewal's training */
    bool emeritus;
    struct wf_category_policy categories[WF_CATEGORIES];
};

struct wf_association {
    char id[32]; /* "MassAIMH" */
    /* Of the files that were read: the first digits of SHA-256 over network.conf and then the
     * association's own.  A decision records it beside the edition's name. */
    char digest[WF_POLICY_DIGEST + 1];
    char name[96];
    char time_zone[40];
    char locale[8];
    char disclaimer[600]; /* shown on the registry */
    char regions[96];     /* its own, "US-MA US-RI"; "elsewhere": wherever no association is */
    bool shows_inactive;
    enum wf_judged_by judged_by;      /* requirements */
    enum wf_judged_by exam_judged_by; /* whether there is an exam */
    int32_t edition_count;
    struct wf_edition editions[WF_EDITIONS_MAX]; /* by date, earliest first */
};

/* About 1.5 MB: allocate it with calloc; only the pages of associations that exist are touched. */
struct wf_policy_book {
    int32_t count;
    char digest[WF_POLICY_DIGEST + 1];                       /* of all files that were read */
    struct wf_association associations[WF_ASSOCIATIONS_MAX]; /* by id */
    /* Local midnight as UTC instants needs the tz database, which a pure core must not read: the
     * loader fills, for each association, the UTC offset changes from 2000 to 2060. */
    struct wf_zone {
        int32_t count;
        wf_time from[160];     /* UTC instant, ascending */
        int32_t offset_s[160]; /* in force from then on */
    } zones[WF_ASSOCIATIONS_MAX];
};

/* ---- Pure look-ups (policy_core.c). ---- */

const struct wf_association *wf_policy_association(const struct wf_policy_book *book,
                                                   const char *id);
/* The edition in force on a date; the earliest one before its own date; never NULL for an
 * association. */
const struct wf_edition *wf_policy_edition(const struct wf_association *association, wf_date on);
/* 00:00 local time of a date there, in UTC: the first instant of that date, also where the clocks
 * jump over midnight or strike it twice. */
wf_time wf_policy_midnight(const struct wf_policy_book *book,
                           const struct wf_association *association, wf_date date);
/* The local date of an instant there. */
wf_date wf_policy_local_date(const struct wf_policy_book *book,
                             const struct wf_association *association, wf_time time);

/* First renewal deadline after an endorsement, as a date (the last day that counts). */
wf_date wf_policy_first_due(const struct wf_edition *edition, wf_date submitted, wf_date endorsed);
/* The deadline after `due`; `edition` is the one in force on the day after it. */
wf_date wf_policy_next_due(const struct wf_edition *edition, wf_date due);
/* WF_NEED_... bits that the renewal due on `due` does not need because it is the first. */
uint16_t wf_policy_first_free(const struct wf_edition *edition, wf_date submitted, wf_date endorsed,
                              wf_date due);
/* The day on which the renewal due on `due` opens; WF_NO_DATE: any time. */
wf_date wf_policy_window_opens(const struct wf_edition *edition, wf_date due);
/* The last day on which the name still stands although `due` has passed; `due` without grace. */
wf_date wf_policy_grace_end(const struct wf_edition *edition, wf_date due);
/* Until when a membership bought on a day lasts. */
wf_date wf_policy_membership_end(const struct wf_edition *edition, wf_date bought);
/* Hours, in hundredths, that one category owes for the renewal due on `due`. */
struct wf_renewal_hours {
    int32_t training, dei, rsc_training, rsc;
    bool peer_counts;
};
struct wf_renewal_hours wf_policy_renewal_hours(const struct wf_edition *edition, int category,
                                                bool gives_rsc, wf_date endorsed, wf_date due);

/* Whether hours of RSC count for what their provider was: `started` is the applicant's registration,
 * `given` the first day of the hours, on which `endorsed` and `vetted` are to be judged.  Who
 * may provide for which category: rsc_provider_categories. */
bool wf_policy_rsc_provider_counts(const struct wf_association *association, wf_date started,
                                   wf_date given, bool endorsed, bool vetted);

/* ---- Applications (policy_application_core.c). ---- */

/* Whether people of a region ("US-MA") are the association's own. */
bool wf_policy_is_resident(const struct wf_policy_book *book,
                           const struct wf_association *association, const char *region);
/* Which association is there for people of a region: their own, else the one for everywhere else; NULL: none. */
const struct wf_association *wf_policy_association_of_region(const struct wf_policy_book *book,
                                                             const char *region);
/* The first day, at or after `on`, on which a review window opens. */
wf_date wf_policy_review_opens(const struct wf_edition *edition, wf_date on);

/* ---- Reading (wf_policy_file.c). ---- */

/* Reads network.conf and every other *.conf of a folder.  On error the book is unchanged and the
 * error names file, line, reason. */
int wf_policy_read(const char *folder, struct wf_policy_book *book,
                   struct wf_error *error) WF_MUST_CHECK;

/* The same into a book of its own, to be freed. */
int wf_policy_open(const char *folder, struct wf_policy_book **book,
                   struct wf_error *error) WF_MUST_CHECK;

#endif
