/* The ports that leave the installation: mail and webhooks. */
#include "wf_http_client.h"
#include "wf_mailer.h"

#include <string.h>

bool wf_mail_address_is_safe(const char *address)
{
    size_t length = strnlen(address, 255);
    const char *at = strchr(address, '@');
    if (length > 254 || !at || at == address || !at[1] || strchr(at + 1, '@'))
        return false;
    for (size_t i = 0; i < length; i++) {
        if (address[i] <= ' ' || address[i] > '~' || strchr("<>()[]\"\\,;:", address[i]))
            return false;
    }
    return true;
}

int wf_mailer_send(struct wf_mailer *mailer, const struct wf_mail *mail, wf_mail_done_f *done,
                   void *context, struct wf_error *error)
{
    return mailer->ops->send(mailer, mail, done, context, error);
}

wf_time wf_mailer_turn(struct wf_mailer *mailer, wf_time now)
{
    return mailer->ops->turn(mailer, now);
}

void wf_mailer_destroy(struct wf_mailer **mailer)
{
    if (*mailer)
        (*mailer)->ops->destroy(mailer);
}

int wf_http_client_post(struct wf_http_client *client, const struct wf_http_post *post,
                        wf_http_done_f *done, void *context, struct wf_error *error)
{
    return client->ops->post(client, post, done, context, error);
}

wf_time wf_http_client_turn(struct wf_http_client *client, wf_time now)
{
    return client->ops->turn(client, now);
}

void wf_http_client_destroy(struct wf_http_client **client)
{
    if (*client)
        (*client)->ops->destroy(client);
}
