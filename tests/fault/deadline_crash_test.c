/* A day on which every endorsement falls at one instant, and the programs are killed in the middle of it,
 * again and again: every standing falls once, every portal hears of it once, every mail is there. */
#include "deadline_day.h"
#include "person_codec.h"
#include "standing_service.h"

#include <check.h>
#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STANDINGS = 3000, KILLS = 9, PATIENCE_S = 120, LAPSED = 2 };

static struct deadline_day day;

/* ---- waiting, without which nothing can be seen: each look is at what the store says ---- */

static void wait_until(bool (*is_so)(size_t), size_t wanted, const char *what)
{
    for (int i = 0; i < PATIENCE_S * 100; i++) {
        if (is_so(wanted))
            return;
        (void)poll(NULL, 0, 10);
    }
    ck_abort_msg("%s did not happen", what);
}

static bool has_fallen(size_t wanted)
{
    return deadline_day_fallen(&day) >= wanted;
}

static void count_entry(void *context, uint64_t sequence, struct wf_bytes value)
{
    (void)sequence;
    (void)value;
    ++*(size_t *)context;
}

static size_t told(void)
{
    struct wf_error error;
    uint64_t last = 0;
    size_t count = 0;
    struct wf_store *intake = redis_fixture_store(&day.redis, WF_INTAKE);
    ck_assert_int_eq(wf_store_log(intake, wf_partition("bench"), "log:bench", 0, 10 * STANDINGS,
                                  count_entry, &count, &last, &error),
                     0);
    wf_store_destroy(&intake);
    ck_assert_uint_eq(count, last);
    return count;
}

static bool has_told(size_t wanted)
{
    return told() >= wanted;
}

static size_t mails(void)
{
    char path[96];
    size_t count = 0;
    (void)snprintf(path, sizeof path, "%s/mail/new", day.redis.folder);
    DIR *folder = opendir(path);
    ck_assert_ptr_nonnull(folder);
    for (const struct dirent *entry; (entry = readdir(folder));)
        count += entry->d_name[0] != '.';
    (void)closedir(folder);
    return count;
}

/* A mail that was being sent when the courier was killed goes again minutes later (courier's SPEC 2.4). */
static bool has_mails(size_t wanted)
{
    static size_t looks;
    if (mails() >= wanted)
        return true;
    if (++looks % 100 == 0)
        deadline_day_later(&day, (wf_time)looks / 100 * 4 * WF_MINUTE);
    return false;
}

/* ---- what is left ---- */

static void read_one(struct wf_store *store, const char *kind, const char *id, void *state,
                     int (*read)(const struct wf_fields *, void *, struct wf_error *),
                     unsigned long long *version)
{
    struct wf_error error;
    struct wf_load load = {.kind = kind, .id = id};
    struct wf_fields own = {0};
    ck_assert_int_eq(wf_store_load(store, &load, 1, &error), 0);
    const struct wf_field *mark = wf_fields_find(&load.fields, "_v");
    ck_assert_ptr_nonnull(mark);
    /* The bytes go on with the next field's: without an end of its own the number would, too. */
    char digits[24];
    ck_assert_uint_lt(mark->value.length, sizeof digits);
    memcpy(digits, mark->value.data, mark->value.length);
    digits[mark->value.length] = '\0';
    *version = strtoull(digits, NULL, 10) >> 20;
    for (size_t i = 0; i < load.fields.count; i++) {
        if (load.fields.rows[i].name.data[0] != '_')
            wf_fields_add(&own, load.fields.rows[i].name, load.fields.rows[i].value);
    }
    wf_fields_sort(&own);
    ck_assert_msg(read(&own, state, &error) == 0, "%s", error.text);
    wf_fields_fini(&own);
    wf_fields_fini(&load.fields);
}

static void check_person(struct wf_store *renewal, struct wf_store *intake, size_t number)
{
    static struct standing standing;
    static struct person_state person;
    char id[WF_ID_MAX + 1], standing_id[2 * WF_ID_MAX];
    unsigned long long version;
    memset(&standing, 0, sizeof standing);
    memset(&person, 0, sizeof person);
    (void)snprintf(id, sizeof id, "p%zu", number);
    (void)snprintf(standing_id, sizeof standing_id, "%s~%s", DEADLINE_ASSOCIATION, id);
    read_one(renewal, "standing", standing_id, &standing, standing_read, &version);
    ck_assert_int_eq(standing.phase, STANDING_LAPSED);
    ck_assert_msg(version == 2, "%s was decided %llu times", id, version - 1);
    read_one(intake, "person", id, &person, person_read, &version);
    ck_assert_int_eq(person.standings[0].status, LAPSED);
    ck_assert_msg(version == 2, "%s was told %llu times", id, version - 1);
}

static void count_row(void *context, struct wf_bytes member, struct wf_bytes value)
{
    (void)member;
    (void)value;
    ++*(size_t *)context;
}

static void check_all(void)
{
    struct wf_error error;
    size_t rows = 0;
    struct wf_store *intake = redis_fixture_store(&day.redis, WF_INTAKE);
    for (size_t i = 0; i < STANDINGS; i++)
        check_person(day.store, intake, i);
    for (unsigned partition = 0; partition < WF_PARTITIONS; partition++)
        ck_assert_int_eq(wf_store_hash(day.store, partition, "registry", count_row, &rows, &error),
                         0);
    ck_assert_uint_eq(rows, 0);
    wf_store_destroy(&intake);
}

START_TEST(a_day_of_many_deadlines_survives_being_killed_in_the_middle)
{
    deadline_day_begin(&day, STANDINGS, 20000 + (unsigned)getpid() % 20000);
    ck_assert_uint_eq(deadline_day_fallen(&day), 0);
    deadline_day_fall(&day);
    for (size_t i = 0; i < KILLS; i++) {
        wait_until(has_fallen, STANDINGS * i / KILLS + 1, "the next part of the fall");
        size_t number = i % 3 == 2 ? i % DEADLINE_PROGRAMS : 1; /* renewal most of all */
        deadline_day_kill(&day, number);
        deadline_day_start(&day, number);
    }
    wait_until(has_fallen, STANDINGS, "the whole fall");
    wait_until(has_told, STANDINGS, "telling the portal");
    wait_until(has_mails, STANDINGS, "the last mail");
    ck_assert_uint_eq(deadline_day_fallen(&day), STANDINGS);
    ck_assert_uint_eq(told(), STANDINGS);
    ck_assert_uint_eq(mails(), STANDINGS);
    check_all();
    deadline_day_end(&day);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("deadline_crash");
    TCase *test = tcase_create("deadline");
    tcase_set_timeout(test, 600);
    tcase_add_test(test, a_day_of_many_deadlines_survives_being_killed_in_the_middle);
    suite_add_tcase(suite, test);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
