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
 *              [addresses N] [special N] [ede N] [tlsa N] [usable N]
 * `TLSA h` is the question at `_25._tcp.h`; one that this world does not have is
 * securely denied, so that cases about other things need not say it, but is among
 * the asked.  `verdict` is what host_judge() must say, `asked` the questions in order. */
struct rule_case {
    const char *title, *world, *asked, *verdict;
};

static const struct rule_case cases[] = {
    {"a plain host, insecure", "A h = answer addresses 1 | AAAA h = nodata", "A h, AAAA h",
     "answer 1/0/0 insecure alias=none dane=insecure"},
    {"a plain host, secure",
     "A h = answer ad addresses 2 | AAAA h = answer ad addresses 1 special 1",
     "A h, AAAA h, TLSA h", "answer 2/1/1 secure alias=none dane=none tlsa=nodata@h/secure/0/0"},
    {"a secure address and an insecure denial: the answers that gave an address count",
     "A h = answer ad addresses 1 | AAAA h = nodata", "A h, AAAA h, TLSA h",
     "answer 1/0/0 secure alias=none dane=none tlsa=nodata@h/secure/0/0"},
    {"one address answer insecure", "A h = answer ad addresses 1 | AAAA h = answer addresses 1",
     "A h, AAAA h", "answer 1/1/0 insecure alias=none dane=insecure"},
    {"secure denials", "A h = nxdomain ad | AAAA h = nxdomain ad", "A h, AAAA h",
     "nxdomain 0/0/0 secure alias=none dane=unreachable"},
    {"one denial insecure", "A h = nodata ad | AAAA h = nodata", "A h, AAAA h",
     "nodata 0/0/0 insecure alias=none dane=unreachable"},
    {"one family says NXDOMAIN", "A h = nxdomain | AAAA h = nodata", "A h, AAAA h",
     "nxdomain 0/0/0 insecure alias=none dane=unreachable"},
    {"AAAA fails beside an answer: still an answer, the failure is kept",
     "A h = answer ad addresses 1 | AAAA h = servfail ede 22", "A h, AAAA h",
     "answer 1/-/0 secure alias=none failure=servfail ede=22 dane=failed incomplete"},
    {"A fails, AAAA has none: failed", "A h = timeout | AAAA h = nodata ad", "A h, AAAA h",
     "failed -/0/0 indeterminate alias=none failure=timeout dane=failed incomplete"},
    {"bogus addresses, and a CNAME question that shows no alias",
     "A h = bogus ede 6 | AAAA h = bogus | CNAME h = nodata ad", "A h, AAAA h, CNAME h",
     "failed -/-/- bogus alias=none failure=bogus ede=6 dane=failed incomplete"},
    {"everything fails: the alias is not known",
     "A h = servfail | AAAA h = servfail | CNAME h = servfail", "A h, AAAA h, CNAME h",
     "failed -/-/- indeterminate alias=NULL failure=servfail alias_failure=servfail dane=failed "
     "incomplete"},
    {"an alias, secure throughout: no further question",
     "A h = answer ad chain t addresses 1 | AAAA h = nodata ad chain t",
     "A h, AAAA h, TLSA t, TLSA h",
     "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure dane=none "
     "tlsa=nodata@h/secure/0/0"},
    {"an insecure answer: the alias is asked for itself (RFC 7672 s2.1.3)",
     "A h = answer chain t addresses 1 | AAAA h = nodata chain t | CNAME h = answer ad chain t",
     "A h, AAAA h, CNAME h, TLSA h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=secure dane=none "
     "tlsa=nodata@h/secure/0/0"},
    {"insecure alias",
     "A h = answer chain t addresses 1 | AAAA h = nodata chain t | CNAME h = answer chain t",
     "A h, AAAA h, CNAME h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=insecure dane=insecure"},
    {"only the AAAA answer is secure: it vouches for the alias too",
     "A h = servfail | AAAA h = answer ad chain t addresses 1", "A h, AAAA h",
     "answer -/1/0 secure alias=cname hops=1 target=t alias_dnssec=secure failure=servfail "
     "dane=failed incomplete"},
    {"a bogus CNAME question",
     "A h = answer chain t addresses 1 | AAAA h = answer chain t addresses 1 | CNAME h = bogus",
     "A h, AAAA h, CNAME h",
     "answer 1/1/0 insecure alias=cname hops=1 target=t alias_dnssec=bogus alias_failure=bogus "
     "dane=insecure incomplete"},
    {"dangling: NXDOMAIN with the CNAME (RFC 6604)",
     "A h = nxdomain ad chain t | AAAA h = nxdomain ad chain t", "A h, AAAA h",
     "nxdomain 0/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure problem=dangling "
     "dane=unreachable"},
    {"an alias to a name without addresses is no problem of the alias",
     "A h = nodata ad chain t | AAAA h = nodata ad chain t", "A h, AAAA h",
     "nodata 0/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure dane=unreachable"},
    {"a DNAME is asked for at its owner",
     "A h = answer chain t dname d addresses 1 | AAAA h = nodata chain t dname d | DNAME d = "
     "answer ad",
     "A h, AAAA h, DNAME d, TLSA h",
     "answer 1/0/0 insecure alias=dname hops=1 target=t alias_dnssec=secure dane=none "
     "tlsa=nodata@h/secure/0/0"},
    {"a self-loop, seen by walking",
     "A h = servfail | AAAA h = servfail | CNAME h = answer chain h", "A h, AAAA h, CNAME h",
     "failed -/-/- indeterminate alias=cname hops=1 target=h alias_dnssec=insecure problem=loop "
     "failure=servfail dane=failed incomplete"},
    {"a loop entered after one step: the closing record counts",
     "A h = servfail | AAAA h = servfail | CNAME h = answer ad chain a | CNAME a = answer chain b "
     "| CNAME b = answer chain a",
     "A h, AAAA h, CNAME h, CNAME a, CNAME b",
     "failed -/-/- indeterminate alias=cname hops=3 target=a alias_dnssec=secure problem=loop "
     "failure=servfail dane=failed incomplete"},
    {"a walk that fails half way",
     "A h = servfail | AAAA h = servfail | CNAME h = answer ad chain a | CNAME a = servfail",
     "A h, AAAA h, CNAME h, CNAME a",
     "failed -/-/- indeterminate alias=cname hops=1 target=a alias_dnssec=secure failure=servfail "
     "alias_failure=servfail dane=failed incomplete"},
    {"a short chain to a lame name is not asked again",
     "A h = servfail | AAAA h = servfail | CNAME h = answer chain a | CNAME a = nodata",
     "A h, AAAA h, CNAME h, CNAME a",
     "failed -/-/- indeterminate alias=cname hops=1 target=a alias_dnssec=insecure "
     "failure=servfail dane=failed incomplete"},
    {"a chain of nine, too long for some resolvers: addresses are asked again after the walk",
     "A h = servfail | AAAA h = servfail | CNAME h = answer ad chain a | CNAME a = answer chain b "
     "| CNAME b = answer chain c | CNAME c = answer chain d | CNAME d = answer chain e | CNAME e = "
     "answer chain f | CNAME f = answer chain g | CNAME g = answer chain i | CNAME i = answer "
     "chain j | CNAME j = nodata | A2 h = answer chain a>b>c>d>e>f>g>i>j addresses 1 | AAAA2 h = "
     "nodata chain a>b>c>d>e>f>g>i>j",
     "A h, AAAA h, CNAME h, CNAME a, CNAME b, CNAME c, CNAME d, CNAME e, CNAME f, CNAME g, CNAME "
     "i, CNAME j, A h, AAAA h, TLSA h",
     "answer 1/0/0 insecure alias=cname hops=9 target=j alias_dnssec=secure dane=none "
     "tlsa=nodata@h/secure/0/0"},
    {"a chain of nine whose links A taught the resolver: AAAA knows it, A is asked again",
     "A h = servfail | AAAA h = nodata ad chain b>c>d>e>f>g>i>j>k | A2 h = answer ad chain "
     "b>c>d>e>f>g>i>j>k addresses 1 | AAAA2 h = nodata ad chain b>c>d>e>f>g>i>j>k",
     "A h, AAAA h, A h, AAAA h, TLSA k, TLSA h",
     "answer 1/0/0 secure alias=cname hops=9 target=k alias_dnssec=secure dane=none "
     "tlsa=nodata@h/secure/0/0"},
    {"asked again once only",
     "A h = servfail | AAAA h = nodata ad chain b>c>d>e>f>g>i>j>k | A2 h = servfail | AAAA2 h = "
     "nodata ad chain b>c>d>e>f>g>i>j>k",
     "A h, AAAA h, A h, AAAA h",
     "failed -/0/0 indeterminate alias=cname hops=9 target=k alias_dnssec=secure failure=servfail "
     "dane=failed incomplete"},
    {"two CNAMEs at one owner",
     "A h = answer ad chain t multiple addresses 1 | AAAA h = nodata ad chain t multiple",
     "A h, AAAA h, TLSA t, TLSA h",
     "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure problem=multiple "
     "dane=none tlsa=nodata@h/secure/0/0"},
    {"seventeen hops are too long, the addresses as the resolver gave them",
     "A h = answer ad chain b>c>d>e>f>g>i>j>k>l>m>n>o>p>q>r>s addresses 1 | AAAA h = nodata ad",
     "A h, AAAA h, TLSA h",
     "answer 1/0/0 secure alias=cname hops=17 target=s alias_dnssec=secure problem=too_long "
     "dane=none tlsa=nodata@h/secure/0/0"},
    {"sixteen are not",
     "A h = answer ad chain b>c>d>e>f>g>i>j>k>l>m>n>o>p>q>r addresses 1 | AAAA h = nodata ad",
     "A h, AAAA h, TLSA r, TLSA h",
     "answer 1/0/0 secure alias=cname hops=16 target=r alias_dnssec=secure dane=none "
     "tlsa=nodata@h/secure/0/0"},
    /* --- TLSA: RFC 7672 s2.2.2, s2.2.3 --- */
    {"usable records at the host",
     "A h = answer ad addresses 1 | AAAA h = nodata ad | "
     "TLSA h = answer ad tlsa 2 usable 1",
     "A h, AAAA h, TLSA h", "answer 1/0/0 secure alias=none dane=usable tlsa=answer@h/secure/2/1"},
    {"secure, but none is usable",
     "A h = answer ad addresses 1 | AAAA h = nodata ad | "
     "TLSA h = answer ad tlsa 2",
     "A h, AAAA h, TLSA h",
     "answer 1/0/0 secure alias=none dane=unusable tlsa=answer@h/secure/2/0"},
    {"denied by NXDOMAIN",
     "A h = answer ad addresses 1 | AAAA h = nodata ad | TLSA h = nxdomain ad",
     "A h, AAAA h, TLSA h", "answer 1/0/0 secure alias=none dane=none tlsa=nxdomain@h/secure/0/0"},
    {"an insecure denial is no failure (s2.1.1)",
     "A h = answer ad addresses 1 | AAAA h = nodata ad | TLSA h = nxdomain", "A h, AAAA h, TLSA h",
     "answer 1/0/0 secure alias=none dane=none tlsa=nxdomain@h/insecure/0/0"},
    {"over an insecure CNAME at _25._tcp: records that do not count",
     "A h = answer ad addresses 1 | AAAA h = nodata ad | TLSA h = answer chain x tlsa 3",
     "A h, AAAA h, TLSA h", "answer 1/0/0 secure alias=none dane=none tlsa=answer@h/insecure/3/0"},
    {"over a secure CNAME at _25._tcp: the base stays the host",
     "A h = answer ad addresses 1 | AAAA h = nodata ad | TLSA h = answer ad chain x tlsa 1 usable "
     "1",
     "A h, AAAA h, TLSA h", "answer 1/0/0 secure alias=none dane=usable tlsa=answer@h/secure/1/1"},
    {"a TLSA question that fails (s2.1.2)",
     "A h = answer ad addresses 1 | AAAA h = nodata ad | TLSA h = timeout", "A h, AAAA h, TLSA h",
     "answer 1/0/0 secure alias=none dane=failed tlsa=failed@h/indeterminate/-/- "
     "tlsa_failure=timeout incomplete"},
    {"bogus TLSA", "A h = answer ad addresses 1 | AAAA h = nodata ad | TLSA h = bogus",
     "A h, AAAA h, TLSA h",
     "answer 1/0/0 secure alias=none dane=failed tlsa=failed@h/bogus/-/- tlsa_failure=bogus "
     "incomplete"},
    {"insecure addresses of one family: not asked",
     "A h = answer ad addresses 1 | AAAA h = answer addresses 1 | TLSA h = answer ad tlsa 1 usable "
     "1",
     "A h, AAAA h", "answer 1/1/0 insecure alias=none dane=insecure"},
    {"an alias, secure throughout: the target has records",
     "A h = answer ad chain m>t addresses 1 | AAAA h = nodata ad chain m>t | "
     "TLSA t = answer ad tlsa 1 usable 1 | TLSA h = answer ad tlsa 5 usable 5",
     "A h, AAAA h, TLSA t",
     "answer 1/0/0 secure alias=cname hops=2 target=t alias_dnssec=secure dane=usable "
     "tlsa=answer@t/secure/1/1"},
    {"the target has none, the host has",
     "A h = answer ad chain m>t addresses 1 | AAAA h = nodata ad chain m>t | "
     "TLSA t = nxdomain ad | TLSA h = answer ad tlsa 5 usable 5",
     "A h, AAAA h, TLSA t, TLSA h",
     "answer 1/0/0 secure alias=cname hops=2 target=t alias_dnssec=secure dane=usable "
     "tlsa=answer@h/secure/5/5"},
    {"records only in the middle of the chain do not count (s2.2.3)",
     "A h = answer ad chain m>t addresses 1 | AAAA h = nodata ad chain m>t | "
     "TLSA m = answer ad tlsa 1 usable 1",
     "A h, AAAA h, TLSA t, TLSA h",
     "answer 1/0/0 secure alias=cname hops=2 target=t alias_dnssec=secure dane=none "
     "tlsa=nodata@h/secure/0/0"},
    {"unusable records at the target stop the search",
     "A h = answer ad chain t addresses 1 | AAAA h = nodata ad chain t | "
     "TLSA t = answer ad tlsa 2 | TLSA h = answer ad tlsa 1 usable 1",
     "A h, AAAA h, TLSA t",
     "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure dane=unusable "
     "tlsa=answer@t/secure/2/0"},
    {"an error at the target stops the search",
     "A h = answer ad chain t addresses 1 | AAAA h = nodata ad chain t | "
     "TLSA t = servfail | TLSA h = answer ad tlsa 1 usable 1",
     "A h, AAAA h, TLSA t",
     "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure dane=failed "
     "tlsa=failed@t/indeterminate/-/- tlsa_failure=servfail incomplete"},
    {"insecure records at the target do not",
     "A h = answer ad chain t addresses 1 | AAAA h = nodata ad chain t | "
     "TLSA t = answer tlsa 2 | TLSA h = answer ad tlsa 1 usable 1",
     "A h, AAAA h, TLSA t, TLSA h",
     "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure dane=usable "
     "tlsa=answer@h/secure/1/1"},
    {"an error at the host after a denial at the target",
     "A h = answer ad chain t addresses 1 | AAAA h = nodata ad chain t | "
     "TLSA t = nodata ad | TLSA h = refused",
     "A h, AAAA h, TLSA t, TLSA h",
     "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure dane=failed "
     "tlsa=failed@h/indeterminate/-/- tlsa_failure=refused incomplete"},
    {"a secure alias into an insecure zone: the host alone",
     "A h = answer chain t addresses 1 | AAAA h = nodata chain t | CNAME h = answer ad chain t | "
     "TLSA t = answer ad tlsa 1 usable 1 | TLSA h = answer ad tlsa 2 usable 2",
     "A h, AAAA h, CNAME h, TLSA h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=secure dane=usable "
     "tlsa=answer@h/secure/2/2"},
    {"an insecure alias into a secure zone: DANE is lost",
     "A h = answer chain t addresses 1 | AAAA h = nodata chain t | CNAME h = answer chain t | "
     "TLSA t = answer ad tlsa 1 usable 1",
     "A h, AAAA h, CNAME h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=insecure dane=insecure"},
    {"records behind failed addresses are not asked for (s2.1.2)",
     "A h = answer ad addresses 1 | AAAA h = timeout | TLSA h = answer ad tlsa 1 usable 1",
     "A h, AAAA h", "answer 1/-/0 secure alias=none failure=timeout dane=failed incomplete"},
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
        else if (strcmp(word, "tlsa") == 0)
            reply->tlsa_count = (unsigned)atoi(strtok_r(NULL, " ", &rest));
        else if (strcmp(word, "usable") == 0)
            reply->tlsa_usable_count = (unsigned)atoi(strtok_r(NULL, " ", &rest));
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
    char key[512], world[2048], *rest = NULL;
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
    if (strncmp(key, "TLSA ", 5) == 0) {
        char denial[] = "nodata ad";
        read_reply(denial, reply, chain);
        return;
    }
    fail_msg("%s: asked %s, which this world does not expect", c->title, key);
}

