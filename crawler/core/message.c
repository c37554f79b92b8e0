/* message.c - writes questions, reads answers.
 *
 * Reading walks the whole message once: every name, record and option is
 * checked there, so that what comes after (the alias chain, the records at its
 * end) may trust the octets.  Work is bounded by the message's size times a small
 * constant, whatever it holds: see WIRE_POINTERS_MAX and ALIAS_RECORDS_MAX.
 */
#include "crawler/core/message.h"

#include "crawler/core/chain.h"
#include "crawler/core/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CLASS_IN = 1,
    FLAG_QR = 0x8000,
    FLAG_OPCODE = 0x7800,
    FLAG_AA = 0x0400,
    FLAG_TC = 0x0200,
    FLAG_RD = 0x0100,
    FLAG_RA = 0x0080,
    FLAG_AD = 0x0020,
    FLAG_CD = 0x0010,
    FLAG_RCODE = 0x000f,
    OPTION_EDE = 15, /* RFC 8914 s2 */
    OPT_REST = 8,    /* octets of an OPT without options behind its type */
};

static uint8_t *put_u16(uint8_t *out, unsigned value)
{
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
    return out + 2;
}

size_t question_write(const struct question *question, uint16_t id, uint8_t ret[QUESTION_SIZE_MAX])
{
    uint8_t *out = put_u16(ret, id);
    out = put_u16(out, FLAG_RD | FLAG_AD | (question->checking_disabled ? FLAG_CD : 0));
    out = put_u16(out, 1);
    out = put_u16(out, 0);
    out = put_u16(out, 0);
    out = put_u16(out, 1);
    memcpy(out, question->name.wire, question->name.length);
    out = put_u16(out + question->name.length, question->type);
    out = put_u16(out, CLASS_IN);
    *out++ = 0; /* OPT (RFC 6891 s6.1.2): root, type, UDP size, flags, no options */
    out = put_u16(out, TYPE_OPT);
    out = put_u16(out, EDNS_UDP_SIZE);
    memset(out, 0, 6);
    return (size_t)(out + 6 - ret);
}

void question_set_udp_size(uint8_t *message, size_t size, uint16_t udp_size)
{
    put_u16(message + size - OPT_REST, udp_size); /* the class of the OPT at the end */
}

/* true where the section is exactly the question asked.  The name of the first question cannot
 * be compressed: no name begins before it. */
static bool read_questions(struct wire *wire, unsigned count, const struct question *question)
{
    const struct name *name = &question->name;
    bool same = count == 1 && wire->end - wire->offset >= name->length &&
                name_is_written(name, wire->bytes + wire->offset);
    for (unsigned i = 0; i < count && wire->error == WIRE_OK; i++) {
        if (same)
            wire_skip(wire, name->length);
        else
            wire_skip_name(wire);
        uint16_t type = wire_u16(wire), class = wire_u16(wire);
        same = same && type == question->type && class == CLASS_IN;
    }
    return same && wire->error == WIRE_OK;
}

/* RFC 1035 s3.3.14: one or more character-strings */
static bool is_txt(struct wire data)
{
    do {
        if (data.offset == data.end)
            return false;
        wire_skip(&data, 1u + data.bytes[data.offset]);
    } while (data.offset < data.end);
    return data.error == WIRE_OK;
}

static bool is_one_name(struct wire data)
{
    wire_skip_name(&data);
    return data.error == WIRE_OK && data.offset == data.end;
}

static bool has_form(const struct wire_record *record)
{
    struct wire data = record->data;
    size_t size = data.end - data.offset;
    switch (record->type) {
    case TYPE_A:
        return size == 4;
    case TYPE_AAAA:
        return size == 16;
    case TYPE_MX:
        wire_skip(&data, 2);
        return is_one_name(data);
    case TYPE_CNAME:
    case TYPE_DNAME:
        return is_one_name(data);
    case TYPE_TXT:
        return is_txt(data);
    default:
        return true;
    }
}

static void read_answers(struct wire *wire, unsigned count, struct answer *answer,
                         struct alias_records *ret_aliases)
{
    answer->section_start = answer->section_end = wire->offset;
    for (unsigned i = 0; i < count; i++) {
        struct wire_record record;
        wire_record(wire, &record);
        if (wire->error == WIRE_OK &&
            (record.type == TYPE_OPT || (record.class == CLASS_IN && !has_form(&record))))
            wire_fail(wire, WIRE_BAD);
        if (wire->error != WIRE_OK)
            return;
        answer->section_end = wire->offset;
        if (record.class == CLASS_IN && (record.type == TYPE_CNAME || record.type == TYPE_DNAME) &&
            ret_aliases->count < ALIAS_RECORDS_MAX)
            ret_aliases->offsets[ret_aliases->count++] = (uint16_t)record.owner;
    }
}

/* RFC 6891 s6.1: the owner is the root; the class is a size; the TTL's first octet extends the
 * rcode */
