#include "crawler/core/tlsa.h"

#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <string.h>

enum {
    DEPTH_MAX = 32,            /* of nested objects; certificates have about ten */
    JUNK_SELECTOR = UINT8_MAX, /* of digests that are of neither */
};

/* --- one record --- */

bool tlsa_read(const uint8_t *rdata, size_t size, struct tlsa_record *ret)
{
    if (size < 3 || size > UINT16_MAX)
        return false;
    *ret = (struct tlsa_record){
        .usage = rdata[0],
        .selector = rdata[1],
        .matching_type = rdata[2],
        .size = (uint16_t)(size - 3),
        .data = rdata + 3,
    };
    return true;
}

int tlsa_compare(const struct tlsa_record *a, const struct tlsa_record *b)
{
    if (a->usage != b->usage)
        return a->usage < b->usage ? -1 : 1;
    if (a->selector != b->selector)
        return a->selector < b->selector ? -1 : 1;
    if (a->matching_type != b->matching_type)
        return a->matching_type < b->matching_type ? -1 : 1;
    if (a->size != b->size)
        return a->size < b->size ? -1 : 1;
    return a->size == 0 ? 0 : memcmp(a->data, b->data, a->size);
}

/* RFC 6234; of the two matching types that are digests. */
static size_t digest_length(unsigned matching_type)
{
    return matching_type == TLSA_MATCHING_SHA256 ? SHA256_DIGEST_LENGTH : SHA512_DIGEST_LENGTH;
}

/* --- whole objects --- */

/* Reads identifier and length as DER has them (X.690 s10.1): definite, and in the
 * fewest octets.  Returns the size of the two, 0 for what is none. */
static size_t read_head(const uint8_t *at, size_t size, size_t *ret_length)
{
    if (size < 2)
        return 0;
    size_t octets = at[1] < 0x80 ? 0 : at[1] & 0x7fu, length = octets == 0 ? at[1] : 0;
    /* 0x80: indefinite; RDATA needs no more than two octets; tags of several octets, over
     * 30, are in no certificate */
    if (at[1] == 0x80 || octets > 2 || octets > size - 2 || (at[0] & 0x1f) == 0x1f)
        return 0;
    for (size_t i = 0; i < octets; i++)
        length = length << 8 | at[2 + i];
    *ret_length = length;
    bool fewest = octets == 0 || length >= (octets == 1 ? 0x80u : 0x100u);
    return fewest && length <= size - 2 - octets ? 2 + octets : 0;
}

/* Objects one after the other, as DER puts them, those inside too: OpenSSL's parsers
 * read BER.  Of universal types only SEQUENCE and SET are constructed (s10.2). */
static bool is_der(const uint8_t *at, size_t size, unsigned depth)
{
    size_t length;
    for (; size > 0; at += length, size -= length) {
        size_t head = read_head(at, size, &length);
        unsigned type = at[0] & 0x1f;
        bool universal = (at[0] & 0xc0) == 0, constructed = (at[0] & 0x20) != 0;
        if (head == 0 || (universal && constructed != (type == 16 || type == 17)))
            return false;
        if (constructed && (depth == DEPTH_MAX || !is_der(at + head, length, depth + 1)))
            return false;
        length += head;
    }
    return true;
}

/* One whole object of the selector's kind in DER, nothing behind it.  A certificate
 * whose key cannot be read is none that OpenSSL's DANE code takes. */
static bool is_whole_object(const struct tlsa_record *record)
{
    const uint8_t *end = record->data;
    bool read;
    if (!is_der(record->data, record->size, 0))
        return false;
    if (record->selector == TLSA_SELECTOR_CERTIFICATE) {
        X509 *certificate = d2i_X509(NULL, &end, record->size);
        read = certificate != NULL && X509_get0_pubkey(certificate) != NULL;
        X509_free(certificate);
    } else {
        EVP_PKEY *key = d2i_PUBKEY(NULL, &end, record->size);
        read = key != NULL;
        EVP_PKEY_free(key);
    }
    ERR_clear_error();
    return read && end == record->data + record->size;
}

/* --- usable? --- */

