/* text.c - a domain told: its MX records, hosts with their addresses and aliases, and what
 * is wrong with them (RFC 5321, RFC 2181, RFC 7505). */
#include "crawler/cli/check/story.h"

#include "crawler/core/name.h"

#include <string.h>

/* --- hosts --- */

/* of each hop by itself: hops.h */
static const char hops_sql[] = "SELECT a.owner, a.target, a.kind, s.dnssec FROM aliases AS a"
                               " JOIN temp.hop_dnssec AS s ON s.host = a.host AND s.hop = a.hop"
                               " WHERE a.host = ?1 ORDER BY a.hop";

static int tell_hop(struct story *story, sqlite3_stmt *row)
{
    story_say(story, "      %s -> %s (%s, %s)\n", story_text(row, 0), story_text(row, 1),
              story_is(row, 2, "dname") ? "DNAME" : "CNAME", story_text(row, 3));
    return 0;
}

static int tell_address(struct story *story, sqlite3_stmt *row)
{
    story_say(story, "      %s%s\n", story_text(row, 0),
              sqlite3_column_int(row, 1) != 0 ? "  special-purpose: not reachable from everywhere"
                                              : "");
    return 0;
}

/* columns of host_sql */
enum {
    HOST_NAME,
    HOST_OUTCOME,
    HOST_FAILURE,
    HOST_EDE,
    HOST_SPECIAL,
    HOST_DNSSEC,
    HOST_ALIAS,
    HOST_PROBLEM,
    HOST_IPV4, /* NULL: its lookup failed */
    HOST_IPV6,
    HOST_TARGET,
};
static const char host_sql[] =
    "SELECT host, address_outcome, failure, ede, special_count, dnssec, alias, alias_problem,"
    " ipv4_count, ipv6_count, alias_target FROM hosts WHERE host = ?1";

/* A chain of aliases that leads nowhere, or nobody knows where. */
static void tell_alias_problem(struct story *story, sqlite3_stmt *row)
{
    const char *host = story_text(row, HOST_NAME);
    struct advice advice;
    advice_begin(&advice);
    advice_say(&advice, story->implicit ? "publish addresses there, or an MX record that names a "
                                          "host which has some"
                                        : "name a host with addresses of its own as the exchange");
    advice_step(&advice, story->implicit ? ADVICE_PUBLISH_MX : ADVICE_NAME_HOST, host, NULL);
    if (story_is(row, HOST_PROBLEM, "multiple"))
        story_find(story, FINDING_ALIAS_MULTIPLE, host, &advice,
                   "two CNAME records at one name (RFC 2181 s10.1)");
    else if (story_is(row, HOST_PROBLEM, "loop"))
        story_find(story, FINDING_ALIAS_LOOP, host, &advice,
                   "an alias that leads back to itself: no address can ever be found");
    else if (story_is(row, HOST_PROBLEM, "too_long"))
        story_find(story, FINDING_ALIAS_TOO_LONG, host, &advice,
                   "an alias chain of more than 16 links: resolvers give up on it");
    else if (story_is_null(row, HOST_TARGET))
        story_find(story, FINDING_ALIAS_DANGLING, host, &advice,
                   "an alias to a name that cannot be: a DNAME makes it too long (YXDOMAIN, RFC "
                   "6672 s2.2)");
    else
        story_find(story, FINDING_ALIAS_DANGLING, host, &advice,
                   "an alias to a name that does not exist (RFC 2181 s10.3, RFC 1034 s5.2.2)");
}

/* A domain may be an alias and its own mail host: only an exchange may not. */
static int tell_alias(struct story *story, sqlite3_stmt *row)
{
    if (!story_is_null(row, HOST_PROBLEM))
        tell_alias_problem(story, row);
    else if (story->implicit)
        story_say(story, "      the domain is an alias, which is allowed (RFC 5321 s5.1)\n");
    else
        return story_remedy(story, story_text(row, HOST_NAME));
    return 0;
}

