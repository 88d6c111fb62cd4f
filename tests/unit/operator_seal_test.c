/* links: wf_wire wf_base */
/* The signature under a human act.  exam SPEC 5.6. */
#include "wf_operator_seal.h"

#include "endorse/v1/exam.pb-c.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1767225600000)

static uint8_t public_key[WF_OPERATOR_PUBLIC], secret_key[WF_OPERATOR_SECRET];
static Endorse__V1__UnblindRequested act;
static Endorse__V1__OperatorSeal seal;
static struct wf_operator_place place;
static uint8_t signature[WF_OPERATOR_SIGNATURE];

static void seal_act(void)
{
    wf_operator_keys(public_key, secret_key);
    endorse__v1__unblind_requested__init(&act);
    endorse__v1__operator_seal__init(&seal);
    act.reason = (char *)(uintptr_t) "integrity question";
    place = (struct wf_operator_place){
        .type = "endorse.ops.unblind.requested.v1", .aggregate = "intake/paper/ABC", .time = NOW};
    wf_operator_sign(secret_key, &place, &act.base, signature);
    seal.operator_ = (char *)(uintptr_t) "ann";
    seal.time_ms = NOW;
    seal.signature = (ProtobufCBinaryData){.len = sizeof signature, .data = signature};
    act.seal = &seal;
}

static bool is_good(wf_time now)
{
    struct wf_error error = {0};
    int result = wf_operator_verify(public_key, &place, &act.base, signature, now, &error);
    ck_assert(result == 0 || error.code == WF_DENIED);
    return result == 0;
}

START_TEST(spec_5_6_a_seal_is_good_under_its_act_with_the_seal_in_it)
{
    ck_assert(is_good(NOW));
    ck_assert_ptr_eq(act.seal, &seal);
}
END_TEST

START_TEST(spec_5_6_a_seal_is_good_for_ten_minutes)
{
    ck_assert(is_good(NOW + WF_OPERATOR_SEAL_LIFE));
    ck_assert(!is_good(NOW + WF_OPERATOR_SEAL_LIFE + 1));
    ck_assert(is_good(NOW - WF_OPERATOR_SEAL_LIFE));
    ck_assert(!is_good(NOW - WF_OPERATOR_SEAL_LIFE - 1));
}
END_TEST

START_TEST(spec_5_6_nothing_of_the_act_can_be_changed)
{
    act.reason = (char *)(uintptr_t) "integrity questioN";
    ck_assert(!is_good(NOW));
    act.reason = (char *)(uintptr_t) "integrity question";
    place.aggregate = "intake/paper/ABD";
    ck_assert(!is_good(NOW));
    place.aggregate = "intake/paper/ABC";
    place.type = "endorse.ops.unblind.approved.v1";
    ck_assert(!is_good(NOW));
    place.type = "endorse.ops.unblind.requested.v1";
    place.time = NOW + 1;
    ck_assert(!is_good(NOW));
    place.time = NOW;
    ck_assert(is_good(NOW));
    public_key[0] ^= 1;
    ck_assert(!is_good(NOW));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("operators' seals");
    TCase *tests = tcase_create("seal");
    tcase_add_checked_fixture(tests, seal_act, NULL);
    tcase_add_test(tests, spec_5_6_a_seal_is_good_under_its_act_with_the_seal_in_it);
    tcase_add_test(tests, spec_5_6_a_seal_is_good_for_ten_minutes);
    tcase_add_test(tests, spec_5_6_nothing_of_the_act_can_be_changed);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