enum tlsa_reason tlsa_judge(const struct tlsa_record *record)
{
    /* RFC 7672 s3.1.3: PKIX-TA and PKIX-EE may be treated as unusable, and are */
    if (record->usage != TLSA_USAGE_TA && record->usage != TLSA_USAGE_EE)
        return TLSA_REASON_USAGE;
    if (record->selector > TLSA_SELECTOR_KEY)
        return TLSA_REASON_SELECTOR;
    if (record->matching_type > TLSA_MATCHING_SHA512)
        return TLSA_REASON_MATCHING_TYPE;
    if (record->size == 0)
        return TLSA_REASON_MALFORMED;
    if (record->matching_type == TLSA_MATCHING_FULL)
        return is_whole_object(record) ? TLSA_USABLE : TLSA_REASON_MALFORMED;
    return record->size == digest_length(record->matching_type) ? TLSA_USABLE : TLSA_REASON_LENGTH;
}

/* --- an RRset --- */

void tlsa_effective(const struct tlsa_record *records, const bool *usable, size_t count, bool *ret)
{
    /* only usages 2 and 3, and selectors 0 and 1, are ever usable */
    bool has_sha512[2][2] = {{false}};
    for (size_t i = 0; i < count; i++) {
        if (usable[i] && records[i].matching_type == TLSA_MATCHING_SHA512)
            has_sha512[records[i].usage & 1][records[i].selector & 1] = true;
    }
    for (size_t i = 0; i < count; i++)
        ret[i] = usable[i] && !(records[i].matching_type == TLSA_MATCHING_SHA256 &&
                                has_sha512[records[i].usage & 1][records[i].selector & 1]);
}

/* --- known keys --- */

struct known {
    struct ca_key key;
    uint8_t selector; /* what the digests are of, or JUNK_SELECTOR */
    uint8_t sha256[SHA256_DIGEST_LENGTH];
    uint8_t sha512[SHA512_DIGEST_LENGTH];
};

static const struct known known_keys[] = {
#include "data/ca_keys.inc"
};

/* By a digest of a matching type's length */
static const struct ca_key *find(unsigned selector, const uint8_t *digest, size_t size)
{
    for (size_t i = 0; i < sizeof known_keys / sizeof *known_keys; i++) {
        const struct known *known = &known_keys[i];
        const uint8_t *other = size == sizeof known->sha256 ? known->sha256 : known->sha512;
        if (known->selector == selector && memcmp(other, digest, size) == 0)
            return &known->key;
    }
    return NULL;
}

/* The key inside a whole certificate. */
static const struct ca_key *find_key_of_certificate(const struct tlsa_record *record)
{
    const struct ca_key *found = NULL;
    uint8_t digest[SHA256_DIGEST_LENGTH], *der = NULL;
    const uint8_t *end = record->data;
    X509 *certificate = d2i_X509(NULL, &end, record->size);
    int size = certificate != NULL ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der) : 0;
    if (size > 0) {
        SHA256(der, (size_t)size, digest);
        found = find(TLSA_SELECTOR_KEY, digest, sizeof digest);
    }
    OPENSSL_free(der);
    X509_free(certificate);
    ERR_clear_error();
    return found;
}

/* A whole certificate or key by the digest of it. */
static const struct ca_key *find_whole(const struct tlsa_record *record)
{
    uint8_t digest[SHA256_DIGEST_LENGTH];
    if (record->selector > TLSA_SELECTOR_KEY || record->size == 0)
        return NULL;
    SHA256(record->data, record->size, digest);
    const struct ca_key *found = find(record->selector, digest, sizeof digest);
    if (found == NULL && record->selector == TLSA_SELECTOR_CERTIFICATE)
        found = find_key_of_certificate(record);
    return found;
}

const struct ca_key *tlsa_known_key(const struct tlsa_record *record)
{
    if (record->matching_type == TLSA_MATCHING_FULL)
        return find_whole(record);
    if (record->matching_type > TLSA_MATCHING_SHA512 ||
        record->size != digest_length(record->matching_type))
        return NULL;
    const struct ca_key *found = find(record->selector, record->data, record->size);
    return found != NULL ? found : find(JUNK_SELECTOR, record->data, record->size);
}

enum key_status ca_key_status(const struct ca_key *key, int64_t now)
{
    if (key->otherwise == KEY_JUNK)
        return KEY_JUNK;
    if (now >= key->ends)
        return KEY_EXPIRED;
    if (now >= key->retired)
        return KEY_RETIRED;
    return now >= key->sent_from && now < key->sent_until ? KEY_ACTIVE : key->otherwise;
}
