/* The release gate: the raw events as SPEC 7.1 has them, and the comparison with the second
 * implementation.  SPEC 6.5. */
#include "exam_service.h"

#include "wf_journal.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the pack ---- */

static const char *const cusps[] = {
#define WF_X(symbol, name) [symbol] = name,
    ADJUDICATE_CUSP(WF_X)
#undef WF_X
};
static const char *const withins[] = {
#define WF_X(symbol, name) [symbol] = name,
    ADJUDICATE_WITHIN(WF_X)
#undef WF_X
};
static const char *const combines[] = {
#define WF_X(symbol, name) [symbol] = name,
    ADJUDICATE_COMBINE(WF_X)
#undef WF_X
};
static const char *const unaskeds[] = {
#define WF_X(symbol, name) [symbol] = name,
    ADJUDICATE_UNASKED(WF_X)
#undef WF_X
};

static json_t *pack_json(const struct adjudicate_pack *pack)
{
    json_t *criteria = json_array();
    for (int32_t i = 0; i < pack->criteria_count; i++) {
        const struct adjudicate_criterion *row = &pack->criteria[i];
        (void)json_array_append_new(criteria,
                                    json_pack("{s:s s:i s:i s:i s:i s:b}", "name", row->name,
                                              "least", row->least, "most", row->most, "weight",
                                              row->weight, "floor", row->floor, "core", row->core));
    }
    return json_pack("{s:s s:i s:o s:i s:b s:b s:i s:i s:s s:i s:s s:s s:s s:i s:i s:b}", "name",
                     pack->name, "version", pack->version, "criteria", criteria, "total_most",
                     pack->total_most, "unit_criterion", pack->unit_criterion, "unit_total",
                     pack->unit_total, "criterion_tolerance", pack->criterion_tolerance,
                     "total_tolerance", pack->total_tolerance, "cusp", cusps[pack->cusp],
                     "cusp_level", pack->cusp_level, "within", withins[pack->within], "combine",
                     combines[pack->combine], "third_unasked", unaskeds[pack->unasked],
                     "committee_span", pack->committee_span, "pass_percent", pack->pass_percent,
                     "never_lower", pack->never_lower);
}

/* ---- events from the journal ---- */

static json_t *scores_json(Endorse__V1__SeatScore **rows, size_t count)
{
    json_t *scores = json_object();
    for (size_t i = 0; i < count; i++)
        (void)json_object_set_new(scores, rows[i]->criterion, json_integer(rows[i]->points));
    return scores;
}

