/* SPEC 3.7. */
#include "exam_anonymity.h"

#include "wf_error.h"

#include <stdlib.h>
#include <string.h>

struct exam_anonymity {
    const struct pool *pool;
    wf_date today;
    struct pool_paper like; /* what a qualification looks at */
    struct stats_writer *writers;
    bool *excluded; /* writers by readers */
    size_t count, room, readers;
};

struct exam_anonymity *exam_anonymity_new(const struct pool *pool, wf_date today)
{
    struct exam_anonymity *anonymity = calloc(1, sizeof *anonymity);
    WF_ASSERT(anonymity);
    anonymity->pool = pool;
    anonymity->today = today;
    anonymity->readers = (size_t)pool->reader_count;
    return anonymity;
}

static void grow(struct exam_anonymity *anonymity)
{
    if (anonymity->count < anonymity->room)
        return;
    anonymity->room = anonymity->room ? 2 * anonymity->room : 64;
    anonymity->writers =
        reallocarray(anonymity->writers, anonymity->room, sizeof *anonymity->writers);
    anonymity->excluded = reallocarray(anonymity->excluded, anonymity->room,
                                       (anonymity->readers + 1) * sizeof *anonymity->excluded);
    WF_ASSERT(anonymity->writers && anonymity->excluded);
}

void exam_anonymity_add(struct exam_anonymity *anonymity, const struct paper *paper,
                        uint32_t cohort, uint32_t shared)
{
    struct pool_paper *like = &anonymity->like;
    grow(anonymity);
    like->category = paper->category;
    memcpy(like->form, paper->form, sizeof like->form);
    memcpy(like->language, paper->language, sizeof like->language);
    for (size_t i = 0; i < anonymity->readers; i++) {
        const struct pool_reader *reader = &anonymity->pool->readers[i];
        anonymity->excluded[anonymity->count * anonymity->readers + i] =
            !pool_is_qualified(reader, like, anonymity->today) ||
            exam_tokens_common(reader->card.tokens, reader->card.token_count, paper->tokens,
                               paper->token_count);
    }
    anonymity->writers[anonymity->count++] = (struct stats_writer){cohort, shared};
}

void exam_anonymity_gauge(const struct exam_anonymity *anonymity, uint32_t cohorts,
                          struct stats_gauge *result)
{
    stats_gauge(anonymity->writers, anonymity->count, anonymity->excluded, anonymity->readers,
                cohorts, result);
}

void exam_anonymity_free(struct exam_anonymity **anonymity)
{
    if (!*anonymity)
        return;
    free((*anonymity)->writers);
    free((*anonymity)->excluded);
    free(*anonymity);
    *anonymity = NULL;
}
