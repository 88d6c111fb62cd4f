#include "application_script.h"

#include "application_policies.h"
#include "application_verbs.h"

#include "wf_error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void application_script_open(struct application_script *script)
{
    *script = (struct application_script){.book = application_policies_create()};
    script->policy =
        (struct intake_policy){.book = script->book, .keep_text_days = 400, .held_days = 30};
    application_script_reset(script);
}

void application_script_open_with(struct application_script *script, struct wf_policy_book *book)
{
    *script = (struct application_script){.book = book, .is_borrowed = true};
    script->policy = (struct intake_policy){.book = book, .keep_text_days = 400, .held_days = 30};
    application_script_reset(script);
}

void application_script_close(struct application_script *script)
{
    if (!script->is_borrowed)
        free(script->book);
    script->book = NULL;
}

void application_script_reset(struct application_script *script)
{
    memset(&script->state, 0, sizeof script->state);
    memset(&script->effects, 0, sizeof script->effects);
    script->verdict = (struct wf_verdict){0};
    script->events = 0;
    WF_ASSERT(wf_time_parse("2026-03-02T12:00:00Z", &script->now));
}

/* Ways that many tests take. */
static const struct {
    const char *scene, *events;
} scenes[] = {
    {"ready", "member; ethics; agreement; fee; training t1; rater r1 supervisor endorsed; "
              "known r1; report 1 completed"},
    {"in none", ""},
    {"in held", "ethics"},
    {"in registered", "register"},
    {"in submitted", "register; ready; submit"},
    {"in under-review", "in submitted; assign; enrolled"},
    {"in more-information", "in under-review; decide v1 more"},
    {"in deferred", "in under-review; decide v1 defer"},
    {"in exam-eligible", "register MHM_P; ready; submit; assign; enrolled; decide v1 approve"},
    {"in emerging", "register ERS; ready; submit; assign; enrolled; decide v1 approve"},
    {"in endorsed", "in under-review; decide v1 approve"},
    {"in withdrawn", "register; withdraw"},
    {"scoring", "in exam-eligible; sit; part; essay"},
    {"failed two", "scoring; result ex1 fail"},
    {"in expired", "register; @2026-07-01; tick; @2026-07-01"},
};

/* ---- playing ---- */

static void trim_copy(char *to, size_t size, const char *from, size_t length)
{
    while (length > 0 && *from == ' ') {
        from++;
        length--;
    }
    while (length > 0 && from[length - 1] == ' ')
        length--;
    WF_ASSERT(length < size);
    memcpy(to, from, length);
    to[length] = '\0';
}

static bool set_scene(struct application_script *script, const char *text)
{
    wf_date date = 0;
    if (!text[0])
        return true;
    if (text[0] == '@') {
        WF_ASSERT(wf_date_parse(text + 1, &date));
        script->now = wf_time_from_utc_date(date) + 12 * WF_HOUR;
        return true;
    }
    for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++) {
        if (strcmp(text, scenes[i].scene) == 0) {
            application_script_play(script, scenes[i].events);
            return true;
        }
    }
    return false;
}

bool application_script_event(struct application_script *script, const char *text,
                              struct application_event *event)
{
    const char *portal = "portal/A";
    memset(event, 0, sizeof *event);
    if (set_scene(script, text))
        return false;
    if (strncmp(text, "B: ", 3) == 0) { /* another portal says it */
        portal = "portal/B";
        text += 3;
    }
    bool portals = application_verb(text, event);
    event->meta.self = wf_address_make(WF_INTAKE, "application", "MA-1");
    (void)snprintf(event->meta.message_id, sizeof event->meta.message_id, "e%u", ++script->events);
    if (portals)
        (void)snprintf(event->meta.actor, sizeof event->meta.actor, "%s", portal);
    return true;
}

