/* What comes next for a question, by a table of cases. */
#include "crawler/core/lookup_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct rule_case {
    const char *label;
    struct lookup_stage stage;
    struct reply_facts facts;
    struct lookup_step expected;
};

#define FIRST                                                                                      \
    {                                                                                              \
        .tries_left = 2                                                                            \
    }
#define ONE_LEFT                                                                                   \
    {                                                                                              \
        .tries_left = 1                                                                            \
    }
#define LAST                                                                                       \
    {                                                                                              \
        .tries_left = 0                                                                            \
    }
#define TCP                                                                                        \
    {                                                                                              \
        .tcp = true, .tries_left = 2                                                               \
    }
#define CD                                                                                         \
    {                                                                                              \
        .round = LOOKUP_UNCHECKED, .tries_left = 2                                                 \
    }
#define CD_LAST                                                                                    \
    {                                                                                              \
        .round = LOOKUP_UNCHECKED                                                                  \
    }
#define CD_TCP                                                                                     \
    {                                                                                              \
        .round = LOOKUP_UNCHECKED, .tcp = true, .tries_left = 2                                    \
    }
#define THIRD                                                                                      \
    {                                                                                              \
        .round = LOOKUP_ONCE_MORE, .tries_left = 2                                                 \
    }
#define THIRD_LAST                                                                                 \
    {                                                                                              \
        .round = LOOKUP_ONCE_MORE                                                                  \
    }
#define THIRD_TCP                                                                                  \
    {                                                                                              \
        .round = LOOKUP_ONCE_MORE, .tcp = true, .tries_left = 2                                    \
    }

#define ANSWERED(OUTCOME) .kind = REPLY_ANSWER, .outcome = OUTCOME
#define REFUSAL(FAILURE)  .kind = REPLY_ANSWER, .outcome = OUTCOME_FAILED, .failure = FAILURE

#define DONE(OUTCOME)                                                                              \
    {                                                                                              \
        .action = LOOKUP_DONE, .outcome = OUTCOME                                                  \
    }
#define FAILED(FAILURE)                                                                            \
    {                                                                                              \
        .action = LOOKUP_DONE, .outcome = OUTCOME_FAILED, .failure = FAILURE                       \
    }
#define NEXT(ACTION)                                                                               \
    {                                                                                              \
        .action = ACTION                                                                           \
    }

