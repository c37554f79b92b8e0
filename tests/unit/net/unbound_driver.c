/* Starts a private Unbound, says where it is, runs the loop until standard input
 * ends; then stops it.  Driven by test_unbound.py. */
#include "crawler/net/resolver/unbound.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct unbound *unbound;

static void on_closed(void *context)
{
    (void)context;
}

static void on_input(uv_poll_t *poll, int status, int events)
{
    char text[64];
    (void)status, (void)events;
    if (read(STDIN_FILENO, text, sizeof text) > 0) {
        const struct unbound_algorithms *refused = unbound_refused(unbound);
        printf("restarts %d refused %s %s\n", unbound_restarts(unbound),
               refused != NULL ? refused->algorithms : "?",
               refused != NULL ? refused->digests : "?");
        return;
    }
    uv_close((uv_handle_t *)poll, NULL);
    unbound_stop(unbound, on_closed, NULL);
}

int main(int argc, char **argv)
{
    struct error error = {""};
    struct unbound_settings settings = {.max_in_flight = 500, .threads = 1};
    uv_loop_t loop;
    uv_poll_t input;
    setvbuf(stdout, NULL, _IOLBF, 0);
    settings.program = getenv("UNBOUND");
    settings.root_hints = argc > 1 ? argv[1] : NULL;
    settings.trust_anchor = argc > 2 ? argv[2] : NULL;
    settings.include = argc > 3 ? argv[3] : NULL;
    uv_loop_init(&loop);
    unbound = unbound_start(&loop, &settings, &error);
    if (unbound == NULL) {
        printf("error %s\n", error.text);
        return uv_loop_close(&loop) == 0 ? 1 : 2;
    }
    const struct sockaddr_in *in = (const struct sockaddr_in *)unbound_address(unbound);
    struct unbound_validation validation = {"", ""};
    unbound_validation(unbound, &validation);
    printf("ready %d %s; nsec3 %s; %s\n", ntohs(in->sin_port), unbound_version(unbound),
           validation.nsec3_iterations, validation.options);
    uv_poll_init(&loop, &input, STDIN_FILENO);
    uv_poll_start(&input, UV_READABLE, on_input);
    uv_run(&loop, UV_RUN_DEFAULT);
    unbound_free(unbound);
    int left = uv_loop_close(&loop);
    printf("closed %d\n", left);
    return left != 0;
}