static void read_opt(struct wire *wire, struct wire_record *record, struct answer *answer)
{
    struct wire *options = &record->data;
    if (wire->bytes[record->owner] != 0)
        wire_fail(wire, WIRE_BAD);
    answer->rcode |= record->ttl >> 24 << 4;
    answer->udp_size = record->class;
    while (options->offset < options->end) {
        uint16_t code = wire_u16(options);
        struct wire option = wire_part(options, wire_u16(options));
        if (code == OPTION_EDE) {
            uint16_t info_code = wire_u16(&option);
            if (option.error == WIRE_OK)
                ede_add(&answer->ede, info_code);
            else
                wire_fail(wire, WIRE_BAD);
        }
    }
    if (options->error != WIRE_OK)
        wire_fail(wire, WIRE_BAD);
}

/* of the authority section */
struct authority {
    bool ns, soa;
};

static struct authority read_others(struct wire *wire, unsigned authority, unsigned additional,
                                    struct answer *answer)
{
    bool opt_seen = false;
    struct authority ret = {false, false};
    for (unsigned i = 0; i < authority + additional && wire->error == WIRE_OK; i++) {
        struct wire_record record;
        wire_record(wire, &record);
        if (wire->error != WIRE_OK)
            break;
        ret.ns |= i < authority && record.type == TYPE_NS;
        ret.soa |= i < authority && record.type == TYPE_SOA;
        if (record.type != TYPE_OPT)
            continue;
        if (i < authority || opt_seen)
            wire_fail(wire, WIRE_BAD);
        else
            read_opt(wire, &record, answer);
        opt_seen = true;
    }
    return ret;
}

/* The resolver did not go on to those who know: NS records and no SOA (RFC 2308 s2.2), or nothing
 * at all of one that offers no recursion and no word of its own (as the C library reads it).  What
 * is truncated says nothing yet. */
static bool is_handed_on(const struct answer *answer, unsigned flags, struct authority authority)
{
    bool nobodys = !answer->recursion_available && (flags & FLAG_AA) == 0;
    return (authority.ns || nobodys) && !authority.soa && !answer->truncated;
}

static unsigned count_records(const struct answer *answer)
{
    struct record record;
    unsigned count = 0;
    for (size_t offset = 0; answer_next(answer, &offset, &record);)
        count++;
    return count;
}

/* Where the records of the answer are: the chain, its end, their number.  Of two CNAMEs at one
 * owner the resolver has followed one, and which is seen by the records only. */
static void find_records(const struct question *question, struct alias_records *aliases,
                         struct answer *answer)
{
    unsigned limit = question->type == TYPE_DNAME ? 0 : question->type == TYPE_CNAME ? 1 : HOPS_MAX;
    answer->type = question->type;
    aliases->last = false;
    chain_walk(aliases, &question->name, limit, &answer->chain, &answer->owner);
    if (question->type == TYPE_CNAME)
        memcpy(&answer->owner, &question->name, NAME_SIZE(question->name.length));
    answer->record_count = count_records(answer);
    if (answer->record_count > 0 || !answer->chain.multiple)
        return;
    aliases->last = true;
    chain_walk(aliases, &question->name, limit, &answer->chain, &answer->owner);
    answer->record_count = count_records(answer);
    if (answer->record_count > 0)
        return;
    aliases->last = false;
    chain_walk(aliases, &question->name, limit, &answer->chain, &answer->owner);
}

static enum failure failure_of(unsigned rcode)
{
    switch (rcode) {
    case RCODE_FORMERR:
        return FAILURE_FORMERR;
    case RCODE_SERVFAIL:
        return FAILURE_SERVFAIL;
    case RCODE_NOTIMP:
        return FAILURE_NOTIMP;
    case RCODE_REFUSED:
        return FAILURE_REFUSED;
    default:
        return FAILURE_OTHER;
    }
}

bool rcode_may_lack_question(unsigned rcode)
{
    return rcode == RCODE_FORMERR || rcode == RCODE_NOTIMP || rcode == RCODE_REFUSED;
}

static bool has_code_of(const struct ede *ede, enum ede_class class)
{
    for (unsigned i = 0; i < ede->count; i++) {
        if (ede_class(ede->codes[i]) == class)
            return true;
    }
    return false;
}

/* EDE 33, a negative trust anchor, is policy too, but only that the answer was not validated. */
static bool is_filtered(const struct ede *ede)
{
    for (unsigned i = 0; i < ede->count; i++) {
        if (ede_class(ede->codes[i]) == EDE_OF_POLICY && ede->codes[i] != EDE_NEGATIVE_TRUST_ANCHOR)
            return true;
    }
    return false;
}

static void fail(struct answer *answer, enum failure failure)
{
    answer->outcome = OUTCOME_FAILED;
    answer->failure = failure;
}

