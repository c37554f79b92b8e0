/* What is estimated: which domains, MX records and hosts count, and which of them have it. */
#include "analysis/collect/shares.h"

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
    return id == CNAME_MX_HOSTS || id == SECURE_HOSTS || id == HOSTS_WITH_TLSA;
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
    case CNAME_MX_HOSTS:
    case SECURE_HOSTS:
    case HOSTS_WITH_TLSA:
    case ESTIMATE_COUNT:
        break;
    }
    return (struct part){0};
}

/* --- hosts --- */

struct part host_part(struct host_kind kind, enum estimate_id id)
{
    bool answered = kind.outcome == 0;
    bool judged =
        kind.dane == HOSTS_NONE || kind.dane == HOSTS_UNUSABLE || kind.dane == HOSTS_USABLE;
    if (id == CNAME_MX_HOSTS)
        return (struct part){
            .of = kind.named && kind.alias_known,
            .count = kind.named && kind.alias,
            .unanswered = kind.named && !kind.alias_known,
        };
    if (id == SECURE_HOSTS)
        return (struct part){
            .of = answered && is_known(kind.dnssec),
            .count = answered && kind.dnssec == DNSSEC_SECURE,
            .unanswered = kind.outcome == 1 || (answered && !is_known(kind.dnssec)),
        };
    return (struct part){
        .of = judged,
        .count = judged && kind.dane != HOSTS_NONE,
        .unanswered = kind.dane == HOSTS_FAILED || kind.dane == DANE_HOSTS_COUNT,
    };
}
