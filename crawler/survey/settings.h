/* settings.h - what a run was told: filled by the command line (cli/options). */
#ifndef MXSURVEY_SURVEY_SETTINGS_H
#define MXSURVEY_SURVEY_SETTINGS_H

#include "crawler/core/tlsa_search.h"
#include "crawler/net/lookup/lookup.h"
#include "crawler/survey/list/list.h"
#include "crawler/survey/sample/allocation.h"

enum {
    SETTINGS_LISTS_MAX = 256
};

/* The order in which domains are visited. */
enum shuffle {
    SHUFFLE_LONG, /* the list's, but that of a seed where a run visits more than
                     SHUFFLE_LONG_NAMES: an operator's names are spread over the run */
    SHUFFLE_NEVER,
    SHUFFLE_SEED,
};
enum {
    SHUFFLE_LONG_NAMES = 100000,
    SHUFFLE_LONG_SEED = 1,
};

/* What the strata of a sample are. */
enum sample_by {
    SAMPLE_BY_NOTHING, /* no sample */
    SAMPLE_BY_SUFFIX,  /* public suffixes */
    SAMPLE_BY_RANK,    /* bands of ranks (core/rank_band.h) */
    SAMPLE_BY_STRATUM, /* list_stratum */
};
enum {
    SAMPLE_SEED = 1 /* without another one */
};

/* Texts are borrowed from the command line or the configuration. */
struct settings {
    unsigned list_count;
    const char *lists[SETTINGS_LISTS_MAX]; /* "-": standard input */
    enum list_format list_format;
    const char *list_column;  /* or NULL */
    const char *list_stratum; /* likewise */
    bool allow_empty;         /* a list without any name is none of the errors */
    uint64_t list_names;      /* that the lists are expected to have, about; 0: any number */
    const char *db;
    const char *exclude; /* file, or NULL */

    unsigned resolver_count; /* 0: a private Unbound */
    const char *resolver_texts[RESOLVERS_MAX];
    struct sockaddr_storage resolvers[RESOLVERS_MAX];
    const char *root_hints, *trust_anchor, *unbound_include; /* for the private Unbound, or NULL */
    bool trust_ad;
    enum tlsa_policy tlsa_policy;

    bool sts; /* ask about MTA-STS and TLSRPT */
    unsigned sts_timeout_ms;
    const char *ca_file; /* or NULL: the system's authorities */
    bool allow_special_addresses;

    unsigned max_in_flight; /* 0: by the machine */
    unsigned max_qps;       /* 0: no limit */
    unsigned timeout_ms, tries;

    const char *place; /* where the survey is made from, as the user calls it; or NULL */

    bool hurry;             /* further passes follow at once: somebody waits for a few domains */
    bool retry_failed;      /* of a finished file */
    unsigned shard, shards; /* from 1 */
    uint64_t limit;         /* 0: all */
    uint64_t sample;        /* names to draw from strata; 0: all */
    enum sample_by sample_by;
    enum allocation sample_allocation;
    const char *sample_sizes; /* file of ALLOCATE_SIZES */
    enum shuffle shuffle;     /* of a sample SHUFFLE_SEED */
    uint64_t shuffle_seed;    /* of SHUFFLE_SEED */
};

void settings_init(struct settings *settings); /* the defaults */

/* One of its lists, from 0, as list_read() takes it */
struct list_source settings_list(const struct settings *settings, unsigned list);

/* Reads ADDR[:PORT], [v6], [v6]:PORT or v6.  false: no such thing. */
bool settings_read_address(const char *text, struct sockaddr_storage *ret);

/* The first of those given, or NULL. */
const struct sockaddr_storage *settings_resolver(const struct settings *settings);

/* The AD bit is believed of resolvers on loopback, or with --trust-ad
 * (RFC 4035 s4.9.3: only over a secure channel). */
bool settings_believe_ad(const struct settings *settings);

/* max_in_flight, or what the machine can use. */
unsigned settings_max_in_flight(const struct settings *settings);

#endif