void application_script_step(struct application_script *script,
                             const struct application_event *event)
{
    struct application_state *after = calloc(1, sizeof *after);
    WF_ASSERT(after);
    memset(&script->effects, 0, sizeof script->effects);
    script->verdict = application_step(&script->policy, &script->state, event, script->now, after,
                                       &script->effects);
    if (script->verdict.step == WF_APPLIED)
        script->state = *after;
    free(after);
}

void application_script_play(struct application_script *script, const char *text)
{
    char one[200];
    struct application_event event;
    while (*text) {
        size_t length = strcspn(text, ";");
        trim_copy(one, sizeof one, text, length);
        if (application_script_event(script, one, &event))
            application_script_step(script, &event);
        text += length;
        text += *text == ';';
    }
}

/* ---- telling ---- */

static const char *outcome_name(enum intake_outcome outcome)
{
    static const char *const types[INTAKE_OUTCOME_COUNT] = {
#define INTAKE_OUTCOME(symbol, type, members) [INTAKE_OUTCOME_##symbol] = type,
#include "outcomes.def"
#undef INTAKE_OUTCOME
    };
    return types[outcome] + strlen("org.endorse.");
}

static void tell_effect(const struct application_effect *effect, char *text, size_t size)
{
    static const char *const linked[] = {"", "applicant", "rater", "reviewer", "", "provider"};
    static const char *const causes[] = {"replaced", "withdrawn", "closed"};
    static const char *const mails[] = {
#define X(symbol, name) name,
        APPLICATION_MAILS(X)
#undef X
    };
    int32_t place = effect->index + 1;
    switch (effect->kind) {
    case APPLICATION_TELL:
        if (effect->outcome == INTAKE_OUTCOME_EVENT_REFUSED)
            (void)snprintf(text, size, "tell %s %s", effect->event,
                           application_reasons[effect->reason].code);
        else
            (void)snprintf(text, size, "tell %.*s", (int)strlen(outcome_name(effect->outcome)) - 3,
                           outcome_name(effect->outcome));
        break;
    case APPLICATION_ASK_RATER:
        (void)snprintf(text, size, "ask %d", place);
        break;
    case APPLICATION_CHANGE_WAIVER:
        (void)snprintf(text, size, "waiver %d", place);
        break;
    case APPLICATION_CANCEL_RATER:
        (void)snprintf(text, size, "cancel %d %s", place, causes[effect->cause]);
        break;
    case APPLICATION_LINK:
        (void)snprintf(text, size, "%s %s %d", effect->ended ? "unlink" : "link",
                       linked[effect->role], place);
        break;
    case APPLICATION_PAPER:
        (void)snprintf(text, size, "paper");
        break;
    case APPLICATION_PAPER_APPEAL:
        (void)snprintf(text, size, "appeal %d", (int)effect->index);
        break;
    case APPLICATION_PAPER_END:
        (void)snprintf(text, size, "paper ends");
        break;
    case APPLICATION_GRANT:
        (void)snprintf(text, size, "grant");
        break;
    case APPLICATION_ARCHIVE:
        (void)snprintf(text, size, "archive");
        break;
    case APPLICATION_MAIL:
        (void)snprintf(text, size, "mail %s", mails[effect->mail]);
        break;
    case APPLICATION_EFFECT_NONE:
        (void)snprintf(text, size, "nothing");
        break;
    }
}

void application_script_tell(const struct application_script *script, char *text, size_t size)
{
    size_t used;
    if (script->verdict.step == WF_IGNORED) {
        (void)snprintf(text, size, "ignored");
        return;
    }
    if (script->verdict.step == WF_REFUSED) {
        (void)snprintf(text, size, "refused %s", application_reasons[script->verdict.reason].code);
        return;
    }
    used = (size_t)snprintf(text, size, "applied %s", application_state_name(script->state.state));
    for (int32_t i = 0; i < script->effects.count && used < size; i++) {
        char one[120];
        tell_effect(&script->effects.list[i], one, sizeof one);
        used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : ": ", one);
    }
}
