/* The events of the paper and of its seats, and which sheets count: SPEC 7.1, 7.2. */
#include "recheck_inner.h"

#include <string.h>

/* ---- points ---- */

bool recheck_read_points(const json_t *json, struct recheck_exam *exam,
                         struct recheck_points *points)
{
    const struct recheck_pack *pack = &exam->pack;
    if (json_object_size(json) != pack->criteria_count)
        return recheck_unsound(exam, "a sheet has not exactly the pack's criteria");
    for (size_t i = 0; i < pack->criteria_count; i++) {
        const struct recheck_criterion *criterion = &pack->criteria[i];
        const json_t *value = json_object_get(json, criterion->name);
        if (!json_is_integer(value))
            return recheck_unsound(exam, "a sheet has no points for %s", criterion->name);
        points->of[i] = json_integer_value(value);
        if (points->of[i] < criterion->least || points->of[i] > criterion->most)
            return recheck_unsound(exam, "points for %s are outside the rubric", criterion->name);
    }
    return true;
}

static const char *type_of(const json_t *event)
{
    const char *type = json_string_value(json_object_get(event, "type"));
    return type ? type : "";
}

static bool is_one_of(const char *type, const char *const *types)
{
    for (; *types; types++) {
        if (strcmp(type, *types) == 0)
            return true;
    }
    return false;
}

/* ---- the paper ---- */

static bool take_appeal(const json_t *event, struct recheck_exam *exam)
{
    const char *kind = json_string_value(json_object_get(event, "kind"));
    if (kind && strcmp(kind, "clerical") == 0)
        return true;
    if (!kind || strcmp(kind, "rescore") != 0)
        return recheck_unsound(exam, "an appeal is neither clerical nor rescore");
    if (exam->round_count == RECHECK_ROUNDS)
        return recheck_unsound(exam, "more than %d rounds", RECHECK_ROUNDS);
    exam->round_count++;
    return true;
}

static bool take_paper_event(const json_t *event, bool is_first, struct recheck_exam *exam)
{
    const char *type = type_of(event);
    if (is_first != (strcmp(type, "sealed") == 0))
        return recheck_unsound(exam, "the paper's first event, and no other, is its sealing");
    if (is_first) {
        exam->round_count = 1;
        return true;
    }
    if (strcmp(type, "appealed") == 0)
        return take_appeal(event, exam);
    if (strcmp(type, "voided") == 0)
        return recheck_unsound(exam, "the paper is voided");
    if (strcmp(type, "split") != 0)
        return recheck_unsound(exam, "the paper has an event of unknown type");
    struct recheck_round *round = &exam->rounds[exam->round_count - 1];
    round->has_split = true;
    return recheck_read_points(json_object_get(event, "scores"), exam, &round->split);
}

static bool read_paper(const json_t *events, struct recheck_exam *exam)
{
    if (json_array_size(events) == 0)
        return recheck_unsound(exam, "the paper has no events");
    for (size_t i = 0; i < json_array_size(events); i++) {
        if (!take_paper_event(json_array_get(events, i), i == 0, exam))
            return false;
    }
    return true;
}

/* ---- a seat ---- */

static bool take_name(const json_t *json, const char *member, struct recheck_exam *exam,
                      char name[static RECHECK_NAME])
{
    const char *text = json_string_value(json_object_get(json, member));
    if (!text || !text[0] || strlen(text) >= RECHECK_NAME)
        return recheck_unsound(exam, "a seat has no \"%s\"", member);
    memcpy(name, text, strlen(text) + 1);
    return true;
}

static bool take_wanted(const json_t *event, struct recheck_exam *exam, struct recheck_seat *seat)
{
    const json_t *place = json_object_get(event, "place"), *round = json_object_get(event, "round");
    seat->place = json_integer_value(place);
    seat->round = json_integer_value(round);
    if (seat->place < 1 || seat->place > RECHECK_PLACES)
        return recheck_unsound(exam, "seat %s has an impossible place", seat->code);
    if (seat->round < 1 || (size_t)seat->round > exam->round_count)
        return recheck_unsound(exam, "seat %s is of a round that has not begun", seat->code);
    return take_name(event, "reader", exam, seat->reader);
}

