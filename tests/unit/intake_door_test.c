/* links: intake_world_kit wf_intake wf_intake_core wf_people wf_kit wf_runtime wf_wire wf_policy wf_base */
/* The program from its door to its store: receipts, outcomes, what is held, keys and secrets.
 * intake SPEC 3.1, 5, 6 and 8; proto/SPEC.md 5. */
#include "intake_world.h"
#include "wf_messages.h"
#include "wf_people.h"

#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char first_key[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
static const char second_key[] = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB";
static const char third_key[] = "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC";
#define ACCEPTED ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_ACCEPTED
#define DUPLICATE ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_DUPLICATE
#define CONFLICT ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_CONFLICT
#define INVALID ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_INVALID
#define DENIED ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_DENIED
#define BUSY ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_BUSY

static struct intake_world world;

static void open_world(void)
{
    intake_world_open(&world);
    intake_world_add_portal(&world, "MA", first_key);
}
static void close_world(void)
{
    intake_world_close(&world);
}

static Endorse__V1__ReceiptStatus register_application(const char *event, const char *association,
                                                       const char *person)
{
    Endorse__V1__ApplicationRegistered data = ENDORSE__V1__APPLICATION_REGISTERED__INIT;
    data.association = (char *)association;
    data.person_id = (char *)person;
    data.category = ENDORSE__V1__CATEGORY__FA;
    data.age_line = ENDORSE__V1__AGE_LINE__IMH;
    data.registered_on = (char *)"2025-12-01";
    return intake_world_publish(&world, first_key, event, "org.endorse.application.registered.v1",
                                "application/A-1", &data.base)
        ->status;
}

static const Endorse__V1__Receipt *sign(const char *key, const char *event, const char *subject)
{
    Endorse__V1__EthicsSigned data = ENDORSE__V1__ETHICS_SIGNED__INIT;
    data.version = (char *)"2024";
    data.signed_on = (char *)"2025-12-02";
    return intake_world_publish(&world, key, event, "org.endorse.application.ethics.signed.v1",
                                subject, &data.base);
}

static const Endorse__V1__Receipt *submit(const char *event)
{
    Endorse__V1__ApplicationSubmitted data = ENDORSE__V1__APPLICATION_SUBMITTED__INIT;
    data.submitted_on = (char *)"2025-12-31";
    return intake_world_publish(&world, first_key, event, "org.endorse.application.submitted.v1",
                                "application/A-1", &data.base);
}

START_TEST(the_same_again_is_a_duplicate_and_another_a_conflict)
{
    ck_assert_int_eq(register_application("e1", "MassAIMH", "p1"), ACCEPTED);
    ck_assert_int_eq(register_application("e1", "MassAIMH", "p1"), DUPLICATE);
    ck_assert_int_eq(register_application("e1", "MassAIMH", "p2"), CONFLICT);
    const Endorse__V1__Receipt *receipt = sign(first_key, "e1", "application/A-2");
    ck_assert_int_eq(receipt->status, ACCEPTED); /* the id is unique for each subject only */
    ck_assert_str_ne(receipt->receipt, "");
    ck_assert_str_eq(receipt->id, "e1");
}
END_TEST

START_TEST(what_is_wrong_is_named)
{
    Endorse__V1__EthicsSigned data = ENDORSE__V1__ETHICS_SIGNED__INIT;
    data.version = (char *)"2024";
    data.signed_on = (char *)"2025-02-30";
    const Endorse__V1__Receipt *receipt =
        intake_world_publish(&world, first_key, "e1", "org.endorse.application.ethics.signed.v1",
                             "application/A-1", &data.base);
    ck_assert_int_eq(receipt->status, INVALID);
    ck_assert_str_eq(receipt->field, "data.signedOn");
    ck_assert_str_ne(receipt->text, "");
    receipt = intake_world_publish(&world, first_key, "e1", "org.endorse.no.such.thing.v1",
                                   "application/A-1", &data.base);
    ck_assert_int_eq(receipt->status, INVALID);
    receipt = intake_world_publish(&world, first_key, "e1", "org.endorse.application.registered.v1",
                                   "person/p1", &data.base);
    ck_assert_int_eq(receipt->status, INVALID);
    /* A message between programs is no portal's business. */
    receipt = intake_world_publish(&world, first_key, "e1", "endorse.rating.reported.v1",
                                   "application/A-1", &data.base);
    ck_assert_int_eq(receipt->status, INVALID);
}
END_TEST