static json_t *submitted_json(const Endorse__V1__SeatSubmitted *from)
{
    char hex[65] = "";
    for (size_t i = 0; i < from->sheet_sha256.len && i < 32; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", from->sheet_sha256.data[i]);
    return json_pack("{s:s s:i s:o s:s}", "type", "submitted", "sheet_version",
                     (int)from->sheet_version, "scores", scores_json(from->scores, from->n_scores),
                     "sha256", hex);
}

static json_t *plain(const char *type)
{
    return json_pack("{s:s}", "type", type);
}

static json_t *ordered_json(const Endorse__V1__SeatOrdered *from)
{
    switch (from->kind) {
    case ENDORSE__V1__SEAT_ORDER_KIND__SEAT_ORDER_CLOSE:
        return plain("closed");
    case ENDORSE__V1__SEAT_ORDER_KIND__SEAT_ORDER_SET_ASIDE:
        return plain("set-aside");
    case ENDORSE__V1__SEAT_ORDER_KIND__SEAT_ORDER_COUNT:
        return plain("counted");
    case ENDORSE__V1__SEAT_ORDER_KIND__SEAT_ORDER_PAUSE:
        return plain("paused");
    case ENDORSE__V1__SEAT_ORDER_KIND__SEAT_ORDER_RESUME:
        return plain("resumed");
    case ENDORSE__V1__SEAT_ORDER_KIND__SEAT_ORDER_CORRECT:
        return plain("correct");
    case ENDORSE__V1__SEAT_ORDER_KIND__SEAT_ORDER_WITHDRAW: /* of calibrations, which are no seats here */
    case ENDORSE__V1__SEAT_ORDER_KIND__SEAT_ORDER_UNSPECIFIED:
    case _ENDORSE__V1__SEAT_ORDER_KIND_IS_INT_SIZE:
        break;
    }
    return NULL;
}

static json_t *wanted_json(const Endorse__V1__SeatWanted *from)
{
    return json_pack("{s:s s:i s:i s:s}", "type", "wanted", "place", (int)from->place, "round",
                     (int)from->round, "reader", from->reader);
}

static json_t *known_json(const Endorse__V1__SeatWriterKnown *from)
{
    const char *word = from->known == ENDORSE__V1__WRITER_KNOWN__WRITER_KNOWN_YES       ? "yes"
                       : from->known == ENDORSE__V1__WRITER_KNOWN__WRITER_KNOWN_SUSPECT ? "suspect"
                                                                                        : "no";
    return json_pack("{s:s s:s}", "type", "known", "known", word);
}

static json_t *split_json(const Endorse__V1__SplitDecided *from)
{
    json_t *members = json_array();
    for (size_t i = 0; i < from->n_members; i++)
        (void)json_array_append_new(members, json_string(from->members[i]));
    return json_pack("{s:s s:o s:o}", "type", "split", "scores",
                     scores_json(from->scores, from->n_scores), "members", members);
}

/* NULL: nothing that the result depends on. */
static json_t *event_json(enum wf_message message, const ProtobufCMessage *payload)
{
    switch ((int)message) {
    case WF_MESSAGE_PAPER_SEALED:
        return plain("sealed");
    case WF_MESSAGE_PAPER_VOIDED:
        return plain("voided");
    case WF_MESSAGE_PAPER_APPEALED: {
        const Endorse__V1__PaperAppealed *from = (const void *)payload;
        bool rescore = from->kind == ENDORSE__V1__APPEAL_KIND__APPEAL_RESCORE;
        return json_pack("{s:s s:s}", "type", "appealed", "kind", rescore ? "rescore" : "clerical");
    }
    case WF_MESSAGE_SPLIT_DECIDED:
        return split_json((const void *)payload);
    case WF_MESSAGE_SEAT_WANTED:
        return wanted_json((const void *)payload);
    case WF_MESSAGE_SEAT_ORDERED:
        return ordered_json((const void *)payload);
    case WF_MESSAGE_SEAT_ACCEPTED:
        return plain("accepted");
    case WF_MESSAGE_SEAT_DECLINED:
        return plain("declined");
    case WF_MESSAGE_SEAT_OPENED:
        return plain("opened");
    case WF_MESSAGE_SEAT_RECUSED:
        return plain("recused");
    case WF_MESSAGE_SEAT_SUBMITTED:
        return submitted_json((const void *)payload);
    case WF_MESSAGE_SEAT_QUESTIONED:
        return plain("questioned");
    case WF_MESSAGE_SEAT_WRITER_KNOWN:
        return known_json((const void *)payload);
    case WF_MESSAGE_SEAT_CORRECTION_REQUESTED:
        return plain("correction-requested");
    case WF_MESSAGE_CORRECTION_APPROVED:
        return plain("correction-approved");
    default:
        return NULL;
    }
}

/* ---- reading the journals ---- */

struct history {
    struct exam_service *service;
    char aggregate[WF_KIND_MAX + WF_ID_MAX + 2];
    json_t *events;
    bool broken;
};

static bool take_line(void *context, uint64_t ms, uint64_t n, struct wf_bytes bytes)
{
    struct history *history = context;
    size_t length = strlen(history->aggregate);
    (void)ms;
    (void)n;
    /* The first field of a line is its aggregate: most lines are another's and need no unpacking. */
    if (bytes.length < length + 2 || bytes.data[1] != length ||
        memcmp(bytes.data + 2, history->aggregate, length) != 0)
        return true;
    struct wf_arena *arena = &history->service->arena;
    wf_arena_clear(arena);
    const Endorse__V1__JournalLine *line = wf_journal_decode(bytes, arena);
    history->broken = history->broken || !line;
    if (!line || line->step != ENDORSE__V1__JOURNAL_STEP__JOURNAL_STEP_APPLIED)
        return true;
    enum wf_message message = wf_message_find(line->type);
    const ProtobufCMessage *payload = NULL;
    if (message != WF_MESSAGE_TICK)
        payload = wf_unpack(wf_message_row(message)->descriptor,
                            (struct wf_bytes){line->payload.data, line->payload.len}, arena);
    json_t *event = payload ? event_json(message, payload) : NULL;
    if (event) {
        (void)json_object_set_new(event, "at", json_integer(line->time_ms));
        (void)json_array_append_new(history->events, event);
    }
    return true;
}

static json_t *read_history(struct exam_service *service, const char *kind, const char *id,
                            struct wf_error *error)
{
    struct history history = {.service = service, .events = json_array()};
    (void)snprintf(history.aggregate, sizeof history.aggregate, "%s/%s", kind, id);
    int result = wf_store_journal(service->store, wf_partition(id), 0, take_line, &history, error);
    wf_arena_clear(&service->arena);
    if (result == 0 && !history.broken)
        return history.events;
    json_decref(history.events);
    if (result == 0)
        (void)wf_fail(error, WF_BROKEN, "a journal line of %s cannot be read", kind);
    return NULL;
}

int exam_gate_input(struct exam_service *service, const char *handle, const struct paper *paper,
                    struct wf_buffer *json, struct wf_error *error)
{
    json_t *seats = json_array();
    json_t *events = read_history(service, "paper", handle, error);
    for (int32_t i = 0; events && i < paper->seat_count; i++) {
        json_t *seat = read_history(service, "seat", paper->seats[i].code, error);
        if (!seat) {
            json_decref(events);
            events = NULL;
            break;
        }
        (void)json_array_append_new(
            seats, json_pack("{s:s s:o}", "code", paper->seats[i].code, "events", seat));
    }
    if (!events) {
        json_decref(seats);
        return -1;
    }
    json_t *whole = json_pack("{s:s s:o s:o s:o}", "handle", handle, "pack",
                              pack_json(&paper->pack), "paper", events, "seats", seats);
    char *text = json_dumps(whole, JSON_COMPACT);
    json_decref(whole);
    if (!text)
        return wf_fail(error, WF_BROKEN, "the events of a paper are no JSON");
    wf_buffer_append(json, text, strlen(text) + 1);
    free(text);
    return 0;
}

/* ---- comparing ---- */

static const char *path_of(const struct paper *paper)
{
    if (paper->result.by_committee)
        return "committee";
    return paper->result.path == ADJUDICATE_PATH_THIRD ? "third" : "pair";
}

/* In the form of SPEC 7.4, of what the paper computed. */
static json_t *own_result(const struct paper *paper)
{
    json_t *counted = json_array(), *criteria = json_array();
    for (int32_t place = 1; place <= EXAM_PLACES && !paper->result.by_committee; place++) {
        int32_t seat = paper_seat_at(paper, place);
        if (seat >= 0 && paper->seats[seat].counted)
            (void)json_array_append_new(counted, json_string(paper->seats[seat].code));
    }
    for (int32_t i = 0; i < paper->pack.criteria_count; i++)
        (void)json_array_append_new(criteria, json_integer(paper->result.criteria[i]));
    return json_pack("{s:s s:o s:I s:o s:b}", "path", path_of(paper), "counted", counted, "score",
                     (json_int_t)paper->result.score, "criteria", criteria, "passed",
                     paper->result.passed);
}

static bool compare(const struct paper *paper, const char *answer,
                    char why[static EXAM_CERTIFICATE_MAX + 1])
{
    json_t *theirs = json_loads(answer, 0, NULL);
    json_t *ours = own_result(paper);
    const char *member;
    json_t *value;
    bool same = json_is_true(json_object_get(theirs, "sound"));
    if (!same) {
        const char *said = json_string_value(json_object_get(theirs, "why"));
        (void)snprintf(why, EXAM_CERTIFICATE_MAX + 1, "the events are unsound: %.200s",
                       said ? said : "no answer that can be read");
    }
    json_object_foreach(ours, member, value)
    {
        if (!same || json_equal(value, json_object_get(theirs, member)))
            continue;
        (void)snprintf(why, EXAM_CERTIFICATE_MAX + 1, "the second implementation gives another %s",
                       member);
        same = false;
    }
    json_decref(theirs);
    json_decref(ours);
    return same;
}

bool exam_gate_agrees(struct exam_service *service, const char *handle, const struct paper *paper,
                      char why[static EXAM_CERTIFICATE_MAX + 1])
{
    struct wf_buffer json = {0};
    struct wf_error error = {0};
    bool agrees = false;
    why[0] = '\0';
    if (!service->recheck)
        (void)snprintf(why, EXAM_CERTIFICATE_MAX + 1, "there is no second implementation");
    else if (exam_gate_input(service, handle, paper, &json, &error))
        (void)snprintf(why, EXAM_CERTIFICATE_MAX + 1, "%s", error.text);
    else {
        char *answer = service->recheck((const char *)json.data);
        agrees = answer && compare(paper, answer, why);
        free(answer);
    }
    wf_buffer_fini(&json);
    return agrees;
}
