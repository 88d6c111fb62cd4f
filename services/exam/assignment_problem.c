#include "assignment_problem.h"

#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { ID_MAX = 64, SEED_TEXT_MAX = 256, DEMAND_DEFAULT = 2 };

struct where {
    const char *array;
    size_t index;
    struct wf_error *error;
};

static int wrong(const struct where *where, const char *key, const char *what)
{
    return wf_fail(where->error, WF_INVALID, "%s[%zu].%s %s", where->array, where->index, key,
                   what);
}

/* A misspelt key would silently change a problem. */
static int check_keys(const struct where *where, json_t *object, const char *const *known)
{
    const char *key;
    json_t *value;
    if (!json_is_object(object))
        return wf_fail(where->error, WF_INVALID, "%s[%zu] is not an object", where->array,
                       where->index);
    json_object_foreach(object, key, value)
    {
        size_t i = 0;
        while (known[i] && strcmp(known[i], key) != 0)
            i++;
        if (!known[i])
            return wf_fail(where->error, WF_INVALID, "%s[%zu]: there is no key \"%.40s\"",
                           where->array, where->index, key);
    }
    return 0;
}

static int take_id(const struct where *where, const json_t *object, json_t *places)
{
    const char *id = json_string_value(json_object_get(object, "id"));
    if (!id || !*id || strlen(id) > ID_MAX)
        return wrong(where, "id", "must be a text of 1 to 64 bytes");
    if (json_object_get(places, id))
        return wrong(where, "id", "is there twice");
    return json_object_set_new(places, id, json_integer((json_int_t)where->index));
}

static int take_number(const struct where *where, const json_t *object, const char *key,
                       json_int_t otherwise, json_int_t least, json_int_t most, uint32_t *number)
{
    const json_t *value = json_object_get(object, key);
    json_int_t given = value ? json_integer_value(value) : otherwise;
    if ((value && !json_is_integer(value)) || given < least || given > most)
        return wf_fail(where->error, WF_INVALID, "%s[%zu].%s must be %lld to %lld", where->array,
                       where->index, key, (long long)least, (long long)most);
    *number = (uint32_t)given;
    return 0;
}

/* A word's number: the next free one when it is new. */
static int number_of(json_t *words, const char *word, json_int_t most, uint32_t *number)
{
    const json_t *value = json_object_get(words, word);
    if (!value) {
        if ((json_int_t)json_object_size(words) == most)
            return -1;
        *number = (uint32_t)json_object_size(words);
        return json_object_set_new(words, word, json_integer(*number));
    }
    *number = (uint32_t)json_integer_value(value);
    return 0;
}

static int by_value(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* Reads texts into an ascending list without repetition.  `fixed`: each must be in words already. */
static int take_list(struct assignment_problem *problem, const struct where *where,
                     const json_t *object, const char *key, json_t *words, bool fixed,
                     struct assignment_list *list)
{
    const json_t *array = json_object_get(object, key);
    size_t index, first = problem->listed;
    json_t *value;
    if (array && !json_is_array(array))
        return wrong(where, key, "must be a list");
    json_array_foreach(array, index, value)
    {
        const char *word = json_string_value(value);
        if (!word || !*word || strlen(word) > ID_MAX)
            return wrong(where, key, "must hold texts of 1 to 64 bytes");
        if (fixed && !json_object_get(words, word))
            return wf_fail(where->error, WF_INVALID, "%s[%zu].%s[%zu]: there is no reviewer \"%s\"",
                           where->array, where->index, key, index, word);
        if (number_of(words, word, UINT32_MAX, &problem->lists[problem->listed++]))
            return wrong(where, key, "is too long");
    }
    uint32_t *items = problem->lists + first;
    size_t count = problem->listed - first, kept = 0;
    qsort(items, count, sizeof *items, by_value);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || items[i] != items[kept - 1])
            items[kept++] = items[i];
    *list = (struct assignment_list){items, (uint32_t)kept};
    return 0;
}