/* The one lookup failed, and the other gave what the host is judged by (RFC 7672 s2.1.2). */
static void tell_family(struct story *story, sqlite3_stmt *row)
{
    bool ipv4 = story_is_null(row, HOST_IPV4);
    bool chain = !story_is_null(row, HOST_PROBLEM); /* resolvers give up on it, no server fails */
    const struct story_failure failure = {"an address lookup", story_text(row, HOST_FAILURE),
                                          story_text(row, HOST_EDE), story_text(row, HOST_NAME),
                                          ipv4 ? "A" : "AAAA"};
    if (chain)
        story_failure(story, FINDING_FAMILY_FAILED, failure.name, &failure, NULL);
    else
        story_failure_advised(story, FINDING_FAMILY_FAILED, failure.name, &failure);
    story_say(story,
              "      that is the lookup of its IPv%c addresses; the host is judged by those of "
              "IPv%c, which senders use\n",
              ipv4 ? '4' : '6', ipv4 ? '6' : '4');
}

static void tell_addresses(struct story *story, sqlite3_stmt *row)
{
    const char *host = story_text(row, HOST_NAME);
    bool answer = story_is(row, HOST_OUTCOME, "answer");
    bool alias = !story_is_null(row, HOST_TARGET);
    bool chain = !story_is_null(row, HOST_PROBLEM); /* of aliases: what is wrong, and is told */
    struct advice advice;
    advice_begin(&advice);
    if (!story_is_null(row, HOST_FAILURE) && answer) {
        tell_family(story, row);
    } else if (!story_is_null(row, HOST_FAILURE)) {
        const struct story_failure failure = {"an address lookup", story_text(row, HOST_FAILURE),
                                              story_text(row, HOST_EDE), host, "address"};
        if (chain)
            story_failure(story, FINDING_LOOKUP_FAILED, host, &failure, NULL);
        else
            story_failure_advised(story, FINDING_LOOKUP_FAILED, host, &failure);
    } else if (!answer && !chain) {
        advice_say(&advice, "publish one there, or name another host");
        advice_step(&advice, ADVICE_PUBLISH_ADDRESS, host, NULL);
        story_find(story, FINDING_NO_ADDRESS, host, alias ? NULL : &advice,
                   "the host has no address: mail cannot reach it (RFC 5321 s5.1)");
    } else if (answer && sqlite3_column_int(row, HOST_SPECIAL) > 0) {
        advice_say(&advice, "publish addresses that are");
        advice_step(&advice, ADVICE_PUBLISH_ADDRESS, alias ? story_text(row, HOST_TARGET) : host,
                    NULL);
        story_find(story, FINDING_SPECIAL_ADDRESS, host, &advice,
                   "special-purpose addresses (RFC 6890): not reachable from everywhere");
    }
}

static int tell_host(struct story *story, sqlite3_stmt *row)
{
    const char *host = story_text(row, HOST_NAME);
    bool alias = story_is(row, HOST_ALIAS, "cname") || story_is(row, HOST_ALIAS, "dname");
    story_say(story, "    addresses %s", story_text(row, HOST_OUTCOME));
    if (!story_is(row, HOST_OUTCOME, "failed"))
        story_say(story, ", %s (DNSSEC)", story_text(row, HOST_DNSSEC));
    story_say(story, "\n");
    if (alias && story_each(story, hops_sql, host, tell_hop) != 0)
        return -1;
    if (story_each(
            story,
            "SELECT address, special FROM addresses WHERE host = ?1 ORDER BY family, address", host,
            tell_address) != 0)
        return -1;
    tell_addresses(story, row);
    if (alias && tell_alias(story, row) != 0)
        return -1;
    if (story_is_null(row, HOST_ALIAS))
        story_say(story, "      whether it is an alias is not known\n");
    if (story_host_dane(story, host) != 0)
        return -1;
    return story_is(row, HOST_OUTCOME, "answer") ? story_host_met(story, host) : 0;
}

static int tell_host_named(struct story *story, const char *host)
{
    return story_each(story, host_sql, host, tell_host);
}

/* --- MX records --- */

