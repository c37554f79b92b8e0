#include "crawler/cli/metrics.h"

#include "crawler/core/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    WRITE_MS = 5000, /* collectors look every 15 s or less often */
};

#define PREFIX "mxsurvey_"
static const char first_words[] = "# HELP " PREFIX;

/* --- the text format --- */

static void family(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n", name, help, name, type);
}

/* {db="...", more}: as a terminal shows it, so that it is UTF-8 and no two files have the same;
 * quotes and backslashes escaped. */
static void labels(FILE *out, const char *db, const char *more)
{
    char shown[UTF8_SHOWN_MAX];
    fputs("{db=\"", out);
    while (*db != '\0') {
        db += utf8_show(db, shown);
        for (const char *octet = shown; *octet != '\0'; octet++) {
            if (*octet == '"' || *octet == '\\')
                fputc('\\', out);
            fputc(*octet, out);
        }
    }
    fprintf(out, "\"%s}", more);
}

static void sample(FILE *out, const struct metrics *metrics, const char *name, const char *more,
                   uint64_t value)
{
    fprintf(out, PREFIX "%s", name);
    labels(out, metrics->db, more);
    fprintf(out, " %" PRIu64 "\n", value);
}

static void single(FILE *out, const struct metrics *metrics, const char *name, const char *type,
                   const char *help, uint64_t value)
{
    family(out, name, type, help);
    sample(out, metrics, name, "", value);
}

static void print_run(const struct metrics *metrics, enum metrics_state state, FILE *out)
{
    static const char *const words[] = {"running", "finished", "stopped", "failed"};
    char more[64];
    family(out, "build_info", "gauge", "The program; always 1.");
    sample(out, metrics, "build_info", ",version=\"" MXSURVEY_VERSION "\"", 1);
    single(out, metrics, "start_time_seconds", "gauge",
           "When this start of the run began, Unix time.", metrics->started_at);
    family(out, "run_state", "gauge", "1 for the state that the run is in.");
    for (enum metrics_state other = 0; other < METRICS_STATES; other++) {
        snprintf(more, sizeof more, ",state=\"%s\"", words[other]);
        sample(out, metrics, "run_state", more, other == state);
    }
}

static void print_domains(const struct metrics *metrics, FILE *out)
{
    const struct pipeline_progress *progress = &metrics->progress;
    const struct domain_counters *domains = &progress->domains;
    single(out, metrics, "domains", "gauge", "Domains of the run.", progress->total);
    single(out, metrics, "domains_left", "gauge", "Domains without a row so far.",
           progress->total - progress->done);
    single(out, metrics, "domains_under_way", "gauge", "Domains begun and not judged yet.",
           domains->under_way);
    family(out, "domains_stored_total", "counter",
           "Domains stored since this start, by what became of their MX lookup.");
    sample(out, metrics, "domains_stored_total", ",result=\"answered\"", domains->answered);
    sample(out, metrics, "domains_stored_total", ",result=\"failed\"", domains->failed);
    single(out, metrics, "domains_deferred_total", "counter",
           "Domains put off to a further pass since this start.", domains->deferred);
    single(out, metrics, "pass", "gauge", "Pass over the list: 1, or more for what failed before.",
           progress->pass);
}

static void print_lookups(const struct metrics *metrics, FILE *out)
{
    static const char name[] = "lookups_total";
    char more[128];
    family(out, name, "counter",
           "Lookups settled since this start, by type and outcome (a failed one by its failure).");
    for (enum lookup_type type = 0; type < LOOKUP_TYPES; type++) {
        const struct lookup_settled *settled = &metrics->progress.lookups.settled[type];
        for (enum outcome outcome = OUTCOME_ANSWER; outcome < OUTCOME_FAILED; outcome++) {
            snprintf(more, sizeof more, ",type=\"%s\",outcome=\"%s\"", lookup_type_word(type),
                     outcome_word(outcome));
            sample(out, metrics, name, more, settled->by_outcome[outcome]);
        }
        for (enum failure failure = FAILURE_TIMEOUT; failure <= FAILURE_LAST; failure++) {
            snprintf(more, sizeof more, ",type=\"%s\",outcome=\"%s\"", lookup_type_word(type),
                     failure_word(failure));
            sample(out, metrics, name, more, settled->by_failure[failure]);
        }
    }
}

