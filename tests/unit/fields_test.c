/* links: wf_port */
/* Rows of fields (wf_store.h): copied, sorted, found. */
#include "wf_store.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct wf_bytes text(const char *value)
{
    return (struct wf_bytes){(const uint8_t *)value, strlen(value)};
}

START_TEST(fields_are_found_after_growing)
{
    struct wf_fields fields = {0};
    char name[16];
    for (int i = 999; i >= 0; i--) {
        (void)snprintf(name, sizeof name, "f%d", i);
        wf_fields_add(&fields, text(name), text(name + 1));
    }
    wf_fields_sort(&fields);
    for (int i = 0; i < 1000; i++) {
        (void)snprintf(name, sizeof name, "f%d", i);
        const struct wf_field *field = wf_fields_find(&fields, name);
        ck_assert_ptr_nonnull(field);
        ck_assert_mem_eq(field->value.data, name + 1, field->value.length);
    }
    ck_assert_ptr_null(wf_fields_find(&fields, "f"));
    ck_assert_ptr_null(wf_fields_find(&fields, "f1000"));
    wf_fields_fini(&fields);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fields");
    TCase *fields = tcase_create("fields");
    tcase_add_test(fields, fields_are_found_after_growing);
    suite_add_tcase(suite, fields);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
