/* desk_service.h - what the shell holds, and the tables of the two machines.  DESK. */
#ifndef DESK_SERVICE_H
#define DESK_SERVICE_H

#include "reader_core.h"
#include "seat_core.h"
#include "wf_arena.h"
#include "wf_domain.h"
#include "wf_worker.h"

#include "endorse/v1/exam.pb-c.h"

/* First member of the whole service: machines and handlers take this one. */
struct desk_service {
    struct wf_store *store; /* borrowed */
    struct wf_clock *clock; /* borrowed */
    uint8_t desk_key[32];
    struct wf_exam_book *book;
    struct seat_policy policy;
    struct wf_arena arena; /* for what is opened from a seal */
};

int desk_service_init(struct desk_service *service, const char *forms_folder,
                      struct wf_error *error) WF_MUST_CHECK;
int desk_service_reload(struct desk_service *service, const char *forms_folder,
                        struct wf_error *error) WF_MUST_CHECK;
void desk_service_fini(struct desk_service *service);
/* wf_domain.perform: forgets keys of texts. */
void desk_perform(void *service, struct wf_worker *worker, const struct wf_address *aggregate,
                  const void *job, size_t size);

extern const struct wf_machine seat_machine, reader_machine;
extern const struct wf_handler desk_handlers[];
extern const size_t desk_handler_count;

/* ---- seat_seal.c: what is sealed, and with which key.  DESK 1.1 ---- */
/* Appends the packed PaperText of a seat.  WF_BROKEN: key or text do not open. */
int seat_open_text(struct desk_service *service, const char *code, uint32_t version,
                   struct wf_bytes sealed, struct wf_buffer *text,
                   struct wf_error *error) WF_MUST_CHECK;
/* Appends the packed SeatSheet. */
int seat_open_sheet(struct desk_service *service, const char *code, struct wf_bytes sealed,
                    struct wf_buffer *sheet, struct wf_error *error) WF_MUST_CHECK;
void seat_forget_texts(struct desk_service *service, const char *code, uint32_t below);
/* wf_handler.seal of SeatOffered, SeatTextReplaced, SeatAct. */
int seat_seal(void *service, const struct wf_event_meta *meta, struct wf_bytes payload,
              struct wf_buffer *kept, struct wf_error *error);
/* Zeroes and frees. */
void desk_wipe(struct wf_buffer *buffer);

/* ---- codecs, fields, plans, words ---- */
enum { SEAT_INDEX_MAX = WF_ID_MAX + 8 };
#define SEAT_INDEX_TEXT "text"
#define SEAT_INDEX_SHEET "sheet"
void seat_index_name(const char *code, char name[static SEAT_INDEX_MAX]);

int seat_decode(void *service, const ProtobufCMessage *payload, void *event,
                struct wf_error *error);
int seat_read(const struct wf_fields *fields, void *state, struct wf_error *error);
void seat_write(const void *state, struct wf_fields *fields);
int seat_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
              const void *after, const void *effects, struct wf_plan *plan, struct wf_error *error);
void seat_describe(const void *event, char *text, size_t size);
void seat_waiting(const void *policy, const void *state, char *text, size_t size);
void seat_show(const void *state, struct wf_buffer *json);
const char *seat_state_text(enum seat_state_name state);

int reader_decode(void *service, const ProtobufCMessage *payload, void *event,
                  struct wf_error *error);
int reader_read(const struct wf_fields *fields, void *state, struct wf_error *error);
void reader_write(const void *state, struct wf_fields *fields);
int reader_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
                const void *after, const void *effects, struct wf_plan *plan,
                struct wf_error *error);
void reader_describe(const void *event, char *text, size_t size);
void reader_waiting(const void *policy, const void *state, char *text, size_t size);
void reader_show(const void *state, struct wf_buffer *json);

#endif
