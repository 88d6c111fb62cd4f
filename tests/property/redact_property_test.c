/* links: wf_intake wf_intake_core wf_people wf_runtime wf_base wf_port */
/* Random essays with planted identities through the whole redactor: nothing certain is left, what was not
 * planted stays, and without the dictionary everything is still there (intake SPEC 10; A5, A9). */
#include "conflict_tokens.h"
#include "paper_redact.h"
#include "redact_fold.h"
#include "wf_arena.h"

#include "endorse/v1/exam.pb-c.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ESSAYS = 200, WORDS_EACH = 120, TEXT = 8000 };

static const char *const plain[] = {"the",    "baby",    "looked", "away",  "and",    "her",
                                    "mother", "waited",  "while",  "Maud",  "spoke",  "softly",
                                    "about",  "nights,", "sleep",  "and",   "tears.", "Über",
                                    "naïve",  "hopes",   "we",     "held,", "then",   "paused"};
/* Ways in which people write what gives them away. */
static const char *const planted[] = {"Wilhelmina Ostrander-Probe",
                                      "WILHELMINA",
                                      "Ostrander",
                                      "OstranderProbe",
                                      "Ostrander-Probe's",
                                      "Wílhelmína",
                                      "Minchen",
                                      "Tenfold Meadow Agency",
                                      "tenfold-meadow agency",
                                      "Probeville",
                                      "w.probe@tenfold.example",
                                      "(555) 010-3344",
                                      "Balthasar Quorum"};
static const char *const tells[] = {"ilhelmin", "ostrander", "probe",  "minchen",   "tenfold",
                                    "010-3344", "alth",      "quorum", "\xc3\xadlh"};

static uint64_t seed;
static unsigned below(unsigned most)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % most;
}

static char *text_of(const char *text)
{
    return (char *)(uintptr_t)text;
}

static Endorse__V1__PersonProfileChanged profile;
static struct paper_record writer;
static struct wf_exam_form form;
static struct redact_dictionary *dictionary;
static struct paper_state *state;
static struct redact_result *result;

static void open_writer(void)
{
    static char *nicknames[] = {NULL}, *employers[] = {NULL}, *places[] = {NULL},
                *supervisors[] = {NULL}, *phones[] = {NULL};
    nicknames[0] = text_of("Minchen");
    employers[0] = text_of("Tenfold Meadow Agency");
    places[0] = text_of("Probeville");
    supervisors[0] = text_of("Balthasar Quorum");
    phones[0] = text_of("+1 555 010 3344");
    endorse__v1__person_profile_changed__init(&profile);
    profile.n_nicknames = profile.n_employers = profile.n_places = profile.n_supervisors =
        profile.n_phones = 1;
    profile.nicknames = nicknames;
    profile.employers = employers;
    profile.places = places;
    profile.supervisors = supervisors;
    profile.phones = phones;
    memset(&writer, 0, sizeof writer);
    writer.profile = &profile;
    (void)snprintf(writer.card.id, sizeof writer.card.id, "p-1");
    (void)snprintf(writer.card.name, sizeof writer.card.name, "Wilhelmina Ostrander-Probe");
    (void)snprintf(writer.card.email, sizeof writer.card.email, "w.probe@tenfold.example");
    form.prompt_count = 1;
    (void)snprintf(form.prompts[0].id, sizeof form.prompts[0].id, "vignette-1");
    (void)snprintf(form.prompts[0].names[0], sizeof form.prompts[0].names[0], "Maud");
    form.prompts[0].name_count = 1;
    dictionary = calloc(1, sizeof *dictionary);
    state = calloc(1, sizeof *state);
    result = calloc(1, sizeof *result);
    ck_assert(dictionary && state && result);
}
static void close_writer(void)
{
    redact_result_fini(result);
    free(dictionary);
    free(state);
    free(result);
}

static void write_essay(char *text, unsigned *plants)
{
    size_t used = 0;
    *plants = 0;
    for (unsigned i = 0; i < WORDS_EACH; i++) {
        bool plant = below(8) == 0;
        const char *word = plant ? planted[below(sizeof planted / sizeof planted[0])]
                                 : plain[below(sizeof plain / sizeof plain[0])];
        *plants += plant;
        used += (size_t)snprintf(text + used, TEXT - used, "%s%s", word,
                                 below(12) == 0 ? ".\n\n" : " ");
    }
}

/* The redacted answer; lives until the next one. */
static const char *redacted(const char *text)
{
    static char kept[2 * TEXT];
    Endorse__V1__EssaySubmitted essay = ENDORSE__V1__ESSAY_SUBMITTED__INIT;
    char *answers[] = {text_of(text)};
    essay.n_answers = 1;
    essay.answers = answers;
    redact_result_fini(result);
    memset(result, 0, sizeof *result);
    redact_essay(dictionary, &form, state, &essay, result);
    Endorse__V1__PaperText *out =
        endorse__v1__paper_text__unpack(NULL, result->text.length, result->text.data);
    ck_assert_ptr_nonnull(out);
    ck_assert_uint_eq(out->n_answers, 1);
    (void)snprintf(kept, sizeof kept, "%s", out->answers[0]->text);
    endorse__v1__paper_text__free_unpacked(out, NULL);
    return kept;
}

static unsigned count_tells(const char *text)
{
    char folded[2 * TEXT];
    unsigned count = 0;
    size_t i = 0;
    for (; text[i]; i++)
        folded[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i]);
    folded[i] = '\0';
    for (size_t k = 0; k < sizeof tells / sizeof tells[0]; k++)
        count += strstr(folded, tells[k]) != NULL;
    return count;
}

