/* The stored bytes pass three stations:
 *
 *   read(2) -> SHA-256 -> gzip, where the file begins with its magic -> libarchive
 *
 * libarchive pulls: take_block() is its read callback. */
#include "crawler/survey/list/input.h"

#include "crawler/base/interrupt.h"

#include <archive.h>
#include <archive_entry.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum {
    BLOCK_SIZE = 128 * 1024,
    INTERRUPT_MS = 250, /* a look at signals this often, while nothing comes */
    ZIP_END_SIZE = 22,
    TAIL_SIZE = ZIP_END_SIZE + 65535, /* a zip's end record with the longest comment */
};

enum gzip_state {
    GZIP_UNDECIDED,
    GZIP_NONE,
    GZIP_MEMBER, /* inside a member */
    GZIP_BETWEEN /* a member has ended: another one, zeros, or the end follows */
};

struct list_input {
    int fd;
    bool at_end; /* of the stored bytes */
    EVP_MD_CTX *digest;
    struct archive *archive;
    enum gzip_state gzip;
    z_stream inflater; /* next_in, avail_in: what is left of stored */
    bool inflater_ready;
    char problem[256];
    const char *remedy;
    unsigned entries;
    la_int64_t given; /* octets, to libarchive */
    size_t tail_size;
    unsigned char tail[TAIL_SIZE]; /* the last octets stored */
    unsigned char stored[BLOCK_SIZE];
    unsigned char inflated[BLOCK_SIZE];
};

static int problem_set(struct list_input *input, const char *text)
{
    if (input->problem[0] == '\0')
        snprintf(input->problem, sizeof input->problem, "%s", text);
    return -1;
}

static void keep_tail(struct list_input *input, const unsigned char *octets, size_t size)
{
    if (size > TAIL_SIZE) {
        octets += size - TAIL_SIZE;
        size = TAIL_SIZE;
    }
    size_t kept = input->tail_size + size > TAIL_SIZE ? TAIL_SIZE - size : input->tail_size;
    memmove(input->tail, input->tail + input->tail_size - kept, kept);
    memcpy(input->tail + kept, octets, size);
    input->tail_size = kept + size;
}

/* Looked at before each read: a list may come slowly, or never end. */
static bool is_interrupted(struct list_input *input)
{
    if (interrupt_count() == 0)
        return false;
    problem_set(input, "interrupted");
    return true;
}

/* A signal that comes between the look at it and read(2) must not wait for what may never come. */
static bool wait_readable(struct list_input *input)
{
    struct pollfd wanted = {.fd = input->fd, .events = POLLIN};
    int ready = 0;
    while (ready == 0 || (ready < 0 && errno == EINTR)) {
        if (is_interrupted(input))
            return false;
        ready = poll(&wanted, 1, INTERRUPT_MS);
    }
    return true; /* of an error read(2) says what it is */
}

/* Octets read after `used` ones in input->stored, 0 at the end, or -1. */
static ssize_t read_stored(struct list_input *input, size_t used)
{
    ssize_t size;
    do {
        if (!wait_readable(input))
            return -1;
        size = read(input->fd, input->stored + used, BLOCK_SIZE - used);
    } while (size < 0 && errno == EINTR);
    if (size < 0)
        return problem_set(input, strerror(errno));
    if (size == 0)
        input->at_end = true;
    keep_tail(input, input->stored + used, (size_t)size);
    if (EVP_DigestUpdate(input->digest, input->stored + used, (size_t)size) != 1)
        return problem_set(input, "SHA-256 is not available");
    return size;
}

/* Refills what the inflater reads; 1, 0 at the end of the file, -1. */
static int refill(struct list_input *input)
{
    if (input->inflater.avail_in > 0)
        return 1;
    ssize_t size = read_stored(input, 0);
    if (size <= 0)
        return (int)size;
    input->inflater.next_in = input->stored;
    input->inflater.avail_in = (uInt)size;
    return 1;
}

/* At the start, and between two members. */
static int gzip_start_member(struct list_input *input)
{
    int got;
    while ((got = refill(input)) == 1 && input->inflater.next_in[0] == 0) {
        input->inflater.next_in++; /* padding, as tapes have it and gzip(1) allows */
        input->inflater.avail_in--;
    }
    if (got != 1)
        return got;
    if (input->inflater.next_in[0] != 0x1f)
        return problem_set(input, "damaged (gzip: garbage after the compressed data)");
    inflateReset(&input->inflater);
    input->gzip = GZIP_MEMBER;
    return 1;
}

