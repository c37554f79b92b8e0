/* options.h - the command line and the configuration file, by tables (table.h). */
#ifndef MXSURVEY_CLI_OPTIONS_OPTIONS_H
#define MXSURVEY_CLI_OPTIONS_OPTIONS_H

#include "analysis/report/options.h"
#include "crawler/store/probes.h"
#include "crawler/survey/settings.h"

#include <stdio.h>

enum command {
    COMMAND_RUN = 1 << 0,
    COMMAND_CHECK = 1 << 1,
    COMMAND_REPORT = 1 << 2,
    COMMAND_DOCTOR = 1 << 3,
    COMMAND_COMPARE = 1 << 8,
    COMMAND_TREND = 1 << 9,
    COMMAND_ESTIMATE = 1 << 4,
    COMMAND_EXPORT = 1 << 5,
    COMMAND_MERGE = 1 << 6,
    COMMAND_PROBE = 1 << 10,
};

enum progress_when {
    PROGRESS_AUTO,
    PROGRESS_ALWAYS,
    PROGRESS_NEVER
};
enum log_level {
    LOG_ERROR,
    LOG_WARNING,
    LOG_INFO
};
enum output_format {
    FORMAT_TEXT,
    FORMAT_JSON,
    FORMAT_HTML,
    FORMAT_NDJSON,
    FORMAT_CSV,
    FORMAT_LATEX
};

/* A file that an option names. */
struct option_file {
    const struct option_row *row;
    const char *path;
};
enum {
    OPTION_FILES_MAX = SETTINGS_LISTS_MAX + 64
};

/* How many names to draw (doctor --sample) */
#define SAMPLE_SHARE      0.003 /* of the guess of 2021, see data/seed-samples.csv */
#define SAMPLE_NAMES_MOST UINT64_C(10000000000)
struct sample_options {
    double half_width; /* 0: not asked for */
    double share;      /* that is expected */
    uint64_t names;    /* of the list; 0: not said */
    const char *from;  /* an earlier survey, or NULL */
};

/* How mail hosts are met (probe, doctor --probe, check --probe) */
struct meeting_options {
    const char *helo; /* or NULL */
    bool helo_unchecked;
    bool dry_run, keep_der;
    uint8_t family; /* 4, 6; 0: both */
    enum probes_only only;
    uint32_t again_s; /* 0: none is met again */
    unsigned rate;    /* meetings a second */
    bool asked;       /* doctor --probe, check --probe */
    const char *to;   /* name or address, or NULL */
};

struct options {
    struct settings settings;
    enum progress_when progress;
    enum log_level log_level;
    enum output_format format;
    struct report_options report;
    const char *figures;       /* folder, or NULL */
    const char *output;        /* file, or NULL: standard output */
    const char *notify;        /* of report: a name, or `all`; NULL: not given */
    bool mail;                 /* of --notify: write one */
    const char *mail_template; /* file, or NULL */
    const char *view;          /* of export; NULL: not given */
    bool is_public;            /* of export: counts that may be published, not a view */
    uint64_t least;            /* of these: domains that a number speaks of */
    const char *metrics;       /* file, or NULL */
    uint64_t plan;             /* names; 0: not asked for */
    unsigned rate;             /* questions a second of a machine; 0: by its cores */
    struct sample_options sample;
    struct meeting_options meeting;
    bool help;
    struct error remark; /* on what was given; empty: none */
    int argument_count;  /* what is left of the command line */
    char **arguments;
    /* internal: texts of the configuration file that settings borrow */
    struct json_t *config;
    bool list_from_config, resolver_from_config, db_given;
    unsigned file_count;
    struct option_file files[OPTION_FILES_MAX];
    uint64_t given; /* on the command line: a bit for each option of the command */
};

/* Reads argv (argv[0] is the command's name).  0; 2: wrong usage; 1: a
 * configuration file that cannot be read; each with a line in error. */
int options_read(enum command command, int argc, char **argv, struct options *ret,
                 struct error *error);
void options_done(struct options *options);

/* The options of a command, one a line, for --help. */
void options_print(enum command command, FILE *out);

#endif
