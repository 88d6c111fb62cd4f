/* The folder deploy/policy: policy_source.c parses a file, policy_layers.c makes an association of it. */
#include "policy_layers.h"
#include "wf_conf_folder.h"

#include <stdlib.h>
#include <string.h>

static int add_name(void *names, const char *path, const char *name, struct wf_error *error)
{
    (void)path;
    (void)error;
    if (strcmp(name, WF_POLICY_NETWORK_FILE) != 0)
        g_ptr_array_add(names, g_strdup(name));
    return 0;
}

/* The names of the association files, sorted.  The files are read after network.conf, on which each
 * of them rests. */
static int folder_list(const char *folder, GPtrArray *names, struct wf_error *error)
{
    return wf_conf_folder_read(folder, ".conf", add_name, names, error);
}

/* The first 16 digits of SHA-256 over network.conf and then the association's file, byte by byte. */
static void digest_make(const struct wf_policy_files *files, const struct wf_policy_source *own,
                        char digest[static WF_POLICY_DIGEST + 1])
{
    GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(sum, (const guchar *)files->network.text, -1);
    g_checksum_update(sum, (const guchar *)own->text, -1);
    (void)g_strlcpy(digest, g_checksum_get_string(sum), WF_POLICY_DIGEST + 1);
    g_checksum_free(sum);
}

/* Of the folder: over the digests of its associations. */
static void book_digest(struct wf_policy_book *book)
{
    GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
    for (int32_t i = 0; i < book->count; i++)
        g_checksum_update(sum, (const guchar *)book->associations[i].digest, -1);
    (void)g_strlcpy(book->digest, g_checksum_get_string(sum), sizeof book->digest);
    g_checksum_free(sum);
}

static int own_read(const char *folder, const char *name, struct wf_policy_files *files,
                    struct wf_error *error)
{
    struct wf_policy_source own;
    int32_t place = files->book.count;
    if (wf_policy_source_read(folder, name, &own, error) != 0)
        return -1;
    if (wf_policy_association_make(files->network.file, own.file, name, &files->book, error) != 0) {
        wf_policy_source_free(&own);
        return -1;
    }
    files->own[place] = own;
    digest_make(files, &own, files->book.associations[place].digest);
    return 0;
}

static struct wf_policy_files *files_new(void)
{
    struct wf_policy_files *files = calloc(1, sizeof *files);
    WF_ASSERT(files != NULL);
    return files;
}

static int network_read(const char *folder, struct wf_policy_files *files, struct wf_error *error)
{
    if (wf_policy_source_read(folder, WF_POLICY_NETWORK_FILE, &files->network, error) != 0)
        return -1;
    return wf_policy_network_check(files->network.file, error);
}

int wf_policy_files_open(const char *folder, struct wf_policy_files **files, struct wf_error *error)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    struct wf_policy_files *fresh = files_new();
    int status = folder_list(folder, names, error);
    if (status == 0)
        status = network_read(folder, fresh, error);
    for (guint i = 0; status == 0 && i < names->len; i++)
        status = own_read(folder, names->pdata[i], fresh, error);
    (void)g_ptr_array_free(names, TRUE);
    book_digest(&fresh->book);
    if (status != 0)
        wf_policy_files_close(&fresh);
    *files = fresh;
    return status;
}

void wf_policy_files_close(struct wf_policy_files **result)
{
    struct wf_policy_files *files = *result;
    if (files == NULL)
        return;
    *result = NULL;
    wf_policy_source_free(&files->network);
    for (size_t i = 0; i < WF_ASSOCIATIONS_MAX; i++)
        wf_policy_source_free(&files->own[i]);
    free(files);
}

const struct wf_policy_book *wf_policy_files_book(const struct wf_policy_files *files)
{
    return &files->book;
}

int wf_policy_read(const char *folder, struct wf_policy_book *book, struct wf_error *error)
{
    struct wf_policy_files *files = NULL;
    if (wf_policy_files_open(folder, &files, error) != 0)
        return -1;
    size_t count = (size_t)files->book.count;
    book->count = files->book.count;
    memcpy(book->digest, files->book.digest, sizeof book->digest);
    memcpy(book->associations, files->book.associations, count * sizeof book->associations[0]);
    memcpy(book->zones, files->book.zones, count * sizeof book->zones[0]);
    wf_policy_files_close(&files);
    return 0;
}

int wf_policy_open(const char *folder, struct wf_policy_book **book, struct wf_error *error)
{
    *book = calloc(1, sizeof **book);
    WF_ASSERT(*book != NULL);
    if (wf_policy_read(folder, *book, error) == 0)
        return 0;
    free(*book);
    *book = NULL;
    return -1;
}

/* ---- checking file by file ---- */

static int report(wf_policy_checked_f *each, void *context, const char *name, int status,
                  const struct wf_error *error)
{
    each(context, name, status == 0 ? NULL : error);
    return status == 0 ? 0 : 1;
}

int wf_policy_check(const char *folder, const char *only, wf_policy_checked_f *each, void *context,
                    struct wf_error *error)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    if (folder_list(folder, names, error) != 0) {
        (void)g_ptr_array_free(names, TRUE);
        return -1;
    }
    struct wf_policy_files *files = files_new();
    struct wf_error reason = {.code = WF_OK};
    int wrong = report(each, context, WF_POLICY_NETWORK_FILE, network_read(folder, files, &reason),
                       &reason);
    bool base = wrong == 0;
    for (guint i = 0; i < names->len; i++) {
        bool wanted = only == NULL || strcmp(only, names->pdata[i]) == 0;
        reason = (struct wf_error){.code = WF_OK};
        if (wanted && base)
            wrong += report(each, context, names->pdata[i],
                            own_read(folder, names->pdata[i], files, &reason), &reason);
    }
    wf_policy_files_close(&files);
    (void)g_ptr_array_free(names, TRUE);
    return wrong;
}
