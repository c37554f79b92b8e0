#include "crawler/cli/cli.h"

#include "crawler/base/interrupt.h"
#include "crawler/core/utf8.h"
#include "crawler/survey/versions.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

struct command_row {
    const char *name;
    enum command command;
    int (*run)(const struct options *options);
    const char *usage;
    const char *help;
};

static const struct command_row commands[] = {
    {"run", COMMAND_RUN, cli_run, "mxsurvey run --list FILE --db FILE [options]",
     "survey a list of domains into an SQLite file; continue an unfinished one"},
    {"check", COMMAND_CHECK, cli_check,
     "mxsurvey check [DOMAIN...] [--list FILE] [--format text|json|csv] [options]",
     "survey a few domains now and explain every verdict"},
    {"report", COMMAND_REPORT, cli_report,
     "mxsurvey report DB [--format text|json|html|csv|latex] [--notify NAME] [--output FILE]",
     "what a survey file says, or whom to tell"},
    {"estimate", COMMAND_ESTIMATE, cli_estimate,
     "mxsurvey estimate SAMPLES.csv [--format text|json|html|csv|latex] [--output FILE]",
     "combine published samples, such as data/seed-samples.csv"},
    {"export", COMMAND_EXPORT, cli_export,
     "mxsurvey export DB [--format ndjson|csv] [--view NAME] [--output FILE]",
     "the rows of a view, for other programs"},
    {"compare", COMMAND_COMPARE, cli_compare,
     "mxsurvey compare OLD NEW [--format text|json|html|csv|latex] [--output FILE]",
     "what changed between two surveys, and what comes from their lists"},
    {"trend", COMMAND_TREND, cli_trend,
     "mxsurvey trend DB DB... [--format text|json|html|csv|latex] [--output FILE]",
     "the shares of a series of surveys, oldest first, and what of each change is real"},
    {"merge", COMMAND_MERGE, cli_merge, "mxsurvey merge OUT.db PART.db...",
     "unite the files of a survey run in shards (run --shard I/N)"},
    {"probe", COMMAND_PROBE, cli_probe, "mxsurvey probe DB --helo NAME [options]",
     "what the mail servers of a finished survey show over STARTTLS: each is met once"},
    {"doctor", COMMAND_DOCTOR, cli_doctor,
     "mxsurvey doctor [--plan N | --sample HALF | --probe] [options]",
     "is this resolver and this machine fit for a survey?"},
};
enum {
    COMMAND_COUNT = sizeof commands / sizeof *commands
};

/* Said one line: no second one about the output that it may have been about. */
static bool has_failed;

void cli_say(const char *text)
{
    char line[2 * ERROR_TEXT_MAX];
    utf8_escape(text, line, sizeof line);
    fprintf(stderr, "mxsurvey: %s\n", line);
}

int cli_fail(int status, const char *text)
{
    has_failed = true;
    cli_say(text);
    return status;
}

const char *cli_word(const char *path, char ret[CLI_WORD_MAX])
{
    bool option = *path == '-', plain = path[strcspn(path, " \t\n\"'\\`$&|;<>()*?[]{}~#!")] == '\0';
    size_t length = 0;
    if (plain && !option)
        return path;
    ret[length++] = '\'';
    if (option) { /* it would be one */
        memcpy(ret + length, "./", 2);
        length += 2;
    }
    for (; *path != '\0'; path++) {
        if (length + 6 > CLI_WORD_MAX) /* the line is cut before that */
            break;
        if (*path == '\'') { /* the quotes end, one stands for itself, they begin again */
            memcpy(ret + length, "'\\'", 3);
            length += 3;
        }
        ret[length++] = *path;
    }
    ret[length++] = '\'';
    ret[length] = '\0';
    return ret;
}

