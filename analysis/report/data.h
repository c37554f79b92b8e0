/* data.h - the report as data: what every form of it shows. */
#ifndef MXSURVEY_ANALYSIS_REPORT_DATA_H
#define MXSURVEY_ANALYSIS_REPORT_DATA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/report/dane/dane.h"
#include "analysis/report/networks/networks.h"
#include "analysis/report/senders/senders.h"
#include "analysis/report/options.h"
#include "analysis/report/probe/probe.h"
#include "analysis/report/sts/sts.h"
#include "analysis/statistics/cluster.h"
#include "analysis/statistics/concentration.h"
#include "analysis/statistics/design.h"
#include "analysis/statistics/zones.h"
#include "crawler/core/error.h"
#include "crawler/core/rank_band.h"
#include "crawler/core/words.h"

enum estimate_id {
    DOMAINS_WITH_CNAME_MX,
    DOMAINS_WITH_CNAME_MX_SECURE,
    DOMAINS_WITH_CNAME_MX_INSECURE,
    DOMAINS_ALL_PRIMARY_CNAME,
    CNAME_MX_RECORDS,
    CNAME_MX_HOSTS,
    SECURE_DOMAINS,
    SECURE_HOSTS,
    HOSTS_WITH_TLSA,
    DOMAINS_DANE_COMPLETE,
    DOMAINS_DANE_READY,
    DOMAINS_WITH_STS,
    STS_REFUSED_ENFORCE,
    STS_REFUSED_TESTING,
    DOMAINS_WITH_IPV6_MX,
    HOSTS_WITH_STARTTLS, /* this and all that follow: of hosts that `probe` met */
    TLSA_HOSTS_FAILING,
    ALIAS_NAMES_HOST,
    ALIAS_NAMES_TARGET,
    ALIAS_NAME_MATCH,
    ALIAS_TARGET_MATCH,
    STS_REFUSED_AS_PROBED,
    STS_REFUSED_BY_TARGET_AS_PROBED,
    ESTIMATE_COUNT
};

/* Why there is no sample95 */
enum sample_reason {
    SAMPLE_DESIGN, /* the names are no random sample of a list */
    SAMPLE_HOSTS,  /* hosts of a sample of names are none of the list's hosts */
    SAMPLE_NO_UNITS,
    SAMPLE_NO_REASON /* there is one */
};
const char *sample_reason_word(enum sample_reason reason); /* NULL for SAMPLE_NO_REASON */

/* A share with all that is known about how sure it is. */
struct estimate {
    const char *name, *unit;      /* static; NULL in a breakdown */
    const char *stratum;          /* static: "all", "dnssec_secure", ...; likewise */
    struct cluster_share cluster; /* of, count, share; other lists; clusters are operators */
    double weight;                /* of `of`: what these weigh in a sample from strata, else `of` */
    uint64_t unanswered, unseen;
    struct interval wilson95, bounds; /* cluster_has_share() */
    enum sample_reason sample_reason;
    struct interval sample95; /* SAMPLE_NO_REASON */
    bool has_rest;            /* units are left without the largest cluster */
    double rest;              /* the share among these */
    char
        *largest; /* the largest cluster's name, owned; NULL: one without name, or in a breakdown */
    bool is_weighed; /* weights given, and one of the breakdowns' shares */
    struct cluster_share weighed;
};

/* What is estimated in every row of a breakdown, in this order. */
enum breakdown_estimate {
    BREAKDOWN_CNAME_MX,      /* as DOMAINS_WITH_CNAME_MX */
    BREAKDOWN_SECURE,        /* as SECURE_DOMAINS */
    BREAKDOWN_DANE_COMPLETE, /* as DOMAINS_DANE_COMPLETE */
    BREAKDOWN_STS,           /* as DOMAINS_WITH_STS */
    BREAKDOWN_WEIGHED,       /* those before are weighed by the sizes of zones as well */
    BREAKDOWN_DANE_READY = BREAKDOWN_WEIGHED, /* as DOMAINS_DANE_READY */
    BREAKDOWN_ESTIMATES
};

/* The name of the estimate, as in the list of estimates */
const char *breakdown_name(enum breakdown_estimate estimate);

struct breakdown_row {
    char *key; /* owned: a suffix, a stratum; a word of RANK_BANDS; a DNSSEC word; "": none */
    uint64_t domains;    /* surveyed */
    uint64_t mx_domains; /* of these, with mx_outcome mx */
    struct estimate estimates[BREAKDOWN_ESTIMATES];
};

struct breakdown {
    size_t length;
    struct breakdown_row
        *rows; /* by_suffix, by_stratum: most domains first; else in their own order */
};

