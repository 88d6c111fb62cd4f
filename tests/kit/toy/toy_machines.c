#include "toy_machines.h"

#include "endorse/v1/internal.pb-c.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool toy_is_cured;

static const struct wf_reason reasons[] = {{"none", ""}, {"thirteen", "Thirteen is refused."}};
enum { REASON_THIRTEEN = 1 };

/* ---- deciding ---- */

static void count_number(uint32_t *counter, uint32_t number, uint32_t *disorder)
{
    *counter += 1;
    *disorder += number != *counter;
}

static struct wf_verdict pay(const struct toy_event *event, wf_time now, struct toy_state *after,
                             struct toy_effects *effects)
{
    if (event->amount == TOY_AMOUNT_REFUSED)
        return wf_refused(REASON_THIRTEEN);
    if (event->amount == TOY_AMOUNT_IGNORED)
        return wf_ignored();
    if (event->amount == TOY_AMOUNT_LATER && !toy_is_cured)
        return wf_later(500);
    after->broken = event->amount == TOY_AMOUNT_BREAKS && !toy_is_cured;
    after->paid++;
    after->due = after->due ? after->due : now + WF_HOUR;
    effects->request = effects->outcome = after->paid;
    effects->has_mail = after->paid % 5 == 0;
    return wf_applied();
}

static struct wf_verdict application_step(const void *policy, const void *before,
                                          const void *event_in, wf_time now, void *after_out,
                                          void *effects)
{
    const struct toy_event *event = event_in;
    struct toy_state *after = after_out;
    (void)policy;
    *after = *(const struct toy_state *)before;
    if (event->meta.message == WF_MESSAGE_FEE_PAID)
        return pay(event, now, after, effects);
    if (event->meta.message == WF_TICK) {
        after->ticked++;
        after->due = 0;
        return wf_applied();
    }
    count_number(&after->reported, event->number, &after->disorder);
    return wf_applied();
}

static struct wf_verdict portal_step(const void *policy, const void *before, const void *event_in,
                                     wf_time now, void *after_out, void *effects_out)
{
    struct toy_state *after = after_out;
    struct toy_effects *effects = effects_out;
    (void)policy;
    (void)event_in;
    (void)now;
    *after = *(const struct toy_state *)before;
    effects->log = ++after->outcomes;
    return wf_applied();
}

static struct wf_verdict ratings_step(const void *policy, const void *before, const void *event_in,
                                      wf_time now, void *after_out, void *effects_out)
{
    const struct toy_event *event = event_in;
    struct toy_state *after = after_out;
    struct toy_effects *effects = effects_out;
    (void)policy;
    (void)now;
    *after = *(const struct toy_state *)before;
    count_number(&after->ratings, event->number, &after->disorder);
    effects->report = event->number;
    return wf_applied();
}

static struct wf_verdict effect_step(const void *policy, const void *before, const void *event_in,
                                     wf_time now, void *after_out, void *effects_out)
{
    const struct toy_event *event = event_in;
    struct toy_state *after = after_out;
    struct toy_effects *effects = effects_out;
    (void)policy;
    *after = *(const struct toy_state *)before;
    if (event->meta.message == WF_MESSAGE_MAIL_ATTEMPTED) {
        if (after->attempts)
            return wf_ignored();
        after->attempts = 1;
        after->due = 0;
        return wf_applied();
    }
    if (event->meta.message == WF_MESSAGE_MAIL_REQUESTED)
        after->mails++;
    after->due = now + WF_HOUR; /* a job may have been lost with its process */
    effects->has_job = true;
    return wf_applied();
}

static wf_time next_deadline(const void *policy, const void *state)
{
    wf_time due = ((const struct toy_state *)state)->due;
    (void)policy;
    return due ? due : WF_NEVER;
}

static bool holds(const void *state, const char **broken)
{
    *broken = "nothing is broken";
    return !((const struct toy_state *)state)->broken;
}

/* ---- stored form: a head and the last three payments as items, so that fields come and go ---- */

int toy_read(const struct wf_fields *fields, void *state_out, struct wf_error *error)
{
    struct toy_state *state = state_out;
    const struct wf_field *head = wf_fields_find(fields, "head");
    char text[200] = {0};
    if (!head || head->value.length >= sizeof text)
        return wf_fail(error, WF_BROKEN, "no head");
    memcpy(text, head->value.data, head->value.length);
    if (sscanf(text, "%u %u %u %u %u %u %u %u %" SCNd64, &state->paid, &state->reported,
               &state->ratings, &state->outcomes, &state->mails, &state->attempts, &state->ticked,
               &state->disorder, &state->due) != 9)
        return wf_fail(error, WF_BROKEN, "head is no head");
    return 0;
}

static void add_text(struct wf_fields *fields, const char *name, const char *value)
{
    wf_fields_add(fields, (struct wf_bytes){.data = (const uint8_t *)name, .length = strlen(name)},
                  (struct wf_bytes){.data = (const uint8_t *)value, .length = strlen(value)});
}

