/* links: intake_world_kit wf_intake wf_intake_core wf_kit wf_runtime wf_wire wf_policy wf_base */
/* The desk got the very key under which the answers lie sealed in the journal; wrapped with desk-key it stood in journals too,
 * so that the answers outlived the destruction of the paper's key.  Intake SPEC 11.1. */
#include "intake_world.h"
#include "paper_key.h"
#include "wf_journal.h"
#include "wf_seal.h"
#include "wf_worker.h"

#include "endorse/v1/exam.pb-c.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char portal_key[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
#define ACCEPTED ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_ACCEPTED

static struct intake_world world;
static struct wf_arena arena;
static uint8_t master[32]; /* essay-key and desk-key of this world */

static void open_world(void)
{
    for (size_t i = 0; i < sizeof master; i++)
        master[i] = (uint8_t)(i % 16 * 0x11);
    intake_world_open(&world);
    intake_world_add_portal(&world, "MA", portal_key);
    intake_world_put_sitting(&world);
    wf_arena_init(&arena, 1 << 20);
}

static void close_world(void)
{
    wf_arena_fini(&arena);
    intake_world_close(&world);
}

/* The kept essay of the journal. */
static bool take_essay(void *context, uint64_t ms, uint64_t n, struct wf_bytes bytes)
{
    const Endorse__V1__JournalLine *line = wf_journal_decode(bytes, &arena);
    (void)ms;
    (void)n;
    ck_assert_ptr_nonnull(line);
    if (strcmp(line->type, "org.endorse.exam.essay.submitted.v1") != 0)
        return true;
    *(const Endorse__V1__EssaySubmitted **)context = (const Endorse__V1__EssaySubmitted *)wf_unpack(
        &endorse__v1__essay_submitted__descriptor,
        (struct wf_bytes){.data = line->payload.data, .length = line->payload.len}, &arena);
    return false;
}

static bool opens(const uint8_t *key, const char *place, ProtobufCBinaryData sealed)
{
    struct wf_buffer text = {0};
    bool opened =
        wf_unseal(key, place, (struct wf_bytes){.data = sealed.data, .length = sealed.len}, &text);
    wf_buffer_fini(&text);
    return opened;
}

START_TEST(the_key_that_travels_opens_the_text_alone)
{
    struct wf_error error = {0};
    struct wf_buffer packed = {0};
    struct wf_buffer text_key = {0};
    const Endorse__V1__EssaySubmitted *essay = NULL;
    uint8_t key[PAPER_KEY];
    char answers[PAPER_PLACE];
    ck_assert_int_eq(intake_world_hand_in(&world, portal_key, "e1", "X-1", "An answer.")->status,
                     ACCEPTED);
    ck_assert_int_eq(
        wf_store_journal(world.store, wf_partition("A-1"), 0, take_essay, &essay, &error), 0);
    ck_assert(essay && essay->kept);
    virtual_clock_advance(&world.clock, 2 * WF_MINUTE); /* nobody around the writer answers */
    intake_world_settle(&world);
    ck_assert_uint_eq(intake_world_waiting(&world, "endorse.exam.paper.sealed.v1", &packed), 1);
    const Endorse__V1__PaperSealed *paper = (const Endorse__V1__PaperSealed *)wf_unpack(
        &endorse__v1__paper_sealed__descriptor, wf_buffer_bytes(&packed), &arena);
    ck_assert_ptr_nonnull(paper);
    ck_assert(wf_unseal(
        master, "key",
        (struct wf_bytes){.data = paper->sealed_key.data, .length = paper->sealed_key.len},
        &text_key));
    ck_assert_uint_eq(text_key.length, PAPER_KEY);
    ck_assert_int_eq(paper_key(world.store, master, essay->kept->handle, NULL, key, &error), 0);
    paper_place(answers, essay->kept->handle, "answers");
    ck_assert(opens(text_key.data, "text/1", paper->sealed_text));
    ck_assert(opens(key, answers, essay->kept->sealed_answers));
    ck_assert(!opens(text_key.data, answers, essay->kept->sealed_answers));
    wf_buffer_fini(&text_key);
    wf_buffer_fini(&packed);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("desk_key_opens_no_answers");
    TCase *tests = tcase_create("keys");
    tcase_add_checked_fixture(tests, open_world, close_world);
    tcase_add_test(tests, the_key_that_travels_opens_the_text_alone);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
