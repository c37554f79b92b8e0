/* collector.h - what the passes over the views share while they fill struct report.
 *
 * Three passes, each over one view: mx_records, hosts, domains.  Nothing is joined
 * by SQL, which would sort texts: what a later pass must know of an earlier one
 * is kept by key_of() its name, and only of the few that need it.
 */
#ifndef MXSURVEY_ANALYSIS_COLLECT_COLLECTOR_H
#define MXSURVEY_ANALYSIS_COLLECT_COLLECTOR_H

#include "analysis/collect/cells.h"
#include "analysis/collect/key_map.h"
#include "analysis/report/data.h"
#include "analysis/collect/weights.h"

struct sqlite3_stmt;
struct suffixes;
struct survey_units;
struct survey_file;

/* What is not plain about an MX record; the number is in the two free bits of a key. */
enum odd_kind {
    ODD_ALIAS,      /* is_alias 1 */
    ODD_UNRESOLVED, /* is_alias NULL, of an exchange that is resolved, unless it opted out */
    ODD_CLASS,      /* is_alias NULL, of one that never is */
    ODD_MASK = 3
};
struct odd_record {
    uint64_t domain;
    uint64_t exchange; /* key and enum odd_kind */
};

/* A domain with such a record */
struct odd_domain {
    uint32_t first, length;     /* its records */
    uint32_t unjudged, unknown; /* records with is_alias NULL; of these, those that are unknown */
    uint8_t effects;            /* a bit for each enum alias_effect of its alias exchanges */
    bool secure;                /* set by the pass over domains */
};

enum provider_relation {
    RELATION_UNKNOWN,
    RELATION_SAME,
    RELATION_OTHER,
    RELATION_COUNT
};

/* A host that is an alias and that an MX record names */
struct alias_host {
    uint32_t target;      /* the provider of its last name: its place in targets, from 1; 0: none */
    uint8_t relation;     /* of that to the host's own */
    uint8_t problem;      /* enum alias_problem */
    uint8_t effect;       /* enum alias_effect; EFFECT_COUNT: none of them */
    bool secure_mentions; /* an MX record of a secure domain names it */
};

/* The provider of aliases' last names */
struct target_count {
    struct alias_count count;
    size_t last_domain; /* place in odd of the last domain counted, from 1 */
};

/* Texts, each once, numbered from 1 */
struct name_table {
    struct key_map index;
    char **names;
    size_t length, room;
};

/* All that is asked of one host, but for its provider */
struct host_kind {
    bool named; /* by an MX record */
    bool alias_known, alias;
    uint8_t dnssec;  /* enum dnssec */
    uint8_t outcome; /* 0 answer, 1 failed, 2 other */
    uint8_t dane;    /* enum dane_hosts; DANE_HOSTS_COUNT: NULL */
};
uint32_t host_kind_number(struct host_kind kind);
struct host_kind host_kind_of(uint32_t number);

/* All that is asked of one domain, but for its provider */
struct domain_kind {
    uint32_t suffix;                    /* in suffixes; 0: none */
    uint32_t records, aliases, unknown; /* MX records judged; of these, aliases; beside them,
                                           those of which nobody knows */
    uint8_t band, outcome, dnssec;      /* of RANK_BANDS, enum mx_outcome, enum dnssec */
    uint8_t dane;                       /* enum dane_domains from 1; 0: NULL */
    uint8_t sts;                        /* enum sts */
    uint8_t effect;  /* sts_cname_effect: 0 NULL, 1 name_only or mixed, 2 other */
    uint8_t failing; /* 1: tlsa_failures > 0 */
    uint8_t unused;  /* 0: kinds are compared as octets */
};

struct collector {
    const char *path; /* for errors */
    const struct report_options *options;
    struct report *report;
    struct survey_units *units;   /* what the passes keep besides; NULL: nothing */
    struct weights weights;       /* empty: none given */
    struct suffixes *suffix_list; /* NULL: none found */
    uint8_t *plain;       /* a bit for each exchange that is no alias, by its number in the file */
    struct key_map named; /* exchanges of MX records that are resolved */
    struct odd_record *records; /* by domain after the pass over hosts */
    size_t record_count, record_room;
    struct key_map hosts_unknown; /* named, alias NULL */
    struct key_map alias_index;   /* place in aliases, from 1 */
    struct alias_host *aliases;
    size_t alias_count, alias_room;
    struct name_table targets, suffixes;
    struct target_count *target_counts; /* by place in targets */
    struct key_map odd_index;           /* place in odd, from 1 */
    struct odd_domain *odd;
    size_t odd_count, odd_room;
    struct name_table rare; /* providers of domains that few have the like of, as far as kept */
    struct cells host_cells, domain_cells;
    struct key_map kind_index; /* place in kinds, from 1 */
    struct domain_kind *kinds;
    size_t kind_count, kind_room;
    struct ede_count *ede; /* by code; NULL until the first */
    struct type_list {
        struct key_map index; /* place in types, from 1 */
        struct cluster_type *types;
        size_t length, room;
    } types[ESTIMATE_COUNT];          /* for the bootstrap; else empty */
    uint64_t largest[ESTIMATE_COUNT]; /* the largest clusters; 0: without a name */
};

