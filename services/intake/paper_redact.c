#include "paper_redact.h"

#include "redact_fold.h"
#include "wf_arena.h"

#include "endorse/v1/exam.pb-c.h"

#include <stdlib.h>
#include <string.h>

/* ---- learning, SPEC 10.1 ---- */

static void learn_names(struct redact_dictionary *dictionary, enum redact_kind kind,
                        const struct paper_record *record)
{
    const Endorse__V1__PersonProfileChanged *profile = record->profile;
    if (record->card.name[0])
        (void)redact_learn(dictionary, kind, record->card.name, true);
    for (size_t i = 0; i < profile->n_former_names; i++)
        (void)redact_learn(dictionary, kind, profile->former_names[i], true);
    for (size_t i = 0; i < profile->n_nicknames; i++)
        (void)redact_learn(dictionary, kind, profile->nicknames[i], true);
}

void redact_learn_companion(struct redact_dictionary *dictionary, const struct paper_record *person)
{
    learn_names(dictionary, REDACT_PERSON, person);
}

void redact_learn_writer(struct redact_dictionary *dictionary, const struct paper_record *writer)
{
    const Endorse__V1__PersonProfileChanged *profile = writer->profile;
    const char *at = strchr(writer->card.email, '@');
    char local[WF_EMAIL_MAX + 1] = "";
    learn_names(dictionary, REDACT_NAME, writer);
    for (size_t i = 0; i < profile->n_supervisors; i++)
        (void)redact_learn(dictionary, REDACT_PERSON, profile->supervisors[i], true);
    for (size_t i = 0; i < profile->n_employers; i++)
        (void)redact_learn(dictionary, REDACT_EMPLOYER, profile->employers[i], false);
    for (size_t i = 0; i < profile->n_places; i++)
        (void)redact_learn(dictionary, REDACT_PLACE, profile->places[i], false);
    for (size_t i = 0; i < profile->n_programmes; i++)
        (void)redact_learn(dictionary, REDACT_PROGRAMME, profile->programmes[i], false);
    for (size_t i = 0; i < profile->n_phones; i++)
        (void)redact_learn_phone(dictionary, profile->phones[i]);
    if (at && at > writer->card.email) {
        memcpy(local, writer->card.email, (size_t)(at - writer->card.email));
        (void)redact_learn(dictionary, REDACT_CONTACT, local, false);
    }
    explicit_bzero(local, sizeof local);
}

/* ---- one answer ---- */

struct answer {
    int32_t prompt;
    const char *text;
    uint32_t length;
};

static const struct paper_hit *judged(const struct paper_state *state, const struct paper_hit *hit)
{
    for (int32_t i = 0; i < state->hit_count; i++) {
        const struct paper_hit *known = &state->hits[i];
        if (known->prompt == hit->prompt && known->begin == hit->begin && known->end == hit->end)
            return known;
    }
    return NULL;
}

static bool add_hit(struct redact_result *result, const struct paper_hit *hit)
{
    if (result->hit_count == PAPER_HITS)
        return false;
    result->hits[result->hit_count++] = *hit;
    return true;
}

/* More than fit: the answer goes as a whole. */
static void remove_whole(struct redact_result *result, const struct answer *answer)
{
    while (result->hit_count > 0 && (result->hits[result->hit_count - 1].prompt == answer->prompt ||
                                     result->hit_count == PAPER_HITS))
        result->hit_count--;
    struct paper_hit whole = {.prompt = answer->prompt,
                              .end = answer->length,
                              .kind = REDACT_OTHER,
                              .rule = REDACT_BY_LONG,
                              .certain = true};
    (void)add_hit(result, &whole);
}

static void find_hits(const struct redact_dictionary *dictionary,
                      const struct redact_allowed *allowed, const struct answer *answer,
                      struct redact_result *result)
{
    struct redact_tokens cut = {0};
    redact_cut((struct wf_bytes){.data = (const uint8_t *)answer->text, .length = answer->length},
               &cut);
    struct redact_text text = {.tokens = cut.tokens, .count = cut.count};
    struct redact_span *spans = calloc(cut.count + 1, sizeof *spans);
    WF_ASSERT(spans);
    uint32_t count = redact(dictionary, allowed, &text, spans);
    for (uint32_t i = 0; i < count; i++) {
        struct paper_hit hit = {.prompt = answer->prompt,
                                .begin = spans[i].begin,
                                .end = spans[i].end,
                                .kind = spans[i].kind,
                                .rule = spans[i].rule,
                                .certain = spans[i].certain};
        if (add_hit(result, &hit))
            continue;
        remove_whole(result, answer);
        break;
    }
    free(spans);
    redact_tokens_fini(&cut);
}

/* ---- writing it without them ---- */

