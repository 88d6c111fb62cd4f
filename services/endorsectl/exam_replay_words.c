#include "exam_replay_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { HEX = 2 * POOL_SEED, TOLD_MOST = 40, MOMENT = 24 };

/* What is told: the report, and what of it was announced. */
struct account {
    const struct pool_replay_report *report;
    const struct audit_break *breaks;
    GHashTable *announced; /* NULL: nobody compares */
    GPtrArray *never_used; /* announced hashes of which the journal has no seed; borrowed */
    uint64_t plans, readings, seeds, silent; /* silent: seeds whose hash was not announced */
    bool repeats;
};

static void hex_of(const uint8_t bytes[static POOL_SEED], char text[static HEX + 1])
{
    for (size_t i = 0; i < POOL_SEED; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

static bool was_announced(const struct account *account, const struct pool_replay_period *period)
{
    char hex[HEX + 1];
    hex_of(period->sha256, hex);
    return account->announced && g_hash_table_contains(account->announced, hex);
}

static bool has_seed(const struct pool_replay_report *report, const char *hash)
{
    char hex[HEX + 1];
    for (size_t i = 0; i < report->period_count; i++) {
        hex_of(report->periods[i].sha256, hex);
        if (report->periods[i].is_seeded && strcmp(hex, hash) == 0)
            return true;
    }
    return false;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void find_never_used(struct account *account)
{
    GHashTableIter iterator;
    gpointer hash;
    if (!account->announced)
        return;
    g_hash_table_iter_init(&iterator, account->announced);
    while (g_hash_table_iter_next(&iterator, &hash, NULL))
        if (!has_seed(account->report, hash))
            g_ptr_array_add(account->never_used, hash);
    g_ptr_array_sort(account->never_used, by_text);
}

static void sum_up(struct account *account)
{
    const struct pool_replay_report *report = account->report;
    for (size_t i = 0; i < report->period_count; i++) {
        const struct pool_replay_period *period = &report->periods[i];
        account->plans += period->plans;
        account->readings += period->readings;
        account->seeds += period->is_seeded;
        account->silent +=
            account->announced && period->is_seeded && !was_announced(account, period);
    }
    find_never_used(account);
    account->repeats = report->fault_count == 0 && account->silent == 0 &&
                       account->never_used->len == 0 && !account->breaks->is_found;
}

/* ---- for programs ---- */

static json_t *time_json(wf_time time)
{
    char text[WF_TIME_TEXT];
    if (time == WF_NEVER)
        return json_null();
    wf_time_format(time, text);
    return json_string(text);
}

static json_t *period_json(const struct account *account, const struct pool_replay_period *period)
{
    char hex[HEX + 1];
    hex_of(period->sha256, hex);
    json_t *row = json_pack(
        "{s:o s:o s:o s:o s:I s:I s:I s:I s:I s:I}", "since", time_json(period->since), "until",
        time_json(period->until), "sha256", period->is_seeded ? json_string(hex) : json_null(),
        "announced",
        account->announced && period->is_seeded ? json_boolean(was_announced(account, period))
                                                : json_null(),
        "plans", (json_int_t)period->plans, "nights", (json_int_t)period->nights, "readings",
        (json_int_t)period->readings, "lacking", (json_int_t)period->lacks, "stale",
        (json_int_t)period->stale, "unlike", (json_int_t)period->unlike);
    hex_of(period->seed, hex);
    if (period->is_seeded && period->until != WF_NEVER) /* the one in use is not told */
        (void)json_object_set_new(row, "seed", json_string(hex));
    return row;
}

static json_t *fault_json(const struct pool_replay_fault *fault)
{
    json_t *row = json_pack("{s:s s:I s:o s:s}", "fault", pool_replay_name(fault->kind), "line",
                            (json_int_t)fault->line, "at", time_json(fault->at), "means",
                            pool_replay_sentence(fault->kind));
    if (!fault->handle[0])
        return row;
    (void)json_object_set_new(row, "handle", json_string(fault->handle));
    if (fault->place == 0)
        return row;
    (void)json_object_set_new(row, "place", json_integer(fault->place));
    if (fault->kind == POOL_REPLAY_READER) {
        (void)json_object_set_new(row, "journal", json_string(fault->said));
        (void)json_object_set_new(row, "seed", json_string(fault->makes));
    } else {
        (void)json_object_set_new(row, "reader", json_string(fault->said));
    }
    if (fault->seat[0])
        (void)json_object_set_new(row, "seat", json_string(fault->seat));
    return row;
}

static void tell_programs(const struct account *account)
{
    const struct pool_replay_report *report = account->report;
    json_t *periods = json_array(), *faults = json_array(), *never_used = json_array();
    for (size_t i = 0; i < report->period_count; i++)
        (void)json_array_append_new(periods, period_json(account, &report->periods[i]));
    for (size_t i = 0; i < report->fault_count; i++)
        (void)json_array_append_new(faults, fault_json(&report->faults[i]));
    for (guint i = 0; i < account->never_used->len; i++)
        (void)json_array_append_new(never_used,
                                    json_string(g_ptr_array_index(account->never_used, i)));
    json_t *value = json_pack(
        "{s:b s:I s:I s:I s:o s:o s:o s:o}", "repeats", (int)account->repeats, "lines",
        (json_int_t)report->lines, "seatsOpened", (json_int_t)report->seats, "seatsAhead",
        (json_int_t)report->ahead, "last", report->lines ? time_json(report->last) : json_null(),
        "seeds", periods, "faults", faults, "announcedWithoutSeed", never_used);
    if (account->breaks->is_found)
        (void)json_object_set_new(value, "copyBreaks",
                                  json_pack("{s:s s:I s:s}", "file", account->breaks->file, "byte",
                                            (json_int_t)account->breaks->offset, "reason",
                                            account->breaks->reason));
    ctl_json(value);
    json_decref(value);
}

/* ---- for people ---- */

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* ", 3 times nobody was found, 1 outcome came too late" */
static void print_rest(const struct pool_replay_period *period)
{
    if (period->lacks)
        (void)printf(", %" PRIu64 " time%s nobody was found", period->lacks, plural(period->lacks));
    if (period->stale)
        (void)printf(", %" PRIu64 " outcome%s came too late and %s made anew", period->stale,
                     plural(period->stale), period->stale == 1 ? "was" : "were");
}

static void print_verdict(const struct account *account, const struct pool_replay_period *period)
{
    char hex[HEX + 1];
    hex_of(period->sha256, hex);
    if (period->unlike)
        (void)printf(": %" PRIu64 " NOT made again", period->unlike);
    else if (period->plans)
        (void)printf(": all made again");
    if (!period->is_seeded)
        (void)printf(" without a seed: there was no reader yet\n");
    else if (!account->announced)
        (void)printf(" with the seed whose hash is %s\n", hex);
    else if (was_announced(account, period))
        (void)printf(" with the seed whose hash was announced, %s\n", hex);
    else
        (void)printf(" with a seed whose hash was NOT announced, %s\n", hex);
}

static void print_period(const struct account *account, const struct pool_replay_period *period)
{
    (void)printf("since %s  ", ctl_moment(period->since));
    if (period->plans == 0)
        (void)printf("no plan");
    else
        (void)printf("%" PRIu64 " plan%s, %" PRIu64 " reading%s given", period->plans,
                     plural(period->plans), period->readings, plural(period->readings));
    print_rest(period);
    print_verdict(account, period);
}

static const char *reader_or_nobody(const char *reader)
{
    return reader[0] ? reader : "nobody";
}

static void print_fault(const struct pool_replay_fault *fault)
{
    if (fault->kind == POOL_REPLAY_SEAT)
        (void)printf("seat %s, %s: ", fault->seat, ctl_moment(fault->at));
    else
        (void)printf("line %" PRIu64 ", %s: ", fault->line, ctl_moment(fault->at));
    if (fault->kind == POOL_REPLAY_READER)
        (void)printf("paper %s, place %d: the journal gives %s, the seed gives %s\n", fault->handle,
                     fault->place, reader_or_nobody(fault->said), reader_or_nobody(fault->makes));
    else if (fault->kind == POOL_REPLAY_UNPLANNED)
        (void)printf("paper %s, place %d: %s sits there, and no plan of this journal says so\n",
                     fault->handle, fault->place, fault->said);
    else if (fault->kind == POOL_REPLAY_SEAT)
        (void)printf("paper %s, place %d: opened for %s, to whom no plan gave it\n", fault->handle,
                     fault->place, fault->said);
    else if (fault->handle[0])
        (void)printf("paper %s: %s\n", fault->handle, pool_replay_sentence(fault->kind));
    else
        (void)printf("%s\n", pool_replay_sentence(fault->kind));
}

static void print_faults(const struct account *account)
{
    const struct pool_replay_report *report = account->report;
    for (size_t i = 0; i < report->fault_count && i < TOLD_MOST; i++)
        print_fault(&report->faults[i]);
    if (report->fault_count > TOLD_MOST)
        (void)printf("and %zu more; --json tells all\n", report->fault_count - TOLD_MOST);
    if (account->breaks->is_found)
        (void)printf("the copy itself ends at byte %" PRIu64 " of %s, though it should go on: %s\n",
                     account->breaks->offset, account->breaks->file, account->breaks->reason);
    for (guint i = 0; i < account->never_used->len; i++)
        (void)printf("announced, and no seed of this journal: %s\n",
                     (const char *)g_ptr_array_index(account->never_used, i));
}

static void print_end(const struct account *account)
{
    const struct pool_replay_report *report = account->report;
    if (account->repeats)
        (void)printf("%s %" PRIu64 " plan%s of %" PRIu64 " seed%s repeat%s, with %" PRIu64
                     " reading%s; none of %" PRIu64 " seats was opened for anybody else; "
                     "the chain of %" PRIu64 " lines is whole, up to %s.\n",
                     account->plans == 1 ? "The" : "All", account->plans, plural(account->plans),
                     account->seeds, plural(account->seeds), account->plans == 1 ? "s" : "",
                     account->readings, plural(account->readings), report->seats - report->ahead,
                     report->lines, ctl_moment(report->last));
    if (report->ahead)
        (void)printf("%" PRIu64 " seat%s not compared: newer than the copied plans. Look again "
                     "later, when the copy has gone on.\n",
                     report->ahead, report->ahead == 1 ? " was" : "s were");
    if (account->repeats && !account->announced)
        (void)puts("The hashes were not compared with what was announced: --announced FILE, with "
                   "one noted hash a line\n(EXAM-SEED lines of the log will do), does so.");
    if (account->silent || account->never_used->len)
        (void)puts(
            "A seed that nobody announced may have been looked for, or its announcement "
            "not noted: look into the log for EXAM-SEED.\nA hash without a seed is of a line "
            "that was taken out, or newer than the copy.");
    if (account->breaks->is_found)
        (void)puts("This copy was changed or is torn: `endorsectl audit verify` tells more.");
    if (report->fault_count)
        (void)puts("This journal is not what endorse-exam wrote, or another release wrote it: keep "
                   "the copy as it is, try `endorsectl audit\nverify` with a checkpoint that was "
                   "deposited, and replay with the release of then.");
}

static void tell_people(const struct account *account)
{
    const struct pool_replay_report *report = account->report;
    if (report->lines == 0 && report->fault_count == 0) {
        (void)puts("No plan was made yet: no reader is enrolled and no paper was sealed.");
    } else if (account->plans == 0 && report->fault_count == 0) {
        (void)printf("No plan was made yet: in %" PRIu64 " lines readers came and went, and no "
                     "paper wanted one.\n",
                     report->lines);
    }
    for (size_t i = 0; i < report->period_count; i++)
        print_period(account, &report->periods[i]);
    print_faults(account);
    if (account->plans || !account->repeats)
        print_end(account);
}

int ctl_exam_replay_tell(struct ctl *ctl, const struct pool_replay_report *report,
                         GHashTable *announced, const struct audit_break *breaks)
{
    struct account account = {.report = report,
                              .breaks = breaks,
                              .announced = announced,
                              .never_used = g_ptr_array_new()};
    sum_up(&account);
    if (ctl->json)
        tell_programs(&account);
    else
        tell_people(&account);
    int code = account.repeats ? CTL_OK : CTL_NO;
    (void)g_ptr_array_free(account.never_used, TRUE);
    return code;
}
