#include "crawler/core/chain.h"

#include "crawler/core/wire.h"

#include <string.h>

static void copy_name(struct name *to, const struct name *from)
{
    memcpy(to, from, NAME_SIZE(from->length));
}

static void read_alias(const struct alias_records *records, unsigned i, struct wire_record *ret)
{
    struct wire wire = {
        .bytes = records->message,
        .offset = records->offsets[i],
        .end = records->size,
    };
    wire_record_again(&wire, ret);
}

static bool find_cname(const struct alias_records *records, const struct name *owner,
                       bool *ret_multiple, struct hop *ret)
{
    bool found = false;
    for (unsigned i = 0; i < records->count; i++) {
        struct wire_record record;
        struct name target;
        read_alias(records, i, &record);
        if (record.type != TYPE_CNAME || !wire_name_is(records->message, record.owner, owner))
            continue;
        wire_name(&record.data, &target);
        if (found && !name_equal(&target, &ret->target))
            *ret_multiple = true;
        if (!found || name_comes_before(&target, &ret->target) != records->last) {
            copy_name(&ret->target, &target);
            ret->ttl = wire_ttl(&record);
        }
        found = true;
    }
    return found;
}

/* RFC 6672 s2.2: the part of name below owner, put before target.  false: name is
 * not below owner, or there is no room. */
static bool substitute(const struct name *name, const struct name *owner, const struct name *target,
                       struct name *ret)
{
    if (name->length <= owner->length || !name_at_or_below(name, owner))
        return false;
    unsigned below = name->length - owner->length;
    if (below + target->length > NAME_WIRE_MAX)
        return false;
    memcpy(ret->wire, name->wire, below);
    memcpy(ret->wire + below, target->wire, target->length);
    ret->length = (uint8_t)(below + target->length);
    return true;
}

/* false: no DNAME */
static bool read_dname(const struct alias_records *records, unsigned i, struct name *ret_owner,
                       struct hop *ret)
{
    struct wire_record record;
    read_alias(records, i, &record);
    if (record.type != TYPE_DNAME)
        return false;
    struct wire wire = {.bytes = records->message, .offset = record.owner, .end = records->size};
    wire_name(&wire, ret_owner);
    wire_name(&record.data, &ret->target);
    ret->ttl = wire_ttl(&record);
    return true;
}

/* The DNAME that makes an alias of name (of `wanted`, unless NULL): the one with
 * the closest owner, of several there the one that gives the first in wire order. */
static bool find_dname(const struct alias_records *records, const struct name *name,
                       const struct name *wanted, struct name *ret_owner, struct hop *ret)
{
    bool found = false;
    for (unsigned i = 0; i < records->count; i++) {
        struct name owner, made;
        struct hop dname;
        if (!read_dname(records, i, &owner, &dname) ||
            !substitute(name, &owner, &dname.target, &made))
            continue;
        if (wanted != NULL && !name_equal(&made, wanted))
            continue;
        if (found &&
            (owner.length < ret_owner->length ||
             (owner.length == ret_owner->length && !name_comes_before(&made, &ret->target))))
            continue;
        copy_name(ret_owner, &owner);
        copy_name(&ret->target, &made);
        ret->ttl = dname.ttl;
        found = true;
    }
    return found;
}

/* The closest DNAME above name that makes no name of it, for want of room; its length is 0 where
 * there is none. */
static void find_overflow(const struct alias_records *records, const struct name *name,
                          struct name *ret_owner)
{
    ret_owner->length = 0;
    for (unsigned i = 0; i < records->count; i++) {
        struct name owner, made;
        struct hop dname;
        if (read_dname(records, i, &owner, &dname) && name->length > owner.length &&
            name_at_or_below(name, &owner) && !substitute(name, &owner, &dname.target, &made) &&
            owner.length > ret_owner->length)
            copy_name(ret_owner, &owner);
    }
}

static bool find_hop(const struct alias_records *records, const struct name *name,
                     bool *ret_multiple, struct name *ret_dname_owner, struct hop *ret)
{
    struct hop made;
    if (find_cname(records, name, ret_multiple, ret)) {
        bool is_made = find_dname(records, name, &ret->target, ret_dname_owner, &made);
        ret->kind = is_made ? ALIAS_DNAME : ALIAS_CNAME;
        return true;
    }
    ret->kind = ALIAS_DNAME;
    return find_dname(records, name, NULL, ret_dname_owner, ret);
}

static bool met_before(const struct chain *chain, const struct name *from, unsigned hop)
{
    const struct name *target = &chain->hops[hop].target;
    if (name_equal(target, from))
        return true;
    for (unsigned i = 0; i < hop; i++) {
        if (name_equal(target, &chain->hops[i].target))
            return true;
    }
    return false;
}

void chain_walk(const struct alias_records *records, const struct name *from, unsigned limit,
                struct chain *ret, struct name *ret_end)
{
    struct name dname_owner;
    const struct name *at = from;
    ret->count = 0;
    ret->loop = ret->multiple = false;
    while (ret->count < limit && !ret->loop) {
        struct hop *hop = &ret->hops[ret->count];
        if (!find_hop(records, at, &ret->multiple, &dname_owner, hop))
            break;
        if (ret->count == 0 && hop->kind == ALIAS_DNAME)
            copy_name(&ret->dname_owner, &dname_owner);
        ret->loop = met_before(ret, from, ret->count);
        at = &hop->target;
        ret->count++;
    }
    copy_name(ret_end, at);
    if (ret->count == 0)
        find_overflow(records, from, &ret->dname_owner);
    if (ret->count < HOPS_MAX || ret->loop)
        return;
    /* Too long to be kept, but the records at its end are still those of the
     * answer.  As far again; who goes on beyond (or in a circle) has none. */
    for (unsigned further = 0; further < HOPS_MAX; further++) {
        struct hop hop;
        bool multiple = false;
        if (!find_hop(records, ret_end, &multiple, &dname_owner, &hop))
            return;
        copy_name(ret_end, &hop.target);
    }
}
