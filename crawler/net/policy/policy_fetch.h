/* policy_fetch.h - MTA-STS policies, fetched over HTTPS (RFC 8461 s3.3).
 *
 * One fetch: the addresses of mta-sts.<domain> through lookup.h (A and AAAA at
 * once; the system's resolver is never asked), then GET
 * https://mta-sts.<domain>/.well-known/mta-sts.txt from one address after the
 * other, IPv6 before IPv4, until a server gives an HTTP status.  What the body
 * says is not read here.
 *
 * The certificate must be valid for the name mta-sts.<domain>: a DNS-ID, never a
 * common name.  TLS 1.2 at least, no redirect, no cookie, no cache, no proxy (also
 * where the environment names one), no content coding.
 *
 * A policy server is not hammered: to one address there is one connection at a
 * time, whatever number of domains it serves; the others wait for their turn.  An
 * address that lets three connections in a row time out, or one before it is open, is
 * given up for timeout_ms (silence.h): fetches that wait for it, and those that come
 * meanwhile, pass it over, and end as `timeout` where it was their last address.
 * Special-purpose addresses (address.h) are not connected to unless allowed: a
 * domain must not lead a survey into its operator's own network.
 *
 * Life cycle: policy_fetches_new() -> any number of policy_fetch_ask() ->
 * policy_fetches_close(), whose callback comes when no handle is left ->
 * policy_fetches_free().
 */
#ifndef MXSURVEY_NET_POLICY_POLICY_FETCH_H
#define MXSURVEY_NET_POLICY_POLICY_FETCH_H

#include "crawler/net/lookup/lookup.h"

struct policy_fetches;

enum {
    POLICY_PORT = 443,
    POLICY_SIZE_MAX = 65536,   /* RFC 8461 s3.3: "say, 64 kilobytes" */
    POLICY_TIMEOUT_MS = 60000, /* RFC 8461 s3.3: "one minute" */
    POLICY_CONNECTIONS = 64,   /* at once */
    POLICY_ADDRESSES_MAX = 8,  /* of each family: further ones are not tried */
};

struct policy_fetch_settings {
    const char *ca_file;  /* PEM, trusted instead of the system's authorities; NULL: these */
    unsigned connections; /* at once, all servers together; at least 1 */
    unsigned timeout_ms;  /* of one policy, from the first packet to a server to the last octet;
                             waiting for a turn and for lookups is not counted.  Of several
                             addresses each has an equal share of what the earlier ones left */
    size_t size_max;      /* octets of a body, and of the header before it */
    uint16_t port;        /* POLICY_PORT; tests have another */
    bool allow_special;   /* connect to special-purpose addresses too: labs */
};

/* Valid inside the callback that hands it over.
 *
 * detail STS_DETAIL_NONE: status 200 and a whole body.  Else why there is none, of
 * the last address tried where several failed:
 *   dns              the address lookup failed (failure says how), or no address is there
 *                    (failure is FAILURE_NONE); also where mta-sts.<domain> is too long, or
 *                    no name for a URL
 *   special_address  there are addresses, all of them special-purpose
 *   connect          no TCP connection, or one that broke off before a whole reply (no
 *                    HTTP, end in the middle)
 *   tls              no TLS session: protocol version, certificate, end in the handshake
 *   timeout          nothing of that in time, also where octets drip in; or the address is
 *                    given up, because other domains learnt so: http_status is then 0
 *   http_status      a status other than 200, kept in http_status
 *   too_large        more than size_max octets of body, or of header
 * The last two are a server's answer: no further address is tried. */
struct policy_fetch_result {
    enum sts_detail detail;
    unsigned http_status;   /* of the reply, 200 too; 0: none came */
    const char *media_type; /* of the same, as sent: hostile octets; NULL: it had none */
    const uint8_t *body;    /* for STS_DETAIL_NONE; no NUL behind it */
    size_t length;
    /* the address lookup that failed, for `failures` (A where both did) */
    struct lookup_answer lookup; /* failure NONE: none; set also where the other gave addresses */
    bool tried;    /* a server was connected to, or none is there; not where others had found all
                      addresses silent */
    bool answered; /* by a server, with a status or its certificate; or there is none */
    /* for people: why, in a line (curl's words), "" where there is no more to say.  Of
     * hostile octets: escape it at output */
    const char *reason;
};

/* Called from the loop, never from inside policy_fetch_ask(); may call
 * policy_fetch_ask() and policy_fetches_close(). */
typedef void policy_fetch_done(void *context, const struct policy_fetch_result *result);

/* Reads the certificates of the authorities, once.  NULL with the reason: no
 * certificate can be read, or no memory.  lookups is borrowed. */
struct policy_fetches *policy_fetches_new(uv_loop_t *loop, struct lookups *lookups,
                                          const struct policy_fetch_settings *settings,
                                          struct error *error);

/* Fetches the policy of a domain.  All that are asked for are kept (about 1 KB
 * each until its turn comes): how many that may be, the caller decides.  Never
 * fails: memory that cannot be had ends the program. */
void policy_fetch_ask(struct policy_fetches *fetches, const struct name *domain,
                      policy_fetch_done *done, void *context);

/* The network was gone: servers that were silent meanwhile may not be. */
void policy_fetches_forget_silences(struct policy_fetches *fetches);

struct policy_fetch_counters {
    uint64_t asked, done;
    uint64_t connections; /* opened */
    unsigned looking_up;  /* wait for their addresses */
    unsigned waiting;     /* wait for a connection */
    unsigned connected;   /* connections now */
};
void policy_fetches_counters(const struct policy_fetches *fetches,
                             struct policy_fetch_counters *ret);

/* Drops all fetches without calling back, at any time; then calls closed (never
 * before it returns). */
void policy_fetches_close(struct policy_fetches *fetches, void (*closed)(void *context),
                          void *context);

/* Only after closed, and after the lookups it asked are closed too (answers may
 * still come to it); NULL ok. */
void policy_fetches_free(struct policy_fetches *fetches);

#endif
