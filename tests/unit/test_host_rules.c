/* Cases of the host rules, as text: what each question would be answered, and
 * what must have been asked and judged.  Expectations come from RFC 7672 s2.1-2.2
 * and the data dictionary, not from the code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "host_cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* The reply of this world; a question with a 2 is the one asked later.  False: excluded. */
static bool answer(const struct rule_case *c, bool later, const char *question,
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
            if (strncmp(entry + strlen(key), "excluded", 8) == 0)
                return false;
            read_reply(entry + strlen(key), reply, chain);
            return true;
        }
    }
    if (strncmp(key, "TLSA ", 5) == 0) {
        char denial[] = "nodata ad";
        read_reply(denial, reply, chain);
        return true;
    }
    fail_msg("%s: asked %s, which this world does not expect", c->title, key);
    return false;
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
    if (!answer(c, host->stage == HOST_ADDRESSES_AGAIN, question, &reply, &chain)) {
        host_refuse(host);
        return;
    }
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

/* The questions asked in order; A and AAAA are asked together, and AAAA may be answered first. */
static void judge_case(const struct rule_case *c, const char *host_name, bool believe_ad,
                       enum tlsa_policy policy, bool aaaa_first, char *asked, size_t asked_size,
                       char *verdict, size_t size)
{
    struct name name = read_name(host_name);
    struct host_case host;
    *asked = '\0';
    host_case_init(&host, &name, believe_ad, policy, malloc);
    while (host.stage != HOST_JUDGED) {
        struct host_question question;
        host_next(&host, &question);
        if (question.aaaa && aaaa_first)
            ask(c, &host, TYPE_AAAA, question.name, asked, asked_size);
        if (question.a)
            ask(c, &host, TYPE_A, question.name, asked, asked_size);
        if (question.aaaa && !aaaa_first)
            ask(c, &host, TYPE_AAAA, question.name, asked, asked_size);
        if (!question.a && !question.aaaa)
            ask(c, &host, question.type, question.name, asked, asked_size);
    }
    print_verdict(&host, verdict, size);
    host_case_done(&host);
}

static void check_case(const struct rule_case *c, const char *host_name, bool believe_ad,
                       enum tlsa_policy policy, char *verdict, size_t size)
{
    char asked[2048], other_asked[2048], other[2048];
    judge_case(c, host_name, believe_ad, policy, true, other_asked, sizeof other_asked, other,
               sizeof other);
    judge_case(c, host_name, believe_ad, policy, false, asked, sizeof asked, verdict, size);
    if (strcmp(verdict, other) != 0)
        fail_msg("%s:\n  judged      %s\n  AAAA first  %s", c->title, verdict, other);
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

static void test_special_cases(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof special_cases / sizeof *special_cases; i++) {
        const struct special_case *s = &special_cases[i];
        char verdict[2048];
        check_case(&s->c, s->host, !s->doubt_ad, s->policy, verdict, sizeof verdict);
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
