/* links: wf_intake wf_intake_core wf_base wf_port */
/* The redactor: what is found, what is sure, what is left alone.  intake SPEC 10; A9. */
#include "redact_fold.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct redact_dictionary *dictionary;
static struct redact_allowed *allowed;

static void open_dictionary(void)
{
    dictionary = calloc(1, sizeof *dictionary);
    allowed = calloc(1, sizeof *allowed);
    ck_assert(dictionary && allowed);
    ck_assert(redact_learn(dictionary, REDACT_NAME, "Avery Zoë Example-Quillington", true));
    ck_assert(redact_learn(dictionary, REDACT_NAME, "Avie", true));
    ck_assert(redact_learn(dictionary, REDACT_CONTACT, "avery.q", false));
    ck_assert(redact_learn(dictionary, REDACT_PERSON, "Dr. Jordan O'Sample", true));
    ck_assert(redact_learn(dictionary, REDACT_PERSON, "Marisol Invented", true));
    ck_assert(redact_learn(dictionary, REDACT_EMPLOYER, "Bright Start Family Center", false));
    ck_assert(redact_learn(dictionary, REDACT_PLACE, "Nowhereville", false));
    ck_assert(redact_learn_phone(dictionary, "+1 (555) 010-4477"));
    redact_allow(allowed, "Marisol and her son Teo");
}
static void close_dictionary(void)
{
    free(dictionary);
    free(allowed);
}

/* The text with what is sure replaced, and what is not in angle brackets with its rule. */
static const char *seen(const char *text)
{
    static char told[2000];
    struct redact_tokens cut = {0};
    size_t used = 0;
    uint32_t at = 0;
    redact_cut((struct wf_bytes){.data = (const uint8_t *)text, .length = strlen(text)}, &cut);
    struct redact_span *spans = calloc(cut.count + 1, sizeof *spans);
    struct redact_text words = {.tokens = cut.tokens, .count = cut.count};
    ck_assert_ptr_nonnull(spans);
    uint32_t count = redact(dictionary, allowed, &words, spans);
    for (uint32_t i = 0; i <= count; i++) {
        uint32_t to = i < count ? spans[i].begin : (uint32_t)strlen(text);
        ck_assert_uint_ge(to, at);
        used +=
            (size_t)snprintf(told + used, sizeof told - used, "%.*s", (int)(to - at), text + at);
        if (i == count)
            break;
        at = spans[i].end;
        if (spans[i].certain)
            used += (size_t)snprintf(told + used, sizeof told - used, "%s",
                                     redact_placeholder((enum redact_kind)spans[i].kind));
        else
            used += (size_t)snprintf(told + used, sizeof told - used, "<%.*s:%s>", (int)(at - to),
                                     text + to, redact_rule_name((enum redact_rule)spans[i].rule));
    }
    free(spans);
    redact_tokens_fini(&cut);
    return told;
}

static const struct {
    const char *text, *then;
} cases[] = {
    /* names */
    {"I am Avery Zoë Example-Quillington.", "I am [NAME]."},
    {"Avery, EXAMPLE-QUILLINGTON and Avie", "[NAME], [NAME] and [NAME]"},
    {"Quillington's work, the Quillingtons'", "[NAME]'s work, the [NAME]'"},
    {"ExampleQuillington; Example Quillington", "[NAME]; [NAME]"},
    {"Example-\nQuillington", "[NAME]"},
    {"Zoe", "[NAME]"},
    {"ZOË", "[NAME]"},
    {"MsAvery", "Ms[NAME]"},
    {"Av\xc2\xad"
     "ery",
     "[NAME]"},
    {"A. Quillington wrote", "[NAME] wrote"},
    {"A. Z. E. Q.", "[NAME]."},
    {"avery", "<avery:lower-case>"},
    /* slips */
    {"Quilington", "<Quilington:near>"},
    {"Quilligntons", "Quilligntons"},
    {"Quilligton", "<Quilligton:near>"},
    {"Aevry", "<Aevry:near>"},
    {"Avi", "Avi"},
    /* others */
    {"Dr. O'Sample and OSample and O’Sample", "Dr. [PERSON] and [PERSON] and [PERSON]"},
    {"Jordan", "[PERSON]"},
    {"doctor", "doctor"},
    /* work and places */
    {"at Bright Start Family Center", "at [EMPLOYER]"},
    {"at bright-start family center", "at [EMPLOYER]"},
    {"the BSFC team, B.S.F.C. too", "the [EMPLOYER] team, [EMPLOYER]. too"},
    {"Bright Start was new", "<Bright Start:beginning> was new"},
    {"a family center", "a family center"},
    {"in Nowhereville", "in [PLACE]"},
    /* contacts */
    {"write to a.q+x@mail.example or avery.q", "write to [CONTACT] or [CONTACT]"},
    {"call 010-4477 or 555.010.4477 or 1 555 010 4477", "call [CONTACT] or [CONTACT] or [CONTACT]"},
    {"order 123 456 7890", "order <123 456 7890:digits>"},
    {"in 2024 and 60 of 90", "in 2024 and 60 of 90"},
    {"see www.bright.example/team", "see <www.bright.example/team:link>"},
    /* the vignette's people stay */
    {"Marisol held Teo", "Marisol held Teo"},
    {"Marisol Invented", "[PERSON]"},
    {"Invented", "[PERSON]"},
    {"Supercalifragilisticexpialidociousness",
     "<Supercalifragilisticexpialidociousness:long-word>"},
    {"", ""},
};

START_TEST(spec_10_2_each_rule_finds_what_it_is_for)
{
    ck_assert_str_eq(seen(cases[_i].text), cases[_i].then);
}
END_TEST

START_TEST(a9_own_name_misspelt_surname_nickname_and_agency_go_the_client_stays)
{
    ck_assert_str_eq(seen("I, Avery Quillington (Avie), of Bright Start Family Center, met "
                          "Marisol. Quillinton is how they spelt me."),
                     "I, [NAME] [NAME] ([NAME]), of [EMPLOYER], met Marisol. "
                     "<Quillinton:near> is how they spelt me.");
}
END_TEST

/* Positive control: without the dictionary nothing of it is found, so the cases above are no
 * accident. */
START_TEST(a9_without_a_dictionary_nothing_is_found)
{
    dictionary->count = 0;
    ck_assert_str_eq(seen("Avery Quillington of Bright Start Family Center"),
                     "Avery Quillington of Bright Start Family Center");
}
END_TEST

START_TEST(spec_10_2_the_writers_own_name_in_the_vignette_is_for_a_person)
{
    redact_allow(allowed, "Avery");
    ck_assert_str_eq(seen("Avery"), "<Avery:also-in-the-vignette>");
    ck_assert_str_eq(seen("Avery Zoe Example-Quillington"), "[NAME]");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("redaction");
    TCase *tests = tcase_create("redactor");
    tcase_add_checked_fixture(tests, open_dictionary, close_dictionary);
    tcase_add_loop_test(tests, spec_10_2_each_rule_finds_what_it_is_for, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(tests, a9_own_name_misspelt_surname_nickname_and_agency_go_the_client_stays);
    tcase_add_test(tests, a9_without_a_dictionary_nothing_is_found);
    tcase_add_test(tests, spec_10_2_the_writers_own_name_in_the_vignette_is_for_a_person);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