/* columns of mx_sql */
enum {
    MX_PREFERENCE,
    MX_EXCHANGE,
    MX_CLASS,
    MX_IS_HOST, /* it has a row */
    MX_IS_AGAIN /* another of the domain's with a lower preference names it, too */
};
static const char mx_sql[] =
    "SELECT m.preference, m.exchange, m.exchange_class, m.exchange IN (SELECT host FROM hosts),"
    " EXISTS (SELECT 1 FROM mx_records AS o WHERE o.domain = m.domain"
    "  AND o.exchange = m.exchange AND o.preference < m.preference)"
    " FROM mx_records AS m WHERE m.domain = ?1 ORDER BY m.preference, m.exchange";

/* Beside other exchanges.  Postfix takes the domain for one without mail. */
static void tell_null(struct story *story)
{
    struct advice advice;
    advice_begin(&advice);
    advice_say(&advice, "remove one or the other");
    advice_step(&advice, ADVICE_REMOVE_NULL_MX, story->domain, NULL);
    story_find(story, FINDING_NULL_MX_MIXED, NULL, &advice,
               "a null MX beside other MX records (RFC 7505 s3): Postfix bounces all mail to the "
               "domain (5.1.0)");
}

static const char *invalid_words(bool used)
{
    return used ? "not a host name, for its underscore (RFC 1123 s2.1): senders use it all the "
                  "same, but public authorities certify no such name"
                : "not a host name (RFC 1123 s2.1): Postfix and Exim pass over it";
}

static bool is_loopback(const char *exchange, enum exchange_class class)
{
    return class == EXCHANGE_ADDRESS && strncmp(exchange, "127.", 4) == 0;
}

/* localhost, or an address that is: no other host has it. */
static void tell_own_machine(struct story *story, const char *exchange, enum exchange_class class,
                             struct advice *advice)
{
    static const char itself[] =
        "where Postfix finds itself: it leaves out this exchange and those "
        "of no lower preference";
    advice_say(advice, "name the mail host; that there is none is said by a null MX, \"0 .\" (RFC "
                       "7505)");
    if (class == EXCHANGE_LOCALHOST)
        story_find(story, FINDING_EXCHANGE_LOCALHOST, exchange, advice,
                   "localhost is the sender's own machine (RFC 6761 s6.3), %s", itself);
    else
        story_find(story, FINDING_EXCHANGE_ADDRESS, exchange, advice,
                   "an address, not a host name (RFC 5321 s5.1), and of the sender's own machine "
                   "(RFC 1122 s3.2.1.3), %s",
                   itself);
}

/* What is wrong with the exchange as a name. */
static void tell_class(struct story *story, sqlite3_stmt *row)
{
    const char *exchange = story_text(row, MX_EXCHANGE);
    struct advice advice;
    struct name name;
    enum exchange_class class =
        name_from_text(exchange, strlen(exchange), &name) ? exchange_class_of(&name) : 0;
    bool used = class != 0 && exchange_is_used(&name, class);
    advice_begin(&advice);
    advice_step(&advice, ADVICE_NAME_HOST, exchange, NULL);
    if (class == EXCHANGE_LOCALHOST || is_loopback(exchange, class)) {
        tell_own_machine(story, exchange, class, &advice);
    } else if (class == EXCHANGE_ADDRESS) {
        advice_say(&advice, "name a host that has it");
        story_find(story, FINDING_EXCHANGE_ADDRESS, exchange, &advice,
                   used ? "an address, not a host name (RFC 5321 s5.1): Postfix connects to it, "
                          "without DANE; others do not"
                        : "an address, not a host name (RFC 5321 s5.1): senders pass over it, for "
                          "its brackets");
    } else if (class == EXCHANGE_SINGLE_LABEL) {
        advice_say(&advice, "name the whole");
        story_find(story, FINDING_EXCHANGE_SINGLE_LABEL, exchange, &advice,
                   "a name of one label: most likely the domain is missing from it");
    } else if (class == EXCHANGE_INVALID) {
        advice_say(&advice, "give the host another name");
        story_find(story, FINDING_EXCHANGE_INVALID, exchange, &advice, "%s", invalid_words(used));
    }
}

