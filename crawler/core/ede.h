/* ede.h - extended DNS errors (RFC 8914): the codes of a lookup, their names, and whose they are.
 */
#ifndef MXSURVEY_CORE_EDE_H
#define MXSURVEY_CORE_EDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    EDE_MAX = 16, /* different codes kept of one lookup */
    EDE_TEXT_MAX = EDE_MAX * 6 + 1,
};

/* Codes: ascending, each once. */
struct ede {
    uint8_t count;
    uint16_t codes[EDE_MAX];
};
void ede_add(struct ede *ede, uint16_t code); /* further ones than EDE_MAX are left out */
void ede_merge(struct ede *ede, const struct ede *other);
bool ede_has(const struct ede *ede, uint16_t code);

size_t ede_to_text(const struct ede *ede, char ret[EDE_TEXT_MAX]); /* "6,9"; "" without any */
void ede_from_text(const char *text, struct ede *ret); /* what ede_to_text() wrote; NULL: none */

enum {
    EDE_NEGATIVE_TRUST_ANCHOR = 33, /* IANA, Extended DNS Error Codes; RFC 7646 */
};

/* What a code speaks of. */
enum ede_class {
    EDE_OF_DOMAIN, /* the domain: its zones, signatures, name servers, or the way to them */
    EDE_OF_POLICY, /* the resolver's own policy made this answer: it says nothing of the domain */
    EDE_OF_PACE,   /* the resolver was asked too fast */
    EDE_OF_REST,   /* neither: the resolver's state or cache, or a code that says no more */
};
enum ede_class ede_class(unsigned code);
const char *ede_class_word(enum ede_class class); /* "domain", "policy", "pace", "rest" */

/* The registered name of a code; NULL for others. */
const char *ede_name(unsigned code);

#endif
