/* links: wf_base wf_wire */
/* messages.def by itself; the services' tests compare it with their handler tables. */
#include "wf_messages.h"
#include "wf_prelude.h"
#include "wf_text.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct wf_message_row *row(int message)
{
    return wf_message_row((enum wf_message)message);
}

START_TEST(every_type_is_found_by_its_name_and_is_its_own)
{
    for (int i = 1; i < WF_MESSAGE_COUNT; i++)
        ck_assert_int_eq((int)wf_message_find(row(i)->type), i);
    ck_assert_int_eq((int)wf_message_find("org.endorse.nothing.v1"), WF_MESSAGE_TICK);
    ck_assert_int_eq((int)wf_message_find(""), WF_MESSAGE_TICK);
}
END_TEST

START_TEST(a_tick_comes_from_nobody)
{
    ck_assert_uint_eq(row(WF_MESSAGE_TICK)->from, 0);
    ck_assert_ptr_null(row(WF_MESSAGE_TICK)->descriptor);
}
END_TEST

START_TEST(every_type_says_its_version_and_where_it_is_from)
{
    for (int i = 1; i < WF_MESSAGE_COUNT; i++) {
        const char *type = row(i)->type;
        bool portal = (row(i)->from & WF_FROM_PORTAL) != 0;
        const char *prefix = portal ? "org.endorse." : "endorse.";
        ck_assert_msg(wf_text_is_type(type) && strlen(type) <= 128, "%s", type);
        ck_assert_msg(strncmp(type, prefix, strlen(prefix)) == 0, "%s", type);
        ck_assert_msg(strcmp(type + strlen(type) - 3, ".v1") == 0, "%s", type);
        ck_assert_msg(!portal || row(i)->from == WF_FROM_PORTAL, "%s: portals alone", type);
    }
}
END_TEST

START_TEST(every_row_has_a_sender_a_message_and_a_size_that_fits_a_frame)
{
    const uint32_t known = WF_FROM_INTAKE | WF_FROM_REFERENCE | WF_FROM_EXAM | WF_FROM_DESK |
                           WF_FROM_RENEWAL | WF_FROM_COURIER | WF_FROM_GATEWAY |
                           WF_FROM_ENDORSECTL | WF_FROM_PORTAL;
    for (int i = 1; i < WF_MESSAGE_COUNT; i++) {
        ck_assert_msg(row(i)->descriptor != NULL, "%s", row(i)->type);
        ck_assert_msg(row(i)->from != 0 && (row(i)->from & ~known) == 0, "%s", row(i)->type);
        ck_assert_msg(row(i)->bytes_max >= 512 && row(i)->bytes_max <= WF_FRAME_MAX - 4096, "%s",
                      row(i)->type);
    }
}
END_TEST

static const struct {
    enum wf_service service;
    const char *kind;
} kinds[] = {
    {WF_INTAKE, "application"}, {WF_INTAKE, "person"},    {WF_INTAKE, "portal"},
    {WF_REFERENCE, "ratings"},  {WF_REFERENCE, "token"},  {WF_RENEWAL, "standing"},
    {WF_COURIER, "effect"},     {WF_COURIER, "endpoint"}, {WF_INTAKE, "paper"},
    {WF_INTAKE, "reader"},      {WF_INTAKE, "operator"},  {WF_EXAM, "paper"},
    {WF_EXAM, "seat"},          {WF_EXAM, "pool"},        {WF_EXAM, "operator"},
    {WF_DESK, "seat"},          {WF_DESK, "reader"},
};

static bool is_kind_of(enum wf_service service, const char *kind)
{
    if (kind[0] == '\0')
        return true; /* a question to the program */
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].service == service && strcmp(kinds[i].kind, kind) == 0)
            return true;
    }
    return false;
}

START_TEST(every_receiver_owns_the_kind)
{
    for (int i = 1; i < WF_MESSAGE_COUNT; i++) {
        ck_assert_msg(row(i)->to < WF_SERVICE_COUNT, "%s", row(i)->type);
        ck_assert_msg(strlen(row(i)->kind) <= WF_KIND_MAX, "%s", row(i)->type);
        ck_assert_msg(is_kind_of(row(i)->to, row(i)->kind), "%s goes to %s/%s", row(i)->type,
                      wf_service_name(row(i)->to), row(i)->kind);
    }
}
END_TEST

START_TEST(portals_reach_applications_and_persons_of_intake_only)
{
    for (int i = 1; i < WF_MESSAGE_COUNT; i++) {
        if (!(row(i)->from & WF_FROM_PORTAL))
            continue;
        ck_assert_msg(row(i)->to == WF_INTAKE, "%s", row(i)->type);
        ck_assert_msg(strcmp(row(i)->kind, "application") == 0 ||
                          strcmp(row(i)->kind, "person") == 0,
                      "%s", row(i)->type);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("messages.def");
    TCase *tests = tcase_create("rows");
    tcase_add_test(tests, every_type_is_found_by_its_name_and_is_its_own);
    tcase_add_test(tests, a_tick_comes_from_nobody);
    tcase_add_test(tests, every_type_says_its_version_and_where_it_is_from);
    tcase_add_test(tests, every_row_has_a_sender_a_message_and_a_size_that_fits_a_frame);
    tcase_add_test(tests, every_receiver_owns_the_kind);
    tcase_add_test(tests, portals_reach_applications_and_persons_of_intake_only);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
