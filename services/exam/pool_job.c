/* Who is to read what: the assignment library (SPEC 4) over the pool as it is.  SPEC 6.3.  The core checks
 * every row again. */
#include "assignment.h"
#include "exam_service.h"

#include "wf_seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The pool as an assignment problem. */
struct problem {
    const struct pool *pool;
    wf_date today;
    struct assignment_reviewer *reviewers;
    uint32_t *lists; /* behind the eligible lists: a row of reader_count for each paper */
    int32_t
        *papers; /* exam -> place in pool->papers; those behind exam_count are closed readings */
    uint32_t exam_count, closed_count;
    struct assignment_plan *plan;
};

static uint64_t number_of(const char *handle)
{
    uint8_t digest[32];
    uint64_t number = 0;
    wf_sha256((struct wf_bytes){(const uint8_t *)handle, strlen(handle)}, digest);
    for (int i = 0; i < 8; i++)
        number = number << 8 | digest[i];
    return number;
}

static void *blank(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);
    WF_ASSERT(memory);
    return memory;
}

static int32_t live_of(const struct pool *pool, int32_t reader)
{
    int32_t live = 0;
    for (int32_t i = 0; i < pool->paper_count; i++)
        for (int32_t place = 0; pool->papers[i].handle[0] && place < EXAM_PLACES; place++)
            live += pool->papers[i].slots[place].reader == reader;
    return live;
}

static bool holds_place(const struct pool_paper *paper, int32_t reader)
{
    for (int32_t i = 0; i < EXAM_PLACES; i++)
        if (paper->slots[i].reader == reader)
            return true;
    return false;
}

static uint32_t places_of(const struct pool_paper *paper)
{
    uint32_t places = 0;
    for (int32_t i = 0; i < EXAM_PLACES; i++)
        places += paper->slots[i].wanted || paper->slots[i].reader != POOL_NOBODY;
    return places;
}

static void add_paper(struct problem *problem, int32_t at)
{
    const struct pool *pool = problem->pool;
    const struct pool_paper *paper = &pool->papers[at];
    uint32_t exam = problem->exam_count++, count = 0, place = 0;
    uint32_t *list = problem->lists + (size_t)exam * (size_t)pool->reader_count;
    uint32_t readers[EXAM_PLACES];
    for (int32_t i = 0; i < pool->reader_count; i++)
        if (holds_place(paper, i) || pool_may_read(pool, paper, i, problem->today))
            list[count++] = (uint32_t)i;
    struct assignment_exam row = {.handle = number_of(paper->handle),
                                  .category = (uint32_t)paper->category % ASSIGNMENT_CATEGORIES_MAX,
                                  .demand = places_of(paper),
                                  .listed = true,
                                  .eligible = {list, count}};
    problem->papers[exam] = at;
    for (int32_t i = 0; i < EXAM_PLACES; i++)
        if (paper->slots[i].wanted || paper->slots[i].reader != POOL_NOBODY)
            readers[place++] = paper->slots[i].reader == POOL_NOBODY
                                   ? ASSIGNMENT_NOBODY
                                   : (uint32_t)paper->slots[i].reader;
    assignment_keep(problem->plan, &row, readers);
    place = 0;
    for (int32_t i = 0; i < EXAM_PLACES; i++) {
        if (!paper->slots[i].wanted && paper->slots[i].reader == POOL_NOBODY)
            continue;
        if (paper->slots[i].opened)
            assignment_open(problem->plan, exam, place);
        place++;
    }
}

/* What was read within the window and is over takes room, but cannot be moved. */
static void add_closed(struct problem *problem, int32_t reader)
{
    int32_t closed =
        pool_load(&problem->pool->readers[reader], problem->today) - live_of(problem->pool, reader);
    uint32_t only = (uint32_t)reader;
    struct assignment_exam row = {.demand = 1, .listed = true};
    for (int32_t i = 0; i < closed; i++) {
        assignment_keep(problem->plan, &row, &only);
        assignment_open(problem->plan, problem->exam_count + problem->closed_count++, 0);
    }
}