START_TEST(a_portal_speaks_for_its_associations_only)
{
    ck_assert_int_eq(register_application("e1", "VAIMH", "p1"), DENIED);
    Endorse__V1__MembershipVerified member = ENDORSE__V1__MEMBERSHIP_VERIFIED__INIT;
    member.association = (char *)"VAIMH";
    member.until_on = (char *)"2026-12-31";
    const Endorse__V1__Receipt *receipt = intake_world_publish(
        &world, first_key, "e2", "org.endorse.membership.verified.v1", "person/p1", &member.base);
    ck_assert_int_eq(receipt->status, DENIED);
    ck_assert_str_eq(receipt->reason, "association-not-allowed");
}
END_TEST

START_TEST(a_portal_publishes_the_types_it_may)
{
    Endorse__V1__PortalPut put = ENDORSE__V1__PORTAL_PUT__INIT;
    char *associations[] = {(char *)"MassAIMH"};
    char *types[] = {(char *)"org.endorse.application.ethics"};
    put.n_associations = 1;
    put.associations = associations;
    put.n_allowed_types = 1;
    put.allowed_types = types;
    ck_assert_int_eq(intake_world_operate(&world, WF_MESSAGE_PORTAL_PUT, "MA", &put.base),
                     WF_REPLY_OK);
    ck_assert_int_eq(sign(first_key, "e1", "application/A-1")->status, ACCEPTED);
    ck_assert_int_eq(register_application("e2", "MassAIMH", "p1"), DENIED);
}
END_TEST

START_TEST(two_keys_are_good_while_they_change)
{
    Endorse__V1__PortalRotate rotate = ENDORSE__V1__PORTAL_ROTATE__INIT;
    Endorse__V1__PortalRevoke revoke = ENDORSE__V1__PORTAL_REVOKE__INIT;
    ck_assert(!fake_bus_portal_send(world.bus, second_key, (struct wf_bytes){0}));
    rotate.curve_public_key = (char *)second_key;
    ck_assert_int_eq(intake_world_operate(&world, WF_MESSAGE_PORTAL_ROTATE, "MA", &rotate.base),
                     WF_REPLY_OK);
    ck_assert_int_eq(sign(first_key, "e1", "application/A-1")->status, ACCEPTED);
    ck_assert_int_eq(sign(second_key, "e2", "application/A-1")->status, ACCEPTED);
    rotate.curve_public_key = (char *)third_key;
    ck_assert_int_eq(intake_world_operate(&world, WF_MESSAGE_PORTAL_ROTATE, "MA", &rotate.base),
                     WF_REPLY_OK);
    ck_assert_int_eq(sign(second_key, "e3", "application/A-1")->status, ACCEPTED);
    ck_assert_int_eq(sign(third_key, "e4", "application/A-1")->status, ACCEPTED);
    ck_assert_int_eq(intake_world_operate(&world, WF_MESSAGE_PORTAL_REVOKE, "MA", &revoke.base),
                     WF_REPLY_OK);
    ck_assert(!fake_bus_portal_send(world.bus, third_key, (struct wf_bytes){0}));
}
END_TEST

START_TEST(a_key_of_two_portals_speaks_for_neither)
{
    intake_world_add_portal(&world, "ZZ", first_key);
    ck_assert(!fake_bus_portal_send(world.bus, first_key, (struct wf_bytes){0}));
}
END_TEST

