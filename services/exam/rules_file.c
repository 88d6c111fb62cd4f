#include "rules_file.h"

#include "wf_conf_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNSET = -1, YES_NO_UNSET = 2 };

/* The whole numbers of a pack, with what they may be. */
#define NUMBERS(X)                                                                                 \
    X("version", 1, 1000000)                                                                       \
    X("set", 0, 64)                                                                                \
    X("criterion_tolerance", 0, ADJUDICATE_POINTS_MAX)                                             \
    X("total_tolerance", 0, ADJUDICATE_POINTS_MAX)                                                 \
    X("total_tolerance_percent", 0, 100)                                                           \
    X("cusp_level", 0, ADJUDICATE_POINTS_MAX)                                                      \
    X("pass_percent", 0, 100)                                                                      \
    X("part_one_percent", 0, 100)

/* The words of a pack; a word stands for its place in the list. */
#define X(symbol, name) name,
static const char *const within_words[] = {ADJUDICATE_WITHIN(X) NULL};
static const char *const cusp_words[] = {ADJUDICATE_CUSP(X) NULL};
static const char *const combine_words[] = {ADJUDICATE_COMBINE(X) NULL};
static const char *const absent_words[] = {ADJUDICATE_ABSENT(X) NULL};
static const char *const unasked_words[] = {ADJUDICATE_UNASKED(X) NULL};
#undef X
static const struct {
    const char *key;
    const char *const *words;
} word_keys[] = {{"within", within_words},
                 {"cusp", cusp_words},
                 {"combine", combine_words},
                 {"third_absent", absent_words},
                 {"third_unasked", unasked_words}};
enum { WORD_KEYS = sizeof word_keys / sizeof *word_keys };

static int word_place(const char *const *words, const char *word)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return UNSET;
}

static int check_number(cfg_t *cfg, cfg_opt_t *option)
{
    long value = cfg_opt_getnint(option, cfg_opt_size(option) - 1);
#define X(key, least, most)                                                                        \
    if (strcmp(option->name, key) == 0 && (value < (least) || value > (most))) {                   \
        cfg_error(cfg, "%s must be %d to %d", option->name, least, most);                          \
        return -1;                                                                                 \
    }
    NUMBERS(X)
#undef X
    return 0;
}

/* In a criterion and a total: points of the rubric. */
static int check_points(cfg_t *cfg, cfg_opt_t *option)
{
    long value = cfg_opt_getnint(option, cfg_opt_size(option) - 1);
    if (value >= 0 && value <= ADJUDICATE_POINTS_MAX)
        return 0;
    cfg_error(cfg, "%s must be 0 to %d", option->name, ADJUDICATE_POINTS_MAX);
    return -1;
}

static int check_span(cfg_t *cfg, cfg_opt_t *option)
{
    double value = cfg_opt_getnfloat(option, cfg_opt_size(option) - 1);
    if (value == 0 || (value >= 1 && value <= 100))
        return 0;
    cfg_error(cfg, "%s must be 0 (never) or 1 to 100", option->name);
    return -1;
}

static int check_word(cfg_t *cfg, cfg_opt_t *option)
{
    const char *word = cfg_opt_getnstr(option, cfg_opt_size(option) - 1);
    for (size_t i = 0; i < WORD_KEYS; i++)
        if (strcmp(word_keys[i].key, option->name) == 0 &&
            word_place(word_keys[i].words, word) == UNSET) {
            cfg_error(cfg, "%s: there is no \"%.40s\"", option->name, word);
            return -1;
        }
    return 0;
}

static int gap(const cfg_t *cfg, struct wf_error *error, const char *what)
{
    return wf_conf_wrong(cfg, error, "the rule pack has a gap: %s", what);
}

static int needless(const cfg_t *cfg, struct wf_error *error, const char *what)
{
    return wf_conf_wrong(cfg, error, "%s has no effect in this rule pack", what);
}

/* A key that must be there when it has an effect, and must not be when it has none. */
static int needed(cfg_t *cfg, const char *key, bool wanted, struct wf_error *error)
{
    char text[80];
    bool there = cfg_opt_getnint(cfg_getopt(cfg, key), 0) != UNSET;
    if (there && !wanted)
        return needless(cfg, error, key);
    if (there || !wanted)
        return 0;
    (void)snprintf(text, sizeof text, "%s is missing", key);
    return gap(cfg, error, text);
}

