/* What is estimated: which domains, MX records and hosts count, and which of them have it. */
#include "analysis/collect/shares/shares.h"

#include <string.h>

static const struct share_name SHARES[ESTIMATE_COUNT] = {
    [DOMAINS_WITH_CNAME_MX] = {"domains_with_cname_mx", "domain", "all"},
    [DOMAINS_WITH_CNAME_MX_SECURE] = {"domains_with_cname_mx", "domain", "dnssec_secure"},
    [DOMAINS_WITH_CNAME_MX_INSECURE] = {"domains_with_cname_mx", "domain", "dnssec_insecure"},
    [DOMAINS_ALL_PRIMARY_CNAME] = {"domains_all_primary_cname", "domain", "all"},
    [CNAME_MX_RECORDS] = {"cname_mx_records", "mx_record", "all"},
    [CNAME_MX_HOSTS] = {"cname_mx_hosts", "host", "all"},
    [SECURE_DOMAINS] = {"secure_domains", "domain", "all"},
    [SECURE_HOSTS] = {"secure_hosts", "host", "all"},
    [HOSTS_WITH_TLSA] = {"hosts_with_tlsa", "host", "all"},
    [DOMAINS_DANE_COMPLETE] = {"domains_dane_complete", "domain", "all"},
    [DOMAINS_DANE_READY] = {"domains_dane_ready", "domain", "all"},
    [DOMAINS_WITH_STS] = {"domains_with_sts", "domain", "all"},
    [STS_REFUSED_ENFORCE] = {"sts_refused_by_target_matching", "domain", "enforce"},
    [STS_REFUSED_TESTING] = {"sts_refused_by_target_matching", "domain", "testing"},
    [DOMAINS_WITH_IPV6_MX] = {"domains_with_ipv6_mx", "domain", "all"},
    [HOSTS_WITH_STARTTLS] = {"hosts_with_starttls", "host", "all"},
    [TLSA_HOSTS_FAILING] = {"tlsa_hosts_failing", "host", "all"},
    [ALIAS_NAMES_HOST] = {"alias_exchanges_certificate_names_host", "host", "all"},
    [ALIAS_NAMES_TARGET] = {"alias_exchanges_certificate_names_target", "host", "all"},
    [ALIAS_NAME_MATCH] = {"alias_exchanges_name_match", "host", "all"},
    [ALIAS_TARGET_MATCH] = {"alias_exchanges_target_match", "host", "all"},
    [STS_REFUSED_AS_PROBED] = {"sts_refused_as_probed", "domain", "enforce"},
    [STS_REFUSED_BY_TARGET_AS_PROBED] = {"sts_refused_by_target_matching_as_probed", "domain",
                                         "enforce"},
};

const enum estimate_id BREAKDOWN_IDS[BREAKDOWN_ESTIMATES] = {
    [BREAKDOWN_CNAME_MX] = DOMAINS_WITH_CNAME_MX,      [BREAKDOWN_SECURE] = SECURE_DOMAINS,
    [BREAKDOWN_DANE_COMPLETE] = DOMAINS_DANE_COMPLETE, [BREAKDOWN_STS] = DOMAINS_WITH_STS,
    [BREAKDOWN_DANE_READY] = DOMAINS_DANE_READY,
};

const char *breakdown_name(enum breakdown_estimate estimate)
{
    return SHARES[BREAKDOWN_IDS[estimate]].name;
}

const char *sample_reason_word(enum sample_reason reason)
{
    static const char *const words[] = {
        [SAMPLE_DESIGN] = "design", [SAMPLE_HOSTS] = "hosts", [SAMPLE_NO_UNITS] = "no_units"};
    return reason != SAMPLE_NO_REASON ? words[reason] : NULL;
}

const struct share_name *share_name_of(enum estimate_id id)
{
    return &SHARES[id];
}

bool share_is_of_hosts(enum estimate_id id)
{
    return strcmp(SHARES[id].unit, "host") == 0;
}

/* --- domains and their MX records --- */

static bool is_failed(const struct domain_kind *kind)
{
    return kind->outcome == MX_OUTCOME_FAILED;
}

static bool is_known(uint8_t dnssec)
{
    return dnssec == DNSSEC_SECURE || dnssec == DNSSEC_INSECURE;
}

