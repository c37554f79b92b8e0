/* domain_sts.h - the part of a domain job that asks for MTA-STS and TLSRPT: its two
 * TXT records, and the row that these and its policy make.
 */
#ifndef MXSURVEY_SURVEY_JOBS_DOMAIN_STS_H
#define MXSURVEY_SURVEY_JOBS_DOMAIN_STS_H

#include "crawler/store/store.h"
#include "crawler/survey/exclude.h"
#include "crawler/survey/jobs/policies.h"

struct domain_sts_settings {
    struct lookups *lookups;
    struct store *store;
    const struct exclude *exclude; /* or NULL */
};

/* Zeroed: nothing asked. */
struct domain_sts {
    void (*ready)(void *context);
    void *context;
    bool asked;
    struct sts_record record;
    struct lookup_answer record_lookup; /* where it failed, as the next */
    enum tlsrpt tlsrpt;
    struct lookup_answer tlsrpt_lookup;
};

/* Asks for both records; ready(context) comes from the loop for each question put.
 * Returns their number: excluded names are not asked for, names that have no room are not
 * there. */
unsigned domain_sts_ask(const struct domain_sts_settings *settings, struct domain_sts *sts,
                        const struct name *domain, void (*ready)(void *context), void *context);

/* Lookups that have failed so far: a bit for each, by enum deferred_lookup. */
unsigned domain_sts_failed(const struct domain_sts *sts);

/* The domain, `id` of the store, comes again in the next pass: keeps why lookups failed so far.
 * result: of the policy, or NULL. */
void domain_sts_defer(const struct domain_sts_settings *settings, const struct domain_sts *sts,
                      uint64_t id, const struct policy_result *result);

/* Stores the lookups that failed, with what was kept of them. */
void domain_sts_put_failures(const struct domain_sts_settings *settings,
                             const struct domain_sts *sts, uint64_t id, const struct name *domain,
                             const struct policy_result *result);

/* A row's words, and *ret_row where there was a record; matches has room for the domain's
 * count exchanges, filled in by their names and targets (NULL: no alias, or one of a name that
 * cannot be: that matches nothing). */
struct sts_exchange {
    const struct name *exchange, *target;
    bool alias;
};
void domain_sts_judge(const struct domain_sts *sts, const struct policy_result *result,
                      const struct sts_exchange *exchanges, unsigned count,
                      struct sts_match *matches, struct domain_row *row, struct sts_row *ret_row);

#endif
