/* lookup_rules.h - what came back for a question: what to do next.
 *
 * Pure.  A lookup is one question that may be put on the wire several times:
 *
 *     UDP --TC--> TCP --TC--> done: malformed
 *      |           |
 *      |           '- as over UDP
 *      |- a CNAME that was asked for, NXDOMAIN of its target, AD=0 -> again, at most `tries` times;
 *      |                       done: the answer
 *      |- NOERROR, NXDOMAIN --> done: the answer
 *      |- SERVFAIL --> CD=1 --- NOERROR, NXDOMAIN --> CD=0 once more
 *      |                   |--- TC and nothing else -> TCP: who slips has not looked (RRL)
 *      |                   '--- anything else ------> done: servfail
 *      |- SERVFAIL once more -> done: bogus (RFC 4035 s5.5)
 *      |- any other rcode ----> done: its word
 *      |- unreadable ---------> again, at most `tries` times; done: malformed
 *      |- silence, but for what is no answer to it --> TCP: it may be forged, or spoilt on the way
 *      |- silence ------------> done: timeout
 *      '- silence or no way to the resolver, and the resolver itself is
 *         silent --> held until it answers again, then asked afresh:
 *         nothing is concluded about a domain while nobody could answer
 *
 * What CD=0 says once more is what counts, as it would the first time: a server that merely
 * flaps answers, or is silent, and is not bogus.  It is asked a third time of nobody: SERVFAIL
 * is then the end.
 *
 * What is done with a lookup that has come to a failure is a second rule, lookup_after_failure():
 *
 *     failed --- not known yet whether the network was there --> wait
 *            |-- it was not, or too much was asked at once ----> afresh, a few times
 *            |-- the resolver's own, or to be confirmed -------> elsewhere, where there are others
 *            |-- declined by all that may be asked ------------> again, a few times
 *            '-- any other -----------------------------------> it stands
 */
#ifndef MXSURVEY_CORE_LOOKUP_RULES_H
#define MXSURVEY_CORE_LOOKUP_RULES_H

#include "crawler/core/words.h"

#include <stdbool.h>

enum reply_kind {
    REPLY_ANSWER,      /* a message that answers the question */
    REPLY_UNREADABLE,  /* a message that does not parse, or answers another question */
    REPLY_SILENCE,     /* nothing, for as long as was promised to wait */
    REPLY_CUT_SHORT,   /* nothing, but the wait ended before that */
    REPLY_UNREACHABLE, /* the question could not be sent, or the connection failed */
};

enum resolver_state {
    RESOLVER_ANSWERS, /* something, if not this question */
    RESOLVER_DOUBTED, /* not heard of for a moment: being probed */
    RESOLVER_AWAY,    /* does not answer now, or did not for some of the time since the question
                         was first put on the wire */
};

struct reply_facts {
    enum reply_kind kind;
    enum outcome outcome; /* of an ANSWER: as message_read() has it */
    enum failure failure;
    bool truncated;  /* of an ANSWER: TC */
    bool beyond;     /* of an ANSWER: its rcode, and so its AD that is 0, are of names beyond it */
    bool unreadable; /* of a SILENCE: something came, but nothing that answers the question */
    enum resolver_state resolver;
};

/* The questions of one lookup, each over UDP and, where truncated, over TCP. */
enum lookup_round {
    LOOKUP_FIRST,     /* CD=0 */
    LOOKUP_UNCHECKED, /* CD=1, after SERVFAIL */
    LOOKUP_ONCE_MORE, /* CD=0, after an answer to that */
};

/* How the question was asked. */
struct lookup_stage {
    enum lookup_round round;
    bool tcp;
    unsigned tries_left; /* how often it may still be asked again for UNREADABLE, UNREACHABLE, or
                            what is beyond */
};

enum lookup_action {
    LOOKUP_DONE,
    LOOKUP_ASK_ROUND,  /* the next round, over UDP */
    LOOKUP_ASK_TCP,    /* the same, over TCP */
    LOOKUP_ASK_AGAIN,  /* the same; costs a try */
    LOOKUP_GO_ON,      /* the same; costs nothing: the wait was cut short */
    LOOKUP_ASK_AFRESH, /* from the start, with all tries */
    LOOKUP_HOLD,       /* wait for news of the resolver, then ask the rule again */
};

struct lookup_step {
    enum lookup_action action;
    enum outcome outcome; /* for DONE; FAILED says that no answer counts */
    enum failure failure; /* for FAILED */
    enum failure cause;   /* for FAILED: what came last; of CD=1 the failure is SERVFAIL, whatever
                             that was */
};

struct lookup_step lookup_next(const struct lookup_stage *stage, const struct reply_facts *facts);

enum {
    LOOKUP_AFRESH_MAX = 6, /* times that one lookup is asked afresh */
    LOOKUP_AGAIN_MAX = 2,  /* of these, for nothing but that it was declined */
    LOOKUP_ASKED_MAX = 3,  /* resolvers: as many as resolv.conf(5) has */
};

/* A failure and the name, by the health of the resolver and of the network behind it. */
enum failure_proof {
    PROVES,         /* it is the name's own */
    PROVES_NOT_YET, /* it is not known yet: ask again after the next tick */
    PROVES_NOTHING, /* it may be theirs */
};

struct failure_facts {
    enum failure cause;
    bool tcp; /* it came over TCP, or did not */
    enum failure_proof proof;
    bool lost;         /* questions got lost for being too many, since it was asked */
    bool slowed;       /* the resolver is known to refuse what is too much */
    bool judged;       /* it is known whether many were refused when this was */
    bool refuses_many; /* it does so now, may be for that reason */
    bool confirming;   /* a failure is stored, and no longer met again in the next pass */
    unsigned afresh;   /* times that it was asked afresh */
    unsigned asked_of; /* resolvers, since it was begun */
    bool another;      /* there is one more that may be asked */
};

enum sequel {
    SEQUEL_WAIT,      /* ask this rule again */
    SEQUEL_AFRESH,    /* as if it had never been asked */
    SEQUEL_ELSEWHERE, /* another resolver, from the start */
    SEQUEL_AGAIN,     /* any resolver, from the start; what was said stays among the codes */
    SEQUEL_CONCLUDE,  /* it has failed */
};

enum sequel lookup_after_failure(const struct failure_facts *facts);

#endif
