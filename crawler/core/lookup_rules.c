#include "crawler/core/lookup_rules.h"

static struct lookup_step next(enum lookup_action action)
{
    return (struct lookup_step){.action = action};
}

/* With CD=1 only two things are to be learned: data, or none. */
static struct lookup_step failed(const struct lookup_stage *stage, enum failure failure)
{
    return (struct lookup_step){
        .action = LOOKUP_DONE,
        .outcome = OUTCOME_FAILED,
        .failure = stage->round == LOOKUP_UNCHECKED ? FAILURE_SERVFAIL : failure,
    };
}

static struct lookup_step servfail(const struct lookup_stage *stage)
{
    switch (stage->round) {
    case LOOKUP_FIRST:
        return next(LOOKUP_ASK_ROUND);
    case LOOKUP_UNCHECKED:
        break;
    case LOOKUP_ONCE_MORE:
        return failed(stage, FAILURE_BOGUS);
    }
    return failed(stage, FAILURE_SERVFAIL);
}

static struct lookup_step answered(const struct lookup_stage *stage,
                                   const struct reply_facts *facts)
{
    if (facts->outcome == OUTCOME_FAILED)
        return facts->failure == FAILURE_SERVFAIL ? servfail(stage) : failed(stage, facts->failure);
    if (stage->round == LOOKUP_UNCHECKED)
        return next(LOOKUP_ASK_ROUND); /* the rcode says enough: TC does not matter */
    if (facts->truncated)
        return stage->tcp ? failed(stage, FAILURE_MALFORMED) : next(LOOKUP_ASK_TCP);
    return (struct lookup_step){.action = LOOKUP_DONE, .outcome = facts->outcome};
}

/* No answer: is that the domain's doing, or the resolver's? */
static struct lookup_step unanswered(const struct lookup_stage *stage,
                                     const struct reply_facts *facts)
{
    switch (facts->resolver) {
    case RESOLVER_AWAY:
        return next(LOOKUP_ASK_AFRESH);
    case RESOLVER_DOUBTED:
        return next(LOOKUP_HOLD);
    case RESOLVER_ANSWERS:
        break;
    }
    if (facts->kind == REPLY_CUT_SHORT)
        return next(LOOKUP_GO_ON);
    if (facts->kind == REPLY_UNREACHABLE && stage->tries_left > 0)
        return next(LOOKUP_ASK_AGAIN);
    if (facts->kind == REPLY_SILENCE && facts->unreadable && !stage->tcp &&
        stage->round != LOOKUP_UNCHECKED)
        return next(LOOKUP_ASK_TCP);
    return failed(stage, facts->unreadable ? FAILURE_MALFORMED : FAILURE_TIMEOUT);
}

struct lookup_step lookup_next(const struct lookup_stage *stage, const struct reply_facts *facts)
{
    switch (facts->kind) {
    case REPLY_ANSWER:
        return answered(stage, facts);
    case REPLY_UNREADABLE:
        if (stage->tries_left > 0)
            return next(LOOKUP_ASK_AGAIN);
        return failed(stage, FAILURE_MALFORMED);
    case REPLY_SILENCE:
    case REPLY_CUT_SHORT:
    case REPLY_UNREACHABLE:
        break;
    }
    return unanswered(stage, facts);
}

bool lookup_failure_is_resolvers_own(enum failure failure, bool tcp)
{
    if (failure == FAILURE_TIMEOUT)
        return tcp;
    return failure != FAILURE_NONE && failure != FAILURE_SERVFAIL && failure != FAILURE_BOGUS;
}