static struct part part_of(enum known_part part)
{
    return (struct part){
        .of = part == PART_HAS || part == PART_HAS_NOT,
        .count = part == PART_HAS,
        .unanswered = part == PART_UNANSWERED,
    };
}

static struct part cname_part(const struct domain_kind *kind)
{
    bool mx = kind->outcome == MX_OUTCOME_MX;
    bool judged = mx && (kind->aliases > 0 || kind->unknown == 0);
    return (struct part){
        .of = judged,
        .count = judged && kind->aliases > 0,
        .unanswered = is_failed(kind) || (mx && !judged),
    };
}

/* Whether a failed domain is secure is not known. */
static struct part stratum_part(const struct domain_kind *kind, enum dnssec stratum)
{
    bool open = kind->outcome == MX_OUTCOME_MX && kind->dnssec == DNSSEC_INDETERMINATE;
    if (is_failed(kind) || open)
        return (struct part){.unanswered = 1};
    return kind->dnssec == stratum ? cname_part(kind) : (struct part){0};
}

/* AD of NXDOMAIN speaks of the parent. */
static struct part secure_part(const struct domain_kind *kind)
{
    bool answered = !is_failed(kind) && kind->outcome != MX_OUTCOME_NXDOMAIN;
    return (struct part){
        .of = answered && is_known(kind->dnssec),
        .count = answered && kind->dnssec == DNSSEC_SECURE,
        .unanswered = is_failed(kind) || (answered && !is_known(kind->dnssec)),
    };
}

/* Not known of a failed domain, of one whose status is not known, and where a failed host decides
 */
static struct part dane_part(const struct domain_kind *kind, bool of, bool count)
{
    if (is_failed(kind) || (kind->mail && kind->dane == 0) || (of && kind->dane_open))
        return (struct part){.unanswered = 1};
    return (struct part){.of = of, .count = of && count};
}

static struct part complete_part(const struct domain_kind *kind)
{
    bool secure = kind->dane > DOMAINS_COMPLETE && kind->dane <= DOMAINS_NONE + 1;
    return dane_part(kind, secure, kind->dane == DOMAINS_COMPLETE + 1);
}

static struct part ready_part(const struct domain_kind *kind)
{
    return dane_part(kind, kind->dane == DOMAINS_INSECURE + 1, kind->dane_ready);
}

static struct part sts_part(const struct domain_kind *kind)
{
    bool failed = is_failed(kind) || kind->sts == STS_FAILED;
    bool has = kind->sts == STS_ENFORCE || kind->sts == STS_TESTING || kind->sts == STS_OFF;
    return (struct part){
        .of = !failed && kind->sts > 0,
        .count = !failed && has,
        .unanswered = failed,
    };
}

/* What mode a policy has that did not come is not known. */
static struct part refused_part(const struct domain_kind *kind, enum sts mode)
{
    bool of = kind->effect > 0 && kind->sts == mode;
    return (struct part){
        .of = of,
        .count = of && kind->effect == 1,
        .unanswered =
            kind->aliases > 0 && (kind->sts == STS_FAILED || kind->sts == STS_UNAVAILABLE),
    };
}

struct part domain_part(const struct domain_kind *kind, enum estimate_id id)
{
    const struct part failed = {.unanswered = 1};
    switch (id) {
    case DOMAINS_WITH_CNAME_MX:
        return cname_part(kind);
    case DOMAINS_WITH_CNAME_MX_SECURE:
        return stratum_part(kind, DNSSEC_SECURE);
    case DOMAINS_WITH_CNAME_MX_INSECURE:
        return stratum_part(kind, DNSSEC_INSECURE);
    case DOMAINS_ALL_PRIMARY_CNAME:
        return is_failed(kind) ? failed : part_of((enum known_part)kind->primary);
    case CNAME_MX_RECORDS:
        return (struct part){kind->records, kind->aliases, kind->unknown};
    case SECURE_DOMAINS:
        return secure_part(kind);
    case DOMAINS_DANE_COMPLETE:
        return complete_part(kind);
    case DOMAINS_DANE_READY:
        return ready_part(kind);
    case DOMAINS_WITH_STS:
        return sts_part(kind);
    case STS_REFUSED_ENFORCE:
        return refused_part(kind, STS_ENFORCE);
    case STS_REFUSED_TESTING:
        return refused_part(kind, STS_TESTING);
    case DOMAINS_WITH_IPV6_MX:
        return is_failed(kind) ? failed : part_of((enum known_part)kind->ipv6);
    case STS_REFUSED_AS_PROBED:
        return part_of((enum known_part)kind->refused_as_probed[0]);
    case STS_REFUSED_BY_TARGET_AS_PROBED:
        return part_of((enum known_part)kind->refused_as_probed[1]);
    case CNAME_MX_HOSTS:
    case SECURE_HOSTS:
    case HOSTS_WITH_TLSA:
    case HOSTS_WITH_STARTTLS:
    case TLSA_HOSTS_FAILING:
    case ALIAS_NAMES_HOST:
    case ALIAS_NAMES_TARGET:
    case ALIAS_NAME_MATCH:
    case ALIAS_TARGET_MATCH:
    case ESTIMATE_COUNT:
        break;
    }
    return (struct part){0};
}