static int tell_mx(struct story *story, sqlite3_stmt *row)
{
    const char *exchange = story_text(row, MX_EXCHANGE);
    story_say(story, "  MX %s %s\n", story_text(row, MX_PREFERENCE), exchange);
    if (sqlite3_column_int(row, MX_IS_AGAIN) != 0) {
        story_say(story, "    as above\n");
        return 0;
    }
    tell_class(story, row);
    bool resolved = !story_is(row, MX_CLASS, "null") && !story_is(row, MX_CLASS, "address") &&
                    !story_is(row, MX_CLASS, "localhost");
    if (resolved && sqlite3_column_int(row, MX_IS_HOST) == 0)
        story_find_excluded(story, exchange, "not asked, and nothing is known of it");
    return tell_host_named(story, exchange);
}

/* Senders without IPv6 find no way. */
static int tell_ipv6_only(struct story *story, sqlite3_stmt *row)
{
    struct advice advice;
    const char *host = story_text(row, 0);
    advice_begin(&advice);
    advice_say(&advice, "publish an IPv4 address at %s too", host);
    advice_step(&advice, ADVICE_PUBLISH_IPV4, host, NULL);
    story_find(story, FINDING_IPV6_ONLY, host, &advice,
               "no mail host has an IPv4 address: senders without IPv6 cannot reach the domain");
    return 0;
}

/* The first host, where all that are known have IPv6 addresses alone. */
static const char ipv6_sql[] =
    "WITH mail AS (SELECT h.host, h.ipv4_count, h.ipv6_count FROM hosts AS h WHERE h.host IN"
    "  (SELECT exchange FROM mx_records WHERE domain = ?1"
    "   UNION SELECT domain FROM domains WHERE domain = ?1 AND mx_outcome = 'implicit_mx'))"
    " SELECT host FROM mail WHERE ipv6_count > 0"
    "  AND NOT EXISTS (SELECT 1 FROM mail WHERE ipv4_count IS NULL OR ipv4_count > 0)"
    "  AND NOT EXISTS (SELECT 1 FROM mx_records AS m WHERE m.domain = ?1"
    "   AND (m.exchange_class = 'address'"
    "    OR m.exchange_class IN ('host', 'single_label', 'invalid')"
    "    AND m.exchange NOT IN (SELECT host FROM hosts)))"
    " ORDER BY host LIMIT 1";

/* --- domains --- */

/* columns of domain_sql */
enum {
    DOMAIN_OUTCOME,
    DOMAIN_DNSSEC,
    DOMAIN_FAILURE,
    DOMAIN_EDE,
    DOMAIN_ALIAS_TARGET,
    DOMAIN_NULL_FLAW,
    DOMAIN_FAILED_TYPE, /* what its failure was of */
};
static const char domain_sql[] =
    "SELECT d.mx_outcome, d.dnssec, d.failure, d.ede, d.alias_target, d.null_mx_flaw,"
    " CASE WHEN EXISTS (SELECT 1 FROM failures AS f WHERE f.kind = 'mx' AND f.name = d.domain)"
    "  THEN 'MX' ELSE 'address' END FROM domains AS d WHERE d.domain = ?1";

static const char *explain_outcome(const char *outcome)
{
    const char *const words[][2] = {
        {"mx", "has MX records"},
        {"null_mx", "takes no mail: null MX (RFC 7505)"},
        {"implicit_mx", "has no MX record; mail goes to its own address (RFC 5321 s5.1)"},
        {"no_service", "has neither MX nor address records: takes no mail"},
        {"nxdomain", "does not exist"},
        {"failed", "could not be looked up"},
        {NULL, outcome},
    };
    return story_explain(words, outcome);
}

