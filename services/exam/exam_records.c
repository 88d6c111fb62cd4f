#include "exam_records.h"

/* ---- the rule pack, frozen with the paper (SPEC 5.5, E5) ---- */

#define CRITERION(first, place)                                                                    \
    RECORD(first, TEXT, adjudicate_pack, criteria[place].name),                                    \
        RECORD(first + 1, INT, adjudicate_pack, criteria[place].least),                            \
        RECORD(first + 2, INT, adjudicate_pack, criteria[place].most),                             \
        RECORD(first + 3, INT, adjudicate_pack, criteria[place].weight),                           \
        RECORD(first + 4, INT, adjudicate_pack, criteria[place].floor),                            \
        RECORD(first + 5, BOOL, adjudicate_pack, criteria[place].core)

static const struct record_member pack_rows[] = {
    RECORD(1, TEXT, adjudicate_pack, name),
    RECORD(2, INT, adjudicate_pack, version),
    RECORD(3, INT, adjudicate_pack, criteria_count),
    RECORD(4, INT, adjudicate_pack, total_column),
    RECORD(5, INT, adjudicate_pack, total_least),
    RECORD(6, INT, adjudicate_pack, total_most),
    RECORD(7, BOOL, adjudicate_pack, unit_criterion),
    RECORD(8, BOOL, adjudicate_pack, unit_total),
    RECORD(9, INT, adjudicate_pack, criterion_tolerance),
    RECORD(10, INT, adjudicate_pack, total_tolerance),
    RECORD(11, INT, adjudicate_pack, cusp),
    RECORD(12, INT, adjudicate_pack, cusp_level),
    RECORD(13, INT, adjudicate_pack, within),
    RECORD(14, INT, adjudicate_pack, combine),
    RECORD(15, INT, adjudicate_pack, absent),
    RECORD(16, INT, adjudicate_pack, unasked),
    RECORD(17, INT, adjudicate_pack, committee_span),
    RECORD(18, INT, adjudicate_pack, pass_percent),
    RECORD(19, INT, adjudicate_pack, part_one_percent),
    RECORD(20, BOOL, adjudicate_pack, carry_forward),
    RECORD(21, BOOL, adjudicate_pack, never_lower),
    CRITERION(30, 0),
    CRITERION(40, 1),
    CRITERION(50, 2),
    CRITERION(60, 3),
    CRITERION(70, 4),
    CRITERION(80, 5),
};

void exam_pack_write(const struct adjudicate_pack *pack, struct wf_buffer *bytes)
{
    record_write(RECORD_TABLE(pack_rows), pack, bytes);
}

int exam_pack_read(struct wf_bytes bytes, struct adjudicate_pack *pack, struct wf_error *error)
{
    if (record_read(RECORD_TABLE(pack_rows), bytes, pack, error))
        return -1;
    if (pack->criteria_count < 0 || pack->criteria_count > ADJUDICATE_CRITERIA_MAX)
        return wf_fail(error, WF_BROKEN, "a stored rule pack has %d criteria",
                       pack->criteria_count);
    return 0;
}

/* A record in a field of its own; absent: the object stays as it is. */
static int read_field(const struct wf_fields *fields, const char *name, struct record_table table,
                      void *object, struct wf_error *error)
{
    const struct wf_field *field = wf_fields_find(fields, name);
    return field ? record_read(table, field->value, object, error) : 0;
}

/* ---- sheets ---- */

#define COMMENT(first, object, place)                                                              \
    RECORD(first + place, TEXT, object, sheet.comments[place].code)
#define SHEET(object)                                                                              \
    RECORD(100, INT, object, sheet.version), RECORD(101, INT, object, sheet.text_version),         \
        RECORD(102, INT, object, sheet.points[0]), RECORD(103, INT, object, sheet.points[1]),      \
        RECORD(104, INT, object, sheet.points[2]), RECORD(105, INT, object, sheet.points[3]),      \
        RECORD(106, INT, object, sheet.points[4]), RECORD(107, INT, object, sheet.points[5]),      \
        RECORD(108, BYTES, object, sheet.sha256), RECORD(109, INT, object, sheet.comment_count),   \
        COMMENT(110, object, 0), COMMENT(110, object, 1), COMMENT(110, object, 2),                 \
        COMMENT(110, object, 3), COMMENT(110, object, 4), COMMENT(110, object, 5),                 \
        COMMENT(110, object, 6), COMMENT(110, object, 7), COMMENT(110, object, 8),                 \
        COMMENT(110, object, 9), COMMENT(110, object, 10), COMMENT(110, object, 11)

