/* links: desk_core */
/* Random histories of a seat: whatever comes in whatever order, the invariants hold, what was locked is reported once a
 * version, what is gone stays gone, and the same history gives the same state. */
#include "seat_core.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WALKS = 3000, STEPS = 60 };

static struct wf_exam_book *book;
static struct seat_policy policy;
static uint64_t random_state;
static unsigned reached[SEAT_STATE_COUNT];

static unsigned draw(unsigned below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (unsigned)(random_state % below);
}

static void setup(void)
{
    book = calloc(1, sizeof *book);
    struct wf_exam_form *form = &book->forms[0];
    book->count = 1;
    strcpy(form->name, "small");
    strcpy(form->prompts[0].id, "one");
    strcpy(form->criteria[0].id, "trait1");
    strcpy(form->comments[0].id, "good");
    form->criteria[0].most = 3;
    form->prompt_count = form->criterion_count = form->comment_count = 1;
    policy.book = book;
}

static void teardown(void)
{
    free(book);
}

static void draw_event(struct seat_event *event, const struct seat_state *state)
{
    static const char *const reasons[] = {"time", "other", "family", "", "nonsense"};
    memset(event, 0, sizeof *event);
    event->kind = (enum seat_event_kind)draw(SEAT_EVENT_COUNT);
    strcpy(event->reader, draw(20) ? "R1" : "R2");
    strcpy(event->form, draw(20) ? "small" : "other");
    strcpy(event->language, "en");
    strcpy(event->reason, reasons[draw(5)]);
    strcpy(event->prompt, draw(4) ? "one" : "two");
    event->text_version = state->text_version + draw(2) + (state->text_version ? 0 : 1);
    event->sheet_version = state->sheet_version + draw(2);
    event->text.length = 1 + draw(9);
    event->sheet.length = 1 + draw(9);
    event->sheet_sha256[0] = (uint8_t)(1 + draw(3));
    event->known = (enum seat_known)draw(5);
    event->entered.score_count = (int32_t)draw(3);
    for (int i = 0; i < event->entered.score_count; i++) {
        strcpy(event->entered.scores[i].criterion, draw(9) ? "trait1" : "trait2");
        event->entered.scores[i].points = (int32_t)draw(6) - 1;
    }
    event->entered.comment_count = (int32_t)draw(2);
    strcpy(event->entered.comments[0], draw(9) ? "good" : "bad");
}

struct history {
    struct seat_state state;
    unsigned locked; /* reports of a sheet */
    uint32_t locked_version;
    bool gone;
};

static void check_step(struct history *history, const struct seat_event *event,
                       const struct seat_state *after, const struct seat_effects *effects)
{
    const char *broken = NULL;
    ck_assert_msg(seat_holds(after, &broken), "%s", broken);
    bool locks = effects->report && event->kind == SEAT_EVENT_SUBMIT;
    if (locks) {
        ck_assert_msg(!history->locked || after->sheet_version > history->locked_version,
                      "a version was locked twice");
        history->locked_version = after->sheet_version;
        history->locked++;
    }
    if (history->gone)
        ck_assert_msg(!seat_is_there(after) && !effects->report && !effects->list,
                      "what is gone came back");
    if (event->kind >= SEAT_EVENT_ACCEPT)
        ck_assert_msg(strcmp(event->reader, after->reader) == 0, "somebody else acted");
    ck_assert_msg((effects->text == SEAT_DROP) ==
                      (seat_is_there(&history->state) && !seat_is_there(after)),
                  "a text is dropped when its seat goes, and only then");
    ck_assert_msg(seat_next_deadline(&policy, after) != WF_NEVER || !after->wipe_at,
                  "what is to be wiped has a deadline");
}

static void walk(uint64_t seed, struct seat_state *end)
{
    static struct seat_event event;
    struct history history = {0};
    random_state = seed * 0x9e3779b97f4a7c15u + 1;
    for (int i = 0; i < STEPS; i++) {
        struct seat_state after = {0};
        struct seat_effects effects = {0};
        wf_time now = 1000000 + i * (SEAT_WIPE_AGAIN / 2);
        draw_event(&event, &history.state);
        struct wf_verdict verdict =
            seat_step(&policy, &history.state, &event, now, &after, &effects);
        if (verdict.step != WF_APPLIED)
            continue;
        check_step(&history, &event, &after, &effects);
        history.gone = history.gone || (after.state != SEAT_UNKNOWN && !seat_is_there(&after));
        history.state = after;
        reached[after.state]++;
    }
    *end = history.state;
}

START_TEST(invariants_hold_in_every_reachable_state)
{
    for (uint64_t seed = 1; seed <= WALKS; seed++) {
        struct seat_state end, again;
        walk(seed, &end);
        walk(seed, &again);
        ck_assert(end.state == again.state && end.sheet_version == again.sheet_version &&
                  end.saved_at == again.saved_at && end.wipe_at == again.wipe_at);
    }
    for (int state = SEAT_OFFERED; state < SEAT_STATE_COUNT; state++)
        ck_assert_msg(reached[state] > 0, "no walk came to state %d: they are too tame", state);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("desk walk");
    TCase *tests = tcase_create("walks");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, invariants_hold_in_every_reachable_state);
    tcase_set_timeout(tests, 60);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
