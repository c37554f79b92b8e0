#include "crawler/net/resolver/unbound_algorithms.h"

#include <stdio.h>
#include <string.h>

enum {
    RSASHA256 = 8,
    SHA256 = 2,
    NEVER_ASSIGNED = 200, /* must be refused: else the complaints are not understood */
};

/* Assigned for signing zones: RSAMD5, DSA, RSASHA1, DSA-NSEC3-SHA1, RSASHA1-NSEC3-SHA1,
 * RSASHA256, RSASHA512, ECC-GOST, ECDSAP256SHA256, ECDSAP384SHA384, ED25519, ED448, SM2SM3,
 * ECC-GOST12. */
static const unsigned char algorithms[] = {1,  3,  5,  6,  7,  RSASHA256, 10,
                                           12, 13, 14, 15, 16, 17,        23};

static const struct {
    unsigned char number, octets;
} digests[] = {
    {1, 20},      /* SHA-1 */
    {SHA256, 32}, /* SHA-256 */
    {3, 32},      /* GOST R 34.11-94 */
    {4, 48},      /* SHA-384 */
    {5, 32},      /* GOST R 34.11-2012 */
    {6, 32},      /* SM3 */
};

static void add_anchor(char *text, const char *what, unsigned number, unsigned algorithm,
                       unsigned digest, unsigned octets)
{
    unbound_config_add(text, "trust-anchor: \"%s-%u.invalid. DS 1 %u %u %0*u\"\n", what, number,
                       algorithm, digest, (int)octets * 2, 0U);
}

void unbound_algorithms_config(char ret[UNBOUND_CONFIG_MAX])
{
    ret[0] = '\0';
    unbound_config_add(ret, "server:\n"
                            "directory: \"/\"\n"
                            "username: \"\"\n"
                            "chroot: \"\"\n"
                            "pidfile: \"\"\n"
                            "module-config: \"validator iterator\"\n");
    for (unsigned i = 0; i < sizeof algorithms; i++)
        add_anchor(ret, "algorithm", algorithms[i], algorithms[i], SHA256, 32);
    add_anchor(ret, "algorithm", NEVER_ASSIGNED, NEVER_ASSIGNED, SHA256, 32);
    for (unsigned i = 0; i < sizeof digests / sizeof *digests; i++)
        add_anchor(ret, "digest", digests[i].number, RSASHA256, digests[i].number,
                   digests[i].octets);
    add_anchor(ret, "digest", NEVER_ASSIGNED, RSASHA256, NEVER_ASSIGNED, 32);
}

static bool refused(const char *output, const char *what, unsigned number)
{
    char anchor[64];
    snprintf(anchor, sizeof anchor, "trust anchor %s-%u.invalid. ", what, number);
    return strstr(output, anchor) != NULL;
}

static void add_number(char ret[UNBOUND_ALGORITHMS_MAX], unsigned number)
{
    size_t length = strlen(ret);
    snprintf(ret + length, UNBOUND_ALGORITHMS_MAX - length, "%s%u", length > 0 ? "," : "", number);
}

bool unbound_algorithms_read(const char *output, struct unbound_algorithms *ret)
{
    *ret = (struct unbound_algorithms){0};
    for (unsigned i = 0; i < sizeof algorithms; i++) {
        if (refused(output, "algorithm", algorithms[i]))
            add_number(ret->algorithms, algorithms[i]);
    }
    for (unsigned i = 0; i < sizeof digests / sizeof *digests; i++) {
        if (refused(output, "digest", digests[i].number))
            add_number(ret->digests, digests[i].number);
    }
    if (ret->algorithms[0] == '\0')
        snprintf(ret->algorithms, sizeof ret->algorithms, "none");
    if (ret->digests[0] == '\0')
        snprintf(ret->digests, sizeof ret->digests, "none");
    return refused(output, "algorithm", NEVER_ASSIGNED) &&
           refused(output, "digest", NEVER_ASSIGNED) && !refused(output, "algorithm", RSASHA256) &&
           !refused(output, "digest", SHA256);
}