/* Inflates until there is output: its size, 0 at the end, -1. */
static ssize_t take_gzip(struct list_input *input)
{
    input->inflater.next_out = input->inflated;
    input->inflater.avail_out = BLOCK_SIZE;
    while (input->inflater.avail_out == BLOCK_SIZE) {
        int got = input->gzip == GZIP_BETWEEN ? gzip_start_member(input) : refill(input);
        if (got < 0)
            return -1;
        if (got == 0 && input->gzip == GZIP_BETWEEN)
            return 0;
        if (got == 0)
            return problem_set(input, "truncated (gzip: the file ends too early)");
        int status = inflate(&input->inflater, Z_NO_FLUSH);
        if (status == Z_STREAM_END) {
            input->gzip = GZIP_BETWEEN;
        } else if (status != Z_OK) {
            char text[128];
            snprintf(text, sizeof text, "damaged (gzip: %s)",
                     input->inflater.msg != NULL ? input->inflater.msg : "bad data");
            return problem_set(input, text);
        }
    }
    return (ssize_t)(BLOCK_SIZE - input->inflater.avail_out);
}

/* The first block; decides about gzip.  Two octets are needed: a pipe may give
 * them one by one. */
static ssize_t take_first(struct list_input *input)
{
    size_t used = 0;
    while (used < 2 && !input->at_end) {
        ssize_t size = read_stored(input, used);
        if (size < 0)
            return -1;
        used += (size_t)size;
    }
    if (used < 2 || input->stored[0] != 0x1f || input->stored[1] != 0x8b) {
        input->gzip = GZIP_NONE;
        return (ssize_t)used;
    }
    if (inflateInit2(&input->inflater, 15 + 16) != Z_OK) /* 16: the gzip format */
        return problem_set(input, "out of memory");
    input->inflater_ready = true;
    input->gzip = GZIP_MEMBER;
    input->inflater.next_in = input->stored;
    input->inflater.avail_in = (uInt)used;
    return take_gzip(input);
}

static la_ssize_t take_block(struct archive *archive, void *context, const void **ret)
{
    struct list_input *input = context;
    ssize_t size;
    *ret = input->stored;
    if (input->gzip == GZIP_UNDECIDED)
        size = take_first(input);
    else if (input->gzip == GZIP_NONE)
        size = read_stored(input, 0);
    else
        size = take_gzip(input);
    if (input->inflater_ready)
        *ret = input->inflated;
    if (size < 0)
        archive_set_error(archive, EIO, "%s", input->problem);
    else
        input->given += size;
    return size;
}

static int archive_problem(struct list_input *input)
{
    const char *text = archive_error_string(input->archive);
    char line[200];
    snprintf(line, sizeof line, "truncated or damaged (%s)", text != NULL ? text : "no detail");
    return problem_set(input, line);
}

/* Only what the manual names, and tar, which often is inside: every further
 * format is a chance to take a list for something else. */
static int open_archive(struct list_input *input)
{
    input->archive = archive_read_new();
    input->digest = EVP_MD_CTX_new();
    if (input->archive == NULL || input->digest == NULL)
        return problem_set(input, "out of memory");
    if (EVP_DigestInit_ex(input->digest, EVP_sha256(), NULL) != 1)
        return problem_set(input, "SHA-256 is not available");
    archive_read_support_filter_xz(input->archive);
    archive_read_support_filter_zstd(input->archive);
    archive_read_support_filter_bzip2(input->archive);
    archive_read_support_format_zip_streamable(input->archive);
    archive_read_support_format_tar(input->archive);
    archive_read_support_format_raw(input->archive);
    archive_read_support_format_empty(input->archive);
    if (archive_read_open(input->archive, input, NULL, take_block, NULL) != ARCHIVE_OK)
        return archive_problem(input);
    return 0;
}

static int open_file(struct list_input *input, const char *path)
{
    struct stat stat;
    do {
        if (is_interrupted(input))
            return -1;
        input->fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    } while (input->fd < 0 && errno == EINTR); /* a pipe waits for its writer */
    if (input->fd < 0 || fstat(input->fd, &stat) != 0)
        return problem_set(input, strerror(errno));
    if (S_ISDIR(stat.st_mode))
        return problem_set(input, "is a directory; name a file");
    return 0;
}

int list_input_open(const char *path, const char *what, struct list_input **ret,
                    struct error *error)
{
    struct list_input *input = calloc(1, sizeof *input);
    if (input == NULL)
        return error_set(error, "%s: out of memory", path);
    input->fd = -1;
    input->remedy = "fetch the list again";
    if (open_file(input, path) != 0 || open_archive(input) != 0) {
        error_set(error, "%s: cannot read this %s: %s", path, what, input->problem);
        list_input_free(input);
        return -1;
    }
    *ret = input;
    return 0;
}