static const struct rule_case cases[] = {
    {"data", FIRST, {ANSWERED(OUTCOME_ANSWER)}, DONE(OUTCOME_ANSWER)},
    {"nodata", FIRST, {ANSWERED(OUTCOME_NODATA)}, DONE(OUTCOME_NODATA)},
    {"nxdomain", FIRST, {ANSWERED(OUTCOME_NXDOMAIN)}, DONE(OUTCOME_NXDOMAIN)},
    {"data over tcp", TCP, {ANSWERED(OUTCOME_ANSWER)}, DONE(OUTCOME_ANSWER)},
    {"an answer counts whatever else is thought of the resolver",
     FIRST,
     {ANSWERED(OUTCOME_ANSWER), .resolver = RESOLVER_AWAY},
     DONE(OUTCOME_ANSWER)},

    {"beyond", FIRST, {ANSWERED(OUTCOME_ANSWER), .beyond = true}, NEXT(LOOKUP_ASK_AGAIN)},
    {"beyond, over tcp", TCP, {ANSWERED(OUTCOME_ANSWER), .beyond = true}, NEXT(LOOKUP_ASK_AGAIN)},
    {"beyond, on the last but one",
     ONE_LEFT,
     {ANSWERED(OUTCOME_ANSWER), .beyond = true},
     NEXT(LOOKUP_ASK_AGAIN)},
    {"beyond, each time", LAST, {ANSWERED(OUTCOME_ANSWER), .beyond = true}, DONE(OUTCOME_ANSWER)},
    {"beyond, and truncated",
     FIRST,
     {ANSWERED(OUTCOME_ANSWER), .truncated = true, .beyond = true},
     NEXT(LOOKUP_ASK_TCP)},

    {"truncated", FIRST, {ANSWERED(OUTCOME_NODATA), .truncated = true}, NEXT(LOOKUP_ASK_TCP)},
    {"truncated on the last try",
     LAST,
     {ANSWERED(OUTCOME_ANSWER), .truncated = true},
     NEXT(LOOKUP_ASK_TCP)},
    {"truncated over tcp",
     TCP,
     {ANSWERED(OUTCOME_ANSWER), .truncated = true},
     FAILED(FAILURE_MALFORMED)},
    {"truncated servfail",
     FIRST,
     {REFUSAL(FAILURE_SERVFAIL), .truncated = true},
     NEXT(LOOKUP_ASK_ROUND)},

    {"servfail", FIRST, {REFUSAL(FAILURE_SERVFAIL)}, NEXT(LOOKUP_ASK_ROUND)},
    {"servfail over tcp", TCP, {REFUSAL(FAILURE_SERVFAIL)}, NEXT(LOOKUP_ASK_ROUND)},
    {"refused", FIRST, {REFUSAL(FAILURE_REFUSED)}, FAILED(FAILURE_REFUSED)},
    {"formerr", FIRST, {REFUSAL(FAILURE_FORMERR)}, FAILED(FAILURE_FORMERR)},
    {"notimp", FIRST, {REFUSAL(FAILURE_NOTIMP)}, FAILED(FAILURE_NOTIMP)},
    {"other", FIRST, {REFUSAL(FAILURE_OTHER)}, FAILED(FAILURE_OTHER)},

    {"data with CD", CD, {ANSWERED(OUTCOME_ANSWER)}, NEXT(LOOKUP_ASK_ROUND)},
    {"nodata with CD", CD, {ANSWERED(OUTCOME_NODATA)}, NEXT(LOOKUP_ASK_ROUND)},
    {"nxdomain with CD", CD, {ANSWERED(OUTCOME_NXDOMAIN)}, NEXT(LOOKUP_ASK_ROUND)},
    {"truncated with CD",
     CD,
     {ANSWERED(OUTCOME_ANSWER), .truncated = true},
     NEXT(LOOKUP_ASK_ROUND)},
    {"nxdomain with CD, truncated",
     CD,
     {ANSWERED(OUTCOME_NXDOMAIN), .truncated = true},
     NEXT(LOOKUP_ASK_ROUND)},
    {"truncated to nothing with CD",
     CD,
     {ANSWERED(OUTCOME_NODATA), .truncated = true},
     NEXT(LOOKUP_ASK_TCP)},
    {"nodata with CD over tcp", CD_TCP, {ANSWERED(OUTCOME_NODATA)}, NEXT(LOOKUP_ASK_ROUND)},
    {"truncated to nothing with CD over tcp",
     CD_TCP,
     {ANSWERED(OUTCOME_NODATA), .truncated = true},
     NEXT(LOOKUP_ASK_ROUND)},
    {"servfail with CD over tcp", CD_TCP, {REFUSAL(FAILURE_SERVFAIL)}, FAILED(FAILURE_SERVFAIL)},
    {"silence with CD over tcp", CD_TCP, {.kind = REPLY_SILENCE}, NEXT(LOOKUP_ASK_ROUND)},
    {"silence with CD over tcp of a resolver that is away",
     CD_TCP,
     {.kind = REPLY_SILENCE, .resolver = RESOLVER_AWAY},
     NEXT(LOOKUP_ASK_AFRESH)},
    {"servfail twice", CD, {REFUSAL(FAILURE_SERVFAIL)}, FAILED(FAILURE_SERVFAIL)},
    {"refused with CD", CD, {REFUSAL(FAILURE_REFUSED)}, FAILED(FAILURE_SERVFAIL)},
    {"formerr with CD", CD, {REFUSAL(FAILURE_FORMERR)}, FAILED(FAILURE_SERVFAIL)},
    {"silence with CD", CD, {.kind = REPLY_SILENCE}, FAILED(FAILURE_SERVFAIL)},
    {"unreadable with CD", CD, {.kind = REPLY_UNREADABLE}, NEXT(LOOKUP_ASK_AGAIN)},
    {"unreadable with CD to the end",
     CD_LAST,
     {.kind = REPLY_UNREADABLE},
     FAILED(FAILURE_SERVFAIL)},
    {"silence with CD of a resolver that is away",
     CD,
     {.kind = REPLY_SILENCE, .resolver = RESOLVER_AWAY},
     NEXT(LOOKUP_ASK_AFRESH)},

    {"bogus", THIRD, {REFUSAL(FAILURE_SERVFAIL)}, FAILED(FAILURE_BOGUS)},
    {"bogus over tcp", THIRD_TCP, {REFUSAL(FAILURE_SERVFAIL)}, FAILED(FAILURE_BOGUS)},
    {"bogus, truncated",
     THIRD,
     {REFUSAL(FAILURE_SERVFAIL), .truncated = true},
     FAILED(FAILURE_BOGUS)},
    {"flaps: data", THIRD, {ANSWERED(OUTCOME_ANSWER)}, DONE(OUTCOME_ANSWER)},
    {"flaps: nodata", THIRD, {ANSWERED(OUTCOME_NODATA)}, DONE(OUTCOME_NODATA)},
    {"flaps: nxdomain", THIRD_LAST, {ANSWERED(OUTCOME_NXDOMAIN)}, DONE(OUTCOME_NXDOMAIN)},
    {"flaps: truncated",
     THIRD,
     {ANSWERED(OUTCOME_ANSWER), .truncated = true},
     NEXT(LOOKUP_ASK_TCP)},
    {"flaps: data over tcp", THIRD_TCP, {ANSWERED(OUTCOME_ANSWER)}, DONE(OUTCOME_ANSWER)},
    {"flaps: truncated over tcp",
     THIRD_TCP,
     {ANSWERED(OUTCOME_ANSWER), .truncated = true},
     FAILED(FAILURE_MALFORMED)},
    {"flaps: refused", THIRD, {REFUSAL(FAILURE_REFUSED)}, FAILED(FAILURE_REFUSED)},
    {"flaps: other", THIRD, {REFUSAL(FAILURE_OTHER)}, FAILED(FAILURE_OTHER)},
    {"flaps: silence", THIRD, {.kind = REPLY_SILENCE}, FAILED(FAILURE_TIMEOUT)},
    {"flaps: unreadable", THIRD, {.kind = REPLY_UNREADABLE}, NEXT(LOOKUP_ASK_AGAIN)},
    {"flaps: unreadable to the end",
     THIRD_LAST,
     {.kind = REPLY_UNREADABLE},
     FAILED(FAILURE_MALFORMED)},
    {"flaps: silence of a resolver that is away",
     THIRD,
     {.kind = REPLY_SILENCE, .resolver = RESOLVER_AWAY},
     NEXT(LOOKUP_ASK_AFRESH)},

    {"unreadable", FIRST, {.kind = REPLY_UNREADABLE}, NEXT(LOOKUP_ASK_AGAIN)},
    {"unreadable, one try left", ONE_LEFT, {.kind = REPLY_UNREADABLE}, NEXT(LOOKUP_ASK_AGAIN)},
    {"unreadable to the end", LAST, {.kind = REPLY_UNREADABLE}, FAILED(FAILURE_MALFORMED)},
    {"silence", FIRST, {.kind = REPLY_SILENCE}, FAILED(FAILURE_TIMEOUT)},
    {"silence on the last try", LAST, {.kind = REPLY_SILENCE}, FAILED(FAILURE_TIMEOUT)},
    {"silence, but for what is no answer",
     FIRST,
     {.kind = REPLY_SILENCE, .unreadable = true},
     NEXT(LOOKUP_ASK_TCP)},
    {"the same, and silence over tcp",
     TCP,
     {.kind = REPLY_SILENCE, .unreadable = true},
     FAILED(FAILURE_MALFORMED)},
    {"the same with CD", CD, {.kind = REPLY_SILENCE, .unreadable = true}, FAILED(FAILURE_SERVFAIL)},
    {"the same, once more",
     THIRD_LAST,
     {.kind = REPLY_SILENCE, .unreadable = true},
     NEXT(LOOKUP_ASK_TCP)},
    {"wait cut short", LAST, {.kind = REPLY_CUT_SHORT}, NEXT(LOOKUP_GO_ON)},
    {"unreachable", FIRST, {.kind = REPLY_UNREACHABLE}, NEXT(LOOKUP_ASK_AGAIN)},
    {"unreachable, one try left", ONE_LEFT, {.kind = REPLY_UNREACHABLE}, NEXT(LOOKUP_ASK_AGAIN)},
    {"unreachable to the end", LAST, {.kind = REPLY_UNREACHABLE}, FAILED(FAILURE_TIMEOUT)},

    {"silence, resolver doubted",
     FIRST,
     {.kind = REPLY_SILENCE, .resolver = RESOLVER_DOUBTED},
     NEXT(LOOKUP_HOLD)},
    {"unreachable, resolver doubted",
     LAST,
     {.kind = REPLY_UNREACHABLE, .resolver = RESOLVER_DOUBTED},
     NEXT(LOOKUP_HOLD)},
    {"wait cut short, resolver doubted",
     FIRST,
     {.kind = REPLY_CUT_SHORT, .resolver = RESOLVER_DOUBTED},
     NEXT(LOOKUP_HOLD)},
    {"silence, resolver away",
     LAST,
     {.kind = REPLY_SILENCE, .resolver = RESOLVER_AWAY},
     NEXT(LOOKUP_ASK_AFRESH)},
    {"silence after rubbish, resolver away",
     LAST,
     {.kind = REPLY_SILENCE, .unreadable = true, .resolver = RESOLVER_AWAY},
     NEXT(LOOKUP_ASK_AFRESH)},
    {"unreachable, resolver away",
     FIRST,
     {.kind = REPLY_UNREACHABLE, .resolver = RESOLVER_AWAY},
     NEXT(LOOKUP_ASK_AFRESH)},
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct rule_case *c = &cases[i];
        struct lookup_step step = lookup_next(&c->stage, &c->facts);
        if (step.action != c->expected.action || step.outcome != c->expected.outcome ||
            step.failure != c->expected.failure)
            fail_msg("%s: action %d outcome %d failure %d, expected %d %d %d", c->label,
                     (int)step.action, (int)step.outcome, (int)step.failure,
                     (int)c->expected.action, (int)c->expected.outcome, (int)c->expected.failure);
    }
}

