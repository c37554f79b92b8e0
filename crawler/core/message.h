/* message.h - DNS messages: questions out, answers in (RFC 1035 s4, RFC 6891).
 *
 * Every octet of an answer is hostile.  All reading goes through one
 * bounds-checked cursor with a sticky error (wire.h); compression pointers only
 * go backwards; message_read() walks the whole message once and checks every
 * record, so that what it returns can be used without further checks.
 */
#ifndef MXSURVEY_CORE_MESSAGE_H
#define MXSURVEY_CORE_MESSAGE_H

#include "crawler/core/ede.h"
#include "crawler/core/name.h"

enum record_type {
    TYPE_A = 1,
    TYPE_NS = 2,
    TYPE_CNAME = 5,
    TYPE_SOA = 6,
    TYPE_MX = 15,
    TYPE_TXT = 16,
    TYPE_AAAA = 28,
    TYPE_DNAME = 39,
    TYPE_OPT = 41,
    TYPE_DNSKEY = 48,
    TYPE_TLSA = 52,
};

enum rcode {
    RCODE_NOERROR = 0,
    RCODE_FORMERR = 1,
    RCODE_SERVFAIL = 2,
    RCODE_NXDOMAIN = 3,
    RCODE_NOTIMP = 4,
    RCODE_REFUSED = 5,
    RCODE_YXDOMAIN = 6,   /* RFC 6672 s2.2: a DNAME makes a name that is too long */
    RCODE_BADVERS = 16,   /* RFC 6891 s6.1.3 */
    RCODE_BADCOOKIE = 23, /* RFC 7873 s8 */
};

enum {
    QUESTION_SIZE_MAX = 12 + NAME_WIRE_MAX + 4 + 11, /* header, name, type and class, OPT */
    MESSAGE_SIZE_MAX = 65535,
    EDNS_UDP_SIZE = 1232, /* avoids fragments; larger answers come by TCP */
    EDNS_UDP_SIZE_LOOPBACK = 4096,
    HOPS_MAX = 17, /* an alias chain is walked to here: over 16 is too_long */
};

struct question {
    enum record_type type;
    bool checking_disabled; /* CD=1: asked only after a SERVFAIL (RFC 6840 s5.9) */
    struct name name;
};

/* The question as a message: RD=1, AD=1 (RFC 6840 s5.7), class IN, an OPT record
 * with EDNS_UDP_SIZE and DO=0.  Returns its size. */
size_t question_write(const struct question *question, uint16_t id, uint8_t ret[QUESTION_SIZE_MAX]);

/* In a question that was written so: an answer may have so many octets over UDP. */
void question_set_udp_size(uint8_t *message, size_t size, uint16_t udp_size);

/* One step of an alias chain: the name after it, and how it was made. */
struct hop {
    enum alias kind; /* ALIAS_CNAME, or ALIAS_DNAME: a CNAME made from a DNAME */
    uint32_t ttl;    /* of the CNAME where it is shown, else of the DNAME */
    struct name target;
};

/* The alias chain that an answer shows, from the name asked.  A chain ends
 * where no further CNAME is in the answer. */
struct chain {
    uint8_t count;           /* hops, at most HOPS_MAX */
    bool loop;               /* the last target was met before (or is the name asked) */
    bool overflow;           /* the rcode is YXDOMAIN, and an alias is shown: it ends below a DNAME
                                that would make a name which is too long (RFC 6672 s2.2) */
    bool multiple;           /* some owner on the way has two different CNAMEs (RFC 2181 s10.1);
                                followed is the first in wire order of its target (memcmp), or
                                the last where only that leads to records */
    struct name dname_owner; /* the DNAME's own owner, where hops[0].kind is ALIAS_DNAME; without
                                hops of a DNAME that would overflow, length 0: there is none */
    struct hop hops[HOPS_MAX];
};

