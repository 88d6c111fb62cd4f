/* What a plan is worth, counted anew from its exams, and why one is impossible (SPEC 4.4, 4.5). */
#include "assignment_inner.h"

#include <stdlib.h>

static uint64_t violations_of(const struct assignment_plan *plan, uint32_t exam, uint32_t *load)
{
    const uint32_t *reader = assignment_readers(plan, exam);
    uint64_t violations = 0;
    for (uint32_t i = 0; i < plan->exams[exam].demand; i++) {
        if (reader[i] == NONE)
            continue;
        load[reader[i]]++;
        violations += !assignment_may_read(plan, exam, reader[i]);
        for (uint32_t j = 0; j < i; j++)
            violations += reader[j] == reader[i];
    }
    return violations;
}

static void count_loads(const struct assignment_plan *plan, struct assignment_quality *quality)
{
    double sum = 0, squares = 0;
    uint32_t *load = calloc((size_t)plan->reviewer_count + 1, sizeof *load), able = 0;
    WF_ASSERT(load);
    for (uint32_t exam = 0; exam < plan->exam_count; exam++) {
        quality->violations += violations_of(plan, exam, load);
        for (uint32_t i = 0; i < plan->exams[exam].demand; i++)
            quality->unfilled += assignment_readers(plan, exam)[i] == NONE;
        quality->readings += plan->exams[exam].demand;
    }
    for (uint32_t i = 0; i < plan->reviewer_count; i++) {
        quality->violations += load[i] > plan->reviewers[i].capacity;
        if (plan->reviewers[i].capacity == 0)
            continue;
        double utilisation = (double)load[i] / plan->reviewers[i].capacity;
        if (utilisation > quality->max_utilisation)
            quality->max_utilisation = utilisation;
        sum += utilisation;
        squares += utilisation * utilisation;
        able++;
    }
    quality->jain = squares > 0 ? sum * sum / (able * squares) : 1;
    free(load);
}

static int by_value(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static void count_meetings(const struct assignment_plan *plan, struct assignment_quality *quality)
{
    size_t count = 0;
    uint32_t *times = calloc(plan->pair_slots, sizeof *times);
    WF_ASSERT(times);
    for (size_t i = 0; i < plan->pair_slots; i++)
        if (assignment_pair_slot_times(plan, i))
            times[count++] = assignment_pair_slot_times(plan, i);
    qsort(times, count, sizeof *times, by_value);
    if (count) {
        quality->max_pair = times[count - 1];
        quality->pair_95 = times[(count * 95 + 99) / 100 - 1];
    }
    free(times);
}

void assignment_quality(const struct assignment_plan *plan, struct assignment_quality *quality)
{
    *quality = (struct assignment_quality){.moves = plan->moves, .swaps = plan->swaps};
    count_loads(plan, quality);
    count_meetings(plan, quality);
    if (plan->proved_capacity)
        quality->optimum = (double)plan->proved_load / (double)plan->proved_capacity;
}

/* What the search from one lacking exam reached: every reader that these exams could have is either
 * full (in the set) or reads the exam already (elsewhere). */
static void take_reached(const struct assignment_plan *plan, uint8_t *seen,
                         struct assignment_certificate *certificate)
{
    const struct assignment_search *search = &plan->search;
    certificate->exams = calloc((size_t)search->exam_count + 1, sizeof(uint32_t));
    certificate->reviewers = calloc((size_t)search->queued + 1, sizeof(uint32_t));
    WF_ASSERT(certificate->exams && certificate->reviewers);
    for (uint32_t i = 0; i < search->queued; i++) {
        uint32_t reviewer = search->queue[i], place = plan->head[reviewer];
        certificate->reviewers[certificate->reviewer_count++] = reviewer;
        certificate->room += plan->reviewers[reviewer].capacity;
        for (; place != NONE;
             place = plan->places[place].next) /* opened: not to be moved, no room */
            certificate->room -= search->exam[plan->places[place].exam].stamp != search->stamp;
    }
    for (uint32_t i = 0; i < search->exam_count; i++) {
        uint32_t exam = search->exams[i];
        seen[exam] = 1;
        certificate->exams[certificate->exam_count++] = exam;
        certificate->wanted += plan->exams[exam].demand;
        for (uint32_t j = 0; j < plan->exams[exam].demand; j++) {
            uint32_t reader = assignment_readers(plan, exam)[j];
            certificate->shortage += reader == NONE;
            certificate->elsewhere +=
                reader != NONE && search->reviewer[reader].stamp != search->stamp;
        }
        for (uint32_t j = 0; j < plan->reviewer_count; j++) {
            bool qualified =
                plan->exams[exam].listed
                    ? assignment_list_has(&plan->exams[exam].eligible, j)
                    : plan->reviewers[j].qualifications >> plan->exams[exam].category & 1;
            certificate->barred += qualified && !assignment_may_read(plan, exam, j);
        }
    }
    qsort(certificate->exams, certificate->exam_count, sizeof(uint32_t), by_value);
    qsort(certificate->reviewers, certificate->reviewer_count, sizeof(uint32_t), by_value);
}

bool assignment_certificate(struct assignment_plan *plan, uint8_t *seen,
                            struct assignment_certificate *certificate)
{
    *certificate = (struct assignment_certificate){0};
    for (uint32_t exam = 0; exam < plan->exam_count; exam++)
        if (!seen[exam] && assignment_holds(plan, exam, NONE) && assignment_reach(plan, exam)) {
            take_reached(plan, seen, certificate);
            return true;
        }
    return false;
}

void assignment_certificate_free(struct assignment_certificate *certificate)
{
    free(certificate->exams);
    free(certificate->reviewers);
    *certificate = (struct assignment_certificate){0};
}
