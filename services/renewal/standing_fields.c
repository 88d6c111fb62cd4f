/* Stored fields.  "head" and "more" hold the cycle, "d01" to "d16" one
 * designation each, "p1" to "p8" one payment, "a01" to "a96" one activity each: words of text behind a format number, so that a dump can be read and a later format told
 * apart.  A date that is not there is 0, a text that is not there "-". */
#include "standing_service.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FORMAT = 1, FIELD_TEXT_MAX = 256, WORDS_MAX = 12 };
enum {
    HEAD_WORDS = 11,
    MORE_WORDS = 6,
    DESIGNATION_WORDS = 12,
    PAYMENT_WORDS = 4,
    ACTIVITY_WORDS = 9
};
/* Of an activity. */
enum { IS_PEER = 1, IS_REVIEWING = 2, HAS_PROVIDER = 4, FLAGS_MAX = 7 };

/* ---- words ---- */

struct words {
    char text[FIELD_TEXT_MAX];
    char *at[WORDS_MAX];
    size_t count;
};

static bool split(struct wf_bytes value, size_t wanted, struct words *words)
{
    words->count = 0;
    if (value.length == 0 || value.length >= sizeof words->text)
        return false;
    memcpy(words->text, value.data, value.length);
    words->text[value.length] = '\0';
    for (char *at = words->text; at != NULL;) {
        if (words->count == WORDS_MAX)
            return false;
        words->at[words->count++] = at;
        at = strchr(at, ' ');
        if (at != NULL)
            *at++ = '\0';
    }
    return words->count == wanted && strcmp(words->at[0], "1") == 0;
}

static bool number(const char *word, int64_t least, int64_t most, int64_t *value)
{
    char *end = NULL;
    long long parsed = strtoll(word, &end, 10);
    if (*word == '\0' || *end != '\0' || parsed < least || parsed > most)
        return false;
    *value = parsed;
    return true;
}

static bool small(const char *word, int32_t least, int32_t most, int32_t *value)
{
    int64_t wide = 0;
    if (!number(word, least, most, &wide))
        return false;
    *value = (int32_t)wide;
    return true;
}

static bool flag(const char *word, bool *value)
{
    *value = strcmp(word, "1") == 0;
    return *value || strcmp(word, "0") == 0;
}

static bool date(const char *word, wf_date *value)
{
    *value = 0;
    return strcmp(word, "0") == 0 || wf_date_parse(word, value);
}

static bool text(const char *word, char *to, size_t size)
{
    size_t length = strlen(word);
    if (length == 0 || length >= size)
        return false;
    if (strcmp(word, "-") != 0)
        memcpy(to, word, length + 1);
    return true;
}

/* ---- reading ---- */

static bool read_head(struct wf_bytes value, struct standing *standing)
{
    struct words words;
    if (!split(value, HEAD_WORDS, &words))
        return false;
    int phase = standing_phase_find(words.at[1]);
    int32_t audit = 0;
    if (phase < 0 || !small(words.at[10], STANDING_AUDIT_NONE, STANDING_AUDIT_FAILED, &audit))
        return false;
    standing->phase = (enum standing_phase)phase;
    standing->audit = (enum standing_audit)audit;
    return text(words.at[2], standing->association, sizeof standing->association) &&
           text(words.at[3], standing->person, sizeof standing->person) &&
           date(words.at[4], &standing->cycle_due) && date(words.at[5], &standing->member_until) &&
           date(words.at[6], &standing->ethics_on) &&
           small(words.at[7], 0, WF_REMINDERS_MAX, &standing->reminders) &&
           date(words.at[8], &standing->leave_until) && date(words.at[9], &standing->return_on);
}

static bool read_more(struct wf_bytes value, struct standing *standing)
{
    struct words words;
    char *end = NULL;
    if (!split(value, MORE_WORDS, &words))
        return false;
    standing->audit_seed = strtoull(words.at[4], &end, 16);
    return *end == '\0' && end != words.at[4] && date(words.at[1], &standing->no_sanction_on) &&
           flag(words.at[2], &standing->gives_rsc) && date(words.at[3], &standing->audit_until) &&
           date(words.at[5], &standing->phase_since);
}

