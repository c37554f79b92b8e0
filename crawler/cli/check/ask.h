/* ask.h - questions that check asks after the survey, of the same resolver, all at once:
 * few domains. */
#ifndef MXSURVEY_CLI_CHECK_ASK_H
#define MXSURVEY_CLI_CHECK_ASK_H

#include "crawler/core/error.h"
#include "crawler/net/lookup/lookup.h"

/* Whom check asks. */
struct asked_resolver {
    uv_loop_t *loop;
    const struct lookup_settings *settings;
    bool gone; /* it went away: nothing is asked of it any more */
};

struct asker {
    struct asked_resolver *resolver;
    struct lookups *lookups;
    unsigned under_way;
    unsigned interrupts; /* before it began */
    bool interrupted;
    uv_timer_t watch;
    unsigned open_handles;
};

/* Calls begin, which counts with asker_expect() what it asks for by lookup_ask(asker->lookups),
 * and comes back when asker_settled() was called as often.  Where the resolver goes away, before
 * that; where it has gone, at once.  0; 1: interrupted; -1 with error. */
int asker_run(struct asker *asker, struct asked_resolver *resolver,
              void (*begin)(struct asker *asker, void *context), void *context,
              struct error *error);

void asker_expect(struct asker *asker);
void asker_settled(struct asker *asker);

#endif
