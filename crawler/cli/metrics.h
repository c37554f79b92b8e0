/* metrics.h - the run's counters for Prometheus, by way of node_exporter's textfile
 * collector: a file in the text format, replaced whole, so that a reader never sees half
 * of one.
 */
#ifndef MXSURVEY_CLI_METRICS_H
#define MXSURVEY_CLI_METRICS_H

#include "crawler/survey/pipeline.h"

enum metrics_state {
    METRICS_RUNNING,
    METRICS_FINISHED,
    METRICS_STOPPED, /* before the end: exit status 3 */
    METRICS_FAILED,  /* exit status 1 */
    METRICS_STATES
};

struct metrics {
    const char *path;
    const char *db;      /* label of every sample: several runs may share a collector */
    uint64_t started_at; /* Unix seconds */
    uint64_t written_ms; /* elapsed_ms of the last time */
    bool known;          /* progress is */
    struct pipeline_progress progress;
    bool failed; /* said: writing goes on being tried, quietly */
};

/* Writes the file for the first time.  -1 with error where that cannot be, or where another
 * file would be lost: nothing is changed then. */
int metrics_begin(struct metrics *metrics, const char *path, const char *db, struct error *error);

/* Notes the figures; every few seconds writes them.  -1 with error the first time that this
 * fails, later failures are passed over. */
int metrics_update(struct metrics *metrics, const struct pipeline_progress *progress,
                   struct error *error);

/* Writes how the run ended; as metrics_update(). */
int metrics_end(struct metrics *metrics, enum metrics_state state, struct error *error);

#endif
