#include "crawler/net/stand_in.h"

#include <string.h>

enum {
    HEADER_SIZE = 12,
    FLAG_QR = 0x80, /* in the third octet */
    FLAG_RD = 0x01,
};

void stand_in_write(uint16_t id, bool is_answer, uint8_t ret[STAND_IN_SIZE])
{
    memset(ret, 0, STAND_IN_SIZE);
    ret[0] = (uint8_t)(id >> 8);
    ret[1] = (uint8_t)id;
    ret[2] = FLAG_RD | (is_answer ? FLAG_QR : 0);
    ret[5] = 1;                 /* one question: */
    ret[HEADER_SIZE + 2] = 1;   /* behind the root's octet, type A, */
    ret[STAND_IN_SIZE - 1] = 1; /* class IN */
}

static uint8_t lower(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
}

bool stand_in_fits(const uint8_t *message, size_t size, const struct question *question)
{
    uint8_t asked[QUESTION_SIZE_MAX];
    size_t length = (size_t)question->name.length + 4; /* and type and class */
    if (size < HEADER_SIZE + length || message[4] != 0 || message[5] != 1)
        return false;
    question_write(question, 0, asked);
    /* length octets are below 'A' */
    for (size_t i = HEADER_SIZE; i < HEADER_SIZE + length - 4; i++) {
        if (lower(message[i]) != asked[i])
            return false;
    }
    return memcmp(message + HEADER_SIZE + length - 4, asked + HEADER_SIZE + length - 4, 4) == 0;
}
