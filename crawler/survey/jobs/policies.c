#include "crawler/survey/jobs/policies.h"

#include "crawler/base/memory.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    AFRESH_MAX = 6,        /* times that one fetch is made afresh */
    MEDIA_TYPE_SIZE = 401, /* what is stored of it: 100 characters in UTF-8 */
};

/* No server answered, and it is not known yet whether that is the network's doing: what is kept of
 * the fetch meanwhile. */
struct unproven {
    struct network_doubt doubt; /* first: settled() gets it */
    struct unproven *previous, *next;
    struct policy_waiter *waiter;
    struct policy_result result;
    char media_type[MEDIA_TYPE_SIZE];
};

struct policies {
    struct policy_fetches *fetches;
    struct lookups *lookups;
    uv_loop_t *loop;
    struct unproven *unproven;
    unsigned waiting;
};

/* A lookup may fail by chance, whatever became of the fetch by the other one's addresses, and so
 * may a connection; what was answered stays so, but for what is only of the moment. */
static bool may_pass(const struct policy_fetch_result *fetched)
{
    return fetched->lookup.failure != FAILURE_NONE || !fetched->answered ||
           sts_status_is_for_now(fetched->http_status);
}

static void ready(struct policy_waiter *waiter, const struct policy_result *result)
{
    waiter->policies->waiting--;
    waiter->ready(waiter, result);
}

static void fetch(struct policy_waiter *waiter);

static void forget(struct policies *policies, struct unproven *unproven)
{
    if (unproven->previous != NULL)
        unproven->previous->next = unproven->next;
    else
        policies->unproven = unproven->next;
    if (unproven->next != NULL)
        unproven->next->previous = unproven->previous;
    free(unproven);
}

static void on_settled(struct network_doubt *doubt, bool stands)
{
    struct unproven *unproven = (struct unproven *)doubt;
    struct policy_waiter *waiter = unproven->waiter;
    struct policies *policies = waiter->policies;
    if (stands) {
        ready(waiter, &unproven->result);
    } else {
        policy_fetches_forget_silences(policies->fetches);
        waiter->afresh++;
        fetch(waiter);
    }
    forget(policies, unproven);
}

static void doubt(struct policy_waiter *waiter, const struct policy_result *result)
{
    struct policies *policies = waiter->policies;
    struct unproven *unproven = memory_zeroed(1, sizeof *unproven);
    unproven->waiter = waiter;
    unproven->result = *result;
    if (result->media_type != NULL) {
        snprintf(unproven->media_type, sizeof unproven->media_type, "%s", result->media_type);
        unproven->result.media_type = unproven->media_type;
    }
    unproven->doubt = (struct network_doubt){
        .began_ms = waiter->began_ms,
        .failed_ms = uv_now(policies->loop),
        .settled = on_settled,
    };
    unproven->next = policies->unproven;
    if (unproven->next != NULL)
        unproven->next->previous = unproven;
    policies->unproven = unproven;
    lookups_doubt_network(policies->lookups, &unproven->doubt);
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
        .tried = fetched->tried,
        .lookup = fetched->lookup,
    };
    if (fetched->detail == STS_DETAIL_NONE) {
        sts_policy_read((const char *)fetched->body, fetched->length, &result.policy);
        result.outcome = result.policy.outcome;
    }
    if (!fetched->answered && waiter->afresh < AFRESH_MAX)
        doubt(waiter, &result);
    else
        ready(waiter, &result);
}

static void fetch(struct policy_waiter *waiter)
{
    struct policies *policies = waiter->policies;
    waiter->began_ms = uv_now(policies->loop);
    policy_fetch_ask(policies->fetches, waiter->domain, on_fetched, waiter);
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
    waiter->domain = domain;
    waiter->afresh = 0;
    fetch(waiter);
}

struct policies *policies_new(uv_loop_t *loop, struct lookups *lookups,
                              const struct policy_fetch_settings *settings, struct error *error)
{
    struct policies *policies = memory_zeroed(1, sizeof *policies);
    policies->loop = loop;
    policies->lookups = lookups;
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
    while (policies->unproven != NULL)
        forget(policies, policies->unproven);
    free(policies);
}
