/* check.c - `mxsurvey check`: the survey of a few domains, told as a story.
 *
 * The same pipeline and the same rules as `run`, into a file that is thrown away;
 * the story is read from its views.  Its private Unbound outlives the survey: alias
 * hops, and TLSA records that an advice would bring into force, are asked for after it,
 * of the resolver that knows the addresses.  Names are presentation form: printable ASCII.
 */
#include "analysis/document/utf8.h"
#include "crawler/base/interrupt.h"
#include "crawler/base/memory.h"
#include "crawler/cli/check/hidden.h"
#include "crawler/cli/check/hops.h"
#include "crawler/cli/check/print.h"
#include "crawler/cli/check/probe.h"
#include "crawler/cli/cli.h"
#include "crawler/cli/list_names.h"
#include "crawler/survey/resolver.h"
#include "crawler/survey/survey.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PATH_TEXT_MAX = 512,
    FIRST_LOOK_MS = 5000,
};

struct scratch {
    char directory[PATH_TEXT_MAX];
    char list[PATH_TEXT_MAX + 16];
    char db[PATH_TEXT_MAX + 16];
};

static int scratch_open(struct scratch *scratch, struct error *error)
{
    const char *base = getenv("TMPDIR");
    if (base == NULL || *base == '\0')
        base = "/tmp";
    int length =
        snprintf(scratch->directory, sizeof scratch->directory, "%s/mxsurvey-XXXXXX", base);
    if (length >= (int)sizeof scratch->directory || mkdtemp(scratch->directory) == NULL) {
        scratch->directory[0] = '\0';
        return error_set(error, "%s: no directory can be made there: %s; set TMPDIR", base,
                         strerror(errno));
    }
    snprintf(scratch->list, sizeof scratch->list, "%s/list", scratch->directory);
    snprintf(scratch->db, sizeof scratch->db, "%s/check.db", scratch->directory);
    return 0;
}

static void scratch_close(const struct scratch *scratch)
{
    if (scratch->directory[0] == '\0')
        return;
    unlink(scratch->list);
    unlink(scratch->db);
    rmdir(scratch->directory);
}

static int write_name(void *context, const struct list_name *name)
{
    return fprintf(context, "%s\n", name->domain) < 0;
}

/* 2 for one that is no domain name. */
static int write_arguments(const struct options *options, FILE *file, struct error *error)
{
    for (int i = 0; i < options->argument_count; i++) {
        char domain[LIST_DOMAIN_SIZE];
        const char *argument = options->arguments[i];
        const char *reason = list_name_normalize(argument, strlen(argument), domain);
        if (reason != NULL) {
            error_set(error, "check: \"%s\" is no domain name: %s", argument, reason);
            return STATUS_USAGE;
        }
        fprintf(file, "%s\n", domain);
    }
    return STATUS_DONE;
}

/* The arguments and the lists as one list. */
static int write_list(const struct options *options, const struct scratch *scratch,
                      struct error *error)
{
    FILE *file = fopen(scratch->list, "w");
    if (file == NULL) {
        error_set(error, "%s: %s", scratch->list, strerror(errno));
        return STATUS_ERROR;
    }
    int status = write_arguments(options, file, error);
    if (status == STATUS_DONE)
        status = list_names_read(options, write_name, file, error);
    bool failed = ferror(file) != 0;
    if ((fclose(file) != 0 || failed) && (failed || status == STATUS_DONE)) {
        error_set(error, "%s: %s", scratch->list, strerror(errno));
        status = STATUS_ERROR;
    }
    return status;
}

/* What the resolver did meanwhile is none of its faults. */
static int stopped(struct error *error)
{
    error_set(error, "check: interrupted");
    return STATUS_STOPPED;
}

/* A survey waits for a resolver that is away; who asks about a domain does not. */
static int look_at_resolvers(const struct options *options, struct error *error)
{
    const struct settings *settings = &options->settings;
    for (unsigned i = 0; i < settings->resolver_count && interrupt_count() == 0; i++) {
        enum first_look look = resolver_look(settings, i, FIRST_LOOK_MS, error);
        if (interrupt_count() > 0)
            break;
        if (look == LOOK_SILENT || look == LOOK_NOT_RECURSING)
            return STATUS_ERROR;
        if ((look == LOOK_NOT_VALIDATING || look == LOOK_UNPROVEN) &&
            options->log_level >= LOG_WARNING)
            fprintf(stderr, "mxsurvey: %s\n", error->text);
    }
    return interrupt_count() > 0 ? stopped(error) : STATUS_DONE;
}

