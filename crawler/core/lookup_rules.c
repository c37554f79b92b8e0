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
        .cause = failure,
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

/* The rcode says enough, but for a resolver that slips (RRL): what it truncates so it has not
 * looked up. */
static struct lookup_step unchecked(const struct lookup_stage *stage,
                                    const struct reply_facts *facts)
{
    bool slipped = facts->truncated && facts->outcome == OUTCOME_NODATA && !stage->tcp;
    return next(slipped ? LOOKUP_ASK_TCP : LOOKUP_ASK_ROUND);
}

static struct lookup_step answered(const struct lookup_stage *stage,
                                   const struct reply_facts *facts)
{
    if (facts->outcome == OUTCOME_FAILED)
        return facts->failure == FAILURE_SERVFAIL ? servfail(stage) : failed(stage, facts->failure);
    if (stage->round == LOOKUP_UNCHECKED)
        return unchecked(stage, facts);
    if (facts->truncated)
        return stage->tcp ? failed(stage, FAILURE_MALFORMED) : next(LOOKUP_ASK_TCP);
    /* of a cold cache Unbound asks for less than the type (RFC 9156), and takes the answer for all;
     * the second time it knows the record by itself, and what that is worth */
    if (facts->beyond && stage->tries_left > 0)
        return next(LOOKUP_ASK_AGAIN);
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
    if (stage->round == LOOKUP_UNCHECKED && stage->tcp)
        return next(LOOKUP_ASK_ROUND); /* it has said NOERROR over UDP: that may be all */
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

/* So that another resolver may answer.  What other servers do comes as SERVFAIL, as silence, or as
 * bogus; but who has said that an answer is too long for UDP has it, and what goes wrong over TCP
 * then is its own. */
static bool is_resolvers_own(enum failure cause, bool tcp)
{
    if (cause == FAILURE_TIMEOUT)
        return tcp;
    return cause != FAILURE_NONE && cause != FAILURE_SERVFAIL && cause != FAILURE_BOGUS;
}

/* The resolver does not want the question: of other servers' that comes as SERVFAIL. */
static bool is_declined(enum failure cause)
{
    return cause == FAILURE_REFUSED || cause == FAILURE_FORMERR || cause == FAILURE_NOTIMP;
}

/* Asked again: when the failure is to be stored, or, where haste may be the reason, before. */
static bool may_be_granted(const struct failure_facts *facts)
{
    bool worth = facts->confirming || (facts->cause == FAILURE_REFUSED && facts->refuses_many);
    return is_declined(facts->cause) && worth && facts->afresh < LOOKUP_AGAIN_MAX;
}

/* It came of our asking, not of the name. */
static bool was_too_much(const struct failure_facts *facts)
{
    return (facts->cause == FAILURE_TIMEOUT && facts->lost) ||
           (facts->cause == FAILURE_REFUSED && facts->slowed);
}

enum sequel lookup_after_failure(const struct failure_facts *facts)
{
    bool own = is_resolvers_own(facts->cause, facts->tcp);
    if (facts->proof == PROVES_NOT_YET || (facts->cause == FAILURE_REFUSED && !facts->judged))
        return SEQUEL_WAIT;
    if (facts->afresh < LOOKUP_AFRESH_MAX &&
        (facts->proof == PROVES_NOTHING || was_too_much(facts)))
        return SEQUEL_AFRESH;
    if ((own || facts->confirming) && facts->another && facts->asked_of < LOOKUP_ASKED_MAX)
        return SEQUEL_ELSEWHERE;
    if (may_be_granted(facts))
        return SEQUEL_AGAIN;
    return SEQUEL_CONCLUDE;
}
