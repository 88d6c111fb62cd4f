/* ctl.h - endorsectl: operations from a terminal.
 *
 * Questions and acts are messages to the owner of a thing; nothing here writes a key.  Every command prints
 * a table for people, or with --json one JSON value for programs.  Exit codes: 0 done, 1 the answer is no
 * (refused, not found, something invalid), 2 a
 * decision made again does not agree with the journal, 75 nobody answered, 78 used wrongly. */
#ifndef CTL_H
#define CTL_H

#include "wf_bytes.h"
#include "wf_error.h"
#include "wf_messages.h"

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>

enum { CTL_OK = 0, CTL_NO = 1, CTL_DISAGREES = 2, CTL_UNAVAILABLE = 75, CTL_USAGE = 78 };

struct ctl {
    const char *state_dir; /* folder of the installation */
    bool json;
    bool help;                 /* --help was given: nothing is to be done */
    const char *actor;         /* "operator/<user>": who acts, for the audit chain */
    struct ctl_client *client; /* opened at the first question */
    json_t *installation;      /* <state>/installation.json, read when needed */
    const char *to;            /* address of the aggregate being asked, or NULL */
};

/*      name       function        arguments                              sentence */
#define CTL_COMMANDS(X)                                                                            \
    X("status", ctl_status, "", "How the installation is, in one screen")                          \
    X("queues", ctl_queues, "", "What waits, flies, is parked or dead, per program")               \
    X("workers", ctl_workers, "", "Every running instance and its last progress")                  \
    X("show", ctl_show, "ID",                                                                      \
      "The story of an application, person or standing, and what it waits for")                    \
    X("ratings", ctl_ratings, "link APPLICATION NUMBER --reason TEXT",                             \
      "A rater's link to be copied where no mail arrives; the story says who took it and why")     \
    X("confirm", ctl_confirm, "APPLICATION",                                                       \
      "Sends the applicant a dated confirmation of the registration, again if need be")            \
    X("dead", ctl_dead, "list|show|retry|discard [ID] [--reason TEXT]",                            \
      "Messages that could not be applied")                                                        \
    X("portals", ctl_portals, "add|list|rotate|revoke [ID] [options]", "Who may publish")          \
    X("operators", ctl_operators,                                                                  \
      "key FILE | add ID --role ROLE,... [--person ID] [--public KEY] --as OPERATOR|--first | "    \
      "list | revoke ID",                                                                          \
      "Who may act on exams, each with a signing key")                                             \
    X("publish", ctl_publish, "--portal ID FILE|-",                                                \
      "Publishes events (one CloudEvent as JSON per line) through the ZeroMQ door")                \
    X("outcomes", ctl_outcomes, "--portal ID [--after N]",                                         \
      "What a portal was told, over the same door")                                                \
    X("clock", ctl_clock, "show|advance [30d]", "The business clock; advancing needs a sandbox")   \
    X("keys", ctl_keys, "new", "Makes a CURVE key pair")                                           \
    X("policy", ctl_policy, "check|show|diff|reload|dry-run ...",                                  \
      "The rules: whether their files are good, what they say, what changes, and for whom; "       \
      "policy help")                                                                               \
    X("decision", ctl_decision, "explain ID [VERSION] [--policy FOLDER]",                          \
      "What was decided of an application or standing, by which rules, and whether it would be "   \
      "again")                                                                                     \
    X("audit", ctl_audit, "status | acknowledge | verify | show | checkpoint ...",                 \
      "The signed copy of all journals: alarms, proof, lines; audit help")                         \
    X("exam", ctl_exam,                                                                            \
      "list | show HANDLE | workload | seed | replay | stats | pin | split | correct | "           \
      "redact | hold | resume | unblind | adjudicate | assign",                                    \
      "Blind exams: what waits and why, operators' acts; computing on files; exam COMMAND "        \
      "--help")

#define CTL_X(name, function, arguments, sentence)                                                 \
    int function(struct ctl *ctl, int argc, char **argv);
CTL_COMMANDS(CTL_X)
#undef CTL_X

/* ---- asking (ctl_client.c) ---- */

/* The answer to a question or an act.  payload lives until the next ask. */
struct ctl_answer {
    bool ok; /* done, or done before under the same key */
    char reason[64];
    char text[256];
    struct wf_bytes payload;
};

/* Asks `to` ("intake/application/MA-1", or "intake" with a partition).  `key` makes it an act; NULL is a
 * question.  WF_AGAIN: nobody answered in time. */
int ctl_ask(struct ctl *ctl, enum wf_message message, const char *to, unsigned partition,
            const char *key, const ProtobufCMessage *payload, struct ctl_answer *answer,
            struct wf_error *error) WF_MUST_CHECK;
/* The same to a given instance of a program. */
int ctl_ask_instance(struct ctl *ctl, enum wf_message message, enum wf_service service,
                     unsigned instance, unsigned partition, const char *key,
                     const ProtobufCMessage *payload, struct ctl_answer *answer,
                     struct wf_error *error) WF_MUST_CHECK;
/* How many instances of a program run here; 0: none is known. */
unsigned ctl_instances(struct ctl *ctl, enum wf_service service);
void ctl_client_close(struct ctl_client **client);

/* What an act has done, in words; with --json {"done": true}.  Gives CTL_OK. */
int ctl_done(const struct ctl *ctl, const char *said);
/* Prints what went wrong and gives the exit code. */
int ctl_complain(const struct wf_error *error);

/* ---- printing (ctl_output.c) ---- */

/* A table from a JSON array of objects: the columns are name and heading pairs, ended by NULL.  With
 * --json the array itself is printed.  `empty` is said when there are no rows. */
void ctl_table(const struct ctl *ctl, const json_t *rows, const char *empty,
               const char *const *columns);
void ctl_json(const json_t *value);
/* "3 s", "12 min", "5 h", "40 d" into one of a few rotating buffers. */
const char *ctl_duration(int64_t milliseconds);
const char *ctl_moment(int64_t milliseconds);

/* Finds "--name value" or "--name" in the arguments, takes it out, and returns the value ("" for a flag
 * that is there, NULL if it is not). */
const char *ctl_option(int *argc, char **argv, const char *name, bool takes_value);

#endif
