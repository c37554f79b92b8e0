/* fuzz_name.c - text of any kind as a domain name. */
#include "crawler/core/name.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct name name, again, below;
    char text[NAME_TEXT_MAX];
    if (!name_from_text((const char *)data, size, &name))
        return 0;
    assert(name.wire[name.length - 1] == 0);
    for (unsigned i = 0; i < name.length; i++)
        assert(name.wire[i] < 'A' || name.wire[i] > 'Z');
    size_t length = name_to_text(&name, text);
    assert(length == strlen(text) && length < NAME_TEXT_MAX);
    assert(name_from_text(text, length, &again));
    assert(name_equal(&name, &again) && name_compare_text(&name, &again) == 0);
    enum exchange_class class = exchange_class_of(&name);
    assert(exchange_class_word(class) != NULL);
    assert((class == EXCHANGE_NULL) == (name.length == 1));
    assert(class != EXCHANGE_SINGLE_LABEL || name_label_count(&name) == 1);
    assert(name_at_or_below(&name, &again));
    bool room = name_prepend("_25._tcp", &name, &below);
    assert(room == (name.length <= NAME_WIRE_MAX - 9));
    if (room) {
        assert(below.length == name.length + 9);
        assert(name_at_or_below(&below, &name) && !name_at_or_below(&name, &below));
        assert(name_label_count(&below) == name_label_count(&name) + 2);
    }
    return 0;
}
