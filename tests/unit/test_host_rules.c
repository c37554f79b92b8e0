/* Cases of the host rules, as text: what each question would be answered, and
 * what must have been asked and judged.  Expectations come from RFC 7672 s2.1-2.2
 * and the data dictionary, not from the code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crawler/core/host_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A case: `world` has an answer for each question, separated by " | ":
 *   QUESTION = OUTCOME [ad] [chain NAME>NAME..] [dname OWNER] [loop] [multiple]
 *              [addresses N] [special N] [ede N]
 * `verdict` is what host_judge() must say, `asked` the questions in order. */
struct rule_case {
    const char *title, *world, *asked, *verdict;
};

static const struct rule_case cases[] = {
    {"a plain host, insecure", "A h = answer addresses 1 | AAAA h = nodata", "A h, AAAA h",
     "answer 1/0/0 insecure alias=none"},
    {"a plain host, secure",
     "A h = answer ad addresses 2 | AAAA h = answer ad addresses 1 special 1", "A h, AAAA h",
     "answer 2/1/1 secure alias=none"},
    {"a secure address and an insecure denial: the answers that gave an address count",
     "A h = answer ad addresses 1 | AAAA h = nodata", "A h, AAAA h",
     "answer 1/0/0 secure alias=none"},
    {"one address answer insecure", "A h = answer ad addresses 1 | AAAA h = answer addresses 1",
     "A h, AAAA h", "answer 1/1/0 insecure alias=none"},
    {"secure denials", "A h = nxdomain ad | AAAA h = nxdomain ad", "A h, AAAA h",
     "nxdomain 0/0/0 secure alias=none"},
    {"one denial insecure", "A h = nodata ad | AAAA h = nodata", "A h, AAAA h",
     "nodata 0/0/0 insecure alias=none"},
    {"one family says NXDOMAIN", "A h = nxdomain | AAAA h = nodata", "A h, AAAA h",
     "nxdomain 0/0/0 insecure alias=none"},
    {"AAAA fails beside an answer: still an answer, the failure is kept",
     "A h = answer ad addresses 1 | AAAA h = servfail ede 22", "A h, AAAA h",
     "answer 1/-/0 secure alias=none failure=servfail ede=22 incomplete"},
    {"A fails, AAAA has none: failed", "A h = timeout | AAAA h = nodata ad", "A h, AAAA h",
     "failed -/0/0 indeterminate alias=none failure=timeout incomplete"},
    {"bogus addresses, and a CNAME question that shows no alias",
     "A h = bogus ede 6 | AAAA h = bogus | CNAME h = nodata ad", "A h, AAAA h, CNAME h",
     "failed -/-/- bogus alias=none failure=bogus ede=6 incomplete"},
    {"everything fails: the alias is not known",
     "A h = servfail | AAAA h = servfail | CNAME h = servfail", "A h, AAAA h, CNAME h",
     "failed -/-/- indeterminate alias=NULL failure=servfail alias_failure=servfail incomplete"},
    {"an alias, secure throughout: no further question",
     "A h = answer ad chain t addresses 1 | AAAA h = nodata ad chain t", "A h, AAAA h",
     "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure"},
    {"an insecure answer: the alias is asked for itself (RFC 7672 s2.1.3)",
     "A h = answer chain t addresses 1 | AAAA h = nodata chain t | CNAME h = answer ad chain t",
     "A h, AAAA h, CNAME h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=secure"},
    {"insecure alias",
     "A h = answer chain t addresses 1 | AAAA h = nodata chain t | CNAME h = answer chain t",
     "A h, AAAA h, CNAME h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=insecure"},
    {"only the AAAA answer is secure: it vouches for the alias too",
     "A h = servfail | AAAA h = answer ad chain t addresses 1", "A h, AAAA h",
     "answer -/1/0 secure alias=cname hops=1 target=t alias_dnssec=secure failure=servfail "
     "incomplete"},
    {"a bogus CNAME question",
     "A h = answer chain t addresses 1 | AAAA h = answer chain t "
     "addresses 1 | CNAME h = bogus",
     "A h, AAAA h, CNAME h",
     "answer 1/1/0 insecure alias=cname hops=1 target=t alias_dnssec=bogus alias_failure=bogus "
     "incomplete"},
    {"dangling: NXDOMAIN with the CNAME (RFC 6604)",
     "A h = nxdomain ad chain t | AAAA h = nxdomain ad chain t", "A h, AAAA h",
     "nxdomain 0/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure problem=dangling"},
    {"an alias to a name without addresses is no problem of the alias",
     "A h = nodata ad chain t | AAAA h = nodata ad chain t", "A h, AAAA h",
     "nodata 0/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure"},
    {"a DNAME is asked for at its owner",
     "A h = answer chain t dname d addresses 1 | AAAA h = nodata chain t dname d | "
     "DNAME d = answer ad",
     "A h, AAAA h, DNAME d",
     "answer 1/0/0 insecure alias=dname hops=1 target=t alias_dnssec=secure"},
    {"a self-loop, seen by walking",
     "A h = servfail | AAAA h = servfail | CNAME h = answer chain h", "A h, AAAA h, CNAME h",
     "failed -/-/- indeterminate alias=cname hops=1 target=h alias_dnssec=insecure problem=loop "
     "failure=servfail incomplete"},
    {"a loop entered after one step: the closing record counts",
     "A h = servfail | AAAA h = servfail | CNAME h = answer ad chain a | CNAME a = answer chain b "
     "| CNAME b = answer chain a",
     "A h, AAAA h, CNAME h, CNAME a, CNAME b",
     "failed -/-/- indeterminate alias=cname hops=3 target=a alias_dnssec=secure problem=loop "
     "failure=servfail incomplete"},
    {"a walk that fails half way",
     "A h = servfail | AAAA h = servfail | CNAME h = answer ad chain a | CNAME a = servfail",
     "A h, AAAA h, CNAME h, CNAME a",
     "failed -/-/- indeterminate alias=cname hops=1 target=a alias_dnssec=secure "
     "failure=servfail alias_failure=servfail incomplete"},
    {"a short chain to a lame name is not asked again",
     "A h = servfail | AAAA h = servfail | CNAME h = answer chain a | CNAME a = nodata",
     "A h, AAAA h, CNAME h, CNAME a",
     "failed -/-/- indeterminate alias=cname hops=1 target=a alias_dnssec=insecure "
     "failure=servfail incomplete"},
    {"a chain of nine, too long for some resolvers: addresses are asked again after the walk",
     "A h = servfail | AAAA h = servfail | CNAME h = answer ad chain a | CNAME a = answer chain b "
     "| CNAME b = answer chain c | CNAME c = answer chain d | CNAME d = answer chain e | CNAME e "
     "= answer chain f | CNAME f = answer chain g | CNAME g = answer chain i | CNAME i = answer "
     "chain j | CNAME j = nodata | A2 h = answer chain a>b>c>d>e>f>g>i>j addresses 1 | "
     "AAAA2 h = nodata chain a>b>c>d>e>f>g>i>j",
     "A h, AAAA h, CNAME h, CNAME a, CNAME b, CNAME c, CNAME d, CNAME e, CNAME f, CNAME g, CNAME "
     "i, CNAME j, A h, AAAA h",
     "answer 1/0/0 insecure alias=cname hops=9 target=j alias_dnssec=secure"},
    {"a chain of nine whose links A taught the resolver: AAAA knows it, A is asked again",
     "A h = servfail | AAAA h = nodata ad chain b>c>d>e>f>g>i>j>k | A2 h = answer ad chain "
     "b>c>d>e>f>g>i>j>k addresses 1 | AAAA2 h = nodata ad chain b>c>d>e>f>g>i>j>k",
     "A h, AAAA h, A h, AAAA h",
     "answer 1/0/0 secure alias=cname hops=9 target=k alias_dnssec=secure"},
    {"asked again once only",
     "A h = servfail | AAAA h = nodata ad chain b>c>d>e>f>g>i>j>k | A2 h = servfail | AAAA2 h = "
     "nodata ad chain b>c>d>e>f>g>i>j>k",
     "A h, AAAA h, A h, AAAA h",
     "failed -/0/0 indeterminate alias=cname hops=9 target=k alias_dnssec=secure "
     "failure=servfail incomplete"},
    {"two CNAMEs at one owner",
     "A h = answer ad chain t multiple addresses 1 | AAAA h = nodata ad "
     "chain t multiple",
     "A h, AAAA h",
     "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure problem=multiple"},
    {"seventeen hops are too long, the addresses as the resolver gave them",
     "A h = answer ad chain b>c>d>e>f>g>i>j>k>l>m>n>o>p>q>r>s addresses 1 | AAAA h = nodata ad",
     "A h, AAAA h",
     "answer 1/0/0 secure alias=cname hops=17 target=s alias_dnssec=secure problem=too_long"},
    {"sixteen are not",
     "A h = answer ad chain b>c>d>e>f>g>i>j>k>l>m>n>o>p>q>r addresses 1 | AAAA h = nodata ad",
     "A h, AAAA h", "answer 1/0/0 secure alias=cname hops=16 target=r alias_dnssec=secure"},
};

