/* endorsectl exam: computing on files without a running installation, questions about the exams of a
 * running one, and operators' acts on them (services/exam/SPEC.md). */
#include "command_exam.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(struct ctl *ctl, int argc, char **argv);
    const char *arguments;
    const char *sentence;
} exam_commands[] = {
    {"list", ctl_exam_list, "", "Every paper: its handle, what it waits for and since when"},
    {"show", ctl_exam_show, "HANDLE",
     "One paper; why nobody can be found for it; its result once it is released"},
    {"workload", ctl_exam_workload, "", "Readers under their random names: seats given, capacity"},
    {"seed", ctl_exam_seed, "",
     "Hash of the seed that readers are drawn with; earlier seeds themselves, to replay"},
    {"replay", ctl_exam_replay, "[--audit FOLDER] [--announced FILE]",
     "For an auditor, from the audit copy alone: whether readers are those whom the seeds give, "
     "and "
     "FILE has the hash of each seed"},
    {"pin", ctl_exam_pin, "HANDLE READER --reason TEXT --as OPERATOR",
     "No conflict, although a token says so; counts when two operators of different roles say it"},
    {"split", ctl_exam_split, "HANDLE trait1=3,... --members A,B,C --reason TEXT --as OPERATOR",
     "The result of a committee"},
    {"correct", ctl_exam_correct, "CODE --as OPERATOR",
     "Lets a reader correct a locked sheet, as long as nothing was compared"},
    {"redact", ctl_exam_redact,
     "list | show HANDLE --as OPERATOR | check HANDLE [--accept 1,3] [--add "
     "PROMPT:BEGIN-END:[NAME]] "
     "--as OPERATOR",
     "Papers that wait for a redactor; what was found; which spans go"},
    {"hold", ctl_exam_hold, "HANDLE --reason TEXT --as OPERATOR",
     "An integrity question: readers go on, nothing is released"},
    {"resume", ctl_exam_resume, "HANDLE --reason TEXT --as OPERATOR",
     "The question is answered: the paper goes on"},
    {"unblind", ctl_exam_unblind,
     "request HANDLE --reason TEXT | approve HANDLE | view HANDLE, --as OPERATOR",
     "Who wrote a paper: asked by one operator, approved by another, seen for an hour"},
    {"stats", ctl_exam_stats, "[--scores FILE.csv [--cut POINTS]] [--page FILE.html]",
     "Of a file: agreement per set and score, severity; without --scores: of the released papers"},
    {"adjudicate", ctl_exam_adjudicate, "--rules FILE.conf --scores FILE.csv",
     "Results by a rule pack, compared with the recorded ones"},
    {"assign", ctl_exam_assign, "--problem FILE.json",
     "Who reads which exam, how good that is, or why it cannot be done"},
};
enum { EXAM_COMMANDS = sizeof exam_commands / sizeof *exam_commands };

static void exam_usage(FILE *out)
{
    (void)fputs(
        "Usage: endorsectl exam COMMAND ... [--json]\n\n"
        "With a file: needs no running installation.  --as names an operator, whose key is\n"
        "secrets/operator-<OPERATOR>.key of the state folder, or --key FILE.\n\n",
        out);
    for (size_t i = 0; i < EXAM_COMMANDS; i++)
        (void)fprintf(out, "  %-10s %s\n             %s\n", exam_commands[i].name,
                      exam_commands[i].arguments, exam_commands[i].sentence);
}

static int explain(size_t command)
{
    (void)printf("Usage: endorsectl exam %s%s%s [--json]\n%s.\n", exam_commands[command].name,
                 *exam_commands[command].arguments ? " " : "", exam_commands[command].arguments,
                 exam_commands[command].sentence);
    return CTL_OK;
}

int ctl_exam(struct ctl *ctl, int argc, char **argv)
{
    for (size_t i = 0; argc > 0 && i < EXAM_COMMANDS; i++)
        if (strcmp(exam_commands[i].name, argv[0]) == 0)
            return ctl->help ? explain(i) : exam_commands[i].run(ctl, argc - 1, argv + 1);
    bool is_asked = ctl->help || (argc == 1 && strcmp(argv[0], "help") == 0);
    exam_usage(is_asked ? stdout : stderr);
    return is_asked ? CTL_OK : CTL_USAGE;
}

void ctl_exam_set(json_t *object, const char *key, double value)
{
    /* NaN has no JSON; json_real refuses it too. */
    (void)json_object_set_new(object, key, value == value ? json_real(value) : json_null());
}

int ctl_exam_wants(const char *command, int argc, const char *what)
{
    if (argc == 0 && !what)
        return CTL_OK;
    (void)fprintf(stderr, "endorsectl: exam %s %s\n", command,
                  what ? what : "has an argument too many");
    return CTL_USAGE;
}
