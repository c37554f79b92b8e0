/* MTA-STS and TLSRPT as text. */
#include <string.h>

#include "analysis/report_text.h"
#include "analysis/text_form.h"

static void say(struct printer *printer, const char *text)
{
    fputc('\n', printer->out);
    printer->failed |= text_print(printer->out, 2, "%s", text);
}

static void print_domains(struct printer *printer)
{
    static const char *const meanings[STS_FAILED + 1] = {
        [STS_NONE] = "none: no policy announced",
        [STS_ENFORCE] = "enforce: senders refuse hosts that the policy does not name",
        [STS_TESTING] = "testing: they report them and deliver",
        [STS_OFF] = "off: a policy of mode none",
        [STS_INVALID_RECORD] = "invalid record, or several",
        [STS_INVALID_POLICY] = "invalid policy",
        [STS_UNAVAILABLE] = "unavailable: the policy could not be fetched",
        [STS_FAILED] = "failed: the DNS lookup failed",
    };
    for (int i = 1; i <= STS_FAILED; i++)
        print_line(printer, printer->report->sts.domains[i], meanings[i]);
}

static void print_records(struct printer *printer)
{
    static const char *const meanings[STS_RECORD_FAILED + 1] = {
        [STS_RECORD_NONE] = "none",
        [STS_RECORD_VALID] = "valid: one valid record, the policy was asked for",
        [STS_RECORD_MULTIPLE] = "multiple: several records count as none",
        [STS_RECORD_INVALID] = "invalid: not as RFC 8461 section 3.1 says",
        [STS_RECORD_FAILED] = "failed: the lookup failed",
    };
    text_heading(printer->out, "MTA-STS records, by domains");
    for (int i = 1; i <= STS_RECORD_FAILED; i++)
        print_line(printer, printer->report->sts.records[i], meanings[i]);
}

static void print_policies(struct printer *printer)
{
    static const char *const details[STS_DETAIL_SPECIAL_ADDRESS + 1] = {
        [STS_DETAIL_DNS] = "dns: no address of the policy's host",
        [STS_DETAIL_CONNECT] = "connect: no connection, or one that broke off",
        [STS_DETAIL_TLS] = "tls: the certificate is not valid for the name, or no TLS session",
        [STS_DETAIL_TIMEOUT] = "timeout: not in time",
        [STS_DETAIL_HTTP_STATUS] = "http_status: another than 200, redirects among them",
        [STS_DETAIL_TOO_LARGE] = "too_large: over 65,536 octets",
        [STS_DETAIL_SPECIAL_ADDRESS] = "special_address: private addresses and the like only",
    };
    static const char *const faults[STS_FAULT_COUNT] = {
        [FAULT_NO_VERSION] = "no version",
        [FAULT_NO_MODE] = "no mode",
        [FAULT_NO_MAX_AGE] = "no max_age",
        [FAULT_NO_MX] = "no mx",
        [FAULT_LINE] = "a line that is not as RFC 8461 section 3.2 says",
    };
    const struct sts_report *sts = &printer->report->sts;
    text_heading(printer->out, "MTA-STS policies that could not be fetched, by domains");
    for (int i = 1; i <= STS_DETAIL_SPECIAL_ADDRESS; i++)
        print_line(printer, sts->fetch[i], details[i]);
    text_heading(printer->out, "MTA-STS policies at fault, by domains");
    for (int i = 0; i < STS_FAULT_COUNT; i++)
        print_line(printer, sts->faults[i], faults[i]);
}

static void print_pair(struct printer *printer, struct sts_count count, const char *text)
{
    char domains[NUMBER_MAX], enforced[NUMBER_MAX];
    int column = fprintf(printer->out, "  %14s  %14s  ", text_count(count.domains, domains),
                         text_count(count.enforced, enforced));
    printer->failed |= text_wrap(printer->out, column, 34, text);
}

static void print_pair_head(struct printer *printer, const char *title)
{
    text_heading(printer->out, title);
    fprintf(printer->out, "  %14s  %14s\n", "domains", "mode enforce");
}