/* --- the little language --- */

static struct name read_name(const char *text)
{
    struct name name;
    assert_true(name_from_text(text, strlen(text), &name));
    return name;
}

static void read_chain(char *names, struct chain *chain)
{
    char *rest = NULL;
    for (char *name = strtok_r(names, ">", &rest); name != NULL;
         name = strtok_r(NULL, ">", &rest)) {
        chain->hops[chain->count].kind = ALIAS_CNAME;
        chain->hops[chain->count].target = read_name(name);
        chain->count++;
    }
}

static void read_outcome(const char *word, struct host_reply *reply)
{
    for (enum outcome outcome = OUTCOME_ANSWER; outcome <= OUTCOME_NXDOMAIN; outcome++) {
        if (strcmp(word, outcome_word(outcome)) == 0)
            reply->outcome = outcome;
    }
    for (enum failure failure = FAILURE_TIMEOUT; failure <= FAILURE_OTHER; failure++) {
        if (strcmp(word, failure_word(failure)) == 0) {
            reply->outcome = OUTCOME_FAILED;
            reply->failure = failure;
        }
    }
    assert_int_not_equal(reply->outcome, OUTCOME_UNKNOWN);
}

static void read_reply(char *text, struct host_reply *reply, struct chain *chain)
{
    char *rest = NULL;
    *reply = (struct host_reply){.tries = 1};
    *chain = (struct chain){0};
    read_outcome(strtok_r(text, " ", &rest), reply);
    for (char *word; (word = strtok_r(NULL, " ", &rest)) != NULL;) {
        if (strcmp(word, "ad") == 0)
            reply->authentic = true;
        else if (strcmp(word, "multiple") == 0)
            chain->multiple = true;
        else if (strcmp(word, "chain") == 0)
            read_chain(strtok_r(NULL, " ", &rest), chain);
        else if (strcmp(word, "addresses") == 0)
            reply->address_count = (unsigned)atoi(strtok_r(NULL, " ", &rest));
        else if (strcmp(word, "special") == 0)
            reply->special_count = (unsigned)atoi(strtok_r(NULL, " ", &rest));
        else if (strcmp(word, "ede") == 0)
            reply->ede = (struct ede){1, {(uint16_t)atoi(strtok_r(NULL, " ", &rest))}};
        else if (strcmp(word, "dname") == 0) {
            chain->hops[0].kind = ALIAS_DNAME;
            chain->dname_owner = read_name(strtok_r(NULL, " ", &rest));
        } else
            fail_msg("what is %s?", word);
    }
    if (reply->outcome != OUTCOME_FAILED)
        reply->chain = chain;
}

