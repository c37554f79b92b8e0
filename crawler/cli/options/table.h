/* table.h - how one option reads, and how its value is applied.
 *
 * Each family of commands has a table of its own; a name may have several rows
 * where commands take it differently (no command has two).  The names of the
 * configuration file are the same ones.  Private to this room. */
#ifndef MXSURVEY_CLI_OPTIONS_TABLE_H
#define MXSURVEY_CLI_OPTIONS_TABLE_H

#include "crawler/cli/options/options.h"

/* What the file is for that a value names. */
enum file_role {
    NO_FILE, /* it names none */
    INPUT_FILE,
    OUTPUT_FILE,
};

struct option_row {
    const char *name;     /* NULL: the end of the table */
    const char *argument; /* NULL: a switch */
    unsigned commands;
    const char *help;
    /* 0; 2 with a line in error: wrong usage.  value is borrowed for as long as
     * options live; of a switch it says nothing. */
    int (*apply)(struct options *options, const char *value, struct error *error);
    enum file_role role; /* of every argument FILE: no output replaces an input (files.h) */
};

extern const struct option_row options_survey[];  /* run, check, doctor */
extern const struct option_row options_sample[];  /* run: a sample */
extern const struct option_row options_doctor[];  /* doctor --sample */
extern const struct option_row options_probe[];   /* probe, doctor --probe */
extern const struct option_row options_reading[]; /* what reads survey files */

/* Whether what the command line has given (not the configuration, which serves many commands)
 * does something: 0; 2 with a line in error; or 0 and a remark in options. */
int options_check_idle(enum command command, const char *command_name, struct options *options,
                       struct error *error);

/* The options of a sample with all others: 0; 2 with a line in error. */
int options_check_sample(struct settings *settings, struct error *error);

/* Each further value adds to those before; of all other options the last one counts. */
bool options_may_be_several(const struct option_row *row);

/* Whether the command line has it. */
bool options_given(const struct options *options, enum command command, const char *name);

/* Says that the value of --name is not what is expected; 2. */
int options_wrong(struct error *error, const char *name, const char *value, const char *expected);
bool options_number(const char *text, uint64_t least, uint64_t most, uint64_t *ret);
/* A number from 1 to most: 0 or 2, as apply does. */
int options_unsigned(const char *name, const char *value, unsigned most, unsigned *ret,
                     struct error *error);
/* What applies an option that sets one field of struct options: a switch; any text; text that is
 * not empty, for it is the `expected` (the name of a file). */
#define OPTION_SWITCH(function, field)                                                             \
    static int function(struct options *options, const char *value, struct error *error)           \
    {                                                                                              \
        (void)value;                                                                               \
        (void)error;                                                                               \
        options->field = true;                                                                     \
        return 0;                                                                                  \
    }
#define OPTION_TEXT(function, field)                                                               \
    static int function(struct options *options, const char *value, struct error *error)           \
    {                                                                                              \
        (void)error;                                                                               \
        options->field = value;                                                                    \
        return 0;                                                                                  \
    }
#define OPTION_NAME(function, field, name, expected)                                               \
    static int function(struct options *options, const char *value, struct error *error)           \
    {                                                                                              \
        if (*value == '\0')                                                                        \
            return options_wrong(error, name, value, expected);                                    \
        options->field = value;                                                                    \
        return 0;                                                                                  \
    }

/* The place of value in words, or -1. */
int options_choice(const char *value, const char *const *words, int count);

#endif