/* A yes or no: what a file does not say is not "no". */
static int needed_flag(cfg_t *cfg, const char *key, struct wf_error *error)
{
    char text[80];
    if (cfg_size(cfg, key))
        return 0;
    (void)snprintf(text, sizeof text, "%s is missing", key);
    return gap(cfg, error, text);
}

static int read_word(cfg_t *cfg, const char *key, bool wanted, int *place, struct wf_error *error)
{
    char text[80];
    const char *word = cfg_getstr(cfg, key);
    if (word && !wanted)
        return needless(cfg, error, key);
    if (!word && wanted) {
        (void)snprintf(text, sizeof text, "%s is missing", key);
        return gap(cfg, error, text);
    }
    *place = 0;
    for (size_t i = 0; word && i < WORD_KEYS; i++)
        if (strcmp(word_keys[i].key, key) == 0)
            *place = word_place(word_keys[i].words, word);
    return 0;
}

static int32_t number(cfg_t *cfg, const char *key)
{
    return (int32_t)cfg_getint(cfg, key);
}

static int read_unit(cfg_t *cfg, struct adjudicate_pack *pack, struct wf_error *error)
{
    for (unsigned i = 0; i < cfg_size(cfg, "unit"); i++) {
        const char *unit = cfg_getnstr(cfg, "unit", i);
        bool criterion = strcmp(unit, "criterion") == 0;
        if (!criterion && strcmp(unit, "total") != 0)
            return wf_conf_wrong(cfg, error, "unit: there is no \"%.40s\"", unit);
        pack->unit_criterion |= criterion;
        pack->unit_total |= !criterion;
    }
    if (pack->unit_criterion && pack->criteria_count == 0)
        return gap(cfg, error, "the unit is a criterion, and no criterion is there");
    return 0;
}

static int read_criterion(cfg_t *section, struct adjudicate_criterion *to, struct wf_error *error)
{
    const char *name = cfg_title(section);
    int trait = 0, used = 0;
    if (sscanf(name, "trait%1d%n", &trait, &used) != 1 || name[used] || trait < 1 ||
        trait > ADJUDICATE_CRITERIA_MAX)
        return wf_conf_wrong(section, error, "criterion \"%.40s\": trait1 to trait6 are meant",
                             name);
    (void)snprintf(to->name, sizeof to->name, "%s", name);
    to->least = number(section, "least");
    to->most = number(section, "most");
    to->weight = number(section, "weight");
    to->floor = number(section, "floor");
    to->core = cfg_getbool(section, "core") == cfg_true;
    if (to->least == UNSET || to->most == UNSET || to->least >= to->most)
        return gap(section, error, "a criterion needs least and most, ascending");
    if (to->floor != UNSET && (to->floor < to->least || to->floor > to->most))
        return wf_conf_wrong(section, error, "floor must be %d to %d", to->least, to->most);
    return 0;
}

static int read_total(cfg_t *cfg, struct adjudicate_pack *pack, struct wf_error *error)
{
    int32_t weighed = 0, least = 0, most = 0;
    if (cfg_size(cfg, "total") == 0)
        return gap(cfg, error, "the section total is missing");
    if (cfg_size(cfg, "total") > 1)
        return wf_conf_wrong(cfg, error, "the section total is there twice");
    cfg_t *section = cfg_getsec(cfg, "total");
    const char *column = cfg_getstr(section, "column");
    for (int32_t i = 0; i < pack->criteria_count; i++) {
        const struct adjudicate_criterion *criterion = &pack->criteria[i];
        weighed += criterion->weight != UNSET;
        least += criterion->weight * criterion->least;
        most += criterion->weight * criterion->most;
    }
    pack->total_least = number(section, "least");
    pack->total_most = number(section, "most");
    if (!column || pack->total_least == UNSET || pack->total_least >= pack->total_most)
        return gap(section, error, "a total needs column, least and most, ascending");
    if (strcmp(column, "domain1") == 0 || strcmp(column, "domain2") == 0) {
        pack->total_column = column[6] - '0';
        return weighed ? needless(section, error, "the weight of a criterion") : 0;
    }
    if (strcmp(column, "weighted") != 0)
        return wf_conf_wrong(section, error, "column: there is no \"%.40s\"", column);
    if (!weighed || weighed != pack->criteria_count)
        return gap(section, error, "a weighted total needs a weight for every criterion");
    if (least != pack->total_least || most != pack->total_most)
        return wf_conf_wrong(section, error, "the criteria give totals from %d to %d", least, most);
    return 0;
}