static int take_qualifications(struct assignment_problem *problem, const struct where *where,
                               const json_t *object, uint64_t *bits)
{
    const json_t *array = json_object_get(object, "qualifications");
    size_t index;
    json_t *value;
    uint32_t number;
    *bits = array ? 0 : UINT64_MAX;
    if (array && !json_is_array(array))
        return wrong(where, "qualifications", "must be a list");
    json_array_foreach(array, index, value)
    {
        const char *word = json_string_value(value);
        if (!word || !*word || strlen(word) > ID_MAX)
            return wrong(where, "qualifications", "must hold texts of 1 to 64 bytes");
        if (number_of(problem->categories, word, ASSIGNMENT_CATEGORIES_MAX, &number))
            return wrong(where, "qualifications", "there are more than 64 categories");
        *bits |= UINT64_C(1) << number;
    }
    return 0;
}

static int take_severity(struct assignment_problem *problem, const struct where *where,
                         const json_t *object)
{
    const json_t *value = json_object_get(object, "severity");
    double points = json_number_value(value);
    if (!value)
        return 0;
    if (!json_is_number(value) || fabs(100 * points) > ASSIGNMENT_SEVERITY_MAX)
        return wrong(where, "severity", "must be points from -1000 to 1000");
    problem->severities[where->index] = (int32_t)lround(100 * points);
    problem->severity_given = true;
    return 0;
}

static int take_reviewer(struct assignment_problem *problem, const struct where *where,
                         json_t *object)
{
    static const char *const known[] = {"id",     "capacity", "qualifications",
                                        "tokens", "severity", NULL};
    struct assignment_reviewer *reviewer = &problem->reviewers[where->index];
    if (check_keys(where, object, known) || take_id(where, object, problem->reviewer_places))
        return -1;
    if (take_number(where, object, "capacity", -1, 0, ASSIGNMENT_CAPACITY_MAX,
                    &reviewer->capacity) ||
        take_qualifications(problem, where, object, &reviewer->qualifications) ||
        take_severity(problem, where, object))
        return -1;
    return take_list(problem, where, object, "tokens", problem->tokens, false, &reviewer->tokens);
}

static int take_exam(struct assignment_problem *problem, const struct where *where, json_t *object)
{
    static const char *const known[] = {"id",       "demand", "category", "eligible",
                                        "excluded", "tokens", NULL};
    struct assignment_exam *exam = &problem->exams[where->index];
    if (check_keys(where, object, known) || take_id(where, object, problem->exam_places))
        return -1;
    const json_t *category = json_object_get(object, "category");
    const char *id = json_string_value(json_object_get(object, "id"));
    const char *word = category ? json_string_value(category) : "";
    if (!word || strlen(word) > ID_MAX || (category && !*word))
        return wrong(where, "category", "must be a text of 1 to 64 bytes");
    if (number_of(problem->categories, word, ASSIGNMENT_CATEGORIES_MAX, &exam->category))
        return wrong(where, "category", "there are more than 64 categories");
    exam->listed = json_object_get(object, "eligible") != NULL;
    (void)crypto_generichash((uint8_t *)&exam->handle, sizeof exam->handle, (const uint8_t *)id,
                             strlen(id), problem->seed, sizeof problem->seed);
    if (take_number(where, object, "demand",
                    json_object_get(problem->root, "demand")
                        ? json_integer_value(json_object_get(problem->root, "demand"))
                        : DEMAND_DEFAULT,
                    1, ASSIGNMENT_DEMAND_MAX, &exam->demand) ||
        take_list(problem, where, object, "eligible", problem->reviewer_places, true,
                  &exam->eligible) ||
        take_list(problem, where, object, "excluded", problem->reviewer_places, true,
                  &exam->excluded))
        return -1;
    return take_list(problem, where, object, "tokens", problem->tokens, false, &exam->tokens);
}

static int take_seed(struct assignment_problem *problem, struct wf_error *error)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    const char *seed = json_string_value(json_object_get(problem->root, "seed"));
    if (!seed || !*seed || strlen(seed) > SEED_TEXT_MAX)
        return wf_fail(error, WF_INVALID, "seed must be a text of 1 to %d bytes", SEED_TEXT_MAX);
    (void)crypto_generichash(problem->seed, sizeof problem->seed, (const uint8_t *)seed,
                             strlen(seed), NULL, 0);
    (void)crypto_hash_sha256(hash, (const uint8_t *)seed, strlen(seed));
    (void)sodium_bin2hex(problem->commitment, sizeof problem->commitment, hash, sizeof hash);
    return 0;
}