static void print_help(FILE *out)
{
    fputs(
        "mxsurvey - whose MX hosts are CNAMEs, who signs with DNSSEC, and what does it break?\n\n",
        out);
    for (unsigned i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %s\n      %s\n", commands[i].usage, commands[i].help);
    fputs("\n  mxsurvey COMMAND --help    the options of a command\n"
          "  mxsurvey --version         versions of the program and its libraries\n\n"
          "Exit status: 0 finished; 1 an error, said in one line; 2 wrong usage; 3 stopped\n"
          "before the end with everything so far stored: the same command continues.\n",
          out);
}

static void print_command_help(const struct command_row *row)
{
    printf("%s\n%s\n\n", row->usage, row->help);
    options_print(row->command, stdout);
}

static int print_version(void)
{
    const struct version *version = versions_all();
    printf("mxsurvey %s\n", version->text);
    for (version++; version->key != NULL; version++)
        printf("%s %s\n", strchr(version->key, '.') + 1, version->text);
    return STATUS_DONE;
}

static int run_command(const struct command_row *row, int argc, char **argv)
{
    struct options options;
    struct error error;
    int status = options_read(row->command, argc, argv, &options, &error);
    if (options.help) {
        print_command_help(row);
        status = STATUS_DONE;
    } else if (status != 0) {
        cli_fail(status, error.text);
    } else {
        if (options.remark.text[0] != '\0' && options.log_level >= LOG_WARNING)
            fprintf(stderr, "mxsurvey: %s\n", options.remark.text);
        status = row->run(&options);
    }
    options_done(&options);
    return status;
}

static bool reader_is_gone(void)
{
    struct pollfd output = {.fd = STDOUT_FILENO};
    return poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

/* A report cut short by a full disk is no report.  Who closes a pipe has read enough: that ends a
 * command that watches for signals as it ends all others, when what it leaves behind is away. */
static int check_output(int status)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return status;
    if (reader_is_gone()) {
        interrupt_unwatch_pipe();
        raise(SIGPIPE);
    }
    return has_failed ? status : cli_fail(STATUS_ERROR, "standard output cannot be written");
}

/* A file or socket of ours that took the place of a closed one would be read, or written over
 * by messages, and libuv ends a program that closes it.  What stands in for standard input and
 * output is open the wrong way round, so that to read a list or to write a report is the error
 * that it was. */
static int open_missing(void)
{
    static const int modes[] = {O_WRONLY, O_RDONLY, O_WRONLY};
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
        if (fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF)
            continue;
        if (open("/dev/null", modes[descriptor]) != descriptor)
            return -1;
    }
    return 0;
}

static const struct command_row *command_named(const char *name)
{
    for (unsigned i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(name, commands[i].name) == 0)
            return &commands[i];
    }
    return NULL;
}

static int no_command(const char *name)
{
    struct error error;
    error_set(&error, "\"%s\" is no command; see mxsurvey --help", name);
    return cli_fail(STATUS_USAGE, error.text);
}

/* `help`, and `help COMMAND` as `COMMAND --help`. */
static int help(const char *name)
{
    const struct command_row *row = name != NULL ? command_named(name) : NULL;
    if (name != NULL && row == NULL)
        return no_command(name);
    if (row != NULL)
        print_command_help(row);
    else
        print_help(stdout);
    return STATUS_DONE;
}

int main(int argc, char **argv)
{
    if (open_missing() != 0)
        return cli_fail(STATUS_ERROR, "/dev/null: cannot be opened for a closed descriptor");
    /* The machine's would decide which servers there is a TLS session with, and which certificates
     * are good: libcurl's, too, for only who comes first is asked. */
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
    if (argc < 2) {
        print_help(stderr);
        return STATUS_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return check_output(help(NULL));
    if (strcmp(argv[1], "help") == 0)
        return check_output(help(argv[2]));
    if (strcmp(argv[1], "--version") == 0)
        return check_output(print_version());
    const struct command_row *row = command_named(argv[1]);
    return row != NULL ? check_output(run_command(row, argc - 1, argv + 1)) : no_command(argv[1]);
}