static int by_place(const void *one, const void *other)
{
    const struct paper_hit *a = one;
    const struct paper_hit *b = other;
    if (a->begin != b->begin)
        return a->begin < b->begin ? -1 : 1;
    return a->end > b->end ? -1 : a->end < b->end;
}

/* What goes from an answer, in its order: certain, accepted, or added by a person. */
static size_t collect_going(const struct paper_state *state, const struct redact_result *result,
                            const struct answer *answer, struct paper_hit *going)
{
    size_t count = 0;
    for (int32_t i = 0; i < result->hit_count; i++) {
        const struct paper_hit *hit = &result->hits[i];
        const struct paper_hit *known = judged(state, hit);
        if (hit->prompt != answer->prompt ||
            !(hit->certain || (known && known->judgement == HIT_GOES)))
            continue;
        going[count] = *hit;
        going[count++].blank = known && known->blank;
    }
    for (int32_t i = 0; i < state->hit_count; i++) {
        const struct paper_hit *hit = &state->hits[i];
        if (hit->prompt == answer->prompt && hit->rule == REDACT_BY_HUMAN &&
            hit->end <= answer->length)
            going[count++] = *hit;
    }
    qsort(going, count, sizeof *going, by_place);
    return count;
}

static bool is_blank(const struct wf_buffer *text)
{
    for (size_t i = 0; i < text->length; i++) {
        if (!strchr(" \t\r\n", text->data[i]))
            return false;
    }
    return true;
}

/* A person may have named a byte inside a letter: the whole letter goes. */
static uint32_t letter_begin(const struct answer *answer, uint32_t at)
{
    while (at > 0 && at < answer->length && ((unsigned char)answer->text[at] & 0xc0) == 0x80)
        at--;
    return at;
}
static uint32_t letter_end(const struct answer *answer, uint32_t at)
{
    while (at < answer->length && ((unsigned char)answer->text[at] & 0xc0) == 0x80)
        at++;
    return at;
}

static void write_answer(const struct paper_state *state, const struct redact_result *result,
                         const struct answer *answer, struct wf_buffer *text)
{
    struct paper_hit going[2 * PAPER_HITS];
    size_t count = collect_going(state, result, answer, going);
    uint32_t at = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t begin = letter_begin(answer, going[i].begin);
        uint32_t end = letter_end(answer, going[i].end);
        if (begin >= at) {
            wf_buffer_append(text, answer->text + at, begin - at);
            if (!going[i].blank)
                wf_buffer_text(text, redact_placeholder((enum redact_kind)going[i].kind));
        }
        at = end > at ? end : at;
    }
    wf_buffer_append(text, answer->text + at, answer->length - at);
    if (is_blank(text)) {
        wf_buffer_clear(text);
        wf_buffer_text(text, redact_placeholder(REDACT_OTHER));
    }
    wf_buffer_append(text, "", 1);
}

void redact_essay(const struct redact_dictionary *dictionary, const struct wf_exam_form *form,
                  const struct paper_state *state, const Endorse__V1__EssaySubmitted *essay,
                  struct redact_result *result)
{
    Endorse__V1__PaperText message = ENDORSE__V1__PAPER_TEXT__INIT;
    Endorse__V1__PaperAnswer answers[PAPER_PROMPTS];
    Endorse__V1__PaperAnswer *list[PAPER_PROMPTS];
    struct wf_buffer texts[PAPER_PROMPTS] = {{0}};
    struct redact_allowed *allowed = calloc(1, sizeof *allowed);
    WF_ASSERT(allowed);
    for (size_t i = 0; i < essay->n_answers && i < PAPER_PROMPTS; i++) {
        const struct wf_exam_prompt *prompt = &form->prompts[i];
        struct answer answer = {.prompt = (int32_t)i,
                                .text = essay->answers[i],
                                .length = (uint32_t)strlen(essay->answers[i])};
        allowed->count = 0;
        for (int32_t k = 0; k < prompt->name_count; k++)
            redact_allow(allowed, prompt->names[k]);
        find_hits(dictionary, allowed, &answer, result);
        write_answer(state, result, &answer, &texts[i]);
        endorse__v1__paper_answer__init(&answers[i]);
        answers[i].prompt = (char *)prompt->id;
        answers[i].text = (char *)texts[i].data;
        list[i] = &answers[i];
        result->lengths[i] = answer.length;
        message.n_answers = result->answer_count = i + 1;
    }
    message.answers = list;
    wf_pack(&message.base, &result->text);
    for (size_t i = 0; i < message.n_answers; i++) {
        explicit_bzero(texts[i].data, texts[i].length);
        wf_buffer_fini(&texts[i]);
    }
    free(allowed);
}

void redact_result_fini(struct redact_result *result)
{
    if (result->text.data)
        explicit_bzero(result->text.data, result->text.length);
    wf_buffer_fini(&result->text);
}
