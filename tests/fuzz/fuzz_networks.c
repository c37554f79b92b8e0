/* fuzz_networks.c - octets of any kind as a table of networks. */
#include "analysis/collect/given/networks.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int take_line(void *context, const struct network_line *line, struct error *error)
{
    uint64_t *met = context;
    (void)error;
    assert(line->family == 4 || line->family == 6);
    assert(memcmp(line->first, line->last, line->family == 4 ? 4 : 16) <= 0);
    ++*met;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[40];
    const char *const paths[] = {path};
    uint64_t met = 0;
    struct network_lines lines;
    struct networks networks;
    struct error error = {.text = ""};
    int file = memfd_create("networks", 0);
    assert(file >= 0 && write(file, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    int read = network_file_read(path, take_line, &met, &lines, &error);
    assert((read == 0) == (error.text[0] == '\0'));
    assert(lines.broken <= lines.read && met + lines.broken == lines.read);
    assert((lines.broken > 0) == (lines.first_broken > 0));
    if (networks_read(paths, 1, &networks, &error) == 0) {
        assert(read == 0 && networks.length == met);
        networks_find(&networks, "192.0.2.1");
        networks_find(&networks, "2001:db8::1");
        networks_find(&networks, "no address");
        networks_free(&networks);
    }
    close(file);
    return 0;
}