/* Of the lookup of its MX, or of its own addresses. */
static void tell_outcome(struct story *story, sqlite3_stmt *row)
{
    struct advice advice;
    const struct story_failure failure = {"the lookup", story_text(row, DOMAIN_FAILURE),
                                          story_text(row, DOMAIN_EDE), story->domain,
                                          story_text(row, DOMAIN_FAILED_TYPE)};
    advice_begin(&advice);
    if (!story_is_null(row, DOMAIN_FAILURE)) {
        story_failure_advised(story, FINDING_LOOKUP_FAILED, NULL, &failure);
    } else if (story_is(row, DOMAIN_OUTCOME, "nxdomain")) {
        story_find(story, FINDING_NXDOMAIN, NULL, NULL, "the name does not exist in the DNS");
    } else if (story_is(row, DOMAIN_OUTCOME, "no_service")) {
        advice_say(&advice, "publish an MX record; that it takes no mail is said by a null MX, "
                            "\"0 .\" (RFC 7505)");
        advice_step(&advice, ADVICE_PUBLISH_MX, story->domain, NULL);
        story_find(story, FINDING_NO_SERVICE, NULL, &advice,
                   "neither MX nor address records: mail to the domain has nowhere to go, and "
                   "senders may try for days");
    }
}

static void tell_null_flaw(struct story *story, sqlite3_stmt *row)
{
    struct advice advice;
    if (story_is(row, DOMAIN_NULL_FLAW, "mixed"))
        tell_null(story);
    if (!story_is(row, DOMAIN_NULL_FLAW, "preference"))
        return;
    advice_begin(&advice);
    advice_say(&advice, "publish \"0 .\"");
    advice_step(&advice, ADVICE_ZERO_NULL_MX, story->domain, NULL);
    story_find(story, FINDING_NULL_MX_PREFERENCE, NULL, &advice,
               "a null MX has preference 0 (RFC 7505 s3)");
}

/* RFC 7671 s8.1: to whoever is about to change TLSA records. */
static void tell_rollover(struct story *story)
{
    if (story->changes_tlsa)
        story_find(story, FINDING_TLSA_ROLLOVER, NULL, NULL,
                   "before a host's key changes, publish the TLSA record of the new one beside the "
                   "old, wait for at least the TTL of these records, and only then change the "
                   "certificate (RFC 7671 s8.1)");
}

static void tell_end(const struct story *story)
{
    if (story->domain_worst == SEVERITY_UNKNOWN)
        story_say(story, "    nothing wrong is seen, but not all is known\n");
    else if (story->domain_worst == SEVERITY_NOTE)
        story_say(story, story->believe_ad
                             ? "    all is well\n"
                             : "    nothing wrong is seen; DNSSEC and DANE are not known\n");
}

static int tell_hosts(struct story *story)
{
    if (story->implicit && tell_host_named(story, story->domain) != 0)
        return -1;
    if (story_each(story, mx_sql, story->domain, tell_mx) != 0)
        return -1;
    return story_each(story, ipv6_sql, story->domain, tell_ipv6_only);
}

static int tell_domain(struct story *story, sqlite3_stmt *row)
{
    story->implicit = story_is(row, DOMAIN_OUTCOME, "implicit_mx");
    story_say(story, "%s %s; DNSSEC %s\n", story->domain,
              explain_outcome(story_text(row, DOMAIN_OUTCOME)), story_text(row, DOMAIN_DNSSEC));
    if (!story->believe_ad)
        story_find(story, FINDING_AD_NOT_BELIEVED, NULL, NULL,
                   "DNSSEC is not known: " STORY_AD_NOT_BELIEVED);
    if (!story_is_null(row, DOMAIN_ALIAS_TARGET))
        story_say(story, "    the domain is an alias: found at %s\n",
                  story_text(row, DOMAIN_ALIAS_TARGET));
    tell_outcome(story, row);
    tell_null_flaw(story, row);
    if (tell_hosts(story) != 0 || story_domain_dane(story) != 0 ||
        story_sts(story, story->domain) != 0 ||
        (story->out != NULL && story_senders(story, NULL) != 0))
        return -1;
    tell_rollover(story);
    story->counts[story->domain_worst]++;
    tell_end(story);
    return 0;
}

int story_domain(struct story *story, const char *domain)
{
    story->domain = domain;
    story->domain_worst = SEVERITY_NOTE;
    story->changes_tlsa = false;
    return story_each(story, domain_sql, domain, tell_domain);
}
