/* Settings: one flat file for all programs, the environment, flags.  Each value stays text until its row of
 * the table has judged it. */
#include "wf_config.h"

#include "wf_conf_file.h"
#include "wf_config_inner.h"
#include "wf_log.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct wf_setting common_settings[] = {
    {"config", WF_SETTING_TEXT, "", 0, 0,
     "File of settings; the environment and flags go before it."},
    {"state_dir", WF_SETTING_TEXT, "var", 0, 0, "Folder of the installation."},
    {"run_dir", WF_SETTING_TEXT, "", 0, 0, "Folder of the sockets; empty: <state_dir>/run."},
    {"redis_socket", WF_SETTING_TEXT, "", 0, 0, "Socket of Redis; empty: <run_dir>/redis.sock."},
    {"instance", WF_SETTING_NUMBER, "0", 0, 15, "Which of the instances of this program this is."},
    {"instances", WF_SETTING_TEXT, "", 0, 0,
     "How many of each program run, as intake=1,reference=2; those not named run once."},
    {"secrets_fd", WF_SETTING_NUMBER, "-1", -1, 1023,
     "Descriptor with this program's credential; -1: secrets_file."},
    {"secrets_file", WF_SETTING_TEXT, "", 0, 0,
     "File with it; empty: <state_dir>/secrets/<program>.secrets."},
    {"sandbox", WF_SETTING_FLAG, "no", 0, 0, "The business clock may be advanced."},
    {"group_sockets", WF_SETTING_FLAG, "no", 0, 0,
     "Sockets are open to the group: each program has its own OS user."},
    {"log_level", WF_SETTING_TEXT, "info", 0, 0,
     "Least level of log lines: debug, info, warn, error."},
    {"drain_ms", WF_SETTING_NUMBER, "5000", 0, 600000,
     "Longest time to finish what is in hand at a stop."},
    {"ready_fd", WF_SETTING_NUMBER, "-1", -1, 1023,
     "Descriptor that gets a line when the program is ready; NOTIFY_SOCKET is honoured too."},
    {"check_config", WF_SETTING_FLAG, "no", 0, 0, "Read and check the settings, then stop."},
    {"print_config", WF_SETTING_FLAG, "no", 0, 0,
     "Print every setting with its default, then stop."},
};
enum { COMMON_COUNT = sizeof common_settings / sizeof *common_settings };

static const char *const names_elsewhere[] = {
#define WF_SETTING_NAME(name) #name,
#include "wf_setting_names.def"
#undef WF_SETTING_NAME
};

/* ---- the table of this program ---- */

static size_t setting_count(const struct wf_config *config)
{
    return COMMON_COUNT + config->domain->setting_count;
}

static const struct wf_setting *setting_at(const struct wf_config *config, size_t index)
{
    return index < COMMON_COUNT ? &common_settings[index]
                                : &config->domain->settings[index - COMMON_COUNT];
}

static size_t find(const struct wf_config *config, const char *name)
{
    size_t index = 0;
    while (index < setting_count(config) && strcmp(setting_at(config, index)->name, name) != 0)
        index++;
    return index;
}

static bool is_flag_word(const char *text, bool *value)
{
    static const char *const yes[] = {"yes", "true", "on", "1"};
    static const char *const no[] = {"no", "false", "off", "0"};
    for (size_t i = 0; i < 4; i++) {
        if (strcmp(text, yes[i]) == 0 || strcmp(text, no[i]) == 0) {
            *value = strcmp(text, yes[i]) == 0;
            return true;
        }
    }
    return false;
}

/* Judges a value and keeps a copy. */
static int take(struct wf_config *config, size_t index, const char *text, struct wf_error *error)
{
    const struct wf_setting *setting = setting_at(config, index);
    char *end = NULL;
    bool flag = false;
    long long number = 0;
    switch (setting->type) {
    case WF_SETTING_TEXT:
        break;
    case WF_SETTING_FLAG:
        if (!is_flag_word(text, &flag))
            return wf_fail(error, WF_CONFIG, "%s takes yes or no, not '%.40s'", setting->name,
                           text);
        break;
    case WF_SETTING_NUMBER:
        number = strtoll(text, &end, 10);
        if (end == text || *end || number < setting->least || number > setting->most)
            return wf_fail(error, WF_CONFIG, "%s takes a number from %lld to %lld, not '%.40s'",
                           setting->name, (long long)setting->least, (long long)setting->most,
                           text);
        break;
    }
    free(config->values[index]);
    config->values[index] = strdup(text);
    WF_ASSERT(config->values[index]);
    return 0;
}

