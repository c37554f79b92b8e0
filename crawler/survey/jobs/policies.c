#include "crawler/survey/jobs/policies.h"

#include "crawler/base/memory.h"

#include <assert.h>
#include <stdlib.h>

struct policies {
    struct policy_fetches *fetches;
    unsigned waiting;
};

/* A lookup may fail by chance, whatever became of the fetch by the other one's addresses, and so
 * may a connection; what was answered stays so. */
static bool may_pass(const struct policy_fetch_result *fetched)
{
    return fetched->lookup.failure != FAILURE_NONE || fetched->detail == STS_DETAIL_CONNECT ||
           fetched->detail == STS_DETAIL_TIMEOUT;
}

static void on_fetched(void *context, const struct policy_fetch_result *fetched)
{
    struct policy_waiter *waiter = context;
    struct policy_result result = {
        .outcome = STS_POLICY_UNAVAILABLE,
        .detail = fetched->detail,
        .http_status = fetched->http_status,
        .media_type = fetched->media_type,
        .passing = may_pass(fetched),
        .lookup = fetched->lookup,
    };
    if (fetched->detail == STS_DETAIL_NONE) {
        sts_policy_read((const char *)fetched->body, fetched->length, &result.policy);
        result.outcome = result.policy.outcome;
    }
    waiter->policies->waiting--;
    waiter->ready(waiter, &result);
}

bool policies_have_room(const struct policies *policies)
{
    return policies->waiting < POLICIES_WAITING_MOST;
}

void policies_ask(struct policies *policies, const struct name *domain,
                  struct policy_waiter *waiter)
{
    assert(policies_have_room(policies));
    policies->waiting++;
    waiter->policies = policies;
    policy_fetch_ask(policies->fetches, domain, on_fetched, waiter);
}

struct policies *policies_new(uv_loop_t *loop, struct lookups *lookups,
                              const struct policy_fetch_settings *settings, struct error *error)
{
    struct policies *policies = memory_zeroed(1, sizeof *policies);
    policies->fetches = policy_fetches_new(loop, lookups, settings, error);
    if (policies->fetches == NULL) {
        free(policies);
        return NULL;
    }
    return policies;
}

void policies_close(struct policies *policies, void (*closed)(void *context), void *context)
{
    policy_fetches_close(policies->fetches, closed, context);
}

void policies_free(struct policies *policies)
{
    if (policies == NULL)
        return;
    policy_fetches_free(policies->fetches);
    free(policies);
}