/* From the begin to the end, as the survey has noted. */
static bool has_validated(sqlite3 *db)
{
    sqlite3_stmt *row;
    if (sqlite3_prepare_v2(db,
                           "SELECT 1 FROM run_info"
                           " WHERE key = 'resolver_validates' AND value <> 'yes'",
                           -1, &row, NULL) != SQLITE_OK)
        return false;
    bool has = sqlite3_step(row) == SQLITE_DONE;
    sqlite3_finalize(row);
    return has;
}

/* --- the story --- */

struct excluded {
    size_t count;
    char **names;
};

static void free_excluded(struct excluded *excluded)
{
    for (size_t i = 0; i < excluded->count; i++)
        free(excluded->names[i]);
    free(excluded->names);
}

/* Of the names in the list only excluded ones get no row.  0, or -1: sqlite3_errmsg(db). */
static int read_excluded(FILE *list, sqlite3 *db, struct excluded *ret)
{
    sqlite3_stmt *row;
    char line[LIST_DOMAIN_SIZE + 1];
    int step = SQLITE_DONE;
    if (sqlite3_prepare_v2(db, "SELECT 1 FROM domains WHERE domain = ?", -1, &row, NULL) !=
        SQLITE_OK)
        return -1;
    while (step >= SQLITE_ROW && fgets(line, sizeof line, list) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        sqlite3_bind_text(row, 1, line, -1, SQLITE_STATIC);
        step = sqlite3_step(row);
        sqlite3_reset(row);
        if (step != SQLITE_DONE)
            continue;
        ret->names = memory_resize(ret->names, ret->count + 1, sizeof *ret->names);
        ret->names[ret->count] = memory_zeroed(1, sizeof line);
        memcpy(ret->names[ret->count++], line, strlen(line));
    }
    sqlite3_finalize(row);
    return step >= SQLITE_ROW ? 0 : -1;
}

static int find_excluded(const struct scratch *scratch, sqlite3 *db, struct excluded *ret)
{
    FILE *list = fopen(scratch->list, "r");
    if (list == NULL)
        return -1;
    int result = read_excluded(list, db, ret);
    fclose(list);
    return result;
}

static int print_form(const struct options *options, struct story *story,
                      const struct excluded *excluded)
{
    const char *const *names = (const char *const *)excluded->names;
    int count = (int)excluded->count;
    if (options->format == FORMAT_JSON)
        return check_print_json(story, names, count, stdout);
    if (options->format == FORMAT_CSV)
        return check_print_csv(story, names, count, stdout);
    story->out = stdout;
    int result = check_print_text(story, names, count);
    if (result == 0 && options->settings.list_count > 0)
        check_print_sum(story, excluded->count);
    return result;
}

static int print_story(const struct options *options, const struct scratch *scratch,
                       struct story *story, struct error *error)
{
    struct excluded excluded = {0};
    char *exclude =
        options->settings.exclude != NULL ? utf8_for_terminal(options->settings.exclude) : NULL;
    int result =
        options->settings.exclude != NULL ? find_excluded(scratch, story->db, &excluded) : 0;
    story->exclude = exclude;
    if (result == 0)
        result = print_form(options, story, &excluded);
    free(exclude);
    free_excluded(&excluded);
    if (result < 0)
        error_set(error, "check: what was found cannot be read: %s", sqlite3_errmsg(story->db));
    else if (result > 0)
        error_set(error, "check: no memory is left");
    return result;
}

/* What check asks besides.  Exit status. */
static int ask_more(const struct options *options, sqlite3 *db, uv_loop_t *loop,
                    const struct lookup_settings *lookup, const struct suffixes *suffixes,
                    struct error *error)
{
    bool believe_ad = settings_believe_ad(&options->settings);
    struct asked_resolver resolver = {.loop = loop, .settings = lookup};
    int result = check_hops(db, &resolver, believe_ad, error);
    if (result == 0)
        result = check_hidden(db, &resolver, suffixes, believe_ad, error);
    if (result > 0)
        error_set(error, "check: interrupted");
    return result == 0 ? STATUS_DONE : result > 0 ? STATUS_STOPPED : STATUS_ERROR;
}

/* What the survey found, as a story: an exit status, or -1 where something is wrong with a
 * domain, or not known of it. */
