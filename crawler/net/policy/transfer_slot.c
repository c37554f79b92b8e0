#include "crawler/net/policy/transfer_private.h"

#include "crawler/base/memory.h"
#include "crawler/net/policy/trust.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
    URL_MAX = 512,
    CONNECT_TO_MAX = 80,
    HTTPS_PORT = 443,
};

/* What became of a transfer */

static enum transfer_end end_of(const struct slot *slot)
{
    unsigned status = slot->status;
    if (status != 0 && status != 200)
        return TRANSFER_REPLY; /* whatever went wrong behind it */
    if (slot->too_large)
        return TRANSFER_TOO_LARGE;
    switch ((int)slot->code) {
    case CURLE_OK:
        return status == 200 ? TRANSFER_REPLY : TRANSFER_BROKEN;
    case CURLE_OPERATION_TIMEDOUT:
        return TRANSFER_TIMEOUT;
    case CURLE_FILESIZE_EXCEEDED:
    case CURLE_OUT_OF_MEMORY: /* so older versions say that a line is over their limits */
#if LIBCURL_VERSION_NUM >= 0x080600
    case CURLE_TOO_LARGE:
#endif
        return TRANSFER_TOO_LARGE;
    case CURLE_COULDNT_CONNECT:
        return TRANSFER_UNCONNECTED;
    case CURLE_SSL_CONNECT_ERROR:
        return TRANSFER_HANDSHAKE;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
        return TRANSFER_TLS;
    default:
        return TRANSFER_BROKEN;
    }
}

/* Curl has the value as it came, without the blanks around it; of several the last, also of a
 * reply that only announces another. */
static const char *media_type_of(const struct slot *slot)
{
    const char *media_type = NULL;
    if (slot->has_media_type)
        curl_easy_getinfo(slot->easy, CURLINFO_CONTENT_TYPE, &media_type);
    return media_type;
}

void slot_give_result(struct slot *slot)
{
    struct transfer_result result = {
        .end = end_of(slot),
        .connected = slot->connected,
        .status = slot->status,
        .media_type = media_type_of(slot),
        .body = slot->body,
        .length = slot->length,
        .elapsed_ms = (unsigned)((slot->ended_ns - slot->began_ns) / 1000000),
        .reason = slot->reason,
    };
    if (result.end == TRANSFER_REPLY || result.end == TRANSFER_TOO_LARGE)
        result.reason = ""; /* curl's is that we would not have more */
    else if (slot->reason[0] == '\0')
        result.reason = curl_easy_strerror(slot->code);
    slot->transfers->settings.ended(slot->context, &result);
}

/* Curl's callbacks */

/* Connects to the address of the request, and nowhere else. */
static bool is_asked_for(const struct slot *slot, const struct curl_sockaddr *address)
{
    uint16_t port = htons(slot->transfers->settings.port);
    if (slot->address.family == 4) {
        const struct sockaddr_in *to = (const struct sockaddr_in *)&address->addr;
        return address->family == AF_INET && to->sin_port == port &&
               memcmp(&to->sin_addr, slot->address.octets, 4) == 0;
    }
    const struct sockaddr_in6 *to = (const struct sockaddr_in6 *)&address->addr;
    return address->family == AF_INET6 && to->sin6_port == port &&
           memcmp(&to->sin6_addr, slot->address.octets, 16) == 0;
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct slot *slot = context;
    if (purpose != CURLSOCKTYPE_IPCXN || !is_asked_for(slot, address))
        return CURL_SOCKET_BAD;
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (fd < 0)
        return CURL_SOCKET_BAD;
    slot->sockets++;
    slot->transfers->opened++;
    return fd;
}

static int close_socket(void *context, curl_socket_t socket)
{
    struct slot *slot = context;
    if (slot->sockets > 0)
        slot->sockets--;
    if (slot->state == SLOT_CLOSING)
        transfers_on_socket_closed(slot->transfers);
    return close(socket);
}

static const char media_type_field[] = "Content-Type:";

/* Ends the transfer where a status other than 200 is all that is wanted. */
static size_t on_header(char *line, size_t one, size_t length, void *context)
{
    struct slot *slot = context;
    long status = 0;
    (void)one;
    curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
    slot->status = status >= 200 ? (unsigned)status : 0; /* below: only announces a reply */
    if (length > slot->transfers->settings.size_max - slot->head_length) {
        slot->too_large = true;
        return 0;
    }
    slot->head_length += length;
    slot->has_media_type |= slot->status != 0 && length >= strlen(media_type_field) &&
                            strncasecmp(line, media_type_field, strlen(media_type_field)) == 0;
    bool is_end = line[0] == '\r' || line[0] == '\n';
    return is_end && slot->status != 0 && slot->status != 200 ? 0 : length;
}

static size_t on_body(char *octets, size_t one, size_t length, void *context)
{
    struct slot *slot = context;
    (void)one;
    if (length > slot->transfers->settings.size_max - slot->length) {
        slot->too_large = true;
        return 0;
    }
    memcpy(slot->body + slot->length, octets, length);
    slot->length += length;
    return length;
}

