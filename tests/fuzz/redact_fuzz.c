/* links: wf_intake wf_intake_core wf_base */
/* Any text through the redactor: its spans lie in the text, in order, none over another, on whole letters. */
#include "fuzz.h"

#include "redact_fold.h"
#include "wf_text.h"

#include <stdlib.h>

static struct redact_dictionary dictionary;
static struct redact_allowed allowed;

static void learn(void)
{
    if (dictionary.count)
        return;
    WF_ASSERT(redact_learn(&dictionary, REDACT_NAME, "Wilhelmina Ostrander-Probe", true));
    WF_ASSERT(redact_learn(&dictionary, REDACT_PERSON, "Dr. Zoë O'Sample", true));
    WF_ASSERT(redact_learn(&dictionary, REDACT_EMPLOYER, "Tenfold Meadow Agency", false));
    WF_ASSERT(redact_learn_phone(&dictionary, "+1 (555) 010-3344"));
    redact_allow(&allowed, "Maud");
}

static bool is_letter_border(const uint8_t *text, size_t length, uint32_t at)
{
    return at == length || (text[at] & 0xc0) != 0x80;
}

static void check_spans(const struct redact_span *spans, uint32_t count, const uint8_t *text,
                        size_t length)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        WF_ASSERT(spans[i].begin >= at && spans[i].begin < spans[i].end && spans[i].end <= length);
        WF_ASSERT(spans[i].kind < REDACT_KIND_COUNT && spans[i].rule < REDACT_RULE_COUNT);
        WF_ASSERT(is_letter_border(text, length, spans[i].begin));
        WF_ASSERT(is_letter_border(text, length, spans[i].end));
        at = spans[i].end;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct redact_tokens cut = {0};
    /* The door takes nothing else. */
    if (size > 4096 || !wf_text_is_readable((const char *)data, size, true))
        return 0;
    learn();
    redact_cut((struct wf_bytes){.data = data, .length = size}, &cut);
    struct redact_span *spans = calloc(cut.count + 1, sizeof *spans);
    WF_ASSERT(spans);
    struct redact_text text = {.tokens = cut.tokens, .count = cut.count};
    uint32_t count = redact(&dictionary, &allowed, &text, spans);
    WF_ASSERT(count <= cut.count);
    check_spans(spans, count, data, size);
    free(spans);
    redact_tokens_fini(&cut);
    return 0;
}
