-- Every domain, words by numbers (crawler/core/words.h), names with the lengths of the tails that
-- are meant: the view domains, which has no number of a domain's MX records.  What few domains have
-- is looked up only where there is some.  In this order: columns in analysis/collect/passes/domains.c.
SELECT s.mx_set, l.domain, l.id + l.rank_offset, l.suffix_stratum,
       CASE WHEN l.suffix_stratum > 255
         THEN (SELECT t.stratum FROM _stratum AS t WHERE t.id = l.suffix_stratum >> 8) END,
       s.mx_outcome, d.failure, d.ede, s.dnssec, s.mx_count, s.cname_mx_count,
       s.provider, h.name, h.provider_length,
       s.dane, s.dane_ready, d.tlsa_failures, s.sts, p.cname_effect, s.tlsrpt, s.id
FROM _surveyed AS s
JOIN _listed AS l ON l.id = s.id
LEFT JOIN _surveyed_detail AS d ON d.id = CASE WHEN s.detailed THEN s.id END
LEFT JOIN _sts_policy AS p ON p.id = CASE WHEN s.sts IN (2, 3) THEN s.id END
LEFT JOIN _host AS h ON h.id = CASE WHEN s.provider > 0 THEN s.provider END
