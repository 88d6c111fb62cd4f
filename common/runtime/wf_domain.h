/* wf_domain.h - what a service tells the runtime: its machines, handlers, questions and settings.
 *
 * The folder of a service holds   <machine>_core.{h,c}   pure decisions (wf_step.h)
 *                                 <machine>_codec.{h,c}  protobuf and stored fields <-> core
 * structs main.c                 these tables, and nothing else The runtime does the rest: frames,
 * gates, loading, journal, outbox, timers, parking, answers. */
#ifndef WF_DOMAIN_H
#define WF_DOMAIN_H

#include "wf_bytes.h"
#include "wf_error.h"
#include "wf_messages.h"
#include "wf_step.h"
#include "wf_store.h"

struct wf_worker;
struct wf_plan;

/* ---- a state machine: one kind of aggregate ---- */
struct wf_machine {
    const char *kind;
    bool is_ruled;     /* decides by rules: a comparison of rules replays it (SPEC 9.3) */
    size_t state_size; /* of the plain structs the core works on */
    size_t event_size; /* begins with struct wf_event_meta */
    size_t effects_size;
    /* true: an aggregate takes one message of one lane in its life (a mail); senders then keep no
     * sequence for it and always send 1. */
    bool one_shot;
    /* true: nobody is told its story or state, whoever asks (a half-scored exam); the service answers
     * its own questions about it. */
    bool discreet;

    struct wf_verdict (*step)(const void *policy, const void *before, const void *event,
                              wf_time now, void *after, void *effects);
    /* WF_NEVER is an explicit none. */
    wf_time (*next_deadline)(const void *policy, const void *state);
    /* Invariants; *broken then names the first that fails. */
    bool (*holds)(const void *state, const char **broken);
    const struct wf_reason *reasons; /* indexed by wf_verdict.reason */
    size_t reason_count;

    /* Stored fields <-> state.  read gets a zeroed state.  write adds one head field and one per
     * item; the runtime stores only those that changed. */
    int (*read)(const struct wf_fields *fields, void *state, struct wf_error *error);
    void (*write)(const void *state, struct wf_fields *fields);

    /* Turns what was decided into messages, index changes, jobs and the answer.  Called for
     * WF_APPLIED (after and effects hold) and WF_REFUSED (after is NULL: tell the sender).
     * Deterministic. */
    int (*plan)(void *service, const void *before, const void *event, struct wf_verdict verdict,
                const void *after, const void *effects, struct wf_plan *plan,
                struct wf_error *error);

    /* One sentence about an event for the story, without personal data; NULL: the type name is
     * used. */
    void (*describe)(const void *event, char *text, size_t size);
    /* What it waits for, since when, until when, what happens then.  One sentence. */
    void (*waiting)(const void *policy, const void *state, char *text, size_t size);
    /* Head of the state as a JSON object (references only), owned by the caller's buffer. */
    void (*show)(const void *state, struct wf_buffer *json);
    /* Each requirement as it stands now, as a JSON object: "requirements" (how much is needed,
     * what meets it, by which rule) and "notCounted".  Nothing is written where nothing is judged. */
    void (*judged)(const void *policy, const void *state, wf_time now, struct wf_buffer *json);
};

/* ---- what a message does ---- */
struct wf_handler {
    enum wf_message message;
    const struct wf_machine *machine;
    /* Packed payload -> what is kept in the journal and decoded (names sealed).  NULL: as it came.
     */
    int (*seal)(void *service, const struct wf_event_meta *meta, struct wf_bytes payload,
                struct wf_buffer *kept, struct wf_error *error);
    /* Unpacked kept payload -> event, which is zeroed but for its meta.  WF_INVALID names the
     * field. */
    int (*decode)(void *service, const ProtobufCMessage *payload, void *event,
                  struct wf_error *error);
    /* Only where the message's kind is "token": finds the aggregate's id from the payload.  Any
     * failure is answered alike. */
    int (*resolve)(void *service, const ProtobufCMessage *payload, char id[static WF_ID_MAX + 1],
                   struct wf_error *error);
};

/* ---- what a question answers; nothing changes ---- */
struct wf_question {
    enum wf_message message;
    const struct wf_machine *machine; /* NULL: about the program, state is NULL */
    int (*resolve)(void *service, const ProtobufCMessage *payload, char id[static WF_ID_MAX + 1],
                   struct wf_error *error);
    /* Fills *reply with a packed message; WF_NOT_FOUND and WF_DENIED are answers too. */
    int (*answer)(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                  const char *id, const void *state, struct wf_buffer *reply,
                  struct wf_error *error);
};

/* ---- settings of a service beyond the common ones (wf_config.h) ---- */
enum wf_setting_type { WF_SETTING_TEXT, WF_SETTING_NUMBER, WF_SETTING_FLAG };
struct wf_setting {
    const char *name; /* "smtp_url": file key, --smtp-url, ENDORSE_SMTP_URL */
    enum wf_setting_type type;
    const char *fallback; /* default; NULL: must be given */
    int64_t least, most;  /* numbers only */
    const char *sentence; /* for --help and the README */
};

