/* fuzz_samples.c - octets of any kind as a CSV file of samples. */
#include "analysis/collect/given/csv_file.h"
#include "analysis/statistics/random_effects.h"
#include "analysis/samples/samples.h"
#include "crawler/core/utf8.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
    uint64_t line;
    size_t octets;
};

static int take_row(void *context, uint64_t line, char *const *fields, size_t count,
                    struct error *error)
{
    struct seen *seen = context;
    (void)error;
    assert(line > seen->line && count > 0 && count <= CSV_FIELDS_MAX);
    seen->line = line;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(fields[i]);
        seen->octets += length;
        for (size_t at = 0, octets; at < length; at += octets) {
            octets = utf8_character(fields[i] + at, length - at);
            assert(octets > 0);
        }
    }
    return 0;
}

static void check_samples(const struct samples *samples)
{
    bool corrected;
    assert(samples->count > 0 && samples->count <= SAMPLES_MAX);
    for (size_t i = 0; i < samples->count; i++) {
        const struct sample *sample = &samples->items[i];
        assert(*sample->name != '\0' && *sample->source != '\0');
        assert(sample->of > 0 && sample->count <= sample->of);
        assert(logit_effect(sample->count, sample->of, sample->design_effect, &corrected).variance >
               0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[40];
    struct seen seen = {0, 0};
    struct samples samples;
    struct error error = {.text = ""};
    int file = memfd_create("samples", 0);
    assert(file >= 0 && write(file, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    int read = csv_file_read(path, take_row, &seen, &error);
    assert((read == 0) == (error.text[0] == '\0') && seen.octets <= size);
    error.text[0] = '\0';
    if (samples_read(path, &samples, &error) == 0) {
        assert(read == 0);
        check_samples(&samples);
        samples_free(&samples);
    } else {
        assert(error.text[0] != '\0');
    }
    close(file);
    return 0;
}
