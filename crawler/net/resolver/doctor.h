/* doctor.h - are these resolvers and this machine fit for a survey?
 *
 * Asks each resolver a few questions about the root (blocking, a few seconds for
 * one that does not answer), looks at the machine's limits, and returns findings
 * as data.
 */
#ifndef MXSURVEY_NET_RESOLVER_DOCTOR_H
#define MXSURVEY_NET_RESOLVER_DOCTOR_H

#include "crawler/net/lookup/lookup.h"

enum finding_level {
    FINDING_OK,
    FINDING_WARNING, /* the survey runs, but loses something */
    FINDING_ERROR,   /* no survey with it */
};

enum {
    FINDING_TEXT_MAX = 256,
    FINDINGS_OF_RESOLVER = 8,
    FINDINGS_OF_MACHINE = 2,
    FINDINGS_MAX = RESOLVERS_MAX * FINDINGS_OF_RESOLVER + FINDINGS_OF_MACHINE,
};

struct finding {
    const char *name; /* "udp", "tcp", "validation", "ad", "edns", "ede", "version", "burst",
                         "descriptors", "receive-buffer" */
    int resolver;     /* index in the settings; -1: the machine */
    enum finding_level level;
    char text[FINDING_TEXT_MAX]; /* what was seen, and what to do about it */
};

struct doctor_settings {
    unsigned resolver_count;
    const struct sockaddr_storage *resolvers;
    bool private_resolver; /* the one is the run's own Unbound */
    bool believe_ad;       /* settings_believe_ad(): loopback only, or --trust-ad */
    unsigned timeout_ms;   /* for one question */
    unsigned descriptors;  /* the run needs */
    unsigned receive_buffer;
};

struct doctor_report {
    enum finding_level worst;
    unsigned count;
    struct finding findings[FINDINGS_MAX];
};

/* 0, also where the findings are bad; -1: no examination was possible. */
int doctor_run(const struct doctor_settings *settings, struct doctor_report *ret,
               struct error *error);

#endif
