#include "crawler/net/policy/silence.h"

#include <string.h>
#include <xxhash.h>

void silences_init(struct silences *silences, uint64_t seed)
{
    memset(silences, 0, sizeof *silences);
    silences->seed = seed;
}

void silences_forget(struct silences *silences)
{
    memset(silences->places, 0, sizeof silences->places);
}

static unsigned place_of(const struct silences *silences, const struct server_address *address)
{
    return XXH3_64bits_withSeed(address, sizeof *address, silences->seed) % SILENCE_PLACES;
}

static bool is_of(const struct silence *silence, const struct server_address *address)
{
    return memcmp(&silence->address, address, sizeof *address) == 0;
}

bool silence_timed_out(struct silences *silences, const struct server_address *address,
                       bool connected, uint64_t until_ms)
{
    struct silence *silence = &silences->places[place_of(silences, address)];
    if (!is_of(silence, address))
        *silence = (struct silence){.address = *address};
    if (!connected)
        silence->timeouts = SILENCE_MAX;
    else if (silence->timeouts < SILENCE_MAX)
        silence->timeouts++;
    silence->until_ms = until_ms;
    return silence->timeouts == SILENCE_MAX;
}

void silence_broken(struct silences *silences, const struct server_address *address)
{
    struct silence *silence = &silences->places[place_of(silences, address)];
    if (is_of(silence, address))
        *silence = (struct silence){0};
}

bool silence_holds(const struct silences *silences, const struct server_address *address,
                   uint64_t now_ms)
{
    const struct silence *silence = &silences->places[place_of(silences, address)];
    return is_of(silence, address) && silence->timeouts == SILENCE_MAX &&
           now_ms < silence->until_ms;
}