/* Fills error; returns -1. */
int collector_no_memory(const struct collector *collector, struct error *error);
int collector_contradiction(const struct collector *collector, const char *what,
                            struct error *error);

/* Room for one more item of the size: the array, moved perhaps; NULL without memory. */
void *collector_grow(void *items, size_t length, size_t *room, size_t size);

/* The text's place, from 1; 0 without memory. */
uint32_t name_table_put(struct name_table *table, const char *text, size_t length);
void name_table_free(struct name_table *table);

/* The place of a column's text in a list of words; `length` where it is none of them, or NULL. */
int collector_word(struct sqlite3_stmt *row, int column, const char *const words[], int length);

/* The passes, in this order. */
int collect_mx_records(struct survey_file *file, struct collector *collector, struct error *error);
int collect_hosts(struct survey_file *file, struct collector *collector, struct error *error);
int collect_domains(struct survey_file *file, struct collector *collector, struct error *error);

/* Between hosts and domains: what the odd records make of their domains.  After
 * domains: alias exchanges of secure domains. */
int collect_odd_domains(struct collector *collector, struct error *error);
void count_secure_aliases(struct collector *collector);

/* --- from cells to estimates --- */

/* One unit's, or many units', part in a share */
struct part {
    uint64_t of, count, unanswered;
};
struct part domain_part(const struct domain_kind *kind, enum estimate_id id);
struct part host_part(struct host_kind kind, enum estimate_id id);
bool estimate_is_of_hosts(enum estimate_id id);
extern const enum estimate_id BREAKDOWN_IDS[BREAKDOWN_ESTIMATES];

/* The cells of one cluster */
struct cell_range {
    const struct cell *cells;
    size_t length;
};
/* The next cluster's cells from *at on, which moves behind them; false at the end.
 * Those of cluster 0 come first, one range. */
bool next_cluster(const struct cells *cells, size_t *at, struct cell_range *ret);

/* Fills the estimates, from settled cells. */
int estimate_hosts(struct collector *collector, struct error *error);
int estimate_domains(struct collector *collector, struct error *error);

/* Name, unit, stratum, bootstrap, and what follows from sums. */
void estimate_finish(struct estimate *estimate);
int estimates_finish(struct collector *collector, struct error *error);

/* Fills the breakdowns; before the suffixes are freed or sorted. */
int break_down(struct collector *collector, struct error *error);
/* After break_down(): post-stratifies the estimates by suffix; nothing without weights. */
int collector_poststratify(struct collector *collector, struct error *error);
/* Leaves out rows without domains; sorted: most domains first. */
void breakdown_finish(struct breakdown *breakdown, bool sorted);
void breakdown_free(struct breakdown *breakdown);

/* The tables of providers, and the names of the largest clusters. */
int rank_providers(struct survey_file *file, struct collector *collector, struct error *error);

/* Adds to the codes of a list as "6,22"; what is no code is passed over. */
int ede_take(struct collector *collector, const char *codes, struct ede_count each,
             struct error *error);
void ede_finish(struct collector *collector);

/* TLSA records, and failed lookups by their extended errors */
int dane_collect(struct survey_file *file, struct collector *collector, struct error *error);
void dane_free(struct report *report);
/* What senders make of domains with alias exchanges */
int senders_collect(struct survey_file *file, struct collector *collector, struct error *error);
/* What is to come of TLSA records; part of dane_collect() and dane_free() */
int keys_collect(struct survey_file *file, struct collector *collector, struct error *error);
void keys_free(struct key_outlook *outlook);
/* MTA-STS records, policies and what they match; after the pass over domains */
int sts_collect(struct survey_file *file, struct collector *collector, struct error *error);

void provider_top_free(struct provider_top *top);

#endif
