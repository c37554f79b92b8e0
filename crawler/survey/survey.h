/* survey.h - a run from its settings to its file: the one function of `run`. */
#ifndef MXSURVEY_SURVEY_SURVEY_H
#define MXSURVEY_SURVEY_SURVEY_H

#include "crawler/survey/load.h"
#include "crawler/survey/pipeline.h"
#include "crawler/survey/settings.h"

enum survey_end {
    SURVEY_FINISHED,
    SURVEY_WAS_FINISHED, /* the file was finished before: nothing done */
    SURVEY_INTERRUPTED,  /* the rest: stopped before the end, all so far is stored */
    SURVEY_NOT_BEGUN,    /* stopped while the lists were read: nothing is stored */
    SURVEY_RESOLVER_GONE,
    SURVEY_STORE_FAILED, /* error says how */
};

struct survey_result {
    enum survey_end end;
    /* of the whole run, other parts of it too; unless SURVEY_NOT_BEGUN or SURVEY_STORE_FAILED */
    uint64_t domains, done; /* to be surveyed, and surveyed */
    uint64_t unanswered;    /* of those done: mx_outcome `failed` */
    struct load_rejects rejects;
};

/* What the run has to say while it goes on; any may be NULL. */
struct survey_voice {
    /* once, when the file is this run's and no other's; -1 with error: no run */
    int (*opened)(void *context, struct error *error);
    void (*say)(void *context, const char *line); /* one line, no newline */
    /* every second, and once when the last domain is done or the run stops */
    void (*progress)(void *context, const struct pipeline_progress *progress);
    void *context;
};

/* Surveys settings->lists into settings->db.  0 with *ret; -1 with error: the
 * run could not begin.  Watches for interrupt_count(). */
int survey_run(const struct settings *settings, const struct survey_voice *voice,
               struct survey_result *ret, struct error *error);

#endif
