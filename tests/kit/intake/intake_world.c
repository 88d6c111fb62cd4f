#include "intake_world.h"

#include "application_codec.h"
#include "wf_cache.h"
#include "wf_messages.h"

#include "endorse/v1/envelope.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TURNS = 60, ARENA = 4 * 1024 * 1024 };

static void write_secrets(const char *path)
{
    static const char hex[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    FILE *file = fopen(path, "w");
    WF_ASSERT(file);
    (void)fprintf(file, "essay-key %s\nconflict-key %s\ndesk-key %s\n", hex, hex, hex);
    (void)fprintf(file, "person-key %s\nfingerprint-key %s\nwebhook-key %s\ndoor-secret-key %s\n",
                  hex, hex, hex, "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs");
    WF_ASSERT(fclose(file) == 0);
}

static void read_config(struct intake_world *world)
{
    struct wf_error error = {0};
    char secrets[128];
    const char *flags[] = {"endorse-intake",
                           "--state-dir",
                           world->folder,
                           "--secrets-file",
                           secrets,
                           "--policy-dir",
                           WF_SOURCE_DIR "/deploy/policy",
                           "--exam-forms-dir",
                           WF_SOURCE_DIR "/deploy/exam/forms",
                           "--door-endpoint",
                           "inproc://door",
                           "--log-level",
                           "error",
                           NULL};
    (void)snprintf(world->folder, sizeof world->folder, "/tmp/intake-world-XXXXXX");
    WF_ASSERT(mkdtemp(world->folder));
    (void)snprintf(secrets, sizeof secrets, "%s/intake.secrets", world->folder);
    write_secrets(secrets);
    int result = wf_config_read(&world->config, intake_domain(),
                                (int)(sizeof flags / sizeof flags[0]) - 1, (char **)flags, &error);
    (void)unlink(secrets);
    (void)rmdir(world->folder);
    if (result)
        (void)fprintf(stderr, "%s\n", error.text);
    WF_ASSERT(!result);
}

void intake_world_open(struct intake_world *world)
{
    struct wf_error error = {0};
    *world = (struct intake_world){0};
    virtual_clock_init(&world->clock, 7);
    world->network = fake_network_create(&world->clock, 8);
    world->store = mem_store_create(WF_INTAKE);
    mem_store_set_now(world->store, (uint64_t)world->clock.wall_now);
    wf_arena_init(&world->arena, ARENA);
    read_config(world);
    struct wf_store *store = mem_store_join(world->store, WF_INTAKE);
    struct wf_bus *bus = fake_bus_create(world->network, WF_INTAKE, 0);
    world->bus = bus;
    int result = wf_worker_create(&world->worker, intake_domain(), world->config, &store, &bus,
                                  &world->clock.clock, &error) ||
                 wf_worker_resume(world->worker, &error);
    if (result)
        (void)fprintf(stderr, "%s\n", error.text);
    WF_ASSERT(!result);
}

void intake_world_close(struct intake_world *world)
{
    wf_worker_destroy(&world->worker);
    fake_network_destroy(&world->network);
    wf_store_destroy(&world->store);
    wf_config_destroy(&world->config);
    wf_arena_fini(&world->arena);
}

void intake_world_settle(struct intake_world *world)
{
    int turns = world->most_turns ? world->most_turns : TURNS;
    for (int i = 0; i < turns; i++) {
        struct wf_error error = {0};
        WF_ASSERT(wf_worker_turn(world->worker, 0, &error) == 0);
        virtual_clock_advance(&world->clock, 1);
        mem_store_set_now(world->store, (uint64_t)world->clock.wall_now);
    }
}

/* ---- operators ---- */

static void take_reply(void *context, const struct wf_outcome *outcome)
{
    *(enum wf_reply *)context = outcome->reply;
}

enum wf_reply intake_world_operate(struct intake_world *world, enum wf_message message,
                                   const char *portal, const ProtobufCMessage *payload)
{
    static unsigned acts;
    char key[32];
    enum wf_reply reply = 0;
    struct wf_buffer packed = {0};
    (void)snprintf(key, sizeof key, "act-%u", ++acts);
    wf_pack(payload, &packed);
    struct wf_act act = {.message = message,
                         .to = wf_address_make(WF_INTAKE, "portal", portal),
                         .actor = "operator/test",
                         .key = key,
                         .message_id = key,
                         .payload = wf_buffer_bytes(&packed),
                         .done = take_reply,
                         .context = &reply};
    WF_ASSERT(wf_worker_submit(world->worker, &act));
    wf_buffer_fini(&packed);
    intake_world_settle(world);
    return reply;
}

void intake_world_add_portal(struct intake_world *world, const char *portal, const char *key)
{
    Endorse__V1__PortalPut put = ENDORSE__V1__PORTAL_PUT__INIT;
    char *associations[] = {(char *)"MassAIMH"};
    put.n_associations = 1;
    put.associations = associations;
    put.curve_public_key = (char *)key;
    WF_ASSERT(intake_world_operate(world, WF_MESSAGE_PORTAL_PUT, portal, &put.base) == WF_REPLY_OK);
}

/* ---- portals ---- */

const Endorse__V1__DoorReply *intake_world_ask(struct intake_world *world, const char *key,
                                               Endorse__V1__DoorRequest *request)
{
    struct wf_buffer bytes = {0};
    const Endorse__V1__DoorReply *reply = NULL;
    wf_pack(&request->base, &bytes);
    WF_ASSERT(fake_bus_portal_send(world->bus, key, wf_buffer_bytes(&bytes)));
    intake_world_settle(world);
    wf_arena_clear(&world->arena);
    if (fake_bus_portal_receive(world->bus, key, &bytes))
        reply = (const Endorse__V1__DoorReply *)wf_unpack(&endorse__v1__door_reply__descriptor,
                                                          wf_buffer_bytes(&bytes), &world->arena);
    wf_buffer_fini(&bytes);
    return reply;
}

const Endorse__V1__Receipt *intake_world_publish(struct intake_world *world, const char *key,
                                                 const char *event, const char *type,
                                                 const char *subject, const ProtobufCMessage *data)
{
    Endorse__V1__DoorRequest request = ENDORSE__V1__DOOR_REQUEST__INIT;
    Endorse__V1__Publish publish = ENDORSE__V1__PUBLISH__INIT;
    struct wf_buffer packed = {0};
    wf_pack(data, &packed);
    publish.id = (char *)event;
    publish.type = (char *)type;
    publish.subject = (char *)subject;
    publish.data = (ProtobufCBinaryData){.data = packed.data, .len = packed.length};
    request.request = 1;
    request.body_case = ENDORSE__V1__DOOR_REQUEST__BODY_PUBLISH;
    request.publish = &publish;
    const Endorse__V1__DoorReply *reply = intake_world_ask(world, key, &request);
    wf_buffer_fini(&packed);
    WF_ASSERT(reply && reply->body_case == ENDORSE__V1__DOOR_REPLY__BODY_RECEIPT);
    return reply->receipt;
}

const Endorse__V1__OutcomesPage *intake_world_outcomes(struct intake_world *world, const char *key,
                                                       uint64_t after)
{
    Endorse__V1__DoorRequest request = ENDORSE__V1__DOOR_REQUEST__INIT;
    Endorse__V1__OutcomesRequest outcomes = ENDORSE__V1__OUTCOMES_REQUEST__INIT;
    outcomes.after = after;
    request.body_case = ENDORSE__V1__DOOR_REQUEST__BODY_OUTCOMES;
    request.outcomes = &outcomes;
    const Endorse__V1__DoorReply *reply = intake_world_ask(world, key, &request);
    WF_ASSERT(reply && reply->body_case == ENDORSE__V1__DOOR_REPLY__BODY_OUTCOMES);
    return reply->outcomes;
}

/* ---- an exam ---- */

static struct wf_bytes text_bytes(const char *text)
{
    return (struct wf_bytes){(const uint8_t *)text, strlen(text)};
}

static void put_state(struct intake_world *world, const struct application_state *state)
{
    static const uint8_t head[WF_CHAIN_SIZE];
    struct wf_fields fields = {0};
    struct wf_error error = {0};
    application_write(state, &fields);
    wf_fields_add(&fields, text_bytes("_h"), (struct wf_bytes){head, sizeof head});
    wf_fields_add(&fields, text_bytes("_i"), text_bytes("1"));
    wf_fields_sort(&fields);
    struct wf_commit commit = {.kind = "application",
                               .id = "A-1",
                               .version_after = wf_stamp_make(1, head),
                               .puts = fields.rows,
                               .put_count = fields.count};
    WF_ASSERT(wf_store_commit(world->store, &commit, 1, &error) == 0);
    WF_ASSERT(commit.result == WF_COMMIT_OK);
    wf_fields_fini(&fields);
}

void intake_world_put_sitting(struct intake_world *world)
{
    struct application_state *state = calloc(1, sizeof *state);
    WF_ASSERT(state);
    state->state = APPLICATION_EXAM_ELIGIBLE;
    strcpy(state->portal, "portal/MA");
    strcpy(state->registration.association, "MassAIMH");
    strcpy(state->registration.person, "p1");
    state->registration.category = ENDORSE__V1__CATEGORY__MHM_P;
    state->registration.age_line = ENDORSE__V1__AGE_LINE__IMH;
    state->exam.step = EXAM_SCHEDULED;
    state->exam.attempt = 1;
    strcpy(state->exam.id, "X-1");
    state->exam.sitting_on = wf_date_from_civil((struct wf_civil){2020, 1, 1});
    put_state(world, state);
    free(state);
}

const Endorse__V1__Receipt *intake_world_hand_in(struct intake_world *world, const char *key,
                                                 const char *event, const char *exam,
                                                 const char *answer)
{
    char *answers[] = {(char *)answer, (char *)"The second answer."};
    Endorse__V1__EssaySubmitted essay = ENDORSE__V1__ESSAY_SUBMITTED__INIT;
    essay.exam_id = (char *)exam;
    essay.form = (char *)"mentor-policy-1";
    essay.language = (char *)"en";
    essay.n_answers = 2;
    essay.answers = answers;
    return intake_world_publish(world, key, event, "org.endorse.exam.essay.submitted.v1",
                                "application/A-1", &essay.base);
}

/* ---- the outbox ---- */

struct search {
    const char *type;
    unsigned count;
    struct wf_buffer *payload;
};

static void look(void *context, unsigned partition, struct wf_entry entry, struct wf_bytes bytes)
{
    struct search *search = context;
    struct wf_arena arena;
    (void)partition;
    (void)entry;
    wf_arena_init(&arena, 256 * 1024);
    const Endorse__V1__Envelope *envelope =
        (const Endorse__V1__Envelope *)wf_unpack(&endorse__v1__envelope__descriptor, bytes, &arena);
    WF_ASSERT(envelope);
    if (strcmp(envelope->type, search->type) == 0) {
        search->count++;
        if (search->payload) {
            wf_buffer_clear(search->payload);
            wf_buffer_append(search->payload, envelope->payload.data, envelope->payload.len);
        }
    }
    wf_arena_fini(&arena);
}

unsigned intake_world_waiting(struct intake_world *world, const char *type,
                              struct wf_buffer *payload)
{
    struct search search = {.type = type, .payload = payload};
    struct wf_error error = {0};
    for (unsigned partition = 0; partition < WF_PARTITIONS; partition++)
        WF_ASSERT(wf_store_outbox(world->store, partition, look, &search, &error) == 0);
    return search.count;
}