static void pose(struct problem *problem)
{
    const struct pool *pool = problem->pool;
    size_t readers = (size_t)pool->reader_count, papers = (size_t)pool->paper_count;
    static const uint8_t no_seed[ASSIGNMENT_SEED];
    problem->reviewers = blank(readers, sizeof *problem->reviewers);
    problem->lists = blank(readers * papers, sizeof *problem->lists);
    problem->papers = blank(papers, sizeof *problem->papers);
    for (int32_t i = 0; i < pool->reader_count; i++) {
        const struct pool_reader *reader = &pool->readers[i];
        int32_t load = pool_load(reader, problem->today), live = live_of(pool, i);
        int32_t room = pool_room(reader, problem->today);
        problem->reviewers[i].capacity = (uint32_t)((load > live ? load : live) + room);
    }
    problem->plan = assignment_new(
        problem->reviewers, (uint32_t)readers, (uint32_t)(papers + readers * POOL_GIVEN_MAX),
        pool->seed_count > 0 ? pool->seeds[pool->seed_count - 1].bytes : no_seed);
    for (int32_t i = 0; i < pool->paper_count; i++)
        if (pool->papers[i].handle[0] && places_of(&pool->papers[i]) > 0)
            add_paper(problem, i);
    for (int32_t i = 0; i < pool->reader_count; i++)
        add_closed(problem, i);
}

/* ---- what came out ---- */

static void take_rows(const struct problem *problem, struct pool_event *planned)
{
    for (uint32_t exam = 0; exam < problem->exam_count; exam++) {
        const struct pool_paper *paper = &problem->pool->papers[problem->papers[exam]];
        const uint32_t *readers = assignment_readers(problem->plan, exam);
        uint32_t place = 0;
        for (int32_t i = 0; i < EXAM_PLACES; i++) {
            if (!paper->slots[i].wanted && paper->slots[i].reader == POOL_NOBODY)
                continue;
            uint32_t reader = readers[place++];
            if (reader == ASSIGNMENT_NOBODY || (int32_t)reader == paper->slots[i].reader ||
                planned->row_count == POOL_ROWS_MAX)
                continue;
            struct pool_row *row = &planned->rows[planned->row_count++];
            memcpy(row->handle, paper->handle, sizeof row->handle);
            row->place = i + 1;
            memcpy(row->reader, problem->pool->readers[reader].id, sizeof row->reader);
        }
    }
}

/* How many readers a rule keeps from the first paper of a certificate. */
struct barred {
    int32_t qualified, conflict, held, away, recalibrating, kinds[8];
};

static void count_kinds(const struct pool_reader *reader, const struct pool_paper *paper,
                        struct barred *barred)
{
    for (int32_t kind = 1; kind < 8; kind++)
        for (int32_t i = 0; i < paper->token_count; i++)
            if (paper->tokens[i].kind == kind &&
                exam_tokens_common(reader->card.tokens, reader->card.token_count, &paper->tokens[i],
                                   1)) {
                barred->kinds[kind]++;
                break;
            }
}

static struct barred count_barred(const struct problem *problem, const struct pool_paper *paper)
{
    struct barred barred = {0};
    const struct pool *pool = problem->pool;
    for (int32_t i = 0; i < pool->reader_count; i++) {
        if (!pool_is_qualified(&pool->readers[i], paper, problem->today))
            continue;
        barred.qualified++;
        if (pool_has_conflict(pool, paper, i)) {
            barred.conflict++;
            count_kinds(&pool->readers[i], paper, &barred);
        } else if (!pool_may_read(pool, paper, i, problem->today) && !holds_place(paper, i)) {
            bool held = pool_has_held(pool, paper, i);
            barred.held += held;
            barred.recalibrating += !held && pool->readers[i].recalibrating;
            barred.away += !held && !pool->readers[i].recalibrating;
        }
    }
    return barred;
}

