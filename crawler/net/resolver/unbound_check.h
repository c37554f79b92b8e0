/* unbound_check.h - what unbound-checkconf, which comes with an Unbound, is asked about it. */
#ifndef MXSURVEY_NET_RESOLVER_UNBOUND_CHECK_H
#define MXSURVEY_NET_RESOLVER_UNBOUND_CHECK_H

#include "crawler/net/resolver/unbound_algorithms.h"

enum {
    UNBOUND_OPTION_MAX = 256,
    UNBOUND_VALIDATION_MAX = 4096, /* room for all */
};

/* The unbound-checkconf of an Unbound: beside the program, else wherever it is.
 * NULL: there is none.  The caller frees. */
char *unbound_check_find(const char *program);

/* false: not known */
bool unbound_check_algorithms(const char *checkconf, struct unbound_algorithms *ret);

/* What a configuration makes of DNSSEC, as it is in force: with Unbound's own values, and
 * those of files that it includes. */
struct unbound_validation {
    /* RFC 9276 s3.2: key sizes in bits, each with the NSEC3 iterations over which a zone is
     * insecure, as in "1024 150 2048 150 4096 150"; "": not known */
    char nsec3_iterations[UNBOUND_OPTION_MAX];
    /* "module-config: validator iterator; ...": options that decide what is secure and what
     * bogus; not those without value, or that this version does not know */
    char options[UNBOUND_VALIDATION_MAX];
};

/* path names the configuration in the program that is run, where the descriptor config
 * stays open. */
void unbound_check_validation(const char *checkconf, const char *path, int config,
                              struct unbound_validation *ret);

/* What unbound-checkconf -o printed of an option, in one line: its lines, separated by ", ",
 * but not those of its log; printable ASCII, `?` for other octets; "..." at the end where
 * there is more. */
void unbound_check_read(const char *output, char ret[UNBOUND_OPTION_MAX]);

#endif
