/* fuzz_tlsa.c - TLSA RDATA of any kind: judged, recognised, compared; and an RRset of
 * its two halves. */
#include "crawler/core/tlsa.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_record(const struct tlsa_record *record, enum tlsa_reason reason)
{
    assert(reason == TLSA_USABLE || tlsa_reason_word(reason) != NULL);
    assert(tlsa_compare(record, record) == 0);
    const struct ca_key *key = tlsa_known_key(record);
    assert(key == NULL || (key->name != NULL && key_status_word(ca_key_status(key, 0)) != NULL &&
                           (ca_key_status(key, INT64_MAX) == KEY_EXPIRED ||
                            ca_key_status(key, INT64_MAX) == KEY_JUNK)));
    if (reason != TLSA_USABLE)
        return;
    assert(record->usage == TLSA_USAGE_TA || record->usage == TLSA_USAGE_EE);
    assert(record->selector <= TLSA_SELECTOR_KEY);
    assert(record->matching_type != TLSA_MATCHING_SHA256 || record->size == 32);
    assert(record->matching_type != TLSA_MATCHING_SHA512 || record->size == 64);
    if (record->matching_type == TLSA_MATCHING_FULL) /* DER: a definite length */
        assert(record->data[0] == 0x30 && record->data[1] != 0x80);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tlsa_record records[2];
    bool usable[2], effective[2];
    uint8_t *halves[2];
    size_t count = 0;
    for (unsigned i = 0; i < 2; i++) {
        /* the whole, then its second half; of its own size, so that reading past shows */
        size_t skip = i == 0 ? 0 : size / 2;
        halves[i] = malloc(size - skip + 1);
        assert(halves[i] != NULL);
        if (size > skip)
            memcpy(halves[i], data + skip, size - skip);
        halves[i] = realloc(halves[i], size > skip ? size - skip : 1);
        if (!tlsa_read(halves[i], size - skip, &records[count])) {
            assert(size - skip < 3 || size - skip > UINT16_MAX);
            continue;
        }
        enum tlsa_reason reason = tlsa_judge(&records[count]);
        check_record(&records[count], reason);
        usable[count++] = reason == TLSA_USABLE;
    }
    tlsa_effective(records, usable, count, effective);
    bool any_usable = false, any_effective = false;
    for (size_t i = 0; i < count; i++) {
        assert(usable[i] || !effective[i]);
        any_usable |= usable[i];
        any_effective |= effective[i];
    }
    assert(any_usable == any_effective);
    free(halves[0]);
    free(halves[1]);
    return 0;
}
