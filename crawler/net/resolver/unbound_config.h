/* unbound_config.h - the configuration of the private Unbound, as text. */
#ifndef MXSURVEY_NET_RESOLVER_UNBOUND_CONFIG_H
#define MXSURVEY_NET_RESOLVER_UNBOUND_CONFIG_H

#include <limits.h>
#include <stdint.h>

enum {
    UNBOUND_CONFIG_MAX = 8192 + 3 * PATH_MAX
};

struct unbound_plan {
    uint16_t port;
    unsigned threads;
    unsigned queries_per_thread;      /* it can hold at once */
    unsigned ports_per_thread;        /* to ask from */
    unsigned cache_mb;                /* of records; messages get half of it */
    const char *trust_anchor;         /* file; absolute, as the next */
    const char *root_hints, *include; /* files, or NULL */
};

/* Appends to a text, which must have room for it. */
void unbound_config_add(char text[UNBOUND_CONFIG_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Sizes for this machine: cores, memory (also of the control group), descriptors. */
void unbound_plan_machine(unsigned threads, unsigned max_in_flight, struct unbound_plan *ret);

enum {
    UNBOUND_POLICY_MAX = 640
};

/* What the written configuration says of behaviour, in one line: "ede: yes; ...". */
void unbound_config_policy(const char *text, char ret[UNBOUND_POLICY_MAX]);

/* The text, one option a line. */
void unbound_config_write(const struct unbound_plan *plan, char ret[UNBOUND_CONFIG_MAX]);

/* Empties the lines that unbound-checkconf's output calls an error in the file
 * `path`.  Returns how many: 0 where it complains of something else. */
unsigned unbound_config_drop(char text[UNBOUND_CONFIG_MAX], const char *path,
                             const char *complaints);

#endif