START_TEST(hello_and_ping_are_answered)
{
    Endorse__V1__DoorRequest request = ENDORSE__V1__DOOR_REQUEST__INIT;
    Endorse__V1__DoorHello hello = ENDORSE__V1__DOOR_HELLO__INIT;
    Endorse__V1__DoorPing ping = ENDORSE__V1__DOOR_PING__INIT;
    request.request = 41;
    request.body_case = ENDORSE__V1__DOOR_REQUEST__BODY_HELLO;
    request.hello = &hello;
    const Endorse__V1__DoorReply *reply = intake_world_ask(&world, first_key, &request);
    ck_assert_uint_eq(reply->request, 41);
    ck_assert_str_eq(reply->welcome->portal, "MA");
    ck_assert_uint_eq(reply->welcome->credit, 256);
    ck_assert_uint_eq(reply->welcome->heartbeat_ms, 5000);
    request.body_case = ENDORSE__V1__DOOR_REQUEST__BODY_PING;
    request.ping = &ping;
    reply = intake_world_ask(&world, first_key, &request);
    ck_assert_int_eq(reply->body_case, ENDORSE__V1__DOOR_REPLY__BODY_PONG);
    request.body_case = ENDORSE__V1__DOOR_REQUEST__BODY__NOT_SET;
    reply = intake_world_ask(&world, first_key, &request);
    ck_assert_int_eq(reply->receipt->status, INVALID);
}
END_TEST

/* The log counts without a gap, each subject counts its own, and the refusal lists what is missing. */
START_TEST(outcomes_are_numbered_and_say_why)
{
    (void)sign(first_key, "e0", "application/A-1");
    ck_assert_int_eq(register_application("e1", "MassAIMH", "p1"), ACCEPTED);
    ck_assert_int_eq(submit("e2")->status, ACCEPTED);
    (void)sign(first_key, "e0", "application/A-2");
    const Endorse__V1__OutcomesPage *page = intake_world_outcomes(&world, first_key, 0);
    ck_assert_uint_eq(page->n_outcomes, 4);
    ck_assert_uint_eq(page->last, 4);
    uint64_t of_first = 0;
    for (size_t i = 0; i < page->n_outcomes; i++) {
        const Endorse__V1__Outcome *outcome = page->outcomes[i];
        ck_assert_uint_eq(outcome->sequence, i + 1);
        if (strcmp(outcome->subject, "application/A-1") == 0)
            ck_assert_uint_eq(outcome->number, ++of_first);
        else
            ck_assert_uint_eq(outcome->number, 1);
    }
    const Endorse__V1__Outcome *refusal = NULL;
    for (size_t i = 0; i < page->n_outcomes; i++) {
        if (strcmp(page->outcomes[i]->cause, "e2") == 0)
            refusal = page->outcomes[i];
    }
    ck_assert_ptr_nonnull(refusal);
    ck_assert_str_eq(refusal->type, "org.endorse.event.refused.v1");
    json_t *data = json_loads(refusal->data_json, 0, NULL);
    ck_assert_str_eq(json_string_value(json_object_get(data, "reason")), "incomplete");
    ck_assert_str_eq(json_string_value(json_object_get(data, "event")), "e2");
    ck_assert_uint_gt(json_array_size(json_object_get(data, "requirements")), 5);
    json_decref(data);
    ck_assert_uint_eq(intake_world_outcomes(&world, first_key, 3)->n_outcomes, 1);
}
END_TEST

START_TEST(what_is_held_can_be_proved_page_by_page)
{
    Endorse__V1__DoorRequest request = ENDORSE__V1__DOOR_REQUEST__INIT;
    Endorse__V1__HeldRequest held = ENDORSE__V1__HELD_REQUEST__INIT;
    char cursor[64] = "";
    char seen[400] = " ";
    unsigned total = 0;
    for (int i = 0; i < 7; i++) {
        char event[16];
        (void)snprintf(event, sizeof event, "e%d", i);
        (void)sign(first_key, event, i % 2 ? "application/A-1" : "application/A-2");
    }
    (void)submit("refused-too");
    held.limit = 3;
    request.body_case = ENDORSE__V1__DOOR_REQUEST__BODY_HELD;
    request.held = &held;
    do {
        held.cursor = cursor;
        const Endorse__V1__DoorReply *reply = intake_world_ask(&world, first_key, &request);
        ck_assert_int_eq(reply->body_case, ENDORSE__V1__DOOR_REPLY__BODY_HELD);
        for (size_t i = 0; i < reply->held->n_events; i++) {
            ck_assert_int_gt(reply->held->events[i]->accepted_ms, 0);
            ck_assert_ptr_null(strstr(seen, reply->held->events[i]->id));
            (void)snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s ",
                           reply->held->events[i]->id);
            total++;
        }
        (void)snprintf(cursor, sizeof cursor, "%s", reply->held->cursor);
    } while (cursor[0]);
    ck_assert_uint_eq(total, 8);
    held.cursor = (char *)"7-x";
    ck_assert_int_eq(intake_world_ask(&world, first_key, &request)->receipt->status, INVALID);
}
END_TEST

