/* gateway_labels.h - what categories, roles and dates are called on a page. */
#ifndef GATEWAY_LABELS_H
#define GATEWAY_LABELS_H

#include "wf_bytes.h"
#include "wf_time.h"

/* Numbers of the proto enum Category; the names are those of the two credentials, which share
 * their structure (prenatal to 36 months, and 3 up to 6 years). */
/*   number, code, infant name, its short form, early childhood name, its short form */
#define GATEWAY_CATEGORIES(X)                                                                      \
    X(1, "FA", "Infant Family Associate", "IFA", "Early Childhood Family Associate", "ECFA")       \
    X(2, "FS", "Infant Family Specialist", "IFS", "Early Childhood Family Specialist", "ECFS")     \
    X(3, "FRS", "Infant Family Reflective Supervisor", "IFRS",                                     \
      "Early Childhood Family Reflective Supervisor", "ECFRS")                                     \
    X(4, "ERS", "Endorsed Reflective Supervisor", "ERS", "Endorsed Reflective Supervisor", "ERS")  \
    X(5, "MHS", "Infant Mental Health Specialist", "IMHS",                                         \
      "Early Childhood Mental Health Specialist", "ECMHS")                                         \
    X(6, "MHM_C", "Infant Mental Health Mentor, Clinical", "IMHM-C",                               \
      "Early Childhood Mental Health Mentor, Clinical", "ECMHM-C")                                 \
    X(7, "MHM_P", "Infant Mental Health Mentor, Policy", "IMHM-P",                                 \
      "Early Childhood Mental Health Mentor, Policy", "ECMHM-P")                                   \
    X(8, "MHM_RF", "Infant Mental Health Mentor, Research/Faculty", "IMHM-R/F",                    \
      "Early Childhood Mental Health Mentor, Research/Faculty", "ECMHM-R/F")

enum { GATEWAY_CATEGORY_COUNT = 9, GATEWAY_LINE_COUNT = 3 }; /* 0 is none */
enum { GATEWAY_DATE_TEXT = 32, GATEWAY_AGE_TEXT = 32 };

/* "" for a number that there is not. */
const char *gateway_category_code(int category);
const char *gateway_category_label(int category, int line);
const char *gateway_category_short(int category, int line);
/* From a code ("MHM_C") or one of the short forms ("IMHM-C"), any case; 0 if it is none. */
int gateway_category_find(const char *text);
/* "IMH", "ECMH". */
const char *gateway_line_code(int line);
int gateway_line_find(const char *text);
const char *gateway_role_label(int role);
/* "21 November 2026". */
void gateway_date_text(wf_date date, char text[static GATEWAY_DATE_TEXT]);
/* "3 min", "2 d 4 h"; of a length of time in milliseconds. */
void gateway_age_text(wf_time age, char text[static GATEWAY_AGE_TEXT]);

#endif
