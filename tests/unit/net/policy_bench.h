/* policy_bench.h - what tests of policy fetches share: a server that misbehaves by request
 * (policy_server.py), and a small DNS server that says at which addresses it is.
 *
 * One server for all tests of a program, one bench for each test.  A test begins with the sites
 * that DNS knows, asks, runs, and looks at what was seen, in the order of asking.
 */
#ifndef MXSURVEY_TESTS_UNIT_POLICY_BENCH_H
#define MXSURVEY_TESTS_UNIT_POLICY_BENCH_H

#include "crawler/net/policy/policy_fetch.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <sys/types.h>

enum {
    RESULTS_MAX = 128,
    TIMEOUT_MS = 5000, /* of a fetch, in good_settings() */
};

#define POLICY "version: STSv1\r\nmode: enforce\r\nmx: mail.example\r\nmax_age: 86400\r\n"

/* What the DNS server says of mta-sts.LABEL.anything, and what comes of it. */
struct site {
    const char *label;
    const char *ipv4, *ipv6; /* addresses; "": none; "!": SERVFAIL */
    enum sts_detail detail;
    unsigned http_status;
    long length; /* of the body: 0 to 65536 times '#', or that of POLICY */
};

#define POLICY_LENGTH ((long)sizeof POLICY - 1)

struct seen {
    char label[32];
    enum sts_detail detail;
    unsigned http_status;
    long length;
    bool is_policy;
    bool tried, answered;
    enum failure failure;
    unsigned tries;
    char reason[128];
    bool has_media_type;
    char media_type[128]; /* its beginning */
    char body[4096];
    uint64_t at_ms;
};

struct bench {
    uv_loop_t loop;
    uv_udp_t dns;
    uv_timer_t patience;
    uint16_t dns_port;
    const struct site *sites;
    unsigned asked; /* by DNS */
    struct lookups *lookups;
    struct policy_fetches *fetches;
    bool lookups_closed, fetches_closed, close_in_done, out_of_patience;
    unsigned inside_ask;
    unsigned count, awaited;
    const char *then; /* asked for in done() */
    struct seen seen[RESULTS_MAX];
};

/* What policy_server.py says of itself. */
extern struct server {
    pid_t pid;
    int input; /* it ends when this is closed */
    unsigned port;
    char ca_file[256];
    int has_ipv6, speaks_tls11;
} server;

/* cmocka: of the group */
int start_server(void **state);
int stop_server(void **state);

/* cmocka: of each test; *state is its bench.  No handle may be left. */
int setup(void **state);
int teardown(void **state);

struct policy_fetch_settings good_settings(void);

/* sites: until one without label; they must outlive the bench. */
void begin(struct bench *bench, const struct policy_fetch_settings *settings,
           const struct site *sites);

/* Asks for the policy of a domain; of LABEL.example; of all sites; `count` times of another domain
 * that the server answers in the way of this label. */
struct seen *ask(struct bench *bench, const char *label, const char *domain);
struct seen *ask_site(struct bench *bench, const char *label);
void ask_all(struct bench *bench, const struct site *sites);
void ask_many(struct bench *bench, const char *label, unsigned count);

/* Until all that was asked for is done, or this time is over. */
void run(struct bench *bench, unsigned patience_ms);
void run_once(struct bench *bench); /* one turn of the loop */
void run_all(struct bench *bench);  /* fails where the patience of a test is over */

/* policy_fetches_close() */
void close_fetches(struct bench *bench);

void expect(const struct seen *seen, const struct site *site);
void expect_all(const struct bench *bench, const struct site *sites); /* the first ones asked */

struct policy_fetch_counters counters_of(const struct bench *bench);

/* Connections to an address as the server saw them: at once, in all. */
void server_counts(struct bench *bench, const char *address, unsigned *ret_most,
                   unsigned *ret_total);

#endif