/* Sends so many publishes in one go and counts the receipts. */
static void send_many(int count, const char *subject, unsigned *accepted, unsigned *credit)
{
    Endorse__V1__DoorRequest request = ENDORSE__V1__DOOR_REQUEST__INIT;
    Endorse__V1__Publish publish = ENDORSE__V1__PUBLISH__INIT;
    Endorse__V1__EthicsSigned data = ENDORSE__V1__ETHICS_SIGNED__INIT;
    struct wf_buffer packed = {0};
    struct wf_buffer frame = {0};
    data.version = (char *)"2024";
    data.signed_on = (char *)"2025-12-02";
    wf_pack(&data.base, &packed);
    publish.type = (char *)"org.endorse.application.ethics.signed.v1";
    publish.data = (ProtobufCBinaryData){.data = packed.data, .len = packed.length};
    publish.subject = (char *)subject;
    request.body_case = ENDORSE__V1__DOOR_REQUEST__BODY_PUBLISH;
    request.publish = &publish;
    for (int i = 0; i < count; i++) {
        char event[16];
        (void)snprintf(event, sizeof event, "e%d", i);
        publish.id = event;
        wf_buffer_clear(&frame);
        wf_pack(&request.base, &frame);
        ck_assert(fake_bus_portal_send(world.bus, first_key, wf_buffer_bytes(&frame)));
    }
    intake_world_settle(&world);
    *accepted = *credit = 0;
    while (fake_bus_portal_receive(world.bus, first_key, &frame)) {
        wf_arena_clear(&world.arena);
        const Endorse__V1__DoorReply *reply = (const Endorse__V1__DoorReply *)wf_unpack(
            &endorse__v1__door_reply__descriptor, wf_buffer_bytes(&frame), &world.arena);
        ck_assert_ptr_nonnull(reply);
        *accepted += reply->receipt->status == ACCEPTED;
        *credit += reply->receipt->status == BUSY && reply->receipt->retry_after_ms > 0 &&
                   strcmp(reply->receipt->reason, "credit") == 0;
    }
    wf_buffer_fini(&packed);
    wf_buffer_fini(&frame);
}

/* More than 256 unanswered publishes of a portal: BUSY.  Receipts give the credit back. */
START_TEST(credit_is_bounded_and_comes_back)
{
    unsigned accepted;
    unsigned credit;
    world.most_turns = 1; /* one turn takes them all and answers none */
    send_many(300, "application/A-1", &accepted, &credit);
    ck_assert_uint_eq(credit, 44);
    world.most_turns = 0;
    intake_world_settle(&world);
    for (int round = 0; round < 3; round++) {
        char subject[32];
        (void)snprintf(subject, sizeof subject, "application/B-%d", round);
        send_many(250, subject, &accepted, &credit);
        ck_assert_uint_eq(credit, 0);
    }
}
END_TEST

/* Events of one instant are given page by page, too, each once. */
START_TEST(pages_may_end_within_an_instant)
{
    Endorse__V1__DoorRequest request = ENDORSE__V1__DOOR_REQUEST__INIT;
    Endorse__V1__HeldRequest held = ENDORSE__V1__HELD_REQUEST__INIT;
    unsigned accepted;
    unsigned credit;
    char cursor[64] = "";
    char seen[200] = " ";
    unsigned total = 0;
    send_many(8, "application/A-1", &accepted, &credit);
    ck_assert_uint_eq(accepted, 8);
    held.limit = 3;
    request.body_case = ENDORSE__V1__DOOR_REQUEST__BODY_HELD;
    request.held = &held;
    do {
        held.cursor = cursor;
        const Endorse__V1__DoorReply *reply = intake_world_ask(&world, first_key, &request);
        ck_assert_uint_le(reply->held->n_events, 3);
        for (size_t i = 0; i < reply->held->n_events; i++) {
            char id[24];
            (void)snprintf(id, sizeof id, " %.16s ", reply->held->events[i]->id);
            ck_assert_ptr_null(strstr(seen, id));
            (void)snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s ", id + 1);
            total++;
        }
        (void)snprintf(cursor, sizeof cursor, "%s", reply->held->cursor);
    } while (cursor[0]);
    ck_assert_uint_eq(total, 8);
}
END_TEST

