#include "crawler/survey/memory.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

static void *must(void *memory)
{
    static const char text[] =
        "mxsurvey: out of memory; what is stored stays, the same command continues\n";
    if (memory == NULL) {
        ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
        (void)written;
        _exit(3);
    }
    return memory;
}

void *memory_get(size_t size)
{
    return must(malloc(size));
}

void *memory_zeroed(size_t count, size_t size)
{
    return must(calloc(count, size));
}

void *memory_resize(void *old, size_t count, size_t size)
{
    return must(reallocarray(old, count, size));
}

uint64_t memory_random(void)
{
    uint64_t number;
    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number)
        number = (uint64_t)time(NULL);
    return number;
}
