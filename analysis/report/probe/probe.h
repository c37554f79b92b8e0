/* probe.h - the part of the report about what mail servers showed to `mxsurvey probe`, as data. */
#ifndef MXSURVEY_ANALYSIS_REPORT_PROBE_PROBE_H
#define MXSURVEY_ANALYSIS_REPORT_PROBE_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crawler/core/words.h"

/* A mail host whose TLSA records would keep mail away today, or a provider of such */
struct failing_host {
    char *host;     /* owned; NULL: all of a provider */
    char *provider; /* owned; NULL: none */
    enum probe_outcome outcome;
    uint64_t hosts;   /* of a provider */
    uint64_t domains; /* with a secure MX answer: those that senders look up TLSA records for */
};

struct failing_list {
    size_t length;              /* at most PROVIDERS_MAX */
    struct failing_host *items; /* most domains first; owned */
};

/* Which names the certificate of an exchange that is an alias has */
enum certificate_names {
    NAMES_HOST,
    NAMES_TARGET,
    NAMES_BOTH,
    NAMES_NEITHER,
    CERTIFICATE_NAMES_COUNT
};
extern const char *const CERTIFICATE_NAMES_WORDS[CERTIFICATE_NAMES_COUNT];

enum expiry {
    EXPIRY_PAST, /* before the meeting */
    EXPIRY_7,    /* within so many days from it; each has those before, but for expired ones */
    EXPIRY_14,
    EXPIRY_30,
    EXPIRY_COUNT
};
extern const char *const EXPIRY_WORDS[EXPIRY_COUNT];

enum {
    PROBE_LEFT = PROBE_MALFORMED + 1
};

struct probe_report {
    bool any;                               /* hosts were met; false: the rest is empty */
    uint64_t outcomes[PROBE_LEFT + 1];      /* hosts by enum probe_outcome; those with an address
                                                  that were not met */
    uint64_t versions[TLS_VERSION_1_3 + 1]; /* hosts by the version agreed on; [0]: none of these */
    uint64_t pkix[PKIX_OTHER + 1];          /* hosts with a certificate by enum pkix_fault */
    uint64_t plaintext;                     /* octets before TLS */
    struct {
        uint64_t hosts, certificates;
    } expiry[EXPIRY_COUNT];
    struct {
        uint64_t named, valid; /* the certificate has the names; and an authority vouches for it */
    } aliases[CERTIFICATE_NAMES_COUNT];
    uint64_t failing_hosts, failing_domains; /* domains as in struct failing_host */
    struct failing_list failing, failing_providers;
};

#endif
