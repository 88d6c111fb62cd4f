/* endorsectl exam pin, split, correct: operators' acts, signed, as messages to their owner. */
#include "command_exam.h"
#include "ctl_operator.h"

#include "endorse/v1/exam.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCORES_MAX = 8, MEMBERS_MAX = 8 };

static void address_of(const char *kind, const char *id, char to[static WF_ADDRESS_MAX + 1])
{
    struct wf_address address = wf_address_make(WF_EXAM, kind, id);
    wf_address_format(&address, to);
}

static int done(const struct ctl *ctl, int result, const char *said, const struct wf_error *error)
{
    return result < 0 ? ctl_complain(error) : ctl_done(ctl, said);
}

int ctl_exam_pin(struct ctl *ctl, int argc, char **argv)
{
    Endorse__V1__NonConflictPinned act = ENDORSE__V1__NON_CONFLICT_PINNED__INIT;
    struct ctl_operator who;
    struct wf_error error = {0};
    char to[WF_ADDRESS_MAX + 1];
    const char *reason = ctl_option(&argc, argv, "--reason", true);
    if (ctl_operator_option(ctl, &argc, argv, &who, &error) < 0)
        return ctl_complain(&error);
    if (argc != 2 || !reason || !wf_id_is_valid(argv[0]) || !wf_id_is_valid(argv[1]))
        return ctl_exam_wants("pin", 1, "needs HANDLE READER --reason TEXT --as OPERATOR");
    if (ctl_exam_reader(ctl, argv[1], &error) < 0)
        return ctl_complain(&error);
    address_of("paper", argv[0], to);
    act.reader = argv[1];
    act.reason = (char *)(uintptr_t)reason;
    return done(ctl,
                ctl_operator_act(ctl, &who, WF_MESSAGE_NON_CONFLICT_PINNED, to, &act.base, &error),
                "Kept.  It counts when another operator of another role has said it too.", &error);
}

/* "trait1=3,trait2=4"; false: not that. */
static bool read_scores(char *list, Endorse__V1__SeatScore *scores, Endorse__V1__SeatScore **rows,
                        size_t *count)
{
    char *rest = NULL;
    for (char *part = strtok_r(list, ",", &rest); part; part = strtok_r(NULL, ",", &rest)) {
        char *equals = strchr(part, '=');
        char *end = NULL;
        if (*count == SCORES_MAX || !equals || equals == part)
            return false;
        long points = strtol(equals + 1, &end, 10);
        if (end == equals + 1 || *end || points < 0 || points > 1000)
            return false;
        *equals = '\0';
        endorse__v1__seat_score__init(&scores[*count]);
        scores[*count].criterion = part;
        scores[*count].points = (int32_t)points;
        rows[*count] = &scores[*count];
        (*count)++;
    }
    return *count > 0;
}

/* false: there are more than a committee has. */
static bool read_members(char *list, char **members, size_t *count)
{
    char *rest = NULL;
    for (char *part = strtok_r(list, ",", &rest); part; part = strtok_r(NULL, ",", &rest)) {
        if (*count == MEMBERS_MAX)
            return false;
        members[(*count)++] = part;
    }
    return true;
}

int ctl_exam_split(struct ctl *ctl, int argc, char **argv)
{
    Endorse__V1__SplitDecided act = ENDORSE__V1__SPLIT_DECIDED__INIT;
    Endorse__V1__SeatScore scores[SCORES_MAX], *rows[SCORES_MAX];
    char *members[MEMBERS_MAX];
    char list[500];
    struct ctl_operator who;
    struct wf_error error = {0};
    char to[WF_ADDRESS_MAX + 1];
    const char *reason = ctl_option(&argc, argv, "--reason", true);
    const char *people = ctl_option(&argc, argv, "--members", true);
    if (ctl_operator_option(ctl, &argc, argv, &who, &error) < 0)
        return ctl_complain(&error);
    if (argc != 2 || !reason || !people || !wf_id_is_valid(argv[0]) ||
        !read_scores(argv[1], scores, rows, &act.n_scores) || strlen(people) >= sizeof list)
        return ctl_exam_wants(
            "split", 1, "needs HANDLE trait1=3,... --members A,B,C --reason TEXT --as OPERATOR");
    address_of("paper", argv[0], to);
    (void)snprintf(list, sizeof list, "%s", people);
    act.scores = rows;
    act.members = members;
    if (!read_members(list, members, &act.n_members))
        return ctl_exam_wants("split", 1, "takes eight members at most");
    act.reason = (char *)(uintptr_t)reason;
    return done(ctl, ctl_operator_act(ctl, &who, WF_MESSAGE_SPLIT_DECIDED, to, &act.base, &error),
                "The committee's result is kept; it goes through the gate.", &error);
}

int ctl_exam_correct(struct ctl *ctl, int argc, char **argv)
{
    Endorse__V1__CorrectionApproved act = ENDORSE__V1__CORRECTION_APPROVED__INIT;
    struct ctl_operator who;
    struct wf_error error = {0};
    char to[WF_ADDRESS_MAX + 1];
    if (ctl_operator_option(ctl, &argc, argv, &who, &error) < 0)
        return ctl_complain(&error);
    if (argc != 1 || !wf_id_is_valid(argv[0]))
        return ctl_exam_wants("correct", 1, "needs CODE --as OPERATOR");
    address_of("seat", argv[0], to);
    return done(ctl,
                ctl_operator_act(ctl, &who, WF_MESSAGE_CORRECTION_APPROVED, to, &act.base, &error),
                "If nothing was compared yet, the reader may write the sheet again.", &error);
}
