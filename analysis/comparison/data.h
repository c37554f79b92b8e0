/* data.h - what changed between two surveys, as data.
 *
 * "Known to both" are the domains, or hosts, that
 * both files have; only these can change, all else comes from the list.
 */
#ifndef MXSURVEY_ANALYSIS_COMPARISON_DATA_H
#define MXSURVEY_ANALYSIS_COMPARISON_DATA_H

#include "analysis/statistics/bounds.h"
#include "analysis/statistics/change_parts.h"
#include "analysis/statistics/paired.h"
#include "analysis/report/data.h"
#include "analysis/collect/units/survey_units.h"

/* The two surveys, as indices */
enum {
    OLD,
    NEW
};

/* How many units are known to both surveys, and to one only */
struct overlap {
    uint64_t both, only[2];
};

/* The change of one of the estimates */
struct change {
    const struct estimate *estimates[2]; /* over all units of each survey: of the reports */
    struct share_counts common;          /* units counted, of those known to both */
    struct share_counts paired;          /* the same, of those counted both times */
    uint64_t unanswered[2]; /* known to both, but not paired: their lookup failed then */
    bool has_whole;         /* both surveys have the share */
    double whole;           /* the new one less the old one */
    bool has_parts;         /* change_parts() is defined */
    struct change_parts parts;
    bool by_units; /* domains or hosts, each met again; all below is theirs */
    struct change_counts counts;
    bool has_bounds; /* there are such units */
    struct interval bounds;
    struct paired_units units; /* without the lists */
    struct paired_change same;
    bool has_p_holm; /* same has a p-value, and comparison_test() was called */
    double p_holm;
    double exact_p; /* McNemar's, units independent; where there are paired units */
};

/* What a domain's mail exchanges are, as far as aliases go */
enum cname_state {
    CNAME_STATE_NONE,    /* MX records, none names an alias */
    CNAME_STATE_CNAME,   /* at least one does */
    CNAME_STATE_NO_MX,   /* no MX records, or not resolved: null MX, implicit MX, ... */
    CNAME_STATE_UNKNOWN, /* a lookup failed */
    CNAME_STATE_COUNT
};

enum {
    CLASSES_MAX = 10
};
/* Domains known to both, by a column's word in each survey */
enum class_table {
    CLASS_CNAME,
    CLASS_MX_OUTCOME,
    CLASS_DNSSEC,
    CLASS_DANE,
    CLASS_STS,
    CLASS_TABLE_COUNT
};
struct class_changes {
    uint64_t counts[CLASSES_MAX][CLASSES_MAX]; /* [old][new] */
};
/* The table's name (a column, or `cname`), and its words; NULL stands for SQL NULL */
const char *class_table_name(enum class_table table);
const char *class_word(enum class_table table, unsigned number);
unsigned class_count(enum class_table table);

/* A provider's domains */
struct provider_change {
    char *provider;            /* owned */
    uint64_t appeared, mended; /* known to both: alias exchanges they got (behind their new
                                  provider) or got rid of (behind their old one) */
    uint64_t cname[2],
        dane[2]; /* of all domains: with an alias exchange; dane complete or primary */
};
struct provider_changes {
    size_t length;
    struct provider_change rows[PROVIDERS_MAX];
};

struct comparison {
    const struct report *reports[2]; /* the sides' */
    bool dnssec_compared;            /* both surveys know DNSSEC statuses (report_ad_belief()) */
    struct overlap domains, hosts;
    struct change changes[ESTIMATE_COUNT];
    size_t tested; /* changes with a p-value that are judged together; 0: not asked for */
    struct class_changes classes[CLASS_TABLE_COUNT];
    uint64_t moved; /* domains known to both, with a provider both times, another one now */
    /* by what appeared, by what was mended, by the new survey's DANE domains; empty in a trend */
    struct provider_changes appeared, mended, dane;
};

/* A survey to compare: its report and its units */
struct survey_side {
    const char *path; /* borrowed */
    char *name;       /* the path as valid UTF-8, owned */
    struct report report;
    struct survey_units units;
};
int survey_side_read(const char *path, const struct report_options *options,
                     struct survey_side *ret, struct error *error);
void survey_side_free(struct survey_side *side);

/* Whether two surveys were of the same lists, by their digests; and whether of the same names, by
 * what chooses these from the lists too: format, shard, limit, sample, seed, opt-out.  Where either
 * does not say: false. */
bool same_lists(const struct report *old, const struct report *new);
bool same_names(const struct report *old, const struct report *new);

/* Settings of run_info that differ, in order of their keys: what may show as a change and is
 * none.  Calls each(context, key, old, new); a value is NULL where there is none. */
typedef void difference_fn(void *context, const char *key, const char *old, const char *new);
void run_differences(const struct report *old, const struct report *new, difference_fn *each,
                     void *context);

/* Compares; with_providers fills the last three members too.  The estimates stay the
 * sides': they must live as long.  Call comparison_free() in any case. */
int comparison_make(const struct survey_side *old, const struct survey_side *new,
                    bool with_providers, struct comparison *ret, struct error *error);
void comparison_free(struct comparison *comparison);

/* Judges the changes together (holm.h): of a pair of surveys that was chosen before it was seen.
 * The steps of a series are looked at for their course, so they are not tested. */
void comparison_test(struct comparison *comparison);

/* From domains known to both: with an alias exchange since, or no longer. */
uint64_t comparison_appeared(const struct comparison *comparison);
uint64_t comparison_mended(const struct comparison *comparison);

#endif