static bool read_activity(struct wf_bytes value, struct standing_activity *activity)
{
    struct words words;
    int32_t flags = 0;
    int32_t categories = 0;
    if (!split(value, ACTIVITY_WORDS, &words) || !small(words.at[7], 0, FLAGS_MAX, &flags) ||
        !small(words.at[8], 0, UINT16_MAX, &categories))
        return false;
    activity->peer = (flags & IS_PEER) != 0;
    activity->reviewing = (flags & IS_REVIEWING) != 0;
    activity->provider_named = (flags & HAS_PROVIDER) != 0;
    activity->provider_categories = (uint16_t)categories;
    return text(words.at[1], activity->id, sizeof activity->id) &&
           small(words.at[2], 0, STANDING_TOPIC_GIVING_RSC, &activity->topic) &&
           small(words.at[3], 0, INT32_MAX, &activity->training_hundredths) &&
           small(words.at[4], 0, INT32_MAX, &activity->rsc_hundredths) &&
           date(words.at[5], &activity->from) && date(words.at[6], &activity->until);
}

static bool read_designation(struct wf_bytes value, struct standing_designation *designation)
{
    struct words words;
    int32_t status = 0;
    if (!split(value, DESIGNATION_WORDS, &words) ||
        !small(words.at[3], STANDING_IS_ACTIVE, STANDING_IS_ERASED, &status))
        return false;
    designation->status = (enum standing_status)status;
    return small(words.at[1], 1, WF_CATEGORIES - 1, &designation->category) &&
           small(words.at[2], 1, 2, &designation->age_line) &&
           date(words.at[4], &designation->since) && date(words.at[5], &designation->due) &&
           date(words.at[6], &designation->applied_on) &&
           date(words.at[7], &designation->endorsed_on) &&
           date(words.at[8], &designation->renewal_on) &&
           text(words.at[9], designation->application, sizeof designation->application) &&
           text(words.at[10], designation->edition, sizeof designation->edition) &&
           date(words.at[11], &designation->hours_from);
}

static bool read_payment(struct wf_bytes value, struct standing_payment *payment)
{
    struct words words;
    return split(value, PAYMENT_WORDS, &words) &&
           text(words.at[1], payment->id, sizeof payment->id) &&
           number(words.at[2], 0, INT64_MAX, &payment->amount_minor) &&
           date(words.at[3], &payment->paid_on);
}

static void designation_name(int32_t place, char name[static 8])
{
    (void)snprintf(name, 8, "d%02d", (int)(place + 1) % 100);
}

static void payment_name(int32_t place, char name[static 8])
{
    (void)snprintf(name, 8, "p%d", (int)(place + 1) % 100);
}

static void activity_name(int32_t place, char name[static 8])
{
    (void)snprintf(name, 8, "a%02d", (int)(place + 1) % 100);
}

static int read_activities(const struct wf_fields *fields, struct standing *standing,
                           struct wf_error *error)
{
    char name[8];
    for (int32_t i = 0; i < STANDING_ACTIVITIES_MAX; i++) {
        activity_name(i, name);
        const struct wf_field *field = wf_fields_find(fields, name);
        if (field == NULL)
            break;
        if (!read_activity(field->value, &standing->activities[i]))
            return wf_fail(error, WF_BROKEN, "activity %s of this standing cannot be read", name);
        standing->activity_count = i + 1;
    }
    return 0;
}

static int read_payments(const struct wf_fields *fields, struct standing *standing,
                         struct wf_error *error)
{
    char name[8];
    for (int32_t i = 0; i < STANDING_PAYMENTS_MAX; i++) {
        payment_name(i, name);
        const struct wf_field *field = wf_fields_find(fields, name);
        if (field == NULL)
            break;
        if (!read_payment(field->value, &standing->payments[i]))
            return wf_fail(error, WF_BROKEN, "payment %s of this standing cannot be read", name);
        standing->payment_count = i + 1;
    }
    return 0;
}

int standing_read(const struct wf_fields *fields, void *state, struct wf_error *error)
{
    struct standing *standing = state;
    const struct wf_field *field = wf_fields_find(fields, "head");
    const struct wf_field *more = wf_fields_find(fields, "more");
    char name[8];
    if (field == NULL)
        return 0;
    if (!read_head(field->value, standing) || (more != NULL && !read_more(more->value, standing)))
        return wf_fail(error, WF_BROKEN, "the head of this standing cannot be read");
    for (int32_t i = 0; i < STANDING_DESIGNATIONS_MAX; i++) {
        designation_name(i, name);
        field = wf_fields_find(fields, name);
        if (field == NULL)
            break;
        if (!read_designation(field->value, &standing->designations[i]))
            return wf_fail(error, WF_BROKEN, "designation %s of this standing cannot be read",
                           name);
        standing->designation_count = i + 1;
    }
    if (read_payments(fields, standing, error) < 0)
        return -1;
    return read_activities(fields, standing, error);
}

/* ---- writing ---- */

static void date_text(wf_date value, char to[static WF_DATE_TEXT])
{
    if (value == 0)
        memcpy(to, "0", 2);
    else
        wf_date_format(value, to);
}

static const char *or_dash(const char *value)
{
    return value[0] != '\0' ? value : "-";
}