/* A provider's domains, by what is said of them. */
struct provider_row {
    char *provider; /* owned */
    uint64_t domains, mx_domains;
    struct {
        uint64_t of, count;
    } shares[BREAKDOWN_ESTIMATES];
};

struct provider_table {
    size_t length;                           /* at most PROVIDERS_MAX */
    struct provider_row rows[PROVIDERS_MAX]; /* most domains first, then as strcmp() */
};

/* Hosts that are aliases and that an MX record names, and the domains that name them. */
struct alias_report {
    struct host_count all;
    struct host_count same_provider, other_provider; /* the provider of the chain's last name is
                                                         the host's own, or another */
    struct host_count unknown_provider;              /* either has none */
    struct host_count problems[ALIAS_MULTIPLE + 1];  /* by enum alias_problem; [0]: none */
    struct named_top targets;                        /* providers of last names */
    struct named_top pairs; /* the provider of the host, or nothing, a line end, and that one */
};

/* MX records, and the domains that have such a one. */
struct exchange_mentions {
    uint64_t records, domains;
};

struct info {
    char *key, *value;
};

/* Texts are as in the file, valid UTF-8, owned by the report; NULL for NULL. */
struct tally {
    char *kind;    /* of failed lookups: what for; of chains: cname, dname; else NULL */
    char *reason;  /* failure word, reason of a rejected line, alias problem */
    uint64_t hops; /* of chains */
    uint64_t count;
};

struct tally_list {
    size_t length;
    struct tally *items;
};

struct known_count {
    bool known;
    uint64_t count;
};

/* domains_with_cname_mx: signed domains less unsigned ones */
struct signed_difference {
    bool has_difference, has_cluster, has_sample; /* the next three, in this order */
    double difference;
    struct interval cluster95, sample95;
    enum cluster_reason reason; /* the signed side's, where it has no cluster95; else the other's */
};

/* Of a sample from strata */
struct strata_cover {
    uint64_t strata; /* with a domain; 0: no such sample */
    double names;    /* of the list, in these; what all domains surveyed weigh */
    double covered;  /* as a part of the list */
};

struct report {
    size_t top; /* rows of a table to show */
    struct design design;
    size_t info_count;
    struct info *info; /* run_info, by key */
    bool finished;
    struct known_count listed, duplicates, excluded, left;
    uint64_t surveyed;
    uint64_t rejected;
    uint64_t mx_outcomes[MX_OUTCOME_FAILED + 1]; /* by enum mx_outcome */
    uint64_t domain_failures[FAILURE_LAST + 1];  /* failed domains by enum failure */
    uint64_t hosts;
    struct exchange_mentions unknown_exchanges;   /* is_alias is not known: see unknown_mx_count */
    struct exchange_mentions opted_out_exchanges; /* of these, those that opted out */
    struct tally_list rejected_lines, failures, chains;
    struct provider_top alias_providers; /* by domains with an alias exchange, of those judged */
    struct provider_table providers;     /* by domains */
    struct breakdown by_suffix, by_rank_band, by_dnssec;
    struct breakdown by_stratum; /* of --list-stratum; empty without */
    struct alias_report aliases;
    struct sts_report sts;
    struct dane_report dane;
    struct sender_report senders;
    struct probe_report probe;
    struct networks_report networks;
    struct ede_list ede;
    struct estimate estimates[ESTIMATE_COUNT];
    struct signed_difference signed_difference;
    struct concentration concentration; /* of DOMAINS_WITH_CNAME_MX, by operators */
    struct strata_cover strata;         /* of a sample that was drawn from strata */
    struct zone_cover zones;            /* with weights */
    char *weights, *operators;          /* the files' names, owned; NULL: none */
};

/* Reads the survey at path.  Call report_free() in any case. */
int report_collect(const char *path, const struct report_options *options, struct report *ret,
                   struct error *error);

/* The same, and keeps the domains and hosts for a comparison
 * (analysis/collect/units/survey_units.h). */
struct survey_units;
int report_collect_units(const char *path, const struct report_options *options,
                         struct survey_units *units, struct report *ret, struct error *error);
void report_free(struct report *report);

/* NULL where run_info has no such key */
const char *report_info(const struct report *report, const char *key);

/* Was the resolver's AD bit believed?  Not known of files that do not tell. */
enum ad_belief {
    AD_NOT_KNOWN,
    AD_BELIEVED,
    AD_NOT_BELIEVED,
};
enum ad_belief report_ad_belief(const struct report *report);

/* As JSON; NULL without memory.  Other forms: content.h. */
json_t *report_json(const struct report *report);

#endif
