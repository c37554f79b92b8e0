/* fuzz_smtp.c - what a server says: first octet the size of the pieces that it comes in, then the
 * octets.  In pieces and octet by octet it must come to the same. */
#include "crawler/core/smtp.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct smtp *smtp, enum smtp_want want)
{
    assert((want == SMTP_CLOSE) == (smtp->outcome != PROBE_NOT_MET));
    assert(want != SMTP_SHAKE || smtp->phase == PROBE_HANDSHAKE);
    assert(!smtp->plaintext || smtp->phase == PROBE_HANDSHAKE);
    assert(smtp->reply == 0 || (smtp->reply >= 200 && smtp->reply < 600));
    assert(smtp->outcome != PROBE_TLS && smtp->phase != PROBE_CONNECT);
    size_t length = strlen(smtp->command);
    assert(length == 0 ||
           (length > 2 && strchr(smtp->command, '\n') == smtp->command + length - 1));
    assert(want != SMTP_WRITE || length > 0);
}

static void take(struct smtp *smtp, const uint8_t *octets, size_t size, size_t piece)
{
    smtp_begin(smtp, "probe.example.net");
    enum smtp_want want = smtp_connected(smtp);
    for (size_t at = 0, taken; at < size; at += taken) {
        taken = size - at < piece ? size - at : piece;
        uint8_t *copy = malloc(taken); /* of its own size, so that reading past shows */
        assert(copy != NULL);
        memcpy(copy, octets + at, taken);
        want = smtp_take(smtp, copy, taken);
        check(smtp, want);
        free(copy);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct smtp all, single;
    if (size == 0)
        return 0;
    take(&all, data + 1, size - 1, data[0] > 0 ? data[0] : size);
    take(&single, data + 1, size - 1, 1);
    assert(all.phase == single.phase && all.outcome == single.outcome);
    assert(all.reply == single.reply && all.plaintext == single.plaintext);
    smtp_end(&all, PROBE_CLOSED);
    assert(all.outcome != PROBE_NOT_MET);
    return 0;
}
