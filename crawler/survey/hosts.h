/* hosts.h - every distinct mail host of the run: named once, resolved once.
 *
 * A host is a job of its own, started by whoever names it first and finished for
 * all who wait.  What stays of a finished host is what later domains need of it.
 *
 * A host with a failed lookup gets a second chance: in the first pass it is
 * DEFERRED (nothing is stored, the domains that need it come again in the second
 * pass); what the second attempt gives is stored.
 */
#ifndef MXSURVEY_SURVEY_HOSTS_H
#define MXSURVEY_SURVEY_HOSTS_H

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
    HOST_DEFERRED,  /* failed at the first attempt: asked again in the last pass */
    HOST_DONE,      /* settled: resolved for good, or never to be resolved */
};

/* Readable by all, written by hosts.c only (and made by host_table.c).  Lives as long as struct
 * hosts. */
struct host {
    uint32_t id;
    uint8_t state; /* enum host_state */
    uint8_t class; /* enum exchange_class */
    uint8_t alias; /* enum alias: of a resolved host */
    uint8_t dane;  /* enum dane: of a resolved host */
    uint8_t address_outcome;
    uint8_t failure;          /* of its address lookups */
    uint8_t attempts;         /* jobs finished */
    bool resolved;            /* false: null, address, localhost, or excluded */
    bool stored;              /* its row is handed over */
    bool hidden;              /* its row is no mail host's: so far only a failed domain's own */
    struct host_codes *codes; /* NULL: none */
    struct name *target;      /* of an alias: the last name of its chain, allocated to its length */
    struct host_job *job;     /* while under way */
    struct name name;         /* allocated to its length */
};

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

/* From now on failures are stored: the last pass. */
void hosts_last_pass(struct hosts *hosts);

/* The host of this name; new ones are HOST_NAMED. */
struct host *hosts_get(struct hosts *hosts, const struct name *name);

/* Makes sure the host is, or will be, DONE or DEFERRED.  true: it is now, and the
 * waiter is not kept; false: the waiter's ready() will be called from the loop. */
bool hosts_need(struct hosts *hosts, struct host *host, struct host_waiter *waiter);

unsigned hosts_under_way(const struct hosts *hosts);
bool hosts_are_queued(const struct hosts *hosts); /* no new work should be started */

#endif
