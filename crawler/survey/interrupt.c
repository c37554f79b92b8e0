#include "crawler/survey/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t interrupts;

static void count(int signal_number)
{
    (void)signal_number;
    interrupts = interrupts + 1;
    if (interrupts > 2)
        _exit(3); /* the file survives it as it survives kill -9 */
}

void interrupt_watch(void)
{
    /* without SA_RESTART: a read of standard input must end too */
    struct sigaction counted = {.sa_handler = count};
    struct sigaction ignored = {.sa_handler = SIG_IGN};
    sigaction(SIGINT, &counted, NULL);
    sigaction(SIGTERM, &counted, NULL);
    sigaction(SIGHUP, &counted, NULL);
    sigaction(SIGPIPE, &ignored, NULL);
    sigaction(SIGXFSZ, &ignored, NULL);
}

unsigned interrupt_count(void)
{
    return (unsigned)interrupts;
}
