/* sts.h - the part of the report about MTA-STS and TLSRPT, as data. */
#ifndef MXSURVEY_ANALYSIS_REPORT_STS_STS_H
#define MXSURVEY_ANALYSIS_REPORT_STS_STS_H

#include <stdbool.h>
#include <stdint.h>

#include "crawler/core/words.h"

/* What is wrong with a policy at fault: a field that is missing, or any line */
enum sts_fault {
    FAULT_NO_VERSION,
    FAULT_NO_MODE,
    FAULT_NO_MAX_AGE,
    FAULT_NO_MX,
    FAULT_LINE,
    STS_FAULT_COUNT
};
/* As in the column detail of sts_policies; "line" for all lines at fault */
extern const char *const STS_FAULT_WORDS[STS_FAULT_COUNT];

/* Domains with a valid policy to enforce or to test, and those of them with one to
 * enforce: only these lose mail by it. */
struct sts_count {
    uint64_t domains, enforced;
};

struct sts_report {
    bool asked;                                     /* any domain has an sts; else the rest is 0 */
    uint64_t domains[STS_FAILED + 1];               /* by enum sts; modes are among these words */
    uint64_t records[STS_RECORD_FAILED + 1];        /* domains by enum sts_record_outcome */
    uint64_t fetch[STS_DETAIL_SPECIAL_ADDRESS + 1]; /* unavailable ones by enum sts_detail */
    uint64_t faults[STS_FAULT_COUNT];               /* invalid_policy ones */
    uint64_t valid;                                 /* valid policies of whatever mode */
    uint64_t not_plain; /* of these: of a media type other than text/plain, or of none */
    uint64_t tlsrpt[TLSRPT_FAILED + 1];              /* domains by enum tlsrpt */
    struct sts_count effects[STS_CNAME_NEITHER + 1]; /* by enum sts_cname_effect; [0] is 0 */
    /* a policy and its MX records, by their names (RFC 8461 s4.1); `.` is not looked at */
    struct sts_count matched; /* domains with an MX record other than `.` */
    struct sts_count odd;     /* of these, one at least does not match */
    struct sts_count shut;    /* of these, none matches */
};

/* All effects together; those whose mail is refused by senders that match the alias's
 * target (name_only, mixed), and by those that follow RFC 8461 (target_only, mixed). */
struct sts_count sts_over_aliases(const struct sts_report *sts);
struct sts_count sts_refused_by_target(const struct sts_report *sts);
struct sts_count sts_refused_by_name(const struct sts_report *sts);

#endif
