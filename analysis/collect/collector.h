/* collector.h - what the passes over a survey file share while they fill struct report.
 *
 * Passes over exchanges and sets of MX records, over hosts, over domains, in this order.  Nothing
 * is joined by SQL, which would sort texts: what a later pass must know of an earlier one is kept
 * by the numbers of rows, a few bits each, and more only of the few that need it.
 */
#ifndef MXSURVEY_ANALYSIS_COLLECT_COLLECTOR_H
#define MXSURVEY_ANALYSIS_COLLECT_COLLECTOR_H

#include "analysis/collect/tables/cells.h"
#include "analysis/collect/tables/cluster_list.h"
#include "analysis/collect/tables/grow.h"
#include "analysis/collect/tables/key_map.h"
#include "analysis/collect/given/operators.h"
#include "analysis/collect/tally.h"
#include "analysis/report/data.h"
#include "analysis/statistics/stratified.h"
#include "analysis/collect/given/weights.h"

struct sqlite3_stmt;
struct suffixes;
struct survey_units;
struct survey_file;
struct places;

enum {
    UNITS_MAX = 0x7fffffff /* of a survey: of each share */
};

/* What a domain asks of an exchange: bits */
enum exchange_trait {
    TRAIT_NULL = 1, /* `.` */
    TRAIT_ALIAS = 2,
    TRAIT_UNKNOWN = 4, /* whether it is an alias is not known: its lookup failed, or it opted out */
    TRAIT_OPTED_OUT = 8,  /* of a class that is resolved, and is not */
    TRAIT_MAIL_HOST = 16, /* of a class that is resolved */
    TRAIT_IPV6 = 32,
    TRAIT_IPV6_UNKNOWN = 64,
    TRAIT_DANE_FAILED = 128, /* senders use it, and it is ... */
    TRAIT_DANE_OTHER = 256,  /* ... neither unreachable, nor usable, nor failed */
    TRAIT_NAMED = 512        /* by an MX record; set by the pass over these */
};

/* What the exchanges of a set of MX records make of a domain that has it: bits */
enum set_trait {
    MAIL_HOST = 1, /* at least one such mail host, of any MX record or implicit */
    MAIL_IPV6 = 2,
    MAIL_IPV6_UNKNOWN = 4,
    MAIL_DANE_FAILED = 8,
    MAIL_DANE_OTHER = 16,
    PRIMARY_NO_ALIAS = 32, /* a lowest-preference exchange that is known to be none */
    PRIMARY_UNKNOWN = 64,
    ODD_RECORDS = 128, /* in odd: MX records of aliases, or of which that is not known */
    HAS_DOMAIN = 256
};

/* An MX record that names an alias */
struct alias_record {
    int64_t host, preference;
};

/* A set with such a record, or with one that cannot be judged */
struct odd_set {
    int64_t number;
    size_t first; /* its alias records, by preference */
    uint32_t length;
    uint32_t unjudged, unknown, opted_out; /* records with is_alias NULL; of these, exchanges that
                                              are resolved; of these, such that opted out */
    uint32_t operator_of;                  /* of the first alias with a target that has one: place
                                              in targets, from 1; 0: none */
    uint32_t domains, secure_domains;      /* that have it; counted by the pass over domains */
    uint8_t effects; /* a bit for each enum alias_effect of its alias exchanges */
};

/* A domain that enforces a policy over an alias, of a survey whose hosts were met */
struct probed_domain {
    int64_t number;
    uint8_t refused[2]; /* as in struct domain_kind */
};

enum provider_relation {
    RELATION_UNKNOWN,
    RELATION_SAME,
    RELATION_OTHER,
    RELATION_COUNT
};

/* A host that is an alias and that an MX record names */
struct alias_host {
    char *name;           /* owned: the order of equal preferences */
    uint32_t target;      /* the provider of its last name: its place in targets, from 1; 0: none */
    uint32_t pair;        /* of that and its own: its place in pairs; 0: none */
    uint8_t relation;     /* of that to the host's own */
    uint8_t problem;      /* enum alias_problem */
    uint8_t effect;       /* enum alias_effect; EFFECT_COUNT: none of them */
    bool secure_mentions; /* an MX record of a secure domain names it */
};