/* ---- seat ---- */

static const char *seat_name(int value)
{
    return seat_state_name((enum seat_state_id)value);
}

static const struct record_member seat_rows[] = {
    RECORD_ENUM(1, seat, state, seat_name, SEAT_STATE_COUNT),
    RECORD(2, TEXT, seat, handle),
    RECORD(3, TEXT, seat, reader),
    RECORD(4, INT, seat, place),
    RECORD(5, INT, seat, round),
    RECORD(6, BOOL, seat, calibration),
    RECORD(7, LONG, seat, key_hundredths),
    RECORD(8, INT, seat, text_version),
    RECORD(9, LONG, seat, offered_at),
    RECORD(10, LONG, seat, respond_until),
    RECORD(11, LONG, seat, due_until),
    RECORD(12, INT, seat, reminders),
    RECORD(13, INT, seat, points_passed),
    RECORD(14, LONG, seat, paused_at),
    RECORD(15, BOOL, seat, correction_wanted),
    RECORD(16, INT, seat, known),
    RECORD(17, LONG, seat, judge_at),
    RECORD(18, LONG, seat, locked_at),
    RECORD(19, BOOL, seat, forgotten),
};
static const struct record_member seat_sheet_rows[] = {SHEET(seat)};

void seat_write(const void *state, struct wf_fields *fields)
{
    const struct seat *seat = state;
    if (seat->state == SEAT_UNKNOWN)
        return;
    record_write_field(RECORD_TABLE(seat_rows), "head", seat, fields);
    record_write_field(RECORD_TABLE(pack_rows), "pack", &seat->pack, fields);
    if (seat->sheet.version)
        record_write_field(RECORD_TABLE(seat_sheet_rows), "sheet", seat, fields);
    wf_fields_sort(fields);
}

int seat_read(const struct wf_fields *fields, void *state, struct wf_error *error)
{
    struct seat *seat = state;
    if (read_field(fields, "head", RECORD_TABLE(seat_rows), seat, error) ||
        read_field(fields, "pack", RECORD_TABLE(pack_rows), &seat->pack, error))
        return -1;
    return wf_fields_find(fields, "sheet")
               ? read_field(fields, "sheet", RECORD_TABLE(seat_sheet_rows), seat, error)
               : 0;
}

/* ---- paper ---- */

static const char *paper_name(int value)
{
    return paper_state_name((enum paper_state_id)value);
}

#define RESULT(first, object, member)                                                              \
    RECORD(first, BOOL, object, member.decided), RECORD(first + 1, INT, object, member.path),      \
        RECORD(first + 2, BOOL, object, member.by_committee),                                      \
        RECORD(first + 3, BOOL, object, member.kept),                                              \
        RECORD(first + 4, LONG, object, member.score),                                             \
        RECORD(first + 5, BOOL, object, member.passed),                                            \
        RECORD(first + 6, LONG, object, member.criteria[0]),                                       \
        RECORD(first + 7, LONG, object, member.criteria[1]),                                       \
        RECORD(first + 8, LONG, object, member.criteria[2]),                                       \
        RECORD(first + 9, LONG, object, member.criteria[3]),                                       \
        RECORD(first + 10, LONG, object, member.criteria[4]),                                      \
        RECORD(first + 11, LONG, object, member.criteria[5])

