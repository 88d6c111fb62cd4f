/* Texts from outside: tokens, dates, times, addresses, ids, and what a text may look like. */
#include "fuzz.h"

#include "wf_address.h"
#include "wf_link.h"
#include "wf_text.h"
#include "wf_time.h"
#include "wf_validate.h"

static void token(const char *text)
{
    static const uint8_t key[32] = {1, 2, 3, 4};
    struct wf_link link;
    unsigned partition = 0;
    char made[WF_LINK_TEXT];
    bool shaped = wf_link_partition(text, &partition);
    WF_ASSERT(!shaped || partition < WF_PARTITIONS);
    if (!wf_link_open(key, text, &link))
        return;
    WF_ASSERT(shaped);
    wf_link_make(key, &link, made);
    WF_ASSERT(strcmp(made, text) == 0);
}

static void calendar(const char *text)
{
    wf_date date = 0;
    wf_time time = 0;
    wf_time again = 0;
    char written[WF_TIME_TEXT];
    if (wf_date_parse(text, &date)) {
        wf_date_format(date, written);
        WF_ASSERT(strcmp(written, text) == 0);
        WF_ASSERT(wf_date_months_between(date, wf_date_add_months(date, 7)) == 7);
    }
    if (!wf_time_parse(text, &time))
        return;
    wf_time_format(time, written);
    /* An offset can carry a time out of the years that are taken. */
    WF_ASSERT(!wf_time_parse(written, &again) || again == time);
}

static void address(const char *text)
{
    struct wf_address parsed;
    char written[WF_ADDRESS_MAX + 1];
    char kind[17];
    char id[65];
    if (wf_address_parse(text, &parsed)) {
        wf_address_format(&parsed, written);
        WF_ASSERT(strcmp(written, text) == 0);
    }
    if (wf_subject_parse(text, kind, id))
        WF_ASSERT(wf_id_is_valid(id) && strlen(text) == strlen(kind) + 1 + strlen(id));
}

static void mail(const char *text)
{
    if (!wf_email_is_valid(text))
        return;
    WF_ASSERT(!strpbrk(text, "\r\n\t <>\"") && strlen(text) <= 254);
    for (; *text; text++)
        WF_ASSERT((unsigned char)*text >= 0x20 && *text != 0x7f);
}

static void looks(const char *text)
{
    static bool (*const predicates[])(const char *) = {
        wf_text_is_slug,  wf_text_is_code,    wf_text_is_key,        wf_text_is_type,
        wf_text_is_token, wf_text_is_country, wf_text_is_region,     wf_text_is_currency,
        wf_text_is_z85,   wf_text_is_url,     wf_text_is_traceparent};
    for (size_t i = 0; i < sizeof predicates / sizeof predicates[0]; i++)
        WF_ASSERT(!predicates[i](text) || wf_text_is_readable(text, strlen(text), false));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    token(text);
    calendar(text);
    address(text);
    mail(text);
    looks(text);
    (void)wf_text_is_readable((const char *)data, size, true);
    free(text);
    return 0;
}