static bool has_text(struct wf_bytes bytes, const char *text)
{
    return memmem(bytes.data, bytes.length, text, strlen(text)) != NULL;
}

static bool never_named(void *context, uint64_t ms, uint64_t n, struct wf_bytes line)
{
    unsigned *lines = context;
    (void)ms;
    (void)n;
    (*lines)++;
    ck_assert(!has_text(line, "Avery"));
    ck_assert(!has_text(line, "avery@"));
    return true;
}

/* SPEC 3.1: who may reads them; neither journal nor stored state shows them. */
START_TEST(names_and_addresses_are_sealed)
{
    Endorse__V1__PersonNameChanged name = ENDORSE__V1__PERSON_NAME_CHANGED__INIT;
    Endorse__V1__PersonAddressChanged address = ENDORSE__V1__PERSON_ADDRESS_CHANGED__INIT;
    struct wf_person_card cards[2] = {{.id = "p1"}, {.id = "nobody"}};
    struct wf_error error = {0};
    uint8_t master[32];
    unsigned lines = 0;
    name.display_name = (char *)"Avery Example";
    address.email = (char *)"avery@example.org";
    ck_assert_int_eq(intake_world_publish(&world, first_key, "n1",
                                          "org.endorse.person.name.changed.v1", "person/p1",
                                          &name.base)
                         ->status,
                     ACCEPTED);
    ck_assert_int_eq(intake_world_publish(&world, first_key, "n2",
                                          "org.endorse.person.address.changed.v1", "person/p1",
                                          &address.base)
                         ->status,
                     ACCEPTED);
    ck_assert_int_eq(wf_config_key(world.config, "person-key", master, &error), 0);
    ck_assert_int_eq(wf_people_read(world.store, master, cards, 2, &error), 0);
    ck_assert_str_eq(cards[0].name, "Avery Example");
    ck_assert_str_eq(cards[0].email, "avery@example.org");
    ck_assert_str_eq(cards[1].name, "");
    ck_assert_int_eq(
        wf_store_journal(world.store, wf_partition("p1"), 0, never_named, &lines, &error), 0);
    ck_assert_uint_ge(lines, 2);
    struct wf_load load = {.kind = "person", .id = "p1"};
    ck_assert_int_eq(wf_store_load(world.store, &load, 1, &error), 0);
    for (size_t i = 0; i < load.fields.count; i++) {
        ck_assert(!has_text(load.fields.rows[i].value, "Avery"));
        ck_assert(!has_text(load.fields.rows[i].value, "avery@"));
    }
    wf_fields_fini(&load.fields);
    /* Without the key they are gone. */
    ck_assert_int_eq(wf_store_forget(world.store, wf_partition("p1"), "person:p1", &error), 0);
    ck_assert_int_eq(wf_people_read(world.store, master, cards, 1, &error), 0);
    ck_assert_str_eq(cards[0].name, "");
    master[0] ^= 1;
    ck_assert_int_eq(wf_people_read(world.store, master, cards, 1, &error), 0);
}
END_TEST

