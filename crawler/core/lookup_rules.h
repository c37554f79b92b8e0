/* lookup_rules.h - what came back for a question: what to do next.
 *
 * Pure.  A lookup is one question that may be put on the wire several times:
 *
 *     UDP --TC--> TCP --TC--> done: malformed
 *      |           |
 *      |           '- as over UDP
 *      |- NOERROR, NXDOMAIN --> done: the answer
 *      |- SERVFAIL --> CD=1 --- NOERROR, NXDOMAIN --> CD=0 once more
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
    unsigned tries_left; /* how often it may still be asked again for UNREADABLE, UNREACHABLE */
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
};

struct lookup_step lookup_next(const struct lookup_stage *stage, const struct reply_facts *facts);

/* Is it the resolver's own, so that another one may answer?  What other servers do comes as
 * SERVFAIL, as silence, or as bogus; but who has said that an answer is too long for UDP has it,
 * and what goes wrong over TCP then is its own. */
bool lookup_failure_is_resolvers_own(enum failure failure, bool tcp);

#endif
