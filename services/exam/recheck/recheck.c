/* From text to text: SPEC 7.5. */
#include "recheck.h"

#include "recheck_inner.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool recheck_unsound(struct recheck_exam *exam, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(exam->why, sizeof exam->why, format, arguments);
    va_end(arguments);
    return false;
}

static json_t *counted_codes(const struct recheck_result *result)
{
    json_t *codes = json_array();
    for (size_t i = 0; i < result->counted_count; i++)
        (void)json_array_append_new(codes, json_string(result->counted[i]->code));
    return codes;
}

static json_t *criteria_points(const struct recheck_exam *exam, const struct recheck_result *result)
{
    json_t *criteria = json_array();
    for (size_t i = 0; result->exists && i < exam->pack.criteria_count; i++)
        (void)json_array_append_new(criteria, json_integer(result->criteria[i]));
    return criteria;
}

static char *write_answer(const struct recheck_exam *exam, const struct recheck_result *result)
{
    json_t *answer = json_pack(
        "{s:b, s:s, s:I, s:s, s:o, s:o, s:I, s:o, s:b, s:b}", "sound", exam->why[0] == '\0', "why",
        exam->why, "round", (json_int_t)exam->round_count, "path", result->path, "counted",
        counted_codes(result), "score", result->exists ? json_integer(result->score) : json_null(),
        "most", (json_int_t)result->most, "criteria", criteria_points(exam, result), "passed",
        result->passed, "kept", result->kept);
    char *text = json_dumps(answer, JSON_COMPACT);
    json_decref(answer);
    return text;
}

char *recheck(const char *json)
{
    struct recheck_exam *exam = calloc(1, sizeof *exam);
    struct recheck_result result = {.path = "incomplete"};
    json_error_t fault;
    if (!exam)
        abort();
    json_t *input = json_loads(json, JSON_REJECT_DUPLICATES, &fault);
    if (!json_is_object(input))
        (void)recheck_unsound(exam, "this is no JSON object (line %d)", fault.line);
    else if (recheck_read(input, exam) && recheck_settle(exam))
        result = recheck_rules(exam);
    char *answer = write_answer(exam, &result);
    json_decref(input);
    free(exam);
    if (!answer)
        abort();
    return answer;
}