static const struct record_member paper_rows[] = {
    RECORD_ENUM(1, paper, state, paper_name, PAPER_STATE_COUNT),
    RECORD(2, INT, paper, category),
    RECORD(3, INT, paper, age_line),
    RECORD(4, TEXT, paper, form),
    RECORD(5, TEXT, paper, language),
    RECORD(6, INT, paper, text_version),
    RECORD(7, BYTES, paper, text_sha256),
    RECORD(8, LONG, paper, sealed_at),
    RECORD(9, INT, paper, round),
    RECORD(10, INT, paper, resolution),
    RECORD(11, LONG, paper, seen),
    RECORD(12, BOOL, paper, suspended),
    RECORD(13, BOOL, paper, paused),
    RECORD(14, BOOL, paper, third),
    RECORD(15, BOOL, paper, third_lost),
    RECORD(16, BOOL, paper, certified),
    RECORD(17, TEXT, paper, certificate),
    RECORD_ENUM(18, paper, told, paper_name, PAPER_STATE_COUNT),
    RECORD(19, LONG, paper, since),
    RECORD(20, LONG, paper, resolved_at),
    RECORD(21, LONG, paper, gate_at),
    RECORD(22, TEXT, paper, gate_why),
    RECORD(23, BOOL, paper, has_split),
    RECORD(24, INT, paper, split[0]),
    RECORD(25, INT, paper, split[1]),
    RECORD(26, INT, paper, split[2]),
    RECORD(27, INT, paper, split[3]),
    RECORD(28, INT, paper, split[4]),
    RECORD(29, INT, paper, split[5]),
    RECORD(30, LONG, paper, released_at),
    RECORD(31, BOOL, paper, forgotten),
    RESULT(40, paper, result),
    RESULT(60, paper, earlier),
};
static const struct record_member token_rows[] = {
    RECORD(1, INT, exam_token, kind),
    RECORD(2, BYTES, exam_token, bytes),
};
static const struct record_member paper_seat_rows[] = {
    RECORD(1, TEXT, paper_seat, code), RECORD(2, TEXT, paper_seat, reader),
    RECORD(3, INT, paper_seat, place), RECORD(4, INT, paper_seat, round),
    RECORD(5, INT, paper_seat, state), RECORD(6, BOOL, paper_seat, counted),
    RECORD(7, INT, paper_seat, known), SHEET(paper_seat),
};
static const struct record_member lent_rows[] = {
    RECORD(1, TEXT, paper_lent, code),
    RECORD(2, TEXT, paper_lent, reader),
};
static const struct record_member excluded_rows[] = {RECORD(1, TEXT, paper_operator, id)};
static const struct record_member pin_rows[] = {
    RECORD(1, TEXT, paper_pin, reader),
    RECORD(2, TEXT, paper_pin, by),
    RECORD(3, INT, paper_pin, roles),
    RECORD(4, BOOL, paper_pin, settled),
};
static const struct record_collection paper_collections[] = {
    RECORD_COLLECTION("excluded", paper, excluded_count, excluded, PAPER_EXCLUDED_MAX,
                      excluded_rows, NULL),
    RECORD_COLLECTION("lent", paper, lent_count, lent, EXAM_LENT_MAX, lent_rows, NULL),
    RECORD_COLLECTION("pin", paper, pin_count, pins, PAPER_PINS_MAX, pin_rows, NULL),
    RECORD_COLLECTION("seat", paper, seat_count, seats, PAPER_SEATS_MAX, paper_seat_rows, NULL),
    RECORD_COLLECTION("token", paper, token_count, tokens, EXAM_TOKENS_MAX, token_rows, NULL),
};
enum { PAPER_COLLECTIONS = sizeof paper_collections / sizeof paper_collections[0] };

void paper_write(const void *state, struct wf_fields *fields)
{
    const struct paper *paper = state;
    record_write_field(RECORD_TABLE(paper_rows), "head", paper, fields);
    record_write_field(RECORD_TABLE(pack_rows), "pack", &paper->pack, fields);
    record_write_collections(paper_collections, PAPER_COLLECTIONS, paper, fields);
    wf_fields_sort(fields);
}

int paper_read(const struct wf_fields *fields, void *state, struct wf_error *error)
{
    struct paper *paper = state;
    if (fields->count == 0)
        return 0;
    if (read_field(fields, "head", RECORD_TABLE(paper_rows), paper, error) ||
        read_field(fields, "pack", RECORD_TABLE(pack_rows), &paper->pack, error))
        return -1;
    return record_read_collections(paper_collections, PAPER_COLLECTIONS, fields, paper, error);
}

/* ---- operator ---- */

static const struct record_member operator_rows[] = {
    RECORD(1, BOOL, operator_card, known),
    RECORD(2, INT, operator_card, roles),
    RECORD(3, BYTES, operator_card, public_key),
    RECORD(4, BOOL, operator_card, revoked),
};

void operator_write(const void *state, struct wf_fields *fields)
{
    record_write_field(RECORD_TABLE(operator_rows), "head", state, fields);
    wf_fields_sort(fields);
}

int operator_read(const struct wf_fields *fields, void *state, struct wf_error *error)
{
    return read_field(fields, "head", RECORD_TABLE(operator_rows), state, error);
}
