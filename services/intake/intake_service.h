/* intake_service.h - what the program knows beside its machines. */
#ifndef INTAKE_SERVICE_H
#define INTAKE_SERVICE_H

#include "badge.h"
#include "intake_policy.h"
#include "wf_exam_form.h"
#include "wf_worker.h"

struct door;

struct intake {
    struct intake_policy policy;
    struct wf_policy_book *book; /* owned; policy.book points to it */
    struct wf_exam_book *forms;  /* owned: prompts, names and comments of the essays */
    const char *exam_office;     /* borrowed: in whose name exam readers get mail */
    uint8_t person_key[32];      /* wraps the persons' keys */
    struct badge_signer badge;   /* SPEC 9 */
    uint8_t essay_key[32];       /* wraps the papers' keys */
    uint8_t conflict_key[32];    /* of conflict tokens */
    uint8_t desk_key[32];        /* under which a paper's key travels to the desk */
    struct wf_worker *worker;    /* borrowed */
    struct door *door;           /* owned; NULL where another instance holds it */
    wf_time rewrite_at;   /* monotonic: the store's log is rewritten, SPEC 3.7; 0: not set yet */
    bool paper_forgotten; /* since the last turn a paper's key was destroyed */
};

/* The whole of the service; one in a process. */
const struct wf_domain *intake_domain(void);

#endif