/* With CD=1 the failure is SERVFAIL; what came is not forgotten. */
static void test_causes(void **state)
{
    static const struct {
        struct lookup_stage stage;
        struct reply_facts facts;
        enum failure failure, cause;
    } causes[] = {
        {FIRST, {REFUSAL(FAILURE_REFUSED)}, FAILURE_REFUSED, FAILURE_REFUSED},
        {FIRST, {.kind = REPLY_SILENCE}, FAILURE_TIMEOUT, FAILURE_TIMEOUT},
        {CD, {REFUSAL(FAILURE_SERVFAIL)}, FAILURE_SERVFAIL, FAILURE_SERVFAIL},
        {CD, {REFUSAL(FAILURE_REFUSED)}, FAILURE_SERVFAIL, FAILURE_REFUSED},
        {CD, {.kind = REPLY_SILENCE}, FAILURE_SERVFAIL, FAILURE_TIMEOUT},
        {CD_LAST, {.kind = REPLY_UNREADABLE}, FAILURE_SERVFAIL, FAILURE_MALFORMED},
        {THIRD, {REFUSAL(FAILURE_SERVFAIL)}, FAILURE_BOGUS, FAILURE_BOGUS},
    };
    (void)state;
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
        struct lookup_step step = lookup_next(&causes[i].stage, &causes[i].facts);
        assert_int_equal(step.action, LOOKUP_DONE);
        assert_int_equal(step.failure, causes[i].failure);
        assert_int_equal(step.cause, causes[i].cause);
    }
}