static int read_criteria(cfg_t *cfg, struct adjudicate_pack *pack, struct wf_error *error)
{
    unsigned count = cfg_size(cfg, "criterion");
    if (count > ADJUDICATE_CRITERIA_MAX)
        return wf_conf_wrong(cfg, error, "a pack has at most %d criteria", ADJUDICATE_CRITERIA_MAX);
    for (unsigned i = 0; i < count; i++)
        if (read_criterion(cfg_getnsec(cfg, "criterion", i), &pack->criteria[i], error))
            return -1;
    pack->criteria_count = (int32_t)count;
    return 0;
}

static int read_tolerance(cfg_t *cfg, struct adjudicate_pack *pack, struct wf_error *error)
{
    int32_t points = number(cfg, "total_tolerance");
    int32_t percent = number(cfg, "total_tolerance_percent");
    if (needed(cfg, "criterion_tolerance", pack->unit_criterion, error))
        return -1;
    if (points != UNSET && percent != UNSET)
        return wf_conf_wrong(cfg, error, "total_tolerance is points or percent, not both");
    if (needed(cfg, percent == UNSET ? "total_tolerance" : "total_tolerance_percent",
               pack->unit_total, error))
        return -1;
    pack->criterion_tolerance = number(cfg, "criterion_tolerance");
    pack->total_tolerance =
        percent == UNSET ? 100 * points : percent * (pack->total_most - pack->total_least);
    return 0;
}

static int read_cusp(cfg_t *cfg, struct adjudicate_pack *pack, bool third, struct wf_error *error)
{
    int cusp = 0, cores = 0;
    if (read_word(cfg, "cusp", third, &cusp, error))
        return -1;
    pack->cusp = (enum adjudicate_cusp)cusp;
    if (needed(cfg, "cusp_level", pack->cusp == ADJUDICATE_CUSP_CORE, error))
        return -1;
    for (int32_t i = 0; i < pack->criteria_count; i++)
        cores += pack->criteria[i].core;
    pack->cusp_level = number(cfg, "cusp_level");
    if (pack->cusp != ADJUDICATE_CUSP_CORE && cores > 0)
        return needless(cfg, error, "core");
    if (pack->cusp == ADJUDICATE_CUSP_CORE && cores == 0)
        return gap(cfg, error, "cusp is core, and no criterion is core");
    if (pack->cusp == ADJUDICATE_CUSP_SIDES && pack->pass_percent == UNSET)
        return gap(cfg, error, "cusp is sides, and there is no pass_percent");
    return 0;
}

static int read_third(cfg_t *cfg, struct adjudicate_pack *pack, struct wf_error *error)
{
    int combine = 0, absent = 0, unasked = 0;
    if (read_word(cfg, "combine", true, &combine, error))
        return -1;
    pack->combine = (enum adjudicate_combine)combine;
    bool third = pack->combine != ADJUDICATE_COMBINE_NONE;
    bool units = pack->unit_criterion || pack->unit_total;
    if (units && !third)
        return gap(cfg, error, "a tolerance is there, and combine is none");
    if (read_cusp(cfg, pack, third, error))
        return -1;
    if (third && !units && pack->cusp == ADJUDICATE_CUSP_OFF)
        return gap(cfg, error, "a third sheet is combined, and nothing asks for one");
    if (read_word(cfg, "third_absent", third, &absent, error) ||
        read_word(cfg, "third_unasked", third, &unasked, error))
        return -1;
    pack->absent = (enum adjudicate_absent)absent;
    pack->unasked = (enum adjudicate_unasked)unasked;
    double span = cfg_getfloat(cfg, "committee_span");
    if (span < 0 && third)
        return gap(cfg, error, "committee_span is missing");
    if (span >= 0 && !third)
        return needless(cfg, error, "committee_span");
    if (span > 0 && !units)
        return gap(cfg, error, "a committee is called by a tolerance, and there is none");
    pack->committee_span = span > 0 ? (int32_t)(100 * span + 0.5) : 0;
    return 0;
}

