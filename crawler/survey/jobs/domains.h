/* domains.h - domain jobs: from a listed name to its stored rows.
 *
 *     asking MX -> (no MX: the domain itself is its host) -> waiting for hosts
 *               -> (with an MTA-STS record: waiting for its policy)
 *               -> judged -> stored, or deferred to the next pass
 *
 * The TXT records of MTA-STS and TLSRPT are asked for beside the hosts (of a domain
 * without MX once it is known to be a mail host).  A policy comes last of all: a job
 * that waits for one holds no place among those under way.
 *
 * A job is deferred when a lookup of its own or of one of its hosts failed for the first time, or
 * its policy server was not reached for the first time, or, in the first pass, too many wait for
 * policies: nothing is stored, the next pass meets the name again.
 */
#ifndef MXSURVEY_SURVEY_JOBS_DOMAINS_H
#define MXSURVEY_SURVEY_JOBS_DOMAINS_H

#include "crawler/survey/jobs/domain_sts.h"
#include "crawler/survey/jobs/hosts.h"

struct domains;

struct domains_settings {
    struct lookups *lookups;
    struct store *store;
    struct hosts *hosts;
    const struct suffixes *suffixes;
    bool believe_ad;
    struct policies *policies;       /* NULL: neither MTA-STS nor TLSRPT is asked about */
    const struct exclude *exclude;   /* or NULL */
    void (*finished)(void *context); /* after each job, from the loop */
    void *context;
};

struct domain_counters {
    unsigned under_way;    /* but those that wait for policies */
    unsigned for_policies; /* that wait for policies */
    uint64_t stored;       /* in this start of the program */
    uint64_t answered;     /* of these: whose MX lookup did not fail */
    uint64_t failed;
    uint64_t deferred;
};

struct domains *domains_new(const struct domains_settings *settings);
void domains_free(struct domains *domains); /* drops unfinished jobs; NULL ok */

void domains_begin_pass(struct domains *domains,
                        bool last); /* last: in this one none is deferred */
void domains_start(struct domains *domains, const struct store_domain *domain);
const struct domain_counters *domains_counters(const struct domains *domains);

#endif
