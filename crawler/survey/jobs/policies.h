/* policies.h - MTA-STS policies for domains: fetched, read, at most so many at once.
 *
 * A domain that waits here holds nothing of the DNS pipeline but its memory, so
 * that slow policy servers hold up no lookups; how many may wait is bounded.
 */
#ifndef MXSURVEY_SURVEY_JOBS_POLICIES_H
#define MXSURVEY_SURVEY_JOBS_POLICIES_H

#include "crawler/core/sts.h"
#include "crawler/net/policy/policy_fetch.h"

struct policies;

enum {
    POLICIES_WAITING_MOST = 16384
};

/* Valid inside the callback that hands it over. */
struct policy_result {
    enum sts_policy_outcome outcome; /* VALID, INVALID, UNAVAILABLE */
    enum sts_detail detail;          /* of one UNAVAILABLE */
    unsigned http_status;            /* 0: none */
    const char *media_type;          /* of the same, hostile octets; NULL: none */
    struct sts_policy policy;        /* of one VALID or INVALID */
    bool passing;                    /* something failed that may pass: worth another try */
    bool tried;                      /* not passed over because others found its server silent */
    struct lookup_answer lookup;     /* of its server's addresses, where one failed */
};

/* Memory of the one who waits. */
struct policy_waiter {
    struct policies *policies; /* of policies.c, as the next three */
    const struct name *domain;
    uint64_t began_ms;
    unsigned afresh; /* times that it was asked afresh */
    void (*ready)(struct policy_waiter *waiter, const struct policy_result *result);
};

/* NULL with error: see policy_fetches_new(). */
struct policies *policies_new(uv_loop_t *loop, struct lookups *lookups,
                              const struct policy_fetch_settings *settings, struct error *error);

bool policies_have_room(const struct policies *policies);

/* Only where there is room.  ready() is called from the loop, never from inside; the name stays
 * where it is until then. */
void policies_ask(struct policies *policies, const struct name *domain,
                  struct policy_waiter *waiter);

/* Drops all without calling back; closed is called later.  Free only after that, and after
 * the lookups are closed too; NULL ok. */
void policies_close(struct policies *policies, void (*closed)(void *context), void *context);
void policies_free(struct policies *policies);

#endif