/* What a mail host showed to `probe`: bits; 0 where no host of the survey was met */
enum seen {
    SEEN_ANY = 1, /* hosts of the survey were met, this one perhaps not */
    SEEN_TLS = 2, /* of these three one, or none: not met, or it says nothing */
    SEEN_NO_STARTTLS = 4,
    SEEN_TLS_FAILED = 8,
    SEEN_CERTIFICATE = 16,
    SEEN_NAMES_HOST = 32,
    SEEN_NAMES_TARGET = 64,
    SEEN_VALID = 128, /* an authority vouches for it */
    SEEN_DANE = 256,  /* the TLSA records authenticate it */
    SEEN_MET = 512,
    SEEN_ANSWERED = SEEN_TLS | SEEN_NO_STARTTLS | SEEN_TLS_FAILED
};

/* Of a host that was met */
struct seen_host {
    int64_t number;
    uint16_t seen;
};

/* All that is asked of one host, but for its provider */
struct host_kind {
    bool named; /* by an MX record */
    bool alias_known, alias;
    uint8_t dnssec;  /* enum dnssec */
    uint8_t outcome; /* 0 answer, 1 failed, 2 other */
    uint8_t dane;    /* enum dane_hosts; DANE_HOSTS_COUNT: NULL */
    uint16_t seen;   /* enum seen */
};
uint32_t host_kind_number(struct host_kind kind);
struct host_kind host_kind_of(uint32_t number);

/* Of a share that asks all mail hosts of a domain */
enum known_part {
    PART_OUTSIDE, /* not counted */
    PART_HAS,     /* counted, with the property */
    PART_HAS_NOT,
    PART_UNANSWERED
};

/* All that is asked of one domain, but for its provider */
struct domain_kind {
    uint32_t suffix;                    /* in suffixes; 0: none */
    uint32_t operator_of;               /* as in struct odd_set */
    uint16_t records, aliases, unknown; /* MX records judged; of these, aliases; beside them,
                                           those of which nobody knows */
    uint16_t stratum;                   /* in strata; 0: none */
    uint8_t band, outcome, dnssec;      /* of RANK_BANDS, enum mx_outcome, enum dnssec */
    uint8_t dane;                       /* enum dane_domains from 1; 0: NULL */
    uint8_t sts;                        /* enum sts */
    uint8_t effect;        /* sts_cname_effect: 0 NULL, 1 name_only or mixed, 2 other */
    uint8_t primary, ipv6; /* enum known_part: all lowest-preference exchanges are aliases; a mail
                              host has an IPv6 address */
    bool failing;          /* tlsa_failures > 0 */
    bool mail;             /* it has a mail host */
    bool dane_ready;
    bool dane_open;               /* reachable mail hosts are usable or failed, and one is failed */
    uint8_t refused_as_probed[2]; /* enum known_part, of those who enforce a policy over an alias:
                                     by senders that go by names, and by targets */
    uint8_t unused[2];            /* 0 */
};
_Static_assert(sizeof(struct domain_kind) == 32,
               "no octet between the members: kinds are compared as octets");

/* One unit's, or many units', part in a share (shares.h) */
struct part {
    uint64_t of, count, unanswered;
};

/* The same with what the units weigh: 1, or in a sample from strata as many names as each stands
 * for */
struct weighed_part {
    struct part units;
    double weight, value, weight_squares; /* of `of`, of `count`; sum of squares over `of` */
    double unanswered;
};

/* In a sample from strata, of every domain of a kind */
struct kind_weight {
    double weight;   /* N / n of its stratum */
    double fraction; /* n / N */
};

/* What becomes of the clusters of one share */
struct share_sums {
    struct cluster_list clusters;
    struct weighed_part all;
    struct weighed_part most;     /* the largest cluster; the most among equal ones */
    uint64_t largest;             /* its key; 0: without a name */
    struct stratified_sums drawn; /* of a sample from strata */
};

