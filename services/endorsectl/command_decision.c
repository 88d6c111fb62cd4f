/* endorsectl decision explain: what was decided, by which rules and on the strength of what; and the same made again
 * from the journal by the owner's machine, so that a changed journal, core or rule is told. */
#include "ctl_installation.h"
#include "ctl_replay.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

/* ---- the page ---- */

static void print_rules(const json_t *judgement)
{
    char text[600];
    size_t index = 0;
    const json_t *item = NULL;
    json_array_foreach(json_object_get(judgement, "rules"), index, item)
    {
        ctl_judged_rule_words(item, text, sizeof text);
        (void)printf("    %s  %s\n", json_is_true(json_object_get(item, "met")) ? "met  " : "short",
                     text);
    }
    json_array_foreach(json_object_get(judgement, "doubts"), index, item)(void) printf(
        "    does not count: %s, %s%s%s, edition %s\n", text_of(item, "id"), text_of(item, "why"),
        text_of(item, "rule")[0] ? ", by " : "", text_of(item, "rule"), text_of(item, "edition"));
    json_array_foreach(json_object_get(judgement, "reasons"), index, item)(void)
        printf("    reason given: %s\n", json_string_value(item));
}

/* What differs, where the results are the same. */
static void print_differences(const json_t *was, const json_t *now)
{
    char text[600];
    size_t index = 0;
    const json_t *rule = NULL;
    json_array_foreach(json_object_get(now, "rules"), index, rule)
    {
        const json_t *before = json_array_get(json_object_get(was, "rules"), index);
        if (before && json_equal(before, rule))
            continue;
        ctl_judged_rule_words(rule, text, sizeof text);
        (void)printf("    decided again: %s  %s\n",
                     json_is_true(json_object_get(rule, "met")) ? "met  " : "short", text);
    }
}

static void print_line(const json_t *row, const char *rules)
{
    const json_t *judgement = json_object_get(row, "judgementWas");
    const char *problem = text_of(row, "problem");
    (void)printf(
        "\nversion %lld  %s  %s\n", (long long)json_integer_value(json_object_get(row, "version")),
        ctl_moment(json_integer_value(json_object_get(row, "time_ms"))), text_of(row, "type"));
    if (json_is_object(judgement))
        (void)printf("  decided    %s: %s, %s, edition %s, as of %s\n",
                     text_of(judgement, "decision"), text_of(row, "was"),
                     text_of(judgement, "association"), text_of(judgement, "edition"),
                     text_of(judgement, "judgedOn"));
    else
        (void)printf("  decided    %s%s%s\n", text_of(row, "was"),
                     text_of(row, "editionWas")[0] ? ", edition " : "", text_of(row, "editionWas"));
    if (text_of(row, "rulesWas")[0])
        (void)printf("  files      digest %s%s\n", text_of(row, "rulesWas"),
                     strcmp(text_of(row, "rulesWas"), rules) == 0
                         ? ", those in force now"
                         : "; those in force now are others (--policy FOLDER takes those of then)");
    (void)printf("  again      %s%s%s: %s\n", text_of(row, "now"),
                 text_of(row, "editionNow")[0] ? ", edition " : "", text_of(row, "editionNow"),
                 json_is_true(json_object_get(row, "agrees")) ? "agrees" : "DOES NOT AGREE");
    if (problem[0])
        (void)puts(
            "  journal    THIS LINE IS NOT WHAT WAS WRITTEN: its hash or that before does not "
            "fit");
    print_rules(judgement);
    if (!json_is_true(json_object_get(row, "agrees")))
        print_differences(judgement, json_object_get(row, "judgementNow"));
}

static bool is_shown(const json_t *row, int64_t version)
{
    if (version > 0)
        return json_integer_value(json_object_get(row, "version")) == version;
    return json_is_object(json_object_get(row, "judgementWas")) ||
           json_is_object(json_object_get(row, "judgementNow")) ||
           !json_is_true(json_object_get(row, "agrees"));
}

/* ---- the command ---- */

struct explanation {
    json_t *rows, *shown, *total;
    size_t disagreeing;
};

static void choose(struct explanation *all, int64_t version)
{
    size_t index = 0;
    json_t *row = NULL;
    json_array_foreach(all->rows, index, row)
    {
        bool agrees = json_is_true(json_object_get(row, "agrees"));
        bool is_meant =
            version == 0 || json_integer_value(json_object_get(row, "version")) == version;
        all->disagreeing += is_meant && !agrees;
        if (is_shown(row, version))
            (void)json_array_append(all->shown, row);
    }
}

