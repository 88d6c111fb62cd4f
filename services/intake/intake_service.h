/* intake_service.h - what the program knows beside its machines. */
#ifndef INTAKE_SERVICE_H
#define INTAKE_SERVICE_H

#include "badge.h"
#include "intake_policy.h"
#include "wf_worker.h"

struct door;

struct intake {
    struct intake_policy policy;
    struct wf_policy_book *book; /* owned; policy.book points to it */
    uint8_t person_key[32];      /* wraps the persons' keys */
    struct badge_signer badge;   /* SPEC 9 */
    struct wf_worker *worker;    /* borrowed */
    struct door *door;           /* owned; NULL where another instance holds it */
};

/* The whole of the service; one in a process. */
const struct wf_domain *intake_domain(void);

#endif
