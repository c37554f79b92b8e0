#include "crawler/survey/identity.h"

#include "crawler/survey/digest.h"

#include <inttypes.h>
#include <stdio.h>

static int identify_file(struct identity *ret, struct identity kind, const char *path,
                         struct error *error)
{
    *ret = kind;
    return path != NULL ? digest_file(path, ret->value, error) : 0;
}

static void identify_sample(const struct settings *settings, struct identity ret[4])
{
    static const char *const strata[] = {"none", "suffix", "rank", "stratum"};
    static const char *const allocations[] = {"proportional", "equal", ""};
    ret[0] = (struct identity){"setting.list_stratum", "--list-stratum", "", false};
    snprintf(ret[0].value, sizeof ret[0].value, "%s",
             settings->list_stratum != NULL ? settings->list_stratum : "");
    ret[1] = (struct identity){"setting.sample", "--sample", "", false};
    snprintf(ret[1].value, sizeof ret[1].value, "%" PRIu64, settings->sample);
    ret[2] = (struct identity){"setting.sample_by", "--by", "", false};
    snprintf(ret[2].value, sizeof ret[2].value, "%s", strata[settings->sample_by]);
    ret[3] = (struct identity){"setting.sample_allocate", "--allocate", "none", false};
    if (settings->sample > 0)
        snprintf(ret[3].value, sizeof ret[3].value, "%s", allocations[settings->sample_allocation]);
}

static int identify_files_of_resolver(const struct settings *settings, struct identity ret[3],
                                      struct error *error)
{
    static const struct identity hints = {"setting.root_hints_sha256", "--root-hints", "none",
                                          true};
    static const struct identity anchor = {"setting.trust_anchor_sha256", "--trust-anchor", "none",
                                           true};
    static const struct identity include = {"setting.unbound_include_sha256", "--unbound-include",
                                            "none", true};
    if (identify_file(&ret[0], hints, settings->root_hints, error) != 0 ||
        identify_file(&ret[1], anchor, settings->trust_anchor, error) != 0)
        return -1;
    return identify_file(&ret[2], include, settings->unbound_include, error);
}

void identity_list_key(char ret[IDENTITY_KEY_MAX], unsigned list, const char *what)
{
    snprintf(ret, IDENTITY_KEY_MAX, "list.%u.%s", list + 1, what);
}

int identify(const struct settings *settings, const struct exclude *exclude,
             struct identity ret[IDENTITY_COUNT], struct error *error)
{
    static const char *const formats[] = {"auto", "plain", "csv", "zone"};
    ret[0] = (struct identity){"setting.list_format", "--list-format", "", false};
    snprintf(ret[0].value, sizeof ret[0].value, "%s", formats[settings->list_format]);
    ret[1] = (struct identity){"setting.list_column", "--list-column", "", false};
    snprintf(ret[1].value, sizeof ret[1].value, "%s",
             settings->list_column != NULL ? settings->list_column : "");
    ret[2] = (struct identity){"setting.shard", "--shard", "", false};
    snprintf(ret[2].value, sizeof ret[2].value, "%u/%u", settings->shard, settings->shards);
    ret[3] = (struct identity){"setting.limit", "--limit", "", false};
    snprintf(ret[3].value, sizeof ret[3].value, "%" PRIu64, settings->limit);
    ret[4] = (struct identity){SHUFFLE_KEY, "--shuffle", "long lists", false};
    if (settings->shuffle == SHUFFLE_NEVER)
        snprintf(ret[4].value, sizeof ret[4].value, "off");
    else if (settings->shuffle == SHUFFLE_SEED)
        snprintf(ret[4].value, sizeof ret[4].value, "%" PRIu64, settings->shuffle_seed);
    ret[5] = (struct identity){EXCLUDE_KEY, "--exclude", "", false};
    snprintf(ret[5].value, sizeof ret[5].value, "%s",
             exclude != NULL ? exclude_sha256(exclude) : "none");
    ret[6] = (struct identity){"setting.believe_ad", "--trust-ad or the resolver", "", true};
    snprintf(ret[6].value, sizeof ret[6].value, "%d", settings_believe_ad(settings));
    ret[7] = (struct identity){"setting.tlsa", "--tlsa", "", true};
    snprintf(ret[7].value, sizeof ret[7].value, "%s",
             settings->tlsa_policy == TLSA_ALL ? "all" : "secure");
    ret[8] = (struct identity){"setting.sts", "--sts", "", true};
    snprintf(ret[8].value, sizeof ret[8].value, "%s", settings->sts ? "on" : "off");
    ret[9] =
        (struct identity){"setting.allow_special_addresses", "--allow-special-addresses", "", true};
    snprintf(ret[9].value, sizeof ret[9].value, "%d", settings->allow_special_addresses);
    identify_sample(settings, ret + 10);
    if (settings->sample_sizes != NULL &&
        identify_file(&ret[13], ret[13], settings->sample_sizes, error) != 0)
        return -1;
    return identify_files_of_resolver(settings, ret + 14, error);
}