static const char *type_text(enum record_type type)
{
    return type == TYPE_A       ? "A"
           : type == TYPE_AAAA  ? "AAAA"
           : type == TYPE_DNAME ? "DNAME"
           : type == TYPE_TLSA  ? "TLSA"
                                : "CNAME";
}

static void ask(const struct rule_case *c, struct host_case *host, enum record_type type,
                const struct name *name, char *asked, size_t size)
{
    static struct chain chain;
    struct host_reply reply;
    char text[NAME_TEXT_MAX], question[NAME_TEXT_MAX + 16];
    name_to_text(name, text);
    if (type == TYPE_TLSA)
        assert_memory_equal(text, "_25._tcp.", 9);
    snprintf(question, sizeof question, "%s %s", type_text(type),
             text + (type == TYPE_TLSA ? 9 : 0));
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

/* OUTCOME[@NAME of the hop]/DNSSEC/COUNT/USABLE */
static void print_tlsa(const struct host_case *host, const struct host_verdict *verdict, char *out,
                       size_t size)
{
    char base[NAME_TEXT_MAX];
    if (verdict->tlsa_outcome == OUTCOME_UNKNOWN) {
        assert_int_equal(verdict->tlsa_dnssec, DNSSEC_UNKNOWN);
        assert_int_equal(verdict->tlsa_count, -1);
        assert_int_equal(verdict->tlsa_usable_count, -1);
        return;
    }
    name_to_text(verdict->tlsa_hop == 0 ? &host->name : &host->hops[verdict->tlsa_hop - 1].target,
                 base);
    snprintf(out + strlen(out), size - strlen(out), " tlsa=%s@%s/%s/",
             outcome_word(verdict->tlsa_outcome), base, dnssec_word(verdict->tlsa_dnssec));
    print_count(out, size, verdict->tlsa_count, "/");
    print_count(out, size, verdict->tlsa_usable_count, "");
    if (verdict->tlsa_outcome == OUTCOME_FAILED)
        snprintf(out + strlen(out), size - strlen(out), " tlsa_failure=%s",
                 failure_word(host->tlsa.failure));
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
    snprintf(out + strlen(out), size - strlen(out), " dane=%s", dane_word(verdict.dane));
    print_tlsa(host, &verdict, out, size);
    if (!verdict.complete)
        snprintf(out + strlen(out), size - strlen(out), " incomplete");
}

static void check_case(const struct rule_case *c, const char *host_name, bool believe_ad,
                       enum tlsa_policy policy, char *verdict, size_t size)
{
    struct name name = read_name(host_name);
    struct host_case host;
    char asked[2048] = "";
    host_case_init(&host, &name, believe_ad, policy);
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
    if ((believe_ad || policy == TLSA_ALL) && strcmp(asked, c->asked) != 0)
        fail_msg("%s:\n  asked     %s\n  expected  %s", c->title, asked, c->asked);
}

static void test_cases(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        char verdict[2048];
        check_case(&cases[i], "h", true, TLSA_SECURE, verdict, sizeof verdict);
        if (strcmp(verdict, cases[i].verdict) != 0)
            fail_msg("%s:\n  judged    %s\n  expected  %s", cases[i].title, verdict,
                     cases[i].verdict);
    }
}

