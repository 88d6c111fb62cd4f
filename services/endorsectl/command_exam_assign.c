/* endorsectl exam assign: a plan, its quality, or why there is none. */
#include "command_exam.h"

#include "assignment_problem.h"

#include <stdio.h>
#include <stdlib.h>

enum { SENTENCES_MAX = 20, NAMES_MAX = 5 };

static json_t *quality_json(const struct assignment_plan *plan,
                            const struct assignment_problem *problem,
                            const struct assignment_quality *quality)
{
    uint32_t *load = calloc((size_t)problem->reviewer_count + 1, sizeof *load), most = 0;
    WF_ASSERT(load);
    for (uint32_t exam = 0; exam < problem->exam_count; exam++)
        for (uint32_t i = 0; i < problem->exams[exam].demand; i++) {
            uint32_t reader = assignment_readers(plan, exam)[i];
            if (reader != ASSIGNMENT_NOBODY && ++load[reader] > most)
                most = load[reader];
        }
    free(load);
    json_t *value = json_pack(
        "{s:I,s:I,s:I,s:i,s:i,s:i,s:I,s:I}", "readings", (json_int_t)quality->readings,
        "violations", (json_int_t)quality->violations, "unfilled", (json_int_t)quality->unfilled,
        "max_load", (int)most, "max_pair", (int)quality->max_pair, "pair_95", (int)quality->pair_95,
        "moves", (json_int_t)quality->moves, "swaps", (json_int_t)quality->swaps);
    ctl_exam_set(value, "max_utilisation", quality->max_utilisation);
    ctl_exam_set(value, "optimum", quality->optimum);
    ctl_exam_set(value, "ratio_to_optimum",
                 quality->optimum > 0 ? quality->max_utilisation / quality->optimum : 1);
    ctl_exam_set(value, "jain", quality->jain);
    return value;
}

/* "E1, E2, E3 and 49 more" */
static void append_names(struct wf_buffer *text, const struct assignment_problem *problem,
                         const uint32_t *items, uint32_t count,
                         const char *(*name)(const struct assignment_problem *, uint32_t))
{
    for (uint32_t i = 0; i < count && i < NAMES_MAX; i++)
        wf_buffer_format(text, "%s%s", i ? ", " : "", name(problem, items[i]));
    if (count > NAMES_MAX)
        wf_buffer_format(text, " and %u more", count - NAMES_MAX);
}

static void append_sentences(struct wf_buffer *text, const struct assignment_problem *problem,
                             const struct assignment_certificate *certificate)
{
    const char *category = assignment_problem_category(problem, certificate->exams[0]);
    for (uint32_t i = 1; i < certificate->exam_count; i++)
        if (problem->exams[certificate->exams[i]].category !=
            problem->exams[certificate->exams[0]].category)
            category = "";
    wf_buffer_format(text, "%u%s%s exam%s (", certificate->exam_count, *category ? " " : "",
                     category, certificate->exam_count == 1 ? "" : "s");
    append_names(text, problem, certificate->exams, certificate->exam_count,
                 assignment_problem_exam);
    wf_buffer_format(text, ") want%s %llu readings", certificate->exam_count == 1 ? "s" : "",
                     (unsigned long long)certificate->wanted);
    if (certificate->elsewhere)
        wf_buffer_format(text, "; readers who can take no more of them have %llu",
                         (unsigned long long)certificate->elsewhere);
    if (certificate->reviewer_count) {
        wf_buffer_format(text, "; for the rest there %s only %u reviewer%s (",
                         certificate->reviewer_count == 1 ? "is" : "are",
                         certificate->reviewer_count, certificate->reviewer_count == 1 ? "" : "s");
        append_names(text, problem, certificate->reviewers, certificate->reviewer_count,
                     assignment_problem_reviewer);
        wf_buffer_format(text, ") with room for %llu", (unsigned long long)certificate->room);
    } else {
        wf_buffer_text(text, "; nobody else may read them");
    }
    wf_buffer_format(text, ": %llu reading%s short.", (unsigned long long)certificate->shortage,
                     certificate->shortage == 1 ? " is" : "s are");
    if (certificate->barred)
        wf_buffer_format(text, " A conflict keeps apart %llu pairs of these exams and reviewers.",
                         (unsigned long long)certificate->barred);
    wf_buffer_format(text,
                     " Places for %llu more, with reviewers who are qualified and not in conflict, "
                     "would do.",
                     (unsigned long long)certificate->shortage);
}

