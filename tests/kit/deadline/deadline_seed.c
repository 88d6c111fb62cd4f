/* The eve of a deadline, written straight to the store: what 100,000 grants, names and opened renewals
 * would have left there. */
#include "deadline_day.h"

#include "person_codec.h"
#include "standing_registry.h"
#include "standing_service.h"
#include "wf_people.h"
#include "wf_seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 256 };

static struct wf_bytes text(const char *value)
{
    return (struct wf_bytes){(const uint8_t *)value, strlen(value)};
}

/* ---- one standing, which all others resemble ---- */

static void step(const struct standing_policy *policy, struct standing *standing,
                 const struct standing_event *event, wf_time now)
{
    static struct standing after;
    static struct standing_effects effects;
    memset(&after, 0, sizeof after);
    memset(&effects, 0, sizeof effects);
    if (standing_step(policy, standing, event, now, &after, &effects).step != WF_APPLIED)
        deadline_give_up("a step towards the eve of the deadline was refused");
    *standing = after;
}

/* Granted, the renewal opened, reminded as often as it is, and then only the due day itself is left. */
static wf_time make_eve(const struct standing_policy *policy, struct standing *standing)
{
    wf_date endorsed, due;
    struct standing_event granted = {.kind = STANDING_ON_GRANTED,
                                     .category = 2,
                                     .age_line = 1,
                                     .association = DEADLINE_ASSOCIATION,
                                     .person = "p0",
                                     .reference = "a0"};
    struct standing_event tick = {.kind = STANDING_ON_TICK};
    if (!wf_date_parse("2024-03-01", &endorsed))
        deadline_give_up("no date");
    granted.on = granted.applied_on = endorsed;
    step(policy, standing, &granted, wf_time_from_utc_date(endorsed));
    due = standing->designations[0].due;
    wf_time deadline;
    while ((deadline = standing_next_deadline(policy, standing)) < wf_time_from_utc_date(due))
        step(policy, standing, &tick, deadline);
    return deadline;
}

/* ---- writing ---- */

struct writing {
    struct wf_store *store;
    struct wf_commit commits[BATCH];
    struct wf_field puts[BATCH][24];
    struct wf_fields fields[BATCH];
    struct wf_index indexes[BATCH];
    char ids[BATCH][WF_ID_MAX + 1], members[BATCH][STANDING_MEMBER_TEXT];
    size_t count;
};

static void flush(struct writing *writing)
{
    struct wf_error error;
    if (wf_store_commit(writing->store, writing->commits, writing->count, &error) != 0)
        deadline_give_up("the store does not take the eve of the deadline");
    for (size_t i = 0; i < writing->count; i++) {
        if (writing->commits[i].result != WF_COMMIT_OK)
            deadline_give_up("a commit of the eve was refused");
        wf_fields_fini(&writing->fields[i]);
    }
    writing->count = 0;
}

/* As the runtime writes it: the machine's own fields, chain head, incarnation. */
static struct wf_commit *begin(struct writing *writing, const char *kind, const char *id)
{
    static const uint8_t head[32];
    size_t at = writing->count++;
    struct wf_commit *commit = &writing->commits[at];
    *commit = (struct wf_commit){.kind = kind,
                                 .id = writing->ids[at],
                                 .version_after = 1 << 20,
                                 .puts = writing->puts[at],
                                 .put_count = 2};
    (void)snprintf(writing->ids[at], sizeof writing->ids[at], "%s", id);
    writing->puts[at][0] = (struct wf_field){text("_h"), {head, sizeof head}};
    writing->puts[at][1] = (struct wf_field){text("_i"), text("1024")};
    writing->fields[at] = (struct wf_fields){0};
    return commit;
}

static void put_fields(struct writing *writing, struct wf_commit *commit)
{
    size_t at = (size_t)(commit - writing->commits);
    for (size_t i = 0; i < writing->fields[at].count; i++)
        writing->puts[at][commit->put_count++] = writing->fields[at].rows[i];
}

