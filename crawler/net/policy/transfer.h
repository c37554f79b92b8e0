/* transfer.h - HTTPS GETs, each from one given address: libcurl's multi interface
 * on the loop.
 *
 * Curl is told the address, so that it never resolves a name; the socket callback
 * looks again that it connects nowhere else.  A transfer has ended when its
 * connection is closed: an address that is asked by one transfer at a time has one
 * connection at a time.  Time is kept here, not by curl.
 *
 * Life cycle: transfers_new() -> transfer_start() while transfers_room() ->
 * transfers_close() -> its callback -> transfers_free().
 */
#ifndef MXSURVEY_NET_POLICY_TRANSFER_H
#define MXSURVEY_NET_POLICY_TRANSFER_H

#include "crawler/core/error.h"
#include "crawler/net/policy/turns.h"

#include <stddef.h>
#include <uv.h>

struct transfers;

enum {
    TRANSFER_HOST_MAX = 254 /* a host name and a NUL */
};

enum transfer_end {
    TRANSFER_REPLY, /* the reply with its whole body, or a status other than 200 alone */
    TRANSFER_UNCONNECTED,
    TRANSFER_BROKEN,    /* connected: no whole HTTP reply came */
    TRANSFER_HANDSHAKE, /* no TLS session: it broke off, or was refused, by whatever reason */
    TRANSFER_TLS,       /* the server's certificate is not the host's of this name */
    TRANSFER_TIMEOUT,
    TRANSFER_TOO_LARGE,
};

/* Borrowed: valid inside the callback that hands it over. */
struct transfer_result {
    enum transfer_end end;
    bool connected;         /* the server took the connection */
    unsigned status;        /* of the reply, at least 200; 0: none came */
    const char *media_type; /* of the same (Content-Type), as sent; NULL: none came */
    const uint8_t *body;    /* for TRANSFER_REPLY with status 200 */
    size_t length;
    unsigned elapsed_ms;
    const char *reason; /* a line, "" */
};

struct transfer_request {
    const char *host; /* host name: SNI, Host, and what the certificate must be valid for */
    const char *path; /* with its slash */
    struct server_address address;
    unsigned timeout_ms; /* from the first packet to the last octet */
    void *context;       /* for ended() */
};

struct transfer_settings {
    uv_loop_t *loop;
    const char *ca_file;  /* PEM; NULL: the system's */
    unsigned connections; /* at once */
    size_t size_max;      /* octets of a body, and of the header before it */
    uint16_t port;
    /* From the loop; may call transfer_start() and transfers_close(). */
    void (*ended)(void *context, const struct transfer_result *result);
    void (*room)(void *context); /* a transfer has ended and made room */
    void *room_context;
};

/* NULL with the reason: no authority's certificate can be read, or no memory. */
struct transfers *transfers_new(const struct transfer_settings *settings, struct error *error);

unsigned transfers_room(const struct transfers *transfers); /* 0 while closing */

/* Texts are copied.  Requires transfers_room() > 0. */
void transfer_start(struct transfers *transfers, const struct transfer_request *request);

uint64_t transfers_opened(const struct transfers *transfers); /* connections so far */

/* Drops all transfers without calling back; then calls closed, never before it returns. */
void transfers_close(struct transfers *transfers, void (*closed)(void *context), void *context);
void transfers_free(struct transfers *transfers); /* only after closed; NULL ok */

#endif