static int read_pass(cfg_t *cfg, struct adjudicate_pack *pack, struct wf_error *error)
{
    pack->pass_percent = number(cfg, "pass_percent");
    pack->part_one_percent = number(cfg, "part_one_percent");
    pack->carry_forward = cfg_getbool(cfg, "carry_forward") == cfg_true;
    pack->never_lower = cfg_getbool(cfg, "never_lower_on_appeal") == cfg_true;
    if (pack->pass_percent != UNSET) {
        if (needed(cfg, "part_one_percent", true, error) ||
            needed_flag(cfg, "carry_forward", error))
            return -1;
        return needed_flag(cfg, "never_lower_on_appeal", error);
    }
    for (int32_t i = 0; i < pack->criteria_count; i++)
        if (pack->criteria[i].floor != UNSET)
            return gap(cfg, error, "a criterion has a floor, and there is no pass_percent");
    if (pack->part_one_percent != UNSET || cfg_size(cfg, "carry_forward") ||
        cfg_size(cfg, "never_lower_on_appeal"))
        return gap(cfg, error,
                   "Part One, carry_forward or never_lower_on_appeal is there, and there is no "
                   "pass_percent");
    return 0;
}

static int read_pack(cfg_t *cfg, struct adjudicate_pack *pack, struct wf_error *error)
{
    int within = 0;
    const char *name = cfg_getstr(cfg, "name");
    if (!name || !*name || strlen(name) >= sizeof pack->name ||
        name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")])
        return gap(cfg, error, "name is 1 to 47 of a-z, 0-9 and -");
    (void)snprintf(pack->name, sizeof pack->name, "%s", name);
    if (needed(cfg, "version", true, error) || needed(cfg, "set", true, error))
        return -1;
    pack->version = number(cfg, "version");
    pack->set = number(cfg, "set");
    if (read_criteria(cfg, pack, error) || read_total(cfg, pack, error) ||
        read_unit(cfg, pack, error) || read_tolerance(cfg, pack, error) ||
        read_pass(cfg, pack, error) || read_word(cfg, "within", true, &within, error))
        return -1;
    pack->within = (enum adjudicate_within)within;
    return read_third(cfg, pack, error);
}

static void prepare(cfg_t *file)
{
    static const char *const points[] = {"criterion|least", "criterion|most", "criterion|weight",
                                         "criterion|floor", "total|least",    "total|most"};
#define X(key, least, most) (void)cfg_set_validate_func(file, key, check_number);
    NUMBERS(X)
#undef X
    for (size_t i = 0; i < WORD_KEYS; i++)
        (void)cfg_set_validate_func(file, word_keys[i].key, check_word);
    for (size_t i = 0; i < sizeof points / sizeof *points; i++)
        (void)cfg_set_validate_func(file, points[i], check_points);
    (void)cfg_set_validate_func(file, "committee_span", check_span);
}

int rules_file_read(const char *path, struct adjudicate_pack *pack, struct wf_error *error)
{
    static cfg_opt_t criterion_options[] = {
        CFG_INT("least", UNSET, CFGF_NONE),     CFG_INT("most", UNSET, CFGF_NONE),
        CFG_INT("weight", UNSET, CFGF_NONE),    CFG_INT("floor", UNSET, CFGF_NONE),
        CFG_BOOL("core", cfg_false, CFGF_NONE), CFG_END()};
    static cfg_opt_t total_options[] = {CFG_STR("column", NULL, CFGF_NONE),
                                        CFG_INT("least", UNSET, CFGF_NONE),
                                        CFG_INT("most", UNSET, CFGF_NONE), CFG_END()};
    static const cfg_opt_t options[] = {
#define X(key, least, most) CFG_INT(key, UNSET, CFGF_NONE),
        NUMBERS(X)
#undef X
            CFG_STR("name", NULL, CFGF_NONE),
        CFG_STR_LIST("unit", NULL, CFGF_NONE),
        CFG_STR("cusp", NULL, CFGF_NONE),
        CFG_STR("within", NULL, CFGF_NONE),
        CFG_STR("combine", NULL, CFGF_NONE),
        CFG_STR("third_absent", NULL, CFGF_NONE),
        CFG_STR("third_unasked", NULL, CFGF_NONE),
        CFG_FLOAT("committee_span", UNSET, CFGF_NONE),
        CFG_BOOL("carry_forward", cfg_false, CFGF_NODEFAULT),
        CFG_BOOL("never_lower_on_appeal", cfg_false, CFGF_NODEFAULT),
        CFG_SEC("criterion", criterion_options, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
        CFG_SEC("total", total_options, CFGF_MULTI),
        CFG_END()};
    static const struct wf_conf_kind kind = {options, prepare};
    struct adjudicate_pack fresh = {0};
    cfg_t *file = NULL;
    if (wf_conf_file_read(path, path, &kind, NULL, &file, error))
        return -1;
    int result = read_pack(file, &fresh, error);
    (void)cfg_free(file);
    if (!result)
        *pack = fresh;
    return result;
}
