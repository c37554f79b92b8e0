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

static void read_outcome(const char *word, struct lookup_answer *reply)
{
    for (enum outcome outcome = OUTCOME_ANSWER; outcome <= OUTCOME_NXDOMAIN; outcome++) {
        if (strcmp(word, outcome_word(outcome)) == 0)
            reply->outcome = outcome;
    }
    for (enum failure failure = FAILURE_TIMEOUT; failure <= FAILURE_LAST; failure++) {
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
    *reply = (struct host_reply){.lookup.tries = 1};
    *chain = (struct chain){0};
    read_outcome(strtok_r(text, " ", &rest), &reply->lookup);
    for (char *word; (word = strtok_r(NULL, " ", &rest)) != NULL;) {
        if (strcmp(word, "ad") == 0)
            reply->lookup.authentic = true;
        else if (strcmp(word, "unvalidated") == 0)
            reply->lookup.unvalidated = true;
        else if (strcmp(word, "overflow") == 0)
            chain->overflow = true;
        else if (strcmp(word, "loop") == 0)
            chain->loop = true;
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
            reply->lookup.ede = (struct ede){1, {(uint16_t)atoi(strtok_r(NULL, " ", &rest))}};
        else if (strcmp(word, "dname") == 0) {
            chain->hops[0].kind = ALIAS_DNAME;
            chain->dname_owner = read_name(strtok_r(NULL, " ", &rest));
        } else
            fail_msg("what is %s?", word);
    }
    if (!lookup_failed(&reply->lookup))
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
           : type == TYPE_CNAME ? "CNAME"
                                : "?";
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
    if (count == -1)
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
                 failure_word(host->tlsa.lookup.failure));
}

static void print_dane(const char *what, enum dane dane, char *out, size_t size)
{
    const char *word = dane_word(dane);
    snprintf(out + strlen(out), size - strlen(out), "%s%s", what, word != NULL ? word : "NULL");
}

/* Each lookup that failed shows in the other columns, too. */
static unsigned failing(const struct host_case *host, const struct host_verdict *verdict)
{
    unsigned a = verdict->ipv4_count == -1 ? HOST_FAILING_A : 0;
    unsigned aaaa = verdict->ipv6_count == -1 ? HOST_FAILING_AAAA : 0;
    unsigned alias = host->alias_failure.done ? HOST_FAILING_ALIAS : 0;
    unsigned tlsa = verdict->tlsa_outcome == OUTCOME_FAILED ? HOST_FAILING_TLSA : 0;
    return a | aaaa | alias | tlsa;
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
    if (verdict.alias == ALIAS_CNAME || verdict.alias == ALIAS_DNAME) {
        if (host->hop_count > 0)
            name_to_text(&host->hops[host->hop_count - 1].target, target);
        snprintf(out + strlen(out), size - strlen(out), " hops=%u target=%s alias_dnssec=%s",
                 host->hop_count, host->hop_count > 0 ? target : "NULL",
                 dnssec_word(verdict.alias_dnssec));
    }
    if (verdict.alias_problem != ALIAS_NO_PROBLEM)
        snprintf(out + strlen(out), size - strlen(out), " problem=%s",
                 alias_problem_word(verdict.alias_problem));
    if (verdict.failure != FAILURE_NONE)
        snprintf(out + strlen(out), size - strlen(out), " failure=%s",
                 failure_word(verdict.failure));
    if (verdict.failure != FAILURE_NONE && verdict.tries != 1)
        snprintf(out + strlen(out), size - strlen(out), " tries=%u", verdict.tries);
    if (verdict.ede.count > 0) {
        ede_to_text(&verdict.ede, ede);
        snprintf(out + strlen(out), size - strlen(out), " ede=%s", ede);
    }
    if (host->alias_failure.done) {
        assert_true(lookup_failed(&host->alias_failure.lookup));
        assert_false(host->alias_failure.lookup.authentic);
        snprintf(out + strlen(out), size - strlen(out), " alias_failure=%s",
                 failure_word(host->alias_failure.lookup.failure));
    }
    print_dane(" dane=", verdict.dane, out, size);
    if (verdict.dane_exim != verdict.dane)
        print_dane(" exim=", verdict.dane_exim, out, size);
    print_tlsa(host, &verdict, out, size);
    assert_int_equal(verdict.failed, failing(host, &verdict));
    if (verdict.failed != 0)
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

/* What a cache gives is what it has left: the longer of two times stays, whichever came first. */
static void test_ttl_of_hops(void **state)
{
    (void)state;
    for (unsigned turn = 0; turn < 2; turn++) {
        struct host_case host;
        struct name name = read_name("h");
        struct chain fresh = {.count = 2,
                              .hops = {{ALIAS_CNAME, 300, read_name("a.example")},
                                       {ALIAS_CNAME, 50, read_name("b.example")}}};
        struct chain cached = fresh;
        cached.hops[0].ttl = 299;
        cached.hops[1].ttl = 60;
        struct host_reply a = {.lookup = {.outcome = OUTCOME_ANSWER, .authentic = true},
                               .chain = &fresh,
                               .address_count = 1};
        struct host_reply aaaa = a;
        aaaa.chain = &cached;
        host_case_init(&host, &name, true, TLSA_SECURE, malloc);
        if (turn == 0)
            host_take(&host, TYPE_A, &a);
        host_take(&host, TYPE_AAAA, &aaaa);
        if (turn == 1)
            host_take(&host, TYPE_A, &a);
        assert_int_equal(host.hop_count, 2);
        assert_int_equal(host.hops[0].ttl, 300);
        assert_int_equal(host.hops[1].ttl, 60);
        host_case_done(&host);
    }
}

/* Whatever the resolver says: an AD bit that may not be believed tells nothing. */
static void test_ad_not_believed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        char verdict[2048];
        check_case(&cases[i], "h", false, TLSA_SECURE, verdict, sizeof verdict);
        bool no_address = strncmp(verdict, "nodata", 6) == 0 || strncmp(verdict, "nxdom", 5) == 0;
        assert_non_null(strstr(verdict, no_address ? " dane=unreachable" : " dane=NULL"));
        assert_null(strstr(verdict, "exim="));
        assert_null(strstr(verdict, "tlsa="));
        assert_null(strstr(verdict, " secure"));
        assert_null(strstr(verdict, "insecure"));
        assert_null(strstr(verdict, "=secure"));
        assert_non_null(strstr(verdict, "indeterminate"));
        const char *alias = strstr(verdict, " alias_dnssec=");
        if (alias != NULL)
            assert_memory_equal(alias, " alias_dnssec=indeterminate", 27);
    }
}

