/* transfer_private.h - the inside of transfer.h: shared by transfer.c (the loop,
 * life) and transfer_slot.c (one easy handle: what it is told, what it tells).
 */
#ifndef MXSURVEY_NET_POLICY_TRANSFER_PRIVATE_H
#define MXSURVEY_NET_POLICY_TRANSFER_PRIVATE_H

#include "crawler/net/policy/transfer.h"

#include <curl/curl.h>
#include <openssl/ssl.h>

enum slot_state {
    SLOT_IDLE,
    SLOT_RUNNING,
    SLOT_CLOSING,
};

struct slot {
    struct transfers *transfers;
    enum slot_state state;
    CURL *easy; /* NULL: never used so far */
    struct curl_slist *connect_to;
    uv_timer_t deadline;
    unsigned sockets; /* open ones */

    /* of the transfer */
    char host[TRANSFER_HOST_MAX];
    struct server_address address;
    void *context;
    unsigned timeout_ms;
    uint64_t began_ns, ended_ns;
    CURLcode code;
    bool connected;
    unsigned status; /* 0: none came */
    bool has_media_type;
    size_t head_length, length;
    bool too_large;
    uint8_t *body; /* size_max octets */
    char reason[CURL_ERROR_SIZE];
};

struct transfers {
    struct transfer_settings settings;
    X509_STORE *authorities;
    CURLM *multi;
    uv_timer_t curl_timer;
    uv_timer_t turn; /* hands over what has ended, outside of curl */
    struct slot *slots;
    unsigned busy; /* slots that are not idle */
    uint64_t opened;
    bool closing;
    unsigned open_handles;
    void (*closed)(void *context);
    void *closed_context;
};

/* An easy handle with all that never changes.  false: curl cannot do it, or no memory. */
bool slot_open(struct slot *slot);
void slot_prepare(struct slot *slot, const struct transfer_request *request);
void slot_give_result(struct slot *slot); /* calls ended() */
void slot_done(struct slot *slot);        /* after the easy handle is gone from the multi handle */

/* A socket of an ended transfer was closed; inside a callback of curl. */
void transfers_on_socket_closed(struct transfers *transfers);

#endif
