#include "crawler/survey/interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t interrupts;

static void count(int signal_number)
{
    (void)signal_number;
    interrupts = interrupts + 1;
}

void interrupt_watch(void)
{
    struct sigaction counted = {.sa_handler = count, .sa_flags = SA_RESTART};
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