/* A search may begin in any memory. */
static void test_search_begins_afresh(void **state)
{
    (void)state;
    struct name name = read_name("h");
    const struct tlsa_facts facts = {.address_outcome = OUTCOME_NODATA, .host = &name};
    struct tlsa_search search;
    memset(&search, 0xee, sizeof search);
    assert_false(tlsa_search_begin(&search, &facts));
    assert_int_equal(search.dane, DANE_UNREACHABLE);
    assert_int_equal(search.dane_exim, DANE_UNREACHABLE);
    assert_int_equal(search.lookup.outcome, OUTCOME_UNKNOWN);
    assert_int_equal(search.dnssec, DNSSEC_UNKNOWN);
    assert_null(tlsa_search_base(&search));
}

/* --- worlds at random: the order of A and AAAA matters for nothing --- */

enum {
    RANDOM_WORLDS = 20000
};

/* The same numbers for the same world and question, in whatever order questions come. */
struct dice {
    uint64_t state;
};

static unsigned roll(struct dice *dice, unsigned sides)
{
    dice->state = dice->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(dice->state >> 33) % sides;
}

static struct dice dice_of(uint64_t world, enum record_type type, const struct name *name)
{
    struct dice dice = {world * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)type * 977};
    for (unsigned i = 0; i < name->length; i++)
        dice.state = (dice.state ^ name->wire[i]) * UINT64_C(0x100000001b3);
    roll(&dice, 2);
    return dice;
}

/* Few names, so that the chains of A and AAAA are often the same, or part. */
static void roll_chain(struct dice *dice, const struct name *from, struct chain *chain)
{
    static const char *const names[] = {"h", "t", "u", "v", "w"};
    unsigned next = 1, count = roll(dice, 4);
    chain->multiple = roll(dice, 8) == 0;
    chain->dname_owner = read_name(roll(dice, 2) == 0 ? "sub" : "x.sub");
    for (; chain->count < count && next < 5 && !chain->loop; chain->count++) {
        struct hop *hop = &chain->hops[chain->count];
        bool back = roll(dice, 16) == 0;
        hop->kind = roll(dice, 3) == 0 ? ALIAS_DNAME : ALIAS_CNAME;
        hop->target = read_name(back ? "h" : names[next]);
        chain->loop = name_equal(&hop->target, from);
        next += 1 + roll(dice, 2);
    }
}