struct collector {
    const char *path; /* for errors */
    struct report *report;
    struct survey_units *units;   /* what the passes keep besides; NULL: nothing */
    bool disbelieved;             /* the AD bit is not believed: no DNSSEC status is known */
    struct weights weights;       /* empty: none given */
    struct operators operators;   /* likewise */
    struct places *places;        /* NULL: no files of networks */
    struct suffixes *suffix_list; /* NULL: none found */
    uint16_t *exchange_traits;    /* by the number in the file */
    size_t exchange_numbers;
    uint16_t *set_traits;
    size_t set_numbers;
    struct alias_record *records;
    size_t record_count, record_room;
    struct key_map alias_index; /* place in aliases, from 1 */
    struct alias_host *aliases;
    size_t alias_count, alias_room;
    struct name_tally targets; /* providers of aliases' last names */
    struct name_tally pairs;   /* as in struct alias_report */
    struct name_table suffixes, strata;
    struct odd_set *odd; /* in order of their numbers */
    size_t odd_count, odd_room;
    uint64_t opted_out_exchanges; /* that MX records name, each once: no mail hosts of the view */
    struct seen_host *seen;       /* in order of their numbers */
    size_t seen_count, seen_room;
    struct probed_domain *probed; /* likewise */
    size_t probed_count, probed_room;
    struct name_table rare; /* providers of domains that few have the like of, as far as kept */
    struct cells host_cells, domain_cells;
    struct key_map kind_index; /* place in kinds, from 1 */
    struct domain_kind *kinds;
    size_t kind_count, kind_room;
    struct kind_weight *kind_weights; /* NULL: every domain weighs 1 */
    double unmet;                     /* stratified_unmet() of all strata drawn in part */
    struct ede_count *ede;            /* by code; NULL until the first */
    struct share_sums sums[ESTIMATE_COUNT];
};

/* Fills error; returns -1. */
int collector_no_memory(const struct collector *collector, struct error *error);
int collector_contradiction(const struct collector *collector, const char *what,
                            struct error *error);

/* tally: its texts are the list's from here on; freed without memory. */
int collector_add_tally(const struct collector *collector, struct tally_list *list,
                        struct tally tally, struct error *error);

/* The traits kept by a number in the file; NULL where there can be none. */
uint16_t *exchange_traits_at(const struct collector *collector, int64_t host);
uint16_t *set_traits_at(const struct collector *collector, int64_t set);

/* Who decides for a host, or a domain (its cluster): the provider where its alias leads to (a place
 * in targets, from 1; 0: none), else its own; both by the names that the user gives.  0: nobody is
 * known, it is a cluster of its own. */
uint64_t collector_cluster(const struct collector *collector, uint32_t target, uint64_t provider);

/* A word's number, 1 to last; 0 for what is none */
uint8_t number_column(struct sqlite3_stmt *row, int column, int last);

/* The passes, in this order. */
int collect_mx_records(struct survey_file *file, struct collector *collector, struct error *error);
int collect_hosts(struct survey_file *file, struct collector *collector, struct error *error);
int collect_domains(struct survey_file *file, struct collector *collector, struct error *error);

/* Between hosts and domains: what the odd sets make of their domains.  After domains: these by what
 * their alias exchanges are. */
void judge_odd_sets(struct collector *collector);
int count_odd_sets(struct collector *collector, struct error *error);

/* The last characters of a name in a row, as substr() in the views counts them, or all where it has
 * fewer: a string; NULL: none.  Valid as long as the row's text. */
const char *name_tail(struct sqlite3_stmt *row, int column, uint64_t length, size_t *ret_length);

/* --- from cells to estimates --- */

struct weighed_part weigh_part(const struct part *part, double weight);
void weighed_part_add(struct weighed_part *sum, const struct weighed_part *part, uint64_t times);

/* The cells of one cluster */
struct cell_range {
    const struct cell *cells;
    size_t length;
};
/* The next cluster's cells from *at on, which moves behind them; false at the end.
 * Those of cluster 0 come first, one range. */
