/* The story of an aggregate: its lines of the journal, what it is now, what it waits for. */
#include "wf_journal.h"
#include "wf_worker_state.h"

#include <string.h>

enum { LINES_DEFAULT = 200, LINES_MOST = 400, LINE_TEXT = 240, REPLY_MOST = 100 * 1024 };

struct story {
    struct wf_worker *worker;
    char kind[WF_KIND_MAX + 1]; /* "": any */
    char id[WF_ID_MAX + 1];
    Endorse__V1__StoryLine **lines; /* a ring of the last ones */
    size_t limit, count;
};

/* The first field of a line is its aggregate: most lines are another's and need no unpacking. */
static bool is_about(const struct story *story, struct wf_bytes line)
{
    size_t id = strlen(story->id);
    if (line.length < 2 || line.data[0] != 0x0a || line.data[1] >= 0x80 ||
        line.length < 2u + line.data[1] || line.data[1] < id + 2)
        return false;
    const char *text = (const char *)line.data + 2;
    const char *slash = text + line.data[1] - id - 1;
    return *slash == '/' && memcmp(slash + 1, story->id, id) == 0 &&
           (!story->kind[0] || ((size_t)(slash - text) == strlen(story->kind) &&
                                memcmp(text, story->kind, (size_t)(slash - text)) == 0));
}

/* The machine's sentence about the event; `type`, its type's name, where there is none. */
static const char *describe(struct wf_worker *worker, const Endorse__V1__JournalLine *line,
                            const char *type)
{
    char text[LINE_TEXT] = "";
    uint8_t entropy[32] = {0};
    char address[WF_ADDRESS_MAX + 1 + WF_SERVICE_MAX];
    struct wf_work work = {.type = line->type,
                           .message_id = line->message_id,
                           .actor = line->actor,
                           .from_text = line->from,
                           .happened = line->happened_ms,
                           .source = line->from[0] ? WF_WORK_LANE : WF_WORK_ACT};
    if (strcmp(line->type, wf_message_row(WF_MESSAGE_TICK)->type) == 0)
        return "A deadline came.";
    wf_buffer_clear(&worker->kept);
    wf_buffer_format(&worker->kept, "%s/%s", wf_service_name(worker->domain->service),
                     line->aggregate);
    if (worker->kept.length >= sizeof address)
        return type;
    memcpy(address, worker->kept.data, worker->kept.length);
    address[worker->kept.length] = '\0';
    if (!wf_address_parse(address, &work.self) ||
        (line->from[0] && !wf_address_parse(line->from, &work.from)))
        return type;
    work.is_kept = true;
    wf_dispatch_route(worker, &work);
    if (!work.machine || !work.machine->describe ||
        wf_step_decode(worker, &work,
                       (struct wf_bytes){.data = line->payload.data, .length = line->payload.len},
                       entropy, NULL))
        return type;
    work.machine->describe(worker->event, text, sizeof text);
    return text[0] ? wf_pool_text(&worker->pool, text) : type;
}

/* A machine that keeps its story to itself. */
static bool is_discreet(const struct story *story, const char *aggregate)
{
    const struct wf_domain *domain = story->worker->domain;
    for (size_t i = 0; i < domain->handler_count; i++) {
        const struct wf_machine *machine = domain->handlers[i].machine;
        size_t length = strlen(machine->kind);
        if (machine->discreet && strncmp(aggregate, machine->kind, length) == 0 &&
            aggregate[length] == '/')
            return true;
    }
    return false;
}

static bool take_line(void *context, uint64_t ms, uint64_t n, struct wf_bytes bytes)
{
    struct story *story = context;
    struct wf_worker *worker = story->worker;
    (void)ms;
    (void)n;
    if (!is_about(story, bytes))
        return true;
    wf_arena_clear(&worker->frames);
    Endorse__V1__JournalLine *line = wf_journal_decode(bytes, &worker->frames);
    if (!line || is_discreet(story, line->aggregate))
        return true;
    Endorse__V1__StoryLine *told = wf_pool_take(&worker->pool, sizeof *told);
    endorse__v1__story_line__init(told);
    told->time_ms = line->time_ms;
    told->version = line->version;
    told->type = (char *)wf_pool_text(&worker->pool, line->type);
    told->actor = (char *)wf_pool_text(&worker->pool, line->from[0] ? line->from : line->actor);
    bool is_refused = line->step == ENDORSE__V1__JOURNAL_STEP__JOURNAL_STEP_REFUSED;
    told->result =
        (char *)(is_refused ? wf_pool_format(&worker->pool, "refused: %s", line->reason)
                 : line->step == ENDORSE__V1__JOURNAL_STEP__JOURNAL_STEP_OPERATOR ? "operator"
                                                                                  : "applied");
    told->text = (char *)describe(worker, line, told->type);
    struct wf_bytes judgement =
        wf_pool_copy(&worker->pool, (struct wf_bytes){.data = line->judgement.data,
                                                      .length = line->judgement.len});
    told->judgement =
        (ProtobufCBinaryData){.data = (uint8_t *)judgement.data, .len = judgement.length};
    story->lines[story->count++ % story->limit] = told;
    return true;
}

