/* sts.h - MTA-STS (RFC 8461) and TLSRPT (RFC 8460): records, policies, matching.
 *
 * Pure.  Texts are octets of any kind, with their length; nothing is copied or
 * allocated: a policy points into the octets it was read from.
 */
#ifndef MXSURVEY_CORE_STS_H
#define MXSURVEY_CORE_STS_H

#include "crawler/core/message.h"

enum {
    STS_ID_MAX = 32,            /* RFC 8461 s3.1 */
    STS_MAX_AGE_MAX = 31557600, /* RFC 8461 s3.2: about a year */
};
#define STS_RECORD_PREFIX "_mta-sts"
#define STS_POLICY_PREFIX "mta-sts"
#define TLSRPT_PREFIX     "_smtp._tls"

/* --- records: the TXT records at one name --- */

struct sts_record {
    enum sts_record_outcome outcome;
    char id[STS_ID_MAX + 1]; /* of a VALID one, else "" */
};

/* Of a single record, by the grammar (RFC 8461 s3.1, RFC 8460 s3), which allows blanks before
 * the semicolon behind the version.  NONE: begins with another version or with none. */
void sts_record_judge(const char *text, size_t length, struct sts_record *ret);
enum tlsrpt tlsrpt_judge(const char *text, size_t length);

/* Of an answer to a TXT question, whatever its outcome but FAILED.  Of several records only
 * those count that begin with the version and a semicolon at once; the same record twice
 * is one. */
void sts_record_read(const struct answer *answer, struct sts_record *ret);
enum tlsrpt tlsrpt_read(const struct answer *answer);

/* --- policies --- */

struct sts_text {
    const char *text; /* borrowed, no NUL behind it */
    size_t length;
};

struct sts_policy {
    enum sts_policy_outcome outcome; /* VALID or INVALID */
    enum sts_mode mode;              /* of a VALID one, as max_age */
    uint32_t max_age;                /* seconds */
    /* of an INVALID one: the first line at fault, as it is, without its end; where a
     * field is missing "no version", "no mode", "no max_age" or "no mx", fault_line 0 */
    struct sts_text fault;
    unsigned fault_line;  /* from 1 */
    struct sts_text body; /* what was read: for sts_policy_next_mx() */
};

/* Strictly by the grammar of RFC 8461 s3.2: lines end with LF or CRLF, blank ones are
 * skipped; of a field that comes twice the first counts, whatever the second says;
 * max_age over STS_MAX_AGE_MAX is at fault. */
void sts_policy_read(const char *body, size_t length, struct sts_policy *ret);

/* The patterns of a VALID policy in their order, as they are written: start with
 * *offset = 0; false at the end. */
bool sts_policy_next_mx(const struct sts_policy *policy, size_t *offset, struct sts_text *ret);

/* --- what a policy makes of mail hosts --- */

/* RFC 8461 s4.1: a name, or `*.` for exactly the left-most label.  The root never matches.  Of a
 * whole policy: sts_patterns.h. */
bool sts_pattern_matches(struct sts_text pattern, const struct name *name);

/* May an `mx` line list this exchange?  Its value is a Domain (RFC 8461 s3.2), and of that only
 * what names a host: no single label, nothing below localhost, no address. */
bool sts_may_list(const struct name *exchange);

/* One MX record over a valid policy. */
struct sts_match {
    bool alias;  /* its exchange is an alias: target means something */
    bool name;   /* matches as the exchange is written: RFC 8461 s4.1 */
    bool target; /* the alias's target matches */
};

/* Which senders refuse what, where exchanges are aliases; no effect without a policy to
 * enforce or to test, and without an alias. */
enum sts_cname_effect sts_cname_effect_of(enum sts_mode mode, const struct sts_match *matches,
                                          unsigned count);

/* Does a server, or the one behind it, say by this status that it cannot, or does not want to, for
 * now (RFC 9110 s15.5.9, s15.6; RFC 6585 s4; RFC 8470 s5.2)? */
bool sts_status_is_for_now(unsigned http_status);

/* The domain's word; policy and mode count for a VALID record, mode for a VALID policy. */
enum sts sts_of(enum sts_record_outcome record, enum sts_policy_outcome policy, enum sts_mode mode);

#endif