void toy_write(const void *state_in, struct wf_fields *fields)
{
    const struct toy_state *state = state_in;
    char text[200];
    (void)snprintf(text, sizeof text, "%u %u %u %u %u %u %u %u %" PRId64, state->paid,
                   state->reported, state->ratings, state->outcomes, state->mails, state->attempts,
                   state->ticked, state->disorder, state->due);
    add_text(fields, "head", text);
    for (uint32_t i = state->paid > 3 ? state->paid - 2 : 1; i <= state->paid; i++) {
        (void)snprintf(text, sizeof text, "payment:%u", i);
        add_text(fields, text, "paid");
    }
}

/* ---- planning ---- */

static void plan_outcome(const struct toy_event *event, const char *type, struct wf_plan *plan)
{
    Endorse__V1__OutcomeRecorded outcome = ENDORSE__V1__OUTCOME_RECORDED__INIT;
    outcome.id = (char *)event->meta.message_id;
    outcome.type = (char *)type;
    outcome.subject = (char *)event->meta.self.id;
    outcome.time_ms = wf_plan_now(plan);
    outcome.data_json = (char *)"{}";
    wf_plan_send(plan, WF_MESSAGE_OUTCOME_RECORDED, "P1", &outcome.base);
}

static void plan_mail(const struct toy_event *event, struct wf_plan *plan)
{
    char id[33];
    Endorse__V1__MailRequested mail = ENDORSE__V1__MAIL_REQUESTED__INIT;
    wf_plan_effect_id(plan, 0, id);
    mail.template_name = (char *)"toy";
    mail.to_person_id = (char *)event->meta.self.id;
    wf_plan_send(plan, WF_MESSAGE_MAIL_REQUESTED, id, &mail.base);
}

static int plan(void *service, const void *before, const void *event_in, struct wf_verdict verdict,
                const void *after, const void *effects_in, struct wf_plan *plan,
                struct wf_error *error)
{
    const struct toy_event *event = event_in;
    const struct toy_effects *effects = effects_in;
    const char *id = event->meta.self.id;
    (void)service;
    (void)before;
    (void)after;
    (void)error;
    if (verdict.step == WF_REFUSED) {
        plan_outcome(event, "org.endorse.event.refused.v1", plan);
        return 0;
    }
    if (effects->outcome)
        plan_outcome(event, "org.endorse.toy.paid.v1", plan);
    if (effects->request) {
        Endorse__V1__RatingRequested request = ENDORSE__V1__RATING_REQUESTED__INIT;
        request.request = effects->request;
        wf_plan_send(plan, WF_MESSAGE_RATING_REQUESTED, id, &request.base);
    }
    if (effects->report) {
        Endorse__V1__RatingReported report = ENDORSE__V1__RATING_REPORTED__INIT;
        report.request = effects->report;
        wf_plan_send(plan, WF_MESSAGE_RATING_REPORTED, id, &report.base);
    }
    if (effects->has_mail)
        plan_mail(event, plan);
    if (effects->log)
        wf_plan_index(plan, &(struct wf_index){.op = WF_INDEX_LOG_APPEND,
                                               .name = {(const uint8_t *)"log:P1", 6},
                                               .value = {(const uint8_t *)"x", 1},
                                               .score = effects->log});
    if (effects->has_job)
        wf_plan_perform(plan, "send", 5);
    return 0;
}

static void describe(const void *event_in, char *text, size_t size)
{
    const struct toy_event *event = event_in;
    (void)snprintf(text, size, "number %u, amount %" PRId64, event->number, event->amount);
}

static void waiting(const void *policy, const void *state, char *text, size_t size)
{
    (void)policy;
    (void)snprintf(text, size, "%s",
                   ((const struct toy_state *)state)->due ? "the deadline" : "nothing");
}

static void show(const void *state, struct wf_buffer *json)
{
    wf_buffer_format(json, "{\"paid\":%u}", ((const struct toy_state *)state)->paid);
}

#define TOY_MACHINE(name, its_step, once)                                                          \
    {                                                                                              \
        .kind = name, .state_size = sizeof(struct toy_state),                                      \
        .event_size = sizeof(struct toy_event), .effects_size = sizeof(struct toy_effects),        \
        .one_shot = once, .step = its_step, .next_deadline = next_deadline, .holds = holds,        \
        .reasons = reasons, .reason_count = 2, .read = toy_read, .write = toy_write, .plan = plan, \
        .describe = describe, .waiting = waiting, .show = show                                     \
    }

const struct wf_machine toy_application = TOY_MACHINE("application", application_step, false);
const struct wf_machine toy_portal = TOY_MACHINE("portal", portal_step, false);
const struct wf_machine toy_ratings = TOY_MACHINE("ratings", ratings_step, false);
const struct wf_machine toy_effect = TOY_MACHINE("effect", effect_step, true);