START_TEST(a9_nothing_planted_is_left_and_the_vignette_stays)
{
    char text[TEXT];
    unsigned plants = 0;
    seed = (uint64_t)_i * 7919 + 17;
    redact_learn_writer(dictionary, &writer);
    write_essay(text, &plants);
    const char *out = redacted(text);
    ck_assert_msg(count_tells(out) == 0, "seed %d left something in:\n%s", _i, out);
    ck_assert_msg(!strstr(text, "Maud") || strstr(out, "Maud"), "the client's name went:\n%s", out);
    for (size_t w = 0; w < sizeof plain / sizeof plain[0]; w++)
        ck_assert_msg(!strstr(text, plain[w]) || strstr(out, plain[w]), "\"%s\" went:\n%s",
                      plain[w], out);
}
END_TEST

/* Positive control: the same check finds all of it when the redactor knows nothing. */
START_TEST(a9_the_check_sees_what_an_idle_redactor_leaves)
{
    char text[TEXT];
    unsigned plants = 0;
    unsigned seen = 0;
    for (seed = 1; plants == 0;)
        write_essay(text, &plants);
    seen = count_tells(redacted(text));
    ck_assert_uint_gt(seen, 0);
}
END_TEST

START_TEST(spec_10_3_an_emptied_answer_is_a_value)
{
    redact_learn_writer(dictionary, &writer);
    ck_assert_str_eq(redacted("Wilhelmina"), "[NAME]");
    state->hit_count = 1;
    state->hits[0] = (struct paper_hit){
        .end = 10, .rule = REDACT_BY_HUMAN, .judgement = HIT_GOES, .blank = true};
    dictionary->count = 0;
    ck_assert_str_eq(redacted("Wilhelmina"), "[REMOVED]");
    ck_assert_str_eq(redacted("Wilhelmina\n"), "[REMOVED]");
    ck_assert_str_eq(redacted("Wilhelmina and"), " and");
}
END_TEST

START_TEST(spec_10_3_a_span_never_cuts_a_letter)
{
    state->hit_count = 1;
    state->hits[0] = (struct paper_hit){
        .begin = 1, .end = 3, .kind = REDACT_NAME, .rule = REDACT_BY_HUMAN, .judgement = HIT_GOES};
    ck_assert_str_eq(redacted("a\xc3\xa9\xc3\xa9z"), "a[NAME]\xc3\xa9z");
    state->hits[0].end = 2;
    ck_assert_str_eq(redacted("a\xc3\xa9\xc3\xa9z"), "a[NAME]\xc3\xa9z");
}
END_TEST

/* ---- conflict tokens, SPEC 13 ---- */

static bool meets(const struct conflict_set *a, const struct conflict_set *b)
{
    for (int32_t i = 0; i < a->count; i++) {
        for (int32_t k = 0; k < b->count; k++) {
            if (memcmp(&a->tokens[i], &b->tokens[k], sizeof a->tokens[i]) == 0)
                return true;
        }
    }
    return false;
}

static bool conflicts(const char *name, const char *employer, const char *email,
                      const char *supervisor, const char *phone)
{
    static const uint8_t key[32] = {7};
    struct conflict_set paper = {.key = key};
    struct conflict_set reader = {.key = key};
    Endorse__V1__PersonProfileChanged own = ENDORSE__V1__PERSON_PROFILE_CHANGED__INIT;
    char *employers[] = {text_of(employer)}, *supervisors[] = {text_of(supervisor)},
         *phones[] = {text_of(phone)};
    struct paper_record record;
    own.n_employers = own.n_supervisors = own.n_phones = 1;
    own.employers = employers;
    own.supervisors = supervisors;
    own.phones = phones;
    memset(&record, 0, sizeof record);
    record.profile = &own;
    (void)snprintf(record.card.id, sizeof record.card.id, "reader-1");
    (void)snprintf(record.card.name, sizeof record.card.name, "%s", name);
    (void)snprintf(record.card.email, sizeof record.card.email, "%s", email);
    conflict_of_writer(&paper, &writer);
    conflict_of_reader(&reader, &record);
    return meets(&paper, &reader);
}

START_TEST(a5_colleague_supervisor_and_same_domain_meet_strangers_do_not)
{
    ck_assert(!conflicts("Somebody Else", "Farfield", "x@far.example", "No One", "555 999 0000"));
    ck_assert(
        conflicts("Somebody Else", "The Tenfold-Meadow AGENCY, Inc.", "x@far.example", "N O", "1"));
    ck_assert(conflicts("Somebody Else", "Farfield", "x@TENFOLD.example", "N O", "1"));
    ck_assert(conflicts("balthasar QUORUM", "Farfield", "x@far.example", "N O", "1"));
    ck_assert(
        conflicts("Somebody Else", "Farfield", "x@far.example", "Wilhelmina Ostrander Probe", "1"));
    ck_assert(conflicts("Somebody Else", "Farfield", "x@far.example", "N O", "(555)010-3344"));
    (void)snprintf(writer.card.email, sizeof writer.card.email, "w@gmail.com");
    ck_assert(!conflicts("Somebody Else", "Farfield", "x@gmail.com", "N O", "1"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("redaction of whole essays");
    TCase *tests = tcase_create("essays");
    tcase_add_checked_fixture(tests, open_writer, close_writer);
    tcase_add_loop_test(tests, a9_nothing_planted_is_left_and_the_vignette_stays, 0, ESSAYS);
    tcase_add_test(tests, a9_the_check_sees_what_an_idle_redactor_leaves);
    tcase_add_test(tests, spec_10_3_an_emptied_answer_is_a_value);
    tcase_add_test(tests, spec_10_3_a_span_never_cuts_a_letter);
    tcase_add_test(tests, a5_colleague_supervisor_and_same_domain_meet_strangers_do_not);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
