#include "crawler/base/interrupt.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t interrupts;
static struct sigaction pipe_before;
static bool pipe_is_ignored;

static void count(int signal_number)
{
    (void)signal_number;
    interrupts = interrupts + 1;
    if (interrupts > 2)
        _exit(3); /* the file survives it as it survives kill -9 */
}

static void watch(int signal_number)
{
    /* without SA_RESTART: a read of standard input must end too */
    struct sigaction before, counted = {.sa_handler = count};
    if (sigaction(signal_number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(signal_number, &counted, NULL);
}

void interrupt_watch(void)
{
    struct sigaction ignored = {.sa_handler = SIG_IGN};
    watch(SIGINT);
    watch(SIGTERM);
    watch(SIGHUP);
    pipe_is_ignored = sigaction(SIGPIPE, &ignored, &pipe_before) == 0;
    sigaction(SIGXFSZ, &ignored, NULL);
}

unsigned interrupt_count(void)
{
    return (unsigned)interrupts;
}

void interrupt_unwatch_pipe(void)
{
    if (pipe_is_ignored)
        sigaction(SIGPIPE, &pipe_before, NULL);
    pipe_is_ignored = false;
}