START_TEST(a_webhook_gets_each_outcome_as_a_cloudevent)
{
    Endorse__V1__PortalPut put = ENDORSE__V1__PORTAL_PUT__INIT;
    char *associations[] = {(char *)"MassAIMH"};
    struct wf_buffer payload = {0};
    struct wf_arena arena;
    put.n_associations = 1;
    put.associations = associations;
    put.webhook_url = (char *)"https://portal.example/hook";
    ck_assert_int_eq(intake_world_operate(&world, WF_MESSAGE_PORTAL_PUT, "MA", &put.base),
                     WF_REPLY_OK);
    ck_assert_int_eq(register_application("e1", "MassAIMH", "p1"), ACCEPTED);
    intake_world_settle(&world);
    ck_assert_uint_eq(intake_world_waiting(&world, "endorse.webhook.requested.v1", &payload), 1);
    wf_arena_init(&arena, 64 * 1024);
    const Endorse__V1__WebhookRequested *request = (const Endorse__V1__WebhookRequested *)wf_unpack(
        &endorse__v1__webhook_requested__descriptor, wf_buffer_bytes(&payload), &arena);
    ck_assert_ptr_nonnull(request);
    json_t *event = json_loads(request->body_json, 0, NULL);
    ck_assert_uint_eq(request->sequence, 1);
    ck_assert_str_eq(json_string_value(json_object_get(event, "specversion")), "1.0");
    ck_assert_str_eq(json_string_value(json_object_get(event, "id")), request->webhook_id);
    ck_assert_str_eq(json_string_value(json_object_get(event, "subject")), "application/A-1");
    ck_assert_str_eq(json_string_value(json_object_get(json_object_get(event, "data"), "personId")),
                     "p1");
    json_decref(event);
    wf_arena_fini(&arena);
    wf_buffer_fini(&payload);
}
END_TEST

/* What a registration and a rater set going beyond intake. */
START_TEST(other_programs_are_told)
{
    Endorse__V1__RaterNamed rater = ENDORSE__V1__RATER_NAMED__INIT;
    struct wf_buffer payload = {0};
    ck_assert_int_eq(register_application("e1", "MassAIMH", "p1"), ACCEPTED);
    rater.rater_id = (char *)"r1";
    rater.role = ENDORSE__V1__RATER_ROLE__RATER_SUPERVISOR;
    ck_assert_int_eq(intake_world_publish(&world, first_key, "e2",
                                          "org.endorse.application.rater.named.v1",
                                          "application/A-1", &rater.base)
                         ->status,
                     ACCEPTED);
    intake_world_settle(&world);
    ck_assert_uint_eq(intake_world_waiting(&world, "endorse.rating.requested.v1", NULL), 1);
    ck_assert_uint_eq(intake_world_waiting(&world, "endorse.mail.requested.v1", &payload), 2);
    ck_assert(has_text(wf_buffer_bytes(&payload), "application-"));
    Endorse__V1__PersonAddressChanged address = ENDORSE__V1__PERSON_ADDRESS_CHANGED__INIT;
    address.email = (char *)"rater@example.org";
    ck_assert_int_eq(intake_world_publish(&world, first_key, "e3",
                                          "org.endorse.person.address.changed.v1", "person/r1",
                                          &address.base)
                         ->status,
                     ACCEPTED);
    intake_world_settle(&world);
    /* The lane of the rater's person to the ratings carries the new address. */
    ck_assert_uint_eq(intake_world_waiting(&world, "endorse.rating.rater.address.changed.v1", NULL),
                      1);
    wf_buffer_fini(&payload);
}
END_TEST

/* Membership said before the application knows its applicant, and after. */
START_TEST(a_person_tells_her_applications)
{
    Endorse__V1__MembershipVerified member = ENDORSE__V1__MEMBERSHIP_VERIFIED__INIT;
    member.association = (char *)"MassAIMH";
    member.until_on = (char *)"2026-12-31";
    ck_assert_int_eq(intake_world_publish(&world, first_key, "m1",
                                          "org.endorse.membership.verified.v1", "person/p1",
                                          &member.base)
                         ->status,
                     ACCEPTED);
    ck_assert_int_eq(register_application("e1", "MassAIMH", "p1"), ACCEPTED);
    intake_world_settle(&world);
    ck_assert_int_eq(submit("e2")->status, ACCEPTED);
    const Endorse__V1__OutcomesPage *page = intake_world_outcomes(&world, first_key, 1);
    ck_assert_uint_eq(page->n_outcomes, 1);
    ck_assert_ptr_nonnull(
        strstr(page->outcomes[0]->data_json, "\"requirement\":\"membership\",\"met\":true"));
    ck_assert_uint_eq(intake_world_waiting(&world, "endorse.standing.fact.v1", NULL), 1);
}
END_TEST

