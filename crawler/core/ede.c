#include "crawler/core/ede.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* RFC 8914 s5.2, later ones as registered by IANA: by code, from 0 on */
static const struct {
    enum ede_class class;
    const char *name;
} registered[] = {
    {EDE_OF_REST, "Other Error"},
    {EDE_OF_DOMAIN, "Unsupported DNSKEY Algorithm"},
    {EDE_OF_DOMAIN, "Unsupported DS Digest Type"},
    {EDE_OF_REST, "Stale Answer"},
    {EDE_OF_POLICY, "Forged Answer"},
    {EDE_OF_DOMAIN, "DNSSEC Indeterminate"},
    {EDE_OF_DOMAIN, "DNSSEC Bogus"},
    {EDE_OF_DOMAIN, "Signature Expired"},
    {EDE_OF_DOMAIN, "Signature Not Yet Valid"},
    {EDE_OF_DOMAIN, "DNSKEY Missing"},
    {EDE_OF_DOMAIN, "RRSIGs Missing"},
    {EDE_OF_DOMAIN, "No Zone Key Bit Set"},
    {EDE_OF_DOMAIN, "NSEC Missing"},
    {EDE_OF_REST, "Cached Error"},
    {EDE_OF_REST, "Not Ready"},
    {EDE_OF_POLICY, "Blocked"},
    {EDE_OF_POLICY, "Censored"},
    {EDE_OF_POLICY, "Filtered"},
    {EDE_OF_REST, "Prohibited"},
    {EDE_OF_REST, "Stale NXDOMAIN Answer"},
    {EDE_OF_REST, "Not Authoritative"},
    {EDE_OF_REST, "Not Supported"},
    {EDE_OF_DOMAIN, "No Reachable Authority"},
    {EDE_OF_DOMAIN, "Network Error"},
    {EDE_OF_DOMAIN, "Invalid Data"},
    {EDE_OF_DOMAIN, "Signature Expired before Valid"},
    {EDE_OF_REST, "Too Early"},
    {EDE_OF_DOMAIN, "Unsupported NSEC3 Iterations Value"},
    {EDE_OF_REST, "Unable to conform to policy"},
    {EDE_OF_REST, "Synthesized"},
    {EDE_OF_REST, "Invalid Query Type"},
    {EDE_OF_PACE, "Rate Limited"},
    {EDE_OF_PACE, "Over Quota"},
    {EDE_OF_POLICY, "Negative Trust Anchor"},
    {EDE_OF_REST, "New Delegation Only"},
    {EDE_OF_POLICY, "Blocked by Upstream DNS Server"},
};

enum {
    REGISTERED = sizeof registered / sizeof *registered
};

void ede_add(struct ede *ede, uint16_t code)
{
    unsigned at = 0;
    while (at < ede->count && ede->codes[at] < code)
        at++;
    if ((at < ede->count && ede->codes[at] == code) || ede->count == EDE_MAX)
        return;
    memmove(ede->codes + at + 1, ede->codes + at, (ede->count - at) * sizeof *ede->codes);
    ede->codes[at] = code;
    ede->count++;
}

void ede_merge(struct ede *ede, const struct ede *other)
{
    for (unsigned i = 0; i < other->count; i++)
        ede_add(ede, other->codes[i]);
}

bool ede_has(const struct ede *ede, uint16_t code)
{
    for (unsigned i = 0; i < ede->count; i++) {
        if (ede->codes[i] == code)
            return true;
    }
    return false;
}

size_t ede_to_text(const struct ede *ede, char ret[EDE_TEXT_MAX])
{
    size_t length = 0;
    ret[0] = '\0';
    for (unsigned i = 0; i < ede->count; i++)
        length += (size_t)snprintf(ret + length, EDE_TEXT_MAX - length, i > 0 ? ",%u" : "%u",
                                   ede->codes[i]);
    return length;
}

void ede_from_text(const char *text, struct ede *ret)
{
    ret->count = 0;
    while (text != NULL && *text != '\0') {
        ede_add(ret, (uint16_t)strtoul(text, NULL, 10));
        text = strchr(text, ',');
        if (text != NULL)
            text++;
    }
}

enum ede_class ede_class(unsigned code)
{
    return code < REGISTERED ? registered[code].class : EDE_OF_REST;
}

const char *ede_class_word(enum ede_class class)
{
    static const char *const words[] = {"domain", "policy", "pace", "rest"};
    return words[class];
}

const char *ede_name(unsigned code)
{
    return code < REGISTERED ? registered[code].name : NULL;
}
