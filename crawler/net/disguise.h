/* disguise.h - questions for names that c-ares will not send.
 *
 * c-ares 1.34 refuses to ask for a name with an octet that is no letter, digit,
 * hyphen or underscore (ARES_EBADNAME), but MX records name such hosts, and they
 * must be asked for (RFC 2181 s11: the DNS has no such rule).  So c-ares is given
 * a name of the same form with an `x` for each such octet; the lane puts the true
 * name into the datagrams that go out, and the other into those that come in.
 * Both are as long, so nothing else of a message moves; names in an answer that
 * point to the question's (RFC 1035 s4.1.4) follow it.
 *
 * Messages here have their question behind the header, uncompressed.
 */
#ifndef MXSURVEY_NET_DISGUISE_H
#define MXSURVEY_NET_DISGUISE_H

#include "crawler/core/name.h"

bool disguise_is_needed(const struct name *name);

/* Is this message's question for the name, whatever the case of its letters? */
bool disguise_fits(const uint8_t *message, size_t size, const struct name *name);

void disguise_put_on(uint8_t *message, const struct name *name);
void disguise_take_off(uint8_t *message, const struct name *name);

#endif
