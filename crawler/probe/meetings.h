/* meetings.h - the loop of a probe: from the schedule to rows, until all are met, or it is over. */
#ifndef MXSURVEY_PROBE_MEETINGS_H
#define MXSURVEY_PROBE_MEETINGS_H

#include "crawler/probe/choice.h"
#include "crawler/probe/probe.h"

#include <openssl/x509.h>

struct meetings_settings {
    const char *helo;
    struct schedule *schedule; /* begun */
    struct schedule_settings manners;
    struct probes *probes;
    const struct choice *choice;
    X509_STORE *authorities;
    const struct probe_voice *voice;
    uint64_t begun_ms; /* the clock's of the schedule at its beginning */
};

/* Milliseconds of the clock that the schedule goes by. */
uint64_t meetings_clock(void);

/* ret->end and ret->counts are kept up; 0, or the store's code with error. */
int meetings_run(const struct meetings_settings *settings, struct probe_result *ret,
                 struct error *error);

#endif
