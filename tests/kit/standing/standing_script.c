/* Words of an event (CAT is FA FS FRS ERS MHS MHM_C MHM_P MHM_RF, LINE is IMH ECMH; both may be left out: FS IMH):
 *   tick
 *   grant CAT LINE [endorsed DATE] [applied DATE] [app ID]       endorsed today, applied 40 days before
 *   submit CAT LINE [gives] [on DATE]
 *   fee renewal|late|reinstatement|registration AMOUNT [ID] [in CURRENCY]
 *   ethics [on DATE]      attest [on DATE]
 *   member DATE | member bought DATE | member never             member-ended DATE
 *   hours ID [training HOURS imh|dei|giving] [rsc HOURS] [peer] [reviewing] [by CAT|nobody] FROM..UNTIL
 *   archive CAT LINE      unarchive CAT LINE
 *   sanction [on DATE]    lift [on DATE]     retire [on DATE]     return [on DATE]
 *   leave UNTIL [on DATE]
 *   audit yes|no [on DATE]
 *   transfer ASSOCIATION [on DATE]
 *   erase */
#include "standing_script.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 400, WORDS = 24 };

enum standing_kind script_kind;
enum standing_phase script_phase;
static struct wf_verdict verdict;

static const char *const categories[WF_CATEGORIES] = {"",    "FA",    "FS",    "FRS",   "ERS",
                                                      "MHS", "MHM_C", "MHM_P", "MHM_RF"};
static const char *const lines[] = {"", "IMH", "ECMH"};
static const char *const statuses[] = {"none",       "active",   "lapsed",   "leave",
                                       "sanctioned", "archived", "emeritus", "erased"};

/* ---- words ---- */

struct words {
    char text[TEXT];
    char *at[WORDS];
    int count;
};

static void split(const char *text, struct words *words)
{
    ck_assert_msg(strlen(text) < TEXT, "too long: %s", text);
    strcpy(words->text, text);
    words->count = 0;
    for (char *at = strtok(words->text, " "); at; at = strtok(NULL, " ")) {
        ck_assert_int_lt(words->count, WORDS);
        words->at[words->count++] = at;
    }
}

static int find(const char *const *list, int count, const char *word)
{
    for (int i = 1; i < count; i++) {
        if (strcmp(list[i], word) == 0)
            return i;
    }
    return 0;
}

static int32_t hundredths(const char *word)
{
    return (int32_t)(strtod(word, NULL) * 100 + 0.5);
}

/* "2025-01-02..2025-03-04" */
static bool period(char *word, struct standing_activity *activity)
{
    char *dots = strstr(word, "..");
    if (!dots)
        return false;
    *dots = '\0';
    activity->from = day(word);
    activity->until = day(dots + 2);
    return true;
}

/* ---- the words that stand behind the verb ---- */

struct reading {
    struct words *words;
    int next;
    struct standing_event *event;
};

static const char *follow(struct reading *reading)
{
    ck_assert_int_lt(reading->next, reading->words->count);
    return reading->words->at[reading->next++];
}

static bool read_hours(struct reading *reading, const char *word)
{
    static const char *const topics[] = {"", "imh", "dei", "giving"};
    struct standing_activity *activity = &reading->event->activity;
    if (strcmp(word, "training") == 0) {
        activity->training_hundredths = hundredths(follow(reading));
        activity->topic = find(topics, 4, follow(reading));
    } else if (strcmp(word, "rsc") == 0) {
        activity->rsc_hundredths = hundredths(follow(reading));
    } else if (strcmp(word, "peer") == 0) {
        activity->peer = true;
    } else if (strcmp(word, "reviewing") == 0) {
        activity->reviewing = true;
    } else if (strcmp(word, "by") == 0) {
        activity->provider_named = true;
        int category = find(categories, WF_CATEGORIES, follow(reading));
        activity->provider_categories = (uint16_t)(category ? 1u << category : 0);
    } else {
        return false;
    }
    return true;
}

static bool read_date(struct reading *reading, const char *word)
{
    struct standing_event *event = reading->event;
    if (strcmp(word, "on") == 0 || strcmp(word, "endorsed") == 0)
        event->on = day(follow(reading));
    else if (strcmp(word, "applied") == 0)
        event->applied_on = day(follow(reading));
    else if (strcmp(word, "bought") == 0)
        event->bought = day(follow(reading)), event->on = 0;
    else if (strcmp(word, "never") == 0)
        event->on = event->bought = 0;
    else
        return false;
    if (strcmp(word, "endorsed") == 0)
        event->applied_on = event->on - 40;
    return true;
}