static void write_standing(struct writing *writing, struct standing *standing, size_t number,
                           wf_time deadline)
{
    char id[WF_ID_MAX + 1];
    static char value[STANDING_VALUE_TEXT];
    size_t at = writing->count;
    (void)snprintf(standing->person, sizeof standing->person, "p%zu", number);
    (void)snprintf(standing->designations[0].application,
                   sizeof standing->designations[0].application, "a%zu", number);
    (void)snprintf(id, sizeof id, "%s~p%zu", DEADLINE_ASSOCIATION, number);
    struct wf_commit *commit = begin(writing, "standing", id);
    standing_write(standing, &writing->fields[at]);
    put_fields(writing, commit);
    standing_registry_member(standing, 0, writing->members[at]);
    if (!standing_registry_value(standing, 0, false, value))
        deadline_give_up("the standing has no entry");
    writing->indexes[at] = (struct wf_index){.op = WF_INDEX_HASH_PUT,
                                             .name = text("registry"),
                                             .member = text(writing->members[at]),
                                             .value = text(value)};
    commit->indexes = &writing->indexes[at];
    commit->index_count = 1;
    commit->timer = WF_TIMER_SET;
    commit->due = deadline;
    if (writing->count == BATCH)
        flush(writing);
}

static void seal(const uint8_t *key, const char *id, const char *what, const char *value,
                 struct person_sealed *to)
{
    char place[WF_ID_MAX + 8];
    struct wf_buffer sealed = {0};
    (void)snprintf(place, sizeof place, "%s/%s", id, what);
    wf_seal(key, place, text(value), &sealed);
    to->length = (uint16_t)sealed.length;
    memcpy(to->bytes, sealed.data, sealed.length);
    wf_buffer_fini(&sealed);
}

static void write_person(struct writing *writing, struct person_state *person,
                         const uint8_t *master_key, size_t number)
{
    char id[WF_ID_MAX + 1], name[40], email[40];
    uint8_t key[32] = {1};
    struct wf_error error;
    size_t at = writing->count;
    (void)snprintf(id, sizeof id, "p%zu", number);
    (void)snprintf(name, sizeof name, "Example %zu, Avery", number);
    (void)snprintf(email, sizeof email, "p%zu@example.org", number);
    if (wf_people_key(writing->store, master_key, id, key, key, &error) != 0)
        deadline_give_up("the store does not keep a person's key");
    seal(key, id, "name", name, &person->name);
    seal(key, id, "email", email, &person->email);
    (void)snprintf(person->standings[0].application, sizeof person->standings[0].application,
                   "a%zu", number);
    struct wf_commit *commit = begin(writing, "person", id);
    person_write(person, &writing->fields[at]);
    put_fields(writing, commit);
    if (writing->count == BATCH)
        flush(writing);
}

static struct writing *writing_of(struct redis_fixture *redis, enum wf_service service)
{
    struct writing *writing = calloc(1, sizeof *writing);
    WF_ASSERT(writing);
    writing->store = redis_fixture_store(redis, service);
    return writing;
}

static void end_writing(struct writing *writing)
{
    flush(writing);
    wf_store_destroy(&writing->store);
    free(writing);
}

wf_time deadline_seed(struct redis_fixture *redis, size_t standings)
{
    struct standing_service service = {0};
    struct wf_error error;
    static struct standing standing;
    static struct person_state person;
    uint8_t master_key[32] = {[31] = 9}; /* DEADLINE_PERSON_KEY */
    if (standing_service_init(&service, WF_SOURCE_DIR "/deploy/policy", &error) != 0)
        deadline_give_up(error.text);
    wf_time deadline = make_eve(&service.policy, &standing);
    struct writing *renewal = writing_of(redis, WF_RENEWAL), *intake = writing_of(redis, WF_INTAKE);
    person =
        (struct person_state){.state = PERSON_KNOWN, .keeper = "portal/bench", .standing_count = 1};
    person.standings[0] = (struct person_standing){.association = DEADLINE_ASSOCIATION,
                                                   .category = 2,
                                                   .age_line = 1,
                                                   .status = 1,
                                                   .since = standing.designations[0].since,
                                                   .renewal_due = standing.designations[0].due};
    for (size_t i = 0; i < standings; i++) {
        write_standing(renewal, &standing, i, deadline);
        write_person(intake, &person, master_key, i);
    }
    end_writing(renewal);
    end_writing(intake);
    standing_service_fini(&service);
    return deadline;
}