static void print_matches(struct printer *printer)
{
    const struct sts_report *sts = &printer->report->sts;
    print_pair_head(printer, "MTA-STS policies and the names of MX records (RFC 8461 s4.1)");
    print_pair(printer, sts->matched,
               "domains with a policy to enforce or to test, and MX records");
    print_pair(printer, sts->odd, "at odds: at least one exchange does not match");
    print_pair(printer, sts->shut, "of these, none matches: no mail from senders with MTA-STS");
}

/* The estimate beside its table */
static void print_refused(struct printer *printer)
{
    const struct sts_report *sts = &printer->report->sts;
    const struct estimate *estimate = &printer->report->estimates[STS_REFUSED_BY_TARGET_MATCHING];
    struct sts_count by_name = sts_refused_by_name(sts);
    uint64_t all = sts_over_aliases(sts).domains;
    char count[NUMBER_MAX], of[NUMBER_MAX], share[NUMBER_MAX], wilson[NUMBER_MAX];
    char cluster[NUMBER_MAX];
    if (!estimate->has_share || all == 0)
        return;
    int decimals = text_decimals(estimate->wilson95);
    if (estimate->has_cluster)
        text_range(estimate->cluster.logit95, decimals, cluster);
    else
        strcpy(cluster, "not defined");
    fputc('\n', printer->out);
    printer->failed |= text_print(
        printer->out, 2,
        "Senders that match the alias's target refuse an exchange of %s of %s such domains, %s (95 "
        "%% interval %s; clustered by provider %s): name_only and mixed.",
        text_count(estimate->sums.count, count), text_count(estimate->sums.of, of),
        text_percent(estimate->share, decimals, share),
        text_range(estimate->wilson95, decimals, wilson), cluster);
    printer->failed |= text_print(
        printer->out, 2,
        "Senders that follow RFC 8461, which knows no targets, refuse one of %s of %s, %s: "
        "target_only and mixed.",
        text_count(by_name.domains, count), text_count(all, of),
        text_percent((double)by_name.domains / (double)all, decimals, share));
}

static void print_effects(struct printer *printer)
{
    static const char *const meanings[STS_CNAME_NEITHER + 1] = {
        [STS_CNAME_SAME] = "same: every alias matches by its name and by its target",
        [STS_CNAME_NAME_ONLY] = "name_only: refused by senders that match the target",
        [STS_CNAME_TARGET_ONLY] = "target_only: refused by senders that follow RFC 8461",
        [STS_CNAME_MIXED] = "mixed: exchanges of both kinds",
        [STS_CNAME_NEITHER] = "neither: an alias matches in no way, refused by all",
    };
    const struct sts_report *sts = &printer->report->sts;
    print_pair_head(printer, "MTA-STS policies over CNAME exchanges");
    for (int i = 1; i <= STS_CNAME_NEITHER; i++)
        print_pair(printer, sts->effects[i], meanings[i]);
    print_pair(printer, sts_over_aliases(sts), "domains with such a policy, together");
    print_refused(printer);
    say(printer, "A policy of mode testing refuses nothing: senders report what it would refuse.");
}

static void print_tlsrpt(struct printer *printer)
{
    static const char *const meanings[TLSRPT_FAILED + 1] = {
        [TLSRPT_NONE] = "none: no reports wanted",
        [TLSRPT_VALID] = "valid",
        [TLSRPT_MULTIPLE] = "multiple: several records count as none",
        [TLSRPT_INVALID] = "invalid",
        [TLSRPT_FAILED] = "failed: the lookup failed",
    };
    text_heading(printer->out, "TLSRPT records (RFC 8460), by domains with a mail host");
    for (int i = 1; i <= TLSRPT_FAILED; i++)
        print_line(printer, printer->report->sts.tlsrpt[i], meanings[i]);
}

void print_sts(struct printer *printer)
{
    text_heading(printer->out, "MTA-STS (RFC 8461), by domains with a mail host");
    if (!printer->report->sts.asked) {
        const char *setting = report_info(printer->report, "setting.sts");
        bool on = setting != NULL && strcmp(setting, "on") == 0;
        printer->failed |= text_print(printer->out, 2, "%s",
                                      on ? "No domain was asked: none has a mail host."
                                         : "Not asked: a survey without MTA-STS lookups.");
        return;
    }
    print_domains(printer);
    print_records(printer);
    print_policies(printer);
    print_matches(printer);
    print_effects(printer);
    print_tlsrpt(printer);
}
