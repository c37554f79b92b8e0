#include "crawler/store/header.h"

#include "crawler/store/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    HEADER_OCTETS = 100,
    WRITE_VERSION_AT = 18, /* 2: WAL */
    USER_VERSION_AT = 60,
    APPLICATION_ID_AT = 68,
};

static uint32_t number_at(const uint8_t *octets)
{
    return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 |
           octets[3];
}

bool header_read(int descriptor, struct header *ret)
{
    static const char magic[16] = "SQLite format 3"; /* and its NUL */
    uint8_t octets[HEADER_OCTETS] = {0};
    ssize_t got = pread(descriptor, octets, sizeof octets, 0);
    *ret = (struct header){.kind = HEADER_EMPTY};
    if (got <= 0)
        return got == 0;
    ret->kind = HEADER_FOREIGN;
    if (memcmp(octets, magic, sizeof magic) != 0)
        return true;
    bool ours = number_at(octets + APPLICATION_ID_AT) == SCHEMA_APPLICATION_ID;
    ret->kind = ours ? HEADER_SURVEY : HEADER_OTHER;
    ret->wal = octets[WRITE_VERSION_AT] == 2;
    ret->schema = number_at(octets + USER_VERSION_AT);
    return true;
}

bool header_read_path(const char *path, struct header *ret)
{
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (descriptor < 0)
        return false;
    *ret = (struct header){.kind = HEADER_FOREIGN};
    bool well = fstat(descriptor, &status) == 0;
    if (well && S_ISREG(status.st_mode))
        well = header_read(descriptor, ret);
    int reason = errno;
    close(descriptor);
    errno = reason;
    return well;
}

char *header_sql_path(const char *path)
{
    char *ret = NULL;
    if (asprintf(&ret, "%s%s", path[0] == '/' ? "" : "./", path) < 0)
        return NULL;
    return ret;
}
