-- Every domain, words by numbers (crawler/core/words.h): the view domains, which has no number of
-- a domain that MX records could be joined by.  In this order: columns in
-- analysis/collect/domains.c.
SELECT s.id, l.domain, l.id + l.rank_offset,
       CASE WHEN l.suffix_length IS NOT NULL THEN substr(l.domain, -l.suffix_length) END,
       s.mx_outcome, d.failure, d.ede, s.dnssec, s.mx_count, s.cname_mx_count, h.provider, s.dane,
       s.dane_ready, d.tlsa_failures, s.sts, p.cname_effect, s.tlsrpt
FROM surveyed AS s
JOIN listed AS l ON l.id = s.id
LEFT JOIN surveyed_detail AS d ON d.id = s.id
LEFT JOIN sts_policy AS p ON p.id = s.id
LEFT JOIN host AS h ON h.id = s.host