/* The reply of this world; a question with a 2 is the one asked later. */
static void answer(const struct rule_case *c, bool later, const char *question,
                   struct host_reply *reply, struct chain *chain)
{
    char key[64], world[2048], *rest = NULL;
    snprintf(world, sizeof world, "%s", c->world);
    snprintf(key, sizeof key, "%.*s%s%s = ", (int)strcspn(question, " "), question,
             later ? "2" : "", strchr(question, ' '));
    for (char *entry = strtok_r(world, "|", &rest); entry != NULL;
         entry = strtok_r(NULL, "|", &rest)) {
        while (*entry == ' ')
            entry++;
        if (strncmp(entry, key, strlen(key)) == 0) {
            read_reply(entry + strlen(key), reply, chain);
            return;
        }
    }
    fail_msg("%s: asked %s, which this world does not expect", c->title, key);
}

static const char *type_text(enum record_type type)
{
    return type == TYPE_A       ? "A"
           : type == TYPE_AAAA  ? "AAAA"
           : type == TYPE_DNAME ? "DNAME"
                                : "CNAME";
}

static void ask(const struct rule_case *c, struct host_case *host, enum record_type type,
                const struct name *name, char *asked, size_t size)
{
    static struct chain chain;
    struct host_reply reply;
    char text[NAME_TEXT_MAX], question[NAME_TEXT_MAX + 8];
    name_to_text(name, text);
    snprintf(question, sizeof question, "%s %s", type_text(type), text);
    answer(c, host->stage == HOST_ADDRESSES_AGAIN, question, &reply, &chain);
    snprintf(asked + strlen(asked), size - strlen(asked), "%s%s", *asked != '\0' ? ", " : "",
             question);
    host_take(host, type, &reply);
}

