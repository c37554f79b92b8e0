/* probe.h - the mail hosts of a finished survey, met once each: `mxsurvey probe`.
 *
 * Which (choice.h), when (schedule.h), how (session.h), whether it was us (outage.h); what a chain
 * is worth is judged by core, rows are kept by the store.  Nothing here prints.
 */
#ifndef MXSURVEY_PROBE_PROBE_H
#define MXSURVEY_PROBE_PROBE_H

#include "crawler/probe/schedule.h"
#include "crawler/store/probes.h"

#include <sys/socket.h>

/* false: a build for the bench, which meets hosts as fast as it can. */
extern const bool probe_keeps_manners;

/* Texts are borrowed. */
struct probe_settings {
    const char *db;
    const char *helo; /* NULL: only for a dry run */
    bool helo_unchecked;
    const struct sockaddr_storage *resolver; /* that is asked about it; NULL: the system's */
    bool dry_run;                            /* no packet, nothing written: see `planned` */
    bool keep_der;
    bool allow_special;
    uint8_t family; /* 4, 6; 0: both */
    enum probes_only only;
    uint64_t limit; /* the first so many; 0: all */
    bool shuffled;
    uint64_t seed;
    uint32_t again_s; /* those met so long ago are met again; 0: none */
    unsigned rate;
    const char *exclude; /* file, or NULL */
    const char *ca_file; /* or NULL: the system's authorities */
};

struct probe_counts {
    uint64_t to_meet;  /* hosts that this command was to meet */
    uint64_t met;      /* of these, by now; second meetings are not counted */
    uint64_t left_out; /* opted out, special-purpose, of another family */
    uint64_t no_route; /* not met, since there is no way to their addresses from here */
    uint64_t by_outcome[PROBE_MALFORMED + 1];
    uint64_t later;   /* said 4xx: to be met once more, */
    int64_t later_at; /* the first of them from then on (Unix seconds) */
    unsigned under_way;
    uint64_t elapsed_ms;
    uint64_t seconds_left; /* at least */
};

struct probe_voice {
    void (*progress)(void *context, const struct probe_counts *counts); /* every second */
    void (*say)(void *context, const char *line);                       /* what it waits for */
    void *context;
};

enum probe_end {
    PROBE_ENDED,
    PROBE_INTERRUPTED,
    PROBE_CUT_OFF,      /* so many in a row gave no connection: not stored */
    PROBE_STORE_FAILED, /* the same command goes on */
};

struct probe_result {
    enum probe_end end;
    struct probe_counts counts;
    uint64_t known;     /* hosts that were met before, and are not to be met again */
    uint64_t operators; /* of those to be met */
    /* of a dry run */
    uint64_t prefixes;
    uint64_t largest;         /* hosts of the largest operator, or prefix */
    uint64_t planned_seconds; /* at least */
    unsigned row;             /* of PROBE_CUT_OFF: meetings */
};

/* 0; -1 with error: the file, the name, the opt-outs; ret->end says how it ended otherwise, with
 * error for PROBE_STORE_FAILED. */
int probe_run(const struct probe_settings *settings, const struct probe_voice *voice,
              struct probe_result *ret, struct error *error);

#endif
