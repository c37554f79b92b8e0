#include "crawler/net/lookup/stand_in.h"

#include "crawler/core/wire.h"

#include <string.h>

enum {
    FLAG_QR = 0x80, /* in the third octet */
    FLAG_RD = 0x01,
    RCODE = 0x0f, /* in the fourth */
    CLASS_IN = 1,
};

void stand_in_write(uint16_t id, bool is_answer, uint8_t ret[STAND_IN_SIZE])
{
    memset(ret, 0, STAND_IN_SIZE);
    ret[0] = (uint8_t)(id >> 8);
    ret[1] = (uint8_t)id;
    ret[2] = FLAG_RD | (is_answer ? FLAG_QR : 0);
    ret[5] = 1;                    /* one question: */
    ret[WIRE_HEADER_SIZE + 2] = 1; /* behind the root's octet, type A, */
    ret[STAND_IN_SIZE - 1] = 1;    /* class IN */
}

bool stand_in_fits(const uint8_t *message, size_t size, const struct question *question)
{
    size_t length = question->name.length;
    if (size >= WIRE_HEADER_SIZE && message[4] == 0 && message[5] == 0)
        return rcode_may_lack_question(message[3] & RCODE);
    if (size < WIRE_HEADER_SIZE + length + 4 || message[4] != 0 || message[5] != 1)
        return false;
    const uint8_t *name = message + WIRE_HEADER_SIZE, *type = name + length, *class = type + 2;
    return (type[0] << 8 | type[1]) == (int)question->type && class[0] == 0 &&
           class[1] == CLASS_IN && name_is_written(&question->name, name);
}