static void write_certificate(const struct problem *problem,
                              const struct assignment_certificate *found,
                              const struct pool_paper *paper, char *text, size_t size)
{
    static const char *const kinds[8] = {
        [ENDORSE__V1__TOKEN_KIND__TOKEN_PERSON] = "a person in common",
        [ENDORSE__V1__TOKEN_KIND__TOKEN_EMPLOYER] = "the same employer",
        [ENDORSE__V1__TOKEN_KIND__TOKEN_ADDRESS] = "the same address",
        [ENDORSE__V1__TOKEN_KIND__TOKEN_PHONE] = "the same phone",
        [ENDORSE__V1__TOKEN_KIND__TOKEN_MAIL_DOMAIN] = "the same mail domain",
        [ENDORSE__V1__TOKEN_KIND__TOKEN_AUTHOR] = "an earlier attempt read",
    };
    struct barred barred = count_barred(problem, paper);
    int length = snprintf(
        text, size,
        "%u paper%s want%s %llu readings; the %u reader%s who may have room for %llu%s: %llu "
        "lack%s. For the first of these papers %d are qualified: %d of them have a conflict",
        found->exam_count, found->exam_count == 1 ? "" : "s", found->exam_count == 1 ? "s" : "",
        (unsigned long long)found->wanted, found->reviewer_count,
        found->reviewer_count == 1 ? "" : "s", (unsigned long long)found->room,
        found->elsewhere ? ", others give some" : "", (unsigned long long)found->shortage,
        found->shortage == 1 ? "s" : "", barred.qualified, barred.conflict);
    for (int32_t kind = 1; kind < 8 && length > 0 && (size_t)length < size; kind++)
        if (barred.kinds[kind] && kinds[kind])
            length += snprintf(text + length, size - (size_t)length, " (%d: %s)",
                               barred.kinds[kind], kinds[kind]);
    if (length > 0 && (size_t)length < size)
        (void)snprintf(text + length, size - (size_t)length,
                       ", %d had a seat of it or of an earlier attempt, %d are away, %d calibrate "
                       "anew. Places "
                       "for %llu more, with qualified readers whom nothing of this bars, would do.",
                       barred.held, barred.away, barred.recalibrating,
                       (unsigned long long)found->shortage);
}

static void take_lacks(const struct problem *problem, struct pool_event *planned)
{
    uint8_t *seen = blank(problem->exam_count + problem->closed_count, 1);
    struct assignment_certificate found;
    while (assignment_certificate(problem->plan, seen, &found)) {
        for (uint32_t i = 0; i < found.exam_count; i++) {
            uint32_t exam = found.exams[i];
            if (exam >= problem->exam_count || planned->lack_count == POOL_LACKS_MAX)
                continue;
            const struct pool_paper *paper = &problem->pool->papers[problem->papers[exam]];
            const uint32_t *readers = assignment_readers(problem->plan, exam);
            bool lacks = false;
            for (uint32_t place = 0; place < places_of(paper); place++)
                lacks = lacks || readers[place] == ASSIGNMENT_NOBODY;
            if (!lacks)
                continue;
            struct pool_lack *lack = &planned->lacks[planned->lack_count++];
            memcpy(lack->handle, paper->handle, sizeof lack->handle);
            write_certificate(problem, &found, paper, lack->certificate, sizeof lack->certificate);
        }
        assignment_certificate_free(&found);
    }
    free(seen);
}

void pool_choose(const struct pool *pool, wf_date today, bool repair, struct pool_event *planned)
{
    struct problem problem = {.pool = pool, .today = today};
    planned->kind = POOL_EVENT_PLANNED;
    planned->plan = pool->changes;
    planned->made_on = today;
    planned->repaired = repair;
    pose(&problem);
    for (uint32_t exam = 0; exam < problem.exam_count; exam++)
        if (pool_is_open(&pool->papers[problem.papers[exam]]))
            (void)assignment_complete(problem.plan, exam);
    if (repair)
        assignment_repair(problem.plan);
    take_rows(&problem, planned);
    take_lacks(&problem, planned);
    assignment_free(problem.plan);
    free(problem.reviewers);
    free(problem.lists);
    free(problem.papers);
}