static bool take_seat_event(const json_t *event, struct recheck_exam *exam,
                            struct recheck_seat *seat)
{
    static const char *const leaving[] = {"declined", "recused", "closed", "set-aside", NULL};
    static const char *const nothing[] = {"accepted",
                                          "opened",
                                          "questioned",
                                          "correction-requested",
                                          "correction-approved",
                                          "paused",
                                          "resumed",
                                          "counted",
                                          NULL};
    const char *type = type_of(event);
    if (strcmp(type, "submitted") == 0) {
        seat->has_sheet = true;
        return recheck_read_points(json_object_get(event, "scores"), exam, &seat->sheet);
    }
    if (strcmp(type, "correct") == 0) {
        seat->has_sheet = false;
        return true;
    }
    if (strcmp(type, "known") == 0) {
        const char *known = json_string_value(json_object_get(event, "known"));
        seat->is_out = seat->is_out || (known && strcmp(known, "yes") == 0);
        return true;
    }
    if (is_one_of(type, leaving)) {
        seat->is_out = true;
        return true;
    }
    return is_one_of(type, nothing) ||
           recheck_unsound(exam, "seat %s has an event of unknown type", seat->code);
}

static bool read_seat(const json_t *json, struct recheck_exam *exam, struct recheck_seat *seat)
{
    const json_t *events = json_object_get(json, "events");
    if (!take_name(json, "code", exam, seat->code))
        return false;
    for (size_t i = 0; i < json_array_size(events); i++) {
        const json_t *event = json_array_get(events, i);
        if ((i == 0) != (strcmp(type_of(event), "wanted") == 0))
            return recheck_unsound(exam, "the first event of seat %s, and no other, is its wanting",
                                   seat->code);
        if (!(i == 0 ? take_wanted(event, exam, seat) : take_seat_event(event, exam, seat)))
            return false;
    }
    return json_array_size(events) > 0 ||
           recheck_unsound(exam, "seat %s has no events", seat->code);
}

bool recheck_read(const json_t *json, struct recheck_exam *exam)
{
    const json_t *seats = json_object_get(json, "seats");
    if (!recheck_read_pack(json_object_get(json, "pack"), exam) ||
        !read_paper(json_object_get(json, "paper"), exam))
        return false;
    if (!json_is_array(seats) || json_array_size(seats) > RECHECK_SEATS)
        return recheck_unsound(exam, "\"seats\" is not a list of at most %d", RECHECK_SEATS);
    for (size_t i = 0; i < json_array_size(seats); i++) {
        if (!read_seat(json_array_get(seats, i), exam, &exam->seats[exam->seat_count++]))
            return false;
    }
    return true;
}

/* ---- which count ---- */

static bool is_alone(struct recheck_exam *exam, size_t number)
{
    const struct recheck_seat *seat = &exam->seats[number];
    for (size_t i = 0; i < number; i++) {
        if (strcmp(exam->seats[i].reader, seat->reader) == 0)
            return recheck_unsound(exam, "one reader has seats %s and %s", exam->seats[i].code,
                                   seat->code);
        if (strcmp(exam->seats[i].code, seat->code) == 0)
            return recheck_unsound(exam, "two seats are named %s", seat->code);
    }
    return true;
}

bool recheck_settle(struct recheck_exam *exam)
{
    for (size_t i = 0; i < exam->seat_count; i++) {
        const struct recheck_seat *seat = &exam->seats[i];
        if (!is_alone(exam, i))
            return false;
        if (seat->is_out || !seat->has_sheet)
            continue;
        const struct recheck_seat **in = &exam->rounds[seat->round - 1].in[seat->place - 1];
        if (*in)
            return recheck_unsound(exam, "seats %s and %s both count in one place", (*in)->code,
                                   seat->code);
        *in = seat;
    }
    return true;
}