struct record {
    const uint8_t *data; /* RDATA inside the message */
    uint32_t ttl;        /* seconds, at most 2^31 - 1 */
    uint16_t size;
    uint16_t offset; /* of data in the message: names in RDATA may be compressed */
};

enum message_status {
    MESSAGE_OK,
    MESSAGE_MALFORMED, /* truncated, trailing octets, a bad name, record or OPT */
    MESSAGE_MISMATCH,  /* well-formed, but no answer to this question */
};

struct answer {
    const uint8_t *message; /* borrowed: valid as long as the caller's bytes */
    size_t message_size;
    unsigned rcode;           /* with the extended bits of OPT (RFC 6891 s6.1.3) */
    bool authentic;           /* AD */
    bool truncated;           /* TC */
    bool recursion_available; /* RA */
    bool too_fast;            /* an EDE code says that the resolver was asked too fast */
    int udp_size;             /* octets that OPT says its sender takes over UDP; -1: no OPT */
    struct ede ede;
    enum outcome outcome;  /* FAILED as below, and for any rcode but NOERROR, NXDOMAIN and YXDOMAIN
                              of a chain that overflows, which is NXDOMAIN of a name that cannot be;
                              else ANSWER where records of the type asked are at the chain's end,
                              whichever of the three; else by rcode */
    enum failure failure;  /* for FAILED: by rcode (servfail, refused, formerr, notimp, other); for
                              any rcode FILTERED where an EDE code says that the resolver's own
                              policy made the answer, else REFERRAL for NOERROR with NS records
                              instead of an answer and no SOA (RFC 2308 s2.2), or with nothing at
                              all from one that offers no recursion and is no authority */
    struct chain chain;    /* of CNAME and DNAME questions too: for CNAME, hops[0] is the record
                              itself where one is there (outcome ANSWER; of a DNAME alone, without
                              the CNAME it stands for, record_count is 0), no further hop is
                              followed; for DNAME no hop is followed */
    unsigned record_count; /* records of the type asked at the chain's end, repeated ones too */
    struct name owner;     /* the chain's end: owner of these records.  Of a chain over HOPS_MAX the
                              end that the answer goes to, not the last hop kept */
    /* for answer_next(): the type asked, the records of the answer section */
    enum record_type type;
    size_t section_start, section_end;
};

/* Reads an answer.  The question section must repeat the question (name without
 * regard to case), QR=1, opcode 0.  Answers of class other than IN are no
 * records.  RDATA of MX, A, AAAA, CNAME, DNAME, TXT in the answer section must
 * have its form.  TLSA need not: resolvers hand short ones on, and senders drop
 * them by themselves.  A message with TC=1 is read as far as it goes and is
 * never MALFORMED for being cut behind its header.
 * FORMERR, NOTIMP and REFUSED may come without the question: who says that may not have read it.
 * MALFORMED goes before MISMATCH.  *ret holds an answer after MESSAGE_OK only;
 * parts of it that do not apply (hops, codes beyond their counts) are not set. */
enum message_status message_read(const uint8_t *bytes, size_t size, const struct question *question,
                                 struct answer *ret);

/* Answers with this rcode may come without the question. */
bool rcode_may_lack_question(unsigned rcode);

/* The records counted by record_count, in message order: start with *offset = 0;
 * false at the end. */
bool answer_next(const struct answer *answer, size_t *offset, struct record *ret);

/* RDATA of the records of an answer, as message_read() has checked it. */
void record_mx(const struct answer *answer, const struct record *record, uint16_t *ret_preference,
               struct name *ret_exchange);

enum {
    TXT_SIZE_MAX = 65535
};
/* TXT: its character-strings, one behind the other (RFC 7208 s3.3, RFC 8461 s3.1).
 * Returns their length; octets of any kind, no NUL behind them. */
size_t record_txt(const struct answer *answer, const struct record *record, char ret[TXT_SIZE_MAX]);

#endif