static void print_count(char *out, size_t size, int count, const char *after)
{
    if (count < 0)
        snprintf(out + strlen(out), size - strlen(out), "-%s", after);
    else
        snprintf(out + strlen(out), size - strlen(out), "%d%s", count, after);
}

static void print_verdict(const struct host_case *host, char *out, size_t size)
{
    struct host_verdict verdict;
    char target[NAME_TEXT_MAX], ede[EDE_TEXT_MAX];
    host_judge(host, &verdict);
    snprintf(out, size, "%s ", outcome_word(verdict.address_outcome));
    print_count(out, size, verdict.ipv4_count, "/");
    print_count(out, size, verdict.ipv6_count, "/");
    print_count(out, size, verdict.special_count, " ");
    const char *alias = alias_word(verdict.alias);
    snprintf(out + strlen(out), size - strlen(out), "%s alias=%s", dnssec_word(verdict.dnssec),
             alias != NULL ? alias : "NULL");
    if (host->hop_count > 0) {
        name_to_text(&host->hops[host->hop_count - 1].target, target);
        snprintf(out + strlen(out), size - strlen(out), " hops=%u target=%s alias_dnssec=%s",
                 host->hop_count, target, dnssec_word(verdict.alias_dnssec));
    }
    if (verdict.alias_problem != ALIAS_NO_PROBLEM)
        snprintf(out + strlen(out), size - strlen(out), " problem=%s",
                 alias_problem_word(verdict.alias_problem));
    if (verdict.failure != FAILURE_NONE)
        snprintf(out + strlen(out), size - strlen(out), " failure=%s",
                 failure_word(verdict.failure));
    if (verdict.ede.count > 0) {
        ede_to_text(&verdict.ede, ede);
        snprintf(out + strlen(out), size - strlen(out), " ede=%s", ede);
    }
    if (host->alias_failure.done)
        snprintf(out + strlen(out), size - strlen(out), " alias_failure=%s",
                 failure_word(host->alias_failure.failure));
    if (!verdict.complete)
        snprintf(out + strlen(out), size - strlen(out), " incomplete");
}

static void check_case(const struct rule_case *c, bool believe_ad, char *verdict, size_t size)
{
    struct name name = read_name("h");
    struct host_case host;
    char asked[1024] = "";
    host_case_init(&host, &name, believe_ad, TLSA_SECURE);
    while (host.stage != HOST_JUDGED) {
        struct host_question question;
        host_next(&host, &question);
        if (question.addresses) {
            ask(c, &host, TYPE_A, question.name, asked, sizeof asked);
            ask(c, &host, TYPE_AAAA, question.name, asked, sizeof asked);
        } else {
            ask(c, &host, question.type, question.name, asked, sizeof asked);
        }
    }
    print_verdict(&host, verdict, size);
    host_case_done(&host);
    if (believe_ad && strcmp(asked, c->asked) != 0)
        fail_msg("%s:\n  asked     %s\n  expected  %s", c->title, asked, c->asked);
}

static void test_cases(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        char verdict[2048];
        check_case(&cases[i], true, verdict, sizeof verdict);
        if (strcmp(verdict, cases[i].verdict) != 0)
            fail_msg("%s:\n  judged    %s\n  expected  %s", cases[i].title, verdict,
                     cases[i].verdict);
    }
}

/* Whatever the resolver says: an AD bit that may not be believed tells nothing. */
static void test_ad_not_believed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        char verdict[2048];
        check_case(&cases[i], false, verdict, sizeof verdict);
        assert_null(strstr(verdict, " secure"));
        assert_null(strstr(verdict, "insecure"));
        assert_null(strstr(verdict, "=secure"));
        assert_non_null(strstr(verdict, "indeterminate"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_ad_not_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
