/* The rule pack, as SPEC 7.1 lists its members. */
#include "recheck_inner.h"

#include <stdio.h>
#include <string.h>

static bool take_number(const json_t *json, const char *name, struct recheck_exam *exam,
                        int64_t *number)
{
    const json_t *value = json_object_get(json, name);
    if (!json_is_integer(value))
        return recheck_unsound(exam, "the pack's \"%s\" is not a whole number", name);
    *number = json_integer_value(value);
    if (*number < -RECHECK_POINTS || *number > RECHECK_POINTS)
        return recheck_unsound(exam, "the pack's \"%s\" is out of all range", name);
    return true;
}

static bool take_flag(const json_t *json, const char *name, struct recheck_exam *exam, bool *flag)
{
    const json_t *value = json_object_get(json, name);
    if (!json_is_boolean(value))
        return recheck_unsound(exam, "the pack's \"%s\" is neither true nor false", name);
    *flag = json_is_true(value);
    return true;
}

/* One of the words, which are separated by blanks. */
static bool take_word(const json_t *json, const char *name, const char *words,
                      struct recheck_exam *exam, char word[static RECHECK_NAME])
{
    const char *value = json_string_value(json_object_get(json, name));
    char list[128], *next = list, *one = NULL;
    (void)snprintf(list, sizeof list, "%s", words);
    while (value && (one = strsep(&next, " ")) != NULL) {
        if (strcmp(one, value) == 0) {
            (void)snprintf(word, RECHECK_NAME, "%s", value);
            return true;
        }
    }
    return recheck_unsound(exam, "the pack's \"%s\" is none of: %s", name, words);
}

static bool take_criterion(const json_t *json, struct recheck_exam *exam,
                           struct recheck_criterion *criterion)
{
    const char *name = json_string_value(json_object_get(json, "name"));
    if (!name || !name[0] || strlen(name) >= RECHECK_NAME)
        return recheck_unsound(exam, "a criterion of the pack has no name");
    (void)snprintf(criterion->name, sizeof criterion->name, "%s", name);
    if (!take_number(json, "least", exam, &criterion->least) ||
        !take_number(json, "most", exam, &criterion->most) ||
        !take_number(json, "weight", exam, &criterion->weight) ||
        !take_number(json, "floor", exam, &criterion->floor) ||
        !take_flag(json, "core", exam, &criterion->core))
        return false;
    if (criterion->least > criterion->most)
        return recheck_unsound(exam, "criterion %s has no points to give", name);
    return true;
}

static bool take_criteria(const json_t *json, struct recheck_exam *exam)
{
    struct recheck_pack *pack = &exam->pack;
    size_t count = json_array_size(json);
    if (count < 1 || count > RECHECK_CRITERIA)
        return recheck_unsound(exam, "a pack has 1 to %d criteria", RECHECK_CRITERIA);
    for (size_t i = 0; i < count; i++) {
        if (!take_criterion(json_array_get(json, i), exam, &pack->criteria[i]))
            return false;
        for (size_t j = 0; j < i; j++) {
            if (strcmp(pack->criteria[i].name, pack->criteria[j].name) == 0)
                return recheck_unsound(exam, "the pack has two criteria of one name");
        }
    }
    pack->criteria_count = count;
    return true;
}

bool recheck_read_pack(const json_t *json, struct recheck_exam *exam)
{
    struct recheck_pack *pack = &exam->pack;
    return take_criteria(json_object_get(json, "criteria"), exam) &&
           take_number(json, "total_most", exam, &pack->total_most) &&
           take_flag(json, "unit_criterion", exam, &pack->unit_criterion) &&
           take_flag(json, "unit_total", exam, &pack->unit_total) &&
           take_number(json, "criterion_tolerance", exam, &pack->criterion_tolerance) &&
           take_number(json, "total_tolerance", exam, &pack->total_tolerance) &&
           take_word(json, "cusp", "off sides core", exam, pack->cusp) &&
           take_number(json, "cusp_level", exam, &pack->cusp_level) &&
           take_word(json, "within", "mean sum higher first", exam, pack->within) &&
           take_word(json, "combine", "none median replace mean3 nearest_pair", exam,
                     pack->combine) &&
           take_word(json, "third_unasked", "counts ignored", exam, pack->unasked) &&
           take_number(json, "committee_span", exam, &pack->committee_span) &&
           take_number(json, "pass_percent", exam, &pack->pass_percent) &&
           take_flag(json, "never_lower", exam, &pack->never_lower);
}
