#include "audit_core.h"

struct audit_verdict audit_core_compare(const struct audit_facts *facts)
{
    int64_t surplus = (int64_t)facts->length - ((int64_t)facts->copied - facts->missing);
    struct audit_verdict verdict = {.finding = AUDIT_AS_COPIED, .missing = facts->missing};
    if (surplus < 0) {
        verdict.finding = facts->length ? AUDIT_SHORTER : AUDIT_VANISHED;
        verdict.missing = facts->missing - surplus;
    } else if (facts->is_full) {
        verdict.finding = AUDIT_READ_ON;
    } else if (surplus > 0) {
        verdict.surplus = surplus;
        verdict.looks = facts->looks && facts->surplus == surplus ? facts->looks + 1 : 1;
        verdict.finding = verdict.looks < AUDIT_LOOKS ? AUDIT_LOOK_AGAIN : AUDIT_LONGER;
        if (verdict.finding == AUDIT_LONGER)
            verdict = (struct audit_verdict){AUDIT_LONGER, facts->missing - surplus, 0, 0};
    }
    return verdict;
}
