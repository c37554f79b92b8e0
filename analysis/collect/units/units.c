#include "analysis/collect/units/units.h"

#include "analysis/collect/tables/grow.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    BLOCK_UNITS = 1024,
    BLOCK_SIZE = BLOCK_UNITS * (int)sizeof(struct unit)
};

struct unit_part {
    struct unit buffer[BLOCK_UNITS];
    size_t buffered;
    uint32_t *blocks; /* of the file, in order */
    size_t block_count, block_room;
};

struct units {
    const char *path; /* of the survey */
    int file;         /* -1: none yet */
    uint32_t blocks;  /* of the file */
    struct unit_part parts[UNIT_PARTS];
};

static int fail_file(const char *directory, struct error *error)
{
    return error_set(error, "%s: temporary file: %s; $TMPDIR can name another directory", directory,
                     strerror(errno));
}

static int fail_memory(const struct units *units, struct error *error)
{
    return error_set(error, "%s: out of memory for the comparison", units->path);
}

static const char *directory(void)
{
    const char *chosen = secure_getenv("TMPDIR");
    return chosen != NULL && *chosen != '\0' ? chosen : "/var/tmp";
}

int units_new(const char *path, struct units **ret, struct error *error)
{
    struct units *units = calloc(1, sizeof *units);
    if (units == NULL)
        return error_set(error, "%s: out of memory for the comparison", path);
    units->path = path;
    units->file = -1;
    *ret = units;
    return 0;
}

void units_free(struct units *units)
{
    if (units == NULL)
        return;
    if (units->file >= 0)
        close(units->file);
    for (int i = 0; i < UNIT_PARTS; i++)
        free(units->parts[i].blocks);
    free(units);
}

static int open_file(struct units *units, struct error *error)
{
    char *name = NULL;
    if (units->file >= 0)
        return 0;
    if (asprintf(&name, "%s/mxsurvey-XXXXXX", directory()) < 0)
        return fail_memory(units, error);
    units->file = mkostemp(name, O_CLOEXEC);
    if (units->file >= 0)
        unlink(name);
    free(name);
    return units->file >= 0 ? 0 : fail_file(directory(), error);
}

static bool write_all(int file, const char *data, size_t length, off_t at)
{
    while (length > 0) {
        ssize_t written = pwrite(file, data, length, at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        data += written;
        length -= (size_t)written;
        at += written;
    }
    return true;
}

static bool read_all(int file, char *data, size_t length, off_t at)
{
    while (length > 0) {
        ssize_t got = pread(file, data, length, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0)
            errno = EIO; /* cut short by somebody else */
        if (got <= 0)
            return false;
        data += got;
        length -= (size_t)got;
        at += got;
    }
    return true;
}

static off_t block_offset(uint32_t block)
{
    return (off_t)block * BLOCK_SIZE;
}

/* Moves a full buffer to the file. */
static int put_block(struct units *units, struct unit_part *part, struct error *error)
{
    uint32_t *blocks =
        grow_items(part->blocks, part->block_count, &part->block_room, sizeof *blocks);
    if (blocks == NULL)
        return fail_memory(units, error);
    part->blocks = blocks;
    if (open_file(units, error) != 0)
        return -1;
    if (!write_all(units->file, (const char *)part->buffer, BLOCK_SIZE,
                   block_offset(units->blocks)))
        return fail_file(directory(), error);
    part->blocks[part->block_count++] = units->blocks++;
    part->buffered = 0;
    return 0;
}

int units_add(struct units *units, const struct unit *unit, struct error *error)
{
    struct unit_part *part = &units->parts[unit->key >> 58];
    if (part->buffered == BLOCK_UNITS && put_block(units, part, error) != 0)
        return -1;
    part->buffer[part->buffered++] = *unit;
    return 0;
}

int units_part(const struct units *units, unsigned number, struct unit **ret, size_t *ret_length,
               struct error *error)
{
    assert(number < UNIT_PARTS);
    const struct unit_part *part = &units->parts[number];
    size_t length = part->block_count * BLOCK_UNITS + part->buffered;
    struct unit *all = NULL;
    *ret = NULL;
    *ret_length = length;
    if (length == 0)
        return 0;
    all = malloc(length * sizeof *all);
    if (all == NULL)
        return fail_memory(units, error);
    for (size_t i = 0; i < part->block_count; i++) {
        if (read_all(units->file, (char *)(all + i * BLOCK_UNITS), BLOCK_SIZE,
                     block_offset(part->blocks[i])))
            continue;
        free(all);
        return fail_file(directory(), error);
    }
    memcpy(all + part->block_count * BLOCK_UNITS, part->buffer,
           part->buffered * sizeof *part->buffer);
    *ret = all;
    return 0;
}
