/* probes_helper.h - a small finished survey, certificates and meetings with its hosts, for the
 * tests of what `probe` keeps.
 */
#ifndef MXSURVEY_TESTS_PROBES_HELPER_H
#define MXSURVEY_TESTS_PROBES_HELPER_H

#include "crawler/store/probes.h"
#include "crawler/store/store.h"

enum {
    MET = 1800000000
};

/* Its hosts. */
enum {
    TIDY = 1, /* TLSA records of its own */
    ALIAS,    /* of a name of another provider, under a policy */
    OWN,      /* a domain that is its own host, without provider */
    SILENT,   /* without address */
    HIDDEN,   /* no mail host as far as known */
    BROKEN,   /* an address, and a lookup that failed */
    HOSTS = BROKEN
};
extern const struct address_row tidy_addresses[3];

/* A finished survey of all of these hosts. */
void make_survey(const char *path);

/* All of these assert that they succeed, but for those that return a status. */
struct probes *open_probes(const char *path, bool keep_der);
void close_probes(struct probes *probes);
void flush_probes(struct probes *probes);
struct probes_host host_of(struct probes *probes, uint64_t host);
void assert_put(int status, const struct error *error);

/* A certificate with this number, that names this: the same octets each time. */
X509 *make_certificate(unsigned number, const char *name);

extern const struct probes_address met_address;
extern const struct certificate_verdict plain_verdict;

/* A meeting with a chain of certificates with these numbers, up to a 0, judged like this. */
int put_chain(struct probes *probes, uint64_t host, int64_t at, const unsigned numbers[],
              const struct certificate_verdict *verdict, const struct probes_host *met,
              struct error *error);
/* One that came to nothing. */
int put_refusal(struct probes *probes, uint64_t host, int64_t at, const struct probes_host *met,
                struct error *error);

#endif
