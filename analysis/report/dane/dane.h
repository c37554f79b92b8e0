/* dane.h - the part of the report about DANE and DNSSEC, as data. */
#ifndef MXSURVEY_ANALYSIS_REPORT_DANE_DANE_H
#define MXSURVEY_ANALYSIS_REPORT_DANE_DANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/report/dane/keys.h"
#include "crawler/core/ede.h"

enum {
    PROVIDERS_MAX = 100 /* of a table; what is shown is report_options.top */
};

struct provider_count {
    char *provider;     /* owned */
    uint64_t of, count; /* domains judged, and those among them that are counted */
};

/* The providers with the largest count, largest first; of equal ones, the
 * first in text order. */
struct provider_top {
    size_t length;
    struct provider_count items[PROVIDERS_MAX];
};
void provider_top_free(struct provider_top *top);

/* Mail hosts, and domains that have them */
struct host_count {
    uint64_t hosts, domains;
};

struct named_count {
    char *name; /* owned */
    struct host_count count;
};

/* The names that most domains have, these first; of equal ones, as strcmp() */
struct named_top {
    size_t length;
    struct named_count items[PROVIDERS_MAX];
};

/* Domains, words of the column dane */
enum dane_domains {
    DOMAINS_COMPLETE,
    DOMAINS_PRIMARY,
    DOMAINS_PARTIAL,
    DOMAINS_NONE,
    DOMAINS_INSECURE,
    DOMAINS_FAILED,
    DANE_DOMAINS_COUNT
};

/* Hosts, words of the column dane */
enum dane_hosts {
    HOSTS_USABLE,
    HOSTS_UNUSABLE,
    HOSTS_NONE,
    HOSTS_INSECURE,
    HOSTS_FAILED,
    HOSTS_UNREACHABLE,
    DANE_HOSTS_COUNT
};

/* An alias that an MX record of a secure domain names; the TLSA records of ... */
enum alias_effect {
    EFFECT_EXPANDED,    /* ... the alias's target are in force */
    EFFECT_INITIAL,     /* ... the exchange's own name are */
    EFFECT_LOST,        /* the alias is not secure: DANE does not apply */
    EFFECT_NONE,        /* asked, and there are none */
    EFFECT_FAILED,      /* a lookup failed */
    EFFECT_UNREACHABLE, /* no address */
    EFFECT_COUNT
};
extern const char *const EFFECT_WORDS[EFFECT_COUNT];

struct tlsa_parameters {
    uint64_t usage, selector, matching_type;
    bool usable;
    char *reason; /* why not; NULL: usable, or of an insecure answer (not judged) */
    uint64_t hosts, records;
};

/* A well-known key in records that senders go by: how many hosts use it, and how */
struct key_use {
    char *name, *status; /* owned; status may be NULL */
    uint64_t hosts;
    uint64_t broken;   /* of these, where it is stale and senders have stale keys only; stale:
                          matches no certificate of today */
    uint64_t idle;     /* where they have backups only, or these and stale keys */
    uint64_t leftover; /* where it is stale, beside others */
};

struct tlsa_count {
    uint64_t hosts, records;
};

/* Hosts with usable records, and theirs */
struct tlsa_sets {
    uint64_t hosts;
    uint64_t names;    /* that hold the records: RRsets */
    uint64_t contents; /* these, but for their names */
    uint64_t zones;    /* registrable domains of the names */
};

struct dane_report {
    bool asked; /* false: a survey without TLSA lookups; the rest is empty */
    uint64_t domains[DANE_DOMAINS_COUNT];
    uint64_t hosts[DANE_HOSTS_COUNT];
    uint64_t tlsa_failed_hosts;    /* of HOSTS_FAILED: the TLSA lookup itself */
    uint64_t failing_domains;      /* with tlsa_failures: mail to such a host waits or bounces */
    uint64_t tlsa_failing_domains; /* of these, with one whose TLSA lookup itself failed, not that
                                      of its first alias record */
    uint64_t mail_domains;         /* with a mail host and an MX answer */
    struct provider_top complete, failing, ready;
    struct named_top failing_zones; /* of tlsa_failing_domains: registrable domains of the names
                                       that were asked */
    struct tlsa_sets sets;
    uint64_t addresses[2];                           /* of hosts with DANE, each once: IPv4, IPv6 */
    struct tlsa_count insecure_zone, insecure_alias; /* TLSA records that do not count */
    struct host_count aliases[EFFECT_COUNT];
    size_t parameter_count, key_count;
    struct tlsa_parameters *parameters; /* most hosts first */
    struct key_use *keys;               /* most hosts first */
    struct key_use unused;              /* all keys out of use: each host once; no name */
    struct key_outlook outlook;
};

/* An RFC 8914 code and how many domains, hosts and failed lookups came with it */
struct ede_count {
    unsigned code;
    uint64_t domains, hosts, lookups;
};
struct ede_list {
    size_t length;
    struct ede_count *items; /* by code; owned */
};

struct report;
/* What --tlsa was: `secure`, `all`; NULL where the file does not say. */
const char *dane_setting(const struct report *report);
/* Domains with a secure MX answer and mail hosts: dane complete, primary, partial or none. */
uint64_t dane_secure_domains(const struct dane_report *dane);

#endif
