/* Who may read what, and who has room.  SPEC 6.3. */
#include "pool_core.h"

bool pool_is_qualified(const struct pool_reader *reader, const struct pool_paper *paper,
                       wf_date today)
{
    const struct pool_card *card = &reader->card;
    bool qualified = false, speaks = card->language_count == 0;
    for (int32_t i = 0; i < card->qualification_count && !qualified; i++) {
        const struct pool_qualification *row = &card->qualifications[i];
        qualified = row->category == paper->category &&
                    (!row->form[0] || strcmp(row->form, paper->form) == 0) &&
                    (row->until == WF_NO_DATE || today <= row->until);
    }
    for (int32_t i = 0; i < card->language_count && !speaks; i++)
        speaks = strcmp(card->languages[i].code, paper->language) == 0;
    return card->active && qualified && speaks;
}

static bool is_available(const struct pool_reader *reader, wf_date today)
{
    for (int32_t i = 0; i < reader->card.span_count; i++)
        if (today >= reader->card.spans[i].from && today <= reader->card.spans[i].until)
            return false;
    return true;
}

static bool has(const struct pool_held *rows, int32_t count, int32_t reader)
{
    for (int32_t i = 0; i < count; i++)
        if (rows[i].reader == reader)
            return true;
    return false;
}

bool pool_has_conflict(const struct pool *pool, const struct pool_paper *paper, int32_t reader)
{
    const struct pool_card *card = &pool->readers[reader].card;
    return !has(paper->pinned, paper->pinned_count, reader) &&
           exam_tokens_common(card->tokens, card->token_count, paper->tokens, paper->token_count);
}

bool pool_may_read(const struct pool *pool, const struct pool_paper *paper, int32_t reader,
                   wf_date today)
{
    return !pool->readers[reader].recalibrating && pool_may_calibrate(pool, paper, reader, today);
}

bool pool_may_calibrate(const struct pool *pool, const struct pool_paper *paper, int32_t reader,
                        wf_date today)
{
    const struct pool_reader *who = &pool->readers[reader];
    return pool_is_qualified(who, paper, today) && is_available(who, today) &&
           who->author_count < POOL_AUTHORS_MAX && !pool_has_held(pool, paper, reader) &&
           !pool_has_conflict(pool, paper, reader);
}

/* A reader has hundreds of writers, a paper one token of its own. */
static bool has_read(const struct pool_reader *who, const struct pool_paper *paper)
{
    for (int32_t i = 0; i < paper->token_count; i++)
        if (paper->tokens[i].kind == EXAM_TOKEN_AUTHOR &&
            exam_tokens_common(who->authors, who->author_count, &paper->tokens[i], 1))
            return true;
    return false;
}

bool pool_has_held(const struct pool *pool, const struct pool_paper *paper, int32_t reader)
{
    const struct pool_reader *who = &pool->readers[reader];
    return has(paper->held, paper->held_count, reader) || has_read(who, paper);
}

enum pool_why pool_why_not(const struct pool *pool, const struct pool_paper *paper, int32_t reader,
                           wf_date today)
{
    if (pool_has_conflict(pool, paper, reader))
        return POOL_WHY_CONFLICT;
    return pool_is_qualified(&pool->readers[reader], paper, today) ? POOL_WHY_NONE
                                                                   : POOL_WHY_UNQUALIFIED;
}

int32_t pool_load(const struct pool_reader *reader, wf_date today)
{
    int32_t load = 0;
    for (int32_t i = 0; i < reader->given_count; i++)
        load += reader->given[i].on > today - reader->card.window_days;
    return load;
}

int32_t pool_room(const struct pool_reader *reader, wf_date today)
{
    int32_t load = pool_load(reader, today);
    int32_t most = reader->card.capacity < POOL_GIVEN_MAX ? reader->card.capacity : POOL_GIVEN_MAX;
    return most > load ? most - load : 0;
}

bool pool_is_open(const struct pool_paper *paper)
{
    for (int32_t i = 0; i < EXAM_PLACES; i++)
        if (paper->slots[i].wanted && paper->slots[i].reader == POOL_NOBODY)
            return true;
    return false;
}
