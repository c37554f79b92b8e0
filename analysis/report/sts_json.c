#include "analysis/report/sts_json.h"

#include "analysis/document/json_form.h"

#define WORD_TEXT(constant, word) word,

/* Lists of words, by the enums' numbers */
static const char *const sts_words[] = {NULL, STS_WORDS(WORD_TEXT)};
static const char *const records[] = {NULL, STS_RECORD_OUTCOME_WORDS(WORD_TEXT)};
static const char *const details[] = {NULL, STS_DETAIL_WORDS(WORD_TEXT)};
static const char *const tlsrpt_words[] = {NULL, TLSRPT_WORDS(WORD_TEXT)};
static const char *const effects[] = {NULL, STS_CNAME_EFFECT_WORDS(WORD_TEXT)};

/* An object of the words from first to last, each with its count */
static json_t *counts_json(const char *const words[], const uint64_t counts[], int first, int last)
{
    json_t *object = json_object();
    for (int i = first; i <= last; i++)
        object = json_with_member(object, words[i], count_json(counts[i]));
    return object;
}

static json_t *pair_json(struct sts_count count)
{
    return json_pack("{s:I, s:I}", "domains", (json_int_t)count.domains, "enforced",
                     (json_int_t)count.enforced);
}

static json_t *effects_json(const struct sts_report *sts)
{
    json_t *object = json_object();
    for (int i = 1; i <= STS_CNAME_NEITHER; i++)
        object = json_with_member(object, effects[i], pair_json(sts->effects[i]));
    return object;
}

static json_t *matches_json(const struct sts_report *sts)
{
    return json_pack("{s:o, s:o, s:o}", "of", pair_json(sts->matched), "one_unmatched",
                     pair_json(sts->odd), "none_matched", pair_json(sts->shut));
}

static json_t *aliases_json(const struct sts_report *sts)
{
    return json_pack("{s:o, s:o, s:o, s:o}", "of", pair_json(sts_over_aliases(sts)), "effects",
                     effects_json(sts), "refused_by_target_matching",
                     pair_json(sts_refused_by_target(sts)), "refused_by_name_matching",
                     pair_json(sts_refused_by_name(sts)));
}

static json_t *media_types_json(const struct sts_report *sts)
{
    return json_pack("{s:I, s:I}", "of", (json_int_t)sts->valid, "not_text_plain",
                     (json_int_t)sts->not_plain);
}

json_t *sts_json(const struct sts_report *sts)
{
    if (!sts->asked)
        return json_null();
    /* json_pack() gives NULL, and frees what it got, where any part is NULL */
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "domains",
        counts_json(sts_words, sts->domains, 1, STS_FAILED), "records",
        counts_json(records, sts->records, 1, STS_RECORD_FAILED), "fetch_errors",
        counts_json(details, sts->fetch, 1, STS_DETAIL_SPECIAL_ADDRESS), "policy_faults",
        counts_json(STS_FAULT_WORDS, sts->faults, 0, STS_FAULT_COUNT - 1), "media_types",
        media_types_json(sts), "mx_records", matches_json(sts), "aliases", aliases_json(sts),
        "tlsrpt", counts_json(tlsrpt_words, sts->tlsrpt, 1, TLSRPT_FAILED));
}
