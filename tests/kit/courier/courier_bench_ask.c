/* What a test asks of the bench, and what it compares. */
#include "courier_bench.h"

#include "wf_link.h"
#include "wf_people.h"
#include "wf_seal.h"
#include "wf_webhook.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct wf_bytes bytes_of(const char *text)
{
    return (struct wf_bytes){(const uint8_t *)text, strlen(text)};
}

static void read_key(struct courier_bench *bench, const char *name, uint8_t key[static 32])
{
    struct wf_error error = {0};
    ck_assert_msg(wf_config_key(bench->config, name, key, &error) == 0, "%s", error.text);
}

/* ---- asking ---- */

void courier_bench_person(struct courier_bench *bench, const char *id, const char *name,
                          const char *email)
{
    static const uint8_t fresh[32] = {1, 2, 3};
    uint8_t master[32], key[32];
    char place[WF_ID_MAX + 16];
    struct wf_buffer sealed_name = {0}, sealed_email = {0};
    struct wf_error error = {0};
    read_key(bench, "person-key", master);
    ck_assert_int_eq(wf_people_key(bench->people, master, id, fresh, key, &error), 0);
    (void)snprintf(place, sizeof place, "%s/name", id);
    wf_seal(key, place, bytes_of(name), &sealed_name);
    (void)snprintf(place, sizeof place, "%s/email", id);
    wf_seal(key, place, bytes_of(email), &sealed_email);
    struct wf_field fields[] = {{bytes_of("email"), wf_buffer_bytes(&sealed_email)},
                                {bytes_of("name"), wf_buffer_bytes(&sealed_name)}};
    struct wf_commit commit = {
        .kind = "person", .id = id, .version_after = 1, .puts = fields, .put_count = 2};
    ck_assert_msg(wf_store_commit(bench->people, &commit, 1, &error) == 0, "%s", error.text);
    ck_assert_int_eq(commit.result, WF_COMMIT_OK);
    wf_buffer_fini(&sealed_name);
    wf_buffer_fini(&sealed_email);
    wf_buffer_fini(&commit.prior);
}

uint64_t courier_bench_ask(struct courier_bench *bench, const char *effect, uint64_t sequence)
{
    static char names[][16] = {"category", "role", "due_on", "waiver"};
    struct wf_address from = wf_address_make(WF_REFERENCE, "ratings", "MA-1");
    Endorse__V1__MailArgument arguments[4], *list[4];
    Endorse__V1__MailRequested request = ENDORSE__V1__MAIL_REQUESTED__INIT;
    for (size_t i = 0; i < 4; i++) {
        endorse__v1__mail_argument__init(&arguments[i]);
        arguments[i].name = names[i];
        arguments[i].value = (char *)"a value";
        list[i] = &arguments[i];
    }
    request.template_name = (char *)"rating-request";
    request.to_person_id = (char *)effect;
    request.about_person_id = (char *)"about-1";
    request.association = (char *)"MassAIMH";
    request.n_arguments = 4;
    request.arguments = list;
    request.link_application = (char *)"MA-1";
    request.link_request = 2;
    request.link_generation = 3;
    return lane_peer_send(bench->reference, WF_MESSAGE_MAIL_REQUESTED, &from, effect, sequence,
                          &request.base);
}

/* The lane of a portal begins with EndpointSet as number 1; outcome n is number n + 1. */
void courier_bench_endpoint(struct courier_bench *bench, const char *portal, const char *path)
{
    char url[128];
    struct wf_address from = wf_address_make(WF_INTAKE, "portal", portal);
    Endorse__V1__EndpointSet set = ENDORSE__V1__ENDPOINT_SET__INIT;
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u%s", bench->http.port, path);
    set.url = url;
    set.enabled = true;
    uint64_t delivery =
        lane_peer_send(bench->intake, WF_MESSAGE_ENDPOINT_SET, &from, portal, 1, &set.base);
    courier_bench_until_status(bench, delivery);
}