/* Names other than `h`, or asked by another policy. */
struct special_case {
    const char *host;
    enum tlsa_policy policy;
    bool believe_ad;
    struct rule_case c;
};

#define LABEL_60 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff"
#define NAME_245                                                                                   \
    LABEL_60 "." LABEL_60 "." LABEL_60 "." LABEL_60 /* 4 * 61 + 1 octets in wire form */

static const struct special_case special_cases[] = {
    /* the example of RFC 7672 s3.2.2 */
    {"mx15.example.com",
     TLSA_SECURE,
     true,
     {"mx15: the backup host has no records, the exchange itself has",
      "A mx15.example.com = answer ad chain mxbackup.example.com addresses 1 | "
      "AAAA mx15.example.com = nodata ad chain mxbackup.example.com | "
      "TLSA mxbackup.example.com = nxdomain ad | TLSA mx15.example.com = answer ad tlsa 1 usable 1",
      "A mx15.example.com, AAAA mx15.example.com, TLSA mxbackup.example.com, TLSA mx15.example.com",
      "answer 1/0/0 secure alias=cname hops=1 target=mxbackup.example.com alias_dnssec=secure "
      "dane=usable tlsa=answer@mx15.example.com/secure/1/1"}},
    {"mx20.example.com",
     TLSA_SECURE,
     true,
     {"mx20: the backup host in another zone has them",
      "A mx20.example.com = answer ad chain mxbackup.example.net addresses 1 | "
      "AAAA mx20.example.com = nodata ad chain mxbackup.example.net | "
      "TLSA mxbackup.example.net = answer ad tlsa 1 usable 1",
      "A mx20.example.com, AAAA mx20.example.com, TLSA mxbackup.example.net",
      "answer 1/0/0 secure alias=cname hops=1 target=mxbackup.example.net alias_dnssec=secure "
      "dane=usable tlsa=answer@mxbackup.example.net/secure/1/1"}},
    /* 9 octets of _25._tcp. before 246 are 255, before 247 too many */
    {"a" NAME_245,
     TLSA_SECURE,
     true,
     {"a name that just has room",
      "A a" NAME_245 " = answer ad addresses 1 | AAAA a" NAME_245 " = nodata ad",
      "A a" NAME_245 ", AAAA a" NAME_245 ", TLSA a" NAME_245,
      "answer 1/0/0 secure alias=none dane=none tlsa=nodata@a" NAME_245 "/secure/0/0"}},
    {"aa" NAME_245,
     TLSA_SECURE,
     true,
     {"a name that has not",
      "A aa" NAME_245 " = answer ad addresses 1 | AAAA aa" NAME_245 " = nodata ad",
      "A aa" NAME_245 ", AAAA aa" NAME_245, "answer 1/0/0 secure alias=none dane=none"}},
    {"h",
     TLSA_SECURE,
     true,
     {"a target without room: the host is still a candidate",
      "A h = answer ad chain aa" NAME_245 " addresses 1 | AAAA h = nodata ad | "
      "TLSA h = answer ad tlsa 1 usable 1",
      "A h, AAAA h, TLSA h",
      "answer 1/0/0 secure alias=cname hops=1 target=aa" NAME_245
      " alias_dnssec=secure dane=usable tlsa=answer@h/secure/1/1"}},
    {"aa" NAME_245,
     TLSA_SECURE,
     true,
     {"a host without room: its target is a candidate",
      "A aa" NAME_245 " = answer ad chain t addresses 1 | AAAA aa" NAME_245 " = nodata ad | "
      "TLSA t = nxdomain ad",
      "A aa" NAME_245 ", AAAA aa" NAME_245 ", TLSA t",
      "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure dane=none "
      "tlsa=nxdomain@t/secure/0/0"}},
    /* --tlsa all */
    {"h",
     TLSA_ALL,
     true,
     {"an insecure host is asked, and stays insecure",
      "A h = answer addresses 1 | AAAA h = nodata | TLSA h = answer tlsa 2", "A h, AAAA h, TLSA h",
      "answer 1/0/0 insecure alias=none dane=insecure tlsa=answer@h/insecure/2/0"}},
    {"h",
     TLSA_ALL,
     true,
     {"a failure there is no failure of DANE",
      "A h = answer addresses 1 | AAAA h = nodata | TLSA h = servfail", "A h, AAAA h, TLSA h",
      "answer 1/0/0 insecure alias=none dane=insecure tlsa=failed@h/indeterminate/-/- "
      "tlsa_failure=servfail incomplete"}},
    {"h",
     TLSA_ALL,
     true,
     {"an insecure alias: at the host alone",
      "A h = answer chain t addresses 1 | AAAA h = nodata chain t | CNAME h = answer chain t | "
      "TLSA t = answer ad tlsa 1 usable 1",
      "A h, AAAA h, CNAME h, TLSA h",
      "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=insecure dane=insecure "
      "tlsa=nodata@h/secure/0/0"}},
    {"h",
     TLSA_ALL,
     true,
     {"a host without address is not", "A h = nodata | AAAA h = nodata", "A h, AAAA h",
      "nodata 0/0/0 insecure alias=none dane=unreachable"}},
    {"h",
     TLSA_ALL,
     true,
     {"nor one whose addresses failed", "A h = answer addresses 1 | AAAA h = servfail",
      "A h, AAAA h", "answer 1/-/0 insecure alias=none failure=servfail dane=failed incomplete"}},
    {"h",
     TLSA_ALL,
     false,
     {"AD that may not be believed",
      "A h = answer ad addresses 1 | AAAA h = nodata ad | TLSA h = answer ad tlsa 2 usable 2",
      "A h, AAAA h, TLSA h",
      "answer 1/0/0 indeterminate alias=none dane=insecure tlsa=answer@h/indeterminate/2/0"}},
};

static void test_special_cases(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof special_cases / sizeof *special_cases; i++) {
        const struct special_case *s = &special_cases[i];
        char verdict[2048];
        check_case(&s->c, s->host, s->believe_ad, s->policy, verdict, sizeof verdict);
        if (strcmp(verdict, s->c.verdict) != 0)
            fail_msg("%s:\n  judged    %s\n  expected  %s", s->c.title, verdict, s->c.verdict);
    }
}

/* Whatever the resolver says: an AD bit that may not be believed tells nothing. */
static void test_ad_not_believed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        char verdict[2048];
        check_case(&cases[i], "h", false, TLSA_SECURE, verdict, sizeof verdict);
        char *dane = strstr(verdict, " dane=");
        assert_non_null(dane);
        assert_null(strstr(verdict, "tlsa="));
        if (strncmp(dane, " dane=insecure", 14) == 0)
            memset(dane, 'x', 14); /* DANE does not apply: the one `insecure` there is */
        assert_null(strstr(verdict, "dane=none"));
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
        cmocka_unit_test(test_special_cases),
        cmocka_unit_test(test_ad_not_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