START_TEST(another_portal_may_not_touch_what_is_not_its_own)
{
    Endorse__V1__PersonAddressChanged address = ENDORSE__V1__PERSON_ADDRESS_CHANGED__INIT;
    intake_world_add_portal(&world, "ZZ", second_key);
    ck_assert_int_eq(register_application("e1", "MassAIMH", "p1"), ACCEPTED);
    ck_assert_int_eq(sign(second_key, "z1", "application/A-1")->status, ACCEPTED);
    const Endorse__V1__OutcomesPage *page = intake_world_outcomes(&world, second_key, 0);
    ck_assert_uint_eq(page->n_outcomes, 1);
    ck_assert_ptr_nonnull(strstr(page->outcomes[0]->data_json, "\"reason\":\"other-portal\""));
    address.email = (char *)"mine@example.org";
    (void)intake_world_publish(&world, first_key, "a1", "org.endorse.person.address.changed.v1",
                               "person/p1", &address.base);
    (void)intake_world_publish(&world, second_key, "a2", "org.endorse.person.address.changed.v1",
                               "person/p1", &address.base);
    page = intake_world_outcomes(&world, second_key, 1);
    ck_assert_uint_eq(page->n_outcomes, 1);
    ck_assert_ptr_nonnull(strstr(page->outcomes[0]->data_json, "\"reason\":\"other-portal\""));
}
END_TEST

/* What a rule of the person refuses is answered, journalled and told; nothing of it goes on. */
START_TEST(impossible_hours_are_told)
{
    Endorse__V1__ActivityAdded hours = ENDORSE__V1__ACTIVITY_ADDED__INIT;
    hours.activity_id = (char *)"h1";
    hours.topic = ENDORSE__V1__TRAINING_TOPIC__TRAINING_IMH;
    hours.training_hundredths = 100;
    hours.from_on = (char *)"2025-12-31";
    hours.until_on = (char *)"2025-12-30";
    ck_assert_int_eq(intake_world_publish(&world, first_key, "r1",
                                          "org.endorse.renewal.activity.added.v1", "person/p1",
                                          &hours.base)
                         ->status,
                     ACCEPTED);
    const Endorse__V1__OutcomesPage *page = intake_world_outcomes(&world, first_key, 0);
    ck_assert_uint_eq(page->n_outcomes, 1);
    ck_assert_ptr_nonnull(strstr(page->outcomes[0]->data_json, "\"reason\":\"dates-reversed\""));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("intake: from the door to the store");
    TCase *tests = tcase_create("door");
    tcase_add_checked_fixture(tests, open_world, close_world);
    tcase_add_test(tests, the_same_again_is_a_duplicate_and_another_a_conflict);
    tcase_add_test(tests, what_is_wrong_is_named);
    tcase_add_test(tests, a_portal_speaks_for_its_associations_only);
    tcase_add_test(tests, a_portal_publishes_the_types_it_may);
    tcase_add_test(tests, two_keys_are_good_while_they_change);
    tcase_add_test(tests, a_key_of_two_portals_speaks_for_neither);
    tcase_add_test(tests, hello_and_ping_are_answered);
    tcase_add_test(tests, outcomes_are_numbered_and_say_why);
    tcase_add_test(tests, what_is_held_can_be_proved_page_by_page);
    tcase_add_test(tests, credit_is_bounded_and_comes_back);
    tcase_add_test(tests, pages_may_end_within_an_instant);
    tcase_add_test(tests, names_and_addresses_are_sealed);
    tcase_add_test(tests, a_webhook_gets_each_outcome_as_a_cloudevent);
    tcase_add_test(tests, other_programs_are_told);
    tcase_add_test(tests, a_person_tells_her_applications);
    tcase_add_test(tests, another_portal_may_not_touch_what_is_not_its_own);
    tcase_add_test(tests, impossible_hours_are_told);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
