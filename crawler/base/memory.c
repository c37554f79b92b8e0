#include "crawler/base/memory.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum {
    STATUS_STOPPED = 3, /* before the end, with everything so far stored */
    ROOM_FIRST = 16,
    LARGE =
        128 * 1024, /* glibc's own beginning, which it raises at the first block that is freed */
};

_Noreturn static void stop(const char *line)
{
    ssize_t written = write(STDERR_FILENO, line, strlen(line));
    (void)written;
    _exit(STATUS_STOPPED);
}

_Noreturn void memory_lack(void)
{
    stop("mxsurvey: out of memory; what is stored stays, the same command continues\n");
}

static void *must(void *memory)
{
    if (memory == NULL)
        memory_lack();
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

void *memory_room(void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    *room = *room > 0 ? 2 * *room : ROOM_FIRST;
    return memory_resize(items, *room, size);
}

void memory_give_back(void)
{
    mallopt(M_MMAP_THRESHOLD, LARGE);
    mallopt(M_TRIM_THRESHOLD, 2 * LARGE);
}

void *memory_pages(size_t size)
{
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return must(pages != MAP_FAILED ? pages : NULL);
}

uint64_t memory_random(void)
{
    uint64_t number;
    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number)
        number = (uint64_t)time(NULL);
    return number;
}

void memory_unforeseen(void *ret, size_t size)
{
    /* a signal may cut short what is over 256 octets */
    for (size_t have = 0; have < size;) {
        ssize_t got = getrandom((unsigned char *)ret + have, size - have, 0);
        if (got > 0)
            have += (size_t)got;
        else if (got == 0 || errno != EINTR)
            stop("mxsurvey: the system gives no random numbers; what is stored stays, the same "
                 "command continues\n");
    }
}
