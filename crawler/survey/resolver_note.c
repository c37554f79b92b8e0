#include "crawler/survey/resolver_note.h"

#include "crawler/net/resolver/ask.h"
#include "crawler/survey/versions.h"

#include <stdio.h>
#include <string.h>
#include <uv.h>

enum {
    VERSION_MS = 500, /* for the versions of all resolvers */
};

struct noting {
    struct store *store;
    const struct settings *settings;
    struct error *error;
};

static int note(struct noting *noting, const char *key, const char *value)
{
    return store_set_info(noting->store, key, value, noting->error);
}

static int note_known(struct noting *noting, const char *key, const char *value)
{
    return *value != '\0' ? note(noting, key, value) : 0;
}

static int note_setting(struct noting *noting, const char *key, const char *value,
                        const char *without)
{
    return note(noting, key, value != NULL ? value : without);
}

/* RFC 9904: operators decide which algorithms they still take; RFC 9276 s3.2: and how many
 * NSEC3 iterations. */
static int note_policy(struct noting *noting, const struct unbound *unbound)
{
    const struct unbound_algorithms *refused = unbound_refused(unbound);
    struct unbound_validation validation;
    if (refused != NULL && (note(noting, "resolver_algorithms_refused", refused->algorithms) != 0 ||
                            note(noting, "resolver_digests_refused", refused->digests) != 0))
        return -1;
    if (unbound_validation(unbound, &validation) &&
        (note_known(noting, "resolver_nsec3_iterations", validation.nsec3_iterations) != 0 ||
         note_known(noting, "resolver_validation", validation.options) != 0))
        return -1;
    return note(noting, "resolver_policy", unbound_policy(unbound));
}

static int note_unbound(struct noting *noting, const struct unbound *unbound)
{
    const struct settings *settings = noting->settings;
    if (note(noting, "resolver", "private Unbound") != 0 ||
        note_setting(noting, "setting.root_hints", settings->root_hints, "the Internet's") != 0 ||
        note_setting(noting, "setting.trust_anchor", settings->trust_anchor, "the Internet's") !=
            0 ||
        note_setting(noting, "setting.unbound_include", settings->unbound_include, "none") != 0 ||
        versions_add(noting->store, "resolver_version", unbound_version(unbound), noting->error) !=
            0 ||
        note(noting, "resolver_libraries", unbound_libraries(unbound)) != 0)
        return -1;
    char user[UNBOUND_PLACE_MAX], confinement[UNBOUND_PLACE_MAX];
    unbound_place(unbound, user, confinement);
    if (note(noting, "resolver_user", user) != 0 ||
        note(noting, "resolver_confinement", confinement) != 0)
        return -1;
    return note_policy(noting, unbound);
}

/* What they say they are, in their order, which may be nothing.  Each has its share of the
 * time that is left: one that is mute does not hide the others. */
static int note_versions(struct noting *noting)
{
    const struct settings *settings = noting->settings;
    char text[RESOLVERS_MAX * (ASK_VERSION_MAX + 2)] = "", version[ASK_VERSION_MAX];
    size_t length = 0;
    unsigned told = 0;
    const uint64_t end = uv_hrtime() / 1000000 + VERSION_MS;
    for (unsigned i = 0; i < settings->resolver_count; i++) {
        const struct sockaddr *resolver = (const struct sockaddr *)&settings->resolvers[i];
        uint64_t now = uv_hrtime() / 1000000;
        unsigned share = now < end ? (unsigned)(end - now) / (settings->resolver_count - i) : 0;
        bool tells = share > 0 && ask_version(resolver, share, version);
        told += tells;
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%s", i > 0 ? "; " : "",
                                   tells ? version : "not told");
    }
    return told > 0 ? versions_add(noting->store, "resolver_version", text, noting->error) : 0;
}

static int note_given(struct noting *noting)
{
    const struct settings *settings = noting->settings;
    char resolvers[1024] = "";
    size_t length = 0;
    for (unsigned i = 0; i < settings->resolver_count && length < sizeof resolvers; i++)
        length += (size_t)snprintf(resolvers + length, sizeof resolvers - length, "%s%s",
                                   i > 0 ? " " : "", settings->resolver_texts[i]);
    return note(noting, "resolver", resolvers) == 0 ? note_versions(noting) : -1;
}

int resolver_note(struct store *store, const struct settings *settings,
                  const struct unbound *unbound, struct error *error)
{
    struct noting noting = {store, settings, error};
    return unbound != NULL ? note_unbound(&noting, unbound) : note_given(&noting);
}