static bool read_fee(struct reading *reading, const char *word)
{
    static const char *const kinds[] = {"",        "registration", "processing",
                                        "renewal", "late",         "reinstatement"};
    struct standing_event *event = reading->event;
    int kind = find(kinds, 6, word);
    if (strcmp(word, "in") == 0) {
        strcpy(event->currency, follow(reading));
        return true;
    }
    if (!kind)
        return false;
    event->fee_kind = kind;
    event->amount_minor = hundredths(follow(reading));
    return true;
}

/* What an event of this kind takes as its own word. */
static void read_own(struct reading *reading, char *word)
{
    struct standing_event *event = reading->event;
    switch (event->kind) {
    case STANDING_ON_MEMBER:
    case STANDING_ON_MEMBER_ENDED:
        event->on = day(word);
        break;
    case STANDING_ON_LEAVE:
        event->until = day(word);
        break;
    case STANDING_ON_TRANSFERRED:
        strcpy(event->target, word);
        break;
    case STANDING_ON_FEE:
        strcpy(event->reference, word);
        break;
    case STANDING_ON_AUDIT:
        event->satisfied = strcmp(word, "yes") == 0;
        break;
    case STANDING_ON_ACTIVITY:
        if (!period(word, &event->activity))
            strcpy(event->activity.id, word);
        break;
    case STANDING_ON_SUBMITTED:
        ck_assert_str_eq(word, "gives");
        event->gives_rsc = true;
        break;
    case STANDING_ON_GRANTED:
        ck_assert_str_eq(word, "app");
        strcpy(event->reference, follow(reading));
        break;
    case STANDING_ON_TICK:
    case STANDING_ON_ETHICS:
    case STANDING_ON_NO_SANCTION:
    case STANDING_ON_ARCHIVED:
    case STANDING_ON_UNARCHIVED:
    case STANDING_ON_SANCTIONED:
    case STANDING_ON_LIFTED:
    case STANDING_ON_RETIRED:
    case STANDING_ON_REINSTATEMENT:
    case STANDING_ON_ERASED:
    case STANDING_EVENT_COUNT:
        ck_abort_msg("unknown word '%s'", word);
    }
}

static const struct {
    const char *word;
    enum standing_kind kind;
} verbs[] = {{"tick", STANDING_ON_TICK},
             {"grant", STANDING_ON_GRANTED},
             {"submit", STANDING_ON_SUBMITTED},
             {"fee", STANDING_ON_FEE},
             {"ethics", STANDING_ON_ETHICS},
             {"attest", STANDING_ON_NO_SANCTION},
             {"member", STANDING_ON_MEMBER},
             {"member-ended", STANDING_ON_MEMBER_ENDED},
             {"hours", STANDING_ON_ACTIVITY},
             {"archive", STANDING_ON_ARCHIVED},
             {"unarchive", STANDING_ON_UNARCHIVED},
             {"sanction", STANDING_ON_SANCTIONED},
             {"lift", STANDING_ON_LIFTED},
             {"retire", STANDING_ON_RETIRED},
             {"return", STANDING_ON_REINSTATEMENT},
             {"leave", STANDING_ON_LEAVE},
             {"audit", STANDING_ON_AUDIT},
             {"transfer", STANDING_ON_TRANSFERRED},
             {"erase", STANDING_ON_ERASED}};

static enum standing_kind kind_of(const char *verb)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verbs[i].word, verb) == 0)
            return verbs[i].kind;
    }
    ck_abort_msg("unknown verb '%s'", verb);
}

static struct standing_event read_event(const char *text, const char *today)
{
    struct words words;
    split(text, &words);
    struct standing_event event = event_of(kind_of(words.at[0]), today);
    struct reading reading = {.words = &words, .next = 1, .event = &event};
    while (reading.next < words.count) {
        char *word = words.at[reading.next++];
        int category = find(categories, WF_CATEGORIES, word);
        int line = find(lines, 3, word);
        if (category)
            event.category = category;
        else if (line)
            event.age_line = line;
        else if (!read_date(&reading, word) &&
                 !(event.kind == STANDING_ON_FEE && read_fee(&reading, word)) &&
                 !(event.kind == STANDING_ON_ACTIVITY && read_hours(&reading, word)))
            read_own(&reading, word);
    }
    return event;
}

/* ---- playing ---- */

