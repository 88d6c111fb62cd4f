/* A registration is confirmed, as often as somebody needs proof of it.  SPEC 2.11. */
#include "application_rules.h"

#include <string.h>

struct wf_verdict application_rule_confirmation(struct application_work *work)
{
    bool is_portal = strncmp(work->event->meta.actor, "portal/", 7) == 0;
    struct application_effect *effect = application_push(work, APPLICATION_TELL);
    effect->outcome = INTAKE_OUTCOME_CONFIRMED;
    effect->day = application_today(work);
    if (!is_portal) /* an operator's act is no event of the portal */
        memset(effect->event, 0, sizeof effect->event);
    application_mail(work, APPLICATION_MAIL_CONFIRMATION, application_today(work));
    return wf_applied();
}

/* Before the registration an operator finds nothing to confirm; a portal's event waits for it. */
struct wf_verdict application_rule_confirmation_early(struct application_work *work)
{
    if (strncmp(work->event->meta.actor, "operator/", 9) == 0)
        return application_refuse(APPLICATION_REASON_NEVER_REGISTERED);
    return application_rule_hold(work);
}