/* --- hosts --- */

static struct part secure_host_part(struct host_kind kind)
{
    bool answered = kind.outcome == 0;
    return (struct part){
        .of = answered && is_known(kind.dnssec),
        .count = answered && kind.dnssec == DNSSEC_SECURE,
        .unanswered = kind.outcome == 1 || (answered && !is_known(kind.dnssec)),
    };
}

static struct part tlsa_part(struct host_kind kind)
{
    bool judged =
        kind.dane == HOSTS_NONE || kind.dane == HOSTS_UNUSABLE || kind.dane == HOSTS_USABLE;
    return (struct part){
        .of = judged,
        .count = judged && kind.dane != HOSTS_NONE,
        .unanswered = kind.dane == HOSTS_FAILED || kind.dane == DANE_HOSTS_COUNT,
    };
}

/* Of a host with an address that was met: one that says nothing of TLS is not answered. */
static struct part met_part(struct host_kind kind, bool inside, bool count)
{
    bool answered = (kind.seen & SEEN_ANSWERED) != 0;
    if (kind.seen == 0 || kind.outcome != 0 || !inside)
        return (struct part){0};
    return (struct part){.of = answered, .count = answered && count, .unanswered = !answered};
}

/* Whether a host has records that senders go by is not known where a lookup failed. */
static struct part failing_part(struct host_kind kind)
{
    if (kind.seen != 0 && (kind.dane == HOSTS_FAILED || kind.dane == DANE_HOSTS_COUNT))
        return (struct part){.unanswered = 1};
    return met_part(kind, kind.dane == HOSTS_USABLE, (kind.seen & SEEN_DANE) == 0);
}

/* Of an exchange that is an alias, and its certificate; one without TLS has none to show.  Whether
 * an exchange is an alias may not be known. */
static struct part certificate_part(struct host_kind kind, unsigned seen)
{
    bool shown = (kind.seen & SEEN_CERTIFICATE) != 0, open = (kind.seen & SEEN_ANSWERED) == 0;
    if (kind.seen == 0 || kind.outcome != 0 || !kind.named || (kind.alias_known && !kind.alias))
        return (struct part){0};
    if (!kind.alias_known)
        return (struct part){.unanswered = shown || open};
    return (struct part){
        .of = shown, .count = shown && (kind.seen & seen) == seen, .unanswered = !shown && open};
}

struct part host_part(struct host_kind kind, enum estimate_id id)
{
    if (id == CNAME_MX_HOSTS)
        return (struct part){
            .of = kind.named && kind.alias_known,
            .count = kind.named && kind.alias,
            .unanswered = kind.named && !kind.alias_known,
        };
    if (id == SECURE_HOSTS)
        return secure_host_part(kind);
    if (id == HOSTS_WITH_TLSA)
        return tlsa_part(kind);
    if (id == HOSTS_WITH_STARTTLS)
        return met_part(kind, true, (kind.seen & SEEN_TLS) != 0);
    if (id == TLSA_HOSTS_FAILING)
        return failing_part(kind);
    if (id == ALIAS_NAMES_HOST)
        return certificate_part(kind, SEEN_NAMES_HOST);
    if (id == ALIAS_NAMES_TARGET)
        return certificate_part(kind, SEEN_NAMES_TARGET);
    if (id == ALIAS_NAME_MATCH)
        return certificate_part(kind, SEEN_NAMES_HOST | SEEN_VALID);
    return certificate_part(kind, SEEN_NAMES_TARGET | SEEN_VALID); /* ALIAS_TARGET_MATCH */
}
