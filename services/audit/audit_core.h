/* audit_core.h - what a stream in Redis and its copy say of each other.  Pure.  services/audit/SPEC.md 3.2. */
#ifndef AUDIT_CORE_H
#define AUDIT_CORE_H

#include <stdbool.h>
#include <stdint.h>

enum { AUDIT_LOOKS = 3 }; /* so often a stream must be too long by the same number */

struct audit_facts {
    uint64_t copied; /* lines, what was just read among them */
    int64_t missing; /* of them, as known before */
    uint64_t length; /* of the stream, told after the reading */
    bool is_full;    /* the page was: there may be more */
    int64_t surplus; /* of the look before, and how many looks found it */
    unsigned looks;
};

enum audit_finding {
    AUDIT_AS_COPIED,
    AUDIT_READ_ON,
    AUDIT_LOOK_AGAIN,
    AUDIT_SHORTER,
    AUDIT_VANISHED,
    AUDIT_LONGER
};

struct audit_verdict {
    enum audit_finding finding;
    int64_t missing; /* as known from now on */
    int64_t surplus; /* for the next look */
    unsigned looks;
};
struct audit_verdict audit_core_compare(const struct audit_facts *facts);

#endif