void script_act(const char *words, const char *today)
{
    struct standing_event event = read_event(words, today);
    script_kind = event.kind;
    script_phase = state.phase;
    verdict = step(&event, noon(today));
}

static void play_one(const char *text)
{
    char today[WF_DATE_TEXT];
    if (strncmp(text, "at ", 3) == 0) {
        static char name[sizeof state.association];
        strcpy(name, text + 3);
        association = name;
        return;
    }
    if (strncmp(text, "in ", 3) == 0) {
        int phase = standing_phase_find(text + 3);
        ck_assert_msg(phase >= 0, "no state '%s'", text + 3);
        bring_to((enum standing_phase)phase);
        return;
    }
    ck_assert_msg(strlen(text) >= sizeof today && text[sizeof today - 1] == ' ', "'%s'", text);
    memcpy(today, text, sizeof today - 1);
    today[sizeof today - 1] = '\0';
    ticks_until(today);
    if (strcmp(text + sizeof today, "comes") == 0)
        return;
    script_act(text + sizeof today, today);
    ck_assert_msg(verdict.step == WF_APPLIED, "'%s': step %d reason %d", text, verdict.step,
                  verdict.reason);
}

void script_play(const char *steps)
{
    while (*steps) {
        const char *end = strstr(steps, "; ");
        size_t length = end ? (size_t)(end - steps) : strlen(steps);
        char one[TEXT];
        ck_assert_uint_lt(length, sizeof one);
        memcpy(one, steps, length);
        one[length] = '\0';
        play_one(one);
        steps += length + (end ? 2 : 0);
    }
}

/* ---- telling ---- */

struct telling {
    char *text;
    size_t size, used;
    const char *separator;
};

static void tell(struct telling *telling, const char *word, const char *more, const char *most)
{
    int length = snprintf(telling->text + telling->used, telling->size - telling->used, "%s%s%s%s",
                          telling->separator, word, more, most);
    telling->used += (size_t)length;
    ck_assert_uint_lt(telling->used, telling->size);
    telling->separator = ", ";
}

static void tell_head(struct telling *telling)
{
    char due[WF_DATE_TEXT];
    telling->separator = "";
    tell(telling, standing_phase_name(state.phase), "", "");
    telling->separator = "";
    if (state.cycle_due != 0) {
        wf_date_format(state.cycle_due, due);
        tell(telling, " due ", due, "");
    }
    telling->separator = ": ";
}

static void tell_designation(struct telling *telling, const char *what, int32_t place)
{
    const struct standing_designation *one = &state.designations[place];
    char name[64];
    (void)snprintf(name, sizeof name, "%s-%s ", categories[one->category], lines[one->age_line]);
    tell(telling, what, name, statuses[one->status]);
}

void script_tell_state(char *text, size_t size)
{
    struct telling telling = {.text = text, .size = size};
    tell_head(&telling);
    for (int32_t i = 0; i < state.designation_count; i++)
        tell_designation(&telling, "", i);
}

static void tell_effects(struct telling *telling)
{
    static const char *const templates[STANDING_MAIL_COUNT] = {
#define STANDING_X(symbol, name) [STANDING_MAIL_##symbol] = name,
        STANDING_TEMPLATES(STANDING_X)
#undef STANDING_X
    };
    static const char *const audits[] = {"satisfied", "next", "asked", "failed"};
    for (int32_t i = 0; i < state.designation_count; i++) {
        if (effects.reports >> i & 1)
            tell_designation(telling, effects.moves >> i & 1 ? "move " : "report ", i);
    }
    for (int32_t i = 0; i < effects.mail_count; i++)
        tell(telling, "mail ", templates[effects.mails[i].template], "");
    if (effects.audit_changed)
        tell(telling, "audit ", audits[state.audit], "");
}

void script_tell(char *text, size_t size)
{
    static const char *const reasons[STANDING_REASON_COUNT] = {
#define STANDING_REASON(symbol, code, sentence) [STANDING_BECAUSE_##symbol] = code,
#include "standing_reasons.def"
#undef STANDING_REASON
    };
    struct telling telling = {.text = text, .size = size, .separator = ""};
    if (verdict.step == WF_REFUSED) {
        tell(&telling, "refused ", reasons[verdict.reason], "");
        return;
    }
    if (verdict.step == WF_IGNORED) {
        tell(&telling, "ignored", "", "");
        return;
    }
    tell(&telling, "applied ", "", "");
    tell_head(&telling);
    tell_effects(&telling);
}