static void roll_reply(uint64_t world, enum record_type type, const struct name *name,
                       struct host_reply *reply, struct chain *chain)
{
    struct dice dice = dice_of(world, type, name);
    *reply = (struct host_reply){.lookup.tries = 1 + roll(&dice, 3)};
    *chain = (struct chain){0};
    reply->lookup.outcome = OUTCOME_ANSWER + roll(&dice, 4);
    ede_add(&reply->lookup.ede, (uint16_t)roll(&dice, 4));
    if (reply->lookup.outcome == OUTCOME_FAILED) {
        reply->lookup.failure = FAILURE_TIMEOUT + roll(&dice, 3);
        return;
    }
    reply->chain = chain;
    reply->lookup.authentic = roll(&dice, 2) == 0;
    reply->lookup.unvalidated = !reply->lookup.authentic && roll(&dice, 8) == 0;
    if (type != TYPE_DNAME)
        roll_chain(&dice, name, chain);
    chain->overflow = reply->lookup.outcome == OUTCOME_NXDOMAIN && roll(&dice, 4) == 0;
    if (reply->lookup.outcome == OUTCOME_ANSWER)
        reply->address_count = reply->tlsa_count = 1 + roll(&dice, 2);
    reply->tlsa_usable_count = reply->tlsa_count > 0 ? roll(&dice, 2) : 0;
}

/* What was asked after the addresses, and the verdict. */
static void judge_random(uint64_t world, bool aaaa_first, char *out, size_t size)
{
    static struct chain chain;
    struct host_reply reply;
    struct host_case host;
    struct host_question question;
    struct name name = read_name("h");
    char asked[NAME_TEXT_MAX];
    host_case_init(&host, &name, true, world % 4 == 0 ? TLSA_ALL : TLSA_SECURE, malloc);
    *out = '\0';
    while (host.stage != HOST_JUDGED) {
        host_next(&host, &question);
        bool both = question.a && question.aaaa, address = question.a || question.aaaa;
        enum record_type first = aaaa_first ? TYPE_AAAA : TYPE_A;
        enum record_type type = both         ? first
                                : question.a ? TYPE_A
                                : address    ? TYPE_AAAA
                                             : question.type;
        roll_reply(world, type, question.name, &reply, &chain);
        bool last = host_take(&host, type, &reply);
        assert_int_equal(last, !both); /* the other one is waited for */
        name_to_text(question.name, asked);
        if (!address)
            snprintf(out + strlen(out), size - strlen(out), "%s %s, ", type_text(type), asked);
        if (both) {
            type = type == TYPE_A ? TYPE_AAAA : TYPE_A;
            roll_reply(world, type, question.name, &reply, &chain);
            assert_true(host_take(&host, type, &reply));
        }
    }
    for (unsigned i = 0; i < host.hop_count; i++) {
        name_to_text(&host.hops[i].target, asked);
        snprintf(out + strlen(out), size - strlen(out), "%s>%s ", alias_word(host.hops[i].kind),
                 asked);
    }
    print_verdict(&host, out + strlen(out), size - strlen(out));
    host_case_done(&host);
}

static void test_order_matters_for_nothing(void **state)
{
    (void)state;
    for (uint64_t world = 0; world < RANDOM_WORLDS; world++) {
        char a_first[4096], aaaa_first[4096];
        judge_random(world, false, a_first, sizeof a_first);
        judge_random(world, true, aaaa_first, sizeof aaaa_first);
        if (strcmp(a_first, aaaa_first) != 0)
            fail_msg("world %u:\n  A first     %s\n  AAAA first  %s", (unsigned)world, a_first,
                     aaaa_first);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_ttl_of_hops),
        cmocka_unit_test(test_special_cases),
        cmocka_unit_test(test_ad_not_believed),
        cmocka_unit_test(test_search_begins_afresh),
        cmocka_unit_test(test_order_matters_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
