/* coverage.c - how often the intervals of analysis/statistics hold what they are of.
 *
 *     coverage [--samples N] [--jobs N]
 *
 * Rows are parted among the jobs, each a process; the same seeds give the same numbers.  Exit
 * status 1: a row, but for known limits, holds less than 93 %, is over 10 % wider or narrower than
 * was given, or refutes the truth at 0.05 in more than 5 %.
 */
#include <getopt.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "coverage.h"

enum {
    FIRST_SEED = 101,
    SAMPLES = 4000,
    SAMPLES_ENOUGH = 2000,
    SAMPLES_MAX = 1000000,
    ROWS_MAX = 64
};

struct result {
    double coverage, width; /* percent; median */
    double rejected;        /* percent of p-values below 0.05 */
};

static struct result measure(const struct row *row, unsigned long seed, size_t samples)
{
    double *widths = calloc(samples, sizeof *widths);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    size_t held = 0, rejected = 0;
    if (widths == NULL)
        exit(2);
    gsl_rng_set(rng, seed);
    for (size_t i = 0; i < samples; i++) {
        struct trial trial = row->trial(rng, row);
        held += trial.held;
        rejected += trial.p < 0.05;
        widths[i] = trial.width;
    }
    gsl_sort(widths, 1, samples);
    struct result result = {
        .coverage = 100 * (double)held / (double)samples,
        .width = gsl_stats_median_from_sorted_data(widths, 1, samples),
        .rejected = 100 * (double)rejected / (double)samples,
    };
    gsl_rng_free(rng);
    free(widths);
    return result;
}

/* The rows of one job: every jobs-th */
static void measure_rows(size_t job, size_t jobs, size_t samples, struct result *results)
{
    size_t number = 0;
    for (size_t i = 0; i < COVERAGE_TABLE_COUNT; i++) {
        for (size_t j = 0; j < COVERAGE_TABLES[i].length; j++, number++) {
            if (number % jobs == job)
                results[number] =
                    measure(&COVERAGE_TABLES[i].rows[j], FIRST_SEED + number, samples);
        }
    }
}

static void measure_all(size_t jobs, size_t samples, struct result *results)
{
    int status, failed = 0;
    for (size_t job = 0; job < jobs; job++) {
        pid_t child = fork();
        if (child == 0) {
            measure_rows(job, jobs, samples, results);
            _exit(0);
        }
        failed |= child < 0;
    }
    while (wait(&status) > 0)
        failed |= status != 0;
    if (failed != 0) {
        fputs("coverage: a job failed\n", stderr);
        exit(2);
    }
}

/* With few samples chance gets room: two standard errors, and twice the difference in width. */
static bool is_good(const struct row *row, const struct result *result, bool tested, size_t samples)
{
    double room = samples < SAMPLES_ENOUGH ? 200 * sqrt(0.93 * 0.07 / (double)samples) : 0;
    double differ = samples < SAMPLES_ENOUGH ? 0.2 : 0.1;
    if (row->limit)
        return true;
    if (result->coverage < 93 - room || (tested && result->rejected > 5 + room))
        return false;
    return row->given_width == 0 || fabs(result->width / row->given_width - 1) <= differ;
}

/* A table's columns besides the first four */
static bool has_given(const struct table *table)
{
    return table->rows[0].given_width > 0;
}

static bool print_row(const struct table *table, const struct row *row, unsigned long seed,
                      const struct result *result, size_t samples)
{
    bool good = is_good(row, result, table->tested, samples);
    printf("| %-42s | %4lu | %10.1f | %12.4f |", row->name, seed, result->coverage, result->width);
    if (has_given(table))
        printf(" %5.1f | %6.4f |", row->given_coverage, row->given_width);
    if (table->tested)
        printf(" %6.1f |", result->rejected);
    printf("%s\n", good ? "" : " MISSED");
    return good;
}

/* Tables in Markdown: tests/bench/README.md has them. */
static int print(const struct result *results, size_t samples)
{
    size_t number = 0;
    int missed = 0;
    for (size_t i = 0; i < COVERAGE_TABLE_COUNT; i++) {
        const struct table *table = &COVERAGE_TABLES[i];
        printf("\n| %-42s | seed | coverage %% | median width |%s%s\n", table->title,
               has_given(table) ? " given | width  |" : "", table->tested ? " p<.05% |" : "");
        printf("| --- | --- | --- | --- |%s%s\n", has_given(table) ? " --- | --- |" : "",
               table->tested ? " --- |" : "");
        for (size_t j = 0; j < table->length; j++, number++)
            missed +=
                !print_row(table, &table->rows[j], FIRST_SEED + number, &results[number], samples);
    }
    return missed;
}

static size_t number_of(const char *text, size_t most)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    if (*end != '\0' || number < 1 || number > most) {
        fprintf(stderr, "coverage: %s: a number from 1 to %zu\n", text, most);
        exit(2);
    }
    return number;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"samples", required_argument, NULL, 's'}, {"jobs", required_argument, NULL, 'j'}, {0}};
    size_t samples = SAMPLES, jobs = 1;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 's')
            samples = number_of(optarg, SAMPLES_MAX);
        else if (option == 'j')
            jobs = number_of(optarg, ROWS_MAX);
        else
            return 2;
    }
    struct result *results = mmap(NULL, ROWS_MAX * sizeof *results, PROT_READ | PROT_WRITE,
                                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (results == MAP_FAILED) {
        perror("coverage");
        return 2;
    }
    printf("%zu samples of each population, generator mt19937\n", samples);
    fflush(stdout);
    measure_all(jobs, samples, results);
    return print(results, samples) > 0 ? 1 : 0;
}