/* `place` says where the value came from: "ENDORSE_PORT", "--port". */
static int set(struct wf_config *config, size_t index, const char *text, const char *place,
               struct wf_error *error)
{
    struct wf_error reason = {0};
    if (take(config, index, text, &reason) == 0)
        return 0;
    return wf_fail(error, WF_CONFIG, "%s: %s", place, reason.text);
}

/* ---- the file ---- */

static int judge_line(cfg_t *cfg, cfg_opt_t *option)
{
    const char *text = cfg_opt_getnstr(option, cfg_opt_size(option) - 1);
    struct wf_config *config = wf_conf_context();
    struct wf_error error = {0};
    size_t index = find(config, option->name);
    if (index == setting_count(config))
        return 0; /* another program's */
    if (take(config, index, text ? text : "", &error) == 0)
        return 0;
    cfg_error(cfg, "%s", error.text);
    return -1;
}

/* One text option for each name that any program knows. */
static cfg_opt_t *make_options(const struct wf_config *config)
{
    size_t elsewhere = sizeof names_elsewhere / sizeof *names_elsewhere;
    cfg_opt_t *options = calloc(setting_count(config) + elsewhere + 1, sizeof *options);
    WF_ASSERT(options);
    size_t count = 0;
    for (size_t i = 1; i < setting_count(config); i++) /* not `config` itself */
        options[count++] = (cfg_opt_t)CFG_STR(setting_at(config, i)->name, NULL, CFGF_NODEFAULT);
    for (size_t i = 0; i < elsewhere; i++) {
        if (find(config, names_elsewhere[i]) == setting_count(config))
            options[count++] = (cfg_opt_t)CFG_STR(names_elsewhere[i], NULL, CFGF_NODEFAULT);
    }
    for (size_t i = 0; i < count; i++)
        options[i].validcb = judge_line;
    options[count] = (cfg_opt_t)CFG_END();
    return options;
}

static int read_file(struct wf_config *config, const char *path, struct wf_error *error)
{
    cfg_opt_t *options = make_options(config);
    struct wf_conf_kind kind = {.options = options};
    cfg_t *cfg = NULL;
    int result = wf_conf_file_read(path, path, &kind, config, &cfg, error);
    if (cfg)
        (void)cfg_free(cfg);
    free(options);
    return result;
}

/* ---- the environment and flags ---- */

/* "smtp_url" -> "ENDORSE_SMTP_URL" */
static const char *from_environment(const char *name, char variable[static 80])
{
    (void)snprintf(variable, 80, "ENDORSE_%s", name);
    for (char *c = variable; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return getenv(variable);
}

/* The row that "--smtp-url" or "--smtp-url=x" names; setting_count if none. */
static size_t find_flag(const struct wf_config *config, const char *argument, const char **value)
{
    char name[80];
    if (strncmp(argument, "--", 2) != 0)
        return setting_count(config);
    size_t length = strcspn(argument + 2, "=");
    if (length >= sizeof name)
        return setting_count(config);
    memcpy(name, argument + 2, length);
    name[length] = '\0';
    for (char *c = name; *c; c++)
        *c = (char)(*c == '-' ? '_' : *c);
    *value = argument[2 + length] == '=' ? argument + 3 + length : NULL;
    return find(config, name);
}

static int read_flags(struct wf_config *config, int argc, char **argv, bool only_config,
                      struct wf_error *error)
{
    for (int i = 1; i < argc; i++) {
        const char *value = NULL;
        size_t index = find_flag(config, argv[i], &value);
        if (index == setting_count(config))
            return wf_fail(error, WF_CONFIG, "there is no flag '%.60s'; see --help", argv[i]);
        bool flag = setting_at(config, index)->type == WF_SETTING_FLAG;
        bool next = !value && i + 1 < argc && (!flag || strncmp(argv[i + 1], "--", 2) != 0);
        if (next)
            value = argv[++i];
        if (!value && !flag)
            return wf_fail(error, WF_CONFIG, "%s needs a value; see --help", argv[i]);
        if (only_config == (index == 0) &&
            set(config, index, value ? value : "yes", argv[i], error) < 0)
            return -1;
    }
    return 0;
}

/* ---- printing ---- */

static void print_help(const struct wf_config *config)
{
    (void)printf("%s - %s\n\nUsage: %s [--name value ...]\n", config->domain->program,
                 config->domain->summary, config->domain->program);
    for (size_t i = 0; i < setting_count(config); i++) {
        const struct wf_setting *setting = setting_at(config, i);
        char flag[80];
        (void)snprintf(flag, sizeof flag, "--%s", setting->name);
        for (char *c = flag + 2; *c; c++)
            *c = (char)(*c == '_' ? '-' : *c);
        (void)printf("  %-24s %s%s%s%s\n", flag, setting->sentence,
                     setting->fallback && *setting->fallback ? "  [" : "",
                     setting->fallback ? setting->fallback : "",
                     setting->fallback && *setting->fallback ? "]" : "");
    }
}

/* What --print-config says: a settings file in which every line is a comment.  deploy/run joins those of all
 * programs; the line that begins with "# ----" divides the common part from the program's own. */
static void print_config(const struct wf_config *config)
{
    (void)puts("# ---- every program");
    for (size_t i = 1; i < setting_count(config); i++) {
        const struct wf_setting *setting = setting_at(config, i);
        if (i == COMMON_COUNT)
            (void)printf("\n# ---- %s\n", config->domain->program);
        (void)printf("# %s\n# %s = \"%s\"\n", setting->sentence, setting->name,
                     setting->fallback ? setting->fallback : "");
    }
}

/* ---- reading ---- */

static int check_given(const struct wf_config *config, struct wf_error *error)
{
    for (size_t i = 0; i < setting_count(config); i++) {
        if (!config->values[i])
            return wf_fail(error, WF_CONFIG, "%s must be set: %s", setting_at(config, i)->name,
                           setting_at(config, i)->sentence);
    }
    return 0;
}

/* Empty paths become those below the folders before them. */
static void fill_paths(struct wf_config *config)
{
    static const struct {
        const char *name, *base, *format;
    } paths[] = {{"run_dir", "state_dir", "%s/run"}, {"redis_socket", "run_dir", "%s/redis.sock"}};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        size_t index = find(config, paths[i].name);
        if (config->values[index][0])
            continue;
        struct wf_buffer path = {0};
        wf_buffer_format(&path, "%s%s", wf_config_text(config, paths[i].base), paths[i].format + 2);
        free(config->values[index]);
        config->values[index] = strdup((const char *)path.data);
        wf_buffer_fini(&path);
    }
}