bool next_cluster(const struct cells *cells, size_t *at, struct cell_range *ret);

/* Domains are by provider until here, by cluster from here on. */
void cells_by_cluster(struct collector *collector);

/* Of a sample that was drawn from strata: what its domains weigh, from cells of whatever order. */
int collector_stratify(struct survey_file *file, struct collector *collector, struct error *error);
double domain_weight(const struct collector *collector, const struct cell *cell);
/* Of it, for stratified95(): the names that may be units of a row of a breakdown though none drawn
 * is.  by: what the breakdown is by, as run_info has it of strata; NULL: no breakdown. */
double unmet_names(const struct collector *collector, const char *by);

/* Sum up the estimates, from cells by cluster. */
int estimate_hosts(struct collector *collector, struct error *error);
int estimate_domains(struct collector *collector, struct error *error);

enum share_added {
    SHARE_ADDED,
    SHARE_NO_MEMORY,
    SHARE_CONTRADICTION /* more units than can be */
};
/* Adds so many clusters of a share, each with this part. */
enum share_added share_sums_add(struct share_sums *sums, uint64_t cluster,
                                const struct weighed_part *part, uint64_t times);
/* So many domains of a cell, for the list's own share; nothing but in a sample from strata. */
void share_sums_draw(const struct collector *collector, struct share_sums *sums,
                     const struct cell *cell, const struct part *part);
void share_sums_free(struct share_sums *sums);

/* All that follows from a share's sums, unmet_names() and ret->unseen; the clusters are used up.
 * -1 without memory. */
int estimate_finish(const struct collector *collector, struct share_sums *sums, double unmet,
                    struct estimate *ret);
int estimates_finish(struct collector *collector, struct error *error);

/* Fills the breakdowns; before the suffixes are freed or sorted. */
int break_down(struct collector *collector, struct error *error);
/* After break_down(): weighs the estimates by the sizes of zones; nothing without weights. */
int collector_weigh(struct collector *collector, struct error *error);
/* Leaves out rows without domains; sorted: most domains first. */
void breakdown_finish(struct breakdown *breakdown, bool sorted);
void breakdown_free(struct breakdown *breakdown);

/* The tables of providers: who has a place, while domains are by provider; then, at the end, the
 * names, of the largest clusters too. */
struct ranker;
int providers_rank(struct collector *collector, struct ranker **ret, struct error *error);
int providers_name(struct survey_file *file, struct ranker *ranker, struct error *error);
void ranker_free(struct ranker *ranker); /* NULL is fine */

/* Adds to the codes of a list as "6,22"; what is no code is passed over. */
int ede_take(struct collector *collector, const char *codes, struct ede_count each,
             struct error *error);
void ede_finish(struct collector *collector);

/* TLSA records, and failed lookups by their extended errors */
int dane_collect(struct survey_file *file, struct collector *collector, struct error *error);
void dane_free(struct report *report);
/* TLSA records by their zones, addresses, and lookups that fail; part of dane_collect() */
int dane_zones_collect(struct survey_file *file, struct collector *collector, struct error *error);
/* What `probe` saw of mail hosts: before the pass over these; what follows from it: after it */
int probe_collect_hosts(struct survey_file *file, struct collector *collector, struct error *error);
int probe_collect(struct survey_file *file, struct collector *collector, struct error *error);
uint16_t probe_seen(const struct collector *collector, int64_t host); /* bits of enum seen */
void probe_count_host(struct report *report, struct host_kind kind);
void probe_free(struct report *report);
/* What senders make of domains with alias exchanges; before the pass over domains */
int senders_collect(struct survey_file *file, struct collector *collector, struct error *error);
/* What is to come of TLSA records; part of dane_collect() and dane_free() */
int keys_collect(struct survey_file *file, struct collector *collector, struct error *error);
void keys_free(struct key_outlook *outlook);
/* MTA-STS records, policies and what they match; after the pass over domains */
int sts_collect(struct survey_file *file, struct collector *collector, struct error *error);

#endif