/* handed_on: behind an alias too that is a referral. */
static void judge(struct answer *answer, bool handed_on)
{
    answer->failure = FAILURE_NONE;
    bool found =
        answer->record_count > 0 || (answer->type == TYPE_CNAME && answer->chain.count > 0);
    const struct chain *chain = &answer->chain;
    answer->chain.overflow =
        answer->rcode == RCODE_YXDOMAIN && (chain->count > 0 || chain->dname_owner.length > 0);
    bool denied = answer->rcode == RCODE_NXDOMAIN || answer->chain.overflow;
    if (is_filtered(&answer->ede)) {
        fail(answer, FAILURE_FILTERED);
    } else if (handed_on && !found && answer->rcode == RCODE_NOERROR) {
        fail(answer, FAILURE_REFERRAL);
    } else if (answer->rcode != RCODE_NOERROR && !denied) {
        fail(answer, failure_of(answer->rcode));
    } else if (found) {
        answer->outcome = OUTCOME_ANSWER;
    } else {
        answer->outcome = denied ? OUTCOME_NXDOMAIN : OUTCOME_NODATA;
    }
}

enum message_status message_read(const uint8_t *bytes, size_t size, const struct question *question,
                                 struct answer *ret)
{
    if (size < WIRE_HEADER_SIZE || size > MESSAGE_SIZE_MAX)
        return MESSAGE_MALFORMED;
    struct wire wire = {.bytes = bytes, .end = size};
    wire_skip(&wire, 2); /* the id is the transport's */
    unsigned flags = wire_u16(&wire);
    unsigned questions = wire_u16(&wire), answers = wire_u16(&wire);
    unsigned authority = wire_u16(&wire), additional = wire_u16(&wire);
    ret->message = bytes;
    ret->message_size = size;
    ret->rcode = flags & FLAG_RCODE;
    ret->authentic = flags & FLAG_AD;
    ret->truncated = flags & FLAG_TC;
    ret->recursion_available = flags & FLAG_RA;
    ret->udp_size = -1;
    ret->ede.count = 0;
    struct alias_records aliases; /* only the offsets in use are ever set */
    aliases.message = bytes;
    aliases.size = size;
    aliases.count = 0;
    bool matches = read_questions(&wire, questions, question);
    read_answers(&wire, answers, ret, &aliases);
    struct authority others = read_others(&wire, authority, additional, ret);
    if (wire.error == WIRE_BAD || (wire.error == WIRE_CUT && !ret->truncated))
        return MESSAGE_MALFORMED;
    if (wire.offset != wire.end)
        return MESSAGE_MALFORMED;
    if (questions == 0 && rcode_may_lack_question(ret->rcode))
        matches = true;
    if (!matches || !(flags & FLAG_QR) || (flags & FLAG_OPCODE) != 0)
        return MESSAGE_MISMATCH;
    find_records(question, &aliases, ret);
    judge(ret, is_handed_on(ret, flags, others));
    ret->too_fast = has_code_of(&ret->ede, EDE_OF_PACE);
    return MESSAGE_OK;
}

/* Nearly every owner is a pointer to the question's name, which lies behind the header. */
static bool is_owner(const struct answer *answer, size_t owner)
{
    const uint8_t *at = answer->message + owner;
    if (at[0] == 0xc0 && at[1] == WIRE_HEADER_SIZE && answer->chain.count == 0)
        return true;
    return wire_name_is(answer->message, owner, &answer->owner);
}

bool answer_next(const struct answer *answer, size_t *offset, struct record *ret)
{
    struct wire wire = {
        .bytes = answer->message,
        .offset = *offset > 0 ? *offset : answer->section_start,
        .end = answer->section_end,
    };
    while (wire.offset < wire.end) {
        struct wire_record record;
        wire_record_again(&wire, &record);
        if (record.type != answer->type || record.class != CLASS_IN ||
            !is_owner(answer, record.owner))
            continue;
        *offset = wire.offset;
        ret->data = answer->message + record.data.offset;
        ret->size = (uint16_t)(record.data.end - record.data.offset);
        ret->offset = (uint16_t)record.data.offset;
        ret->ttl = wire_ttl(&record);
        return true;
    }
    *offset = wire.end;
    return false;
}

static struct wire record_wire(const struct answer *answer, const struct record *record)
{
    return (struct wire){
        .bytes = answer->message,
        .offset = record->offset,
        .end = (size_t)record->offset + record->size,
    };
}

void record_mx(const struct answer *answer, const struct record *record, uint16_t *ret_preference,
               struct name *ret_exchange)
{
    struct wire wire = record_wire(answer, record);
    *ret_preference = wire_u16(&wire);
    wire_name(&wire, ret_exchange);
}

size_t record_txt(const struct answer *answer, const struct record *record, char ret[TXT_SIZE_MAX])
{
    struct wire wire = record_wire(answer, record);
    size_t length = 0;
    while (wire.offset < wire.end) {
        size_t size = wire.bytes[wire.offset];
        wire_skip(&wire, 1);
        struct wire string = wire_part(&wire, size);
        memcpy(ret + length, string.bytes + string.offset, string.end - string.offset);
        length += string.end - string.offset;
    }
    return length;
}