static json_t *certificate_json(const struct assignment_problem *problem,
                                const struct assignment_certificate *certificate)
{
    struct wf_buffer text = {0};
    json_t *exams = json_array(), *reviewers = json_array();
    append_sentences(&text, problem, certificate);
    for (uint32_t i = 0; i < certificate->exam_count; i++)
        (void)json_array_append_new(
            exams, json_string(assignment_problem_exam(problem, certificate->exams[i])));
    for (uint32_t i = 0; i < certificate->reviewer_count; i++)
        (void)json_array_append_new(reviewers, json_string(assignment_problem_reviewer(
                                                   problem, certificate->reviewers[i])));
    json_t *value = json_pack(
        "{s:s%,s:I,s:I,s:I,s:I,s:I,s:o,s:o}", "text", text.data, text.length, "shortage",
        (json_int_t)certificate->shortage, "wanted", (json_int_t)certificate->wanted, "elsewhere",
        (json_int_t)certificate->elsewhere, "room", (json_int_t)certificate->room, "barred_pairs",
        (json_int_t)certificate->barred, "exams", exams, "reviewers", reviewers);
    wf_buffer_fini(&text);
    return value;
}

/* Whether every exam of a certificate is marked; marks them. */
static bool take_marks(const struct assignment_certificate *certificate, uint8_t *marked)
{
    bool all = true;
    for (uint32_t i = 0; i < certificate->exam_count; i++) {
        all = all && marked[certificate->exams[i]];
        marked[certificate->exams[i]] = 1;
    }
    return all;
}

/* A later search may reach all that an earlier one did: then the later certificate counts the earlier one's
 * shortage too, and stands alone. */
static json_t *certificates_json(struct assignment_plan *plan,
                                 const struct assignment_problem *problem)
{
    json_t *values = json_array();
    size_t count = 0, room = 16;
    struct assignment_certificate *found = calloc(room, sizeof *found);
    uint8_t *seen = calloc((size_t)problem->exam_count + 1, 1);
    uint8_t *marked = calloc((size_t)problem->exam_count + 1, 1);
    WF_ASSERT(found && seen && marked);
    while (assignment_certificate(plan, seen, &found[count])) {
        if (++count == room) {
            room *= 2;
            found = reallocarray(found, room, sizeof *found);
            WF_ASSERT(found);
        }
    }
    for (size_t i = count; i > 0; i--)
        if (take_marks(&found[i - 1], marked))
            assignment_certificate_free(&found[i - 1]);
    for (size_t i = 0; i < count; i++) {
        if (found[i].exam_count)
            (void)json_array_append_new(values, certificate_json(problem, &found[i]));
        assignment_certificate_free(&found[i]);
    }
    free(found);
    free(seen);
    free(marked);
    return values;
}

static json_t *assignment_json(const struct assignment_plan *plan,
                               const struct assignment_problem *problem)
{
    json_t *lines = json_array();
    for (uint32_t exam = 0; exam < problem->exam_count; exam++) {
        json_t *readers = json_array();
        for (uint32_t i = 0; i < problem->exams[exam].demand; i++) {
            uint32_t reader = assignment_readers(plan, exam)[i];
            if (reader != ASSIGNMENT_NOBODY)
                (void)json_array_append_new(
                    readers, json_string(assignment_problem_reviewer(problem, reader)));
        }
        (void)json_array_append_new(lines, json_pack("{s:s,s:o}", "exam",
                                                     assignment_problem_exam(problem, exam),
                                                     "readers", readers));
    }
    return lines;
}

