/* main.c - endorsectl: the table of commands, and nothing else. */
#include "ctl.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *name;
    int (*run)(struct ctl *ctl, int argc, char **argv);
    const char *arguments;
    const char *sentence;
} commands[] = {
#define CTL_X(name, function, arguments, sentence) {name, function, arguments, sentence},
    CTL_COMMANDS(CTL_X)
#undef CTL_X
};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static void usage(FILE *out)
{
    (void)fputs("Usage: endorsectl [--state DIR] [--json] COMMAND ...\n\n"
                "  --state DIR   folder of the installation (default var, or $ENDORSE_STATE)\n"
                "  --json        one JSON value instead of tables\n\n",
                out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        (void)fprintf(out, "  %-9s %s\n            %s\n", commands[i].name, commands[i].arguments,
                      commands[i].sentence);
}

int main(int argc, char **argv)
{
    char actor[64];
    const char *user = getenv("SUDO_USER");
    (void)setlocale(LC_CTYPE, "");
    user = user ? user : getenv("USER");
    (void)snprintf(actor, sizeof actor, "operator/%.40s", user ? user : "local");
    struct ctl ctl = {.actor = actor};
    argc--;
    argv++;
    ctl.json = ctl_option(&argc, argv, "--json", false) != NULL;
    ctl.state_dir = ctl_option(&argc, argv, "--state", true);
    ctl.state_dir = ctl.state_dir ? ctl.state_dir : getenv("ENDORSE_STATE");
    ctl.state_dir = ctl.state_dir ? ctl.state_dir : "var";
    if (argc == 0 || strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "help") == 0) {
        usage(argc ? stdout : stderr);
        return argc ? CTL_OK : CTL_USAGE;
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, argv[0]) != 0)
            continue;
        ctl.help = ctl_option(&argc, argv, "--help", false) != NULL;
        if (ctl.help &&
            commands[i].run != ctl_exam) { /* which has commands of its own to explain */
            (void)printf("Usage: endorsectl %s %s\n%s.\n", commands[i].name, commands[i].arguments,
                         commands[i].sentence);
            return CTL_OK;
        }
        int code = commands[i].run(&ctl, argc - 1, argv + 1);
        ctl_client_close(&ctl.client);
        json_decref(ctl.installation);
        return code;
    }
    (void)fprintf(stderr, "endorsectl: there is no command '%s'; see endorsectl --help\n", argv[0]);
    return CTL_USAGE;
}
