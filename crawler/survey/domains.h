/* domains.h - domain jobs: from a listed name to its stored rows.
 *
 *     asking MX -> (no MX: the domain itself is its host) -> waiting for hosts
 *               -> judged -> stored, or deferred to the last pass
 *
 * A job is deferred when a lookup of its own or of one of its hosts failed in the
 * first pass: nothing is stored, the last pass meets the name again.
 */
#ifndef MXSURVEY_SURVEY_DOMAINS_H
#define MXSURVEY_SURVEY_DOMAINS_H

#include "crawler/survey/hosts.h"

struct domains;

struct domains_settings {
    struct lookups *lookups;
    struct store *store;
    struct hosts *hosts;
    bool believe_ad;
    void (*finished)(void *context); /* after each job, from the loop */
    void *context;
};

struct domain_counters {
    unsigned under_way;
    uint64_t stored;   /* in this start of the program */
    uint64_t answered; /* of these: whose MX lookup did not fail */
    uint64_t failed;
    uint64_t deferred;
};

struct domains *domains_new(const struct domains_settings *settings);
void domains_free(struct domains *domains); /* drops unfinished jobs; NULL ok */

void domains_last_pass(struct domains *domains);
void domains_start(struct domains *domains, const struct store_domain *domain);
const struct domain_counters *domains_counters(const struct domains *domains);

#endif
