/* hosts.h - every distinct mail host of the run: named once, resolved once.
 *
 * A host is a job of its own, started by whoever names it first and finished for
 * all who wait.  What stays of a finished host is what later domains need of it: about 55 octets;
 * of a domain that is its own mail host, 40.
 *
 * A lookup that failed gets a second chance: its host is DEFERRED (nothing is stored, the domains
 * that need it come again in the next pass), until no lookup fails for the first time; what the
 * last attempt gives is stored.
 */
#ifndef MXSURVEY_SURVEY_JOBS_HOSTS_H
#define MXSURVEY_SURVEY_JOBS_HOSTS_H

#include "crawler/base/buckets.h"
#include "crawler/core/host_rules.h"
#include "crawler/net/lookup/lookup.h"
#include "crawler/store/store.h"
#include "crawler/survey/exclude.h"
#include "crawler/survey/suffix.h"

struct hosts;
struct host_job;

enum host_state {
    HOST_NAMED,     /* known by name, nothing asked */
    HOST_UNDER_WAY, /* its job waits for replies */
    HOST_DEFERRED,  /* a lookup failed for the first time: asked again in the next pass */
    HOST_DONE,      /* settled: resolved for good, or never to be resolved */
};

/* What few hosts have, but while they are under way. */
struct host_extra {
    struct host_codes codes;
    struct name *target;  /* of an alias: the last name of its chain, allocated to its length */
    struct host_job *job; /* while under way */
};

/* Readable by all, written by hosts.c only (and made by host_table.c).  Small, for there may be
 * two hundred millions of them. */
struct host {
    struct link link; /* first: the table's */
    uint32_t id;
    unsigned state : 2;           /* enum host_state */
    unsigned class : 3;           /* enum exchange_class */
    unsigned alias : 2;           /* enum alias: of a resolved host */
    unsigned dane : 3;            /* enum dane: of a resolved host */
    unsigned address_outcome : 3; /* enum outcome */
    unsigned failure : 4;         /* enum failure: of its address lookups */
    unsigned failed : 4;          /* lookups that failed so far: bits of host_failing */
    unsigned pass : 3;            /* in which it was deferred */
    unsigned resolved : 1;        /* 0: null, address, localhost, or excluded */
    unsigned stored : 1;          /* its row is handed over */
    unsigned hidden : 1;          /* its row is no mail host's: so far only a failed domain's own */
    unsigned named : 1;           /* by an MX record */
    unsigned brief : 1;           /* as host_table.h says: none that others see */
    union {
        struct {
            struct host_extra *extra; /* NULL: none */
            struct name name;         /* allocated to its length */
        };
        uint64_t digest[2]; /* of its name: of a brief one */
    };
};

/* Of an alias, the last name of its chain; else NULL. */
const struct name *host_target(const struct host *host);
/* None is received: all counts are 0. */
const struct host_codes *host_codes(const struct host *host);

/* Someone waiting for a host; memory of the waiter. */
struct host_waiter {
    struct host_waiter *next;
    bool names_it; /* an MX record names the host; else the domain itself is asked about */
    /* The host is DONE or DEFERRED. */
    void (*ready)(struct host_waiter *waiter);
};

struct hosts_settings {
    struct lookups *lookups;
    struct store *store;
    const struct exclude *exclude; /* or NULL */
    const struct suffixes *suffixes;
    unsigned most_at_once; /* hosts asked about; further ones queue */
    bool believe_ad;
    enum tlsa_policy tlsa_policy;
};

/* Knows the hosts that the store has from an earlier part of the run. */
struct hosts *hosts_new(const struct hosts_settings *settings, struct error *error);
void hosts_free(struct hosts *hosts); /* NULL ok */

/* What was deferred may be asked again, in each pass once.  last: in this one failures are stored.
 */
void hosts_begin_pass(struct hosts *hosts, bool last);

/* The host of this name; new ones are HOST_NAMED.  As long as an MX record names it, or a domain
 * waits for it, it stays where it is. */
struct host *hosts_get(struct hosts *hosts, const struct name *name);

/* Makes sure the host is, or will be, DONE or DEFERRED.  true: it is now, and the
 * waiter is not kept; false: the waiter's ready() will be called from the loop. */
bool hosts_need(struct hosts *hosts, struct host *host, struct host_waiter *waiter);

/* Of a domain that was asked about itself, when it is done: where no MX record names its host, the
 * host's name is forgotten, until one does.  The pointer ends. */
void hosts_leave(struct hosts *hosts, struct host *host);

unsigned hosts_under_way(const struct hosts *hosts);
bool hosts_are_queued(const struct hosts *hosts); /* no new work should be started */

#endif