/* ---- the files of rules of a service that decides by some (SPEC 9) ---- */
struct wf_rules {
    /* Reads a folder whole; NULL: that of the settings.  Without it nothing can be replayed. */
    int (*open)(void *service, const char *folder, void **rules, struct wf_error *error);
    /* Puts them in force, and gives those that were. */
    void (*swap)(void *service, void **rules);
    void (*close)(void **rules);
    /* Digest of those in force. */
    const char *(*digest)(const void *service);
};

/* ---- the whole of a service ---- */
struct wf_domain {
    enum wf_service service;
    const char *program; /* "endorse-intake" */
    const char *summary; /* one line for --help */
    /* true: its heartbeat counts trouble alone, neither work done nor deadlines that wait; either would
     * tell how far a paper's readers are. */
    bool is_discreet;
    const struct wf_handler *handlers;
    size_t handler_count;
    const struct wf_question *questions;
    size_t question_count;
    const struct wf_setting *settings;
    size_t setting_count;

    /* After the configuration is read and checked, before anything is opened: keys, policies. */
    int (*open)(struct wf_worker *worker, void **service, struct wf_error *error);
    /* After resuming, before READY: doors, watches. */
    int (*start)(void *service, struct wf_worker *worker, struct wf_error *error);
    void (*close)(void **service);
    /* What step() gets as policy; asked at every step, so a reload takes effect between two. */
    const void *(*policy)(void *service);
    /* At SIGHUP: reads the policies and whatever else may change without a restart anew.  -1: what
     * was in force stays so; the error is logged.  NULL: nothing to reload. */
    int (*reload)(void *service, struct wf_error *error);
    const struct wf_rules *rules; /* NULL: decides by none */
    /* A job of a plan, after its commit is durable (wf_plan_perform).  After a crash a job may not
     * have been given: the machine's deadline must repair that. */
    void (*perform)(void *service, struct wf_worker *worker, const struct wf_address *aggregate,
                    const void *job, size_t size);
    /* Takes out of a message what decides nothing and no journal may keep, because it must not outlive
     * its destruction (the key of a text); what is left is kept in the journal.  The plan has it
     * (wf_plan_aside), and the list of what is parked, until it is decided.  Appends nothing where the
     * message has none.  NULL: no message has any. */
    int (*aside)(void *service, enum wf_message message, ProtobufCMessage *payload,
                 struct wf_buffer *aside, struct wf_error *error);
    /* Takes back what a handler's seal laid down beside the commit (the key of a paper): nobody is
     * going to use this kept form, because the event was refused, was a repetition, or is decided
     * anew.  Not called where a lost answer of the store leaves that open.  NULL: no seal lays
     * anything down. */
    void (*discard)(void *service, enum wf_message message, struct wf_bytes kept);
    /* Whether jobs are out whose results have not come: a drain waits for them, so that a restart
     * leaves nobody guessing what became of a mail.  NULL: never. */
    bool (*is_engaged)(void *service);
    /* A frame of the portals' door (intake only). */
    void (*door)(void *service, struct wf_worker *worker, const void *frame);
    /* Appends further members of the heartbeat row, each with a comma before it.  NULL: none. */
    void (*report)(const void *service, struct wf_buffer *json);
    /* Once a turn of the loop, with the monotonic time; returns when it wants the next turn at the
     * latest.  NULL: never. */
    wf_time (*turn)(void *service, struct wf_worker *worker, wf_time now);
};

/* ---- making a plan (within machine.plan only) ---- */

/* To the aggregate `id` of the service and kind that messages.def names for the message. */
void wf_plan_send(struct wf_plan *plan, enum wf_message message, const char *id,
                  const ProtobufCMessage *payload);
/* Deterministic id of the n-th effect of this decision: 32 hexadecimal digits. */
void wf_plan_effect_id(const struct wf_plan *plan, unsigned ordinal, char id[static 33]);
void wf_plan_index(struct wf_plan *plan, const struct wf_index *index);
/* Copied; handed to domain.perform after the commit. */
void wf_plan_perform(struct wf_plan *plan, const void *job, size_t size);
/* The payload of the answer, if this event is an act that somebody waits for. */
void wf_plan_answer(struct wf_plan *plan, const ProtobufCMessage *payload);
/* Name of the policy edition that decided; kept in the journal line. */
void wf_plan_edition(struct wf_plan *plan, const char *edition);
/* A packed Judgement (journal.proto): what rules decided on the strength of what; kept in the journal
 * line. */
void wf_plan_judgement(struct wf_plan *plan, const ProtobufCMessage *judgement);
/* The aggregate's life is over: its keys go with this commit, and with them the memory of what its
 * senders have sent.  Only for what nobody sends to again: the lane would have a gap for ever. */
void wf_plan_end(struct wf_plan *plan);
/* What domain.aside took out of this message; empty in a replay. */
struct wf_bytes wf_plan_aside(const struct wf_plan *plan);
uint64_t wf_plan_version(const struct wf_plan *plan); /* after this commit */
uint64_t wf_plan_lane_sequence(const struct wf_plan *plan,
                               const struct wf_address *to); /* last sent */
wf_time wf_plan_now(const struct wf_plan *plan);

#endif