/* What the pass of SPEC 4.7 did: mean absolute pair sums, in points. */
struct lottery {
    double before, after;
    uint64_t swaps;
};

/* NULL, unless the file tells severities. */
static json_t *lottery_json(const struct assignment_problem *problem, const struct lottery *lottery)
{
    if (!problem->severity_given)
        return NULL;
    json_t *value = json_pack("{s:I}", "swaps", (json_int_t)lottery->swaps);
    ctl_exam_set(value, "before", lottery->before);
    ctl_exam_set(value, "after", lottery->after);
    return value;
}

static void print_plan(const struct assignment_quality *quality, const json_t *certificates)
{
    size_t index;
    json_t *value;
    (void)printf("%llu readings, %llu unfilled, %llu violations\n"
                 "fullest reviewer %.4f of capacity; the least possible is %.4f\n"
                 "Jain %.4f; the same two read together %u times at most; %llu moves, %llu swaps\n",
                 (unsigned long long)quality->readings, (unsigned long long)quality->unfilled,
                 (unsigned long long)quality->violations, quality->max_utilisation,
                 quality->optimum, quality->jain, quality->max_pair,
                 (unsigned long long)quality->moves, (unsigned long long)quality->swaps);
    json_array_foreach(certificates, index, value)
    {
        if (index == SENTENCES_MAX) {
            (void)printf("%zu more certificates: --json has them all\n",
                         json_array_size(certificates) - index);
            break;
        }
        (void)printf("%s\n", json_string_value(json_object_get(value, "text")));
    }
}

static int answer(const struct ctl *ctl, const struct assignment_problem *problem)
{
    struct assignment_quality quality;
    struct lottery lottery = {0};
    struct assignment_plan *plan = assignment_new(problem->reviewers, problem->reviewer_count,
                                                  problem->exam_count, problem->seed);
    for (uint32_t exam = 0; exam < problem->exam_count; exam++)
        (void)assignment_add(plan, &problem->exams[exam]);
    assignment_repair(plan);
    if (problem->severity_given) {
        lottery.before = assignment_lottery(plan, problem->severities);
        lottery.swaps = assignment_balance(plan, problem->severities);
        lottery.after = assignment_lottery(plan, problem->severities);
    }
    assignment_quality(plan, &quality);
    json_t *certificates = certificates_json(plan, problem);
    if (ctl->json) {
        json_t *value = json_pack("{s:b,s:s,s:o,s:o*,s:o,s:o}", "feasible", quality.unfilled == 0,
                                  "seed_sha256", problem->commitment, "quality",
                                  quality_json(plan, problem, &quality), "severity_lottery",
                                  lottery_json(problem, &lottery), "certificates", certificates,
                                  "assignment", assignment_json(plan, problem));
        ctl_json(value);
        json_decref(value);
    } else {
        print_plan(&quality, certificates);
        if (problem->severity_given)
            (void)printf("severity lottery %.2f points, %.2f before %llu swaps\n", lottery.after,
                         lottery.before, (unsigned long long)lottery.swaps);
        json_decref(certificates);
    }
    assignment_free(plan);
    return quality.unfilled == 0 ? CTL_OK : CTL_NO;
}

int ctl_exam_assign(struct ctl *ctl, int argc, char **argv)
{
    struct assignment_problem problem;
    struct wf_error error = {0};
    const char *path = ctl_option(&argc, argv, "--problem", true);
    int code = ctl_exam_wants("assign", argc, path ? NULL : "needs --problem FILE.json");
    if (code)
        return code;
    code = assignment_problem_read(path, &problem, &error) ? ctl_complain(&error)
                                                           : answer(ctl, &problem);
    assignment_problem_free(&problem);
    return code;
}