static int tell(const struct options *options, const struct scratch *scratch, sqlite3 *db,
                uv_loop_t *loop, const struct lookup_settings *lookup, struct error *error)
{
    struct suffixes *suffixes = NULL;
    int status = STATUS_ERROR;
    if (suffixes_open(&suffixes, error) == 0)
        status = ask_more(options, db, loop, lookup, suffixes, error);
    struct story story = {
        .db = db,
        .believe_ad = settings_believe_ad(&options->settings) && has_validated(db),
        .suffixes = suffixes,
        .asked = true,
        .met = options->meeting.asked,
    };
    if (status == STATUS_DONE && print_story(options, scratch, &story, error) != 0)
        status = STATUS_ERROR;
    story_done(&story);
    suffixes_free(suffixes);
    return status == STATUS_DONE && story.worst > SEVERITY_NOTE ? -1 : status;
}

static const char *why_stopped(enum survey_end end)
{
    if (end == SURVEY_RESOLVER_GONE)
        return "check: the resolver does not answer; mxsurvey doctor looks for the reason";
    if (end == SURVEY_NETWORK_GONE)
        return "check: the resolver refuses all names, or the network behind it is gone; mxsurvey "
               "doctor looks for the reason";
    return "check: interrupted";
}

static int survey(const struct options *options, const struct scratch *scratch,
                  const struct lookup_settings *lookup, struct error *error)
{
    struct settings settings = options->settings;
    const struct survey_voice voice = {0};
    struct survey_result result;
    settings.list_count = 1;
    settings.lists[0] = scratch->list;
    settings.list_format = LIST_PLAIN;
    settings.list_column = NULL;
    settings.db = scratch->db;
    settings.hurry = true;
    if (settings.resolver_count == 0) { /* the private Unbound, which runs */
        settings.resolver_count = 1;
        settings.resolver_texts[0] = "the private Unbound";
        settings.resolvers[0] = lookup->resolvers[0];
        settings.root_hints = settings.trust_anchor = settings.unbound_include = NULL;
    }
    if (survey_run(&settings, &voice, &result, error) != 0)
        return STATUS_ERROR;
    if (result.end == SURVEY_FINISHED)
        return STATUS_DONE;
    if (result.end != SURVEY_STORE_FAILED)
        error_set(error, "%s", why_stopped(result.end));
    return STATUS_STOPPED;
}

static int survey_and_tell(const struct options *options, const struct scratch *scratch,
                           struct error *error)
{
    uv_loop_t loop;
    struct unbound *unbound = NULL;
    struct lookup_settings lookup;
    sqlite3 *db = NULL;
    int status = STATUS_ERROR;
    if (resolver_loop(&loop, error) != 0)
        return STATUS_ERROR;
    if (resolver_start(&loop, &options->settings, &unbound, &lookup, error) == 0)
        status = survey(options, scratch, &lookup, error);
    else if (interrupt_count() > 0)
        status = stopped(error);
    if (status == STATUS_DONE && options->meeting.asked)
        status = check_probe(options, scratch->db, &lookup, error);
    if (status == STATUS_DONE) {
        if (sqlite3_open_v2(scratch->db, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK) {
            status = tell(options, scratch, db, &loop, &lookup, error);
        } else {
            error_set(error, "%s: %s", scratch->db, sqlite3_errmsg(db));
            status = STATUS_ERROR;
        }
    }
    sqlite3_close(db);
    resolver_stop(&loop, unbound);
    return status;
}

int cli_check(const struct options *options)
{
    struct scratch scratch;
    struct error error = {""};
    if (options->argument_count == 0 && options->settings.list_count == 0)
        return cli_fail(STATUS_USAGE, "check: which domain? See mxsurvey check --help");
    if (options->meeting.asked != (options->meeting.helo != NULL))
        return cli_fail(STATUS_USAGE, "check: --probe and --helo NAME, or neither; see mxsurvey "
                                      "check --help");
    interrupt_watch();
    int status = STATUS_ERROR;
    if (scratch_open(&scratch, &error) == 0)
        status = write_list(options, &scratch, &error);
    if (status == STATUS_DONE)
        status = look_at_resolvers(options, &error);
    if (status == STATUS_DONE)
        status = survey_and_tell(options, &scratch, &error);
    scratch_close(&scratch);
    if (status < 0)
        return STATUS_ERROR; /* said in the story */
    return status == STATUS_DONE ? STATUS_DONE : cli_fail(status, error.text);
}
