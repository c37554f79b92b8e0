/* probe_responder.c - mail servers by the hundred thousand: port 25 of all addresses of this
 * machine, greeting, EHLO, STARTTLS, one certificate, QUIT.  Threads wait, one core works.
 *
 *     probe-responder PEM
 *
 * PEM: key and certificate.  Says "ready" and serves until it is killed. */
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

enum {
    PORT = 25,
    THREADS = 64,
    BACKLOG = 4096,
    LINE_MAX_OCTETS = 512,
};

struct responder {
    int listening;
    SSL_CTX *tls;
};

static bool say(int connection, const char *text)
{
    return send(connection, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text);
}

/* One octet at a time, so that none of the handshake's is taken. */
static bool hear(int connection, const char *verb)
{
    char line[LINE_MAX_OCTETS];
    size_t length = 0;
    while (length < sizeof line && read(connection, line + length, 1) == 1) {
        if (line[length++] == '\n')
            return strncmp(line, verb, strlen(verb)) == 0;
    }
    return false;
}

static void shake(const struct responder *responder, int connection)
{
    char line[LINE_MAX_OCTETS];
    SSL *ssl = SSL_new(responder->tls);
    if (ssl != NULL && SSL_set_fd(ssl, connection) == 1 && SSL_accept(ssl) == 1) {
        SSL_read(ssl, line, sizeof line);
        SSL_shutdown(ssl);
    }
    SSL_free(ssl);
}

static void *serve(void *argument)
{
    const struct responder *responder = argument;
    int connection;
    while ((connection = accept(responder->listening, NULL, NULL)) >= 0) {
        if (say(connection, "220 mail.example ESMTP\r\n") && hear(connection, "EHLO") &&
            say(connection, "250-mail.example\r\n250 STARTTLS\r\n") &&
            hear(connection, "STARTTLS") && say(connection, "220 go ahead\r\n"))
            shake(responder, connection);
        close(connection);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    struct responder responder = {.tls = SSL_CTX_new(TLS_server_method())};
    pthread_t thread;
    if (argc != 2 || responder.tls == NULL ||
        SSL_CTX_use_certificate_file(responder.tls, argv[1], SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_use_PrivateKey_file(responder.tls, argv[1], SSL_FILETYPE_PEM) != 1) {
        fprintf(stderr, "probe-responder: PEM with a key and a certificate\n");
        return 1;
    }
    SSL_CTX_set_num_tickets(responder.tls, 0);
    responder.listening = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(responder.listening, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(responder.listening, BACKLOG) != 0) {
        perror("probe-responder");
        return 1;
    }
    for (int i = 1; i < THREADS; i++)
        pthread_create(&thread, NULL, serve, &responder);
    puts("ready");
    fflush(stdout);
    serve(&responder);
    return 0;
}