/* As BIO_CTRL_EOF of a socket's BIO; older versions of curl have one of their own, without it. */
static long on_octets(BIO *bio, int what, const char *octets, size_t length, int command, long more,
                      int result, size_t *processed)
{
    (void)octets, (void)length, (void)more, (void)processed;
    if (what == (BIO_CB_READ | BIO_CB_RETURN) && result == 0 && !BIO_should_retry(bio))
        BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    if (what == (BIO_CB_CTRL | BIO_CB_RETURN) && command == BIO_CTRL_EOF &&
        BIO_test_flags(bio, BIO_FLAGS_IN_EOF))
        return 1;
    return result;
}

static void on_tls_state(const SSL *session, int where, int value)
{
    (void)value;
    if (where == SSL_CB_HANDSHAKE_DONE)
        BIO_set_callback_ex(SSL_get_rbio(session), on_octets);
}

/* A body that only the end of the connection ends is cut off where TLS does not say that it ends
 * (RFC 9112 s9.8), and OpenSSL fails, whatever version of curl reads it. */
static void heed_the_end(SSL_CTX *tls)
{
    SSL_CTX_clear_options(tls, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_info_callback(tls, on_tls_state);
}

static CURLcode on_tls(CURL *easy, void *tls, void *context)
{
    const struct slot *slot = context;
    (void)easy;
    if (trust_set(tls, slot->transfers->authorities, slot->host) != 0)
        return CURLE_OUT_OF_MEMORY;
    heed_the_end(tls);
    return CURLE_OK;
}

/* The options that never change */

static bool set_callbacks(CURL *easy, struct slot *slot)
{
    return curl_easy_setopt(easy, CURLOPT_PRIVATE, slot) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, slot->reason) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, slot) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, slot) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERDATA, slot) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, slot) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, slot) == CURLE_OK;
}

static bool set_limits(CURL *easy, const struct transfer_settings *settings)
{
    return curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)settings->size_max) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK && /* nor the environment's */
           curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_USERAGENT, "mxsurvey/" MXSURVEY_VERSION) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L) == CURLE_OK;
}

/* The trust is in on_tls(): curl itself is told of no authority. */
static bool set_tls(CURL *easy)
{
    return curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CAINFO, NULL) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK;
}

bool slot_open(struct slot *slot)
{
    slot->body = malloc(slot->transfers->settings.size_max);
    slot->easy = curl_easy_init();
    return slot->body != NULL && slot->easy != NULL && set_callbacks(slot->easy, slot) &&
           set_limits(slot->easy, &slot->transfers->settings) && set_tls(slot->easy);
}

/* Starting */

/* Where to connect to, whatever the URL says: with this, curl has no name to resolve. */
static void set_address(struct slot *slot, uint16_t port)
{
    char text[INET6_ADDRSTRLEN], connect_to[CONNECT_TO_MAX];
    bool is_ipv4 = slot->address.family == 4;
    inet_ntop(is_ipv4 ? AF_INET : AF_INET6, slot->address.octets, text, sizeof text);
    snprintf(connect_to, sizeof connect_to, is_ipv4 ? "::%s:%u" : "::[%s]:%u", text, port);
    curl_slist_free_all(slot->connect_to);
    slot->connect_to = curl_slist_append(NULL, connect_to);
    if (slot->connect_to == NULL ||
        curl_easy_setopt(slot->easy, CURLOPT_CONNECT_TO, slot->connect_to) != CURLE_OK)
        memory_lack();
}

static void set_url(struct slot *slot, const char *path, uint16_t port)
{
    char url[URL_MAX];
    int length = port == HTTPS_PORT
                     ? snprintf(url, sizeof url, "https://%s%s", slot->host, path)
                     : snprintf(url, sizeof url, "https://%s:%u%s", slot->host, port, path);
    assert(length > 0 && (size_t)length < sizeof url);
    if (curl_easy_setopt(slot->easy, CURLOPT_URL, url) != CURLE_OK)
        memory_lack();
}

void slot_prepare(struct slot *slot, const struct transfer_request *request)
{
    uint16_t port = slot->transfers->settings.port;
    assert(strlen(request->host) < sizeof slot->host);
    strcpy(slot->host, request->host);
    slot->address = request->address;
    slot->context = request->context;
    slot->timeout_ms = request->timeout_ms;
    slot->head_length = slot->length = 0;
    slot->status = 0;
    slot->has_media_type = false;
    slot->too_large = false;
    slot->reason[0] = '\0';
    if (slot->easy == NULL && !slot_open(slot))
        memory_lack();
    set_url(slot, request->path, port);
    set_address(slot, port);
}

void slot_done(struct slot *slot)
{
    curl_easy_cleanup(slot->easy);
    curl_slist_free_all(slot->connect_to);
    free(slot->body);
    slot->easy = NULL;
    slot->connect_to = NULL;
    slot->body = NULL;
}