static void print_all(struct ctl *ctl, const char *id, const struct explanation *all)
{
    size_t index = 0;
    const json_t *row = NULL;
    const char *rules = text_of(all->total, "rules");
    if (ctl->json) {
        json_t *whole =
            json_pack("{s:s,s:b,s:i,s:s,s:O}", "id", id, "agrees", all->disagreeing == 0, "lines",
                      (int)json_array_size(all->rows), "rules", rules, "decisions", all->shown);
        ctl_json(whole);
        json_decref(whole);
        return;
    }
    (void)printf("%s: %zu lines of its journal, each decided again.\n",
                 text_of(json_array_get(all->rows, 0), "aggregate"), json_array_size(all->rows));
    json_array_foreach(all->shown, index, row) print_line(row, rules);
    if (all->disagreeing)
        (void)printf("\n%zu do not agree with the journal.\n", all->disagreeing);
    else
        (void)puts("\nAll agree with the journal.");
}

/* "application/A-1", or an id by itself: that of a standing has a tilde. */
static bool read_case(const char *text, enum wf_service *service, char *kind, size_t size,
                      const char **id)
{
    static const struct {
        const char *kind;
        enum wf_service service;
    } homes[] = {{"application", WF_INTAKE}, {"standing", WF_RENEWAL}, {"ratings", WF_REFERENCE}};
    const char *slash = strchr(text, '/');
    const char *wanted = strchr(text, '~') ? "standing" : "application";
    (void)snprintf(kind, size, "%.*s", slash ? (int)(slash - text) : (int)strlen(wanted),
                   slash ? text : wanted);
    *id = slash ? slash + 1 : text;
    for (size_t i = 0; i < sizeof homes / sizeof *homes; i++) {
        if (strcmp(homes[i].kind, kind) != 0)
            continue;
        *service = homes[i].service;
        return wf_id_is_valid(*id);
    }
    return false;
}

static int explain(struct ctl *ctl, const char *text, int64_t version, const char *folder,
                   struct explanation *all, struct wf_error *error)
{
    Endorse__V1__Replay wanted = ENDORSE__V1__REPLAY__INIT;
    char kind[32];
    const char *id = NULL;
    enum wf_service service = WF_ANY;
    if (!read_case(text, &service, kind, sizeof kind, &id))
        return wf_fail(error, WF_CONFIG,
                       "decision explain takes the id of an application, or of a standing "
                       "(ASSOCIATION~PERSON)");
    wanted.kind = kind;
    wanted.id = (char *)(uintptr_t)id;
    wanted.folder = (char *)(uintptr_t)folder;
    if (ctl_installation_read(ctl, error) < 0)
        return -1;
    unsigned instances = ctl_instances(ctl, service);
    unsigned instance = instances ? wf_partition(id) % instances : 0;
    if (ctl_replay(ctl, service, instance, &wanted, all->rows, all->total, error))
        return -1;
    choose(all, version);
    if (json_array_size(all->rows) == 0 || (version > 0 && json_array_size(all->shown) == 0))
        return wf_fail(error, WF_NOT_FOUND, "nothing is known of %s%s", text,
                       version > 0 ? " in that version" : "");
    print_all(ctl, id, all);
    return 0;
}

static int usage(void)
{
    (void)fputs(
        "Usage: endorsectl decision explain ID [VERSION] [--policy FOLDER] [--json]\n\n"
        "  ID               an application, or a standing (ASSOCIATION~PERSON)\n"
        "  VERSION          one line of its journal; else every decision\n"
        "  --policy FOLDER  decide again by these files, not by those in force\n\n"
        "Exit codes: 0 all agree; 2 a decision made again does not agree with the journal.\n",
        stderr);
    return CTL_USAGE;
}

int ctl_decision(struct ctl *ctl, int argc, char **argv)
{
    struct wf_error error = {0};
    char folder[PATH_MAX] = "";
    char *end = (char *)(uintptr_t) "";
    const char *given = ctl_option(&argc, argv, "--policy", true);
    if (argc < 2 || argc > 3 || strcmp(argv[0], "explain") != 0)
        return usage();
    int64_t version = argc == 3 ? strtoll(argv[2], &end, 10) : 0;
    if (*end || version < 0 || (argc == 3 && version == 0))
        return usage();
    if (given && !realpath(given, folder)) {
        (void)fprintf(stderr, "endorsectl: there is no folder %s\n", given);
        return CTL_NO;
    }
    struct explanation all = {json_array(), json_array(), json_object(), 0};
    int result = explain(ctl, argv[1], version, folder, &all, &error);
    json_decref(all.rows);
    json_decref(all.shown);
    json_decref(all.total);
    if (result)
        return ctl_complain(&error);
    return all.disagreeing ? CTL_DISAGREES : CTL_OK;
}