int list_input_next(struct list_input *input)
{
    for (;;) {
        struct archive_entry *entry;
        int status = archive_read_next_header(input->archive, &entry);
        /* libarchive takes a file that fails before its first octet for an empty one */
        if (status == ARCHIVE_EOF)
            return input->problem[0] == '\0' ? 0 : -1;
        /* a warning: most often a file name outside of the locale's character set */
        if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
            return archive_problem(input);
        input->entries++;
        if (archive_entry_is_encrypted(entry)) {
            input->remedy = "decrypt it first";
            return problem_set(input, "is encrypted");
        }
        const char *name = archive_entry_pathname(entry);
        /* what macOS adds beside each file of a zip archive */
        bool is_resource_fork = name != NULL && strncmp(name, "__MACOSX/", 9) == 0;
        if (archive_entry_filetype(entry) == AE_IFREG && !is_resource_fork)
            return 1;
    }
}

int list_input_block(struct list_input *input, const char **ret, size_t *ret_size)
{
    const void *block;
    la_int64_t offset;
    for (;;) {
        if (is_interrupted(input)) /* little that is stored may be much that is inside */
            return -1;
        int status = archive_read_data_block(input->archive, &block, ret_size, &offset);
        if (status == ARCHIVE_EOF)
            return input->problem[0] == '\0' ? 0 : -1;
        if (status != ARCHIVE_OK) /* a warning too: a zip entry with a wrong checksum */
            return archive_problem(input);
        if (*ret_size > 0)
            break;
    }
    *ret = block;
    return 1;
}

/* Read as a stream, a zip is what its local headers say: libarchive passes over a
 * damaged one, and over a cut behind one.  Its end record knows their number. */
static int check_zip_end(struct list_input *input)
{
    static const unsigned char mark[] = {'P', 'K', 5, 6};
    bool is_zip = archive_format(input->archive) == ARCHIVE_FORMAT_ZIP;
    if (!is_zip || input->inflater_ready ||
        archive_filter_code(input->archive, 0) != ARCHIVE_FILTER_NONE)
        return 0; /* or the end is a compressed one */
    for (size_t at = input->tail_size; at-- > 0;) {
        const unsigned char *end = input->tail + at;
        if (input->tail_size - at < ZIP_END_SIZE || memcmp(end, mark, sizeof mark) != 0)
            continue;
        unsigned entries = end[10] | (unsigned)end[11] << 8;
        if (entries == input->entries || entries == 0xffff) /* zip64: it stands elsewhere */
            return 0;
        return problem_set(input, "damaged (zip: not all of its files can be found)");
    }
    return problem_set(input, "truncated (zip: its directory does not end)");
}

/* What follows a stream of bzip2 and does not begin as one is to libarchive the file's end: the
 * next stream, where its first octets are damaged or the last ones that there are.  A tar may end
 * before its stream does. */
static int check_bzip2_end(struct list_input *input)
{
    if (archive_filter_code(input->archive, 0) != ARCHIVE_FILTER_BZIP2 ||
        archive_format(input->archive) != ARCHIVE_FORMAT_RAW ||
        archive_filter_bytes(input->archive, -1) == input->given)
        return 0;
    return problem_set(input, "damaged (bzip2: garbage after the compressed data)");
}

int list_input_digest(struct list_input *input, char ret[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    /* behind the last entry: a zip's directory, a tar's padding */
    while (!input->at_end) {
        ssize_t got = read_stored(input, 0);
        if (got < 0)
            return -1;
        input->given += input->gzip == GZIP_NONE ? got : 0;
    }
    if (check_zip_end(input) != 0 || check_bzip2_end(input) != 0)
        return -1;
    if (EVP_DigestFinal_ex(input->digest, digest, &size) != 1)
        return problem_set(input, "SHA-256 is not available");
    assert(size == 32);
    for (unsigned i = 0; i < size; i++)
        snprintf(ret + 2 * i, 3, "%02x", digest[i]);
    return 0;
}

const char *list_input_problem(const struct list_input *input)
{
    return input->problem;
}

const char *list_input_remedy(const struct list_input *input)
{
    return input->remedy;
}

void list_input_free(struct list_input *input)
{
    if (input == NULL)
        return;
    if (input->archive != NULL)
        archive_read_free(input->archive);
    if (input->inflater_ready)
        inflateEnd(&input->inflater);
    EVP_MD_CTX_free(input->digest);
    if (input->fd >= 0)
        close(input->fd);
    free(input);
}