static void print_questions(const struct metrics *metrics, FILE *out)
{
    const struct lookup_counters *lookups = &metrics->progress.lookups;
    single(out, metrics, "questions_total", "counter",
           "Questions put on the wire since this start; several may settle one lookup.",
           lookups->asked);
    single(out, metrics, "answers_total", "counter", "Answers received since this start.",
           lookups->answered);
    single(out, metrics, "lookups_joined_total", "counter",
           "Lookups that joined one under way since this start.", lookups->joined);
    single(out, metrics, "questions_in_flight", "gauge", "Questions on the wire.",
           lookups->in_flight);
    single(out, metrics, "lookups_waiting", "gauge", "Lookups that are not on the wire yet.",
           lookups->waiting);
    single(
        out, metrics, "questions_lost_total", "counter",
        "Questions that got lost on the way to a resolver and were sent again, since this start.",
        lookups->lost);
    single(out, metrics, "stray_answers_total", "counter",
           "Answers to no question, since this start: late ones, or forged.", lookups->strays);
    single(
        out, metrics, "network_probes_total", "counter",
        "Questions about names that cannot exist, to see whether the network behind the resolver "
        "is there, since this start.",
        lookups->probes);
    single(out, metrics, "resolver_paused", "gauge",
           "1 while no resolver answers, or the network behind it is gone, else 0.",
           lookups->pause != PAUSE_NONE);
    single(out, metrics, "resolver_pauses_total", "counter",
           "Times that no resolver answered, or the network behind it was gone, since this start.",
           lookups->pauses);
    single(out, metrics, "resolver_restarts_total", "counter",
           "Times that the private Unbound was started again, since this start.",
           metrics->progress.resolver_restarts);
}

static void print_text(const struct metrics *metrics, enum metrics_state state, FILE *out)
{
    const struct store_queue *queue = &metrics->progress.queue;
    print_run(metrics, state, out);
    if (!metrics->known)
        return;
    print_domains(metrics, out);
    print_lookups(metrics, out);
    print_questions(metrics, out);
    single(out, metrics, "writer_queue_batches", "gauge",
           "Batches of rows on their way into the file; new domains wait while there are 2.",
           queue->batches);
    single(out, metrics, "writer_batch_rows", "gauge", "Rows of the batch that is being filled.",
           queue->rows);
}

/* --- the file --- */

/* A new file beside it, of a name that nobody has and no collector reads (*.prom): its
 * descriptor, or -1. */
static int open_beside(const struct metrics *metrics, char ret_path[PATH_MAX])
{
    int length = snprintf(ret_path, PATH_MAX, "%s.XXXXXX", metrics->path);
    if (length >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = mkostemp(ret_path, O_CLOEXEC);
    mode_t mask = umask(0);
    umask(mask);
    if (fd >= 0)
        fchmod(fd, 0644 & ~mask);
    return fd;
}

static int replace(const struct metrics *metrics, enum metrics_state state)
{
    char path[PATH_MAX];
    int fd = open_beside(metrics, path);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (file == NULL) {
        if (fd >= 0) {
            close(fd);
            unlink(path);
        }
        return -1;
    }
    print_text(metrics, state, file);
    bool written = fflush(file) == 0 && ferror(file) == 0;
    int reason = errno;
    if (fclose(file) == 0 && written && rename(path, metrics->path) == 0)
        return 0;
    reason = written ? errno : reason;
    unlink(path);
    errno = reason;
    return -1;
}

/* A slip must not cost a list or a survey: only what is ours is replaced. */
static bool is_replaceable(const char *path)
{
    char words[sizeof first_words - 1];
    struct stat status;
    if (stat(path, &status) != 0)
        return true; /* writing tells what is wrong, if anything */
    int fd = S_ISREG(status.st_mode) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t got = fd >= 0 ? read(fd, words, sizeof words) : -1;
    if (fd >= 0)
        close(fd);
    return got == 0 ||
           (got == (ssize_t)sizeof words && memcmp(words, first_words, sizeof words) == 0);
}

int metrics_begin(struct metrics *metrics, const char *path, const char *db, struct error *error)
{
    *metrics = (struct metrics){.path = path, .db = db, .started_at = (uint64_t)time(NULL)};
    if (!is_replaceable(path))
        return error_set(error,
                         "--metrics: %s: there is something else, which would be lost; "
                         "name another file",
                         path);
    if (replace(metrics, METRICS_RUNNING) != 0)
        return error_set(error, "--metrics: %s: cannot be written: %s", path, strerror(errno));
    return 0;
}

static int write_again(struct metrics *metrics, enum metrics_state state, struct error *error)
{
    if (replace(metrics, state) == 0 || metrics->failed)
        return 0;
    metrics->failed = true;
    return error_set(error, "--metrics: %s: cannot be written: %s; the survey goes on",
                     metrics->path, strerror(errno));
}

int metrics_update(struct metrics *metrics, const struct pipeline_progress *progress,
                   struct error *error)
{
    bool first = !metrics->known;
    metrics->progress = *progress;
    metrics->known = true;
    if (!first && progress->elapsed_ms - metrics->written_ms < WRITE_MS)
        return 0;
    metrics->written_ms = progress->elapsed_ms;
    return write_again(metrics, METRICS_RUNNING, error);
}

int metrics_end(struct metrics *metrics, enum metrics_state state, struct error *error)
{
    return write_again(metrics, state, error);
}
