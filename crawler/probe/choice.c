#include "crawler/probe/choice.h"

#include "crawler/probe/schedule.h"

static bool also_prefix(void *context, const char *line)
{
    return prefixes_add(context, line);
}

int choice_exclude(struct choice *choice, const char *path, struct error *error)
{
    return exclude_load_with(path, also_prefix, &choice->prefixes, &choice->exclude, error);
}

void choice_done(struct choice *choice)
{
    exclude_free(choice->exclude);
    prefixes_done(&choice->prefixes);
}

static bool has_opted_out(const struct choice *choice, const struct probes_host *host)
{
    return choice->exclude != NULL &&
           (exclude_has(choice->exclude, &host->name) ||
            (host->has_target && exclude_has(choice->exclude, &host->target)));
}

static bool may_be_met(const struct choice *choice, const struct probes_address *address)
{
    return (choice->family == 0 || choice->family == address->family) &&
           (choice->allow_special || !address->special) &&
           !prefixes_have(&choice->prefixes, address->family, address->octets);
}

unsigned choice_addresses(const struct choice *choice, const struct probes_host *host,
                          struct probes_address ret[CHOICE_ADDRESSES_MAX])
{
    unsigned count = 0;
    if (has_opted_out(choice, host))
        return 0;
    for (unsigned i = 0; i < host->address_count && count < CHOICE_ADDRESSES_MAX; i++) {
        if (may_be_met(choice, &host->addresses[i]))
            ret[count++] = host->addresses[i];
    }
    return count;
}

int64_t choice_due(const struct probes_candidate *candidate, int64_t again_s, int64_t now,
                   bool *ret_once_more)
{
    int64_t hour_later = candidate->probed_at + SCHEDULE_AGAIN_S;
    *ret_once_more = false;
    if (candidate->outcome == PROBE_NOT_MET)
        return 0;
    if (again_s > 0 && candidate->probed_at + again_s <= now)
        return 0;
    if (candidate->outcome != PROBE_GREETING_4XX || candidate->meetings != 1)
        return DUE_NEVER;
    *ret_once_more = true;
    return hour_later <= now ? 0 : hour_later;
}
