-- Every domain.  In this order: columns in analysis/collect_domains.c.
SELECT domain, rank, suffix, mx_outcome, failure, ede, dnssec, mx_count, cname_mx_count, provider,
       dane, tlsa_failures, sts, sts_cname_effect, tlsrpt
FROM domains