struct sequel_case {
    const char *label;
    struct failure_facts facts;
    enum sequel expected;
};

#define FAILS_AT(COUNT, CAUSE) .cause = FAILURE_##CAUSE, .judged = true, .asked_of = COUNT
#define FAILS(CAUSE)           FAILS_AT(1, CAUSE)

static const struct sequel_case sequels[] = {
    {"it stands", {FAILS(SERVFAIL)}, SEQUEL_CONCLUDE},
    {"not known yet", {FAILS(SERVFAIL), .proof = PROVES_NOT_YET}, SEQUEL_WAIT},
    {"not known yet, whatever else",
     {FAILS(REFUSED), .proof = PROVES_NOT_YET, .slowed = true, .another = true, .confirming = true},
     SEQUEL_WAIT},
    {"not known yet, and for the last time",
     {FAILS(SERVFAIL), .proof = PROVES_NOT_YET, .afresh = 6},
     SEQUEL_WAIT},
    {"refused, and not known yet whether many were",
     {.cause = FAILURE_REFUSED, .asked_of = 1, .another = true},
     SEQUEL_WAIT},
    {"lame, whatever is refused", {.cause = FAILURE_SERVFAIL, .asked_of = 1}, SEQUEL_CONCLUDE},
    {"the network was gone", {FAILS(BOGUS), .proof = PROVES_NOTHING}, SEQUEL_AFRESH},
    {"the same, with another resolver",
     {FAILS(REFUSED), .proof = PROVES_NOTHING, .another = true},
     SEQUEL_AFRESH},
    {"five times afresh", {FAILS(BOGUS), .proof = PROVES_NOTHING, .afresh = 5}, SEQUEL_AFRESH},
    {"six times afresh", {FAILS(BOGUS), .proof = PROVES_NOTHING, .afresh = 6}, SEQUEL_CONCLUDE},
    {"six times afresh, and there is another resolver",
     {FAILS(FILTERED), .proof = PROVES_NOTHING, .afresh = 6, .another = true},
     SEQUEL_ELSEWHERE},
    {"silence, and questions got lost", {FAILS(TIMEOUT), .lost = true}, SEQUEL_AFRESH},
    {"the same, six times", {FAILS(TIMEOUT), .lost = true, .afresh = 6}, SEQUEL_CONCLUDE},
    {"answered, and others got lost", {FAILS(SERVFAIL), .lost = true}, SEQUEL_CONCLUDE},
    {"silence, and others were refused", {FAILS(TIMEOUT), .slowed = true}, SEQUEL_CONCLUDE},
    {"refused, and it was too much", {FAILS(REFUSED), .slowed = true}, SEQUEL_AFRESH},
    {"the same, six times", {FAILS(REFUSED), .slowed = true, .afresh = 6}, SEQUEL_CONCLUDE},
    {"refused, and others got lost", {FAILS(REFUSED), .lost = true}, SEQUEL_CONCLUDE},

    {"refused here", {FAILS(REFUSED), .another = true}, SEQUEL_ELSEWHERE},
    {"lame here", {FAILS(SERVFAIL), .another = true}, SEQUEL_CONCLUDE},
    {"lame here, to be stored",
     {FAILS(SERVFAIL), .another = true, .confirming = true},
     SEQUEL_ELSEWHERE},
    {"lame at two", {FAILS_AT(2, SERVFAIL), .another = true, .confirming = true}, SEQUEL_ELSEWHERE},
    {"lame at three",
     {FAILS_AT(3, SERVFAIL), .another = true, .confirming = true},
     SEQUEL_CONCLUDE},
    {"silence over tcp", {FAILS(TIMEOUT), .tcp = true, .another = true}, SEQUEL_ELSEWHERE},
    {"silence", {FAILS(TIMEOUT), .another = true}, SEQUEL_CONCLUDE},

    {"refused by one", {FAILS(REFUSED)}, SEQUEL_CONCLUDE},
    {"refused, as many are", {FAILS(REFUSED), .refuses_many = true}, SEQUEL_AGAIN},
    {"not implemented, as many are refused",
     {FAILS(NOTIMP), .refuses_many = true},
     SEQUEL_CONCLUDE},
    {"refused, to be stored", {FAILS(REFUSED), .confirming = true}, SEQUEL_AGAIN},
    {"not implemented, to be stored", {FAILS(NOTIMP), .confirming = true}, SEQUEL_AGAIN},
    {"a format error, to be stored", {FAILS(FORMERR), .confirming = true}, SEQUEL_AGAIN},
    {"lame, to be stored", {FAILS(SERVFAIL), .confirming = true}, SEQUEL_CONCLUDE},
    {"filtered, to be stored", {FAILS(FILTERED), .confirming = true}, SEQUEL_CONCLUDE},
    {"refused again", {FAILS(REFUSED), .confirming = true, .afresh = 1}, SEQUEL_AGAIN},
    {"refused twice again", {FAILS(REFUSED), .confirming = true, .afresh = 2}, SEQUEL_CONCLUDE},
    {"refused by three", {FAILS_AT(3, REFUSED), .confirming = true, .another = true}, SEQUEL_AGAIN},
};