static void add(struct wf_fields *fields, const char *name, const char *value, int length)
{
    WF_ASSERT(length > 0 && length < FIELD_TEXT_MAX);
    wf_fields_add(fields, (struct wf_bytes){(const uint8_t *)name, strlen(name)},
                  (struct wf_bytes){(const uint8_t *)value, (size_t)length});
}

static void write_head(const struct standing *standing, struct wf_fields *fields)
{
    char value[FIELD_TEXT_MAX];
    char due[WF_DATE_TEXT];
    char member[WF_DATE_TEXT];
    char ethics[WF_DATE_TEXT];
    char leave[WF_DATE_TEXT];
    char back[WF_DATE_TEXT];
    date_text(standing->cycle_due, due);
    date_text(standing->member_until, member);
    date_text(standing->ethics_on, ethics);
    date_text(standing->leave_until, leave);
    date_text(standing->return_on, back);
    int length =
        snprintf(value, sizeof value, "%d %s %s %s %s %s %s %" PRId32 " %s %s %d", FORMAT,
                 standing_phase_name(standing->phase), standing->association, standing->person, due,
                 member, ethics, standing->reminders, leave, back, (int)standing->audit);
    add(fields, "head", value, length);
}

static void write_more(const struct standing *standing, struct wf_fields *fields)
{
    char value[FIELD_TEXT_MAX];
    char no_sanction[WF_DATE_TEXT];
    char audit[WF_DATE_TEXT];
    char since[WF_DATE_TEXT];
    date_text(standing->no_sanction_on, no_sanction);
    date_text(standing->audit_until, audit);
    date_text(standing->phase_since, since);
    int length = snprintf(value, sizeof value, "%d %s %d %s %" PRIx64 " %s", FORMAT, no_sanction,
                          (int)standing->gives_rsc, audit, standing->audit_seed, since);
    add(fields, "more", value, length);
}

static void write_activity(const struct standing_activity *activity, const char *name,
                           struct wf_fields *fields)
{
    char value[FIELD_TEXT_MAX];
    char from[WF_DATE_TEXT];
    char until[WF_DATE_TEXT];
    int flags = (activity->peer ? IS_PEER : 0) | (activity->reviewing ? IS_REVIEWING : 0) |
                (activity->provider_named ? HAS_PROVIDER : 0);
    date_text(activity->from, from);
    date_text(activity->until, until);
    int length = snprintf(
        value, sizeof value, "%d %s %" PRId32 " %" PRId32 " %" PRId32 " %s %s %d %u", FORMAT,
        activity->id, activity->topic, activity->training_hundredths, activity->rsc_hundredths,
        from, until, flags, (unsigned)activity->provider_categories);
    add(fields, name, value, length);
}

static void write_designation(const struct standing_designation *designation, const char *name,
                              struct wf_fields *fields)
{
    char value[FIELD_TEXT_MAX];
    char dates[6][WF_DATE_TEXT];
    date_text(designation->since, dates[0]);
    date_text(designation->due, dates[1]);
    date_text(designation->applied_on, dates[2]);
    date_text(designation->endorsed_on, dates[3]);
    date_text(designation->renewal_on, dates[4]);
    date_text(designation->hours_from, dates[5]);
    int length =
        snprintf(value, sizeof value, "%d %" PRId32 " %" PRId32 " %d %s %s %s %s %s %s %s %s",
                 FORMAT, designation->category, designation->age_line, (int)designation->status,
                 dates[0], dates[1], dates[2], dates[3], dates[4],
                 or_dash(designation->application), or_dash(designation->edition), dates[5]);
    add(fields, name, value, length);
}

void standing_write(const void *state, struct wf_fields *fields)
{
    const struct standing *standing = state;
    char name[8];
    char value[FIELD_TEXT_MAX];
    if (standing->person[0] == '\0')
        return;
    write_head(standing, fields);
    write_more(standing, fields);
    for (int32_t i = 0; i < standing->designation_count; i++) {
        designation_name(i, name);
        write_designation(&standing->designations[i], name, fields);
    }
    for (int32_t i = 0; i < standing->payment_count; i++) {
        const struct standing_payment *payment = &standing->payments[i];
        char paid[WF_DATE_TEXT];
        date_text(payment->paid_on, paid);
        payment_name(i, name);
        int length = snprintf(value, sizeof value, "%d %s %" PRId64 " %s", FORMAT, payment->id,
                              payment->amount_minor, paid);
        add(fields, name, value, length);
    }
    for (int32_t i = 0; i < standing->activity_count; i++) {
        activity_name(i, name);
        write_activity(&standing->activities[i], name, fields);
    }
    wf_fields_sort(fields);
}
