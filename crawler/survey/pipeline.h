/* pipeline.h - keeps the resolver busy with what is left, until nothing is.
 *
 * In passes: all that is left, then, a while later, what failed, as long as lookups fail for the
 * first time; four at most.  New domains start whenever the wire has room and the store keeps up;
 * the number of jobs is bounded, so memory is, however slow the hosts they wait for are.  Domains
 * that wait for MTA-STS policies are bounded by themselves (policies.h) and hold up none.
 */
#ifndef MXSURVEY_SURVEY_PIPELINE_H
#define MXSURVEY_SURVEY_PIPELINE_H

#include "crawler/survey/jobs/domains.h"

struct pipeline;

struct pipeline_settings {
    uv_loop_t *loop;
    struct store *store;
    const struct lookup_settings *lookup;
    const struct exclude *exclude; /* or NULL */
    const struct suffixes *suffixes;
    bool believe_ad;
    enum tlsa_policy tlsa_policy;
    const struct policy_fetch_settings *sts; /* NULL: MTA-STS and TLSRPT are not asked about */
    uint64_t limit;                          /* domains of the run to survey in all, 0: all */
    bool wait_for_next_pass;                 /* until it can tell something new */
    unsigned patience_ms;                    /* for a resolver that does not answer */
    /* how the private resolver does: -1 when it is lost; NULL without one */
    int (*resolver_restarts)(void *context);
    /* called once, from the loop, when the pipeline has come to rest */
    void (*ended)(void *context);
    void *context;
};

enum pipeline_end {
    PIPELINE_RUNNING,
    PIPELINE_FINISHED,      /* nothing is left */
    PIPELINE_STOPPED,       /* pipeline_stop() */
    PIPELINE_RESOLVER_GONE, /* it did not answer for patience_ms */
    PIPELINE_NETWORK_GONE,  /* it did, the network behind it was gone so long */
    PIPELINE_STORE_FAILED,  /* see store_failed() */
    PIPELINE_NOT_BEGUN,     /* of pipeline_new(): error says why */
};

struct pipeline_progress {
    uint64_t done, total;     /* domains, of the whole run */
    unsigned pass;            /* from 1 on */
    uint64_t deferred;        /* domains, to the next pass */
    uint64_t next_pass_in_ms; /* while it is waited for */
    uint64_t elapsed_ms;      /* of this start of the program */
    uint64_t longest_turn_us; /* of the event loop, in CPU time */
    struct domain_counters domains;
    struct lookup_counters lookups;
    struct store_queue queue;
    unsigned resolver_restarts; /* of the private Unbound */
};

struct pipeline *pipeline_new(const struct pipeline_settings *settings, struct error *error);
void pipeline_start(struct pipeline *pipeline);

/* Starts no further domains; ends when those under way are done, or a few
 * seconds later without them.  A second call ends at once, and so does the first while no resolver
 * can be asked. */
void pipeline_stop(struct pipeline *pipeline);

enum pipeline_end pipeline_ended(const struct pipeline *pipeline);
void pipeline_progress(const struct pipeline *pipeline, struct pipeline_progress *ret);

/* Closes all handles (run the loop until closed comes), then free. */
void pipeline_close(struct pipeline *pipeline, void (*closed)(void *context), void *context);
void pipeline_free(struct pipeline *pipeline); /* NULL ok */

#endif
