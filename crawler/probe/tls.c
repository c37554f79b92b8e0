#include "crawler/probe/tls.h"

#include "crawler/base/memory.h"

#include <openssl/err.h>
#include <string.h>

static void note_alert(const SSL *ssl, int where, int value)
{
    struct tls *tls = SSL_get_app_data(ssl);
    bool is_theirs = (where & SSL_CB_READ) != 0;
    if ((where & SSL_CB_ALERT) == 0 || value >> 8 != SSL3_AL_FATAL)
        return;
    if (tls->alert >= 0 && tls->alert_is_theirs)
        return;
    tls->alert = value & 0xff;
    tls->alert_is_theirs = is_theirs;
}

SSL_CTX *tls_context(struct error *error)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (context == NULL) {
        error_set(error, "OpenSSL cannot be started");
        return NULL;
    }
    /* without the kinds that have no certificate to be seen */
    if (SSL_CTX_set_min_proto_version(context, TLS1_VERSION) != 1 ||
        SSL_CTX_set_cipher_list(context, "ALL:!aNULL:!eNULL:!PSK:!SRP:@SECLEVEL=0") != 1) {
        error_set(error, "OpenSSL does not offer what mail servers speak");
        SSL_CTX_free(context);
        return NULL;
    }
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_max_cert_list(context, TLS_CHAIN_OCTETS_MAX);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_info_callback(context, note_alert);
    return context;
}

static bool is_for_sni(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == strlen(text) &&
           strlen(text) <= TLSEXT_MAXLEN_host_name && strcmp(text, ".") != 0;
}

int tls_begin(struct tls *tls, SSL_CTX *context, const struct name *server)
{
    char text[NAME_TEXT_MAX];
    *tls = (struct tls){.ssl = SSL_new(context),
                        .in = BIO_new(BIO_s_mem()),
                        .out = BIO_new(BIO_s_mem()),
                        .alert = -1};
    if (tls->ssl == NULL || tls->in == NULL || tls->out == NULL) {
        SSL_free(tls->ssl);
        BIO_free(tls->in);
        BIO_free(tls->out);
        tls->ssl = NULL;
        return -1;
    }
    SSL_set_app_data(tls->ssl, tls);
    SSL_set_bio(tls->ssl, tls->in, tls->out);
    SSL_set_connect_state(tls->ssl);
    if (server != NULL) {
        name_to_text(server, text);
        if (is_for_sni(text))
            SSL_set_tlsext_host_name(tls->ssl, text);
    }
    return 0;
}

void tls_done(struct tls *tls)
{
    SSL_free(tls->ssl);
    *tls = (struct tls){.alert = -1};
}

enum tls_state tls_shake(struct tls *tls, const uint8_t *octets, size_t size)
{
    if (size > 0 && BIO_write(tls->in, octets, (int)size) != (int)size)
        return TLS_FAILED;
    ERR_clear_error(); /* SSL_get_error() looks at it */
    int code = SSL_do_handshake(tls->ssl);
    if (code == 1)
        return TLS_SHAKEN;
    int reason = SSL_get_error(tls->ssl, code);
    ERR_clear_error();
    return reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE ? TLS_SHAKING
                                                                           : TLS_FAILED;
}

void tls_say_last(struct tls *tls, const char *text)
{
    SSL_write(tls->ssl, text, (int)strlen(text));
    SSL_shutdown(tls->ssl);
    ERR_clear_error();
}

size_t tls_written(struct tls *tls, const uint8_t **ret_octets)
{
    char *octets;
    long size = BIO_get_mem_data(tls->out, &octets);
    *ret_octets = (const uint8_t *)octets;
    return size > 0 ? (size_t)size : 0;
}

void tls_sent(struct tls *tls)
{
    (void)BIO_reset(tls->out);
}

enum tls_version tls_version_of(const struct tls *tls)
{
    switch (SSL_version(tls->ssl)) {
    case TLS1_VERSION:
        return TLS_VERSION_1_0;
    case TLS1_1_VERSION:
        return TLS_VERSION_1_1;
    case TLS1_2_VERSION:
        return TLS_VERSION_1_2;
    case TLS1_3_VERSION:
        return TLS_VERSION_1_3;
    default:
        return TLS_NO_VERSION;
    }
}
