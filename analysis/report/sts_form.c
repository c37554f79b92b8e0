/* What the report's text and its page say of MTA-STS and TLSRPT. */
#include <string.h>

#include "analysis/report/form.h"

const char *const STS_RECORD_MEANINGS[STS_RECORD_FAILED + 1] = {
    [STS_RECORD_NONE] = "none",
    [STS_RECORD_VALID] = "valid: one valid record, the policy was asked for",
    [STS_RECORD_MULTIPLE] = "multiple: several records count as none",
    [STS_RECORD_INVALID] = "invalid: not as RFC 8461 section 3.1 says",
    [STS_RECORD_FAILED] = "failed: the lookup failed",
};

const char *const STS_DETAIL_MEANINGS[STS_DETAIL_SPECIAL_ADDRESS + 1] = {
    [STS_DETAIL_DNS] = "dns: no address of the policy's host",
    [STS_DETAIL_CONNECT] = "connect: no connection, or one that broke off",
    [STS_DETAIL_TLS] = "tls: the certificate is not valid for the name, or no TLS session",
    [STS_DETAIL_TIMEOUT] = "timeout: not in time",
    [STS_DETAIL_HTTP_STATUS] = "http_status: another than 200, redirects among them",
    [STS_DETAIL_TOO_LARGE] = "too_large: over 65,536 octets",
    [STS_DETAIL_SPECIAL_ADDRESS] = "special_address: private addresses and the like only",
};

const char *const STS_FAULT_MEANINGS[STS_FAULT_COUNT] = {
    [FAULT_NO_VERSION] = "no version",
    [FAULT_NO_MODE] = "no mode",
    [FAULT_NO_MAX_AGE] = "no max_age",
    [FAULT_NO_MX] = "no mx",
    [FAULT_LINE] = "a line that is not as RFC 8461 section 3.2 says",
};

const char *const STS_CNAME_EFFECT_MEANINGS[STS_CNAME_NEITHER + 1] = {
    [STS_CNAME_SAME] = "same: every alias matches by its name and by its target",
    [STS_CNAME_NAME_ONLY] = "name_only: refused by senders that match the target",
    [STS_CNAME_TARGET_ONLY] = "target_only: refused by senders that follow RFC 8461",
    [STS_CNAME_MIXED] = "mixed: exchanges of both kinds",
    [STS_CNAME_NEITHER] = "neither: an alias matches in no way, refused by all",
};

const char *const TLSRPT_MEANINGS[TLSRPT_FAILED + 1] = {
    [TLSRPT_NONE] = "none: no reports wanted",
    [TLSRPT_VALID] = "valid",
    [TLSRPT_MULTIPLE] = "multiple: several records count as none",
    [TLSRPT_INVALID] = "invalid",
    [TLSRPT_FAILED] = "failed: the lookup failed",
};

const char STS_TESTING_NOTE[] =
    "A policy of mode testing refuses nothing: senders report what it would refuse.";

const char *sts_not_asked_text(const struct report *report)
{
    const char *setting = report_info(report, "setting.sts");
    return setting != NULL && strcmp(setting, "on") == 0
               ? "No domain was asked: none has a mail host."
               : "Not asked: a survey without MTA-STS lookups.";
}

const char *sts_media_type_text(const struct sts_report *sts, char ret[SENTENCE_MAX])
{
    char count[NUMBER_MAX], of[NUMBER_MAX];
    *ret = '\0';
    if (sts->valid > 0)
        snprintf(ret, SENTENCE_MAX,
                 "Of %s valid policies %s came with a media type other than text/plain, or with "
                 "none: some senders refuse these (RFC 8461 s3.2).",
                 text_count(sts->valid, of), text_count(sts->not_plain, count));
    return ret;
}

const char *sts_refused_text(const struct report *report, char ret[SENTENCE_MAX])
{
    const struct cluster_share *enforce = &report->estimates[STS_REFUSED_ENFORCE].cluster;
    const struct cluster_share *testing = &report->estimates[STS_REFUSED_TESTING].cluster;
    uint64_t by_name = sts_refused_by_name(&report->sts).domains;
    uint64_t all = sts_over_aliases(&report->sts).domains, judged = enforce->of + testing->of;
    uint64_t by_target = enforce->count + testing->count;
    char count[NUMBER_MAX], of[NUMBER_MAX], share[NUMBER_MAX];
    char other[NUMBER_MAX], other_share[NUMBER_MAX];
    *ret = '\0';
    if (judged == 0 || all == 0)
        return ret;
    snprintf(ret, SENTENCE_MAX,
             "Senders that match the alias's target refuse an exchange of %s of %s such domains, "
             "%s: name_only and mixed. Senders that follow RFC 8461, which knows no targets, "
             "refuse one of %s, %s: target_only and mixed. Both refuse one of those that are "
             "neither.",
             text_count(by_target, count), text_count(judged, of),
             text_percent((double)by_target / (double)judged, 1, share), text_count(by_name, other),
             text_percent((double)by_name / (double)all, 1, other_share));
    return ret;
}