static size_t texts_in(const json_t *array)
{
    size_t count = 0, index;
    json_t *value;
    json_array_foreach(array, index, value) count +=
        json_array_size(json_object_get(value, "tokens")) +
        json_array_size(json_object_get(value, "eligible")) +
        json_array_size(json_object_get(value, "excluded"));
    return count;
}

static int take_all(struct assignment_problem *problem, struct wf_error *error)
{
    static const char *const known[] = {"about", "seed", "demand", "reviewers", "exams", NULL};
    struct where whole = {"file", 0, error}, where = {"reviewers", 0, error};
    const json_t *reviewers = json_object_get(problem->root, "reviewers");
    const json_t *exams = json_object_get(problem->root, "exams");
    uint32_t demand;
    size_t index;
    json_t *value;
    if (check_keys(&whole, problem->root, known) || take_seed(problem, error) ||
        take_number(&whole, problem->root, "demand", 1, 1, ASSIGNMENT_DEMAND_MAX, &demand))
        return -1;
    if (!json_is_array(reviewers) || json_array_size(reviewers) > ASSIGNMENT_REVIEWERS_MAX ||
        !json_is_array(exams) || json_array_size(exams) > ASSIGNMENT_EXAMS_MAX)
        return wf_fail(error, WF_INVALID, "reviewers and exams must be lists of at most %d and %d",
                       ASSIGNMENT_REVIEWERS_MAX, ASSIGNMENT_EXAMS_MAX);
    problem->reviewer_count = (uint32_t)json_array_size(reviewers);
    problem->exam_count = (uint32_t)json_array_size(exams);
    problem->reviewers = calloc(problem->reviewer_count + 1u, sizeof *problem->reviewers);
    problem->exams = calloc(problem->exam_count + 1u, sizeof *problem->exams);
    problem->lists = calloc(texts_in(reviewers) + texts_in(exams) + 1, sizeof *problem->lists);
    problem->severities = calloc(problem->reviewer_count + 1u, sizeof *problem->severities);
    WF_ASSERT(problem->reviewers && problem->exams && problem->lists && problem->severities);
    json_array_foreach(reviewers, index, value)
    {
        where.index = index;
        if (take_reviewer(problem, &where, value))
            return -1;
    }
    where.array = "exams";
    json_array_foreach(exams, index, value)
    {
        where.index = index;
        if (take_exam(problem, &where, value))
            return -1;
    }
    return 0;
}

int assignment_problem_read(const char *path, struct assignment_problem *problem,
                            struct wf_error *error)
{
    json_error_t json_error;
    *problem = (struct assignment_problem){0};
    problem->root = json_load_file(path, JSON_REJECT_DUPLICATES, &json_error);
    if (!problem->root)
        return wf_fail(error, json_error.line > 0 ? WF_INVALID : WF_CONFIG, "%.80s:%d: %.100s",
                       path, json_error.line > 0 ? json_error.line : 0, json_error.text);
    problem->exam_places = json_object();
    problem->reviewer_places = json_object();
    problem->categories = json_object();
    problem->tokens = json_object();
    return take_all(problem, error);
}

void assignment_problem_free(struct assignment_problem *problem)
{
    json_decref(problem->root);
    json_decref(problem->exam_places);
    json_decref(problem->reviewer_places);
    json_decref(problem->categories);
    json_decref(problem->tokens);
    free(problem->exams);
    free(problem->reviewers);
    free(problem->lists);
    free(problem->severities);
    *problem = (struct assignment_problem){0};
}

static const char *name_in(const struct assignment_problem *problem, const char *array,
                           uint32_t index, const char *key)
{
    const json_t *object = json_array_get(json_object_get(problem->root, array), index);
    const char *name = json_string_value(json_object_get(object, key));
    return name ? name : "";
}

const char *assignment_problem_exam(const struct assignment_problem *problem, uint32_t exam)
{
    return name_in(problem, "exams", exam, "id");
}

const char *assignment_problem_reviewer(const struct assignment_problem *problem, uint32_t reviewer)
{
    return name_in(problem, "reviewers", reviewer, "id");
}

const char *assignment_problem_category(const struct assignment_problem *problem, uint32_t exam)
{
    return name_in(problem, "exams", exam, "category");
}
