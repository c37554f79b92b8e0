/* fuzz_list.c - octets of any kind as a list.  The first one chooses the format. */
#include "crawler/core/name.h"
#include "crawler/core/utf8.h"
#include "crawler/survey/list/list.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
    uint64_t names, rejected, line;
};

static void check_domain(const char *domain, size_t length)
{
    struct name name;
    char text[NAME_TEXT_MAX], again[LIST_DOMAIN_SIZE];
    assert(length == strlen(domain) && length < LIST_DOMAIN_SIZE);
    assert(name_from_text(domain, length, &name) && name.length > 1);
    assert(name_to_text(&name, text) == length && strcmp(text, domain) == 0);
    assert(exchange_class_of(&name) != EXCHANGE_ADDRESS);
    assert(list_name_normalize(domain, length, again) == NULL && strcmp(again, domain) == 0);
}

static int take_name(void *context, const struct list_name *name)
{
    struct seen *seen = context;
    check_domain(name->domain, name->length);
    assert(name->rank >= -1 && name->line > seen->line);
    for (const char *at = name->stratum; at != NULL && *at != '\0';) {
        size_t octets = utf8_character(at, strlen(at));
        assert(octets > 0);
        at += octets;
    }
    seen->line = name->line;
    seen->names++;
    return 0;
}

static int take_reject(void *context, const struct list_reject *reject)
{
    struct seen *seen = context;
    size_t characters = 0;
    for (const char *p = reject->text; *p != '\0'; p++)
        characters += ((unsigned char)*p & 0xc0) != 0x80;
    assert(characters <= LIST_TEXT_CHARACTERS);
    assert(reject->reason != NULL && reject->line > seen->line);
    seen->line = reject->line;
    seen->rejected++;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[40], domain[LIST_DOMAIN_SIZE];
    struct seen seen = {0, 0, 0};
    struct list_summary summary;
    struct error error = {.text = ""};
    if (size == 0)
        return 0;
    if (list_name_normalize((const char *)data + 1, size - 1, domain) == NULL)
        check_domain(domain, strlen(domain));
    int fd = memfd_create("list", MFD_CLOEXEC);
    assert(fd >= 0 && write(fd, data + 1, size - 1) == (ssize_t)size - 1);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const struct list_source source = {
        .path = path,
        .format = data[0] % 4,
        .column = data[0] == 'c' ? "domain" : NULL,
        .stratum = data[0] == 'd' ? "name" : NULL,
    };
    const struct list_sink sink = {take_name, take_reject, &seen};
    int result = list_read(&source, &sink, &summary, &error);
    assert(result == 0 || (result == -1 && error.text[0] != '\0'));
    if (result == 0) {
        assert(summary.names == seen.names && summary.rejected == seen.rejected);
        assert(seen.line <= summary.lines && strlen(summary.sha256) == 64);
    }
    close(fd);
    return 0;
}