static const char *judged(struct wf_worker *worker, const struct wf_machine *machine)
{
    if (!machine->judged)
        return "";
    wf_buffer_clear(&worker->kept);
    machine->judged(worker->domain->policy(worker->service), worker->before, wf_worker_now(worker),
                    &worker->kept);
    wf_buffer_append(&worker->kept, "", 1);
    return wf_pool_text(&worker->pool, (const char *)worker->kept.data);
}

static int tell_state(struct wf_worker *worker, const struct story *story,
                      Endorse__V1__Story *reply, struct wf_buffer *json, struct wf_error *error)
{
    for (size_t i = 0; i < worker->domain->handler_count; i++) {
        const struct wf_machine *machine = worker->domain->handlers[i].machine;
        struct wf_entity *entity = NULL;
        char waiting[LINE_TEXT] = "";
        if (machine->discreet || (story->kind[0] && strcmp(story->kind, machine->kind) != 0))
            continue;
        if (wf_questions_state(worker, machine, story->id, &entity, error))
            return -1;
        if (!entity->stamp)
            continue;
        if (machine->show)
            machine->show(worker->before, json);
        if (entity->is_parked)
            (void)strcpy(waiting, "An operator: one of its messages could not be applied.");
        else if (machine->waiting)
            machine->waiting(worker->domain->policy(worker->service), worker->before, waiting,
                             sizeof waiting);
        reply->waiting = (char *)wf_pool_text(&worker->pool, waiting);
        reply->judged_json = (char *)judged(worker, machine);
        break;
    }
    wf_buffer_append(json, "", 1);
    reply->state_json = (char *)json->data;
    return 0;
}

static bool read_wanted(const Endorse__V1__Show *show, struct story *story)
{
    const char *slash = strchr(show->id, '/');
    const char *id = slash ? slash + 1 : show->id;
    size_t kind = slash ? (size_t)(slash - show->id) : 0;
    if (!wf_id_is_valid(id) || kind > WF_KIND_MAX)
        return false;
    memcpy(story->kind, show->id, kind);
    memcpy(story->id, id, strlen(id));
    story->limit = show->limit ? show->limit : LINES_DEFAULT;
    if (story->limit > LINES_MOST)
        story->limit = LINES_MOST;
    return true;
}

int wf_operator_story(struct wf_worker *worker, const Endorse__V1__Show *show,
                      struct wf_buffer *reply, struct wf_error *error)
{
    struct story story = {.worker = worker};
    struct wf_buffer json = {0};
    Endorse__V1__Story told = ENDORSE__V1__STORY__INIT;
    if (!read_wanted(show, &story))
        return wf_fail(error, WF_INVALID, "id: \"<id>\" or \"<kind>/<id>\"");
    story.lines = wf_pool_take(&worker->pool, story.limit * sizeof(Endorse__V1__StoryLine *));
    if (wf_store_journal(worker->store, wf_partition(story.id), 0, take_line, &story, error))
        return -1;
    if (tell_state(worker, &story, &told, &json, error)) {
        wf_buffer_fini(&json);
        return -1;
    }
    size_t count = story.count < story.limit ? story.count : story.limit;
    Endorse__V1__StoryLine **lines =
        wf_pool_take(&worker->pool, (count + 1) * sizeof(Endorse__V1__StoryLine *));
    for (size_t i = 0; i < count; i++)
        lines[i] = story.lines[(story.count - count + i) % story.limit];
    told.lines = lines;
    told.n_lines = count;
    while (told.n_lines > 1 && protobuf_c_message_get_packed_size(&told.base) > REPLY_MOST) {
        told.lines++; /* the oldest go first */
        told.n_lines--;
    }
    bool is_known = count > 0 || json.length > 1;
    if (is_known)
        wf_pack(&told.base, reply);
    wf_buffer_fini(&json);
    return is_known ? 0 : wf_fail(error, WF_NOT_FOUND, "there is nothing of that id here");
}