static void write_outcome(unsigned sequence, char id[static 32], char body[static 128])
{
    (void)snprintf(id, 32, "outcome-%u", sequence);
    (void)snprintf(body, 128, "{\"specversion\":\"1.0\",\"id\":\"%s\"}", id);
}

uint64_t courier_bench_push(struct courier_bench *bench, const char *portal, unsigned sequence)
{
    char id[32], body[128];
    struct wf_address from = wf_address_make(WF_INTAKE, "portal", portal);
    Endorse__V1__WebhookRequested request = ENDORSE__V1__WEBHOOK_REQUESTED__INIT;
    write_outcome(sequence, id, body);
    request.sequence = sequence;
    request.webhook_id = id;
    request.body_json = body;
    uint64_t delivery = lane_peer_send(bench->intake, WF_MESSAGE_WEBHOOK_REQUESTED, &from, portal,
                                       sequence + 1, &request.base);
    courier_bench_until_status(bench, delivery);
    return delivery;
}

void courier_bench_switch(struct courier_bench *bench, int status)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/status", bench->redis.folder);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    (void)fprintf(file, "%d", status);
    ck_assert_int_eq(fclose(file), 0);
}

/* ---- comparing ---- */

json_t *courier_bench_lines(struct courier_bench *bench, const char *name)
{
    static char line[100000];
    char path[128];
    json_t *list = json_array();
    (void)snprintf(path, sizeof path, "%s/%s", bench->redis.folder, name);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        json_array_append_new(list, json_loads(line, JSON_DECODE_ANY, NULL));
    if (file)
        (void)fclose(file);
    return list;
}

const char *courier_bench_text(json_t *list, size_t index, const char *name)
{
    const char *text = json_string_value(json_object_get(json_array_get(list, index), name));
    ck_assert_ptr_nonnull(text);
    return text;
}

void courier_bench_check_link(struct courier_bench *bench, const char *mail,
                              const char *application, unsigned request, unsigned generation)
{
    static const char begin[] = "http://127.0.0.1:8080/rate/";
    char url[300];
    size_t length = 0;
    uint8_t key[32];
    struct wf_link link = {0};
    const char *at = strstr(mail, begin);
    ck_assert_ptr_nonnull(at);
    while (length < sizeof url - 1 && *at && *at != '\r') {
        if (strncmp(at, "=\r\n", 3) == 0) /* a soft line break */
            at += 3;
        else
            url[length++] = *at++;
    }
    url[length] = '\0';
    read_key(bench, "link-key", key);
    ck_assert_msg(wf_link_open(key, url + strlen(begin), &link), "%s", url);
    ck_assert_str_eq(link.id, application);
    ck_assert_uint_eq(link.request, request);
    ck_assert_uint_eq(link.generation, generation);
}

void courier_bench_check_signature(struct courier_bench *bench, json_t *request, const char *portal,
                                   unsigned sequence)
{
    char id[32], body[128], signature[WF_WEBHOOK_SIGNATURE_TEXT];
    uint8_t key[32];
    json_t *headers = json_object_get(request, "headers");
    write_outcome(sequence, id, body);
    read_key(bench, "webhook-key", key);
    const char *seconds = json_string_value(json_object_get(headers, "webhook-timestamp"));
    ck_assert_ptr_nonnull(seconds);
    wf_webhook_sign(key, portal, id, strtoll(seconds, NULL, 10), bytes_of(body), signature);
    ck_assert_str_eq(json_string_value(json_object_get(headers, "webhook-id")), id);
    ck_assert_str_eq(json_string_value(json_object_get(headers, "webhook-signature")), signature);
    ck_assert_str_eq(json_string_value(json_object_get(request, "body")), body);
}

bool courier_bench_store_holds(struct courier_bench *bench, const char *text)
{
    char command[256];
    (void)snprintf(command, sizeof command, "grep -r -q -a -F '%s' %s/data", text,
                   bench->redis.folder);
    return system(command) == 0;
}
