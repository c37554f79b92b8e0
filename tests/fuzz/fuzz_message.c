/* fuzz_message.c - octets of any kind as an answer.
 *
 * Input: one octet that chooses the type asked for, then the message.  The name
 * asked for is the one in the message's question section, so that most inputs
 * get as far as the records.
 */
#include "crawler/core/message.h"
#include "crawler/core/sts.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_name(const struct name *name)
{
    char text[NAME_TEXT_MAX];
    struct name again;
    size_t length = name_to_text(name, text);
    assert(name->length >= 1 && name->wire[name->length - 1] == 0);
    assert(name_from_text(text, length, &again) && name_equal(name, &again));
    assert(exchange_class_word(exchange_class_of(name)) != NULL);
}

/* The uncompressed name behind the header; the root where there is none. */
static void take_name(const uint8_t *message, size_t size, struct name *ret)
{
    size_t length = 0;
    ret->length = 1;
    ret->wire[0] = 0;
    for (;;) {
        size_t at = 12 + length;
        if (at >= size || length > 254)
            break;
        unsigned label = message[at];
        if (label > 63 || length + label + 1 > 254 + (label == 0) || at + label + 1 > size)
            break;
        for (unsigned i = 0; i <= label; i++) {
            uint8_t octet = message[at + i];
            ret->wire[length + i] = octet >= 'A' && octet <= 'Z' ? octet + 32 : octet;
        }
        length += label + 1;
        if (label == 0) {
            ret->length = (uint8_t)length;
            return;
        }
    }
    ret->wire[0] = 0;
}

static void check_chain(const struct answer *answer, const struct question *question)
{
    const struct chain *chain = &answer->chain;
    assert(chain->count <= HOPS_MAX);
    const struct name *at = &question->name;
    for (unsigned i = 0; i < chain->count; i++) {
        const struct hop *hop = &chain->hops[i];
        assert(hop->kind == ALIAS_CNAME || hop->kind == ALIAS_DNAME);
        check_name(&hop->target);
        bool met = name_equal(&hop->target, &question->name);
        for (unsigned j = 0; j < i; j++)
            met |= name_equal(&hop->target, &chain->hops[j].target);
        assert(met == (chain->loop && i + 1u == chain->count));
        at = &hop->target;
    }
    if (chain->count > 0 && chain->hops[0].kind == ALIAS_DNAME) {
        check_name(&chain->dname_owner);
        assert(name_at_or_below(&question->name, &chain->dname_owner));
        assert(!name_equal(&question->name, &chain->dname_owner));
    }
    if (question->type == TYPE_CNAME)
        assert(chain->count <= 1 && name_equal(&answer->owner, &question->name));
    else if (question->type == TYPE_DNAME)
        assert(chain->count == 0 && name_equal(&answer->owner, &question->name));
    else if (chain->count < HOPS_MAX || chain->loop)
        assert(name_equal(&answer->owner, at));
    check_name(&answer->owner);
}

static void check_record(const struct answer *answer, const struct record *record,
                         enum record_type type)
{
    struct name name;
    uint16_t preference;
    assert(record->data == answer->message + record->offset);
    assert((size_t)record->offset + record->size <= answer->message_size);
    if (type == TYPE_MX) {
        record_mx(answer, record, &preference, &name);
        check_name(&name);
    } else if (type == TYPE_A) {
        assert(record->size == 4);
    } else if (type == TYPE_AAAA) {
        assert(record->size == 16);
    }
}

/* Nothing is there without records; several of them need two. */
static void check_texts(const struct answer *answer)
{
    struct sts_record record;
    sts_record_read(answer, &record);
    enum tlsrpt tlsrpt = tlsrpt_read(answer);
    assert(answer->record_count > 0 ||
           (record.outcome == STS_RECORD_NONE && tlsrpt == TLSRPT_NONE));
    assert(answer->record_count > 1 ||
           (record.outcome != STS_RECORD_MULTIPLE && tlsrpt != TLSRPT_MULTIPLE));
}

static void check_answer(const struct answer *answer, const struct question *question)
{
    check_chain(answer, question);
    unsigned count = 0;
    size_t offset = 0, before = 0;
    for (struct record record; answer_next(answer, &offset, &record); count++) {
        assert(offset > before && offset <= answer->message_size);
        before = offset;
        check_record(answer, &record, question->type);
    }
    assert(count == answer->record_count);
    if (question->type == TYPE_TXT)
        check_texts(answer);
    for (unsigned i = 1; i < answer->ede.count; i++)
        assert(answer->ede.codes[i - 1] < answer->ede.codes[i]);
    char text[EDE_TEXT_MAX];
    assert(ede_to_text(&answer->ede, text) == strlen(text));
    assert(answer->rcode <= 0xfff);
    assert((answer->outcome == OUTCOME_FAILED) == (answer->rcode != 0 && answer->rcode != 3));
    assert((answer->outcome == OUTCOME_FAILED) == (answer->failure != FAILURE_NONE));
    if (answer->outcome != OUTCOME_FAILED && count > 0)
        assert(answer->outcome == OUTCOME_ANSWER);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum record_type types[] = {TYPE_MX,  TYPE_A,     TYPE_AAAA, TYPE_CNAME,
                                             TYPE_TXT, TYPE_DNAME, TYPE_TLSA, TYPE_NS};
    static struct answer answer;
    if (size < 1)
        return 0;
    struct question question = {.type = types[data[0] % (sizeof types / sizeof *types)]};
    take_name(data + 1, size - 1, &question.name);
    check_name(&question.name);
    if (message_read(data + 1, size - 1, &question, &answer) == MESSAGE_OK)
        check_answer(&answer, &question);
    return 0;
}