static void test_sequels(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sequels / sizeof *sequels; i++) {
        enum sequel sequel = lookup_after_failure(&sequels[i].facts);
        if (sequel != sequels[i].expected)
            fail_msg("%s: %d, expected %d", sequels[i].label, (int)sequel,
                     (int)sequels[i].expected);
    }
}

/* Each word: what a forwarder, a filter or a broken resolver says by itself, or what a name's own
 * servers can make any resolver say. */
static void test_whose_failure(void **state)
{
    static const bool own[] = {
        [FAILURE_REFUSED] = true,  [FAILURE_FORMERR] = true,   [FAILURE_NOTIMP] = true,
        [FAILURE_OTHER] = true,    [FAILURE_MALFORMED] = true, [FAILURE_REFERRAL] = true,
        [FAILURE_FILTERED] = true, [FAILURE_LAST + 1] = false,
    };
    (void)state;
    for (unsigned failure = FAILURE_NONE; failure <= FAILURE_LAST; failure++) {
        struct failure_facts facts = {
            .cause = failure, .judged = true, .asked_of = 1, .another = true};
        assert_int_equal(lookup_after_failure(&facts) == SEQUEL_ELSEWHERE, own[failure]);
        facts.tcp = true;
        assert_int_equal(lookup_after_failure(&facts) == SEQUEL_ELSEWHERE,
                         own[failure] || failure == FAILURE_TIMEOUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_causes),
        cmocka_unit_test(test_sequels),
        cmocka_unit_test(test_whose_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
