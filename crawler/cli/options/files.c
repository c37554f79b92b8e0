#include "crawler/cli/options/files.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LINKS_MAX = 40 /* as Linux follows */
};

/* --- where a path leads --- */

/* A regular file, or a name that a folder has not yet. */
struct place {
    dev_t device;
    ino_t inode;             /* of the file, else of the folder */
    char name[NAME_MAX + 1]; /* of what is not there; else empty */
};

/* The path that a link which leads nowhere yet stands for; false: too long. */
static bool follow_links(const char *path, char ret[PATH_MAX])
{
    char target[PATH_MAX];
    if (strlen(path) >= PATH_MAX)
        return false;
    strcpy(ret, path);
    for (int i = 0; i < LINKS_MAX; i++) {
        ssize_t length = readlink(ret, target, sizeof target - 1);
        if (length < 0)
            break;
        target[length] = '\0';
        char *slash = strrchr(ret, '/');
        char *name = target[0] == '/' || slash == NULL ? ret : slash + 1;
        if ((size_t)(name - ret) + (size_t)length >= PATH_MAX)
            return false;
        strcpy(name, target);
    }
    return true;
}

/* false: neither a regular file nor one that could be made. */
static bool find_place(const char *path, bool is_input, struct place *ret)
{
    char real[PATH_MAX];
    struct stat status;
    bool is_standard = is_input && strcmp(path, "-") == 0;
    ret->name[0] = '\0';
    if ((is_standard ? fstat(STDIN_FILENO, &status) : stat(path, &status)) == 0) {
        ret->device = status.st_dev;
        ret->inode = status.st_ino;
        return S_ISREG(status.st_mode);
    }
    if (is_standard || !follow_links(path, real))
        return false;
    char *slash = strrchr(real, '/');
    const char *name = slash != NULL ? slash + 1 : real;
    if (*name == '\0' || strlen(name) > NAME_MAX)
        return false;
    strcpy(ret->name, name);
    if (slash != NULL)
        slash[slash == real] = '\0';
    if (stat(slash != NULL ? real : ".", &status) != 0)
        return false;
    ret->device = status.st_dev;
    ret->inode = status.st_ino;
    return true;
}

static bool is_same_place(const struct place *one, const struct place *other)
{
    return one->device == other->device && one->inode == other->inode &&
           strcmp(one->name, other->name) == 0;
}

bool files_same(const char *one, const char *other)
{
    struct place first, second;
    return find_place(one, false, &first) && find_place(other, false, &second) &&
           is_same_place(&first, &second);
}

/* --- what the options name --- */

void files_forget(struct options *options, const char *name)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < options->file_count; i++) {
        if (strcmp(options->files[i].row->name, name) != 0)
            options->files[kept++] = options->files[i];
    }
    options->file_count = kept;
}

void files_note(struct options *options, const struct option_row *row, const char *path)
{
    if (row->role == NO_FILE)
        return;
    if (!options_may_be_several(row))
        files_forget(options, row->name);
    assert(options->file_count < OPTION_FILES_MAX);
    options->files[options->file_count++] = (struct option_file){row, path};
}

/* --- what is read and what is written --- */

struct named_file {
    const char *dashes, *name; /* of its option, or that it is an argument */
    const char *path;
    enum file_role role;
};

static struct named_file named_file(const struct options *options, unsigned index)
{
    if (index < options->file_count) {
        const struct option_file *file = &options->files[index];
        return (struct named_file){"--", file->row->name, file->path, file->row->role};
    }
    return (struct named_file){"", "an argument", options->arguments[index - options->file_count],
                               INPUT_FILE};
}

static int refuse(const struct named_file *output, const struct named_file *other,
                  struct error *error)
{
    if (other->role == INPUT_FILE)
        error_set(error, "%s: is a file that is read (%s%s); choose another %s%s", output->path,
                  other->dashes, other->name, output->dashes, output->name);
    else
        error_set(error, "%s: is written by %s%s already; choose another %s%s", output->path,
                  other->dashes, other->name, output->dashes, output->name);
    return 1;
}

/* A survey's file, and what SQLite has beside it; the first of these of any other file. */
static const char *const beside[] = {"", "-wal", "-shm", "-journal"};

static unsigned count_paths(const struct named_file *file)
{
    bool is_survey = *file->dashes == '\0' || strcmp(file->name, "db") == 0;
    return is_survey ? sizeof beside / sizeof *beside : 1;
}

/* SQLite takes the name that a link leads to.  false: too long for a path */
static bool path_of(const struct named_file *file, unsigned index, char ret[PATH_MAX])
{
    char real[PATH_MAX];
    bool is_there = index > 0 && realpath(file->path, real) != NULL;
    int length = snprintf(ret, PATH_MAX, "%s%s", is_there ? real : file->path, beside[index]);
    return length >= 0 && length < PATH_MAX;
}

static bool is_at(const struct named_file *file, const struct place *place)
{
    char path[PATH_MAX];
    struct place own;
    for (unsigned i = 0; i < count_paths(file); i++) {
        if (path_of(file, i, path) && find_place(path, file->role == INPUT_FILE, &own) &&
            is_same_place(place, &own))
            return true;
    }
    return false;
}

/* path: the output's, or that of a file beside it; except: the output's own index */
static int check_output(const struct options *options, unsigned count, unsigned except,
                        const struct named_file *output, const char *path, struct error *error)
{
    struct place place;
    if (!find_place(path, false, &place))
        return 0;
    for (unsigned i = 0; i < count; i++) {
        const struct named_file other = named_file(options, i);
        if (i != except && is_at(&other, &place))
            return refuse(output, &other, error);
    }
    return 0;
}

/* Hours of a survey behind a slip of the hand: no report is worth that. */
static bool is_database(const char *path)
{
    static const char magic[] = "SQLite format 3";
    char start[sizeof magic] = "";
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return false;
    bool is = fread(start, sizeof start, 1, file) == 1 && memcmp(start, magic, sizeof magic) == 0;
    fclose(file);
    return is;
}

static int check_database(const struct named_file *output, struct error *error)
{
    if (strcmp(output->name, "db") == 0 || !is_database(output->path))
        return 0;
    error_set(error, "%s: is a database; choose another %s%s", output->path, output->dashes,
              output->name);
    return 1;
}

int files_check(enum command command, const struct options *options, struct error *error)
{
    bool has_names = (command & (COMMAND_RUN | COMMAND_CHECK | COMMAND_DOCTOR)) == 0;
    unsigned count = options->file_count + (has_names ? (unsigned)options->argument_count : 0);
    char path[PATH_MAX];
    for (unsigned i = 0; i < count; i++) {
        const struct named_file file = named_file(options, i);
        for (unsigned j = 0; j < count_paths(&file) && file.role == OUTPUT_FILE; j++) {
            if (path_of(&file, j, path) && check_output(options, count, i, &file, path, error) != 0)
                return 1;
        }
        if (file.role == OUTPUT_FILE && check_database(&file, error) != 0)
            return 1;
    }
    return 0;
}

int files_check_figure(const struct options *options, const char *path, struct error *error)
{
    const struct named_file output = {"--", "figures", path, OUTPUT_FILE};
    unsigned count = options->file_count + (unsigned)options->argument_count;
    return check_output(options, count, count, &output, path, error);
}