static int read_all(struct wf_config *config, int argc, char **argv, struct wf_error *error)
{
    for (size_t i = 0; i < setting_count(config); i++) {
        const char *fallback = setting_at(config, i)->fallback;
        if (fallback && set(config, i, fallback, "default", error) < 0)
            return -1;
    }
    char variable[80];
    const char *path = from_environment("config", variable);
    if ((path && set(config, 0, path, variable, error) < 0) ||
        read_flags(config, argc, argv, true, error) < 0)
        return -1;
    if (config->values[0] && config->values[0][0] &&
        read_file(config, config->values[0], error) < 0)
        return -1;
    for (size_t i = 1; i < setting_count(config); i++) {
        const char *value = from_environment(setting_at(config, i)->name, variable);
        if (value && set(config, i, value, variable, error) < 0)
            return -1;
    }
    if (read_flags(config, argc, argv, false, error) < 0 || check_given(config, error) < 0)
        return -1;
    fill_paths(config);
    /* A check includes the credential: without it no service can be made ready, so none would pass. */
    if (wf_config_flag(config, "print_config"))
        return wf_config_check_instances(config, error);
    return wf_config_check_instances(config, error) < 0 ? -1
                                                        : wf_config_read_secrets(config, error);
}

int wf_config_read(struct wf_config **result, const struct wf_domain *domain, int argc, char **argv,
                   struct wf_error *error)
{
    struct wf_config *config = calloc(1, sizeof *config);
    WF_ASSERT(config);
    config->domain = domain;
    config->values = calloc(setting_count(config), sizeof *config->values);
    WF_ASSERT(config->values);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            print_help(config);
            exit(0);
        }
    }
    if (read_all(config, argc, argv, error) < 0) {
        wf_config_destroy(&config);
        return -1;
    }
    if (wf_config_flag(config, "print_config")) {
        print_config(config);
        exit(0);
    }
    *result = config;
    return 0;
}

const char *wf_config_text(const struct wf_config *config, const char *name)
{
    size_t index = find(config, name);
    WF_ASSERT(index < setting_count(config));
    return config->values[index];
}

int64_t wf_config_number(const struct wf_config *config, const char *name)
{
    return strtoll(wf_config_text(config, name), NULL, 10);
}

bool wf_config_flag(const struct wf_config *config, const char *name)
{
    bool value = false;
    (void)is_flag_word(wf_config_text(config, name), &value);
    return value;
}

void wf_config_destroy(struct wf_config **result)
{
    struct wf_config *config = *result;
    if (!config)
        return;
    *result = NULL;
    for (size_t i = 0; i < setting_count(config); i++)
        free(config->values[i]);
    free(config->values);
    wf_config_forget_secrets(config);
    free(config);
}
