/* fuzz_sts.c - TXT records, one a line (first octet even), or a policy (odd). */
#include "crawler/core/sts_patterns.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    PATTERNS_MAX = 1024
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_records(const char *text, size_t length)
{
    for (size_t at = 0; at <= length;) {
        const char *end = at < length ? memchr(text + at, '\n', length - at) : NULL;
        size_t size = end != NULL ? (size_t)(end - text) - at : length - at;
        /* of its own size, so that reading past shows */
        char *line = malloc(size > 0 ? size : 1);
        assert(line != NULL);
        memcpy(line, text + at, size);
        struct sts_record record;
        sts_record_judge(line, size, &record);
        assert(sts_record_outcome_word(record.outcome) != NULL);
        assert((record.outcome == STS_RECORD_VALID) == (record.id[0] != '\0'));
        assert(strlen(record.id) <= STS_ID_MAX);
        enum tlsrpt tlsrpt = tlsrpt_judge(line, size);
        assert(tlsrpt == TLSRPT_NONE || tlsrpt == TLSRPT_VALID || tlsrpt == TLSRPT_INVALID);
        assert(tlsrpt == TLSRPT_NONE || record.outcome == STS_RECORD_NONE);
        free(line);
        at += size + 1;
    }
}

/* Patterns of the policy, as many as have room. */
static size_t sorted(const struct sts_policy *policy, struct sts_text patterns[PATTERNS_MAX])
{
    size_t count = 0, offset = 0;
    while (count < PATTERNS_MAX && sts_policy_next_mx(policy, &offset, &patterns[count]))
        count++;
    sts_patterns_sort(patterns, count);
    return count;
}

static void fuzz_policy(const char *text, size_t length)
{
    struct sts_policy policy;
    struct sts_text patterns[PATTERNS_MAX];
    struct name name, root;
    bool valid = name_from_text("mx1.example.com", 15, &name) && name_from_text(".", 1, &root);
    assert(valid);
    sts_policy_read(text, length, &policy);
    assert(policy.outcome == STS_POLICY_VALID || policy.outcome == STS_POLICY_INVALID);
    if (policy.outcome == STS_POLICY_INVALID) {
        assert(policy.fault_line == 0 ||
               (policy.fault.text >= text &&
                policy.fault.text + policy.fault.length <= text + length));
        return;
    }
    assert(sts_mode_word(policy.mode) != NULL && policy.max_age <= STS_MAX_AGE_MAX);
    size_t offset = 0, count = 0;
    bool any = false;
    for (struct sts_text pattern; sts_policy_next_mx(&policy, &offset, &pattern); count++) {
        assert(pattern.length > 0 && pattern.text >= text);
        assert(pattern.text + pattern.length <= text + length);
        assert(!sts_pattern_matches(pattern, &root));
        any |= sts_pattern_matches(pattern, &name);
    }
    assert(count > 0 || policy.mode == STS_MODE_NONE);
    size_t kept = sorted(&policy, patterns);
    assert(kept < count || sts_patterns_match(patterns, kept, &name) == any);
    assert(!sts_patterns_match(patterns, kept, &root));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    char *text = malloc(size);
    assert(text != NULL);
    memcpy(text, data + 1, size - 1);
    text = realloc(text, size > 1 ? size - 1 : 1);
    if (data[0] % 2 == 0)
        fuzz_records(text, size - 1);
    else
        fuzz_policy(text, size - 1);
    free(text);
    return 0;
}
