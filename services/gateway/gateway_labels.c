#include "gateway_labels.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *code;
    const char *label[GATEWAY_LINE_COUNT];
    const char *brief[GATEWAY_LINE_COUNT];
} categories[GATEWAY_CATEGORY_COUNT] = {[0] = {"", {"", "", ""}, {"", "", ""}},
#define X(number, its_code, infant, infant_short, early, early_short)                              \
    [number] = {its_code, {"", infant, early}, {"", infant_short, early_short}},
                                        GATEWAY_CATEGORIES(X)
#undef X
};

/* By the number of the proto enum AgeLine. */
static const char *const lines[GATEWAY_LINE_COUNT] = {"", "IMH", "ECMH"};

/* By the number of the proto enum RaterRole. */
static const char *const roles[] = {"",
                                    "Current supervisor",
                                    "Provider of reflective supervision",
                                    "Teacher, trainer or consultant",
                                    "Colleague",
                                    "Person who receives reflective supervision from the applicant",
                                    "Parent or recipient of services",
                                    "Reference"};

static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

static int in_range(int number, int count)
{
    return number > 0 && number < count ? number : 0;
}

const char *gateway_category_code(int category)
{
    return categories[in_range(category, GATEWAY_CATEGORY_COUNT)].code;
}

const char *gateway_category_label(int category, int line)
{
    return categories[in_range(category, GATEWAY_CATEGORY_COUNT)]
        .label[in_range(line, GATEWAY_LINE_COUNT)];
}

const char *gateway_category_short(int category, int line)
{
    return categories[in_range(category, GATEWAY_CATEGORY_COUNT)]
        .brief[in_range(line, GATEWAY_LINE_COUNT)];
}

int gateway_category_find(const char *text)
{
    for (int i = 1; i < GATEWAY_CATEGORY_COUNT; i++) {
        if (strcasecmp(text, categories[i].code) == 0 ||
            strcasecmp(text, categories[i].brief[1]) == 0 ||
            strcasecmp(text, categories[i].brief[2]) == 0)
            return i;
    }
    return 0;
}

const char *gateway_line_code(int line)
{
    return lines[in_range(line, GATEWAY_LINE_COUNT)];
}

int gateway_line_find(const char *text)
{
    for (int i = 1; i < GATEWAY_LINE_COUNT; i++) {
        if (strcasecmp(text, lines[i]) == 0)
            return i;
    }
    return 0;
}

const char *gateway_role_label(int role)
{
    return roles[in_range(role, (int)(sizeof roles / sizeof roles[0]))];
}

void gateway_date_text(wf_date date, char text[static GATEWAY_DATE_TEXT])
{
    text[0] = '\0';
    if (date == WF_NO_DATE)
        return;
    struct wf_civil civil = wf_date_to_civil(date);
    (void)snprintf(text, GATEWAY_DATE_TEXT, "%d %s %d", civil.day, months[(civil.month - 1) % 12],
                   civil.year);
}

void gateway_age_text(wf_time age, char text[static GATEWAY_AGE_TEXT])
{
    long long s = age > 0 ? age / WF_SECOND : 0;
    if (s < 60)
        (void)snprintf(text, GATEWAY_AGE_TEXT, "%lld s", s);
    else if (s < 3600)
        (void)snprintf(text, GATEWAY_AGE_TEXT, "%lld min", s / 60);
    else if (s < 86400)
        (void)snprintf(text, GATEWAY_AGE_TEXT, "%lld h %lld min", s / 3600, s / 60 % 60);
    else
        (void)snprintf(text, GATEWAY_AGE_TEXT, "%lld d %lld h", s / 86400, s / 3600 % 24);
}
