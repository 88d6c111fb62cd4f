#include "application_file.h"

#include "wf_error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const category_names[] = {"none", "FA",    "FS",    "FRS",   "ERS",
                                             "MHS",  "MHM_C", "MHM_P", "MHM_RF"};
static const char *const level_names[] = {"none",   "cda",       "associate", "bachelor",
                                          "master", "doctorate", "licence"};
static const char *const role_names[] = {"none",      "supervisor", "provider", "teacher",
                                         "colleague", "supervisee", "parent",   "other"};

__attribute__((format(printf, 2, 3))) static void add(struct application_file *file,
                                                      const char *format, ...)
{
    va_list arguments;
    WF_ASSERT(file->count < APPLICATION_FILE_EVENTS);
    va_start(arguments, format);
    (void)vsnprintf(file->events[file->count++], APPLICATION_FILE_EVENT, format, arguments);
    va_end(arguments);
}

/* The lowest bit, or 0. */
static int32_t first_of(uint16_t set)
{
    int32_t bit = 0;
    while (set && !(set >> bit & 1))
        bit++;
    return bit;
}

static void format_date(wf_date date, char text[static WF_DATE_TEXT])
{
    wf_date_format(date, text);
}

static void add_fees(struct application_file *file)
{
    if (file->category->registration_fee_minor > 0)
        add(file, "fee payr registration %d %s", (int)file->category->registration_fee_minor,
            file->edition->currency);
    if (file->category->processing_fee_minor > 0)
        add(file, "fee payp processing %d %s", (int)file->category->processing_fee_minor,
            file->edition->currency);
}

static void add_background(struct application_file *file, wf_date on)
{
    const struct wf_category_policy *category = file->category;
    char graduated[WF_DATE_TEXT], begun[WF_DATE_TEXT];
    format_date(on - 365 * 12, graduated);
    format_date(on - 365 * 10, begun);
    if (category->education_levels) {
        add(file, "education e1 %s %s", level_names[first_of(category->education_levels)],
            graduated);
        add(file, "transcript e1 official");
    }
    if (category->work_months > 0 && !category->education_or_work)
        add(file, "work w1 %s - paid %s %d", begun, "boss", (int)category->families);
    if (category->rsc_given_months > 0)
        add(file, "work w2 %s - giving", begun);
    if (category->leadership_months > 0)
        add(file, "work w3 %s - leading", begun);
}

static void add_training(struct application_file *file, wf_date on)
{
    const struct wf_category_policy *category = file->category;
    char day[WF_DATE_TEXT];
    int32_t of_topics = category->training_dei_hundredths + category->training_rsc_hundredths;
    format_date(on - 100, day);
    if (category->training_hundredths > of_topics)
        add(file, "training t1 %d imh %s", (int)(category->training_hundredths - of_topics), day);
    if (category->training_dei_hundredths > 0)
        add(file, "training t2 %d dei %s", (int)category->training_dei_hundredths, day);
    if (category->training_rsc_hundredths > 0)
        add(file, "training t3 %d giving %s", (int)category->training_rsc_hundredths, day);
}

static void add_supervision(struct application_file *file, wf_date on)
{
    const struct wf_category_policy *category = file->category;
    int32_t own = category->rsc_hundredths - category->rsc_about_given_hundredths;
    char from[WF_DATE_TEXT], until[WF_DATE_TEXT];
    if (category->rsc_hundredths == 0)
        return;
    format_date(on - 430, from);
    format_date(on - 30, until);
    if (own > 0)
        add(file, "rsc x1 s1 %d %s %s own none", (int)own, from, until);
    if (category->rsc_about_given_hundredths > 0)
        add(file, "rsc x2 s1 %d %s %s given none", (int)category->rsc_about_given_hundredths, from,
            until);
    add(file,
        "was provider s1 MHM_C 2000-01-01"); /* whom every edition of every association takes */
}

static void add_ratings(struct application_file *file)
{
    const struct wf_category_policy *category = file->category;
    for (int32_t i = 0; i < category->ratings; i++) {
        const char *role =
            i < category->role_slots ? role_names[first_of(category->role_slot[i])] : "colleague";
        add(file, "rater r%d %s", (int)i + 1, role);
        add(file, "known r%d", (int)i + 1);
        if (i < category->endorsed_raters)
            add(file, "was rater r%d FS 1960-01-01", (int)i + 1);
        add(file, "report %d completed", (int)i + 1);
    }
}

void application_file_make(struct application_file *file, const struct wf_policy_book *book,
                           const char *association, int32_t category, int32_t age_line, wf_date on)
{
    char registered[WF_DATE_TEXT], signed_on[WF_DATE_TEXT], member[WF_DATE_TEXT];
    char region[12] = "US-CA";
    *file = (struct application_file){.association = wf_policy_association(book, association)};
    WF_ASSERT(file->association);
    file->edition = wf_policy_edition(file->association, on);
    file->category = &file->edition->categories[category];
    if (strcmp(file->association->regions, "elsewhere") != 0)
        (void)snprintf(region, sizeof region, "%.*s", (int)strcspn(file->association->regions, " "),
                       file->association->regions);
    format_date(on - 60, registered);
    format_date(on - 50, signed_on);
    format_date(on + 365, member);
    add(file, "register %s %s p1 %s %d", category_names[category], association, registered,
        (int)age_line);
    uint16_t base = file->category->holds_one_of;
    add(file, "applicant %s %s - %s 2000-01-01 - Other %d", region, member,
        base ? category_names[first_of(base)] : "FA", (int)age_line);
    add(file, "ethics %s", signed_on);
    add(file, "agreement %s", signed_on);
    add_fees(file);
    add_background(file, on);
    add_training(file, on);
    add_supervision(file, on);
    add_ratings(file);
}

void application_file_play(const struct application_file *file, struct application_script *script,
                           int32_t without)
{
    for (int32_t i = 0; i < file->count; i++) {
        if (i != without)
            application_script_play(script, file->events[i]);
    }
}

int32_t application_file_find(const struct application_file *file, const char *text)
{
    for (int32_t i = 0; i < file->count; i++) {
        if (strncmp(file->events[i], text, strlen(text)) == 0)
            return i;
    }
    fprintf(stderr, "application_file: no event \"%s\"\n", text);
    abort();
}

void application_script_on(struct application_script *script, const char *day)
{
    wf_date date = 0;
    WF_ASSERT(wf_date_parse(day, &date));
    script->now = wf_time_from_utc_date(date) + 18 * WF_HOUR;
}

void application_file_approve(const struct application_file *file,
                              struct application_script *script)
{
    char events[200];
    application_script_play(script, "submit");
    for (int32_t i = 1; i <= file->edition->reviewers; i++) {
        (void)snprintf(events, sizeof events, "assign v%d; enrolled v%d", (int)i, (int)i);
        application_script_play(script, events);
    }
    if (script->state.state == APPLICATION_SUBMITTED && script->state.due != 0) {
        script->now = script->state.due;
        application_script_play(script, "tick");
    }
    for (int32_t i = 1; i <= file->edition->reviewers; i++) {
        (void)snprintf(events, sizeof events, "decide v%d approve", (int)i);
        application_script_play(script, events);
    }
}
